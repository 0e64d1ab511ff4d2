/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The loops of machine.c, which includes this file once for each instruction set, with
 *   LOOPS(name)    name of a function of this set
 *   LOOPS_TARGET   attribute that makes the compiler use the set
 *   LOOPS_BYTES    bytes of its vectors
 * No include guard, since it is included several times. */

enum { LOOPS(lanes) = LOOPS_BYTES / sizeof(float) };
typedef float LOOPS(vector) __attribute__((vector_size(LOOPS_BYTES)));

/* Twelve chains, since a unit takes a new multiply-add before the last one is ready (4 cycles, 2 units: 8 in flight).
 * They start from different numbers, or the compiler would see that all are the same chain. */
LOOPS_TARGET static float LOOPS(multiply_add)(long turns)
{
    volatile float start = 0.5f;
    LOOPS(vector) a = {0}, b = {0}, sum;
    a += start;
    b += start + start;
#define BEGIN(k) LOOPS(vector) c##k = b * (float)(k);
#define CHAIN(k) c##k = c##k * a + b;
    EACH_CHAIN(BEGIN)
    for (long i = 0; i < turns; ++i) {
        EACH_CHAIN(CHAIN)
    }
#undef BEGIN
#undef CHAIN
    sum = c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11;
    return sum[0];
}

/* Eight sums at a time: enough loads are under way to fill the memory system. floats: a multiple of READ_BLOCK. */
LOOPS_TARGET static float LOOPS(read)(const float *values, size_t floats, long turns)
{
    LOOPS(vector) s0 = {0}, s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
    for (long turn = 0; turn < turns; ++turn) {
        const LOOPS(vector) *p = (const LOOPS(vector) *)values;
        for (size_t i = 0; i < floats / LOOPS(lanes); i += 8) {
            s0 += p[i], s1 += p[i + 1], s2 += p[i + 2], s3 += p[i + 3];
            s4 += p[i + 4], s5 += p[i + 5], s6 += p[i + 6], s7 += p[i + 7];
        }
        COMPILER_BARRIER();
    }
    s0 += s1 + s2 + s3 + s4 + s5 + s6 + s7;
    return s0[0];
}

/* m = beta1 m + (1 - beta1) g,  v = beta2 v + (1 - beta2) g^2,  w -= lr m / (sqrt(v) + epsilon) */
LOOPS_TARGET static void LOOPS(adam)(float *restrict w, const float *restrict g, float *restrict m, float *restrict v,
                                     size_t count, long turns)
{
    const float beta1 = 0.9f, beta2 = 0.999f, learning_rate = 1e-3f, epsilon = 1e-8f;
    for (long turn = 0; turn < turns; ++turn) {
        for (size_t i = 0; i < count; ++i) {
            m[i] = beta1 * m[i] + (1 - beta1) * g[i];
            v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
            w[i] -= learning_rate * m[i] / (sqrtf(v[i]) + epsilon);
        }
        COMPILER_BARRIER();
    }
}

#undef LOOPS
#undef LOOPS_TARGET
#undef LOOPS_BYTES
