/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The gradient by every parameter for what may stand between encoder and decoder and in the objective: every kind of
 * code, every variance, every loss with every noise, emphasis, penalties, free bits, several samples. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include "base/error.h"
#include "support/gradcheck.h"
#include "support/layer_rows.h"

#define INPUT 4
#define HIDDEN 4
#define CODE 3
#define CLASSES 3
#define MOST_ROWS 4
#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* Losses with the output's activation and what stands for gamma. */
typedef struct observation {
    const char *name;
    ae_loss loss;
    ae_activation output;
    ae_noise noise;
} observation;

static const observation observations[] = {
    {"squared error", AE_SQUARED_ERROR, AE_IDENTITY, 0},
    {"softmax", AE_SOFTMAX_CROSS_ENTROPY, AE_IDENTITY, 0},
    {"Bernoulli", AE_BINARY_CROSS_ENTROPY, AE_SIGMOID, 0},
    {"Gaussian, fixed", AE_GAUSSIAN_LIKELIHOOD, AE_SIGMOID, AE_NOISE_FIXED},
    {"Gaussian, learned", AE_GAUSSIAN_LIKELIHOOD, AE_SILU, AE_NOISE_LEARNED},
    {"Gaussian, per feature", AE_GAUSSIAN_LIKELIHOOD, AE_IDENTITY, AE_NOISE_PER_FEATURE},
    {"Gaussian, optimal", AE_GAUSSIAN_LIKELIHOOD, AE_TANH, AE_NOISE_OPTIMAL},
};
#define FIRST_LIKELIHOOD 2

static size_t combinations;

static double parameter_of(ae_activation f)
{
    return f == AE_LEAKY_RELU ? 0.2 : f == AE_ELU ? 0.7 : 0;
}

static layer_row dense(size_t units, ae_activation f)
{
    return (layer_row){.kind = AEI_LAYER_DENSE, .units = units, .f = f, .parameter = parameter_of(f)};
}

/* Takes the first seed for which no tensor's gradient is zero throughout. */
static void check(gradcheck *total, ae_model *model, const aei_objective *objective, size_t n, bool weighted,
                  const char *what)
{
    gradcheck here = {0};
    bool done = false;
    for (uint64_t seed = 1; seed <= 50 && !done; seed++) {
        gradcheck_model gradients;
        aei_real weights[MOST_ROWS * INPUT];
        layer_rows_randomise(model, seed);
        layer_rows_uniform(seed, 1002, 0.2, 2, weights, COUNT(weights));
        assert_true(n <= MOST_ROWS && model->decoder.out <= INPUT);
        if (!gradcheck_model_open_with(&gradients, model, objective, n, false, seed))
            fail_msg("%s: %s", what, aei_error_text());
        gradients.weights = weighted ? weights : NULL;
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
    combinations++;
}

static void report(const gradcheck *total, size_t expected)
{
    print_message("%zu combinations, %zu numbers (%zu roughly), largest relative error %.2g\n", combinations,
                  total->numbers, total->rough, total->worst);
    print_message("there %s; h made way for a kink %zu times\n", total->where, total->narrowed);
    assert_int_equal(combinations, expected);
    combinations = 0;
}

/* ---- variational */

static ae_model *variational(ae_variance variance, const observation *o, bool normalised)
{
    const size_t heads = variance == AE_VARIANCE_SHARED ? 2 * CODE : CODE;
    layer_row encoder[3] = {dense(HIDDEN, normalised ? AE_IDENTITY : AE_TANH)};
    layer_row decoder[2] = {dense(HIDDEN, AE_ELU), dense(INPUT, o->output)};
    size_t below = 1;
    if (normalised)
        encoder[below++] = (layer_row){.kind = AEI_LAYER_BATCH_NORM, .f = AE_SOFTPLUS, .epsilon = 1e-2};
    encoder[below++] = dense(heads, normalised && variance == AE_VARIANCE_ONE ? AE_TANH : AE_IDENTITY);
    ae_model *model = layer_rows_design(encoder, below, decoder, 2, &(aei_design){
        .input_dim = INPUT, .loss = o->loss, .noise = o->noise, .noise_deviation = 1, .code = AE_CODE_GAUSSIAN,
        .variance = variance});
    if (!model)
        fail_msg("%s", aei_error_text());
    return model;
}

static void test_variational(void **state)
{
    static const char *const names[] = {"halves of one net", "a second net", "variance 1"};
    static const double free_bits[] = {0, 0.15};
    gradcheck total = {0};
    (void)state;
    for (ae_variance variance = AE_VARIANCE_SHARED; variance <= AE_VARIANCE_ONE; variance++)
        for (size_t i = FIRST_LIKELIHOOD; i < COUNT(observations); i++)
            for (int normalised = 0; normalised < 2; normalised++) {
                ae_model *model = variational(variance, &observations[i], normalised);
                for (size_t samples = 1; samples <= 3; samples++)
                    for (size_t f = 0; f < COUNT(free_bits); f++)
                        for (int weighted = 0; weighted < 2; weighted++) {
                            const aei_objective objective = {
                                .kl_weight = samples == 2 ? 0.3 : 1, .samples = samples, .free_bits = free_bits[f]};
                            char what[160];
                            snprintf(what, sizeof what, "%s, %s, %s, %zu samples, %g free, %s", names[variance],
                                     observations[i].name, normalised ? "normalised" : "plain", samples, free_bits[f],
                                     weighted ? "weighted" : "not weighted");
                            const size_t n = samples == 3 && !normalised ? 1 : MOST_ROWS;
                            check(&total, model, &objective, n, weighted, what);
                        }
                aei_model_delete(model);
            }
    report(&total, 3 * 5 * 2 * 3 * 2 * 2);
}

/* The bounds of log sigma^2 and log gamma^2: beyond them nothing flows, and nothing overflows. */
static void test_held_log_variances(void **state)
{
    static const double beyond[] = {-1e30, -30, 30, 1e30};
    (void)state;
    for (size_t i = 0; i < COUNT(beyond); i++)
        for (ae_variance variance = AE_VARIANCE_SHARED; variance <= AE_VARIANCE_SEPARATE; variance++) {
            ae_model *model = variational(variance, &observations[5], false);
            const aei_network *net = variance == AE_VARIANCE_SHARED ? &model->encoder : &model->variance;
            const aei_param *bias = &model->set.params[net->layers[1].bias];
            const aei_param *log_var = &model->set.params[model->log_var];
            const size_t first = variance == AE_VARIANCE_SHARED ? CODE : 0;
            gradcheck_model gradients;
            layer_rows_randomise(model, 1);
            for (size_t j = 0; j < CODE; j++)
                model->set.values[bias->first + first + j] = (aei_real)beyond[i];
            for (size_t j = 0; j < INPUT; j++)
                model->set.values[log_var->first + j] = (aei_real)beyond[i];
            assert_true(gradcheck_model_open_with(&gradients, model, &(aei_objective){.kl_weight = 1, .samples = 2}, 3,
                                                  false, 1));
            gradcheck_model_backward(&gradients);
            for (size_t j = 0; j < CODE; j++)
                assert_true(gradients.pass.gradients[bias->first + first + j] == 0);
            for (size_t j = 0; j < INPUT; j++)
                assert_true(gradients.pass.gradients[log_var->first + j] == 0);
            assert_true(isfinite(gradcheck_model_forward(&gradients)));
            assert_true(isfinite(gradcheck_largest(gradients.pass.gradients, model->set.trained)));
            gradcheck_model_close(&gradients);
            aei_model_delete(model);
        }
}

/* ---- deterministic codes */

/* Penalties: L1, KL to rho, both. */
static aei_objective penalties(int which)
{
    return (aei_objective){.samples = 1, .code_l1 = which & 1 ? 0.3 : 0, .sparsity_weight = which & 2 ? 0.2 : 0,
                           .sparsity_target = 0.1};
}

static ae_model *deterministic(ae_code code, const observation *o, ae_activation f, bool tied)
{
    const bool classifier = o->loss == AE_SOFTMAX_CROSS_ENTROPY;
    layer_row encoder[2] = {dense(HIDDEN, AE_SILU), dense(CODE, f)};
    layer_row decoder[2] = {dense(HIDDEN, AE_TANH), dense(classifier ? CLASSES : INPUT, o->output)};
    decoder[0].tied_to = tied ? 2 : 0;
    decoder[1].tied_to = tied && !classifier;
    ae_model *model = layer_rows_design(encoder, 2, decoder, 2, &(aei_design){
        .input_dim = INPUT, .output_dim = classifier ? CLASSES : INPUT, .loss = o->loss, .noise = o->noise,
        .noise_deviation = 1, .code = code, .topk = 2});
    if (!model)
        fail_msg("%s", aei_error_text());
    return model;
}

static void test_deterministic(void **state)
{
    gradcheck total = {0};
    (void)state;
    for (ae_code code = AE_CODE_PLAIN; code <= AE_CODE_TOPK; code++)
        for (size_t i = 0; i < COUNT(observations); i++)
            for (int which = 0; which < 4; which++)
                for (int tied = 0; tied < 2; tied++) {
                    const aei_objective objective = penalties(which);
                    ae_model *model = deterministic(code, &observations[i], which & 2 ? AE_SIGMOID : AE_GELU, tied);
                    for (int weighted = 0; weighted < 2; weighted++) {
                        char what[160];
                        if (weighted && observations[i].loss == AE_SOFTMAX_CROSS_ENTROPY)
                            continue; /* it has no emphasis */
                        snprintf(what, sizeof what, "%s, %s, penalties %d, %s, %s", code ? "top 2" : "plain",
                                 observations[i].name, which, tied ? "tied" : "untied",
                                 weighted ? "weighted" : "not weighted");
                        check(&total, model, &objective, MOST_ROWS, weighted, what);
                    }
                    aei_model_delete(model);
                }
    report(&total, 2 * (7 * 2 - 1) * 4 * 2);
}

/* ---- contraction */

static ae_model *contractive(ae_activation f, size_t depth, bool tied)
{
    layer_row encoder[3], decoder[3];
    for (size_t l = 0; l < depth; l++) {
        encoder[l] = dense(l + 1 < depth ? HIDDEN + l : CODE, f);
        encoder[l].no_bias = l == 1;
    }
    for (size_t l = 0; l < depth; l++) {
        decoder[l] = dense(l + 1 < depth ? encoder[depth - 2 - l].units : INPUT, l + 1 < depth ? AE_TANH : AE_IDENTITY);
        decoder[l].tied_to = tied ? (int)(depth - l) : 0;
    }
    ae_model *model = layer_rows_model(encoder, depth, decoder, depth, INPUT, AE_SQUARED_ERROR, NULL);
    if (!model)
        fail_msg("%s", aei_error_text());
    return model;
}

static void test_contraction(void **state)
{
    gradcheck total = {0};
    (void)state;
    for (ae_activation f = 0; f < AEI_ACTIVATION_COUNT; f++)
        for (size_t depth = 1; depth <= 3; depth++)
            for (int tied = 0; tied < 2; tied++) {
                ae_model *model = contractive(f, depth, tied);
                for (size_t n = 1; n <= 3; n += 2)
                    for (int penalised = 0; penalised < 2; penalised++) {
                        aei_objective objective = penalties(penalised ? (f == AE_SIGMOID ? 3 : 1) : 0);
                        char what[160];
                        objective.contraction = 0.5;
                        snprintf(what, sizeof what, "contraction of %s, depth %zu, %s, batch of %zu, %s",
                                 aei_activation_name(f), depth, tied ? "tied" : "untied", n,
                                 penalised ? "with other penalties" : "alone");
                        check(&total, model, &objective, n, penalised, what);
                    }
                aei_model_delete(model);
            }
    report(&total, 10 * 3 * 2 * 2 * 2);
}

/* Its value: |J|^2 by differences of the code. */
static void test_contraction_is_the_norm_of_the_jacobian(void **state)
{
    const double h = 1e-6;
    (void)state;
    for (size_t depth = 1; depth <= 3; depth++) {
        ae_model *model = contractive(AE_SIGMOID, depth, false);
        aei_objective objective = {.samples = 1, .contraction = 0.5};
        gradcheck_model gradients;
        double norm = 0;
        layer_rows_randomise(model, 3);
        assert_true(gradcheck_model_open_with(&gradients, model, &objective, 3, false, 1));
        for (size_t r = 0; r < 3; r++)
            for (size_t j = 0; j < INPUT; j++) {
                aei_real *x = &gradients.x[r * INPUT + j], *z = gradients.workspace->z + r * CODE;
                const aei_real home = *x;
                double up[CODE];
                *x = home + (aei_real)h;
                gradcheck_model_forward(&gradients);
                for (size_t c = 0; c < CODE; c++)
                    up[c] = (double)z[c];
                *x = home - (aei_real)h;
                gradcheck_model_forward(&gradients);
                for (size_t c = 0; c < CODE; c++)
                    norm += pow((up[c] - (double)z[c]) / (2 * h), 2);
                *x = home;
            }
        const aei_loss_parts parts = aei_objective_forward(model, gradients.workspace, &gradients.pass, &objective,
                                                           gradients.x, INPUT, gradients.x, INPUT, NULL);
        assert_true(fabs(parts.penalty - 0.5 * norm / 3) < 1e-7 * norm);
        assert_true(fabs(parts.total - parts.penalty - parts.reconstruction) < 1e-12 * parts.total);
        gradcheck_model_close(&gradients);
        aei_model_delete(model);
    }
}

/* ---- f'' */

static double slope_at(aei_activation f, double z)
{
    aei_real in = (aei_real)z, y, d = 1;
    aei_activation_apply(f, &in, 1, &y);
    aei_activation_chain(f, &y, &in, 1, &d);
    return (double)d;
}

static void test_curve(void **state)
{
    const double h = 1e-3;
    double worst = 0;
    (void)state;
    for (ae_activation kind = 0; kind < AEI_ACTIVATION_COUNT; kind++) {
        aei_activation f;
        assert_int_equal(aei_activation_make(&f, kind, parameter_of(kind)), AE_OK);
        for (int i = -40; i <= 40; i++) {
            const double z = i * 0.2 + 0.03; /* not at the kinks */
            const double expected = (8 * (slope_at(f, z + h) - slope_at(f, z - h)) -
                                     (slope_at(f, z + 2 * h) - slope_at(f, z - 2 * h))) / (12 * h);
            aei_real in = (aei_real)z, y, curve = (aei_real)NAN;
            aei_activation_apply(f, &in, 1, &y);
            aei_activation_curve(f, &y, &in, 1, &curve);
            worst = fmax(worst, fabs((double)curve - expected));
            if (!(fabs((double)curve - expected) < 1e-10))
                fail_msg("%s at %g: f'' is %.12g, not %.12g", aei_activation_name(kind), z, (double)curve, expected);
        }
    }
    print_message("f'' against differences of f': %.2g\n", worst);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_variational),
        cmocka_unit_test(test_held_log_variances),
        cmocka_unit_test(test_deterministic),
        cmocka_unit_test(test_contraction),
        cmocka_unit_test(test_contraction_is_the_norm_of_the_jacobian),
        cmocka_unit_test(test_curve),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
