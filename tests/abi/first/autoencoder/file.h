/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/** @file
 * Model files: safetensors with the architecture in `__metadata__`; docs/file-format.md describes the bytes. */
#ifndef AUTOENCODER_FILE_H
#define AUTOENCODER_FILE_H

#include <autoencoder/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Options of ae_model_load() and ae_model_load_memory(); set them up with ae_load_options_init(). */
typedef struct ae_load_options {
    size_t struct_size;  /**< set by ae_load_options_init() */
    ae_runtime *runtime; /**< NULL: the default */
    uint64_t max_bytes;  /**< largest file to accept; default 4 GiB */
    int32_t allow_non_finite; /**< 1: accept weights that are NaN or infinite; default 0 */
    int32_t reserved; /**< 0 */
} ae_load_options;

/** Fills `options` with the defaults.
 * @param options     structure to fill
 * @param struct_size sizeof *options as the caller knows it
 * @note Any thread. Since 0.1. */
AE_API void ae_load_options_init(ae_load_options *options, size_t struct_size);

/** Writes a model so that `path` holds the old file or the whole new one, even after a crash or a power cut.
 * @param model any model; its optimizer's state is not saved
 * @param path  UTF-8 file name, by custom with the suffix .safetensors
 * @return AE_OK; INVALID_ARGUMENT; IO; NO_MEMORY
 * @note Any number of threads at once, but for the same path. Since 0.1. */
AE_API ae_status ae_model_save(const ae_model *model, const char *path);

/** Reads a model. The file is checked completely before a weight is allocated; it may come from anybody.
 * @param out     receives the model; NULL on failure. Free it with ae_model_free()
 * @param path    UTF-8 file name
 * @param options NULL for the defaults
 * @return AE_OK; INVALID_ARGUMENT; IO; FORMAT with the place; UNSUPPORTED for a newer format; DATA for a weight that is
 *         not finite; NO_MEMORY
 * @note Any thread. Since 0.1. */
AE_API ae_status ae_model_load(ae_model **out, const char *path, const ae_load_options *options);

/** Writes a model to memory, in the same bytes as ae_model_save().
 * @param model    any model
 * @param buffer   receives the bytes; NULL with capacity 0 to ask for the size
 * @param capacity bytes that `buffer` can take
 * @param size     receives the size needed, also when it is more than `capacity` (then SHAPE, unless buffer is NULL)
 * @return AE_OK; INVALID_ARGUMENT; SHAPE; NO_MEMORY
 * @note Any number of threads at once. Since 0.1. */
AE_API ae_status ae_model_save_memory(const ae_model *model, void *buffer, size_t capacity, size_t *size);

/** Reads a model from memory; the bytes are copied.
 * @param out     receives the model; NULL on failure
 * @param bytes   what ae_model_save_memory() or a file gave
 * @param size    how many bytes
 * @param options NULL for the defaults
 * @return as ae_model_load(), never IO
 * @note Any thread. Since 0.1. */
AE_API ae_status ae_model_load_memory(ae_model **out, const void *bytes, size_t size, const ae_load_options *options);

#ifdef __cplusplus
}
#endif
#endif
