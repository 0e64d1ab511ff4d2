/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The weights of a model rounded for inference in int8 (kernels/int8.h), where its kernels can: one block for all dense
 * layers. The first inference after a change of parameters makes it. */
#ifndef AEI_MODEL_QUANTISED_H
#define AEI_MODEL_QUANTISED_H

#include "model/model.h"

/* Gives each dense layer its place in the block. */
void aei_quantised_place(ae_model *model);

/* The block with the weights of now; NULL where the model stays in float. May be called from several threads. Allocates
 * only if there is neither such a block nor one of former weights. */
ae_status aei_quantised_get(const ae_model *model, void **block);

/* Makes sure that the next aei_quantised_get() finds memory. */
ae_status aei_quantised_reserve(const ae_model *model);

/* After a change of parameters: the block is of former weights, its memory is kept. */
void aei_quantised_drop(ae_model *model);

void aei_quantised_clear(ae_model *model);

#endif
