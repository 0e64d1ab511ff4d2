# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""Writes tests/golden/dictionary/* with scikit-learn; tests/golden/test_dictionary.c compares. Takes some minutes; run it
in tests/golden.

  patches.npy      1500 8x8 patches of the two photographs that scikit-learn ships, grey, one byte a pixel
  objectives.csv   data (0: digits, 1: patches), atoms, lambda, and what DictionaryLearning reaches with them:
                   (1/n) sum 1/2 |x - D h|^2 + lambda |h|_1
  atoms.npy        the dictionary of the digits
  codes.npy, codes_nonnegative.npy   of the first digits with it, by Lasso to the last digit
"""
import gzip
import pathlib
import warnings
import numpy as np
from sklearn.datasets import load_sample_images
from sklearn.decomposition import DictionaryLearning
from sklearn.feature_extraction.image import extract_patches_2d
from sklearn.linear_model import Lasso

FOLDER = pathlib.Path('dictionary')
DIGITS = pathlib.Path('../../examples/data/digits.csv.gz')
CODES = 20


def digits():
    with gzip.open(DIGITS) as file:
        return np.loadtxt(file, delimiter=',')[:, :64] / 16


def patches():
    images = [np.round(image.mean(axis=2)) for image in load_sample_images().images]
    rows = [extract_patches_2d(image, (8, 8), max_patches=750, random_state=i) for i, image in enumerate(images)]
    return np.concatenate(rows).reshape(-1, 64).astype('u1')


def codes(x, atoms, weight, positive=False):
    """The lasso of each row; scikit-learn's own sparse_encode() is content with a duality gap of 1e-4."""
    lasso = Lasso(alpha=weight / x.shape[1], fit_intercept=False, positive=positive, tol=1e-13, max_iter=1000000)
    return np.array([lasso.fit(atoms.T, row).coef_ for row in x])


def objective(x, atoms, weight):
    h = codes(x, atoms, weight)
    return (0.5 * ((x - h @ atoms) ** 2).sum() + weight * abs(h).sum()) / len(x)


def learn(x, count, weight):
    """Its atoms may be shorter than 1, but only those that nothing uses are."""
    learner = DictionaryLearning(count, alpha=weight, max_iter=300, fit_algorithm='cd', tol=1e-8, random_state=0)
    atoms = learner.fit(x).components_
    return atoms / np.linalg.norm(atoms, axis=1, keepdims=True)


def main():
    warnings.filterwarnings('ignore')   # that the lasso of some row ended a little early
    FOLDER.mkdir(exist_ok=True)
    images, photographs = digits(), patches()
    np.save(FOLDER / 'patches.npy', photographs)
    photographs = photographs / 255
    photographs -= photographs.mean(axis=1, keepdims=True)

    atoms = learn(images, 64, 0.1).astype('f4')
    np.save(FOLDER / 'atoms.npy', atoms)
    for name, positive in [('codes', False), ('codes_nonnegative', True)]:
        np.save(FOLDER / (name + '.npy'), codes(images[:CODES], atoms.astype('f8'), 0.1, positive).astype('f4'))
    lines = [(0, 64, 0.1, objective(images, atoms.astype('f8'), 0.1))]
    lines.append((1, 100, 0.05, objective(photographs, learn(photographs, 100, 0.05), 0.05)))
    np.savetxt(FOLDER / 'objectives.csv', lines, fmt='%.9g', delimiter=',')


main()
