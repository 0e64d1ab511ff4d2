/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Saves a model and what it gives, for test_numpy_reader.py: FOLDER/model.safetensors, and as bare floats of this
 * machine x.f32 [ROWS,INPUTS], codes.f32 and x_hat.f32. */
#include <autoencoder/autoencoder.h>
#include <stdio.h>

#define ROWS 50
#define INPUTS 12
#define CODES 3

static ae_status write_floats(const char *folder, const char *name, const float *values, size_t count)
{
    char path[1000];
    FILE *file;
    size_t written;
    snprintf(path, sizeof path, "%s/%s.f32", folder, name);
    file = fopen(path, "wb");
    if (!file)
        return AE_ERROR_IO;
    written = fwrite(values, sizeof *values, count, file);
    return fclose(file) == 0 && written == count ? AE_OK : AE_ERROR_IO;
}

int main(int argc, char **argv)
{
    static float x[ROWS * INPUTS], codes[ROWS * CODES], x_hat[ROWS * INPUTS];
    static const size_t hidden[] = {9, 5};
    char path[1000];
    ae_model_options options;
    ae_train_options training;
    ae_model *model = NULL;
    ae_dataset *rows = NULL;
    ae_status status;
    if (argc != 2)
        return 2;
    for (size_t i = 0; i < ROWS * INPUTS; i++)
        x[i] = (float)(i * 37 % 101) / 101 + (float)(i % INPUTS) / INPUTS;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = INPUTS;
    options.hidden_dims = hidden;
    options.hidden_count = 2;
    options.latent_dim = CODES;
    options.hidden_activation = AE_TANH;
    options.tied = options.batch_norm = 1;
    options.dropout = 0.1;
    ae_train_options_init(&training, sizeof training);
    training.epochs = 4;
    training.batch_size = 16;
    training.validation_fraction = 0.2;
    training.scaling = AE_SCALING_STANDARD;
    status = ae_model_create(&model, &options);
    if (status == AE_OK) status = ae_dataset_from_memory(&rows, NULL, x, ROWS, INPUTS, 0);
    if (status == AE_OK) status = ae_fit(model, rows, NULL, &training);
    if (status == AE_OK) status = ae_encode(model, x, ROWS, 0, codes, 0);
    if (status == AE_OK) status = ae_reconstruct(model, x, ROWS, 0, x_hat, 0);
    snprintf(path, sizeof path, "%s/model.safetensors", argv[1]);
    if (status == AE_OK) status = ae_model_save(model, path);
    if (status == AE_OK) status = write_floats(argv[1], "x", x, ROWS * INPUTS);
    if (status == AE_OK) status = write_floats(argv[1], "codes", codes, ROWS * CODES);
    if (status == AE_OK) status = write_floats(argv[1], "x_hat", x_hat, ROWS * INPUTS);
    if (status != AE_OK)
        fprintf(stderr, "%s: %s\n", ae_status_name(status), ae_last_error());
    ae_dataset_free(rows);
    ae_model_free(model);
    return status != AE_OK;
}
