/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The text of the history. What is refused is in test_reader.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "file/format.h"
#include "file/history.h"
#include "support/sample_models.h"

static void write_text(aei_buffer *writer, const aei_history *history)
{
    aei_buffer_begin(writer, NULL);
    aei_history_write(writer, history);
    aei_buffer_put(writer, "", 1);
    assert_int_equal(writer->status, AE_OK);
}

static void test_written(void **state)
{
    ae_epoch_report records[] = {
        {.epoch = 1, .epochs = 2, .steps = 3, .train_loss = 0.5, .validation_loss = NAN, .learning_rate = 0.001,
         .seconds = 9},
        {.epoch = 2, .epochs = 2, .steps = UINT64_MAX, .train_loss = 1.0 / 3, .validation_loss = 1e-300,
         .learning_rate = 1, .best_epoch = 2},
    };
    const aei_history history = {.records = records, .count = 2, .capacity = 2};
    aei_history back;
    aei_buffer writer;
    (void)state;
    write_text(&writer, &history);
    assert_string_equal(writer.text,
                        "[{\"epoch\":1,\"epochs\":2,\"steps\":3,\"train_loss\":0.5,\"validation_loss\":null,"
                        "\"learning_rate\":0.001,\"best_epoch\":0},"
                        "{\"epoch\":2,\"epochs\":2,\"steps\":18446744073709551615,\"train_loss\":0.33333333333333331,"
                        "\"validation_loss\":1e-300,\"learning_rate\":1,\"best_epoch\":2}]");
    assert_int_equal(aei_history_read(&back, NULL, writer.text), AE_OK);
    assert_int_equal(back.count, 2);
    assert_true(isnan(back.records[0].validation_loss));
    assert_true(back.records[0].seconds == 0);
    assert_int_equal(back.records[0].steps, 3);
    assert_int_equal(back.records[0].struct_size, sizeof(ae_epoch_report));
    assert_true(back.records[1].steps == UINT64_MAX);
    assert_true(back.records[1].train_loss == 1.0 / 3 && back.records[1].validation_loss == 1e-300);
    assert_int_equal(back.records[1].best_epoch, 2);
    aei_free(NULL, back.records);
    aei_buffer_clear(&writer);
}

static void test_newest_of_many(void **state)
{
    const size_t count = AEI_FORMAT_EPOCHS_MAX + 3;
    aei_history history = {.records = calloc(count, sizeof *history.records), .count = count}, back;
    aei_buffer writer;
    (void)state;
    assert_non_null(history.records);
    for (size_t i = 0; i < count; i++)
        history.records[i].epoch = i + 1;
    write_text(&writer, &history);
    assert_int_equal(aei_history_read(&back, NULL, writer.text), AE_OK);
    assert_int_equal(back.count, AEI_FORMAT_EPOCHS_MAX);
    assert_int_equal(back.records[0].epoch, 4);
    assert_int_equal(back.records[back.count - 1].epoch, count);
    aei_free(NULL, back.records);
    aei_buffer_clear(&writer);
    free(history.records);
}

static void test_empty(void **state)
{
    const aei_history history = {0};
    aei_history back;
    aei_buffer writer;
    (void)state;
    write_text(&writer, &history);
    assert_string_equal(writer.text, "[]");
    assert_int_equal(aei_history_read(&back, NULL, writer.text), AE_OK);
    assert_int_equal(back.count, 0);
    aei_free(NULL, back.records);
    aei_buffer_clear(&writer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_written),
        cmocka_unit_test(test_newest_of_many),
        cmocka_unit_test(test_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
