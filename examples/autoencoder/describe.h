/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What a model is, in words and in JSON. */
#ifndef AUTOENCODER_CLI_DESCRIBE_H
#define AUTOENCODER_CLI_DESCRIBE_H

#include <autoencoder/autoencoder.h>

/* A model's architecture: JSON as docs/file-format.md has it. For free(); NULL after a line on a failure. */
char *architecture_json(const ae_model *model);

/* Widths from input to output such as "64-128-8-128-64" to `text`. */
void describe_shape(const char *architecture, const ae_model *model, char *text, size_t capacity);

/* Adds "history", an array, to the JSON report that is open. */
void json_history(const ae_model *model);

#endif
