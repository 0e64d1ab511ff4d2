/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The number type of all arithmetic. The library is built with float; the gradient tests build floors 0 to 5 once
 * more with double (AEI_REAL_DOUBLE), where a wrong derivative cannot hide behind rounding. */
#ifndef AEI_BASE_REAL_H
#define AEI_BASE_REAL_H

#include <float.h>
#include <math.h>

#ifdef AEI_REAL_DOUBLE
typedef double aei_real;
#define AEI_REAL_EPSILON DBL_EPSILON
#define AEI_REAL_MAX DBL_MAX
#define AEI_REAL_MIN DBL_MIN
#define aei_exp exp
#define aei_expm1 expm1
#define aei_ln log
#define aei_log1p log1p
#define aei_tanh tanh
#define aei_erf erf
#define aei_sqrt sqrt
#define aei_fabs fabs
#else
typedef float aei_real;
#define AEI_REAL_EPSILON FLT_EPSILON
#define AEI_REAL_MAX FLT_MAX
#define AEI_REAL_MIN FLT_MIN
#define aei_exp expf
#define aei_expm1 expm1f
#define aei_ln logf
#define aei_log1p log1pf
#define aei_tanh tanhf
#define aei_erf erff
#define aei_sqrt sqrtf
#define aei_fabs fabsf
#endif

#endif
