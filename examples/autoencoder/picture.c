/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "support/picture.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "cli.h"
#include "data.h"
#include "generate.h"
#include "output.h"
#include "sheet.h"

enum { ACROSS_MAX = 20 };

/* What a picture is made from. */
typedef struct request {
    const char *model_path, *data_path;
    ae_model *model;
    data data;
    size_t count; /* of images; 0: the default */
    size_t image_width;
    size_t rows, columns; /* of an image */
    uint64_t seed;
    way way;
    ae_runtime *runtime;
} request;

static int drawn(sheet s, sheet *out)
{
    *out = s;
    return s.rgb ? EXIT_DONE : fail("no memory for a picture of %zu x %zu", s.width, s.height);
}

static size_t square_side(size_t count)
{
    size_t side = (size_t)sqrt((double)count);
    while (side * side < count)
        side++;
    return side;
}

/* Images of rows of the model's output: --width, or squares. */
static int find_image_size(request *r, size_t numbers)
{
    r->columns = r->image_width ? r->image_width : square_side(numbers);
    r->rows = numbers / r->columns;
    if (r->rows * r->columns == numbers) return EXIT_DONE;
    if (r->image_width) return fail("rows of %zu numbers are no images of width %zu", numbers, r->image_width);
    return fail("rows of %zu numbers are no square images; say how wide they are (--width)", numbers);
}

/* Lines of originals above lines of what the model makes of them. */
static int draw_reconstructions(request *r, sheet *out)
{
    const size_t in = ae_model_input_dim(r->model), width = ae_model_output_dim(r->model),
                 available = ae_dataset_rows(r->data.rows);
    if (in != width) return fail("%s: its output is not as wide as its input", r->model_path);
    if (r->way.from >= available) return fail("there is no row %zu, the data has %zu", r->way.from, available);
    size_t count = r->count ? r->count : 10;
    if (count > available - r->way.from) count = available - r->way.from;
    const size_t across = count < ACROSS_MAX ? count : ACROSS_MAX, lines = (count + across - 1) / across;
    float *x = malloc(2 * count * width * sizeof *x), *images = calloc(2 * lines * across * width, sizeof *images);
    int result = x && images ? find_image_size(r, width) : fail("no memory for %zu images", count);
    if (result == EXIT_DONE) {
        data_copy(r->data.rows, r->way.from, count, x);
        ae_status status = ae_reconstruct(r->model, x, count, 0, x + count * width, 0);
        if (status != AE_OK) result = fail_status(status, NULL);
    }
    if (result == EXIT_DONE) {
        shades s = shades_find(x, 2 * count * width);
        for (size_t i = 0; i < 2 * lines * across * width; i++)
            images[i] = (float)s.low;
        for (size_t i = 0; i < count; i++) {
            float *place = images + (i / across * 2 * across + i % across) * width;
            memcpy(place, x + i * width, width * sizeof *x);
            memcpy(place + across * width, x + (count + i) * width, width * sizeof *x);
        }
        result = drawn(sheet_images(images, 2 * lines * across, r->rows, r->columns, across, s), out);
    }
    free(x);
    free(images);
    return result;
}

/* Draws images that fill [count, output_dim]; frees them. */
static int draw_outputs(request *r, float *x, size_t count, size_t across, sheet *out)
{
    int result = find_image_size(r, ae_model_output_dim(r->model));
    if (result == EXIT_DONE)
        result = drawn(
            sheet_images(x, count, r->rows, r->columns, across, shades_find(x, count * ae_model_output_dim(r->model))),
            out);
    free(x);
    return result;
}

static int draw_samples(request *r, sheet *out)
{
    const size_t count = r->count ? r->count : 100, width = ae_model_output_dim(r->model);
    if (ae_model_code(r->model) != AE_CODE_GAUSSIAN)
        return fail("%s: only a variational model can be sampled", r->model_path);
    float *x = count <= SIZE_MAX / sizeof *x / width ? malloc(count * width * sizeof *x) : NULL;
    if (!x) return fail("no memory for %zu images", count);
    ae_status status = ae_vae_sample(r->model, r->seed, 0, count, 0, x, 0);
    if (status == AE_OK) return draw_outputs(r, x, count, square_side(count), out);
    free(x);
    return fail_status(status, r->model_path);
}

/* The codes of all rows: [rows, latent_dim]. */
static int encode_all(const request *r, float **codes)
{
    const size_t rows = ae_dataset_rows(r->data.rows), width = ae_dataset_columns(r->data.rows);
    float *x = malloc(rows * width * sizeof *x);
    *codes = malloc(rows * ae_model_latent_dim(r->model) * sizeof **codes);
    ae_status status = AE_ERROR_NO_MEMORY;
    if (x && *codes) {
        data_copy(r->data.rows, 0, rows, x);
        status = ae_encode(r->model, x, rows, 0, *codes, 0);
    }
    free(x);
    return status == AE_OK ? EXIT_DONE : fail_status(status, NULL);
}

/* An even grid over the range of the data's codes, the first number to the right, the second up. */
static int grid_over_data(const request *r, size_t side, float *grid)
{
    float *codes;
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
    int result = encode_all(r, &codes);
    for (size_t i = 0; result == EXIT_DONE && i < 2 * ae_dataset_rows(r->data.rows); i++) {
        low[i % 2] = fmin(low[i % 2], (double)codes[i]);
        high[i % 2] = fmax(high[i % 2], (double)codes[i]);
    }
    free(codes);
    for (size_t i = 0; i < side * side; i++) {
        grid[2 * i] = (float)(low[0] + (high[0] - low[0]) * ((double)(i % side) + 0.5) / (double)side);
        grid[2 * i + 1] = (float)(high[1] - (high[1] - low[1]) * ((double)(i / side) + 0.5) / (double)side);
    }
    return result;
}

static int draw_plane(request *r, sheet *out)
{
    const size_t side = r->count ? r->count : 15;
    if (ae_model_latent_dim(r->model) != 2)
        return fail("%s: a plane needs a code of 2 numbers, this has %zu", r->model_path,
                    ae_model_latent_dim(r->model));
    if (side > 1000) return fail("a plane of %zu images each way is too large", side);
    float *codes = malloc(2 * side * side * sizeof *codes);
    float *x = malloc(side * side * ae_model_output_dim(r->model) * sizeof *x);
    int result = codes && x ? EXIT_DONE : fail("no memory for %zu images", side * side);
    ae_status status = AE_OK;
    if (result == EXIT_DONE && r->data_path)
        result = grid_over_data(r, side, codes);
    else if (result == EXIT_DONE)
        status = ae_code_grid(side, codes);
    if (result == EXIT_DONE && status == AE_OK) status = ae_decode(r->model, codes, side * side, 0, x, 0);
    if (status != AE_OK) result = fail_status(status, NULL);
    free(codes);
    if (result == EXIT_DONE) return draw_outputs(r, x, side * side, side, out);
    free(x);
    return result;
}

/* The first two numbers of each code as a point. */
static int draw_codes(request *r, sheet *out)
{
    const size_t dim = ae_model_latent_dim(r->model), rows = ae_dataset_rows(r->data.rows);
    float *codes;
    if (dim < 2) return fail("%s: a map needs a code of 2 numbers or more", r->model_path);
    int result = encode_all(r, &codes);
    if (result == EXIT_DONE) {
        for (size_t i = 0; i < rows; i++) {
            codes[2 * i] = codes[i * dim];
            codes[2 * i + 1] = codes[i * dim + 1];
        }
        result = drawn(sheet_points(codes, r->data.labels, rows), out);
    }
    free(codes);
    return result;
}

/* What each unit of the first layer looks for. */
static int draw_weights(request *r, sheet *out)
{
    static const char name[] = "encoder.0.weight";
    size_t units, width;
    ae_status status = ae_model_tensor_shape(r->model, name, &units, &width);
    if (status != AE_OK) return fail_status(status, r->model_path);
    float *weights = malloc(units * width * sizeof *weights);
    if (!weights) return fail("no memory for %zu images", units);
    status = ae_model_get_tensor(r->model, name, weights, units * width);
    int result = status == AE_OK ? find_image_size(r, width) : fail_status(status, r->model_path);
    const size_t count = r->count && r->count < units ? r->count : units;
    if (result == EXIT_DONE)
        result =
            drawn(sheet_images(weights, count, r->rows, r->columns, square_side(count), (shades){.is_signed = 1}), out);
    free(weights);
    return result;
}

static int draw_interpolation(request *r, sheet *out)
{
    float *x;
    int result = interpolate(r->model, &r->data, &r->way, &x);
    if (result != EXIT_DONE) return result;
    return draw_outputs(r, x, r->way.steps, r->way.steps < ACROSS_MAX ? r->way.steps : ACROSS_MAX, out);
}

enum needs { NEEDS_NOTHING, MAY_HAVE_DATA, NEEDS_DATA };

static const struct {
    const char *name;
    int (*draw)(request *r, sheet *out);
    enum needs needs;
} kinds[] = {
    {"reconstructions", draw_reconstructions, NEEDS_DATA},
    {"samples", draw_samples, NEEDS_NOTHING},
    {"plane", draw_plane, MAY_HAVE_DATA},
    {"codes", draw_codes, NEEDS_DATA},
    {"weights", draw_weights, NEEDS_NOTHING},
    {"interpolation", draw_interpolation, NEEDS_DATA},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

static int save(const sheet *s, const char *path)
{
    picture png;
    new_file file = {0};
    if (picture_colours(&png, s->rgb, s->width, s->height) != 0) return fail("%s: no memory", path);
    int result = new_file_open(&file, path);
    if (result == EXIT_DONE) {
        fwrite(png.png, 1, png.size, file.file);
        result = new_file_finish(&file);
    }
    new_file_drop(&file);
    picture_free(&png);
    return result;
}

static const char about[] = "Draws a PNG file. KIND is one of\n"
                            "  reconstructions  rows of DATA above what the model makes of them\n"
                            "  samples          new rows from a variational model\n"
                            "  plane            decoded codes of 2 numbers: even shares of a normal\n"
                            "                   distribution, or the range of DATA's codes\n"
                            "  codes            a point for each row of DATA: the first two numbers of its\n"
                            "                   code, coloured by --label\n"
                            "  weights          what each unit of the first layer looks for; the atoms of a\n"
                            "                   dictionary\n"
                            "  interpolation    the way from row --from to row --to of DATA";

int command_picture(int argc, char **argv)
{
    request r = {.way = {.steps = 10, .path = -1}};
    data_options from = {0};
    const char *out_path = NULL;
    size_t threads = 0, kind = 0;
    int quiet = 0;
    option_row rows[] = {
        OPTION_OUT(out_path, "the PNG file; required"),
        {.letter = 'n',
         .kind = OPTION_COUNT,
         .value = &r.count,
         .takes = "N",
         .least = 1,
         .help = "images; of a plane: each way"},
        {.name = "width",
         .kind = OPTION_COUNT,
         .value = &r.image_width,
         .takes = "N",
         .least = 1,
         .help = "of an image in pixels; default: images are square"},
        {.name = "seed", .kind = OPTION_SEED, .value = &r.seed, .takes = "S", .help = "of samples; default 0"},
        {.name = "from",
         .kind = OPTION_COUNT,
         .value = &r.way.from,
         .takes = "ROW",
         .help = "first row, counted from 0; default 0"},
        {.name = "to",
         .kind = OPTION_COUNT,
         .value = &r.way.to,
         .takes = "ROW",
         .help = "last row of an interpolation"},
        {.name = "steps",
         .kind = OPTION_COUNT,
         .value = &r.way.steps,
         .takes = "N",
         .least = 2,
         .most = 1e4,
         .help = "images of an interpolation; default 10"},
        {.name = "path",
         .kind = OPTION_CHOICE,
         .value = &r.way.path,
         .help = "of an interpolation; default as 'interpolate'",
         .choices = path_names},
        OPTION_LABEL(from.label, "a column of whole numbers that colour a map, by name or number from 0"),
        OPTION_RAW(from.raw),
        OPTION_THREADS(threads),
        OPTION_QUIET(quiet),
    };
    arguments a = {.command = argv[0],
                   .operands = "KIND MODEL [DATA]",
                   .required = "-o FILE ",
                   .about = about,
                   .options = rows,
                   .option_count = sizeof rows / sizeof *rows,
                   .operand_least = 2,
                   .operand_most = 3};
    sheet s = {0};
    int result = arguments_parse(&a, argc, argv);
    if (result != ARGUMENTS_GO_ON) return result;
    while (kind < KINDS && strcmp(kinds[kind].name, a.given[0]) != 0)
        kind++;
    if (kind == KINDS) return arguments_wrong(a.command, "there is no kind '%s'", a.given[0]);
    if (!out_path || !*out_path || strcmp(out_path, "-") == 0)
        return arguments_wrong(a.command, "it needs -o FILE for the picture");
    if (kinds[kind].needs == NEEDS_DATA && !a.given[2]) return arguments_wrong(a.command, "%s needs DATA", a.given[0]);
    if (kinds[kind].needs == NEEDS_NOTHING && a.given[2])
        return arguments_wrong(a.command, "%s takes no DATA, such as '%s'", a.given[0], a.given[2]);
    if (kinds[kind].draw == draw_interpolation && !(argument_given(&a, "from") && argument_given(&a, "to")))
        return arguments_wrong(a.command, "interpolation needs --from ROW and --to ROW");

    r.model_path = a.given[1];
    r.data_path = a.given[2];
    from.wants_labels = kinds[kind].draw == draw_codes;
    result = create_runtime(&r.runtime, threads);
    from.runtime = r.runtime;
    if (result == EXIT_DONE) result = load_model(&r.model, r.model_path, r.runtime);
    if (result == EXIT_DONE && r.data_path) {
        result = data_read(&r.data, r.data_path, &from);
        if (result == EXIT_DONE) result = data_fits(&r.data, r.model, r.data_path);
    }
    if (result == EXIT_DONE) result = kinds[kind].draw(&r, &s);
    if (result == EXIT_DONE) result = save(&s, out_path);
    if (result == EXIT_DONE && !quiet) printf("%s: %zu x %zu pixels\n", out_path, s.width, s.height);
    sheet_free(&s);
    data_free(&r.data);
    ae_model_free(r.model);
    ae_runtime_free(r.runtime);
    return result;
}
