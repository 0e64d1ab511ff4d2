/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "file/onnx.h"

#include <stdio.h>
#include "base/error.h"
#include "file/format.h"
#include "file/onnx_graph.h"
#include "file/protobuf.h"
#include "kernels/log_var.h"

#define IR_VERSION 8
#define OPSET 13

/* Numbers of the fields, from onnx.proto. */
enum { MODEL_IR_VERSION = 1, MODEL_PRODUCER = 2, MODEL_PRODUCER_VERSION = 3, MODEL_GRAPH = 7, MODEL_OPSET = 8 };
enum { OPSET_VERSION = 2 };

/* ---- layers */

static void put_activation(aei_graph *g, aei_activation f)
{
    static const char *const operators[AEI_ACTIVATION_COUNT] = {
        [AE_RELU] = "Relu",         [AE_LEAKY_RELU] = "LeakyRelu", [AE_ELU] = "Elu",
        [AE_SOFTPLUS] = "Softplus", [AE_TANH] = "Tanh",            [AE_SIGMOID] = "Sigmoid",
    };
    if (operators[f.kind]) {
        aei_graph_apply(g, operators[f.kind]);
        if (f.kind == AE_LEAKY_RELU || f.kind == AE_ELU)
            aei_graph_put_float_attribute(g, "alpha", f.a);
    } else if (f.kind != AE_IDENTITY) {
        const aei_graph_value z = aei_graph_take(g);
        if (f.kind == AE_SILU) { /* z sigmoid(z) */
            aei_graph_apply(g, "Sigmoid");
        } else if (f.kind == AE_GELU) { /* z (1 + erf(z / sqrt 2)) / 2 */
            aei_graph_apply_with_scalar(g, "Mul", 0.70710678118654752);
            aei_graph_apply(g, "Erf");
        } else { /* z (1 + tanh(c (z + k z z z))) / 2 */
            aei_graph_apply_with(g, "Mul", z);
            aei_graph_apply_with(g, "Mul", z);
            aei_graph_apply_with_scalar(g, "Mul", 0.044715);
            aei_graph_apply_with(g, "Add", z);
            aei_graph_apply_with_scalar(g, "Mul", 0.79788456080286536);
            aei_graph_apply(g, "Tanh");
        }
        if (f.kind != AE_SILU) {
            aei_graph_apply_with_scalar(g, "Add", 1);
            aei_graph_apply_with_scalar(g, "Mul", 0.5);
        }
        aei_graph_apply_with(g, "Mul", z);
    }
}

/* "encoder.1.scale": a batch normalisation's a or c, see aei_step. */
static const char *folded_name(const aei_network *network, const aei_step *step, const char *name, const char *what,
                               char out[AEI_PARAM_NAME_SIZE])
{
    snprintf(out, AEI_PARAM_NAME_SIZE, "%s.%zu.%s", name, (size_t)(step->norm - network->layers), what);
    return out;
}

static void put_step(aei_graph *g, const aei_network *network, const aei_step *step, const char *name)
{
    const aei_param *params = g->model->set.params;
    char text[AEI_PARAM_NAME_SIZE];
    if (step->dense) {
        aei_graph_apply_with_tensor(g, "Gemm", params[step->dense->weight].name);
        if (!step->norm && step->dense->bias != AEI_NO_PARAM)
            aei_graph_put_tensor_input(g, params[step->dense->bias].name);
        aei_graph_put_whole_attribute(g, "transB", !step->dense->tied);
    }
    if (step->norm) {
        aei_graph_apply_with_tensor(g, "Mul", folded_name(network, step, name, "scale", text));
        aei_graph_apply_with_tensor(g, "Add", folded_name(network, step, name, "shift", text));
    }
    put_activation(g, step->f);
}

static void put_network(aei_graph *g, const aei_network *network, const char *name)
{
    for (size_t i = 0; i < network->count;) {
        const aei_step step = aei_network_step(network, i);
        put_step(g, network, &step, name);
        i = step.next;
    }
}

static bool uses(const aei_network *network, size_t param)
{
    for (size_t i = 0; i < network->count;) {
        const aei_step step = aei_network_step(network, i);
        if (step.dense && (step.dense->weight == param || (!step.norm && step.dense->bias == param)))
            return true;
        i = step.next;
    }
    return false;
}

static void put_folded(aei_graph *g, const aei_network *network, const char *name)
{
    for (size_t i = 0; i < network->count;) {
        const aei_step step = aei_network_step(network, i);
        char text[AEI_PARAM_NAME_SIZE];
        if (step.norm) {
            const float *folded = network->folded + step.norm->folded;
            aei_graph_put_vector(g, folded_name(network, &step, name, "scale", text), folded, step.out);
            aei_graph_put_vector(g, folded_name(network, &step, name, "shift", text), folded + step.out, step.out);
        }
        i = step.next;
    }
}

/* ---- the graph */

/* The weights of up to three networks, those that they share once. */
static void put_weights(aei_graph *g, const aei_network *const networks[3], const char *const names[3])
{
    const aei_param_set *set = &g->model->set;
    for (size_t i = 0; i < set->count; i++) {
        bool used = false;
        for (int n = 0; n < 3; n++)
            used = used || (networks[n] && uses(networks[n], i));
        if (used) {
            const aei_tensor_entry tensor = aei_format_tensor(&set->params[i]);
            aei_graph_put_tensor(g, tensor.name, set->values + set->params[i].first, tensor.dims, tensor.rank);
        }
    }
    for (int n = 0; n < 3; n++)
        if (networks[n])
            put_folded(g, networks[n], names[n]);
}

/* Columns first..last-1 of the current value. */
static void put_columns(aei_graph *g, size_t first, size_t last)
{
    aei_graph_take(g);
    const aei_graph_value from = aei_graph_put_whole(g, first), to = aei_graph_put_whole(g, last);
    const aei_graph_value axis = aei_graph_put_whole(g, 1);
    aei_graph_apply_with(g, "Slice", from);
    aei_graph_put_input(g, to);
    aei_graph_put_input(g, axis);
}

/* Zeros in the shape of the current value. */
static void put_zeros(aei_graph *g)
{
    aei_graph_apply(g, "Shape");
    aei_graph_apply(g, "ConstantOfShape");
}

/* Of equal entries TopK takes the first ones, as the library does. */
static void put_largest(aei_graph *g, size_t k)
{
    const aei_graph_value e = aei_graph_take(g), count = aei_graph_put_whole(g, k);
    const aei_graph_value largest = aei_graph_new_name(g), places = aei_graph_new_name(g);
    aei_graph_apply_with(g, "TopK", count);
    aei_graph_put_output(g, largest);
    aei_graph_name_current(g, places.name);
    aei_graph_put_current(g, e);
    put_zeros(g);
    aei_graph_apply_with(g, "ScatterElements", places);
    aei_graph_put_input(g, largest);
    aei_graph_put_whole_attribute(g, "axis", 1);
}

static void put_log_var(aei_graph *g, aei_graph_value x, aei_graph_value e)
{
    const aei_design *d = &g->model->design;
    if (d->variance == AE_VARIANCE_ONE) {
        put_zeros(g);
        return;
    }
    if (d->variance == AE_VARIANCE_SHARED) {
        aei_graph_put_current(g, e);
        put_columns(g, d->latent_dim, 2 * d->latent_dim);
    } else {
        aei_graph_put_current(g, x);
        put_network(g, &g->model->variance, "variance");
    }
    aei_graph_take(g);
    const aei_graph_value least = aei_graph_put_scalar(g, -AEI_LOG_VAR_LIMIT);
    const aei_graph_value most = aei_graph_put_scalar(g, AEI_LOG_VAR_LIMIT);
    aei_graph_apply_with(g, "Clip", least);
    aei_graph_put_input(g, most);
}

/* From the current value x to the code. With `outputs` the code, or mu and log sigma^2, are the graph's. */
static void put_encoder(aei_graph *g, bool outputs)
{
    const aei_design *d = &g->model->design;
    if (aei_model_input_scaling(g->model)) {
        aei_graph_apply_with_tensor(g, "Sub", AEI_FORMAT_OFFSET);
        aei_graph_apply_with_tensor(g, "Div", AEI_FORMAT_SCALE);
    }
    const aei_graph_value x = aei_graph_take(g);
    put_network(g, &g->model->encoder, "encoder");
    if (d->code == AE_CODE_TOPK) {
        put_largest(g, d->topk);
    } else if (d->code == AE_CODE_GAUSSIAN) {
        const bool halved = d->variance == AE_VARIANCE_SHARED;
        const aei_graph_value e = halved ? aei_graph_take(g) : x;
        if (halved)
            put_columns(g, 0, d->latent_dim);
        if (outputs) {
            aei_graph_name_current(g, "mu");
            put_log_var(g, x, e);
            aei_graph_name_current(g, "log_var");
            return;
        }
    }
    if (outputs)
        aei_graph_name_current(g, "code");
}

static void put_decoder(aei_graph *g)
{
    put_network(g, &g->model->decoder, "decoder");
    if (g->model->design.loss == AE_SOFTMAX_CROSS_ENTROPY)
        aei_graph_apply(g, "Softmax"); /* over the last axis */
    if (aei_model_output_scaling(g->model)) {
        aei_graph_apply_with_tensor(g, "Mul", AEI_FORMAT_SCALE);
        aei_graph_apply_with_tensor(g, "Add", AEI_FORMAT_OFFSET);
    }
    aei_graph_name_current(g, "reconstruction");
}

static void put_graph(aei_buffer *buffer, const ae_model *model, ae_onnx_graph which)
{
    static const char *const names[] = {"encoder", "variance", "decoder"};
    const aei_design *d = &model->design;
    const bool encodes = which != AE_ONNX_DECODER, decodes = which != AE_ONNX_ENCODER;
    const bool log_var = !decodes && d->code == AE_CODE_GAUSSIAN;
    const bool second = log_var && d->variance == AE_VARIANCE_SEPARATE;
    const aei_network *const networks[] = {encodes ? &model->encoder : NULL, second ? &model->variance : NULL,
                                           decodes ? &model->decoder : NULL};
    aei_graph g = aei_graph_begin(buffer, model, !decodes ? "encoder" : encodes ? "reconstruct" : "decoder",
                                  encodes ? "x" : "code", encodes ? d->input_dim : d->latent_dim);
    if (decodes)
        aei_graph_declare_output(&g, "reconstruction", d->output_dim);
    else
        aei_graph_declare_output(&g, log_var ? "mu" : "code", d->latent_dim);
    if (log_var)
        aei_graph_declare_output(&g, "log_var", d->latent_dim);
    if ((encodes && aei_model_input_scaling(model)) || (decodes && aei_model_output_scaling(model))) {
        aei_graph_put_vector(&g, AEI_FORMAT_OFFSET, model->scaling.offset, d->input_dim);
        aei_graph_put_vector(&g, AEI_FORMAT_SCALE, model->scaling.scale, d->input_dim);
    }
    put_weights(&g, networks, names);
    if (encodes)
        put_encoder(&g, !decodes);
    if (decodes)
        put_decoder(&g);
}

ae_status aei_onnx_make(aei_buffer *out, const ae_model *model, ae_onnx_graph which)
{
    size_t part;
    aei_buffer_begin(out, model->runtime);
    if (model->design.code == AE_CODE_LASSO && which != AE_ONNX_DECODER)
        return aei_fail(AE_ERROR_UNSUPPORTED, "a dictionary's sparse codes have no ONNX graph, only its decoder has; C "
                        "source has both");
    aei_protobuf_put_size(out, MODEL_IR_VERSION, IR_VERSION);
    aei_protobuf_put_text(out, MODEL_PRODUCER, AEI_FORMAT_NAME);
    aei_protobuf_put_text(out, MODEL_PRODUCER_VERSION, AEI_FORMAT_LIBRARY_VERSION);
    part = aei_protobuf_begin(out, MODEL_OPSET);
    aei_protobuf_put_size(out, OPSET_VERSION, OPSET);
    aei_protobuf_end(out, part);
    part = aei_protobuf_begin(out, MODEL_GRAPH);
    put_graph(out, model, which);
    aei_protobuf_end(out, part);
    if (out->status == AE_OK && out->size > INT32_MAX)
        out->status = aei_fail(AE_ERROR_UNSUPPORTED, "the model takes %zu bytes, an ONNX file no more than 2 GiB",
                               out->size);
    const ae_status status = out->status;
    if (status != AE_OK)
        aei_buffer_clear(out);
    return status;
}
