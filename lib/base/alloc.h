/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* All memory of the library. Only alloc.c touches malloc; tests count and fail allocations here. */
#ifndef AEI_BASE_ALLOC_H
#define AEI_BASE_ALLOC_H

#include <autoencoder/runtime.h>
#include <stdbool.h>

#define AEI_ALIGNMENT 64 /* a cache line, and the widest vector register */

/* `size` bytes aligned to AEI_ALIGNMENT, uninitialised; size 0 gives a valid block. NULL with the error line set
 * ("out of memory: N bytes") when the allocator refuses. `runtime` may be NULL. */
void *aei_alloc(const ae_runtime *runtime, size_t size);

/* count * size bytes set to zero, the product checked. */
void *aei_calloc(const ae_runtime *runtime, size_t count, size_t size);

/* count * size bytes, the product checked, uninitialised. */
void *aei_alloc_array(const ae_runtime *runtime, size_t count, size_t size);

/* A longer or shorter block with the old content; NULL keeps the old block. aei_realloc(rt, NULL, n) allocates. */
void *aei_realloc(const ae_runtime *runtime, void *block, size_t size);

/* A copy of a string; NULL on failure. */
char *aei_strdup(const ae_runtime *runtime, const char *text);

/* `block` may be NULL; `runtime` must be the one it came from. */
void aei_free(const ae_runtime *runtime, void *block);

/* The callbacks of the default runtime: malloc and free. */
void *aei_default_allocate(void *user, size_t size);
void aei_default_deallocate(void *user, void *block, size_t size);

/* *out = a * b or a + b; false, with *out untouched, when it does not fit. */
bool aei_size_mul(size_t a, size_t b, size_t *out);
bool aei_size_add(size_t a, size_t b, size_t *out);

#endif
