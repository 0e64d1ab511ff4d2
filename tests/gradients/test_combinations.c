/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Every activation x every place an activation can have x every loss with every output activation x batch sizes x
 * target: the gradient by every parameter, and by the input where the target is not the input. */
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

#define INPUT 5
#define HIDDEN 4
#define CODE 3
#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static const size_t batch_sizes[] = {1, 2, 5};
#define BATCH_SIZES FEWER(COUNT(batch_sizes), 2)

/* Where the activation under test stands. */
typedef enum place {
    DENSE, DENSE_NO_BIAS, TIED, TIED_NO_BIAS, ACTIVATION, BATCH_NORM, DROPOUT, PLACES
} place;

static const char *const place_names[PLACES] = {
    "dense", "dense without bias", "tied dense", "tied dense without bias", "activation layer", "batch norm", "dropout",
};

/* Parameters away from the defaults, so that a derivative that forgets them shows. */
static double parameter_of(ae_activation f)
{
    return f == AE_LEAKY_RELU ? 0.2 : f == AE_ELU ? 0.7 : 0;
}

static layer_row dense(size_t units, ae_activation f)
{
    return (layer_row){.kind = AEI_LAYER_DENSE, .units = units, .f = f, .parameter = parameter_of(f)};
}

static layer_row other(aei_layer_kind kind, ae_activation f)
{
    return (layer_row){.kind = kind, .f = f, .parameter = parameter_of(f), .rate = 0.3, .epsilon = 1e-2};
}

/* A layer of `units` that ends in f at the asked place; returns how many rows it took. */
static size_t add_hidden(layer_row *rows, place at, size_t units, ae_activation f, int tied_to)
{
    rows[0] = dense(units, f);
    rows[0].no_bias = at == DENSE_NO_BIAS || at == TIED_NO_BIAS;
    rows[0].tied_to = at == TIED || at == TIED_NO_BIAS ? tied_to : 0;
    if (at < ACTIVATION)
        return 1;
    rows[0] = dense(units, at == DROPOUT ? AE_TANH : at == ACTIVATION ? AE_SILU : AE_IDENTITY);
    rows[1] = other(at == ACTIVATION ? AEI_LAYER_ACTIVATION
                    : at == BATCH_NORM ? AEI_LAYER_BATCH_NORM : AEI_LAYER_DROPOUT, f);
    return 2;
}

static ae_model *make_model(place at, ae_activation f, ae_activation output, ae_loss loss)
{
    layer_row encoder[4], decoder[4];
    size_t below = add_hidden(encoder, at, HIDDEN, f, 0);
    encoder[below++] = dense(CODE, AE_IDENTITY);
    size_t above = add_hidden(decoder, at, HIDDEN, f, (int)below);
    decoder[above] = dense(INPUT, output);
    decoder[above++].tied_to = at == TIED || at == TIED_NO_BIAS;
    ae_model *model = layer_rows_model(encoder, below, decoder, above, INPUT, loss, NULL);
    if (!model)
        fail_msg("%s", aei_error_text());
    return model;
}

/* Takes the first seed for which no tensor's gradient is zero throughout. */
static void check(gradcheck *total, ae_model *model, size_t n, bool denoising, const char *what)
{
    gradcheck here = {0};
    bool done = false;
    for (uint64_t seed = 1; seed <= 50 && !done; seed++) {
        gradcheck_model gradients;
        layer_rows_randomise(model, seed);
        assert_true(gradcheck_model_open(&gradients, model, n, denoising, seed));
        gradcheck_model_backward(&gradients);
        done = gradcheck_model_compare(&gradients, &here, 1);
        gradcheck_model_close(&gradients);
    }
    if (!done)
        fail_msg("%s: no seed makes every gradient differ from zero", what);
    if (!gradcheck_passes(&here))
        fail_msg("%s: relative error %.3g at %s (%zu of %zu not measured)", what, here.worst, here.where,
                 here.unmeasured, here.numbers);
    gradcheck_add(total, &here);
}

static void test_combinations(void **state)
{
    gradcheck total = {0};
    size_t combinations = 0;
    (void)state;
    for (place at = 0; at < PLACES; at++)
        for (ae_activation f = 0; f < AEI_ACTIVATION_COUNT; f++)
            for (ae_activation output = 0; output <= AEI_ACTIVATION_COUNT; output++) {
                const bool entropy = output == AEI_ACTIVATION_COUNT;
                ae_model *model = make_model(at, f, entropy ? AE_SIGMOID : output,
                                             entropy ? AE_BINARY_CROSS_ENTROPY : AE_SQUARED_ERROR);
                for (size_t i = 0; i < BATCH_SIZES; i++)
                    for (int denoising = 0; denoising < 2; denoising++) {
                        char what[160];
                        if (at == BATCH_NORM && batch_sizes[i] < 2)
                            continue;
                        snprintf(what, sizeof what, "%s in %s, output %s, %s, batch of %zu, %s", aei_activation_name(f),
                                 place_names[at], entropy ? "sigmoid" : aei_activation_name(output),
                                 entropy ? "cross-entropy" : "squared error", batch_sizes[i],
                                 denoising ? "target apart" : "target = input");
                        check(&total, model, batch_sizes[i], denoising, what);
                        combinations++;
                    }
                aei_model_delete(model);
            }
    print_message("%zu combinations, %zu numbers (%zu roughly), largest relative error %.2g\n", combinations,
                  total.numbers, total.rough, total.worst);
    print_message("there %s; h made way for a kink %zu times\n", total.where, total.narrowed);
    assert_int_equal(combinations, (PLACES * BATCH_SIZES - 1) * 10 * 11 * 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_combinations)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
