/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Memory for inference: the layers of one block of rows. A model keeps the buffers of finished calls for the next ones. */
#ifndef AEI_MODEL_INFERENCE_BUFFERS_H
#define AEI_MODEL_INFERENCE_BUFFERS_H

#include "model/lasso.h"
#include "model/model.h"

typedef struct aei_inference_buffers {
    size_t rows;
    aei_real *input, *target; /* [rows, input_dim], [rows, output_dim] */
    aei_real *e, *code;       /* [rows, encoder width], [rows, latent_dim] */
    aei_real *v;              /* [rows, latent_dim]: log sigma^2 */
    aei_real *output;         /* [rows, output_dim] */
    aei_real *a, *b;          /* [rows, widest layer]: layers read one and write the other */
    double *row_loss;         /* [rows] */
    uint8_t *bytes;           /* [rows, aei_int8_row(widest layer)]: inference in int8 */
    aei_lasso_scratch lasso;  /* AE_CODE_LASSO */
} aei_inference_buffers;

/* Spare buffers for `rows` rows or more, else new ones; NULL without memory. May be called from several threads. */
aei_inference_buffers *aei_inference_buffers_take(const ae_model *model, size_t rows);
void aei_inference_buffers_give_back(const ae_model *model, aei_inference_buffers *buffers);

/* Frees the spare buffers of a model. */
void aei_inference_buffers_clear(ae_model *model);

#endif
