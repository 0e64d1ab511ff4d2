/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include <autoencoder/model.h>

#include <math.h>
#include <string.h>
#include "api/check.h"
#include "model/model.h"

size_t ae_model_tensor_count(const ae_model *model)
{
    return model ? model->set.count : 0;
}

const char *ae_model_tensor_name(const ae_model *model, size_t index)
{
    return model && index < model->set.count ? model->set.params[index].name : NULL;
}

static ae_status find_tensor(const ae_model *model, const char *name, const aei_param **out)
{
    *out = aei_param_set_find(&model->set, name);
    return *out ? AE_OK : aei_fail(AE_ERROR_INVALID_ARGUMENT, "the model has no tensor \"%.60s\"", name);
}

ae_status ae_model_tensor_shape(const ae_model *model, const char *name, size_t *rows, size_t *columns)
{
    const aei_param *param;
    ae_status status;
    AEI_REQUIRE(model);
    AEI_REQUIRE(name);
    AEI_REQUIRE(rows);
    AEI_REQUIRE(columns);
    status = find_tensor(model, name, &param);
    if (status == AE_OK) {
        *rows = param->rows;
        *columns = param->cols;
    }
    return status;
}

static ae_status find_tensor_of_length(const ae_model *model, const char *name, size_t length, const aei_param **out)
{
    ae_status status = find_tensor(model, name, out);
    if (status == AE_OK && aei_param_length(*out) != length)
        status = aei_fail(AE_ERROR_SHAPE, "%s has %zu x %zu = %zu numbers, not %zu", name, (*out)->rows, (*out)->cols,
                          aei_param_length(*out), length);
    return status;
}

ae_status ae_model_get_tensor(const ae_model *model, const char *name, float *values, size_t length)
{
    const aei_param *param;
    ae_status status;
    AEI_REQUIRE(model);
    AEI_REQUIRE(name);
    AEI_REQUIRE(values);
    status = find_tensor_of_length(model, name, length, &param);
    if (status == AE_OK)
        for (size_t i = 0; i < length; i++)
            values[i] = (float)model->set.values[param->first + i];
    return status;
}

ae_status ae_model_set_tensor(ae_model *model, const char *name, const float *values, size_t length)
{
    const aei_param *param;
    ae_status status;
    AEI_REQUIRE(model);
    AEI_REQUIRE(name);
    AEI_REQUIRE(values);
    if (atomic_load(&model->has_trainer))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the model is being trained");
    status = find_tensor_of_length(model, name, length, &param);
    if (status != AE_OK)
        return status;
    for (size_t i = 0; i < length; i++)
        if (!isfinite(values[i]) || (values[i] < 0 && aei_param_is_variance(param)))
            return aei_fail(AE_ERROR_DATA, "%s: number %zu is %s", name, i,
                            isfinite(values[i]) ? "a negative variance" : "not finite");
    for (size_t i = 0; i < length; i++)
        model->set.values[param->first + i] = values[i];
    aei_model_changed(model);
    return AE_OK;
}

static bool is_of(const aei_param *param, const char *prefix)
{
    return strncmp(param->name, prefix, strlen(prefix)) == 0;
}

static bool is_in_halves(const ae_model *model)
{
    return model->design.code == AE_CODE_GAUSSIAN && model->design.variance == AE_VARIANCE_SHARED;
}

/* Where the other model has `target`; NULL if it has not. Of a last layer that gives mu and log sigma^2 in two halves it
 * is the half of mu, the first one. */
static const aei_real *find_source(const ae_model *to, const ae_model *from, const aei_param *target)
{
    const aei_param *source = aei_param_set_find(&from->set, target->name);
    if (!source)
        return NULL;
    bool same = source->rows == target->rows && source->cols == target->cols;
    if (!same && is_in_halves(from) && !is_in_halves(to)) {
        const bool weight = strstr(target->name, ".weight") != NULL; /* else a row of numbers, one a unit */
        same = weight ? source->cols == target->cols && source->rows == 2 * target->rows
                      : source->rows == target->rows && source->cols == 2 * target->cols;
    }
    return same ? from->set.values + source->first : NULL;
}

ae_status ae_model_copy_encoder(ae_model *to, const ae_model *from)
{
    aei_scaling scaling = {0};
    ae_status status = AE_OK;
    AEI_REQUIRE(to);
    AEI_REQUIRE(from);
    if (atomic_load(&to->has_trainer))
        return aei_fail(AE_ERROR_INVALID_ARGUMENT, "the model is being trained");
    for (size_t i = 0; i < from->set.count; i++) /* a second net may stay behind */
        if (is_of(&from->set.params[i], "encoder.") && !aei_param_set_find(&to->set, from->set.params[i].name))
            return aei_fail(AE_ERROR_SHAPE, "the model has no %s", from->set.params[i].name);
    for (int copying = 0; copying < 2; copying++) { /* all is checked before anything is copied */
        if (copying && from->scaling.kind != AE_SCALING_NONE)
            status = aei_scaling_from(&scaling, to->runtime, from->scaling.kind, from->scaling.offset,
                                      from->scaling.scale, from->scaling.columns);
        if (status != AE_OK)
            return status;
        for (size_t i = 0; i < to->set.count; i++) {
            const aei_param *target = &to->set.params[i];
            if (!is_of(target, "encoder.") && !is_of(target, "variance."))
                continue;
            const aei_real *source = find_source(to, from, target);
            if (!source)
                return aei_fail(AE_ERROR_SHAPE, "%s is %zu x %zu, which the other model does not have", target->name,
                                target->rows, target->cols);
            if (copying)
                memcpy(to->set.values + target->first, source, aei_param_length(target) * sizeof(aei_real));
        }
    }
    aei_model_take_scaling(to, &scaling);
    aei_model_changed(to);
    return AE_OK;
}
