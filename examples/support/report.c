/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "report.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chart.h"
#include "page.h"

enum {
    SHOWN = 10,     /* images in a row */
    PER_CLASS = 40, /* images of each class in the table of codes */
    MAP_POINTS = 1500,
    MAP_GRID = 15 /* decoded images along a side of the map */
};

/* Everything a section needs. */
typedef struct report {
    FILE *out;
    const image_set *images;
    const trained *models;
    size_t pixels, rows;   /* of the test set */
    float *errors[MODELS]; /* squared error of each test image */
    ae_status status;      /* the first failure; later sections do nothing then */
} report;

/* Memory for `count` floats; after a failure NULL, and the report's status says so. */
static float *floats(report *r, size_t count)
{
    float *p = r->status == AE_OK ? malloc(count * sizeof *p) : NULL;
    if (!p && r->status == AE_OK) r->status = AE_ERROR_NO_MEMORY;
    return p;
}

static void put_picture(report *r, int made, picture *p, const char *style, const char *alt)
{
    if (made == 0)
        page_picture(r->out, p, style, alt);
    else if (r->status == AE_OK)
        r->status = AE_ERROR_NO_MEMORY;
    if (made == 0) picture_free(p);
}

static void put_images(report *r, const float *images, size_t count, size_t columns, const char *alt)
{
    picture p;
    put_picture(r, picture_sheet(&p, images, count, r->images->side, columns), &p, "images", alt);
}

/* Starts a row of the comparison; what follows stands to the right of the name. */
static void row_begin(report *r, const char *style, const char *name, const char *detail)
{
    fprintf(r->out, "<div class=\"row %s\"><div class=\"name\">%s<small>%s</small></div>\n", style, name, detail);
}

/* The chosen test images above what each model makes of them, with the error under each. */
static void compare(report *r, const size_t chosen[], size_t count, const int order[], size_t models, int with_codes)
{
    size_t dim = ae_model_latent_dim(r->models[DEEP].model);
    float *x = floats(r, count * r->pixels), *x_hat = floats(r, count * r->pixels), *codes = floats(r, count * dim);
    if (r->status != AE_OK) goto cleanup;
    for (size_t i = 0; i < count; i++)
        memcpy(x + i * r->pixels, r->images->pixels + chosen[i] * r->pixels, r->pixels * sizeof *x);

    fputs("<figure class=\"rows paper\">\n", r->out);
    row_begin(r, "", "original", "test image");
    put_images(r, x, count, count, "Original images");
    fputs("</div>\n", r->out);
    if (with_codes) {
        char detail[64];
        double limit = 0.0;
        r->status = ae_encode(r->models[DEEP].model, x, count, 0, codes, 0);
        if (r->status != AE_OK) goto cleanup;
        for (size_t i = 0; i < count * dim; i++)
            limit = fmax(limit, fabs(codes[i]));
        snprintf(detail, sizeof detail, "%zu numbers", dim);
        row_begin(r, r->models[DEEP].style, "its code", detail);
        chart_codes(r->out, codes, count, dim, limit);
        fputs("</div>\n", r->out);
    }
    for (size_t m = 0; m < models; m++) {
        const trained *t = &r->models[order[m]];
        r->status = ae_reconstruct(t->model, x, count, 0, x_hat, 0);
        if (r->status != AE_OK) goto cleanup;
        row_begin(r, t->style, t->name, "reconstruction");
        put_images(r, x_hat, count, count, "Reconstructions");
        fputs("<div class=\"errors\">", r->out);
        for (size_t i = 0; i < count; i++)
            fprintf(r->out, "<span>%.*f</span>", r->pixels > 100 ? 1 : 2, r->errors[order[m]][chosen[i]]);
        fputs("</div></div>\n", r->out);
    }
    fputs("</figure>\n", r->out);
cleanup:
    free(x);
    free(x_hat);
    free(codes);
}

/* The first test image of each class, or just the first ones. */
static void reconstructions(report *r)
{
    static const int order[] = {DEEP, HIDDEN, LINEAR};
    size_t chosen[SHOWN], count = 0;
    for (size_t wanted = 0; wanted < SHOWN; wanted++) {
        size_t i = 0;
        while (r->images->labels && i < r->rows && r->images->labels[i] != (float)wanted)
            i++;
        if (!r->images->labels) i = wanted;
        if (i < r->rows) chosen[count++] = i;
    }
    fprintf(r->out,
            "<h2>Out of the code again</h2>\n<p>%s, the code that the deep model makes of it, and what each model "
            "draws from its own code. The number below a picture is its squared error, summed over the pixels.</p>\n",
            r->images->labels ? "The first test image of each class" : "The first test images");
    compare(r, chosen, count, order, sizeof order / sizeof *order, 1);
}

/* The test images with the largest error of the deep model, the worst first. */
static void hardest(report *r)
{
    static const int order[] = {DEEP, LINEAR};
    const float *errors = r->errors[DEEP];
    size_t chosen[SHOWN], count = 0;
    for (size_t i = 0; i < r->rows; i++) {
        size_t at = count < SHOWN ? count++ : SHOWN - 1;
        if (at == SHOWN - 1 && i >= SHOWN && errors[i] <= errors[chosen[at]]) continue;
        for (; at > 0 && errors[i] > errors[chosen[at - 1]]; at--)
            chosen[at] = chosen[at - 1];
        chosen[at] = i;
    }
    size_t linear_wins = 0;
    for (size_t i = 0; i < count; i++)
        linear_wins += r->errors[LINEAR][chosen[i]] < errors[chosen[i]];
    fprintf(r->out,
            "<h2>The worst ones</h2>\n<p>The %zu test images on which the deep model errs most: it redraws an "
            "unusual image as one that it knows. The linear model is nearer on %zu of them.</p>\n",
            count, linear_wins);
    compare(r, chosen, count, order, sizeof order / sizeof *order, 0);
}

/* Makes the decoded images pale where no test image has its code within one and a half cells of the grid. */
static void fade_the_unknown(float *images, const float *grid, size_t cells, const float *codes, size_t points,
                             size_t pixels, double cell)
{
    for (size_t i = 0; i < cells; i++) {
        int near = 0;
        for (size_t p = 0; p < points && !near; p++)
            near = hypot(codes[2 * p] - grid[2 * i], codes[2 * p + 1] - grid[2 * i + 1]) < 1.5 * cell;
        for (size_t j = 0; j < pixels && !near; j++)
            images[i * pixels + j] *= 0.2f;
    }
}

static void map(report *r)
{
    const trained *t = &r->models[MAP];
    size_t points = r->rows < MAP_POINTS ? r->rows : MAP_POINTS, cells = MAP_GRID * MAP_GRID;
    float *codes = floats(r, 2 * points), *grid = floats(r, 2 * cells), *x_hat = floats(r, cells * r->pixels);
    chart_box box;
    if (r->status == AE_OK) r->status = ae_encode(t->model, r->images->pixels, points, 0, codes, 0);
    if (r->status == AE_OK && chart_box_around(&box, codes, points) != 0) r->status = AE_ERROR_NO_MEMORY;
    for (size_t i = 0; r->status == AE_OK && i < cells; i++) {
        grid[2 * i] = (float)(box.x0 + (box.x1 - box.x0) * ((double)(i % MAP_GRID) + 0.5) / MAP_GRID);
        grid[2 * i + 1] = (float)(box.y1 - (box.y1 - box.y0) * ((double)(i / MAP_GRID) + 0.5) / MAP_GRID);
    }
    if (r->status == AE_OK) r->status = ae_decode(t->model, grid, cells, 0, x_hat, 0);
    if (r->status == AE_OK) {
        fprintf(r->out,
                "<h2>A map of the images</h2>\n<p>A deep model with a code of only two numbers, each between −1 "
                "and 1, has to lay all images out on a square. It was never told %s.</p>\n<div class=\"pair "
                "map\">\n<figure>",
                r->images->labels ? "which class an image has" : "what they show");
        chart_map(r->out, codes, r->images->labels, points, &box);
        fprintf(r->out,
                "<figcaption>Where the encoder puts %zu test images%s.</figcaption></figure>\n"
                "<figure class=\"paper decoded\">",
                points, r->images->labels ? ", each written as its class" : "");
        fade_the_unknown(x_hat, grid, cells, codes, points, r->pixels, (box.x1 - box.x0) / MAP_GRID);
        put_images(r, x_hat, cells, MAP_GRID, "A grid of decoded images");
        fputs("<figcaption>What the decoder draws at each place of the same square, pale where no test image is near."
              "</figcaption></figure>\n</div>\n",
              r->out);
    }
    free(codes);
    free(grid);
    free(x_hat);
}

/* Each of the code's numbers over the test set, its mean taken away and divided by its standard deviation. */
static void standardise(float *codes, size_t rows, size_t dim)
{
    for (size_t k = 0; k < dim; k++) {
        double sum = 0.0, squares = 0.0;
        for (size_t i = 0; i < rows; i++)
            sum += codes[i * dim + k];
        double mean = sum / (double)rows;
        for (size_t i = 0; i < rows; i++)
            squares += (codes[i * dim + k] - mean) * (codes[i * dim + k] - mean);
        double deviation = sqrt(squares / (double)rows);
        for (size_t i = 0; i < rows; i++)
            codes[i * dim + k] = deviation > 0 ? (float)((codes[i * dim + k] - mean) / deviation) : 0.0f;
    }
}

/* The codes of up to PER_CLASS images of each class, class by class: a column an image, a line one of its numbers. */
static void codes_by_class(report *r)
{
    size_t dim = ae_model_latent_dim(r->models[DEEP].model), columns = 0, of_class[DIGIT_CLASSES] = {0};
    float *codes = floats(r, r->rows * dim), *table = floats(r, dim * DIGIT_CLASSES * PER_CLASS);
    picture p;
    if (r->status == AE_OK) r->status = ae_encode(r->models[DEEP].model, r->images->pixels, r->rows, 0, codes, 0);
    if (r->status != AE_OK || !r->images->labels) goto cleanup;
    standardise(codes, r->rows, dim);

    size_t *order = malloc(DIGIT_CLASSES * PER_CLASS * sizeof *order);
    if (!order) {
        r->status = AE_ERROR_NO_MEMORY;
        goto cleanup;
    }
    for (size_t class = 0; class < DIGIT_CLASSES; class ++)
        for (size_t i = 0; i < r->rows && of_class[class] < PER_CLASS; i++)
            if (r->images->labels[i] == (float)class) {
                order[columns++] = i;
                of_class[class]++;
            }
    for (size_t i = 0; i < columns; i++)
        for (size_t k = 0; k < dim; k++)
            table[k * columns + i] = codes[order[i] * dim + k];
    free(order);

    fprintf(r->out,
            "<h2>The codes, class by class</h2>\n<p>Every column is one test image, every line one of the deep "
            "model's %zu numbers: images of one class get codes that look alike.</p>\n<figure class=\"heat\" "
            "style=\"--tall:%zupx\"><ol>",
            dim, dim <= 16 ? 26 * dim : 10 * dim);
    for (size_t k = 1; k <= dim; k++)
        fprintf(r->out, dim <= 16 ? "<li>%zu</li>" : "<li></li>", k);
    fputs("</ol>", r->out);
    put_picture(r, picture_heat(&p, table, dim, columns, 2.5f), &p, "codes", "Codes as colours");
    fputs("<div class=\"classes\">", r->out);
    for (size_t class = 0; class < DIGIT_CLASSES; class ++)
        if (of_class[class]) fprintf(r->out, "<span style=\"flex:%zu\">%zu</span>", of_class[class], class);
    fputs(
        "</div></figure>\n<p class=\"note\">Orange is above the number's mean over the test set, blue below; the full "
        "colour is 2.5 standard deviations away.</p>\n",
        r->out);
cleanup:
    free(codes);
    free(table);
}

static void losses(report *r)
{
    chart_curve curves[MODELS];
    for (size_t m = 0; m < MODELS; m++) {
        const trained *t = &r->models[m];
        curves[m] = (chart_curve){t->style, t->epochs, t->train, t->validation, t->best};
    }
    fputs(
        "<h2>How they learned</h2>\n<p>Squared error per image over the epochs, on a logarithmic scale: dotted on the "
        "images being learned, solid on the validation images. The ring is the epoch whose weights were kept; the "
        "other "
        "models stand behind in grey.</p>\n<div class=\"panels\">\n",
        r->out);
    for (size_t m = 0; m < MODELS; m++) {
        fprintf(r->out, "<figure class=\"%s\"><div class=\"name\">%s</div>", r->models[m].style, r->models[m].name);
        chart_losses(r->out, curves, MODELS, m);
        fputs("</figure>\n", r->out);
    }
    fputs("</div>\n", r->out);
}

static void numbers(report *r)
{
    fputs("<h2>In numbers</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th>model</th><th>squared error<br>per image"
          "</th><th>squared error<br>per pixel</th><th>cross-entropy<br>per image</th><th>code</th><th>parameters</th>"
          "<th>epochs<br>(kept)</th><th>seconds</th><th>layers</th></tr></thead>\n<tbody>\n",
          r->out);
    for (size_t m = 0; m < MODELS; m++) {
        const trained *t = &r->models[m];
        fprintf(r->out, "<tr class=\"%s\"><td class=\"name\">%s</td><td><b>%.3f</b></td><td>%.5f</td>", t->style,
                t->name, t->test.squared_error, t->test.squared_error / (double)r->pixels);
        if (isnan(t->test.binary_cross_entropy))
            fputs("<td>–</td>", r->out);
        else
            fprintf(r->out, "<td>%.2f</td>", t->test.binary_cross_entropy);
        fprintf(r->out, "<td>%zu</td><td>%zu</td><td>%zu (%zu)</td><td>%.1f</td><td>%s</td></tr>\n",
                ae_model_latent_dim(t->model), ae_model_parameter_count(t->model), t->epochs, t->best, t->seconds,
                t->layers);
    }
    fputs(
        "</tbody></table></div>\n<p class=\"note\">Errors are means over the test images. The cross-entropy, in nats, "
        "exists only for a model whose output is a sigmoid.</p>\n",
        r->out);
}

/* The claim of the page: one bar a model. */
static void errors_in_bars(report *r)
{
    double linear = r->models[LINEAR].test.squared_error, longest = 0.0;
    for (size_t m = LINEAR; m <= DEEP; m++)
        longest = fmax(longest, r->models[m].test.squared_error);
    fputs("<figure><div class=\"bars\">\n", r->out);
    for (size_t m = LINEAR; m <= DEEP; m++) {
        const trained *t = &r->models[m];
        double error = t->test.squared_error, change = 100.0 * (1.0 - error / linear);
        fprintf(r->out,
                "<div class=\"bar %s\"><div class=\"name\">%s<small>%s</small></div><div class=\"value\"><i "
                "style=\"width:%.1f%%\">"
                "</i><span><b>%.2f</b>",
                t->style, t->name, t->layers, 62.0 * error / longest, error);
        if (m != LINEAR) fprintf(r->out, " <span>%.0f&nbsp;%% %s</span>", fabs(change), change < 0 ? "more" : "less");
        fputs("</span></div></div>\n", r->out);
    }
    fputs("</div><figcaption>Squared error per test image, summed over its pixels; shorter is better. The best that "
          "a linear model can do is principal component analysis (PCA).</figcaption></figure>\n",
          r->out);
}

static void header(report *r, const char *title)
{
    fprintf(r->out,
            "<p class=\"eyebrow\">libautoencoder %s</p>\n<h1>%s</h1>\n<p class=\"lead\">An encoder turns each "
            "image of %zu&thinsp;×&thinsp;%zu pixels into %zu numbers, its code; a decoder has to draw the image again "
            "from "
            "these alone. All that is shown here are %zu test images, which no model has seen in training.</p>\n",
            ae_version(), title, r->images->side, r->images->side, ae_model_latent_dim(r->models[DEEP].model), r->rows);
}

static void footer(report *r, const char *footnote)
{
    fprintf(r->out, "<footer><p>%zu images to learn from, %zu to choose the epoch with, %zu to test",
            ae_dataset_rows(r->images->train), ae_dataset_rows(r->images->validation), r->rows);
    if (r->images->left_out)
        fprintf(r->out, "; the other %zu training images were left out to save time", r->images->left_out);
    fputs(". ", r->out);
    if (r->images->source) {
        fputs("Read from <code>", r->out);
        page_text(r->out, r->images->source);
        fputs("</code>.", r->out);
    } else {
        fputs("Data: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning "
              "Repository, 1998.",
              r->out);
    }
    fputs("</p>\n<p>", r->out);
    page_text(r->out, footnote);
    fputs("</p></footer>\n", r->out);
}

ae_status report_write(const char *path, const image_set *images, const trained models[MODELS], const char *footnote)
{
    char title[128];
    report r = {NULL, images, models, images_pixels(images), images_test_rows(images), {NULL}, AE_OK};
    snprintf(title, sizeof title, "%s through a bottleneck of %zu numbers",
             images->source ? "Images" : "Handwritten digits", ae_model_latent_dim(models[DEEP].model));
    for (size_t m = 0; m < MODELS; m++) {
        r.errors[m] = floats(&r, r.rows);
        if (r.status == AE_OK)
            r.status =
                ae_reconstruction_error(models[m].model, images->pixels, r.rows, 0, AE_SQUARED_ERROR, r.errors[m]);
    }
    if (r.status != AE_OK) goto cleanup;

    r.out = fopen(path, "w");
    if (!r.out || page_begin(r.out, title) != 0) {
        fprintf(stderr, "%s: %s\n", r.out ? "the style sheet" : path, strerror(errno));
        r.status = AE_ERROR_IO;
        goto cleanup;
    }
    header(&r, title);
    errors_in_bars(&r);
    reconstructions(&r);
    map(&r);
    codes_by_class(&r);
    hardest(&r);
    losses(&r);
    numbers(&r);
    footer(&r, footnote);
    page_end(r.out);
cleanup:
    if (r.out && (ferror(r.out) | fclose(r.out)) && r.status == AE_OK) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        r.status = AE_ERROR_IO;
    }
    for (size_t m = 0; m < MODELS; m++)
        free(r.errors[m]);
    return r.status;
}
