/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Training towards something else than the input: classifiers, regressions, and encoders that were trained before. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "support/architectures.h"

enum { ROWS = 300, D = 8, CLASSES = 3, LATENT = 4 };

static float x[ROWS * D], classes[ROWS * CLASSES];
static ae_dataset *data, *labels;

static ae_model_options classifier(void)
{
    static const size_t hidden[] = {12};
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = D;
    options.output_dim = CLASSES;
    options.hidden_dims = hidden;
    options.hidden_count = 1;
    options.latent_dim = LATENT;
    options.latent_activation = AE_TANH;
    options.loss = AE_SOFTMAX_CROSS_ENTROPY;
    options.seed = 1;
    return options;
}

static ae_model *create(const ae_model_options *options)
{
    ae_model *model;
    if (ae_model_create(&model, options) != AE_OK)
        fail_msg("%s", ae_last_error());
    return model;
}

static ae_train_options training(uint64_t epochs)
{
    ae_train_options options;
    ae_train_options_init(&options, sizeof options);
    options.epochs = epochs;
    options.batch_size = 32;
    options.learning_rate = 1e-2;
    return options;
}

static ae_evaluation evaluate(const ae_model *model, const ae_dataset *targets)
{
    ae_evaluation evaluation = {.struct_size = sizeof evaluation};
    assert_int_equal(ae_evaluate_targets(model, data, targets, &evaluation), AE_OK);
    return evaluation;
}

/* ---- classifiers */

static void test_classifier(void **state)
{
    const ae_model_options options = classifier();
    const ae_train_options how = training(40);
    ae_model *model = create(&options);
    static float p[ROWS * CLASSES];
    double loss = 0, right = 0;
    (void)state;
    assert_int_equal(ae_model_output_dim(model), CLASSES);
    const ae_evaluation before = evaluate(model, labels);
    assert_int_equal(ae_fit_targets(model, data, labels, NULL, NULL, &how), AE_OK);
    const ae_evaluation after = evaluate(model, labels);
    assert_true(after.loss < 0.2 * before.loss && after.accuracy > 0.95 && after.accuracy > before.accuracy);
    assert_true(after.loss == after.reconstruction && after.kl == 0 && isnan(after.binary_cross_entropy));

    /* probabilities, and the loss and accuracy that follow from them */
    assert_int_equal(ae_reconstruct(model, x, ROWS, 0, p, 0), AE_OK);
    for (size_t r = 0; r < ROWS; r++) {
        double sum = 0;
        size_t best = 0;
        for (size_t c = 0; c < CLASSES; c++) {
            assert_true(p[r * CLASSES + c] >= 0 && p[r * CLASSES + c] <= 1);
            sum += (double)p[r * CLASSES + c];
            best = p[r * CLASSES + c] > p[r * CLASSES + best] ? c : best;
            if (classes[r * CLASSES + c] == 1)
                loss -= log((double)p[r * CLASSES + c]) / ROWS;
        }
        assert_true(fabs(sum - 1) < 1e-5);
        right += classes[r * CLASSES + best] == 1;
    }
    assert_true(fabs(loss - after.loss) < 1e-4 && right / ROWS == after.accuracy);
    ae_model_free(model);
}

static void test_classifier_is_saved(void **state)
{
    static unsigned char bytes[50000];
    const ae_model_options options = classifier();
    const ae_train_options how = training(2);
    ae_model *model = create(&options), *loaded;
    float p[2][CLASSES];
    size_t size;
    (void)state;
    assert_int_equal(ae_fit_targets(model, data, labels, NULL, NULL, &how), AE_OK);
    assert_int_equal(ae_model_save_memory(model, bytes, sizeof bytes, &size), AE_OK);
    assert_int_equal(ae_model_load_memory(&loaded, bytes, size, NULL), AE_OK);
    assert_true(architecture_same(model, loaded));
    assert_int_equal(ae_model_output_dim(loaded), CLASSES);
    assert_int_equal(ae_model_loss(loaded), AE_SOFTMAX_CROSS_ENTROPY);
    assert_int_equal(ae_reconstruct(model, x, 1, 0, p[0], 0), AE_OK);
    assert_int_equal(ae_reconstruct(loaded, x, 1, 0, p[1], 0), AE_OK);
    assert_memory_equal(p[0], p[1], sizeof p[0]);
    assert_true(evaluate(model, labels).loss == evaluate(loaded, labels).loss);
    ae_model_free(model);
    ae_model_free(loaded);
}

static void test_classifier_needs_an_identity_output(void **state)
{
    ae_model_options options = classifier();
    ae_model *model;
    (void)state;
    options.output_activation = AE_SIGMOID;
    assert_int_equal(ae_model_create(&model, &options), AE_ERROR_INVALID_ARGUMENT);
    assert_null(model);
}

/* ---- other targets */

/* With its own rows as targets it is ae_fit(), to the byte. */
static void test_fit_is_fit_towards_itself(void **state)
{
    (void)state;
    for (size_t which = 0; which < ARCHITECTURE_WIDE; which++) {
        const ae_train_options how = architecture_training(which);
        ae_model *a, *b;
        ae_evaluation by_rows = {.struct_size = sizeof by_rows};
        assert_int_equal(architecture_create(&a, which, NULL, 1), AE_OK);
        assert_int_equal(architecture_create(&b, which, NULL, 1), AE_OK);
        assert_int_equal(ae_fit(a, data, NULL, &how), AE_OK);
        assert_int_equal(ae_fit_targets(b, data, data, NULL, NULL, &how), AE_OK);
        assert_true(architecture_same(a, b));
        assert_int_equal(ae_evaluate(a, data, &by_rows), AE_OK);
        assert_true(by_rows.loss == evaluate(a, data).loss);
        ae_model_free(a);
        ae_model_free(b);
    }
}

/* A regression: twice the sum of neighbours, by a linear model. */
static void test_regression(void **state)
{
    static float sums[ROWS * 2];
    ae_model_options options = classifier();
    const ae_train_options how = training(200);
    ae_dataset *targets, *part;
    ae_evaluation evaluation = {.struct_size = sizeof evaluation};
    ae_epoch_report report = {.struct_size = sizeof report};
    (void)state;
    for (size_t i = 0; i < ROWS * 2; i++)
        sums[i] = 2 * (x[i / 2 * D + 3 * (i % 2)] + x[i / 2 * D + 3 * (i % 2) + 1]);
    assert_int_equal(ae_dataset_from_memory(&targets, NULL, sums, ROWS, 2, 0), AE_OK);
    options.output_dim = 2;
    options.loss = AE_SQUARED_ERROR;
    options.hidden_count = 0;
    options.latent_activation = AE_IDENTITY;
    ae_model *model = create(&options);
    assert_int_equal(ae_fit_targets(model, data, targets, data, targets, &how), AE_OK);
    assert_true(evaluate(model, targets).squared_error < 1e-3);
    assert_int_equal(ae_model_history(model, 199, &report), AE_OK);
    assert_true(report.validation_loss == evaluate(model, targets).loss);
    assert_int_equal(ae_dataset_slice(&part, targets, 0, 10), AE_OK);
    assert_int_equal(ae_evaluate_targets(model, data, part, &evaluation), AE_ERROR_SHAPE);
    ae_dataset_free(part);
    ae_dataset_free(targets);
    ae_model_free(model);
}

static void test_patience_looks_at_the_targets(void **state)
{
    ae_model_options options = classifier();
    ae_train_options how = training(200);
    ae_model *model = create(&options);
    ae_epoch_report last = {.struct_size = sizeof last}, best = {.struct_size = sizeof best};
    (void)state;
    how.learning_rate = 0.2; /* so that it gets worse again */
    how.patience = 3;
    assert_int_equal(ae_fit_targets(model, data, labels, data, labels, &how), AE_OK);
    assert_int_equal(ae_model_history(model, ae_model_history_length(model) - 1, &last), AE_OK);
    assert_int_equal(ae_model_history(model, last.best_epoch - 1, &best), AE_OK);
    assert_true(evaluate(model, labels).loss == best.validation_loss);
    ae_model_free(model);
}

static void test_steps_towards_targets(void **state)
{
    const ae_model_options options = classifier();
    ae_train_options how = training(1);
    ae_model *fitted = create(&options), *stepped = create(&options);
    ae_trainer *trainer;
    (void)state;
    how.shuffle = 0;
    how.batch_size = 100;
    assert_int_equal(ae_fit_targets(fitted, data, labels, NULL, NULL, &how), AE_OK);
    assert_int_equal(ae_trainer_create(&trainer, stepped, &how), AE_OK);
    assert_int_equal(ae_trainer_step(trainer, x, 100, 0, NULL, 0, NULL), AE_ERROR_SHAPE); /* they are needed */
    assert_int_equal(ae_trainer_epoch(trainer, data, NULL), AE_ERROR_SHAPE);
    for (size_t r = 0; r < ROWS; r += 100)
        assert_int_equal(ae_trainer_step(trainer, x + r * D, 100, 0, classes + r * CLASSES, 0, NULL), AE_OK);
    ae_trainer_free(trainer);
    assert_true(architecture_same(fitted, stepped));
    ae_model_free(fitted);
    ae_model_free(stepped);
}

static void test_bad_targets(void **state)
{
    const ae_model_options options = classifier();
    ae_model *model = create(&options), *untouched = create(&options);
    ae_train_options how = training(1);
    ae_evaluation evaluation = {.struct_size = sizeof evaluation};
    float bad[ROWS * CLASSES], errors[1];
    const float values[] = {-0.1f, 1.1f, NAN, INFINITY};
    ae_dataset *dataset, *part;
    (void)state;
    assert_int_equal(ae_dataset_from_memory(&dataset, NULL, bad, ROWS, CLASSES, 0), AE_OK);
    assert_int_equal(ae_dataset_slice(&part, labels, 0, ROWS - 1), AE_OK);
    for (size_t i = 0; i < 4; i++) {
        memcpy(bad, classes, sizeof bad);
        bad[17] = values[i];
        assert_int_equal(ae_fit_targets(model, data, dataset, NULL, NULL, &how), AE_ERROR_DATA);
        assert_int_equal(ae_fit_targets(model, data, labels, data, dataset, &how), AE_ERROR_DATA);
        assert_int_equal(ae_evaluate_targets(model, data, dataset, &evaluation), AE_ERROR_DATA);
    }
    assert_int_equal(ae_fit(model, data, NULL, &how), AE_ERROR_SHAPE);
    assert_int_equal(ae_evaluate(model, data, &evaluation), AE_ERROR_SHAPE);
    assert_int_equal(ae_fit_targets(model, data, data, NULL, NULL, &how), AE_ERROR_SHAPE);
    assert_int_equal(ae_fit_targets(model, data, part, NULL, NULL, &how), AE_ERROR_SHAPE);
    assert_int_equal(ae_fit_targets(model, data, labels, data, NULL, &how), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(ae_fit_targets(model, data, labels, NULL, labels, &how), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(ae_reconstruction_error(model, x, 1, 0, AE_SQUARED_ERROR, errors), AE_ERROR_UNSUPPORTED);
    how.patience = 2;
    assert_int_equal(ae_fit_targets(model, data, labels, NULL, NULL, &how), AE_ERROR_INVALID_ARGUMENT);
    how = training(1);
    how.validation_fraction = 0.2;
    assert_int_equal(ae_fit_targets(model, data, labels, NULL, NULL, &how), AE_ERROR_INVALID_ARGUMENT);
    assert_true(architecture_same(model, untouched) && ae_model_history_length(model) == 0);
    ae_dataset_free(dataset);
    ae_dataset_free(part);
    ae_model_free(model);
    ae_model_free(untouched);
}

/* Emphasis weighs features of the reconstruction; a classifier has none, and neither has another width. */
static void test_emphasis_needs_a_reconstruction(void **state)
{
    ae_model_options options = classifier();
    ae_train_options how = training(1);
    ae_corruption corruption;
    (void)state;
    ae_corruption_init(&corruption, sizeof corruption);
    corruption.kind = AE_CORRUPTION_MASK;
    how.corruption = &corruption;
    for (int softmax = 0; softmax < 2; softmax++) {
        options.loss = softmax ? AE_SOFTMAX_CROSS_ENTROPY : AE_SQUARED_ERROR;
        ae_model *model = create(&options);
        corruption.emphasis_corrupted = 1;
        assert_int_equal(ae_fit_targets(model, data, labels, NULL, NULL, &how), AE_OK);
        corruption.emphasis_corrupted = 2;
        assert_int_equal(ae_fit_targets(model, data, labels, NULL, NULL, &how),
                         softmax ? AE_ERROR_UNSUPPORTED : AE_ERROR_INVALID_ARGUMENT);
        ae_model_free(model);
    }
}

/* ---- an encoder that was trained before */

static void test_copied_encoder(void **state)
{
    ae_model_options options = classifier(), reconstructing = classifier();
    static float before[ROWS * LATENT], after[ROWS * LATENT];
    const ae_train_options how = training(2);
    (void)state;
    reconstructing.output_dim = 0;
    reconstructing.loss = AE_SQUARED_ERROR;
    reconstructing.batch_norm = options.batch_norm = 1; /* running statistics are copied too */
    reconstructing.seed = 7;
    ae_model *source = create(&reconstructing), *model = create(&options);
    assert_int_equal(ae_fit(source, data, NULL, &how), AE_OK);
    assert_int_equal(ae_encode(source, x, ROWS, 0, before, 0), AE_OK);
    assert_int_equal(ae_model_copy_encoder(model, source), AE_OK);
    assert_int_equal(ae_encode(model, x, ROWS, 0, after, 0), AE_OK);
    assert_memory_equal(before, after, sizeof before);
    assert_int_equal(ae_fit_targets(model, data, labels, NULL, NULL, &how), AE_OK);
    assert_int_equal(ae_encode(source, x, ROWS, 0, after, 0), AE_OK);
    assert_memory_equal(before, after, sizeof before); /* a copy, not a view */
    ae_model_free(source);
    ae_model_free(model);
}

/* A variational encoder's mu may go into a classifier, from a net of its own or from half a layer. */
static void test_copied_from_a_variational_model(void **state)
{
    ae_model_options options = classifier(), variational = classifier();
    float mu[LATENT], code[LATENT];
    (void)state;
    variational.output_dim = 0;
    variational.loss = AE_GAUSSIAN_LIKELIHOOD;
    variational.code = AE_CODE_GAUSSIAN;
    variational.latent_activation = options.latent_activation = AE_IDENTITY;
    variational.seed = 7;
    ae_model *model = create(&options), *halves = create(&variational);
    assert_int_equal(ae_model_copy_encoder(model, halves), AE_OK);
    assert_int_equal(ae_encode(model, x, 1, 0, code, 0), AE_OK);
    assert_int_equal(ae_encode(halves, x, 1, 0, mu, 0), AE_OK);
    for (size_t j = 0; j < LATENT; j++)
        assert_true(fabsf(mu[j] - code[j]) < 1e-6f);
    assert_int_equal(ae_model_copy_encoder(halves, model), AE_ERROR_SHAPE); /* which lacks the other half */
    variational.variance = AE_VARIANCE_SEPARATE;
    ae_model *separate = create(&variational);
    assert_int_equal(ae_model_copy_encoder(model, separate), AE_OK);
    assert_int_equal(ae_encode(model, x, 1, 0, code, 0), AE_OK);
    assert_int_equal(ae_encode(separate, x, 1, 0, mu, 0), AE_OK);
    assert_memory_equal(mu, code, sizeof mu);
    assert_int_equal(ae_model_copy_encoder(separate, model), AE_ERROR_SHAPE); /* which lacks the second net */
    assert_int_equal(ae_model_copy_encoder(halves, separate), AE_ERROR_SHAPE);
    assert_int_equal(ae_model_copy_encoder(separate, halves), AE_ERROR_SHAPE);
    ae_model_free(model);
    options.latent_dim++;
    model = create(&options);
    assert_int_equal(ae_model_copy_encoder(model, halves), AE_ERROR_SHAPE);
    ae_model_free(model);
    ae_model_free(halves);
    ae_model_free(separate);
}

static void test_encoders_that_differ(void **state)
{
    const size_t hidden[] = {12, 12};
    ae_model_options options = classifier(), other = classifier();
    ae_model *model = create(&options), *untouched = create(&options);
    (void)state;
    other.seed = 9;
    for (int which = 0; which < 4; which++) {
        other.hidden_dims = hidden;
        other.hidden_count = which == 0 ? 0 : which == 1 ? 2 : 1;
        other.latent_dim = which == 2 ? LATENT + 1 : LATENT;
        other.bias = which != 3;
        ae_model *source = create(&other);
        assert_int_equal(ae_model_copy_encoder(model, source), AE_ERROR_SHAPE);
        assert_int_equal(ae_model_copy_encoder(source, model), AE_ERROR_SHAPE);
        assert_true(architecture_same(model, untouched));
        ae_model_free(source);
    }
    ae_model *twin = create(&options);
    ae_trainer *trainer;
    assert_int_equal(ae_trainer_create(&trainer, model, NULL), AE_OK);
    assert_int_equal(ae_model_copy_encoder(model, twin), AE_ERROR_INVALID_ARGUMENT); /* while it is being trained */
    ae_trainer_free(trainer);
    ae_model_free(twin);
    ae_model_free(model);
    ae_model_free(untouched);
}

static int set_up(void **state)
{
    (void)state;
    architecture_rows(x, ROWS, D, 1);
    for (size_t r = 0; r < ROWS; r++) {
        const size_t c = x[r * D] > 0.55f ? 0 : x[r * D + 2] > 0.55f ? 1 : 2;
        classes[r * CLASSES + c] = 1;
    }
    if (ae_dataset_from_memory(&data, NULL, x, ROWS, D, 0) != AE_OK)
        return 1;
    return ae_dataset_from_memory(&labels, NULL, classes, ROWS, CLASSES, 0);
}

static int tear_down(void **state)
{
    (void)state;
    ae_dataset_free(data);
    ae_dataset_free(labels);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classifier),
        cmocka_unit_test(test_classifier_is_saved),
        cmocka_unit_test(test_classifier_needs_an_identity_output),
        cmocka_unit_test(test_fit_is_fit_towards_itself),
        cmocka_unit_test(test_regression),
        cmocka_unit_test(test_patience_looks_at_the_targets),
        cmocka_unit_test(test_steps_towards_targets),
        cmocka_unit_test(test_bad_targets),
        cmocka_unit_test(test_emphasis_needs_a_reconstruction),
        cmocka_unit_test(test_copied_encoder),
        cmocka_unit_test(test_copied_from_a_variational_model),
        cmocka_unit_test(test_encoders_that_differ),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
