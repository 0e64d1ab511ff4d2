/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A model that PyTorch trained, see make_torch_state.py, gives here what it gave there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <autoencoder/autoencoder.h>
#include "base/alloc.h"
#include "base/io.h"
#include "file/safetensors.h"

enum { ROWS = 5, INPUTS = 6, CODES = 2 };

#define PATH AE_SOURCE_DIR "/tests/golden/torch_state.safetensors"

static float x[ROWS * INPUTS], code[ROWS * CODES], x_hat[ROWS * INPUTS];

static void copy_floats(const aei_safetensors *file, const unsigned char *data, const char *name, float *out,
                        size_t count)
{
    const aei_tensor_entry *tensor = aei_safetensors_tensor(file, name);
    assert_non_null(tensor);
    assert_int_equal(tensor->size, 4 * count);
    for (size_t i = 0; i < count; i++) {
        const unsigned char *bytes = data + tensor->first + 4 * i;
        const uint32_t word = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
                              (uint32_t)bytes[3] << 24;
        memcpy(&out[i], &word, 4);
    }
}

static int read_expected(void **state)
{
    unsigned char *bytes;
    size_t size, header_size;
    aei_safetensors file;
    (void)state;
    if (aei_io_read_file(NULL, PATH, 0, NULL, &bytes, &size) != AE_OK ||
        aei_safetensors_header_size(bytes, size, &header_size) != AE_OK ||
        aei_safetensors_parse(&file, NULL, (char *)bytes + 8, header_size, size - 8 - header_size) != AE_OK)
        return -1;
    copy_floats(&file, bytes + 8 + header_size, "data.x", x, ROWS * INPUTS);
    copy_floats(&file, bytes + 8 + header_size, "data.code", code, ROWS * CODES);
    copy_floats(&file, bytes + 8 + header_size, "data.x_hat", x_hat, ROWS * INPUTS);
    aei_safetensors_clear(&file);
    aei_free(NULL, bytes);
    return 0;
}

static ae_model *make_model(size_t width)
{
    ae_model_options options;
    ae_model *model;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = INPUTS;
    options.latent_dim = CODES;
    options.hidden_dims = &width;
    options.hidden_count = 1;
    options.batch_norm = 1;
    options.dropout = 0.2;
    assert_int_equal(ae_model_create(&model, &options), AE_OK);
    return model;
}

static void assert_close(const float *found, const float *expected, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_float_equal(found[i], expected[i], 2e-6);
}

static void test_same_results(void **state)
{
    float codes[ROWS * CODES], reconstructions[ROWS * INPUTS];
    ae_import_options options;
    ae_model *model = make_model(5);
    (void)state;
    ae_import_options_init(&options, sizeof options);
    options.prefix = "model.";
    assert_int_equal(ae_model_import_safetensors(model, PATH, &options), AE_OK);
    assert_int_equal(ae_encode(model, x, ROWS, 0, codes, 0), AE_OK);
    assert_int_equal(ae_reconstruct(model, x, ROWS, 0, reconstructions, 0), AE_OK);
    assert_close(codes, code, ROWS * CODES);
    assert_close(reconstructions, x_hat, ROWS * INPUTS);
    ae_model_free(model);
}

static void test_another_architecture(void **state)
{
    ae_import_options options;
    ae_model *model = make_model(4);
    (void)state;
    ae_import_options_init(&options, sizeof options);
    options.prefix = "model.";
    assert_int_equal(ae_model_import_safetensors(model, PATH, &options), AE_ERROR_SHAPE);
    assert_non_null(strstr(ae_last_error(), "\"model.encoder.0.weight\" is [5, 6], but the model's "
                                            "\"encoder.0.weight\" is [4, 6]"));
    assert_int_equal(ae_model_import_safetensors(model, PATH, NULL), AE_ERROR_FORMAT);
    ae_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_results),
        cmocka_unit_test(test_another_architecture),
    };
    return cmocka_run_group_tests(tests, read_expected, NULL);
}
