/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What photographs are made of: atoms of 8x8 patches, learned online, a mini-batch at a time, and by whole turns over
 * all patches. Arguments: a PNG file for the atoms, and a photograph to read (PNG; colours become grey). Without one
 * the patches are those of overlapping discs of all sizes, which have edges as photographs do. */
#include <autoencoder/autoencoder.h>

#include <stdio.h>
#include <stdlib.h>

#include "support/digits.h"
#include "support/photograph.h"
#include "support/picture.h"

enum { SIDE = 8, PIXELS = SIDE * SIDE, PATCHES = 5000, ATOMS = 100, COLUMNS = 20, ROWS = ATOMS / COLUMNS };

/* [learn] */
static ae_status learn(ae_model **out, const ae_dataset *patches, int32_t method, uint32_t passes, double *objective)
{
    ae_dictionary_options options;
    ae_dictionary_options_init(&options, sizeof options);
    options.lambda = 0.2;
    options.method = method;
    options.iterations = passes;
    options.batch_size = 256; /* of AE_DICTIONARY_ONLINE: the atoms move after so many patches */
    return ae_dictionary_fit(out, patches, ATOMS, &options, objective);
}
/* [learn] */

typedef struct ranked {
    size_t atom;
    double active;
} ranked;

static int by_use(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    return (x->active < y->active) - (x->active > y->active);
}

/* The atoms, those that most patches use first; grey is zero. */
static ae_status draw(const ae_model *model, const ae_dataset *patches, const char *path)
{
    static float atoms[ATOMS * PIXELS], tiles[ATOMS * PIXELS];
    double active[ATOMS];
    ranked order[ATOMS];
    ae_code_report usage = {.struct_size = sizeof usage};
    ae_status status = ae_code_usage(model, patches, NULL, active, &usage);
    if (status == AE_OK) status = ae_model_get_tensor(model, "encoder.0.weight", atoms, ATOMS * PIXELS);
    if (status != AE_OK) return status;
    printf("%.1f of %d atoms a patch\n", ATOMS * (1 - usage.zero_fraction), (int)ATOMS);
    for (size_t j = 0; j < ATOMS; j++)
        order[j] = (ranked){j, active[j]};
    qsort(order, ATOMS, sizeof *order, by_use);
    for (size_t j = 0; j < ATOMS; j++) {
        const float *atom = atoms + order[j].atom * PIXELS;
        float most = 1e-12f;
        for (size_t i = 0; i < PIXELS; i++)
            most = atom[i] > most ? atom[i] : -atom[i] > most ? -atom[i] : most;
        for (size_t i = 0; i < PIXELS; i++)
            tiles[j * PIXELS + i] = 0.5f - 0.5f * atom[i] / most; /* ink is dark, photographs are bright */
    }
    return picture_save_sheet(path, tiles, ATOMS, SIDE, COLUMNS) == 0 ? AE_OK : AE_ERROR_IO;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int32_t method;
        uint32_t passes;
    } ways[] = {{"online, 1 pass", AE_DICTIONARY_ONLINE, 1},
                {"online, 10 passes", AE_DICTIONARY_ONLINE, 10},
                {"batch, 10 turns", AE_DICTIONARY_BATCH, 10},
                {"batch, 100 turns", AE_DICTIONARY_BATCH, 100}};
    static float x[PATCHES * PIXELS];
    photograph photo;
    ae_dataset *patches = NULL;
    if (photograph_read(&photo, argc > 2 ? argv[2] : NULL) != 0) return 1;
    if (photo.width < SIDE || photo.height < SIDE) {
        fprintf(stderr, "%s: smaller than a patch\n", argv[2]);
        return 1;
    }
    photograph_patches(&photo, 1, SIDE, PATCHES, x); /* each without its own mean: brightness is no pattern */
    ae_status status = ae_dataset_from_memory(&patches, NULL, x, PATCHES, PIXELS, 0);
    for (size_t n = 0; status == AE_OK && n < sizeof ways / sizeof ways[0]; n++) {
        ae_model *model = NULL;
        double objective = 0;
        status = learn(&model, patches, ways[n].method, ways[n].passes, &objective);
        if (status == AE_OK) printf("%-18s objective %.5f, ", ways[n].name, objective);
        if (status == AE_OK) status = draw(model, patches, argc > 1 ? argv[1] : NULL); /* the last one's stay */
        ae_model_free(model);
    }
    ae_dataset_free(patches);
    photograph_free(&photo);
    return finish(status);
}
