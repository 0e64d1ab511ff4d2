/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Layer by layer: an encoder with batch normalisation and dropout, and a plain decoder. */
#include <autoencoder/autoencoder.h>

#include <stdio.h>
#include <stdlib.h>

#include "support/digits.h"

static ae_status build(ae_model **out)
{
    /* [build] */
    ae_layer_list *encoder = NULL, *decoder = NULL;
    ae_dense_options no_bias; /* batch normalisation has a shift of its own */
    ae_dense_options_init(&no_bias, sizeof no_bias);
    no_bias.bias = 0;
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = 64;

    ae_status status = ae_layer_list_create(&encoder, NULL);
    if (status == AE_OK) status = ae_layer_list_create(&decoder, NULL);
    if (status == AE_OK) status = ae_layer_list_add_dense(encoder, 128, AE_IDENTITY, &no_bias);
    if (status == AE_OK) status = ae_layer_list_add_batch_norm(encoder, NULL);
    if (status == AE_OK) status = ae_layer_list_add_activation(encoder, AE_RELU, 0);
    if (status == AE_OK) status = ae_layer_list_add_dropout(encoder, 0.1);
    if (status == AE_OK) status = ae_layer_list_add_dense(encoder, 8, AE_IDENTITY, NULL); /* the code */
    if (status == AE_OK) status = ae_layer_list_add_dense(decoder, 128, AE_RELU, NULL);
    if (status == AE_OK) status = ae_layer_list_add_dense(decoder, 64, AE_SIGMOID, NULL);
    if (status == AE_OK) status = ae_model_create_from_layers(out, encoder, decoder, &options);
    ae_layer_list_free(encoder); /* the model has copied them */
    ae_layer_list_free(decoder);
    /* [build] */
    return status;
}

/* [tensors] */
static void print_tensors(const ae_model *model)
{
    for (size_t i = 0; i < ae_model_tensor_count(model); i++) {
        const char *name = ae_model_tensor_name(model, i);
        size_t rows = 0, columns = 0;
        ae_model_tensor_shape(model, name, &rows, &columns);
        printf("  %-26s %4zu x %zu\n", name, rows, columns);
    }
    printf("%zu parameters\n", ae_model_parameter_count(model));
}
/* [tensors] */

/* [callback] */
static int32_t on_epoch(void *user, const ae_epoch_report *report)
{
    (void)user;
    if (report->epoch % 5 == 0)
        printf("epoch %2d  loss %.3f  validation %.3f\n", (int)report->epoch, report->train_loss,
               report->validation_loss);
    return 0; /* anything else would stop the training */
}
/* [callback] */

int main(void)
{
    digits d;
    ae_model *model = NULL;
    ae_dataset *all = NULL, *train = NULL, *test = NULL;
    ae_status status = digits_read(&d, NULL);
    if (status == AE_OK) status = build(&model);
    if (status == AE_OK) print_tensors(model);
    if (status == AE_OK) status = ae_dataset_from_memory(&all, NULL, d.pixels, d.rows, DIGIT_PIXELS, 0);
    if (status == AE_OK) status = ae_dataset_split(all, 0.2, 1, &train, &test);

    /* [options] */
    ae_train_options options;
    ae_train_options_init(&options, sizeof options);
    options.epochs = 40;
    options.batch_size = 32;
    options.schedule = AE_SCHEDULE_COSINE;
    options.validation_fraction = 0.1; /* held out of the training rows */
    options.patience = 10;             /* stop after 10 epochs without a better validation loss */
    options.callback = on_epoch;
    if (status == AE_OK) status = ae_fit(model, train, NULL, &options);
    /* [options] */

    /* [evaluate] */
    ae_evaluation evaluation = {.struct_size = sizeof evaluation};
    if (status == AE_OK) status = ae_evaluate(model, test, &evaluation);
    if (status == AE_OK) printf("squared error per test digit: %.3f\n", evaluation.squared_error);
    /* [evaluate] */
    ae_model_free(model);
    ae_dataset_free(all);
    ae_dataset_free(train);
    ae_dataset_free(test);
    digits_free(&d);
    return finish(status);
}
