/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Locales in which 1.5 is written otherwise, built on the spot: systems rarely have them, and a test that
 * quietly runs in the C locale shows nothing. */
#ifndef COMMA_LOCALE_H
#define COMMA_LOCALE_H

/* Puts the process into a locale whose decimal point is `point`: "," is German, and "\u066b" Pashto, a
 * point of two bytes. Returns 0; 77, with a line on stdout, when localedef or its sources (Debian:
 * libc-bin and locales) are not installed; 1 when they are and it still does not work. */
int enter_locale(const char *point);

#endif
