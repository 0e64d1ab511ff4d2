/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <autoencoder/dictionary.h>

#include <math.h>
#include "api/check.h"
#include "base/options.h"
#include "model/model.h"
#include "solvers/dictionary.h"

static const ae_dictionary_options defaults = {
    .struct_size = sizeof defaults, .lambda = 0.1, .method = AE_DICTIONARY_BATCH, .iterations = 300, .batch_size = 256,
    .tolerance = 1e-4, .min_improvement = 1e-5,
};

void ae_dictionary_options_init(ae_dictionary_options *options, size_t struct_size)
{
    aei_options_init(options, struct_size, &defaults, sizeof defaults);
}

/* Each atom has a direction, also once its negative numbers are gone where they will be. */
static ae_status check_atoms(const float *atoms, size_t k, size_t d, int nonnegative)
{
    ae_status status = aei_rows_check(atoms, k, d, d, 0, "initial atoms");
    for (size_t j = 0; j < k && status == AE_OK; j++) {
        size_t i = 0;
        while (i < d && !(atoms[j * d + i] > 0 || (!nonnegative && atoms[j * d + i] < 0)))
            i++;
        if (i == d)
            status = aei_fail(AE_ERROR_DATA, "initial atom %zu has no number %s 0", j, nonnegative ? "above" : "but");
    }
    return status;
}

static ae_status check(const ae_dataset *dataset, size_t atoms, const ae_dictionary_options *o)
{
    const size_t most = aei_dictionary_limit(dataset->columns);
    ae_status status;
    if (atoms == 0 || atoms > most)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "atoms is %zu, must be 1..%zu for %zu columns", atoms, most,
                        dataset->columns);
    if (!(o->lambda > 0 && isfinite(o->lambda)))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "lambda must be above 0 and finite");
    if (o->method < AE_DICTIONARY_BATCH || o->method > AE_DICTIONARY_ONLINE)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "there is no method %d of dictionary learning", (int)o->method);
    if ((o->nonnegative_code | o->nonnegative_atoms) & ~1)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "nonnegative_code and nonnegative_atoms must be 0 or 1");
    if (o->batch_size == 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "batch_size is 0, must be at least 1");
    if (!(o->tolerance > 0 && o->tolerance < 1))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "tolerance must be in (0, 1)");
    if (!(o->min_improvement >= 0 && isfinite(o->min_improvement)))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "min_improvement must be at least 0 and finite");
    if (o->scaling < AE_SCALING_NONE || o->scaling > AE_SCALING_ROBUST)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "there is no scaling %d to fit", (int)o->scaling);
    if (o->reserved != 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the reserved field of ae_dictionary_options is %d, must be 0",
                        (int)o->reserved);
    status = aei_dataset_check(dataset, 0, "data");
    if (status == AE_OK && o->initial_atoms)
        status = check_atoms(o->initial_atoms, atoms, dataset->columns, o->nonnegative_atoms);
    return status;
}

/* One dense layer of atoms without bias, and the same back. */
static ae_status create_model(ae_model **out, const ae_dictionary_options *o, size_t atoms, size_t d)
{
    const aei_design design = {.input_dim = d, .loss = AE_SQUARED_ERROR, .code = AE_CODE_LASSO, .lasso = o->lambda,
                               .nonnegative = o->nonnegative_code != 0, .noise_deviation = 1};
    ae_layer_list *encoder = NULL, *decoder = NULL;
    ae_dense_options dense;
    ae_dense_options_init(&dense, sizeof dense);
    dense.bias = 0;
    ae_status status = ae_layer_list_create(&encoder, o->runtime);
    if (status == AE_OK)
        status = ae_layer_list_create(&decoder, o->runtime);
    if (status == AE_OK)
        status = ae_layer_list_add_dense(encoder, atoms, AE_IDENTITY, &dense);
    dense.tied = 1;
    if (status == AE_OK)
        status = ae_layer_list_add_dense(decoder, d, AE_IDENTITY, &dense);
    if (status == AE_OK)
        status = aei_model_new(out, o->runtime, encoder, decoder, &design);
    ae_layer_list_free(encoder);
    ae_layer_list_free(decoder);
    return status;
}

ae_status ae_dictionary_fit(ae_model **out, const ae_dataset *dataset, size_t atoms,
                            const ae_dictionary_options *options, double *objective)
{
    ae_dictionary_options own = defaults;
    ae_model *model = NULL;
    ae_dataset *scaled = NULL;
    aei_scaling scaling = {0};
    ae_status status;
    AEI_REQUIRE(out);
    *out = NULL;
    AEI_REQUIRE(dataset);
    status = aei_options_import(&own, sizeof own, options, "ae_dictionary_options");
    if (status == AE_OK)
        status = check(dataset, atoms, &own);
    if (status == AE_OK)
        status = aei_scaling_fit_copy(&scaling, &scaled, own.runtime, dataset, own.scaling);
    if (status == AE_OK)
        status = create_model(&model, &own, atoms, dataset->columns);
    if (status == AE_OK) {
        const aei_param *weight = &model->set.params[model->encoder.layers[0].weight];
        status = aei_dictionary_find(model->set.values + weight->first, atoms, scaled ? scaled : dataset, &own,
                                     objective);
    }
    if (status == AE_OK) {
        aei_model_changed(model);
        aei_model_take_scaling(model, &scaling);
        *out = model;
        model = NULL;
    }
    aei_model_delete(model);
    aei_scaling_clear(&scaling, own.runtime);
    ae_dataset_free(scaled);
    return status;
}

double ae_model_lasso(const ae_model *model)
{
    return model && model->design.code == AE_CODE_LASSO ? model->design.lasso : 0;
}
