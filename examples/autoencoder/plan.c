/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "plan.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "names.h"

#define EPOCHS           50
#define FEW_ROWS         10000 /* with fewer, steps of 32 rows: else an epoch has too few of them */
#define WIDE             128   /* from so many columns on, two hidden layers */
#define HIDDEN_MAX       512
#define LATENT_MAX       64
#define OVERCOMPLETE_MAX 1024

/* "512,256" to widths. Returns 0 where it is none. */
static int parse_hidden(plan *p, const char *text)
{
    p->model.hidden_count = 0;
    if (strcmp(text, "none") == 0) return 1;
    for (;;) {
        char number[24];
        size_t length = strcspn(text, ",");
        uint64_t width;
        if (length >= sizeof number || p->model.hidden_count == PLAN_HIDDEN_MAX) return 0;
        memcpy(number, text, length);
        number[length] = '\0';
        if (!parse_count(number, &width) || width == 0 || width > SIZE_MAX) return 0;
        p->hidden[p->model.hidden_count++] = (size_t)width;
        if (!text[length]) return 1;
        text += length + 1;
    }
}

/* "mask:0.25" to a corruption. Returns 0 where it is none. */
static int parse_noise(ae_corruption *noise, const char *text)
{
    static const choice kinds[] = {{"gaussian", AE_CORRUPTION_GAUSSIAN},
                                   {"mask", AE_CORRUPTION_MASK},
                                   {"saltpepper", AE_CORRUPTION_SALT_PEPPER},
                                   {NULL, 0}};
    const size_t length = strcspn(text, ":");
    double amount = 0;
    noise->kind = AE_CORRUPTION_NONE;
    for (const choice *c = kinds; c->name; c++)
        if (strlen(c->name) == length && memcmp(c->name, text, length) == 0) noise->kind = c->value;
    if (noise->kind == AE_CORRUPTION_NONE) return 0;
    if (!text[length]) return 1;
    if (!parse_real(text + length + 1, &amount) || amount < 0) return 0;
    if (noise->kind == AE_CORRUPTION_GAUSSIAN)
        noise->deviation = amount;
    else
        noise->rate = amount;
    return noise->rate <= 1;
}

/* Options that mean nothing to some models. */
static const struct {
    const char *option;
    unsigned models; /* bits of the kinds that know it */
} meaning[] = {
#define BIT(kind) (1u << (kind))
#define TRAINED   (BIT(MODEL_PCA) - 1u)
    {"hidden", TRAINED},
    {"activation", TRAINED},
    {"output", TRAINED},
    {"loss", TRAINED},
    {"epochs", TRAINED | BIT(MODEL_DICTIONARY)},
    {"batch", TRAINED},
    {"learning-rate", TRAINED},
    {"optimizer", TRAINED},
    {"early-stopping", TRAINED},
    {"validation", TRAINED},
    {"noise", TRAINED},
    {"l1", TRAINED | BIT(MODEL_DICTIONARY)},
    {"beta", BIT(MODEL_VARIATIONAL)},
    {"topk", BIT(MODEL_TOPK)},
    {"contraction", BIT(MODEL_CONTRACTIVE)},
#undef TRAINED
#undef BIT
};

int plan_check(plan *p, const train_settings *s, const arguments *a)
{
    for (size_t i = 0; i < sizeof meaning / sizeof *meaning; i++)
        if (argument_given(a, meaning[i].option) && !(meaning[i].models >> s->kind & 1u))
            return arguments_wrong(a->command, "--%s means nothing to --model %s", meaning[i].option,
                                   choice_name(model_names, s->kind));
    ae_model_options_init(&p->model, sizeof p->model);
    ae_train_options_init(&p->training, sizeof p->training);
    ae_corruption_init(&p->noise, sizeof p->noise);
    if (s->hidden && !parse_hidden(p, s->hidden))
        return arguments_wrong(a->command, "--hidden takes 'none' or at most %d widths such as 512,256, not '%s'",
                               PLAN_HIDDEN_MAX, s->hidden);
    if (s->noise && !parse_noise(&p->noise, s->noise))
        return arguments_wrong(
            a->command, "--noise takes gaussian:DEVIATION, mask:RATE or saltpepper:RATE, a rate at most 1, not '%s'",
            s->noise);
    if (s->loss == LOSS_BCE && s->output != PLAN_UNSET && s->output != AE_SIGMOID)
        return arguments_wrong(a->command, "--loss bce needs --output sigmoid");
    return ARGUMENTS_GO_ON;
}

static int within_unit_interval(const ae_dataset *rows)
{
    for (size_t i = 0; i < ae_dataset_rows(rows); i++) {
        const float *x = ae_dataset_row(rows, i);
        for (size_t k = 0; k < ae_dataset_columns(rows); k++)
            if (!(x[k] >= 0 && x[k] <= 1)) return 0;
    }
    return 1;
}

/* About twice the width, as a power of two; for wide data a layer of half of that behind it. */
static void choose_hidden(plan *p, size_t width)
{
    size_t first = 16;
    while (first < 2 * width && first < HIDDEN_MAX)
        first *= 2;
    p->hidden[0] = first;
    p->hidden[1] = first / 2;
    p->model.hidden_count = width < WIDE ? 1 : 2;
}

static size_t choose_latent(const train_settings *s, size_t width, size_t rows)
{
    if (s->kind == MODEL_SPARSE || s->kind == MODEL_TOPK)
        return width < OVERCOMPLETE_MAX / 2 ? 2 * width : OVERCOMPLETE_MAX;
    if (s->kind == MODEL_DICTIONARY) return width < OVERCOMPLETE_MAX ? width : OVERCOMPLETE_MAX;
    size_t latent = (size_t)lround(sqrt((double)width));
    if (s->kind == MODEL_PCA && latent > rows) latent = rows;
    return latent < LATENT_MAX ? latent : LATENT_MAX;
}

/* Features of unlike sizes would not count alike; PCA and dictionaries are about the data as it is. */
static ae_scaling choose_scaling(const train_settings *s, int unit_data)
{
    if (unit_data || s->kind == MODEL_PCA || s->kind == MODEL_DICTIONARY) return AE_SCALING_NONE;
    return s->loss == LOSS_BCE ? AE_SCALING_MINMAX : AE_SCALING_STANDARD;
}

static void fill_model(plan *p, const train_settings *s, const ae_dataset *rows, int unit_data)
{
    const size_t width = ae_dataset_columns(rows);
    ae_model_options *model = &p->model;
    const int unit = p->training.scaling == AE_SCALING_MINMAX || (p->training.scaling == AE_SCALING_NONE && unit_data);
    model->input_dim = width;
    model->latent_dim = s->latent ? s->latent : choose_latent(s, width, ae_dataset_rows(rows));
    model->hidden_dims = p->hidden;
    if (!s->hidden && s->kind != MODEL_SPARSE && s->kind != MODEL_TOPK) choose_hidden(p, width);
    model->seed = s->seed;
    model->hidden_activation = s->activation != PLAN_UNSET    ? s->activation
                               : s->kind == MODEL_CONTRACTIVE ? AE_SOFTPLUS
                                                              : AE_RELU;
    model->output_activation = s->output != PLAN_UNSET       ? s->output
                               : s->loss == LOSS_BCE || unit ? AE_SIGMOID
                                                             : AE_IDENTITY;
    model->loss = s->loss == LOSS_BCE ? AE_BINARY_CROSS_ENTROPY : AE_SQUARED_ERROR;
    if (s->kind == MODEL_SPARSE) model->latent_activation = AE_RELU;         /* a code that can be exactly 0 */
    if (s->kind == MODEL_CONTRACTIVE) model->latent_activation = AE_SIGMOID; /* bounded: it cannot shrink unpunished */
    if (s->kind == MODEL_TOPK) {
        model->code = AE_CODE_TOPK;
        model->topk = s->topk ? s->topk : (model->latent_dim + 15) / 16;
    }
    if (s->kind == MODEL_VARIATIONAL) {
        model->code = AE_CODE_GAUSSIAN;
        if (model->loss == AE_SQUARED_ERROR) {
            model->loss = AE_GAUSSIAN_LIKELIHOOD;
            model->noise = AE_NOISE_OPTIMAL;
        }
    }
}

static void fill_training(plan *p, const train_settings *s, const ae_dataset *rows)
{
    ae_train_options *training = &p->training;
    training->seed = s->seed;
    training->epochs = s->epochs ? s->epochs : EPOCHS;
    training->batch_size = s->batch ? s->batch : ae_dataset_rows(rows) < FEW_ROWS ? 32 : 128;
    training->optimizer = s->optimizer;
    training->learning_rate = s->learning_rate;
    training->schedule = AE_SCHEDULE_COSINE;
    training->patience = s->patience ? s->patience : training->epochs; /* with validation the best epoch is kept */
    training->kl_weight = s->beta;
    if (s->kind == MODEL_DENOISING && !s->noise) p->noise.kind = AE_CORRUPTION_GAUSSIAN;
    if (p->noise.kind != AE_CORRUPTION_NONE) training->corruption = &p->noise;
    if (s->l1 >= 0) training->code_l1 = s->l1;
    if (s->kind == MODEL_SPARSE) {
        if (s->l1 < 0) training->code_l1 = 0.1;
        training->weight_decay = 1e-3; /* else small codes and large decoder weights would evade the penalty */
    }
    if (s->kind == MODEL_TOPK) training->topk_boost = 10;
    if (s->kind == MODEL_CONTRACTIVE) training->contraction = s->contraction >= 0 ? s->contraction : 0.1;
    if (s->kind == MODEL_VARIATIONAL) training->kl_warmup_epochs = (double)training->epochs / 10;
}

void plan_fill(plan *p, const train_settings *s, const ae_dataset *rows, ae_runtime *runtime)
{
    const int unit_data = within_unit_interval(rows);
    p->model.runtime = runtime;
    p->training.scaling = s->scale != PLAN_UNSET ? s->scale : choose_scaling(s, unit_data);
    fill_model(p, s, rows, unit_data);
    fill_training(p, s, rows);
}
