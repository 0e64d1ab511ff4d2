/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Programs that were compiled when structures were shorter: the library neither reads nor writes behind their end, and
 * what they do not know has its default. The short structures end where an allocation ends, so that a sanitizer sees. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "support/architectures.h"

/* The first field that the first headers did not have. */
#define OLD_MODEL_OPTIONS offsetof(ae_model_options, output_dim)
#define OLD_TRAIN_OPTIONS offsetof(ae_train_options, corruption)
#define OLD_REPORT offsetof(ae_epoch_report, reconstruction)
#define OLD_EVALUATION offsetof(ae_evaluation, reconstruction)
#define OLD_PCA_OPTIONS offsetof(ae_pca_options, cancel)
#define OLD_DICTIONARY_OPTIONS offsetof(ae_dictionary_options, cancel)

enum { ROWS = 200, D = 8 };

static float x[ROWS * D];
static ae_dataset *data;

/* Zeroed memory of that size, with its size in front as struct_size says it. */
static void *old_struct(size_t size)
{
    volatile size_t bytes = size; /* a compiler that saw them would warn of what is meant here */
    void *memory = calloc(1, bytes);
    assert_non_null(memory);
    memcpy(memory, &size, sizeof size);
    return memory;
}

static ae_model *old_model(ae_loss loss)
{
    ae_model_options *old = old_struct(OLD_MODEL_OPTIONS);
    ae_model *model;
    ae_model_options_init(old, OLD_MODEL_OPTIONS);
    assert_int_equal(old->struct_size, OLD_MODEL_OPTIONS);
    old->input_dim = D;
    old->latent_dim = 3;
    old->seed = 1;
    old->loss = loss;
    assert_int_equal(ae_model_create(&model, old), AE_OK);
    free(old);
    return model;
}

static ae_model *new_model(ae_loss loss)
{
    ae_model_options options;
    ae_model *model;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = D;
    options.latent_dim = 3;
    options.seed = 1;
    options.loss = loss;
    assert_int_equal(ae_model_create(&model, &options), AE_OK);
    return model;
}

static void test_model_options(void **state)
{
    (void)state;
    for (ae_loss loss = AE_SQUARED_ERROR; loss <= AE_GAUSSIAN_LIKELIHOOD; loss += 2) {
        ae_model *old = old_model(loss), *new = new_model(loss);
        assert_true(architecture_same(old, new));
        assert_int_equal(ae_model_code(old), AE_CODE_PLAIN);
        assert_int_equal(ae_model_output_dim(old), D);
        ae_model_free(old);
        ae_model_free(new);
    }
}

static int32_t see_report(void *user, const ae_epoch_report *report)
{
    *(size_t *)user += report->struct_size >= OLD_REPORT && report->train_loss > 0;
    return 0;
}

static void test_train_options_and_reports(void **state)
{
    ae_model *old = old_model(AE_SQUARED_ERROR), *new = new_model(AE_SQUARED_ERROR);
    ae_train_options *short_options = old_struct(OLD_TRAIN_OPTIONS), options;
    size_t seen = 0;
    (void)state;
    ae_train_options_init(short_options, OLD_TRAIN_OPTIONS);
    assert_int_equal(short_options->struct_size, OLD_TRAIN_OPTIONS);
    ae_train_options_init(&options, sizeof options);
    short_options->epochs = options.epochs = 3;
    short_options->callback = see_report;
    short_options->callback_user = &seen;
    assert_int_equal(ae_fit(old, data, NULL, short_options), AE_OK);
    assert_int_equal(ae_fit(new, data, NULL, &options), AE_OK);
    assert_true(architecture_same(old, new));
    assert_int_equal(seen, 3);
    for (size_t i = 0; i < 3; i++) {
        ae_epoch_report *report = old_struct(OLD_REPORT), all = {.struct_size = sizeof all};
        assert_int_equal(ae_model_history(old, i, report), AE_OK);
        assert_int_equal(ae_model_history(new, i, &all), AE_OK);
        assert_int_equal(report->struct_size, OLD_REPORT);
        assert_true(report->train_loss == all.train_loss && report->epoch == i + 1);
        free(report);
    }
    free(short_options);
    ae_model_free(old);
    ae_model_free(new);
}

static void test_trainer(void **state)
{
    ae_model *old = old_model(AE_SQUARED_ERROR), *new = new_model(AE_SQUARED_ERROR);
    ae_train_options *short_options = old_struct(OLD_TRAIN_OPTIONS);
    ae_epoch_report *report = old_struct(OLD_REPORT);
    ae_trainer *trainer;
    (void)state;
    ae_train_options_init(short_options, OLD_TRAIN_OPTIONS);
    assert_int_equal(ae_trainer_create(&trainer, old, short_options), AE_OK);
    free(short_options);
    assert_int_equal(ae_trainer_epoch(trainer, data, report), AE_OK);
    assert_true(report->train_loss > 0 && report->struct_size == OLD_REPORT);
    ae_trainer_free(trainer);
    assert_int_equal(ae_trainer_create(&trainer, new, NULL), AE_OK);
    assert_int_equal(ae_trainer_epoch(trainer, data, NULL), AE_OK);
    ae_trainer_free(trainer);
    assert_true(architecture_same(old, new));
    free(report);
    ae_model_free(old);
    ae_model_free(new);
}

static void test_evaluation(void **state)
{
    ae_model *model = old_model(AE_SQUARED_ERROR);
    ae_evaluation *old = old_struct(OLD_EVALUATION), all = {.struct_size = sizeof all};
    (void)state;
    assert_int_equal(ae_evaluate(model, data, old), AE_OK);
    assert_int_equal(ae_evaluate(model, data, &all), AE_OK);
    assert_true(old->struct_size == OLD_EVALUATION && old->loss == all.loss && old->rows == ROWS);
    assert_true(old->squared_error == all.squared_error && isnan(old->binary_cross_entropy));
    free(old);
    ae_model_free(model);
}

static void test_solvers(void **state)
{
    ae_pca_options *pca = old_struct(OLD_PCA_OPTIONS);
    ae_dictionary_options *dictionary = old_struct(OLD_DICTIONARY_OPTIONS);
    ae_model *model;
    (void)state;
    ae_pca_options_init(pca, OLD_PCA_OPTIONS);
    ae_dictionary_options_init(dictionary, OLD_DICTIONARY_OPTIONS);
    dictionary->iterations = 2;
    assert_int_equal(ae_pca_fit(&model, data, 2, pca, NULL, NULL), AE_OK);
    ae_model_free(model);
    assert_int_equal(ae_dictionary_fit(&model, data, 2, dictionary, NULL), AE_OK);
    ae_model_free(model);
    free(pca);
    free(dictionary);
}

/* The other way: a program from tomorrow. What it leaves at 0 is fine; what it asks for is refused by name. */
static void test_longer_structs(void **state)
{
    struct { ae_train_options known; double unknown[2]; } train;
    struct { ae_model_options known; double unknown[2]; } how;
    ae_model *model = new_model(AE_SQUARED_ERROR), *made;
    (void)state;
    memset(&train, 0xff, sizeof train);
    ae_train_options_init(&train.known, sizeof train);
    train.known.epochs = 1;
    assert_int_equal(ae_fit(model, data, NULL, &train.known), AE_OK);
    train.unknown[1] = 1;
    assert_int_equal(ae_fit(model, data, NULL, &train.known), AE_ERROR_UNSUPPORTED);
    memset(&how, 0xff, sizeof how);
    ae_model_options_init(&how.known, sizeof how);
    how.known.input_dim = D;
    how.known.latent_dim = 2;
    assert_int_equal(ae_model_create(&made, &how.known), AE_OK);
    ae_model_free(made);
    how.unknown[0] = 1;
    assert_int_equal(ae_model_create(&made, &how.known), AE_ERROR_UNSUPPORTED);
    ae_model_free(model);
}

static int set_up(void **state)
{
    (void)state;
    architecture_rows(x, ROWS, D, 1);
    return ae_dataset_from_memory(&data, NULL, x, ROWS, D, 0);
}

static int tear_down(void **state)
{
    (void)state;
    ae_dataset_free(data);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_model_options),
        cmocka_unit_test(test_train_options_and_reports),
        cmocka_unit_test(test_trainer),
        cmocka_unit_test(test_evaluation),
        cmocka_unit_test(test_solvers),
        cmocka_unit_test(test_longer_structs),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
