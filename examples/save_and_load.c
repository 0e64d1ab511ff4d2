/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A model to a file and back, and the same through memory. The file is safetensors: other tools open its weights.
 * Argument: the file to write (default digits.safetensors). */
#include <autoencoder/autoencoder.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/digits.h"

static ae_status train(ae_model **out, const float *pixels, size_t rows)
{
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = DIGIT_PIXELS;
    options.latent_dim = 8;
    ae_dataset *dataset = NULL;
    ae_status status = ae_dataset_from_memory(&dataset, NULL, pixels, rows, DIGIT_PIXELS, 0);
    if (status == AE_OK) status = ae_model_create(out, &options);
    if (status == AE_OK) status = ae_fit(*out, dataset, NULL, NULL);
    ae_dataset_free(dataset);
    return status;
}

/* A copy of a model by way of memory. */
static ae_status copy(ae_model **out, const ae_model *model)
{
    *out = NULL;
    /* [memory] */
    size_t size = 0;
    ae_status status = ae_model_save_memory(model, NULL, 0, &size); /* how much will it be? */
    void *bytes = status == AE_OK ? malloc(size) : NULL;
    if (status == AE_OK && !bytes) status = AE_ERROR_NO_MEMORY;
    if (status == AE_OK) status = ae_model_save_memory(model, bytes, size, &size);
    if (status == AE_OK) status = ae_model_load_memory(out, bytes, size, NULL);
    free(bytes);
    /* [memory] */
    if (status == AE_OK) printf("%zu bytes in memory\n", size);
    return status;
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "digits.safetensors";
    enum { SHOWN = 100, FLOATS = SHOWN * DIGIT_PIXELS };
    static float before[FLOATS], after[FLOATS], copied[FLOATS];
    digits d;
    ae_model *model = NULL, *loaded = NULL, *second = NULL;
    ae_status status = digits_read(&d, NULL);
    if (status == AE_OK) status = train(&model, d.pixels, d.rows);
    /* [file] */
    if (status == AE_OK) status = ae_model_save(model, path);
    if (status == AE_OK) status = ae_model_load(&loaded, path, NULL);
    /* [file] */
    if (status == AE_OK) status = copy(&second, model);
    if (status == AE_OK) status = ae_reconstruct(model, d.pixels, SHOWN, 0, before, 0);
    if (status == AE_OK) status = ae_reconstruct(loaded, d.pixels, SHOWN, 0, after, 0);
    if (status == AE_OK) status = ae_reconstruct(second, d.pixels, SHOWN, 0, copied, 0);
    int same = status == AE_OK && !memcmp(before, after, sizeof before) && !memcmp(before, copied, sizeof before);
    if (status == AE_OK)
        printf("%s: %zu parameters, %zu epochs of history; all three models reconstruct %s\n", path,
               ae_model_parameter_count(loaded), ae_model_history_length(loaded),
               same ? "the same bytes" : "DIFFERENTLY");
    ae_model_free(model);
    ae_model_free(loaded);
    ae_model_free(second);
    digits_free(&d);
    return status == AE_OK && !same ? 1 : finish(status);
}
