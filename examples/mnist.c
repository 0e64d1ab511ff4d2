/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The figures of docs/recipes.md: trains one model on MNIST (or Fashion-MNIST) and prints its test errors.
 *     example_mnist DIR shallow|deep|hinton|linear|tied|orthonormal|vae|denoising|pca
 *                   [EPOCHS [SEED [THREADS [PICTURE]]]]
 * DIR holds {train,t10k}-images-idx3-ubyte[.gz]; PICTURE is a PNG file for what denoising restores. */
#include <autoencoder/autoencoder.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/mnist.h"

static int fail(const char *what)
{
    fprintf(stderr, "mnist: %s: %s\n", what, ae_last_error());
    return 1;
}

/* What the epochs report to: the test set is looked at, never learned from. */
typedef struct watch {
    const ae_model *model;
    const ae_dataset *test;
} watch;

static int32_t report(void *user, const ae_epoch_report *epoch)
{
    const watch *w = user;
    ae_evaluation test = {.struct_size = sizeof test};
    if (ae_evaluate(w->model, w->test, &test) != AE_OK) return 1;
    printf("epoch %2llu/%llu  train loss %8.4f  test loss %8.4f  squared error %7.4f  cross-entropy %7.3f  %.1f s\n",
           (unsigned long long)epoch->epoch, (unsigned long long)epoch->epochs, epoch->train_loss, test.loss,
           test.squared_error, test.binary_cross_entropy, epoch->seconds);
    fflush(stdout);
    return 0;
}

/* What a recipe sets; 0 if there is none of that name. */
static int cook(const char *recipe, ae_model_options *options, ae_train_options *training, ae_corruption *noise)
{
    static const size_t deep[] = {512, 256}, wide[] = {1000, 500, 250}, one[] = {400};
    options->input_dim = 784;
    options->output_activation = AE_SIGMOID;
    options->init = AE_INIT_TORCH;
    training->epochs = 10;
    if (strcmp(recipe, "shallow") == 0) {
        options->latent_dim = 128;
        options->latent_activation = AE_RELU;
    } else if (strcmp(recipe, "deep") == 0 || strcmp(recipe, "denoising") == 0) {
        options->hidden_dims = deep, options->hidden_count = 2;
        options->latent_dim = 32;
        options->latent_activation = AE_RELU;
        options->loss = AE_BINARY_CROSS_ENTROPY;
        if (strcmp(recipe, "denoising") == 0) {
            options->latent_dim = 128;
            noise->kind = AE_CORRUPTION_GAUSSIAN;
            noise->deviation = 0.5;
            training->corruption = noise;
        }
    } else if (strcmp(recipe, "linear") == 0 || strcmp(recipe, "tied") == 0 || strcmp(recipe, "orthonormal") == 0) {
        options->latent_dim = 30;
        options->output_activation = AE_IDENTITY;
        options->tied = strcmp(recipe, "linear") != 0;
        training->orthonormal = strcmp(recipe, "orthonormal") == 0;
        training->learning_rate = 3e-3;
        training->epochs = 40;
        training->schedule = AE_SCHEDULE_COSINE;
    } else if (strcmp(recipe, "vae") == 0) {
        options->hidden_dims = one, options->hidden_count = 1;
        options->latent_dim = 20;
        options->code = AE_CODE_GAUSSIAN;
        options->loss = AE_BINARY_CROSS_ENTROPY;
    } else if (strcmp(recipe, "hinton") == 0) {
        /* [hinton] */
        options->hidden_dims = wide, options->hidden_count = 3; /* 1000, 500, 250 */
        options->latent_dim = 30;                               /* linear */
        options->hidden_activation = AE_SILU;
        options->batch_norm = 1;
        options->init = AE_INIT_AUTO;
        training->epochs = 40;
        training->batch_size = 128;
        training->learning_rate = 2e-3; /* Adam */
        training->schedule = AE_SCHEDULE_COSINE;
        /* [hinton] */
    } else {
        return 0;
    }
    return 1;
}

/* Trains the model of a recipe, and prints what is asked of such a model. */
static int learn(const char *recipe, const ae_dataset *train, const ae_dataset *test, ae_model_options *options,
                 ae_train_options *training, const char *picture)
{
    ae_model *model = NULL;
    if (ae_model_create(&model, options) != AE_OK) return fail("model");
    watch w = {model, test};
    training->callback = report;
    training->callback_user = &w;
    printf("%s: %zu parameters, seed %llu, kernels %s, %u thread(s)\n", recipe, ae_model_parameter_count(model),
           (unsigned long long)options->seed, ae_runtime_kernels(options->runtime),
           (unsigned)ae_runtime_threads(options->runtime));
    if (ae_fit(model, train, NULL, training) != AE_OK) return fail("training");
    if (options->hidden_count == 0 && options->output_activation == AE_IDENTITY &&
        mnist_compare_with_pca(model, train) != AE_OK)
        return fail("comparing");
    if (training->corruption && mnist_restore(model, test, training->corruption, picture) != AE_OK)
        return fail("restoring");
    ae_model_free(model);
    return 0;
}

int main(int argc, char **argv)
{
    const char *recipe = argc > 2 ? argv[2] : "";
    const int pca = strcmp(recipe, "pca") == 0;
    ae_runtime *runtime = NULL;
    ae_dataset *train = NULL, *test = NULL;
    ae_runtime_options machine;
    ae_model_options options;
    ae_train_options training;
    ae_corruption noise;
    ae_runtime_options_init(&machine, sizeof machine);
    ae_model_options_init(&options, sizeof options);
    ae_train_options_init(&training, sizeof training);
    ae_corruption_init(&noise, sizeof noise);
    if (!pca && !cook(recipe, &options, &training, &noise)) {
        fputs("usage: mnist DIR shallow|deep|hinton|linear|tied|orthonormal|vae|denoising|pca "
              "[EPOCHS [SEED [THREADS [PICTURE]]]]\n", stderr);
        return 2;
    }
    if (argc > 3) training.epochs = strtoull(argv[3], NULL, 10);
    if (argc > 4) options.seed = training.seed = strtoull(argv[4], NULL, 10);
    if (argc > 5) machine.threads = (uint32_t)strtoul(argv[5], NULL, 10);

    if (ae_runtime_create(&runtime, &machine) != AE_OK) return fail("runtime");
    options.runtime = runtime;
    if (mnist_read(&train, argv[1], "train") != AE_OK || mnist_read(&test, argv[1], "t10k") != AE_OK)
        return fail("reading the images");
    int code = 0;
    if (pca)
        code = mnist_pca(runtime, train, test) == AE_OK ? 0 : fail("components");
    else
        code = learn(recipe, train, test, &options, &training, argc > 6 ? argv[6] : NULL);
    ae_dataset_free(train);
    ae_dataset_free(test);
    ae_runtime_free(runtime);
    return code;
}
