/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Models that between them use every part of the library, made and looked at through the public interface, and rows
 * that they can learn. */
#ifndef ARCHITECTURES_H
#define ARCHITECTURES_H

#include <autoencoder/autoencoder.h>
#include <stdbool.h>

enum architecture {
    ARCHITECTURE_LINEAR,      /* 8-3-8 */
    ARCHITECTURE_DEEP,        /* 8-12-6-3 and mirror, ReLU and dropout, cross-entropy */
    ARCHITECTURE_NORM,        /* 8-70-3 and mirror, ELU, batch normalisation */
    ARCHITECTURE_TIED,        /* 8-12-3 and mirror, tanh, tied weights, cross-entropy */
    ARCHITECTURE_LAYERS,      /* 8 -> ... -> 3 -> ... -> 8 with layers of every kind, one weight used three times */
    ARCHITECTURE_VARIATIONAL, /* 8-12-3 and mirror, halves of one encoder, cross-entropy; several samples, cyclic KL */
    ARCHITECTURE_SEPARATE,    /* variational with a second net for the variance, normalised, one noise a feature */
    ARCHITECTURE_TOPK,        /* 8-20-3 and mirror, the 2 largest of the code, corrupted inputs with emphasis */
    ARCHITECTURE_CONTRACTIVE, /* 8-12-3 and mirror, sigmoid code, contraction and sparsity, noise in closed form */
    ARCHITECTURE_WIDE,        /* 300-530-5 and mirror, leaky ReLU: large enough for several threads */
    ARCHITECTURES
};

const char *architecture_name(size_t which);

/* Creates the model; what ae_model_create() or the builder returns. */
ae_status architecture_create(ae_model **out, size_t which, ae_runtime *runtime, uint64_t seed);

/* Training options that suit it, each architecture with another optimizer; short epochs of small batches. */
ae_train_options architecture_training(size_t which);

/* rows x columns values in [0,1]: sums of two waves, and some noise. */
void architecture_rows(float *x, size_t rows, size_t columns, uint64_t seed);

/* All tensors of a model one behind the other, running statistics too; the caller frees them. Aborts without memory. */
float *architecture_tensors(const ae_model *model, size_t *count);

/* The same bytes in all tensors? */
bool architecture_same(const ae_model *a, const ae_model *b);

#endif
