/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "arguments.h"
#include "cli.h"
#include "data.h"
#include "describe.h"
#include "json.h"
#include "names.h"
#include "output.h"
#include "plan.h"
#include "progress.h"
#include "solve.h"

#define HOLD_OUT     0.1 /* part of the rows that is held out where nothing is said */
#define HOLD_OUT_MIN 100 /* of so many rows or more */

static ae_cancel *stop; /* a signal handler has no other way to find them */
static volatile sig_atomic_t stopped_by;

static void on_signal(int number)
{
    stopped_by = number;
    ae_cancel_request(stop);
}

/* The first Ctrl-C ends the training, a second one the program. Who reads the progress may go: the model matters
 * more. */
static void watch_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction old, action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND | SA_RESTART};
        sigaction(numbers[i], NULL, &old);
        if (old.sa_handler != SIG_IGN) sigaction(numbers[i], &action, NULL); /* nohup stays in force */
    }
    signal(SIGPIPE, SIG_IGN);
}

/* All that a training is asked for and works on. */
typedef struct training {
    train_settings settings;
    plan plan;
    const char *out, *validation_text;
    double hold_out; /* of the rows; 0 with a file, or without validation */
    double contamination;
    data data, validation_data;
    ae_dataset *train, *validation; /* views of the data, or NULL: all of it, none */
    ae_model *model;
    ae_runtime *runtime;
    double seconds;
    solution solution; /* of the models that are solved for */
} training;

static const ae_dataset *train_rows(const training *t)
{
    return t->train ? t->train : t->data.rows;
}

static const ae_dataset *validation_rows(const training *t)
{
    return t->validation ? t->validation : t->validation_data.rows;
}

static int is_solved(const training *t)
{
    return t->settings.kind == MODEL_PCA || t->settings.kind == MODEL_DICTIONARY;
}

/* --validation is a fraction where it reads as a number. */
static int check_validation(training *t, const arguments *a)
{
    double fraction;
    t->hold_out = is_solved(t) ? 0 : HOLD_OUT;
    if (!t->validation_text) return ARGUMENTS_GO_ON;
    t->hold_out = 0;
    if (!parse_real(t->validation_text, &fraction)) {
        if (strcmp(t->validation_text, "-") == 0 && strcmp(a->given[0], "-") == 0)
            return arguments_wrong(a->command, "standard input cannot be both DATA and --validation");
        return ARGUMENTS_GO_ON;
    }
    if (fraction < 0 || fraction >= 1)
        return arguments_wrong(a->command, "--validation takes a file or a fraction from 0 to below 1, not '%s'",
                               t->validation_text);
    t->validation_text = NULL;
    t->hold_out = fraction;
    if (fraction == 0 && t->settings.patience) return arguments_wrong(a->command, "--early-stopping needs validation");
    return ARGUMENTS_GO_ON;
}

static int is_file(const struct stat *file, const char *path)
{
    struct stat other;
    return path && strcmp(path, "-") != 0 && stat(path, &other) == 0 && other.st_dev == file->st_dev &&
           other.st_ino == file->st_ino;
}

/* A long training shall not end with a model that has nowhere to go, nor with one in the place of its data. */
static int check_out(const char *path, const char *from, const char *validation)
{
    struct stat file;
    new_file probe;
    if (stat(path, &file) == 0) {
        if (!S_ISREG(file.st_mode)) return fail("%s: it is there and no file", path);
        if (is_file(&file, from) || is_file(&file, validation))
            return fail("%s: the model would replace the data", path);
    }
    int result = new_file_open(&probe, path);
    new_file_drop(&probe);
    return result;
}

static int read_rows(training *t, const char *path, const data_options *options, const arguments *a)
{
    int result = data_read(&t->data, path, options);
    if (result == EXIT_DONE && t->validation_text) {
        result = data_read(&t->validation_data, t->validation_text, options);
        if (result == EXIT_DONE && ae_dataset_columns(t->validation_data.rows) != ae_dataset_columns(t->data.rows))
            result = fail("%s: it has %zu columns, %s has %zu", t->validation_text,
                          ae_dataset_columns(t->validation_data.rows), path, ae_dataset_columns(t->data.rows));
    } else if (result == EXIT_DONE && t->hold_out > 0 &&
               (argument_given(a, "validation") || argument_given(a, "early-stopping") ||
                ae_dataset_rows(t->data.rows) >= HOLD_OUT_MIN)) {
        ae_status status = ae_dataset_split(t->data.rows, t->hold_out, t->settings.seed, &t->train, &t->validation);
        if (status != AE_OK) result = fail_status(status, path);
    }
    return result;
}

/* Trains by gradient. Returns 0; the signal that stopped it, with the model as it is best kept; -1 after a failure. */
static int fit(training *t, int quiet)
{
    progress p;
    progress_begin(&p, quiet);
    t->plan.training.callback = progress_epoch;
    t->plan.training.callback_user = &p;
    if (!validation_rows(t)) t->plan.training.patience = 0;
    ae_status status = ae_cancel_create(&stop, t->runtime);
    if (status == AE_OK) status = ae_model_create(&t->model, &t->plan.model);
    /* Cross-entropy refuses what is outside [0, 1], so rows that are held out must be within the range as well. */
    if (status == AE_OK && t->validation && t->settings.loss == LOSS_BCE &&
        t->plan.training.scaling == AE_SCALING_MINMAX)
        status = ae_model_fit_scaling(t->model, t->data.rows, AE_SCALING_MINMAX);
    if (status == AE_OK) {
        watch_signals();
        t->plan.training.cancel = stop;
        status = ae_fit(t->model, train_rows(t), validation_rows(t), &t->plan.training);
        progress_end(&p);
    }
    t->seconds = p.seconds;
    if (status == AE_ERROR_CANCELLED) return stopped_by;
    if (status == AE_OK) return 0;
    fail_status(status, NULL);
    return -1;
}

static ae_epoch_report last_epoch(const training *t)
{
    ae_epoch_report last = {.struct_size = sizeof last};
    size_t epochs = ae_model_history_length(t->model);
    if (epochs) ae_model_history(t->model, epochs - 1, &last);
    return last;
}

static void print_text(const training *t, const char *shape, int stopped)
{
    const ae_epoch_report last = last_epoch(t);
    printf("%s: %s, %s, %zu parameters\n", t->out, choice_name(model_names, t->settings.kind), shape,
           ae_model_parameter_count(t->model));
    if (stopped) printf("stopped after %llu whole epochs\n", (unsigned long long)last.epoch);
    if (last.epoch) {
        printf("epochs %llu, training loss %.6g", (unsigned long long)last.epoch, last.train_loss);
        if (validation_rows(t)) {
            ae_epoch_report best = last;
            if (last.best_epoch) ae_model_history(t->model, (size_t)last.best_epoch - 1, &best);
            printf(", best epoch %llu with validation loss %.6g", (unsigned long long)last.best_epoch,
                   best.validation_loss);
        }
        printf("; %.1f s\n", t->seconds);
    }
    solution_print(&t->solution);
    if (ae_model_contamination(t->model) > 0) printf("threshold %.6g\n", ae_model_threshold(t->model));
}

static void print_json(const training *t, const char *shape, int stopped)
{
    json_open(NULL, '{');
    json_text("file", t->out);
    json_text("model", choice_name(model_names, t->settings.kind));
    json_text("shape", shape);
    json_count("input_dim", ae_model_input_dim(t->model));
    json_count("latent_dim", ae_model_latent_dim(t->model));
    json_count("parameters", ae_model_parameter_count(t->model));
    json_count("rows", ae_dataset_rows(train_rows(t)));
    json_count("validation_rows", ae_dataset_rows(validation_rows(t)));
    json_text("scaling", choice_name(scaling_names, t->plan.training.scaling));
    json_real("threshold", ae_model_threshold(t->model));
    json_bool("stopped", stopped != 0);
    json_count("best_epoch", last_epoch(t).best_epoch);
    json_real("seconds", t->seconds);
    solution_json(&t->solution);
    json_history(t->model);
    json_close('}');
}

static int save(training *t, int stopped, int json, int quiet)
{
    char shape[256];
    char *architecture = NULL;
    ae_status status = AE_OK;
    if (t->contamination > 0) status = ae_model_fit_threshold(t->model, train_rows(t), t->contamination);
    if (status == AE_OK) status = ae_model_save(t->model, t->out);
    if (status != AE_OK) return fail_status(status, NULL);
    if (quiet && !json) return EXIT_DONE;
    architecture = architecture_json(t->model);
    if (!architecture) return EXIT_FAILED;
    describe_shape(architecture, t->model, shape, sizeof shape);
    if (json)
        print_json(t, shape, stopped);
    else
        print_text(t, shape, stopped);
    free(architecture);
    return EXIT_DONE;
}

static const char about[] =
    "Learns a model from the rows of DATA and writes it to a file. Where nothing is said, hidden layers and code "
    "fit the width of the data, a tenth of 100 rows or more is held out for validation, data outside [0,1] are "
    "standardised, and the model keeps the weights of its best epoch. Ctrl-C stops within a batch and keeps them.";

int command_train(int argc, char **argv)
{
    training t = {.settings = {.kind = MODEL_PLAIN,
                               .activation = PLAN_UNSET,
                               .output = PLAN_UNSET,
                               .loss = LOSS_MSE,
                               .optimizer = AE_ADAM,
                               .scale = PLAN_UNSET,
                               .learning_rate = 1e-3,
                               .l1 = PLAN_UNSET,
                               .beta = 1,
                               .contraction = PLAN_UNSET}};
    train_settings *s = &t.settings;
    data_options from = {0};
    size_t threads = 0;
    int json = 0, quiet = 0;
    option_row rows[] = {
        {.letter = 'o', .kind = OPTION_TEXT, .value = &t.out, .takes = "FILE", .help = "the model's file; required"},
        {.name = "model", .kind = OPTION_CHOICE, .value = &s->kind, .help = "the kind", .choices = model_names},
        {.name = "hidden",
         .kind = OPTION_TEXT,
         .value = &s->hidden,
         .takes = "WIDTHS",
         .help = "hidden layers from input to code, such as 512,256; the decoder mirrors them; 'none'"},
        {.name = "latent",
         .kind = OPTION_COUNT,
         .value = &s->latent,
         .takes = "N",
         .least = 1,
         .help = "width of the code: components, atoms"},
        {.name = "activation",
         .kind = OPTION_CHOICE,
         .value = &s->activation,
         .help = "of hidden layers",
         .choices = activation_names},
        {.name = "output",
         .kind = OPTION_CHOICE,
         .value = &s->output,
         .help = "activation of the output; default sigmoid for data in [0,1], else identity",
         .choices = activation_names},
        {.name = "loss",
         .kind = OPTION_CHOICE,
         .value = &s->loss,
         .help = "squared error, or cross-entropy for data in [0,1]",
         .choices = loss_names},
        {.name = "epochs",
         .kind = OPTION_COUNT,
         .value = &s->epochs,
         .takes = "N",
         .least = 1,
         .help = "passes over the data; default 50, for dictionary at most 300"},
        {.name = "batch",
         .kind = OPTION_COUNT,
         .value = &s->batch,
         .takes = "N",
         .least = 1,
         .help = "rows of a step; default 128, or 32 for less than 10000 rows"},
        {.name = "learning-rate",
         .kind = OPTION_REAL,
         .value = &s->learning_rate,
         .takes = "X",
         .least = 1e-12,
         .most = 1e6,
         .help = "at the start; it falls to 0 along half a cosine; default 0.001"},
        {.name = "optimizer",
         .kind = OPTION_CHOICE,
         .value = &s->optimizer,
         .help = "default adam",
         .choices = optimizer_names},
        {.name = "scale",
         .kind = OPTION_CHOICE,
         .value = &s->scale,
         .help =
             "what the model does to each feature first; default none for data in [0,1], for pca and for dictionary, "
             "else standard",
         .choices = scaling_names},
        {.name = "validation",
         .kind = OPTION_TEXT,
         .value = &t.validation_text,
         .takes = "X",
         .help = "a file, or the fraction of rows to hold out; 0: none; default 0.1"},
        {.name = "early-stopping",
         .kind = OPTION_COUNT,
         .value = &s->patience,
         .takes = "N",
         .least = 1,
         .help = "stop after N epochs without a better validation loss"},
        {.name = "noise",
         .kind = OPTION_TEXT,
         .value = &s->noise,
         .takes = "KIND:X",
         .help = "on the inputs: gaussian:0.3, mask:0.25 or saltpepper:0.1"},
        {.name = "l1",
         .kind = OPTION_REAL,
         .value = &s->l1,
         .takes = "X",
         .least = 0,
         .most = 1e9,
         .help = "weight of the code's L1 norm; default 0.1 for sparse and dictionary, else 0"},
        {.name = "topk",
         .kind = OPTION_COUNT,
         .value = &s->topk,
         .takes = "K",
         .least = 1,
         .help = "units of a topk code that are kept; default 1 in 16"},
        {.name = "contraction",
         .kind = OPTION_REAL,
         .value = &s->contraction,
         .takes = "X",
         .least = 0,
         .most = 1e9,
         .help = "weight of the contractive penalty; default 0.1"},
        {.name = "beta",
         .kind = OPTION_REAL,
         .value = &s->beta,
         .takes = "X",
         .least = 0,
         .most = 1e9,
         .help = "weight of a variational model's KL; default 1"},
        {.name = "contamination",
         .kind = OPTION_REAL,
         .value = &t.contamination,
         .takes = "X",
         .least = 0,
         .most = 0.5,
         .help = "share of anomalies among the rows: gives the model a threshold for 'score'"},
        {.name = "seed",
         .kind = OPTION_SEED,
         .value = &s->seed,
         .takes = "N",
         .help = "the same seed gives the same model; default 0"},
        OPTION_LABEL(from.label, "leave out a column, by name or number from 0"),
        OPTION_RAW(from.raw),
        OPTION_THREADS(threads),
        OPTION_JSON(json),
        OPTION_QUIET(quiet),
    };
    arguments a = {.command = argv[0],
                   .operands = "DATA",
                   .required = "-o FILE ",
                   .about = about,
                   .options = rows,
                   .option_count = sizeof rows / sizeof *rows,
                   .operand_least = 1,
                   .operand_most = 1};
    int stopped = 0, result = arguments_parse(&a, argc, argv);
    if (result == ARGUMENTS_GO_ON && (!t.out || !*t.out || strcmp(t.out, "-") == 0))
        result = arguments_wrong(a.command, "it needs -o FILE for the model");
    if (result == ARGUMENTS_GO_ON) result = plan_check(&t.plan, s, &a);
    if (result == ARGUMENTS_GO_ON) result = check_validation(&t, &a);
    if (result != ARGUMENTS_GO_ON) return result;

    result = check_out(t.out, a.given[0], t.validation_text);
    if (result == EXIT_DONE) result = create_runtime(&t.runtime, threads);
    from.runtime = t.runtime;
    if (result == EXIT_DONE) result = read_rows(&t, a.given[0], &from, &a);
    if (result != EXIT_DONE) goto cleanup;

    plan_fill(&t.plan, s, train_rows(&t), t.runtime);
    if (is_solved(&t))
        result = solve(&t.model, &t.solution, &t.plan, s, train_rows(&t));
    else
        stopped = fit(&t, quiet);
    if (stopped < 0) result = EXIT_FAILED;
    if (result == EXIT_DONE) result = save(&t, stopped, json, quiet);
    if (result == EXIT_DONE && stopped) result = 128 + stopped;
cleanup:
    solution_free(&t.solution);
    ae_model_free(t.model);
    ae_dataset_free(t.train);
    ae_dataset_free(t.validation);
    data_free(&t.data);
    data_free(&t.validation_data);
    ae_runtime_free(t.runtime);
    return result;
}
