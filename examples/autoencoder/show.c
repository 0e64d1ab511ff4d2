/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "cli.h"
#include "describe.h"
#include "json.h"

enum { EPOCHS_SHOWN = 20, TEXT = 64 };

static char *member(const char *json, const char *key, char *text)
{
    return json_string(json_member(json, key), text, TEXT);
}

/* "squared_error" to "squared error". */
static char *spaced(char *text)
{
    for (char *c = text; *c; c++)
        if (*c == '_') *c = ' ';
    return text;
}

static void print_code(const char *architecture, const ae_model *model)
{
    char code[TEXT], text[TEXT];
    member(architecture, "code", code);
    printf("code          %zu", ae_model_latent_dim(model));
    if (strcmp(code, "topk") == 0) printf(", the %s largest", member(architecture, "topk", text));
    if (strcmp(code, "gaussian") == 0) printf(", Gaussian, variance %s", member(architecture, "variance", text));
    if (strcmp(code, "lasso") == 0) printf(", sparse, lambda %s", member(architecture, "lasso", text));
    putchar('\n');
}

static void print_layers(const char *architecture, const char *net)
{
    char text[TEXT];
    const char *title = net;
    for (const char *layer = json_first(json_member(architecture, net)); layer; layer = json_next(layer)) {
        printf("%-14s%s", title, spaced(member(layer, "layer", text)));
        title = "";
        if (*member(layer, "units", text)) printf(" %s", text);
        if (*member(layer, "rate", text)) printf(" %s", text);
        if (*member(layer, "activation", text) && strcmp(text, "identity") != 0) printf(", %s", spaced(text));
        if (*member(layer, "activation_parameter", text)) printf(" %s", text);
        if (*member(layer, "tied_to", text)) printf(", tied to layer %s", text);
        putchar('\n');
    }
}

static void print_loss(const char *architecture)
{
    char text[TEXT];
    printf("loss          %s", spaced(member(architecture, "loss", text)));
    if (*member(architecture, "noise", text)) printf(", gamma %s", spaced(text));
    putchar('\n');
}

static void print_epoch(const ae_epoch_report *report)
{
    printf("  %5llu  %12.6g", (unsigned long long)report->epoch, report->train_loss);
    if (isnan(report->validation_loss))
        printf("  %12s", "-");
    else
        printf("  %12.6g", report->validation_loss);
    printf("  %.3g\n", report->learning_rate);
}

/* Some epochs evenly over the whole, the last among them. */
static void print_history(const ae_model *model)
{
    const size_t epochs = ae_model_history_length(model);
    ae_epoch_report report = {.struct_size = sizeof report};
    if (epochs == 0) return;
    ae_model_history(model, epochs - 1, &report);
    printf("history       %zu epochs", epochs);
    if (report.best_epoch) printf(", the best of the last training: %llu", (unsigned long long)report.best_epoch);
    puts("\n  epoch      training    validation  learning rate");
    const size_t step = (epochs + EPOCHS_SHOWN - 1) / EPOCHS_SHOWN;
    for (size_t i = (epochs - 1) % step; i < epochs; i += step)
        if (ae_model_history(model, i, &report) == AE_OK) print_epoch(&report);
}

static int print_tensors(const ae_model *model)
{
    for (size_t i = 0; i < ae_model_tensor_count(model); i++) {
        size_t rows, columns;
        const char *name = ae_model_tensor_name(model, i);
        ae_status status = ae_model_tensor_shape(model, name, &rows, &columns);
        if (status != AE_OK) return fail_status(status, name);
        printf("%-14s%s %zu x %zu\n", i ? "" : "tensors", name, rows, columns);
    }
    return EXIT_DONE;
}

static int print_scaling(const ae_model *model, const char *architecture)
{
    const size_t width = ae_model_input_dim(model);
    char kind[TEXT];
    if (!*member(architecture, "scaling", kind)) {
        puts("scaling       none");
        return EXIT_DONE;
    }
    float *offset = malloc(width * sizeof *offset), *scale = malloc(width * sizeof *scale);
    ae_status status = AE_ERROR_NO_MEMORY;
    if (offset && scale) status = ae_model_get_scaling(model, offset, scale, width);
    if (status == AE_OK) {
        float low[2] = {offset[0], scale[0]}, high[2] = {offset[0], scale[0]};
        for (size_t i = 0; i < width; i++) {
            low[0] = fminf(low[0], offset[i]), high[0] = fmaxf(high[0], offset[i]);
            low[1] = fminf(low[1], scale[i]), high[1] = fmaxf(high[1], scale[i]);
        }
        printf("scaling       %s: (x - offset) / scale, offsets %g to %g, scales %g to %g\n", kind, (double)low[0],
               (double)high[0], (double)low[1], (double)high[1]);
    }
    free(offset);
    free(scale);
    return status == AE_OK ? EXIT_DONE : fail_status(status, NULL);
}

static int print_text(const ae_model *model, const char *architecture, const char *path)
{
    char shape[256];
    describe_shape(architecture, model, shape, sizeof shape);
    printf("model         %s\nshape         %s\ninput         %zu\n", path, shape, ae_model_input_dim(model));
    print_code(architecture, model);
    print_layers(architecture, "encoder");
    print_layers(architecture, "decoder");
    print_loss(architecture);
    printf("parameters    %zu\n", ae_model_parameter_count(model));
    int result = print_tensors(model);
    if (result == EXIT_DONE) result = print_scaling(model, architecture);
    if (ae_model_contamination(model) > 0)
        printf("threshold     %.6g, for a contamination of %g\n", ae_model_threshold(model),
               ae_model_contamination(model));
    print_history(model);
    return result;
}

static int print_json(const ae_model *model, const char *architecture, const char *path)
{
    char shape[256];
    describe_shape(architecture, model, shape, sizeof shape);
    json_open(NULL, '{');
    json_text("file", path);
    json_text("shape", shape);
    json_count("input_dim", ae_model_input_dim(model));
    json_count("latent_dim", ae_model_latent_dim(model));
    json_count("parameters", ae_model_parameter_count(model));
    json_real("threshold", ae_model_threshold(model));
    json_real("contamination", ae_model_contamination(model));
    json_verbatim("architecture", architecture, strlen(architecture));
    json_open("tensors", '[');
    for (size_t i = 0; i < ae_model_tensor_count(model); i++) {
        size_t rows = 0, columns = 0;
        const char *name = ae_model_tensor_name(model, i);
        ae_model_tensor_shape(model, name, &rows, &columns);
        json_open(NULL, '{');
        json_text("name", name);
        json_count("rows", rows);
        json_count("columns", columns);
        json_close('}');
    }
    json_close(']');
    json_history(model);
    json_close('}');
    return EXIT_DONE;
}

int command_show(int argc, char **argv)
{
    int json = 0;
    option_row rows[] = {OPTION_JSON(json)};
    arguments a = {.command = argv[0],
                   .operands = "MODEL",
                   .about = "Prints a model's architecture, parameters, scaling, threshold and training history.",
                   .options = rows,
                   .option_count = sizeof rows / sizeof *rows,
                   .operand_least = 1,
                   .operand_most = 1};
    ae_model *model = NULL;
    int result = arguments_parse(&a, argc, argv);
    if (result != ARGUMENTS_GO_ON) return result;
    result = load_model(&model, a.given[0], NULL);
    char *architecture = result == EXIT_DONE ? architecture_json(model) : NULL;
    if (!architecture)
        result = EXIT_FAILED;
    else
        result = json ? print_json(model, architecture, a.given[0]) : print_text(model, architecture, a.given[0]);
    free(architecture);
    ae_model_free(model);
    return result;
}
