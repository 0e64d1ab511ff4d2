/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "data/scaling.h"

#include <string.h>
#include "base/alloc.h"
#include "base/error.h"
#include "base/text.h"
#include "data/quantile.h"

#define STRIP 16 /* columns that are taken out of their rows at a time: those of a cache line */

/* What is known of a column. */
typedef struct column {
    float low, high;
    double mean, square; /* square: of the distances from the mean, summed */
} column;

static ae_status allocate(aei_scaling *out, const ae_runtime *runtime, ae_scaling kind, size_t columns)
{
    float *block = aei_alloc_array(runtime, columns, 2 * sizeof *block);
    *out = (aei_scaling){0};
    if (!block)
        return AE_ERROR_NO_MEMORY;
    *out = (aei_scaling){.kind = kind, .columns = columns, .offset = block, .scale = block + columns};
    return AE_OK;
}

void aei_scaling_clear(aei_scaling *scaling, const ae_runtime *runtime)
{
    aei_free(runtime, scaling->offset);
    *scaling = (aei_scaling){0};
}

/* A column without spread keeps its width; one that is constant becomes exactly 0. */
static ae_status set_column(aei_scaling *out, size_t j, const column *c, double offset, double spread)
{
    char low[32], high[32];
    out->offset[j] = c->low == c->high ? c->low : (float)offset;
    out->scale[j] = c->low < c->high && spread >= (double)FLT_MIN ? (float)spread : 1;
    if (isfinite(out->scale[j]) && isfinite((c->high - out->offset[j]) / out->scale[j]) &&
        isfinite((c->low - out->offset[j]) / out->scale[j]))
        return AE_OK;
    return aei_fail(AE_ERROR_DATA, "column %zu, from %s to %s, has no finite scaled values", j,
                    aei_format_double((double)c->low, 6, low, sizeof low),
                    aei_format_double((double)c->high, 6, high, sizeof high));
}

/* Two passes: squares of distances from the mean do not cancel, as mean of squares minus square of mean would. */
static void describe(const ae_dataset *dataset, column *columns)
{
    const size_t d = dataset->columns;
    for (size_t j = 0; j < d; j++)
        columns[j] = (column){.low = INFINITY, .high = -INFINITY};
    for (size_t r = 0; r < dataset->rows; r++) {
        const float *row = aei_dataset_row(dataset, r);
        for (size_t j = 0; j < d; j++) {
            column *c = &columns[j];
            c->low = row[j] < c->low ? row[j] : c->low;
            c->high = row[j] > c->high ? row[j] : c->high;
            c->mean += (double)row[j];
        }
    }
    for (size_t j = 0; j < d; j++)
        columns[j].mean /= (double)dataset->rows;
    for (size_t r = 0; r < dataset->rows; r++) {
        const float *row = aei_dataset_row(dataset, r);
        for (size_t j = 0; j < d; j++) {
            const double distance = (double)row[j] - columns[j].mean;
            columns[j].square += distance * distance;
        }
    }
}

static ae_status fit_quantiles(aei_scaling *out, const ae_runtime *runtime, const ae_dataset *dataset,
                               const column *columns)
{
    const size_t n = dataset->rows, d = dataset->columns;
    float *strip = aei_alloc_array(runtime, n, STRIP * sizeof *strip); /* [STRIP, n] */
    ae_status status = strip ? AE_OK : AE_ERROR_NO_MEMORY;
    for (size_t first = 0; first < d && status == AE_OK; first += STRIP) {
        const size_t width = d - first < STRIP ? d - first : STRIP;
        for (size_t r = 0; r < n; r++)
            for (size_t j = 0; j < width; j++)
                strip[j * n + r] = aei_dataset_row(dataset, r)[first + j];
        for (size_t j = 0; j < width && status == AE_OK; j++) {
            const float *values = strip + j * n;
            status = set_column(out, first + j, &columns[first + j], aei_quantile(values, n, 0.5),
                                aei_quantile(values, n, 0.75) - aei_quantile(values, n, 0.25));
        }
    }
    aei_free(runtime, strip);
    return status;
}

ae_status aei_scaling_fit(aei_scaling *out, const ae_runtime *runtime, const ae_dataset *dataset, ae_scaling kind)
{
    const size_t d = dataset->columns;
    column *columns = aei_alloc_array(runtime, d, sizeof *columns);
    ae_status status = columns ? allocate(out, runtime, kind, d) : AE_ERROR_NO_MEMORY;
    if (status != AE_OK) {
        *out = (aei_scaling){0};
        goto cleanup;
    }
    describe(dataset, columns);
    if (kind == AE_SCALING_ROBUST)
        status = fit_quantiles(out, runtime, dataset, columns);
    for (size_t j = 0; j < d && status == AE_OK && kind != AE_SCALING_ROBUST; j++) {
        const column *c = &columns[j];
        if (kind == AE_SCALING_MINMAX) /* rounded once, as the difference in aei_scaled() is */
            status = set_column(out, j, c, (double)c->low, (double)(c->high - c->low));
        else
            status = set_column(out, j, c, c->mean, sqrt(c->square / (double)dataset->rows));
    }
    if (status != AE_OK)
        aei_scaling_clear(out, runtime);
cleanup:
    aei_free(runtime, columns);
    return status;
}

ae_status aei_scaling_fit_copy(aei_scaling *scaling, ae_dataset **out, ae_runtime *runtime, const ae_dataset *dataset,
                               ae_scaling kind)
{
    const size_t d = dataset->columns;
    float *values = NULL;
    ae_status status;
    *out = NULL;
    *scaling = (aei_scaling){0};
    if (kind == AE_SCALING_NONE)
        return AE_OK;
    status = aei_scaling_fit(scaling, runtime, dataset, kind);
    if (status != AE_OK)
        return status;
    values = aei_alloc_array(runtime, dataset->rows, d * sizeof *values);
    for (size_t r = 0; values && r < dataset->rows; r++) {
        const float *row = aei_dataset_row(dataset, r);
        for (size_t j = 0; j < d; j++)
            values[r * d + j] = (float)aei_scaled(scaling, row[j], j);
    }
    status = values ? aei_dataset_adopt(out, runtime, values, dataset->rows, d, NULL) : AE_ERROR_NO_MEMORY;
    if (status != AE_OK)
        aei_scaling_clear(scaling, runtime);
    return status;
}

ae_status aei_scaling_from(aei_scaling *out, const ae_runtime *runtime, ae_scaling kind, const float *offset,
                           const float *scale, size_t columns)
{
    char number[32];
    ae_status status;
    *out = (aei_scaling){0};
    for (size_t j = 0; j < columns; j++) {
        if (!isfinite(offset[j]))
            return aei_fail(AE_ERROR_DATA, "the offset of feature %zu is not finite", j);
        if (!(scale[j] >= FLT_MIN && scale[j] <= FLT_MAX))
            return aei_fail(AE_ERROR_DATA, "the scale of feature %zu is %s, must be above 0 and finite", j,
                            aei_format_double((double)scale[j], 6, number, sizeof number));
    }
    status = allocate(out, runtime, kind, columns);
    if (status == AE_OK) {
        memcpy(out->offset, offset, columns * sizeof *offset);
        memcpy(out->scale, scale, columns * sizeof *scale);
    }
    return status;
}

void aei_scale_row(const aei_scaling *scaling, const float *restrict x, size_t columns, aei_real *restrict out)
{
    if (scaling)
        for (size_t j = 0; j < columns; j++)
            out[j] = aei_scaled(scaling, x[j], j);
    else
        for (size_t j = 0; j < columns; j++)
            out[j] = (aei_real)x[j];
}

void aei_unscale_row(const aei_scaling *scaling, float *x)
{
    for (size_t j = 0; scaling && j < scaling->columns; j++)
        x[j] = x[j] * scaling->scale[j] + scaling->offset[j];
}

bool aei_scaled_in_unit_interval(const aei_scaling *scaling, const float *x, size_t columns)
{
    bool outside = false;
    for (size_t j = 0; j < columns; j++) {
        const aei_real value = scaling ? aei_scaled(scaling, x[j], j) : (aei_real)x[j];
        outside |= !(value >= 0 && value <= 1);
    }
    return !outside;
}

/* A fast look at a row whose own values are finite; only in a bad one are the columns looked at one by one. */
static ae_status check_row(const aei_scaling *scaling, const float *x, int unit_interval, const char *what, size_t row)
{
    const aei_real low = unit_interval ? 0 : -(aei_real)FLT_MAX, high = unit_interval ? 1 : (aei_real)FLT_MAX;
    char number[32], scaled[32];
    bool outside = false;
    size_t j = 0;
    for (size_t i = 0; i < scaling->columns; i++) {
        const aei_real value = aei_scaled(scaling, x[i], i);
        outside |= !(value >= low && value <= high);
    }
    if (!outside)
        return AE_OK;
    while (aei_scaled(scaling, x[j], j) >= low && aei_scaled(scaling, x[j], j) <= high)
        j++;
    return aei_fail(AE_ERROR_DATA, "%s: value at row %zu, column %zu is %s, scaled %s, %s", what, row, j,
                    aei_format_double((double)x[j], 9, number, sizeof number),
                    aei_format_double((double)aei_scaled(scaling, x[j], j), 9, scaled, sizeof scaled),
                    unit_interval ? "outside [0, 1]" : "not finite");
}

ae_status aei_scaled_dataset_check(const ae_dataset *dataset, const aei_scaling *scaling, int unit_interval,
                                   const char *what)
{
    ae_status status = aei_dataset_check(dataset, unit_interval && !scaling, what);
    for (size_t row = 0; scaling && row < dataset->rows && status == AE_OK; row++)
        status = check_row(scaling, aei_dataset_row(dataset, row), unit_interval, what, row);
    return status;
}

ae_status aei_scaled_rows_check(const float *values, size_t rows, size_t columns, size_t stride,
                                const aei_scaling *scaling, int unit_interval, const char *what)
{
    ae_status status = aei_rows_check(values, rows, columns, stride, unit_interval && !scaling, what);
    for (size_t row = 0; scaling && row < rows && status == AE_OK; row++)
        status = check_row(scaling, values + row * stride, unit_interval, what, row);
    return status;
}
