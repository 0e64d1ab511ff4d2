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
#include "section.h"

/* The chosen test images above what each model makes of them, with the error under each. */
static void compare(report *r, const size_t chosen[], size_t count, const int order[], size_t models, int with_codes)
{
    size_t dim = ae_model_latent_dim(r->models[DEEP].model);
    float *x = section_floats(r, count * r->pixels), *x_hat = section_floats(r, count * r->pixels),
          *codes = section_floats(r, count * dim);
    double errors[SHOWN];
    if (r->status != AE_OK) goto cleanup;
    section_copy(r, chosen, count, x);
    fputs("<figure class=\"rows paper\">\n", r->out);
    section_row(r, "", "original", "test image");
    section_images(r, x, count, count, "Original images");
    fputs("</div>\n", r->out);
    if (with_codes) {
        char detail[64];
        double limit = 0.0;
        r->status = ae_encode(r->models[DEEP].model, x, count, 0, codes, 0);
        if (r->status != AE_OK) goto cleanup;
        for (size_t i = 0; i < count * dim; i++)
            limit = fmax(limit, fabs(codes[i]));
        snprintf(detail, sizeof detail, "%zu numbers", dim);
        section_row(r, r->models[DEEP].style, "its code", detail);
        chart_codes(r->out, codes, count, dim, limit);
        fputs("</div>\n", r->out);
    }
    for (size_t m = 0; m < models; m++) {
        const trained *t = &r->models[order[m]];
        r->status = ae_reconstruct(t->model, x, count, 0, x_hat, 0);
        if (r->status != AE_OK) goto cleanup;
        section_row(r, t->style, t->name, "reconstruction");
        section_images(r, x_hat, count, count, "Reconstructions");
        for (size_t i = 0; i < count; i++)
            errors[i] = r->errors[order[m]][chosen[i]];
        section_numbers(r, errors, count, r->pixels > 100 ? 1 : 2);
        fputs("</div>\n", r->out);
    }
    fputs("</figure>\n", r->out);
cleanup:
    free(x);
    free(x_hat);
    free(codes);
}

void section_reconstructions(report *r)
{
    static const int order[] = {DEEP, LINEAR, PCA};
    size_t chosen[SHOWN], count = section_one_of_each(r, chosen);
    fprintf(r->out,
            "<h2>Out of the code again</h2>\n<p>%s, the code that the deep model makes of it, and what each model "
            "draws from its own code. The number below a picture is its squared error, summed over the pixels.</p>\n",
            r->images->labels ? "The first test image of each class" : "The first test images");
    compare(r, chosen, count, order, sizeof order / sizeof *order, 1);
}

/* The test images with the largest error of the deep model, the worst first. */
void section_hardest(report *r)
{
    static const int order[] = {DEEP, PCA};
    const float *errors = r->errors[DEEP];
    size_t chosen[SHOWN], count = 0;
    for (size_t i = 0; i < r->rows; i++) {
        size_t at = count < SHOWN ? count++ : SHOWN - 1;
        if (at == SHOWN - 1 && i >= SHOWN && errors[i] <= errors[chosen[at]]) continue;
        for (; at > 0 && errors[i] > errors[chosen[at - 1]]; at--)
            chosen[at] = chosen[at - 1];
        chosen[at] = i;
    }
    size_t pca_wins = 0;
    for (size_t i = 0; i < count; i++)
        pca_wins += r->errors[PCA][chosen[i]] < errors[chosen[i]];
    fprintf(r->out,
            "<h2>The worst ones</h2>\n<p>The %zu test images on which the deep model errs most: it redraws an "
            "unusual image as one that it knows. PCA is nearer on %zu of them.</p>\n",
            count, pca_wins);
    compare(r, chosen, count, order, sizeof order / sizeof *order, 0);
}

void section_losses(report *r)
{
    chart_curve curves[DEEP - LINEAR + 1];
    for (size_t m = LINEAR; m <= DEEP; m++) {
        const trained *t = &r->models[m];
        curves[m - LINEAR] = (chart_curve){t->style, t->epochs, t->train, t->validation, t->best};
    }
    fputs(
        "<h2>How they learned</h2>\n<p>Squared error per image over the epochs, on a logarithmic scale: dotted on the "
        "images being learned, solid on the validation images. The ring is the epoch whose weights were kept; the "
        "other "
        "model stands behind in grey. PCA needs no epochs: it is solved exactly.</p>\n<div class=\"panels\">\n",
        r->out);
    for (size_t m = LINEAR; m <= DEEP; m++) {
        fprintf(r->out, "<figure class=\"%s\"><div class=\"name\">%s</div>", r->models[m].style, r->models[m].name);
        chart_losses(r->out, curves, DEEP - LINEAR + 1, m - LINEAR);
        fputs("</figure>\n", r->out);
    }
    fputs("</div>\n", r->out);
}

void section_table(report *r)
{
    fputs("<h2>In numbers</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th>model</th><th>squared error<br>per image"
          "</th><th>squared error<br>per pixel</th><th>code</th><th>parameters</th><th>epochs<br>(kept)</th>"
          "<th>seconds</th><th>layers</th></tr></thead>\n<tbody>\n",
          r->out);
    for (size_t m = 0; m < MODELS; m++) {
        const trained *t = &r->models[m];
        fprintf(r->out,
                "<tr class=\"%s\"><td class=\"name\">%s</td><td><b>%.3f</b></td><td>%.5f</td><td>%zu</td><td>%zu</td>",
                t->style, t->name, t->test.squared_error, t->test.squared_error / (double)r->pixels,
                ae_model_latent_dim(t->model), ae_model_parameter_count(t->model));
        if (t->epochs)
            fprintf(r->out, "<td>%zu (%zu)</td>", t->epochs, t->best);
        else
            fputs("<td>–</td>", r->out);
        fprintf(r->out, "<td>%.1f</td><td>%s</td></tr>\n", t->seconds, t->layers);
    }
    fputs(
        "</tbody></table></div>\n<p class=\"note\">Errors are means over the clean test images; of variational models "
        "with the mean of the code. Only PCA, linear and deep were trained for nothing but this number.</p>\n",
        r->out);
}

/* The claim of the page: one bar a model. */
static void errors_in_bars(report *r)
{
    double pca = r->models[PCA].test.squared_error, longest = 0.0;
    for (size_t m = PCA; m <= DEEP; m++)
        longest = fmax(longest, r->models[m].test.squared_error);
    fputs("<figure><div class=\"bars\">\n", r->out);
    for (size_t m = PCA; m <= DEEP; m++) {
        const trained *t = &r->models[m];
        double error = t->test.squared_error, change = 100.0 * (1.0 - error / pca);
        fprintf(r->out,
                "<div class=\"bar %s\"><div class=\"name\">%s<small>%s</small></div><div class=\"value\"><i "
                "style=\"width:%.1f%%\">"
                "</i><span><b>%.2f</b>",
                t->style, t->name, t->layers, 62.0 * error / longest, error);
        if (m != PCA && fabs(change) < 0.5)
            fputs(" <span>the same</span>", r->out);
        else if (m != PCA)
            fprintf(r->out, " <span>%.0f&nbsp;%% %s</span>", fabs(change), change < 0 ? "more" : "less");
        fputs("</span></div></div>\n", r->out);
    }
    fputs("</div><figcaption>Squared error per test image, summed over its pixels; shorter is better. Principal "
          "component "
          "analysis (PCA) is solved exactly: no linear model is better on the images learned from, and a linear "
          "autoencoder trained by gradients ends up there.</figcaption></figure>\n",
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

static void (*const sections[])(report *) = {
    section_reconstructions, section_denoising, section_sparse,  section_dictionary, section_samples, section_plane,
    section_between,         section_densities, section_hardest, section_losses,     section_table,
};

ae_status report_write(const char *path, const image_set *images, const trained models[MODELS], const char *footnote)
{
    char title[128];
    report r = {NULL, images, models, images_pixels(images), images_test_rows(images), {NULL}, AE_OK};
    snprintf(title, sizeof title, "%s through a bottleneck of %zu numbers",
             images->source ? "Images" : "Handwritten digits", ae_model_latent_dim(models[DEEP].model));
    for (size_t m = 0; m < MODELS; m++) {
        r.errors[m] = section_floats(&r, r.rows);
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
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        sections[i](&r);
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
