/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Learns 64 atoms of which each digit needs few: once of either sign, once with atoms and codes that are not negative. The
 * picture shows both sets, the most used atoms first. */
#include <autoencoder/autoencoder.h>

#include <stdio.h>
#include <stdlib.h>

#include "support/digits.h"
#include "support/picture.h"

enum { ATOMS = 64, COLUMNS = 16, ROWS = 2 * ATOMS / COLUMNS };

static ae_status learn(ae_model **out, const ae_dataset *data, int32_t nonnegative)
{
    /* [fit] */
    ae_dictionary_options options;
    ae_dictionary_options_init(&options, sizeof options);
    options.lambda = 0.1; /* the price of one unit of |h|_1; pixels are 0..1 */
    options.nonnegative_code = nonnegative;
    options.nonnegative_atoms = nonnegative;

    double objective;
    ae_status status = ae_dictionary_fit(out, data, ATOMS, &options, &objective);
    if (status == AE_OK) printf("objective %.4f, ", objective);
    /* [fit] */
    return status;
}

/* Prints what codes are like, and the share of digits that use each atom. */
static ae_status report(const ae_model *model, const ae_dataset *data, double *active)
{
    /* [usage] */
    ae_code_report codes = {.struct_size = sizeof codes};
    ae_evaluation evaluation = {.struct_size = sizeof evaluation};
    ae_status status = ae_code_usage(model, data, NULL, active, &codes);
    if (status == AE_OK) status = ae_evaluate(model, data, &evaluation);
    if (status == AE_OK)
        printf("%.1f of %d atoms a digit, squared error %.3f\n", ATOMS * (1 - codes.zero_fraction), (int)ATOMS,
               evaluation.squared_error);
    /* [usage] */
    return status;
}

typedef struct ranked {
    size_t atom;
    double active;
} ranked;

static int by_use(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    return (x->active < y->active) - (x->active > y->active);
}

/* The largest number of an atom is drawn black; zero is grey where numbers have signs, else white. */
static void draw_atom(const float *atom, int32_t nonnegative, float *tile)
{
    float most = 0;
    for (size_t i = 0; i < DIGIT_PIXELS; i++) {
        float size = atom[i] < 0 ? -atom[i] : atom[i];
        if (size > most) most = size;
    }
    for (size_t i = 0; i < DIGIT_PIXELS; i++)
        tile[i] = nonnegative ? atom[i] / most : 0.5f + 0.5f * atom[i] / most;
}

static ae_status draw(const ae_model *model, const double *active, int32_t nonnegative, float *tiles)
{
    float atoms[ATOMS * DIGIT_PIXELS];
    ranked order[ATOMS];
    for (size_t j = 0; j < ATOMS; j++)
        order[j] = (ranked){j, active[j]};
    qsort(order, ATOMS, sizeof *order, by_use);

    /* [atoms] */
    ae_status status = ae_model_get_tensor(model, "encoder.0.weight", atoms, ATOMS * DIGIT_PIXELS); /* row j: atom j */
    /* [atoms] */
    for (size_t j = 0; j < ATOMS && status == AE_OK; j++) {
        const size_t tile = j + (nonnegative ? ATOMS : 0);
        draw_atom(atoms + order[j].atom * DIGIT_PIXELS, nonnegative, tiles + tile * DIGIT_PIXELS);
    }
    return status;
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "atoms.png";
    static float tiles[ROWS * COLUMNS * DIGIT_PIXELS];
    static const char *const rows[ROWS] = {"of either sign", "", "", "", "not negative", "", "", ""};
    digits d;
    ae_dataset *data = NULL;
    ae_status status = digits_read(&d, NULL);
    if (status == AE_OK) status = ae_dataset_from_memory(&data, NULL, d.pixels, d.rows, DIGIT_PIXELS, 0);
    for (int32_t nonnegative = 0; status == AE_OK && nonnegative < 2; nonnegative++) {
        ae_model *model = NULL;
        double active[ATOMS];
        printf("%s: ", nonnegative ? "not negative  " : "of either sign");
        status = learn(&model, data, nonnegative);
        if (status == AE_OK) status = report(model, data, active);
        if (status == AE_OK) status = draw(model, active, nonnegative, tiles);
        ae_model_free(model);
    }
    if (status == AE_OK && picture_save_rows(path, tiles, rows, ROWS, DIGIT_SIDE, COLUMNS) != 0) status = AE_ERROR_IO;
    if (status == AE_OK) printf("the atoms: %s\n", path);
    ae_dataset_free(data);
    digits_free(&d);
    return finish(status);
}
