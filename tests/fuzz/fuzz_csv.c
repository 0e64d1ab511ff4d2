/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "fuzz/fuzz.h"
#include "fuzz/fuzz_reader.h"

const fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED("a,b,c\n1,2,3\n4,5,6\n"),
    FUZZ_SEED("\xEF\xBB\xBF" "\"a\";\"b \"\"c\"\"\"\r\n1;-2.5e-3\r\nnan;+inf\r\n\r\n"),
    FUZZ_SEED("1\t2\n3\t\"4\"\n"),
    FUZZ_SEED(" 1 , 1e39 \r 0.000001,1e-400\r"),
    FUZZ_SEED("id,x\n\"two\nlines\",1\n,2\n"),
    FUZZ_SEED("7"),
    /* "1,2\n3,4\n" by gzip -9n */
    FUZZ_SEED("\x1F\x8B\x08\0\0\0\0\0\2\3\x33\xD4\x31\xE2\x32\xD6\x31\xE1\2\0\x47\x93\x6C\xAF\x08\0\0\0"),
    {NULL, 0},
};

/* The same text with four choices of the options. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const names[] = {"b", "0"};
    ae_read_options options;

    fuzz_reader(ae_dataset_read_csv_memory, bytes, size, NULL);
    ae_read_options_init(&options, sizeof options);
    options.csv_columns = names;
    options.csv_column_count = 2;
    fuzz_reader(ae_dataset_read_csv_memory, bytes, size, &options);
    options.csv_exclude = 1;
    fuzz_reader(ae_dataset_read_csv_memory, bytes, size, &options);
    options.csv_exclude = 0, options.csv_column_count = 0, options.csv_columns = NULL;
    options.csv_header = AE_CSV_HEADER_NO, options.csv_delimiter = ';', options.max_rows = 2;
    fuzz_reader(ae_dataset_read_csv_memory, bytes, size, &options);
    return 0;
}
