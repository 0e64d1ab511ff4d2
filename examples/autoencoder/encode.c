/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* encode and reconstruct: a row in, a row out. */
#include "arguments.h"
#include "cli.h"
#include "data.h"
#include "json.h"
#include "output.h"

static ae_status encode_rows(void *user, const float *x, size_t first, size_t count, float *values)
{
    (void)first;
    return ae_encode(user, x, count, 0, values, 0);
}

static ae_status reconstruct_rows(void *user, const float *x, size_t first, size_t count, float *values)
{
    (void)first;
    return ae_reconstruct(user, x, count, 0, values, 0);
}

/* What the two commands differ in. */
typedef struct conversion {
    const char *about;
    compute_rows compute;
    size_t (*width)(const ae_model *model);
    int keeps_names; /* a column out is the same column in */
    const char *prefix;
} conversion;

static int convert(const conversion *c, int argc, char **argv)
{
    data_options from = {0};
    const char *out_path = NULL;
    size_t threads = 0;
    int json = 0, quiet = 0;
    option_row rows[] = {
        OPTION_OUT(out_path, ".csv or .npy; default: CSV on standard output"),
        OPTION_LABEL(from.label, "leave out a column, by name or number from 0"),
        OPTION_RAW(from.raw),
        OPTION_THREADS(threads),
        OPTION_JSON(json),
        OPTION_QUIET(quiet),
    };
    arguments a = {.command = argv[0],
                   .operands = "MODEL DATA",
                   .about = c->about,
                   .options = rows,
                   .option_count = sizeof rows / sizeof *rows,
                   .operand_least = 2,
                   .operand_most = 2};
    ae_runtime *runtime = NULL;
    ae_model *model = NULL;
    data d = {0};
    output out = {0};
    int result = arguments_parse(&a, argc, argv);
    if (result != ARGUMENTS_GO_ON) return result;
    result = output_check(a.command, out_path);
    if (result == EXIT_DONE) result = create_runtime(&runtime, threads);
    from.runtime = runtime;
    if (result == EXIT_DONE) result = load_model(&model, a.given[0], runtime);
    if (result == EXIT_DONE) result = data_read(&d, a.given[1], &from);
    if (result == EXIT_DONE) result = data_fits(&d, model, a.given[1]);
    if (result == EXIT_DONE) {
        output_names names = {0};
        if (data_has_names(&d)) names.prefix = c->prefix;
        if (data_has_names(&d) && c->keeps_names) names.like = d.rows;
        result = output_open(&out, out_path, json, ae_dataset_rows(d.rows), c->width(model), names);
        if (result == EXIT_DONE) result = output_compute(&out, d.rows, c->compute, model);
        if (result == EXIT_DONE) result = output_finish(&out, json, quiet);
        if (json && result == EXIT_DONE) json_close('}');
    }
    output_drop(&out);
    data_free(&d);
    ae_model_free(model);
    ae_runtime_free(runtime);
    return result;
}

int command_encode(int argc, char **argv)
{
    static const conversion c = {
        .about = "Writes the code of each row of DATA.",
        .compute = encode_rows,
        .width = ae_model_latent_dim,
        .prefix = "code",
    };
    return convert(&c, argc, argv);
}

int command_reconstruct(int argc, char **argv)
{
    static const conversion c = {
        .about = "Writes what the model makes of each row of DATA: through the code and back.",
        .compute = reconstruct_rows,
        .width = ae_model_output_dim,
        .keeps_names = 1,
        .prefix = "output",
    };
    return convert(&c, argc, argv);
}
