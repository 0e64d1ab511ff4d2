/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "importance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data.h"

#define LOG_2PI     1.8378770664093453
#define LEAST_SHARE 1e-7 /* a float sigmoid rounds to 0 or 1 beyond: the logarithm is held there */
#define LOG_VAR_MAX 20   /* as the library holds it */
enum { PIECE = 256 };

/* What p(x|z) is: Bernoulli, or normal with a log variance for each feature. */
typedef struct observation {
    size_t width;
    float *offset, *scale, *log_var; /* [width]; log_var NULL: Bernoulli */
} observation;

static void observation_free(observation *o)
{
    free(o->offset);
    free(o->scale);
    free(o->log_var);
}

static ae_status observation_create(observation *o, const ae_model *model)
{
    static const char name[] = "observation.log_variance";
    size_t one, count = 0;
    o->width = ae_model_output_dim(model);
    o->offset = malloc(o->width * sizeof *o->offset);
    o->scale = malloc(o->width * sizeof *o->scale);
    if (!o->offset || !o->scale) return AE_ERROR_NO_MEMORY;
    ae_status status = ae_model_get_scaling(model, o->offset, o->scale, o->width);
    if (status != AE_OK || ae_model_loss(model) == AE_BINARY_CROSS_ENTROPY) return status;
    status = ae_model_tensor_shape(model, name, &one, &count);
    if (status != AE_OK) return status;
    o->log_var = malloc(o->width * sizeof *o->log_var);
    if (!o->log_var) return AE_ERROR_NO_MEMORY;
    status = ae_model_get_tensor(model, name, o->log_var, count);
    for (size_t i = count; i < o->width; i++)
        o->log_var[i] = o->log_var[0]; /* one for all features */
    return status;
}

static double log_p_x(const observation *o, const float *x, const float *mean)
{
    double sum = 0;
    for (size_t i = 0; i < o->width; i++) {
        const double value = ((double)x[i] - o->offset[i]) / o->scale[i],
                     m = ((double)mean[i] - o->offset[i]) / o->scale[i];
        if (o->log_var) {
            const double v = fmin(fmax(o->log_var[i], -LOG_VAR_MAX), LOG_VAR_MAX);
            sum -= ((value - m) * (value - m) * exp(-v) + v + LOG_2PI) / 2;
        } else
            sum += value * log(fmax(m, LEAST_SHARE)) + (1 - value) * log(fmax(1 - m, LEAST_SHARE));
    }
    return sum;
}

/* Buffers for PIECE rows. */
typedef struct buffers {
    float *x, *mean, *mu, *log_var, *noise, *z;
    double *top, *sum; /* of each row: the largest log weight, and the sum of all relative to it */
} buffers;

/* Adds one more sample of each row: noise is standard normal, z = mu + sigma * noise. */
static ae_status add_sample(const ae_model *model, const observation *o, const buffers *b, size_t rows)
{
    const size_t dim = ae_model_latent_dim(model);
    for (size_t i = 0; i < rows * dim; i++)
        b->z[i] = b->mu[i] + expf(b->log_var[i] / 2) * b->noise[i];
    ae_status status = ae_decode(model, b->z, rows, 0, b->mean, 0);
    for (size_t i = 0; status == AE_OK && i < rows; i++) {
        double w = log_p_x(o, b->x + i * o->width, b->mean + i * o->width);
        for (size_t k = i * dim; k < (i + 1) * dim; k++) /* log p(z) - log q(z|x), where the constants cancel */
            w += ((double)b->noise[k] * b->noise[k] + b->log_var[k] - (double)b->z[k] * b->z[k]) / 2;
        if (w > b->top[i]) {
            b->sum[i] = b->sum[i] * exp(b->top[i] - w) + 1;
            b->top[i] = w;
        } else
            b->sum[i] += exp(w - b->top[i]);
    }
    return status;
}

ae_status importance_log_likelihood(const ae_model *model, const ae_dataset *rows, size_t samples, uint64_t seed,
                                    double *out)
{
    const size_t dim = ae_model_latent_dim(model), width = ae_model_output_dim(model), all = ae_dataset_rows(rows);
    observation o = {0};
    float *floats = malloc((2 * width + 4 * dim) * PIECE * sizeof *floats);
    double *doubles = malloc(2 * PIECE * sizeof *doubles), total = 0;
    ae_corruption normal; /* the library's noise of repeatable numbers, on zeros */
    ae_corruption_init(&normal, sizeof normal);
    normal.kind = AE_CORRUPTION_GAUSSIAN;
    normal.deviation = 1;
    ae_status status = floats && doubles ? observation_create(&o, model) : AE_ERROR_NO_MEMORY;
    for (size_t first = 0; status == AE_OK && first < all; first += PIECE) {
        const size_t count = all - first < PIECE ? all - first : PIECE;
        buffers b = {.x = floats, .mean = floats + width * PIECE, .mu = floats + 2 * width * PIECE};
        b.log_var = b.mu + dim * PIECE, b.noise = b.log_var + dim * PIECE, b.z = b.noise + dim * PIECE;
        b.top = doubles, b.sum = doubles + PIECE;
        data_copy(rows, first, count, b.x);
        status = ae_vae_encode(model, b.x, count, 0, b.mu, 0, b.log_var, 0);
        for (size_t i = 0; i < count; i++)
            b.top[i] = -INFINITY, b.sum[i] = 0;
        for (size_t k = 0; status == AE_OK && k < samples; k++) {
            memset(b.z, 0, count * dim * sizeof *b.z);
            status = ae_corrupt(&normal, seed, first / PIECE * samples + k, b.z, count, dim, 0, b.noise, 0);
            if (status == AE_OK) status = add_sample(model, &o, &b, count);
        }
        for (size_t i = 0; status == AE_OK && i < count; i++)
            total += b.top[i] + log(b.sum[i] / (double)samples);
    }
    observation_free(&o);
    free(floats);
    free(doubles);
    *out = total / (double)all;
    return status;
}
