/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "describe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "json.h"

/* The library tells a model's layers through its file alone, so the file is made in memory; its header is at the front:
 * 8 bytes with the length, and JSON whose "__metadata__" has the architecture as a text. */
char *architecture_json(const ae_model *model)
{
    size_t size = 0;
    char *bytes = NULL, *text = NULL;
    ae_status status = ae_model_save_memory(model, NULL, 0, &size);
    if (status == AE_OK) {
        bytes = malloc(size);
        if (!bytes) goto no_memory;
        status = ae_model_save_memory(model, bytes, size, &size);
    }
    if (status != AE_OK) {
        free(bytes);
        fail_status(status, NULL);
        return NULL;
    }
    const char *architecture = json_member(json_member(bytes + 8, "__metadata__"), "architecture");
    size_t length = (size_t)(json_end(architecture) - architecture);
    text = malloc(length);
    if (text) json_string(architecture, text, length);
no_memory:
    free(bytes);
    if (!text) fail("no memory for a copy of the model");
    return text;
}

static size_t add_width(const char *width, char *text, size_t used, size_t capacity)
{
    if (*width && used < capacity) used += (size_t)snprintf(text + used, capacity - used, "-%s", width);
    return used;
}

/* The encoder's last layer may give more than the code, a variance beside the mean; so it stands aside for the code. */
void describe_shape(const char *architecture, const ae_model *model, char *text, size_t capacity)
{
    char width[24] = "", next[24];
    size_t used = (size_t)snprintf(text, capacity, "%zu", ae_model_input_dim(model));
    for (const char *l = json_first(json_member(architecture, "encoder")); l; l = json_next(l)) {
        json_string(json_member(l, "units"), next, sizeof next);
        if (!*next) continue;
        used = add_width(width, text, used, capacity);
        memcpy(width, next, sizeof width);
    }
    snprintf(width, sizeof width, "%zu", ae_model_latent_dim(model));
    used = add_width(width, text, used, capacity);
    for (const char *l = json_first(json_member(architecture, "decoder")); l; l = json_next(l))
        used = add_width(json_string(json_member(l, "units"), width, sizeof width), text, used, capacity);
}

void json_history(const ae_model *model)
{
    json_open("history", '[');
    for (size_t i = 0; i < ae_model_history_length(model); i++) {
        ae_epoch_report report = {.struct_size = sizeof report};
        if (ae_model_history(model, i, &report) != AE_OK) break;
        json_open(NULL, '{');
        json_count("epoch", report.epoch);
        json_count("epochs", report.epochs);
        json_count("steps", report.steps);
        json_real("train_loss", report.train_loss);
        json_real("validation_loss", report.validation_loss);
        json_real("reconstruction", report.reconstruction);
        json_real("kl", report.kl);
        json_real("penalty", report.penalty);
        json_real("learning_rate", report.learning_rate);
        json_count("best_epoch", report.best_epoch);
        json_close('}');
    }
    json_close(']');
}
