/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* sample and interpolate: rows that no data has. */
#include "generate.h"

#include <stdlib.h>

#include "arguments.h"
#include "cli.h"
#include "data.h"
#include "json.h"
#include "output.h"

const choice path_names[] = {{"linear", AE_PATH_LINEAR}, {"spherical", AE_PATH_SPHERICAL}, {NULL, 0}};

typedef struct sampling {
    const ae_model *model;
    uint64_t seed;
    int observe;
} sampling;

static ae_status sample_rows(void *user, const float *x, size_t first, size_t count, float *values)
{
    const sampling *s = user;
    (void)x;
    return ae_vae_sample(s->model, s->seed, first, count, s->observe, values, 0);
}

int interpolate(const ae_model *model, const data *d, const way *w, float **out)
{
    const size_t latent = ae_model_latent_dim(model), width = ae_model_output_dim(model);
    float *codes = malloc((w->steps + 2) * latent * sizeof *codes), *x = malloc(w->steps * width * sizeof *x);
    const size_t rows = ae_dataset_rows(d->rows);
    int result = EXIT_DONE;
    if (w->from >= rows || w->to >= rows)
        result = fail("there is no row %zu, the data has %zu", w->from >= rows ? w->from : w->to, rows);
    else if (!codes || !x)
        result = fail("no memory for %zu steps", w->steps);
    if (result == EXIT_DONE) {
        float *a = codes + w->steps * latent, *b = a + latent;
        int32_t path = w->path >= 0                               ? w->path
                       : ae_model_code(model) == AE_CODE_GAUSSIAN ? AE_PATH_SPHERICAL
                                                                  : AE_PATH_LINEAR;
        ae_status status = ae_encode(model, ae_dataset_row(d->rows, w->from), 1, 0, a, 0);
        if (status == AE_OK) status = ae_encode(model, ae_dataset_row(d->rows, w->to), 1, 0, b, 0);
        if (status == AE_OK) status = ae_code_path(a, b, latent, path, w->steps, codes);
        if (status == AE_OK) status = ae_decode(model, codes, w->steps, 0, x, 0);
        if (status != AE_OK) result = fail_status(status, NULL);
    }
    free(codes);
    if (result == EXIT_DONE) {
        *out = x;
        x = NULL;
    }
    free(x);
    return result;
}

static const char sample_about[] =
    "Draws new rows from a variational model: codes from the normal prior, rows from the decoder. Row i depends "
    "on the seed and i alone.";

int command_sample(int argc, char **argv)
{
    sampling s = {0};
    const char *out_path = NULL;
    size_t threads = 0, count = 10;
    int json = 0, quiet = 0;
    option_row rows[] = {
        {.letter = 'n', .kind = OPTION_COUNT, .value = &count, .takes = "N", .least = 1, .help = "rows; default 10"},
        {.name = "seed",
         .kind = OPTION_SEED,
         .value = &s.seed,
         .takes = "S",
         .help = "the same seed gives the same rows; default 0"},
        {.name = "observe",
         .kind = OPTION_FLAG,
         .value = &s.observe,
         .help = "draw from p(x|z); without it a row is the decoder's mean"},
        OPTION_OUT(out_path, ".csv or .npy; default: CSV on standard output"),
        OPTION_THREADS(threads),
        OPTION_JSON(json),
        OPTION_QUIET(quiet),
    };
    arguments a = {.command = argv[0],
                   .operands = "MODEL",
                   .about = sample_about,
                   .options = rows,
                   .option_count = sizeof rows / sizeof *rows,
                   .operand_least = 1,
                   .operand_most = 1};
    ae_runtime *runtime = NULL;
    ae_model *model = NULL;
    output out = {0};
    int result = arguments_parse(&a, argc, argv);
    if (result != ARGUMENTS_GO_ON) return result;
    result = output_check(a.command, out_path);
    if (result == EXIT_DONE) result = create_runtime(&runtime, threads);
    if (result == EXIT_DONE) result = load_model(&model, a.given[0], runtime);
    if (result == EXIT_DONE && ae_model_code(model) != AE_CODE_GAUSSIAN)
        result = fail("%s: only a variational model can be sampled", a.given[0]);
    if (result == EXIT_DONE) {
        s.model = model;
        result = output_open(&out, out_path, json, count, ae_model_output_dim(model), (output_names){0});
        if (result == EXIT_DONE) result = output_compute(&out, NULL, sample_rows, &s);
        if (result == EXIT_DONE) result = output_finish(&out, json, quiet);
        if (json && result == EXIT_DONE) json_close('}');
    }
    output_drop(&out);
    ae_model_free(model);
    ae_runtime_free(runtime);
    return result;
}

static const char interpolate_about[] =
    "Writes rows on the way from one row of DATA to another, decoded from codes between theirs: on a straight "
    "line, or of a variational model along the great circle. Rows count from 0.";

int command_interpolate(int argc, char **argv)
{
    way w = {.steps = 10, .path = -1};
    data_options from = {0};
    const char *out_path = NULL;
    size_t threads = 0;
    int json = 0, quiet = 0;
    option_row rows[] = {
        {.name = "from", .kind = OPTION_COUNT, .value = &w.from, .takes = "ROW", .help = "first row; required"},
        {.name = "to", .kind = OPTION_COUNT, .value = &w.to, .takes = "ROW", .help = "last row; required"},
        {.name = "steps",
         .kind = OPTION_COUNT,
         .value = &w.steps,
         .takes = "N",
         .least = 2,
         .most = 1e6,
         .help = "rows to write, both ends included; default 10"},
        {.name = "path", .kind = OPTION_CHOICE, .value = &w.path, .help = "the way", .choices = path_names},
        OPTION_OUT(out_path, ".csv or .npy; default: CSV on standard output"),
        OPTION_LABEL(from.label, "leave out a column, by name or number from 0"),
        OPTION_RAW(from.raw),
        OPTION_THREADS(threads),
        OPTION_JSON(json),
        OPTION_QUIET(quiet),
    };
    arguments a = {.command = argv[0],
                   .operands = "MODEL DATA",
                   .required = "--from ROW --to ROW ",
                   .about = interpolate_about,
                   .options = rows,
                   .option_count = sizeof rows / sizeof *rows,
                   .operand_least = 2,
                   .operand_most = 2};
    ae_runtime *runtime = NULL;
    ae_model *model = NULL;
    data d = {0};
    output out = {0};
    float *x = NULL;
    int result = arguments_parse(&a, argc, argv);
    if (result == ARGUMENTS_GO_ON && !(argument_given(&a, "from") && argument_given(&a, "to")))
        result = arguments_wrong(a.command, "it needs --from ROW and --to ROW");
    if (result != ARGUMENTS_GO_ON) return result;
    result = output_check(a.command, out_path);
    if (result == EXIT_DONE) result = create_runtime(&runtime, threads);
    from.runtime = runtime;
    if (result == EXIT_DONE) result = load_model(&model, a.given[0], runtime);
    if (result == EXIT_DONE) result = data_read(&d, a.given[1], &from);
    if (result == EXIT_DONE) result = data_fits(&d, model, a.given[1]);
    if (result == EXIT_DONE) result = interpolate(model, &d, &w, &x);
    if (result == EXIT_DONE) {
        output_names names = {.like = data_has_names(&d) ? d.rows : NULL};
        result = output_open(&out, out_path, json, w.steps, ae_model_output_dim(model), names);
        if (result == EXIT_DONE) result = output_rows(&out, x, w.steps);
        if (result == EXIT_DONE) result = output_finish(&out, json, quiet);
        if (json && result == EXIT_DONE) json_close('}');
    }
    output_drop(&out);
    free(x);
    data_free(&d);
    ae_model_free(model);
    ae_runtime_free(runtime);
    return result;
}
