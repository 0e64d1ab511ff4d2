/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "solve.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "json.h"
#include "names.h"

#define ONLINE_FROM ((size_t)1 << 26) /* codes, rows * atoms, from which dictionaries are learned in mini-batches */

static ae_status solve_pca(ae_model **out, solution *found, const plan *p, const ae_dataset *rows)
{
    const size_t k = p->model.latent_dim;
    double total = 0;
    ae_pca_options options;
    ae_pca_options_init(&options, sizeof options);
    options.runtime = p->model.runtime;
    options.seed = p->training.seed;
    options.scaling = p->training.scaling;
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
    options.scaling = p->training.scaling;
    if (s->l1 >= 0) options.lambda = s->l1;
    if (ae_dataset_rows(rows) > ONLINE_FROM / p->model.latent_dim) options.method = AE_DICTIONARY_ONLINE;
    if (options.method == AE_DICTIONARY_ONLINE) options.iterations = 10;
    if (s->epochs) options.iterations = s->epochs < UINT32_MAX ? (uint32_t)s->epochs : UINT32_MAX;
    found->has_objective = 1;
    return ae_dictionary_fit(out, rows, p->model.latent_dim, &options, &found->objective);
}

int solve(ae_model **out, solution *found, const plan *p, const train_settings *s, const ae_dataset *rows)
{
    ae_status status = s->kind == MODEL_PCA ? solve_pca(out, found, p, rows) : solve_dictionary(out, found, p, s, rows);
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
