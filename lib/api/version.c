/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <autoencoder/version.h>

#define TEXT(x) #x
#define DOTTED(major, minor, patch) TEXT(major) "." TEXT(minor) "." TEXT(patch)

int32_t ae_version_number(void)
{
    return AE_VERSION_NUMBER;
}

const char *ae_version(void)
{
    return DOTTED(AE_VERSION_MAJOR, AE_VERSION_MINOR, AE_VERSION_PATCH);
}
