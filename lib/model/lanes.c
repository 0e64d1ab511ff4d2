/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "model/lanes.h"

#include "base/error.h"
#include "base/runtime.h"
#include "base/threads.h"
#include "model/quantised.h"

typedef struct job {
    const ae_model *model;
    size_t rows;
    aei_block_callback run;
    const void *call;
    void *quantised;    /* weights for int8, or NULL */
    atomic_size_t next; /* first block that nobody has taken yet */
    aei_inference_buffers *lanes[AEI_SPARE_COUNT];
} job;

size_t aei_lanes_block_count(size_t rows)
{
    return rows / AEI_INFERENCE_ROWS + (rows % AEI_INFERENCE_ROWS != 0);
}

static void run_lane(void *work, size_t lane)
{
    job *j = work;
    const ae_model *model = j->model;
    const size_t blocks = aei_lanes_block_count(j->rows), least = j->rows / blocks, rest = j->rows % blocks;
    for (size_t i = atomic_fetch_add(&j->next, 1); i < blocks; i = atomic_fetch_add(&j->next, 1)) {
        const aei_block block = {
            .model = model, .index = i, .first = i * least + (i < rest ? i : rest), .buffers = j->lanes[lane],
            .pass = {.runtime = model->runtime, .kernels = model->kernels, .set = &model->set,
                     .n = least + (i < rest), .quantised = j->quantised, .bytes = j->lanes[lane]->bytes},
        };
        j->run(j->call, &block);
    }
}

/* As many as there are threads and blocks for. How many threads a host's own loop has is not known. */
static size_t lane_count(const ae_model *model, size_t rows)
{
    const ae_runtime_options *options = &aei_runtime_or_default(model->runtime)->options;
    const size_t blocks = aei_lanes_block_count(rows), threads = options->parallel ? AEI_SPARE_COUNT : options->threads;
    const size_t most = threads < AEI_SPARE_COUNT ? threads : AEI_SPARE_COUNT;
    return blocks < most ? blocks : most;
}

static void close_lanes(const ae_model *model, aei_inference_buffers **lanes, size_t count)
{
    while (count > 0)
        aei_inference_buffers_give_back(model, lanes[--count]);
}

/* All buffers before the first block, so that a call either does all of its work or none. */
static ae_status open_lanes(const ae_model *model, aei_inference_buffers **lanes, size_t count, size_t rows)
{
    const size_t height = rows < AEI_INFERENCE_ROWS ? rows : AEI_INFERENCE_ROWS;
    for (size_t i = 0; i < count; i++) {
        lanes[i] = aei_inference_buffers_take(model, height);
        if (!lanes[i]) {
            close_lanes(model, lanes, i);
            return aei_fail(AE_ERROR_NO_MEMORY, "out of memory for the layers of %zu rows", height);
        }
    }
    return AE_OK;
}

ae_status aei_lanes_run(const ae_model *model, size_t rows, aei_block_callback run, const void *call)
{
    job j = {.model = model, .rows = rows, .run = run, .call = call};
    const size_t lanes = lane_count(model, rows);
    ae_status status = aei_quantised_get(model, &j.quantised);
    if (status == AE_OK)
        status = open_lanes(model, j.lanes, lanes, rows);
    if (status != AE_OK)
        return status;
    atomic_init(&j.next, 0);
    model->kernels->enter();
    aei_parallel_for(model->runtime, lanes, run_lane, &j);
    model->kernels->leave();
    close_lanes(model, j.lanes, lanes);
    return AE_OK;
}

ae_status aei_lanes_reserve(const ae_model *model, size_t rows)
{
    aei_inference_buffers *lanes[AEI_SPARE_COUNT];
    const size_t count = lane_count(model, rows);
    ae_status status = open_lanes(model, lanes, count, rows);
    if (status == AE_OK)
        close_lanes(model, lanes, count);
    return status == AE_OK ? aei_quantised_reserve(model) : status;
}
