/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Many digits, few labels: an autoencoder learns from all digits without labels, its encoder becomes the lower part of a
 * classifier, and that is fine-tuned on a few labelled ones. Beside it the same classifier without the first step. */
#include <autoencoder/autoencoder.h>

#include <stdio.h>

#include "support/digits.h"

enum { HIDDEN = 128, CODE = 128, TRIALS = 10, LABELS_MAX = 200 };

static ae_status classifier(ae_model **out, uint64_t seed)
{
    /* [classifier] */
    ae_layer_list *encoder = NULL, *head = NULL;
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = 64;
    options.output_dim = 10; /* one logit a class */
    options.loss = AE_SOFTMAX_CROSS_ENTROPY;
    options.seed = seed;
    ae_status status = ae_layer_list_create(&encoder, NULL);
    if (status == AE_OK) status = ae_layer_list_create(&head, NULL);
    if (status == AE_OK) status = ae_layer_list_add_dense(encoder, HIDDEN, AE_RELU, NULL);
    if (status == AE_OK) status = ae_layer_list_add_dense(encoder, CODE, AE_RELU, NULL);
    if (status == AE_OK) status = ae_layer_list_add_dense(head, 10, AE_IDENTITY, NULL);
    if (status == AE_OK) status = ae_model_create_from_layers(out, encoder, head, &options);
    /* [classifier] */
    ae_layer_list_free(encoder);
    ae_layer_list_free(head);
    return status;
}

static ae_status pretrain(ae_model **out, const ae_dataset *train)
{
    const size_t hidden[] = {HIDDEN};
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = DIGIT_PIXELS;
    options.hidden_dims = hidden, options.hidden_count = 1;
    options.latent_dim = CODE;
    options.latent_activation = AE_RELU;
    options.output_activation = AE_SIGMOID;
    ae_corruption noise;
    ae_corruption_init(&noise, sizeof noise);
    noise.kind = AE_CORRUPTION_MASK;
    noise.rate = 0.5;
    ae_train_options training;
    ae_train_options_init(&training, sizeof training);
    training.corruption = &noise; /* the code is wide: without noise it would learn to copy */
    training.epochs = 100;
    training.batch_size = 32;
    training.schedule = AE_SCHEDULE_COSINE;
    ae_status status = ae_model_create(out, &options);
    return status == AE_OK ? ae_fit(*out, train, NULL, &training) : status;
}

/* The accuracy of a classifier that has seen `rows` labels; it starts from an encoder if one is given. */
static ae_status accuracy(const digits *d, size_t first, size_t rows, const ae_model *encoder, uint64_t seed,
                          double *out)
{
    static float classes[(LABELS_MAX + DIGIT_TESTS) * DIGIT_CLASSES];
    float *test_classes = classes + LABELS_MAX * DIGIT_CLASSES;
    digits_targets(d, first, rows, classes);
    digits_targets(d, d->rows - DIGIT_TESTS, DIGIT_TESTS, test_classes);
    ae_dataset *train = NULL, *targets = NULL, *test = NULL, *test_targets = NULL;
    ae_model *model = NULL;
    ae_evaluation result = {.struct_size = sizeof result};
    ae_train_options training;
    ae_train_options_init(&training, sizeof training);
    training.epochs = 100;
    training.batch_size = 10;
    training.schedule = AE_SCHEDULE_COSINE;
    ae_status status = ae_dataset_from_memory(&train, NULL, d->pixels + first * DIGIT_PIXELS, rows, DIGIT_PIXELS, 0);
    if (status == AE_OK) status = ae_dataset_from_memory(&targets, NULL, classes, rows, DIGIT_CLASSES, 0);
    if (status == AE_OK) status = ae_dataset_from_memory(&test, NULL, digits_test(d), DIGIT_TESTS, DIGIT_PIXELS, 0);
    if (status == AE_OK)
        status = ae_dataset_from_memory(&test_targets, NULL, test_classes, DIGIT_TESTS, DIGIT_CLASSES, 0);
    /* [tune] */
    if (status == AE_OK) status = classifier(&model, seed);
    if (status == AE_OK && encoder) status = ae_model_copy_encoder(model, encoder);
    if (status == AE_OK) status = ae_fit_targets(model, train, targets, NULL, NULL, &training);
    if (status == AE_OK) status = ae_evaluate_targets(model, test, test_targets, &result);
    /* [tune] */
    *out += 100 * result.accuracy / TRIALS;
    ae_model_free(model);
    ae_dataset_free(train);
    ae_dataset_free(targets);
    ae_dataset_free(test);
    ae_dataset_free(test_targets);
    return status;
}

int main(void)
{
    static const size_t labels[] = {10, 20, 50, 100, LABELS_MAX};
    digits d;
    ae_dataset *train = NULL, *test = NULL;
    ae_model *encoder = NULL;
    ae_status status = digits_read(&d, NULL);
    if (status == AE_OK) status = digits_split(&d, &train, &test);
    if (status == AE_OK) status = pretrain(&encoder, train);
    puts("accuracy on test digits");
    for (size_t n = 0; status == AE_OK && n < sizeof labels / sizeof *labels; n++) {
        double scratch = 0.0, tuned = 0.0;
        for (size_t trial = 0; status == AE_OK && trial < TRIALS; trial++) { /* other labels and first weights */
            status = accuracy(&d, 125 * trial, labels[n], NULL, trial, &scratch);
            if (status == AE_OK) status = accuracy(&d, 125 * trial, labels[n], encoder, trial, &tuned);
        }
        if (status == AE_OK)
            printf("%3zu labels: from scratch %4.1f %%, pre-trained %4.1f %%\n", labels[n], scratch, tuned);
    }
    ae_model_free(encoder);
    ae_dataset_free(train);
    ae_dataset_free(test);
    digits_free(&d);
    return finish(status);
}
