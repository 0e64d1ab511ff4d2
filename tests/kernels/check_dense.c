/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The three entries of a dense layer.
 *
 * Tolerance of a sum of k products, each set in its own order: eps (8 + 2 sqrt(k)) times the sum of their absolute
 * values, where rounding is a random walk; what one term less would change is about 1/k of that sum. Behind an
 * activation it grows by the steepest slope, below 1.2, and what the activation itself may be off. */
#include "check.h"
#include "kernels/dense.h"
#include "support/effort.h"

#define STEEPEST 1.2

typedef struct shape {
    size_t n, in, out;
} shape;

static const shape shapes[] = {
    {0, 3, 2},     {1, 1, 1},     {1, 7, 5},     {2, 1, 9},     {3, 9, 1},      {4, 4, 4},     {5, 3, 8},
    {1, 784, 300}, {2, 300, 784}, {3, 257, 255}, {4, 256, 257}, {15, 16, 17},   {16, 17, 15},  {17, 15, 16},
    {7, 1, 300},   {255, 2, 3},   {256, 3, 2},   {257, 5, 7},   {33, 255, 31},  {31, 256, 33}, {32, 257, 32},
    {64, 31, 255}, {9, 33, 256},  {65, 32, 257}, {300, 64, 40}, {128, 300, 70}, {40, 70, 600}, {257, 257, 257},
    {63, 65, 129}, {65, 63, 64},  {64, 129, 63},  {127, 64, 65}, {129, 127, 2}, {128, 140, 150}, {260, 49, 131},
    {129, 300, 48}, {25, 500, 130},
};
#define SHAPES (sizeof shapes / sizeof shapes[0])

static double tolerance(size_t terms, double magnitude)
{
    return (double)AEI_REAL_EPSILON * (8 + 2 * sqrt((double)terms)) * magnitude;
}

/* How far y = f(z) may be from f of the right z, when z is off by `error`. */
static double activation_tolerance(double z, double error)
{
    return STEEPEST * error + 4 * (double)AEI_REAL_EPSILON * (1 + fabs(z));
}

/* bfloat16 numbers, the upper halves of floats, where products round their factors to such: then they are exact too */
static block factors_for(const aei_kernels *kernels, block b)
{
    for (size_t i = 0; kernels->id == AE_KERNELS_AVX512_BF16 && i < b.count; ++i) {
        uint32_t bits;
        memcpy(&bits, &b.at[i], sizeof bits);
        bits &= 0xFFFF0000u;
        memcpy(&b.at[i], &bits, sizeof bits);
    }
    return b;
}

/* Half of the time most numbers become 0, as behind ReLU: large products leave them out. */
static block with_zeros(random_source *random, block b)
{
    const size_t share = random_below(random, 2) ? 0 : 30 + random_below(random, 71); /* percent */
    for (size_t i = 0; share > 0 && i < b.count; ++i)
        if (random_below(random, 100) < share) b.at[i] = 0;
    return b;
}

/* op(a)[i,k] of a row-major matrix with a stride */
static double element(const aei_real *a, size_t stride, int transposed, size_t i, size_t k)
{
    return (double)(transposed ? a[k * stride + i] : a[i * stride + k]);
}

static const ae_activation all_activations[] = {AE_IDENTITY,  AE_RELU, AE_LEAKY_RELU, AE_ELU,  AE_GELU,
                                                AE_GELU_TANH, AE_SILU, AE_SOFTPLUS,   AE_TANH, AE_SIGMOID};

static aei_activation random_activation(random_source *random)
{
    return activation_of(all_activations[random_below(random, AEI_ACTIVATION_COUNT)]);
}

/* ---- forward */

static void check_forward(const aei_kernels *kernels, shape s, random_source *random)
{
    const size_t x_stride = s.in + (random_below(random, 2) ? random_below(random, 9) : 0);
    const size_t y_stride = s.out + (random_below(random, 2) ? random_below(random, 9) : 0);
    const int with_scale = random_below(random, 3) == 0, with_bias = random_below(random, 3) != 0;
    const int with_z = random_below(random, 2) == 0;
    block x = with_zeros(random, factors_for(kernels, block_random(random, s.n * x_stride, -1, 1)));
    block w = factors_for(kernels, block_random(random, s.in * s.out, -1, 1));
    block scale = block_random(random, s.out, -2, 2), bias = block_random(random, s.out, -1, 1);
    block y = block_new(s.n * y_stride), z = block_new(s.n * s.out);
    aei_dense_forward call = {
        .n = s.n, .in = s.in, .out = s.out, .x = x.at, .x_stride = x_stride, .w = w.at,
        .transposed = random_below(random, 2) != 0, .scale = with_scale ? scale.at : NULL,
        .bias = with_bias ? bias.at : NULL, .f = random_activation(random), .y = y.at, .y_stride = y_stride,
        .z = with_z ? z.at : NULL};
    char what[200];

    snprintf(what, sizeof what, "%s forward n=%zu in=%zu out=%zu strides %zu %zu%s%s%s%s, %s", kernels->name, s.n, s.in,
             s.out, x_stride, y_stride, call.transposed ? ", transposed" : "", with_scale ? ", scale" : "",
             with_bias ? ", bias" : "", with_z ? ", z" : "", aei_activation_name(call.f.kind));
    kernels->dense_forward(&call);

    for (size_t r = 0; r < s.n; ++r) {
        for (size_t j = 0; j < s.out; ++j) {
            double sum = 0, magnitude = 0, error, got = (double)y.at[r * y_stride + j], right;
            for (size_t i = 0; i < s.in; ++i) {
                const double term = (double)x.at[r * x_stride + i] *
                                    element(w.at, call.transposed ? s.out : s.in, call.transposed, j, i);
                sum += term;
                magnitude += fabs(term);
            }
            if (with_scale) {
                sum *= (double)scale.at[j];
                magnitude *= fabs((double)scale.at[j]);
            }
            if (with_bias) {
                sum += (double)bias.at[j];
                magnitude += fabs((double)bias.at[j]);
            }
            error = tolerance(s.in, magnitude);
            right = twin_activation(call.f, sum);
            if (!(fabs(got - right) <= activation_tolerance(sum, error)))
                fail_msg("%s: y[%zu,%zu] is %.9g, should be %.9g", what, r, j, got, right);
            if (with_z && !(fabs((double)z.at[r * s.out + j] - sum) <= error))
                fail_msg("%s: z[%zu,%zu] is %.9g, should be %.9g", what, r, j, (double)z.at[r * s.out + j], sum);
        }
        if (!untouched(y.at + r * y_stride + s.out, y_stride - s.out)) fail_msg("%s: wrote between rows", what);
    }
    if (!with_z && !untouched(z.at, z.count)) fail_msg("%s: wrote z", what);
    if (!(block_end(y) & block_end(z))) fail_msg("%s: wrote behind y or z", what);
    block_end(x);
    block_end(w);
    block_end(scale);
    block_end(bias);
}

/* ---- gradient of the input */

static void check_input_gradient(const aei_kernels *kernels, shape s, random_source *random)
{
    block dz = with_zeros(random, factors_for(kernels, block_random(random, s.n * s.out, -1, 1)));
    block w = factors_for(kernels, block_random(random, s.in * s.out, -1, 1));
    block z = block_random(random, s.n * s.in, -3, 3), y = block_new(s.n * s.in), dx = block_new(s.n * s.in);
    const aei_activation f = random_activation(random);
    const int needs_z = aei_activation_needs_z(f.kind);
    aei_dense_input_gradient call = {
        .n = s.n, .in = s.in, .out = s.out, .dz = dz.at, .w = w.at, .transposed = random_below(random, 2) != 0, .f = f,
        .y = f.kind == AE_IDENTITY || needs_z ? NULL : y.at, .z = needs_z ? z.at : NULL, .dx = dx.at};
    char what[200];

    snprintf(what, sizeof what, "%s input gradient n=%zu in=%zu out=%zu%s, %s", kernels->name, s.n, s.in, s.out,
             call.transposed ? ", transposed" : "", aei_activation_name(f.kind));
    for (size_t i = 0; i < z.count; ++i) {
        z.at[i] = (aei_real)(round((double)z.at[i] * 16) / 16); /* at the kinks or well beside them */
        y.at[i] = (aei_real)twin_activation(f, (double)z.at[i]);
    }
    kernels->dense_input_gradient(&call);

    for (size_t r = 0; r < s.n; ++r) {
        for (size_t i = 0; i < s.in; ++i) {
            const double at = (double)z.at[r * s.in + i], slope = twin_derivative(f, at);
            double sum = 0, magnitude = 0, got = (double)dx.at[r * s.in + i], error;
            for (size_t j = 0; j < s.out; ++j) {
                const double weight = element(w.at, call.transposed ? s.out : s.in, !call.transposed, i, j);
                const double term = (double)dz.at[r * s.out + j] * weight;
                sum += term;
                magnitude += fabs(term);
            }
            error = STEEPEST * tolerance(s.out, magnitude) + 8 * (double)AEI_REAL_EPSILON * fabs(sum) * (1 + fabs(at));
            if (!(fabs(got - sum * slope) <= error))
                fail_msg("%s: dx[%zu,%zu] is %.9g, should be %.9g", what, r, i, got, sum * slope);
        }
    }
    if (!block_end(dx)) fail_msg("%s: wrote behind dx", what);
    block_end(dz);
    block_end(w);
    block_end(z);
    block_end(y);
}

/* ---- gradient of weight and bias; the step in the same call, which may leave dW unwritten, must be the same bytes as
 * the step alone */

static void check_weight_gradient(const aei_kernels *kernels, shape s, random_source *random)
{
    const size_t x_stride = s.in + (random_below(random, 2) ? random_below(random, 9) : 0);
    const int with_bias = random_below(random, 3) != 0, with_update = random_below(random, 2) != 0;
    const int transposed = random_below(random, 2) != 0, accumulate = random_below(random, 2) != 0;
    const size_t weights = s.in * s.out, w_first = 5, b_first = w_first + weights + 3, total = b_first + s.out;
    block x = with_zeros(random, factors_for(kernels, block_random(random, s.n * x_stride, -1, 1)));
    block dz = with_zeros(random, factors_for(kernels, block_random(random, s.n * s.out, -1, 1)));
    block g = block_random(random, total, -1, 1), g_before = block_copy(g);
    block w = block_random(random, total, -1, 1), w_before = block_copy(w);
    block m = block_random(random, total, -1, 1), m_before = block_copy(m);
    block v = block_random(random, total, 0, 1), v_before = block_copy(v);
    aei_update update = {
        .kind = random_below(random, 2) ? AEI_UPDATE_ADAM : AEI_UPDATE_ADAMW, .w = w.at, .g = g.at, .m = m.at,
        .v = v.at, .learning_rate = (aei_real)0.01, .beta1 = (aei_real)0.9, .beta2 = (aei_real)0.99,
        .one_minus_beta1 = (aei_real)0.1, .one_minus_beta2 = (aei_real)0.01,
        .epsilon = (aei_real)1e-8, .step = (aei_real)0.02, .root = 2,
        .weight_decay = (aei_real)0.1, .gradient_scale = random_below(random, 2) ? 1 : (aei_real)0.5};
    aei_dense_weight_gradient call = {
        .n = s.n, .in = s.in, .out = s.out, .dz = dz.at, .x = x.at, .x_stride = x_stride, .transposed = transposed,
        .accumulate = accumulate, .dw = g.at + w_first, .db = with_bias ? g.at + b_first : NULL,
        .w_first = w_first, .b_first = b_first};
    block room = block_new(aei_turned_size(s.n, s.in > s.out ? s.in : s.out));
    block spent = block_copy(g); /* where the call with the step has its gradients */
    char what[200];

    snprintf(what, sizeof what, "%s weight gradient n=%zu in=%zu out=%zu stride %zu%s%s%s%s", kernels->name, s.n, s.in,
             s.out, x_stride, transposed ? ", transposed" : "", accumulate ? ", accumulate" : "",
             with_bias ? ", bias" : "", with_update ? ", update" : "");
    if (random_below(random, 4) > 0) call.turned = room.at;
    kernels->dense_weight_gradient(&call);

    for (size_t j = 0; j < s.out; ++j) {
        double bias = 0, bias_magnitude = 0, got;
        for (size_t i = 0; i < s.in; ++i) {
            const size_t place = w_first + (transposed ? i * s.out + j : j * s.in + i);
            double sum = accumulate ? (double)g_before.at[place] : 0, magnitude = fabs(sum);
            for (size_t r = 0; r < s.n; ++r) {
                const double term = (double)dz.at[r * s.out + j] * (double)x.at[r * x_stride + i];
                sum += term;
                magnitude += fabs(term);
            }
            got = (double)g.at[place];
            if (!(fabs(got - sum) <= tolerance(s.n, magnitude)))
                fail_msg("%s: dW of input %zu, output %zu is %.9g, should be %.9g", what, i, j, got, sum);
        }
        for (size_t r = 0; r < s.n; ++r) {
            bias += (double)dz.at[r * s.out + j];
            bias_magnitude += fabs((double)dz.at[r * s.out + j]);
        }
        if (!with_bias) bias = (double)g_before.at[b_first + j];
        got = (double)g.at[b_first + j];
        if (!(fabs(got - bias) <= (with_bias ? tolerance(s.n, bias_magnitude) : 0)))
            fail_msg("%s: db[%zu] is %.9g, should be %.9g", what, j, got, bias);
    }
    for (size_t i = 0; i < b_first; ++i) {
        if ((i < w_first || i >= w_first + weights) && g.at[i] != g_before.at[i])
            fail_msg("%s: changed a gradient outside of its range", what);
    }

    if (with_update) {
        call.update = &update;
        call.dw = kernels->needs_dw || accumulate || s.n == 0 || random_below(random, 2) ? spent.at + w_first : NULL;
        call.db = with_bias ? spent.at + b_first : NULL;
        kernels->dense_weight_gradient(&call);
        update.w = w_before.at;
        update.m = m_before.at;
        update.v = v_before.at;
        kernels->update(&update, w_first, weights, 1);
        if (with_bias) kernels->update(&update, b_first, s.out, 0);
    }
    if (!block_same(w, w_before) || !block_same(m, m_before) || !block_same(v, v_before))
        fail_msg("%s: the step with the product differs from the step alone", what);
    if (!(block_end(g) & block_end(spent) & block_end(room) & block_end(w) & block_end(m) & block_end(v))) fail_msg("%s: wrote behind an arena", what);
    block_end(w_before);
    block_end(m_before);
    block_end(v_before);
    block_end(g_before);
    block_end(x);
    block_end(dz);
}

static void over_shapes(void (*check)(const aei_kernels *, shape, random_source *))
{
    for (size_t k = 0; k < SETS; ++k) {
        random_source random = {k};
        const aei_kernels *kernels = set_of(k);
        if (!kernels) continue;
        kernels->enter();
        for (size_t i = 0; i < SHAPES; ++i) {
            const int large = shapes[i].n * shapes[i].in * shapes[i].out > 500000;
            const size_t draws = large ? FEWER(4, 1) : FEWER(12, 4); /* of options */
            for (size_t draw = 0; draw < draws; ++draw) check(kernels, shapes[i], &random);
        }
        for (size_t i = 0; i < FEWER(200, 60); ++i) {
            const shape s = {1 + random_below(&random, 40), 1 + random_below(&random, 40),
                             1 + random_below(&random, 40)};
            check(kernels, s, &random);
        }
        kernels->leave();
    }
}

static void test_forward(void **state)
{
    (void)state;
    over_shapes(check_forward);
}

static void test_input_gradient(void **state)
{
    (void)state;
    over_shapes(check_input_gradient);
}

static void test_weight_gradient(void **state)
{
    (void)state;
    over_shapes(check_weight_gradient);
}

/* ---- leaving out zeros changes no number */

/* What finish() is shown, at its place. */
typedef struct shown {
    aei_real *numbers;
    size_t stride;
} shown;

static void show(void *user, size_t row, size_t col, size_t rows, size_t cols, aei_real *c, size_t c_stride)
{
    const shown *to = user;
    for (size_t r = 0; r < rows; ++r)
        for (size_t j = 0; j < cols; ++j) to->numbers[(row + r) * to->stride + col + j] += c[r * c_stride + j];
}

/* which numbers of the rows of a:[m,k] are not 0 */
static uint64_t *bits_of(const aei_real *a, size_t stride, size_t m, size_t k)
{
    const size_t words = aei_bit_words(k);
    uint64_t *bits = calloc(m * words, sizeof *bits);
    assert_non_null(bits);
    for (size_t i = 0; i < m; ++i)
        for (size_t p = 0; p < k; ++p) bits[i * words + p / 64] |= (uint64_t)(a[i * stride + p] != 0) << p % 64;
    return bits;
}

static void check_zeros_left_out(const aei_kernels *kernels, random_source *random)
{
    const size_t m = 25 + random_below(random, 200), n = 1 + random_below(random, 300), k = 1 + random_below(random, 400);
    const size_t wide = n > m ? n : m, after = random_below(random, 100);
    const bool c_turned = random_below(random, 2), accumulate = !c_turned && random_below(random, 3) == 0;
    const bool discard = random_below(random, 2), b_transposed = random_below(random, 2);
    const size_t b_stride = (b_transposed ? k : n + after) + random_below(random, 9), c_stride = wide + random_below(random, 9);
    const size_t b_rows = b_transposed ? n + after : k;
    block a = with_zeros(random, block_random(random, m * (k + 3), -1, 1)), b = block_random(random, b_rows * b_stride, -1, 1);
    block c = block_random(random, wide * c_stride, -1, 1), right = block_copy(c), seen = block_new(wide * wide);
    shown to = {seen.at, wide};
    aei_product product = {.m = m, .n = n, .k = k, .a = a.at, .a_stride = k + 3, .b = b.at, .b_stride = b_stride,
                           .b_transposed = b_transposed, .c = right.at, .c_stride = c_stride};
    uint64_t *bits = !b_transposed && random_below(random, 2) ? bits_of(a.at, k + 3, m, k) : NULL;
    char what[120];
    snprintf(what, sizeof what, "%s m=%zu n=%zu k=%zu%s%s%s%s%s", kernels->name, m, n, k, b_transposed ? ", B turned" : "",
             c_turned ? ", C turned" : "", accumulate ? ", accumulate" : "", discard ? ", discard" : "",
             bits ? ", bits" : "");

    product.accumulate = accumulate;
    kernels->product(&product);
    product.c = discard && !accumulate ? NULL : c.at;
    product.c_turned = c_turned;
    product.a_bits = bits;
    product.discard = discard;
    product.n_after = after;
    product.finish = show;
    product.user = &to;
    for (size_t i = 0; i < seen.count; ++i) seen.at[i] = 0;
    kernels->sparse_product(&product);

    for (size_t i = 0; i < m; ++i)
        for (size_t j = 0; j < n; ++j) {
            const size_t at = c_turned ? j * c_stride + i : i * c_stride + j;
            if (seen.at[c_turned ? j * wide + i : i * wide + j] != right.at[i * c_stride + j])
                fail_msg("%s: [%zu,%zu] differs", what, i, j);
            if (product.c && c.at[at] != right.at[i * c_stride + j]) fail_msg("%s: C[%zu,%zu] differs", what, i, j);
        }
    if (!(block_end(c) & block_end(seen))) fail_msg("%s: wrote behind C", what);
    free(bits);
    block_end(a);
    block_end(b);
    block_end(right);
}

/* ---- the same bytes whoever runs the tasks */

typedef struct outputs {
    block y, dx, g, w, m, v;
} outputs;

static outputs run_layer(const aei_kernels *kernels, const ae_runtime *runtime, shape s, int transposed)
{
    random_source random = {s.n + s.in + s.out};
    block x = with_zeros(&random, block_random(&random, s.n * s.in, -1, 1));
    block dz = with_zeros(&random, block_random(&random, s.n * s.out, -1, 1));
    block z = block_random(&random, s.n * s.in, -3, 3), room = block_new(aei_turned_size(s.n, s.in > s.out ? s.in : s.out));
    const size_t total = s.in * s.out + s.out;
    outputs o = {block_new(s.n * s.out), block_new(s.n * s.in), block_new(total), block_random(&random, total, -1, 1),
                 block_random(&random, total, -1, 1), block_random(&random, total, 0, 1)};
    aei_update update = {
        .kind = AEI_UPDATE_ADAM, .w = o.w.at, .g = o.g.at, .m = o.m.at, .v = o.v.at, .learning_rate = (aei_real)0.01,
        .beta1 = (aei_real)0.9, .beta2 = (aei_real)0.99, .one_minus_beta1 = (aei_real)0.1,
        .one_minus_beta2 = (aei_real)0.01, .epsilon = (aei_real)1e-8, .step = (aei_real)0.02,
        .root = 2, .gradient_scale = 1};
    aei_dense_forward forward = {
        .runtime = runtime, .n = s.n, .in = s.in, .out = s.out, .x = x.at, .x_stride = s.in, .w = o.w.at,
        .transposed = transposed, .f = activation_of(AE_SILU), .y = o.y.at, .y_stride = s.out};
    aei_dense_input_gradient input_gradient = {
        .runtime = runtime, .n = s.n, .in = s.in, .out = s.out, .dz = dz.at, .w = o.w.at, .transposed = transposed,
        .f = activation_of(AE_GELU), .z = z.at, .dx = o.dx.at};
    aei_dense_weight_gradient weight_gradient = {
        .runtime = runtime, .n = s.n, .in = s.in, .out = s.out, .dz = dz.at, .x = x.at, .x_stride = s.in,
        .transposed = transposed, .dw = o.g.at, .db = o.g.at + s.in * s.out, .update = &update,
        .b_first = s.in * s.out, .turned = room.at};

    kernels->enter();
    kernels->dense_forward(&forward);
    kernels->dense_input_gradient(&input_gradient);
    kernels->dense_weight_gradient(&weight_gradient);
    kernels->leave();
    block_end(x);
    block_end(dz);
    block_end(z);
    block_end(room);
    return o;
}

static int outputs_same(const outputs *a, const outputs *b)
{
    return block_same(a->y, b->y) && block_same(a->dx, b->dx) && block_same(a->g, b->g) && block_same(a->w, b->w) &&
           block_same(a->m, b->m) && block_same(a->v, b->v);
}

static void outputs_end(outputs *o)
{
    block_end(o->y);
    block_end(o->dx);
    block_end(o->g);
    block_end(o->w);
    block_end(o->m);
    block_end(o->v);
}

static void test_zeros_left_out(void **state)
{
    (void)state;
    for (size_t k = 0; k < SETS; ++k) {
        random_source random = {k};
        const aei_kernels *kernels = set_of(k);
        if (kernels && kernels->id == AE_KERNELS_AVX512_BF16) continue; /* leaves out zeros in float, as AVX512 does */
        for (size_t i = 0; kernels && kernels->sparse_product && i < FEWER(400, 60); ++i)
            check_zeros_left_out(kernels, &random);
    }
}

static void test_threads(void **state)
{
    static const shape large[] = {{1, 784, 600}, {128, 784, 300}, {300, 300, 784}, {520, 70, 530}};
    static const uint32_t threads[] = {1, 2, 3, 4, 7};
    (void)state;

    for (size_t k = 0; k < SETS; ++k) {
        const aei_kernels *kernels = set_of(k);
        if (!kernels) continue;
        for (size_t i = 0; i < 2 * sizeof large / sizeof large[0]; ++i) {
            const shape s = large[i / 2];
            outputs right = run_layer(kernels, NULL, s, i % 2 != 0);
            for (size_t t = FEWER(0, 3); t <= sizeof threads / sizeof threads[0]; ++t) {
                const int host = t == sizeof threads / sizeof threads[0];
                ae_runtime *runtime = host ? backwards_runtime() : runtime_of(threads[t]);
                for (int repeat = 0; repeat < FEWER(2, 1); ++repeat) {
                    outputs o = run_layer(kernels, runtime, s, i % 2 != 0);
                    if (!outputs_same(&right, &o))
                        fail_msg("%s n=%zu in=%zu out=%zu: other bytes with %u threads%s", kernels->name, s.n, s.in,
                                 s.out, host ? 1 : threads[t], host ? " of a host, last task first" : "");
                    outputs_end(&o);
                }
                aei_runtime_release(runtime);
            }
            outputs_end(&right);
        }
    }
}

/* ---- the table */

static void test_table(void **state)
{
    const aei_kernels *kernels, *best;
    ae_runtime *runtime = runtime_of(1);
    (void)state;

    assert_int_equal(aei_kernels_get(&kernels, AE_KERNELS_REFERENCE), AE_OK);
    assert_string_equal(kernels->name, "reference");
    assert_int_equal(aei_kernels_get(&best, AE_KERNELS_AUTO), AE_OK);
    assert_ptr_equal(aei_kernels_of(NULL), best);
    assert_ptr_equal(aei_kernels_of(runtime), best);
    runtime->kernels = kernels;
    assert_ptr_equal(aei_kernels_of(runtime), kernels);
    aei_runtime_release(runtime);

    for (size_t i = 0; i < SETS; ++i) {
        const ae_status status = aei_kernels_get(&kernels, all_sets[i]);
        if (status == AE_OK) {
            assert_int_equal(kernels->id, all_sets[i]);
        } else {
            assert_int_equal(status, AE_ERROR_UNSUPPORTED);
            assert_null(kernels);
        }
    }
    assert_int_equal(aei_kernels_get(&kernels, 99), AE_ERROR_INVALID_ARGUMENT);
    assert_null(kernels);
}

/* ---- speeds */

typedef struct bench {
    const aei_kernels *kernels;
    aei_dense_forward forward;
    aei_dense_input_gradient input_gradient;
    aei_dense_weight_gradient weight_gradient;
} bench;

static void bench_forward(void *work)
{
    bench *b = work;
    b->kernels->dense_forward(&b->forward);
}

static void bench_input_gradient(void *work)
{
    bench *b = work;
    b->kernels->dense_input_gradient(&b->input_gradient);
}

static void bench_weight_gradient(void *work)
{
    bench *b = work;
    b->kernels->dense_weight_gradient(&b->weight_gradient);
}

static void bench_shape(const aei_kernels *kernels, const ae_runtime *runtime, uint32_t threads, shape s)
{
    random_source random = {1};
    const double flops = 2e-9 * (double)s.n * (double)s.in * (double)s.out;
    const size_t total = s.in * s.out + s.out;
    block x = block_random(&random, s.n * s.in, -1, 1), dz = block_random(&random, s.n * s.out, -1e-3, 1e-3);
    block y = block_new(s.n * s.out), dx = block_new(s.n * s.in), g = block_new(total);
    block w = block_random(&random, total, -0.05, 0.05);
    block m = block_random(&random, total, -1e-3, 1e-3), v = block_random(&random, total, 1e-6, 1e-5);
    aei_update adam = {
        .kind = AEI_UPDATE_ADAM, .w = w.at, .g = g.at, .m = m.at, .v = v.at, .learning_rate = (aei_real)1e-9,
        .beta1 = (aei_real)0.9, .beta2 = (aei_real)0.999, .one_minus_beta1 = (aei_real)0.1,
        .one_minus_beta2 = (aei_real)0.001, .epsilon = (aei_real)1e-8, .step = (aei_real)1e-9, .root = 1,
        .gradient_scale = 1};
    bench b = {
        .kernels = kernels,
        .forward = {.runtime = runtime, .n = s.n, .in = s.in, .out = s.out, .x = x.at, .x_stride = s.in, .w = w.at,
                    .bias = w.at + s.in * s.out, .f = activation_of(AE_RELU), .y = y.at, .y_stride = s.out},
        .input_gradient = {.runtime = runtime, .n = s.n, .in = s.in, .out = s.out, .dz = dz.at, .w = w.at,
                           .f = activation_of(AE_RELU), .y = x.at, .dx = dx.at},
        .weight_gradient = {.runtime = runtime, .n = s.n, .in = s.in, .out = s.out, .dz = dz.at, .x = x.at,
                            .x_stride = s.in, .dw = g.at, .db = g.at + s.in * s.out, .b_first = s.in * s.out}};
    double forward, input_gradient, weight_gradient, with_adam;

    kernels->enter();
    forward = best_time(bench_forward, &b);
    input_gradient = best_time(bench_input_gradient, &b);
    weight_gradient = best_time(bench_weight_gradient, &b);
    b.weight_gradient.update = &adam;
    with_adam = best_time(bench_weight_gradient, &b);
    kernels->leave();
    printf("%-10s %7u %6zu %5zu %5zu  %8.1f %8.1f %8.1f %8.1f  %9.1f\n", kernels->name, threads,
           s.n, s.in, s.out, flops / forward, flops / input_gradient, flops / weight_gradient, flops / with_adam,
           1e6 * (forward + input_gradient + with_adam));
    block_end(x);
    block_end(dz);
    block_end(y);
    block_end(dx);
    block_end(g);
    block_end(w);
    block_end(m);
    block_end(v);
}

static void run_bench(void)
{
    static const shape sizes[] = {
        {128, 784, 512}, {128, 512, 256}, {128, 256, 32},  {128, 32, 256}, {128, 256, 512},  {128, 512, 784},
        {128, 784, 1000}, {128, 500, 250}, {128, 250, 30}, {32, 64, 32},   {1024, 784, 512}, {1, 784, 512},
        {1, 512, 784},   {2, 784, 512},   {3, 784, 512},   {4, 784, 512},
    };
    printf("dense layer with bias and ReLU, GFLOP/s of the product; step: microseconds of the three with Adam\n");
    printf("%-10s %7s %6s %5s %5s  %8s %8s %8s %8s  %9s\n", "kernels", "threads", "n", "in", "out", "forward", "dx",
           "dW", "dW+Adam", "step, us");
    for (size_t k = 0; k < SETS; ++k) {
        for (uint32_t threads = 1; set_of(k) && threads <= 2; ++threads) {
            ae_runtime *runtime = runtime_of(threads);
            for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; ++i)
                bench_shape(set_of(k), runtime, threads, sizes[i]);
            aei_runtime_release(runtime);
        }
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),           cmocka_unit_test(test_forward), cmocka_unit_test(test_input_gradient),
        cmocka_unit_test(test_weight_gradient), cmocka_unit_test(test_zeros_left_out), cmocka_unit_test(test_threads),
    };
    if (argc > 1 && strcmp(argv[1], "--bench") == 0) {
        run_bench();
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
