/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The runtime: memory from the host's allocator, messages to the host's log, several threads. */
#include <autoencoder/autoencoder.h>

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/digits.h"

/* [callbacks] */
typedef struct account {
    atomic_size_t blocks, bytes; /* atomic: the library may allocate from several threads */
} account;

static void *allocate(void *user, size_t size)
{
    account *a = user;
    void *block = malloc(size);
    if (block) {
        atomic_fetch_add(&a->blocks, 1);
        atomic_fetch_add(&a->bytes, size);
    }
    return block;
}

static void deallocate(void *user, void *block, size_t size)
{
    account *a = user;
    atomic_fetch_sub(&a->blocks, 1);
    atomic_fetch_sub(&a->bytes, size);
    free(block);
}

static void on_message(void *user, int32_t level, const char *message)
{
    (void)user;
    printf("%s: %s\n", level == AE_LOG_WARNING ? "warning" : "info", message);
}
/* [callbacks] */

int main(void)
{
    static account host;
    /* [runtime] */
    ae_runtime *runtime = NULL;
    ae_runtime_options options;
    ae_runtime_options_init(&options, sizeof options);
    options.allocate = allocate;
    options.deallocate = deallocate;
    options.allocator_user = &host;
    options.log = on_message;
    options.threads = 2; /* the result has the same bytes for any number */
    ae_status status = ae_runtime_create(&runtime, &options);

    ae_model *model = NULL;
    ae_model_options model_options;
    ae_model_options_init(&model_options, sizeof model_options);
    model_options.runtime = runtime; /* whatever is made for this model comes from the runtime */
    model_options.input_dim = 64;
    model_options.latent_dim = 8;
    if (status == AE_OK) status = ae_model_create(&model, &model_options);
    ae_runtime_free(runtime); /* the model keeps it alive */
    /* [runtime] */

    digits d = {0};
    ae_dataset *dataset = NULL;
    if (status == AE_OK) status = digits_read(&d, NULL);
    if (status == AE_OK) status = ae_dataset_from_memory(&dataset, NULL, d.pixels, d.rows, DIGIT_PIXELS, 0);
    if (status == AE_OK) status = ae_fit(model, dataset, NULL, NULL);
    printf("while the model lives: %zu bytes in %zu blocks\n", (size_t)host.bytes, (size_t)host.blocks);
    ae_model_free(model);
    printf("after it is freed: %zu bytes in %zu blocks\n", (size_t)host.bytes, (size_t)host.blocks);
    ae_dataset_free(dataset);
    digits_free(&d);
    return status == AE_OK && host.blocks != 0 ? 1 : finish(status);
}
