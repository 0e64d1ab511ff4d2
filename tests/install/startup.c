/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A program that only encodes: reads a model and encodes one row. `startup write MODEL` makes the model, of the size
 * one has for MNIST; `startup MODEL` is what is timed. */
#include <autoencoder/autoencoder.h>
#include <string.h>

enum { WIDTH = 784, HIDDEN = 128, CODE = 32 };

static ae_status write_model(const char *path)
{
    const size_t hidden = HIDDEN;
    ae_model_options options;
    ae_model *model;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = WIDTH;
    options.hidden_dims = &hidden;
    options.hidden_count = 1;
    options.latent_dim = CODE;
    ae_status status = ae_model_create(&model, &options);
    if (status == AE_OK)
        status = ae_model_save(model, path);
    ae_model_free(model);
    return status;
}

static ae_status encode(const char *path)
{
    static const float x[WIDTH];
    float code[CODE];
    ae_model *model;
    ae_status status = ae_model_load(&model, path, NULL);
    if (status == AE_OK)
        status = ae_encode(model, x, 1, 0, code, 0);
    ae_model_free(model);
    return status;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "write") == 0)
        return write_model(argv[2]) != AE_OK;
    return argc != 2 || encode(argv[1]) != AE_OK;
}
