/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A trained model for other programs: as C source, as ONNX graphs, and its weights into a second model as if another
 * program had trained them. exported_host.c is compiled with the C source. Argument: the folder to write to (default
 * the current one). */
#include <autoencoder/autoencoder.h>

#include <stdio.h>
#include <string.h>

#include "support/digits.h"

static ae_status create(ae_model **out)
{
    static const size_t hidden[] = {32};
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = DIGIT_PIXELS;
    options.hidden_dims = hidden, options.hidden_count = 1;
    options.latent_dim = 8;
    options.output_activation = AE_SIGMOID;
    return ae_model_create(out, &options);
}

static ae_status train(ae_model *model, const digits *d)
{
    ae_dataset *rows = NULL, *test = NULL;
    ae_train_options options;
    ae_train_options_init(&options, sizeof options);
    options.epochs = 40;
    options.learning_rate = 3e-3;
    ae_status status = digits_split(d, &rows, &test);
    if (status == AE_OK) status = ae_fit(model, rows, NULL, &options);
    if (status == AE_OK) status = ae_model_fit_threshold(model, rows, 0.01);
    ae_dataset_free(rows);
    ae_dataset_free(test);
    return status;
}

/* "<folder>/<name>"; the last four are kept. */
static const char *in(const char *folder, const char *name)
{
    static char paths[4][500];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static ae_status export(const ae_model *model, const char *folder)
{
    const char *source = in(folder, "digits_model.c"), *graph = in(folder, "digits.onnx");
    /* [c] */
    ae_status status = ae_export_c(model, source, NULL); /* digits_model.c and digits_model.h */
    /* [c] */
    const char *encoder = in(folder, "digits_encoder.onnx");
    /* [onnx] */
    if (status == AE_OK) status = ae_export_onnx(model, graph, NULL); /* "x" to "reconstruction" */
    ae_export_onnx_options options;
    ae_export_onnx_options_init(&options, sizeof options);
    options.graph = AE_ONNX_ENCODER; /* "x" to "code" */
    if (status == AE_OK) status = ae_export_onnx(model, encoder, &options);
    /* [onnx] */
    return status;
}

static ae_status import(ae_model *model, const char *path)
{
    /* [import] */
    ae_import_options options;
    ae_import_options_init(&options, sizeof options);
    options.ignore_extra = 1; /* what else the file may hold */
    ae_status status = ae_model_import_safetensors(model, path, &options);
    if (status != AE_OK) fprintf(stderr, "%s: %s\n", ae_status_name(status), ae_last_error());
    /* [import] */
    return status;
}

int main(int argc, char **argv)
{
    const char *folder = argc > 1 ? argv[1] : ".";
    enum { SHOWN = 100, FLOATS = SHOWN * DIGIT_PIXELS };
    static float first[FLOATS], second[FLOATS];
    digits d;
    ae_model *model = NULL, *other = NULL;
    ae_status status = digits_read(&d, NULL);
    if (status == AE_OK) status = create(&model);
    if (status == AE_OK) status = create(&other);
    if (status == AE_OK) status = train(model, &d);
    if (status == AE_OK) status = export(model, folder);
    if (status == AE_OK) status = ae_model_save(model, in(folder, "digits_model.safetensors"));
    if (status == AE_OK) status = import(other, in(folder, "digits_model.safetensors"));
    if (status == AE_OK) status = ae_reconstruct(model, d.pixels, SHOWN, 0, first, 0);
    if (status == AE_OK) status = ae_reconstruct(other, d.pixels, SHOWN, 0, second, 0);
    const int same = status == AE_OK && memcmp(first, second, sizeof first) == 0;
    if (status == AE_OK) printf("the model with imported weights reconstructs %s\n", same ? "the same" : "DIFFERENTLY");
    ae_model_free(model);
    ae_model_free(other);
    digits_free(&d);
    return status == AE_OK && !same ? 1 : finish(status);
}
