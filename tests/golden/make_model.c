/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Makes the golden model of a release, for every later one to read:
 *     build/tests/make_model tests/golden
 * writes model-MAJOR.MINOR.safetensors and model-MAJOR.MINOR.h there, with what it gives for some inputs. Run it once,
 * at the release, and leave the files of older releases as they are. */
#include <autoencoder/autoencoder.h>
#include <stdio.h>

#define ROWS 40
#define INPUTS 6
#define CODES 2
#define SHOWN 4 /* rows in the header */

static void put_array(FILE *file, const char *name, const float *values, size_t rows, size_t columns)
{
    fprintf(file, "\nstatic const float %s[%zu][%zu] = {\n", name, rows, columns);
    for (size_t r = 0; r < rows; r++) {
        fprintf(file, "    {");
        for (size_t c = 0; c < columns; c++)
            fprintf(file, "%s%.8ef", c ? ", " : "", (double)values[r * columns + c]);
        fprintf(file, "},\n");
    }
    fprintf(file, "};\n");
}

/* Points near a curve in the unit cube, so that there is something to learn. */
static void make_rows(float *x)
{
    for (size_t r = 0; r < ROWS; r++)
        for (size_t c = 0; c < INPUTS; c++) {
            const float t = (float)((r * 7 + 3) % ROWS) / ROWS;
            x[r * INPUTS + c] = c % 2 ? t * t : (float)(c + 1) / (INPUTS + 1) * (1 - t) + 0.0625f;
        }
}

/* Everything that changes what a file holds: tied weights, normalisation, dropout, a parameter, a history. */
static ae_status make_model(ae_model **model, const float *x)
{
    static const size_t hidden[] = {5};
    ae_model_options options;
    ae_train_options training;
    ae_dataset *rows = NULL;
    ae_status status;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = INPUTS;
    options.hidden_dims = hidden;
    options.hidden_count = 1;
    options.latent_dim = CODES;
    options.hidden_activation = AE_LEAKY_RELU;
    options.activation_parameter = 0.1;
    options.output_activation = AE_SIGMOID;
    options.loss = AE_BINARY_CROSS_ENTROPY;
    options.tied = options.batch_norm = 1;
    options.dropout = 0.1;
    ae_train_options_init(&training, sizeof training);
    training.epochs = 5;
    training.batch_size = 8;
    training.learning_rate = 0.02;
    training.validation_fraction = 0.2;
    status = ae_model_create(model, &options);
    if (status == AE_OK)
        status = ae_dataset_from_memory(&rows, NULL, x, ROWS, INPUTS, 0);
    if (status == AE_OK)
        status = ae_fit(*model, rows, NULL, &training);
    ae_dataset_free(rows);
    return status;
}

static ae_status write_header(const ae_model *model, const float *x, FILE *file)
{
    float codes[SHOWN * CODES], x_hat[SHOWN * INPUTS];
    ae_epoch_report last = {.struct_size = sizeof last};
    ae_status status = ae_encode(model, x, SHOWN, 0, codes, 0);
    if (status == AE_OK)
        status = ae_reconstruct(model, x, SHOWN, 0, x_hat, 0);
    if (status == AE_OK)
        status = ae_model_history(model, ae_model_history_length(model) - 1, &last);
    if (status != AE_OK)
        return status;
    fprintf(file, "/* SPDX-License-Identifier: BSD-2-Clause\n"
                  " * Copyright (c) 2026 the libautoencoder authors */\n"
                  "/* What the model of release %s gives; made by tests/golden/make_model.c. */\n", ae_version());
    put_array(file, "golden_x", x, SHOWN, INPUTS);
    put_array(file, "golden_codes", codes, SHOWN, CODES);
    put_array(file, "golden_x_hat", x_hat, SHOWN, INPUTS);
    fprintf(file, "\nstatic const size_t golden_epochs = %zu;\n", ae_model_history_length(model));
    fprintf(file, "static const double golden_train_loss = %.17g, golden_validation_loss = %.17g;\n", last.train_loss,
            last.validation_loss);
    return AE_OK;
}

int main(int argc, char **argv)
{
    float x[ROWS * INPUTS];
    char path[2][1000];
    ae_model *model = NULL;
    FILE *file = NULL;
    ae_status status;
    const char *const suffixes[] = {"safetensors", "h"};
    if (argc != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    for (int i = 0; i < 2; i++)
        snprintf(path[i], sizeof path[i], "%s/model-%d.%d.%s", argv[1], AE_VERSION_MAJOR, AE_VERSION_MINOR,
                 suffixes[i]);
    make_rows(x);
    status = make_model(&model, x);
    if (status == AE_OK)
        status = ae_model_save(model, path[0]);
    if (status == AE_OK && !(file = fopen(path[1], "w"))) {
        perror(path[1]);
        ae_model_free(model);
        return 1;
    }
    if (status == AE_OK)
        status = write_header(model, x, file);
    if (file && fclose(file) != 0)
        perror(path[1]);
    if (status != AE_OK)
        fprintf(stderr, "%s: %s\n", ae_status_name(status), ae_last_error());
    ae_model_free(model);
    return status != AE_OK;
}
