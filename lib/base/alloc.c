/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "base/alloc.h"
#include "base/error.h"
#include "base/runtime.h"
#include <stdlib.h>
#include <string.h>

/* In AddressSanitizer builds all that is not the caller's is poisoned, so that a step over either end is
 * found although alignment leaves room there. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define AEI_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define AEI_ASAN 1
#endif
#ifdef AEI_ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#endif

/* A block from the allocator:  | unused | header | size bytes for the caller | unused |
 *                                                ^ a multiple of AEI_ALIGNMENT */
typedef struct header {
    void *raw; /* what the allocator gave */
    size_t size;
} header;

#define OVERHEAD (sizeof(header) + AEI_ALIGNMENT - 1)

void *aei_default_allocate(void *user, size_t size)
{
    (void)user;
    return malloc(size);
}

void aei_default_deallocate(void *user, void *block, size_t size)
{
    (void)user;
    (void)size;
    free(block);
}

static header *header_of(void *block)
{
    header *head = (header *)block - 1;
    ASAN_UNPOISON_MEMORY_REGION(head, sizeof *head);
    return head;
}

void *aei_alloc(const ae_runtime *runtime, size_t size)
{
    const ae_runtime_options *with = &aei_runtime_or_default(runtime)->options;
    size_t total;
    unsigned char *raw = NULL, *block;
    header *head;

    if (aei_size_add(size, OVERHEAD, &total))
        raw = with->allocate(with->allocator_user, total);
    if (!raw) {
        aei_fail(AE_ERROR_NO_MEMORY, "out of memory: %zu bytes", size);
        return NULL;
    }
    block = raw + sizeof(header);
    block += (AEI_ALIGNMENT - (uintptr_t)block % AEI_ALIGNMENT) % AEI_ALIGNMENT;
    head = (header *)(void *)block - 1;
    head->raw = raw;
    head->size = size;
    ASAN_POISON_MEMORY_REGION(raw, (size_t)(block - raw));
    ASAN_POISON_MEMORY_REGION(block + size, total - size - (size_t)(block - raw));
    return block;
}

void aei_free(const ae_runtime *runtime, void *block)
{
    const ae_runtime_options *with = &aei_runtime_or_default(runtime)->options;
    header head;

    if (!block)
        return;
    head = *header_of(block);
    ASAN_UNPOISON_MEMORY_REGION(head.raw, head.size + OVERHEAD);
    with->deallocate(with->allocator_user, head.raw, head.size + OVERHEAD);
}

void *aei_alloc_array(const ae_runtime *runtime, size_t count, size_t size)
{
    size_t total;

    if (!aei_size_mul(count, size, &total)) {
        aei_fail(AE_ERROR_NO_MEMORY, "out of memory: %zu times %zu bytes", count, size);
        return NULL;
    }
    return aei_alloc(runtime, total);
}

void *aei_calloc(const ae_runtime *runtime, size_t count, size_t size)
{
    void *block = aei_alloc_array(runtime, count, size);

    return block ? memset(block, 0, count * size) : NULL;
}

void *aei_realloc(const ae_runtime *runtime, void *block, size_t size)
{
    void *longer = aei_alloc(runtime, size);

    if (longer && block) {
        size_t old_size = header_of(block)->size;
        memcpy(longer, block, old_size < size ? old_size : size);
        aei_free(runtime, block);
    }
    return longer;
}

char *aei_strdup(const ae_runtime *runtime, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = aei_alloc(runtime, size);

    return copy ? memcpy(copy, text, size) : NULL;
}

bool aei_size_mul(size_t a, size_t b, size_t *out)
{
    if (b != 0 && a > SIZE_MAX / b)
        return false;
    *out = a * b;
    return true;
}

bool aei_size_add(size_t a, size_t b, size_t *out)
{
    if (a > SIZE_MAX - b)
        return false;
    *out = a + b;
    return true;
}
