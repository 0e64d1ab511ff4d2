/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The dense layer in 8 bits: against the same whole numbers in plain C, to the last bit; against the layer in double,
 * within what rounding its numbers may change. */
#include "check.h"

#include <float.h>
#include <stdbool.h>
#include "kernels/int8.h"

typedef struct shape {
    size_t n, in, out;
} shape;

static const shape shapes[] = {
    {1, 1, 1},     {1, 7, 5},     {2, 1, 9},    {3, 9, 1},     {4, 4, 4},     {5, 3, 8},    {1, 784, 300}, {15, 16, 17},
    {16, 17, 15},  {7, 1, 300},  {255, 2, 3},   {47, 5, 7},    {48, 63, 31},  {49, 64, 33}, {50, 65, 48},  {6, 255, 49},
    {12, 256, 63}, {13, 257, 64}, {14, 31, 65}, {97, 130, 96}, {33, 300, 97}, {11, 40, 112}, {64, 70, 128},
    {9, 99, 129},
};
#define SHAPES (sizeof shapes / sizeof shapes[0])

static const aei_kernels *int8_set(void)
{
    const aei_kernels *kernels;
    return aei_kernels_get(&kernels, AE_KERNELS_AVX512_VNNI) == AE_OK ? kernels : NULL;
}

typedef struct layer {
    shape s;
    size_t x_stride, y_stride;
    bool transposed;
    block x, w, scale, bias; /* without: no numbers */
    aei_activation f;
} layer;

static const aei_real *numbers(block b)
{
    return b.count > 0 ? b.at : NULL;
}

static layer layer_random(random_source *random, shape s)
{
    layer l = {.s = s, .x_stride = s.in + (random_below(random, 2) ? random_below(random, 9) : 0),
               .y_stride = s.out + (random_below(random, 2) ? random_below(random, 9) : 0),
               .transposed = random_below(random, 2) != 0, .f = activation_of(AE_IDENTITY)};
    const double low = random_below(random, 2) ? 0 : -2;
    l.x = block_random(random, s.n * l.x_stride, low, 3);
    l.w = block_random(random, s.in * s.out, -1, 1);
    l.scale = block_random(random, random_below(random, 3) == 0 ? s.out : 0, -2, 2);
    l.bias = block_random(random, random_below(random, 3) != 0 ? s.out : 0, -1, 1);
    return l;
}

static void layer_end(layer *l)
{
    block_end(l->x);
    block_end(l->w);
    block_end(l->scale);
    block_end(l->bias);
}

static aei_real weight(const layer *l, size_t p, size_t j)
{
    return l->w.at[l->transposed ? p * l->s.out + j : j * l->s.in + p];
}

/* y of the library, with guards behind its memory and that of the scratch. */
static block run(const aei_kernels *kernels, const ae_runtime *runtime, const layer *l)
{
    const shape s = l->s;
    size_t size;
    assert_true(aei_int8_size(s.in, s.out, &size));
    assert_int_equal(size % AEI_ALIGNMENT, 0);
    block memory = block_new(size / sizeof(aei_real)), y = block_new(s.n * l->y_stride);
    block q = block_new(s.n * aei_int8_row(s.in) / sizeof(aei_real));
    const aei_int8_weights w = aei_int8_at(memory.at, s.in, s.out);
    kernels->int8_pack(&w, l->w.at, l->transposed, numbers(l->scale));
    kernels->int8_forward(&(aei_int8_forward){
        .runtime = runtime, .w = &w, .n = s.n, .x = l->x.at, .x_stride = l->x_stride, .bias = numbers(l->bias),
        .f = l->f, .y = y.at, .y_stride = l->y_stride, .q = (uint8_t *)q.at});
    for (size_t i = 0; i < s.n; ++i) assert_true(untouched(y.at + i * l->y_stride + s.out, l->y_stride - s.out));
    assert_true(block_end(memory) & block_end(q));
    return y;
}

/* ---- the twin */

typedef struct twin_row {
    int *q, z;
    float s;
} twin_row;

/* x[p] ~ s (q[p] - z) */
static twin_row round_row(const layer *l, size_t i)
{
    const aei_real *x = l->x.at + i * l->x_stride;
    twin_row row = {.q = malloc(l->s.in * sizeof *row.q)};
    float low = 0, high = 0, inverse;
    assert_non_null(row.q);
    for (size_t p = 0; p < l->s.in; ++p) {
        low = fminf(low, (float)x[p]);
        high = fmaxf(high, (float)x[p]);
    }
    row.s = high / 254 - low / 254;
    inverse = row.s >= FLT_MIN ? 1 / row.s : 0;
    row.z = (int)rintf(-low * inverse);
    for (size_t p = 0; p < l->s.in; ++p) {
        row.q[p] = (int)rintf((float)x[p] * inverse) + row.z;
        assert_true(row.q[p] >= 0 && row.q[p] <= 255);
    }
    return row;
}

/* w[j,p] ~ t r[p] */
static float round_weights(const layer *l, size_t j, int *r)
{
    float largest = 0;
    for (size_t p = 0; p < l->s.in; ++p) largest = fmaxf(largest, fabsf((float)weight(l, p, j)));
    for (size_t p = 0; p < l->s.in; ++p) {
        r[p] = largest / 127 >= FLT_MIN ? (int)rintf((float)weight(l, p, j) / (largest / 127)) : 0;
        assert_in_range(r[p] + 127, 0, 254);
    }
    return largest / 127;
}

/* The same numbers in the same operations; an activation apart. */
static void check_twin(const aei_kernels *kernels, const layer *l)
{
    const shape s = l->s;
    block y = run(kernels, NULL, l);
    twin_row *rows = malloc(s.n * sizeof *rows);
    int *r = malloc(s.in * sizeof *r);
    assert_true(rows && r);
    for (size_t i = 0; i < s.n; ++i) rows[i] = round_row(l, i);
    for (size_t j = 0; j < s.out; ++j) {
        const float t = round_weights(l, j, r), scale = l->scale.count > 0 ? t * (float)l->scale.at[j] : t;
        for (size_t i = 0; i < s.n; ++i) {
            const float got = (float)y.at[i * l->y_stride + j];
            int64_t sum = 0;
            float right;
            for (size_t p = 0; p < s.in; ++p) sum += (int64_t)(rows[i].q[p] - rows[i].z) * r[p];
            assert_true(sum >= INT32_MIN && sum <= INT32_MAX);
            right = fmaf(scale, (float)sum * rows[i].s, l->bias.count > 0 ? (float)l->bias.at[j] : 0);
            if (got != right)
                fail_msg("n=%zu in=%zu out=%zu%s: y[%zu,%zu] is %.9g, should be %.9g", s.n, s.in, s.out,
                         l->transposed ? ", transposed" : "", i, j, (double)got, (double)right);
        }
    }
    for (size_t i = 0; i < s.n; ++i) free(rows[i].q);
    free(rows);
    free(r);
    assert_true(block_end(y));
}

static void test_the_same_whole_numbers(void **state)
{
    const aei_kernels *kernels = int8_set();
    random_source random = {1};
    (void)state;
    if (!kernels) skip();
    for (size_t i = 0; i < SHAPES + 200; ++i) {
        const shape s = i < SHAPES ? shapes[i]
                                   : (shape){1 + random_below(&random, 60), 1 + random_below(&random, 90),
                                             1 + random_below(&random, 150)};
        for (int draw = 0; draw < 4; ++draw) {
            layer l = layer_random(&random, s);
            check_twin(kernels, &l);
            layer_end(&l);
        }
    }
}

/* Sums as large as they come: all numbers are the largest. */
static void test_the_largest_sums(void **state)
{
    const aei_kernels *kernels = int8_set();
    (void)state;
    if (!kernels) skip();
    for (int sign = -1; sign <= 1; sign += 2) {
        random_source random = {1};
        layer l = layer_random(&random, (shape){2, AEI_INT8_MOST_INPUTS, 3});
        for (size_t i = 0; i < l.x.count; ++i) l.x.at[i] = (aei_real)sign;
        for (size_t i = 0; i < l.w.count; ++i) l.w.at[i] = 1;
        check_twin(kernels, &l);
        layer_end(&l);
    }
}

/* ---- what rounding changes: at most half a step of each factor */

static void test_error(void **state)
{
    const aei_kernels *kernels = int8_set();
    random_source random = {1};
    (void)state;
    if (!kernels) skip();
    for (size_t k = 0; k < SHAPES; ++k) {
        const shape s = shapes[k];
        layer l = layer_random(&random, s);
        l.f = activation_of(k % 2 ? AE_SILU : AE_RELU);
        block y = run(kernels, NULL, &l);
        for (size_t i = 0; i < s.n; ++i)
            for (size_t j = 0; j < s.out; ++j) {
                const aei_real *x = l.x.at + i * l.x_stride;
                const double scale = l.scale.count > 0 ? (double)l.scale.at[j] : 1;
                double low = 0, high = 0, largest = 0, sum = 0, error = 0, half_s, half_t;
                for (size_t p = 0; p < s.in; ++p) {
                    low = fmin(low, (double)x[p]);
                    high = fmax(high, (double)x[p]);
                    largest = fmax(largest, fabs((double)weight(&l, p, j)));
                }
                half_s = (high - low) / 508;
                half_t = largest / 254;
                for (size_t p = 0; p < s.in; ++p) {
                    const double a = (double)x[p], b = (double)weight(&l, p, j);
                    sum += a * b;
                    error += fabs(a) * half_t + fabs(b) * half_s + half_s * half_t + 1e-6 * fabs(a * b);
                }
                sum = sum * scale + (l.bias.count > 0 ? (double)l.bias.at[j] : 0);
                if (!(fabs((double)y.at[i * l.y_stride + j] - twin_activation(l.f, sum)) <=
                      1.2 * fabs(scale) * error + 1e-6))
                    fail_msg("n=%zu in=%zu out=%zu: y[%zu,%zu] is off by %g, may be by %g", s.n, s.in, s.out, i, j,
                             fabs((double)y.at[i * l.y_stride + j] - twin_activation(l.f, sum)), error);
            }
        assert_true(block_end(y));
        layer_end(&l);
    }
}

/* ---- numbers out of the usual */

static void test_zeros_and_tiny_numbers(void **state)
{
    const aei_kernels *kernels = int8_set();
    random_source random = {1};
    (void)state;
    if (!kernels) skip();
    layer l = layer_random(&random, (shape){3, 20, 18});
    l.f = activation_of(AE_IDENTITY);
    for (size_t p = 0; p < 20; ++p) {
        l.x.at[p] = 0;
        l.x.at[l.x_stride + p] = FLT_MIN / 1024 * (aei_real)(p % 3);
        l.x.at[2 * l.x_stride + p] = p % 2 ? FLT_MAX : -FLT_MAX;
        l.w.at[l.transposed ? p * 18 : p] = 0;                          /* output 0 */
        l.w.at[l.transposed ? p * 18 + 1 : 20 + p] = FLT_MIN / 1024;    /* output 1 */
    }
    block y = run(kernels, NULL, &l);
    for (size_t j = 0; j < 18; ++j) {
        const aei_real bias = l.bias.count > 0 ? l.bias.at[j] : 0;
        assert_true(y.at[j] == bias);
        assert_true(y.at[l.y_stride + j] == bias);
        assert_true(j > 1 || y.at[2 * l.y_stride + j] == bias);
    }
    assert_true(block_end(y));
    layer_end(&l);
}

static void test_numbers_that_are_not_finite(void **state)
{
    static const float bad[] = {NAN, INFINITY, -INFINITY};
    const aei_kernels *kernels = int8_set();
    (void)state;
    if (!kernels) skip();
    for (size_t b = 0; b < 3; ++b)
        for (size_t place = 0; place < 37; ++place) {
            random_source random = {place};
            layer l = layer_random(&random, (shape){3, 37, 18});
            l.f = activation_of(place % 2 ? AE_RELU : AE_TANH);
            l.x.at[l.x_stride + place] = bad[b];
            l.w.at[l.transposed ? place * 18 + 5 : 5 * 37 + place] = bad[b];
            block y = run(kernels, NULL, &l);
            for (size_t i = 0; i < 3; ++i)
                for (size_t j = 0; j < 18; ++j)
                    assert_int_equal(isnan(y.at[i * l.y_stride + j]) != 0, i == 1 || j == 5);
            assert_true(block_end(y));
            layer_end(&l);
        }
}

static void test_sizes(void **state)
{
    size_t size = 77;
    (void)state;
    assert_false(aei_int8_size(AEI_INT8_MOST_INPUTS + 1, 1, &size));
    assert_false(aei_int8_size(1000, SIZE_MAX / 1000, &size));
    assert_false(aei_int8_size(1, SIZE_MAX, &size));
    assert_int_equal(size, 77);
}

/* ---- the same bytes whoever runs the tasks, and for a row whatever its neighbours */

static void test_threads_and_batches(void **state)
{
    static const uint32_t threads[] = {1, 2, 3, 4, 7};
    const aei_kernels *kernels = int8_set();
    random_source random = {3};
    (void)state;
    if (!kernels) skip();
    layer l = layer_random(&random, (shape){300, 200, 150});
    l.f = activation_of(AE_SILU);
    block right = run(kernels, NULL, &l);
    for (size_t t = 0; t <= sizeof threads / sizeof threads[0]; ++t) {
        ae_runtime *runtime = t < sizeof threads / sizeof threads[0] ? runtime_of(threads[t]) : backwards_runtime();
        block y = run(kernels, runtime, &l);
        assert_true(block_same(y, right));
        block_end(y);
        aei_runtime_release(runtime);
    }
    for (size_t first = 0, n; first < 300; first += n) {
        n = 1 + first % 13 < 300 - first ? 1 + first % 13 : 300 - first;
        layer part = l;
        part.s.n = n;
        part.x.at = l.x.at + first * l.x_stride;
        block y = run(kernels, NULL, &part);
        assert_memory_equal(y.at, right.at + first * l.y_stride, ((n - 1) * l.y_stride + l.s.out) * sizeof *y.at);
        block_end(y);
    }
    block_end(right);
    layer_end(&l);
}

/* ---- speeds */

typedef struct bench {
    const aei_kernels *kernels;
    const layer *l;
    const aei_int8_weights *w;
    aei_int8_forward forward;
    aei_dense_forward in_float;
} bench;

static void bench_forward(void *work)
{
    bench *b = work;
    b->kernels->int8_forward(&b->forward);
}

static void bench_float(void *work)
{
    bench *b = work;
    b->kernels->dense_forward(&b->in_float);
}

static void bench_pack(void *work)
{
    bench *b = work;
    b->kernels->int8_pack(b->w, b->l->w.at, b->l->transposed, NULL);
}

static void run_bench(void)
{
    static const shape sizes[] = {{256, 784, 512}, {256, 512, 256}, {256, 256, 32}, {256, 32, 256}, {256, 256, 512},
                                  {256, 512, 784}, {256, 64, 32},   {256, 32, 8},   {1, 784, 512},  {2, 784, 512},
                                  {4, 784, 512},   {5, 784, 512},   {8, 784, 512}};
    const aei_kernels *kernels = int8_set();
    if (!kernels) return;
    printf("microseconds of a layer with bias and ReLU, and of rounding its weights\n");
    printf("%5s %5s %5s  %8s %8s %6s  %8s\n", "n", "in", "out", "float", "int8", "ratio", "weights");
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; ++i) {
        random_source random = {1};
        const shape s = sizes[i];
        layer l = {.s = s, .x_stride = s.in, .y_stride = s.out, .x = block_random(&random, s.n * s.in, -1, 1),
                   .w = block_random(&random, s.in * s.out, -1, 1), .bias = block_random(&random, s.out, -1, 1)};
        size_t size;
        assert_true(aei_int8_size(s.in, s.out, &size));
        block memory = block_new(size / sizeof(aei_real)), y = block_new(s.n * s.out);
        block q = block_new(s.n * aei_int8_row(s.in) / sizeof(aei_real));
        const aei_int8_weights w = aei_int8_at(memory.at, s.in, s.out);
        bench b = {.kernels = kernels, .l = &l, .w = &w,
                   .forward = {.w = &w, .n = s.n, .x = l.x.at, .x_stride = s.in, .bias = l.bias.at,
                               .f = activation_of(AE_RELU), .y = y.at, .y_stride = s.out, .q = (uint8_t *)q.at},
                   .in_float = {.n = s.n, .in = s.in, .out = s.out, .x = l.x.at, .x_stride = s.in, .w = l.w.at,
                                .bias = l.bias.at, .f = activation_of(AE_RELU), .y = y.at, .y_stride = s.out}};
        const double pack = best_time(bench_pack, &b), in_float = best_time(bench_float, &b);
        const double in_int8 = best_time(bench_forward, &b);
        printf("%5zu %5zu %5zu  %8.2f %8.2f %6.2f  %8.1f\n", s.n, s.in, s.out, 1e6 * in_float, 1e6 * in_int8,
               in_float / in_int8, 1e6 * pack);
        block_end(memory);
        block_end(y);
        block_end(q);
        layer_end(&l);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_same_whole_numbers),
        cmocka_unit_test(test_the_largest_sums),
        cmocka_unit_test(test_error),
        cmocka_unit_test(test_zeros_and_tiny_numbers),
        cmocka_unit_test(test_numbers_that_are_not_finite),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_threads_and_batches),
    };
    if (argc > 1 && strcmp(argv[1], "--bench") == 0) {
        run_bench();
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
