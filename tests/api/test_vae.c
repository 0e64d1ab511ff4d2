/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "support/architectures.h"
#include "support/failing_alloc.h"

enum { ROWS = 600, D = 8, LATENT = 3 };

static float x[ROWS * D];
static ae_dataset *data;

static ae_model_options variational(ae_variance variance, ae_noise noise)
{
    static const size_t hidden[] = {10};
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = D;
    options.latent_dim = LATENT;
    options.hidden_dims = hidden;
    options.hidden_count = 1;
    options.hidden_activation = AE_TANH;
    options.code = AE_CODE_GAUSSIAN;
    options.variance = variance;
    options.loss = AE_GAUSSIAN_LIKELIHOOD;
    options.noise = noise;
    options.noise_deviation = 0.2;
    options.seed = 4;
    return options;
}

static ae_model_options bernoulli(void)
{
    ae_model_options options = variational(AE_VARIANCE_SHARED, 0);
    options.loss = AE_BINARY_CROSS_ENTROPY;
    options.noise_deviation = 1; /* there is none */
    options.output_activation = AE_SIGMOID;
    return options;
}

static ae_model *create(const ae_model_options *options)
{
    ae_model *model;
    if (ae_model_create(&model, options) != AE_OK)
        fail_msg("%s", ae_last_error());
    return model;
}

static ae_train_options training(void)
{
    ae_train_options options;
    ae_train_options_init(&options, sizeof options);
    options.epochs = 3;
    options.batch_size = 50;
    options.learning_rate = 5e-3;
    return options;
}

static ae_model *trained(const ae_model_options *options)
{
    const ae_train_options how = training();
    ae_model *model = create(options);
    assert_int_equal(ae_fit(model, data, NULL, &how), AE_OK);
    return model;
}

static ae_vae_evaluation evaluate(const ae_model *model, size_t samples, uint64_t seed, double *unit_kl)
{
    ae_vae_evaluation evaluation = {.struct_size = sizeof evaluation};
    assert_int_equal(ae_vae_evaluate(model, data, samples, seed, unit_kl, &evaluation), AE_OK);
    return evaluation;
}

/* ---- q(z|x) */

static void test_encode(void **state)
{
    static float mu[ROWS * LATENT], log_var[ROWS * LATENT], code[ROWS * LATENT], wide[ROWS * 5], again[ROWS * 4];
    (void)state;
    for (ae_variance variance = AE_VARIANCE_SHARED; variance <= AE_VARIANCE_ONE; variance++) {
        const ae_model_options options = variational(variance, AE_NOISE_FIXED);
        ae_model *model = create(&options);
        bool differs = false;
        assert_int_equal(ae_vae_encode(model, x, ROWS, 0, mu, 0, log_var, 0), AE_OK);
        assert_int_equal(ae_encode(model, x, ROWS, 0, code, 0), AE_OK);
        assert_memory_equal(mu, code, sizeof mu);
        for (size_t i = 0; i < ROWS * LATENT; i++) {
            assert_true(fabsf(log_var[i]) <= 20);
            differs |= log_var[i] != log_var[0];
        }
        assert_true(differs == (variance != AE_VARIANCE_ONE) && (differs || log_var[0] == 0));
        assert_int_equal(ae_vae_encode(model, x, ROWS, 0, wide, 5, again, 4), AE_OK);
        for (size_t r = 0; r < ROWS; r++) {
            assert_memory_equal(wide + r * 5, mu + r * LATENT, LATENT * sizeof *mu);
            assert_memory_equal(again + r * 4, log_var + r * LATENT, LATENT * sizeof *mu);
        }
        ae_model_free(model);
    }
}

/* Whatever comes out of the net, exp(log_var) exists, and every call gives numbers. */
static void test_held_log_variance(void **state)
{
    const float far[] = {-1e30f, 1e30f};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const ae_model_options options = variational(AE_VARIANCE_SEPARATE, AE_NOISE_LEARNED);
        ae_model *model = create(&options);
        float bias[LATENT], mu[LATENT], log_var[LATENT], sample[D];
        ae_vae_evaluation e;
        for (size_t j = 0; j < LATENT; j++)
            bias[j] = far[i];
        assert_int_equal(ae_model_set_tensor(model, "variance.1.bias", bias, LATENT), AE_OK);
        assert_int_equal(ae_model_set_tensor(model, "observation.log_variance", &far[i], 1), AE_OK);
        assert_int_equal(ae_vae_encode(model, x, 1, 0, mu, 0, log_var, 0), AE_OK);
        for (size_t j = 0; j < LATENT; j++)
            assert_true(log_var[j] == (i ? 20 : -20) && isfinite(mu[j]));
        e = evaluate(model, 2, 1, NULL);
        assert_true(isfinite(e.negative_elbo) && e.kl > 0);
        assert_int_equal(ae_vae_sample(model, 1, 0, 1, 1, sample, 0), AE_OK);
        for (size_t j = 0; j < D; j++)
            assert_true(isfinite(sample[j]));
        ae_model_free(model);
    }
}

/* ---- what is refused */

static void refused(const ae_model_options *options, ae_status expected)
{
    ae_model *model = (ae_model *)&model;
    assert_int_equal(ae_model_create(&model, options), expected);
    assert_null(model);
}

static void test_bad_designs(void **state)
{
    const double deviations[] = {0, -1, NAN, INFINITY, 1e9};
    ae_model_options options = variational(AE_VARIANCE_SHARED, AE_NOISE_FIXED);
    (void)state;
    options.noise_deviation = 1;
    options.loss = AE_SQUARED_ERROR; /* no likelihood: the weight of the KL would have no meaning */
    refused(&options, AE_ERROR_INVALID_ARGUMENT);
    assert_non_null(strstr(ae_last_error(), "likelihood"));
    options.loss = AE_SOFTMAX_CROSS_ENTROPY;
    refused(&options, AE_ERROR_INVALID_ARGUMENT);
    options = bernoulli();
    options.output_activation = AE_IDENTITY;
    refused(&options, AE_ERROR_INVALID_ARGUMENT);
    for (int32_t bad = -1; bad <= 4; bad += 5) {
        options = variational(bad, AE_NOISE_FIXED);
        refused(&options, AE_ERROR_INVALID_ARGUMENT);
        options = variational(AE_VARIANCE_ONE, bad);
        refused(&options, AE_ERROR_INVALID_ARGUMENT);
        options = variational(AE_VARIANCE_ONE, AE_NOISE_FIXED);
        options.code = bad;
        refused(&options, AE_ERROR_INVALID_ARGUMENT);
    }
    options = variational(AE_VARIANCE_ONE, AE_NOISE_FIXED);
    options.code = AE_CODE_LASSO; /* comes from ae_dictionary_fit() alone */
    refused(&options, AE_ERROR_INVALID_ARGUMENT);
    for (size_t i = 0; i < 5; i++) {
        options = variational(AE_VARIANCE_ONE, AE_NOISE_LEARNED);
        options.noise_deviation = deviations[i];
        refused(&options, AE_ERROR_INVALID_ARGUMENT);
    }
}

/* Options that say something of another kind of model. */
static void test_options_without_meaning(void **state)
{
    static const char *const names[] = {"topk", "variance", "noise", "noise_deviation"};
    const ae_train_options defaults = training();
    ae_model_options options;
    ae_model *plain;
    (void)state;
    for (int which = 0; which < 4; which++) {
        ae_model_options_init(&options, sizeof options);
        options.input_dim = D;
        options.latent_dim = LATENT;
        if (which == 0)
            options.topk = 2;
        else if (which == 1)
            options.variance = AE_VARIANCE_ONE;
        else if (which == 2)
            options.noise = AE_NOISE_LEARNED;
        else
            options.noise_deviation = 0.5;
        refused(&options, AE_ERROR_INVALID_ARGUMENT);
        assert_non_null(strstr(ae_last_error(), names[which]));
    }
    assert_int_equal(architecture_create(&plain, ARCHITECTURE_LINEAR, NULL, 1), AE_OK);
    for (int which = 0; which < 4; which++) {
        ae_train_options how = defaults;
        ae_trainer *trainer;
        if (which < 3)
            *(which == 0 ? &how.kl_weight : which == 1 ? &how.kl_warmup_epochs : &how.free_bits) = 0.5;
        else
            how.kl_cycles = 2;
        assert_int_equal(ae_fit(plain, data, NULL, &how), AE_ERROR_INVALID_ARGUMENT);
        assert_non_null(strstr(ae_last_error(), "variational"));
        assert_int_equal(ae_trainer_create(&trainer, plain, &how), AE_ERROR_INVALID_ARGUMENT);
    }
    ae_model_free(plain);
}

/* An activation would squash log sigma^2 as well; only where there is none of it may mu have one. */
static void test_activation_of_the_code(void **state)
{
    (void)state;
    for (ae_variance variance = AE_VARIANCE_SHARED; variance <= AE_VARIANCE_ONE; variance++) {
        ae_model_options options = variational(variance, AE_NOISE_FIXED);
        ae_layer_list *encoder, *decoder;
        ae_model *model;
        float mu[LATENT], log_var[LATENT];
        options.latent_activation = AE_TANH;
        assert_int_equal(ae_layer_list_create(&encoder, NULL), AE_OK);
        assert_int_equal(ae_layer_list_create(&decoder, NULL), AE_OK);
        assert_int_equal(ae_layer_list_add_dense(encoder, variance ? LATENT : 2 * LATENT, AE_SOFTPLUS, NULL), AE_OK);
        assert_int_equal(ae_layer_list_add_dense(decoder, D, AE_IDENTITY, NULL), AE_OK);
        if (variance == AE_VARIANCE_ONE) {
            model = create(&options);
            assert_int_equal(ae_vae_encode(model, x, 1, 0, mu, 0, log_var, 0), AE_OK);
            for (size_t j = 0; j < LATENT; j++)
                assert_true(fabsf(mu[j]) < 1 && log_var[j] == 0);
            ae_model_free(model);
            assert_int_equal(ae_model_create_from_layers(&model, encoder, decoder, &options), AE_OK);
        } else {
            refused(&options, AE_ERROR_INVALID_ARGUMENT);
            assert_non_null(strstr(ae_last_error(), "tanh"));
            assert_int_equal(ae_model_create_from_layers(&model, encoder, decoder, &options), AE_ERROR_INVALID_ARGUMENT);
        }
        ae_model_free(model);
        ae_layer_list_free(encoder);
        ae_layer_list_free(decoder);
    }
}

/* Refused in words of the options. */
static void test_tied(void **state)
{
    (void)state;
    for (ae_variance variance = AE_VARIANCE_SHARED; variance <= AE_VARIANCE_ONE; variance++) {
        ae_model_options options = variational(variance, AE_NOISE_FIXED);
        options.tied = 1;
        if (variance == AE_VARIANCE_SHARED) {
            refused(&options, AE_ERROR_INVALID_ARGUMENT);
            assert_non_null(strstr(ae_last_error(), "AE_VARIANCE_SEPARATE"));
        } else {
            ae_model_free(trained(&options));
        }
    }
}

/* The halves of an encoder from layers. */
static void test_widths_from_layers(void **state)
{
    const size_t widths[] = {6, 5}, latents[] = {0, 3, 6};
    (void)state;
    for (size_t w = 0; w < 2; w++)
        for (size_t l = 0; l < 3; l++) {
            ae_model_options options = variational(AE_VARIANCE_SHARED, AE_NOISE_FIXED);
            ae_layer_list *encoder, *decoder;
            ae_model *model;
            options.latent_dim = latents[l];
            assert_int_equal(ae_layer_list_create(&encoder, NULL), AE_OK);
            assert_int_equal(ae_layer_list_create(&decoder, NULL), AE_OK);
            assert_int_equal(ae_layer_list_add_dense(encoder, widths[w], AE_IDENTITY, NULL), AE_OK);
            assert_int_equal(ae_layer_list_add_dense(decoder, D, AE_IDENTITY, NULL), AE_OK);
            if (w == 0 && l < 2) {
                assert_int_equal(ae_model_create_from_layers(&model, encoder, decoder, &options), AE_OK);
                assert_int_equal(ae_model_latent_dim(model), 3);
                assert_int_equal(ae_model_code(model), AE_CODE_GAUSSIAN);
            } else {
                assert_int_equal(ae_model_create_from_layers(&model, encoder, decoder, &options), AE_ERROR_SHAPE);
            }
            ae_model_free(model);
            ae_layer_list_free(encoder);
            ae_layer_list_free(decoder);
        }
}

static void test_other_models(void **state)
{
    ae_vae_evaluation evaluation = {.struct_size = sizeof evaluation};
    float out[D] = {7};
    ae_model *model;
    (void)state;
    assert_int_equal(architecture_create(&model, ARCHITECTURE_LINEAR, NULL, 1), AE_OK);
    assert_int_equal(ae_vae_encode(model, x, 1, 0, out, 0, out, 0), AE_ERROR_UNSUPPORTED);
    assert_int_equal(ae_vae_sample(model, 1, 0, 1, 0, out, 0), AE_ERROR_UNSUPPORTED);
    assert_non_null(strstr(ae_last_error(), "not variational"));
    assert_int_equal(ae_vae_evaluate(model, data, 1, 1, NULL, &evaluation), AE_ERROR_UNSUPPORTED);
    assert_true(out[0] == 7);
    ae_model_free(model);
}

static void test_data_outside_the_unit_interval(void **state)
{
    const ae_model_options options = bernoulli();
    ae_model *model = create(&options);
    ae_vae_evaluation evaluation = {.struct_size = sizeof evaluation};
    float bad[2 * D] = {0.5f, 1.5f};
    ae_dataset *dataset;
    (void)state;
    assert_int_equal(ae_dataset_from_memory(&dataset, NULL, bad, 2, D, 0), AE_OK);
    assert_int_equal(ae_fit(model, dataset, NULL, NULL), AE_ERROR_DATA);
    assert_int_equal(ae_vae_evaluate(model, dataset, 1, 1, NULL, &evaluation), AE_ERROR_DATA);
    assert_int_equal(ae_model_history_length(model), 0);
    ae_dataset_free(dataset);
    ae_model_free(model);
}

static void test_bad_training_options(void **state)
{
    const double bad[] = {-1, NAN, INFINITY};
    const ae_model_options options = bernoulli();
    ae_model *model = create(&options), *plain;
    (void)state;
    assert_int_equal(architecture_create(&plain, ARCHITECTURE_LINEAR, NULL, 1), AE_OK);
    for (size_t i = 0; i < 3; i++)
        for (int field = 0; field < 3; field++) {
            ae_train_options how = training();
            *(field == 0 ? &how.kl_weight : field == 1 ? &how.kl_warmup_epochs : &how.free_bits) = bad[i];
            assert_int_equal(ae_fit(model, data, NULL, &how), AE_ERROR_INVALID_ARGUMENT);
        }
    ae_train_options how = training();
    for (how.samples = 0; how.samples <= 1025; how.samples += 1025)
        assert_int_equal(ae_fit(model, data, NULL, &how), AE_ERROR_INVALID_ARGUMENT);
    how.samples = 2;
    assert_int_equal(ae_fit(plain, data, NULL, &how), AE_ERROR_INVALID_ARGUMENT);
    how = training();
    how.code_l1 = 1;
    assert_int_equal(ae_fit(model, data, NULL, &how), AE_ERROR_UNSUPPORTED);
    how = training();
    how.contraction = 1;
    assert_int_equal(ae_fit(model, data, NULL, &how), AE_ERROR_UNSUPPORTED);
    ae_vae_evaluation evaluation = {.struct_size = sizeof evaluation};
    assert_int_equal(ae_vae_evaluate(model, data, 0, 1, NULL, &evaluation), AE_ERROR_INVALID_ARGUMENT);
    ae_model_free(model);
    ae_model_free(plain);
}

/* ---- generated rows */

static ae_runtime *runtime_of(int32_t kernels, uint32_t threads)
{
    ae_runtime *runtime;
    ae_runtime_options options;
    ae_runtime_options_init(&options, sizeof options);
    options.kernels = kernels;
    options.threads = threads;
    assert_int_equal(ae_runtime_create(&runtime, &options), AE_OK);
    return runtime;
}

/* Row i is a function of (seed, i), wherever a call begins and ends. The last digits may depend on the BLAS. */
static void test_rows_of_a_seed(void **state)
{
    static float all[ROWS * D], part[ROWS * (D + 1)];
    const size_t firsts[] = {0, 1, 255, 256, 300, 599}, lengths[] = {1, 7, 256, 300};
    const uint64_t last = UINT64_C(1) << 56;
    (void)state;
    for (int exact = 0; exact < 2; exact++)
        for (int observe = 0; observe < 2; observe++) {
            ae_runtime *runtime = runtime_of(exact ? AE_KERNELS_REFERENCE : AE_KERNELS_AUTO, 1);
            ae_model_options options = exact ? bernoulli() : variational(AE_VARIANCE_SHARED, AE_NOISE_PER_FEATURE);
            options.runtime = runtime;
            ae_model *model = trained(&options);
            assert_int_equal(ae_vae_sample(model, 9, 0, ROWS, observe, all, 0), AE_OK);
            for (size_t f = 0; f < 6; f++)
                for (size_t l = 0; l < 4; l++) {
                    const size_t n = firsts[f] + lengths[l] > ROWS ? ROWS - firsts[f] : lengths[l];
                    assert_int_equal(ae_vae_sample(model, 9, firsts[f], n, observe, part, D + 1), AE_OK);
                    for (size_t i = 0; i < n * D; i++) {
                        const float difference = part[i / D * (D + 1) + i % D] - all[firsts[f] * D + i];
                        assert_true(fabsf(difference) <= (exact ? 0 : 1e-5f));
                    }
                }
            assert_int_equal(ae_vae_sample(model, 10, 0, ROWS, observe, part, 0), AE_OK);
            assert_memory_not_equal(part, all, sizeof all);
            assert_int_equal(ae_vae_sample(model, 9, last - 1, 1, observe, part, 0), AE_OK);
            assert_int_equal(ae_vae_sample(model, 9, last - 1, 2, observe, part, 0), AE_ERROR_INVALID_ARGUMENT);
            assert_int_equal(ae_vae_sample(model, 9, 0, 1, observe ? 2 : -1, part, 0), AE_ERROR_INVALID_ARGUMENT);
            assert_int_equal(ae_vae_sample(model, 9, last, 1, observe, part, 0), AE_ERROR_INVALID_ARGUMENT);
            assert_int_equal(ae_vae_sample(model, 9, UINT64_MAX, 1, observe, part, 0), AE_ERROR_INVALID_ARGUMENT);
            assert_int_equal(ae_vae_sample(model, 9, 0, 0, observe, NULL, 0), AE_OK);
            ae_model_free(model);
            ae_runtime_free(runtime);
        }
}

/* An observation is the mean and noise: of Bernoulli 0 or 1 with that mean, of N(mean, gamma^2) with that gamma. */
static void test_observations(void **state)
{
    enum { MANY = 20000 };
    static float mean[MANY * D], drawn[MANY * D];
    (void)state;
    for (int gaussian = 0; gaussian < 2; gaussian++) {
        ae_model_options options = gaussian ? variational(AE_VARIANCE_ONE, AE_NOISE_PER_FEATURE) : bernoulli();
        ae_model *model = create(&options);
        float log_var[D];
        for (size_t j = 0; j < D; j++)
            log_var[j] = -3 + 0.5f * (float)j;
        if (gaussian)
            assert_int_equal(ae_model_set_tensor(model, "observation.log_variance", log_var, D), AE_OK);
        assert_int_equal(ae_vae_sample(model, 3, 0, MANY, 0, mean, 0), AE_OK);
        assert_int_equal(ae_vae_sample(model, 3, 0, MANY, 1, drawn, 0), AE_OK);
        for (size_t j = 0; j < D; j++) {
            double sum = 0, square = 0, expected = 0;
            for (size_t r = 0; r < MANY; r++) {
                const double m = (double)mean[r * D + j], value = (double)drawn[r * D + j];
                assert_true(gaussian || value == 0 || value == 1);
                sum += value - m;
                square += (value - m) * (value - m);
                expected += gaussian ? exp((double)log_var[j]) : m * (1 - m);
            }
            assert_true(fabs(sum) < 5 * sqrt(expected));
            assert_true(fabs(square / expected - 1) < (gaussian ? 5 * sqrt(2.0 / MANY) : 0.05));
        }
        ae_model_free(model);
    }
}

/* ---- evaluation */

static void test_evaluation_adds_up(void **state)
{
    static float mu[ROWS * LATENT], log_var[ROWS * LATENT];
    (void)state;
    for (ae_variance variance = AE_VARIANCE_SHARED; variance <= AE_VARIANCE_ONE; variance++) {
        const ae_model_options options = variational(variance, AE_NOISE_LEARNED);
        ae_model *model = trained(&options);
        ae_evaluation whole = {.struct_size = sizeof whole};
        double unit[LATENT], by_hand[LATENT] = {0}, sum = 0;
        const ae_vae_evaluation one = evaluate(model, 1, 0, unit), other = evaluate(model, 1, 5, NULL);
        const ae_vae_evaluation many = evaluate(model, 200, 5, NULL);
        assert_int_equal(one.rows, ROWS);
        assert_true(one.negative_elbo == one.reconstruction + one.kl);
        assert_int_equal(ae_vae_encode(model, x, ROWS, 0, mu, 0, log_var, 0), AE_OK);
        for (size_t i = 0; i < ROWS * LATENT; i++) {
            const double m = (double)mu[i], v = (double)log_var[i];
            by_hand[i % LATENT] += (m * m + exp(v) - 1 - v) / 2 / ROWS;
        }
        for (size_t j = 0; j < LATENT; j++) {
            assert_true(fabs(unit[j] - by_hand[j]) < 1e-4);
            sum += unit[j];
        }
        assert_true(fabs(sum - one.kl) < 1e-9);
        assert_true(one.kl == many.kl && one.reconstruction != other.reconstruction);
        assert_true(fabs(one.reconstruction - many.reconstruction) < 0.2 * fabs(many.reconstruction) + 0.5);
        assert_true(one.active_units <= LATENT);

        assert_int_equal(ae_evaluate(model, data, &whole), AE_OK);
        assert_true(whole.loss == one.negative_elbo && whole.kl == one.kl);
        assert_true(whole.reconstruction == one.reconstruction && isnan(whole.accuracy));
        ae_model_free(model);
    }
}

/* Units whose mu does not move are not active. */
static void test_active_units(void **state)
{
    const ae_model_options options = variational(AE_VARIANCE_ONE, AE_NOISE_FIXED);
    ae_model *model = create(&options);
    float w[LATENT * 10];
    const float bias[LATENT] = {-2, 2, -3}; /* where it stands does not matter */
    (void)state;
    assert_int_equal(ae_model_set_tensor(model, "encoder.1.bias", bias, LATENT), AE_OK);
    for (size_t alive = 0; alive <= LATENT; alive++) {
        for (size_t i = 0; i < LATENT * 10; i++)
            w[i] = i / 10 < alive ? 3 * (i % 10 == i / 10) : 0;
        assert_int_equal(ae_model_set_tensor(model, "encoder.1.weight", w, LATENT * 10), AE_OK);
        assert_int_equal(evaluate(model, 1, 0, NULL).active_units, alive);
    }
    ae_model_free(model);
}

/* ---- training */

static void test_training_lowers_the_bound(void **state)
{
    (void)state;
    for (ae_variance variance = AE_VARIANCE_SHARED; variance <= AE_VARIANCE_ONE; variance++)
        for (ae_noise noise = AE_NOISE_FIXED; noise <= AE_NOISE_OPTIMAL; noise++) {
            const ae_model_options options = variational(variance, noise);
            ae_train_options how = training();
            ae_model *model = create(&options);
            how.epochs = 10;
            const double before = evaluate(model, 10, 1, NULL).negative_elbo;
            assert_int_equal(ae_fit(model, data, NULL, &how), AE_OK);
            assert_true(evaluate(model, 10, 1, NULL).negative_elbo < before - 1);
            for (size_t i = 0; i < ae_model_history_length(model); i++) {
                ae_epoch_report report = {.struct_size = sizeof report};
                assert_int_equal(ae_model_history(model, i, &report), AE_OK);
                assert_true(report.kl > 0 && report.penalty == 0);
                assert_true(fabs(report.train_loss - report.reconstruction - report.kl) < 1e-9);
            }
            ae_model_free(model);
        }
}

/* The weight of the KL in an epoch's loss, from its parts. */
static double weight_of(const ae_model *model, size_t epoch)
{
    ae_epoch_report report = {.struct_size = sizeof report};
    assert_int_equal(ae_model_history(model, epoch, &report), AE_OK);
    return (report.train_loss - report.reconstruction) / report.kl;
}

/* 12 steps an epoch: the mean weight of epoch e on a ramp over 4 epochs is (e + 11/24) / 4, if the KL stays. */
/* The loss of a host's first step. */
static double first_loss(const ae_train_options *how)
{
    const ae_model_options options = variational(AE_VARIANCE_SHARED, AE_NOISE_FIXED);
    ae_model *model = create(&options);
    ae_trainer *trainer;
    double loss;
    assert_int_equal(ae_trainer_create(&trainer, model, how), AE_OK);
    assert_int_equal(ae_trainer_step(trainer, x, 50, 0, NULL, 0, &loss), AE_OK);
    ae_trainer_free(trainer);
    ae_model_free(model);
    return loss;
}

/* Without epochs there is nothing to anneal by. */
static void test_annealing_of_a_hosts_steps(void **state)
{
    ae_train_options how = training();
    (void)state;
    const double whole = first_loss(&how);
    how.kl_warmup_epochs = 4;
    assert_true(first_loss(&how) == whole);
    how.kl_cycles = 2;
    assert_true(first_loss(&how) == whole);
    how.steps_per_epoch = 10;
    assert_true(first_loss(&how) < whole);
}

static void test_annealing(void **state)
{
    const ae_model_options options = variational(AE_VARIANCE_SHARED, AE_NOISE_FIXED);
    ae_train_options how = training();
    ae_model *model = create(&options);
    (void)state;
    how.epochs = 8;
    how.learning_rate = 1e-5;
    how.kl_weight = 3;
    assert_int_equal(ae_fit(model, data, NULL, &how), AE_OK);
    for (size_t e = 0; e < 8; e++)
        assert_true(fabs(weight_of(model, e) - 3) < 1e-9);
    how.kl_warmup_epochs = 4;
    assert_int_equal(ae_fit(model, data, NULL, &how), AE_OK);
    for (size_t e = 0; e < 8; e++)
        assert_true(fabs(weight_of(model, 8 + e) - (e < 4 ? 3 * ((double)e + 11 / 24.0) / 4 : 3)) < 0.02);
    how.kl_cycles = 2; /* 4 epochs each, up in 2; the warm-up is not looked at */
    assert_int_equal(ae_fit(model, data, NULL, &how), AE_OK);
    for (size_t e = 0; e < 8; e++)
        assert_true(fabs(weight_of(model, 16 + e) - (e % 4 < 2 ? 3 * ((double)(e % 4) + 11 / 24.0) / 2 : 3)) < 0.02);
    how.kl_cycles = 0;
    how.kl_weight = 0;
    assert_int_equal(ae_fit(model, data, NULL, &how), AE_OK);
    assert_true(weight_of(model, 24) == 0);
    ae_model_free(model);
}

/* With a decoder that cannot use them the units lose their information, but for the free bits. */
static void test_free_bits(void **state)
{
    (void)state;
    for (int free = 0; free < 2; free++) {
        ae_model_options options = variational(AE_VARIANCE_SHARED, AE_NOISE_FIXED);
        ae_train_options how = training();
        double unit[LATENT];
        options.noise_deviation = 100;
        ae_model *model = create(&options);
        how.epochs = 60;
        how.learning_rate = 1e-2;
        how.free_bits = free ? 0.2 : 0;
        assert_int_equal(ae_fit(model, data, NULL, &how), AE_OK);
        evaluate(model, 1, 0, unit);
        for (size_t j = 0; j < LATENT; j++)
            assert_true(free ? unit[j] > 0.01 && unit[j] < 0.25 : unit[j] < 0.002);
        ae_model_free(model);
    }
}

/* gamma^2 becomes the mean squared error that is left, as a whole or by feature. */
static void test_noise(void **state)
{
    (void)state;
    for (ae_noise noise = AE_NOISE_LEARNED; noise <= AE_NOISE_OPTIMAL; noise++) {
        ae_model_options options = variational(AE_VARIANCE_SHARED, noise);
        ae_train_options how = training();
        ae_evaluation evaluation = {.struct_size = sizeof evaluation};
        float log_var[D];
        double gamma_squared = 0;
        const size_t count = noise == AE_NOISE_PER_FEATURE ? D : 1;
        options.code = AE_CODE_PLAIN;
        options.noise_deviation = 1;
        ae_model *model = create(&options);
        how.epochs = 80;
        how.learning_rate = 1e-2;
        assert_int_equal(ae_fit(model, data, NULL, &how), AE_OK);
        how.epochs = 20;
        how.learning_rate = 1e-3;
        assert_int_equal(ae_fit(model, data, NULL, &how), AE_OK);
        assert_int_equal(ae_evaluate(model, data, &evaluation), AE_OK);
        assert_int_equal(ae_model_get_tensor(model, "observation.log_variance", log_var, count), AE_OK);
        for (size_t j = 0; j < count; j++)
            gamma_squared += exp((double)log_var[j]) / (double)count;
        if (!(fabs(gamma_squared / (evaluation.squared_error / D) - 1) < 0.1))
            fail_msg("noise %d: gamma^2 %g, squared error %g", (int)noise, gamma_squared, evaluation.squared_error / D);
        if (count == 1) { /* the loss at that gamma is the entropy of the residuals */
            const double s = (double)log_var[0], expected = evaluation.squared_error / (2 * exp(s)) +
                                                            D * (s + log(2 * acos(-1.0))) / 2;
            assert_true(fabs(evaluation.loss - expected) < 1e-3);
        }
        ae_model_free(model);
    }
}

/* ---- files */

static void test_save_and_load(void **state)
{
    static unsigned char bytes[100000];
    (void)state;
    for (int which = 0; which < 13; which++) {
        const ae_model_options options = which == 12 ? bernoulli() : variational(which / 4, which % 4);
        ae_model *model = trained(&options), *loaded;
        float of_model[2][ROWS * LATENT], of_loaded[2][ROWS * LATENT], sample[2][40 * D];
        size_t size;
        assert_int_equal(ae_model_save_memory(model, bytes, sizeof bytes, &size), AE_OK);
        assert_int_equal(ae_model_load_memory(&loaded, bytes, size, NULL), AE_OK);
        assert_true(architecture_same(model, loaded));
        assert_int_equal(ae_model_code(loaded), AE_CODE_GAUSSIAN);
        assert_int_equal(ae_model_loss(loaded), options.loss);
        assert_int_equal(ae_vae_encode(model, x, ROWS, 0, of_model[0], 0, of_model[1], 0), AE_OK);
        assert_int_equal(ae_vae_encode(loaded, x, ROWS, 0, of_loaded[0], 0, of_loaded[1], 0), AE_OK);
        assert_memory_equal(of_model, of_loaded, sizeof of_model);
        assert_int_equal(ae_vae_sample(model, 1, 0, 40, 1, sample[0], 0), AE_OK);
        assert_int_equal(ae_vae_sample(loaded, 1, 0, 40, 1, sample[1], 0), AE_OK);
        assert_memory_equal(sample[0], sample[1], sizeof sample[0]);
        const ae_vae_evaluation a = evaluate(model, 2, 1, NULL), b = evaluate(loaded, 2, 1, NULL);
        assert_memory_equal(&a, &b, sizeof a);
        assert_int_equal(ae_model_history_length(loaded), 3);
        for (size_t e = 0; e < 3; e++) {
            ae_epoch_report before = {.struct_size = sizeof before}, after = {.struct_size = sizeof after};
            assert_int_equal(ae_model_history(model, e, &before), AE_OK);
            assert_int_equal(ae_model_history(loaded, e, &after), AE_OK);
            assert_true(before.kl == after.kl && before.kl > 0 && before.penalty == after.penalty);
            assert_true(before.reconstruction == after.reconstruction && before.train_loss == after.train_loss);
        }
        /* and it goes on learning as the other one does */
        const ae_train_options how = training();
        assert_int_equal(ae_fit(model, data, NULL, &how), AE_OK);
        assert_int_equal(ae_fit(loaded, data, NULL, &how), AE_OK);
        assert_true(architecture_same(model, loaded));
        ae_model_free(model);
        ae_model_free(loaded);
    }
}

/* ---- threads and memory */

typedef struct outputs {
    float mu[ROWS * LATENT], log_var[ROWS * LATENT], sample[ROWS * D];
    double unit[LATENT], mean[LATENT], active[LATENT];
    ae_vae_evaluation evaluation;
    ae_code_report usage;
} outputs;

enum { UNTOUCHED = 0x5a };

/* All but the structure's size. */
static bool is_untouched(const void *structure, size_t size)
{
    const unsigned char *bytes = structure;
    for (size_t i = sizeof(size_t); i < size; i++)
        if (bytes[i] != UNTOUCHED)
            return false;
    return true;
}

static ae_status use(const ae_model *model, outputs *out)
{
    ae_status status;
    memset(out, UNTOUCHED, sizeof *out);
    out->evaluation.struct_size = sizeof out->evaluation;
    out->usage.struct_size = sizeof out->usage;
    status = ae_vae_encode(model, x, ROWS, 0, out->mu, 0, out->log_var, 0);
    if (status == AE_OK)
        status = ae_vae_sample(model, 1, 0, ROWS, 1, out->sample, 0);
    if (status == AE_OK)
        status = ae_vae_evaluate(model, data, 3, 1, out->unit, &out->evaluation);
    return status == AE_OK ? ae_code_usage(model, data, out->mean, out->active, &out->usage) : status;
}

static void test_threads(void **state)
{
    static outputs one, other;
    (void)state;
    for (int which = 0; which < 13; which++)
        for (uint32_t threads = 1; threads <= 4; threads *= 2) {
            ae_runtime *runtime = runtime_of(AE_KERNELS_AUTO, threads);
            ae_model_options options = which == 12 ? bernoulli() : variational(which / 4, which % 4);
            options.runtime = runtime;
            ae_model *model = trained(&options);
            assert_int_equal(use(model, threads == 1 ? &one : &other), AE_OK);
            if (threads > 1)
                assert_memory_equal(&one, &other, sizeof one);
            ae_model_free(model);
            ae_runtime_free(runtime);
        }
}

static void test_every_allocation_failing(void **state)
{
    static outputs out, good;
    (void)state;
    for (uint32_t threads = 1; threads <= 2; threads++) {
        size_t tried = 0;
        for (size_t n = 1;; n++, tried++) {
            failing_alloc memory;
            failing_alloc_init(&memory);
            ae_runtime *runtime = failing_alloc_runtime(&memory, threads);
            ae_model_options options = variational(AE_VARIANCE_SEPARATE, AE_NOISE_LEARNED);
            options.runtime = runtime;
            ae_model *model = create(&options);
            failing_alloc_fail_at(&memory, n, n % 2);
            const ae_status status = use(model, &out);
            const bool failed = memory.failed > 0;
            failing_alloc_fail_at(&memory, 0, false);
            assert_int_equal(status, failed ? AE_ERROR_NO_MEMORY : AE_OK);
            assert_true(out.evaluation.rows == ROWS || is_untouched(&out.evaluation, sizeof out.evaluation));
            assert_true(out.usage.rows == ROWS || is_untouched(&out.usage, sizeof out.usage));
            assert_int_equal(use(model, &out), AE_OK);
            if (n == 1)
                good = out;
            assert_memory_equal(&good, &out, sizeof out);
            ae_model_free(model);
            ae_runtime_free(runtime);
            assert_true(failing_alloc_finish(&memory));
            if (!failed)
                break;
        }
        assert_true(tried >= 4);
    }
}

/* Encoding and sampling find their memory in the model after the first call. */
static void test_nothing_is_allocated_in_a_steady_state(void **state)
{
    static outputs out;
    failing_alloc memory;
    size_t requests = 0;
    (void)state;
    failing_alloc_init(&memory);
    ae_runtime *runtime = failing_alloc_runtime(&memory, 2);
    ae_model_options options = variational(AE_VARIANCE_SEPARATE, AE_NOISE_LEARNED);
    options.runtime = runtime;
    ae_model *model = create(&options);
    for (int round = 0; round < 4; round++) {
        assert_int_equal(ae_vae_encode(model, x, ROWS, 0, out.mu, 0, out.log_var, 0), AE_OK);
        assert_int_equal(ae_vae_sample(model, 1, 0, ROWS, 1, out.sample, 0), AE_OK);
        if (round == 0)
            requests = memory.requests;
    }
    assert_int_equal(memory.requests, requests);
    ae_model_free(model);
    ae_runtime_free(runtime);
    assert_true(failing_alloc_finish(&memory));
}

/* ---- ways through the codes */

static void test_path(void **state)
{
    const float a[3] = {1, 2, -2}, b[3] = {-1, 4, 0.5f};
    float codes[5 * 3];
    (void)state;
    for (int32_t path = AE_PATH_LINEAR; path <= AE_PATH_SPHERICAL; path++) {
        assert_int_equal(ae_code_path(a, b, 3, path, 5, codes), AE_OK);
        assert_memory_equal(codes, a, sizeof a);
        assert_memory_equal(codes + 4 * 3, b, sizeof b);
        assert_int_equal(ae_code_path(a, b, 3, path, 2, codes), AE_OK);
        assert_memory_equal(codes + 3, b, sizeof b);
    }
    assert_int_equal(ae_code_path(a, b, 3, AE_PATH_LINEAR, 5, codes), AE_OK);
    for (size_t j = 0; j < 3; j++)
        assert_true(fabsf(codes[2 * 3 + j] - (a[j] + b[j]) / 2) < 1e-6f);
    const float far[3] = {INFINITY, -INFINITY, 3};
    for (int32_t path = AE_PATH_LINEAR; path <= AE_PATH_SPHERICAL; path++) {
        assert_int_equal(ae_code_path(a, far, 3, path, 5, codes), AE_OK);
        assert_memory_equal(codes, a, sizeof a);
        assert_memory_equal(codes + 4 * 3, far, sizeof far);
        assert_int_equal(ae_code_path(far, b, 3, path, 5, codes), AE_OK);
        assert_memory_equal(codes, far, sizeof far);
        assert_memory_equal(codes + 4 * 3, b, sizeof b);
    }
    assert_int_equal(ae_code_path(a, b, 3, AE_PATH_LINEAR, 1, codes), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(ae_code_path(a, b, 0, AE_PATH_LINEAR, 5, codes), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(ae_code_path(a, b, 3, 2, 5, codes), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(ae_code_path(a, b, SIZE_MAX, AE_PATH_LINEAR, 5, codes), AE_ERROR_INVALID_ARGUMENT);
}

/* Symmetric about 0, growing to the right and upwards, each cell of the same mass: for side 2 the quartiles. */
static void test_grid(void **state)
{
    enum { SIDE = 7 };
    float codes[SIDE * SIDE][2];
    (void)state;
    for (size_t side = 1; side <= SIDE; side++) {
        assert_int_equal(ae_code_grid(side, codes[0]), AE_OK);
        for (size_t r = 0; r < side; r++)
            for (size_t c = 0; c < side; c++) {
                const float *code = codes[r * side + c], *mirror = codes[(side - 1 - r) * side + side - 1 - c];
                assert_true(code[0] == -mirror[0] && code[1] == -mirror[1]);
                assert_true(c == 0 || code[0] > code[-2]);
                assert_true(r == 0 || code[1] < code[1 - 2 * (int)side]);
            }
    }
    assert_int_equal(ae_code_grid(2, codes[0]), AE_OK);
    assert_true(fabsf(codes[1][0] - 0.67448975f) < 1e-6f && codes[1][1] == codes[1][0]);
    assert_int_equal(ae_code_grid(0, codes[0]), AE_ERROR_INVALID_ARGUMENT);
    assert_int_equal(ae_code_grid(SIZE_MAX, codes[0]), AE_ERROR_INVALID_ARGUMENT);
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
        cmocka_unit_test(test_encode),
        cmocka_unit_test(test_held_log_variance),
        cmocka_unit_test(test_bad_designs),
        cmocka_unit_test(test_options_without_meaning),
        cmocka_unit_test(test_activation_of_the_code),
        cmocka_unit_test(test_tied),
        cmocka_unit_test(test_widths_from_layers),
        cmocka_unit_test(test_other_models),
        cmocka_unit_test(test_data_outside_the_unit_interval),
        cmocka_unit_test(test_bad_training_options),
        cmocka_unit_test(test_rows_of_a_seed),
        cmocka_unit_test(test_observations),
        cmocka_unit_test(test_evaluation_adds_up),
        cmocka_unit_test(test_active_units),
        cmocka_unit_test(test_training_lowers_the_bound),
        cmocka_unit_test(test_annealing),
        cmocka_unit_test(test_annealing_of_a_hosts_steps),
        cmocka_unit_test(test_free_bits),
        cmocka_unit_test(test_noise),
        cmocka_unit_test(test_save_and_load),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_every_allocation_failing),
        cmocka_unit_test(test_nothing_is_allocated_in_a_steady_state),
        cmocka_unit_test(test_path),
        cmocka_unit_test(test_grid),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
