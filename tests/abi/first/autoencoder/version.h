/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/** @file
 * The release and ABI numbers; this file is their only source. */
#ifndef AUTOENCODER_VERSION_H
#define AUTOENCODER_VERSION_H

#include <autoencoder/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Release of these headers: major. */
#define AE_VERSION_MAJOR 0
/** Release of these headers: minor. */
#define AE_VERSION_MINOR 1
/** Release of these headers: patch. */
#define AE_VERSION_PATCH 0
/** Number in the shared library's soname; it changes only when an old program would break. */
#define AE_ABI_VERSION 0

/** The release of these headers as one number that grows: 1.2.3 is 10203. */
#define AE_VERSION_NUMBER (AE_VERSION_MAJOR * 10000 + AE_VERSION_MINOR * 100 + AE_VERSION_PATCH)

/** Release of the library that is running, as a number; compare it with AE_VERSION_NUMBER.
 * @return 10000 * major + 100 * minor + patch
 * @note Any thread. Since 0.1. */
AE_API int32_t ae_version_number(void);

/** Release of the library that is running, as text such as "0.1.0".
 * @return a constant string, never NULL
 * @note Any thread. Since 0.1. */
AE_API const char *ae_version(void);

#ifdef __cplusplus
}
#endif
#endif
