/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* One layer by its contract (layers/layer.h): each kind with each activation of its own over each activation below.
 * The loss is sum(c . y) with random c; the gradient by the z of the layer below, which backward makes with f'_below,
 * and by the layer's own parameters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include "support/gradcheck.h"
#include "support/layer_rows.h"
#include "train/trainer.h"

#define ROWS 5
#define WIDTH 4
#define SPACE (ROWS * WIDTH)
#define GAP 3 /* numbers between rows where there is a stride */

enum { BIAS, NO_BIAS, TIED, TIED_NO_BIAS, ACTIVATION, DROPOUT, BATCH_NORM, VARIANTS };

static const char *const variant_names[VARIANTS] = {
    "dense", "dense without bias", "tied dense", "tied dense without bias", "activation", "dropout", "batch norm",
};

typedef struct bench {
    aei_layer layer;
    aei_param_set set;
    aei_pass pass;
    aei_activation f_below;
    aei_slot below, slot;
    aei_real z_below[SPACE], y_below[SPACE], y[SPACE], z[SPACE], extra[SPACE + WIDTH], c[SPACE];
    aei_real gradients[256], dz[SPACE], dx[SPACE];
} bench;

static void add_param(bench *b, const char *name, size_t rows, size_t cols, bool trained, size_t *index)
{
    assert_int_equal(aei_param_set_add(&b->set, name, rows, cols, trained, false, index), AE_OK);
}

static aei_activation make(ae_activation kind)
{
    aei_activation f;
    assert_int_equal(aei_activation_make(&f, kind, kind == AE_LEAKY_RELU ? 0.2 : kind == AE_ELU ? 0.7 : 0), AE_OK);
    return f;
}

static void open_bench(bench *b, int variant, ae_activation f, ae_activation f_below, size_t n)
{
    static const aei_layer_kind kinds[VARIANTS] = {
        [BIAS] = AEI_LAYER_DENSE, [NO_BIAS] = AEI_LAYER_DENSE, [TIED] = AEI_LAYER_DENSE,
        [TIED_NO_BIAS] = AEI_LAYER_DENSE, [ACTIVATION] = AEI_LAYER_ACTIVATION, [DROPOUT] = AEI_LAYER_DROPOUT,
        [BATCH_NORM] = AEI_LAYER_BATCH_NORM,
    };
    aei_layer *layer = &b->layer;
    memset(b, 0, sizeof *b);
    *layer = (aei_layer){
        .kind = kinds[variant], .in = WIDTH, .out = WIDTH, .f = make(f), .rate = 0.4, .momentum = 0.1, .epsilon = 0.01,
        .weight = AEI_NO_PARAM, .bias = AEI_NO_PARAM, .number = 2,
        .tied = variant == TIED || variant == TIED_NO_BIAS, .updates = true,
    };
    aei_param_set_init(&b->set, NULL);
    if (layer->kind == AEI_LAYER_DENSE) {
        layer->out = WIDTH - 1;
        add_param(b, "weight", layer->tied ? layer->in : layer->out, layer->tied ? layer->out : layer->in, true,
                  &layer->weight);
        if (variant == BIAS || variant == TIED)
            add_param(b, "bias", 1, layer->out, true, &layer->bias);
    } else if (layer->kind == AEI_LAYER_BATCH_NORM) {
        add_param(b, "weight", 1, WIDTH, true, &layer->weight);
        add_param(b, "bias", 1, WIDTH, true, &layer->bias);
        add_param(b, "running_mean", 1, WIDTH, false, &layer->mean);
        add_param(b, "running_var", 1, WIDTH, false, &layer->variance);
    }
    assert_int_equal(aei_param_set_allocate(&b->set), AE_OK);
    assert_true(b->set.trained <= sizeof b->gradients / sizeof *b->gradients);
    layer_rows_uniform(1, 0, -1, 1, b->set.values, b->set.total);
    layer_rows_uniform(2, n, -1.5, 1.5, b->z_below, SPACE);
    layer_rows_uniform(3, n, -1, 1, b->c, SPACE);
    b->f_below = make(f_below);
    /* z is there only where f' reads it, so that reading it elsewhere is seen */
    b->below = (aei_slot){.y = b->y_below, .z = aei_activation_needs_z(f_below) ? b->z_below : NULL};
    b->slot = (aei_slot){.y = b->y, .z = aei_activation_needs_z(f) ? b->z : NULL,
                         .extra = aei_layer_ops_of(layer->kind)->extra(layer, n) ? b->extra : NULL};
    assert_true(aei_layer_ops_of(layer->kind)->extra(layer, n) <= SPACE + WIDTH);
    b->pass = (aei_pass){.kernels = aei_kernels_of(NULL), .set = &b->set, .gradients = b->gradients, .n = n,
                         .seed = 7, .step = 1};
}

static double forward(void *context, uint64_t *sides)
{
    bench *b = context;
    const size_t n = b->pass.n;
    double loss = 0;
    aei_activation_apply(b->f_below, b->z_below, n * WIDTH, b->y_below);
    aei_layer_ops_of(b->layer.kind)->forward(&b->layer, &b->pass, b->y_below, WIDTH, &b->slot);
    for (size_t i = 0; i < n * b->layer.out; i++)
        loss += (double)b->c[i] * (double)b->y[i];
    *sides = gradcheck_sides(0, b->f_below, b->y_below, n * WIDTH);
    *sides = gradcheck_sides(*sides, b->layer.f, b->y, n * b->layer.out);
    return loss;
}

/* Backward from dz = c . f', as the layer above makes it; everything that is to be overwritten holds NaN before. */
static void backward(bench *b, const aei_real *x, size_t x_stride, aei_real *dx)
{
    memcpy(b->dz, b->c, sizeof b->dz);
    aei_activation_chain(b->layer.f, b->slot.y, b->slot.z, b->pass.n * b->layer.out, b->dz);
    if (!b->layer.accumulates)
        for (size_t i = 0; i < b->set.trained; i++)
            b->gradients[i] = (aei_real)NAN;
    for (size_t i = 0; i < SPACE; i++)
        b->dx[i] = (aei_real)NAN;
    aei_layer_ops_of(b->layer.kind)->backward(&b->layer, &b->pass, b->dz, x, x_stride, &b->slot, b->f_below, &b->below,
                                              dx);
}

static double largest_gradient(const bench *b)
{
    double largest = gradcheck_largest(b->dx, b->pass.n * WIDTH);
    for (size_t i = 0; i < b->set.count; i++)
        if (b->set.params[i].trained)
            largest = fmax(largest, gradcheck_largest(b->gradients + b->set.params[i].first,
                                                      aei_param_length(&b->set.params[i])));
    return largest;
}

static void check_layer(gradcheck *total, bench *b, const char *what)
{
    gradcheck here = {0};
    uint64_t sides;
    forward(b, &sides);
    backward(b, b->y_below, WIDTH, b->dx);
    assert_true(largest_gradient(b) > 0);
    gradcheck_compare(&here, forward, b, "dx", b->z_below, b->dx, b->pass.n * WIDTH, 1);
    for (size_t i = 0; i < b->set.count; i++) {
        const aei_param *param = &b->set.params[i];
        if (param->trained)
            gradcheck_compare(&here, forward, b, param->name, b->set.values + param->first,
                              b->gradients + param->first, aei_param_length(param), 1);
    }
    if (!gradcheck_passes(&here))
        fail_msg("%s: relative error %.3g at %s (%zu of %zu not measured)", what, here.worst, here.where,
                 here.unmeasured, here.numbers);
    gradcheck_add(total, &here);
}

static void test_each_over_each(void **state)
{
    static const size_t batch_sizes[] = {1, 2, ROWS};
    gradcheck total = {0};
    size_t combinations = 0;
    (void)state;
    for (int variant = 0; variant < VARIANTS; variant++)
        for (ae_activation f = 0; f < AEI_ACTIVATION_COUNT; f++)
            for (ae_activation below = 0; below < AEI_ACTIVATION_COUNT; below++)
                for (size_t i = 0; i < 3; i++) {
                    char what[120];
                    bench b;
                    if (variant == BATCH_NORM && batch_sizes[i] < 2)
                        continue;
                    snprintf(what, sizeof what, "%s with %s over %s, batch of %zu", variant_names[variant],
                             aei_activation_name(f), aei_activation_name(below), batch_sizes[i]);
                    open_bench(&b, variant, f, below, batch_sizes[i]);
                    check_layer(&total, &b, what);
                    aei_param_set_clear(&b.set);
                    combinations++;
                }
    print_message("%zu combinations, %zu numbers (%zu roughly), largest relative error %.2g\n", combinations,
                  total.numbers, total.rough, total.worst);
    assert_int_equal(combinations, (VARIANTS * 3 - 1) * 100);
}

/* Rows with gaps as the first layer may have them, and a first layer that nobody asks for dx: the same numbers. */
static void test_stride_and_no_dx(void **state)
{
    (void)state;
    for (int variant = 0; variant < VARIANTS; variant++) {
        aei_real gradients[256], dx[SPACE], y[SPACE], x[ROWS * (WIDTH + GAP)];
        uint64_t sides;
        bench b;
        open_bench(&b, variant, AE_SILU, AE_IDENTITY, ROWS);
        forward(&b, &sides);
        backward(&b, b.y_below, WIDTH, b.dx);
        memcpy(gradients, b.gradients, sizeof gradients);
        memcpy(dx, b.dx, sizeof dx);
        memcpy(y, b.y, sizeof y);

        for (size_t i = 0; i < ROWS * (WIDTH + GAP); i++)
            x[i] = (aei_real)NAN;
        for (size_t r = 0; r < ROWS; r++)
            memcpy(x + r * (WIDTH + GAP), b.y_below + r * WIDTH, WIDTH * sizeof *x);
        memset(b.y, 0, sizeof b.y);
        aei_layer_ops_of(b.layer.kind)->forward(&b.layer, &b.pass, x, WIDTH + GAP, &b.slot);
        assert_memory_equal(b.y, y, ROWS * b.layer.out * sizeof *y);
        backward(&b, x, WIDTH + GAP, b.dx);
        assert_memory_equal(b.gradients, gradients, b.set.trained * sizeof *gradients);
        assert_memory_equal(b.dx, dx, ROWS * WIDTH * sizeof *dx);
        backward(&b, x, WIDTH + GAP, NULL);
        assert_memory_equal(b.gradients, gradients, b.set.trained * sizeof *gradients);
        aei_param_set_clear(&b.set);
    }
}

/* A weight with several uses: dW is added to what the use above has left, db is not. */
static void test_accumulates(void **state)
{
    (void)state;
    for (int variant = BIAS; variant <= TIED_NO_BIAS; variant++) {
        aei_real alone[256];
        uint64_t sides;
        bench b;
        open_bench(&b, variant, AE_TANH, AE_RELU, ROWS);
        const aei_param *weight = &b.set.params[b.layer.weight];
        forward(&b, &sides);
        backward(&b, b.y_below, WIDTH, b.dx);
        memcpy(alone, b.gradients, sizeof alone);
        b.layer.accumulates = true;
        for (size_t i = 0; i < b.set.trained; i++)
            b.gradients[i] = 100;
        backward(&b, b.y_below, WIDTH, b.dx);
        for (size_t i = weight->first; i < weight->first + aei_param_length(weight); i++)
            assert_true(fabs((double)(b.gradients[i] - alone[i] - 100)) < 1e-12);
        if (b.layer.bias != AEI_NO_PARAM) {
            const size_t bias = b.set.params[b.layer.bias].first;
            assert_memory_equal(b.gradients + bias, alone + bias, b.layer.out * sizeof *alone);
        }
        aei_param_set_clear(&b.set);
    }
}

/* Differences of the loss cannot see a scale that forward and backward share. */
static void test_dropout_masks(void **state)
{
    enum { N = 4000, STEPS = 3 };
    static aei_real x[N], y[STEPS][N], mask[N];
    const double rate = 0.3, keep = 1 / (1 - rate);
    const aei_layer layer = {.kind = AEI_LAYER_DROPOUT, .in = N / 10, .out = N / 10, .rate = rate, .number = 1};
    (void)state;
    for (size_t i = 0; i < N; i++)
        x[i] = 1;
    for (uint64_t step = 0; step < STEPS; step++) {
        const aei_pass pass = {.kernels = aei_kernels_of(NULL), .n = 10, .seed = 5, .step = step};
        aei_slot slot = {.y = y[step], .extra = mask};
        size_t dropped = 0;
        aei_layer_ops_of(AEI_LAYER_DROPOUT)->forward(&layer, &pass, x, layer.in, &slot);
        for (size_t i = 0; i < N; i++) {
            assert_true(y[step][i] == 0 || fabs((double)y[step][i] - keep) < 1e-12);
            dropped += y[step][i] == 0;
        }
        assert_true(fabs((double)dropped / N - rate) < 5 * sqrt(rate * (1 - rate) / N));
        /* another row, another mask */
        assert_memory_not_equal(y[step], y[step] + layer.out, layer.out * sizeof *y[step]);
    }
    assert_memory_not_equal(y[0], y[1], sizeof y[0]);
    assert_memory_not_equal(y[1], y[2], sizeof y[0]);
}

/* The trainer gives each step masks of its own, and another training with the same seed gives the same ones. */
static void test_dropout_in_training(void **state)
{
    static const layer_row encoder[] = {
        {.kind = AEI_LAYER_DENSE, .units = 16}, {.kind = AEI_LAYER_DROPOUT, .rate = 0.5},
    };
    static const layer_row decoder[] = {{.kind = AEI_LAYER_DENSE, .units = 2}};
    static const float x[] = {1, 2, 3, 4};
    const ae_train_options options = {
        .epochs = 1, .batch_size = 2, .optimizer = AE_SGD, .learning_rate = 1e-30, .epsilon = 1, .schedule_factor = 1,
        .sparsity_target = 0.05, .samples = 1,
        .schedule_epochs = 1,
    };
    ae_model *model = layer_rows_model(encoder, 2, decoder, 1, 2, AE_SQUARED_ERROR, NULL);
    double losses[2][3];
    (void)state;
    assert_non_null(model);
    layer_rows_randomise(model, 1);
    assert_int_equal(aei_train_options_check(&options), AE_OK);
    for (int training = 0; training < 2; training++) {
        ae_trainer *trainer;
        assert_int_equal(aei_trainer_new(&trainer, model, &options), AE_OK);
        for (int step = 0; step < 3; step++)
            assert_int_equal(aei_trainer_step(trainer, x, 2, 2, NULL, 0, &losses[training][step]), AE_OK);
        aei_trainer_delete(trainer);
    }
    assert_memory_equal(losses[0], losses[1], sizeof losses[0]);
    assert_true(losses[0][0] != losses[0][1] && losses[0][1] != losses[0][2]);
    aei_model_delete(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_over_each),
        cmocka_unit_test(test_stride_and_no_dx),
        cmocka_unit_test(test_accumulates),
        cmocka_unit_test(test_dropout_masks),
        cmocka_unit_test(test_dropout_in_training),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
