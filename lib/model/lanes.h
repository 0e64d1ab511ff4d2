/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A call's rows in blocks of AEI_INFERENCE_ROWS at most, as few and as equal as can be. Blocks are independent: lanes,
 * run by aei_parallel_for(), take one after another until none is left, each lane with its own buffers. So any number of
 * threads gives the same bytes. */
#ifndef AEI_MODEL_LANES_H
#define AEI_MODEL_LANES_H

#include "model/block.h"

/* What a call does with one block; `call` is its own, shared by all blocks. */
typedef void (*aei_block_callback)(const void *call, const aei_block *block);

size_t aei_lanes_block_count(size_t rows);

/* `run` for all blocks of `rows` rows, at least 1. NO_MEMORY comes before the first block. */
ae_status aei_lanes_run(const ae_model *model, size_t rows, aei_block_callback run, const void *call);

/* Makes the spare buffers that calls with `rows` rows need, so that such calls find memory as long as no other thread
 * uses the model. */
ae_status aei_lanes_reserve(const ae_model *model, size_t rows);

#endif
