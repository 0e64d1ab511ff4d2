/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The optimizer's step inside the gradient kernels against all gradients first and aei_optimizer_apply() after: the
 * same bytes, for every optimizer, with shared weights, normalisation, layers cut into tasks, any number of threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>
#include "base/error.h"
#include "base/rng.h"
#include "base/runtime.h"
#include "optim/optimizer.h"
#include "support/gradcheck.h"
#include "support/layer_rows.h"
#include "train/trainer.h"

#define STEPS 4
#define COUNT(rows) (sizeof(rows) / sizeof *(rows))
#define DENSE(...) {.kind = AEI_LAYER_DENSE, __VA_ARGS__}
#define TIED(position, ...) {.kind = AEI_LAYER_DENSE, .tied_to = 1 + (position), __VA_ARGS__}
#define OTHER(name, ...) {.kind = AEI_LAYER_##name, __VA_ARGS__}

typedef struct plan {
    const char *name;
    size_t input_dim, rows;
    layer_row encoder[4], decoder[4];
    size_t encoder_count, decoder_count;
} plan;

static const plan plans[] = {
    {"all kinds", 6, 5,
     {DENSE(.units = 5), OTHER(BATCH_NORM, .f = AE_RELU), OTHER(DROPOUT, .rate = 0.3), DENSE(.units = 3)},
     {OTHER(ACTIVATION, .f = AE_TANH), DENSE(.units = 5, .f = AE_SILU, .no_bias = true), DENSE(.units = 6)}, 4, 3},
    {"shared weights", 6, 5, {DENSE(.units = 4, .f = AE_GELU), DENSE(.units = 4)},
     {TIED(0, .units = 6, .f = AE_ELU), DENSE(.units = 4), TIED(1, .units = 4, .no_bias = true), TIED(0, .units = 6)},
     2, 4},
    {"wide", 300, 5, {DENSE(.units = 280), OTHER(BATCH_NORM, .f = AE_RELU), DENSE(.units = 20)},
     {TIED(2, .units = 280, .f = AE_TANH), TIED(0, .units = 300)}, 3, 2},
    {"long batch", 40, 300, {DENSE(.units = 30, .f = AE_SOFTPLUS)}, {DENSE(.units = 40)}, 1, 1},
};

/* What the defaults leave out is set by the test. */
static const ae_train_options optimizers[] = {
    {.optimizer = AE_SGD},
    {.optimizer = AE_SGD, .momentum = 0.8, .weight_decay = 0.01, .l1_decay = 0.003},
    {.optimizer = AE_SGD, .momentum = 0.8, .nesterov = 1, .clip_value = 0.05},
    {.optimizer = AE_RMSPROP},
    {.optimizer = AE_RMSPROP, .momentum = 0.5, .weight_decay = 0.02},
    {.optimizer = AE_ADAM},
    {.optimizer = AE_ADAM, .l1_decay = 0.01, .clip_value = 0.1},
    {.optimizer = AE_ADAMW, .weight_decay = 0.1},
};

static ae_train_options complete(const ae_train_options *given)
{
    ae_train_options options = *given;
    options.seed = 3;
    options.epochs = options.schedule_epochs = 1;
    options.batch_size = 300;
    options.learning_rate = 0.01;
    options.rho = 0.9;
    options.beta1 = 0.9;
    options.beta2 = 0.99;
    options.epsilon = 1e-8;
    options.schedule_factor = 0.1;
    options.sparsity_target = 0.05;
    options.samples = 1;
    assert_int_equal(aei_train_options_check(&options), AE_OK);
    return options;
}

static ae_model *make_model(const plan *p, ae_runtime *runtime)
{
    ae_model *model = layer_rows_model(p->encoder, p->encoder_count, p->decoder, p->decoder_count, p->input_dim,
                                       AE_SQUARED_ERROR, runtime);
    if (!model)
        fail_msg("%s: %s", p->name, aei_error_text());
    layer_rows_randomise(model, 4);
    return model;
}

/* One way of stepping. */
typedef struct side {
    ae_model *model;
    gradcheck_model gradients;
    aei_optimizer optimizer;
} side;

static void open_side(side *s, const plan *p, const ae_train_options *options, ae_runtime *runtime)
{
    s->model = make_model(p, runtime);
    assert_true(gradcheck_model_open(&s->gradients, s->model, p->rows, true, 5));
    assert_int_equal(aei_optimizer_init(&s->optimizer, runtime, options, s->model->set.trained), AE_OK);
}

static void close_side(side *s)
{
    gradcheck_model_close(&s->gradients);
    aei_optimizer_clear(&s->optimizer);
    aei_model_delete(s->model);
}

static void step(side *s, bool fused, const ae_train_options *options)
{
    gradcheck_model *g = &s->gradients;
    s->model->kernels->enter();
    g->pass.step = s->optimizer.steps;
    gradcheck_model_forward(g);
    const aei_update update = aei_optimizer_next(&s->optimizer, &s->model->set, g->pass.gradients,
                                                 options->learning_rate);
    g->pass.update = fused ? &update : NULL;
    aei_objective_backward(s->model, g->workspace, &g->pass, &g->objective, g->x, s->model->encoder.in);
    if (!fused)
        aei_optimizer_apply(s->model->kernels, &s->model->set, &update);
    g->pass.update = NULL;
    s->model->kernels->leave();
}

static bool same(const aei_real *a, const aei_real *b, size_t count)
{
    return (!a && !b) || (a && b && memcmp(a, b, count * sizeof *a) == 0);
}

static void compare(const side *a, const side *b, const plan *p, size_t optimizer, const char *what)
{
    const aei_param_set *set = &a->model->set;
    if (!same(set->values, b->model->set.values, set->total))
        fail_msg("%s, optimizer %zu: %s changes a parameter", p->name, optimizer, what);
    if (!same(a->optimizer.m, b->optimizer.m, set->trained) || !same(a->optimizer.v, b->optimizer.v, set->trained))
        fail_msg("%s, optimizer %zu: %s changes the optimizer's state", p->name, optimizer, what);
}

static void test_fused_is_unfused(void **state)
{
    ae_runtime_options threads = {.struct_size = sizeof threads, .threads = 3};
    ae_runtime *runtime;
    size_t pairs = 0;
    (void)state;
    assert_int_equal(aei_runtime_new(&runtime, &threads), AE_OK);
    for (size_t i = 0; i < COUNT(plans); i++)
        for (size_t j = 0; j < COUNT(optimizers); j++) {
            const ae_train_options options = complete(&optimizers[j]);
            side fused, unfused, threaded;
            open_side(&fused, &plans[i], &options, NULL);
            open_side(&unfused, &plans[i], &options, NULL);
            open_side(&threaded, &plans[i], &options, runtime);
            for (int k = 0; k < STEPS; k++) {
                step(&fused, true, &options);
                step(&unfused, false, &options);
                step(&threaded, true, &options);
                compare(&fused, &unfused, &plans[i], j, "fusing");
                compare(&fused, &threaded, &plans[i], j, "the number of threads");
            }
            /* and it did move */
            ae_model *start = make_model(&plans[i], NULL);
            assert_false(same(start->set.values, fused.model->set.values, start->set.trained));
            assert_null(aei_param_set_non_finite(&fused.model->set));
            aei_model_delete(start);
            close_side(&fused);
            close_side(&unfused);
            close_side(&threaded);
            pairs++;
        }
    aei_runtime_release(runtime);
    print_message("%zu pairs of %d steps\n", pairs, STEPS);
}

/* The trainer fuses unless it has to know the norm first; a limit that is never met must change nothing. */
static void test_trainer_fuses_what_it_may(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(plans); i++)
        for (size_t j = 0; j < COUNT(optimizers); j++) {
            const plan *p = &plans[i];
            static float x[300 * 300];
            ae_model *models[2];
            double losses[2];
            aei_rng rng = aei_rng_stream(6, AEI_RNG_SAMPLE, 0, 0);
            for (size_t k = 0; k < p->rows * p->input_dim; k++)
                x[k] = (float)aei_rng_below(&rng, k, 1000) / 1000;
            for (int limited = 0; limited < 2; limited++) {
                ae_train_options options = complete(&optimizers[j]);
                ae_trainer *trainer;
                options.clip_norm = limited ? 1e30 : 0;
                models[limited] = make_model(p, NULL);
                assert_int_equal(aei_trainer_new(&trainer, models[limited], &options), AE_OK);
                assert_int_equal(trainer->fuses_update, !limited);
                for (int k = 0; k < STEPS; k++)
                    assert_int_equal(aei_trainer_step(trainer, x, p->rows, p->input_dim, NULL, 0, &losses[limited]),
                                     AE_OK);
                aei_trainer_delete(trainer);
            }
            if (losses[0] != losses[1] ||
                !same(models[0]->set.values, models[1]->set.values, models[0]->set.total))
                fail_msg("%s, optimizer %zu: the trainer's ways differ", p->name, j);
            aei_model_delete(models[0]);
            aei_model_delete(models[1]);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fused_is_unfused),
        cmocka_unit_test(test_trainer_fuses_what_it_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
