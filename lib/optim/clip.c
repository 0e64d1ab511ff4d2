/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "optim/clip.h"

#include <math.h>

double aei_clip_norm(const aei_real *gradients, size_t count)
{
    double sum[4] = {0};
    size_t i = 0;
    for (; i + 4 <= count; i += 4)
        for (size_t k = 0; k < 4; k++)
            sum[k] += (double)gradients[i + k] * (double)gradients[i + k];
    for (; i < count; i++)
        sum[0] += (double)gradients[i] * (double)gradients[i];
    return sqrt((sum[0] + sum[1]) + (sum[2] + sum[3]));
}

double aei_clip_scale(double norm, double limit)
{
    const double scale = limit / (norm + 1e-6);
    return scale < 1 ? scale : 1;
}
