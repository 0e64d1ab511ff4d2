# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""examples/python/autoencoder.py: what it declares is what the headers say, it gives the bytes that C gives, and its
estimators are such of scikit-learn, which can be interrupted. Exit 77 (skip) without numpy.

    test_module.py LIBRARY SOURCE_ROOT SAVE_MODEL PROGRAM COMPILER... [-- TEST...]

SAVE_MODEL is the program of save_model.c, PROGRAM the command-line program or "" where it is not built.
"""
import contextlib
import copy
import ctypes
import doctest
import gc
import inspect
import json
import os
import pathlib
import pickle
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import tracemalloc
import unittest
import warnings
import weakref
from unittest import mock

try:
    import numpy as np
except ImportError:
    print("numpy is not installed")
    sys.exit(77)
try:
    import sklearn
except ImportError:
    sklearn = None

LIBRARY, ROOT, SAVE_MODEL, PROGRAM = (each and os.path.abspath(each) for each in sys.argv[1:5])
ROOT = pathlib.Path(ROOT)
SPLIT = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
COMPILER, CHOSEN = sys.argv[5:SPLIT], sys.argv[SPLIT + 1:]
MODULE = ROOT / "examples" / "python"
os.environ["AUTOENCODER_LIBRARY"] = LIBRARY
os.environ["PYTHONPATH"] = str(MODULE)  # for other processes
sys.path.insert(0, str(MODULE))
sys.dont_write_bytecode = True
import autoencoder as ae  # noqa: E402

ESTIMATORS = [ae.Autoencoder, ae.VariationalAutoencoder, ae.PCA, ae.DictionaryLearning]
needs_sklearn = unittest.skipUnless(sklearn, "scikit-learn is not installed")


def rows(n=200, width=12, seed=0):
    """Rows on a curved surface of two dimensions, and a little noise."""
    random = np.random.RandomState(seed)
    z = random.rand(n, 2)
    x = np.sin(z @ random.randn(2, width) * 3) / 2 + 0.5 + 0.01 * random.randn(n, width)
    return np.clip(x, 0, 1).astype(np.float32)


def digits():
    return np.loadtxt(ROOT / "examples/data/digits.csv.gz", delimiter=",", dtype=np.float32)[:, :64]


def run(program, *arguments, **more):
    return subprocess.run([str(program), *map(str, arguments)], check=True, capture_output=True, text=True, timeout=120,
                          **more)


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)


class Headers(Folder):
    """The tables of the module against the C headers."""

    @staticmethod
    def structs():
        found = [each for each in vars(ae).values() if isinstance(each, type) and issubclass(each, ctypes.Structure)]
        return {"ae" + re.sub("([A-Z])", r"_\1", struct.__name__[1:]).lower(): struct for struct in found}

    @staticmethod
    def text():
        text = "".join(path.read_text() for path in sorted((ROOT / "include/autoencoder").glob("*.h")))
        return re.sub(r"/\*.*?\*/", " ", text, flags=re.S)

    def compiled(self, lines):
        """What a C program of these statements prints, a number each."""
        source, program = self.folder / "print.c", self.folder / "print"
        source.write_text("#include <autoencoder/autoencoder.h>\n#include <stdio.h>\nint main(void)\n{\n" + "".join(
            f'    printf("%llu\\n", (unsigned long long)({line}));\n' for line in lines) + "    return 0;\n}\n")
        run(COMPILER[0], *COMPILER[1:], "-I", ROOT / "include", source, "-o", program)
        return list(map(int, run(program).stdout.split()))

    def differences(self, structs):
        """Fields that are elsewhere in C. Structs grow at their end, so C may have more."""
        asked = [(f"{c}.{name}", getattr(struct, name), f"offsetof({c}, {name})", f"sizeof((({c} *)0)->{name})")
                 for c, struct in structs.items() for name, _ in struct._fields_]
        numbers = self.compiled([line for _, _, *lines in asked for line in lines])
        return [name for (name, field, *_), offset, size in zip(asked, numbers[::2], numbers[1::2])
                if (field.offset, field.size) != (offset, size)]

    def test_structs(self):
        structs = self.structs()
        self.assertGreaterEqual(len(structs), 10)
        self.assertEqual(self.differences(structs), [])
        for c, size in zip(structs, self.compiled([f"sizeof({c})" for c in structs])):
            self.assertLessEqual(ctypes.sizeof(structs[c]), size, c)

    def test_a_wrong_struct_is_found_out(self):
        class Wrong(ctypes.Structure):
            _fields_ = [(name, ctypes.c_uint32 if name == "seed" else kind) for name, kind in ae._PcaOptions._fields_]
        self.assertIn("ae_pca_options.seed", self.differences({"ae_pca_options": Wrong}))

    def test_constants(self):
        choices = [*ae._CHOICES.values(), ae._CODE, ae._PATH, ae._STATUS]
        asked = [(choice.prefix + name.upper(), number) for choice in choices for name, number in choice.items()]
        numbers = self.compiled([name for name, _ in asked])
        self.assertEqual([(name, number) for (name, _), number in zip(asked, numbers)], asked)

    def test_functions(self):
        text = self.text()
        numbers = {"size_t": ctypes.c_size_t, "uint64_t": ctypes.c_uint64, "uint32_t": ctypes.c_uint32,
                   "int32_t": ctypes.c_int32, "double": ctypes.c_double, "void": None}
        numbers.update((name, ctypes.c_int32) for name in re.findall(r"typedef int32_t (\w+);", text))
        structs = self.structs()

        def fits(c, declared):
            c = c.replace("const ", "").strip()
            kind, stars = re.match(r"(\w+) ?(\**)", c).groups()
            if not stars:
                return declared is numbers[kind]
            if kind in structs:
                return declared is ctypes.POINTER(structs[kind])
            if kind.startswith("ae_") and stars == "**":
                return declared is ctypes.POINTER(ctypes.c_void_p)
            if kind in ("char", "void"):
                return declared in (ctypes.c_char_p, ctypes.c_void_p)
            return declared is ctypes.c_void_p or kind in numbers and declared is ctypes.POINTER(numbers[kind])
        functions = {name: (result, arguments) for result, name, arguments in
                     re.findall(r"AE_API\s+([\w ]+\**)\s*\b(ae_\w+)\(([^)]*)\);", text)}
        for name, (result, *arguments) in ae._API.items():
            c_result, c_arguments = functions[name]
            c_arguments = [] if c_arguments.strip() == "void" else re.split(r",\s*", c_arguments.strip())
            self.assertEqual(result is ae._status, c_result.strip() == "ae_status", name)
            self.assertTrue(result is ae._status or fits(c_result, result), name)
            self.assertEqual(len(arguments), len(c_arguments), name)
            for c, declared in zip(c_arguments, arguments):
                self.assertTrue(fits(c, declared), f"{name}: {c} as {declared}")
        self.assertFalse(fits("size_t rows", ctypes.c_int32))
        self.assertFalse(fits("const ae_train_options *options", ctypes.POINTER(ae._ModelOptions)))

    def test_defaults(self):
        """Those of the constructors are the library's."""
        renamed = {"corruption": "kind", "alpha": "lambda", **{f"corruption_{name}": name for name in
                                                               ("deviation", "rate", "value", "clip")}}
        own = {"latent_dim", "hidden_dims", "topk", "n_components", "contamination", "random_state", "initial_atoms"}
        for cls, structs in zip(ESTIMATORS, [(ae._ModelOptions, ae._TrainOptions, ae._Corruption)] * 2 +
                                [(ae._PcaOptions,), (ae._DictionaryOptions,)]):
            options = [ae._options(struct, {}) for struct in (*structs, ae._RuntimeOptions)]
            for name, default in cls().get_params().items():
                field = renamed.get(name, name)
                if name in own or cls is ae.VariationalAutoencoder and name in ("loss", "noise"):
                    continue
                found = next(getattr(c, field) for c in options if hasattr(c, field) and not
                             (field == "value" and not isinstance(c, ae._Corruption)))
                default = ae._CHOICES[field][default] if field in ae._CHOICES else default
                self.assertEqual(found, default, f"{cls.__name__}.{name}")

    def test_parameters_are_complete_and_arrive(self):
        others = {"struct_size", "runtime", "seed", "input_dim", "hidden_count", "output_dim", "code", "reserved",
                  "steps_per_epoch", "callback", "callback_user", "cancel", "lambda", "clip", "kind", "value", "rate",
                  "deviation"}
        for classes, structs in (([ae.Autoencoder, ae.VariationalAutoencoder],
                                  [ae._ModelOptions, ae._TrainOptions, ae._Corruption]),
                                 ([ae.PCA], [ae._PcaOptions]), ([ae.DictionaryLearning], [ae._DictionaryOptions])):
            known = {name for cls in classes for name in cls().get_params()}
            fields = {name for struct in structs for name, _ in struct._fields_}
            self.assertEqual(fields - known - others, set())
        changed = {"corruption": "mask", "epochs": 3, "kl_cycles": 4, "patience": 9, "schedule": "step", "samples": 2}
        for cls in ESTIMATORS[:2]:
            for name, default in cls().get_params().items():
                value = changed.get(name, not default if isinstance(default, bool) else 0.125)
                if name in ("contamination", "random_state", "threads", "kernels", "latent_dim", "hidden_dims", "topk",
                            "schedule_epochs", "batch_size") or isinstance(default, str) and name not in changed:
                    continue
                estimator = cls(**{"corruption": "gaussian", name: value})
                options = estimator._train_options({**estimator.get_params(), "seed": 0})
                model = ae._options(ae._ModelOptions, {**estimator.get_params(), "topk": 0})
                name = re.sub("^corruption_", "", name)
                arrived = [getattr(c, name) for c in (model, options, options.corruption.contents) if hasattr(c, name)]
                if name == "corruption":
                    arrived = [options.corruption.contents.kind]
                if isinstance(value, str):
                    value = ae._CHOICES[{"corruption": "kind"}.get(name, name)][value]
                self.assertIn(value, arrived, f"{cls.__name__}.{name}")


class Loading(Folder):
    def start(self, place=MODULE, then="", **environment):
        environment = {**os.environ, "PYTHONPATH": str(place), **environment}
        code = "import autoencoder; print(autoencoder.library_version())\n" + textwrap.dedent(then)
        return subprocess.run([sys.executable, "-B", "-c", code], capture_output=True, text=True, timeout=120,
                              env={name: value for name, value in environment.items() if value})

    def compile_library(self, code, name="libother.so"):
        (self.folder / "other.c").write_text(code)
        run(COMPILER[0], *COMPILER[1:], "-shared", "-fPIC", self.folder / "other.c", "-o", self.folder / name)
        return str(self.folder / name)

    def test_a_library_that_is_not_there(self):
        reply = self.start(AUTOENCODER_LIBRARY="/nowhere/libautoencoder.so")
        self.assertIn("ImportError: the library libautoencoder was not found", reply.stderr)
        self.assertIn("/nowhere/libautoencoder.so", reply.stderr)

    def test_another_library(self):
        reply = self.start(AUTOENCODER_LIBRARY=self.compile_library("int autoencoder;\n"))
        self.assertRegex(reply.stderr, r"ImportError: [^$]*libother.so: .*ae_version_number")

    def test_another_release(self):
        code = "int ae_version_number(void) {{ return {}; }}\nconst char *ae_version(void) {{ return \"x\"; }}\n"
        for number in (10000, 0, 99):
            reply = self.start(AUTOENCODER_LIBRARY=self.compile_library(code.format(number), f"lib{number}.so"))
            self.assertRegex(reply.stderr, r"ImportError: [^$]*so is release x, this module is for 0\.1")

    def test_a_build_beside_the_module(self):
        place, build = self.folder / "examples" / "python", self.folder / "build" / "lib"
        place.mkdir(parents=True)
        build.mkdir(parents=True)
        shutil.copy(MODULE / "autoencoder.py", place)
        (build / "libautoencoder.so.0").symlink_to(LIBRARY)
        self.assertEqual(self.start(place, AUTOENCODER_LIBRARY="").stdout.strip(), ae.library_version())

    def test_without_scikit_learn(self):
        (self.folder / "sklearn.py").write_text("raise ImportError('not here')\n")
        reply = self.start(f"{self.folder}{os.pathsep}{MODULE}", """
            import numpy as np, pickle, sys
            from autoencoder import *
            assert "sklearn.base" not in sys.modules
            x = np.random.RandomState(0).rand(50, 6)
            e = PCA(2, whiten=True)
            assert e.fit_transform(x).shape == (50, 2) and e.get_params()["whiten"] is True
            assert e.set_params(n_components=3).fit(x).encode(x).shape == (50, 3)
            assert repr(e) == "PCA(n_components=3, whiten=True)", repr(e)
            assert (pickle.loads(pickle.dumps(e)).encode(x) == e.encode(x)).all()
            for wrong in (lambda: e.set_params(depth=3), lambda: Autoencoder().encode(x)):
                try:
                    wrong()
                except ValueError as error:
                    print(error)
            """)
        self.assertEqual(reply.stderr, "")
        self.assertIn("PCA has no parameter 'depth'\nThis Autoencoder instance is not fitted yet", reply.stdout)


class Bytes(Folder):
    """The same seed and options give what C gives."""

    def test_a_program_in_c(self):
        run(SAVE_MODEL, self.folder)
        x = np.fromfile(self.folder / "x.f32", np.float32).reshape(-1, 12)
        model = ae.Autoencoder(3, (9, 5), hidden_activation="tanh", tied=True, batch_norm=True, dropout=0.1, epochs=4,
                               batch_size=16, validation_fraction=0.2, scaling="standard").fit(x)
        self.assertEqual(model.model_.to_bytes(), (self.folder / "model.safetensors").read_bytes())
        self.assertEqual(model.encode(x).tobytes(), (self.folder / "codes.f32").read_bytes())
        self.assertEqual(model.reconstruct(x).tobytes(), (self.folder / "x_hat.f32").read_bytes())
        model.save(self.folder / "again.safetensors")
        self.assertEqual((self.folder / "again.safetensors").read_bytes(), model.model_.to_bytes())

    @unittest.skipUnless(PROGRAM, "the command-line program is not built")
    def test_every_model_of_the_program(self):
        x = rows()
        np.save(self.folder / "x.npy", x)
        trained = {"hidden_dims": (16,), "epochs": 3, "batch_size": 32, "schedule": "cosine",
                   "output_activation": "sigmoid"}
        options = ["--hidden", "16", "--batch", 32, "--validation", 0, "--output", "sigmoid"]
        for kind, more, estimator in [
                ("plain", options + ["--scale", "standard", "--output", "identity", "--contamination", 0.05],
                 ae.Autoencoder(**{**trained, "output_activation": "identity"}, scaling="standard",
                                contamination=0.05)),
                ("plain", options + ["--loss", "bce", "--optimizer", "sgd", "--learning-rate", 0.5], ae.Autoencoder(
                    **trained, loss="binary_cross_entropy", optimizer="sgd", learning_rate=0.5)),
                ("denoising", options + ["--noise", "mask:0.2"], ae.Autoencoder(
                    **trained, corruption="mask", corruption_rate=0.2)),
                ("sparse", options, ae.Autoencoder(
                    **trained, latent_activation="relu", code_l1=0.1, weight_decay=1e-3)),
                ("topk", options + ["--topk", 2], ae.Autoencoder(**trained, topk=2, topk_boost=10)),
                ("contractive", options, ae.Autoencoder(
                    **trained, hidden_activation="softplus", latent_activation="sigmoid", contraction=0.1)),
                ("variational", options + ["--beta", 0.5], ae.VariationalAutoencoder(
                    **trained, kl_weight=0.5, kl_warmup_epochs=0.3)),
                ("pca", ["--scale", "standard"], ae.PCA(3, scaling="standard")),
                ("dictionary", ["--l1", 0.2], ae.DictionaryLearning(3, alpha=0.2, iterations=3))]:
            for threads in (1, 2):
                with self.subTest(kind, threads=threads):
                    epochs = [] if kind == "pca" else ["--epochs", 3]
                    run(PROGRAM, "train", self.folder / "x.npy", "--model", kind, "--latent", 3, "--seed", 5,
                        "--threads", 3 - threads, "--quiet", "-o", self.folder / "m", *epochs, *more)
                    run(PROGRAM, "encode", self.folder / "m", self.folder / "x.npy", "-o", self.folder / "codes.npy")
                    width = {} if kind in ("pca", "dictionary") else {"latent_dim": 3}
                    estimator.set_params(random_state=5, threads=threads, **width).fit(x)
                    self.assertEqual(estimator.model_.to_bytes(), (self.folder / "m").read_bytes())
                    self.assertEqual(estimator.encode(x).tobytes(), np.load(self.folder / "codes.npy").tobytes())
                    loaded = type(estimator).load(self.folder / "m")
                    self.assertEqual(loaded.reconstruct(x).tobytes(), estimator.reconstruct(x).tobytes())

    def test_seeds(self):
        x = rows()

        def made(random_state):
            return ae.Autoencoder(random_state=random_state, epochs=1).fit(x).model_.to_bytes()
        self.assertEqual(made(3), made(np.int64(3)))
        self.assertNotEqual(made(3), made(4))
        self.assertEqual(made(np.random.RandomState(1)), made(np.random.RandomState(1)))
        self.assertEqual(made(np.random.default_rng(1)), made(np.random.default_rng(1)))
        np.random.seed(1)
        first, second = made(None), made(None)
        np.random.seed(1)
        self.assertEqual(made(None), first)
        self.assertNotEqual(first, second)
        for wrong, error in ((-1, ValueError), (2**64, ValueError), (1.0, TypeError), ("1", TypeError),
                             (True, TypeError)):
            with self.assertRaisesRegex(error, "random_state"):
                made(wrong)
        made(2**64 - 1)


class Rows(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.x = rows()
        cls.model = ae.Autoencoder(3, (8,), epochs=2).fit(cls.x)

    def test_in_place(self):
        wide = np.zeros((400, 30), np.float32)
        wide[::2, 5:17] = self.x
        read_only = self.x.copy()
        read_only.flags.writeable = False
        for view in (self.x, wide[::2, 5:17], self.x[::3], self.x[:1], self.x[5:6, :], read_only, self.x[:0]):
            self.assertIs(ae._rows(view), view)
            self.assertEqual(self.model.encode(view).tobytes(), self.model.encode(view.copy()).tobytes())
        column = np.asfortranarray(self.x)[:, :1]
        self.assertIs(ae._rows(column), column)
        fitted = ae.Autoencoder(3, (8,), epochs=2).fit(wide[::2, 5:17])
        self.assertEqual(fitted.model_.to_bytes(), self.model.model_.to_bytes())

    def test_converted(self):
        moved = np.frombuffer(b"x" + self.x.tobytes(), np.uint8)[1:].view(np.float32).reshape(self.x.shape)
        whole = np.rint(self.x * 9)
        for other, same in ((np.asfortranarray(self.x), self.x), (self.x.astype(np.float64), self.x),
                            (self.x[::-1], self.x[::-1].copy()), (self.x.astype(">f4"), self.x), (moved, self.x),
                            (self.x.tolist(), self.x), (self.x.astype(object), self.x),
                            (whole.astype(np.int64), whole), (whole.astype(np.uint8), whole),
                            (whole > 4, np.float32(whole > 4)),
                            (np.broadcast_to(self.x[0], self.x.shape), np.tile(self.x[0], (len(self.x), 1))),
                            (self.x.astype(np.float16), self.x.astype(np.float16).astype(np.float32))):
            self.assertTrue(ae._in_place(ae._rows(other)))
            self.assertEqual(self.model.encode(other).tobytes(), self.model.encode(same).tobytes())
        view = self.x[:, ::-1]
        self.assertEqual(self.model.encode(view).tobytes(), self.model.encode(view.copy()).tobytes())

    def test_refused_before_the_call(self):
        nan, large = self.x.astype(np.float64), self.x.astype(np.float64)
        nan[7, 3], large[7, 3] = np.nan, -1e300
        cases = [(self.x[0], ValueError, "Expected 2D array, got 1D"), (self.x[None], ValueError, "got 3D"),
                 (self.x[:, :5], ValueError, "5 features, but Model is expecting 12"), (None, ValueError, "got 0D"),
                 (nan, ValueError, "row 7, column 3"), (large, ValueError, "row 7, column 3"),
                 (nan.astype(np.float32), ValueError, "row 7, column 3"),
                 (self.x[:, :0], ValueError, "0 feature"), (self.x.astype(str), TypeError, "<U32"),
                 (self.x * 1j, ValueError, "Complex"), (np.full(self.x.shape, {}), TypeError, "number"),
                 (np.zeros(self.x.shape, "M8[s]"), TypeError, "datetime")]
        for name in ("encode", "reconstruct", "transform", "anomaly_score", "evaluate", "score", "partial_fit"):
            before = self.model.model_.to_bytes()
            for x, error, text in cases:
                with self.assertRaisesRegex(error, text) as caught:
                    getattr(self.model, name)(x)
                self.assertNotIsInstance(caught.exception, ae.AutoencoderError)
            self.assertEqual(self.model.model_.to_bytes(), before)
        for call in (self.model.fit, self.model.evaluate, self.model.partial_fit):
            with self.assertRaisesRegex(ValueError, "0 sample"):
                call(self.x[:0])
        with self.assertRaisesRegex(ValueError, "codes has 2 features"):
            self.model.decode(np.zeros((1, 2)))
        with self.assertRaisesRegex(ValueError, "validation has 5 features"):
            ae.Autoencoder().fit(self.x, validation=self.x[:, :5])

    def test_infinities_are_told_without_a_warning(self):
        x = self.x.copy()
        x[3, 1], x[5, 2] = np.inf, -np.inf
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with self.assertRaisesRegex(ValueError, "row 3, column 1"):
                self.model.encode(x)

    def test_sparse_matrices_are_refused(self):
        class Sparse:
            def toarray(self):
                raise AssertionError("it is not for the module to make this large")
        with self.assertRaisesRegex(TypeError, "sparse"):
            self.model.encode(Sparse())

    def test_out(self):
        codes = self.model.encode(self.x)
        frame = np.full((2 * len(codes), 9), 7, np.float32)
        self.assertIs(self.model.encode(self.x, out=frame[::2, 2:5]).base, frame)
        self.assertTrue((frame[::2, 2:5] == codes).all())
        frame[::2, 2:5] = 7
        self.assertTrue((frame == 7).all())
        for out, error in ((codes.astype(np.float64), TypeError), (codes[:-1], ValueError),
                           (codes.T.copy().T, ValueError), (codes.tolist(), TypeError),
                           (np.broadcast_to(codes[0], codes.shape), ValueError),
                           (self.x[:, 2:5], ValueError)):
            with self.assertRaisesRegex(error, "out"):
                self.model.encode(self.x, out)
        both = np.zeros((len(self.x), 15), np.float32)  # side by side is no overlap
        both[:, :12] = self.x
        self.model.encode(both[:, :12], out=both[:, 12:])
        self.assertEqual(both[:, 12:].tobytes(), codes.tobytes())

    def test_no_copies(self):
        """Work on 64 MB takes no memory of its size; on float64 it takes one copy."""
        x = np.zeros((250_000, 64), np.float32)
        model = ae.PCA(2).fit(rows(100, 64))
        out = np.empty((len(x), 2), np.float32)
        for data, work, least, most in ((x, lambda: model.encode(x, out), 0, 1), (x, lambda: ae.PCA(2).fit(x), 0, 1),
                                        (x, lambda: ae.Autoencoder(epochs=1, batch_size=10_000).fit(x), 0, 1),
                                        (x, lambda: model.encode(x.astype(float), out), 64 + 128, 64 + 129)):
            tracemalloc.start()
            work()
            peak = tracemalloc.get_traced_memory()[1] / 1e6
            tracemalloc.stop()
            self.assertTrue(least <= peak <= most, peak)


class Parameters(unittest.TestCase):
    def test_wrong_types_and_names(self):
        x = rows(40)
        for name, value, error in [
                ("latent_dim", 2.5, TypeError), ("latent_dim", "2", TypeError), ("latent_dim", -1, ValueError),
                ("latent_dim", None, TypeError), ("hidden_dims", (8, 2.5), TypeError), ("hidden_dims", "8", TypeError),
                ("hidden_dims", (-8,), ValueError), ("epochs", "20", TypeError), ("epochs", -1, ValueError),
                ("epochs", True, TypeError), ("learning_rate", "0.1", TypeError), ("learning_rate", None, TypeError),
                ("learning_rate", 1j, TypeError), ("shuffle", 1, TypeError), ("tied", "yes", TypeError),
                ("hidden_activation", "swish", ValueError), ("hidden_activation", 1, ValueError),
                ("loss", "mse", ValueError), ("optimizer", None, ValueError), ("scaling", "l2", ValueError),
                ("topk", 1.5, TypeError),
                ("corruption", "blur", ValueError), ("corruption_rate", "1", TypeError),
                ("corruption_clip", 1, TypeError), ("contamination", "5%", TypeError),
                ("contamination", 0.7, ValueError), ("contamination", 0, ValueError),
                ("threads", 1.5, TypeError), ("threads", -1, ValueError), ("kernels", "gpu", ValueError)]:
            for fit in ("fit", "partial_fit"):
                with self.assertRaisesRegex(error, name, msg=f"{name}={value!r}") as caught:
                    getattr(ae.Autoencoder(**{name: value}), fit)(x)
                self.assertNotIsInstance(caught.exception, ae.AutoencoderError)
        for estimator, name in ((ae.PCA(2.0), "n_components"), (ae.PCA(center=1), "center"),
                                (ae.PCA(solver="qr"), "solver"), (ae.DictionaryLearning(alpha="1"), "alpha"),
                                (ae.DictionaryLearning(method=0), "method"),
                                (ae.DictionaryLearning(3, initial_atoms=np.ones((2, 12))), "initial_atoms"),
                                (ae.DictionaryLearning(3, initial_atoms=np.ones((3, 4))), "initial_atoms")):
            with self.assertRaisesRegex((TypeError, ValueError), name) as caught:
                estimator.fit(x)
            self.assertNotIsInstance(caught.exception, ae.AutoencoderError)
        with self.assertRaisesRegex(TypeError, "callback"):
            ae.Autoencoder().fit(x, callback=3)

    def test_what_the_library_refuses(self):
        x = rows(40)
        for estimator, name in ((ae.Autoencoder(learning_rate=-1), "AE_ERROR_INVALID_ARGUMENT"),
                                (ae.Autoencoder(latent_dim=0), "AE_ERROR_INVALID_ARGUMENT"),
                                (ae.Autoencoder(loss="binary_cross_entropy", output_activation="sigmoid"),
                                 "AE_ERROR_DATA"),
                                (ae.Autoencoder(patience=3), "AE_ERROR_INVALID_ARGUMENT"),
                                (ae.PCA(13), "AE_ERROR_INVALID_ARGUMENT"), (ae.PCA(2**63), "AE_ERROR_INVALID_ARGUMENT"),
                                (ae.Autoencoder(threads=1000), "AE_ERROR_INVALID_ARGUMENT")):
            with self.assertRaises(ae.ArgumentError) as caught:
                estimator.fit(x * 2)
            self.assertIsInstance(caught.exception, ValueError)
            self.assertEqual(caught.exception.status_name, name)
            self.assertTrue(str(caught.exception))
            self.assertFalse(hasattr(estimator, "model_"))
            again = pickle.loads(pickle.dumps(caught.exception))
            self.assertEqual((str(again), again.status), (str(caught.exception), caught.exception.status))
        with self.assertRaises(ae.AutoencoderError) as caught:
            ae.Autoencoder.load("/nowhere/model")
        self.assertEqual(caught.exception.status_name, "AE_ERROR_IO")
        with self.assertRaises(ae.AutoencoderError) as caught:
            ae.Model.load(b"no model")
        self.assertEqual(caught.exception.status_name, "AE_ERROR_FORMAT")

    def test_a_failure_leaves_the_estimator_as_it_was(self):
        x = rows(40)
        model = ae.Autoencoder(epochs=2).fit(x).partial_fit(x)
        before = model.model_.to_bytes()
        model.set_params(learning_rate=1e30, optimizer="sgd")
        with self.assertRaises(ae.AutoencoderError) as caught:
            model.fit(x)
        self.assertEqual(caught.exception.status_name, "AE_ERROR_NUMERIC")
        self.assertEqual(model.model_.to_bytes(), before)
        model.set_params(learning_rate=1e-3).partial_fit(x)
        self.assertEqual(len(model.history_), 4)

    def test_numbers_of_numpy(self):
        model = ae.Autoencoder(np.int32(3), np.array([8, 4]), epochs=np.int64(1), learning_rate=np.float32(0.5),
                               tied=np.bool_(True)).fit(rows(40))
        self.assertEqual(model.encode(rows(40)).shape, (40, 3))
        self.assertEqual(ae.Autoencoder(2, 5, epochs=1).fit(rows(40)).model_.tensor("encoder.0.weight").shape, (5, 12))


class Use(Folder):
    def test_scaling(self):
        x = rows() * np.arange(1, 13, dtype=np.float32) * 100 - 50
        for scaling in ("minmax", "standard", "robust"):
            model = ae.Autoencoder(4, (16,), scaling=scaling, epochs=60, batch_size=16, learning_rate=3e-3).fit(x)
            offset, scale = model.model_.scaling
            self.assertEqual(offset.shape, (12,))
            self.assertLess(np.abs(model.reconstruct(x) - x).mean(), 0.4 * x.std(0).mean())
            if scaling == "standard":
                np.testing.assert_allclose(offset, x.mean(0), rtol=1e-4)
                np.testing.assert_allclose(scale, x.std(0), rtol=1e-4)
        np.testing.assert_array_equal(ae.PCA(2).fit(x).model_.scaling, [[0] * 12, [1] * 12])
        online = ae.Autoencoder(2, scaling="minmax").partial_fit(x[:50])
        np.testing.assert_array_equal(online.model_.scaling[0], x[:50].min(0))

    def test_scores(self):
        x = rows()
        model = ae.Autoencoder(2, (16,), contamination=0.05, epochs=30).fit(x)
        scores, parts = model.anomaly_score(x, per_feature=True)
        np.testing.assert_allclose(parts.sum(1), scores, rtol=1e-5)
        np.testing.assert_array_equal(model.anomaly_score(x), scores)
        np.testing.assert_array_equal(model.score_samples(x), -scores)
        np.testing.assert_allclose(scores, ((model.reconstruct(x) - x) ** 2).sum(1), rtol=1e-3)
        self.assertAlmostEqual(model.score(x), -scores.mean(dtype=np.float64), places=6)
        self.assertEqual((model.predict(x) == -1).sum(), 10)
        self.assertEqual(((scores > model.threshold_) == (model.predict(x) == -1)).all(), True)
        self.assertTrue((model.predict(np.full((3, 12), 9)) == -1).all())
        self.assertEqual((model.fit_threshold(x, 0.5).predict(x) == -1).sum(), 100)
        without = ae.Autoencoder(epochs=1).fit(x)
        self.assertFalse(hasattr(without, "predict") or hasattr(without, "decision_function"))
        with self.assertRaisesRegex(AttributeError, "contamination"):
            without.predict(x)
        self.assertEqual((without.partial_fit(x).fit_threshold(x, 0.1).predict(x) == -1).sum(), 20)
        without.partial_fit(x)
        self.assertFalse(hasattr(without, "predict"))

    def test_variational(self):
        x = rows()
        model = ae.VariationalAutoencoder(2, (32,), epochs=100, batch_size=16).fit(x)
        mu, log_var = model.encode_distribution(x)
        np.testing.assert_array_equal(mu, model.encode(x))
        self.assertEqual(log_var.shape, (200, 2))
        elbo = model.elbo(x, samples=4)
        self.assertAlmostEqual(elbo.negative_elbo, elbo.reconstruction + elbo.kl, places=6)
        self.assertAlmostEqual(model.score(x), -model.elbo(x).negative_elbo, places=6)
        new = model.sample(6, random_state=3)
        np.testing.assert_array_equal(new, model.sample(6, random_state=3))
        np.testing.assert_allclose(new[2:], model.sample(4, random_state=3, first_row=2), rtol=1e-5, atol=1e-6)
        self.assertFalse(np.array_equal(new, model.sample(6)))
        self.assertFalse(np.array_equal(new, model.sample(6, random_state=3, observe=True)))
        self.assertLess(np.abs(model.sample(500).mean(0) - x.mean(0)).mean(), 0.2)
        self.assertEqual(model.sample().shape, (1, 12))
        self.assertEqual(model.sample(0).shape, (0, 12))
        for wrong in (-1, 1.5, "3"):
            with self.assertRaisesRegex((TypeError, ValueError), "n_samples"):
                model.sample(wrong)
        self.assertEqual(model.decode(ae.code_grid(4)).shape, (16, 12))
        path = ae.code_path(mu[0], mu[1], 5, "spherical")
        np.testing.assert_array_equal(path[[0, -1]], mu[:2])
        with self.assertRaisesRegex(ValueError, "path"):
            ae.code_path(mu[0], mu[1], 5, "straight")

    def test_pca(self):
        x = rows()
        centered = x.astype(np.float64) - x.mean(0, dtype=np.float64)
        variances = np.linalg.svd(centered, compute_uv=False)[:3] ** 2 / (len(x) - 1)
        for whiten in (False, True):
            model = ae.PCA(3, whiten=whiten).fit(x)
            np.testing.assert_allclose(model.explained_variance_, variances, rtol=1e-4)
            np.testing.assert_allclose(model.explained_variance_ratio_, variances / centered.var(0, ddof=1).sum(),
                                       rtol=1e-4)
            np.testing.assert_allclose(model.components_ @ model.components_.T, np.eye(3), atol=1e-5)
            np.testing.assert_allclose(model.encode(x).var(0, ddof=1), np.ones(3) if whiten else variances, rtol=1e-3)
        self.assertEqual(ae.PCA().fit(x[:5]).encode(x).shape, (200, 5))
        np.testing.assert_allclose(model.inverse_transform(model.transform(x)), model.reconstruct(x), atol=1e-6)

    def test_dictionary(self):
        x = rows()
        model = ae.DictionaryLearning(20, alpha=0.2, iterations=30).fit(x)
        self.assertEqual(model.components_.shape, (20, 12))
        np.testing.assert_allclose(np.linalg.norm(model.components_, axis=1), np.ones(20), rtol=1e-5)
        codes = model.encode(x)
        self.assertGreater((codes == 0).mean(), 0.5)
        objective = ((x - codes @ model.components_) ** 2).sum(1) / 2 + 0.2 * np.abs(codes).sum(1)
        self.assertAlmostEqual(model.objective_, objective.mean(), places=4)
        start = np.asfortranarray(np.eye(12)[:5] * 3)
        fixed = ae.DictionaryLearning(5, initial_atoms=start, iterations=0).fit(x)
        np.testing.assert_array_equal(fixed.components_, np.eye(12)[:5])

    def test_kinds(self):
        x = rows()
        topk = ae.Autoencoder(10, topk=2, epochs=2).fit(x)
        self.assertTrue(((topk.encode(x) != 0).sum(1) <= 2).all())
        self.assertEqual(topk.model_.code, "topk")
        sparse = ae.Autoencoder(10, latent_activation="relu", code_l1=1.0, epochs=30, batch_size=16).fit(x)
        plain = ae.Autoencoder(10, latent_activation="relu", epochs=30, batch_size=16).fit(x)
        self.assertLess(np.abs(sparse.encode(x)).sum(), 0.8 * np.abs(plain.encode(x)).sum())
        self.assertEqual(plain.model_.parameter_count, 12 * 10 + 10 + 10 * 12 + 12)
        self.assertEqual(plain.model_.tensor_names()[:2], ["encoder.0.weight", "encoder.0.bias"])
        with self.assertRaises(ae.ArgumentError):
            plain.model_.tensor("encoder.9.weight")

    def test_partial_fit(self):
        x = rows()
        one = ae.Autoencoder(3, (8,), epochs=5, batch_size=16, optimizer="adam").fit(x)
        many = ae.Autoencoder(3, (8,), epochs=5, batch_size=16, optimizer="adam")
        for _ in range(5):
            many.partial_fit(x)
        self.assertEqual(many.encode(x).tobytes(), one.encode(x).tobytes())
        self.assertEqual([report.epoch for report in many.history_], [1, 2, 3, 4, 5])
        before = one.score(x)
        for _ in range(20):
            one.partial_fit(x)
        self.assertGreater(one.score(x), before)

    def test_pickle_copy_and_files(self):
        x = rows()
        for estimator in (ae.Autoencoder(3, contamination=0.1, threads=2), ae.VariationalAutoencoder(3), ae.PCA(3),
                          ae.DictionaryLearning(3, iterations=3)):
            unfitted = pickle.loads(pickle.dumps(estimator))
            self.assertEqual(unfitted.get_params(), estimator.get_params())
            estimator.fit(x)
            for other in (pickle.loads(pickle.dumps(estimator)), copy.deepcopy(estimator)):
                self.assertEqual(other.get_params(), estimator.get_params())
                self.assertEqual(other.model_.to_bytes(), estimator.model_.to_bytes())
                self.assertEqual(other.reconstruct(x).tobytes(), estimator.reconstruct(x).tobytes())
                self.assertEqual(vars(other).keys(), vars(estimator).keys())
            estimator.save(self.folder / "m\u00f6del")
            loaded = type(estimator).load(self.folder / "m\u00f6del", threads=2)
            self.assertEqual(loaded.encode(x).tobytes(), estimator.encode(x).tobytes())
            self.assertEqual(loaded.get_params()[type(estimator)._width], 3)
            self.assertEqual(type(estimator).load((self.folder / "m\u00f6del").read_bytes()).n_features_in_, 12)
        with self.assertRaisesRegex(ValueError, "a model with a lasso code is none for PCA"):
            ae.PCA.load(self.folder / "m\u00f6del")
        with self.assertRaisesRegex(ValueError, "several layers is none for PCA"):
            ae.PCA.load(ae.Autoencoder(3, hidden_dims=(4,)).fit(x).model_.to_bytes())
        with self.assertRaisesRegex(ValueError, "null byte"):
            estimator.save(f"{self.folder}/a\0b")
        halfway = ae.Autoencoder().partial_fit(x)
        again = pickle.loads(pickle.dumps(halfway)).partial_fit(x)
        self.assertEqual(len(again.history_), 2)

    def test_export(self):
        x = rows(20)
        for estimator in (ae.Autoencoder(3, (8,), scaling="standard", epochs=2, contamination=0.1),
                          ae.VariationalAutoencoder(3, epochs=2), ae.PCA(3), ae.DictionaryLearning(3, iterations=3)):
            estimator.fit(x)
            estimator.export_c(self.folder / "net.c")
            self.check_c_source("net", estimator, x)
            estimator.export_c(str(self.folder / "2 nets.c"), prefix="other")
            self.assertIn("void other_encode(", (self.folder / "2 nets.h").read_text())
            solved = isinstance(estimator, ae.DictionaryLearning)
            for graph, taken in (("decoder", "code"), ("encoder", "x"), ("reconstruct", "x"))[:1 if solved else 3]:
                estimator.export_onnx(self.folder / "net.onnx", graph)
                self.check_onnx(self.folder / "net.onnx", taken)
        kept = (self.folder / "net.onnx").read_bytes()
        with self.assertRaises(ae.AutoencoderError) as caught:
            estimator.export_onnx(self.folder / "net.onnx")
        self.assertEqual(caught.exception.status_name, "AE_ERROR_UNSUPPORTED")
        self.assertEqual((self.folder / "net.onnx").read_bytes(), kept)

    def check_c_source(self, prefix, estimator, x):
        """A program with the source gives the same codes."""
        (self.folder / "host.c").write_text(textwrap.dedent(f"""
            #include "{prefix}.h"
            #include <stdio.h>
            int main(void)
            {{
                float x[{prefix.upper()}_INPUT_DIM], code[{prefix.upper()}_LATENT_DIM];
                {prefix}_work work;
                while (fread(x, sizeof x, 1, stdin) == 1) {{
                    {prefix}_encode(x, code, &work);
                    fwrite(code, sizeof code, 1, stdout);
                }}
                return 0;
            }}
            """))
        run(COMPILER[0], *COMPILER[1:], "-std=c99", "-Wall", "-Wextra", "-Werror", self.folder / "host.c",
            self.folder / f"{prefix}.c", "-lm", "-o", self.folder / "host")
        reply = subprocess.run([self.folder / "host"], input=x.tobytes(), capture_output=True, check=True, timeout=60)
        found, codes = np.frombuffer(reply.stdout, np.float32).reshape(len(x), -1), estimator.encode(x)
        np.testing.assert_allclose(found, codes, rtol=0, atol=1e-5 * np.abs(codes).max())

    def check_onnx(self, path, taken):
        try:
            import onnx
        except ImportError:
            return
        model = onnx.load(str(path))
        onnx.checker.check_model(model, full_check=True)
        self.assertEqual([value.name for value in model.graph.input], [taken])

    def test_export_refuses(self):
        model = ae.Autoencoder(epochs=1).fit(rows(20))
        path = self.folder / "net.c"
        for error, text, call in [
                (TypeError, "prefix", lambda: model.export_c(path, b"net")),
                (TypeError, "prefix", lambda: model.export_c(path, 3)),
                (ValueError, "null byte", lambda: model.export_c(path, "a\0b")),
                (TypeError, "PathLike", lambda: model.export_c(None)),
                (ValueError, "null byte", lambda: model.export_c("a\0.c")),
                (ValueError, "graph must be one of 'reconstruct'", lambda: model.export_onnx(path, "all")),
                (ValueError, "graph", lambda: model.export_onnx(path, 1)),
                (TypeError, "PathLike", lambda: model.export_onnx(3.5))]:
            with self.assertRaisesRegex(error, text) as caught:
                call()
            self.assertNotIsInstance(caught.exception, ae.AutoencoderError)
        for text, call in [("end in .c", lambda: model.export_c(self.folder / "net")),
                           ("no prefix", lambda: model.export_c(path, "8")),
                           ("no prefix", lambda: model.export_c(path, ""))]:
            with self.assertRaisesRegex(ae.ArgumentError, text):
                call()
        (self.folder / "net.h").mkdir()
        with self.assertRaises(ae.AutoencoderError) as caught:
            model.export_c(path)
        self.assertEqual(caught.exception.status_name, "AE_ERROR_IO")
        self.assertEqual([each.name for each in self.folder.iterdir()], ["net.h"])

    STATE = ROOT / "tests/golden/torch_state.safetensors"  # see make_torch_state.py

    def state(self, name):
        """A float32 tensor of STATE."""
        data = self.STATE.read_bytes()
        start = 8 + int.from_bytes(data[:8], "little")
        entry = json.loads(data[8:start])[name]
        self.assertEqual(entry["dtype"], "F32")
        first, end = entry["data_offsets"]
        return np.frombuffer(data[start + first:start + end], "<f4").reshape(entry["shape"])

    def torch(self, **more):
        return ae.Autoencoder(2, (5,), batch_norm=True, dropout=0.2, batch_size=16, epochs=1, **more)

    def test_import(self):
        """A model of PyTorch gives here what it gave there."""
        x = self.state("data.x")
        fresh = self.torch()
        self.assertIs(fresh.import_safetensors(self.STATE, 6, prefix="model."), fresh)
        np.testing.assert_allclose(fresh.encode(x), self.state("data.code"), atol=1e-5)
        np.testing.assert_allclose(fresh.reconstruct(x), self.state("data.x_hat"), atol=1e-5)
        self.assertEqual((fresh.n_features_in_, fresh.history_), (6, []))
        # into a model that is trained: the scaling stays, the threshold goes, training goes on from there
        fitted = self.torch(scaling="standard").fit(rows(40, 6)).fit_threshold(rows(40, 6), 0.1)
        offset, scale = fitted.model_.scaling
        self.assertGreater(fitted.threshold_, 0)
        fitted.import_safetensors(self.STATE, prefix="model.")
        np.testing.assert_array_equal(fitted.model_.scaling, (offset, scale))
        np.testing.assert_allclose(fitted.encode(x * scale + offset), self.state("data.code"), atol=1e-4)
        self.assertFalse(hasattr(fitted, "threshold_"))
        fitted.partial_fit(rows(40, 6))
        # our own files, as a Model
        model = ae.Model.load(fresh.model_.to_bytes())
        fitted.set_params(scaling="none").fit(rows(40, 6)).save(self.folder / "m.safetensors")
        model.import_safetensors(self.folder / "m.safetensors")
        self.assertEqual(model.encode(x).tobytes(), fitted.encode(x).tobytes())

    def test_import_refuses(self):
        model = self.torch().fit(rows(40, 6)).partial_fit(rows(40, 6))
        before, again = model.model_.to_bytes(), model.model_
        for error, text, call in [
                (TypeError, "prefix", lambda: model.import_safetensors(self.STATE, prefix=b"model.")),
                (TypeError, "ignore_extra", lambda: model.import_safetensors(self.STATE, ignore_extra=1)),
                (TypeError, "PathLike", lambda: model.import_safetensors(None)),
                (TypeError, "n_features", lambda: model.import_safetensors(self.STATE, "6")),
                (ValueError, "n_features", lambda: model.import_safetensors(self.STATE, -6)),
                (ValueError, "scaling='minmax' needs rows",
                 lambda: self.torch(scaling="minmax").import_safetensors(self.STATE, 6)),
                (ae.NotFittedError, "not fitted", lambda: self.torch().import_safetensors(self.STATE))]:
            with self.assertRaisesRegex(error, text) as caught:
                call()
            self.assertNotIsInstance(caught.exception, ae.AutoencoderError)
        for status, text, call in [
                ("SHAPE", "encoder", lambda: model.import_safetensors(self.STATE, 7, prefix="model.")),
                ("FORMAT", "0 layers", lambda: model.import_safetensors(self.STATE)),
                ("FORMAT", "", lambda: model.import_safetensors(self.STATE, 6, prefix="net.", ignore_extra=True)),
                ("IO", "missing", lambda: model.import_safetensors(self.folder / "missing"))]:
            with self.assertRaisesRegex(ae.AutoencoderError, text) as caught:
                call()
            self.assertEqual(caught.exception.status_name, "AE_ERROR_" + status)
        self.assertIs(model.model_, again)
        self.assertEqual(model.model_.to_bytes(), before)
        self.assertEqual(len(model.partial_fit(rows(40, 6)).history_), 3)  # the training went on

    def test_not_fitted(self):
        for cls in ESTIMATORS:
            for call in (lambda e: e.encode(rows()), lambda e: e.score(rows()), lambda e: e.save("x"),
                         lambda e: e.export_c("x.c"), lambda e: e.export_onnx("x"), lambda e: e.n_features_in_):
                with self.assertRaisesRegex(ae.NotFittedError, f"This {cls.__name__} instance is not fitted yet"):
                    call(cls())

    def test_threads_give_the_same_bytes(self):
        x = digits()
        made = [ae.Autoencoder(8, (64,), scaling="minmax", epochs=2, threads=threads).fit(x).model_.to_bytes()
                for threads in (1, 2, 3)]
        self.assertEqual(made[0], made[1])
        self.assertEqual(made[0], made[2])

    def test_many_threads_use_one_model(self):
        x = rows(2000)
        model = ae.Autoencoder(3, (16,), epochs=1, threads=2).fit(x)
        expected, wrong = model.encode(x), []

        def work():
            for _ in range(20):
                if not np.array_equal(model.encode(x), expected):
                    wrong.append(1)
        workers = [threading.Thread(target=work) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        self.assertEqual(wrong, [])

    @unittest.skipUnless(hasattr(os, "fork"), "no fork")
    def test_fork(self):
        x = rows(2000)
        model = ae.Autoencoder(3, (16,), epochs=1, threads=2).fit(x)
        expected = model.encode(x)
        child = os.fork()
        if child == 0:
            signal.alarm(60)  # if it hangs
            model.fit(x)
            os._exit(0 if np.array_equal(model.encode(x), expected) else 1)
        self.assertEqual(os.waitpid(child, 0)[1], 0)

    def test_memory_is_given_back(self):
        x = rows(64, 100)
        resident = pathlib.Path("/proc/self/statm")
        if not resident.exists():
            self.skipTest("no /proc")

        def use(n):
            for i in range(n):
                model = ae.Autoencoder(50, (100,), epochs=1, contamination=0.1).fit(x, callback=lambda report: None)
                model = pickle.loads(pickle.dumps(model))  # 30,000 parameters, 120 KB
                model.partial_fit(x)
                model.encode(x)
                if i % 10 == 0:
                    with contextlib.suppress(ZeroDivisionError):
                        model.fit(x, callback=lambda report: 1 / 0)
            gc.collect()
            return int(resident.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        before = use(200)
        self.assertLess(use(1000) - before, 8 << 20)


class Training(unittest.TestCase):
    ENDLESS = {"epochs": 10**9, "batch_size": 16}

    def setUp(self):
        self.x = rows()

    def check_whole(self, model):
        """The model can be used, saved, and trained on."""
        self.assertTrue(np.isfinite(model.reconstruct(self.x)).all())
        self.assertEqual(pickle.loads(pickle.dumps(model)).encode(self.x).tobytes(), model.encode(self.x).tobytes())
        epochs = len(model.history_)
        self.assertEqual(len(model.partial_fit(self.x).history_), epochs + 1)

    def test_reports(self):
        reports, threads = [], []
        model = ae.Autoencoder(epochs=4, validation_fraction=0.25)

        def callback(report):
            reports.append(report)
            threads.append(threading.current_thread())
            self.assertEqual(len(model.history_), report.epoch)
            self.assertEqual(model.encode(self.x).shape, (200, 2))
        model.fit(self.x, callback=callback)
        self.assertEqual([report.epoch for report in reports], [1, 2, 3, 4])
        self.assertEqual({report.epochs for report in reports}, {4})
        self.assertGreater(reports[0].validation_loss, reports[3].validation_loss)
        self.assertEqual(reports[3].train_loss, model.history_[3].train_loss)
        self.assertEqual(set(threads), {threading.current_thread()})
        self.assertEqual(pickle.loads(pickle.dumps(reports[0])), reports[0])
        silent = ae.Autoencoder(epochs=4, validation_fraction=0.25).fit(self.x)
        self.assertEqual(silent.model_.to_bytes(), model.model_.to_bytes())

    def test_validation_and_patience(self):
        x, validation = self.x[:150], self.x[150:]
        model = ae.Autoencoder(2, (64,), epochs=400, patience=3, learning_rate=0.03, batch_size=16)
        model.fit(x, validation=validation)
        history = model.history_
        self.assertLess(len(history), 400)
        self.assertAlmostEqual(-model.score(validation), min(report.validation_loss for report in history), places=5)

    def test_the_callback_ends_it(self):
        for enough in (True, np.bool_(True)):
            model = ae.Autoencoder(**self.ENDLESS)
            model.fit(self.x, callback=lambda report: enough if report.epoch == 3 else None)
            self.assertEqual(len(model.history_), 3)
        self.check_whole(model)
        model = ae.Autoencoder(epochs=3).fit(self.x, callback=lambda report: 17)  # such as what write() returns
        self.assertEqual(len(model.history_), 3)

    def test_the_callback_raises(self):
        class Strange(BaseException):
            def __bool__(self):
                return False
        for error in (ZeroDivisionError("why"), Strange(), SystemExit(3), KeyboardInterrupt(),
                      ae.AutoencoderError("mine", 5)):
            def callback(report):
                if report.epoch == 2:
                    raise error
            model = ae.Autoencoder(**self.ENDLESS)
            with self.assertRaises(type(error)) as caught:
                model.fit(self.x, callback=callback)
            self.assertIs(caught.exception, error)
            self.assertEqual(len(model.history_), 2)
            self.check_whole(model)

    @contextlib.contextmanager
    def interrupts(self, *delays):
        """Ctrl-C after each of these seconds; the block is to end with a KeyboardInterrupt, soon."""
        sent, ended = threading.Event(), threading.Event()

        def send():
            for delay in delays:
                time.sleep(delay)
                os.kill(os.getpid(), signal.SIGINT)
            sent.set()
            if not ended.wait(20):
                os.kill(os.getpid(), signal.SIGKILL)  # better than to hang
        old = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have set it to be ignored
        threading.Thread(target=send, daemon=True).start()
        try:
            with self.assertRaises(KeyboardInterrupt):
                yield
            while not sent.is_set():
                with contextlib.suppress(KeyboardInterrupt):  # those still on their way
                    sent.wait()
                    time.sleep(0.01)
        finally:
            ended.set()
            signal.signal(signal.SIGINT, old)

    def test_interrupt(self):
        model = ae.Autoencoder(3, (16,), **self.ENDLESS)
        with self.interrupts(0.3):
            model.fit(self.x)
        self.assertGreater(len(model.history_), 0)
        self.check_whole(model)

    def test_interrupt_within_an_epoch(self):
        x = np.random.RandomState(0).rand(400_000, 64).astype(np.float32)  # of several seconds
        model = ae.Autoencoder(32, (256,), **{**self.ENDLESS, "batch_size": 8})
        with self.interrupts(0.5):
            model.fit(x)
        self.assertEqual(len(model.history_), 0)
        self.assertTrue(np.isfinite(model.encode(x[:10])).all())

    def test_interrupt_with_a_callback(self):
        random = np.random.RandomState(0)
        for callback in (lambda report: None, lambda report: time.sleep(0.01)):
            for _ in range(10):
                model = ae.Autoencoder(**self.ENDLESS)
                with self.interrupts(0.02 + 0.05 * random.rand()):
                    model.fit(self.x, callback=callback)
        self.check_whole(model)

    def test_more_than_one_interrupt(self):
        for _ in range(5):
            model = ae.Autoencoder(3, (16,), **self.ENDLESS)
            with self.interrupts(0.1, 0.001, 0.001):
                model.fit(self.x)
            self.check_whole(model)

    def test_interrupt_at_a_bad_moment(self):
        """With the thread just begun, and between two reports: no training goes on without its caller."""
        start = ae._thread.start_new_thread

        def started(*arguments):
            start(*arguments)
            raise KeyboardInterrupt

        class Event(threading.Event):
            asked = 0

            def is_set(self):
                self.asked += 1
                if self.asked == 3:
                    raise KeyboardInterrupt
                return super().is_set()
        for place, name, broken in ((ae._thread, "start_new_thread", started), (ae.threading, "Event", Event)):
            model = ae.Autoencoder(**self.ENDLESS)
            with mock.patch.object(place, name, broken), self.assertRaises(KeyboardInterrupt):
                model.fit(self.x, callback=lambda report: None)
            epochs = len(model.history_)
            time.sleep(0.05)
            self.assertEqual(len(model.history_), epochs)
            self.check_whole(model)
        with mock.patch.object(ae._thread, "start_new_thread", side_effect=RuntimeError("can't start new thread")), \
                self.assertRaisesRegex(RuntimeError, "new thread"):
            model.fit(self.x)

    def test_interrupt_partial_fit(self):
        x = np.random.RandomState(0).rand(400_000, 64).astype(np.float32)
        model = ae.Autoencoder(32, (256,), batch_size=8)
        with self.interrupts(0.5):
            model.partial_fit(x)
        model.partial_fit(x[:100])
        self.assertTrue(np.isfinite(model.encode(x[:10])).all())

    def test_interrupt_solvers(self):
        x = np.random.RandomState(0).rand(20_000, 500).astype(np.float32)
        for estimator in (ae.DictionaryLearning(200, iterations=10**6, alpha=0.05),
                          ae.PCA(20, solver="randomized", iterations=10**6)):
            with self.interrupts(0.5):
                estimator.fit(x)
            self.assertFalse(hasattr(estimator, "model_"))

    def test_nothing_is_kept_alive(self):
        """After an exception, without a garbage collection: data may be large."""
        gc.collect()
        gc.disable()
        self.addCleanup(gc.enable)
        for more, callback in (({}, lambda report: 1 / 0), ({"learning_rate": 1e30, "optimizer": "sgd"}, None),
                               ({"learning_rate": -1}, None), ({"epochs": 2}, None),
                               (self.ENDLESS, lambda report: True)):
            x, model = self.x.copy(), ae.Autoencoder(**more)
            with contextlib.suppress(ZeroDivisionError, ae.AutoencoderError):
                model.fit(x, callback=callback)
            kept = [weakref.ref(each) for each in (x, getattr(model, "model_", x))]
            del x, model
            self.assertEqual([each() is None for each in kept], [True, True], more)

    def test_the_program_ends_meanwhile(self):
        code = """
            import numpy as np, threading, time, autoencoder
            x = np.random.rand(1000, 30)
            model = autoencoder.Autoencoder(8, (64,), epochs=10**9)
            threading.Thread(target=model.fit, args=(x,), daemon=True).start()
            time.sleep(0.3)
            """
        run(sys.executable, "-B", "-c", textwrap.dedent(code))

    def test_others_run_meanwhile(self):
        turns, done = [], threading.Event()

        def fit():
            ae.Autoencoder(32, (256,), epochs=1, batch_size=8).fit(np.zeros((20_000, 64), np.float32))
            done.set()
        threading.Thread(target=fit).start()
        while not done.wait(0.001):
            turns.append(1)
        self.assertGreater(len(turns), 20)


@needs_sklearn
class ScikitLearn(unittest.TestCase):
    def test_check_estimator(self):
        """scikit-learn's own checks. With the reference kernels a row's last bits are the same in a batch of any size,
        as one of the checks asks for."""
        from sklearn.utils.estimator_checks import check_estimator
        exact = {"kernels": "reference"}
        for estimator in (ae.Autoencoder(**exact),
                          ae.Autoencoder(3, (8,), scaling="standard", contamination=0.1, **exact),
                          ae.VariationalAutoencoder(contamination=0.1, **exact), ae.PCA(contamination=0.1, **exact),
                          ae.DictionaryLearning(iterations=20, **exact)):
            check_estimator(estimator)

    def test_pipeline(self):
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler
        table = np.loadtxt(ROOT / "examples/data/digits.csv.gz", delimiter=",")
        x, y = table[:, :64], table[:, 64]
        epochs = []
        pipe = make_pipeline(StandardScaler(), ae.Autoencoder(16, (64,), epochs=15, batch_size=32),
                             LogisticRegression(max_iter=2000))
        pipe.fit(x[:1400], y[:1400], autoencoder__callback=epochs.append)
        self.assertEqual(len(epochs), 15)
        self.assertGreater(pipe.score(x[1400:], y[1400:]), 0.8)
        again = pickle.loads(pickle.dumps(pipe))
        np.testing.assert_array_equal(again.predict(x), pipe.predict(x))
        finder = make_pipeline(StandardScaler(), ae.PCA(20, contamination=0.01)).fit(x)
        self.assertLess((finder.predict(x) == -1).sum(), 20)
        self.assertEqual(finder[-1].get_feature_names_out()[1], "pca1")

    def test_grid_search(self):
        from sklearn.model_selection import GridSearchCV
        from sklearn.pipeline import Pipeline
        x = rows()
        for jobs in (1, 2):
            search = GridSearchCV(ae.Autoencoder(epochs=30, batch_size=16),
                                  {"latent_dim": [1, 3], "hidden_dims": [(), (32,)]}, cv=2, n_jobs=jobs,
                                  error_score="raise").fit(x)
            self.assertEqual(search.best_params_["latent_dim"], 3)
            self.assertEqual(search.best_estimator_.encode(x).shape, (200, 3))
        search = GridSearchCV(Pipeline([("code", ae.PCA())]), {"code__n_components": [1, 2, 6]}, cv=3).fit(x)
        self.assertEqual(search.best_params_, {"code__n_components": 6})

    def test_clone_and_parameters(self):
        from sklearn.base import clone
        for cls in ESTIMATORS:
            estimator = cls(3, threads=2, contamination=0.25)
            other = clone(estimator)
            self.assertEqual(other.get_params(), estimator.get_params())
            self.assertEqual(set(estimator.get_params()), set(inspect.signature(cls).parameters))
            self.assertFalse(hasattr(clone(estimator.fit(rows(40))), "model_"))
            with self.assertRaises(ValueError):
                estimator.set_params(depth=3)
            self.assertIn("threads=2", repr(estimator))


class Documentation(unittest.TestCase):
    @needs_sklearn
    def test_session(self):
        """The session of docs/python.md, block by block, gives what stands there."""
        text = (ROOT / "docs" / "python.md").read_text()
        blocks = re.findall(r"^```pycon\n(.*?)^```", text, flags=re.S | re.M)
        self.assertGreater(len(blocks), 3)
        session = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, "docs/python.md", None, 0)
        with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
            stack.callback(os.chdir, os.getcwd())
            shutil.copy(ROOT / "examples/data/digits.csv.gz", folder)
            os.chdir(folder)
            results = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(session)
        self.assertEqual(results.failed, 0)
        self.assertGreater(results.attempted, 20)

    def test_names(self):
        for name in ae.__all__:
            self.assertTrue(getattr(ae, name).__doc__, name)
        for cls in (*ESTIMATORS, ae.Model):
            for name, member in inspect.getmembers(cls):
                if not name.startswith("_") and getattr(member, "__module__", None) == "autoencoder":
                    self.assertTrue(inspect.getdoc(member), f"{cls.__name__}.{name}")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *CHOSEN])
