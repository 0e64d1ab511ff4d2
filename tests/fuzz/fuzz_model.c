/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "fuzz/fuzz.h"
#include "support/model_check.h"
#include <autoencoder/status.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The length of the header, the header, the tensors: the smallest model, one of each kind of layer, one with a scaling
 * and a threshold, and a dictionary. */
const fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED("\x51\x01\0\0\0\0\0\0"
                  "{\"__metadata__\":{\"format\":\"libautoencoder\",\"format_version\":\"1\","
                  "\"architecture\":\"{\\\"input_dim\\\":1,\\\"loss\\\":\\\"squared_error\\\","
                  "\\\"encoder\\\":[{\\\"layer\\\":\\\"dense\\\",\\\"units\\\":1,\\\"bias\\\":false}],"
                  "\\\"decoder\\\":[{\\\"layer\\\":\\\"dense\\\",\\\"units\\\":1,\\\"bias\\\":false,"
                  "\\\"tied_to\\\":0}]}\"},\"encoder.0.weight\":{\"dtype\":\"F32\",\"shape\":[1,1],"
                  "\"data_offsets\":[0,4]}}"
                  "\0\0\200\077"),
    FUZZ_SEED("\xD5\x04\0\0\0\0\0\0"
                  "{\"__metadata__\":{\"format\":\"libautoencoder\",\"format_version\":\"1\","
                  "\"architecture\":\"{\\\"input_dim\\\":2,\\\"loss\\\":\\\"binary_cross_entropy\\\","
                  "\\\"encoder\\\":[{\\\"layer\\\":\\\"dense\\\",\\\"units\\\":1,"
                  "\\\"activation\\\":\\\"leaky_relu\\\",\\\"activation_parameter\\\":0.1,\\\"bias\\\":true,"
                  "\\\"init\\\":\\\"normal\\\",\\\"init_scale\\\":0.5},{\\\"layer\\\":\\\"batch_norm\\\","
                  "\\\"momentum\\\":0.1,\\\"epsilon\\\":1e-05},{\\\"layer\\\":\\\"dropout\\\",\\\"rate\\\":0.2},"
                  "{\\\"layer\\\":\\\"activation\\\",\\\"activation\\\":\\\"gelu\\\"}],"
                  "\\\"decoder\\\":[{\\\"layer\\\":\\\"dense\\\",\\\"units\\\":2,\\\"activation\\\":\\\"sigmoid\\\","
                  "\\\"bias\\\":true}]}\",\"history\":\"[{\\\"epoch\\\":1,\\\"epochs\\\":2,\\\"steps\\\":3,"
                  "\\\"train_loss\\\":0.5,\\\"validation_loss\\\":null,\\\"learning_rate\\\":0.001,"
                  "\\\"best_epoch\\\":0}]\"},\"encoder.0.weight\":{\"dtype\":\"F32\",\"shape\":[1,2],"
                  "\"data_offsets\":[0,8]},\"encoder.0.bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,"
                  "12]},\"encoder.1.weight\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]},"
                  "\"encoder.1.bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[16,20]},"
                  "\"encoder.1.running_mean\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[20,24]},"
                  "\"encoder.1.running_var\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[24,28]},"
                  "\"decoder.0.weight\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[28,36]},"
                  "\"decoder.0.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[36,44]}}"
                  "\0\0\200\077\0\0\200\277\0\0\200\077\0\0\200\077\0\0\0\0\0\0\0\0\0\0\200\077\0\0\200\077\0\0\200\277\0\0\0\0\0\0\0\0"),
    FUZZ_SEED("\x14\x02\0\0\0\0\0\0"
                  "{\"__metadata__\":{\"format\":\"libautoencoder\",\"format_version\":\"1\","
                  "\"architecture\":\"{\\\"input_dim\\\":1,\\\"loss\\\":\\\"squared_error\\\","
                  "\\\"scaling\\\":\\\"robust\\\",\\\"threshold\\\":0.5,\\\"contamination\\\":0.1,"
                  "\\\"encoder\\\":[{\\\"layer\\\":\\\"dense\\\",\\\"units\\\":1,\\\"bias\\\":false}],"
                  "\\\"decoder\\\":[{\\\"layer\\\":\\\"dense\\\",\\\"units\\\":1,\\\"bias\\\":false,\\\"tied_to\\\":0}]}\"},"
                  "\"encoder.0.weight\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[0,4]},"
                  "\"scaling.offset\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]},"
                  "\"scaling.scale\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}"
                  "\0\0\200\077\0\0\0\0\0\0\0@"),
    FUZZ_SEED("\x89\x01\0\0\0\0\0\0"
                  "{\"__metadata__\":{\"format\":\"libautoencoder\",\"format_version\":\"1\","
                  "\"architecture\":\"{\\\"input_dim\\\":2,\\\"loss\\\":\\\"squared_error\\\","
                  "\\\"code\\\":\\\"lasso\\\",\\\"lasso\\\":0.25,\\\"nonnegative\\\":true,"
                  "\\\"encoder\\\":[{\\\"layer\\\":\\\"dense\\\",\\\"units\\\":3,\\\"bias\\\":false}],"
                  "\\\"decoder\\\":[{\\\"layer\\\":\\\"dense\\\",\\\"units\\\":2,\\\"bias\\\":false,"
                  "\\\"tied_to\\\":0}]}\"},\"encoder.0.weight\":{\"dtype\":\"F32\",\"shape\":[3,2],"
                  "\"data_offsets\":[0,24]}}"
                  "\0\0\200\077\0\0\0\0\0\0\0\0\0\0\200\077\0\0\200\277\0\0\200\077"),
    {NULL, 0},
};

static void check(const uint8_t *bytes, size_t size)
{
    ae_status status = AE_OK;
    const char *wrong = model_check(bytes, size, (size_t)1 << 20, &status);

    if (wrong) {
        fprintf(stderr, "%s; status %d, %s\n", wrong, (int)status, ae_last_error());
        abort();
    }
}

/* As it is; and with the length of the header put right, so that inputs that are longer or shorter get further. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    size_t header = 0;
    uint8_t *copy;

    check(bytes, size);
    for (size_t i = 8; i < size; i++)
        if (bytes[i] == '}')
            header = i + 1 - 8;
    copy = malloc(size ? size : 1);
    if (header > 0 && copy) {
        memcpy(copy, bytes, size);
        for (int i = 0; i < 8; i++)
            copy[i] = (uint8_t)((uint64_t)header >> (8 * i));
        check(copy, size);
    }
    free(copy);
    return 0;
}
