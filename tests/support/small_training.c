/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "support/small_training.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

float x[ROWS * D];
ae_dataset *data;

int make_data(void **state)
{
    (void)state;
    architecture_rows(x, ROWS, D, 1);
    return ae_dataset_from_memory(&data, NULL, x, ROWS, D, 0) != AE_OK;
}

int free_data(void **state)
{
    (void)state;
    ae_dataset_free(data);
    return 0;
}

ae_train_options plain_options(void)
{
    ae_train_options options;
    ae_train_options_init(&options, sizeof options);
    options.batch_size = 16;
    options.epochs = 4;
    return options;
}

ae_model *new_model(size_t which)
{
    ae_model *model;
    assert_int_equal(architecture_create(&model, which, NULL, 1), AE_OK);
    return model;
}
