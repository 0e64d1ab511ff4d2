/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "file/onnx_graph.h"

#include <math.h>
#include <stdio.h>
#include "base/error.h"
#include "file/protobuf.h"

/* Numbers of the fields, from onnx.proto. */
enum { GRAPH_NODE = 1, GRAPH_NAME = 2, GRAPH_INITIALIZER = 5, GRAPH_INPUT = 11, GRAPH_OUTPUT = 12 };
enum { NODE_INPUT = 1, NODE_OUTPUT = 2, NODE_OPERATOR = 4, NODE_ATTRIBUTE = 5 };
enum { ATTRIBUTE_NAME = 1, ATTRIBUTE_FLOAT = 2, ATTRIBUTE_INT = 3, ATTRIBUTE_TYPE = 20 };
enum { TENSOR_DIM = 1, TENSOR_TYPE = 2, TENSOR_INT = 7, TENSOR_NAME = 8, TENSOR_RAW = 9 };
enum { VALUE_NAME = 1, VALUE_TYPE = 2, TYPE_TENSOR = 1, TYPE_ELEMENT = 1, TYPE_SHAPE = 2, SHAPE_DIM = 1 };
enum { DIM_VALUE = 1, DIM_NAME = 2 };

enum { ATTRIBUTE_IS_FLOAT = 1, ATTRIBUTE_IS_INT = 2, ELEMENT_IS_FLOAT = 1, ELEMENT_IS_INT64 = 7 };

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

aei_graph aei_graph_begin(aei_buffer *buffer, const ae_model *model, const char *name, const char *input, size_t width)
{
    aei_graph g = {.buffer = buffer, .model = model};
    aei_protobuf_put_text(buffer, GRAPH_NAME, name);
    put_value_info(buffer, GRAPH_INPUT, input, width);
    snprintf(g.current.name, sizeof g.current.name, "%s", input);
    return g;
}

void aei_graph_declare_output(aei_graph *g, const char *name, size_t width)
{
    put_value_info(g->buffer, GRAPH_OUTPUT, name, width);
}

/* ---- initializers */

static size_t begin_tensor(aei_graph *g, const char *name, unsigned type, const size_t *dims, size_t rank)
{
    const size_t tensor = aei_protobuf_begin(g->buffer, GRAPH_INITIALIZER);
    for (size_t i = 0; i < rank; i++)
        aei_protobuf_put_size(g->buffer, TENSOR_DIM, dims[i]);
    aei_protobuf_put_size(g->buffer, TENSOR_TYPE, type);
    aei_protobuf_put_text(g->buffer, TENSOR_NAME, name);
    return tensor;
}

void aei_graph_put_tensor(aei_graph *g, const char *name, const float *values, const size_t *dims, size_t rank)
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

void aei_graph_put_vector(aei_graph *g, const char *name, const float *values, size_t length)
{
    aei_graph_put_tensor(g, name, values, &length, 1);
}

aei_graph_value aei_graph_new_name(aei_graph *g)
{
    aei_graph_value v;
    snprintf(v.name, sizeof v.name, "v%zu", ++g->named);
    return v;
}

aei_graph_value aei_graph_put_scalar(aei_graph *g, float number)
{
    const aei_graph_value v = aei_graph_new_name(g);
    aei_graph_put_tensor(g, v.name, &number, NULL, 0);
    return v;
}

aei_graph_value aei_graph_put_whole(aei_graph *g, size_t number)
{
    const aei_graph_value v = aei_graph_new_name(g);
    const size_t one = 1, tensor = begin_tensor(g, v.name, ELEMENT_IS_INT64, &one, 1);
    aei_protobuf_put_size(g->buffer, TENSOR_INT, number);
    aei_protobuf_end(g->buffer, tensor);
    return v;
}

/* ---- nodes */

static void close_node(aei_graph *g, const char *output)
{
    aei_protobuf_put_text(g->buffer, NODE_OUTPUT, output);
    aei_protobuf_end(g->buffer, g->open);
    g->open = 0;
}

aei_graph_value aei_graph_take(aei_graph *g)
{
    if (g->open) {
        g->current = aei_graph_new_name(g);
        close_node(g, g->current.name);
    }
    return g->current;
}

void aei_graph_put_current(aei_graph *g, aei_graph_value v)
{
    aei_graph_take(g);
    g->current = v;
}

static void open_node(aei_graph *g, const char *operator)
{
    g->open = aei_protobuf_begin(g->buffer, GRAPH_NODE);
    aei_protobuf_put_text(g->buffer, NODE_OPERATOR, operator);
}

void aei_graph_put_input(aei_graph *g, aei_graph_value v)
{
    aei_protobuf_put_text(g->buffer, NODE_INPUT, v.name);
}

void aei_graph_put_tensor_input(aei_graph *g, const char *tensor)
{
    aei_protobuf_put_text(g->buffer, NODE_INPUT, tensor);
}

void aei_graph_put_output(aei_graph *g, aei_graph_value v)
{
    aei_protobuf_put_text(g->buffer, NODE_OUTPUT, v.name);
}

void aei_graph_apply(aei_graph *g, const char *operator)
{
    const aei_graph_value v = aei_graph_take(g);
    open_node(g, operator);
    aei_graph_put_input(g, v);
}

void aei_graph_apply_with(aei_graph *g, const char *operator, aei_graph_value other)
{
    aei_graph_apply(g, operator);
    aei_graph_put_input(g, other);
}

void aei_graph_apply_with_tensor(aei_graph *g, const char *operator, const char *tensor)
{
    aei_graph_apply(g, operator);
    aei_graph_put_tensor_input(g, tensor);
}

void aei_graph_apply_with_scalar(aei_graph *g, const char *operator, double number)
{
    aei_graph_take(g); /* the scalar must not come to lie in an open node */
    const aei_graph_value scalar = aei_graph_put_scalar(g, (float)number);
    aei_graph_apply_with(g, operator, scalar);
}

static size_t begin_attribute(aei_graph *g, const char *name, unsigned type)
{
    const size_t attribute = aei_protobuf_begin(g->buffer, NODE_ATTRIBUTE);
    aei_protobuf_put_text(g->buffer, ATTRIBUTE_NAME, name);
    aei_protobuf_put_size(g->buffer, ATTRIBUTE_TYPE, type);
    return attribute;
}

void aei_graph_put_float_attribute(aei_graph *g, const char *name, float number)
{
    const size_t attribute = begin_attribute(g, name, ATTRIBUTE_IS_FLOAT);
    aei_protobuf_put_float(g->buffer, ATTRIBUTE_FLOAT, number);
    aei_protobuf_end(g->buffer, attribute);
}

void aei_graph_put_whole_attribute(aei_graph *g, const char *name, size_t number)
{
    const size_t attribute = begin_attribute(g, name, ATTRIBUTE_IS_INT);
    aei_protobuf_put_size(g->buffer, ATTRIBUTE_INT, number);
    aei_protobuf_end(g->buffer, attribute);
}

void aei_graph_name_current(aei_graph *g, const char *name)
{
    if (!g->open)
        aei_graph_apply(g, "Identity");
    close_node(g, name);
    snprintf(g->current.name, sizeof g->current.name, "%s", name);
}
