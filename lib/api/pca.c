/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <autoencoder/pca.h>

#include <math.h>
#include "api/check.h"
#include "base/alloc.h"
#include "base/options.h"
#include "model/model.h"
#include "solvers/pca.h"

static const ae_pca_options defaults = {
    .struct_size = sizeof defaults, .solver = AE_PCA_AUTO, .center = 1, .iterations = 8, .oversample = 10,
};

void ae_pca_options_init(ae_pca_options *options, size_t struct_size)
{
    aei_options_init(options, struct_size, &defaults, sizeof defaults);
}

static ae_status check(const ae_dataset *dataset, size_t k, const ae_pca_options *options)
{
    const size_t n = dataset->rows, d = dataset->columns;
    if (k == 0 || k > n || k > d)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "k is %zu, must be 1..%zu for %zu rows of %zu columns", k,
                        n < d ? n : d, n, d);
    if (options->solver < AE_PCA_AUTO || options->solver > AE_PCA_RANDOMIZED)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "there is no PCA solver %d", (int)options->solver);
    if ((options->center | options->whiten) & ~1)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "center and whiten must be 0 or 1");
    if (options->iterations == 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "iterations is 0, must be at least 1");
    if (options->scaling < AE_SCALING_NONE || options->scaling > AE_SCALING_ROBUST)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "there is no scaling %d to fit", (int)options->scaling);
    if (options->reserved != 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the reserved field of ae_pca_options is %d, must be 0",
                        (int)options->reserved);
    return aei_dataset_check(dataset, 0, "data");
}

/* One dense layer k x d as encoder, one d x k as decoder; the decoder shares the weight unless whitening scales it. */
static ae_status create_model(ae_model **out, const ae_pca_options *options, size_t k, size_t d)
{
    ae_layer_list *encoder = NULL, *decoder = NULL;
    ae_dense_options dense;
    ae_model_options model;
    ae_dense_options_init(&dense, sizeof dense);
    ae_model_options_init(&model, sizeof model);
    model.runtime = options->runtime;
    model.input_dim = d;
    ae_status status = ae_layer_list_create(&encoder, options->runtime);
    if (status == AE_OK)
        status = ae_layer_list_create(&decoder, options->runtime);
    if (status == AE_OK)
        status = ae_layer_list_add_dense(encoder, k, AE_IDENTITY, &dense);
    dense.tied = !options->whiten;
    if (status == AE_OK)
        status = ae_layer_list_add_dense(decoder, d, AE_IDENTITY, &dense);
    if (status == AE_OK)
        status = ae_model_create_from_layers(out, encoder, decoder, &model);
    ae_layer_list_free(encoder);
    ae_layer_list_free(decoder);
    return status;
}

static aei_real *values_of(ae_model *model, size_t index)
{
    return model->set.values + model->set.params[index].first;
}

/* W scaled for the code, b = -W mean, the way back in the decoder: in floats, which may not hold them. */
static ae_status fill_model(ae_model *model, const aei_pca *pca, int whiten)
{
    const aei_layer *encoder = &model->encoder.layers[0], *decoder = &model->decoder.layers[0];
    const size_t k = encoder->out, d = encoder->in;
    aei_real *w = values_of(model, encoder->weight), *b = values_of(model, encoder->bias);
    aei_real *mean = values_of(model, decoder->bias);
    for (size_t i = 0; i < k; i++) {
        const double deviation = sqrt(pca->variances[i]);
        const double scale = !whiten ? 1 : deviation > 0 ? 1 / deviation : 0;
        double shift = 0;
        for (size_t j = 0; j < d; j++) {
            const double c = pca->components[i * d + j];
            shift -= scale * c * pca->mean[j];
            w[i * d + j] = (aei_real)(scale * c);
            if (whiten)
                values_of(model, decoder->weight)[j * k + i] = (aei_real)(deviation * c);
        }
        b[i] = (aei_real)shift;
    }
    for (size_t j = 0; j < d; j++)
        mean[j] = (aei_real)pca->mean[j];
    aei_model_changed(model);
    const aei_param *bad = aei_param_set_non_finite(&model->set);
    if (bad)
        return aei_fail(AE_ERROR_NUMERIC, "%s is beyond what a float holds: the values are too large, or too small to "
                        "whiten; scale the data", bad->name);
    return AE_OK;
}

ae_status ae_pca_fit(ae_model **out, const ae_dataset *dataset, size_t k, const ae_pca_options *options,
                     double *variances, double *total)
{
    ae_pca_options own = defaults;
    ae_model *model = NULL;
    ae_dataset *scaled = NULL;
    aei_scaling scaling = {0};
    aei_pca pca = {0};
    ae_status status;
    AEI_REQUIRE(out);
    *out = NULL;
    AEI_REQUIRE(dataset);
    status = aei_options_import(&own, sizeof own, options, "ae_pca_options");
    if (status == AE_OK)
        status = check(dataset, k, &own);
    if (status == AE_OK)
        status = aei_scaling_fit_copy(&scaling, &scaled, own.runtime, dataset, own.scaling);
    if (status != AE_OK)
        return status;
    pca.mean = aei_alloc_array(own.runtime, dataset->columns, sizeof(double));
    pca.variances = aei_alloc_array(own.runtime, k, sizeof(double));
    pca.components = aei_alloc_array(own.runtime, k, dataset->columns * sizeof(double));
    status = pca.mean && pca.variances && pca.components ? AE_OK : AE_ERROR_NO_MEMORY;
    if (status == AE_OK)
        status = aei_pca_find(&pca, scaled ? scaled : dataset, k, &own);
    if (status == AE_OK)
        status = create_model(&model, &own, k, dataset->columns);
    if (status == AE_OK)
        status = fill_model(model, &pca, own.whiten);
    if (status == AE_OK) {
        aei_model_take_scaling(model, &scaling);
        for (size_t i = 0; variances && i < k; i++)
            variances[i] = pca.variances[i];
        if (total)
            *total = pca.total;
        *out = model;
        model = NULL;
    }
    ae_model_free(model);
    aei_free(own.runtime, pca.mean);
    aei_free(own.runtime, pca.variances);
    aei_free(own.runtime, pca.components);
    aei_scaling_clear(&scaling, own.runtime);
    ae_dataset_free(scaled);
    return status;
}
