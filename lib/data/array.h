/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The binary array inside an IDX or NPY file, made a dataset: the first dimension is the rows, the others are flattened
 * to columns, the last one fastest. */
#ifndef AEI_DATA_ARRAY_H
#define AEI_DATA_ARRAY_H

#include <autoencoder/dataset.h>
#include <stdbool.h>

#define AEI_ARRAY_DIMS 255 /* most an IDX file can have */

typedef enum aei_element_kind {
    AEI_ELEMENT_BOOL,     /* 1 byte; all but 0 is true */
    AEI_ELEMENT_UNSIGNED, /* 1, 2, 4 or 8 bytes */
    AEI_ELEMENT_SIGNED,   /* 1, 2, 4 or 8 bytes, two's complement */
    AEI_ELEMENT_FLOAT     /* 2, 4 or 8 bytes, IEEE 754 */
} aei_element_kind;

/* What a file's header says about its values; nothing of it has been compared with the file's size yet. */
typedef struct aei_array {
    aei_element_kind kind;
    size_t element_size;
    bool big_endian;
    bool fortran_order; /* the first dimension is the fastest in the file */
    size_t dims;        /* at least 1 */
    size_t shape[AEI_ARRAY_DIMS];
    size_t offset; /* of the first value in the file; at most the file's size */
} aei_array;

/* FORMAT unless the values fill bytes[offset..size-1] exactly, fit into options->max_bytes and into float; nothing
 * is allocated before their size is proven. `name` is the file's, for messages. */
ae_status aei_array_read(ae_dataset **out, const aei_array *array, const char *name, const unsigned char *bytes,
                         size_t size, const ae_read_options *options);

/* *out = value rounded to float; false if it is finite and float's range does not reach it. */
bool aei_double_to_float(double value, float *out);

#endif
