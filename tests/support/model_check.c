/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "support/model_check.h"
#include <autoencoder/autoencoder.h>
#include "support/failing_alloc.h"
#include <stdlib.h>
#include <string.h>

unsigned char *model_bytes(const ae_model *model, size_t *size)
{
    unsigned char *bytes;

    if (ae_model_save_memory(model, NULL, 0, size) != AE_OK)
        return NULL;
    bytes = malloc(*size);
    if (bytes && ae_model_save_memory(model, bytes, *size, size) != AE_OK) {
        free(bytes);
        bytes = NULL;
    }
    return bytes;
}

static ae_status load(ae_model **out, const void *bytes, size_t size, ae_runtime *runtime)
{
    ae_load_options options;

    ae_load_options_init(&options, sizeof options);
    options.runtime = runtime;
    return ae_model_load_memory(out, bytes, size, &options);
}

static const char *check_saved_again(const ae_model *model)
{
    size_t size = 0, again_size = 0;
    ae_model *again = NULL;
    unsigned char *saved = model_bytes(model, &size), *resaved = NULL;
    const char *wrong = NULL;

    if (!saved)
        wrong = "a loaded model cannot be saved";
    else if (load(&again, saved, size, NULL) != AE_OK)
        wrong = "a saved model cannot be loaded";
    else if (!(resaved = model_bytes(again, &again_size)) || size != again_size || memcmp(saved, resaved, size) != 0)
        wrong = "a model has other bytes after a save and a load";
    free(saved);
    free(resaved);
    ae_model_free(again);
    return wrong;
}

static const char *check_use(const ae_model *model)
{
    size_t inputs = ae_model_input_dim(model), codes = ae_model_latent_dim(model);
    float *x = calloc(3 * inputs, sizeof *x), *code = malloc(3 * codes * sizeof *code);
    float *x_hat = malloc(3 * inputs * sizeof *x_hat);
    const char *wrong = NULL;

    if (inputs == 0 || codes == 0)
        wrong = "AE_OK without a model";
    else if (!x || !code || !x_hat)
        wrong = "no memory for the test";
    else if (ae_encode(model, x, 3, 0, code, 0) != AE_OK || ae_reconstruct(model, x, 3, 0, x_hat, 0) != AE_OK)
        wrong = "a loaded model cannot be used";
    free(x);
    free(code);
    free(x_hat);
    return wrong;
}

static const char *check_refusal(const ae_model *model, ae_status status)
{
    if (model)
        return "a model after a failure";
    if (status != AE_ERROR_FORMAT && status != AE_ERROR_UNSUPPORTED && status != AE_ERROR_DATA)
        return "a code that is not documented";
    return strlen(ae_last_error()) < 12 ? "no message" : NULL;
}

const char *model_check(const void *bytes, size_t size, size_t allowance, ae_status *status)
{
    failing_alloc memory;
    ae_runtime *runtime;
    ae_model *model = (ae_model *)(void *)&memory; /* must become NULL or a model */
    unsigned char *copy = malloc(size ? size : 1);
    const char *wrong = "no memory for the test";

    failing_alloc_init(&memory);
    runtime = failing_alloc_runtime(&memory, 1);
    if (copy && runtime) {
        memcpy(copy, bytes, size);
        failing_alloc_reset_peak(&memory);
        *status = load(&model, copy, size, runtime);
        wrong = *status == AE_OK ? check_saved_again(model) : check_refusal(model, *status);
        if (*status != AE_OK && memory.peak_bytes > 2 * size + allowance)
            wrong = "too much memory before a refusal";
        if (*status == AE_OK && !wrong)
            wrong = check_use(model);
        ae_model_free(model);
    }
    free(copy);
    ae_runtime_free(runtime);
    if (!failing_alloc_finish(&memory) && !wrong)
        wrong = "memory leaked or misused";
    return wrong;
}
