/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What the options of variational models do: how the encoder gives its variance, which noise the decoder admits, and
 * ways to weigh the KL divergence. Each line is one model, trained in the same way otherwise. */
#include <autoencoder/autoencoder.h>

#include <stdio.h>

#include "support/digits.h"

enum { CODE = 16 };

static const char *const names[] = {"variance shared",  "variance separate", "variance one",      "gamma 1",
                                    "gamma learned",    "gamma per feature", "no warm-up",        "warm-up, 30 epochs",
                                    "cyclical, 4 times", "free bits, 0.5",   "beta 4"};
enum { CHOICES = sizeof names / sizeof names[0] };

/* The choices beside the defaults of make(). */
static void choose(int which, ae_model_options *options, ae_train_options *training)
{
    switch (which) {
    /* [variance] */
    case 0: options->variance = AE_VARIANCE_SHARED; break;   /* mu and log sigma^2: halves of one net's output */
    case 1: options->variance = AE_VARIANCE_SEPARATE; break; /* a net for each */
    case 2: options->variance = AE_VARIANCE_ONE; break;      /* sigma = 1 */
    /* [variance] */
    /* [noise] */
    case 3: options->noise = AE_NOISE_FIXED; options->noise_deviation = 1; break;
    case 4: options->noise = AE_NOISE_LEARNED; options->noise_deviation = 0.3; break;     /* where it starts */
    case 5: options->noise = AE_NOISE_PER_FEATURE; options->noise_deviation = 0.3; break; /* one for each pixel */
    /* [noise] */
    /* [weight] */
    case 7: training->kl_warmup_epochs = 30; break; /* from 0 to kl_weight, once */
    case 8: training->kl_cycles = 4; break;         /* four times, each time over half of a quarter of the epochs */
    case 9: training->free_bits = 0.5; break;       /* nats that each unit has for nothing */
    case 10: training->kl_weight = 4; break;        /* beta */
    /* [weight] */
    default: break;
    }
}

static ae_status make(ae_model **out, const ae_dataset *train, int which)
{
    const size_t hidden[] = {128};
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = DIGIT_PIXELS;
    options.hidden_dims = hidden;
    options.hidden_count = 1;
    options.latent_dim = CODE;
    options.code = AE_CODE_GAUSSIAN;
    options.loss = AE_GAUSSIAN_LIKELIHOOD;
    options.noise = AE_NOISE_OPTIMAL;
    options.output_activation = AE_SIGMOID;
    options.dropout = 0.1;
    ae_train_options training;
    ae_train_options_init(&training, sizeof training);
    training.epochs = 100;
    training.batch_size = 64;
    training.learning_rate = 2e-3;
    training.schedule = AE_SCHEDULE_COSINE;
    choose(which, &options, &training);
    ae_status status = ae_model_create(out, &options);
    return status == AE_OK ? ae_fit(*out, train, NULL, &training) : status;
}

int main(void)
{
    digits d;
    ae_dataset *train = NULL, *test = NULL;
    ae_status status = digits_read(&d, NULL);
    if (status == AE_OK) status = digits_split(&d, &train, &test);
    for (int n = 0; status == AE_OK && n < CHOICES; n++) {
        ae_model *model = NULL;
        ae_vae_evaluation e = {.struct_size = sizeof e};
        ae_evaluation error = {.struct_size = sizeof error};
        status = make(&model, train, n);
        if (status == AE_OK) status = ae_vae_evaluate(model, test, 10, 1, NULL, &e);
        if (status == AE_OK) status = ae_evaluate(model, test, &error);
        if (status == AE_OK)
            printf("%-18s  -ELBO %6.1f = reconstruction %6.1f + KL %4.1f nats; %2d active units; squared error %.2f\n",
                   names[n], e.negative_elbo, e.reconstruction, e.kl, (int)e.active_units, error.squared_error);
        ae_model_free(model);
    }
    ae_dataset_free(train);
    ae_dataset_free(test);
    digits_free(&d);
    return finish(status);
}
