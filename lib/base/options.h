/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Import of the public structs that carry their size, so that old programs run with new libraries and the
 * reverse. */
#ifndef AEI_BASE_OPTIONS_H
#define AEI_BASE_OPTIONS_H

#include <autoencoder/status.h>

/* No structure is larger; a larger struct_size was never initialised. */
#define AEI_OPTIONS_LIMIT 4096

/* Copies min(caller's struct_size, own_size) bytes of `caller` over `own`, which holds the defaults, and sets own's
 * struct_size to own_size. A field that an older caller does not know keeps its default, which for a field that was
 * added must be what the library did before it. `caller` may be NULL: all defaults. INVALID_ARGUMENT when struct_size is
 * smaller than itself or absurd (not initialised); UNSUPPORTED when a caller's tail that this library does not know is
 * not all zero; own is untouched then. `name` is the struct's, for the message. */
ae_status aei_options_import(void *own, size_t own_size, const void *caller, const char *name);

/* For ..._options_init(): writes min(struct_size, own_size) bytes of `defaults` to `caller`, zero behind
 * them, and struct_size in front. Does nothing when `caller` is NULL or struct_size is smaller than itself
 * or absurd. */
void aei_options_init(void *caller, size_t struct_size, const void *defaults, size_t own_size);

/* For structs that go out (reports, evaluations): the caller has set struct_size; fills what it has room for.
 * INVALID_ARGUMENT when struct_size is smaller than itself or absurd. Bytes behind own_size become zero. */
ae_status aei_options_export(void *caller, const void *own, size_t own_size, const char *name);

/* Whether aei_options_export() will do that: to be asked before the work. */
ae_status aei_options_check(const void *caller, const char *name);

#endif
