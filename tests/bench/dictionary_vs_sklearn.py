# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""Times ae_dictionary_fit() against scikit-learn's DictionaryLearning: the same rows, atoms, lambda and number of turns,
one thread each, taking turns in one process. Objectives of both are computed the same way.

    dictionary_vs_sklearn.py LIBRARY SOURCE_ROOT [TURNS]       LIBRARY: build/lib/libautoencoder.so
"""
import ctypes
import gzip
import os
import pathlib
import sys
import time
import warnings

for name in ('OPENBLAS_NUM_THREADS', 'OMP_NUM_THREADS', 'MKL_NUM_THREADS'):
    os.environ[name] = '1'   # before NumPy loads its BLAS

import numpy as np
from sklearn.decomposition import DictionaryLearning, sparse_encode

ROUNDS = 3


class Options(ctypes.Structure):
    """ae_dictionary_options"""
    _fields_ = [('struct_size', ctypes.c_size_t), ('runtime', ctypes.c_void_p), ('seed', ctypes.c_uint64),
                ('weight', ctypes.c_double), ('method', ctypes.c_int32), ('nonnegative_code', ctypes.c_int32),
                ('nonnegative_atoms', ctypes.c_int32), ('iterations', ctypes.c_uint32), ('batch_size', ctypes.c_size_t),
                ('tolerance', ctypes.c_double), ('min_improvement', ctypes.c_double), ('initial_atoms', ctypes.c_void_p)]


def load(path):
    library = ctypes.CDLL(path)
    library.ae_last_error.restype = ctypes.c_char_p
    library.ae_dataset_from_memory.argtypes = [ctypes.c_void_p] * 3 + [ctypes.c_size_t] * 3
    library.ae_dictionary_fit.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_void_p] * 2
    library.ae_model_get_tensor.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_size_t]
    library.ae_dictionary_options_init.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
    library.ae_model_free.argtypes = library.ae_dataset_free.argtypes = [ctypes.c_void_p]
    return library


def fit_ours(library, x, count, weight, turns):
    rows = np.ascontiguousarray(x, 'f4')
    data, model, options = ctypes.c_void_p(), ctypes.c_void_p(), Options()
    atoms = np.empty((count, x.shape[1]), 'f4')
    start = time.perf_counter()
    library.ae_dictionary_options_init(ctypes.byref(options), ctypes.sizeof(options))
    options.weight, options.iterations, options.min_improvement = weight, turns, 0
    if (library.ae_dataset_from_memory(ctypes.byref(data), None, rows.ctypes.data, *rows.shape, 0) or
            library.ae_dictionary_fit(ctypes.byref(model), data, count, ctypes.byref(options), None) or
            library.ae_model_get_tensor(model, b'encoder.0.weight', atoms.ctypes.data, atoms.size)):
        sys.exit(library.ae_last_error().decode())
    seconds = time.perf_counter() - start
    library.ae_model_free(model)
    library.ae_dataset_free(data)
    return seconds, atoms.astype('f8')


def fit_theirs(x, count, weight, turns):
    start = time.perf_counter()
    learner = DictionaryLearning(count, alpha=weight, max_iter=turns, fit_algorithm='cd', tol=0, random_state=0)
    learner.fit(x)
    return time.perf_counter() - start, learner.components_


def objective(x, atoms, weight):
    h = sparse_encode(x, atoms, algorithm='lasso_cd', alpha=weight, max_iter=100000)
    return (0.5 * ((x - h @ atoms) ** 2).sum() + weight * abs(h).sum()) / len(x)


def main():
    library, root = load(sys.argv[1]), pathlib.Path(sys.argv[2])
    turns = int(sys.argv[3]) if len(sys.argv) > 3 else 100
    warnings.filterwarnings('ignore')
    with gzip.open(root / 'examples' / 'data' / 'digits.csv.gz') as file:
        digits = np.loadtxt(file, delimiter=',')[:, :64] / 16
    patches = np.load(root / 'tests' / 'golden' / 'dictionary' / 'patches.npy') / 255
    patches -= patches.mean(axis=1, keepdims=True)
    for name, x, count, weight in [('digits', digits, 64, 0.1), ('patches', patches, 100, 0.05)]:
        for _ in range(ROUNDS):
            ours, atoms = fit_ours(library, x, count, weight, turns)
            theirs, others = fit_theirs(x, count, weight, turns)
            print(f'{name}: {turns} turns, {ours:.2f} s to {objective(x, atoms, weight):.5f}; scikit-learn {theirs:.2f} s '
                  f'to {objective(x, others, weight):.5f}; {theirs / ours:.1f} times', flush=True)


main()
