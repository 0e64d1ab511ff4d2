/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The text of the architecture: exactly what is written, and numbers that come back as they were. What is refused is
 * in test_reader.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "file/architecture.h"
#include "support/sample_models.h"

static void check_written(const ae_model *model, const char *expected)
{
    aei_buffer writer;
    aei_buffer_begin(&writer, NULL);
    aei_architecture_write(&writer, model);
    aei_buffer_put(&writer, "", 1);
    assert_int_equal(writer.status, AE_OK);
    assert_string_equal(writer.text, expected);
    aei_buffer_clear(&writer);
}

static void test_written(void **state)
{
    ae_model *model;
    (void)state;
    assert_int_equal(sample_model(&model, 0, NULL), AE_OK);
    check_written(model, "{\"input_dim\":6,\"loss\":\"squared_error\",\"encoder\":[{\"layer\":\"dense\",\"units\":2,"
                         "\"activation\":\"identity\",\"bias\":false,\"init\":\"auto\"}],\"decoder\":["
                         "{\"layer\":\"dense\",\"units\":6,\"activation\":\"identity\",\"bias\":false,"
                         "\"init\":\"auto\"}]}");
    ae_model_free(model);
    assert_int_equal(sample_model(&model, 3, NULL), AE_OK);
    check_written(model, "{\"input_dim\":6,\"loss\":\"squared_error\",\"encoder\":["
                         "{\"layer\":\"dense\",\"units\":5,\"activation\":\"leaky_relu\",\"activation_parameter\":0.1,"
                         "\"bias\":false,\"init\":\"auto\"},"
                         "{\"layer\":\"dense\",\"units\":2,\"activation\":\"identity\",\"bias\":false,"
                         "\"init\":\"auto\"}],\"decoder\":["
                         "{\"layer\":\"dense\",\"units\":5,\"activation\":\"leaky_relu\",\"activation_parameter\":0.1,"
                         "\"bias\":false,\"tied_to\":1},"
                         "{\"layer\":\"dense\",\"units\":6,\"activation\":\"identity\",\"bias\":false,"
                         "\"tied_to\":0}]}");
    ae_model_free(model);
}

/* Reads an architecture whose parameters are `numbers` numbers. */
static ae_status read_text(const char *text, size_t numbers, aei_architecture *out)
{
    char copy[2000];
    assert_true(strlen(text) < sizeof copy);
    strcpy(copy, text);
    return aei_architecture_read(out, NULL, copy, numbers);
}

/* Keys in any order and white space between them; what may be left out is left out. */
static void test_read(void **state)
{
    static const char text[] =
        "{ \"decoder\" : [ {\"bias\":true, \"units\":6, \"layer\":\"dense\"} ],\n"
        "  \"encoder\" : [ {\"units\":3, \"layer\":\"dense\", \"bias\":false, \"init\":\"normal\", \"init_scale\":0.125},\n"
        "    {\"epsilon\":1e-7, \"momentum\":0.3, \"activation_parameter\":0.007, \"activation\":\"leaky_relu\",\n"
        "     \"layer\":\"batch_norm\"}, {\"layer\":\"dropout\", \"rate\":0.12345678901234567} ],\n"
        "  \"input_dim\" : 6, \"loss\" : \"binary_cross_entropy\" }";
    aei_architecture a;
    (void)state;
    assert_int_equal(read_text(text, 6 * 3 + 4 * 3 + 3 * 6 + 6, &a), AE_OK);
    assert_int_equal(a.design.input_dim, 6);
    assert_int_equal(a.design.loss, AE_BINARY_CROSS_ENTROPY);
    assert_int_equal(a.encoder.count, 3);
    assert_int_equal(a.decoder.count, 1);
    assert_int_equal(a.encoder.specs[0].layer.init, AE_INIT_NORMAL);
    assert_true(a.encoder.specs[0].layer.init_scale == 0.125);
    assert_false(a.encoder.specs[0].has_bias);
    assert_int_equal(a.encoder.specs[1].layer.kind, AEI_LAYER_BATCH_NORM);
    assert_int_equal(a.encoder.specs[1].layer.f.kind, AE_LEAKY_RELU);
    assert_true(a.encoder.specs[1].layer.f.a == 0.007f);
    assert_true(a.encoder.specs[1].layer.momentum == 0.3 && a.encoder.specs[1].layer.epsilon == 1e-7);
    assert_true(a.encoder.specs[2].layer.rate == 0.12345678901234567);
    assert_int_equal(a.decoder.specs[0].layer.f.kind, AE_IDENTITY);
    assert_int_equal(a.decoder.specs[0].layer.init, AE_INIT_AUTO);
    assert_true(a.decoder.specs[0].has_bias);
    aei_architecture_clear(&a);
    assert_int_equal(read_text(text, 6 * 3 + 4 * 3 + 3 * 6 + 7, &a), AE_ERROR_FORMAT);
    assert_null(a.encoder.specs);
    assert_null(a.decoder.specs);
}

/* A slope too small for anything but 0 must not come back as the default that 0 stands for among the options. */
static void test_parameter_zero(void **state)
{
    static const char text[] = "{\"input_dim\":1,\"loss\":\"squared_error\",\"encoder\":[{\"layer\":\"activation\","
                               "\"activation\":\"leaky_relu\",\"activation_parameter\":0}],\"decoder\":[]}";
    aei_architecture a;
    (void)state;
    assert_int_equal(read_text(text, 0, &a), AE_OK);
    assert_true(a.encoder.specs[0].layer.f.a == 0);
    aei_architecture_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_written),
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_parameter_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
