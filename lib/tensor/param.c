/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "tensor/param.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include "base/alloc.h"
#include "base/error.h"
#include "base/runtime.h"

void aei_param_set_init(aei_param_set *set, ae_runtime *runtime)
{
    memset(set, 0, sizeof *set);
    set->runtime = runtime;
}

void aei_param_set_clear(aei_param_set *set)
{
    aei_free(set->runtime, set->params);
    aei_free(set->runtime, set->values);
    aei_param_set_init(set, set->runtime);
}

ae_status aei_param_set_add(aei_param_set *set, const char *name, size_t rows, size_t cols, bool trained, bool decay,
                            size_t *index)
{
    assert(!set->values && strlen(name) < AEI_PARAM_NAME_SIZE);
    if (set->count == set->capacity) {
        size_t capacity = set->capacity ? 2 * set->capacity : 16, size;
        aei_param *params = NULL;
        if (aei_size_mul(capacity, sizeof *params, &size))
            params = aei_realloc(set->runtime, set->params, size);
        if (!params)
            return aei_fail(AE_ERROR_NO_MEMORY, "out of memory for %zu parameter tensors", capacity);
        set->params = params;
        set->capacity = capacity;
    }
    aei_param *param = &set->params[set->count];
    memset(param, 0, sizeof *param);
    snprintf(param->name, sizeof param->name, "%s", name);
    param->rows = rows;
    param->cols = cols;
    param->trained = trained;
    param->decay = decay;
    *index = set->count++;
    return AE_OK;
}

/* Gives each tensor of one kind its place, behind `total`; each starts on a new cache line. */
static bool place(aei_param_set *set, bool trained)
{
    const size_t line = AEI_ALIGNMENT / sizeof(aei_real);
    for (size_t i = 0; i < set->count; i++) {
        aei_param *param = &set->params[i];
        size_t length;
        if (param->trained != trained)
            continue;
        if (!aei_size_mul(param->rows, param->cols, &length) || !aei_size_add(length, line - 1, &length))
            return false;
        param->first = set->total;
        if (!aei_size_add(set->total, length / line * line, &set->total))
            return false;
    }
    return true;
}

ae_status aei_param_set_allocate(aei_param_set *set)
{
    size_t bytes;
    set->total = 0;
    bool fits = place(set, true);
    set->trained = set->total;
    fits = fits && place(set, false);
    /* the optimizer's state is as large again, so sums over arenas must fit too */
    if (!fits || !aei_size_mul(set->total, 8 * sizeof(aei_real), &bytes))
        return aei_fail(AE_ERROR_SHAPE, "the model's parameters are too many to address");
    set->values = aei_calloc(set->runtime, set->total, sizeof(aei_real));
    return set->values ? AE_OK : AE_ERROR_NO_MEMORY;
}

const aei_param *aei_param_set_find(const aei_param_set *set, const char *name)
{
    for (size_t i = 0; i < set->count; i++)
        if (strcmp(set->params[i].name, name) == 0)
            return &set->params[i];
    return NULL;
}

bool aei_param_is_variance(const aei_param *param)
{
    static const char suffix[] = ".running_var";
    const size_t length = strlen(param->name), tail = sizeof suffix - 1;
    return length >= tail && strcmp(param->name + length - tail, suffix) == 0;
}

size_t aei_param_set_trained_count(const aei_param_set *set)
{
    size_t count = 0;
    for (size_t i = 0; i < set->count; i++)
        if (set->params[i].trained)
            count += aei_param_length(&set->params[i]);
    return count;
}

const aei_param *aei_param_set_non_finite(const aei_param_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        const aei_param *param = &set->params[i];
        const aei_real *w = set->values + param->first;
        aei_real sum = 0; /* x * 0 is 0 for a finite x, else NaN: one pass without a branch */
        for (size_t j = 0; j < aei_param_length(param); j++)
            sum += w[j] * 0;
        if (!(sum == 0))
            return param;
    }
    return NULL;
}
