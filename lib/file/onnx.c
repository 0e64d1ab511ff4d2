/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "file/onnx.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/error.h"
#include "file/format.h"
#include "file/protobuf.h"
#include "kernels/log_var.h"

#define IR_VERSION 8
#define OPSET 13

/* Numbers of the fields, from onnx.proto. */
enum { MODEL_IR_VERSION = 1, MODEL_PRODUCER = 2, MODEL_PRODUCER_VERSION = 3, MODEL_GRAPH = 7, MODEL_OPSET = 8 };
enum { OPSET_VERSION = 2 };
enum { GRAPH_NODE = 1, GRAPH_NAME = 2, GRAPH_INITIALIZER = 5, GRAPH_INPUT = 11, GRAPH_OUTPUT = 12 };
enum { NODE_INPUT = 1, NODE_OUTPUT = 2, NODE_OPERATOR = 4, NODE_ATTRIBUTE = 5 };
enum { ATTRIBUTE_NAME = 1, ATTRIBUTE_FLOAT = 2, ATTRIBUTE_INT = 3, ATTRIBUTE_TYPE = 20 };
enum { TENSOR_DIM = 1, TENSOR_TYPE = 2, TENSOR_INT = 7, TENSOR_NAME = 8, TENSOR_RAW = 9 };
enum { VALUE_NAME = 1, VALUE_TYPE = 2, TYPE_TENSOR = 1, TYPE_ELEMENT = 1, TYPE_SHAPE = 2, SHAPE_DIM = 1 };
enum { DIM_VALUE = 1, DIM_NAME = 2 };

enum { ATTRIBUTE_IS_FLOAT = 1, ATTRIBUTE_IS_INT = 2, ELEMENT_IS_FLOAT = 1, ELEMENT_IS_INT64 = 7 };

typedef struct value {
    char name[AEI_PARAM_NAME_SIZE + 16];
} value;

/* A graph in the making. Operators work on the current value, as on a calculator: each takes it, and leaves a node
 * whose output becomes the current value. That node stays open until somebody asks for the value, since only then it is
 * known whether it is one of many or an output of the graph with a name of its own.
 * Meanwhile nothing else may be put. */
typedef struct graph {
    aei_buffer *buffer;
    const ae_model *model;
    value current;   /* unless a node is open */
    size_t open;     /* the open node, as aei_protobuf_begin() gave it; 0: none */
    size_t named;    /* values and constants named so far */
} graph;

/* ---- initializers: in a message of the graph like the nodes, which may come in any order */

static size_t begin_tensor(graph *g, const char *name, unsigned type, const size_t *dims, size_t rank)
{
    const size_t tensor = aei_protobuf_begin(g->buffer, GRAPH_INITIALIZER);
    for (size_t i = 0; i < rank; i++)
        aei_protobuf_put_size(g->buffer, TENSOR_DIM, dims[i]);
    aei_protobuf_put_size(g->buffer, TENSOR_TYPE, type);
    aei_protobuf_put_text(g->buffer, TENSOR_NAME, name);
    return tensor;
}

static void put_tensor(graph *g, const char *name, const float *values, const size_t *dims, size_t rank)
{
    const size_t tensor = begin_tensor(g, name, ELEMENT_IS_FLOAT, dims, rank);
    size_t count = 1;
    for (size_t i = 0; i < rank; i++)
        count *= dims[i];
    for (size_t i = 0; i < count && g->buffer->status == AE_OK; i++)
        if (!isfinite(values[i]))
            g->buffer->status = aei_fail(AE_ERROR_DATA, "tensor \"%s\": number %zu is not finite", name, i);
    aei_protobuf_put_floats(g->buffer, TENSOR_RAW, values, count);
    aei_protobuf_end(g->buffer, tensor);
}

static void put_vector(graph *g, const char *name, const float *values, size_t length)
{
    put_tensor(g, name, values, &length, 1);
}

static value new_name(graph *g)
{
    value v;
    snprintf(v.name, sizeof v.name, "v%zu", ++g->named);
    return v;
}

static value put_scalar(graph *g, float number)
{
    const value v = new_name(g);
    put_tensor(g, v.name, &number, NULL, 0);
    return v;
}

/* A vector of one whole number, as operators take sizes. */
static value put_whole(graph *g, size_t number)
{
    const value v = new_name(g);
    const size_t one = 1, tensor = begin_tensor(g, v.name, ELEMENT_IS_INT64, &one, 1);
    aei_protobuf_put_size(g->buffer, TENSOR_INT, number);
    aei_protobuf_end(g->buffer, tensor);
    return v;
}

/* ---- nodes */

static void close_node(graph *g, const char *output)
{
    aei_protobuf_put_text(g->buffer, NODE_OUTPUT, output);
    aei_protobuf_end(g->buffer, g->open);
    g->open = 0;
}

/* The current value, which gets a name if it has none. */
static value take(graph *g)
{
    if (g->open) {
        g->current = new_name(g);
        close_node(g, g->current.name);
    }
    return g->current;
}

static void put_current(graph *g, value v)
{
    take(g);
    g->current = v;
}

static void open_node(graph *g, const char *operator)
{
    g->open = aei_protobuf_begin(g->buffer, GRAPH_NODE);
    aei_protobuf_put_text(g->buffer, NODE_OPERATOR, operator);
}

static void put_input(graph *g, value v)
{
    aei_protobuf_put_text(g->buffer, NODE_INPUT, v.name);
}

/* f(current) */
static void apply(graph *g, const char *operator)
{
    const value v = take(g);
    open_node(g, operator);
    put_input(g, v);
}

/* f(current, other) */
static void apply_with(graph *g, const char *operator, value other)
{
    apply(g, operator);
    put_input(g, other);
}

static void apply_with_tensor(graph *g, const char *operator, const char *tensor)
{
    value v;
    snprintf(v.name, sizeof v.name, "%s", tensor);
    apply_with(g, operator, v);
}

static void apply_with_scalar(graph *g, const char *operator, double number)
{
    take(g); /* the scalar must not come to lie in an open node */
    const value scalar = put_scalar(g, (float)number);
    apply_with(g, operator, scalar);
}

static size_t begin_attribute(graph *g, const char *name, unsigned type)
{
    const size_t attribute = aei_protobuf_begin(g->buffer, NODE_ATTRIBUTE);
    aei_protobuf_put_text(g->buffer, ATTRIBUTE_NAME, name);
    aei_protobuf_put_size(g->buffer, ATTRIBUTE_TYPE, type);
    return attribute;
}

static void put_float_attribute(graph *g, const char *name, float number)
{
    const size_t attribute = begin_attribute(g, name, ATTRIBUTE_IS_FLOAT);
    aei_protobuf_put_float(g->buffer, ATTRIBUTE_FLOAT, number);
    aei_protobuf_end(g->buffer, attribute);
}

static void put_whole_attribute(graph *g, const char *name, size_t number)
{
    const size_t attribute = begin_attribute(g, name, ATTRIBUTE_IS_INT);
    aei_protobuf_put_size(g->buffer, ATTRIBUTE_INT, number);
    aei_protobuf_end(g->buffer, attribute);
}

/* The current value as an output of the graph. */
static void name_current(graph *g, const char *name)
{
    if (!g->open)
        apply(g, "Identity");
    close_node(g, name);
    snprintf(g->current.name, sizeof g->current.name, "%s", name);
}

/* ---- layers */

static void put_activation(graph *g, aei_activation f)
{
    static const char *const operators[AEI_ACTIVATION_COUNT] = {
        [AE_RELU] = "Relu",         [AE_LEAKY_RELU] = "LeakyRelu", [AE_ELU] = "Elu",
        [AE_SOFTPLUS] = "Softplus", [AE_TANH] = "Tanh",            [AE_SIGMOID] = "Sigmoid",
    };
    if (operators[f.kind]) {
        apply(g, operators[f.kind]);
        if (f.kind == AE_LEAKY_RELU || f.kind == AE_ELU)
            put_float_attribute(g, "alpha", f.a);
    } else if (f.kind != AE_IDENTITY) {
        const value z = take(g);
        if (f.kind == AE_SILU) { /* z sigmoid(z) */
            apply(g, "Sigmoid");
        } else if (f.kind == AE_GELU) { /* z (1 + erf(z / sqrt 2)) / 2 */
            apply_with_scalar(g, "Mul", 0.70710678118654752);
            apply(g, "Erf");
        } else { /* z (1 + tanh(c (z + k z z z))) / 2 */
            apply_with(g, "Mul", z);
            apply_with(g, "Mul", z);
            apply_with_scalar(g, "Mul", 0.044715);
            apply_with(g, "Add", z);
            apply_with_scalar(g, "Mul", 0.79788456080286536);
            apply(g, "Tanh");
        }
        if (f.kind != AE_SILU) {
            apply_with_scalar(g, "Add", 1);
            apply_with_scalar(g, "Mul", 0.5);
        }
        apply_with(g, "Mul", z);
    }
}

/* "encoder.1.scale": a batch normalisation's a or c, see aei_step. */
static const char *folded_name(const aei_network *network, const aei_step *step, const char *name, const char *what,
                               char out[AEI_PARAM_NAME_SIZE])
{
    snprintf(out, AEI_PARAM_NAME_SIZE, "%s.%zu.%s", name, (size_t)(step->norm - network->layers), what);
    return out;
}

static void put_step(graph *g, const aei_network *network, const aei_step *step, const char *name)
{
    const aei_param *params = g->model->set.params;
    char text[AEI_PARAM_NAME_SIZE];
    if (step->dense) {
        apply_with_tensor(g, "Gemm", params[step->dense->weight].name);
        if (!step->norm && step->dense->bias != AEI_NO_PARAM)
            aei_protobuf_put_text(g->buffer, NODE_INPUT, params[step->dense->bias].name);
        put_whole_attribute(g, "transB", !step->dense->tied);
    }
    if (step->norm) {
        apply_with_tensor(g, "Mul", folded_name(network, step, name, "scale", text));
        apply_with_tensor(g, "Add", folded_name(network, step, name, "shift", text));
    }
    put_activation(g, step->f);
}

static void put_network(graph *g, const aei_network *network, const char *name)
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

static void put_folded(graph *g, const aei_network *network, const char *name)
{
    for (size_t i = 0; i < network->count;) {
        const aei_step step = aei_network_step(network, i);
        char text[AEI_PARAM_NAME_SIZE];
        if (step.norm) {
            const float *folded = network->folded + step.norm->folded;
            put_vector(g, folded_name(network, &step, name, "scale", text), folded, step.out);
            put_vector(g, folded_name(network, &step, name, "shift", text), folded + step.out, step.out);
        }
        i = step.next;
    }
}

/* ---- the graph */

/* The weights of up to three networks, those that they share once. */
static void put_weights(graph *g, const aei_network *const networks[3], const char *const names[3])
{
    const aei_param_set *set = &g->model->set;
    for (size_t i = 0; i < set->count; i++) {
        bool used = false;
        for (int n = 0; n < 3; n++)
            used = used || (networks[n] && uses(networks[n], i));
        if (used) {
            const aei_tensor_entry tensor = aei_format_tensor(&set->params[i]);
            put_tensor(g, tensor.name, set->values + set->params[i].first, tensor.dims, tensor.rank);
        }
    }
    for (int n = 0; n < 3; n++)
        if (networks[n])
            put_folded(g, networks[n], names[n]);
}

/* Columns first..last-1 of the current value. */
static void put_columns(graph *g, size_t first, size_t last)
{
    take(g);
    const value from = put_whole(g, first), to = put_whole(g, last), axis = put_whole(g, 1);
    apply_with(g, "Slice", from);
    put_input(g, to);
    put_input(g, axis);
}

/* Zeros in the shape of the current value. */
static void put_zeros(graph *g)
{
    apply(g, "Shape");
    apply(g, "ConstantOfShape");
}

/* Of equal entries TopK takes the first ones, as the library does. */
static void put_largest(graph *g, size_t k)
{
    const value e = take(g), count = put_whole(g, k), largest = new_name(g), places = new_name(g);
    apply_with(g, "TopK", count);
    aei_protobuf_put_text(g->buffer, NODE_OUTPUT, largest.name);
    close_node(g, places.name);
    g->current = e;
    put_zeros(g);
    apply_with(g, "ScatterElements", places);
    put_input(g, largest);
    put_whole_attribute(g, "axis", 1);
}

static void put_log_var(graph *g, value x, value e)
{
    const aei_design *d = &g->model->design;
    if (d->variance == AE_VARIANCE_ONE) {
        put_zeros(g);
        return;
    }
    if (d->variance == AE_VARIANCE_SHARED) {
        put_current(g, e);
        put_columns(g, d->latent_dim, 2 * d->latent_dim);
    } else {
        put_current(g, x);
        put_network(g, &g->model->variance, "variance");
    }
    take(g);
    const value least = put_scalar(g, -AEI_LOG_VAR_LIMIT), most = put_scalar(g, AEI_LOG_VAR_LIMIT);
    apply_with(g, "Clip", least);
    put_input(g, most);
}

/* From the current value x to the code. With `outputs` the code, or mu and log sigma^2, are the graph's. */
static void put_encoder(graph *g, bool outputs)
{
    const aei_design *d = &g->model->design;
    if (aei_model_input_scaling(g->model)) {
        apply_with_tensor(g, "Sub", AEI_FORMAT_OFFSET);
        apply_with_tensor(g, "Div", AEI_FORMAT_SCALE);
    }
    const value x = take(g);
    put_network(g, &g->model->encoder, "encoder");
    if (d->code == AE_CODE_TOPK) {
        put_largest(g, d->topk);
    } else if (d->code == AE_CODE_GAUSSIAN) {
        const bool halved = d->variance == AE_VARIANCE_SHARED;
        const value e = halved ? take(g) : x;
        if (halved)
            put_columns(g, 0, d->latent_dim);
        if (outputs) {
            name_current(g, "mu");
            put_log_var(g, x, e);
            name_current(g, "log_var");
            return;
        }
    }
    if (outputs)
        name_current(g, "code");
}

static void put_decoder(graph *g)
{
    put_network(g, &g->model->decoder, "decoder");
    if (g->model->design.loss == AE_SOFTMAX_CROSS_ENTROPY)
        apply(g, "Softmax"); /* over the last axis */
    if (aei_model_output_scaling(g->model)) {
        apply_with_tensor(g, "Mul", AEI_FORMAT_SCALE);
        apply_with_tensor(g, "Add", AEI_FORMAT_OFFSET);
    }
    name_current(g, "reconstruction");
}

/* An input or output: floats [batch, width]. */
static void put_value_info(aei_buffer *buffer, uint32_t field, const char *name, size_t width)
{
    const size_t info = aei_protobuf_begin(buffer, field);
    aei_protobuf_put_text(buffer, VALUE_NAME, name);
    const size_t type = aei_protobuf_begin(buffer, VALUE_TYPE), tensor = aei_protobuf_begin(buffer, TYPE_TENSOR);
    aei_protobuf_put_size(buffer, TYPE_ELEMENT, ELEMENT_IS_FLOAT);
    const size_t shape = aei_protobuf_begin(buffer, TYPE_SHAPE), batch = aei_protobuf_begin(buffer, SHAPE_DIM);
    aei_protobuf_put_text(buffer, DIM_NAME, "batch");
    aei_protobuf_end(buffer, batch);
    const size_t columns = aei_protobuf_begin(buffer, SHAPE_DIM);
    aei_protobuf_put_size(buffer, DIM_VALUE, width);
    aei_protobuf_end(buffer, columns);
    aei_protobuf_end(buffer, shape);
    aei_protobuf_end(buffer, tensor);
    aei_protobuf_end(buffer, type);
    aei_protobuf_end(buffer, info);
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
    graph g = {.buffer = buffer, .model = model};
    aei_protobuf_put_text(buffer, GRAPH_NAME, !decodes ? "encoder" : encodes ? "reconstruct" : "decoder");
    put_value_info(buffer, GRAPH_INPUT, encodes ? "x" : "code", encodes ? d->input_dim : d->latent_dim);
    if (decodes)
        put_value_info(buffer, GRAPH_OUTPUT, "reconstruction", d->output_dim);
    else
        put_value_info(buffer, GRAPH_OUTPUT, log_var ? "mu" : "code", d->latent_dim);
    if (log_var)
        put_value_info(buffer, GRAPH_OUTPUT, "log_var", d->latent_dim);
    if ((encodes && aei_model_input_scaling(model)) || (decodes && aei_model_output_scaling(model))) {
        put_vector(&g, AEI_FORMAT_OFFSET, model->scaling.offset, d->input_dim);
        put_vector(&g, AEI_FORMAT_SCALE, model->scaling.scale, d->input_dim);
    }
    put_weights(&g, networks, names);
    snprintf(g.current.name, sizeof g.current.name, "%s", encodes ? "x" : "code");
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
