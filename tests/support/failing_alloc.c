/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "support/failing_alloc.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIVE UINT64_C(0x5AFEB10C5AFEB10C)
#define DEAD UINT64_C(0xDEADB10CDEADB10C)

/* In front of each block, as long as its alignment. Behind the block malloc's own end follows, so that
 * AddressSanitizer sees a step over it. */
typedef struct head {
    _Alignas(16) uint64_t mark;
    size_t size;
} head;

static void *allocate(void *user, size_t size)
{
    failing_alloc *memory = user;
    head *block = NULL;
    bool refuse;

    pthread_mutex_lock(&memory->lock);
    memory->requests++;
    if (size > memory->largest)
        memory->largest = size;
    refuse = memory->fail_at == 1;
    if (memory->fail_at > 1 || (refuse && !memory->for_ever))
        memory->fail_at--;
    memory->failed += refuse;
    if (!refuse && size <= SIZE_MAX - sizeof *block)
        block = malloc(sizeof *block + size);
    if (block) {
        memory->live_blocks++;
        memory->live_bytes += size;
        if (memory->live_bytes > memory->peak_bytes)
            memory->peak_bytes = memory->live_bytes;
        block->mark = LIVE;
        block->size = size;
        memset(block + 1, 0xA5, size);
    }
    pthread_mutex_unlock(&memory->lock);
    return block ? block + 1 : NULL;
}

static void deallocate(void *user, void *bytes, size_t size)
{
    failing_alloc *memory = user;
    head *block = (head *)bytes - 1;

    pthread_mutex_lock(&memory->lock);
    if (block->mark != LIVE) {
        memory->misuses++;
    } else {
        memory->misuses += block->size != size;
        memory->live_blocks--;
        memory->live_bytes -= block->size;
        block->mark = DEAD;
        memset(bytes, 0x5A, block->size);
        free(block);
    }
    pthread_mutex_unlock(&memory->lock);
}

void failing_alloc_init(failing_alloc *memory)
{
    memset(memory, 0, sizeof *memory);
    pthread_mutex_init(&memory->lock, NULL);
}

void failing_alloc_fail_at(failing_alloc *memory, size_t n, bool for_ever)
{
    pthread_mutex_lock(&memory->lock);
    memory->fail_at = n;
    memory->for_ever = for_ever;
    memory->failed = 0;
    pthread_mutex_unlock(&memory->lock);
}

void failing_alloc_reset_peak(failing_alloc *memory)
{
    pthread_mutex_lock(&memory->lock);
    memory->peak_bytes = memory->live_bytes;
    memory->largest = 0;
    pthread_mutex_unlock(&memory->lock);
}

void failing_alloc_options(failing_alloc *memory, ae_runtime_options *options)
{
    options->allocate = allocate;
    options->deallocate = deallocate;
    options->allocator_user = memory;
}

bool failing_alloc_finish(failing_alloc *memory)
{
    pthread_mutex_destroy(&memory->lock);
    if (memory->live_blocks == 0 && memory->misuses == 0)
        return true;
    fprintf(stderr, "%zu blocks of %zu bytes leaked, %zu wrong frees\n", memory->live_blocks,
            memory->live_bytes, memory->misuses);
    return false;
}
