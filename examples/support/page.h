/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A web page in one file: its pictures stand in it as data URIs, its charts as inline SVG. */
#ifndef EXAMPLES_SUPPORT_PAGE_H
#define EXAMPLES_SUPPORT_PAGE_H

#include <stdio.h>

#include "picture.h"

/* Everything up to the page's first heading, with the style sheet page.css. Returns 0, or -1 if that cannot be read. */
int page_begin(FILE *out, const char *title);

void page_end(FILE *out);

/* Text with what HTML needs escaped. */
void page_text(FILE *out, const char *text);

/* A picture with its description for those who do not see it. */
void page_picture(FILE *out, const picture *p, const char *style, const char *alt);

#endif
