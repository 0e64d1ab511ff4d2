/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <autoencoder/model.h>

#include <math.h>
#include <string.h>
#include "api/check.h"
#include "base/alloc.h"
#include "base/options.h"
#include "base/runtime.h"
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
static const ae_dense_options dense_defaults = {
    .struct_size = sizeof dense_defaults, .bias = 1, .init = AE_INIT_AUTO, .init_scale = 0.05,
};
static const ae_batch_norm_options batch_norm_defaults = {
    .struct_size = sizeof batch_norm_defaults, .momentum = 0.1, .epsilon = 1e-5,
};

void ae_model_options_init(ae_model_options *options, size_t struct_size)
{
    aei_options_init(options, struct_size, &defaults, sizeof defaults);
}

void ae_dense_options_init(ae_dense_options *options, size_t struct_size)
{
    aei_options_init(options, struct_size, &dense_defaults, sizeof dense_defaults);
}

void ae_batch_norm_options_init(ae_batch_norm_options *options, size_t struct_size)
{
    aei_options_init(options, struct_size, &batch_norm_defaults, sizeof batch_norm_defaults);
}

/* ---- the builder */

ae_status ae_layer_list_create(ae_layer_list **out, ae_runtime *runtime)
{
    AEI_REQUIRE(out);
    *out = aei_calloc(runtime, 1, sizeof **out);
    if (!*out)
        return AE_ERROR_NO_MEMORY;
    (*out)->runtime = aei_runtime_retain(runtime);
    return AE_OK;
}

void ae_layer_list_free(ae_layer_list *list)
{
    if (!list)
        return;
    ae_runtime *runtime = list->runtime;
    aei_free(runtime, list->specs);
    aei_free(runtime, list);
    aei_runtime_release(runtime);
}

ae_status ae_layer_list_add_dense(ae_layer_list *list, size_t units, ae_activation activation,
                                  const ae_dense_options *options)
{
    ae_dense_options own = dense_defaults;
    aei_layer_spec spec = {.layer = {.kind = AEI_LAYER_DENSE, .out = units}};
    ae_status status;
    AEI_REQUIRE(list);
    status = aei_options_import(&own, sizeof own, options, "ae_dense_options");
    if (status == AE_OK)
        status = aei_activation_make(&spec.layer.f, activation, own.activation_parameter);
    if (status != AE_OK)
        return status;
    if ((own.bias | own.tied) & ~1)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "bias and tied must be 0 or 1");
    if (own.tied && own.tied_to < 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "tied_to is %d, must be a position in the encoder",
                        (int)own.tied_to);
    spec.layer.init = own.init;
    spec.layer.init_scale = own.init_scale;
    spec.layer.tied = own.tied != 0;
    spec.layer.tied_to = spec.layer.tied ? (size_t)own.tied_to : 0;
    spec.has_bias = own.bias != 0;
    return aei_layer_list_append(list, &spec);
}

ae_status ae_layer_list_add_activation(ae_layer_list *list, ae_activation activation, double parameter)
{
    aei_layer_spec spec = {.layer = {.kind = AEI_LAYER_ACTIVATION}};
    ae_status status;
    AEI_REQUIRE(list);
    status = aei_activation_make(&spec.layer.f, activation, parameter);
    if (status != AE_OK)
        return status;
    /* a layer that has no activation yet takes this one as its own: one pass over memory less */
    if (list->count > 0 && list->specs[list->count - 1].layer.f.kind == AE_IDENTITY) {
        list->specs[list->count - 1].layer.f = spec.layer.f;
        return AE_OK;
    }
    return aei_layer_list_append(list, &spec);
}

ae_status ae_layer_list_add_dropout(ae_layer_list *list, double rate)
{
    aei_layer_spec spec = {.layer = {.kind = AEI_LAYER_DROPOUT, .rate = rate}};
    AEI_REQUIRE(list);
    return aei_layer_list_append(list, &spec);
}

ae_status ae_layer_list_add_batch_norm(ae_layer_list *list, const ae_batch_norm_options *options)
{
    ae_batch_norm_options own = batch_norm_defaults;
    ae_status status;
    AEI_REQUIRE(list);
    status = aei_options_import(&own, sizeof own, options, "ae_batch_norm_options");
    if (status != AE_OK)
        return status;
    return aei_layer_list_append(list, &(aei_layer_spec){
        .layer = {.kind = AEI_LAYER_BATCH_NORM, .momentum = own.momentum, .epsilon = own.epsilon}});
}

/* ---- models */

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
    ae_dense_options dense = dense_defaults;
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

/* ---- tensors by name */

size_t ae_model_tensor_count(const ae_model *model)
{
    return model ? model->set.count : 0;
}

const char *ae_model_tensor_name(const ae_model *model, size_t index)
{
    return model && index < model->set.count ? model->set.params[index].name : NULL;
}

static ae_status find_tensor(const ae_model *model, const char *name, const aei_param **out)
{
    *out = aei_param_set_find(&model->set, name);
    return *out ? AE_OK : aei_fail(AE_ERROR_INVALID_ARGUMENT, "the model has no tensor \"%.60s\"", name);
}

ae_status ae_model_tensor_shape(const ae_model *model, const char *name, size_t *rows, size_t *columns)
{
    const aei_param *param;
    ae_status status;
    AEI_REQUIRE(model);
    AEI_REQUIRE(name);
    AEI_REQUIRE(rows);
    AEI_REQUIRE(columns);
    status = find_tensor(model, name, &param);
    if (status == AE_OK) {
        *rows = param->rows;
        *columns = param->cols;
    }
    return status;
}

static ae_status find_tensor_of_length(const ae_model *model, const char *name, size_t length, const aei_param **out)
{
    ae_status status = find_tensor(model, name, out);
    if (status == AE_OK && aei_param_length(*out) != length)
        status = aei_fail(AE_ERROR_SHAPE, "%s has %zu x %zu = %zu numbers, not %zu", name, (*out)->rows, (*out)->cols,
                          aei_param_length(*out), length);
    return status;
}

ae_status ae_model_get_tensor(const ae_model *model, const char *name, float *values, size_t length)
{
    const aei_param *param;
    ae_status status;
    AEI_REQUIRE(model);
    AEI_REQUIRE(name);
    AEI_REQUIRE(values);
    status = find_tensor_of_length(model, name, length, &param);
    if (status == AE_OK)
        for (size_t i = 0; i < length; i++)
            values[i] = (float)model->set.values[param->first + i];
    return status;
}

ae_status ae_model_set_tensor(ae_model *model, const char *name, const float *values, size_t length)
{
    const aei_param *param;
    ae_status status;
    AEI_REQUIRE(model);
    AEI_REQUIRE(name);
    AEI_REQUIRE(values);
    if (atomic_load(&model->has_trainer))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the model is being trained");
    status = find_tensor_of_length(model, name, length, &param);
    if (status != AE_OK)
        return status;
    for (size_t i = 0; i < length; i++)
        if (!isfinite(values[i]) || (values[i] < 0 && aei_param_is_variance(param)))
            return aei_fail(AE_ERROR_DATA, "%s: number %zu is %s", name, i,
                            isfinite(values[i]) ? "a negative variance" : "not finite");
    for (size_t i = 0; i < length; i++)
        model->set.values[param->first + i] = values[i];
    aei_model_changed(model);
    return AE_OK;
}

static bool is_of(const aei_param *param, const char *prefix)
{
    return strncmp(param->name, prefix, strlen(prefix)) == 0;
}

static bool is_in_halves(const ae_model *model)
{
    return model->design.code == AE_CODE_GAUSSIAN && model->design.variance == AE_VARIANCE_SHARED;
}

/* Where the other model has `target`; NULL if it has not. Of a last layer that gives mu and log sigma^2 in two halves it
 * is the half of mu, the first one. */
static const aei_real *find_source(const ae_model *to, const ae_model *from, const aei_param *target)
{
    const aei_param *source = aei_param_set_find(&from->set, target->name);
    if (!source)
        return NULL;
    bool same = source->rows == target->rows && source->cols == target->cols;
    if (!same && is_in_halves(from) && !is_in_halves(to)) {
        const bool weight = strstr(target->name, ".weight") != NULL; /* else a row of numbers, one a unit */
        same = weight ? source->cols == target->cols && source->rows == 2 * target->rows
                      : source->rows == target->rows && source->cols == 2 * target->cols;
    }
    return same ? from->set.values + source->first : NULL;
}

ae_status ae_model_copy_encoder(ae_model *to, const ae_model *from)
{
    aei_scaling scaling = {0};
    ae_status status = AE_OK;
    AEI_REQUIRE(to);
    AEI_REQUIRE(from);
    if (atomic_load(&to->has_trainer))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the model is being trained");
    for (size_t i = 0; i < from->set.count; i++) /* a second net may stay behind */
        if (is_of(&from->set.params[i], "encoder.") && !aei_param_set_find(&to->set, from->set.params[i].name))
            return aei_fail(AE_ERROR_SHAPE, "the model has no %s", from->set.params[i].name);
    for (int copying = 0; copying < 2; copying++) { /* all is checked before anything is copied */
        if (copying && from->scaling.kind != AE_SCALING_NONE)
            status = aei_scaling_from(&scaling, to->runtime, from->scaling.kind, from->scaling.offset,
                                      from->scaling.scale, from->scaling.columns);
        if (status != AE_OK)
            return status;
        for (size_t i = 0; i < to->set.count; i++) {
            const aei_param *target = &to->set.params[i];
            if (!is_of(target, "encoder.") && !is_of(target, "variance."))
                continue;
            const aei_real *source = find_source(to, from, target);
            if (!source)
                return aei_fail(AE_ERROR_SHAPE, "%s is %zu x %zu, which the other model does not have", target->name,
                                target->rows, target->cols);
            if (copying)
                memcpy(to->set.values + target->first, source, aei_param_length(target) * sizeof(aei_real));
        }
    }
    aei_model_take_scaling(to, &scaling);
    aei_model_changed(to);
    return AE_OK;
}
