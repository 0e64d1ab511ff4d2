/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* autoencoder: trains and uses autoencoders from the command line. See autoencoder(1) and docs/cli.md. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *about;
} commands[] = {
    {"train", command_train, "learn a model from rows of numbers"},
    {"encode", command_encode, "rows to codes"},
    {"reconstruct", command_reconstruct, "rows through the code and back"},
    {"score", command_score, "how unlike the training data each row is"},
    {"evaluate", command_evaluate, "losses over a data set"},
    {"sample", command_sample, "new rows from a variational model"},
    {"interpolate", command_interpolate, "rows on the way from one row to another"},
    {"show", command_show, "what a model file holds"},
    {"export", command_export, "a model as C source or as an ONNX graph"},
#ifdef CLI_PICTURE
    {"picture", command_picture, "sheets of images, latent planes and maps as PNG"},
#endif
};

enum { COMMANDS = sizeof commands / sizeof *commands };

int fail(const char *format, ...)
{
    char text[1024];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f) *c = '?'; /* a file's name may hold anything; a line is a line */
    fprintf(stderr, "autoencoder: %s\n", text);
    return EXIT_FAILED;
}

int fail_status(ae_status status, const char *subject)
{
    const char *reason = *ae_last_error() ? ae_last_error() : ae_status_name(status);
    if (!subject || strstr(reason, subject)) return fail("%s", reason);
    if (strncmp(reason, "memory: ", 8) == 0) reason += 8; /* where the library has bytes, the user has a pipe */
    return fail("%s: %s", subject, reason);
}

int load_model(ae_model **out, const char *path, ae_runtime *runtime)
{
    ae_load_options options;
    ae_load_options_init(&options, sizeof options);
    options.runtime = runtime;
    ae_status status = ae_model_load(out, path, &options);
    return status == AE_OK ? EXIT_DONE : fail_status(status, path);
}

int create_runtime(ae_runtime **out, size_t threads)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    ae_runtime_options options;
    ae_runtime_options_init(&options, sizeof options);
    if (threads == 0) threads = processors < 1 ? 1 : processors > 64 ? 64 : (size_t)processors;
    options.threads = (uint32_t)threads;
    ae_status status = ae_runtime_create(out, &options);
    return status == AE_OK ? EXIT_DONE : fail_status(status, NULL);
}

static int help(void)
{
    puts("Usage: autoencoder COMMAND [ARGUMENT]...\n\nTrains and uses autoencoders.\n\nCommands:");
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  %-13s%s\n", commands[i].name, commands[i].about);
    puts("\n'autoencoder COMMAND --help' lists a command's options; --version prints the release.\n"
         "Data are .csv, .npy and IDX files, plain or gzipped; '-' is CSV on standard input.\n"
         "Exit codes: 0 done, 1 failed, 2 not understood.");
    return EXIT_DONE;
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        fail("it needs a command; see 'autoencoder --help'");
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) return help();
    if (strcmp(argv[1], "--version") == 0) {
        printf("autoencoder %s\n", ae_version());
        return EXIT_DONE;
    }
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(argv[1], commands[i].name) == 0) return commands[i].run(argc - 1, argv + 1);
    fail("there is no command '%s'; see 'autoencoder --help'", argv[1]);
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    int result = dispatch(argc, argv);
    /* Results that did not arrive, on a full disk say, are a failure; output.c has told of its own. */
    if ((fflush(stdout) != 0 || ferror(stdout)) && result == EXIT_DONE)
        result = fail("standard output: %s", strerror(errno));
    return result;
}
