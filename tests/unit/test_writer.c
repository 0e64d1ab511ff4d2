/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The bytes of a model: each tensor at its place, nothing copied, the same each time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "file/format.h"
#include "file/writer.h"
#include "support/failing_alloc.h"
#include "support/sample_models.h"

static unsigned char *join(const aei_model_image *image)
{
    unsigned char *bytes = malloc(image->size), *at = bytes;
    assert_non_null(bytes);
    for (size_t i = 0; i < image->count; i++) {
        memcpy(at, image->pieces[i].bytes, image->pieces[i].size);
        at += image->pieces[i].size;
    }
    assert_true(at == bytes + image->size);
    return bytes;
}

static float float_at(const unsigned char *bytes)
{
    uint32_t word = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
    float value;
    memcpy(&value, &word, 4);
    return value;
}

static void check_tensors(const ae_model *model, const aei_safetensors *file, const unsigned char *data)
{
    const size_t count = ae_model_tensor_count(model), scaled = ae_model_scaling(model) != AE_SCALING_NONE ? 2 : 0;
    assert_int_equal(file->count, count + scaled);
    if (scaled) {
        const aei_tensor_entry *offset = aei_safetensors_tensor(file, AEI_FORMAT_OFFSET);
        const aei_tensor_entry *scale = aei_safetensors_tensor(file, AEI_FORMAT_SCALE);
        assert_true(offset && offset->rank == 1 && offset->dims[0] == model->scaling.columns);
        assert_true(scale && scale->rank == 1 && scale->dims[0] == model->scaling.columns);
        for (size_t i = 0; i < model->scaling.columns; i++) {
            assert_true(float_at(data + offset->first + 4 * i) == model->scaling.offset[i]);
            assert_true(float_at(data + scale->first + 4 * i) == model->scaling.scale[i]);
        }
    }
    for (size_t t = 0; t < count; t++) {
        const char *name = ae_model_tensor_name(model, t), *last = strrchr(name, '.');
        const aei_tensor_entry *tensor = aei_safetensors_tensor(file, name);
        float values[256];
        size_t rows, columns;
        assert_non_null(tensor);
        assert_int_equal(tensor->dtype, AEI_DTYPE_F32);
        assert_int_equal(ae_model_tensor_shape(model, name, &rows, &columns), AE_OK);
        assert_int_equal(ae_model_get_tensor(model, name, values, rows * columns), AE_OK);
        /* as PyTorch has them: matrices for dense layers, vectors for all else */
        if (strcmp(last, ".weight") == 0 && tensor->rank == 2) {
            assert_int_equal(tensor->dims[0], rows);
            assert_int_equal(tensor->dims[1], columns);
        } else {
            assert_int_equal(rows, 1);
            assert_int_equal(tensor->rank, 1);
            assert_int_equal(tensor->dims[0], columns);
        }
        for (size_t i = 0; i < rows * columns; i++)
            assert_true(float_at(data + tensor->first + 4 * i) == values[i]);
    }
}

static void test_bytes(void **state)
{
    (void)state;
    for (size_t which = 0; which < SAMPLE_COUNT; which++) {
        ae_model *model;
        aei_model_image image, again;
        aei_safetensors file;
        size_t header_size;
        assert_int_equal(sample_model(&model, which, NULL), AE_OK);
        assert_int_equal(aei_model_image_make(&image, model), AE_OK);
        assert_int_equal(aei_model_image_make(&again, model), AE_OK);
        unsigned char *bytes = join(&image), *same = join(&again);
        assert_int_equal(image.size, again.size);
        assert_memory_equal(bytes, same, image.size);

        assert_int_equal(aei_safetensors_header_size(bytes, image.size, &header_size), AE_OK);
        assert_int_equal((8 + header_size) % 64, 0);
        assert_int_equal(aei_safetensors_parse(&file, NULL, (char *)bytes + 8, header_size,
                                               image.size - 8 - header_size), AE_OK);
        check_tensors(model, &file, bytes + 8 + header_size);
        assert_string_equal(aei_safetensors_metadata(&file, "format"), "libautoencoder");
        assert_string_equal(aei_safetensors_metadata(&file, "format_version"), "1");
        assert_string_equal(aei_safetensors_metadata(&file, "library_version"), ae_version());
        assert_non_null(aei_safetensors_metadata(&file, "architecture"));
        assert_int_equal(aei_safetensors_metadata(&file, "history") != NULL, which > 0);

        aei_safetensors_clear(&file);
        aei_model_image_clear(&image);
        aei_model_image_clear(&again);
        free(bytes);
        free(same);
        ae_model_free(model);
    }
}

static void test_rank_of_single_rows(void **state)
{
    ae_model_options options;
    ae_model *model;
    (void)state;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = options.latent_dim = 1; /* every tensor is one number */
    assert_int_equal(ae_model_create(&model, &options), AE_OK);
    for (size_t i = 0; i < model->set.count; i++) {
        const aei_tensor_entry tensor = aei_format_tensor(&model->set.params[i]);
        assert_int_equal(tensor.rank, strstr(tensor.name, "weight") ? 2 : 1);
    }
    ae_model_free(model);
}

static void test_nothing_is_copied(void **state)
{
    const uint32_t one = 1;
    ae_model *model;
    aei_model_image image;
    (void)state;
    assert_int_equal(sample_model(&model, 1, NULL), AE_OK);
    assert_int_equal(aei_model_image_make(&image, model), AE_OK);
    assert_int_equal(image.count, 1 + model->set.count + 2);
    if (*(const unsigned char *)&one == 1)
        for (size_t i = 0; i < model->set.count; i++)
            assert_ptr_equal(image.pieces[1 + i].bytes, model->set.values + model->set.params[i].first);
    if (*(const unsigned char *)&one == 1)
        assert_ptr_equal(image.pieces[image.count - 1].bytes, model->scaling.scale);
    aei_model_image_clear(&image);
    ae_model_free(model);
}

static void test_without_memory(void **state)
{
    failing_alloc memory;
    ae_runtime *runtime;
    ae_model *model;
    size_t failures = 0;
    (void)state;
    failing_alloc_init(&memory);
    runtime = failing_alloc_runtime(&memory, 1);
    assert_int_equal(sample_model(&model, 2, runtime), AE_OK);
    for (int for_ever = 0; for_ever < 2; for_ever++)
        for (size_t n = 1;; n++) {
            aei_model_image image;
            const size_t before = memory.live_blocks;
            failing_alloc_fail_at(&memory, n, for_ever);
            ae_status status = aei_model_image_make(&image, model);
            if (memory.failed == 0) {
                assert_int_equal(status, AE_OK);
                aei_model_image_clear(&image);
                break;
            }
            assert_int_equal(status, AE_ERROR_NO_MEMORY);
            assert_int_equal(memory.live_blocks, before);
            assert_non_null(strstr(ae_last_error(), "out of memory"));
            failures++;
        }
    assert_true(failures >= 10);
    failing_alloc_fail_at(&memory, 0, false);
    ae_model_free(model);
    ae_runtime_free(runtime);
    assert_true(failing_alloc_finish(&memory));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_rank_of_single_rows),
        cmocka_unit_test(test_nothing_is_copied),
        cmocka_unit_test(test_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
