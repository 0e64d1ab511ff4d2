/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The checker itself: it must pass right gradients and must notice wrong ones, both where its answer is known in
 * advance and on a model in which one thing at a time is damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include "base/error.h"
#include "support/gradcheck.h"
#include "support/layer_rows.h"

/* ---- known functions */

static double cubic(void *context, uint64_t *sides)
{
    const aei_real *w = context;
    *sides = 0;
    return (double)(w[0] * w[0] * w[0] - 2 * w[0] * w[1]);
}

static double relu(void *context, uint64_t *sides)
{
    const aei_real *w = context;
    const aei_real y = w[0] > 0 ? w[0] : 0;
    *sides = gradcheck_sides(0, (aei_activation){AE_RELU, 0}, &y, 1);
    return (double)y;
}

static gradcheck compare(gradcheck_loss loss, aei_real *w, const aei_real *analytic, size_t count)
{
    gradcheck check = {0};
    gradcheck_compare(&check, loss, w, "w", w, analytic, count, 1);
    assert_int_equal(check.numbers, count);
    return check;
}

static void test_known_functions(void **state)
{
    aei_real w[2] = {1.5, -0.25}, analytic[2] = {3 * 1.5 * 1.5 + 0.5, -3};
    (void)state;
    gradcheck check = compare(cubic, w, analytic, 2);
    assert_true(gradcheck_passes(&check));
    assert_true(w[0] == 1.5 && w[1] == -0.25);
    analytic[1] *= 1 + 2e-6;
    check = compare(cubic, w, analytic, 2);
    assert_false(gradcheck_passes(&check));
    assert_non_null(strstr(check.where, "w[1]"));
    analytic[1] = (aei_real)NAN;
    check = compare(cubic, w, analytic, 2);
    assert_false(gradcheck_passes(&check));
}

static void test_kinks(void **state)
{
    static const aei_real zero = 0, one = 1;
    (void)state;
    for (aei_real w = (aei_real)1e-5; w < 1; w *= 10) { /* the first h is 0.002 */
        aei_real below = -w;
        gradcheck check = compare(relu, &w, &one, 1);
        assert_true(gradcheck_passes(&check));
        assert_true((w < (aei_real)0.003) == (check.narrowed > 0));
        check = compare(relu, &below, &zero, 1);
        assert_true(gradcheck_passes(&check));
        check = compare(relu, &w, &zero, 1);
        assert_false(gradcheck_passes(&check));
    }
    aei_real w = 0; /* no h is small enough */
    gradcheck check = compare(relu, &w, &zero, 1);
    assert_int_equal(check.unmeasured, 1);
    assert_false(gradcheck_passes(&check));
}

/* ---- a damaged model: two tied layers, dropout, batch normalisation */

enum { FIRST, NORM, DROPOUT, CODE }; /* positions in the encoder */

static ae_model *make_model(void)
{
    static const layer_row encoder[] = {
        {.kind = AEI_LAYER_DENSE, .units = 4, .no_bias = true},
        {.kind = AEI_LAYER_BATCH_NORM, .f = AE_SILU, .epsilon = 1e-2},
        {.kind = AEI_LAYER_DROPOUT, .rate = 0.4},
        {.kind = AEI_LAYER_DENSE, .units = 3, .f = AE_TANH},
    };
    static const layer_row decoder[] = {
        {.kind = AEI_LAYER_DENSE, .units = 4, .f = AE_ELU, .tied_to = 1 + CODE},
        {.kind = AEI_LAYER_DENSE, .units = 5, .f = AE_SIGMOID, .tied_to = 1 + FIRST},
    };
    ae_model *model = layer_rows_model(encoder, 4, decoder, 2, 5, AE_SQUARED_ERROR, NULL);
    if (!model)
        fail_msg("%s", aei_error_text());
    layer_rows_randomise(model, 1);
    return model;
}

static bool passes(ae_model *model, void (*spoil)(gradcheck_model *), void (*change)(gradcheck_model *))
{
    gradcheck check = {0};
    gradcheck_model gradients;
    assert_true(gradcheck_model_open(&gradients, model, 4, true, 1));
    gradients.spoil = spoil;
    gradcheck_model_backward(&gradients);
    if (change)
        change(&gradients);
    const bool compared = gradcheck_model_compare(&gradients, &check, 1);
    gradcheck_model_close(&gradients);
    return compared && gradcheck_passes(&check);
}

static void scale(aei_real *values, size_t count, double factor)
{
    for (size_t i = 0; i < count; i++)
        values[i] *= (aei_real)factor;
}

/* The gradient after it is made. */

static void change_nothing(gradcheck_model *g)
{
    (void)g;
}

static void scale_all(gradcheck_model *g)
{
    scale(g->pass.gradients, g->model->set.trained, 1.001);
}

static void scale_input(gradcheck_model *g)
{
    scale(g->dx, g->n * g->model->encoder.in, 1.001);
}

static void turn_one_sign(gradcheck_model *g)
{
    g->pass.gradients[g->model->set.params[0].first + 7] *= -1;
}

static void transpose(gradcheck_model *g)
{
    const aei_param *param = &g->model->set.params[0];
    aei_real *dw = g->pass.gradients + param->first, copy[64];
    memcpy(copy, dw, aei_param_length(param) * sizeof *copy);
    for (size_t i = 0; i < param->rows; i++)
        for (size_t j = 0; j < param->cols; j++)
            dw[i * param->cols + j] = copy[j * param->rows + i];
}

static void shift_rows_of_input(gradcheck_model *g)
{
    const size_t d = g->model->encoder.in;
    memmove(g->dx, g->dx + d, (g->n - 1) * d * sizeof *g->dx);
}

static void forget_one(gradcheck_model *g)
{
    g->pass.gradients[g->model->set.params[0].first] = (aei_real)NAN;
}

/* What forward has kept. */

static void forget_dropout_scale(gradcheck_model *g)
{
    scale(g->workspace->encoder[DROPOUT].extra, g->n * 4, 0.6);
}

static void other_dropout_mask(gradcheck_model *g)
{
    aei_real *mask = g->workspace->encoder[DROPOUT].extra;
    memmove(mask, mask + 1, (g->n * 4 - 1) * sizeof *mask);
}

static void forget_variance_term(gradcheck_model *g)
{
    memset(g->workspace->encoder[NORM].extra, 0, g->n * 4 * sizeof(aei_real)); /* h */
}

static void change_deviation(gradcheck_model *g)
{
    scale(g->workspace->encoder[NORM].extra + g->n * 4, 4, 1.001); /* s */
}

static void forget_mean_over_rows(gradcheck_model *g)
{
    scale(g->workspace->scratch0, g->n * 5, (double)g->n);
}

static void forget_factor_of_loss(gradcheck_model *g)
{
    scale(g->workspace->scratch0, g->n * 5, 0.5);
}

static void other_code(gradcheck_model *g)
{
    scale(g->workspace->encoder[CODE].y, g->n * 3, 1.001);
}

static void test_damaged_gradients(void **state)
{
    static const struct {
        const char *what;
        void (*spoil)(gradcheck_model *);
        void (*change)(gradcheck_model *);
    } damages[] = {
        {"all parameters' gradients 0.1 % too large", NULL, scale_all},
        {"the input's gradient 0.1 % too large", NULL, scale_input},
        {"one sign wrong", NULL, turn_one_sign},
        {"a weight's gradient transposed", NULL, transpose},
        {"the input's gradient off by a row", NULL, shift_rows_of_input},
        {"one number never written", NULL, forget_one},
        {"dropout without 1 / (1 - p)", forget_dropout_scale, NULL},
        {"dropout with another mask", other_dropout_mask, NULL},
        {"batch norm without the variance's term", forget_variance_term, NULL},
        {"batch norm with 1 / sd 0.1 % too large", change_deviation, NULL},
        {"loss summed over rows", forget_mean_over_rows, NULL},
        {"loss without its factor 2", forget_factor_of_loss, NULL},
        {"a kept output 0.1 % too large", other_code, NULL},
    };
    ae_model *model = make_model();
    (void)state;
    assert_true(passes(model, change_nothing, change_nothing));
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++)
        if (passes(model, damages[i].spoil, damages[i].change))
            fail_msg("not noticed: %s", damages[i].what);
    print_message("%zu damages noticed\n", sizeof damages / sizeof *damages);
    aei_model_delete(model);
}

/* Each tensor alone; a scale smaller by far than any mistake of a formula makes. */
static void test_each_tensor(void **state)
{
    ae_model *model = make_model();
    const aei_param_set *set = &model->set;
    (void)state;
    for (size_t i = 0; i < set->count; i++) {
        gradcheck check = {0};
        gradcheck_model gradients;
        if (!set->params[i].trained)
            continue;
        assert_true(gradcheck_model_open(&gradients, model, 4, true, 1));
        gradcheck_model_backward(&gradients);
        scale(gradients.pass.gradients + set->params[i].first, aei_param_length(&set->params[i]), 1 + 1e-5);
        assert_true(gradcheck_model_compare(&gradients, &check, 1));
        assert_false(gradcheck_passes(&check));
        assert_memory_equal(check.where, set->params[i].name, strlen(set->params[i].name));
        gradcheck_model_close(&gradients);
    }
    aei_model_delete(model);
}

static void test_damaged_layers(void **state)
{
    ae_model *model = make_model();
    aei_layer *first = &model->encoder.layers[FIRST], *code = &model->encoder.layers[CODE];
    (void)state;
    assert_true(first->accumulates && code->accumulates);
    code->accumulates = false; /* the tied layer's part of dW is lost */
    assert_false(passes(model, NULL, NULL));
    code->accumulates = true;
    first->accumulates = false;
    assert_false(passes(model, NULL, NULL));
    first->accumulates = true;
    model->decoder.layers[1].accumulates = true; /* something is added that is not there */
    assert_false(passes(model, NULL, NULL));
    model->decoder.layers[1].accumulates = false;
    assert_true(passes(model, NULL, NULL));
    aei_model_delete(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_functions),
        cmocka_unit_test(test_kinks),
        cmocka_unit_test(test_damaged_gradients),
        cmocka_unit_test(test_each_tensor),
        cmocka_unit_test(test_damaged_layers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
