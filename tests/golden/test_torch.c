/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Ten steps of training against PyTorch in double precision: the loss of every step, the first gradient, all parameters
 * and running statistics after, code and reconstruction by the trained model. See make_torch.py for the files.
 *
 * In double every number must agree by itself: |difference| <= 1e-9 |expected|, where a number below 1e-4 of its
 * tensor's largest counts as that, since it is the sum of larger ones. In float, a tensor's largest difference is taken
 * relative to its largest number: 1e-5 of that, 1e-4 for gradients; a loss is a tensor of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "model/code.h"
#include "support/golden.h"
#include "support/layer_rows.h"
#include "train/trainer.h"

#ifdef AEI_REAL_DOUBLE
#define SMALLEST 1e-4 /* of the tensor's largest number */
#define TOLERANCE 1e-9
#define GRADIENT_TOLERANCE 1e-9
#else
#define SMALLEST 1.0
#define TOLERANCE 1e-5
#define GRADIENT_TOLERANCE 1e-4
#endif

static const char *const cases[] = {
    "sgd", "sgd_momentum", "sgd_nesterov", "sgd_l2", "sgd_l1", "sgd_clip_norm", "rmsprop", "rmsprop_momentum",
    "rmsprop_l2", "adam", "adam_other", "adam_l2", "adam_l1", "adam_clip_value", "adam_clip_norm", "adamw",
    "activation_identity", "activation_relu", "activation_leaky_relu", "activation_elu", "activation_gelu",
    "activation_gelu_tanh", "activation_silu", "activation_softplus", "activation_tanh", "activation_sigmoid",
    "activation_layers", "cross_entropy", "cross_entropy_rmsprop", "denoising", "denoising_cross_entropy", "batch_norm",
    "batch_norm_with_bias", "batch_norm_elsewhere", "tied", "tied_clip_norm", "tied_three_uses", "tied_batch_norm",
    "wide_adam", "wide_sgd", "gaussian_fixed", "gaussian_learned", "gaussian_per_feature", "gaussian_optimal",
    "softmax", "vae_bernoulli", "vae_separate", "vae_one", "code_l1", "code_kl", "contraction", "contraction_tied", "topk",
    "topk_relu",
    "orthonormal", "corruption_noise", "corruption_mask", "corruption_cross_entropy", "corruption_gaussian",
};

/* Largest errors so far, and the case that is being compared. */
typedef struct comparison {
    const char *name;
    double loss, gradient, parameter, output;
} comparison;

static const golden_tensor *need(const golden *file, const comparison *c, const char *prefix, const char *name)
{
    const golden_tensor *tensor = golden_find(file, prefix, name);
    if (!tensor)
        fail_msg("%s: no tensor %s%s", c->name, prefix, name);
    return tensor;
}

/* Compares `got` with the tensor; *worst becomes the largest relative error. */
static void compare(const comparison *c, const golden_tensor *tensor, const aei_real *got, double tolerance,
                    double *worst)
{
    const size_t count = tensor->rows * tensor->cols;
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(tensor->values[i]));
    for (size_t i = 0; i < count; i++) {
        const double difference = fabs((double)got[i] - tensor->values[i]);
        const double error = difference == 0 ? 0 : difference / fmax(fabs(tensor->values[i]), SMALLEST * largest);
        if (!(error <= tolerance))
            fail_msg("%s: %s[%zu] is %.17g, not %.17g: relative error %.2g", c->name, tensor->name, i, (double)got[i],
                     tensor->values[i], error);
        *worst = fmax(*worst, error);
    }
}

/* ---- the case */

#define MOST_LAYERS 6

static size_t read_layers(const golden_tensor *tensor, layer_row rows[MOST_LAYERS])
{
    assert_true(tensor->rows <= MOST_LAYERS && tensor->cols == 8);
    for (size_t i = 0; i < tensor->rows; i++) {
        const double *v = tensor->values + i * tensor->cols;
        rows[i] = (layer_row){
            .kind = (aei_layer_kind)v[0], .units = (size_t)v[1], .f = (ae_activation)v[2], .parameter = v[3],
            .no_bias = v[4] == 0, .tied_to = (int)v[5], .momentum = v[6], .epsilon = v[7],
        };
    }
    return tensor->rows;
}

static aei_design read_design(const golden *file, const comparison *c)
{
    const double *about = need(file, c, "", "model")->values;
    const golden_tensor *tensor = golden_find(file, "", "design");
    aei_design design = {.input_dim = (size_t)about[0], .loss = (ae_loss)about[1], .noise_deviation = 1};
    if (tensor) {
        const double *v = tensor->values;
        assert_int_equal(tensor->cols, 6);
        design.code = (ae_code)v[0];
        design.variance = (ae_variance)v[1];
        design.noise = (ae_noise)v[2];
        design.noise_deviation = v[3];
        design.topk = (size_t)v[4];
        design.output_dim = (size_t)v[5];
    }
    return design;
}

static ae_model *read_model(const golden *file, const comparison *c)
{
    const aei_design design = read_design(file, c);
    layer_row encoder[MOST_LAYERS], decoder[MOST_LAYERS];
    const size_t below = read_layers(need(file, c, "", "encoder"), encoder);
    const size_t above = read_layers(need(file, c, "", "decoder"), decoder);
    ae_model *model = layer_rows_design(encoder, below, decoder, above, &design);
    if (!model)
        fail_msg("%s: %s", c->name, aei_error_text());
    for (size_t i = 0; i < model->set.count; i++) {
        const aei_param *param = &model->set.params[i];
        if (!param->trained)
            continue;
        const golden_tensor *initial = need(file, c, "initial.", param->name);
        assert_int_equal(initial->rows, param->rows);
        assert_int_equal(initial->cols, param->cols);
        for (size_t j = 0; j < aei_param_length(param); j++)
            model->set.values[param->first + j] = (aei_real)initial->values[j];
    }
    aei_model_changed(model);
    return model;
}

static void read_objective(const golden_tensor *tensor, ae_train_options *options)
{
    const double *v = tensor->values;
    assert_int_equal(tensor->cols, 10);
    options->seed = (uint64_t)v[0];
    options->code_l1 = v[1];
    options->sparsity_weight = v[2];
    options->sparsity_target = v[3];
    options->contraction = v[4];
    options->topk_boost = v[5];
    options->kl_weight = v[6];
    options->free_bits = v[7];
    options->samples = (uint64_t)v[8];
    options->orthonormal = (int32_t)v[9];
}

static void read_corruption(const golden_tensor *tensor, ae_corruption *corruption)
{
    const double *v = tensor->values;
    assert_int_equal(tensor->cols, 7);
    *corruption = (ae_corruption){
        .kind = (ae_corruption_kind)v[0], .clip = (int32_t)v[1], .deviation = v[2], .rate = v[3], .value = v[4],
        .emphasis_corrupted = v[5], .emphasis_clean = v[6],
    };
}

/* `corruption` is where the options' one is, if there is one. */
static ae_train_options read_options(const golden *file, const comparison *c, ae_corruption *corruption)
{
    const golden_tensor *objective = golden_find(file, "", "objective"), *noise = golden_find(file, "", "corruption");
    const golden_tensor *batches = need(file, c, "", "batches"), *training = need(file, c, "", "training");
    const double *v = training->values;
    assert_int_equal(training->cols, 12);
    ae_train_options options = {
        .epochs = 1, .schedule_epochs = 1, .schedule_factor = 1, .schedule = AE_SCHEDULE_CONSTANT,
        .optimizer = (ae_optimizer)v[0], .learning_rate = v[1], .momentum = v[2], .rho = v[3], .beta1 = v[4],
        .beta2 = v[5], .epsilon = v[6], .weight_decay = v[7], .l1_decay = v[8], .clip_value = v[9], .clip_norm = v[10],
        .nesterov = (int32_t)v[11], .sparsity_target = 0.05, .kl_weight = 1, .samples = 1,
    };
    for (size_t i = 0; i < batches->cols; i++)
        options.batch_size = batches->values[i] > (double)options.batch_size ? (size_t)batches->values[i]
                                                                             : options.batch_size;
    if (objective)
        read_objective(objective, &options);
    if (noise) {
        read_corruption(noise, corruption);
        options.corruption = corruption;
    }
    if (aei_train_options_check(&options) != AE_OK)
        fail_msg("%s: %s", c->name, aei_error_text());
    return options;
}

static float *read_rows(const golden_tensor *tensor)
{
    float *rows = calloc(tensor->rows * tensor->cols, sizeof *rows);
    assert_non_null(rows);
    for (size_t i = 0; i < tensor->rows * tensor->cols; i++) {
        rows[i] = (float)tensor->values[i];
        assert_true((double)rows[i] == tensor->values[i]);
    }
    return rows;
}

/* ---- training and what comes out */

static void compare_parameters(const golden *file, comparison *c, const ae_model *model, const char *prefix,
                               const aei_real *arena)
{
    const bool gradients = strcmp(prefix, "gradient.") == 0;
    size_t compared = 0;
    for (size_t i = 0; i < model->set.count; i++) {
        const aei_param *param = &model->set.params[i];
        const golden_tensor *tensor = golden_find(file, prefix, param->name);
        if (tensor)
            compare(c, tensor, arena + param->first, gradients ? GRADIENT_TOLERANCE : TOLERANCE,
                    gradients ? &c->gradient : &c->parameter);
        compared += tensor != NULL;
    }
    if (!gradients && compared != model->set.count)
        fail_msg("%s: the file lacks parameters", c->name);
}

static void train(const golden *file, comparison *c, ae_model *model)
{
    const golden_tensor *batches = need(file, c, "", "batches"), *losses = need(file, c, "", "losses");
    const golden_tensor *target_tensor = golden_find(file, "", "target");
    const size_t d = model->encoder.in, out = model->decoder.out;
    ae_corruption corruption;
    ae_train_options options = read_options(file, c, &corruption);
    float *x = read_rows(need(file, c, "", "x")), *target = target_tensor ? read_rows(target_tensor) : NULL;
    size_t first = 0;
    ae_trainer *trainer;
    if (options.clip_norm == 0)
        options.clip_norm = 1e30; /* the same steps, but all gradients are kept; see gradients/test_fused.c */
    assert_int_equal(aei_trainer_new(&trainer, model, &options), AE_OK);
    assert_int_equal(losses->cols, batches->cols);
    for (size_t step = 0; step < batches->cols; step++) {
        const size_t n = (size_t)batches->values[step];
        double loss;
        if (aei_trainer_step(trainer, x + first * d, n, d, target ? target + first * out : NULL, out, &loss) != AE_OK)
            fail_msg("%s: %s", c->name, aei_error_text());
        const double error = fabs(loss - losses->values[step]) / fabs(losses->values[step]);
        if (!(error <= TOLERANCE))
            fail_msg("%s: the loss of step %zu is %.17g, not %.17g: relative error %.2g", c->name, step, loss,
                     losses->values[step], error);
        c->loss = fmax(c->loss, error);
        if (step == 0)
            compare_parameters(file, c, model, "gradient.", trainer->workspace->gradients);
        first += n;
    }
    aei_trainer_delete(trainer);
    free(x);
    free(target);
    compare_parameters(file, c, model, "final.", model->set.values);
}

/* Evaluation mode: dropout gone, running statistics folded into the layers before. */
static void infer(const golden *file, comparison *c, const ae_model *model)
{
    enum { ROWS = 3, WIDEST = 18 };
    const golden_tensor *x = need(file, c, "", "x"), *code = need(file, c, "", "code");
    const size_t d = model->encoder.in, latent = model->design.latent_dim, out = model->decoder.out;
    const aei_pass pass = {.kernels = model->kernels, .set = &model->set, .n = ROWS};
    aei_real in[ROWS * WIDEST], a[ROWS * WIDEST], b[ROWS * WIDEST];
    aei_real e[ROWS * WIDEST], z[ROWS * WIDEST], y[ROWS * WIDEST];
    assert_true(model->encoder.max_width <= WIDEST && model->decoder.max_width <= WIDEST);
    assert_int_equal(code->rows, ROWS);
    for (size_t i = 0; i < ROWS * d; i++)
        in[i] = (aei_real)x->values[i];
    aei_network_infer(&model->encoder, &pass, in, d, a, b, e, model->encoder.out, false);
    aei_code_infer(model, NULL, 0, e, ROWS, z, latent, NULL);
    aei_network_infer(&model->decoder, &pass, z, latent, a, b, y, out, false);
    compare(c, code, z, TOLERANCE, &c->output);
    compare(c, need(file, c, "", "reconstruction"), y, TOLERANCE, &c->output);
}

static void test_torch(void **state)
{
    comparison c = {0};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[1024];
        golden file;
        snprintf(path, sizeof path, "%s/tests/golden/torch/%s.golden", AE_SOURCE_DIR, cases[i]);
        c.name = cases[i];
        if (!golden_read(&file, path))
            fail_msg("cannot read %s", path);
        ae_model *model = read_model(&file, &c);
        model->kernels->enter();
        train(&file, &c, model);
        infer(&file, &c, model);
        model->kernels->leave();
        aei_model_delete(model);
        golden_free(&file);
    }
    print_message("%zu trainings, largest relative error of a loss %.2g, gradient %.2g, parameter %.2g, output %.2g\n",
                  sizeof cases / sizeof *cases, c.loss, c.gradient, c.parameter, c.output);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_torch)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
