/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A graph of ONNX operators, put into a buffer one after another. */
#ifndef AEI_FILE_ONNX_GRAPH_H
#define AEI_FILE_ONNX_GRAPH_H

#include "file/buffer.h"
#include "model/model.h"

typedef struct aei_graph_value {
    char name[AEI_PARAM_NAME_SIZE + 16];
} aei_graph_value;

/* A graph in the making. Operators work on the current value, as on a calculator: each takes it, and leaves a node
 * whose output becomes the current value. That node stays open until somebody asks for the value, since only then it is
 * known whether it is one of many or an output of the graph with a name of its own.
 * Meanwhile nothing else may be put. */
typedef struct aei_graph {
    aei_buffer *buffer;
    const ae_model *model;
    aei_graph_value current; /* unless a node is open */
    size_t open;             /* the open node, as aei_protobuf_begin() gave it; 0: none */
    size_t named;            /* values and constants named so far */
} aei_graph;

/* A graph with one input, [batch, width], which is the current value. Outputs are declared before any node. */
aei_graph aei_graph_begin(aei_buffer *buffer, const ae_model *model, const char *name, const char *input, size_t width);
void aei_graph_declare_output(aei_graph *g, const char *name, size_t width);

/* Constants. They are messages of the graph like the nodes, and may come in any order. A whole number is a vector of
 * one, as operators take sizes. */
void aei_graph_put_tensor(aei_graph *g, const char *name, const float *values, const size_t *dims, size_t rank);
void aei_graph_put_vector(aei_graph *g, const char *name, const float *values, size_t length);
aei_graph_value aei_graph_put_scalar(aei_graph *g, float number);
aei_graph_value aei_graph_put_whole(aei_graph *g, size_t number);

/* A name that no other value has. */
aei_graph_value aei_graph_new_name(aei_graph *g);

/* The current value, which gets a name if it has none; another one in its place; it as an output of the graph. */
aei_graph_value aei_graph_take(aei_graph *g);
void aei_graph_put_current(aei_graph *g, aei_graph_value v);
void aei_graph_name_current(aei_graph *g, const char *name);

/* f(current), and f(current, other) */
void aei_graph_apply(aei_graph *g, const char *operator);
void aei_graph_apply_with(aei_graph *g, const char *operator, aei_graph_value other);
void aei_graph_apply_with_tensor(aei_graph *g, const char *operator, const char *tensor);
void aei_graph_apply_with_scalar(aei_graph *g, const char *operator, double number);

/* Of the open node: further inputs, attributes, and outputs before the one that becomes the current value. */
void aei_graph_put_input(aei_graph *g, aei_graph_value v);
void aei_graph_put_tensor_input(aei_graph *g, const char *tensor);
void aei_graph_put_float_attribute(aei_graph *g, const char *name, float number);
void aei_graph_put_whole_attribute(aei_graph *g, const char *name, size_t number);
void aei_graph_put_output(aei_graph *g, aei_graph_value v);

#endif
