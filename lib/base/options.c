/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "base/options.h"
#include "base/error.h"
#include <stdbool.h>
#include <string.h>

static bool plausible(size_t struct_size)
{
    return struct_size >= sizeof(size_t) && struct_size <= AEI_OPTIONS_LIMIT;
}

/* Every struct begins with its size, as the program that was compiled with it knows it. */
static ae_status read_size(const void *caller, const char *name, size_t *struct_size)
{
    memcpy(struct_size, caller, sizeof *struct_size);
    if (!plausible(*struct_size))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "%s has struct_size %zu: it was not initialised", name,
                        *struct_size);
    return AE_OK;
}

static void copy_sized(void *to, size_t to_size, const void *from, size_t from_size)
{
    size_t common = to_size < from_size ? to_size : from_size;

    memcpy(to, from, common);
    memset((unsigned char *)to + common, 0, to_size - common);
    memcpy(to, &to_size, sizeof to_size);
}

ae_status aei_options_import(void *own, size_t own_size, const void *caller, const char *name)
{
    size_t struct_size;
    ae_status status;

    if (!caller)
        return AE_OK;
    status = read_size(caller, name, &struct_size);
    if (status != AE_OK)
        return status;
    for (size_t i = own_size; i < struct_size; i++)
        if (((const unsigned char *)caller)[i] != 0)
            return aei_fail(AE_ERROR_UNSUPPORTED, "%s sets a field at byte %zu, which this library does not know",
                            name, i);
    memcpy(own, caller, struct_size < own_size ? struct_size : own_size);
    memcpy(own, &own_size, sizeof own_size);
    return AE_OK;
}

void aei_options_init(void *caller, size_t struct_size, const void *defaults, size_t own_size)
{
    if (caller && plausible(struct_size))
        copy_sized(caller, struct_size, defaults, own_size);
}

ae_status aei_options_export(void *caller, const void *own, size_t own_size, const char *name)
{
    size_t struct_size;
    ae_status status = read_size(caller, name, &struct_size);

    if (status == AE_OK)
        copy_sized(caller, struct_size, own, own_size);
    return status;
}

ae_status aei_options_check(const void *caller, const char *name)
{
    size_t struct_size;

    return read_size(caller, name, &struct_size);
}
