/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "model/inference_buffers.h"
#include "support/inference_model.h"

/* The planes of a block lie on cache lines of their own, for as many rows as were asked for. */
static void test_planes(void **state)
{
    ae_model *model = inference_model(NULL, AE_IDENTITY);
    aei_inference_buffers *b = aei_inference_buffers_take(model, 7);
    (void)state;
    assert_non_null(b);
    assert_int_equal(b->rows, 7);
    const aei_real *planes[] = {b->input, b->target, b->e, b->code, b->v, b->output, b->a, b->b};
    const size_t widths[] = {D, D, LATENT, LATENT, LATENT, D, 9, 9};
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal((uintptr_t)planes[i] % AEI_ALIGNMENT, 0);
        if (i < 7)
            assert_true(planes[i + 1] - planes[i] >= (ptrdiff_t)(7 * widths[i]));
    }
    aei_inference_buffers_give_back(model, b);
    aei_model_delete(model);
}

static void test_spares(void **state)
{
    ae_model *model = inference_model(NULL, AE_IDENTITY);
    aei_inference_buffers *first = aei_inference_buffers_take(model, 7), *second = aei_inference_buffers_take(model, 7);
    (void)state;
    assert_true(first && second && first != second);
    aei_inference_buffers_give_back(model, first);
    assert_ptr_equal(aei_inference_buffers_take(model, 5), first); /* of more rows than needed */
    aei_inference_buffers_give_back(model, first);
    aei_inference_buffers_give_back(model, second);
    aei_inference_buffers *large = aei_inference_buffers_take(model, 8); /* both make room */
    assert_int_equal(large->rows, 8);
    for (size_t i = 0; i < AEI_SPARE_COUNT; i++)
        assert_null(atomic_load(&model->spares[i]));
    aei_inference_buffers_give_back(model, large);
    aei_inference_buffers_clear(model);
    assert_null(atomic_load(&model->spares[0]));
    aei_model_delete(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_planes),
        cmocka_unit_test(test_spares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
