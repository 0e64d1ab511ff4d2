/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* One section for each kind of model. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "chart.h"
#include "section.h"

enum {
    FEATURES = 32,    /* of the sparse model that are shown, the busiest */
    PARTS = 8,        /* features of one image that are shown, the strongest */
    TAKEN_APART = 3,  /* images that are shown as sums of features */
    PER_CLASS = 40,   /* images of each class in the table of codes */
    SAMPLES_SIDE = 8, /* new images along a side of the sheet */
    MAP_POINTS = 1500,
    MAP_GRID = 15, /* decoded images along a side of the plane */
    STEPS = 11     /* from one image to another */
};

/* Peak signal-to-noise ratio in dB of images in [0, 1]. */
static double psnr(const float *x, const float *clean, size_t count)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += (x[i] - clean[i]) * (x[i] - clean[i]);
    return -10.0 * log10(sum / (double)count);
}

static void row_with_psnr(report *r, const trained *t, const char *name, const char *detail, const float *x,
                          const float *clean, size_t count)
{
    double values[SHOWN];
    for (size_t i = 0; i < count; i++)
        values[i] = psnr(x + i * r->pixels, clean + i * r->pixels, r->pixels);
    section_row(r, t->style, name, detail);
    section_images(r, x, count, count, name);
    section_numbers(r, values, count, 1);
    fputs("</div>\n", r->out);
}

void section_denoising(report *r)
{
    const trained *t = &r->models[DENOISING];
    size_t chosen[SHOWN], count = section_one_of_each(r, chosen), all = r->rows * r->pixels;
    float *noisy = section_floats(r, all), *restored = section_floats(r, all);
    float *x = section_floats(r, 3 * count * r->pixels);
    const float *clean = r->images->pixels;
    if (r->status == AE_OK)
        r->status =
            ae_corrupt(t->corruption, 1, 0, clean, r->rows, r->pixels, 0, noisy, 0); /* not the training's seed */
    if (r->status == AE_OK) r->status = ae_reconstruct(t->model, noisy, r->rows, 0, restored, 0);
    if (r->status != AE_OK) goto cleanup;
    fprintf(
        r->out,
        "<h2>Noise taken away</h2>\n<p>A denoising autoencoder gets images with noise of standard deviation %g and has "
        "to give the clean ones. Over all test images the peak signal-to-noise ratio rises from <b>%.1f dB</b> to "
        "<b>%.1f dB</b>; below a picture is its own.</p>\n<figure class=\"rows paper\">\n",
        t->corruption->deviation, psnr(noisy, clean, all), psnr(restored, clean, all));
    for (size_t i = 0; i < count; i++) {
        const float *from[3] = {clean, noisy, restored};
        for (size_t k = 0; k < 3; k++)
            memcpy(x + (k * count + i) * r->pixels, from[k] + chosen[i] * r->pixels, r->pixels * sizeof *x);
    }
    section_row(r, "", "original", "test image");
    section_images(r, x, count, count, "Original images");
    fputs("</div>\n", r->out);
    row_with_psnr(r, t, "noisy", "what the model sees", x + count * r->pixels, x, count);
    row_with_psnr(r, t, "restored", "what it makes of it", x + 2 * count * r->pixels, x, count);
    fputs("</figure>\n", r->out);
cleanup:
    free(noisy);
    free(restored);
    free(x);
}

/* What each unit adds to the image, the decoder being linear: [dim, pixels]. */
static void feature_images(report *r, const trained *t, size_t dim, float *features)
{
    float *codes = section_floats(r, dim * dim), *nothing = section_floats(r, dim + r->pixels);
    if (r->status == AE_OK) {
        memset(codes, 0, dim * dim * sizeof *codes);
        memset(nothing, 0, dim * sizeof *nothing);
        for (size_t k = 0; k < dim; k++)
            codes[k * dim + k] = 1.0f;
        r->status = ae_decode(t->model, codes, dim, 0, features, 0);
    }
    if (r->status == AE_OK) r->status = ae_decode(t->model, nothing, 1, 0, nothing + dim, 0);
    for (size_t i = 0; r->status == AE_OK && i < dim * r->pixels; i++)
        features[i] -= nothing[dim + i % r->pixels];
    free(codes);
    free(nothing);
}

/* The unit with the largest value that is not taken yet; it is taken then. */
static size_t take_largest(const float *values, size_t dim, char *taken)
{
    size_t best = dim;
    for (size_t k = 0; k < dim; k++)
        if (!taken[k] && (best == dim || values[k] > values[best])) best = k;
    taken[best] = 1;
    return best;
}

/* Some test images as the sums they are of features. */
static void take_apart(report *r, const trained *t, size_t dim, const float *features, char *taken)
{
    size_t chosen[SHOWN], count = section_one_of_each(r, chosen);
    float *x = section_floats(r, (PARTS + 1) * r->pixels), *code = section_floats(r, dim);
    picture p;
    fputs("<figure class=\"rows paper\">\n", r->out);
    for (size_t n = 0; r->status == AE_OK && n < TAKEN_APART && n < count; n++) {
        double values[PARTS + 1] = {0};
        const float *image = r->images->pixels + chosen[count - 1 - 3 * n] * r->pixels;
        size_t shown = 1;
        memset(taken, 0, dim);
        r->status = ae_encode(t->model, image, 1, 0, code, 0);
        if (r->status == AE_OK) r->status = ae_reconstruct(t->model, image, 1, 0, x, 0);
        for (; r->status == AE_OK && shown <= PARTS; shown++) {
            size_t k = take_largest(code, dim, taken);
            if (code[k] <= 0.0f) break;
            values[shown] = code[k];
            memcpy(x + shown * r->pixels, features + k * r->pixels, r->pixels * sizeof *x);
        }
        if (r->status != AE_OK) break;
        memset(x + shown * r->pixels, 0, (PARTS + 1 - shown) * r->pixels * sizeof *x);
        section_row(r, t->style, "one image", "and the largest of its features");
        section_picture(r, picture_signed_sheet(&p, x, PARTS + 1, r->images->side, PARTS + 1), &p, "images",
                        "An image and its features");
        fputs("<div class=\"errors\"><span>sum</span>", r->out);
        for (size_t i = 1; i <= PARTS; i++)
            fprintf(r->out, i < shown ? "<span>%s%.1f</span>" : "<span></span>", i > 1 ? "+ " : "= ", values[i]);
        fputs("</div></div>\n", r->out);
    }
    fputs("<figcaption>The numbers are the code. To every image the decoder adds one more, always the same."
          "</figcaption></figure>\n",
          r->out);
    free(x);
    free(code);
}

/* Codes as a table: units that like the same class stand together, and so do images of one class. */
static void codes_by_class(report *r, const trained *t, size_t dim, const double *active)
{
    size_t columns = 0, lines = 0, of_class[DIGIT_CLASSES] = {0};
    float *codes = section_floats(r, r->rows * dim), *sums = section_floats(r, dim * DIGIT_CLASSES);
    float *table = section_floats(r, dim * DIGIT_CLASSES * PER_CLASS), largest = 0.0f;
    picture p;
    if (r->status == AE_OK) r->status = ae_encode(t->model, r->images->pixels, r->rows, 0, codes, 0);
    if (r->status != AE_OK) goto cleanup;
    memset(sums, 0, dim * DIGIT_CLASSES * sizeof *sums);
    for (size_t i = 0; i < r->rows; i++)
        for (size_t k = 0; k < dim; k++)
            sums[k * DIGIT_CLASSES + (size_t)r->images->labels[i] % DIGIT_CLASSES] += codes[i * dim + k];
    for (size_t i = 0; i < r->rows; i++)
        if (of_class[(size_t)r->images->labels[i] % DIGIT_CLASSES] < PER_CLASS) {
            of_class[(size_t)r->images->labels[i] % DIGIT_CLASSES]++;
            columns++;
        }
    for (size_t class = 0; class < DIGIT_CLASSES; class ++)
        for (size_t k = 0; k < dim; k++) {
            size_t favourite = 0, at = 0;
            for (size_t c = 1; c < DIGIT_CLASSES; c++)
                if (sums[k * DIGIT_CLASSES + c] > sums[k * DIGIT_CLASSES + favourite]) favourite = c;
            if (favourite != class || active[k] == 0.0) continue;
            for (size_t c = 0; c < DIGIT_CLASSES; c++)
                for (size_t i = 0, seen = 0; i < r->rows && seen < of_class[c]; i++)
                    if ((size_t)r->images->labels[i] % DIGIT_CLASSES == c) {
                        table[lines * columns + at++] = codes[i * dim + k];
                        largest = fmaxf(largest, codes[i * dim + k]);
                        seen++;
                    }
            lines++;
        }
    fprintf(r->out, "<figure class=\"heat\" style=\"--tall:%zupx\">", (lines < 150 ? 5 : 2) * lines);
    section_picture(r, picture_heat(&p, table, lines, columns, 0.4f * largest), &p, "codes", "Codes as colours");
    fputs("<div class=\"classes\">", r->out);
    for (size_t class = 0; class < DIGIT_CLASSES; class ++)
        if (of_class[class]) fprintf(r->out, "<span style=\"flex:%zu\">%zu</span>", of_class[class], class);
    fputs("</div><figcaption>Every column is the code of one test image, every line one unit; units that like the same "
          "class stand together. The model was never told the classes.</figcaption></figure>\n",
          r->out);
cleanup:
    free(codes);
    free(sums);
    free(table);
}

void section_sparse(report *r)
{
    const trained *t = &r->models[SPARSE];
    size_t dim = ae_model_latent_dim(t->model), shown = dim < FEATURES ? dim : FEATURES;
    float *features = section_floats(r, dim * r->pixels), *x = section_floats(r, shown * r->pixels);
    float *busy = section_floats(r, dim);
    double *active = calloc(dim, sizeof *active);
    char *taken = calloc(dim, 1);
    ae_code_report usage = {.struct_size = sizeof usage};
    picture p;
    if (r->status == AE_OK && (!active || !taken)) r->status = AE_ERROR_NO_MEMORY;
    if (r->status == AE_OK) feature_images(r, t, dim, features);
    if (r->status == AE_OK) r->status = ae_code_usage(t->model, r->images->test, NULL, active, &usage);
    if (r->status != AE_OK) goto cleanup;
    for (size_t k = 0; k < dim; k++)
        busy[k] = (float)active[k];
    for (size_t i = 0; i < shown; i++)
        memcpy(x + i * r->pixels, features + take_largest(busy, dim, taken) * r->pixels, r->pixels * sizeof *x);
    fprintf(
        r->out,
        "<h2>A sparse code</h2>\n<p>Here the code is wide, %zu numbers, but at most %.0f of them may differ from zero "
        "for one image. So each image is a sum of a few features; these are the %zu that are used most. Orange adds "
        "ink, blue takes it away. %llu units are never used on the test images.</p>\n<figure class=\"%s paper\">",
        dim, ceil((1.0 - usage.zero_fraction) * (double)dim - 1e-6), shown, (unsigned long long)usage.dead_units,
        t->style);
    section_picture(r, picture_signed_sheet(&p, x, shown, r->images->side, FEATURES / 2), &p, "images",
                    "Features of the sparse model");
    fputs("</figure>\n", r->out);
    take_apart(r, t, dim, features, taken);
    if (r->images->labels && r->status == AE_OK) codes_by_class(r, t, dim, active);
cleanup:
    free(features);
    free(x);
    free(busy);
    free(active);
    free(taken);
}

/* Mean squared distance of images [count, pixels] to the nearest image learned from. */
static double nearest(const report *r, const float *x, size_t count)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        float least = HUGE_VALF;
        for (size_t row = 0; row < ae_dataset_rows(r->images->train); row++) {
            const float *y = ae_dataset_row(r->images->train, row);
            float distance = 0.0f;
            for (size_t j = 0; j < r->pixels; j++)
                distance += (x[i * r->pixels + j] - y[j]) * (x[i * r->pixels + j] - y[j]);
            least = fminf(least, distance);
        }
        sum += least;
    }
    return sum / (double)count;
}

void section_samples(report *r)
{
    const trained *t = &r->models[VARIATIONAL];
    size_t count = SAMPLES_SIDE * SAMPLES_SIDE, real = r->rows < count ? r->rows : count;
    float *x = section_floats(r, count * r->pixels);
    ae_vae_evaluation e = {.struct_size = sizeof e};
    if (r->status == AE_OK) r->status = ae_vae_sample(t->model, 1, 0, count, 0, x, 0);
    if (r->status == AE_OK) r->status = ae_vae_evaluate(t->model, r->images->test, 10, 1, NULL, &e);
    if (r->status == AE_OK) {
        fprintf(
            r->out,
            "<h2>Images that nobody wrote</h2>\n<p>A variational autoencoder is trained so that the codes of all "
            "images "
            "together fill a normal distribution. Draw %zu numbers from it, decode them, and out comes a new image. "
            "Many look right; some lie between two classes and are no sign at all.</p>\n<div class=\"pair\">\n"
            "<figure class=\"paper\">",
            ae_model_latent_dim(t->model));
        section_images(r, x, count, SAMPLES_SIDE, "New images");
        fprintf(r->out,
                "<figcaption>New. Squared distance to the nearest image learned from, on average: %.2f.</figcaption>"
                "</figure>\n<figure class=\"paper\">",
                nearest(r, x, count));
        section_images(r, r->images->pixels, real, SAMPLES_SIDE, "Test images");
        fprintf(r->out,
                "<figcaption>For comparison: test images. The same distance: %.2f.</figcaption></figure>\n</div>\n"
                "<p class=\"note\">On the test images −ELBO, an upper bound of −log p(x), is %.1f nats: %.1f for the "
                "reconstruction and %.1f for KL(q(z|x) ‖ N(0, I)); %llu of the %zu units are active. %s</p>\n",
                nearest(r, r->images->pixels, real), e.negative_elbo, e.reconstruction, e.kl,
                (unsigned long long)e.active_units, ae_model_latent_dim(t->model),
                ae_model_loss(t->model) == AE_GAUSSIAN_LIKELIHOOD
                    ? "Densities may exceed 1, so these numbers may be negative."
                    : "The observation model is Bernoulli.");
    }
    free(x);
}

void section_plane(report *r)
{
    const trained *t = &r->models[PLANE];
    const chart_box unit_square = {0, 1, 0, 1};
    size_t points = r->rows < MAP_POINTS ? r->rows : MAP_POINTS, cells = MAP_GRID * MAP_GRID;
    float *codes = section_floats(r, 2 * points), *grid = section_floats(r, 2 * cells);
    float *x = section_floats(r, cells * r->pixels);
    if (r->status == AE_OK) r->status = ae_encode(t->model, r->images->pixels, points, 0, codes, 0);
    if (r->status == AE_OK) r->status = ae_code_grid(MAP_GRID, grid);
    if (r->status == AE_OK) r->status = ae_decode(t->model, grid, cells, 0, x, 0);
    for (size_t i = 0; r->status == AE_OK && i < 2 * points; i++)
        codes[i] = (float)(0.5 * erfc(-codes[i] / sqrt(2.0))); /* the normal distribution function */
    if (r->status == AE_OK) {
        fprintf(
            r->out,
            "<h2>The plane of all images</h2>\n<p>A variational model with only two numbers lays all images out on a "
            "plane. It was never told %s. Both pictures show the plane squeezed into a square by the normal "
            "distribution function, so that equal areas stand for equal shares of the prior.</p>\n<div class=\"pair "
            "%s\">\n<figure>",
            r->images->labels ? "which class an image has" : "what they show", t->style);
        chart_map(r->out, codes, r->images->labels, points, &unit_square);
        fprintf(r->out,
                "<figcaption>Where the encoder puts %zu test images%s.</figcaption></figure>\n"
                "<figure class=\"paper decoded\">",
                points, r->images->labels ? ", each written as its class" : "");
        section_images(r, x, cells, MAP_GRID, "A grid of decoded images");
        fputs("<figcaption>What the decoder draws at each place of the same square.</figcaption></figure>\n</div>\n",
              r->out);
    }
    free(codes);
    free(grid);
    free(x);
}

/* Three ways from one test image to another. */
static void ways(report *r, const float *a, const float *b)
{
    static const struct {
        const char *name, *detail;
        int32_t path;
    } rows[] = {{"pixels", "blended", AE_PATH_LINEAR},
                {"codes", "straight on", AE_PATH_LINEAR},
                {"codes", "along a great circle", AE_PATH_SPHERICAL}};
    const trained *t = &r->models[VARIATIONAL];
    size_t dim = ae_model_latent_dim(t->model);
    float *ends = section_floats(r, 2 * dim), *codes = section_floats(r, STEPS * dim);
    float *x = section_floats(r, STEPS * r->pixels);
    if (r->status == AE_OK) r->status = ae_encode(t->model, a, 1, 0, ends, 0);
    if (r->status == AE_OK) r->status = ae_encode(t->model, b, 1, 0, ends + dim, 0);
    fputs("<figure class=\"rows paper\">\n", r->out);
    for (size_t way = 0; r->status == AE_OK && way < 3; way++) {
        if (way == 0) {
            r->status = ae_code_path(a, b, r->pixels, rows[way].path, STEPS, x);
        } else {
            r->status = ae_code_path(ends, ends + dim, dim, rows[way].path, STEPS, codes);
            if (r->status == AE_OK) r->status = ae_decode(t->model, codes, STEPS, 0, x, 0);
        }
        if (r->status != AE_OK) break;
        section_row(r, way ? t->style : "", rows[way].name, rows[way].detail);
        section_images(r, x, STEPS, STEPS, "From one image to another");
        fputs("</div>\n", r->out);
    }
    fputs("</figure>\n", r->out);
    free(ends);
    free(codes);
    free(x);
}

void section_between(report *r)
{
    size_t chosen[SHOWN], count = section_one_of_each(r, chosen);
    if (r->status != AE_OK || count < 2) return;
    fputs("<h2>From one image to another</h2>\n<p>Halfway between two images, pixel by pixel, lies a double exposure. "
          "Halfway between their codes lies something that the decoder has learned to draw.</p>\n",
          r->out);
    const float *first = r->images->pixels + chosen[0] * r->pixels;
    const float *middle = r->images->pixels + chosen[count / 2 - 1] * r->pixels;
    const float *last = r->images->pixels + chosen[count - 1] * r->pixels;
    ways(r, first, last);
    ways(r, last, middle);
}
