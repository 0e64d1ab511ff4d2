/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <autoencoder/version.h>

static void test_number_and_text_agree(void **state)
{
    int major, minor, patch;
    (void)state;
    assert_int_equal(ae_version_number(), AE_VERSION_NUMBER);
    assert_int_equal(sscanf(ae_version(), "%d.%d.%d", &major, &minor, &patch), 3);
    assert_int_equal(10000 * major + 100 * minor + patch, ae_version_number());
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_number_and_text_agree)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
