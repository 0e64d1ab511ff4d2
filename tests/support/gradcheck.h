/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Analytic gradients against differences of the loss, in double.
 *
 * The derivative by w is estimated by the central difference with five points,
 *     (8 (L(w+h) - L(w-h)) - (L(w+2h) - L(w-2h))) / 12h,    truncation h^4 L^(5)/30,  rounding about 2^-52 |L| / h.
 * h starts at 2^-9 max(1, |w|) and is halved as long as an activation's kink lies between the points, then until the
 * estimate no longer changes by more than rounding and 1e-8 of itself, or changes least.
 *
 * The error counts as far as it is beyond the rounding of the losses, 2^-49 |L| / h, relative to the larger of both
 * numbers; GRADCHECK_TOLERANCE of it is allowed. So a number that is rounding itself, such as the gradient of a bias
 * before batch normalisation, is held to be just that. */
#ifndef GRADCHECK_H
#define GRADCHECK_H

#include "model/objective.h"

#define GRADCHECK_TOLERANCE 1e-6

/* The loss at the current values. *sides changes when an activation crosses its kink. */
typedef double (*gradcheck_loss)(void *context, uint64_t *sides);

/* What has been compared so far. */
typedef struct gradcheck {
    size_t numbers;
    double worst;      /* largest relative error */
    char where[160];   /* and where it was: name[index], both numbers */
    size_t narrowed;   /* how often a kink halved h */
    size_t rough;      /* numbers whose rounding was more than GRADCHECK_TOLERANCE of them */
    size_t unmeasured; /* numbers too close to a kink for any h */
} gradcheck;

/* Compares entries 0, step, 2 step, ... of `analytic` with differences of the loss by `values`. */
void gradcheck_compare(gradcheck *check, gradcheck_loss loss, void *context, const char *name, aei_real *values,
                       const aei_real *analytic, size_t count, size_t step);

/* Adds what another check has seen. */
void gradcheck_add(gradcheck *total, const gradcheck *check);

/* Has everything so far been within GRADCHECK_TOLERANCE? */
bool gradcheck_passes(const gradcheck *check);

/* Largest |v|. */
double gradcheck_largest(const aei_real *values, size_t count);

/* Changes when one of n outputs y of f moves over its kink; for gradcheck_loss. */
uint64_t gradcheck_sides(uint64_t sides, aei_activation f, const aei_real *y, size_t n);

/* ---- a whole model: the gradient of the objective by every parameter and by the input */

typedef struct gradcheck_model gradcheck_model;
struct gradcheck_model {
    ae_model *model; /* borrowed */
    aei_workspace *workspace;
    aei_objective objective; /* plain reconstruction, unless gradcheck_model_open_with() gave another */
    aei_pass pass;
    size_t n;
    aei_real *x, *target; /* [n, input_dim], [n, output_dim]; target may be x */
    bool by_input;        /* is the gradient by the input checked too? */
    const aei_real *weights; /* [n, output_dim] of emphasis, the caller's; NULL: none */
    aei_real *dx;         /* [n, input_dim] */
    aei_real *scratch;    /* [n, widest layer] */
    void (*spoil)(gradcheck_model *); /* NULL, or what damages the kept values between forward and backward */
};

/* Random rows of [0,1). With `denoising`, or where the output has another width, random targets too, else target = x.
 * The input's gradient is checked with `denoising`, which is for plain codes without penalties. False if memory is
 * missing. */
bool gradcheck_model_open(gradcheck_model *gradients, ae_model *model, size_t n, bool denoising, uint64_t seed);
bool gradcheck_model_open_with(gradcheck_model *gradients, ae_model *model, const aei_objective *objective, size_t n,
                               bool denoising, uint64_t seed);
void gradcheck_model_close(gradcheck_model *gradients);

/* Forward; the objective. */
double gradcheck_model_forward(gradcheck_model *gradients);

/* Forward and backward: workspace->gradients and, with a target of its own, dx. Both hold NaN before, so that what is
 * not overwritten shows. */
void gradcheck_model_backward(gradcheck_model *gradients);

/* Compares all of it, every step-th number. False when a tensor's gradient is zero throughout, where it need not be:
 * such a case checks nothing, and the caller takes other values. */
bool gradcheck_model_compare(gradcheck_model *gradients, gradcheck *check, size_t step);

#endif
