/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "data/batch.h"

#include "base/rng.h"
#include "base/threads.h"

#define TASK_NUMBERS 32768 /* of the rows of a task */
#define FORESEEN 64        /* numbers of a row */
#define LINE (64 / sizeof(float))

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
    size_t n, after; /* rows of this batch; rows of the next, which follow in `order` */
    aei_real *out;
} copying;

/* Begins to fetch a row from memory: by the time the next batch is gathered it is near, and of a long row the processor
 * foresees the rest. A few at a time: of many the processor drops most. */
static void foresee(const ae_dataset *dataset, size_t row)
{
#ifdef __GNUC__
    const size_t columns = dataset->columns < FORESEEN ? dataset->columns : FORESEEN;
    for (size_t j = 0; j < columns; j += LINE) __builtin_prefetch(aei_dataset_row(dataset, row) + j, 0, 2);
#else
    (void)dataset, (void)row;
#endif
}

static size_t rows_of_task(const copying *c)
{
    return c->dataset->columns < TASK_NUMBERS ? TASK_NUMBERS / c->dataset->columns : 1;
}

static void copy_rows(void *work, size_t task)
{
    const copying *c = work;
    const size_t rows = rows_of_task(c), columns = c->dataset->columns, begin = task * rows;
    const size_t end = begin + (c->n - begin < rows ? c->n - begin : rows);
    for (size_t i = begin; i < end; i++) {
        if (i < c->after) foresee(c->dataset, c->order[c->n + i]);
        aei_scale_row(c->scaling, aei_dataset_row(c->dataset, c->order ? c->order[i] : i), columns,
                      c->out + i * columns);
    }
}

static void copy(const ae_runtime *runtime, copying *c)
{
    const size_t rows = rows_of_task(c);
    aei_parallel_for(runtime, c->n / rows + (c->n % rows != 0), copy_rows, c);
}

void aei_batch_gather(const ae_runtime *runtime, const ae_dataset *dataset, const aei_scaling *scaling,
                      const size_t *order, size_t n, size_t after, aei_real *out)
{
    copy(runtime, &(copying){dataset, scaling, order, n, after, out});
}

void aei_batch_copy(const ae_runtime *runtime, const float *x, const aei_scaling *scaling, size_t n, size_t columns,
                    size_t stride, aei_real *out)
{
    const ae_dataset rows = {.values = x, .rows = n, .columns = columns, .stride = stride};
    copy(runtime, &(copying){&rows, scaling, NULL, n, 0, out});
}
