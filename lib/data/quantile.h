/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Exact order statistics of finite numbers, without sorting, memory or a bad case: four passes over the numbers. */
#ifndef AEI_DATA_QUANTILE_H
#define AEI_DATA_QUANTILE_H

#include <stddef.h>

/* The number that would be values[rank] if they were sorted, rank < n. */
float aei_order_statistic(const float *values, size_t n, size_t rank);

/* The quantile of p in [0, 1]: at position p (n - 1), linear between neighbours, as numpy and R (type 7) have it. */
double aei_quantile(const float *values, size_t n, double p);

#endif
