/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "solve.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "data.h"
#include "json.h"
#include "names.h"

#define ONLINE_FROM ((size_t)1 << 26) /* codes, rows * atoms, from which dictionaries are learned in mini-batches */

/* Rows as the model of a scaling will see them. */
typedef struct scaled_rows {
    float *offset, *scale, *x;
    ae_dataset *rows; /* over x */
} scaled_rows;

/* The solvers take data as it is. So the scaling is fitted by a model made for that, and put into the solved one. */
static ae_status scale_rows(scaled_rows *out, const plan *p, const ae_dataset *rows)
{
    const size_t count = ae_dataset_rows(rows), width = ae_dataset_columns(rows);
    ae_model *fitted = NULL;
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.runtime = p->model.runtime;
    options.input_dim = width;
    options.latent_dim = 1;
    ae_status status = ae_model_create(&fitted, &options);
    if (status == AE_OK) status = ae_model_fit_scaling(fitted, rows, p->training.scaling);
    out->offset = malloc(width * sizeof *out->offset);
    out->scale = malloc(width * sizeof *out->scale);
    out->x = malloc(count * width * sizeof *out->x);
    if (status == AE_OK && (!out->offset || !out->scale || !out->x)) status = AE_ERROR_NO_MEMORY;
    if (status == AE_OK) status = ae_model_get_scaling(fitted, out->offset, out->scale, width);
    if (status == AE_OK) {
        data_copy(rows, 0, count, out->x);
        for (size_t i = 0; i < count * width; i++)
            out->x[i] = (out->x[i] - out->offset[i % width]) / out->scale[i % width];
        status = ae_dataset_from_memory(&out->rows, p->model.runtime, out->x, count, width, 0);
    }
    ae_model_free(fitted);
    return status;
}

static void scaled_rows_free(scaled_rows *s)
{
    ae_dataset_free(s->rows);
    free(s->offset);
    free(s->scale);
    free(s->x);
}

static ae_status solve_pca(ae_model **out, solution *found, const plan *p, const ae_dataset *rows)
{
    const size_t k = p->model.latent_dim;
    double total = 0;
    ae_pca_options options;
    ae_pca_options_init(&options, sizeof options);
    options.runtime = p->model.runtime;
    options.seed = p->training.seed;
    if (k <= ae_dataset_columns(rows)) found->shares = malloc(k * sizeof *found->shares);
    ae_status status = ae_pca_fit(out, rows, k, &options, found->shares, &total);
    if (status != AE_OK) return status;
    found->components = k;
    for (size_t i = 0; found->shares && i < k; i++)
        found->shares[i] = total > 0 ? found->shares[i] / total : 0;
    return status;
}

static ae_status solve_dictionary(ae_model **out, solution *found, const plan *p, const train_settings *s,
                                  const ae_dataset *rows)
{
    ae_dictionary_options options;
    ae_dictionary_options_init(&options, sizeof options);
    options.runtime = p->model.runtime;
    options.seed = s->seed;
    if (s->l1 >= 0) options.lambda = s->l1;
    if (ae_dataset_rows(rows) > ONLINE_FROM / p->model.latent_dim) options.method = AE_DICTIONARY_ONLINE;
    if (options.method == AE_DICTIONARY_ONLINE) options.iterations = 10;
    if (s->epochs) options.iterations = s->epochs < UINT32_MAX ? (uint32_t)s->epochs : UINT32_MAX;
    found->has_objective = 1;
    return ae_dictionary_fit(out, rows, p->model.latent_dim, &options, &found->objective);
}

int solve(ae_model **out, solution *found, const plan *p, const train_settings *s, const ae_dataset *rows)
{
    scaled_rows scaled = {0};
    ae_status status = AE_OK;
    if (p->training.scaling != AE_SCALING_NONE) {
        status = scale_rows(&scaled, p, rows);
        rows = scaled.rows;
    }
    if (status == AE_OK && s->kind == MODEL_PCA) status = solve_pca(out, found, p, rows);
    if (status == AE_OK && s->kind == MODEL_DICTIONARY) status = solve_dictionary(out, found, p, s, rows);
    if (status == AE_OK && scaled.rows)
        status = ae_model_set_scaling(*out, scaled.offset, scaled.scale, ae_dataset_columns(rows));
    scaled_rows_free(&scaled);
    return status == AE_OK ? EXIT_DONE : fail_status(status, NULL);
}

void solution_print(const solution *s)
{
    double sum = 0;
    for (size_t i = 0; s->shares && i < s->components; i++)
        sum += s->shares[i];
    if (s->shares) printf("%zu components explain %.4g %% of the variance\n", s->components, 100 * sum);
    if (s->has_objective) printf("objective %.6g\n", s->objective);
}

void solution_json(const solution *s)
{
    if (s->has_objective) json_real("objective", s->objective);
    if (!s->shares) return;
    json_open("explained_variance", '[');
    for (size_t i = 0; i < s->components; i++)
        json_real(NULL, s->shares[i]);
    json_close(']');
}

void solution_free(solution *s)
{
    free(s->shares);
    s->shares = NULL;
}
