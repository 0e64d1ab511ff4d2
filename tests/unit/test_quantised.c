/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <autoencoder/autoencoder.h>
#include "kernels/int8.h"
#include "model/quantised.h"
#include "support/failing_alloc.h"
#include "support/layer_rows.h"

static const layer_row encoder[] = {{.kind = AEI_LAYER_DENSE, .units = 40},
                                    {.kind = AEI_LAYER_BATCH_NORM, .f = AE_RELU},
                                    {.kind = AEI_LAYER_DENSE, .units = 3}};
static const layer_row decoder[] = {{.kind = AEI_LAYER_DENSE, .units = 6}};

static ae_model *new_model(ae_runtime *runtime)
{
    ae_model *model = layer_rows_model(encoder, 3, decoder, 1, 6, AE_SQUARED_ERROR, runtime);
    assert_non_null(model);
    layer_rows_randomise(model, 1);
    return model;
}

static void test_float_has_no_block(void **state)
{
    ae_model *model = new_model(NULL);
    void *block = model;
    (void)state;
    assert_int_equal(model->quantised_size, 0);
    assert_int_equal(aei_quantised_reserve(model), AE_OK);
    assert_int_equal(aei_quantised_get(model, &block), AE_OK);
    assert_null(block);
    assert_int_equal(model->encoder.layers[0].quantised, AEI_NO_PARAM);
    aei_model_delete(model);
}

/* Each dense layer has a place of its own, with its weights and the normalisation behind it. */
static void test_places(void **state)
{
    failing_alloc memory;
    failing_alloc_init(&memory);
    ae_runtime *runtime = failing_alloc_runtime_of(&memory, 1, AE_KERNELS_AVX512_VNNI);
    size_t sizes[3];
    void *block;
    (void)state;
    if (!runtime)
        skip();
    ae_model *model = new_model(runtime);
    const aei_layer *first = &model->encoder.layers[0], *norm = first + 1, *last = first + 2;
    assert_true(aei_int8_size(6, 40, &sizes[0]) && aei_int8_size(40, 3, &sizes[1]) && aei_int8_size(3, 6, &sizes[2]));
    assert_int_equal(first->quantised, 0);
    assert_int_equal(norm->quantised, AEI_NO_PARAM);
    assert_int_equal(last->quantised, sizes[0]);
    assert_int_equal(model->decoder.layers[0].quantised, sizes[0] + sizes[1]);
    assert_int_equal(model->quantised_size, sizes[0] + sizes[1] + sizes[2]);
    assert_int_equal(aei_quantised_get(model, &block), AE_OK);
    const aei_int8_weights w = aei_int8_at(block, 6, 40);
    const aei_real *values = model->set.values + model->set.params[first->weight].first;
    const aei_real *a = model->encoder.folded + norm->folded;
    for (size_t j = 0; j < 40; j++) {
        aei_real largest = 0;
        for (size_t p = 0; p < 6; p++)
            largest = aei_fabs(values[j * 6 + p]) > largest ? aei_fabs(values[j * 6 + p]) : largest;
        assert_true(aei_fabs(w.scale[j] - a[j] * (largest / 127)) <= 1e-6f * aei_fabs(w.scale[j]));
    }
    aei_model_delete(model);
    ae_runtime_free(runtime);
    assert_true(failing_alloc_finish(&memory));
}

/* Made once, at the first use or by reserve; a change of parameters keeps the memory. */
static void test_memory(void **state)
{
    failing_alloc memory;
    failing_alloc_init(&memory);
    ae_runtime *runtime = failing_alloc_runtime_of(&memory, 1, AE_KERNELS_AVX512_VNNI);
    void *block, *again;
    (void)state;
    if (!runtime)
        skip();
    for (int reserve = 0; reserve < 2; reserve++) {
        ae_model *model = new_model(runtime);
        const size_t before = memory.requests;
        failing_alloc_fail_at(&memory, 1, false);
        assert_int_equal(reserve ? aei_quantised_reserve(model) : aei_quantised_get(model, &block),
                         AE_ERROR_NO_MEMORY);
        if (reserve)
            assert_int_equal(aei_quantised_reserve(model), AE_OK);
        for (int change = 0; change < 3; change++) {
            assert_int_equal(aei_quantised_get(model, &block), AE_OK);
            assert_int_equal(aei_quantised_get(model, &again), AE_OK);
            assert_ptr_equal(block, again);
            assert_int_equal(aei_quantised_reserve(model), AE_OK);
            aei_model_changed(model);
            assert_int_equal(aei_quantised_reserve(model), AE_OK);
        }
        assert_int_equal(memory.requests, before + 2);
        aei_model_delete(model);
    }
    ae_runtime_free(runtime);
    assert_true(failing_alloc_finish(&memory));
}

/* Codes of a dictionary and layers of too many inputs stay in float. */
static void test_what_stays_in_float(void **state)
{
    ae_runtime_options options;
    ae_runtime *runtime;
    ae_dictionary_options dictionary;
    ae_dataset *data;
    ae_model *model;
    float x[20 * 6];
    (void)state;
    ae_runtime_options_init(&options, sizeof options);
    options.kernels = AE_KERNELS_AVX512_VNNI;
    if (ae_runtime_create(&runtime, &options) != AE_OK)
        skip();
    const layer_row narrow = {.kind = AEI_LAYER_DENSE, .units = 1};
    const layer_row wide = {.kind = AEI_LAYER_DENSE, .units = AEI_INT8_MOST_INPUTS + 1};
    model = layer_rows_model(&narrow, 1, &wide, 1, AEI_INT8_MOST_INPUTS + 1, AE_SQUARED_ERROR, runtime);
    assert_non_null(model);
    assert_int_equal(model->encoder.layers[0].quantised, AEI_NO_PARAM);
    assert_int_equal(model->decoder.layers[0].quantised, 0);
    aei_model_delete(model);

    ae_dictionary_options_init(&dictionary, sizeof dictionary);
    dictionary.runtime = runtime;
    layer_rows_uniform(1, 1, 0, 1, x, 20 * 6);
    assert_int_equal(ae_dataset_from_memory(&data, NULL, x, 20, 6, 0), AE_OK);
    assert_int_equal(ae_dictionary_fit(&model, data, 4, &dictionary, NULL), AE_OK);
    assert_int_equal(model->quantised_size, 0);
    ae_model_free(model);
    ae_dataset_free(data);
    ae_runtime_free(runtime);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_float_has_no_block),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_what_stays_in_float),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
