/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The section on dictionary learning: what images are sums of, found by solving rather than by an encoder. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "section.h"

enum {
    ATOMS_SIDE = 8, /* atoms along a side of the sheet */
    ATOMS = ATOMS_SIDE * ATOMS_SIDE,
    ROWS_MAX = 2000 /* images that atoms are learned from */
};

/* Learns a dictionary and shows its atoms. */
static void sheet(report *r, const ae_dataset *data, int32_t nonnegative, const char *name)
{
    ae_model *model = NULL;
    float *atoms = section_floats(r, ATOMS * r->pixels);
    ae_dictionary_options options;
    ae_dictionary_options_init(&options, sizeof options);
    options.lambda = 0.3 * (double)r->images->side / 8.0; /* longer images, higher price */
    options.nonnegative_code = nonnegative;
    options.nonnegative_atoms = nonnegative;
    options.iterations = 60;
    options.tolerance = 1e-3;
    ae_code_report codes = {.struct_size = sizeof codes};
    ae_evaluation error = {.struct_size = sizeof error};
    picture p;
    if (r->status == AE_OK) r->status = ae_dictionary_fit(&model, data, ATOMS, &options, NULL);
    if (r->status == AE_OK) r->status = ae_model_get_tensor(model, "encoder.0.weight", atoms, ATOMS * r->pixels);
    if (r->status == AE_OK) r->status = ae_code_usage(model, r->images->test, NULL, NULL, &codes);
    if (r->status == AE_OK) r->status = ae_evaluate(model, r->images->test, &error);
    if (r->status == AE_OK) {
        fputs("<figure class=\"paper\">", r->out);
        section_picture(r, picture_signed_sheet(&p, atoms, ATOMS, r->images->side, ATOMS_SIDE), &p, "images", name);
        fprintf(r->out, "<figcaption>%s. A test image needs %.1f of them; squared error %.2f.</figcaption></figure>\n",
                name, ATOMS * (1.0 - codes.zero_fraction), error.squared_error);
    }
    ae_model_free(model);
    free(atoms);
}

void section_dictionary(report *r)
{
    size_t rows = ae_dataset_rows(r->images->train);
    ae_dataset *data = NULL;
    if (r->status == AE_OK) r->status = ae_dataset_slice(&data, r->images->train, 0, rows < ROWS_MAX ? rows : ROWS_MAX);
    if (r->status != AE_OK) return;
    fprintf(r->out,
            "<h2>A dictionary of atoms</h2>\n<p>The same wish, a sum of few features, without an encoder: %d atoms are "
            "learned, and for each image the best few of them are solved for. If neither atoms nor codes may be "
            "negative, nothing can be taken away again, and atoms become parts.</p>\n<div class=\"pair sparse\">\n",
            (int)ATOMS);
    sheet(r, data, 0, "Atoms of either sign");
    sheet(r, data, 1, "Atoms that only add");
    fputs("</div>\n", r->out);
    ae_dataset_free(data);
}
