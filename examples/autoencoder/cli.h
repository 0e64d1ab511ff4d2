/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The program `autoencoder`: what its files share. main.c dispatches to the commands; each command reads its arguments
 * (arguments.h) and its data (data.h), works through the library's public functions, and writes rows (output.h), a
 * report (json.h) or a picture. */
#ifndef AUTOENCODER_CLI_H
#define AUTOENCODER_CLI_H

#include <autoencoder/autoencoder.h>

/* Exit codes. A training that was interrupted exits with 128 + the signal's number, after it has saved its model. */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* The commands; argv[0] is the command's name. Each returns an exit code. */
int command_train(int argc, char **argv);
int command_encode(int argc, char **argv);
int command_reconstruct(int argc, char **argv);
int command_score(int argc, char **argv);
int command_evaluate(int argc, char **argv);
int command_sample(int argc, char **argv);
int command_interpolate(int argc, char **argv);
int command_show(int argc, char **argv);
int command_export(int argc, char **argv);
int command_picture(int argc, char **argv);

/* Prints one line, "autoencoder: ...", on standard error; control characters become '?'. Returns EXIT_FAILED. */
int fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* fail() with the library's reason for a status: `subject` comes first where the reason does not name it; or NULL. */
int fail_status(ae_status status, const char *subject);

/* Loads a model, or prints why not. Returns an exit code. */
int load_model(ae_model **out, const char *path, ae_runtime *runtime);

/* A runtime of some threads, 0 for one a processor, or prints why not. Returns an exit code. */
int create_runtime(ae_runtime **out, size_t threads);

#endif
