/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "data/array.h"
#include "base/alloc.h"
#include "base/error.h"
#include "data/dataset.h"

#include <math.h>
#include <string.h>

#define BLOCK_ROWS 64 /* rows of a Fortran-order array that are transposed at a time: they fit the first cache */

bool aei_double_to_float(double value, float *out)
{
    const double rounds_to_infinity = 0x1.ffffffp127; /* FLT_MAX and half a unit in its last place */

    if (isfinite(value) && fabs(value) >= rounds_to_infinity)
        return false;
    *out = (float)value;
    return true;
}

/* IEEE 754 binary16. */
static double half_value(uint64_t bits)
{
    int exponent = (int)(bits >> 10 & 31), fraction = (int)(bits & 1023);
    double magnitude;

    if (exponent == 31)
        magnitude = fraction ? (double)NAN : (double)INFINITY;
    else if (exponent == 0)
        magnitude = ldexp(fraction, -24);
    else
        magnitude = ldexp(1024 + fraction, exponent - 25);
    return bits >> 15 ? -magnitude : magnitude;
}

static bool float_value(uint64_t bits, size_t size, float *out)
{
    uint32_t bits32 = (uint32_t)bits;
    double value;

    if (size == sizeof *out) {
        memcpy(out, &bits32, sizeof *out);
        return true;
    }
    if (size == sizeof value)
        memcpy(&value, &bits, sizeof value);
    else
        value = half_value(bits);
    return aei_double_to_float(value, out);
}

/* The two's complement number in the low `size` bytes of `bits`. */
static float signed_value(uint64_t bits, size_t size)
{
    uint64_t sign = UINT64_C(1) << (8 * size - 1);

    return bits & sign ? -(float)((~bits & (sign - 1)) + 1) : (float)bits;
}

/* Images are bytes. The division is correctly rounded, so 255 becomes 1. */
static void convert_bytes(const unsigned char *bytes, size_t count, float divisor, float *out, size_t step)
{
    for (size_t i = 0; i < count; i++)
        out[i * step] = (float)bytes[i] / divisor;
}

/* Converts `count` neighbours to out[0], out[step], out[2 * step], ...; returns how many could be converted. */
static size_t convert(const aei_array *array, const unsigned char *bytes, size_t count, float *out, size_t step)
{
    size_t size = array->element_size;
    bool ok = true;

    for (size_t i = 0; i < count; i++, bytes += size) {
        uint64_t bits = 0;
        float *to = out + i * step;
        for (size_t k = 0; k < size; k++)
            bits = bits << 8 | bytes[array->big_endian ? k : size - 1 - k];
        switch (array->kind) {
        case AEI_ELEMENT_BOOL:
            *to = bits ? 1.0f : 0.0f;
            break;
        case AEI_ELEMENT_UNSIGNED:
            *to = (float)bits;
            break;
        case AEI_ELEMENT_SIGNED:
            *to = signed_value(bits, size);
            break;
        case AEI_ELEMENT_FLOAT:
            ok = float_value(bits, size, to);
            break;
        }
        if (!ok)
            return i;
    }
    return count;
}

/* Where column `column` of a row stands among the columns of a Fortran-order file: its indices, taken off the last
 * first, are put together again in the opposite order. */
static size_t fortran_column(const aei_array *array, size_t column)
{
    size_t place = 0;

    for (size_t d = array->dims; d-- > 1;) {
        place = place * array->shape[d] + column % array->shape[d];
        column /= array->shape[d];
    }
    return place;
}

/* Checks the shape against the `available` bytes of values; *columns becomes the product of all dimensions but the
 * first. */
static ae_status check_shape(const aei_array *array, size_t available, const char *name, size_t *columns)
{
    size_t bytes = array->element_size;
    bool fits = aei_size_mul(bytes, array->shape[0], &bytes);

    *columns = 1;
    for (size_t d = 0; d < array->dims; d++)
        if (array->shape[d] == 0)
            return aei_fail(AE_ERROR_FORMAT, "%s: offset %zu: no values, dimension %zu is 0", name, array->offset, d);
    for (size_t d = 1; d < array->dims && fits; d++)
        fits = aei_size_mul(*columns, array->shape[d], columns) && aei_size_mul(bytes, array->shape[d], &bytes);

    if (!fits || bytes > available)
        return aei_fail(AE_ERROR_FORMAT, "%s: offset %zu: the file ends too early, %zu bytes are left for its values",
                        name, array->offset, available);
    if (bytes < available)
        return aei_fail(AE_ERROR_FORMAT, "%s: offset %zu: the file goes on for %zu bytes after its last value", name,
                        array->offset + bytes, available - bytes);
    return AE_OK;
}

/* A file whose shape has been checked. */
typedef struct array_file {
    const aei_array *array;
    const char *name;
    const unsigned char *bytes;
    float byte_divisor; /* 255 or 1 */
} array_file;

/* Converts the neighbours first..first+count-1, counted in the file's order. */
static ae_status read_run(const array_file *file, size_t first, size_t count, float *out, size_t step)
{
    const aei_array *array = file->array;
    size_t done = count, offset = array->offset + first * array->element_size;

    if (array->kind == AEI_ELEMENT_UNSIGNED && array->element_size == 1)
        convert_bytes(file->bytes + offset, count, file->byte_divisor, out, step);
    else
        done = convert(array, file->bytes + offset, count, out, step);
    if (done < count)
        return aei_fail(AE_ERROR_FORMAT, "%s: offset %zu: number out of float32's range", file->name,
                        offset + done * array->element_size);
    return AE_OK;
}

/* Transposes: a column's rows are neighbours in the file. */
static ae_status read_fortran_order(const array_file *file, size_t rows, size_t columns, float *values)
{
    ae_status status = AE_OK;

    for (size_t row = 0; row < rows; row += BLOCK_ROWS) {
        size_t count = rows - row < BLOCK_ROWS ? rows - row : BLOCK_ROWS;
        for (size_t column = 0; column < columns && status == AE_OK; column++)
            status = read_run(file, fortran_column(file->array, column) * file->array->shape[0] + row, count,
                              values + row * columns + column, columns);
    }
    return status;
}

ae_status aei_array_read(ae_dataset **out, const aei_array *array, const char *name, const unsigned char *bytes,
                         size_t size, const ae_read_options *options)
{
    ae_status status;
    array_file file = {array, name, bytes, options->scale_bytes ? 255.0f : 1.0f};
    size_t rows = array->shape[0], columns;
    float *values = NULL;

    *out = NULL;
    status = check_shape(array, size - array->offset, name, &columns);
    if (status != AE_OK)
        goto cleanup;
    if (options->max_rows != 0 && rows > options->max_rows)
        rows = (size_t)options->max_rows;
    status = aei_dataset_allocate_values(&values, options->runtime, rows, columns, options->max_bytes, name);
    if (status != AE_OK)
        goto cleanup;
    if (array->fortran_order)
        status = read_fortran_order(&file, rows, columns, values);
    else
        status = read_run(&file, 0, rows * columns, values, 1);
    if (status != AE_OK)
        goto cleanup;
    status = aei_dataset_adopt(out, options->runtime, values, rows, columns, NULL);
    values = NULL;
cleanup:
    aei_free(options->runtime, values);
    return status;
}
