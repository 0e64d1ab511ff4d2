# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""libautoencoder for Python: autoencoders as estimators in the manner of scikit-learn.

    from autoencoder import Autoencoder
    codes = Autoencoder(latent_dim=8, hidden_dims=(64,), scaling="minmax").fit_transform(X)

One file over ctypes: it needs numpy and the shared library, nothing is compiled, and scikit-learn is used where it is
installed. The library is the file that AUTOENCODER_LIBRARY names; or that of a build in the folder `build` of this
source tree; or the system's. docs/python.md has a session; the C headers say what each option means.

- **Estimators**: Autoencoder (plain, denoising, sparse, top-k, contractive: by its parameters),
  VariationalAutoencoder, PCA and DictionaryLearning. Parameters have the names and the defaults of the fields of the C
  options, constants theirs in small letters: AE_LEAKY_RELU is "leaky_relu". New are random_state (the seed), threads
  and kernels (the runtime), and contamination (for the threshold of predict).
- **Rows** are 2-D. float32 rows whose numbers follow each other are used where they are, any distance apart, so also
  X[::2] and X[:, 3:7]; all else that can be numbers is converted once, to float32 in C order. NaN and infinity are
  errors.
- **Errors**: what a type or a shape tells is a TypeError or ValueError before the library is called; what the library
  refuses is an AutoencoderError with its status.
- **Threads**: the interpreter runs on while the library works. A fitted estimator may be used by any number of threads
  at once; one that is being fitted is for one thread alone."""
import collections
import contextlib
import copy
import ctypes
import ctypes.util
import functools
import inspect
import numbers
import operator
import os
import pathlib
import queue
import threading
import _thread
import weakref
from ctypes import POINTER, byref, c_char_p, c_double, c_int32, c_size_t, c_uint32, c_uint64, c_void_p

import numpy as np

try:
    from sklearn.base import BaseEstimator, TransformerMixin
    from sklearn.exceptions import NotFittedError
except ImportError:
    class NotFittedError(ValueError, AttributeError):
        """The estimator has no model yet."""

    class BaseEstimator:
        """As much of scikit-learn's class of this name as the estimators here need."""

        @classmethod
        def _get_param_names(cls):
            return sorted(name for name in inspect.signature(cls.__init__).parameters if name != "self")

        def get_params(self, deep=True):
            return {name: getattr(self, name) for name in self._get_param_names()}

        def set_params(self, **params):
            for name, value in params.items():
                if name not in self._get_param_names():
                    raise ValueError(f"{type(self).__name__} has no parameter {name!r}")
                setattr(self, name, value)
            return self

        def __repr__(self):
            defaults = inspect.signature(type(self).__init__).parameters
            return "{}({})".format(type(self).__name__, ", ".join(
                f"{name}={value!r}" for name, value in self.get_params().items() if value != defaults[name].default))

    class TransformerMixin:
        def fit_transform(self, X, y=None, **fit_params):
            return self.fit(X, y, **fit_params).transform(X)

__all__ = ["Autoencoder", "VariationalAutoencoder", "PCA", "DictionaryLearning", "Model", "AutoencoderError",
           "ArgumentError", "NotFittedError", "EpochReport", "Evaluation", "VaeEvaluation", "code_grid", "code_path",
           "library_version"]

# ---- the structs of the C headers: tests/python/test_module.py compares them ---------------------------------------


class _RuntimeOptions(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("allocate", c_void_p), ("deallocate", c_void_p),
                ("allocator_user", c_void_p), ("log", c_void_p), ("log_user", c_void_p), ("parallel", c_void_p),
                ("parallel_user", c_void_p), ("threads", c_uint32), ("kernels", c_int32)]


class _ModelOptions(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("runtime", c_void_p), ("seed", c_uint64), ("input_dim", c_size_t),
                ("latent_dim", c_size_t), ("hidden_dims", POINTER(c_size_t)), ("hidden_count", c_size_t),
                ("hidden_activation", c_int32), ("latent_activation", c_int32), ("output_activation", c_int32),
                ("loss", c_int32), ("init", c_int32), ("bias", c_int32), ("tied", c_int32), ("batch_norm", c_int32),
                ("activation_parameter", c_double), ("init_scale", c_double), ("dropout", c_double),
                ("output_dim", c_size_t), ("code", c_int32), ("variance", c_int32), ("noise", c_int32),
                ("reserved", c_int32), ("noise_deviation", c_double), ("topk", c_size_t)]


class _Corruption(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("kind", c_int32), ("clip", c_int32), ("deviation", c_double),
                ("rate", c_double), ("value", c_double), ("emphasis_corrupted", c_double), ("emphasis_clean", c_double)]


class _EpochReport(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("epoch", c_uint64), ("epochs", c_uint64), ("steps", c_uint64),
                ("train_loss", c_double), ("validation_loss", c_double), ("learning_rate", c_double),
                ("seconds", c_double), ("best_epoch", c_uint64), ("reconstruction", c_double), ("kl", c_double),
                ("penalty", c_double)]


_EPOCH_CALLBACK = ctypes.CFUNCTYPE(c_int32, c_void_p, POINTER(_EpochReport))


class _TrainOptions(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("seed", c_uint64), ("epochs", c_uint64), ("batch_size", c_size_t),
                ("optimizer", c_int32), ("schedule", c_int32), ("learning_rate", c_double), ("momentum", c_double),
                ("rho", c_double), ("beta1", c_double), ("beta2", c_double), ("epsilon", c_double),
                ("weight_decay", c_double), ("l1_decay", c_double), ("clip_value", c_double), ("clip_norm", c_double),
                ("min_learning_rate", c_double), ("schedule_factor", c_double), ("schedule_epochs", c_uint64),
                ("warmup_epochs", c_double), ("steps_per_epoch", c_uint64), ("validation_fraction", c_double),
                ("patience", c_uint64), ("min_delta", c_double), ("nesterov", c_int32), ("shuffle", c_int32),
                ("callback", _EPOCH_CALLBACK), ("callback_user", c_void_p), ("cancel", c_void_p),
                ("corruption", POINTER(_Corruption)), ("code_l1", c_double), ("sparsity_weight", c_double),
                ("sparsity_target", c_double), ("contraction", c_double), ("topk_boost", c_double),
                ("kl_weight", c_double), ("kl_warmup_epochs", c_double), ("kl_cycles", c_uint64),
                ("free_bits", c_double), ("samples", c_uint64), ("orthonormal", c_int32), ("scaling", c_int32)]


class _Evaluation(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("rows", c_uint64), ("loss", c_double), ("squared_error", c_double),
                ("binary_cross_entropy", c_double), ("reconstruction", c_double), ("kl", c_double),
                ("accuracy", c_double)]


class _VaeEvaluation(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("rows", c_uint64), ("negative_elbo", c_double),
                ("reconstruction", c_double), ("kl", c_double), ("active_units", c_uint64)]


class _PcaOptions(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("runtime", c_void_p), ("seed", c_uint64), ("solver", c_int32),
                ("center", c_int32), ("whiten", c_int32), ("iterations", c_uint32), ("oversample", c_size_t),
                ("cancel", c_void_p), ("scaling", c_int32), ("reserved", c_int32)]


class _DictionaryOptions(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("runtime", c_void_p), ("seed", c_uint64), ("lambda", c_double),
                ("method", c_int32), ("nonnegative_code", c_int32), ("nonnegative_atoms", c_int32),
                ("iterations", c_uint32), ("batch_size", c_size_t), ("tolerance", c_double),
                ("min_improvement", c_double), ("initial_atoms", c_void_p), ("cancel", c_void_p),
                ("scaling", c_int32), ("reserved", c_int32)]


class _LoadOptions(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("runtime", c_void_p), ("max_bytes", c_uint64),
                ("allow_non_finite", c_int32), ("reserved", c_int32)]


class _ExportCOptions(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("prefix", c_char_p)]


class _ExportOnnxOptions(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("graph", c_int32), ("reserved", c_int32)]


class _ImportOptions(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("prefix", c_char_p), ("max_bytes", c_uint64), ("ignore_extra", c_int32),
                ("reserved", c_int32)]


class _Choice(dict):
    """Names of constants to their numbers, which follow each other from `first` on; in C they begin with `prefix`."""

    def __init__(self, prefix, names, first=0):
        super().__init__((name, first + i) for i, name in enumerate(names.split()))
        self.prefix = prefix

    def name(self, number):
        return next((name for name, own in self.items() if own == number), f"unknown ({number})")


_ACTIVATION = _Choice("AE_", "identity relu leaky_relu elu gelu gelu_tanh silu softplus tanh sigmoid")
_CODE = _Choice("AE_CODE_", "plain topk gaussian lasso")
_PATH = _Choice("AE_PATH_", "linear spherical")
_CHOICES = {  # of the fields that are no numbers
    "hidden_activation": _ACTIVATION,
    "latent_activation": _ACTIVATION,
    "output_activation": _ACTIVATION,
    "loss": _Choice("AE_", "squared_error binary_cross_entropy gaussian_likelihood", 1),
    "init": _Choice("AE_INIT_", "auto glorot_uniform glorot_normal he_uniform he_normal torch uniform normal"),
    "variance": _Choice("AE_VARIANCE_", "shared separate one"),
    "noise": _Choice("AE_NOISE_", "fixed learned per_feature optimal"),
    "optimizer": _Choice("AE_", "sgd rmsprop adam adamw", 1),
    "schedule": _Choice("AE_SCHEDULE_", "constant step cosine"),
    "kind": _Choice("AE_CORRUPTION_", "none gaussian mask salt_pepper"),
    "scaling": _Choice("AE_SCALING_", "none minmax standard robust"),
    "solver": _Choice("AE_PCA_", "auto exact randomized"),
    "method": _Choice("AE_DICTIONARY_", "batch online"),
    "kernels": _Choice("AE_KERNELS_", "auto reference cblas avx2 avx512"),
    "graph": _Choice("AE_ONNX_", "reconstruct encoder decoder"),
}
_STATUS = _Choice("AE_", "ok error_invalid_argument error_shape error_no_memory error_io error_format "
                  "error_unsupported error_numeric error_cancelled error_data")

# ---- the library ---------------------------------------------------------------------------------------------------


class AutoencoderError(RuntimeError):
    """A call that the library refused or could not do: its line of text, `status` and `status_name`."""

    def __init__(self, text, status):
        super().__init__(text, status)
        self.status = status
        self.status_name = _STATUS.prefix + _STATUS.name(status).upper()

    def __str__(self):
        return self.args[0]


class ArgumentError(AutoencoderError, ValueError):
    """... because of a parameter or of the data; also a ValueError."""


def _check(status, function, arguments):
    """Called by ctypes after each call that returns a status, in the thread that made it, as ae_last_error() needs."""
    if status != _STATUS["ok"]:
        text = _lib.ae_last_error().decode("utf-8", "replace")
        argument = status in (_STATUS["error_invalid_argument"], _STATUS["error_shape"], _STATUS["error_data"])
        raise (ArgumentError if argument else AutoencoderError)(text, status)


_status = object()  # stands for ae_status among the result types
_rows_in = (c_void_p, c_size_t, c_size_t)  # rows, their number and their stride
_API = {  # name: result, arguments
    "ae_version": (c_char_p,),
    "ae_version_number": (c_int32,),
    "ae_last_error": (c_char_p,),
    "ae_runtime_options_init": (None, POINTER(_RuntimeOptions), c_size_t),
    "ae_runtime_create": (_status, POINTER(c_void_p), POINTER(_RuntimeOptions)),
    "ae_runtime_free": (None, c_void_p),
    "ae_cancel_create": (_status, POINTER(c_void_p), c_void_p),
    "ae_cancel_request": (None, c_void_p),
    "ae_cancel_reset": (None, c_void_p),
    "ae_cancel_free": (None, c_void_p),
    "ae_dataset_from_memory": (_status, POINTER(c_void_p), c_void_p, c_void_p, c_size_t, c_size_t, c_size_t),
    "ae_dataset_free": (None, c_void_p),
    "ae_model_options_init": (None, POINTER(_ModelOptions), c_size_t),
    "ae_model_create": (_status, POINTER(c_void_p), POINTER(_ModelOptions)),
    "ae_model_free": (None, c_void_p),
    "ae_model_input_dim": (c_size_t, c_void_p),
    "ae_model_output_dim": (c_size_t, c_void_p),
    "ae_model_latent_dim": (c_size_t, c_void_p),
    "ae_model_code": (c_int32, c_void_p),
    "ae_model_parameter_count": (c_size_t, c_void_p),
    "ae_model_tensor_count": (c_size_t, c_void_p),
    "ae_model_tensor_name": (c_char_p, c_void_p, c_size_t),
    "ae_model_tensor_shape": (_status, c_void_p, c_char_p, POINTER(c_size_t), POINTER(c_size_t)),
    "ae_model_get_tensor": (_status, c_void_p, c_char_p, c_void_p, c_size_t),
    "ae_model_fit_scaling": (_status, c_void_p, c_void_p, c_int32),
    "ae_model_get_scaling": (_status, c_void_p, c_void_p, c_void_p, c_size_t),
    "ae_model_history_length": (c_size_t, c_void_p),
    "ae_model_history": (_status, c_void_p, c_size_t, POINTER(_EpochReport)),
    "ae_corruption_init": (None, POINTER(_Corruption), c_size_t),
    "ae_train_options_init": (None, POINTER(_TrainOptions), c_size_t),
    "ae_fit": (_status, c_void_p, c_void_p, c_void_p, POINTER(_TrainOptions)),
    "ae_trainer_create": (_status, POINTER(c_void_p), c_void_p, POINTER(_TrainOptions)),
    "ae_trainer_epoch": (_status, c_void_p, c_void_p, POINTER(_EpochReport)),
    "ae_trainer_free": (None, c_void_p),
    "ae_evaluate": (_status, c_void_p, c_void_p, POINTER(_Evaluation)),
    "ae_encode": (_status, c_void_p, *_rows_in, c_void_p, c_size_t),
    "ae_decode": (_status, c_void_p, *_rows_in, c_void_p, c_size_t),
    "ae_reconstruct": (_status, c_void_p, *_rows_in, c_void_p, c_size_t),
    "ae_score": (_status, c_void_p, *_rows_in, c_void_p, c_void_p, c_size_t),
    "ae_model_fit_threshold": (_status, c_void_p, c_void_p, c_double),
    "ae_model_threshold": (c_double, c_void_p),
    "ae_vae_encode": (_status, c_void_p, *_rows_in, c_void_p, c_size_t, c_void_p, c_size_t),
    "ae_vae_sample": (_status, c_void_p, c_uint64, c_uint64, c_size_t, c_int32, c_void_p, c_size_t),
    "ae_vae_evaluate": (_status, c_void_p, c_void_p, c_size_t, c_uint64, c_void_p, POINTER(_VaeEvaluation)),
    "ae_code_path": (_status, c_void_p, c_void_p, c_size_t, c_int32, c_size_t, c_void_p),
    "ae_code_grid": (_status, c_size_t, c_void_p),
    "ae_pca_options_init": (None, POINTER(_PcaOptions), c_size_t),
    "ae_pca_fit": (_status, POINTER(c_void_p), c_void_p, c_size_t, POINTER(_PcaOptions), c_void_p, POINTER(c_double)),
    "ae_dictionary_options_init": (None, POINTER(_DictionaryOptions), c_size_t),
    "ae_dictionary_fit": (_status, POINTER(c_void_p), c_void_p, c_size_t, POINTER(_DictionaryOptions),
                          POINTER(c_double)),
    "ae_load_options_init": (None, POINTER(_LoadOptions), c_size_t),
    "ae_model_save": (_status, c_void_p, c_char_p),
    "ae_model_load": (_status, POINTER(c_void_p), c_char_p, POINTER(_LoadOptions)),
    "ae_model_save_memory": (_status, c_void_p, c_void_p, c_size_t, POINTER(c_size_t)),
    "ae_model_load_memory": (_status, POINTER(c_void_p), c_char_p, c_size_t, POINTER(_LoadOptions)),
    "ae_export_c_options_init": (None, POINTER(_ExportCOptions), c_size_t),
    "ae_export_c": (_status, c_void_p, c_char_p, POINTER(_ExportCOptions)),
    "ae_export_onnx_options_init": (None, POINTER(_ExportOnnxOptions), c_size_t),
    "ae_export_onnx": (_status, c_void_p, c_char_p, POINTER(_ExportOnnxOptions)),
    "ae_import_options_init": (None, POINTER(_ImportOptions), c_size_t),
    "ae_model_import_safetensors": (_status, c_void_p, c_char_p, POINTER(_ImportOptions)),
}
_RELEASE = (0, 1)  # whose headers these tables are; a later minor release only adds to them


def _find_library():
    """The places where the library may be, best first."""
    if "AUTOENCODER_LIBRARY" in os.environ:
        return [os.environ["AUTOENCODER_LIBRARY"]]
    build = pathlib.Path(__file__).resolve().parents[2] / "build" / "lib"
    names = ("libautoencoder.so.0", "libautoencoder.0.dylib", "autoencoder-0.dll")
    return [str(build / name) for name in names if (build / name).is_file()] + \
        [name for name in [ctypes.util.find_library("autoencoder")] if name]


def _load_library():
    problems = []
    for place in _find_library():
        try:
            lib = ctypes.CDLL(place)
            lib.ae_version_number.restype, lib.ae_version.restype = c_int32, c_char_p
            major, minor = divmod(lib.ae_version_number() // 100, 100)
            if major != _RELEASE[0] or minor < _RELEASE[1]:
                problems.append(f"{place} is release {lib.ae_version().decode()}, this module is for "
                                "{}.{}".format(*_RELEASE))
                continue
            for name, (result, *arguments) in _API.items():
                function = getattr(lib, name)
                function.argtypes = arguments
                function.restype = c_int32 if result is _status else result
                if result is _status:
                    function.errcheck = _check
            return lib
        except (OSError, AttributeError) as error:  # no library, or another one
            problems.append(f"{place}: {error}")
    raise ImportError("the library libautoencoder was not found; build it (meson setup build && ninja -C build), "
                      "install it, or set AUTOENCODER_LIBRARY to its file" + "".join("\n  " + e for e in problems))


_lib = _load_library()


def library_version():
    """Release of the library that is running, such as "0.1.0"."""
    return _lib.ae_version().decode()


class _Object:
    """A C object, which goes when this one does, but not at the end of the program, where other threads may still work
    on it. ctypes passes it for this one. `kept` has to stay as long."""

    def __init__(self, kind, create, *arguments, kept=None):
        self._as_parameter_ = c_void_p()
        self.kept = kept
        create(byref(self._as_parameter_), *arguments)
        weakref.finalize(self, getattr(_lib, f"ae_{kind}_free"), self._as_parameter_).atexit = False


@functools.lru_cache(maxsize=None)
def _runtime(threads, kernels):
    """One runtime, so one pool of threads, for all models that ask for the same."""
    options = _options(_RuntimeOptions, {"threads": threads, "kernels": kernels})
    return _Object("runtime", _lib.ae_runtime_create, byref(options))


def _on_runtime(options, threads, kernels):
    """The same options, for work with these threads and kernels."""
    if (threads, kernels) != (1, "auto"):
        options.runtime = _runtime(threads, kernels)._as_parameter_
    return options


# ---- options and reports -------------------------------------------------------------------------------------------

_INITS = {_RuntimeOptions: "ae_runtime_options_init", _ModelOptions: "ae_model_options_init",
          _Corruption: "ae_corruption_init", _TrainOptions: "ae_train_options_init", _PcaOptions: "ae_pca_options_init",
          _DictionaryOptions: "ae_dictionary_options_init", _LoadOptions: "ae_load_options_init",
          _ExportCOptions: "ae_export_c_options_init", _ExportOnnxOptions: "ae_export_onnx_options_init",
          _ImportOptions: "ae_import_options_init"}


def _integer(name, value, ctype=c_size_t):
    if isinstance(value, (bool, np.bool_)) or not hasattr(value, "__index__"):
        raise TypeError(f"{name} must be an integer, not {value!r}")
    value = operator.index(value)
    if ctype(value).value != value:
        raise ValueError(f"{name} is {value}, must be 0 to {ctype(-1).value}")
    return value


def _real(name, value):
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a number, not {value!r}")
    return float(value)


def _flag(name, value):
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False, not {value!r}")
    return int(value)


def _one_of(choice, name, value):
    if not isinstance(value, str) or value not in choice:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, choice))}, not {value!r}")
    return choice[value]


def _field(field, ctype, name, value):
    """A parameter as the number that a field takes, or a TypeError or ValueError that names the parameter."""
    if field in _CHOICES:
        return _one_of(_CHOICES[field], name, value)
    if ctype is c_double:
        return _real(name, value)
    if ctype is c_int32:
        return _flag(name, value)
    return _integer(name, value, ctype)


def _options(struct, params, **names):
    """An option struct: the library's defaults, and those of `params` that it has fields for. `names` are those of
    parameters that are called otherwise than their field."""
    options = struct()
    getattr(_lib, _INITS[struct])(byref(options), ctypes.sizeof(struct))
    for field, ctype in struct._fields_:
        name = names.get(field, field)
        if name in params and ctype in (c_double, c_int32, c_uint32, c_uint64, c_size_t):
            setattr(options, field, _field(field, ctype, name, params[name]))
    return options


def _report_type(name, struct, text):
    """A named tuple with the fields of a report struct."""
    report = collections.namedtuple(name, [field for field, _ in struct._fields_[1:]], module=__name__)
    report.__doc__ = text
    report.of = classmethod(lambda cls, c: cls(*(getattr(c, field) for field in cls._fields)))
    report.struct = struct
    return report


EpochReport = _report_type("EpochReport", _EpochReport, "What is known after an epoch; see ae_epoch_report in train.h.")
Evaluation = _report_type("Evaluation", _Evaluation, "How well rows are reconstructed; see ae_evaluation in train.h.")
VaeEvaluation = _report_type("VaeEvaluation", _VaeEvaluation, "The ELBO and its parts; see ae_vae_evaluation in vae.h.")


def _report(kind, call, *arguments):
    """What a call gives that fills a report as its last argument."""
    c = kind.struct(struct_size=ctypes.sizeof(kind.struct))
    call(*arguments, byref(c))
    return kind.of(c)


def _seed(random_state):
    """The seed that a random_state stands for: a number is the seed; None draws one from numpy's global generator."""
    if random_state is None:
        return int(np.random.randint(2**32, dtype=np.uint64))
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(2**32, dtype=np.uint64))
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(2**63))
    return _integer("random_state", random_state, c_uint64)


# ---- rows ----------------------------------------------------------------------------------------------------------

_FLOAT = np.dtype(np.float32)


def _in_place(rows):
    """Can the library use this 2-D array where it is: float32, aligned, numbers of a row side by side?"""
    apart, side = rows.strides
    n, width = rows.shape
    return rows.dtype == _FLOAT and rows.flags.aligned and (width <= 1 or side == 4) and \
        (n <= 1 or apart % 4 == 0 and apart >= 4 * width)


def _stride(rows):
    """Numbers from row to row, as the library counts."""
    return rows.strides[0] // 4 if len(rows) > 1 else 0


def _rows(X, width=None, name="X", least=0):
    """X as an array that the library can use in place: X itself if it is one already, else one copy of it."""
    if hasattr(X, "toarray") and not isinstance(X, np.ndarray):
        raise TypeError(f"{name} is a sparse matrix, but dense data is required; use {name}.toarray()")
    rows = np.asarray(X)
    if rows.dtype.kind == "c":
        raise ValueError(f"Complex data not supported: {name} holds {rows.dtype}")
    if rows.dtype.kind not in "biufO":
        raise TypeError(f"{name} holds {rows.dtype}, must hold numbers")
    if rows.ndim != 2:
        raise ValueError(f"Expected 2D array, got {rows.ndim}D array instead as {name}. Reshape your data: one row is "
                         f"{name}.reshape(1, -1)")
    if rows.shape[0] < least:
        raise ValueError(f"{name} has {rows.shape[0]} sample(s) (shape={rows.shape}) while a minimum of {least} is "
                         "required.")
    if rows.shape[1] == 0:
        raise ValueError(f"{name} has 0 feature(s) (shape={rows.shape}) while a minimum of 1 is required.")
    if width is not None and rows.shape[1] != width:
        raise ValueError(f"{name} has {rows.shape[1]} features, but Model is expecting {width} features as input")
    if not _in_place(rows):
        with np.errstate(over="ignore"):
            rows = np.array(rows.astype(np.float64) if rows.dtype.kind == "O" else rows, _FLOAT, order="C")
    with np.errstate(invalid="ignore"):  # inf - inf
        finite = np.isfinite(rows.sum(dtype=np.float64))  # double holds the sum of any floats
    if not finite:
        row, column = np.argwhere(~np.isfinite(rows))[0]
        raise ValueError(f"{name} contains NaN, infinity or a value too large for float32, first at row {row}, column "
                         f"{column}")
    return rows


def _output(out, rows, width, inputs):
    """The array that receives [rows, width] numbers: `out` if it fits and is no input as well, or a new one."""
    if out is None:
        return np.empty((rows, width), _FLOAT)
    if not isinstance(out, np.ndarray) or out.dtype != _FLOAT:
        raise TypeError("out must be an array of float32")
    if out.shape != (rows, width):
        raise ValueError(f"out has shape {out.shape}, must have {(rows, width)}")
    if not _in_place(out) or not out.flags.writeable:
        raise ValueError("out must be writeable, with the numbers of a row side by side")
    if np.shares_memory(out, inputs):
        raise ValueError("out may not overlap the input")
    return out


def _dataset(rows):
    return _Object("dataset", _lib.ae_dataset_from_memory, None, rows.ctypes.data, *rows.shape, _stride(rows),
                   kept=rows)


# ---- long calls ----------------------------------------------------------------------------------------------------


def _run(stop, call, callback=None):
    """Runs call(on_epoch), which trains and watches `stop`, in a thread of its own, and `callback` with its reports in
    this one.

    Python looks for Ctrl-C only between its own instructions. A C call in the main thread would keep it waiting until
    the next epoch, and the exception would then come up at some place inside the callback from C, where nothing can
    catch it. So the main thread waits in Python: a KeyboardInterrupt, like an exception of the callback, pulls the
    switch, C returns within a batch with the model whole, and the exception goes on from here. The worker holds on to
    all that it uses, so nothing is freed under it.

    Raises what `call` raises, but for a cancellation from here. Returns a list with the exception that interrupted it,
    if one did: the caller pops and raises it when all is in order. (An exception that stays in a variable of a function
    it went through would keep itself, and all that is worked on, alive.)"""
    reports, answers, done, failures = queue.SimpleQueue(), queue.SimpleQueue(), threading.Event(), []

    def on_epoch(_, report):
        reports.put(EpochReport.of(report.contents))
        return answers.get()

    def work():
        try:
            call(_EPOCH_CALLBACK() if callback is None else _EPOCH_CALLBACK(on_epoch))
        except BaseException as error:  # goes on in the thread that waits
            failures.append(error)
        done.set()
        reports.put(None)

    interruptions, stopped = [], False
    try:
        _thread.start_new_thread(work, ())
    except RuntimeError:  # there is no thread
        raise
    except BaseException as error:  # an interrupt as soon as there was one
        interruptions.append(error)
    ended = False
    while not ended:
        try:
            if interruptions:  # also when one more comes
                _lib.ae_cancel_request(stop)
                answers.put(1)  # it may be waiting for one
                done.wait()
            elif not done.is_set():
                report = reports.get()
                if report is not None:
                    answer = callback(report)
                    stopped = isinstance(answer, (bool, np.bool_)) and bool(answer)
                    answers.put(int(stopped))
            ended = done.is_set()
        except BaseException as error:
            if not interruptions:
                interruptions.append(error)
    if failures and (stopped or interruptions) and getattr(failures[0], "status", 0) == _STATUS["error_cancelled"]:
        failures.clear()
    if failures:
        raise failures.pop()
    return interruptions


def _switch():
    return _Object("cancel", _lib.ae_cancel_create, None)


class _Trainer(_Object):
    """A training that goes on from one partial_fit to the next. It cannot be copied: a pickle has None instead."""

    def __init__(self, model, options):
        self.stop = _switch()
        options.cancel = self.stop._as_parameter_
        super().__init__("trainer", _lib.ae_trainer_create, model, byref(options))

    def epoch(self, dataset):
        _lib.ae_cancel_reset(self.stop)
        return _run(self.stop, lambda _: _lib.ae_trainer_epoch(self, dataset, None))

    def __reduce__(self):
        return type(None), ()


def _path(path):
    """A file name for C, where a zero byte would end it."""
    name = os.fsencode(path)
    if b"\0" in name:
        raise ValueError(f"embedded null byte in {path!r}")
    return name


def _prefix(prefix):
    """What names begin with, for C; None for its default."""
    if prefix is not None and not isinstance(prefix, str):
        raise TypeError(f"prefix must be a string or None, not {prefix!r}")
    if prefix is not None and "\0" in prefix:
        raise ValueError(f"embedded null byte in {prefix!r}")
    return None if prefix is None else prefix.encode("utf-8", "surrogateescape")


# ---- models --------------------------------------------------------------------------------------------------------


class Model(_Object):
    """A model of the library: what a fitted estimator has as `model_`. It pickles and copies as the bytes of its
    file."""

    def __init__(self, create, *arguments, threads=1, kernels="auto"):
        """What create(&model, *arguments) makes; see load() and the estimators."""
        super().__init__("model", create, *arguments)
        self._runtime = threads, kernels

    @classmethod
    def load(cls, file, threads=1, kernels="auto"):
        """Reads a model file, or the bytes of one. It may come from anybody."""
        options = _on_runtime(_options(_LoadOptions, {}), threads, kernels)
        if isinstance(file, bytes):
            return cls(_lib.ae_model_load_memory, file, len(file), byref(options), threads=threads, kernels=kernels)
        return cls(_lib.ae_model_load, _path(file), byref(options), threads=threads, kernels=kernels)

    def save(self, path):
        """Writes the model file (safetensors), whole or not at all."""
        _lib.ae_model_save(self, _path(path))

    def to_bytes(self):
        """The bytes of the model file."""
        size = c_size_t()
        _lib.ae_model_save_memory(self, None, 0, byref(size))
        buffer = ctypes.create_string_buffer(size.value)
        _lib.ae_model_save_memory(self, buffer, size.value, byref(size))
        return buffer.raw

    def export_c(self, path, prefix=None):
        """Writes C source without dependencies: `path`, which ends in .c, and the header beside it. All names in them
        begin with the prefix; None takes the file's name. See docs/export.md."""
        options = _options(_ExportCOptions, {})
        options.prefix = _prefix(prefix)
        _lib.ae_export_c(self, _path(path), byref(options))

    def export_onnx(self, path, graph="reconstruct"):
        """Writes an ONNX graph: "reconstruct", "encoder" or "decoder"."""
        _lib.ae_export_onnx(self, _path(path), byref(_options(_ExportOnnxOptions, {"graph": graph})))

    def import_safetensors(self, path, prefix=None, ignore_extra=False):
        """Takes the weights of a safetensors file that another program wrote, such as PyTorch's state dict, of the same
        architecture: all of them, or none and an error. Only names that begin with the prefix are looked at. With
        ignore_extra others than the model has may be there. The scaling stays, the threshold goes."""
        options = _options(_ImportOptions, {"ignore_extra": ignore_extra})
        options.prefix = _prefix(prefix)
        _lib.ae_model_import_safetensors(self, _path(path), byref(options))

    def __reduce__(self):
        return Model.load, (self.to_bytes(), *self._runtime)

    input_dim = property(_lib.ae_model_input_dim, doc="Features of a row.")
    output_dim = property(_lib.ae_model_output_dim, doc="Width of what the decoder gives.")
    latent_dim = property(_lib.ae_model_latent_dim, doc="Width of the code.")
    parameter_count = property(_lib.ae_model_parameter_count, doc="Number of trained numbers.")
    threshold = property(_lib.ae_model_threshold, doc="Score above which a row is an anomaly; NaN without one.")

    @property
    def code(self):
        """What the code is: "plain", "topk", "gaussian" or "lasso"."""
        return _CODE.name(_lib.ae_model_code(self))

    @property
    def history(self):
        """An EpochReport for each whole epoch."""
        return [_report(EpochReport, _lib.ae_model_history, self, i) for i in range(_lib.ae_model_history_length(self))]

    @property
    def scaling(self):
        """(offset, scale) of each feature: the network sees (x - offset) / scale."""
        offset, scale = np.empty((2, self.input_dim), _FLOAT)
        _lib.ae_model_get_scaling(self, offset.ctypes.data, scale.ctypes.data, self.input_dim)
        return offset, scale

    def tensor_names(self):
        """Such as "encoder.0.weight"."""
        return [_lib.ae_model_tensor_name(self, i).decode() for i in range(_lib.ae_model_tensor_count(self))]

    def tensor(self, name):
        """A copy of a tensor, such as "encoder.0.weight": [out, in]."""
        rows, columns = c_size_t(), c_size_t()
        _lib.ae_model_tensor_shape(self, name.encode(), byref(rows), byref(columns))
        values = np.empty((rows.value, columns.value), _FLOAT)
        _lib.ae_model_get_tensor(self, name.encode(), values.ctypes.data, values.size)
        return values

    def _map(self, call, rows, width, out):
        out = _output(out, len(rows), width, rows)
        call(self, rows.ctypes.data, len(rows), _stride(rows), out.ctypes.data, _stride(out))
        return out

    def encode(self, X, out=None):
        """Codes of rows. Here and below `out` is the array to fill; rows of it may be apart. None makes one."""
        return self._map(_lib.ae_encode, _rows(X, self.input_dim), self.latent_dim, out)

    def decode(self, codes, out=None):
        """Rows from codes."""
        return self._map(_lib.ae_decode, _rows(codes, self.latent_dim, "codes"), self.output_dim, out)

    def reconstruct(self, X, out=None):
        """Rows through the code and back."""
        return self._map(_lib.ae_reconstruct, _rows(X, self.input_dim), self.output_dim, out)

    def score(self, X, per_feature=False):
        """Anomaly score of each row, high where it is unlike the training data; with per_feature also the parts that
        each feature adds: (scores, parts)."""
        rows = _rows(X, self.input_dim)
        scores = np.empty(len(rows), _FLOAT)
        parts = np.empty(rows.shape, _FLOAT) if per_feature else None
        _lib.ae_score(self, rows.ctypes.data, len(rows), _stride(rows), scores.ctypes.data,
                      parts.ctypes.data if per_feature else None, 0)
        return (scores, parts) if per_feature else scores

    def fit_threshold(self, X, contamination):
        """Sets the threshold so that no more than this share of the rows is above it."""
        _lib.ae_model_fit_threshold(self, _dataset(_rows(X, self.input_dim, least=1)),
                                    _real("contamination", contamination))

    def evaluate(self, X):
        """Losses over rows, as an Evaluation."""
        return _report(Evaluation, _lib.ae_evaluate, self, _dataset(_rows(X, self.input_dim, least=1)))

    def vae_encode(self, X):
        """(mu, log_var) of q(z|x) for each row."""
        rows = _rows(X, self.input_dim)
        mu, log_var = np.empty((2, len(rows), self.latent_dim), _FLOAT)
        _lib.ae_vae_encode(self, rows.ctypes.data, len(rows), _stride(rows), mu.ctypes.data, 0, log_var.ctypes.data, 0)
        return mu, log_var

    def vae_sample(self, n_samples, seed=0, first_row=0, observe=False):
        """New rows; row i is a function of seed and first_row + i alone."""
        out = np.empty((_integer("n_samples", n_samples), self.output_dim), _FLOAT)
        _lib.ae_vae_sample(self, _integer("seed", seed, c_uint64), _integer("first_row", first_row, c_uint64), len(out),
                           _flag("observe", observe), out.ctypes.data, 0)
        return out

    def vae_evaluate(self, X, samples=1, seed=0):
        """The ELBO and its parts, with `samples` draws of z for each row, as a VaeEvaluation."""
        return _report(VaeEvaluation, _lib.ae_vae_evaluate, self, _dataset(_rows(X, self.input_dim, least=1)),
                       _integer("samples", samples), _integer("seed", seed, c_uint64), None)


def code_path(a, b, steps, path="linear"):
    """Codes on the way from a to b: [steps, dim]; path is "linear" or "spherical". decode() makes rows of them."""
    ends = _rows([np.ravel(a), np.ravel(b)], name="the ends")
    codes = np.empty((_integer("steps", steps), ends.shape[1]), _FLOAT)
    _lib.ae_code_path(ends[0].ctypes.data, ends[1].ctypes.data, ends.shape[1], _one_of(_PATH, "path", path), len(codes),
                      codes.ctypes.data)
    return codes


def code_grid(side):
    """A grid of 2-D codes that covers N(0, I) evenly: [side * side, 2], row by row as on a chart."""
    codes = np.empty((_integer("side", side) ** 2, 2), _FLOAT)
    _lib.ae_code_grid(side, codes.ctypes.data)
    return codes


# ---- estimators ----------------------------------------------------------------------------------------------------


def _keep(estimator, arguments):
    """What a constructor does in scikit-learn: keeps its arguments as they are, under their names."""
    for name, value in arguments.items():
        if name != "self":
            setattr(estimator, name, value)


class _Estimator(TransformerMixin, BaseEstimator):
    """What all estimators share; a fitted one has a Model as `model_`."""

    _codes = ()  # of the models it can have
    _width = "latent_dim"  # the parameter that is the width of the code

    def _model(self):
        if getattr(self, "model_", None) is None:
            raise NotFittedError(f"This {type(self).__name__} instance is not fitted yet: call fit() first")
        return self.model_

    @property
    def n_features_in_(self):
        return self._model().input_dim

    def _params(self):
        """All parameters and the seed, those checked that are for later."""
        params = self.get_params(deep=False)
        params["seed"] = _seed(params["random_state"])
        if self.contamination is not None and not 0 < _real("contamination", self.contamination) <= 0.5:
            raise ValueError(f"contamination is {self.contamination}, must be above 0 and at most 0.5")
        return params

    def _new_model(self, create, *arguments):
        return Model(create, *arguments, threads=self.threads, kernels=self.kernels)

    def _solve(self, create, rows, width, options, *results):
        """The model of a solver, which is stopped as a training is."""
        dataset, stop, models = _dataset(rows), _switch(), []
        options.cancel = stop._as_parameter_
        interruptions = _run(stop, lambda _: models.append(
            self._new_model(create, dataset, width, byref(options), *results)))
        if interruptions:
            raise interruptions.pop()
        if self.contamination is not None:
            models[0].fit_threshold(rows, self.contamination)
        return models[0]

    def encode(self, X, out=None):
        """Codes of rows: [n, latent_dim] float32. Here and below `out` is the array to fill; None makes one."""
        return self._model().encode(X, out)

    def decode(self, codes, out=None):
        """Rows from codes, in the units of the data."""
        return self._model().decode(codes, out)

    def reconstruct(self, X, out=None):
        """Rows through the code and back."""
        return self._model().reconstruct(X, out)

    def transform(self, X):
        """encode(X)"""
        return self.encode(X)

    def inverse_transform(self, codes):
        """decode(codes)"""
        return self.decode(codes)

    def evaluate(self, X):
        """Losses over rows, as an Evaluation."""
        return self._model().evaluate(X)

    def score(self, X, y=None):
        """How well rows are reconstructed, more is better: minus the model's own loss, so of a variational model the
        ELBO. It is in scaled units (see `scaling`), so it compares models of the same loss and scaling."""
        return -self.evaluate(X).loss

    def anomaly_score(self, X, per_feature=False):
        """How unlike the training data each row is, as the library says it: the model's loss of the row. With
        per_feature also what each feature adds to it: (scores, parts)."""
        return self._model().score(X, per_feature)

    def score_samples(self, X):
        """-anomaly_score(X): as in scikit-learn, less is more abnormal."""
        return -self.anomaly_score(X)

    def fit_threshold(self, X, contamination):
        """Sets threshold_ so that no more than this share of the rows is above it. The parameter contamination makes
        fit() do so for its own rows."""
        self._model().fit_threshold(X, contamination)
        return self

    @property
    def threshold_(self):
        """Anomaly score above which a row is an anomaly. It is saved with the model, and gone when that is trained
        on."""
        threshold = self._model().threshold
        if np.isnan(threshold):
            raise AttributeError("there is no threshold: give a contamination before fit(), or call fit_threshold()")
        return threshold

    def _if_threshold(self, method):
        """As in scikit-learn, a method that cannot be is not there: hasattr() says so."""
        if self.contamination is None:
            _ = self.threshold_  # raises AttributeError where there is none
        return method

    @property
    def decision_function(self):
        """decision_function(X): threshold_ less the anomaly score, so below 0 for anomalies. Needs a contamination, or
        fit_threshold()."""
        return self._if_threshold(lambda X: self.threshold_ - self.anomaly_score(X).astype(np.float64))

    @property
    def predict(self):
        """predict(X): -1 for anomalies, 1 for other rows. Needs a contamination, or fit_threshold()."""
        return self._if_threshold(lambda X: np.where(self.decision_function(X) < 0, -1, 1))

    def get_feature_names_out(self, input_features=None):
        """Names for the numbers of a code, as scikit-learn asks for them."""
        name = type(self).__name__.lower()
        return np.asarray([f"{name}{i}" for i in range(self._model().latent_dim)], dtype=object)

    def save(self, path):
        """Writes the model's file, for C, the program autoencoder, or load(). A pickle has the parameters as well."""
        self._model().save(path)

    def export_c(self, path, prefix=None):
        """Writes the model as C source without dependencies: `path`, which ends in .c, and the header beside it. All
        names in them begin with the prefix; None takes the file's name. See docs/export.md."""
        self._model().export_c(path, prefix)

    def export_onnx(self, path, graph="reconstruct"):
        """Writes the model as an ONNX graph: "reconstruct", "encoder" or "decoder"."""
        self._model().export_onnx(path, graph)

    @classmethod
    def load(cls, file, **params):
        """An estimator with the model of a file, or of its bytes. The file does not know the parameters that made it,
        but for the width of the code."""
        estimator = cls(**params)
        model = Model.load(file, estimator.threads, estimator.kernels)
        if model.code not in cls._codes:
            raise ValueError(f"a model with a {model.code} code is none for {cls.__name__}")
        estimator.model_ = model
        return estimator.set_params(**{cls._width: model.latent_dim})

    def _more_tags(self):
        return {"preserves_dtype": [np.float32]}

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags


class _Trained(_Estimator):
    """Those that learn by gradient."""

    def _code(self):
        """Name of the code, and k of "topk"."""
        raise NotImplementedError

    def _create(self, columns, params):
        code, k = self._code()
        widths = [_integer("hidden_dims", width) for width in np.asarray(self.hidden_dims, dtype=object).ravel()]
        options = _options(_ModelOptions, {**params, "input_dim": columns, "topk": k})
        options.code = _CODE[code]
        options.hidden_dims, options.hidden_count = (c_size_t * len(widths))(*widths), len(widths)
        return self._new_model(_lib.ae_model_create, byref(_on_runtime(options, self.threads, self.kernels)))

    def _train_options(self, params):
        options = _options(_TrainOptions, params)
        corruption = _options(_Corruption, params, kind="corruption", clip="corruption_clip", rate="corruption_rate",
                              deviation="corruption_deviation", value="corruption_value")
        if corruption.kind != _CHOICES["kind"]["none"]:
            options.corruption = ctypes.pointer(corruption)
        return options

    @contextlib.contextmanager
    def _with(self, model, trainer):
        """Sets both, so that a callback finds them. What fails leaves those before, what is interrupted leaves
        these."""
        before = {name: vars(self)[name] for name in ("model_", "_trainer") if name in vars(self)}
        self.model_, self._trainer = model, trainer
        try:
            yield
        except AutoencoderError:
            del self.model_, self._trainer
            vars(self).update(before)
            raise

    def fit(self, X, y=None, *, validation=None, callback=None):
        """Learns from the rows of X; y is ignored.

        validation: rows to validate on, instead of the share validation_fraction of X.
        callback: called with an EpochReport after each epoch, in this thread; it may use the estimator. If it returns
        True the training ends there. If it raises, that as well, and the exception goes on from here. After that, and
        after Ctrl-C, the estimator has the model as it was then, or with patience that of its best epoch. After a
        failure it is as before the call."""
        params = self._params()
        if callback is not None and not callable(callback):
            raise TypeError(f"callback must be callable, not {callback!r}")
        rows = _rows(X, least=1)
        dataset, options, stop = _dataset(rows), self._train_options(params), _switch()
        held_out = None if validation is None else _dataset(_rows(validation, rows.shape[1], "validation", least=1))
        model = self._create(rows.shape[1], params)

        def train(on_epoch):
            options.cancel, options.callback = stop._as_parameter_, on_epoch
            _lib.ae_fit(model, dataset, held_out, byref(options))

        with self._with(model, None):
            interruptions = _run(stop, train, callback)
            if not interruptions and self.contamination is not None:
                model.fit_threshold(rows, self.contamination)
        if interruptions:
            raise interruptions.pop()
        return self

    def partial_fit(self, X, y=None):
        """One pass over the rows of X, from where the last one ended, with the optimizer's state (which a pickle does
        not have). The first rows fit the scaling. There is no validation and no threshold: see fit_threshold(). The
        learning rate moves as if there were `epochs` of these calls."""
        params = self._params()
        model = getattr(self, "model_", None)
        rows = _rows(X, model.input_dim if model else None, least=1)
        dataset = _dataset(rows)
        if model is None:
            model = self._create(rows.shape[1], params)
            scaling = _one_of(_CHOICES["scaling"], "scaling", self.scaling)
            if scaling != _CHOICES["scaling"]["none"]:
                _lib.ae_model_fit_scaling(model, dataset, scaling)
        trainer = getattr(self, "_trainer", None) or _Trainer(model, self._train_options(params))
        with self._with(model, trainer):
            interruptions = trainer.epoch(dataset)
        if interruptions:
            raise interruptions.pop()
        return self

    def import_safetensors(self, path, n_features=None, *, prefix=None, ignore_extra=False):
        """Takes the weights of a safetensors file that another program wrote, such as PyTorch's state dict, of the same
        architecture; docs/export.md says which names fit. With n_features, the width of the data, the model is a new
        one of this estimator's parameters. Without, it is the fitted one, which keeps its scaling and loses its
        threshold. What fails leaves the estimator as it was.

        prefix: what names begin with, such as "module."; others are not looked at.
        ignore_extra: tensors that have no place in the model may be there."""
        if n_features is None:
            model = copy.copy(self._model())
        else:
            if _one_of(_CHOICES["scaling"], "scaling", self.scaling) != _CHOICES["scaling"]["none"]:
                raise ValueError(f"scaling={self.scaling!r} needs rows: call fit() or partial_fit() with some, then "
                                 "import_safetensors() without n_features")
            model = self._create(_integer("n_features", n_features), self._params())
        model.import_safetensors(path, prefix, ignore_extra)
        self.model_, self._trainer = model, None
        return self

    def fit_threshold(self, X, contamination):
        self._trainer = None  # which has the model for itself
        return super().fit_threshold(X, contamination)

    @property
    def history_(self):
        """An EpochReport for each whole epoch."""
        return self._model().history


class Autoencoder(_Trained):
    """Autoencoder of dense layers: input -> hidden_dims -> code -> hidden_dims mirrored -> reconstruction.

    Plain; denoising with `corruption`; sparse with `code_l1`, or `sparsity_weight`; top-k with `topk`, the entries of a
    code that are kept; contractive with `contraction`. These combine as in C, where ae_model_options (model.h),
    ae_train_options and ae_corruption (train.h) say what each parameter does. hidden_dims are hidden_dims with
    hidden_count; corruption_x is the field x of ae_corruption."""

    _codes = ("plain", "topk")

    def __init__(self, latent_dim=2, hidden_dims=(), *,
                 hidden_activation="relu", latent_activation="identity", output_activation="identity",
                 activation_parameter=0.0, loss="squared_error", noise="fixed", noise_deviation=1.0, topk=None,
                 init="auto", init_scale=0.05, bias=True, tied=False, batch_norm=False, dropout=0.0, scaling="none",
                 epochs=20, batch_size=128, shuffle=True, optimizer="adam", learning_rate=1e-3, momentum=0.0,
                 nesterov=False, rho=0.99, beta1=0.9, beta2=0.999, epsilon=1e-8, weight_decay=0.0, l1_decay=0.0,
                 clip_value=0.0, clip_norm=0.0, orthonormal=False, schedule="constant", min_learning_rate=0.0,
                 schedule_factor=0.1, schedule_epochs=10, warmup_epochs=0.0, validation_fraction=0.0, patience=0,
                 min_delta=0.0,
                 corruption="none", corruption_deviation=0.3, corruption_rate=0.25, corruption_value=0.0,
                 corruption_clip=False, emphasis_corrupted=1.0, emphasis_clean=1.0, code_l1=0.0, sparsity_weight=0.0,
                 sparsity_target=0.05, topk_boost=3.0, contraction=0.0,
                 contamination=None, random_state=0, threads=1, kernels="auto"):
        _keep(self, locals())

    def _code(self):
        return ("plain", 0) if self.topk is None else ("topk", self.topk)


class VariationalAutoencoder(_Trained):
    """Variational autoencoder: a code is q(z|x) = N(mu, sigma^2), of which encode() gives mu, and new rows come from
    z ~ N(0, I). Parameters are those of Autoencoder that a variational model has, and its own (the last but one line).
    Other than in C the loss is by default a Gaussian likelihood whose deviation fits itself (noise="optimal")."""

    _codes = ("gaussian",)

    def __init__(self, latent_dim=2, hidden_dims=(), *,
                 hidden_activation="relu", latent_activation="identity", output_activation="identity",
                 activation_parameter=0.0, loss="gaussian_likelihood", noise="optimal", noise_deviation=1.0,
                 variance="shared", init="auto", init_scale=0.05, bias=True, tied=False, batch_norm=False, dropout=0.0,
                 scaling="none",
                 epochs=20, batch_size=128, shuffle=True, optimizer="adam", learning_rate=1e-3, momentum=0.0,
                 nesterov=False, rho=0.99, beta1=0.9, beta2=0.999, epsilon=1e-8, weight_decay=0.0, l1_decay=0.0,
                 clip_value=0.0, clip_norm=0.0, schedule="constant", min_learning_rate=0.0, schedule_factor=0.1,
                 schedule_epochs=10, warmup_epochs=0.0, validation_fraction=0.0, patience=0, min_delta=0.0,
                 corruption="none", corruption_deviation=0.3, corruption_rate=0.25, corruption_value=0.0,
                 corruption_clip=False, emphasis_corrupted=1.0, emphasis_clean=1.0,
                 kl_weight=1.0, kl_warmup_epochs=0.0, kl_cycles=0, free_bits=0.0, samples=1,
                 contamination=None, random_state=0, threads=1, kernels="auto"):
        _keep(self, locals())

    def _code(self):
        return "gaussian", 0

    def encode_distribution(self, X):
        """(mu, log_var) of q(z|x) for each row."""
        return self._model().vae_encode(X)

    def sample(self, n_samples=1, *, random_state=0, first_row=0, observe=False):
        """New rows: the decoder's means of z ~ N(0, I), or with observe drawn from p(x|z). Row i is a function of the
        seed and first_row + i alone, so the same call gives the same rows."""
        return self._model().vae_sample(n_samples, _seed(random_state), first_row, observe)

    def elbo(self, X, samples=1, *, random_state=0):
        """The ELBO over rows and its parts, with so many draws of z for each row, as a VaeEvaluation."""
        return self._model().vae_evaluate(X, samples, _seed(random_state))


class PCA(_Estimator):
    """Principal components. n_components None takes as many as there are; the other parameters are the fields of
    ae_pca_options (pca.h). Fitted it has explained_variance_, explained_variance_ratio_ and components_."""

    _codes = ("plain",)
    _width = "n_components"

    def __init__(self, n_components=None, *, solver="auto", center=True, whiten=False, iterations=8, oversample=10,
                 scaling="none", contamination=None, random_state=0, threads=1, kernels="auto"):
        _keep(self, locals())

    def fit(self, X, y=None):
        """Finds the components of the rows of X; y is ignored. Ctrl-C leaves the estimator as it was."""
        params = self._params()
        rows = _rows(X, least=1)
        k = min(rows.shape) if self.n_components is None else _integer("n_components", self.n_components)
        options = _on_runtime(_options(_PcaOptions, params), self.threads, self.kernels)
        variances, total = np.empty(min(k, *rows.shape)), c_double()  # the library refuses a larger k
        self.model_ = self._solve(_lib.ae_pca_fit, rows, k, options, variances.ctypes.data, byref(total))
        self.explained_variance_ = variances
        self.explained_variance_ratio_ = variances / total.value if total.value > 0 else np.zeros_like(variances)
        return self

    @classmethod
    def load(cls, file, **params):
        estimator = super().load(file, **params)
        if any(name.startswith(("encoder.1.", "decoder.1.")) for name in estimator.model_.tensor_names()):
            raise ValueError("a model of several layers is none for PCA")
        return estimator

    @property
    def components_(self):
        """[n_components, features], each row of norm 1 (or 0, where whitening found no variance)."""
        weight = self._model().tensor("encoder.0.weight")
        norm = np.linalg.norm(weight, axis=1, keepdims=True)
        return weight / np.where(norm > 0, norm, 1) if self.whiten else weight


class DictionaryLearning(_Estimator):
    """Sparse dictionary: rows as combinations of few of n_components atoms. alpha is the lambda of
    ae_dictionary_options (dictionary.h), the weight of |code|_1; the other parameters are its fields. n_components None
    takes as many as there are features. Fitted it has components_, the atoms, and objective_."""

    _codes = ("lasso",)
    _width = "n_components"

    def __init__(self, n_components=None, *, alpha=0.1, method="batch", nonnegative_code=False, nonnegative_atoms=False,
                 iterations=300, batch_size=256, tolerance=1e-4, min_improvement=1e-5, initial_atoms=None,
                 scaling="none", contamination=None, random_state=0, threads=1, kernels="auto"):
        _keep(self, locals())

    def fit(self, X, y=None):
        """Learns the atoms of the rows of X; y is ignored. Ctrl-C leaves the estimator as it was."""
        params = self._params()
        rows = _rows(X, least=1)
        atoms = rows.shape[1] if self.n_components is None else _integer("n_components", self.n_components)
        options = _on_runtime(_options(_DictionaryOptions, params, **{"lambda": "alpha"}), self.threads, self.kernels)
        if self.initial_atoms is not None:
            initial = np.ascontiguousarray(_rows(self.initial_atoms, rows.shape[1], "initial_atoms"))
            if len(initial) != atoms:
                raise ValueError(f"initial_atoms has {len(initial)} rows, must have n_components, {atoms}")
            options.initial_atoms = initial.ctypes.data
        objective = c_double()
        self.model_ = self._solve(_lib.ae_dictionary_fit, rows, atoms, options, byref(objective))
        self.objective_ = objective.value
        return self

    @property
    def components_(self):
        """The atoms: [n_components, features], each row of norm 1."""
        return self._model().tensor("encoder.0.weight")
