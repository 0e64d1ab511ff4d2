/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The distribution functions of one and of two normal variables, in double. */
#ifndef AEI_SOLVERS_NORMAL_H
#define AEI_SOLVERS_NORMAL_H

/* phi(x), log phi(x), Phi(x) = P(Z <= x), and log Phi(x), which does not underflow. */
double aei_normal_density(double x);
double aei_normal_log_density(double x);
double aei_normal_distribution(double x);
double aei_normal_log_distribution(double x);

/* P(U <= x, V <= y) for standard normal U and V with correlation cos(angle), 0 <= angle <= pi. The angle, not its cosine:
 * near correlation 1 the probability moves with it like the root of 1 - correlation.
 *
 * Plackett (1954): d/d(correlation) P = the density of (U, V) at (x, y). Integrated from correlation 0,
 *   P = Phi(x) Phi(y) + 1/(2 pi) int_angle^(pi/2) exp(-(x^2 - 2 x y cos t + y^2) / (2 sin^2 t)) dt
 * with the exponent as -((x - y) / sin t)^2 / 2 - x y / (1 + cos t), where nothing cancels as t goes to 0; an obtuse angle
 * is the acute one of (U, -V) and the other sign. The integrand may rise from 0 within any short way of t = angle; the
 * double exponential rule (Takahasi and Mori 1974) has points at every scale there. Absolute error below 1e-15. */
double aei_binormal_distribution(double x, double y, double angle);

#endif
