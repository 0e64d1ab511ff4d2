/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "data/quantile.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* A whole number that sorts as the float does: of a negative one all bits are flipped, of others the sign. */
static uint32_t key_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits & UINT32_C(0x80000000) ? ~bits : bits | UINT32_C(0x80000000);
}

static float value_of(uint32_t key)
{
    const uint32_t bits = key & UINT32_C(0x80000000) ? key & UINT32_C(0x7fffffff) : ~key;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Digit by digit of base 256, the highest first: of the keys that share the digits found so far, how many have which
 * next one? */
float aei_order_statistic(const float *values, size_t n, size_t rank)
{
    uint32_t found = 0, known = 0;
    for (int shift = 24; shift >= 0; shift -= 8) {
        size_t counts[256] = {0};
        uint32_t digit = 0;
        for (size_t i = 0; i < n; i++) {
            const uint32_t key = key_of(values[i]);
            if ((key & known) == found)
                counts[key >> shift & 255]++;
        }
        while (rank >= counts[digit])
            rank -= counts[digit++];
        found |= digit << shift;
        known |= UINT32_C(255) << shift;
    }
    return value_of(found);
}

double aei_quantile(const float *values, size_t n, double p)
{
    const double position = p * (double)(n - 1);
    const size_t rank = (size_t)position;
    const double share = position - (double)rank;
    const float low = aei_order_statistic(values, n, rank);
    float high = INFINITY;
    size_t below = 0; /* numbers up to `low` */
    if (share == 0)
        return (double)low;
    for (size_t i = 0; i < n; i++) {
        if (values[i] <= low)
            below++;
        else if (values[i] < high)
            high = values[i];
    }
    if (below > rank + 1)
        high = low;
    return (double)low + share * ((double)high - (double)low);
}
