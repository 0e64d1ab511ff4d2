/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <autoencoder/model.h>

#include "api/check.h"
#include "base/options.h"
#include "layers/init.h"
#include "model/model.h"

static const ae_model_options defaults = {
    .struct_size = sizeof defaults,
    .hidden_activation = AE_RELU,
    .latent_activation = AE_IDENTITY,
    .output_activation = AE_IDENTITY,
    .loss = AE_SQUARED_ERROR,
    .init = AE_INIT_AUTO,
    .bias = 1,
    .init_scale = 0.05,
    .noise_deviation = 1,
};

void ae_model_options_init(ae_model_options *options, size_t struct_size)
{
    aei_options_init(options, struct_size, &defaults, sizeof defaults);
}

static ae_status import_options(ae_model_options *own, const ae_model_options *options)
{
    *own = defaults;
    ae_status status = aei_options_import(own, sizeof *own, options, "ae_model_options");
    if (status == AE_OK && ((own->bias | own->tied | own->batch_norm) & ~1))
        status = aei_fail(AE_ERROR_INVALID_ARGUMENT, "bias, tied and batch_norm must be 0 or 1");
    if (status == AE_OK && own->reserved != 0)
        status = aei_fail(AE_ERROR_INVALID_ARGUMENT, "the reserved field of ae_model_options is %d, must be 0",
                          (int)own->reserved);
    return status;
}

/* Options that say something of another kind of model. */
static ae_status check_meaning(const ae_model_options *o)
{
    if (o->topk != 0 && o->code != AE_CODE_TOPK)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "topk is for AE_CODE_TOPK");
    if (o->variance != AE_VARIANCE_SHARED && o->code != AE_CODE_GAUSSIAN)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "variance is for AE_CODE_GAUSSIAN");
    if ((o->noise != AE_NOISE_FIXED || o->noise_deviation != 1) && o->loss != AE_GAUSSIAN_LIKELIHOOD)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "noise and noise_deviation are for AE_GAUSSIAN_LIKELIHOOD");
    return AE_OK;
}

static ae_status create(ae_model **out, const ae_model_options *o, const ae_layer_list *encoder,
                        const ae_layer_list *decoder)
{
    const aei_design design = {
        .input_dim = o->input_dim, .latent_dim = o->latent_dim, .output_dim = o->output_dim, .loss = o->loss,
        .code = o->code, .variance = o->variance, .noise = o->noise, .noise_deviation = o->noise_deviation,
        .topk = o->topk,
    };
    ae_status status;
    if (o->code == AE_CODE_LASSO)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "models of AE_CODE_LASSO are made by ae_dictionary_fit()");
    status = check_meaning(o);
    if (status != AE_OK)
        return status;
    status = aei_model_new(out, o->runtime, encoder, decoder, &design);
    if (status == AE_OK)
        aei_model_initialise(*out, o->seed);
    return status;
}

/* One hidden layer: dense, normalised if asked for, activation, dropout. */
static ae_status add_hidden(ae_layer_list *list, size_t units, const ae_model_options *options,
                            const ae_dense_options *dense)
{
    ae_status status = ae_layer_list_add_dense(list, units, options->batch_norm ? AE_IDENTITY : options->hidden_activation,
                                               dense);
    if (status == AE_OK && options->batch_norm) {
        /* weights for what stands behind the normalisation */
        aei_layer_spec *spec = &list->specs[list->count - 1];
        if (spec->layer.init == AE_INIT_AUTO)
            spec->layer.init = aei_init_automatic(options->hidden_activation);
        status = ae_layer_list_add_batch_norm(list, NULL);
        if (status == AE_OK)
            status = ae_layer_list_add_activation(list, options->hidden_activation, options->activation_parameter);
    }
    if (status == AE_OK && options->dropout > 0)
        status = ae_layer_list_add_dropout(list, options->dropout);
    return status;
}

/* Position in the encoder of its i-th dense layer; each hidden layer takes the same number of places. */
static int32_t encoder_position(const ae_model_options *options, size_t i)
{
    return (int32_t)(i * (1 + (options->batch_norm != 0) + (options->dropout > 0)));
}

static ae_status build_encoder(ae_layer_list *list, const ae_model_options *options, const ae_dense_options *dense)
{
    ae_status status = AE_OK;
    for (size_t i = 0; i < options->hidden_count && status == AE_OK; i++)
        status = add_hidden(list, options->hidden_dims[i], options, dense);
    const bool halves = options->code == AE_CODE_GAUSSIAN && options->variance == AE_VARIANCE_SHARED;
    return status == AE_OK ? ae_layer_list_add_dense(list, (halves ? 2 : 1) * options->latent_dim,
                                                     options->latent_activation, dense)
                           : status;
}

static ae_status build_decoder(ae_layer_list *list, const ae_model_options *options, const ae_dense_options *dense)
{
    ae_dense_options own = *dense;
    ae_status status = AE_OK;
    own.tied = options->tied;
    for (size_t i = options->hidden_count; i-- > 0 && status == AE_OK;) {
        own.tied_to = encoder_position(options, i + 1);
        status = add_hidden(list, options->hidden_dims[i], options, &own);
    }
    own.tied_to = encoder_position(options, 0);
    return status == AE_OK ? ae_layer_list_add_dense(list, options->output_dim, options->output_activation, &own)
                           : status;
}

/* What the lists of layers could only refuse in words that the caller did not use. */
static ae_status check_options(const ae_model_options *o)
{
    if (o->hidden_count > 0 && !o->hidden_dims)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "hidden_count is %zu but hidden_dims is NULL", o->hidden_count);
    if (o->hidden_count > AEI_MAX_LAYERS)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "hidden_count is %zu, must be at most %d", o->hidden_count,
                        AEI_MAX_LAYERS);
    if (o->input_dim == 0 || o->latent_dim == 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "%s is 0, must be at least 1",
                        o->input_dim == 0 ? "input_dim" : "latent_dim");
    if (o->latent_dim > SIZE_MAX / 128)
        return aei_fail(AE_ERROR_SHAPE, "latent_dim is %zu, too large to address", o->latent_dim);
    for (size_t i = 0; i < o->hidden_count; i++)
        if (o->hidden_dims[i] == 0)
            return aei_fail(AE_ERROR_INVALID_ARGUMENT, "hidden_dims[%zu] is 0, must be at least 1", i);
    if (o->tied && o->code == AE_CODE_GAUSSIAN && o->variance == AE_VARIANCE_SHARED)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "tied needs AE_VARIANCE_SEPARATE or AE_VARIANCE_ONE: an encoder that "
                        "also gives log sigma^2 ends twice as wide as the decoder starts");
    if (!aei_activation_name(o->hidden_activation)) /* also where there is no hidden layer to use it */
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "hidden_activation: no activation has the number %d",
                        (int)o->hidden_activation);
    if (!(o->dropout >= 0 && (aei_real)o->dropout < 1))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the dropout rate must be in [0, 1), also once rounded to float");
    return AE_OK;
}

ae_status ae_model_create(ae_model **out, const ae_model_options *options)
{
    ae_model_options own;
    ae_dense_options dense;
    ae_layer_list *encoder = NULL, *decoder = NULL;
    ae_status status;
    AEI_REQUIRE(out);
    *out = NULL;
    AEI_REQUIRE(options);
    status = import_options(&own, options);
    if (status != AE_OK)
        return status;
    status = check_options(&own);
    if (status != AE_OK)
        return status;
    if (own.output_dim == 0)
        own.output_dim = own.input_dim;
    ae_dense_options_init(&dense, sizeof dense);
    dense.bias = own.bias;
    dense.init = own.init;
    dense.init_scale = own.init_scale;
    dense.activation_parameter = own.activation_parameter;
    status = ae_layer_list_create(&encoder, own.runtime);
    if (status == AE_OK)
        status = ae_layer_list_create(&decoder, own.runtime);
    if (status == AE_OK)
        status = build_encoder(encoder, &own, &dense);
    if (status == AE_OK)
        status = build_decoder(decoder, &own, &dense);
    if (status == AE_OK)
        status = create(out, &own, encoder, decoder);
    ae_layer_list_free(encoder);
    ae_layer_list_free(decoder);
    return status;
}

ae_status ae_model_create_from_layers(ae_model **out, const ae_layer_list *encoder, const ae_layer_list *decoder,
                                      const ae_model_options *options)
{
    ae_model_options own;
    ae_status status;
    AEI_REQUIRE(out);
    *out = NULL;
    AEI_REQUIRE(encoder);
    AEI_REQUIRE(decoder);
    AEI_REQUIRE(options);
    status = import_options(&own, options);
    if (status == AE_OK)
        status = create(out, &own, encoder, decoder);
    return status;
}

void ae_model_free(ae_model *model)
{
    aei_model_delete(model);
}

size_t ae_model_input_dim(const ae_model *model)
{
    return model ? model->encoder.in : 0;
}

size_t ae_model_output_dim(const ae_model *model)
{
    return model ? model->design.output_dim : 0;
}

ae_code ae_model_code(const ae_model *model)
{
    return model ? model->design.code : 0;
}

size_t ae_model_latent_dim(const ae_model *model)
{
    return model ? model->design.latent_dim : 0;
}

ae_loss ae_model_loss(const ae_model *model)
{
    return model ? model->design.loss : 0;
}

size_t ae_model_parameter_count(const ae_model *model)
{
    return model ? aei_param_set_trained_count(&model->set) : 0;
}
