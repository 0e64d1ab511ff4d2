/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "data/batch.h"

#include "base/rng.h"
#include "base/threads.h"

#define TASK_NUMBERS 32768 /* of the rows of a task */

void aei_batch_order(size_t *order, size_t rows, int shuffle, uint64_t seed, uint64_t epoch)
{
    if (shuffle) {
        aei_rng rng = aei_rng_stream(seed, AEI_RNG_SHUFFLE, epoch, 0);
        aei_rng_permutation(&rng, rows, order);
    } else {
        for (size_t i = 0; i < rows; i++)
            order[i] = i;
    }
}

/* Rows order[0..n-1] of the dataset, or rows 0..n-1 where order is NULL. */
typedef struct copying {
    const ae_dataset *dataset;
    const aei_scaling *scaling;
    const size_t *order;
    size_t n;
    aei_real *out;
} copying;

static size_t rows_of_task(const copying *c)
{
    return c->dataset->columns < TASK_NUMBERS ? TASK_NUMBERS / c->dataset->columns : 1;
}

static void copy_rows(void *work, size_t task)
{
    const copying *c = work;
    const size_t rows = rows_of_task(c), columns = c->dataset->columns, begin = task * rows;
    const size_t end = begin + (c->n - begin < rows ? c->n - begin : rows);
    for (size_t i = begin; i < end; i++)
        aei_scale_row(c->scaling, aei_dataset_row(c->dataset, c->order ? c->order[i] : i), columns,
                      c->out + i * columns);
}

static void copy(const ae_runtime *runtime, copying *c)
{
    const size_t rows = rows_of_task(c);
    aei_parallel_for(runtime, c->n / rows + (c->n % rows != 0), copy_rows, c);
}

void aei_batch_gather(const ae_runtime *runtime, const ae_dataset *dataset, const aei_scaling *scaling,
                      const size_t *order, size_t n, aei_real *out)
{
    copy(runtime, &(copying){dataset, scaling, order, n, out});
}

#define FORESEEN 64 /* numbers of a row */
#define LINE (64 / sizeof(float))

void aei_batch_foresee(const ae_dataset *dataset, const size_t *order, size_t n)
{
#ifdef __GNUC__
    const size_t columns = dataset->columns < FORESEEN ? dataset->columns : FORESEEN;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < columns; j += LINE)
            __builtin_prefetch(aei_dataset_row(dataset, order[i]) + j, 0, 2);
#else
    (void)dataset, (void)order, (void)n;
#endif
}

void aei_batch_copy(const ae_runtime *runtime, const float *x, const aei_scaling *scaling, size_t n, size_t columns,
                    size_t stride, aei_real *out)
{
    const ae_dataset rows = {.values = x, .rows = n, .columns = columns, .stride = stride};
    copy(runtime, &(copying){&rows, scaling, NULL, n, out});
}
