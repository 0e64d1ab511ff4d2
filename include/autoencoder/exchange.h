/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/** @file
 * Models elsewhere: a trained model as C source or as an ONNX graph, and weights that another program trained; see
 * docs/export.md. */
#ifndef AUTOENCODER_EXCHANGE_H
#define AUTOENCODER_EXCHANGE_H

#include <autoencoder/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Options of ae_export_c(); set them up with ae_export_c_options_init(). */
typedef struct ae_export_c_options {
    size_t struct_size; /**< set by ae_export_c_options_init() */
    const char *prefix; /**< of all names in the source: a letter, then letters, digits and '_', 40 characters at most;
                             NULL, the default: the file's name without folder and suffix */
} ae_export_c_options;

/** Fills `options` with the defaults.
 * @param options     structure to fill
 * @param struct_size sizeof *options as the caller knows it
 * @note Any thread. Since 0.1. */
AE_API void ae_export_c_options_init(ae_export_c_options *options, size_t struct_size);

/** Writes a model as C99: a source file with the weights and a header beside it, which need nothing but expf, logf,
 * tanhf and fabsf of the C library, and allocate nothing. For the prefix `digits` they have digits_encode(),
 * digits_decode(), digits_reconstruct() and, where ae_score() has scores, digits_score(), each for one row in the units
 * of the data, and the macros DIGITS_INPUT_DIM, DIGITS_LATENT_DIM, DIGITS_OUTPUT_DIM and, with a threshold,
 * DIGITS_THRESHOLD.
 *
 * Results are those of the library but for rounding, as a rule less than 1e-6 of the largest; codes of a dictionary are
 * as near as its atoms, the more alike they are the less, let them be known. All models can be written; the code of a
 * variational model is its mean.
 * @param model   any model
 * @param path    UTF-8 name of the source file, with the suffix .c; the header is written beside it with .h. Both are
 *                whole before either gets its name, and each is the old one or the new one even after a crash
 * @param options NULL for the defaults
 * @return AE_OK; INVALID_ARGUMENT for a name that cannot be; DATA for a weight that is not finite; IO; NO_MEMORY
 * @note Any number of threads at once, but for the same path. Since 0.1. */
AE_API ae_status ae_export_c(const ae_model *model, const char *path, const ae_export_c_options *options);

/** A part of a model as a graph; `batch` is any number of rows. */
typedef int32_t ae_onnx_graph;

/** The values of ae_onnx_graph. */
enum ae_onnx_graph_value {
    AE_ONNX_RECONSTRUCT = 0, /**< "x" [batch, input_dim] -> "reconstruction" [batch, output_dim] */
    AE_ONNX_ENCODER = 1,     /**< "x" -> "code" [batch, latent_dim]; of AE_CODE_GAUSSIAN "mu" and "log_var", both so */
    AE_ONNX_DECODER = 2      /**< "code" -> "reconstruction" */
};

/** Options of ae_export_onnx(); set them up with ae_export_onnx_options_init(). */
typedef struct ae_export_onnx_options {
    size_t struct_size;  /**< set by ae_export_onnx_options_init() */
    ae_onnx_graph graph; /**< default AE_ONNX_RECONSTRUCT */
    int32_t reserved;    /**< 0 */
} ae_export_onnx_options;

/** Fills `options` with the defaults.
 * @param options     structure to fill
 * @param struct_size sizeof *options as the caller knows it
 * @note Any thread. Since 0.1. */
AE_API void ae_export_onnx_options_init(ae_export_onnx_options *options, size_t struct_size);

/** Writes a model as an ONNX graph of operator set 13 and IR version 8, in floats, in the units of the data and without
 * random nodes: it gives what the library gives, but for rounding. The sparse codes of a dictionary have no graph.
 * @param model   any model
 * @param path    UTF-8 file name, by custom with the suffix .onnx; it is the old file or the whole new one even after a
 *                crash
 * @param options NULL for the defaults
 * @return AE_OK; INVALID_ARGUMENT; UNSUPPORTED for a dictionary's codes and for more than 2 GiB; DATA for a weight that
 *         is not finite; IO; NO_MEMORY
 * @note Any number of threads at once, but for the same path. Since 0.1. */
AE_API ae_status ae_export_onnx(const ae_model *model, const char *path, const ae_export_onnx_options *options);

/** Options of ae_model_import_safetensors(); set them up with ae_import_options_init(). */
typedef struct ae_import_options {
    size_t struct_size;   /**< set by ae_import_options_init() */
    const char *prefix;   /**< what the names of the tensors begin with, such as "module."; others are not looked at.
                               NULL, the default: nothing */
    uint64_t max_bytes;   /**< largest file to accept, at least 1; default 4 GiB */
    int32_t ignore_extra; /**< 1: tensors that have no place in the model are ignored; default 0: they are an error */
    int32_t reserved;     /**< 0 */
} ae_import_options;

/** Fills `options` with the defaults.
 * @param options     structure to fill
 * @param struct_size sizeof *options as the caller knows it
 * @note Any thread. Since 0.1. */
AE_API void ae_import_options_init(ae_import_options *options, size_t struct_size);

/** Takes the weights from a safetensors file that another program wrote, such as PyTorch's state dict, for a model that
 * was created with the same architecture. Names are those of ae_model_tensor_name(). Where a net (encoder, variance,
 * decoder) does not have all of them, its tensors are taken in order instead: "encoder.0.weight", "encoder.2.weight" of
 * an nn.Sequential, in which activations are numbered too, go to the first and second layer with weights; there must be
 * as many, of the same shapes. Numbers can be F32, F64, F16 or BF16. PyTorch's "num_batches_tracked" is ignored. The
 * model keeps its scaling and loses its threshold.
 * @param model   a model for the caller alone, with no trainer
 * @param path    UTF-8 file name; the file may come from anybody
 * @param options NULL for the defaults
 * @return AE_OK; INVALID_ARGUMENT; IO; FORMAT for a broken file, a missing tensor or one too many; SHAPE with both
 *         shapes; UNSUPPORTED for another kind of numbers; DATA for one that is not finite; NO_MEMORY
 * @note Needs the model for itself. Since 0.1. */
AE_API ae_status ae_model_import_safetensors(ae_model *model, const char *path, const ae_import_options *options);

#ifdef __cplusplus
}
#endif
#endif
