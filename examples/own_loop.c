/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The host owns the loop: it makes the batches, here of noisy digits whose clean ones are the target (a denoising
 * autoencoder, Vincent et al. 2008), looks at the loss of each step and decides when to stop. */
#include <autoencoder/autoencoder.h>

#include <stdio.h>
#include <string.h>

#include "support/digits.h"

enum {
    BATCH = 64,
    HELD_OUT = 300, /* last rows, not learned from */
    STEPS_MAX = 3000
};

/* A small random number generator; a host brings its own. */
static uint32_t random_below(uint64_t *state, uint32_t limit)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((*state >> 32) % limit);
}

/* Copies a row and wipes out a third of its pixels. */
static void wipe(float *noisy, const float *clean, uint64_t *state)
{
    for (int i = 0; i < DIGIT_PIXELS; i++)
        noisy[i] = random_below(state, 3) == 0 ? 0.0f : clean[i];
}

static ae_status loop(ae_model *model, const float *pixels, size_t rows)
{
    uint64_t state = 1;
    double mean = 0.0, best = 1e30;
    static float noisy[BATCH * DIGIT_PIXELS], clean[BATCH * DIGIT_PIXELS];

    /* [loop] */
    ae_train_options options;
    ae_train_options_init(&options, sizeof options);
    options.batch_size = BATCH; /* the largest batch that will come */
    ae_trainer *trainer = NULL;
    ae_status status = ae_trainer_create(&trainer, model, &options);

    for (int step = 1; status == AE_OK && step <= STEPS_MAX; step++) {
        for (size_t i = 0; i < BATCH; i++) {
            const float *row = pixels + DIGIT_PIXELS * random_below(&state, (uint32_t)rows);
            memcpy(clean + i * DIGIT_PIXELS, row, DIGIT_PIXELS * sizeof *row);
            wipe(noisy + i * DIGIT_PIXELS, row, &state);
        }
        double loss;
        status = ae_trainer_step(trainer, noisy, BATCH, 0, clean, 0, &loss);
        mean += loss / 250;
        if (status == AE_OK && step % 250 == 0) {
            printf("step %4d  loss %.3f\n", step, mean);
            if (mean > 0.995 * best) break; /* it has stopped getting better */
            best = mean;
            mean = 0.0;
        }
    }
    ae_trainer_free(trainer); /* the model keeps what it learned */
    /* [loop] */
    return status;
}

/* Squared error of the model's output to the clean rows, beside that of its noisy input. */
static ae_status judge(const ae_model *model, const float *clean, size_t rows)
{
    uint64_t state = 2;
    double before = 0.0, after = 0.0;
    for (size_t r = 0; r < rows; r++) {
        const float *x = clean + r * DIGIT_PIXELS;
        float noisy[DIGIT_PIXELS], x_hat[DIGIT_PIXELS];
        wipe(noisy, x, &state);
        ae_status status = ae_reconstruct(model, noisy, 1, 0, x_hat, 0);
        if (status != AE_OK) return status;
        for (int i = 0; i < DIGIT_PIXELS; i++) {
            before += (noisy[i] - x[i]) * (noisy[i] - x[i]) / (double)rows;
            after += (x_hat[i] - x[i]) * (x_hat[i] - x[i]) / (double)rows;
        }
    }
    printf("squared error per new digit: %.2f with a third of its pixels wiped out, %.2f restored\n", before, after);
    return AE_OK;
}

int main(void)
{
    digits d;
    ae_status status = digits_read(&d, NULL);
    if (status != AE_OK) return finish(status);

    const size_t hidden[] = {128};
    ae_model *model = NULL;
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = DIGIT_PIXELS;
    options.hidden_dims = hidden;
    options.hidden_count = 1;
    options.latent_dim = 16;
    options.output_activation = AE_SIGMOID;
    status = ae_model_create(&model, &options);
    if (status == AE_OK) status = loop(model, d.pixels, d.rows - HELD_OUT);
    if (status == AE_OK) status = judge(model, d.pixels + (d.rows - HELD_OUT) * DIGIT_PIXELS, HELD_OUT);
    ae_model_free(model);
    digits_free(&d);
    return finish(status);
}
