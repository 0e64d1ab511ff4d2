/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "arguments.h"
#include "cli.h"
#include "data.h"
#include "json.h"
#include "metrics.h"
#include "output.h"

typedef struct scoring {
    const ae_model *model;
    float *scores; /* of all rows: the summary needs them */
    int per_feature;
} scoring;

static ae_status score_rows(void *user, const float *x, size_t first, size_t count, float *values)
{
    scoring *s = user;
    float *scores = s->scores + first;
    ae_status status = ae_score(s->model, x, count, 0, scores, s->per_feature ? values : NULL, 0);
    for (size_t i = 0; status == AE_OK && !s->per_feature && i < count; i++)
        values[i] = scores[i];
    return status;
}

typedef struct summary {
    size_t rows, above; /* above the threshold */
    double threshold;   /* NaN: none */
    int labelled;
    separation separation;
} summary;

static int summarise(summary *out, const scoring *s, const data *d)
{
    out->rows = ae_dataset_rows(d->rows);
    out->threshold = ae_model_threshold(s->model);
    out->labelled = d->labels != NULL;
    for (size_t i = 0; i < out->rows; i++)
        out->above += (double)s->scores[i] > out->threshold;
    if (!d->labels) return EXIT_DONE;
    for (size_t i = 0; i < out->rows; i++) {
        if (isnan(s->scores[i])) return fail("row %zu has no score to compare: it is not a number", i);
        if (isnan(d->labels[i])) return fail("row %zu has a label that is not a number", i);
    }
    return separation_find(&out->separation, s->scores, d->labels, out->rows) == 0 ? EXIT_DONE
                                                                                   : fail("no memory for the summary");
}

static void print_summary(const summary *s, FILE *file)
{
    if (!isnan(s->threshold))
        fprintf(file, "%zu of %zu rows above the threshold %.6g\n", s->above, s->rows, s->threshold);
    if (!s->labelled) return;
    fprintf(file, "anomalies %zu of %zu rows\n", s->separation.anomalies, s->rows);
    fprintf(file, "AUROC %.4f\naverage precision %.4f\n", s->separation.auroc, s->separation.average_precision);
}

static void json_summary(const summary *s)
{
    json_real("threshold", s->threshold);
    if (!isnan(s->threshold)) json_count("above_threshold", s->above);
    if (!s->labelled) return;
    json_count("anomalies", s->separation.anomalies);
    json_real("auroc", s->separation.auroc);
    json_real("average_precision", s->separation.average_precision);
}

static const char about[] =
    "Writes a score for each row of DATA: the model's reconstruction loss, high where a row is unlike the "
    "training data. With --label it also prints AUROC and average precision, and with a threshold in the model "
    "(train --contamination) how many rows are above it; on standard error where the scores take standard output.";

int command_score(int argc, char **argv)
{
    scoring s = {0};
    data_options from = {.wants_labels = 1};
    const char *out_path = NULL;
    size_t threads = 0;
    int json = 0, quiet = 0;
    option_row rows[] = {
        OPTION_OUT(out_path, ".csv or .npy; default: CSV on standard output"),
        {.name = "per-feature",
         .kind = OPTION_FLAG,
         .value = &s.per_feature,
         .help = "the parts of each row's score, one a column"},
        OPTION_LABEL(from.label, "a column of numbers, 0 for a normal row and anything else for an anomaly, by name or "
                                 "number from 0"),
        OPTION_RAW(from.raw),
        OPTION_THREADS(threads),
        OPTION_JSON(json),
        OPTION_QUIET(quiet),
    };
    arguments a = {.command = argv[0],
                   .operands = "MODEL DATA",
                   .about = about,
                   .options = rows,
                   .option_count = sizeof rows / sizeof *rows,
                   .operand_least = 2,
                   .operand_most = 2};
    ae_runtime *runtime = NULL;
    ae_model *model = NULL;
    data d = {0};
    output out = {0};
    summary sum = {0};
    int result = arguments_parse(&a, argc, argv);
    if (result != ARGUMENTS_GO_ON) return result;
    result = output_check(a.command, out_path);
    if (result == EXIT_DONE) result = create_runtime(&runtime, threads);
    from.runtime = runtime;
    if (result == EXIT_DONE) result = load_model(&model, a.given[0], runtime);
    if (result == EXIT_DONE) result = data_read(&d, a.given[1], &from);
    if (result == EXIT_DONE) result = data_fits(&d, model, a.given[1]);
    if (result == EXIT_DONE) {
        const size_t count = ae_dataset_rows(d.rows), columns = s.per_feature ? ae_dataset_columns(d.rows) : 0;
        output_names names = {0};
        if (data_has_names(&d)) names.prefix = "score";
        if (data_has_names(&d) && s.per_feature) names.like = d.rows;
        s.model = model;
        s.scores = malloc(count * sizeof *s.scores);
        if (!s.scores) result = fail("no memory for %zu scores", count);
        if (result == EXIT_DONE) result = output_open(&out, out_path, json, count, columns, names);
        if (result == EXIT_DONE) result = output_compute(&out, d.rows, score_rows, &s);
        if (result == EXIT_DONE) result = summarise(&sum, &s, &d);
        if (result == EXIT_DONE) result = output_finish(&out, json, quiet);
    }
    if (result == EXIT_DONE && json) {
        json_summary(&sum);
        json_close('}');
    } else if (result == EXIT_DONE && !quiet) {
        fflush(stdout); /* the scores come first where both are one terminal */
        print_summary(&sum, out.path ? stdout : stderr);
    }
    output_drop(&out);
    free(s.scores);
    data_free(&d);
    ae_model_free(model);
    ae_runtime_free(runtime);
    return result;
}
