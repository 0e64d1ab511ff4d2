/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "fuzz/fuzz.h"
#include "fuzz/fuzz_reader.h"

const fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED("\x93NUMPY\1\0\x3C\0{'descr': '|i1', 'fortran_order': False, 'shape': (2, 3), }\n"
              "\1\2\3\4\5\6"),
    FUZZ_SEED("\x93NUMPY\1\0\x3B\0{'descr': '|u1', 'fortran_order': True, 'shape': (3, 2), }\n"
              "\1\2\3\4\5\6"),
    FUZZ_SEED("\x93NUMPY\2\0\x3E\0\0\0{'descr': '>f2', 'fortran_order': True, 'shape': (2, 1, 2), }\n"
              "\x3C\0\x7C\0\xFC\1\0\1"),
    FUZZ_SEED("\x93NUMPY\3\0\x3A\0\0\0{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }\n"
              "\0\0\x80\x3F"),
    FUZZ_SEED("\x93NUMPY\1\0\x3A\0{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }\n"
              "\0\0\0\xE0\xFF\xFF\xEF\x47"),
    FUZZ_SEED("\x93NUMPY\1\0\x3A\0{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }\n"
              "\0\0\0\0\0\0\0\0"),
    FUZZ_SEED("\x93NUMPY\1\0\x43\0{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (1,), }\n"
              "\0\0\0\0"),
    {NULL, 0},
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    fuzz_reader(ae_dataset_read_npy_memory, bytes, size, NULL);
    return 0;
}
