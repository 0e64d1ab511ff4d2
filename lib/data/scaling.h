/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Scaling of features, x' = (x - offset) / scale, and back. Each feature has its own two numbers:
 *   AE_SCALING_MINMAX     min      max - min
 *   AE_SCALING_STANDARD   mean     standard deviation, divisor n
 *   AE_SCALING_ROBUST     median   75 % quantile - 25 % quantile
 * and scale 1 where that is 0. It is a division, not a product with 1 / scale: correctly rounded, it takes the maximum
 * of min-max to 1 and never beyond, which a cross-entropy would refuse. */
#ifndef AEI_DATA_SCALING_H
#define AEI_DATA_SCALING_H

#include <autoencoder/scaling.h>
#include <stdbool.h>
#include "base/real.h"
#include "data/dataset.h"

typedef struct aei_scaling {
    ae_scaling kind; /* AE_SCALING_NONE: all else is 0 */
    size_t columns;
    float *offset, *scale; /* [columns] each, one block that begins with offset; scale is FLT_MIN or more */
} aei_scaling;

/* Learns the numbers from a dataset whose values are finite. AE_ERROR_DATA for a column that is too wide for floats, or
 * has a value that would not be finite when scaled. On failure *out is AE_SCALING_NONE. */
ae_status aei_scaling_fit(aei_scaling *out, const ae_runtime *runtime, const ae_dataset *dataset, ae_scaling kind);

/* Copies numbers that somebody has. AE_ERROR_DATA for an offset that is not finite, or a scale that is not finite or
 * below FLT_MIN. */
ae_status aei_scaling_from(aei_scaling *out, const ae_runtime *runtime, ae_scaling kind, const float *offset,
                           const float *scale, size_t columns);

/* A scaled copy of a dataset, for solvers that walk over it many times. AE_SCALING_NONE makes none: *out is NULL. On
 * failure there is neither a copy nor a scaling. */
ae_status aei_scaling_fit_copy(aei_scaling *scaling, ae_dataset **out, ae_runtime *runtime, const ae_dataset *dataset,
                               ae_scaling kind);

void aei_scaling_clear(aei_scaling *scaling, const ae_runtime *runtime);

/* The scaled value of feature j. In float whatever aei_real is, so that it is the same number everywhere. */
static inline aei_real aei_scaled(const aei_scaling *scaling, float x, size_t j)
{
    return (aei_real)((x - scaling->offset[j]) / scaling->scale[j]);
}

/* Copies a row of `columns` numbers, scaled unless `scaling` is NULL. */
void aei_scale_row(const aei_scaling *scaling, const float *restrict x, size_t columns, aei_real *restrict out);

/* Back to the units of the data, in place; NULL leaves the row as it is. */
void aei_unscale_row(const aei_scaling *scaling, float *x);

/* aei_dataset_check() and aei_rows_check() of the scaled values: they must be finite too, and with unit_interval
 * they are what must be in [0, 1]. `scaling` may be NULL. */
ae_status aei_scaled_dataset_check(const ae_dataset *dataset, const aei_scaling *scaling, int unit_interval,
                                   const char *what);
ae_status aei_scaled_rows_check(const float *values, size_t rows, size_t columns, size_t stride,
                                const aei_scaling *scaling, int unit_interval, const char *what);

/* Are the scaled values of a row in [0, 1]? */
bool aei_scaled_in_unit_interval(const aei_scaling *scaling, const float *x, size_t columns);

#endif
