/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "mnist.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "picture.h"
#include "subspace.h"

enum { SIDE = 28, PIXELS = SIDE * SIDE, SHOWN = 10, WIDEST = 128 };

ae_status mnist_read(ae_dataset **out, const char *folder, const char *part)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s-images-idx3-ubyte.gz", folder, part);
    if (ae_dataset_read_idx(out, path, NULL) == AE_OK) return AE_OK;
    snprintf(path, sizeof path, "%s/%s-images-idx3-ubyte", folder, part);
    return ae_dataset_read_idx(out, path, NULL);
}

/* Rows of the picture: clean, noisy, restored. */
static const char *const names[] = {"test images", "noisy", "restored"};

ae_status mnist_restore(const ae_model *model, const ae_dataset *test, const ae_corruption *noise, const char *path)
{
    static const size_t shown[SHOWN] = {3, 2, 1, 30, 4, 15, 11, 0, 61, 7}; /* of MNIST: one of each class, 0 to 9 */
    static float sheet[3 * SHOWN * PIXELS];
    double before = 0, after = 0;
    float noisy[PIXELS], restored[PIXELS];
    const size_t rows = ae_dataset_rows(test);
    for (size_t r = 0; r < rows; r++) {
        const float *clean = ae_dataset_row(test, r);
        ae_status status = ae_corrupt(noise, 1, r, clean, 1, PIXELS, 0, noisy, 0);
        if (status == AE_OK) status = ae_reconstruct(model, noisy, 1, 0, restored, 0);
        if (status != AE_OK) return status;
        for (size_t i = 0; i < PIXELS; i++) {
            before += pow((double)noisy[i] - (double)clean[i], 2);
            after += pow((double)restored[i] - (double)clean[i], 2);
        }
        for (size_t n = 0; n < SHOWN; n++) {
            if (shown[n] != r) continue;
            memcpy(sheet + n * PIXELS, clean, sizeof noisy);
            memcpy(sheet + (SHOWN + n) * PIXELS, noisy, sizeof noisy);
            memcpy(sheet + (2 * SHOWN + n) * PIXELS, restored, sizeof restored);
        }
    }
    const double pixels = (double)PIXELS * (double)rows;
    printf("PSNR: noisy %.2f dB, restored %.2f dB\n", -10 * log10(before / pixels), -10 * log10(after / pixels));
    return picture_save_rows(path, sheet, names, 3, SIDE, SHOWN) == 0 ? AE_OK : AE_ERROR_IO;
}

ae_status mnist_pca(ae_runtime *runtime, const ae_dataset *train, const ae_dataset *test)
{
    static const size_t widths[] = {2, 10, 30, 64, WIDEST};
    ae_status status = AE_OK;
    for (size_t n = 0; status == AE_OK && n < sizeof widths / sizeof widths[0]; n++) {
        /* [solvers] */
        ae_model *model = NULL, *estimate = NULL;
        double exact[WIDEST], randomised[WIDEST], total;
        ae_pca_options options;
        ae_pca_options_init(&options, sizeof options);
        options.runtime = runtime;
        options.solver = AE_PCA_EXACT;
        status = ae_pca_fit(&model, train, widths[n], &options, exact, &total);
        options.solver = AE_PCA_RANDOMIZED; /* 8 passes over the data: options.iterations */
        if (status == AE_OK) status = ae_pca_fit(&estimate, train, widths[n], &options, randomised, NULL);
        /* [solvers] */
        ae_evaluation known = {.struct_size = sizeof known}, new = known;
        if (status == AE_OK) status = ae_evaluate(model, train, &known);
        if (status == AE_OK) status = ae_evaluate(model, test, &new);
        double kept = 0, worst = 0;
        for (size_t k = 0; status == AE_OK && k < widths[n]; k++) {
            kept += exact[k];
            worst = fmax(worst, fabs(randomised[k] / exact[k] - 1));
        }
        if (status == AE_OK)
            printf("%3zu components: %.1f %% of the variance; squared error %.4f, on the test set %.4f; "
                   "variances of the randomised solver within %.1e\n",
                   widths[n], 100 * kept / total, known.squared_error, new.squared_error, worst);
        ae_model_free(model);
        ae_model_free(estimate);
    }
    return status;
}

/* What each unit of a linear decoder adds to the image: [k, PIXELS]. */
static ae_status directions(const ae_model *model, size_t k, float *out)
{
    /* a row for each unit, the last one all 0 */
    static float codes[(WIDEST + 1) * WIDEST], x_hat[(WIDEST + 1) * PIXELS];
    memset(codes, 0, sizeof codes);
    for (size_t i = 0; i < k; i++)
        codes[i * k + i] = 1.0f;
    ae_status status = ae_decode(model, codes, k + 1, 0, x_hat, 0);
    for (size_t i = 0; status == AE_OK && i < k * PIXELS; i++)
        out[i] = x_hat[i] - x_hat[k * PIXELS + i % PIXELS];
    return status;
}

ae_status mnist_compare_with_pca(const ae_model *model, const ae_dataset *train)
{
    static float of_model[WIDEST * PIXELS], of_pca[WIDEST * PIXELS];
    const size_t k = ae_model_latent_dim(model);
    ae_model *pca = NULL;
    ae_status status = ae_pca_fit(&pca, train, k, NULL, NULL, NULL);
    if (status == AE_OK) status = directions(model, k, of_model);
    if (status == AE_OK) status = directions(pca, k, of_pca);
    if (status == AE_OK)
        printf("largest angle to the principal components: %.4f rad\n", largest_angle(of_model, of_pca, k, PIXELS));
    ae_model_free(pca);
    return status;
}
