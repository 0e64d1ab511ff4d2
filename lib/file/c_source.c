/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "file/c_source.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "file/c_parts.h"
#include "file/format.h"
#include "kernels/log_var.h"

/* ---- what a model needs */

static bool has_scores(const ae_model *model)
{
    return model->design.loss != AE_SOFTMAX_CROSS_ENTROPY && model->design.output_dim == model->design.input_dim;
}

/* Widest of the layers between input and output; 0 if there is none. */
static size_t widest_between(const aei_network *network)
{
    size_t widest = 0;
    for (size_t i = 0; i < network->count;) {
        const aei_step step = aei_network_step(network, i);
        i = step.next;
        if (i < network->count && step.out > widest)
            widest = step.out;
    }
    return widest;
}

static unsigned part_of(ae_activation kind)
{
    static const unsigned parts[AEI_ACTIVATION_COUNT] = {
        [AE_RELU] = AEI_C_RELU,         [AE_LEAKY_RELU] = AEI_C_LEAKY_RELU, [AE_ELU] = AEI_C_ELU,
        [AE_GELU] = AEI_C_GELU,         [AE_GELU_TANH] = AEI_C_GELU_TANH,   [AE_SILU] = AEI_C_SILU,
        [AE_SOFTPLUS] = AEI_C_SOFTPLUS, [AE_TANH] = AEI_C_TANH,             [AE_SIGMOID] = AEI_C_SIGMOID,
    };
    return parts[kind];
}

static unsigned parts_of_network(const aei_network *network)
{
    unsigned parts = 0;
    for (size_t i = 0; i < network->count;) {
        const aei_step step = aei_network_step(network, i);
        i = step.next;
        if (step.dense)
            parts |= step.dense->tied ? AEI_C_TRANSPOSED : AEI_C_DENSE;
        parts |= part_of(step.f.kind);
    }
    return parts;
}

static unsigned parts_of(const ae_model *model)
{
    unsigned parts = parts_of_network(&model->decoder);
    if (model->design.code != AE_CODE_LASSO)
        parts |= parts_of_network(&model->encoder);
    if (model->design.code == AE_CODE_TOPK)
        parts |= AEI_C_TOPK;
    if (model->design.loss == AE_SOFTMAX_CROSS_ENTROPY)
        parts |= AEI_C_SOFTMAX;
    if (has_scores(model) && model->design.loss == AE_BINARY_CROSS_ENTROPY)
        parts |= AEI_C_CROSS_ENTROPY;
    return aei_c_parts_with_needs(parts);
}

/* ---- numbers */

static bool is_tied_to(const aei_network *decoder, size_t weight)
{
    for (size_t i = 0; i < decoder->count; i++)
        if (decoder->layers[i].kind == AEI_LAYER_DENSE && decoder->layers[i].weight == weight)
            return true;
    return false;
}

/* Position from which on a network's last `keep` columns are all that is computed: that of its last product. */
static size_t last_product(const aei_network *network)
{
    size_t last = 0;
    for (size_t i = 0; i < network->count;) {
        const aei_step step = aei_network_step(network, i);
        if (step.dense)
            last = i;
        i = step.next;
    }
    return last;
}

/* The arrays of a network of which the first `keep` outputs are wanted: of a variational encoder's two halves mu. */
static void put_network_arrays(aei_c_text *c, const ae_model *model, const aei_network *network, const char *name,
                               size_t keep)
{
    const aei_param_set *set = &model->set;
    const size_t last = last_product(network);
    for (size_t i = 0; i < network->count;) {
        const aei_step step = aei_network_step(network, i);
        const size_t out = i >= last ? keep : step.out;
        char text[AEI_PARAM_NAME_SIZE];
        if (step.dense && !step.dense->tied) {
            const aei_param *weight = &set->params[step.dense->weight];
            const bool whole = network == &model->encoder && is_tied_to(&model->decoder, step.dense->weight);
            aei_c_put_array(c, weight->name, set->values + weight->first, (whole ? step.out : out) * step.dense->in);
        }
        if (step.norm) {
            const aei_real *folded = network->folded + step.norm->folded;
            snprintf(text, sizeof text, "%s.%zu.scale", name, (size_t)(step.norm - network->layers));
            aei_c_put_array(c, text, folded, out);
            snprintf(text, sizeof text, "%s.%zu.shift", name, (size_t)(step.norm - network->layers));
            aei_c_put_array(c, text, folded + step.out, out);
        } else if (step.dense && step.dense->bias != AEI_NO_PARAM) {
            const aei_param *bias = &set->params[step.dense->bias];
            aei_c_put_array(c, bias->name, set->values + bias->first, out);
        }
        i = step.next;
    }
}

/* e^-v and v of the Gaussian likelihood's variance e^v, as the library's scores take them. */
static void put_variances(aei_c_text *c, const ae_model *model)
{
    const aei_param *param = &model->set.params[model->log_var];
    for (int precision = 1; precision >= 0; precision--) {
        aei_c_put(c, "\nstatic const float $_%s[%z] = {", precision ? "precision" : "log_variance", param->cols);
        for (size_t j = 0; j < param->cols; j++) {
            const aei_real v = aei_log_var_hold(model->set.values[param->first + j]);
            aei_c_put(c, j % 8 == 0 ? "\n    %f," : " %f,", (double)(precision ? aei_exp(-v) : v));
        }
        aei_c_put(c, "\n};\n");
    }
}

/* ---- functions */

/* f(what); `what` is a formula. */
static void put_activation(aei_c_text *c, aei_activation f, const char *what)
{
    if (f.kind == AE_IDENTITY)
        aei_c_put(c, "%s", what);
    else if (f.kind == AE_LEAKY_RELU || f.kind == AE_ELU)
        aei_c_put(c, "$_%s(%s, %f)", aei_activation_name(f.kind), what, (double)f.a);
    else
        aei_c_put(c, "$_%s(%s)", aei_activation_name(f.kind), what);
}

static void put_loop(aei_c_text *c, size_t count)
{
    aei_c_put(c, "    for (size_t i = 0; i < %z; i++)\n        ", count);
}

static void put_product(aei_c_text *c, const ae_model *model, const aei_network *network, const aei_step *step,
                        const char *name, const char *from, const char *to, size_t out)
{
    aei_c_put(c, "    $_dense%s(%s, %z, $_%n,\n        ", step->dense->tied ? "_transposed" : "", from, step->dense->in,
              model->set.params[step->dense->weight].name);
    if (step->norm)
        aei_c_put(c, "$_%s_%z_scale, $_%s_%z_shift", name, (size_t)(step->norm - network->layers), name,
                  (size_t)(step->norm - network->layers));
    else if (step->dense->bias != AEI_NO_PARAM)
        aei_c_put(c, "NULL, $_%n", model->set.params[step->dense->bias].name);
    else
        aei_c_put(c, "NULL, NULL");
    aei_c_put(c, ", %z, %s);\n", out, to);
}

static void put_elementwise(aei_c_text *c, const aei_network *network, const aei_step *step, const char *name,
                            const char *from, const char *to, size_t out)
{
    char formula[256];
    put_loop(c, out);
    aei_c_put(c, "%s[i] = ", to);
    if (step->norm) {
        const size_t at = (size_t)(step->norm - network->layers);
        snprintf(formula, sizeof formula, "%s_%s_%zu_scale[i] * %s[i] + %s_%s_%zu_shift[i]", c->prefix, name, at, from,
                 c->prefix, name, at);
    } else {
        snprintf(formula, sizeof formula, "%s[i]", from);
    }
    put_activation(c, step->f, formula);
    aei_c_put(c, ";\n");
}

/* The function <prefix>_<name>(x, y, work): the first `keep` outputs; with `logits` without the last activation. */
static void put_network(aei_c_text *c, const ae_model *model, const aei_network *network, const char *name, size_t keep,
                        bool logits)
{
    const size_t last = last_product(network);
    const char *from = "x";
    aei_c_put(c, "\nstatic void $_%s(const float *x, float *y, $_work *work)\n{\n", name);
    for (size_t i = 0; i < network->count;) {
        aei_step step = aei_network_step(network, i);
        const bool at_end = step.next == network->count;
        const char *to = at_end ? "y" : strcmp(from, "work->a") == 0 ? "work->b" : "work->a";
        const size_t out = i >= last ? keep : step.out;
        if (at_end && logits)
            step.f = (aei_activation){AE_IDENTITY, 0};
        if (step.dense) {
            const aei_step activation = {.f = step.f};
            put_product(c, model, network, &step, name, from, to, out);
            if (step.f.kind != AE_IDENTITY)
                put_elementwise(c, network, &activation, name, to, to, out);
        } else {
            put_elementwise(c, network, &step, name, from, to, out);
        }
        from = to;
        i = step.next;
    }
    if (widest_between(network) == 0)
        aei_c_put(c, "    (void)work;\n");
    aei_c_put(c, "}\n");
}

static void put_encode(aei_c_text *c, const ae_model *model)
{
    const char *x = "x";
    aei_c_put(c, "\nvoid $_encode(const float *x, float *code, $_work *work)\n{\n");
    if (aei_model_input_scaling(model)) {
        put_loop(c, model->design.input_dim);
        aei_c_put(c, "work->x[i] = (x[i] - $_input_offset[i]) / $_input_scale[i];\n");
        x = "work->x";
    }
    if (model->design.code == AE_CODE_TOPK)
        aei_c_put(c, "    $_encoder(%s, work->e, work);\n    $_keep_largest(work->e, %z, %z, code);\n", x,
                  model->design.latent_dim, model->design.topk);
    else
        aei_c_put(c, "    $_%s(%s, code, work);\n", model->design.code == AE_CODE_LASSO ? "sparse_code" : "encoder", x);
    aei_c_put(c, "}\n");
}

static void put_decode(aei_c_text *c, const ae_model *model)
{
    const aei_activation f = aei_model_output_layer(model)->f;
    aei_c_put(c, "\nvoid $_decode(const float *code, float *x_hat, $_work *work)\n{\n"
              "    $_decoder(code, x_hat, work);\n");
    if (f.kind != AE_IDENTITY) {
        put_loop(c, model->design.output_dim);
        aei_c_put(c, "x_hat[i] = ");
        put_activation(c, f, "x_hat[i]");
        aei_c_put(c, ";\n");
    }
    if (model->design.loss == AE_SOFTMAX_CROSS_ENTROPY)
        aei_c_put(c, "    $_softmax(x_hat, %z);\n", model->design.output_dim);
    if (aei_model_output_scaling(model)) {
        put_loop(c, model->design.output_dim);
        aei_c_put(c, "x_hat[i] = x_hat[i] * $_input_scale[i] + $_input_offset[i];\n");
    }
    aei_c_put(c, "}\n");
}

static void put_reconstruct(aei_c_text *c)
{
    aei_c_put(c, "\nvoid $_reconstruct(const float *x, float *x_hat, $_work *work)\n{\n"
              "    $_encode(x, work->code, work);\n"
              "    $_decode(work->code, x_hat, work);\n}\n");
}

/* See lib/losses/features.c; the sum is taken as ae_score() takes it. */
static void put_score(aei_c_text *c, const ae_model *model)
{
    aei_c_put(c, "\nfloat $_score(const float *x, float *feature_scores, $_work *work)\n{\n"
              "    double sum = 0;\n"
              "    $_encode(x, work->code, work);\n"
              "    $_decoder(work->code, work->y, work);\n"
              "    for (size_t i = 0; i < %z; i++) {\n"
              "        const float t = %s[i];\n", model->design.output_dim,
              aei_model_input_scaling(model) ? "work->x" : "x");
    if (model->design.loss == AE_BINARY_CROSS_ENTROPY) {
        aei_c_put(c, "        const float part = $_cross_entropy(work->y[i], t);\n");
    } else {
        aei_c_put(c, "        const float e = ");
        put_activation(c, aei_model_output_layer(model)->f, "work->y[i]");
        aei_c_put(c, " - t;\n");
        if (model->design.loss == AE_SQUARED_ERROR) {
            aei_c_put(c, "        const float part = e * e;\n");
        } else {
            const char *at = model->set.params[model->log_var].cols > 1 ? "i" : "0";
            const double log_2_pi = 1.83787706640934548356;
            aei_c_put(c, "        const float part = (e * e * $_precision[%s] + $_log_variance[%s] + %f) / 2;\n", at,
                      at, log_2_pi);
        }
    }
    aei_c_put(c, "        if (feature_scores)\n"
              "            feature_scores[i] = part;\n"
              "        sum += (double)part;\n"
              "    }\n"
              "    return (float)sum;\n}\n");
}

static void put_source(aei_c_text *c, const ae_model *model, const char *header_name)
{
    const aei_design *d = &model->design;
    const unsigned parts = parts_of(model);
    aei_c_put(c, "/* An autoencoder, written by libautoencoder " AEI_FORMAT_LIBRARY_VERSION "; see the header. */\n"
              "#include \"%s\"\n", header_name);
    if (aei_c_parts_need_math(parts))
        aei_c_put(c, "#include <math.h>\n");
    if (aei_model_input_scaling(model)) {
        aei_c_put_array(c, "input_offset", model->scaling.offset, d->input_dim);
        aei_c_put_array(c, "input_scale", model->scaling.scale, d->input_dim);
    }
    put_network_arrays(c, model, &model->encoder, "encoder", d->latent_dim);
    put_network_arrays(c, model, &model->decoder, "decoder", d->output_dim);
    if (has_scores(model) && d->loss == AE_GAUSSIAN_LIKELIHOOD)
        put_variances(c, model);
    aei_c_put_parts(c, parts);
    if (d->code == AE_CODE_LASSO)
        aei_c_put_lasso(c, &(aei_lasso){model->gram, d->latent_dim, d->lasso, AEI_LASSO_TOLERANCE, d->nonnegative},
                        d->input_dim);
    else
        put_network(c, model, &model->encoder, "encoder", d->latent_dim, false);
    put_network(c, model, &model->decoder, "decoder", d->output_dim, true);
    put_encode(c, model);
    put_decode(c, model);
    put_reconstruct(c);
    if (has_scores(model))
        put_score(c, model);
}

/* ---- header */

static void put_work(aei_c_text *c, const ae_model *model)
{
    const aei_design *d = &model->design;
    const size_t encoder = widest_between(&model->encoder), decoder = widest_between(&model->decoder);
    const size_t widest = encoder > decoder ? encoder : decoder;
    aei_c_put(c, "\n/* Memory of one call, on the stack or anywhere else. It needs no setting up and keeps nothing;\n"
              " * threads that call at the same time need one each. */\n"
              "typedef struct $_work {\n");
    if (aei_model_input_scaling(model))
        aei_c_put(c, "    float x[%z];\n", d->input_dim);
    if (d->code == AE_CODE_TOPK)
        aei_c_put(c, "    float e[%z];\n", d->latent_dim);
    if (widest > 0)
        aei_c_put(c, "    float a[%z], b[%z];\n", widest, widest);
    if (has_scores(model))
        aei_c_put(c, "    float y[%z];\n", d->output_dim);
    if (d->code == AE_CODE_LASSO)
        aei_c_put_lasso_members(c, d->latent_dim, d->input_dim);
    aei_c_put(c, "    float code[%z];\n"
              "} $_work;\n", d->latent_dim);
}

/* The largest float that is not above the threshold: scores are floats, so the same ones are above it. */
static double threshold_as_float(double threshold)
{
    const float nearest = (float)threshold;
    return (double)nearest > threshold ? (double)nextafterf(nearest, -INFINITY) : (double)nearest;
}

static void put_header(aei_c_text *c, const ae_model *model)
{
    const aei_design *d = &model->design;
    const bool bernoulli = d->loss == AE_BINARY_CROSS_ENTROPY;
    aei_c_put(c, "/* An autoencoder, written by libautoencoder " AEI_FORMAT_LIBRARY_VERSION ".\n"
              " * C99 without dependencies; nothing is allocated, and all data is constant, so any number of threads\n"
              " * may call at once. Each call takes one row, in the units of the data. Outputs must not overlap\n"
              " * inputs.\n"
              " *\n"
              " * The numbers are yours. The authors of libautoencoder claim no rights in the code around them. */\n"
              "#ifndef @_AUTOENCODER_H\n#define @_AUTOENCODER_H\n\n#include <stddef.h>\n\n"
              "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
              "#define @_INPUT_DIM %z\n#define @_LATENT_DIM %z\n#define @_OUTPUT_DIM %z\n",
              d->input_dim, d->latent_dim, d->output_dim);
    if (model->contamination > 0)
        aei_c_put(c, "#define @_THRESHOLD %f /* a row with a higher score is an anomaly */\n",
                  threshold_as_float(model->threshold));
    put_work(c, model);
    aei_c_put(c, "\n/* x:[@_INPUT_DIM] -> code:[@_LATENT_DIM]%s */\n"
              "void $_encode(const float *x, float *code, $_work *work);\n"
              "\n/* code:[@_LATENT_DIM] -> x_hat:[@_OUTPUT_DIM]%s */\n"
              "void $_decode(const float *code, float *x_hat, $_work *work);\n"
              "\n/* x:[@_INPUT_DIM] -> x_hat:[@_OUTPUT_DIM] */\n"
              "void $_reconstruct(const float *x, float *x_hat, $_work *work);\n",
              d->code == AE_CODE_GAUSSIAN ? ", the mean of q(z|x)" : "",
              d->loss == AE_SOFTMAX_CROSS_ENTROPY ? ", the probabilities of the classes" : "");
    if (has_scores(model))
        aei_c_put(c, "\n/* How badly x:[@_INPUT_DIM] is reconstructed%s.\n"
                  " * feature_scores:[@_INPUT_DIM] receives the parts whose sum the result is; may be NULL.%s */\n"
                  "float $_score(const float *x, float *feature_scores, $_work *work);\n",
                  d->loss == AE_SQUARED_ERROR ? ", squared error" : bernoulli ? ", cross-entropy in nats" :
                  ", minus the log-likelihood in nats",
                  bernoulli ? "\n * Not a number for an x outside [0, 1] (when scaled)." : "");
    aei_c_put(c, "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
}

ae_status aei_c_source_make(aei_c_source *out, const ae_model *model, const char *prefix, const char *header_name)
{
    ae_status status;
    aei_c_text_begin(&out->source, model->runtime, prefix);
    aei_c_text_begin(&out->header, model->runtime, prefix);
    put_source(&out->source, model, header_name);
    put_header(&out->header, model);
    status = out->source.buffer.status != AE_OK ? out->source.buffer.status : out->header.buffer.status;
    if (status != AE_OK)
        aei_c_source_clear(out);
    return status;
}

void aei_c_source_clear(aei_c_source *source)
{
    aei_c_text_clear(&source->source);
    aei_c_text_clear(&source->header);
}
