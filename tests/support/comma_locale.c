/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "support/comma_locale.h"
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int enter_locale(const char *point)
{
    const char *name = strcmp(point, ",") == 0 ? "de_DE.UTF-8" : "ps_AF.UTF-8";
    char folder[] = "/tmp/ae-locale-XXXXXX", command[256], printed[32], expected[32];
    int built;

    snprintf(command, sizeof command,
             "localedef --version >/dev/null 2>&1 && test -r /usr/share/i18n/locales/%.5s", name);
    if (system(command) != 0) {
        printf("no localedef, or no source of %s: install libc-bin and locales\n", name);
        return 77;
    }
    if (!mkdtemp(folder)) {
        perror(folder);
        return 1;
    }
    snprintf(command, sizeof command, "localedef -i %.5s -f UTF-8 %s/%s", name, folder, name);
    built = system(command);
    if (built == 0 && setenv("LOCPATH", folder, 1) == 0 && setlocale(LC_ALL, name) == NULL)
        built = 1;
    snprintf(command, sizeof command, "rm -r %s", folder);
    if (built != 0 || system(command) != 0) {
        printf("%s does not build or load\n", name);
        return 1;
    }
    snprintf(expected, sizeof expected, "1%s50", point);
    snprintf(printed, sizeof printed, "%.2f", 1.5);
    if (strcmp(printed, expected) != 0) {
        printf("%s prints %s, not %s\n", name, printed, expected);
        return 1;
    }
    return 0;
}
