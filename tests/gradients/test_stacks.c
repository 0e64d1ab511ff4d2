/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Whole models: encoders and decoders of every depth with all kinds of layers in turn, weights that several layers
 * share, and layers so wide or batches so long that kernels cut them into tasks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include "base/error.h"
#include "support/effort.h"
#include "support/gradcheck.h"
#include "support/layer_rows.h"

#define INPUT 6
#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* Takes the first seed for which no tensor's gradient is zero throughout. */
static void check(gradcheck *total, const layer_row *encoder, size_t below, const layer_row *decoder, size_t above,
                  size_t input_dim, ae_loss loss, size_t n, bool denoising, size_t step, const char *what)
{
    ae_model *model = layer_rows_model(encoder, below, decoder, above, input_dim, loss, NULL);
    gradcheck here = {0};
    bool done = false;
    if (!model)
        fail_msg("%s: %s", what, aei_error_text());
    for (uint64_t seed = 1; seed <= 50 && !done; seed++) {
        gradcheck_model gradients;
        layer_rows_randomise(model, seed);
        assert_true(gradcheck_model_open(&gradients, model, n, denoising, seed));
        gradcheck_model_backward(&gradients);
        done = gradcheck_model_compare(&gradients, &here, step);
        gradcheck_model_close(&gradients);
    }
    aei_model_delete(model);
    if (!done)
        fail_msg("%s: no seed makes every gradient differ from zero", what);
    if (!gradcheck_passes(&here))
        fail_msg("%s: relative error %.3g at %s (%zu of %zu not measured)", what, here.worst, here.where,
                 here.unmeasured, here.numbers);
    gradcheck_add(total, &here);
}

/* ---- depth */

/* `depth` rows that start somewhere in the cycle of kinds; the last dense layer, at the latest the last row, has `out`
 * units. */
static void make_stack(layer_row *rows, size_t depth, size_t pattern, size_t out)
{
    static const aei_layer_kind cycle[] = {
        AEI_LAYER_DENSE, AEI_LAYER_BATCH_NORM, AEI_LAYER_ACTIVATION, AEI_LAYER_DROPOUT, AEI_LAYER_DENSE,
    };
    size_t last_dense = depth;
    for (size_t i = 0; i < depth; i++) {
        rows[i] = (layer_row){
            .kind = cycle[(i + pattern) % COUNT(cycle)], .units = 4 + i % 2,
            .f = (ae_activation)((3 * i + 2 * pattern) % AEI_ACTIVATION_COUNT), .rate = 0.25, .epsilon = 1e-2,
            .no_bias = (i + pattern) % 3 == 0,
        };
        if (rows[i].kind == AEI_LAYER_DENSE)
            last_dense = i;
    }
    if (last_dense == depth || rows[depth - 1].kind == AEI_LAYER_DROPOUT) {
        last_dense = depth - 1;
        rows[last_dense].kind = AEI_LAYER_DENSE;
    }
    rows[last_dense].units = out;
}

static void test_depths(void **state)
{
    gradcheck total = {0};
    size_t models = 0;
    (void)state;
    for (size_t below = 1; below <= 6; below++)
        for (size_t above = 1; above <= 6; above += FEWER(1, 2))
            for (size_t pattern = 0; pattern < 5; pattern++)
                for (int entropy = 0; entropy < 2; entropy++) {
                    layer_row encoder[6], decoder[6];
                    char what[96];
                    snprintf(what, sizeof what, "%zu + %zu layers, pattern %zu, %s", below, above, pattern,
                             entropy ? "cross-entropy" : "squared error");
                    make_stack(encoder, below, pattern, 3);
                    make_stack(decoder, above, pattern + below, INPUT);
                    if (entropy)
                        decoder[above - 1].f = AE_SIGMOID;
                    check(&total, encoder, below, decoder, above, INPUT,
                          entropy ? AE_BINARY_CROSS_ENTROPY : AE_SQUARED_ERROR, 4, models % 2, 1, what);
                    models++;
                }
    print_message("%zu models of 1 to 6 + 1 to 6 layers, %zu numbers (%zu roughly), largest relative error %.2g\n",
                  models, total.numbers, total.rough, total.worst);
}

/* ---- shared weights */

#define DENSE(...) {.kind = AEI_LAYER_DENSE, __VA_ARGS__}
#define TIED(position, ...) {.kind = AEI_LAYER_DENSE, .tied_to = 1 + (position), __VA_ARGS__}
#define OTHER(name, ...) {.kind = AEI_LAYER_##name, __VA_ARGS__}

typedef struct plan {
    const char *name;
    layer_row encoder[5], decoder[6];
} plan;

static const plan plans[] = {
    {"mirror of two", {DENSE(.units = 4, .f = AE_TANH), DENSE(.units = 3)},
     {TIED(1, .units = 4, .f = AE_TANH), TIED(0, .units = INPUT)}},
    {"mirror in the wrong order",
     {DENSE(.units = 4, .f = AE_GELU), DENSE(.units = INPUT, .f = AE_SILU), DENSE(.units = 4)},
     {TIED(0, .units = INPUT, .f = AE_ELU), DENSE(.units = INPUT), TIED(1, .units = 4, .f = AE_SOFTPLUS),
      TIED(0, .units = INPUT, .no_bias = true)}},
    {"one weight, three uses", {DENSE(.units = 3, .f = AE_SIGMOID)},
     {TIED(0, .units = INPUT, .f = AE_LEAKY_RELU), DENSE(.units = 3, .f = AE_TANH), TIED(0, .units = INPUT)}},
    {"square weights, six uses", {DENSE(.units = INPUT, .f = AE_TANH), DENSE(.units = INPUT, .no_bias = true)},
     {TIED(0, .units = INPUT, .f = AE_SILU), TIED(1, .units = INPUT, .f = AE_TANH, .no_bias = true),
      TIED(0, .units = INPUT, .f = AE_GELU_TANH), TIED(0, .units = INPUT)}},
    {"shared through normalisation and dropout",
     {OTHER(DROPOUT, .rate = 0.2), DENSE(.units = 4), OTHER(BATCH_NORM, .f = AE_RELU, .epsilon = 1e-2),
      DENSE(.units = 3)},
     {TIED(3, .units = 4), OTHER(BATCH_NORM, .f = AE_RELU, .epsilon = 1e-2), OTHER(DROPOUT, .rate = 0.2),
      TIED(1, .units = INPUT)}},
};

static size_t length_of(const layer_row *rows, size_t most)
{
    size_t count = 0;
    while (count < most && rows[count].kind != 0)
        count++;
    return count;
}

static void test_shared_weights(void **state)
{
    gradcheck total = {0};
    size_t models = 0;
    (void)state;
    for (size_t i = 0; i < COUNT(plans); i++)
        for (int entropy = 0; entropy < 2; entropy++)
            for (size_t n = 2; n <= 5; n++) {
                plan p = plans[i];
                const size_t above = length_of(p.decoder, COUNT(p.decoder));
                p.decoder[above - 1].f = entropy ? AE_SIGMOID : p.decoder[above - 1].f;
                check(&total, p.encoder, length_of(p.encoder, COUNT(p.encoder)), p.decoder, above, INPUT,
                      entropy ? AE_BINARY_CROSS_ENTROPY : AE_SQUARED_ERROR, n, n % 2, 1, p.name);
                models++;
            }
    print_message("%zu models with shared weights, %zu numbers (%zu roughly), largest relative error %.2g\n", models,
                  total.numbers, total.rough, total.worst);
}

/* ---- size: products, losses and columns cut into tasks and pieces; some of the numbers, spread over all */

static void test_wide_layers_and_long_batches(void **state)
{
    static const layer_row wide_encoder[] = {
        DENSE(.units = 260, .f = AE_SILU), OTHER(BATCH_NORM, .f = AE_TANH), DENSE(.units = 258, .f = AE_SILU),
    };
    layer_row wide_decoder[] = {
        TIED(2, .units = 260, .f = AE_TANH), TIED(0, .units = 264),
    };
    static const layer_row long_encoder[] = {
        DENSE(.units = 20, .f = AE_GELU), OTHER(BATCH_NORM, .f = AE_IDENTITY), OTHER(DROPOUT, .rate = 0.5),
        DENSE(.units = 7),
    };
    static const layer_row long_decoder[] = {DENSE(.units = 20, .f = AE_ELU), DENSE(.units = 66, .f = AE_SIGMOID)};
    gradcheck total = {0};
    (void)state;
    for (ae_loss loss = AE_SQUARED_ERROR; loss <= AE_BINARY_CROSS_ENTROPY; loss++) {
        wide_decoder[1].f = loss == AE_SQUARED_ERROR ? AE_GELU : AE_SIGMOID;
        check(&total, wide_encoder, COUNT(wide_encoder), wide_decoder, COUNT(wide_decoder), 264, loss, 3, true, 3001,
              "wide layers");
        check(&total, long_encoder, COUNT(long_encoder), long_decoder, COUNT(long_decoder), 66, loss, 260, true, 401,
              "long batch");
    }
    print_message("4 large models, %zu numbers (%zu roughly), largest relative error %.2g\n", total.numbers,
                  total.rough, total.worst);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_depths),
        cmocka_unit_test(test_shared_weights),
        cmocka_unit_test(test_wide_layers_and_long_batches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
