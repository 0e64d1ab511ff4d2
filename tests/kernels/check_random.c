/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Random numbers: every set gives the bytes of base/rng.c, whose numbers tests/unit/test_rng.c checks. */
#include "check.h"

typedef void fill(const aei_rng *, size_t first, size_t n, aei_real *out);

#define KINDS 2

static fill *fill_of(const aei_kernels *kernels, size_t kind)
{
    return kind == 0 ? kernels->uniform : kernels->normal;
}

static fill *right_fill(size_t kind)
{
    return kind == 0 ? aei_rng_uniform : aei_rng_normal;
}

static const char *const kind_names[KINDS] = {"uniform", "normal"};

static void check_part(const aei_kernels *kernels, size_t kind, const aei_rng *rng, size_t first, size_t n)
{
    block got = block_new(n), right = block_new(n);
    fill_of(kernels, kind)(rng, first, n, got.at);
    right_fill(kind)(rng, first, n, right.at);
    if (!block_same(got, right)) fail_msg("%s: %zu of %s from %zu differ", kernels->name, n, kind_names[kind], first);
    if (!(block_end(got) & block_end(right)))
        fail_msg("%s: %zu of %s from %zu wrote behind them", kernels->name, n, kind_names[kind], first);
}

static void test_every_part(void **state)
{
    const aei_rng streams[] = {
        aei_rng_stream(0, AEI_RNG_NOISE, 0, 0),
        aei_rng_stream(UINT64_C(0x123456789abcdef0), AEI_RNG_LATENT, 77, UINT64_C(3) << 32 | 5),
        aei_rng_stream(UINT64_MAX, AEI_RNG_SAMPLE, UINT32_MAX, UINT64_MAX),
    };
    (void)state;
    for (size_t set = 0; set < SETS; ++set)
        for (size_t kind = 0; set_of(set) && kind < KINDS; ++kind)
            for (size_t s = 0; s < sizeof streams / sizeof streams[0]; ++s)
                for (size_t first = 0; first <= 40; ++first)
                    for (size_t n = 0; n <= 140; n += n < 70 ? 1 : 14)
                        check_part(set_of(set), kind, &streams[s], first, n);
}

/* Where counters have many digits, and where they begin anew after 2^34 numbers. */
static void test_far_into_a_stream(void **state)
{
    const aei_rng rng = aei_rng_stream(14, AEI_RNG_SAMPLE, 1, 2);
    const uint64_t far[] = {(UINT64_C(1) << 31) + 5, (UINT64_C(1) << 33) - 7, (UINT64_C(1) << 34) - 101,
                            (UINT64_C(1) << 34) + 3, (UINT64_C(1) << 40) - 33};
    (void)state;
    for (size_t set = 0; set < SETS; ++set)
        for (size_t kind = 0; set_of(set) && kind < KINDS; ++kind)
            for (size_t i = 0; i < sizeof far / sizeof far[0]; ++i)
                if (far[i] < SIZE_MAX) check_part(set_of(set), kind, &rng, (size_t)far[i], 200);
}

/* Mean, variance, kurtosis and tails of a long run, and normals up to the largest. */
static void test_moments(void **state)
{
    enum { MANY = 1 << 22 };
    const aei_rng rng = aei_rng_stream(12, AEI_RNG_NOISE, 4, 3);
    block z = block_new(MANY);
    (void)state;
    for (size_t set = 0; set < SETS; ++set) {
        const aei_kernels *kernels = set_of(set);
        double power[5] = {0}, largest = 0;
        size_t beyond_4 = 0;
        if (!kernels) continue;
        kernels->normal(&rng, 0, MANY, z.at);
        for (size_t i = 0; i < MANY; ++i) {
            const double x = (double)z.at[i];
            for (int k = 1; k < 5; ++k) power[k] += pow(x, k) / MANY;
            beyond_4 += fabs(x) > 4;
            largest = fmax(largest, fabs(x));
        }
        /* five standard deviations: of x^k it is 1, sqrt(2), sqrt(15), sqrt(96), over the square root of MANY */
        assert_true(fabs(power[1]) < 5 / 2048.0);
        assert_true(fabs(power[2] - 1) < 5 * sqrt(2) / 2048);
        assert_true(fabs(power[3]) < 5 * sqrt(15) / 2048);
        assert_true(fabs(power[4] - 3) < 5 * sqrt(96) / 2048);
        assert_true(fabs((double)beyond_4 - 6.334e-5 * MANY) < 5 * sqrt(6.334e-5 * MANY));
        assert_true(largest > 4.5 && largest < 5.78);
    }
    block_end(z);
}

/* ---- speeds */

typedef struct bench {
    fill *fill;
    aei_rng rng;
    aei_real *out;
    size_t rows, n;
} bench;

static void bench_fill(void *work)
{
    bench *b = work;
    for (size_t r = 0; r < b->rows; ++r) b->fill(&b->rng, 0, b->n, b->out);
}

static void run_bench(void)
{
    static const size_t lengths[] = {4096, 784, 20, 2};
    block out = block_new(4096);
    printf("nanoseconds a number, by numbers of a call\n%-12s %-8s", "set", "");
    for (size_t i = 0; i < 4; ++i) printf(" %7zu", lengths[i]);
    printf("\n");
    for (size_t set = 0; set < SETS; ++set)
        for (size_t kind = 0; set_of(set) && kind < KINDS; ++kind) {
            printf("%-12s %-8s", set_of(set)->name, kind_names[kind]);
            for (size_t i = 0; i < 4; ++i) {
                bench b = {fill_of(set_of(set), kind), aei_rng_stream(1, AEI_RNG_NOISE, 2, 3), out.at,
                           4096 / lengths[i], lengths[i]};
                printf(" %7.2f", 1e9 * best_time(bench_fill, &b) / (double)(b.rows * b.n));
            }
            printf("\n");
        }
    block_end(out);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_part),
        cmocka_unit_test(test_far_into_a_stream),
        cmocka_unit_test(test_moments),
    };
    if (argc > 1 && strcmp(argv[1], "--bench") == 0) {
        run_bench();
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
