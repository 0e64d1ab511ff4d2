/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "support/architectures.h"

enum { ROWS = 300, D = 8 };

static float x[ROWS * D];
static ae_dataset *data;

static ae_corruption of_kind(ae_corruption_kind kind)
{
    ae_corruption corruption;
    ae_corruption_init(&corruption, sizeof corruption);
    corruption.kind = kind;
    return corruption;
}

static ae_model *new_model(ae_loss loss)
{
    static const size_t hidden[] = {16};
    ae_model_options options;
    ae_model *model;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = D;
    options.latent_dim = 3;
    options.hidden_dims = hidden;
    options.hidden_count = 1;
    options.loss = loss;
    options.output_activation = AE_SIGMOID;
    options.seed = 2;
    if (ae_model_create(&model, &options) != AE_OK)
        fail_msg("%s", ae_last_error());
    return model;
}

static ae_train_options training(uint64_t epochs, const ae_corruption *corruption)
{
    ae_train_options options;
    ae_train_options_init(&options, sizeof options);
    options.epochs = epochs;
    options.batch_size = 32;
    options.learning_rate = 1e-2;
    options.seed = 6;
    options.corruption = corruption;
    return options;
}

static void test_defaults(void **state)
{
    ae_corruption c;
    ae_train_options o;
    (void)state;
    memset(&c, 0xff, sizeof c);
    ae_corruption_init(&c, sizeof c);
    assert_true(c.struct_size == sizeof c && c.kind == AE_CORRUPTION_NONE && c.clip == 0 && c.deviation == 0.3);
    assert_true(c.rate == 0.25 && c.value == 0 && c.emphasis_corrupted == 1 && c.emphasis_clean == 1);
    ae_train_options_init(&o, sizeof o);
    assert_true(!o.corruption && o.code_l1 == 0 && o.sparsity_weight == 0 && o.sparsity_target == 0.05);
    assert_true(o.contraction == 0 && o.topk_boost == 3 && o.kl_weight == 1 && o.kl_warmup_epochs == 0);
    assert_true(o.kl_cycles == 0 && o.free_bits == 0 && o.samples == 1 && o.orthonormal == 0);
}

/* ---- ae_corrupt() */

static void test_corrupt_rows(void **state)
{
    static float whole[ROWS * D], again[ROWS * D], wide[ROWS * (D + 3)];
    (void)state;
    for (ae_corruption_kind kind = AE_CORRUPTION_NONE; kind <= AE_CORRUPTION_SALT_PEPPER; kind++) {
        const ae_corruption corruption = of_kind(kind);
        assert_int_equal(ae_corrupt(&corruption, 1, 2, x, ROWS, D, 0, whole, 0), AE_OK);
        assert_int_equal(memcmp(whole, x, sizeof x) == 0, kind == AE_CORRUPTION_NONE);
        memcpy(again, x, sizeof again); /* in place */
        assert_int_equal(ae_corrupt(&corruption, 1, 2, again, ROWS, D, 0, again, 0), AE_OK);
        assert_memory_equal(whole, again, sizeof whole);
        for (size_t i = 0; i < ROWS * (D + 3); i++)
            wide[i] = 77;
        assert_int_equal(ae_corrupt(&corruption, 1, 2, x, ROWS, D, D, wide, D + 3), AE_OK);
        for (size_t r = 0; r < ROWS; r++) {
            assert_memory_equal(wide + r * (D + 3), whole + r * D, D * sizeof *x);
            assert_true(wide[r * (D + 3) + D] == 77);
        }
        for (int other = 0; other < 2 && kind != AE_CORRUPTION_NONE; other++) {
            const uint64_t seed = other ? 1 : 2, epoch = other ? 3 : 2;
            assert_int_equal(ae_corrupt(&corruption, seed, epoch, x, ROWS, D, 0, again, 0), AE_OK);
            assert_memory_not_equal(whole, again, sizeof whole);
        }
    }
}

static void test_bad_corruptions(void **state)
{
    const double bad[] = {-0.5, NAN, INFINITY, 1.5};
    ae_model *model = new_model(AE_SQUARED_ERROR), *untouched = new_model(AE_SQUARED_ERROR);
    float out[D] = {7};
    (void)state;
    for (size_t i = 0; i < 4; i++)
        for (int field = 0; field < 6; field++) {
            ae_corruption c = of_kind(AE_CORRUPTION_MASK);
            double *const fields[] = {&c.rate, &c.deviation, &c.emphasis_corrupted, &c.emphasis_clean, &c.value};
            if (field < 5)
                *fields[field] = bad[i];
            else
                c.kind = i % 2 ? -1 : 4;
            if ((field == 4 && isfinite(bad[i])) || (field > 0 && field < 4 && bad[i] == 1.5))
                continue;
            const ae_train_options how = training(1, &c);
            ae_trainer *trainer;
            assert_int_equal(ae_corrupt(&c, 1, 1, x, 1, D, 0, out, 0), AE_ERROR_INVALID_ARGUMENT);
            assert_int_equal(ae_fit(model, data, NULL, &how), AE_ERROR_INVALID_ARGUMENT);
            assert_int_equal(ae_trainer_create(&trainer, model, &how), AE_ERROR_INVALID_ARGUMENT);
        }
    assert_true(out[0] == 7 && architecture_same(model, untouched));
    ae_corruption c = of_kind(AE_CORRUPTION_MASK);
    c.struct_size = 3;
    const ae_train_options how = training(1, &c);
    assert_int_equal(ae_fit(model, data, NULL, &how), AE_ERROR_INVALID_ARGUMENT);
    ae_model_free(model);
    ae_model_free(untouched);
}

/* ---- training */

/* An epoch with corruption is an epoch from what ae_corrupt() gives to the clean rows, shuffled or not. */
static void test_training_corrupts_as_told(void **state)
{
    static float noisy[ROWS * D];
    ae_dataset *corrupted;
    (void)state;
    assert_int_equal(ae_dataset_from_memory(&corrupted, NULL, noisy, ROWS, D, 0), AE_OK);
    for (int shuffle = 0; shuffle < 2; shuffle++)
        for (ae_corruption_kind kind = AE_CORRUPTION_NONE; kind <= AE_CORRUPTION_SALT_PEPPER; kind++) {
            ae_corruption corruption = of_kind(kind);
            corruption.clip = kind == AE_CORRUPTION_GAUSSIAN;
            ae_train_options how = training(1, &corruption), plain = training(1, NULL);
            ae_model *a = new_model(AE_BINARY_CROSS_ENTROPY), *b = new_model(AE_BINARY_CROSS_ENTROPY);
            how.shuffle = plain.shuffle = shuffle;
            assert_int_equal(ae_corrupt(&corruption, how.seed, 0, x, ROWS, D, 0, noisy, 0), AE_OK);
            assert_int_equal(ae_fit(a, data, NULL, &how), AE_OK);
            assert_int_equal(ae_fit_targets(b, corrupted, data, NULL, NULL, &plain), AE_OK);
            assert_true(architecture_same(a, b));
            ae_model_free(a);
            ae_model_free(b);
        }
    ae_dataset_free(corrupted);
}

/* The noise is new in each epoch, so it need not be learned. */
static void test_each_epoch_has_its_own_noise(void **state)
{
    static float noisy[ROWS * D];
    const ae_corruption corruption = of_kind(AE_CORRUPTION_GAUSSIAN);
    ae_train_options how = training(2, &corruption);
    ae_model *a = new_model(AE_SQUARED_ERROR), *b = new_model(AE_SQUARED_ERROR);
    ae_dataset *first;
    (void)state;
    how.shuffle = 0;
    assert_int_equal(ae_corrupt(&corruption, how.seed, 0, x, ROWS, D, 0, noisy, 0), AE_OK);
    assert_int_equal(ae_dataset_from_memory(&first, NULL, noisy, ROWS, D, 0), AE_OK);
    assert_int_equal(ae_fit(a, data, NULL, &how), AE_OK);
    how.corruption = NULL;
    assert_int_equal(ae_fit_targets(b, first, data, NULL, NULL, &how), AE_OK);
    assert_false(architecture_same(a, b));
    ae_dataset_free(first);
    ae_model_free(a);
    ae_model_free(b);
}

static double restoration_error(const ae_model *model, const ae_corruption *corruption)
{
    static float noisy[ROWS * D];
    ae_evaluation evaluation = {.struct_size = sizeof evaluation};
    ae_dataset *corrupted;
    assert_int_equal(ae_corrupt(corruption, 99, 0, x, ROWS, D, 0, noisy, 0), AE_OK);
    assert_int_equal(ae_dataset_from_memory(&corrupted, NULL, noisy, ROWS, D, 0), AE_OK);
    assert_int_equal(ae_evaluate_targets(model, corrupted, data, &evaluation), AE_OK);
    ae_dataset_free(corrupted);
    return evaluation.squared_error;
}

static void test_it_learns_to_restore(void **state)
{
    (void)state;
    for (ae_corruption_kind kind = AE_CORRUPTION_GAUSSIAN; kind <= AE_CORRUPTION_SALT_PEPPER; kind++) {
        const ae_corruption corruption = of_kind(kind);
        const ae_train_options clean = training(60, NULL), how = training(60, &corruption);
        ae_model *plain = new_model(AE_SQUARED_ERROR), *denoising = new_model(AE_SQUARED_ERROR);
        assert_int_equal(ae_fit(plain, data, NULL, &clean), AE_OK);
        assert_int_equal(ae_fit(denoising, data, NULL, &how), AE_OK);
        assert_true(restoration_error(denoising, &corruption) < 0.8 * restoration_error(plain, &corruption));
        ae_model_free(plain);
        ae_model_free(denoising);
    }
}

/* The loss of an epoch with weights a and b is a times one part plus b times the other. */
static void test_emphasis(void **state)
{
    const double weights[][2] = {{1, 1}, {1, 0}, {0, 1}, {2, 3}};
    (void)state;
    for (ae_loss loss = AE_SQUARED_ERROR; loss <= AE_GAUSSIAN_LIKELIHOOD; loss++) {
        double losses[4];
        for (size_t i = 0; i < 4; i++) {
            ae_corruption corruption = of_kind(AE_CORRUPTION_SALT_PEPPER);
            ae_model *model = new_model(loss);
            ae_epoch_report report = {.struct_size = sizeof report};
            corruption.emphasis_corrupted = weights[i][0];
            corruption.emphasis_clean = weights[i][1];
            ae_train_options how = training(1, &corruption);
            how.learning_rate = 1e-9;
            assert_int_equal(ae_fit(model, data, NULL, &how), AE_OK);
            assert_int_equal(ae_model_history(model, 0, &report), AE_OK);
            losses[i] = report.reconstruction;
            ae_model_free(model);
        }
        assert_true(losses[1] > 0 && losses[2] > 0);
        assert_true(fabs(losses[0] - losses[1] - losses[2]) < 1e-4 * fabs(losses[0]));
        assert_true(fabs(losses[3] - 2 * losses[1] - 3 * losses[2]) < 1e-4 * fabs(losses[3]));
    }
}

/* Where nothing has any weight nothing is learned, and nothing breaks. */
static void test_no_emphasis_at_all(void **state)
{
    (void)state;
    for (ae_noise noise = AE_NOISE_FIXED; noise <= AE_NOISE_OPTIMAL; noise++) {
        ae_corruption corruption = of_kind(AE_CORRUPTION_MASK);
        ae_model_options options;
        ae_model *model, *untouched;
        ae_model_options_init(&options, sizeof options);
        options.input_dim = D;
        options.latent_dim = 3;
        options.loss = AE_GAUSSIAN_LIKELIHOOD;
        options.noise = noise;
        corruption.rate = corruption.emphasis_clean = 0; /* no feature is corrupted, the others do not count */
        const ae_train_options how = training(1, &corruption);
        assert_int_equal(ae_model_create(&model, &options), AE_OK);
        assert_int_equal(ae_model_create(&untouched, &options), AE_OK);
        assert_int_equal(ae_fit(model, data, NULL, &how), AE_OK);
        assert_true(architecture_same(model, untouched));
        ae_model_free(model);
        ae_model_free(untouched);
    }
}

/* The caller's corruption is copied when a trainer is made. */
static void test_the_corruption_may_go(void **state)
{
    ae_model *a = new_model(AE_SQUARED_ERROR), *b = new_model(AE_SQUARED_ERROR);
    ae_corruption *corruption = malloc(sizeof *corruption);
    const ae_corruption kept = of_kind(AE_CORRUPTION_MASK);
    const ae_train_options how = training(3, corruption), same = training(3, &kept);
    ae_trainer *trainer;
    (void)state;
    assert_non_null(corruption);
    *corruption = kept;
    assert_int_equal(ae_trainer_create(&trainer, a, &how), AE_OK);
    memset(corruption, 0x55, sizeof *corruption);
    free(corruption);
    for (int epoch = 0; epoch < 3; epoch++)
        assert_int_equal(ae_trainer_epoch(trainer, data, NULL), AE_OK);
    assert_int_equal(ae_trainer_step(trainer, x, 20, 0, NULL, 0, NULL), AE_OK);
    ae_trainer_free(trainer);
    assert_int_equal(ae_trainer_create(&trainer, b, &same), AE_OK);
    for (int epoch = 0; epoch < 3; epoch++)
        assert_int_equal(ae_trainer_epoch(trainer, data, NULL), AE_OK);
    assert_int_equal(ae_trainer_step(trainer, x, 20, 0, NULL, 0, NULL), AE_OK);
    ae_trainer_free(trainer);
    assert_true(architecture_same(a, b));
    ae_model_free(a);
    ae_model_free(b);
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
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_corrupt_rows),
        cmocka_unit_test(test_bad_corruptions),
        cmocka_unit_test(test_training_corrupts_as_told),
        cmocka_unit_test(test_each_epoch_has_its_own_noise),
        cmocka_unit_test(test_it_learns_to_restore),
        cmocka_unit_test(test_emphasis),
        cmocka_unit_test(test_no_emphasis_at_all),
        cmocka_unit_test(test_the_corruption_may_go),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
