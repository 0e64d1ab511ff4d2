/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The optimizer's step against the formulas of kernels/update.c, one number at a time in double.
 *
 * Tolerance: each array starts from the same numbers in both, so a step differs by a few roundings of its terms: 16 eps
 * of the largest term. */
#include "check.h"

#include <stdbool.h>

#define EPSILON ((double)AEI_REAL_EPSILON)

typedef struct numbers {
    double w, m, v;
} numbers;

static numbers twin_step(const aei_update *u, numbers at, double g, int decay)
{
    const double rate = (double)u->learning_rate, momentum = (double)u->momentum, rho = (double)u->rho;
    const double beta1 = (double)u->beta1, beta2 = (double)u->beta2, epsilon = (double)u->epsilon;
    const double clip = (double)u->clip_value;

    g *= (double)u->gradient_scale;
    if (clip > 0) g = fmin(fmax(g, -clip), clip);
    if (decay) {
        if (u->kind != AEI_UPDATE_ADAMW) g += (double)u->weight_decay * at.w;
        g += (double)u->l1_decay * ((at.w > 0) - (at.w < 0));
    }
    switch (u->kind) {
    case AEI_UPDATE_SGD:
        if (u->m) {
            at.m = momentum * at.m + g;
            at.w -= rate * (u->nesterov ? g + momentum * at.m : at.m);
        } else {
            at.w -= rate * g;
        }
        break;
    case AEI_UPDATE_RMSPROP: {
        double s;
        at.v = rho * at.v + (double)u->one_minus_rho * g * g;
        s = g / (sqrt(at.v) + epsilon);
        if (u->m) s = at.m = momentum * at.m + s;
        at.w -= rate * s;
        break;
    }
    case AEI_UPDATE_ADAMW:
        if (decay) at.w -= rate * (double)u->weight_decay * at.w;
        /* fallthrough */
    case AEI_UPDATE_ADAM:
        at.m = beta1 * at.m + (double)u->one_minus_beta1 * g;
        at.v = beta2 * at.v + (double)u->one_minus_beta2 * g * g;
        at.w -= (double)u->step * at.m / (sqrt(at.v) * (double)u->root + epsilon);
        break;
    }
    return at;
}

static aei_update usual(aei_update_kind kind)
{
    return (aei_update){.kind = kind, .learning_rate = (aei_real)0.05, .momentum = (aei_real)0.9,
                        .rho = (aei_real)0.99, .beta1 = (aei_real)0.9, .beta2 = (aei_real)0.999,
                        .one_minus_rho = (aei_real)0.01, .one_minus_beta1 = (aei_real)0.1,
                        .one_minus_beta2 = (aei_real)0.001,
                        .epsilon = (aei_real)1e-3, .step = (aei_real)0.0369, .root = (aei_real)18.27,
                        .gradient_scale = 1};
}

/* The bits of `options`: scale, clip, L2, L1, Nesterov. */
#define OPTIONS 32

static aei_update with_options(aei_update_kind kind, size_t options)
{
    aei_update u = usual(kind);
    if (options & 1) u.gradient_scale = (aei_real)0.3;
    if (options & 2) u.clip_value = (aei_real)0.25;
    if (options & 4) u.weight_decay = (aei_real)0.1;
    if (options & 8) u.l1_decay = (aei_real)0.2;
    if (options & 16) u.nesterov = 1;
    return u;
}

static void expect_close(const char *what, const char *array, size_t i, aei_real got, double right, double size)
{
    if (!(fabs((double)got - right) <= 16 * EPSILON * (fabs(right) + size)))
        fail_msg("%s: %s[%zu] is %.9g, should be %.9g", what, array, i, (double)got, right);
}

static void check_step(const aei_kernels *kernels, aei_update u, bool with_m, size_t count, random_source *random)
{
    const size_t first = random_below(random, 8), total = first + count + 5;
    const int decay = random_below(random, 2) != 0;
    block w = block_random(random, total, -1, 1), w_before, g = block_random(random, total, -2, 2), g_before;
    block m = block_random(random, total, -1, 1), m_before, v = block_random(random, total, 0.01, 1), v_before;
    char what[200];

    for (size_t i = 0; i < total; i += 3) w.at[i] = 0; /* sign(0) = 0 */
    w_before = block_copy(w);
    g_before = block_copy(g);
    m_before = block_copy(m);
    v_before = block_copy(v);
    u.w = w.at;
    u.g = g.at;
    u.m = with_m ? m.at : NULL;
    u.v = u.kind == AEI_UPDATE_SGD ? NULL : v.at;
    snprintf(what, sizeof what, "%s, kind %d%s%s%s, scale %g, clip %g, l2 %g, l1 %g, %zu numbers", kernels->name,
             (int)u.kind, with_m ? ", m" : "", u.nesterov ? ", Nesterov" : "", decay ? ", decay" : "",
             (double)u.gradient_scale, (double)u.clip_value, (double)u.weight_decay, (double)u.l1_decay, count);
    kernels->update(&u, first, count, decay);

    assert_true(block_same(g, g_before));
    for (size_t i = 0; i < total; ++i) {
        numbers right = {(double)w_before.at[i], (double)m_before.at[i], (double)v_before.at[i]};
        if (i < first || i >= first + count) {
            if (w.at[i] != w_before.at[i] || m.at[i] != m_before.at[i] || v.at[i] != v_before.at[i])
                fail_msg("%s: wrote outside of its range", what);
            continue;
        }
        right = twin_step(&u, right, (double)g.at[i], decay);
        expect_close(what, "w", i, w.at[i], right.w, 1);
        expect_close(what, "m", i, m.at[i], right.m, 10);
        expect_close(what, "v", i, v.at[i], right.v, 1);
    }
    if (!(block_end(w) & block_end(g) & block_end(m) & block_end(v))) fail_msg("%s: wrote behind an arena", what);
    block_end(w_before);
    block_end(g_before);
    block_end(m_before);
    block_end(v_before);
}

static void test_steps(void **state)
{
    static const size_t counts[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 255, 256, 257, 511, 512, 513, 1000};
    random_source random = {4};
    (void)state;

    for (size_t k = 0; k < SETS; ++k) {
        const aei_kernels *kernels = set_of(k);
        if (!kernels) continue;
        for (size_t options = 0; options < OPTIONS; ++options) {
            for (size_t c = 0; c < sizeof counts / sizeof counts[0]; ++c) {
                for (int kind = AEI_UPDATE_SGD; kind <= AEI_UPDATE_ADAMW; ++kind) {
                    const aei_update u = with_options((aei_update_kind)kind, options);
                    bool always_m = kind >= AEI_UPDATE_ADAM;
                    if (!always_m) check_step(kernels, u, false, counts[c], &random);
                    check_step(kernels, u, true, counts[c], &random);
                }
            }
        }
    }
}

/* A range in two pieces is the same bytes as the range in one: tensors may be updated in any pieces. */
static void test_pieces(void **state)
{
    random_source random = {5};
    (void)state;

    for (size_t k = 0; k < SETS; ++k) {
        const aei_kernels *kernels = set_of(k);
        if (!kernels) continue;
        for (int kind = AEI_UPDATE_SGD; kind <= AEI_UPDATE_ADAMW; ++kind) {
            for (size_t cut = 0; cut <= 600; cut += 37) {
                aei_update u = usual((aei_update_kind)kind);
                block g = block_random(&random, 600, -1, 1), w = block_random(&random, 600, -1, 1);
                block m = block_random(&random, 600, -1, 1), v = block_random(&random, 600, 0, 1);
                block w2 = block_copy(w), m2 = block_copy(m), v2 = block_copy(v);
                u.g = g.at;
                u.l1_decay = cut % 2 ? (aei_real)0.1 : 0;
                u.w = w.at;
                u.m = m.at;
                u.v = v.at;
                kernels->update(&u, 0, 600, 1);
                u.w = w2.at;
                u.m = m2.at;
                u.v = v2.at;
                kernels->update(&u, 0, cut, 1);
                kernels->update(&u, cut, 600 - cut, 1);
                if (!block_same(w, w2) || !block_same(m, m2) || !block_same(v, v2))
                    fail_msg("%s, kind %d: other bytes when cut at %zu", kernels->name, kind, cut);
                block_end(g);
                block_end(w);
                block_end(m);
                block_end(v);
                block_end(w2);
                block_end(m2);
                block_end(v2);
            }
        }
    }
}

typedef struct arenas {
    block w, g, m, v;
} arenas;

/* The same numbers at each call. */
static arenas arenas_new(size_t count)
{
    random_source random = {6};
    return (arenas){block_random(&random, count, -1, 1), block_random(&random, count, -1, 1),
                    block_random(&random, count, -1, 1), block_random(&random, count, 0, 1)};
}

static int arenas_same(const arenas *a, const arenas *b)
{
    return block_same(a->w, b->w) && block_same(a->g, b->g) && block_same(a->m, b->m) && block_same(a->v, b->v);
}

static int arenas_end(const arenas *a)
{
    return block_end(a->w) & block_end(a->g) & block_end(a->m) & block_end(a->v);
}

static aei_update with_arenas(aei_update u, const arenas *a, bool with_m)
{
    u.w = a->w.at;
    u.g = a->g.at;
    u.m = with_m ? a->m.at : NULL;
    u.v = u.kind == AEI_UPDATE_SGD ? NULL : a->v.at;
    return u;
}

/* A block of a matrix is the same bytes as its rows one by one, from a gradient at any address, and the native sets
 * agree on them. */
static void test_blocks(void **state)
{
    enum { ROWS = 5, MOST = 70, COUNT = ROWS * (MOST + 3) + 16 };
    (void)state;

    for (int kind = AEI_UPDATE_SGD; kind <= AEI_UPDATE_ADAMW; ++kind) {
        for (size_t cols = 1; cols <= MOST; cols += cols < 40 ? 1 : 3) {
            const size_t stride = cols + cols % 3, first = cols % 16;
            const bool with_m = kind >= AEI_UPDATE_ADAM || cols % 2;
            const aei_update options = with_options((aei_update_kind)kind, cols * 7 % OPTIONS);
            arenas of_native = {{NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}};
            for (size_t k = 0; k < SETS; ++k) {
                const aei_kernels *kernels = set_of(k);
                arenas by_block, by_row;
                aei_update u;
                if (!kernels) continue;
                by_block = arenas_new(COUNT);
                by_row = arenas_new(COUNT);
                u = with_arenas(options, &by_block, with_m);
                kernels->update_block(&u, first, stride, u.g + first, stride, ROWS, cols, 1);
                u = with_arenas(options, &by_row, with_m);
                for (size_t r = 0; r < ROWS; ++r) kernels->update(&u, first + r * stride, cols, 1);
                if (!arenas_same(&by_block, &by_row))
                    fail_msg("%s, kind %d: a block of %zu columns differs from its rows", kernels->name, kind, cols);
                if (!arenas_end(&by_row)) fail_msg("%s, kind %d: wrote behind an arena", kernels->name, kind);
                if (kernels->id != AE_KERNELS_AVX2 && kernels->id != AE_KERNELS_AVX512) {
                    assert_true(arenas_end(&by_block));
                } else if (!of_native.w.at) {
                    of_native = by_block;
                } else {
                    if (!arenas_same(&of_native, &by_block))
                        fail_msg("kind %d, %zu columns: the native sets differ", kind, cols);
                    assert_true(arenas_end(&by_block));
                }
            }
            if (of_native.w.at) assert_true(arenas_end(&of_native));
        }
    }
}

/* A gradient that is not a number reaches the weight, clipped or not, so that it is noticed. */
static void test_nan(void **state)
{
    (void)state;
    for (size_t k = 0; k < SETS; ++k) {
        const aei_kernels *kernels = set_of(k);
        if (!kernels) continue;
        for (int kind = AEI_UPDATE_SGD; kind <= AEI_UPDATE_ADAMW; ++kind) {
            for (int clip = 0; clip < 2; ++clip) {
                aei_real g[6] = {1, 1, (aei_real)NAN, 1, 1, 1}, w[6] = {0}, m[6] = {0}, v[6] = {0};
                aei_update u = usual((aei_update_kind)kind);
                u.w = w;
                u.g = g;
                u.m = m;
                u.v = v;
                u.clip_value = (aei_real)clip;
                kernels->update(&u, 0, 6, 1);
                for (size_t i = 0; i < 6; ++i) assert_int_equal(isnan(w[i]) != 0, i == 2);
            }
        }
    }
}

/* State that has become too small for a normal number is 0 after a step, and only that. */
static void test_small_state_ends(void **state)
{
    enum { COUNT = 37, ENDS = 19 }; /* whole vectors and a rest */
    (void)state;
    for (size_t k = 0; k < SETS; ++k) {
        const aei_kernels *kernels = set_of(k);
        if (!kernels) continue;
        for (int which = 0; which < 2 * AEI_UPDATE_ADAMW; ++which) { /* each kind as it is; SGD with Nesterov, RMSProp alone */
            const int kind = AEI_UPDATE_SGD + which / 2;
            aei_real g[COUNT] = {0}, w[COUNT] = {0}, m[COUNT], v[COUNT];
            aei_update u = usual((aei_update_kind)kind);
            const bool has_v = kind != AEI_UPDATE_SGD;
            for (size_t i = 0; i < COUNT; ++i) {
                v[i] = i < ENDS ? AEI_REAL_MIN : 2 * AEI_REAL_MIN; /* what is left of it is too small, or not */
                m[i] = i % 2 ? v[i] : -v[i];
            }
            u.w = w;
            u.g = g;
            u.m = kind == AEI_UPDATE_RMSPROP && which % 2 ? NULL : m;
            u.v = has_v ? v : NULL;
            u.nesterov = which % 2;
            kernels->update(&u, 0, COUNT, 1);
            for (size_t i = 0; i < COUNT; ++i) {
                if (u.m) assert_true(i < ENDS ? m[i] == 0 : fabs((double)m[i]) >= (double)AEI_REAL_MIN);
                if (has_v) assert_true(i < ENDS ? v[i] == 0 : v[i] >= AEI_REAL_MIN);
            }
        }
    }
}

/* ---- speeds */

typedef struct bench {
    const aei_kernels *kernels;
    aei_update update;
    size_t count;
} bench;

static void bench_update(void *work)
{
    bench *b = work;
    b->kernels->update(&b->update, 0, b->count, 1);
}

static void run_bench(void)
{
    static const char *const kinds[] = {"", "SGD", "RMSProp", "Adam", "AdamW"};
    static const size_t counts[] = {4096, 65536, 1048576};
    random_source random = {1};
    block g = block_random(&random, 1048576, -1e-3, 1e-3), w = block_random(&random, 1048576, -0.1, 0.1);
    block m = block_random(&random, 1048576, -1e-3, 1e-3), v = block_random(&random, 1048576, 1e-6, 1e-5);
    printf("nanoseconds a number, with momentum; l1: with L1 decay\n%-10s %-8s %8s %8s %8s\n", "kernels", "kind",
           "numbers", "plain", "l1");
    for (size_t k = 0; k < SETS; ++k) {
        for (int kind = AEI_UPDATE_SGD; set_of(k) && kind <= AEI_UPDATE_ADAMW; ++kind) {
            for (size_t c = 0; c < 3; ++c) {
                bench b = {set_of(k), usual((aei_update_kind)kind), counts[c]};
                double plain;
                b.update.learning_rate = (aei_real)1e-9;
                b.update.step = (aei_real)1e-9;
                b.update.w = w.at;
                b.update.g = g.at;
                b.update.m = m.at;
                b.update.v = v.at;
                plain = best_time(bench_update, &b);
                b.update.l1_decay = (aei_real)1e-9;
                printf("%-10s %-8s %8zu %8.3f %8.3f\n", b.kernels->name, kinds[kind], b.count,
                       1e9 * plain / (double)b.count, 1e9 * best_time(bench_update, &b) / (double)b.count);
            }
        }
    }
    block_end(g);
    block_end(w);
    block_end(m);
    block_end(v);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_nan),
        cmocka_unit_test(test_small_state_ends),
    };
    if (argc > 1 && strcmp(argv[1], "--bench") == 0) {
        run_bench();
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
