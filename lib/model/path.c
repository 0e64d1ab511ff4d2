/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "model/path.h"

#include <math.h>

void aei_path_linear(const float *a, const float *b, size_t dim, double t, float *out)
{
    for (size_t i = 0; i < dim; i++)
        out[i] = (float)((1 - t) * (double)a[i] + t * (double)b[i]);
}

void aei_path_spherical(const float *a, const float *b, size_t dim, double t, float *out)
{
    double aa = 0, bb = 0, ab = 0;
    for (size_t i = 0; i < dim; i++) {
        aa += (double)a[i] * (double)a[i];
        bb += (double)b[i] * (double)b[i];
        ab += (double)a[i] * (double)b[i];
    }
    const double norm_a = sqrt(aa), norm_b = sqrt(bb);
    const double cosine = aa > 0 && bb > 0 ? fmin(1, fmax(-1, ab / (norm_a * norm_b))) : 1;
    const double angle = acos(cosine), sine = sin(angle);
    if (sine < 1e-6) {
        aei_path_linear(a, b, dim, t, out);
        return;
    }
    const double norm = (1 - t) * norm_a + t * norm_b;
    const double from = sin((1 - t) * angle) / sine * norm / norm_a, to = sin(t * angle) / sine * norm / norm_b;
    for (size_t i = 0; i < dim; i++)
        out[i] = (float)(from * (double)a[i] + to * (double)b[i]);
}

static double polynomial(const double *c, int n, double x)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum = sum * x + c[i];
    return sum;
}

double aei_normal_quantile(double p)
{
    static const double a[] = {-3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02,
                               1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239e+00};
    static const double b[] = {-5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
                               6.680131188771972e+01, -1.328068155288572e+01, 1};
    static const double c[] = {-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
                               -2.549732539343734e+00, 4.374664141464968e+00, 2.938163982698783e+00};
    static const double d[] = {7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
                               3.754408661907416e+00, 1};
    const double tail = 0.02425, root_2_pi = 2.50662827463100050242, root_2 = 1.41421356237309504880;
    const double low = p > 0.5 ? 1 - p : p; /* exact; and Phi(x) - p would cancel where p is near 1 */
    double x;
    if (low < tail) {
        const double q = sqrt(-2 * log(low));
        x = polynomial(c, 6, q) / polynomial(d, 5, q);
    } else {
        const double q = low - 0.5, r = q * q;
        x = polynomial(a, 6, r) * q / polynomial(b, 6, r);
    }
    const double u = (erfc(-x / root_2) / 2 - low) * root_2_pi * exp(x * x / 2);
    x -= u / (1 + x * u / 2);
    return p > 0.5 ? -x : x;
}
