/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Stopping a long training: Ctrl-C pulls a switch, and the model stays whole. Without Ctrl-C an alarm pulls it after a
 * second. */
#include <autoencoder/autoencoder.h>

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "support/digits.h"

/* [handler] */
static ae_cancel *stop; /* a signal handler has no other way to find it */

static void on_signal(int number)
{
    (void)number;
    ae_cancel_request(stop); /* this call is safe here; few others are */
}
/* [handler] */

int main(void)
{
    const size_t hidden[] = {256, 128};
    digits d;
    ae_model *model = NULL;
    ae_dataset *dataset = NULL;
    ae_evaluation before = {.struct_size = sizeof before}, after = {.struct_size = sizeof after};
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = DIGIT_PIXELS;
    options.hidden_dims = hidden;
    options.hidden_count = 2;
    options.latent_dim = 8;
    ae_status status = digits_read(&d, NULL);
    if (status == AE_OK) status = ae_dataset_from_memory(&dataset, NULL, d.pixels, d.rows, DIGIT_PIXELS, 0);
    if (status == AE_OK) status = ae_model_create(&model, &options);
    if (status == AE_OK) status = ae_evaluate(model, dataset, &before);
    if (status == AE_OK) status = ae_cancel_create(&stop, NULL);
    if (status != AE_OK) goto cleanup;

    signal(SIGINT, on_signal);
    signal(SIGALRM, on_signal);
    alarm(1);
    puts("Training for ever; press Ctrl-C, or wait a second.");
    /* [fit] */
    ae_train_options training;
    ae_train_options_init(&training, sizeof training);
    training.epochs = 1000000;
    training.cancel = stop;
    status = ae_fit(model, dataset, NULL, &training);
    if (status == AE_ERROR_CANCELLED)
        status = ae_evaluate(model, dataset, &after); /* the model is as after its last batch */
    /* [fit] */
    signal(SIGINT, SIG_DFL);
    signal(SIGALRM, SIG_DFL);
    if (status == AE_OK)
        printf("Stopped after %zu whole epochs. Squared error per digit: %.3f before, %.3f after.\n",
               ae_model_history_length(model), before.squared_error, after.squared_error);
cleanup:
    ae_model_free(model);
    ae_dataset_free(dataset);
    ae_cancel_free(stop);
    digits_free(&d);
    return finish(status);
}
