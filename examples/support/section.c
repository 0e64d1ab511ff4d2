/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "section.h"

#include <stdlib.h>
#include <string.h>

#include "page.h"

float *section_floats(report *r, size_t count)
{
    float *p = r->status == AE_OK ? malloc(count * sizeof *p) : NULL;
    if (!p && r->status == AE_OK) r->status = AE_ERROR_NO_MEMORY;
    return p;
}

void section_picture(report *r, int made, picture *p, const char *style, const char *alt)
{
    if (made == 0)
        page_picture(r->out, p, style, alt);
    else if (r->status == AE_OK)
        r->status = AE_ERROR_NO_MEMORY;
    if (made == 0) picture_free(p);
}

void section_images(report *r, const float *images, size_t count, size_t columns, const char *alt)
{
    picture p;
    section_picture(r, picture_sheet(&p, images, count, r->images->side, columns), &p, "images", alt);
}

void section_row(report *r, const char *style, const char *name, const char *detail)
{
    fprintf(r->out, "<div class=\"row %s\"><div class=\"name\">%s<small>%s</small></div>\n", style, name, detail);
}

void section_numbers(report *r, const double *values, size_t count, int decimals)
{
    fputs("<div class=\"errors\">", r->out);
    for (size_t i = 0; i < count; i++)
        fprintf(r->out, "<span>%.*f</span>", decimals, values[i]);
    fputs("</div>", r->out);
}

size_t section_one_of_each(const report *r, size_t chosen[SHOWN])
{
    size_t count = 0;
    for (size_t wanted = 0; wanted < SHOWN; wanted++) {
        size_t i = 0;
        while (r->images->labels && i < r->rows && r->images->labels[i] != (float)wanted)
            i++;
        if (!r->images->labels) i = wanted;
        if (i < r->rows) chosen[count++] = i;
    }
    return count;
}

void section_copy(const report *r, const size_t chosen[], size_t count, float *x)
{
    for (size_t i = 0; i < count; i++)
        memcpy(x + i * r->pixels, r->images->pixels + chosen[i] * r->pixels, r->pixels * sizeof *x);
}
