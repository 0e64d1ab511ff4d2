/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A matrix of float rows: a view of the caller's memory, or of a block that views share and the last one frees. */
#ifndef AEI_DATA_DATASET_H
#define AEI_DATA_DATASET_H

#include <autoencoder/dataset.h>

struct aei_storage; /* reference-counted values and column names of a dataset that was read; dataset.c */

struct ae_dataset {
    ae_runtime *runtime;
    const float *values; /* row r starts at values + row_index(r) * stride */
    size_t rows, columns, stride;
    const size_t *index;         /* NULL, or [rows] row numbers in values (a split); part of this allocation */
    struct aei_storage *storage; /* NULL over the caller's memory */
};

/* A view of `values` [rows, columns], rows `stride` floats apart; the arguments are checked already. */
ae_status aei_dataset_view(ae_dataset **out, ae_runtime *runtime, const float *values, size_t rows, size_t columns,
                           size_t stride);

/* A block for `rows` x `columns` floats, for a reader. FORMAT when it would be larger than `max_bytes` (0: no limit);
 * `name` is the file's. The caller frees it with aei_free() or hands it to aei_dataset_adopt(). */
ae_status aei_dataset_allocate_values(float **out, const ae_runtime *runtime, size_t rows, size_t columns,
                                      uint64_t max_bytes, const char *name);

/* A dataset that owns `values` [rows, columns] and `names` (NULL, or [columns] strings, each NULL or inside the same
 * block as the pointers). Takes both blocks over, on failure too (they are freed then). */
ae_status aei_dataset_adopt(ae_dataset **out, ae_runtime *runtime, float *values, size_t rows, size_t columns,
                            char **names);

/* The work of ae_dataset_split() and ae_dataset_slice(); the arguments are checked already. */
ae_status aei_dataset_split(const ae_dataset *dataset, double fraction, uint64_t seed, ae_dataset **first,
                            ae_dataset **second);
ae_status aei_dataset_slice(ae_dataset **out, const ae_dataset *dataset, size_t first_row, size_t rows);

void aei_dataset_free(ae_dataset *dataset);

/* NULL when the column has no name; `column` must be below columns. */
const char *aei_dataset_column_name(const ae_dataset *dataset, size_t column);

/* Start of a row; `row` must be below rows. */
static inline const float *aei_dataset_row(const ae_dataset *dataset, size_t row)
{
    return dataset->values + (dataset->index ? dataset->index[row] : row) * dataset->stride;
}

/* AE_ERROR_DATA naming row and column of the first value that is not finite, or, with unit_interval, outside [0,1]
 * (-0.0 is inside). `what` names the data in the message, such as "training data". */
ae_status aei_dataset_check(const ae_dataset *dataset, int unit_interval, const char *what);

/* The same for rows in the caller's memory. */
ae_status aei_rows_check(const float *values, size_t rows, size_t columns, size_t stride, int unit_interval,
                         const char *what);

#endif
