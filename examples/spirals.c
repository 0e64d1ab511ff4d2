/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Classifies the points of three spirals: by logistic regression, then by a network with one hidden layer. A classifier is
 * a model whose decoder gives a score for each class and whose loss is the softmax cross-entropy. The picture shows what
 * each says of every point in the plane. */
#include <autoencoder/autoencoder.h>

#include <stdio.h>
#include <stdlib.h>

#include "support/digits.h"
#include "support/plane.h"
#include "support/spirals.h"

enum { SIDE = 240 };
static const plane_box box = {-1.2, -1.2, 2.4};

typedef struct problem {
    spirals train, test;
    ae_dataset *points, *targets, *test_points, *test_targets;
} problem;

static ae_status problem_make(problem *p)
{
    const size_t per_class = 200;
    const double turns = 0.7, noise = 0.06;
    ae_status status = spirals_make(&p->train, per_class, turns, noise, 1);
    if (status == AE_OK) status = spirals_make(&p->test, per_class, turns, noise, 2);
    if (status == AE_OK) status = ae_dataset_from_memory(&p->points, NULL, p->train.points, p->train.rows, 2, 0);
    if (status == AE_OK) status = ae_dataset_from_memory(&p->targets, NULL, p->train.targets, p->train.rows, 3, 0);
    if (status == AE_OK) status = ae_dataset_from_memory(&p->test_points, NULL, p->test.points, p->test.rows, 2, 0);
    if (status == AE_OK) status = ae_dataset_from_memory(&p->test_targets, NULL, p->test.targets, p->test.rows, 3, 0);
    return status;
}

static void problem_free(problem *p)
{
    ae_dataset_free(p->points);
    ae_dataset_free(p->targets);
    ae_dataset_free(p->test_points);
    ae_dataset_free(p->test_targets);
    spirals_free(&p->train);
    spirals_free(&p->test);
}

/* Two dense layers, 2 -> hidden -> 3. With the identity between them they are one linear map: logistic regression. */
static ae_status train(ae_model **out, const problem *p, size_t hidden, ae_activation activation)
{
    /* [classifier] */
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = 2;
    options.latent_dim = hidden;
    options.latent_activation = activation;
    options.output_dim = 3; /* a score for each class */
    options.loss = AE_SOFTMAX_CROSS_ENTROPY;

    ae_train_options training;
    ae_train_options_init(&training, sizeof training);
    training.epochs = 200;
    training.batch_size = 32;
    training.learning_rate = 1e-2;
    training.schedule = AE_SCHEDULE_COSINE;

    ae_status status = ae_model_create(out, &options);
    if (status == AE_OK) status = ae_fit_targets(*out, p->points, p->targets, NULL, NULL, &training);
    /* [classifier] */
    return status;
}

/* The model's probabilities at every pixel, and the test points over them. */
static ae_status draw(plane *picture, size_t panel, const ae_model *model, const spirals *points)
{
    float *x = malloc(SIDE * SIDE * 2 * sizeof *x), *p = malloc(SIDE * SIDE * 3 * sizeof *p);
    ae_status status = x && p ? AE_OK : AE_ERROR_NO_MEMORY;
    if (status == AE_OK) {
        plane_points(picture, box, x);
        status = ae_reconstruct(model, x, SIDE * SIDE, 0, p, 0);
    }
    if (status == AE_OK) {
        plane_classes(picture, panel, p);
        plane_dots(picture, panel, box, points->points, points->targets, points->rows, 1.5);
    }
    free(x);
    free(p);
    return status;
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "spirals.png";
    static const char *const names[] = {"logistic regression", "64 units of ReLU"};
    problem p = {0};
    plane picture = {0};
    ae_status status = problem_make(&p);
    if (status == AE_OK && plane_create(&picture, SIDE, 2, 1) != 0) status = AE_ERROR_NO_MEMORY;
    for (size_t i = 0; status == AE_OK && i < 2; i++) {
        ae_model *model = NULL;
        ae_evaluation result = {.struct_size = sizeof result};
        status = train(&model, &p, i ? 64 : 2, i ? AE_RELU : AE_IDENTITY);
        if (status == AE_OK) status = ae_evaluate_targets(model, p.test_points, p.test_targets, &result);
        if (status == AE_OK) {
            printf("%-20s %5zu parameters: %5.1f %% of the test points right, cross-entropy %.3f nats\n", names[i],
                   ae_model_parameter_count(model), 100 * result.accuracy, result.loss);
            status = draw(&picture, i, model, &p.test);
            plane_name(&picture, i, names[i]);
        }
        ae_model_free(model);
    }
    if (status == AE_OK && plane_save(&picture, path) != 0) status = AE_ERROR_IO;
    if (status == AE_OK) printf("the regions of the classes: %s\n", path);
    plane_free(&picture);
    problem_free(&p);
    return finish(status);
}
