/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What the fuzzers share; see README.md. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* The entry that libFuzzer calls, and main.c without it. Aborts when the input shows a bug. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* For main.c: small good inputs to start from, each with its size; the last has bytes == NULL. */
typedef struct fuzz_seed {
    const void *bytes;
    size_t size;
} fuzz_seed;

extern const fuzz_seed fuzz_seeds[];

#define FUZZ_SEED(literal) {literal, sizeof(literal) - 1}

#endif
