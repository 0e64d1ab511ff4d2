/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The parameters of a model: named tensors in one block of memory, so that copying, clipping and the optimizer are plain
 * loops. Trained tensors come first, running statistics ("buffers") after them. */
#ifndef AEI_TENSOR_PARAM_H
#define AEI_TENSOR_PARAM_H

#include <autoencoder/model.h>
#include <stdbool.h>
#include "base/real.h"

#define AEI_PARAM_NAME_SIZE 48

typedef struct aei_param {
    char name[AEI_PARAM_NAME_SIZE]; /* "encoder.0.weight" */
    size_t rows, cols;              /* weights [out, in], all others [1, length] */
    size_t first;                   /* place of its first number in the arenas */
    bool trained;                   /* false: running statistics */
    bool decay;                     /* weight decay applies: weights of dense layers */
} aei_param;

typedef struct aei_param_set {
    ae_runtime *runtime;
    aei_param *params;
    size_t count, capacity;
    aei_real *values;      /* [total], each tensor aligned to AEI_ALIGNMENT bytes, gaps zero */
    size_t total, trained; /* numbers in all, and in the trained part with which the block begins; gaps counted */
} aei_param_set;

void aei_param_set_init(aei_param_set *set, ae_runtime *runtime);
void aei_param_set_clear(aei_param_set *set);

/* Adds a tensor and tells its index; places are given by aei_param_set_allocate(), once all are there. */
ae_status aei_param_set_add(aei_param_set *set, const char *name, size_t rows, size_t cols, bool trained, bool decay,
                            size_t *index);
ae_status aei_param_set_allocate(aei_param_set *set);

/* NULL if there is none of that name. */
const aei_param *aei_param_set_find(const aei_param_set *set, const char *name);

static inline size_t aei_param_length(const aei_param *param)
{
    return param->rows * param->cols;
}

/* A running variance, which must not be negative. */
bool aei_param_is_variance(const aei_param *param);

/* Numbers that training moves, gaps not counted. */
size_t aei_param_set_trained_count(const aei_param_set *set);

/* First value that is not finite: its tensor, or NULL if all are. */
const aei_param *aei_param_set_non_finite(const aei_param_set *set);

#endif
