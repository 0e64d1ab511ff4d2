/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Reconstruction losses with their gradients.
 *
 * Tolerances: the loss of a row within 4 eps of the sum of its terms' sizes (summed in double, so rounding of a term is
 * all); a gradient within 8 eps (1 + |z|) of its largest possible size. */
#include "check.h"

#include <fenv.h>

#define EPSILON ((double)AEI_REAL_EPSILON)

typedef void (*loss_entry)(const aei_loss_gradient *);

typedef enum place { NOWHERE, OWN, PLACES } place;
static const char *const place_names[] = {"no dz", "dz"};

/* max(z, 0) - z t + log(1 + e^-|z|) */
static double twin_cross_entropy(double z, double t)
{
    return (z > 0 ? z * (1 - t) : -z * t) + log1p(exp(-fabs(z)));
}

static void check(const aei_kernels *kernels, int cross_entropy, size_t n, size_t d, place where,
                  random_source *random)
{
    const size_t stride = d + (random_below(random, 2) ? random_below(random, 5) : 0);
    const double range = random_below(random, 4) == 0 ? 1e4 : 4;
    const aei_activation f = activation_of(cross_entropy ? AE_SIGMOID : (ae_activation)random_below(random, 10));
    block t = block_random(random, n * stride, 0, 1), z = block_random(random, n * d, -range, range);
    block y = block_new(n * d), dz = block_new(n * d), z_before, y_before;
    double *row_loss = malloc((n + 1) * sizeof *row_loss);
    aei_loss_gradient call = {
        .n = n, .d = d, .f = f, .y = y.at, .z = z.at, .target = t.at, .target_stride = stride,
        .scale = (aei_real)0.125, .dz = where == OWN ? dz.at : NULL,
        .row_loss = row_loss};
    char what[200];

    assert_non_null(row_loss);
    for (size_t i = 0; i < z.count; ++i) {
        z.at[i] = (aei_real)(round((double)z.at[i] * 16) / 16); /* at the kinks or well beside them */
        y.at[i] = (aei_real)twin_activation(f, (double)z.at[i]);
    }
    for (size_t i = 0; i < t.count; i += 7) t.at[i] = (aei_real)(i % 2);
    z_before = block_copy(z);
    y_before = block_copy(y);
    if (!cross_entropy && !aei_activation_needs_z(f.kind)) call.z = NULL;
    if (cross_entropy) call.y = NULL;
    row_loss[n] = 77;
    snprintf(what, sizeof what, "%s %s n=%zu d=%zu stride %zu, %s, %s, |z| < %g", kernels->name,
             cross_entropy ? "cross-entropy" : "squared error", n, d, stride, place_names[where],
             aei_activation_name(f.kind), range);

    (cross_entropy ? kernels->cross_entropy : kernels->squared_error)(&call);

    for (size_t r = 0; r < n; ++r) {
        double loss = 0, size = 0;
        for (size_t j = 0; j < d; ++j) {
            const double target = (double)t.at[r * stride + j], at = (double)z_before.at[r * d + j];
            const double out = (double)y_before.at[r * d + j];
            double slope, largest;
            if (cross_entropy) {
                loss += twin_cross_entropy(at, target);
                size += 1 + fabs(at);
                slope = twin_sigmoid(at) - target;
                largest = 1;
            } else {
                loss += (out - target) * (out - target);
                size += (out - target) * (out - target) + EPSILON * fabs(out);
                slope = 2 * (out - target) * twin_derivative(f, at);
                /* f' from y, and the difference quotient far out, are off by what their own numbers are */
                largest = (1 + fabs(out - target)) * (1 + fabs(at));
            }
            if (call.dz && !(fabs((double)call.dz[r * d + j] - 0.125 * slope) <=
                             8 * EPSILON * largest + 1e-10 * largest))
                fail_msg("%s: dz[%zu,%zu] is %.9g, should be %.9g", what, r, j, (double)call.dz[r * d + j],
                         0.125 * slope);
        }
        if (!(fabs(row_loss[r] - loss) <= 4 * EPSILON * size))
            fail_msg("%s: loss of row %zu is %.12g, should be %.12g", what, r, row_loss[r], loss);
    }
    assert_true(row_loss[n] == 77);
    if (!block_same(y, y_before)) fail_msg("%s: changed y", what);
    if (!block_same(z, z_before)) fail_msg("%s: changed z", what);
    if (!(block_end(y) & block_end(z) & block_end(dz))) fail_msg("%s: wrote behind its output", what);
    free(row_loss);
    block_end(t);
    block_end(z_before);
    block_end(y_before);
}

static void over_shapes(int cross_entropy)
{
    static const size_t rows[] = {0, 1, 2, 7, 70};
    static const size_t widths[] = {1, 2, 3, 4, 5, 15, 16, 17, 255, 256, 257, 511, 512, 513, 784};
    for (size_t k = 0; k < SETS; ++k) {
        random_source random = {k};
        const aei_kernels *kernels = set_of(k);
        if (!kernels) continue;
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i)
            for (size_t j = 0; j < sizeof widths / sizeof widths[0]; ++j)
                for (int where = NOWHERE; where < PLACES; ++where)
                    for (int draw = 0; draw < 4; ++draw)
                        check(kernels, cross_entropy, rows[i], widths[j], (place)where, &random);
        check(kernels, cross_entropy, 3, 20000, OWN, &random); /* a row larger than a task */
    }
}

static void test_squared_error(void **state)
{
    (void)state;
    over_shapes(0);
}

static void test_cross_entropy(void **state)
{
    (void)state;
    over_shapes(1);
}

/* One row, loss and gradient. */
static double row(loss_entry entry, const aei_real *z, const aei_real *t, size_t d, aei_real *dz)
{
    double loss;
    aei_loss_gradient call = {.n = 1, .d = d, .f = activation_of(AE_SIGMOID), .y = z, .z = z, .target = t,
                              .target_stride = d, .scale = 1, .dz = dz, .row_loss = &loss};
    entry(&call);
    return loss;
}

static void test_extremes(void **state)
{
    (void)state;
    for (size_t k = 0; k < SETS; ++k) {
        const aei_kernels *kernels = set_of(k);
        aei_real z[300], t[300], dz[300];
        double loss;
        if (!kernels) continue;

        /* sure and right costs nothing, sure and wrong |z|; no exception that a host may trap */
        for (size_t j = 0; j < 300; ++j) {
            z[j] = j % 2 ? 10000 : -10000;
            t[j] = (aei_real)(j % 2);
        }
        feclearexcept(FE_ALL_EXCEPT);
        assert_true(row(kernels->cross_entropy, z, t, 300, dz) == 0);
        for (size_t j = 0; j < 300; ++j) assert_true(dz[j] == 0);
        for (size_t j = 0; j < 300; ++j) t[j] = 1 - t[j];
        assert_true(row(kernels->cross_entropy, z, t, 300, dz) == 300 * 10000.0);
        for (size_t j = 0; j < 300; ++j) assert_true(dz[j] == (j % 2 ? 1 : -1));
        assert_int_equal(fetestexcept(FE_OVERFLOW | FE_INVALID | FE_DIVBYZERO), 0);

        /* the largest sum of logarithms: log 2 for each */
        memset(z, 0, sizeof z);
        loss = row(kernels->cross_entropy, z, t, 300, dz);
        assert_true(fabs(loss - 300 * log(2)) < 1e-10);

        /* infinite logits leave the gradient finite and the loss of a wrong one infinite */
        z[0] = (aei_real)INFINITY;
        t[0] = 0;
        assert_true(isinf(row(kernels->cross_entropy, z, t, 300, dz)));
        assert_true(dz[0] == 1);
        z[0] = -(aei_real)INFINITY;
        t[0] = (aei_real)0.5;
        assert_true(isinf(row(kernels->cross_entropy, z, t, 300, dz)));
        assert_true(dz[0] == (aei_real)-0.5);

        /* NaN comes through, wherever it is */
        for (size_t j = 0; j < 300; j += 13) {
            memset(z, 0, sizeof z);
            z[j] = (aei_real)NAN;
            assert_true(isnan(row(kernels->cross_entropy, z, t, 300, dz)));
            assert_true(isnan(dz[j]));
            assert_true(isnan(row(kernels->cross_entropy, z, t, 300, NULL)));
            assert_true(isnan(row(kernels->squared_error, z, t, 300, dz)));
            assert_true(isnan(dz[j]));
        }
    }
}

/* The native sets agree on each row and gradient, at any width and address. */
static void test_native_sets(void **state)
{
    enum { MOST = 2100, SHIFTS = 16 };
    random_source random = {8};
    block z = block_random(&random, MOST + SHIFTS, -6, 6), t = block_random(&random, MOST + SHIFTS, 0, 1);
    (void)state;

    for (int cross_entropy = 0; cross_entropy < 2; ++cross_entropy) {
        for (size_t d = 1; d <= MOST; d += d < 50 ? 1 : 83) {
            const size_t shift = d % SHIFTS;
            double right_loss = 0;
            block right = {NULL, 0};
            for (size_t k = 0; k < SETS; ++k) {
                const aei_kernels *kernels = set_of(k);
                block dz;
                double loss;
                if (!kernels || (kernels->id != AE_KERNELS_AVX2 && kernels->id != AE_KERNELS_AVX512)) continue;
                dz = block_new(d);
                loss = row(cross_entropy ? kernels->cross_entropy : kernels->squared_error, z.at + shift, t.at + shift,
                           d, dz.at);
                if (row(cross_entropy ? kernels->cross_entropy : kernels->squared_error, z.at + shift, t.at + shift, d,
                        NULL) != loss)
                    fail_msg("%s: another loss of %zu numbers without the gradient", kernels->name, d);
                if (!right.at) {
                    right = dz;
                    right_loss = loss;
                    continue;
                }
                if (memcmp(&loss, &right_loss, sizeof loss) != 0 || !block_same(dz, right))
                    fail_msg("the native sets differ in a row of %zu numbers", d);
                assert_true(block_end(dz));
            }
            if (right.at) assert_true(block_end(right));
        }
    }
    block_end(z);
    block_end(t);
}

static void test_threads(void **state)
{
    enum { ROWS = 300, WIDTH = 130 };
    static const uint32_t threads[] = {1, 2, 3, 4, 7};
    static double losses[2][ROWS];
    random_source random = {9};
    block z = block_random(&random, ROWS * WIDTH, -3, 3), t = block_random(&random, ROWS * WIDTH, 0, 1);
    block right = block_new(ROWS * WIDTH), dz = block_new(ROWS * WIDTH);
    (void)state;

    for (size_t k = 0; k < 2 * SETS; ++k) {
        const aei_kernels *kernels = set_of(k / 2);
        loss_entry entry;
        aei_loss_gradient call = {.n = ROWS, .d = WIDTH, .f = activation_of(AE_SIGMOID), .y = z.at, .z = z.at,
                                  .target = t.at, .target_stride = WIDTH, .scale = 1, .dz = right.at,
                                  .row_loss = losses[0]};
        if (!kernels) continue;
        entry = k % 2 ? kernels->cross_entropy : kernels->squared_error;
        entry(&call);
        call.dz = dz.at;
        call.row_loss = losses[1];
        for (size_t i = 0; i <= sizeof threads / sizeof threads[0]; ++i) {
            ae_runtime *runtime = i < sizeof threads / sizeof threads[0] ? runtime_of(threads[i]) : backwards_runtime();
            memset(losses[1], 0, sizeof losses[1]);
            call.runtime = runtime;
            entry(&call);
            assert_memory_equal(losses[0], losses[1], sizeof losses[0]);
            assert_true(block_same(right, dz));
            aei_runtime_release(runtime);
        }
    }
    block_end(z);
    block_end(t);
    block_end(right);
    block_end(dz);
}

/* ---- speeds */

typedef struct bench {
    loss_entry entry;
    aei_loss_gradient call;
} bench;

static void bench_loss(void *work)
{
    bench *b = work;
    b->entry(&b->call);
}

static void run_bench(void)
{
    enum { ROWS = 128, WIDTH = 784 };
    static double losses[ROWS];
    const double numbers = ROWS * WIDTH;
    random_source random = {1};
    block z = block_random(&random, ROWS * WIDTH, -4, 4), t = block_random(&random, ROWS * WIDTH, 0, 1);
    block dz = block_new(ROWS * WIDTH);
    printf("nanoseconds a number, [%d,%d]\n%-10s %-14s %8s %8s\n", ROWS, WIDTH, "kernels", "loss", "with dz", "alone");
    for (size_t k = 0; k < 2 * SETS; ++k) {
        const aei_kernels *kernels = set_of(k / 2);
        bench b = {NULL, {.n = ROWS, .d = WIDTH, .f = activation_of(AE_SIGMOID), .y = z.at, .z = z.at, .target = t.at,
                          .target_stride = WIDTH, .scale = 1, .dz = dz.at, .row_loss = losses}};
        double with_dz;
        if (!kernels) continue;
        b.entry = k % 2 ? kernels->cross_entropy : kernels->squared_error;
        with_dz = best_time(bench_loss, &b);
        b.call.dz = NULL;
        printf("%-10s %-14s %8.2f %8.2f\n", kernels->name, k % 2 ? "cross-entropy" : "squared error",
               1e9 * with_dz / numbers, 1e9 * best_time(bench_loss, &b) / numbers);
    }
    block_end(z);
    block_end(t);
    block_end(dz);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_squared_error),
        cmocka_unit_test(test_cross_entropy),
        cmocka_unit_test(test_extremes),
        cmocka_unit_test(test_native_sets),
        cmocka_unit_test(test_threads),
    };
    if (argc > 1 && strcmp(argv[1], "--bench") == 0) {
        run_bench();
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
