/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <stdio.h>

#include "arguments.h"
#include "cli.h"
#include "data.h"
#include "importance.h"
#include "json.h"

typedef struct losses {
    ae_evaluation all;
    ae_vae_evaluation vae; /* rows 0: the model is not variational */
    double features, log_likelihood;
    size_t importance_samples;
} losses;

static void print_text(const losses *l)
{
    printf("rows                  %llu\n", (unsigned long long)l->all.rows);
    if (!l->vae.rows) printf("loss                  %.6g\n", l->all.loss);
    printf("squared error         %.6g\n", l->all.squared_error);
    printf("per feature           %.6g\n", l->all.squared_error / l->features);
    if (!isnan(l->all.binary_cross_entropy)) printf("binary cross-entropy  %.6g\n", l->all.binary_cross_entropy);
    if (l->vae.rows) {
        printf("ELBO                  %.6g\n", -l->vae.negative_elbo);
        printf("reconstruction        %.6g\n", l->vae.reconstruction);
        printf("KL                    %.6g\n", l->vae.kl);
        printf("active units          %llu\n", (unsigned long long)l->vae.active_units);
    }
    if (l->importance_samples) printf("log-likelihood        %.6g\n", l->log_likelihood);
}

static void print_json(const losses *l)
{
    json_open(NULL, '{');
    json_count("rows", l->all.rows);
    json_real("loss", l->all.loss);
    json_real("squared_error", l->all.squared_error);
    json_real("squared_error_per_feature", l->all.squared_error / l->features);
    json_real("binary_cross_entropy", l->all.binary_cross_entropy);
    if (l->vae.rows) {
        json_real("elbo", -l->vae.negative_elbo);
        json_real("reconstruction", l->vae.reconstruction);
        json_real("kl", l->vae.kl);
        json_count("active_units", l->vae.active_units);
    }
    if (l->importance_samples) {
        json_count("importance_samples", l->importance_samples);
        json_real("log_likelihood", l->log_likelihood);
    }
    json_close('}');
}

static const char about[] =
    "Prints the losses of a model on DATA: sums over the features, means over the rows, of the scaled features "
    "where the model scales. Of a variational model also the ELBO and its parts, in nats.";

int command_evaluate(int argc, char **argv)
{
    data_options from = {0};
    losses l = {.all = {.struct_size = sizeof l.all}, .vae = {.struct_size = sizeof l.vae}};
    uint64_t seed = 0;
    size_t threads = 0, samples = 1;
    int json = 0;
    option_row rows[] = {
        {.name = "samples",
         .kind = OPTION_COUNT,
         .value = &samples,
         .takes = "N",
         .least = 1,
         .most = 1e6,
         .help = "of a variational code for each row; default 1"},
        {.name = "importance-samples",
         .kind = OPTION_COUNT,
         .value = &l.importance_samples,
         .takes = "K",
         .least = 1,
         .most = 1e6,
         .help = "estimate a variational model's log-likelihood with so many samples a row"},
        {.name = "seed", .kind = OPTION_SEED, .value = &seed, .takes = "N", .help = "of the samples; default 0"},
        OPTION_LABEL(from.label, "leave out a column, by name or number from 0"),
        OPTION_RAW(from.raw),
        OPTION_THREADS(threads),
        OPTION_JSON(json),
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
    int result = arguments_parse(&a, argc, argv);
    if (result != ARGUMENTS_GO_ON) return result;
    result = create_runtime(&runtime, threads);
    from.runtime = runtime;
    if (result == EXIT_DONE) result = load_model(&model, a.given[0], runtime);
    const int variational = ae_model_code(model) == AE_CODE_GAUSSIAN;
    if (result == EXIT_DONE && l.importance_samples && !variational)
        result = fail("%s: only a variational model has a log-likelihood", a.given[0]);
    if (result == EXIT_DONE) result = data_read(&d, a.given[1], &from);
    if (result == EXIT_DONE) result = data_fits(&d, model, a.given[1]);
    if (result == EXIT_DONE) {
        l.features = (double)ae_model_output_dim(model);
        ae_status status = ae_evaluate(model, d.rows, &l.all);
        if (status == AE_OK && variational) status = ae_vae_evaluate(model, d.rows, samples, seed, NULL, &l.vae);
        if (status == AE_OK && l.importance_samples)
            status = importance_log_likelihood(model, d.rows, l.importance_samples, seed, &l.log_likelihood);
        if (status != AE_OK) result = fail_status(status, NULL);
    }
    if (result == EXIT_DONE && json) print_json(&l);
    if (result == EXIT_DONE && !json) print_text(&l);
    data_free(&d);
    ae_model_free(model);
    ae_runtime_free(runtime);
    return result;
}
