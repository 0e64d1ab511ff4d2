/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <autoencoder/model.h>
#include "base/alloc.h"
#include "base/error.h"
#include "base/runtime.h"
#include "model/model.h"
#include "support/failing_alloc.h"

static void add(ae_layer_list *list, aei_layer_kind kind, size_t units, ae_activation f)
{
    aei_layer_spec spec = {.layer = {.kind = kind, .out = units, .momentum = 0.1, .epsilon = 1e-5}, .has_bias = true};
    assert_int_equal(aei_activation_make(&spec.layer.f, f, 0), AE_OK);
    assert_int_equal(aei_layer_list_append(list, &spec), AE_OK);
}

typedef struct lists {
    ae_layer_list encoder, decoder;
} lists;

static lists small_lists(ae_activation output)
{
    lists l = {0};
    add(&l.encoder, AEI_LAYER_DENSE, 4, AE_IDENTITY);
    add(&l.encoder, AEI_LAYER_BATCH_NORM, 0, AE_RELU);
    add(&l.encoder, AEI_LAYER_DENSE, 2, AE_IDENTITY);
    add(&l.decoder, AEI_LAYER_DENSE, 5, output);
    return l;
}

static void free_lists(lists *l)
{
    aei_free(NULL, l->encoder.specs);
    aei_free(NULL, l->decoder.specs);
}

static void assert_refused(const lists *l, size_t input_dim, ae_loss loss, ae_status code, const char *text)
{
    ae_model *model = (ae_model *)(uintptr_t)l;
    const aei_design design = {.input_dim = input_dim, .loss = loss};
    assert_int_equal(aei_model_new(&model, NULL, &l->encoder, &l->decoder, &design), code);
    assert_null(model);
    assert_non_null(strstr(aei_error_text(), text));
}

static void test_refusals(void **state)
{
    lists l = small_lists(AE_IDENTITY), none = {0}, dropout = small_lists(AE_IDENTITY);
    (void)state;
    assert_refused(&l, 0, AE_SQUARED_ERROR, AE_ERROR_INVALID_ARGUMENT, "input_dim");
    assert_refused(&l, 6, AE_SQUARED_ERROR, AE_ERROR_SHAPE, "5 wide");
    assert_refused(&l, 5, 0, AE_ERROR_INVALID_ARGUMENT, "loss 0");
    assert_refused(&l, 5, 5, AE_ERROR_INVALID_ARGUMENT, "loss 5");
    assert_refused(&l, 5, AE_BINARY_CROSS_ENTROPY, AE_ERROR_INVALID_ARGUMENT, "identity");
    assert_refused(&l, SIZE_MAX / 8, AE_SQUARED_ERROR, AE_ERROR_SHAPE, "");
    assert_refused(&none, 5, AE_SQUARED_ERROR, AE_ERROR_INVALID_ARGUMENT, "encoder has no dense");
    none.encoder = l.encoder;
    assert_refused(&none, 5, AE_SQUARED_ERROR, AE_ERROR_INVALID_ARGUMENT, "decoder has no dense");
    add(&dropout.decoder, AEI_LAYER_DROPOUT, 0, AE_IDENTITY);
    assert_refused(&dropout, 5, AE_SQUARED_ERROR, AE_ERROR_INVALID_ARGUMENT, "dropout");
    free_lists(&l);
    free_lists(&dropout);
}

/* The lists may go, or change, after the call. */
static void test_lists_are_copied(void **state)
{
    lists l = small_lists(AE_SIGMOID);
    ae_model *model;
    (void)state;
    assert_int_equal(aei_model_new(&model, NULL, &l.encoder, &l.decoder, &(aei_design){.input_dim = 5, .loss = AE_BINARY_CROSS_ENTROPY}), AE_OK);
    memset(l.encoder.specs, 0xff, l.encoder.count * sizeof *l.encoder.specs);
    free_lists(&l);
    assert_int_equal(model->encoder_list->count, 3);
    assert_int_equal(model->encoder_list->specs[1].layer.kind, AEI_LAYER_BATCH_NORM);
    assert_int_equal(model->decoder_list->specs[0].layer.f.kind, AE_SIGMOID);
    assert_int_equal(aei_model_output_layer(model)->f.kind, AE_SIGMOID);
    for (size_t i = 0; i < model->set.total; i++)
        assert_true(model->set.values[i] == 0);
    aei_model_delete(model);
}

/* ---- orthonormal rows */

enum { CODE = 7, WIDE = 9 };

/* After the call w:[CODE, WIDE] must be orthonormal, to what floats hold. */
static void check_orthonormal(const float *w)
{
    lists l = {0};
    ae_model *model;
    float out[CODE * WIDE];
    add(&l.encoder, AEI_LAYER_DENSE, CODE, AE_IDENTITY);
    add(&l.decoder, AEI_LAYER_DENSE, WIDE, AE_IDENTITY);
    const aei_design design = {.input_dim = WIDE, .loss = AE_SQUARED_ERROR};
    assert_int_equal(aei_model_new(&model, NULL, &l.encoder, &l.decoder, &design), AE_OK);
    assert_int_equal(ae_model_set_tensor(model, "encoder.0.weight", w, CODE * WIDE), AE_OK);
    aei_model_orthonormalise(model);
    assert_int_equal(ae_model_get_tensor(model, "encoder.0.weight", out, CODE * WIDE), AE_OK);
    for (size_t i = 0; i < CODE; i++)
        for (size_t k = 0; k <= i; k++) {
            double dot = 0;
            for (size_t j = 0; j < WIDE; j++)
                dot += (double)out[i * WIDE + j] * (double)out[k * WIDE + j];
            assert_true(fabs(dot - (i == k)) < 1e-6);
        }
    aei_model_delete(model);
    free_lists(&l);
}

static void test_orthonormal_rows(void **state)
{
    static const double apart[] = {1, 1e-2, 1e-4, 1e-5, 1e-6, 1e-7, 0}, lengths[] = {1, 1e-40, 1e-20, 1e30};
    float w[CODE * WIDE] = {0};
    (void)state;
    check_orthonormal(w); /* zeros */
    for (size_t a = 0; a < sizeof apart / sizeof *apart; a++)
        for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++) {
            for (size_t i = 0; i < CODE * WIDE; i++) /* nearly the same row */
                w[i] = (float)(lengths[l] * (cos((double)(i % WIDE)) + apart[a] * sin((double)(i * i))));
            check_orthonormal(w);
        }
    memset(w, 0, sizeof w);
    for (size_t i = 0; i < CODE; i++) /* only the first unit vectors, which are what replaces a row */
        w[i * WIDE + i % 3] = 1;
    check_orthonormal(w);
}

/* What is not finite is not hidden. */
static void test_orthonormal_rows_that_are_not_finite(void **state)
{
    static const float bad[] = {NAN, INFINITY, -INFINITY};
    (void)state;
    for (size_t b = 0; b < 3; b++) {
        lists l = small_lists(AE_IDENTITY);
        const aei_design design = {.input_dim = 5, .loss = AE_SQUARED_ERROR};
        const float w[8] = {1, 2, bad[b], 3, 1, 2, 1, 3};
        ae_model *model;
        float out[8];
        assert_int_equal(aei_model_new(&model, NULL, &l.encoder, &l.decoder, &design), AE_OK);
        aei_real *values = model->set.values + model->set.params[model->encoder.layers[2].weight].first;
        for (size_t i = 0; i < 8; i++)
            values[i] = (aei_real)w[i];
        aei_model_orthonormalise(model);
        assert_int_equal(ae_model_get_tensor(model, "encoder.2.weight", out, 8), AE_OK);
        assert_false(isfinite(out[2]));
        aei_model_delete(model);
        free_lists(&l);
    }
}

static void test_seed(void **state)
{
    lists l = small_lists(AE_IDENTITY);
    ae_model *model;
    aei_real values[200];
    (void)state;
    assert_int_equal(aei_model_new(&model, NULL, &l.encoder, &l.decoder, &(aei_design){.input_dim = 5, .loss = AE_SQUARED_ERROR}), AE_OK);
    assert_true(model->set.total <= 200);
    aei_model_initialise(model, 1);
    memcpy(values, model->set.values, model->set.total * sizeof *values);
    aei_model_initialise(model, 2);
    assert_memory_not_equal(values, model->set.values, model->set.total * sizeof *values);
    aei_model_initialise(model, 1);
    assert_memory_equal(values, model->set.values, model->set.total * sizeof *values);
    aei_model_delete(model);
    free_lists(&l);
}

static void test_history(void **state)
{
    lists l = small_lists(AE_IDENTITY);
    ae_model *model;
    ae_epoch_report record = {0};
    (void)state;
    assert_int_equal(aei_model_new(&model, NULL, &l.encoder, &l.decoder, &(aei_design){.input_dim = 5, .loss = AE_SQUARED_ERROR}), AE_OK);
    for (uint64_t i = 0; i < 100; i++) {
        record.epoch = i;
        assert_int_equal(aei_history_reserve(model), AE_OK);
        aei_history_append(model, &record);
    }
    record.epoch = 1000;
    aei_history_amend(model, &record);
    assert_int_equal(model->history.count, 100);
    for (uint64_t i = 0; i < 99; i++)
        assert_int_equal(model->history.records[i].epoch, i);
    assert_int_equal(model->history.records[99].epoch, 1000);
    assert_int_equal(aei_history_reserve_more(model, 900), AE_OK);
    assert_true(model->history.capacity >= 1000);
    assert_int_equal(aei_history_reserve_more(model, SIZE_MAX / 16), AE_ERROR_NO_MEMORY);
    assert_int_equal(model->history.records[98].epoch, 98);
    aei_model_delete(model);
    free_lists(&l);
}

static void test_every_allocation_failing(void **state)
{
    lists l = small_lists(AE_IDENTITY);
    failing_alloc memory;
    ae_runtime *runtime;
    size_t n = 1;
    (void)state;
    failing_alloc_init(&memory);
    runtime = failing_alloc_runtime(&memory, 1);
    assert_non_null(runtime);
    for (size_t before = memory.live_blocks;; n++) {
        ae_model *model = NULL;
        ae_status status;
        failing_alloc_fail_at(&memory, n, n % 2);
        status = aei_model_new(&model, runtime, &l.encoder, &l.decoder, &(aei_design){.input_dim = 5, .loss = AE_SQUARED_ERROR});
        if (memory.failed == 0) {
            assert_int_equal(status, AE_OK);
            aei_model_delete(model);
            break;
        }
        assert_int_equal(status, AE_ERROR_NO_MEMORY);
        assert_null(model);
        assert_int_equal(memory.live_blocks, before);
    }
    assert_true(n > 8);
    aei_runtime_release(runtime);
    assert_true(failing_alloc_finish(&memory));
    free_lists(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_lists_are_copied),
        cmocka_unit_test(test_orthonormal_rows),
        cmocka_unit_test(test_orthonormal_rows_that_are_not_finite),
        cmocka_unit_test(test_seed),
        cmocka_unit_test(test_history),
        cmocka_unit_test(test_every_allocation_failing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
