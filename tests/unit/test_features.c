/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What features add is what the loss of the row is. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/rng.h"
#include "losses/features.h"

enum { N = 7, D = 5, STRIDE = 6 };

static const aei_real log_var[D] = {-30, -1, 0, 0.5f, 2};

static void check(ae_loss loss, size_t log_var_count)
{
    const aei_rng rng = aei_rng_stream(1, AEI_RNG_SPLIT, 0, 0);
    aei_real z[N * D], target[N * STRIDE], features[N * D];
    double row_loss[N];
    aei_rng_normal(&rng, 0, N * D, z);
    aei_rng_uniform(&rng, 100, N * STRIDE, target);
    z[3] = 40;
    z[4] = -40;
    const aei_loss_call call = {
        .base = {.n = N, .d = D, .f = {AE_IDENTITY, 0}, .y = z, .z = z, .target = target, .target_stride = STRIDE,
                 .scale = 1, .row_loss = row_loss},
        .log_var = log_var, .log_var_count = log_var_count,
    };
    aei_loss_run(loss, aei_kernels_of(NULL), &call);
    aei_loss_features(aei_kernels_of(NULL), loss, &call, features);
    for (size_t r = 0; r < N; r++) {
        double sum = 0, size = 0;
        for (size_t j = 0; j < D; j++) {
            sum += (double)features[r * D + j];
            size += fabs((double)features[r * D + j]);
            assert_true(loss == AE_GAUSSIAN_LIKELIHOOD || features[r * D + j] >= 0);
        }
        assert_true(fabs(sum - row_loss[r]) <= 1e-6 * size);
    }
    aei_loss_features(aei_kernels_of(NULL), loss, &call, z); /* in place */
    assert_memory_equal(z, features, sizeof z);
}

static void test_sums(void **state)
{
    (void)state;
    check(AE_SQUARED_ERROR, 0);
    check(AE_BINARY_CROSS_ENTROPY, 0);
    check(AE_GAUSSIAN_LIKELIHOOD, 1);
    check(AE_GAUSSIAN_LIKELIHOOD, D);
}

static void test_values(void **state)
{
    const aei_real y[2] = {1, 3}, target[2] = {0.5f, 0}, s[2] = {0, 2};
    const double log_2_pi = log(2 * acos(-1));
    aei_real out[2];
    aei_loss_call call = {.base = {.n = 1, .d = 2, .y = y, .z = y, .target = target, .target_stride = 2},
                          .log_var = s, .log_var_count = 2};
    (void)state;
    aei_loss_features(aei_kernels_of(NULL), AE_SQUARED_ERROR, &call, out);
    assert_true(out[0] == 0.25f && out[1] == 9);
    aei_loss_features(aei_kernels_of(NULL), AE_GAUSSIAN_LIKELIHOOD, &call, out);
    assert_true(fabs((double)out[0] - (0.25 + log_2_pi) / 2) < 1e-6);
    assert_true(fabs((double)out[1] - (9 * exp(-2) + 2 + log_2_pi) / 2) < 1e-6);
    aei_loss_features(aei_kernels_of(NULL), AE_BINARY_CROSS_ENTROPY, &call, out);
    assert_true(fabs((double)out[0] - (0.5 * log1p(exp(-1)) + 0.5 * log1p(exp(1)))) < 1e-6);
    assert_true(fabs((double)out[1] - log1p(exp(3))) < 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
