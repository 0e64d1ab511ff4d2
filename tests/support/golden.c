/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "support/golden.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_number(FILE *stream, double *out)
{
    unsigned char bytes[8];
    uint64_t bits = 0;
    if (fread(bytes, 1, 8, stream) != 8)
        return false;
    for (int i = 8; i-- > 0;)
        bits = bits << 8 | bytes[i];
    memcpy(out, &bits, sizeof *out);
    return true;
}

static bool read_tensor(FILE *stream, golden_tensor *tensor)
{
    if (fscanf(stream, "%47s %zu %zu", tensor->name, &tensor->rows, &tensor->cols) != 3 || fgetc(stream) != '\n' ||
        tensor->rows == 0 || tensor->cols == 0 || tensor->rows > 4096 || tensor->cols > 4096)
        return false;
    const size_t count = tensor->rows * tensor->cols;
    tensor->values = calloc(count, sizeof *tensor->values);
    for (size_t i = 0; i < count; i++)
        if (!tensor->values || !read_number(stream, &tensor->values[i]))
            return false;
    return true;
}

bool golden_read(golden *file, const char *path)
{
    FILE *stream = fopen(path, "rb");
    bool whole = stream != NULL;
    memset(file, 0, sizeof *file);
    while (whole && ungetc(fgetc(stream), stream) != EOF) {
        whole = file->count < sizeof file->tensors / sizeof *file->tensors;
        if (whole)
            whole = read_tensor(stream, &file->tensors[file->count++]);
    }
    if (stream)
        fclose(stream);
    return whole && file->count > 0;
}

void golden_free(golden *file)
{
    for (size_t i = 0; i < file->count; i++)
        free(file->tensors[i].values);
    file->count = 0;
}

const golden_tensor *golden_find(const golden *file, const char *prefix, const char *name)
{
    const size_t length = strlen(prefix);
    for (size_t i = 0; i < file->count; i++)
        if (strncmp(file->tensors[i].name, prefix, length) == 0 && strcmp(file->tensors[i].name + length, name) == 0)
            return &file->tensors[i];
    return NULL;
}
