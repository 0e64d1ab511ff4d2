/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "data/idx.h"
#include "base/error.h"
#include "data/array.h"

static bool element_type(unsigned char code, aei_array *array)
{
    static const struct {
        unsigned char code;
        aei_element_kind kind;
        size_t size;
    } types[] = {
        {0x08, AEI_ELEMENT_UNSIGNED, 1}, {0x09, AEI_ELEMENT_SIGNED, 1}, {0x0B, AEI_ELEMENT_SIGNED, 2},
        {0x0C, AEI_ELEMENT_SIGNED, 4},   {0x0D, AEI_ELEMENT_FLOAT, 4},  {0x0E, AEI_ELEMENT_FLOAT, 8},
    };

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].code == code) {
            array->kind = types[i].kind;
            array->element_size = types[i].size;
            return true;
        }
    return false;
}

ae_status aei_idx_read(ae_dataset **out, const char *name, const unsigned char *bytes, size_t size,
                       const ae_read_options *options)
{
    aei_array array = {.big_endian = true};

    *out = NULL;
    if (size < 4)
        return aei_fail(AE_ERROR_FORMAT, "%s: offset %zu: the file ends inside the IDX header", name, size);
    if (bytes[0] != 0 || bytes[1] != 0)
        return aei_fail(AE_ERROR_FORMAT, "%s: offset 0: not an IDX file, it does not start with two zero bytes", name);
    if (!element_type(bytes[2], &array))
        return aei_fail(AE_ERROR_FORMAT, "%s: offset 2: no IDX element type has number 0x%02x", name,
                        (unsigned)bytes[2]);
    array.dims = bytes[3];
    if (array.dims == 0)
        return aei_fail(AE_ERROR_FORMAT, "%s: offset 3: the array has no dimensions", name);
    array.offset = 4 + 4 * array.dims;
    if (size < array.offset)
        return aei_fail(AE_ERROR_FORMAT, "%s: offset %zu: the file ends inside its %zu dimensions", name, size,
                        array.dims);
    for (size_t d = 0; d < array.dims; d++) {
        const unsigned char *at = bytes + 4 + 4 * d;
        array.shape[d] = (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
    }
    return aei_array_read(out, &array, name, bytes, size, options);
}
