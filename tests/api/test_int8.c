/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Inference in int8 beside float: how far it is off on handwritten digits, and that it keeps what float promises. */
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "support/architectures.h"
#include "support/failing_alloc.h"

enum { PIXELS = 64, COLUMNS = 65, DIGITS = 1797, ROWS = 700, D = 8, LATENT = 3, THREADS = 4 };

static float x[ROWS * D];

/* NULL if this processor lacks it. */
static ae_runtime *runtime_of(int32_t kernels, uint32_t threads)
{
    ae_runtime *runtime;
    ae_runtime_options options;
    ae_runtime_options_init(&options, sizeof options);
    options.kernels = kernels;
    options.threads = threads;
    ae_runtime_create(&runtime, &options);
    return runtime;
}

/* The same model on another runtime. */
static ae_model *copy(const ae_model *model, ae_runtime *runtime)
{
    ae_load_options options;
    ae_model *out;
    size_t size;
    ae_load_options_init(&options, sizeof options);
    options.runtime = runtime;
    assert_int_equal(ae_model_save_memory(model, NULL, 0, &size), AE_OK);
    void *bytes = malloc(size);
    assert_non_null(bytes);
    assert_int_equal(ae_model_save_memory(model, bytes, size, &size), AE_OK);
    assert_int_equal(ae_model_load_memory(&out, bytes, size, &options), AE_OK);
    free(bytes);
    return out;
}

/* ---- how far it is off */

typedef struct digit_set {
    float pixels[DIGITS * PIXELS];
    ae_dataset *data;
} digit_set;

static void read_digits(digit_set *d)
{
    ae_dataset *table;
    ae_read_options options;
    ae_read_options_init(&options, sizeof options);
    assert_int_equal(ae_dataset_read_csv(&table, AE_SOURCE_DIR "/examples/data/digits.csv.gz", &options), AE_OK);
    assert_int_equal(ae_dataset_rows(table), DIGITS);
    for (size_t i = 0; i < DIGITS; i++) {
        for (size_t p = 0; p < PIXELS; p++)
            d->pixels[i * PIXELS + p] = ae_dataset_row(table, i)[p] / 16;
    }
    ae_dataset_free(table);
    assert_int_equal(ae_dataset_from_memory(&d->data, NULL, d->pixels, DIGITS, PIXELS, 0), AE_OK);
}

typedef struct kind {
    const char *name;
    void (*set)(ae_model_options *); /* NULL: principal components */
    double most_codes, most_error;   /* relative, for int8: root mean square of codes; reconstruction error */
} kind;

static void set_deep(ae_model_options *o)
{
    o->output_activation = AE_SIGMOID;
    o->loss = AE_BINARY_CROSS_ENTROPY;
}

static void set_normalised(ae_model_options *o)
{
    o->hidden_activation = AE_TANH;
    o->batch_norm = 1;
}

static void set_variational(ae_model_options *o)
{
    set_deep(o);
    o->code = AE_CODE_GAUSSIAN;
}

static const kind kinds[] = {
    {"64-128-64-16, ReLU, cross-entropy", set_deep, 0.02, 0.01},
    {"64-128-64-16, tanh, normalised", set_normalised, 0.02, 0.01},
    {"64-128-64-16, variational", set_variational, 0.02, 0.01},
    {"64-16, principal components", NULL, 0.02, 0.01},
};

static ae_model *trained(const kind *k, const ae_dataset *data)
{
    static const size_t hidden[] = {128, 64};
    ae_model *model;
    ae_model_options options;
    ae_train_options training;
    if (!k->set) {
        assert_int_equal(ae_pca_fit(&model, data, 16, NULL, NULL, NULL), AE_OK);
        return model;
    }
    ae_model_options_init(&options, sizeof options);
    ae_train_options_init(&training, sizeof training);
    options.input_dim = PIXELS;
    options.hidden_dims = hidden;
    options.hidden_count = 2;
    options.latent_dim = 16;
    k->set(&options);
    training.epochs = 20;
    training.batch_size = 32;
    assert_int_equal(ae_model_create(&model, &options), AE_OK);
    assert_int_equal(ae_fit(model, data, NULL, &training), AE_OK);
    return model;
}

static double relative(const float *a, const float *b, size_t n)
{
    double difference = 0, size = 0;
    for (size_t i = 0; i < n; i++) {
        difference += ((double)a[i] - (double)b[i]) * ((double)a[i] - (double)b[i]);
        size += (double)b[i] * (double)b[i];
    }
    return sqrt(difference / size);
}

static void test_error_on_digits(void **state)
{
    static const int32_t sets[] = {AE_KERNELS_AVX512_VNNI, AE_KERNELS_AVX512_BF16};
    static digit_set d;
    static float codes[2][DIGITS * 16], x_hat[2][DIGITS * PIXELS];
    ae_runtime *int8 = runtime_of(AE_KERNELS_AVX512_VNNI, 1);
    (void)state;
    if (!int8)
        skip();
    ae_runtime_free(int8);
    read_digits(&d);
    print_message("off by, relative:                        codes, reconstructions, reconstruction error\n");
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        ae_evaluation in_float = {.struct_size = sizeof in_float}, rounded = {.struct_size = sizeof rounded};
        ae_model *model = trained(&kinds[k], d.data);
        assert_int_equal(ae_encode(model, d.pixels, DIGITS, 0, codes[0], 0), AE_OK);
        assert_int_equal(ae_reconstruct(model, d.pixels, DIGITS, 0, x_hat[0], 0), AE_OK);
        assert_int_equal(ae_evaluate(model, d.data, &in_float), AE_OK);
        for (size_t s = 0; s < 2; s++) {
            ae_runtime *runtime = runtime_of(sets[s], 1);
            if (!runtime)
                continue;
            ae_model *other = copy(model, runtime);
            assert_int_equal(ae_encode(other, d.pixels, DIGITS, 0, codes[1], 0), AE_OK);
            assert_int_equal(ae_reconstruct(other, d.pixels, DIGITS, 0, x_hat[1], 0), AE_OK);
            assert_int_equal(ae_evaluate(other, d.data, &rounded), AE_OK);
            const double of_codes = relative(codes[1], codes[0], DIGITS * 16);
            const double of_rows = relative(x_hat[1], x_hat[0], DIGITS * PIXELS);
            const double of_error = rounded.squared_error / in_float.squared_error - 1;
            print_message("%-11s %-36s %.5f %.5f %+.5f\n", ae_runtime_kernels(runtime), kinds[k].name, of_codes,
                          of_rows, of_error);
            assert_true(of_codes > 0 && of_codes < kinds[k].most_codes);
            assert_true(fabs(of_error) < kinds[k].most_error);
            ae_model_free(other);
            ae_runtime_free(runtime);
        }
        ae_model_free(model);
    }
    ae_dataset_free(d.data);
}

/* ---- what stays */

/* A row's results do not depend on the rows beside it. */
static void test_rows_alone_and_together(void **state)
{
    static float codes[ROWS * LATENT], alone[LATENT];
    ae_runtime *runtime = runtime_of(AE_KERNELS_AVX512_VNNI, 2);
    (void)state;
    if (!runtime)
        skip();
    for (size_t which = 0; which < ARCHITECTURE_WIDE; which++) {
        ae_model *model;
        assert_int_equal(architecture_create(&model, which, runtime, 1), AE_OK);
        assert_int_equal(ae_encode(model, x, ROWS, 0, codes, 0), AE_OK);
        for (size_t i = 0; i < ROWS; i += 7) {
            assert_int_equal(ae_encode(model, x + i * D, 1, 0, alone, 0), AE_OK);
            assert_memory_equal(alone, codes + i * LATENT, sizeof alone);
        }
        ae_model_free(model);
    }
    ae_runtime_free(runtime);
}

/* What is encoded between steps of a training is of the weights of that step. */
static void test_weights_that_change(void **state)
{
    static float codes[ROWS * LATENT], again[ROWS * LATENT];
    ae_runtime *runtime = runtime_of(AE_KERNELS_AVX512_VNNI, 1);
    (void)state;
    if (!runtime)
        skip();
    for (size_t which = 0; which < ARCHITECTURE_WIDE; which++) {
        const ae_train_options options = architecture_training(which);
        ae_model *model, *fresh;
        ae_trainer *trainer;
        assert_int_equal(architecture_create(&model, which, runtime, 1), AE_OK);
        assert_int_equal(ae_trainer_create(&trainer, model, &options), AE_OK);
        for (int i = 0; i < 5; i++) {
            fresh = copy(model, runtime);
            assert_int_equal(ae_encode(model, x, ROWS, 0, codes, 0), AE_OK);
            assert_int_equal(ae_encode(fresh, x, ROWS, 0, again, 0), AE_OK);
            assert_memory_equal(codes, again, sizeof codes);
            ae_model_free(fresh);
            assert_int_equal(ae_trainer_step(trainer, x, 16, 0, NULL, 0, NULL), AE_OK);
        }
        ae_trainer_free(trainer);
        ae_model_free(model);
    }
    ae_runtime_free(runtime);
}

/* Training alone is that of AVX-512 in float: the same bytes. */
static void test_training_is_in_float(void **state)
{
    ae_runtime *runtimes[] = {runtime_of(AE_KERNELS_AVX512_VNNI, 1), runtime_of(AE_KERNELS_AVX512, 1)};
    (void)state;
    if (!runtimes[0])
        skip();
    for (size_t which = 0; which < ARCHITECTURE_WIDE; which++) {
        const ae_train_options options = architecture_training(which);
        ae_model *models[2];
        for (size_t i = 0; i < 2; i++) {
            ae_trainer *trainer;
            assert_int_equal(architecture_create(&models[i], which, runtimes[i], 1), AE_OK);
            assert_int_equal(ae_trainer_create(&trainer, models[i], &options), AE_OK);
            for (size_t step = 0; step < 20; step++)
                assert_int_equal(ae_trainer_step(trainer, x + 16 * D * step, 16, 0, NULL, 0, NULL), AE_OK);
            ae_trainer_free(trainer);
        }
        assert_true(architecture_same(models[0], models[1]));
        ae_model_free(models[0]);
        ae_model_free(models[1]);
    }
    ae_runtime_free(runtimes[0]);
    ae_runtime_free(runtimes[1]);
}

typedef struct caller {
    const ae_model *model;
    pthread_barrier_t *start;
    float codes[ROWS * LATENT];
    ae_status status;
} caller;

static void *call(void *argument)
{
    caller *c = argument;
    pthread_barrier_wait(c->start);
    c->status = ae_encode(c->model, x, ROWS, 0, c->codes, 0);
    return NULL;
}

/* Each of them may be the one that rounds the weights. */
static void test_the_first_calls_at_once(void **state)
{
    static caller callers[THREADS];
    failing_alloc memory;
    pthread_barrier_t start;
    failing_alloc_init(&memory);
    ae_runtime *runtime = failing_alloc_runtime_of(&memory, 1, AE_KERNELS_AVX512_VNNI);
    (void)state;
    if (!runtime)
        skip();
    assert_int_equal(pthread_barrier_init(&start, NULL, THREADS), 0);
    for (int round = 0; round < 50; round++) {
        pthread_t threads[THREADS];
        ae_model *model;
        assert_int_equal(architecture_create(&model, ARCHITECTURE_NORM, runtime, 1), AE_OK);
        for (size_t i = 0; i < THREADS; i++) {
            callers[i].model = model;
            callers[i].start = &start;
            assert_int_equal(pthread_create(&threads[i], NULL, call, &callers[i]), 0);
        }
        for (size_t i = 0; i < THREADS; i++) {
            assert_int_equal(pthread_join(threads[i], NULL), 0);
            assert_int_equal(callers[i].status, AE_OK);
            assert_memory_equal(callers[i].codes, callers[0].codes, sizeof callers[0].codes);
        }
        ae_model_free(model);
    }
    pthread_barrier_destroy(&start);
    ae_runtime_free(runtime);
    assert_true(failing_alloc_finish(&memory));
}

static int make_rows(void **state)
{
    (void)state;
    architecture_rows(x, ROWS, D, 1);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_error_on_digits),
        cmocka_unit_test(test_rows_alone_and_together),
        cmocka_unit_test(test_weights_that_change),
        cmocka_unit_test(test_training_is_in_float),
        cmocka_unit_test(test_the_first_calls_at_once),
    };
    return cmocka_run_group_tests(tests, make_rows, NULL);
}
