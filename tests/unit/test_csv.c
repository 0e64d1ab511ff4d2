/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "support/reader_check.h"

static ae_read_options default_options(void)
{
    ae_read_options options;

    ae_read_options_init(&options, sizeof options);
    return options;
}

static ae_read_options with_header(int32_t header)
{
    ae_read_options options = default_options();

    options.csv_header = header;
    return options;
}

/* Reads bytes that may be anything; the reader's duties are checked. */
static ae_status read_any(const void *bytes, size_t size, const ae_read_options *options)
{
    ae_status status = AE_OK;
    const char *wrong = reader_check(ae_dataset_read_csv_memory, bytes, size, options, 0, &status);

    if (wrong)
        fail_msg("%s: %s", wrong, ae_last_error());
    return status;
}

static size_t truncations_read(const void *bytes, size_t size, const ae_read_options *options)
{
    size_t good = 0;
    const char *wrong = reader_check_truncated(ae_dataset_read_csv_memory, bytes, size, options, &good);

    if (wrong)
        fail_msg("%s", wrong);
    return good;
}

static size_t mutations_refused(const void *bytes, size_t size, const ae_read_options *options)
{
    size_t refused = 0;
    const char *wrong = reader_check_mutated(ae_dataset_read_csv_memory, bytes, size, options, &refused);

    if (wrong)
        fail_msg("%s", wrong);
    return refused;
}

static ae_dataset *read_good(const char *text, const ae_read_options *options)
{
    ae_dataset *dataset = NULL;

    if (ae_dataset_read_csv_memory(&dataset, text, strlen(text), options) != AE_OK)
        fail_msg("%s: %s", text, ae_last_error());
    return dataset;
}

/* Reads a text whose values are start, start + 1, start + 2, ... */
static void assert_counts_from(float start, const char *text, const ae_read_options *options, size_t rows,
                               size_t columns)
{
    ae_dataset *dataset = read_good(text, options);

    assert_int_equal(ae_dataset_rows(dataset), rows);
    assert_int_equal(ae_dataset_columns(dataset), columns);
    for (size_t i = 0; i < rows * columns; i++)
        if (ae_dataset_row(dataset, i / columns)[i % columns] != start + (float)i)
            fail_msg("%s: value %zu is %g", text, i, (double)ae_dataset_row(dataset, i / columns)[i % columns]);
    ae_dataset_free(dataset);
}

static void assert_refused_with(const ae_read_options *options, const char *text, ae_status status,
                                const char *message)
{
    assert_int_equal(read_any(text, strlen(text), options), status);
    assert_string_equal(ae_last_error(), message);
}

static void assert_refused(const char *text, const char *message)
{
    assert_refused_with(NULL, text, AE_ERROR_FORMAT, message);
}

static void test_line_ends(void **state)
{
    (void)state;
    assert_counts_from(1, "1,2\n3,4\n", NULL, 2, 2);
    assert_counts_from(1, "1,2\n3,4", NULL, 2, 2);
    assert_counts_from(1, "1,2\r\n3,4\r\n", NULL, 2, 2);
    assert_counts_from(1, "1,2\r\n3,4\r", NULL, 2, 2);
    assert_counts_from(1, "1,2\r3,4", NULL, 2, 2);
    assert_counts_from(1, "1,2\n3,4\n\n\r\n\r\r\n", NULL, 2, 2);
    assert_counts_from(1, "\xEF\xBB\xBF" "1,2\n3,4\n", NULL, 2, 2);
    assert_counts_from(1, "1", NULL, 1, 1);
    assert_counts_from(1, "1\n2\n3", NULL, 3, 1);
    assert_counts_from(1, "1,2\n3,4\n \t ", NULL, 2, 2); /* what some editors leave behind */
    assert_counts_from(1, "1,2\n3,4\n  \n\n\t\r\n", NULL, 2, 2);
    assert_counts_from(1, "1\n2\n ", NULL, 2, 1);
}

static void test_delimiters(void **state)
{
    (void)state;
    ae_read_options options = default_options();

    assert_counts_from(1, "1;2;3\n4;5;6\n", NULL, 2, 3);
    assert_counts_from(1, "1\t2\t3\n4\t5\t6\n", NULL, 2, 3);
    assert_counts_from(1, "\"a,b\";\"c,d,e\"\n1;2\n", NULL, 1, 2);
    assert_counts_from(1, "a,b;c\n1;2\n", NULL, 1, 2); /* as many of each: not the comma */
    assert_refused("1;2,5\n3;4,5\n", "memory: line 2, column 2 (\"2,5\"): \"4,5\" is not a number");
    assert_counts_from(1, "a,b\tc\n1,2\n", NULL, 1, 2);
    options.csv_delimiter = '|';
    assert_counts_from(1, "1|2\n3|4\n", &options, 2, 2);
    options.csv_delimiter = ' ';
    assert_counts_from(1, "1 2\n3 4\n", &options, 2, 2);
    options.csv_delimiter = '\t';
    assert_counts_from(1, " 1\t 2 \n3 \t4\n", &options, 2, 2);
    /* a tab at the end is a delimiter there, with an empty field behind it */
    assert_refused_with(&options, "1\t\n", AE_ERROR_FORMAT,
                        "memory: line 1, column 2: \"\" is an empty field where a number should be");
    assert_refused_with(&options, "1\t2\n\t\n", AE_ERROR_FORMAT,
                        "memory: line 2, column 1: \"\" is an empty field where a number should be");
}

static void test_quotes_and_blanks(void **state)
{
    (void)state;
    assert_counts_from(1, "\"1\",\"2\"\n\"3\",4\n", NULL, 2, 2);
    assert_counts_from(1, " 1 ,\t2\n \"3\" , 4 \n", NULL, 2, 2);
    assert_counts_from(1, "\"a\nb\",\"c\"\"d\"\n1,2\r\n", NULL, 1, 2);
    assert_counts_from(1, "\"x\r\ny\",z\n1,2", NULL, 1, 2);
}

static void test_numbers(void **state)
{
    (void)state;
    ae_dataset *dataset = read_good("-1.5e3,.5,5.,+1E-2,1e-60,-0,3.4028235e38,nan,-inf,Infinity\n", NULL);
    const float *x = ae_dataset_row(dataset, 0);

    assert_true(x[0] == -1500 && x[1] == 0.5f && x[2] == 5 && x[3] == 0.01f && x[4] == 0);
    assert_true(x[5] == 0 && signbit(x[5]));
    assert_true(x[6] == 3.4028235e38f);
    assert_true(isnan(x[7]) && x[8] == -INFINITY && x[9] == INFINITY);
    ae_dataset_free(dataset);
}

static void test_header(void **state)
{
    (void)state;
    ae_read_options yes = with_header(AE_CSV_HEADER_YES), no = with_header(AE_CSV_HEADER_NO);
    ae_dataset *dataset = read_good("a, \"b \"\"2\"\"\" ,,\"\",\xC3\xA4\n1,2,3,4,5\n", NULL);

    assert_int_equal(ae_dataset_rows(dataset), 1);
    assert_string_equal(ae_dataset_column_name(dataset, 0), "a");
    assert_string_equal(ae_dataset_column_name(dataset, 1), "b \"2\"");
    assert_null(ae_dataset_column_name(dataset, 2));
    assert_null(ae_dataset_column_name(dataset, 3));
    assert_string_equal(ae_dataset_column_name(dataset, 4), "\xC3\xA4");
    assert_null(ae_dataset_column_name(dataset, 5));
    ae_dataset_free(dataset);

    assert_counts_from(3, "1,2\n3,4\n", &yes, 1, 2);
    assert_counts_from(1, "1,2\n3,4\n", &no, 2, 2);
    dataset = read_good("1,2\n3,4\n", NULL);
    assert_null(ae_dataset_column_name(dataset, 0));
    ae_dataset_free(dataset);

    assert_refused_with(&no, "a,b\n3,4\n", AE_ERROR_FORMAT, "memory: line 1, column 1: \"a\" is not a number");
    /* a missing value does not make a header of a line of numbers */
    assert_refused("1,,3\n4,5,6\n", "memory: line 1, column 2: \"\" is an empty field where a number should be");
}

static ae_read_options choose(const char *const *names, size_t count, int32_t exclude)
{
    ae_read_options options = default_options();

    options.csv_columns = names;
    options.csv_column_count = count;
    options.csv_exclude = exclude;
    return options;
}

static void test_columns_kept(void **state)
{
    (void)state;
    const char *const names[] = {"c", "a \"x\""};
    ae_read_options options = choose(names, 2, 0);
    const char *text = "\"a \"\"x\"\"\",text,b,c\n2,hello,x,1\n4,\"w,\n\",,3\n";
    ae_dataset *dataset = read_good(text, &options);

    assert_int_equal(ae_dataset_rows(dataset), 2);
    assert_int_equal(ae_dataset_columns(dataset), 2);
    assert_string_equal(ae_dataset_column_name(dataset, 0), "c");
    assert_string_equal(ae_dataset_column_name(dataset, 1), "a \"x\"");
    assert_true(ae_dataset_row(dataset, 0)[0] == 1 && ae_dataset_row(dataset, 0)[1] == 2);
    assert_true(ae_dataset_row(dataset, 1)[0] == 3 && ae_dataset_row(dataset, 1)[1] == 4);
    ae_dataset_free(dataset);
}

static void test_columns_excluded(void **state)
{
    (void)state;
    const char *const names[] = {"label", "id"};
    ae_read_options options = choose(names, 2, 1);
    ae_dataset *dataset = read_good("id,x,label,y\nA7,1,cat,2\n,3,\"dog, wet\",4\n", &options);

    assert_int_equal(ae_dataset_columns(dataset), 2);
    assert_string_equal(ae_dataset_column_name(dataset, 0), "x");
    assert_string_equal(ae_dataset_column_name(dataset, 1), "y");
    ae_dataset_free(dataset);
    assert_counts_from(1, "id,x,label,y\nA7,1,cat,2\n,3,\"dog, wet\",4\n", &options, 2, 2);
}

static void test_columns_by_number(void **state)
{
    (void)state;
    const char *const numbers[] = {"2", "0"}, *const one[] = {"1"}, *const ascending[] = {"0", "1"};
    ae_read_options options = choose(numbers, 2, 0);
    ae_dataset *dataset = read_good("1,2,3\n4,5,6\n", &options);

    assert_int_equal(ae_dataset_columns(dataset), 2);
    assert_true(ae_dataset_row(dataset, 0)[0] == 3 && ae_dataset_row(dataset, 0)[1] == 1);
    assert_true(ae_dataset_row(dataset, 1)[0] == 6 && ae_dataset_row(dataset, 1)[1] == 4);
    ae_dataset_free(dataset);

    options = choose(ascending, 2, 0);
    options.csv_header = AE_CSV_HEADER_NO;
    assert_counts_from(1, "1,2,x\n3,4,y\n", &options, 2, 2);
    options = choose(numbers, 2, 1);
    dataset = read_good("a,b,c\n4,5,6\n", &options); /* no column is named "2" or "0" */
    assert_int_equal(ae_dataset_columns(dataset), 1);
    assert_string_equal(ae_dataset_column_name(dataset, 0), "b");
    assert_true(ae_dataset_row(dataset, 0)[0] == 5);
    ae_dataset_free(dataset);

    options = choose(one, 1, 0);
    dataset = read_good("x,y,1\n4,5,6\n", &options); /* a name comes before a number */
    assert_true(ae_dataset_row(dataset, 0)[0] == 6);
    ae_dataset_free(dataset);
}

static void test_columns_that_are_not_there(void **state)
{
    (void)state;
    const char *const missing[] = {"a", "z"}, *const twice[] = {"0", "a"}, *const both[] = {"b"};
    const char *const value[] = {"7"}, *const all[] = {"1", "0"}, *const odd[] = {"", "-1", "2", "1x", "18446744073709551616"};
    ae_read_options options = choose(missing, 2, 0);

    assert_refused_with(&options, "a,b\n1,2\n", AE_ERROR_INVALID_ARGUMENT,
                        "memory: there is no column \"z\" among the 2");
    options = choose(value, 1, 0); /* a value under the header is no name */
    assert_refused_with(&options, "a,b\n7,8\n", AE_ERROR_INVALID_ARGUMENT,
                        "memory: there is no column \"7\" among the 2");
    options = choose(twice, 2, 1);
    assert_refused_with(&options, "a,b\n1,2\n", AE_ERROR_INVALID_ARGUMENT,
                        "memory: csv_columns has column number 0 twice");
    options = choose(both, 1, 1);
    assert_refused_with(&options, "a,b,b\n1,2,3\n", AE_ERROR_INVALID_ARGUMENT,
                        "memory: 2 columns are named \"b\"; give the number of one");
    assert_counts_from(1, "b,a,a\n9,1,2\n", &options, 1, 2); /* names may repeat where nobody asks for them */
    options = choose(all, 2, 1);
    assert_refused_with(&options, "a,b\n1,2\n", AE_ERROR_INVALID_ARGUMENT, "memory: csv_columns leaves no column");
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        options = choose(odd + i, 1, 0);
        assert_int_equal(read_any("1,2\n", 4, &options), AE_ERROR_INVALID_ARGUMENT);
        assert_non_null(strstr(ae_last_error(), "there is no column"));
    }
}

static void test_rows_and_bytes_are_limited(void **state)
{
    (void)state;
    ae_read_options options = default_options();

    options.max_rows = 2;
    options.max_bytes = 16;
    assert_counts_from(1, "1,2\n3,4\nnot,even\nlooked at\"\n", &options, 2, 2);
    options.max_rows = 3;
    assert_refused_with(&options, "1,2\n3,4\n5,6", AE_ERROR_FORMAT,
                        "memory: 3 rows of 2 columns take more memory than max_bytes, 16");
}

static void test_messages(void **state)
{
    (void)state;
    assert_refused("", "memory: line 1: the file is empty");
    assert_refused("\xEF\xBB\xBF", "memory: line 1: the file is empty");
    assert_refused("\n\n", "memory: line 1: the file is empty");
    assert_refused("\n1,2\n", "memory: line 1 is empty");
    assert_refused("1,2\n\r\n3,4\n", "memory: line 2 is empty");
    assert_refused("1,2\n \t\n\n3,4\n", "memory: line 2 is empty");
    assert_refused(" \n1,2\n", "memory: line 1 is empty");
    assert_refused("  \n\t", "memory: line 1: the file is empty");
    assert_refused("a,b\n", "memory: line 2: no rows after the header");
    assert_refused("1,2\n3\n", "memory: line 2 has 1 fields, the first line has 2");
    assert_refused("1,2\n3,4,5,6\n", "memory: line 2 has 4 fields, the first line has 2");
    assert_refused("\"a\n\n\",b\n1,2\n3,\"4\n\"\n5\n", "memory: line 7 has 1 fields, the first line has 2");
    assert_refused("a,petal width\n1,2\n3,abc\n",
                   "memory: line 3, column 2 (\"petal width\"): \"abc\" is not a number");
    assert_refused("0123456789012345678901234567890123456789 and more\nx\n",
                   "memory: line 2, column 1 (\"0123456789012345678901234567890123456789\"): \"x\" is not a number");
    assert_refused("a,b\n1,\n", "memory: line 2, column 2 (\"b\"): \"\" is an empty field where a number should be");
    assert_refused(",b\n ,1\n", "memory: line 2, column 1: \"\" is an empty field where a number should be");
    assert_refused("1\n1e39\n", "memory: line 2, column 1: \"1e39\" is out of float32's range");
    assert_refused("1\n-2e400\n", "memory: line 2, column 1: \"-2e400\" is out of float32's range");
    assert_refused("1\n3.4028236e38\n", "memory: line 2, column 1: \"3.4028236e38\" is out of float32's range");
    assert_refused("1,2\n\"3\" x,4\n", "memory: line 2, column 1: text after the closing quote");
    assert_refused("1,2\n3,\"4\n5\n", "memory: line 2, column 2: the quote is never closed");
    assert_refused("1,2\n3,4\"\n", "memory: line 2, column 2: a quote inside a field without quotes");
    assert_refused("1,2\n3,1,5\n", "memory: line 2 has 3 fields, the first line has 2");
    assert_refused("1\n0123456789012345678901234567890123456789x\n",
                   "memory: line 2, column 1: \"0123456789012345678901234567890123456789...\" is not a number");
    assert_refused("1\nx\x01\xFE\n", "memory: line 2, column 1: \"x\\x01\\xFE\" is not a number");
    assert_refused("\"1\"\"\"\n2\n\"3\"\"\"\n", "memory: line 3, column 1 (\"1\"\"\"): \"3\"\"\" is not a number");
    assert_int_equal(read_any("1,2\n3,\0", 7, NULL), AE_ERROR_FORMAT);
    assert_string_equal(ae_last_error(), "memory: line 2, column 2: a NUL byte, so this is not text");
    assert_int_equal(read_any("1,\"\0\"", 5, NULL), AE_ERROR_FORMAT);
    assert_string_equal(ae_last_error(), "memory: line 1, column 2: a NUL byte, so this is not text");
}

/* Many columns in few bytes: neither names nor columns may take memory out of proportion before the file is proven. */
static void test_wide_lines(void **state)
{
    (void)state;
    const size_t size = 1 << 20;
    char *text = malloc(size + 2);
    const char *const first[] = {"0"};
    ae_read_options options = choose(first, 1, 1);

    assert_non_null(text);
    memset(text, ',', size);
    assert_int_equal(read_any(text, size, NULL), AE_ERROR_FORMAT);
    assert_int_equal(read_any(text, size, &options), AE_ERROR_FORMAT);
    text[0] = 'a'; /* a header alone */
    assert_int_equal(read_any(text, size, NULL), AE_ERROR_FORMAT);
    text[size / 2] = '\n'; /* two lines of the same length, the second without numbers */
    assert_int_equal(read_any(text, size + 1, NULL), AE_ERROR_FORMAT);
    for (size_t i = 0; i < size; i += 2)
        text[i] = '1', text[i + 1] = '\n';
    assert_int_equal(read_any(text, size, NULL), AE_OK);
    text[size - 2] = 'x';
    assert_int_equal(read_any(text, size, NULL), AE_ERROR_FORMAT);
    memset(text, '"', size);
    assert_int_equal(read_any(text, size, NULL), AE_ERROR_FORMAT);
    memset(text, '\n', size);
    assert_int_equal(read_any(text, size, NULL), AE_ERROR_FORMAT);
    free(text);
}

static void test_digits(void **state)
{
    (void)state;
    const char *const label[] = {"64"};
    ae_read_options options = choose(label, 1, 1), labels = choose(label, 1, 0);
    ae_dataset *digits = NULL, *classes = NULL;
    const float first[] = {0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15};
    double sum = 0;
    int counts[10] = {0};
    ae_status status = ae_dataset_read_csv(&digits, AE_SOURCE_DIR "/examples/data/digits.csv.gz", &options);

    if (status == AE_ERROR_UNSUPPORTED) /* a build without zlib */
        skip();
    if (status != AE_OK)
        fail_msg("%s", ae_last_error());
    assert_int_equal(ae_dataset_rows(digits), 1797);
    assert_int_equal(ae_dataset_columns(digits), 64);
    assert_null(ae_dataset_column_name(digits, 0));
    assert_memory_equal(ae_dataset_row(digits, 0), first, sizeof first);
    for (size_t row = 0; row < 1797; row++)
        for (size_t column = 0; column < 64; column++) {
            float x = ae_dataset_row(digits, row)[column];
            assert_true(x >= 0 && x <= 16 && x == floorf(x));
            sum += (double)x;
        }
    assert_true(sum == 561718);

    assert_int_equal(ae_dataset_read_csv(&classes, AE_SOURCE_DIR "/examples/data/digits.csv.gz", &labels), AE_OK);
    assert_int_equal(ae_dataset_columns(classes), 1);
    for (size_t row = 0; row < 1797; row++)
        counts[(int)ae_dataset_row(classes, row)[0]]++;
    assert_int_equal(counts[0], 178);
    assert_int_equal(counts[9], 180);
    ae_dataset_free(classes);
    ae_dataset_free(digits);
}

static void test_hostile(void **state)
{
    (void)state;
    static const char small[] = "a,\"b \"\"\",c\r\n1,-2.5e1,\"3\"\n4, 5 ,6e2\n";
    const char *const columns[] = {"c", "a"};
    ae_read_options options = choose(columns, 2, 0);
    size_t size = sizeof small - 1, refused;

    /* cut inside a number or behind a whole line, a file is still good */
    assert_in_range(truncations_read(small, size, NULL), 3, 12);
    refused = mutations_refused(small, size, NULL);
    assert_in_range(refused, size * 255 / 2, size * 255 * 9 / 10);
    truncations_read(small, size, &options);
    mutations_refused(small, size, &options);
    options.csv_exclude = 1;
    mutations_refused(small, size, &options);
    options = with_header(AE_CSV_HEADER_NO);
    mutations_refused(small, size, &options);
}

static void test_failing_allocations(void **state)
{
    (void)state;
    const char *const names[] = {"c", "a"}, *text = "a,b,c\n1,x,2\n";
    ae_read_options options = choose(names, 2, 0);
    size_t failures = 0;
    const char *wrong = reader_check_memory(ae_dataset_read_csv_memory, text, strlen(text), &options, &failures);

    if (wrong)
        fail_msg("%s", wrong);
    assert_true(failures >= 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line_ends),
        cmocka_unit_test(test_delimiters),
        cmocka_unit_test(test_quotes_and_blanks),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_header),
        cmocka_unit_test(test_columns_kept),
        cmocka_unit_test(test_columns_excluded),
        cmocka_unit_test(test_columns_by_number),
        cmocka_unit_test(test_columns_that_are_not_there),
        cmocka_unit_test(test_rows_and_bytes_are_limited),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_wide_lines),
        cmocka_unit_test(test_digits),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
