/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Reads the files that tests/golden/make_torch.py has made; it describes them. */
#ifndef GOLDEN_H
#define GOLDEN_H

#include <stdbool.h>
#include <stddef.h>

typedef struct golden_tensor {
    char name[48];
    size_t rows, cols;
    double *values;
} golden_tensor;

typedef struct golden {
    golden_tensor tensors[64];
    size_t count;
} golden;

/* False if the file cannot be read or is not whole; golden_free() then too. */
bool golden_read(golden *file, const char *path);
void golden_free(golden *file);

/* The tensor called <prefix><name>; NULL if there is none. */
const golden_tensor *golden_find(const golden *file, const char *prefix, const char *name);

#endif
