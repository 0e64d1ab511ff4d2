/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Principal components as the start of a deep model. Its first layer turns the 64 pixels into their 24 largest components
 * and its last one turns them back; between them is a small network. With random weights it has to find all of that; from
 * PCA's weights it has only the network to learn. Prints the test error of both after each of the first epochs. */
#include <autoencoder/autoencoder.h>

#include <stdio.h>
#include <stdlib.h>

#include "support/digits.h"

#define COMPONENTS 24
#define CODE 8

/* 64 - 24 - 96 - 8 - 96 - 24 - 64, both outer layers linear. */
static ae_status create_deep(ae_model **out)
{
    ae_layer_list *encoder = NULL, *decoder = NULL;
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = DIGIT_PIXELS;
    ae_status status = ae_layer_list_create(&encoder, NULL);
    if (status == AE_OK) status = ae_layer_list_create(&decoder, NULL);
    if (status == AE_OK) status = ae_layer_list_add_dense(encoder, COMPONENTS, AE_IDENTITY, NULL);
    if (status == AE_OK) status = ae_layer_list_add_dense(encoder, 96, AE_SILU, NULL);
    if (status == AE_OK) status = ae_layer_list_add_dense(encoder, CODE, AE_IDENTITY, NULL);
    if (status == AE_OK) status = ae_layer_list_add_dense(decoder, 96, AE_SILU, NULL);
    if (status == AE_OK) status = ae_layer_list_add_dense(decoder, COMPONENTS, AE_IDENTITY, NULL);
    if (status == AE_OK) status = ae_layer_list_add_dense(decoder, DIGIT_PIXELS, AE_IDENTITY, NULL);
    if (status == AE_OK) status = ae_model_create_from_layers(out, encoder, decoder, &options);
    ae_layer_list_free(encoder);
    ae_layer_list_free(decoder);
    return status;
}

/* [warm] */
/* PCA is a model of two dense layers that share W: [24, 64]. Its encoder becomes the deep model's first layer, its decoder
 * the last; the names are those of ae_model_tensor_name(). */
static ae_status start_from_pca(ae_model *deep, const ae_model *pca)
{
    float weight[COMPONENTS * DIGIT_PIXELS], back[DIGIT_PIXELS * COMPONENTS], shift[COMPONENTS], mean[DIGIT_PIXELS];
    ae_status status = ae_model_get_tensor(pca, "encoder.0.weight", weight, COMPONENTS * DIGIT_PIXELS);
    if (status == AE_OK) status = ae_model_get_tensor(pca, "encoder.0.bias", shift, COMPONENTS);
    if (status == AE_OK) status = ae_model_get_tensor(pca, "decoder.0.bias", mean, DIGIT_PIXELS);
    if (status != AE_OK) return status;
    for (size_t i = 0; i < COMPONENTS; i++)
        for (size_t j = 0; j < DIGIT_PIXELS; j++) back[j * COMPONENTS + i] = weight[i * DIGIT_PIXELS + j];
    status = ae_model_set_tensor(deep, "encoder.0.weight", weight, COMPONENTS * DIGIT_PIXELS);
    if (status == AE_OK) status = ae_model_set_tensor(deep, "encoder.0.bias", shift, COMPONENTS);
    if (status == AE_OK) status = ae_model_set_tensor(deep, "decoder.2.weight", back, DIGIT_PIXELS * COMPONENTS);
    if (status == AE_OK) status = ae_model_set_tensor(deep, "decoder.2.bias", mean, DIGIT_PIXELS);
    return status;
}
/* [warm] */

int main(void)
{
    digits d;
    ae_dataset *all = NULL, *train = NULL, *test = NULL;
    ae_model *pca = NULL, *models[2] = {NULL, NULL};
    ae_trainer *trainers[2] = {NULL, NULL};
    ae_train_options training;
    ae_train_options_init(&training, sizeof training);
    training.batch_size = 32;
    ae_status status = digits_read(&d, NULL);
    if (status != AE_OK) return finish(status);
    status = ae_dataset_from_memory(&all, NULL, d.pixels, d.rows, DIGIT_PIXELS, 0);
    if (status == AE_OK) status = ae_dataset_split(all, 0.2, 1, &train, &test);
    if (status == AE_OK) status = ae_pca_fit(&pca, train, COMPONENTS, NULL, NULL, NULL);
    for (int warm = 0; warm < 2 && status == AE_OK; warm++) {
        status = create_deep(&models[warm]);
        if (status == AE_OK && warm) status = start_from_pca(models[warm], pca);
        if (status == AE_OK) status = ae_trainer_create(&trainers[warm], models[warm], &training);
    }
    puts("test squared error per image\nepoch  random start  from PCA");
    for (int epoch = 1; epoch <= 30 && status == AE_OK; epoch++) {
        ae_evaluation result[2] = {{.struct_size = sizeof *result}, {.struct_size = sizeof *result}};
        for (int warm = 0; warm < 2 && status == AE_OK; warm++) {
            status = ae_trainer_epoch(trainers[warm], train, NULL);
            if (status == AE_OK) status = ae_evaluate(models[warm], test, &result[warm]);
        }
        if (status == AE_OK && (epoch <= 3 || epoch % 10 == 0))
            printf("%5d  %12.3f  %8.3f\n", epoch, result[0].squared_error, result[1].squared_error);
    }
    for (int warm = 0; warm < 2; warm++) {
        ae_trainer_free(trainers[warm]);
        ae_model_free(models[warm]);
    }
    ae_model_free(pca);
    ae_dataset_free(all);
    ae_dataset_free(train);
    ae_dataset_free(test);
    digits_free(&d);
    return finish(status);
}
