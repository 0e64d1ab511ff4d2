/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "page.h"

int page_begin(FILE *out, const char *title)
{
    int c;
    FILE *style = fopen(EXAMPLES_DIR "/support/page.css", "r");
    if (!style) return -1;
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
          out);
    page_text(out, title);
    fputs("</title>\n<style>\n", out);
    while ((c = fgetc(style)) != EOF)
        fputc(c, out);
    fclose(style);
    fputs("</style>\n</head>\n<body>\n<main>\n", out);
    return 0;
}

void page_end(FILE *out)
{
    fputs("</main>\n</body>\n</html>\n", out);
}

void page_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        default:
            fputc(*text, out);
        }
    }
}

static void base64(FILE *out, const unsigned char *bytes, size_t size)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < size; i += 3) {
        size_t here = size - i < 3 ? size - i : 3; /* of three bytes, written as four digits of six bits */
        unsigned long bits = (unsigned long)bytes[i] << 16;
        bits |= here > 1 ? (unsigned long)bytes[i + 1] << 8 : 0;
        bits |= here > 2 ? (unsigned long)bytes[i + 2] : 0;
        fputc(digit[bits >> 18], out);
        fputc(digit[bits >> 12 & 63], out);
        fputc(here > 1 ? digit[bits >> 6 & 63] : '=', out);
        fputc(here > 2 ? digit[bits & 63] : '=', out);
    }
}

void page_picture(FILE *out, const picture *p, const char *style, const char *alt)
{
    fprintf(out, "<img class=\"%s\" alt=\"", style);
    page_text(out, alt);
    fputs("\" src=\"data:image/png;base64,", out);
    base64(out, p->png, p->size);
    fputs("\">", out);
}
