/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Weights from a file that may be anything, into a model: they are there, or the model is as it was. */
#include "fuzz/fuzz.h"
#include "base/error.h"
#include "file/import.h"
#include "support/failing_alloc.h"
#include "support/model_check.h"
#include <autoencoder/autoencoder.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Place for the length of the header, which ends with the last brace; the header; the tensors. The model's own names;
 * numbers of an nn.Sequential behind a prefix, in four dtypes, with what is passed over. The model is
 * 2 -> 1 (normalised) -> 1 -> 2. */
const fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED("\0\0\0\0\0\0\0\0"
              "{\"encoder.0.weight\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
              "\"encoder.0.bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]},"
              "\"encoder.1.weight\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]},"
              "\"encoder.1.bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[16,20]},"
              "\"encoder.1.running_mean\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[20,24]},"
              "\"encoder.1.running_var\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[24,28]},"
              "\"encoder.2.weight\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[28,32]},"
              "\"encoder.2.bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[32,36]},"
              "\"decoder.0.weight\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[36,44]},"
              "\"decoder.0.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[44,52]}}"
              "\0\0\200\077\0\0\0\100\0\0\200\077\0\0\200\077\0\0\200\077\0\0\200\077\0\0\200\077\0\0\200\077"
              "\0\0\200\077\0\0\200\077\0\0\200\077\0\0\200\077\0\0\200\077"),
    FUZZ_SEED("\0\0\0\0\0\0\0\0"
              "{\"__metadata__\":{\"format\":\"pt\"},"
              "\"m.encoder.0.weight\":{\"dtype\":\"F16\",\"shape\":[1,2],\"data_offsets\":[0,4]},"
              "\"m.encoder.0.bias\":{\"dtype\":\"BF16\",\"shape\":[1],\"data_offsets\":[4,6]},"
              "\"m.encoder.1.weight\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[6,10]},"
              "\"m.encoder.1.bias\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[10,18]},"
              "\"m.encoder.1.running_mean\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[18,22]},"
              "\"m.encoder.1.running_var\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[22,26]},"
              "\"m.encoder.1.num_batches_tracked\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[26,34]},"
              "\"m.encoder.10.weight\":{\"dtype\":\"F16\",\"shape\":[1,1],\"data_offsets\":[34,36]},"
              "\"m.encoder.10.bias\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[36,38]},"
              "\"m.decoder.x.weight\":{\"dtype\":\"F16\",\"shape\":[2,1],\"data_offsets\":[38,42]},"
              "\"m.decoder.x.bias\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[42,46]}}"
              "\0\074\0\100\200\077\0\0\200\077\0\0\0\0\0\0\360\077\0\0\200\077\0\0\200\077\1\0\0\0\0\0\0\0"
              "\0\074\0\074\0\074\0\074\0\074\0\074"),
    {NULL, 0},
};

static failing_alloc memory;

static ae_model *make_model(ae_runtime *runtime)
{
    ae_model_options options;
    ae_layer_list *encoder = NULL, *decoder = NULL;
    ae_model *model = NULL;

    ae_model_options_init(&options, sizeof options);
    options.runtime = runtime;
    options.input_dim = 2;
    if (ae_layer_list_create(&encoder, runtime) != AE_OK || ae_layer_list_create(&decoder, runtime) != AE_OK ||
        ae_layer_list_add_dense(encoder, 1, AE_IDENTITY, NULL) != AE_OK ||
        ae_layer_list_add_batch_norm(encoder, NULL) != AE_OK ||
        ae_layer_list_add_dense(encoder, 1, AE_RELU, NULL) != AE_OK ||
        ae_layer_list_add_dense(decoder, 2, AE_IDENTITY, NULL) != AE_OK ||
        ae_model_create_from_layers(&model, encoder, decoder, &options) != AE_OK)
        abort();
    ae_layer_list_free(encoder);
    ae_layer_list_free(decoder);
    return model;
}

static bool is_documented(ae_status status)
{
    return status == AE_ERROR_FORMAT || status == AE_ERROR_SHAPE || status == AE_ERROR_UNSUPPORTED ||
           status == AE_ERROR_DATA;
}

static const char *try_import(ae_model *model, uint8_t *header, size_t header_size, const uint8_t *data,
                              size_t data_size, const char *prefix, bool ignore_extra)
{
    const aei_import_source source = {prefix, ignore_extra, (char *)header, header_size, data, data_size};
    const float x[2] = {1, 2};
    float code;
    size_t size, same_size;
    unsigned char *before = model_bytes(model, &size), *after;
    const char *wrong = NULL;

    failing_alloc_reset_peak(&memory);
    const size_t live = memory.live_bytes;
    const ae_status status = aei_import(model, &source);
    if (memory.peak_bytes - live > 2 * header_size + ((size_t)1 << 20))
        wrong = "too much memory";
    after = model_bytes(model, &same_size);
    if (status != AE_OK && (size != same_size || memcmp(before, after, size) != 0))
        wrong = "a failure has changed the model";
    if (status != AE_OK && (!is_documented(status) || strlen(aei_error_text()) < 12))
        wrong = "a code that is not documented, or no message";
    if (status == AE_OK && (ae_encode(model, x, 1, 0, &code, 0) != AE_OK || code < 0))
        wrong = "the model cannot be used";
    free(before);
    free(after);
    return wrong;
}

/* The bytes behind the first 8 as a header that ends with the last brace, and data: blocks of exactly their size. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    size_t end = 8;

    for (size_t i = 8; i < size; i++)
        if (bytes[i] == '}')
            end = i + 1;
    if (size < 8)
        return 0;
    for (int way = 0; way < 4; way++) {
        uint8_t *header = malloc(end - 8 ? end - 8 : 1), *data = malloc(size - end ? size - end : 1);
        ae_runtime *runtime;
        ae_model *model;
        const char *wrong;
        failing_alloc_init(&memory);
        runtime = failing_alloc_runtime(&memory, 1);
        model = make_model(runtime);
        if (!header || !data)
            abort();
        memcpy(header, bytes + 8, end - 8);
        memcpy(data, bytes + end, size - end);
        wrong = try_import(model, header, end - 8, data, size - end, way & 1 ? "m." : "", way & 2);
        free(header);
        free(data);
        ae_model_free(model);
        ae_runtime_free(runtime);
        if (!failing_alloc_finish(&memory) && !wrong)
            wrong = "memory leaked or misused";
        if (wrong) {
            fprintf(stderr, "%s; %s\n", wrong, aei_error_text());
            abort();
        }
    }
    return 0;
}
