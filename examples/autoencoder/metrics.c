/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "metrics.h"

#include <math.h>
#include <stdlib.h>

typedef struct scored {
    float score;
    int anomaly;
} scored;

static int highest_first(const void *a, const void *b)
{
    const float x = ((const scored *)a)->score, y = ((const scored *)b)->score;
    return (x < y) - (x > y);
}

int separation_find(separation *out, const float *scores, const float *labels, size_t rows)
{
    scored *sorted = malloc(rows * sizeof *sorted);
    if (!sorted) return -1;
    out->anomalies = 0;
    for (size_t i = 0; i < rows; i++) {
        sorted[i].score = scores[i];
        sorted[i].anomaly = labels[i] != 0;
        out->anomalies += labels[i] != 0;
    }
    qsort(sorted, rows, sizeof *sorted, highest_first);

    /* Rows of one score come together: one point of the curves each. */
    double found = 0, others = 0, wins = 0, precision = 0;
    for (size_t i = 0; i < rows;) {
        double anomalies = 0, ties = 0;
        for (const float score = sorted[i].score; i < rows && sorted[i].score == score; i++) {
            anomalies += sorted[i].anomaly;
            ties += !sorted[i].anomaly;
        }
        wins += ties * (found + anomalies / 2);
        found += anomalies;
        others += ties;
        precision += anomalies * found / (found + others);
    }
    free(sorted);
    const int both = found > 0 && others > 0;
    out->auroc = both ? wins / (found * others) : NAN;
    out->average_precision = both ? precision / found : NAN;
    return 0;
}
