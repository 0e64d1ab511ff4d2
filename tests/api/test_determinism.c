/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The same seed gives the same bytes: for any number of threads, again and again, by ae_fit() or by a loop of one's
 * own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "support/architectures.h"
#include "support/effort.h"

enum { ROWS = 700, WIDEST = 300 };

static const uint32_t thread_counts[] = {1, 2, 3, 4, 7, 1, 8};
static const int32_t kernel_sets[] = {AE_KERNELS_REFERENCE, AE_KERNELS_CBLAS, AE_KERNELS_AVX2,
                                      AE_KERNELS_AVX512, AE_KERNELS_AVX512_BF16, AE_KERNELS_AVX512_VNNI};
static float x[ROWS * WIDEST];

/* Tasks one after the other from the last to the first, on one thread. */
static void backwards(void *user, ae_task task, void *work, size_t count)
{
    (void)user;
    while (count > 0)
        task(work, --count);
}

/* NULL if the build lacks the kernels; 0 threads: the host's own, running backwards. */
static ae_runtime *new_runtime(int32_t kernels, uint32_t threads)
{
    ae_runtime *runtime;
    ae_runtime_options options;
    ae_status status;
    ae_runtime_options_init(&options, sizeof options);
    options.kernels = kernels;
    if (threads > 0)
        options.threads = threads;
    else
        options.parallel = backwards;
    status = ae_runtime_create(&runtime, &options);
    assert_true(status == AE_OK || (status == AE_ERROR_UNSUPPORTED && kernels >= AE_KERNELS_CBLAS));
    return runtime;
}

/* The data of an architecture; a stride of its own for all but the widest. */
static ae_dataset *new_dataset(size_t which)
{
    const size_t columns = which == ARCHITECTURE_WIDE ? WIDEST : 8;
    ae_dataset *dataset;
    architecture_rows(x, ROWS, columns, 5);
    assert_int_equal(ae_dataset_from_memory(&dataset, NULL, x, ROWS, columns, 0), AE_OK);
    return dataset;
}

typedef struct result {
    ae_model *model;
    float *codes, *x_hat, *errors;
    ae_evaluation evaluation;
} result;

static void use(result *r, const ae_dataset *dataset)
{
    const size_t latent = ae_model_latent_dim(r->model), d = ae_model_input_dim(r->model);
    r->codes = calloc(ROWS * latent, sizeof *r->codes);
    r->x_hat = calloc(ROWS * d, sizeof *r->x_hat);
    r->errors = calloc(ROWS, sizeof *r->errors);
    assert_true(r->codes && r->x_hat && r->errors);
    assert_int_equal(ae_encode(r->model, x, ROWS, 0, r->codes, 0), AE_OK);
    assert_int_equal(ae_decode(r->model, r->codes, ROWS, 0, r->x_hat, 0), AE_OK);
    assert_int_equal(ae_reconstruction_error(r->model, x, ROWS, 0, AE_SQUARED_ERROR, r->errors), AE_OK);
    memset(&r->evaluation, 0, sizeof r->evaluation);
    r->evaluation.struct_size = sizeof r->evaluation;
    assert_int_equal(ae_evaluate(r->model, dataset, &r->evaluation), AE_OK);
}

static void train(result *r, size_t which, ae_runtime *runtime, const ae_dataset *dataset, uint64_t seed)
{
    ae_train_options options = architecture_training(which);
    options.seed = seed;
    options.validation_fraction = which % 2 ? 0.2 : 0;
    options.patience = which == ARCHITECTURE_DEEP ? 1 : 0;
    assert_int_equal(architecture_create(&r->model, which, runtime, 3), AE_OK);
    assert_int_equal(ae_fit(r->model, dataset, NULL, &options), AE_OK);
    use(r, dataset);
}

static void let_go(result *r)
{
    ae_model_free(r->model);
    free(r->codes);
    free(r->x_hat);
    free(r->errors);
}

/* Everything that two trainings report but the time they took. */
static void assert_same_history(const ae_model *a, const ae_model *b)
{
    assert_int_equal(ae_model_history_length(a), ae_model_history_length(b));
    for (size_t i = 0; i < ae_model_history_length(a); i++) {
        ae_epoch_report of_a = {.struct_size = sizeof of_a}, of_b = {.struct_size = sizeof of_b};
        assert_int_equal(ae_model_history(a, i, &of_a), AE_OK);
        assert_int_equal(ae_model_history(b, i, &of_b), AE_OK);
        of_a.seconds = of_b.seconds = 0;
        assert_memory_equal(&of_a, &of_b, sizeof of_a);
    }
}

static void assert_same(const result *a, const result *b)
{
    const size_t latent = ae_model_latent_dim(a->model), d = ae_model_input_dim(a->model);
    assert_true(architecture_same(a->model, b->model));
    assert_same_history(a->model, b->model);
    assert_memory_equal(a->codes, b->codes, ROWS * latent * sizeof *a->codes);
    assert_memory_equal(a->x_hat, b->x_hat, ROWS * d * sizeof *a->x_hat);
    assert_memory_equal(a->errors, b->errors, ROWS * sizeof *a->errors);
    assert_memory_equal(&a->evaluation, &b->evaluation, sizeof a->evaluation);
}

static void test_any_number_of_threads(void **state)
{
    size_t compared = 0;
    (void)state;
    for (size_t k = 0; k < sizeof kernel_sets / sizeof *kernel_sets; k++)
        for (size_t which = 0; which < ARCHITECTURES; which++) {
            ae_dataset *dataset = new_dataset(which);
            ae_runtime *one = new_runtime(kernel_sets[k], 1);
            result first;
            if (one) {
                train(&first, which, one, dataset, 1);
                for (size_t t = FEWER(0, 6); t <= sizeof thread_counts / sizeof *thread_counts; t++) {
                    const bool own = t < sizeof thread_counts / sizeof *thread_counts;
                    ae_runtime *runtime = new_runtime(kernel_sets[k], own ? thread_counts[t] : 0);
                    result again;
                    train(&again, which, runtime, dataset, 1);
                    assert_same(&first, &again);
                    let_go(&again);
                    ae_runtime_free(runtime);
                    compared++;
                }
                let_go(&first);
            }
            ae_runtime_free(one);
            ae_dataset_free(dataset);
        }
    print_message("%zu trainings compared\n", compared);
}

static void test_other_seeds_give_other_bytes(void **state)
{
    (void)state;
    for (size_t which = 0; which < ARCHITECTURES; which++) {
        ae_dataset *dataset = new_dataset(which);
        ae_model *model, *other;
        result a, b;
        assert_int_equal(architecture_create(&model, which, NULL, 3), AE_OK);
        assert_int_equal(architecture_create(&other, which, NULL, 4), AE_OK);
        assert_false(architecture_same(model, other));
        ae_model_free(other);
        assert_int_equal(architecture_create(&other, which, NULL, 3 + (UINT64_C(1) << 40)), AE_OK);
        assert_false(architecture_same(model, other));
        train(&a, which, NULL, dataset, 1);
        train(&b, which, NULL, dataset, 1 + (UINT64_C(1) << 40));
        assert_false(architecture_same(a.model, b.model));
        let_go(&a);
        let_go(&b);
        ae_model_free(model);
        ae_model_free(other);
        ae_dataset_free(dataset);
    }
}

/* Without shuffling and dropout nothing is left to chance. */
static void test_training_without_chance(void **state)
{
    ae_dataset *dataset = new_dataset(ARCHITECTURE_TIED);
    ae_train_options options = architecture_training(ARCHITECTURE_TIED);
    ae_model *model, *other;
    (void)state;
    options.shuffle = 0;
    assert_int_equal(architecture_create(&model, ARCHITECTURE_TIED, NULL, 3), AE_OK);
    assert_int_equal(architecture_create(&other, ARCHITECTURE_TIED, NULL, 3), AE_OK);
    assert_int_equal(ae_fit(model, dataset, NULL, &options), AE_OK);
    options.seed = 99;
    assert_int_equal(ae_fit(other, dataset, NULL, &options), AE_OK);
    assert_true(architecture_same(model, other));
    ae_model_free(model);
    ae_model_free(other);
    ae_dataset_free(dataset);
}

static void test_fit_is_a_loop_of_epochs(void **state)
{
    (void)state;
    for (size_t which = 0; which < ARCHITECTURES; which++) {
        ae_dataset *dataset = new_dataset(which);
        const ae_train_options options = architecture_training(which);
        ae_model *fitted, *looped;
        ae_trainer *trainer;
        assert_int_equal(architecture_create(&fitted, which, NULL, 3), AE_OK);
        assert_int_equal(architecture_create(&looped, which, NULL, 3), AE_OK);
        assert_int_equal(ae_fit(fitted, dataset, NULL, &options), AE_OK);
        assert_int_equal(ae_trainer_create(&trainer, looped, &options), AE_OK);
        for (uint64_t epoch = 1; epoch <= options.epochs; epoch++) {
            ae_epoch_report report = {.struct_size = sizeof report};
            assert_int_equal(ae_trainer_epoch(trainer, dataset, &report), AE_OK);
            assert_int_equal(report.epoch, epoch);
            assert_int_equal(report.steps, ae_trainer_steps(trainer));
        }
        ae_trainer_free(trainer);
        assert_true(architecture_same(fitted, looped));
        assert_same_history(fitted, looped);
        ae_model_free(fitted);
        ae_model_free(looped);
        ae_dataset_free(dataset);
    }
}

/* Rows in order, one batch a step: ae_trainer_step() is what an epoch consists of. */
static void test_an_epoch_is_a_loop_of_steps(void **state)
{
    const size_t which = ARCHITECTURE_DEEP; /* with dropout */
    ae_dataset *dataset = new_dataset(which);
    ae_train_options options = architecture_training(which);
    ae_model *by_epochs, *by_steps;
    ae_trainer *epochs, *steps;
    (void)state;
    options.shuffle = 0;
    options.schedule = AE_SCHEDULE_COSINE;
    options.warmup_epochs = 0.5;
    options.batch_size = 100; /* 700 rows: 7 steps */
    options.steps_per_epoch = 7;
    assert_int_equal(architecture_create(&by_epochs, which, NULL, 3), AE_OK);
    assert_int_equal(architecture_create(&by_steps, which, NULL, 3), AE_OK);
    assert_int_equal(ae_trainer_create(&epochs, by_epochs, &options), AE_OK);
    assert_int_equal(ae_trainer_create(&steps, by_steps, &options), AE_OK);
    for (int epoch = 0; epoch < 3; epoch++) {
        ae_epoch_report report = {.struct_size = sizeof report};
        double sum = 0;
        assert_int_equal(ae_trainer_epoch(epochs, dataset, &report), AE_OK);
        for (size_t first = 0; first < ROWS; first += 100) {
            double loss;
            assert_int_equal(ae_trainer_step(steps, x + first * 8, 100, 0, NULL, 0, &loss), AE_OK);
            sum += loss * 100;
        }
        assert_true(report.train_loss == sum / ROWS);
    }
    assert_true(architecture_same(by_epochs, by_steps));
    assert_int_equal(ae_model_history_length(by_steps), 0);
    ae_trainer_free(epochs);
    ae_trainer_free(steps);
    ae_model_free(by_epochs);
    ae_model_free(by_steps);
    ae_dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_number_of_threads),
        cmocka_unit_test(test_other_seeds_give_other_bytes),
        cmocka_unit_test(test_training_without_chance),
        cmocka_unit_test(test_fit_is_a_loop_of_epochs),
        cmocka_unit_test(test_an_epoch_is_a_loop_of_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
