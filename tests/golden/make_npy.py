# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""Writes tests/golden/npy/*.npy with NumPy; tests/unit/test_npy.c knows their values. Run it in tests/golden."""
import pathlib
import numpy as np

SHAPE = (2, 3, 4)
FOLDER = pathlib.Path('npy')


def values(dtype):
    """Number k of an array, counted in C order: what value_of() in test_npy.c says."""
    k = np.arange(24).reshape(SHAPE)
    kind = np.dtype(dtype).kind
    return {'b': k % 3 == 0, 'u': k * 7, 'i': (k - 5) * 3, 'f': (k - 5) * 0.25}[kind].astype(dtype)


def save(name, array, version=None):
    with open(FOLDER / (name + '.npy'), 'wb') as file:
        np.lib.format.write_array(file, array, version=version)


def main():
    FOLDER.mkdir(exist_ok=True)
    for code in ['b1', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'f2', 'f4', 'f8']:
        save(code + '_little_c', values('<' + code))
        save(code + '_big_fortran', np.asfortranarray(values('>' + code)))
    save('version2', values('<f4'), (2, 0))
    save('version3', values('<f4'), (3, 0))
    save('one_dimension', values('<f4').reshape(24))
    save('scalar', np.float32(1.5))
    save('no_rows', np.zeros((0, 3), '<f4'))

    save('refused_complex', values('<f4').astype('<c8'))
    save('refused_text', np.array(['one', 'two']))
    save('refused_bytes', np.array([b'one', b'two']))
    save('refused_date', np.array(['2026-01-01'], 'M8[D]'))
    save('refused_structure', np.array([(1, 2.0)], [('a', '<i4'), ('b', '<f4')]))
    save('refused_object', np.array([None, 1], object))
    save('refused_long_double', np.zeros(2, np.longdouble))


main()
