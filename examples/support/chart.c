/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "chart.h"

#include <math.h>
#include <string.h>

enum { WIDTH = 460, HEIGHT = 260, LEFT = 44, RIGHT = 10, TOP = 10, BOTTOM = 38 };

typedef struct axes {
    double epochs;    /* at the right edge */
    double low, high; /* losses at the lower and upper edge */
} axes;

static double at_x(const axes *a, double epoch)
{
    return LEFT + (WIDTH - LEFT - RIGHT) * (a->epochs > 1 ? (epoch - 1) / (a->epochs - 1) : 0.5);
}

static double at_y(const axes *a, double loss)
{
    return TOP + (HEIGHT - TOP - BOTTOM) * (log(a->high) - log(loss)) / (log(a->high) - log(a->low));
}

static void line(FILE *out, const axes *a, const char *style, const double *losses, size_t epochs)
{
    fprintf(out, "<polyline class=\"%s\" points=\"", style);
    for (size_t i = 0; i < epochs; i++)
        fprintf(out, "%.1f,%.1f ", at_x(a, (double)(i + 1)), at_y(a, fmax(losses[i], a->low)));
    fputs("\"/>", out);
}

/* 1, 2, 5, 10, 20, 50, ... : the next one above `tick`. */
static double next_tick(double tick)
{
    double power = pow(10.0, floor(log10(tick) + 1e-9));
    double digit = tick / power;
    return power * (digit < 1.5 ? 2.0 : digit < 3.5 ? 5.0 : 10.0);
}

void chart_losses(FILE *out, const chart_curve *curves, size_t count, size_t chosen)
{
    const chart_curve *c = &curves[chosen];
    axes a = {(double)c->epochs, HUGE_VAL, 0.0};
    for (size_t n = 0; n < count; n++) {
        a.epochs = fmax(a.epochs, (double)curves[n].epochs);
        for (size_t i = 0; i < curves[n].epochs; i++) {
            a.low = fmin(a.low, fmin(curves[n].train[i], curves[n].validation[i]));
            a.high = fmax(a.high, fmax(curves[n].train[i], curves[n].validation[i]));
        }
    }
    a.low = fmax(a.low, a.high * 1e-6) / 1.1; /* a loss of 0 has no logarithm */
    a.high *= 1.1;

    fprintf(out, "<svg class=\"chart %s\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Loss over epochs\">",
            c->style, WIDTH, HEIGHT);
    double first = pow(10.0, floor(log10(a.low)));
    while (first < a.low)
        first = next_tick(first);
    for (double tick = first; tick <= a.high; tick = next_tick(tick))
        fprintf(out,
                "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/><text class=\"tick\" x=\"%d\" "
                "y=\"%.1f\" text-anchor=\"end\">%g</text>",
                LEFT, WIDTH - RIGHT, at_y(&a, tick), at_y(&a, tick), LEFT - 7, at_y(&a, tick) + 4, tick);
    double step = next_tick(fmax(a.epochs / 10.0, 0.6));
    for (double epoch = step; epoch <= a.epochs; epoch += step)
        fprintf(out, "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%g</text>", at_x(&a, epoch),
                HEIGHT - BOTTOM + 18, epoch + step > a.epochs ? "end" : "middle", epoch);
    fprintf(out, "<text class=\"tick\" x=\"%d\" y=\"%d\" text-anchor=\"end\">epoch</text>", WIDTH - RIGHT, HEIGHT - 2);

    for (size_t n = 0; n < count; n++)
        if (n != chosen) line(out, &a, "other", curves[n].validation, curves[n].epochs);
    line(out, &a, "train", c->train, c->epochs);
    line(out, &a, "validation", c->validation, c->epochs);
    if (c->best)
        fprintf(out, "<circle class=\"best\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\"/>", at_x(&a, (double)c->best),
                at_y(&a, fmax(c->validation[c->best - 1], a.low)));
    fputs("</svg>\n", out);
}

void chart_map(FILE *out, const float *points, const float *labels, size_t count, const chart_box *box)
{
    const double side = 460.0;
    fprintf(out,
            "<svg class=\"plane\" viewBox=\"0 0 %g %g\" role=\"img\" aria-label=\"Codes of the test images in the "
            "plane\">",
            side, side);
    for (size_t i = 0; i < count; i++) {
        double x = side * (points[2 * i] - box->x0) / (box->x1 - box->x0);
        double y = side * (box->y1 - points[2 * i + 1]) / (box->y1 - box->y0);
        if (x < 0 || x > side || y < 0 || y > side) continue;
        if (labels)
            fprintf(out, "<text class=\"c%d\" x=\"%.1f\" y=\"%.1f\">%d</text>", (int)labels[i] % 10, x, y + 4,
                    (int)labels[i] % 10);
        else
            fprintf(out, "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"2\"/>", x, y);
    }
    fputs("</svg>\n", out);
}

void chart_codes(FILE *out, const float *codes, size_t count, size_t dim, double limit)
{
    const double pitch = 100.0, half = 34.0;
    double bar = (pitch - 14.0) / (double)dim;
    fprintf(out, "<svg class=\"codes\" viewBox=\"0 0 %g %g\" role=\"img\" aria-label=\"Codes as bars\">",
            pitch * (double)count - 8.0, 2 * half);
    for (size_t n = 0; n < count; n++) {
        double left = pitch * (double)n;
        fprintf(out, "<line class=\"grid\" x1=\"%g\" x2=\"%g\" y1=\"%g\" y2=\"%g\"/>", left, left + pitch - 8.0, half,
                half);
        for (size_t i = 0; i < dim; i++) {
            double length = fmax(half * fmin(fabs(codes[n * dim + i]) / limit, 1.0), 0.6);
            int up = codes[n * dim + i] > 0;
            fprintf(out, "<rect class=\"%s\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"/>",
                    up ? "up" : "down", left + 3.0 + bar * ((double)i + 0.1), up ? half - length : half, bar * 0.8,
                    length);
        }
    }
    fputs("</svg>\n", out);
}
