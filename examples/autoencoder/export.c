/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* export: a model for programs without the library. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "arguments.h"
#include "cli.h"
#include "json.h"
#include "output.h"

enum export_format { FORMAT_BY_NAME = -1, FORMAT_ONNX, FORMAT_C };
enum { PREFIX_SIZE = 41 };

static const choice format_names[] = {{"onnx", FORMAT_ONNX}, {"c", FORMAT_C}, {NULL, 0}};
static const choice graph_names[] = {
    {"reconstruct", AE_ONNX_RECONSTRUCT}, {"encoder", AE_ONNX_ENCODER}, {"decoder", AE_ONNX_DECODER}, {NULL, 0}};

typedef struct export_settings {
    const char *out, *prefix;
    int32_t format, graph;
} export_settings;

/* The format that is meant, or one line on what does not go together. */
static int settle_format(const arguments *a, export_settings *s)
{
    if (!s->out || strcmp(s->out, "-") == 0) return arguments_wrong(a->command, "it needs -o FILE");
    if (s->format == FORMAT_BY_NAME) {
        if (ends_with(s->out, ".onnx")) s->format = FORMAT_ONNX;
        if (ends_with(s->out, ".c")) s->format = FORMAT_C;
    }
    if (s->format == FORMAT_BY_NAME)
        return arguments_wrong(a->command, "-o %s: without --format a name ends in .onnx or .c", s->out);
    if (s->format == FORMAT_C && !ends_with(s->out, ".c"))
        return arguments_wrong(a->command, "-o %s: a file of C source ends in .c", s->out);
    if (s->format == FORMAT_C && argument_given(a, "graph"))
        return arguments_wrong(a->command, "--graph means nothing to --format c");
    if (s->format == FORMAT_ONNX && s->prefix)
        return arguments_wrong(a->command, "--prefix means nothing to --format onnx");
    return ARGUMENTS_GO_ON;
}

/* A prefix for names in C out of a file's name: "data/2nd-try.c" gives "model_2nd_try". */
static void make_prefix(const char *path, char prefix[PREFIX_SIZE])
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", others[] = "0123456789_";
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    snprintf(prefix, PREFIX_SIZE, "%s%.*s", strchr(letters, *name) ? "" : "model_", (int)strlen(name) - 2, name);
    for (char *c = prefix; *c; c++)
        if (!strchr(letters, *c) && !strchr(others, *c)) *c = '_';
}

/* A signal that comes meanwhile ends the program afterwards: the library writes files whole or not at all, but has
 * no chance to remove the beginning of one. */
static void hold_signals(int on)
{
    static sigset_t before;
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGHUP);
    if (on)
        sigprocmask(SIG_BLOCK, &held, &before);
    else
        sigprocmask(SIG_SETMASK, &before, NULL);
}

static int write_model(const ae_model *model, const export_settings *s)
{
    ae_status status;
    hold_signals(1);
    if (s->format == FORMAT_C) {
        ae_export_c_options options;
        ae_export_c_options_init(&options, sizeof options);
        options.prefix = s->prefix;
        status = ae_export_c(model, s->out, &options);
    } else {
        ae_export_onnx_options options;
        ae_export_onnx_options_init(&options, sizeof options);
        options.graph = s->graph;
        status = ae_export_onnx(model, s->out, &options);
    }
    hold_signals(0);
    return status == AE_OK ? EXIT_DONE : fail_status(status, NULL);
}

static void report(const export_settings *s, int json, int quiet)
{
    char header[4096];
    snprintf(header, sizeof header, "%.*sh", (int)strlen(s->out) - 1, s->out);
    if (json) {
        json_open(NULL, '{');
        json_text("file", s->out);
        json_text("format", choice_name(format_names, s->format));
        json_text("graph", s->format == FORMAT_ONNX ? choice_name(graph_names, s->graph) : NULL);
        json_text("header", s->format == FORMAT_C ? header : NULL);
        json_text("prefix", s->prefix);
        json_close('}');
    } else if (!quiet && s->format == FORMAT_C)
        printf("%s, %s: C99 source, names begin with %s_\n", s->out, header, s->prefix);
    else if (!quiet)
        printf("%s: ONNX graph, %s\n", s->out, choice_name(graph_names, s->graph));
}

static const char about[] =
    "Writes MODEL for programs that do without the library: as C source, a .c file with the weights and a .h file "
    "beside it, or as an ONNX graph. Rows come and go in the units of the data.";

int command_export(int argc, char **argv)
{
    export_settings s = {.format = FORMAT_BY_NAME, .graph = AE_ONNX_RECONSTRUCT};
    char prefix[PREFIX_SIZE];
    int json = 0, quiet = 0;
    option_row rows[] = {
        OPTION_OUT(s.out, "ends in .onnx or .c; required"),
        {.name = "format",
         .kind = OPTION_CHOICE,
         .value = &s.format,
         .help = "by default what FILE ends in",
         .choices = format_names},
        {.name = "graph",
         .kind = OPTION_CHOICE,
         .value = &s.graph,
         .help = "of an ONNX file, by default the first",
         .choices = graph_names},
        {.name = "prefix",
         .kind = OPTION_TEXT,
         .value = &s.prefix,
         .takes = "NAME",
         .help = "what names in C source begin with; default: from FILE"},
        OPTION_JSON(json),
        OPTION_QUIET(quiet),
    };
    arguments a = {.command = argv[0],
                   .operands = "MODEL",
                   .required = "-o FILE ",
                   .about = about,
                   .options = rows,
                   .option_count = sizeof rows / sizeof *rows,
                   .operand_least = 1,
                   .operand_most = 1};
    ae_model *model = NULL;
    int result = arguments_parse(&a, argc, argv);
    if (result == ARGUMENTS_GO_ON) result = settle_format(&a, &s);
    if (result != ARGUMENTS_GO_ON) return result;
    if (s.format == FORMAT_C && !s.prefix) {
        make_prefix(s.out, prefix);
        s.prefix = prefix;
    }
    result = load_model(&model, a.given[0], NULL);
    if (result == EXIT_DONE) result = write_model(model, &s);
    if (result == EXIT_DONE) report(&s, json, quiet);
    ae_model_free(model);
    return result;
}
