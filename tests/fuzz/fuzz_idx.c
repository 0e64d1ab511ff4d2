/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "fuzz/fuzz.h"
#include "fuzz/fuzz_reader.h"

const fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED("\0\0\x08\3\0\0\0\2\0\0\0\2\0\0\0\3" "\0\63\1\2\3\4\5\12\24\36\376\377"),
    FUZZ_SEED("\0\0\x09\1\0\0\0\2\177\200"),
    FUZZ_SEED("\0\0\x0B\2\0\0\0\1\0\0\0\2\1\2\377\376"),
    FUZZ_SEED("\0\0\x0C\1\0\0\0\2\1\0\0\0\200\0\0\0"),
    FUZZ_SEED("\0\0\x0D\1\0\0\0\2\x3F\xC0\0\0\x7F\x80\0\0"),
    FUZZ_SEED("\0\0\x0E\1\0\0\0\2\x3F\xF8\0\0\0\0\0\0\x47\xEF\xFF\xFF\xE0\0\0\0"),
    {NULL, 0},
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    fuzz_reader(ae_dataset_read_idx_memory, bytes, size, NULL);
    return 0;
}
