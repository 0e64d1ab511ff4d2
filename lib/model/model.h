/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* An autoencoder: encoder, decoder, their parameters, and the loss that joins them. */
#ifndef AEI_MODEL_MODEL_H
#define AEI_MODEL_MODEL_H

#include <autoencoder/train.h>
#include <stdatomic.h>
#include "data/scaling.h"
#include "model/network.h"

#define AEI_INFERENCE_ROWS 256 /* rows that inference takes at a time, whatever the caller passes */
#define AEI_SPARE_COUNT 64     /* inference buffers kept for later calls: one for each thread that works at once */

typedef struct aei_history {
    ae_epoch_report *records; /* one for each whole epoch of the model's life */
    size_t count, capacity;
} aei_history;

/* What a model is, beside its layers. */
typedef struct aei_design {
    size_t input_dim;
    size_t latent_dim; /* 0: what the encoder's last layer says */
    size_t output_dim; /* 0: input_dim */
    ae_loss loss;
    ae_code code;
    ae_variance variance;
    ae_noise noise;
    double noise_deviation;
    size_t topk;
    double lasso;     /* lambda of AE_CODE_LASSO */
    bool nonnegative; /* AE_CODE_LASSO: codes are */
} aei_design;

struct ae_model {
    atomic_size_t references; /* the creator's and a trainer's: either may be freed first */
    ae_runtime *runtime;
    const aei_kernels *kernels;
    aei_design design;                    /* complete: no zeros that stand for something else */
    aei_network encoder, decoder;
    aei_network variance;                 /* AE_VARIANCE_SEPARATE: the second net; else without layers */
    aei_param_set set;
    size_t log_var;                       /* Gaussian likelihood: index of log gamma^2; AEI_NO_PARAM without */
    size_t use;                           /* AE_CODE_TOPK: index of each unit's share of use; AEI_NO_PARAM without */
    double *gram;                         /* AE_CODE_LASSO: inner products of the atoms [latent, latent]; else NULL */
    aei_scaling scaling;                  /* of the input */
    double threshold, contamination;      /* of scores; contamination 0: there is none */
    aei_history history;
    ae_layer_list *encoder_list, *decoder_list; /* what it was built from, for model files */
    atomic_bool has_trainer;
    _Atomic(void *) spares[AEI_SPARE_COUNT]; /* aei_inference_buffers of finished calls, or NULL (inference_buffers.c) */
    size_t quantised_size;                   /* bytes of weights for inference in int8; 0: it is in float */
    _Atomic(void *) quantised;               /* these weights, or NULL: to be made of the parameters (quantised.c) */
    _Atomic(void *) quantised_spare;         /* such a block without content, or NULL */
};

/* Most atoms of a dictionary for rows of width d: the Gram matrix is to be no more than 64 times the atoms. */
static inline size_t aei_dictionary_limit(size_t d)
{
    return d > 16 ? 64 * d : 1024;
}

/* Builds the model of two lists (copied): first everything but the memory of the parameters, so that a reader can
 * compare their shapes with a file; then that memory, set to zero. */
ae_status aei_model_outline(ae_model **out, ae_runtime *runtime, const ae_layer_list *encoder,
                            const ae_layer_list *decoder, const aei_design *design);
ae_status aei_model_allocate(ae_model *model);

/* Both at once. */
ae_status aei_model_new(ae_model **out, ae_runtime *runtime, const ae_layer_list *encoder, const ae_layer_list *decoder,
                        const aei_design *design);
void aei_model_initialise(ae_model *model, uint64_t seed);

/* Retain adds a reference, delete gives one up and frees the model with the last; NULL is fine for it. */
ae_model *aei_model_retain(ae_model *model);
void aei_model_delete(ae_model *model);

/* After any change of parameters: folds batch normalisation, finds the Gram matrix, drops the threshold. */
void aei_model_changed(ae_model *model);

/* Makes the rows of the encoder's last dense weight orthonormal again (modified Gram-Schmidt, in row order); they are no
 * more than its columns. A row that depends on those before it is replaced by a direction that does not. */
void aei_model_orthonormalise(ae_model *model);

/* Makes sure that the next append, or the next `count`, finds memory, so that it cannot fail after an epoch's work. */
ae_status aei_history_reserve(ae_model *model);
ae_status aei_history_reserve_more(ae_model *model, size_t count);
void aei_history_append(ae_model *model, const ae_epoch_report *record);

/* Replaces the last record, once the validation loss is known. */
void aei_history_amend(ae_model *model, const ae_epoch_report *record);

/* Takes a scaling over; the threshold goes with the old one. */
void aei_model_take_scaling(ae_model *model, aei_scaling *scaling);

/* The scaling of the input, and of what the decoder gives where that reconstructs the input; NULL without. */
static inline const aei_scaling *aei_model_input_scaling(const ae_model *model)
{
    return model->scaling.kind != AE_SCALING_NONE ? &model->scaling : NULL;
}

static inline const aei_scaling *aei_model_output_scaling(const ae_model *model)
{
    const bool reconstructs = model->design.output_dim == model->design.input_dim &&
                              model->design.loss != AE_SOFTMAX_CROSS_ENTROPY;
    return reconstructs ? aei_model_input_scaling(model) : NULL;
}

static inline const aei_layer *aei_model_output_layer(const ae_model *model)
{
    return &model->decoder.layers[model->decoder.count - 1];
}

#endif
