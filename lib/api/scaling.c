/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "data/scaling.h"

#include <string.h>
#include "api/check.h"
#include "model/model.h"

static ae_status check_idle(const ae_model *model)
{
    if (atomic_load(&model->has_trainer))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the model is being trained");
    return AE_OK;
}

static ae_status check_length(const ae_model *model, size_t length)
{
    if (length != model->design.input_dim)
        return aei_fail(AE_ERROR_SHAPE, "length is %zu, the model's input is %zu wide", length,
                        model->design.input_dim);
    return AE_OK;
}

ae_status ae_model_fit_scaling(ae_model *model, const ae_dataset *dataset, ae_scaling kind)
{
    aei_scaling scaling;
    ae_status status;
    AEI_REQUIRE(model);
    AEI_REQUIRE(dataset);
    if (kind < AE_SCALING_MINMAX || kind > AE_SCALING_ROBUST)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "there is no scaling %d to fit", (int)kind);
    status = check_idle(model);
    if (status == AE_OK && dataset->columns != model->design.input_dim)
        status = aei_fail(AE_ERROR_SHAPE, "the data has %zu columns, the model's input is %zu wide", dataset->columns,
                          model->design.input_dim);
    if (status == AE_OK)
        status = aei_dataset_check(dataset, 0, "data");
    if (status == AE_OK)
        status = aei_scaling_fit(&scaling, model->runtime, dataset, kind);
    if (status == AE_OK)
        aei_model_take_scaling(model, &scaling);
    return status;
}

ae_status ae_model_set_scaling(ae_model *model, const float *offset, const float *scale, size_t length)
{
    aei_scaling scaling = {0};
    ae_status status;
    AEI_REQUIRE(model);
    if (!offset != !scale)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "offset and scale must be given together");
    if (!offset && length != 0)
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "offset and scale are NULL, but length is %zu", length);
    status = check_idle(model);
    if (status == AE_OK && offset)
        status = check_length(model, length);
    if (status == AE_OK && offset)
        status = aei_scaling_from(&scaling, model->runtime, AE_SCALING_GIVEN, offset, scale, length);
    if (status == AE_OK)
        aei_model_take_scaling(model, &scaling);
    return status;
}

ae_scaling ae_model_scaling(const ae_model *model)
{
    return model ? model->scaling.kind : AE_SCALING_NONE;
}

ae_status ae_model_get_scaling(const ae_model *model, float *offset, float *scale, size_t length)
{
    ae_status status;
    AEI_REQUIRE(model);
    AEI_REQUIRE(offset);
    AEI_REQUIRE(scale);
    status = check_length(model, length);
    for (size_t i = 0; status == AE_OK && i < length; i++) {
        const bool scaled = model->scaling.kind != AE_SCALING_NONE;
        offset[i] = scaled ? model->scaling.offset[i] : 0;
        scale[i] = scaled ? model->scaling.scale[i] : 1;
    }
    return status;
}
