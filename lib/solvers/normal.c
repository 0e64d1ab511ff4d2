/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "solvers/normal.h"

#include <math.h>

#define PI 3.14159265358979323846
#define LOG_ROOT_2_PI 0.91893853320467274178
#define ROOT_2 1.41421356237309504880
#define FAR 40         /* Phi(40) = 1 and Phi(-40) = 0 in double */
#define TAIL (-30)     /* below, the asymptotic series of log Phi is exact to a double; erfc underflows at -37 */
#define STEPS_PER_UNIT 64
#define STEPS 220      /* to either side: what lies beyond is below 1e-20 of the interval */

double aei_normal_log_density(double x)
{
    return -x * x / 2 - LOG_ROOT_2_PI;
}

double aei_normal_density(double x)
{
    return exp(aei_normal_log_density(x));
}

double aei_normal_distribution(double x)
{
    return erfc(-x / ROOT_2) / 2;
}

double aei_normal_log_distribution(double x)
{
    if (x > 0)
        return log1p(-aei_normal_distribution(-x));
    if (x > TAIL)
        return log(aei_normal_distribution(x));
    /* Phi(x) = phi(x) / |x| (1 - 1/x^2 + 3/x^4 - 15/x^6 + ...), Abramowitz and Stegun 26.2.12 */
    const double r = 1 / (x * x);
    return aei_normal_log_density(x) - log(-x) + log1p(-r * (1 - r * (3 - r * (15 - r * 105))));
}

double aei_binormal_distribution(double x, double y, double angle)
{
    const int obtuse = angle > PI / 2;
    const double from = obtuse ? PI - angle : angle, length = PI / 2 - from;
    const double u = fmin(fmax(x, -FAR), FAR), v = fmin(fmax(obtuse ? -y : y, -FAR), FAR);
    const double p = aei_normal_distribution(x), q = aei_normal_distribution(y);
    double sum = 0;
    for (int i = -STEPS; i <= STEPS; i++) {
        /* t = from + length * part, part = 1 / (1 + exp(-pi sinh s)) */
        const double s = (double)i / STEPS_PER_UNIT, e = exp(-PI * sinh(s));
        const double part = 1 / (1 + e), slope = PI * cosh(s) * part * (e / (1 + e));
        const double t = from + length * part, far = (u - v) / sin(t);
        sum += slope * exp(-far * far / 2 - u * v / (1 + cos(t)));
    }
    sum *= length / STEPS_PER_UNIT / (2 * PI);
    return fmin(fmax(p * q + (obtuse ? -sum : sum), fmax(0, p + q - 1)), fmin(p, q));
}
