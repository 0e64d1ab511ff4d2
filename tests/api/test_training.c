/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Training that goes well; test_training_failures.c has the rest. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "support/small_training.h"

static double squared_error(const ae_model *model, const ae_dataset *dataset)
{
    ae_evaluation evaluation = {.struct_size = sizeof evaluation};
    assert_int_equal(ae_evaluate(model, dataset, &evaluation), AE_OK);
    return evaluation.squared_error;
}

static ae_epoch_report history(const ae_model *model, size_t index)
{
    ae_epoch_report report = {.struct_size = sizeof report};
    assert_int_equal(ae_model_history(model, index, &report), AE_OK);
    return report;
}

/* What is derived from parameters, batch normalisation's folded form, is that of the parameters as they stand: a fresh
 * model with the same tensors gives the same codes. For ARCHITECTURE_NORM. */
static void assert_codes_fit_the_tensors(const ae_model *model)
{
    float codes[ROWS * 3], fresh[ROWS * 3];
    ae_model *copy = new_model(ARCHITECTURE_NORM);
    size_t count, first = 0;
    float *tensors = architecture_tensors(model, &count);
    for (size_t i = 0; i < ae_model_tensor_count(copy); i++) {
        const char *name = ae_model_tensor_name(copy, i);
        size_t rows, columns;
        assert_int_equal(ae_model_tensor_shape(copy, name, &rows, &columns), AE_OK);
        assert_int_equal(ae_model_set_tensor(copy, name, tensors + first, rows * columns), AE_OK);
        first += rows * columns;
    }
    assert_int_equal(ae_encode(model, x, ROWS, 0, codes, 0), AE_OK);
    assert_int_equal(ae_encode(copy, x, ROWS, 0, fresh, 0), AE_OK);
    assert_memory_equal(codes, fresh, sizeof codes);
    ae_model_free(copy);
    free(tensors);
}

/* ---- learning */

static void test_every_architecture_learns(void **state)
{
    (void)state;
    for (size_t which = 0; which < ARCHITECTURE_WIDE; which++) {
        ae_model *model = new_model(which);
        ae_train_options options = plain_options();
        double before, after;
        options.epochs = 60;
        options.learning_rate = 1e-2;
        before = squared_error(model, data);
        assert_int_equal(ae_fit(model, data, NULL, &options), AE_OK);
        after = squared_error(model, data);
        if (!(after < 0.5 * before))
            fail_msg("%s: %g after %g", architecture_name(which), after, before);
        assert_true(history(model, 59).train_loss < history(model, 0).train_loss);
        ae_model_free(model);
    }
}

static void test_every_optimizer_learns(void **state)
{
    const double rates[] = {0, 0.05, 3e-3, 1e-2, 1e-2};
    (void)state;
    for (ae_optimizer optimizer = AE_SGD; optimizer <= AE_ADAMW; optimizer++) {
        ae_model *model = new_model(ARCHITECTURE_LINEAR);
        ae_train_options options = plain_options();
        const double before = squared_error(model, data);
        options.epochs = 60;
        options.optimizer = optimizer;
        options.learning_rate = rates[optimizer];
        options.momentum = optimizer == AE_RMSPROP ? 0.5 : 0;
        assert_int_equal(ae_fit(model, data, NULL, &options), AE_OK);
        assert_true(squared_error(model, data) < 0.2 * before);
        ae_model_free(model);
    }
}

/* What some principal components leave of the rows: the trace of the covariance without its three largest
 * eigenvalues, each found by power iteration and taken out (Hotelling's deflation). */
static double pca_error(const float *rows, size_t components)
{
    double mean[D] = {0}, c[D][D] = {{0}}, rest = 0;
    for (size_t r = 0; r < ROWS; r++)
        for (size_t j = 0; j < D; j++)
            mean[j] += (double)rows[r * D + j] / ROWS;
    for (size_t r = 0; r < ROWS; r++)
        for (size_t i = 0; i < D; i++)
            for (size_t j = 0; j < D; j++)
                c[i][j] += ((double)rows[r * D + i] - mean[i]) * ((double)rows[r * D + j] - mean[j]) / ROWS;
    for (size_t k = 0; k < components; k++) {
        double v[D], value = 0;
        for (size_t j = 0; j < D; j++)
            v[j] = 1 + 0.1 * (double)j;
        for (int iteration = 0; iteration < 10000; iteration++) {
            double w[D] = {0}, norm = 0;
            for (size_t i = 0; i < D; i++)
                for (size_t j = 0; j < D; j++)
                    w[i] += c[i][j] * v[j];
            for (size_t i = 0; i < D; i++)
                norm += w[i] * w[i];
            value = sqrt(norm);
            for (size_t i = 0; i < D; i++)
                v[i] = w[i] / value;
        }
        for (size_t i = 0; i < D; i++)
            for (size_t j = 0; j < D; j++)
                c[i][j] -= value * v[i] * v[j];
    }
    for (size_t j = 0; j < D; j++)
        rest += c[j][j];
    return rest;
}

/* Baldi and Hornik 1989: a linear autoencoder has no minimum but the projection onto the principal components. */
static void test_a_linear_autoencoder_reaches_pca(void **state)
{
    ae_model *model = new_model(ARCHITECTURE_LINEAR);
    ae_train_options options = plain_options();
    float spread[ROWS * D];
    ae_dataset *dataset;
    double error, least;
    (void)state;
    for (size_t i = 0; i < ROWS * D; i++)
        spread[i] = 5 * x[i] - 2;
    least = pca_error(spread, 3);
    assert_int_equal(ae_dataset_from_memory(&dataset, NULL, spread, ROWS, D, 0), AE_OK);
    options.batch_size = ROWS;
    options.epochs = 2000;
    options.learning_rate = 0.02;
    options.schedule = AE_SCHEDULE_COSINE;
    assert_int_equal(ae_fit(model, dataset, NULL, &options), AE_OK);
    error = squared_error(model, dataset);
    if (!(error > least * (1 - 1e-4) && error < least * 1.001))
        fail_msg("%.9g, the principal components leave %.9g", error, least);
    ae_dataset_free(dataset);
    ae_model_free(model);
}

/* ---- batches and validation */

/* 60 rows in batches of 16: 16 16 16 12, and the loss of an epoch weighs each row alike. */
static void test_the_last_batch_is_shorter(void **state)
{
    ae_model *model = new_model(ARCHITECTURE_LINEAR), *stepped = new_model(ARCHITECTURE_LINEAR);
    ae_train_options options = plain_options();
    ae_trainer *trainer;
    double sum = 0;
    (void)state;
    options.epochs = 1;
    options.shuffle = 0;
    assert_int_equal(ae_fit(model, data, NULL, &options), AE_OK);
    assert_int_equal(history(model, 0).steps, 4);
    assert_int_equal(ae_trainer_create(&trainer, stepped, &options), AE_OK);
    for (size_t first = 0; first < ROWS; first += 16) {
        const size_t n = ROWS - first < 16 ? ROWS - first : 16;
        double loss;
        assert_int_equal(ae_trainer_step(trainer, x + first * D, n, 0, NULL, 0, &loss), AE_OK);
        sum += loss * (double)n;
    }
    ae_trainer_free(trainer);
    assert_true(architecture_same(model, stepped));
    assert_true(history(model, 0).train_loss == sum / ROWS);
    ae_model_free(model);
    ae_model_free(stepped);
}

/* With batch normalisation a row that is left over alone is not lost. */
static void test_the_last_row_alone(void **state)
{
    ae_model *model = new_model(ARCHITECTURE_NORM);
    ae_train_options options = plain_options();
    ae_dataset *part;
    (void)state;
    assert_int_equal(ae_dataset_slice(&part, data, 0, 33), AE_OK);
    assert_int_equal(ae_fit(model, part, NULL, &options), AE_OK);
    assert_int_equal(history(model, 0).steps, 2); /* 16 17 */
    ae_dataset_free(part);
    ae_model_free(model);
}

static void test_validation_fraction(void **state)
{
    ae_model *model = new_model(ARCHITECTURE_TIED), *by_hand = new_model(ARCHITECTURE_TIED);
    ae_train_options options = plain_options();
    ae_dataset *rest, *held_out;
    ae_evaluation evaluation = {.struct_size = sizeof evaluation};
    (void)state;
    options.seed = 5;
    options.validation_fraction = 0.25;
    assert_int_equal(ae_fit(model, data, NULL, &options), AE_OK);
    assert_int_equal(history(model, 0).steps, 3); /* 45 rows */
    assert_int_equal(ae_dataset_split(data, 0.25, 5, &rest, &held_out), AE_OK);
    assert_int_equal(ae_dataset_rows(held_out), 15);
    assert_int_equal(ae_fit(by_hand, rest, held_out, &options), AE_OK);
    assert_true(architecture_same(model, by_hand));
    assert_int_equal(ae_evaluate(model, held_out, &evaluation), AE_OK);
    assert_true(history(model, 3).validation_loss == evaluation.loss);
    ae_dataset_free(rest);
    ae_dataset_free(held_out);
    ae_model_free(model);
    ae_model_free(by_hand);
}

/* ---- early stopping */

typedef struct memory {
    ae_model *model;
    ae_epoch_report reports[200];
    float *tensors[200];
    size_t epochs, count;
    int32_t stop_at;
} memory;

static int32_t remember(void *user, const ae_epoch_report *report)
{
    memory *m = user;
    m->reports[m->epochs] = *report;
    m->tensors[m->epochs++] = architecture_tensors(m->model, &m->count);
    return m->stop_at && m->epochs == (size_t)m->stop_at;
}

static void assert_tensors(const ae_model *model, const float *expected)
{
    size_t count;
    float *tensors = architecture_tensors(model, &count);
    assert_memory_equal(tensors, expected, count * sizeof *tensors);
    free(tensors);
}

static void forget(memory *m)
{
    for (size_t i = 0; i < m->epochs; i++)
        free(m->tensors[i]);
    ae_model_free(m->model);
}

/* A large rate makes the validation loss jump about; batch normalisation has running statistics to restore too. */
static ae_train_options restless_options(memory *m)
{
    ae_train_options options = plain_options();
    options.learning_rate = 0.2;
    options.epochs = 200;
    options.validation_fraction = 0.3;
    options.callback = remember;
    options.callback_user = m;
    return options;
}

static void test_patience_restores_the_best_weights(void **state)
{
    memory m = {.model = new_model(ARCHITECTURE_NORM)};
    ae_train_options options = restless_options(&m);
    size_t best = 0;
    (void)state;
    options.patience = 5;
    assert_int_equal(ae_fit(m.model, data, NULL, &options), AE_OK);
    assert_true(m.epochs < 200);
    for (size_t i = 1; i < m.epochs; i++)
        if (m.reports[i].validation_loss < m.reports[best].validation_loss)
            best = i;
    assert_int_equal(m.epochs, best + 1 + 5);
    assert_int_equal(m.reports[m.epochs - 1].best_epoch, best + 1);
    assert_tensors(m.model, m.tensors[best]);
    assert_memory_not_equal(m.tensors[best], m.tensors[m.epochs - 1], m.count * sizeof(float));
    assert_int_equal(ae_model_history_length(m.model), m.epochs);
    assert_codes_fit_the_tensors(m.model);
    forget(&m);
}

/* Also when the callback ends the training; without patience the model stays as its last epoch left it. */
static void test_the_callback_stops(void **state)
{
    (void)state;
    for (int patience = 0; patience < 2; patience++) {
        memory m = {.model = new_model(ARCHITECTURE_NORM), .stop_at = 6};
        ae_train_options options = restless_options(&m);
        const ae_epoch_report *last = &m.reports[5];
        options.patience = patience ? 100 : 0;
        assert_int_equal(ae_fit(m.model, data, NULL, &options), AE_ERROR_CANCELLED);
        assert_non_null(strstr(ae_last_error(), "epoch 6"));
        assert_int_equal(m.epochs, 6);
        assert_tensors(m.model, m.tensors[patience ? last->best_epoch - 1 : 5]);
        assert_int_equal(ae_model_history_length(m.model), 6);
        forget(&m);
    }
}

/* ---- learning rate */

static void assert_rates(const ae_train_options *options, const double *rates)
{
    ae_model *model = new_model(ARCHITECTURE_LINEAR);
    assert_int_equal(ae_fit(model, data, NULL, options), AE_OK);
    for (size_t i = 0; i < 4; i++)
        assert_true(fabs(history(model, i).learning_rate / rates[i] - 1) < 1e-12);
    ae_model_free(model);
}

/* Of the last of the four steps of each epoch. */
static void test_schedules(void **state)
{
    const double pi = 3.14159265358979323846;
    double rates[4] = {0.01, 0.01, 0.01, 0.01};
    ae_train_options options = plain_options();
    (void)state;
    options.learning_rate = 0.01;
    assert_rates(&options, rates);

    options.schedule = AE_SCHEDULE_STEP;
    options.schedule_epochs = 2;
    options.schedule_factor = 0.5;
    rates[2] = rates[3] = 0.005;
    assert_rates(&options, rates);

    options.schedule = AE_SCHEDULE_COSINE;
    options.min_learning_rate = 0.002;
    for (int i = 0; i < 4; i++)
        rates[i] = 0.002 + 0.008 * (1 + cos(pi * (i + 0.75) / 4)) / 2;
    assert_rates(&options, rates);

    options.warmup_epochs = 2;
    rates[0] = 0.005;
    rates[1] = 0.01;
    for (int i = 2; i < 4; i++)
        rates[i] = 0.002 + 0.008 * (1 + cos(pi * (i - 2 + 0.75) / 2)) / 2;
    assert_rates(&options, rates);
}

/* A host that steps alone has the plain rate unless it says what an epoch is; a rate set later is the schedule's new
 * base. With SGD and one weight's gradient known, the rate shows in how far the weight moves. */
static double distance(ae_trainer *trainer, ae_model *model)
{
    size_t count;
    float *before = architecture_tensors(model, &count), *after;
    double sum = 0;
    assert_int_equal(ae_trainer_step(trainer, x, 16, 0, NULL, 0, NULL), AE_OK);
    after = architecture_tensors(model, &count);
    for (size_t i = 0; i < count; i++)
        sum += pow((double)(after[i] - before[i]), 2);
    free(before);
    free(after);
    return sqrt(sum);
}

static void test_rate_of_a_hosts_steps(void **state)
{
    ae_train_options options = plain_options();
    (void)state;
    options.optimizer = AE_SGD;
    options.learning_rate = 0.01;
    options.clip_norm = 1e-3; /* every gradient has this norm */
    options.schedule = AE_SCHEDULE_STEP;
    options.schedule_epochs = 1;
    for (uint64_t per_epoch = 0; per_epoch <= 2; per_epoch += 2) {
        ae_model *model = new_model(ARCHITECTURE_LINEAR);
        ae_trainer *trainer;
        options.steps_per_epoch = per_epoch;
        assert_int_equal(ae_trainer_create(&trainer, model, &options), AE_OK);
        for (int step = 0; step < 4; step++) {
            const double factor = per_epoch && step >= 2 ? 0.1 : 1;
            if (step == 3)
                assert_int_equal(ae_trainer_set_learning_rate(trainer, 0.03), AE_OK);
            assert_true(fabs(distance(trainer, model) / (1e-3 * factor * (step == 3 ? 0.03 : 0.01)) - 1) < 0.02);
        }
        assert_int_equal(ae_trainer_steps(trainer), 4);
        ae_trainer_free(trainer);
        ae_model_free(model);
    }
}

/* ---- clipping and decay: one step of SGD from the same start */

typedef struct change {
    float *before, *after;
    size_t count;
} change;

static change one_step(const ae_train_options *options)
{
    ae_model *model = new_model(ARCHITECTURE_LINEAR);
    ae_trainer *trainer;
    change c;
    c.before = architecture_tensors(model, &c.count);
    assert_int_equal(ae_trainer_create(&trainer, model, options), AE_OK);
    assert_int_equal(ae_trainer_step(trainer, x, 16, 0, NULL, 0, NULL), AE_OK);
    ae_trainer_free(trainer);
    c.after = architecture_tensors(model, &c.count);
    ae_model_free(model);
    return c;
}

static void free_change(change *c)
{
    free(c->before);
    free(c->after);
}

static void test_clipping(void **state)
{
    ae_train_options options = plain_options();
    change plain, clipped;
    (void)state;
    options.optimizer = AE_SGD;
    options.learning_rate = 1;
    plain = one_step(&options);
    options.clip_value = 0.01;
    clipped = one_step(&options);
    for (size_t i = 0; i < plain.count; i++) {
        const double g = (double)(plain.before[i] - plain.after[i]);
        const double c = (double)(clipped.before[i] - clipped.after[i]);
        assert_true(fabs(c - (g > 0.01 ? 0.01 : g < -0.01 ? -0.01 : g)) < 1e-6);
    }
    free_change(&clipped);
    options.clip_value = 0;
    options.clip_norm = 0.01;
    clipped = one_step(&options);
    {
        double g = 0, c = 0, product = 0;
        for (size_t i = 0; i < plain.count; i++) {
            g += pow((double)(plain.before[i] - plain.after[i]), 2);
            c += pow((double)(clipped.before[i] - clipped.after[i]), 2);
            product += (double)(plain.before[i] - plain.after[i]) * (double)(clipped.before[i] - clipped.after[i]);
        }
        assert_true(sqrt(g) > 0.02);
        assert_true(fabs(sqrt(c) - 0.01) < 1e-5);
        assert_true(fabs(product / sqrt(g * c) - 1) < 1e-4); /* the same direction */
    }
    free_change(&clipped);
    options.clip_norm = 1e6; /* out of reach: nothing happens */
    clipped = one_step(&options);
    assert_memory_equal(clipped.after, plain.after, plain.count * sizeof(float));
    free_change(&clipped);
    free_change(&plain);
}

/* weight, bias, weight, bias of the linear autoencoder: 8x3, 3, 3x8, 8 */
static bool is_weight(size_t i)
{
    return i < 24 || (i >= 27 && i < 51);
}

static void test_decay_works_on_weights_alone(void **state)
{
    const struct { ae_optimizer optimizer; double l2, l1; } cases[] = {
        {AE_SGD, 0.5, 0}, {AE_SGD, 0, 0.25}, {AE_ADAMW, 0.5, 0}};
    (void)state;
    for (size_t k = 0; k < 3; k++) {
        ae_train_options options = plain_options();
        change plain, decayed;
        options.optimizer = cases[k].optimizer;
        options.learning_rate = 0.1;
        plain = one_step(&options);
        options.weight_decay = cases[k].l2;
        options.l1_decay = cases[k].l1;
        decayed = one_step(&options);
        assert_int_equal(plain.count, 59);
        for (size_t i = 0; i < plain.count; i++) {
            const double w = (double)plain.before[i], sign = w > 0 ? 1 : w < 0 ? -1 : 0;
            const double less = is_weight(i) ? 0.1 * (cases[k].l2 * w + cases[k].l1 * sign) : 0;
            assert_true(fabs((double)(plain.after[i] - decayed.after[i]) - less) < 1e-6);
        }
        free_change(&plain);
        free_change(&decayed);
    }
}

/* ---- a host's own loop */

/* Noisy rows in, clean rows as targets, both with strides of their own; the model learns to clean. */
static void test_denoising(void **state)
{
    enum { STRIDE = D + 3 };
    float noisy[ROWS * STRIDE], x_hat[ROWS * D];
    ae_model *model = new_model(ARCHITECTURE_LINEAR);
    ae_train_options options = plain_options();
    ae_trainer *trainer;
    double loss, expected = 0, first = 0;
    (void)state;
    options.batch_size = ROWS;
    options.learning_rate = 0.01;
    architecture_rows(noisy, ROWS, STRIDE, 77);
    for (size_t r = 0; r < ROWS; r++)
        for (size_t j = 0; j < D; j++)
            noisy[r * STRIDE + j] = x[r * D + j] + 0.2f * noisy[r * STRIDE + j];
    assert_int_equal(ae_reconstruct(model, noisy, ROWS, STRIDE, x_hat, 0), AE_OK);
    for (size_t i = 0; i < ROWS * D; i++)
        expected += pow((double)(x_hat[i] - x[i]), 2) / ROWS;
    assert_int_equal(ae_trainer_create(&trainer, model, &options), AE_OK);
    for (int step = 0; step < 300; step++) {
        assert_int_equal(ae_trainer_step(trainer, noisy, ROWS, STRIDE, x, D, &loss), AE_OK);
        if (step == 0)
            first = loss; /* of the model before the step */
    }
    assert_true(fabs(first / expected - 1) < 1e-4);
    assert_true(loss < 0.1 * first);
    assert_int_equal(ae_trainer_steps(trainer), 300);
    ae_trainer_free(trainer);
    ae_model_free(model);
}

/* A cross-entropy asks its targets to be in [0,1], not its inputs. */
static void test_inputs_of_any_size_with_targets_in_the_unit_interval(void **state)
{
    ae_model *model = new_model(ARCHITECTURE_TIED);
    const ae_train_options options = plain_options();
    float large[D];
    ae_trainer *trainer;
    double loss;
    (void)state;
    for (size_t j = 0; j < D; j++)
        large[j] = 10 * x[j] - 5;
    assert_int_equal(ae_trainer_create(&trainer, model, &options), AE_OK);
    assert_int_equal(ae_trainer_step(trainer, large, 1, 0, NULL, 0, &loss), AE_ERROR_DATA);
    assert_int_equal(ae_trainer_step(trainer, large, 1, 0, large, 0, &loss), AE_ERROR_DATA);
    assert_int_equal(ae_trainer_step(trainer, large, 1, 0, x, 0, &loss), AE_OK);
    assert_int_equal(ae_trainer_steps(trainer), 1);
    ae_trainer_free(trainer);
    ae_model_free(model);
}

/* Between steps the model is as usable as ever. */
static void test_inference_between_steps(void **state)
{
    ae_model *model = new_model(ARCHITECTURE_NORM);
    const ae_train_options options = plain_options();
    ae_trainer *trainer;
    (void)state;
    assert_int_equal(ae_trainer_create(&trainer, model, &options), AE_OK);
    for (int step = 0; step < 3; step++) {
        assert_int_equal(ae_trainer_step(trainer, x, 16, 0, NULL, 0, NULL), AE_OK);
        assert_codes_fit_the_tensors(model);
    }
    ae_trainer_free(trainer);
    ae_model_free(model);
}

/* ---- history and defaults */

static void test_history(void **state)
{
    ae_model *model = new_model(ARCHITECTURE_LINEAR);
    ae_train_options options = plain_options();
    ae_epoch_report report = {.struct_size = sizeof report}, untouched;
    struct { size_t struct_size; uint64_t epoch; } old = {sizeof old, 0};
    double at_rest;
    (void)state;
    assert_int_equal(ae_model_history_length(model), 0);
    assert_int_equal(ae_model_history(model, 0, &report), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(ae_fit(model, data, NULL, &options), AE_OK);
    at_rest = squared_error(model, data);
    options.epochs = 2;
    options.learning_rate = 1e-9; /* goes on from where the weights are */
    assert_int_equal(ae_fit(model, data, data, &options), AE_OK);
    assert_int_equal(ae_model_history_length(model), 6);
    for (size_t i = 0; i < 6; i++) {
        report = history(model, i);
        assert_int_equal(report.struct_size, sizeof report);
        assert_int_equal(report.epoch, i < 4 ? i + 1 : i - 3);
        assert_int_equal(report.epochs, i < 4 ? 4 : 2);
        assert_int_equal(report.steps, 4 * report.epoch);
        assert_true(report.train_loss > 0 && report.seconds >= 0);
        assert_int_equal(isnan(report.validation_loss), i < 4);
        assert_int_equal(report.best_epoch > 0, i >= 4);
    }
    assert_true(fabs(history(model, 4).train_loss / at_rest - 1) < 1e-3);
    /* a program that knows less, and mistakes */
    assert_int_equal(ae_model_history(model, 5, (ae_epoch_report *)(void *)&old), AE_OK);
    assert_int_equal(old.epoch, 2);
    untouched = report;
    assert_int_equal(ae_model_history(model, 6, &report), AE_ERROR_INVALID_ARGUMENT);
    assert_memory_equal(&untouched, &report, sizeof report);
    ae_model_free(model);
}

/* As include/autoencoder/train.h says. */
static void test_defaults(void **state)
{
    ae_train_options o;
    ae_model *model = new_model(ARCHITECTURE_LINEAR), *by_default = new_model(ARCHITECTURE_LINEAR);
    (void)state;
    memset(&o, 0xff, sizeof o);
    ae_train_options_init(&o, sizeof o);
    assert_int_equal(o.struct_size, sizeof o);
    assert_true(o.seed == 0 && o.epochs == 20 && o.batch_size == 128);
    assert_true(o.optimizer == AE_ADAM && o.schedule == AE_SCHEDULE_CONSTANT && o.learning_rate == 1e-3);
    assert_true(o.momentum == 0 && o.rho == 0.99 && o.beta1 == 0.9 && o.beta2 == 0.999 && o.epsilon == 1e-8);
    assert_true(o.weight_decay == 0 && o.l1_decay == 0 && o.clip_value == 0 && o.clip_norm == 0);
    assert_true(o.min_learning_rate == 0 && o.schedule_factor == 0.1 && o.schedule_epochs == 10);
    assert_true(o.warmup_epochs == 0 && o.steps_per_epoch == 0 && o.validation_fraction == 0 && o.patience == 0);
    assert_true(o.min_delta == 0 && o.nesterov == 0 && o.shuffle == 1);
    assert_true(!o.callback && !o.callback_user && !o.cancel);
    assert_int_equal(ae_fit(model, data, NULL, &o), AE_OK);
    assert_int_equal(ae_fit(by_default, data, NULL, NULL), AE_OK);
    assert_true(architecture_same(model, by_default));
    assert_int_equal(ae_model_history_length(model), 20);
    ae_model_free(model);
    ae_model_free(by_default);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_architecture_learns),
        cmocka_unit_test(test_every_optimizer_learns),
        cmocka_unit_test(test_a_linear_autoencoder_reaches_pca),
        cmocka_unit_test(test_the_last_batch_is_shorter),
        cmocka_unit_test(test_the_last_row_alone),
        cmocka_unit_test(test_validation_fraction),
        cmocka_unit_test(test_patience_restores_the_best_weights),
        cmocka_unit_test(test_the_callback_stops),
        cmocka_unit_test(test_schedules),
        cmocka_unit_test(test_rate_of_a_hosts_steps),
        cmocka_unit_test(test_clipping),
        cmocka_unit_test(test_decay_works_on_weights_alone),
        cmocka_unit_test(test_denoising),
        cmocka_unit_test(test_inputs_of_any_size_with_targets_in_the_unit_interval),
        cmocka_unit_test(test_inference_between_steps),
        cmocka_unit_test(test_history),
        cmocka_unit_test(test_defaults),
    };
    return cmocka_run_group_tests(tests, make_data, free_data);
}
