/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <autoencoder/model.h>

#include "api/check.h"
#include "base/alloc.h"
#include "base/options.h"
#include "base/runtime.h"
#include "model/network.h"

static const ae_dense_options dense_defaults = {
    .struct_size = sizeof dense_defaults, .bias = 1, .init = AE_INIT_AUTO, .init_scale = 0.05,
};
static const ae_batch_norm_options batch_norm_defaults = {
    .struct_size = sizeof batch_norm_defaults, .momentum = 0.1, .epsilon = 1e-5,
};

void ae_dense_options_init(ae_dense_options *options, size_t struct_size)
{
    aei_options_init(options, struct_size, &dense_defaults, sizeof dense_defaults);
}

void ae_batch_norm_options_init(ae_batch_norm_options *options, size_t struct_size)
{
    aei_options_init(options, struct_size, &batch_norm_defaults, sizeof batch_norm_defaults);
}

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
