/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A model as an ONNX graph: https://github.com/onnx/onnx/blob/main/docs/IR.md, operators of opset 13. Weights are
 * initializers by their own names; what runs is inference, so there is no dropout and no random node. */
#ifndef AEI_FILE_ONNX_H
#define AEI_FILE_ONNX_H

#include <autoencoder/exchange.h>
#include "file/buffer.h"
#include "model/model.h"

/* The file's bytes. UNSUPPORTED for the sparse codes of a dictionary, and beyond the 2 GiB of the format; AE_ERROR_DATA
 * for a weight that is not finite. On failure *out is empty. */
ae_status aei_onnx_make(aei_buffer *out, const ae_model *model, ae_onnx_graph graph);

#endif
