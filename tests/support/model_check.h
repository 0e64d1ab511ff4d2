/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What must hold for a model file whatever its bytes: a model that saves, loads and saves to the same bytes and can be
 * used, or a documented code with a message, *out set to NULL and bounded memory; nothing leaked. Run it under
 * AddressSanitizer to see reads beyond the end too. */
#ifndef MODEL_CHECK_H
#define MODEL_CHECK_H

#include <autoencoder/file.h>

/* Loads bytes that may be anything, from a block of exactly their size. *status receives what the loader returned.
 * Before a refusal twice the size and `allowance` bytes may be taken. Returns NULL if all went as it must, else what is
 * wrong. */
const char *model_check(const void *bytes, size_t size, size_t allowance, ae_status *status);

/* The model as bytes, in a block of exactly their size for free(); NULL on failure. */
unsigned char *model_bytes(const ae_model *model, size_t *size);

#endif
