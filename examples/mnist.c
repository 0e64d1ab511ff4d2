/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The figures of docs/recipes.md: trains one of three autoencoders on MNIST (or Fashion-MNIST) and prints the test errors.
 *     example_mnist DIR shallow|deep|hinton [EPOCHS [SEED [THREADS]]]
 * DIR holds {train,t10k}-images-idx3-ubyte[.gz]. */
#include <autoencoder/autoencoder.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int fail(const char *what)
{
    fprintf(stderr, "mnist: %s: %s\n", what, ae_last_error());
    return 1;
}

static ae_status read_images(ae_dataset **out, const char *folder, const char *part)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s-images-idx3-ubyte.gz", folder, part);
    if (ae_dataset_read_idx(out, path, NULL) == AE_OK) return AE_OK;
    snprintf(path, sizeof path, "%s/%s-images-idx3-ubyte", folder, part);
    return ae_dataset_read_idx(out, path, NULL);
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
    printf("epoch %2llu/%llu  train loss %8.4f  test squared error %7.4f  test cross-entropy %7.3f  %.1f s\n",
           (unsigned long long)epoch->epoch, (unsigned long long)epoch->epochs, epoch->train_loss, test.squared_error,
           test.binary_cross_entropy, epoch->seconds);
    fflush(stdout);
    return 0;
}

int main(int argc, char **argv)
{
    static const size_t deep[] = {512, 256}, wide[] = {1000, 500, 250};
    const char *recipe = argc > 2 ? argv[2] : "";
    ae_runtime *runtime = NULL;
    ae_dataset *train = NULL, *test = NULL;
    ae_model *model = NULL;
    ae_runtime_options machine;
    ae_model_options options;
    ae_train_options training;
    ae_runtime_options_init(&machine, sizeof machine);
    ae_model_options_init(&options, sizeof options);
    ae_train_options_init(&training, sizeof training);
    training.epochs = 10;
    options.input_dim = 784;
    options.output_activation = AE_SIGMOID;
    if (strcmp(recipe, "shallow") == 0) {
        options.latent_dim = 128;
        options.latent_activation = AE_RELU;
        options.init = AE_INIT_TORCH;
    } else if (strcmp(recipe, "deep") == 0) {
        options.hidden_dims = deep, options.hidden_count = 2;
        options.latent_dim = 32;
        options.latent_activation = AE_RELU;
        options.loss = AE_BINARY_CROSS_ENTROPY;
        options.init = AE_INIT_TORCH;
    } else if (strcmp(recipe, "hinton") == 0) {
        /* [hinton] */
        options.hidden_dims = wide, options.hidden_count = 3; /* 1000, 500, 250 */
        options.latent_dim = 30;                              /* linear */
        options.hidden_activation = AE_SILU;
        options.batch_norm = 1;
        training.epochs = 40;
        training.batch_size = 128;
        training.learning_rate = 2e-3; /* Adam */
        training.schedule = AE_SCHEDULE_COSINE;
        /* [hinton] */
    } else {
        fputs("usage: mnist DIR shallow|deep|hinton [EPOCHS [SEED [THREADS]]]\n", stderr);
        return 2;
    }
    if (argc > 3) training.epochs = strtoull(argv[3], NULL, 10);
    if (argc > 4) options.seed = training.seed = strtoull(argv[4], NULL, 10);
    if (argc > 5) machine.threads = (uint32_t)strtoul(argv[5], NULL, 10);

    if (ae_runtime_create(&runtime, &machine) != AE_OK) return fail("runtime");
    options.runtime = runtime;
    if (read_images(&train, argv[1], "train") != AE_OK || read_images(&test, argv[1], "t10k") != AE_OK)
        return fail("reading the images");
    if (ae_model_create(&model, &options) != AE_OK) return fail("model");
    watch w = {model, test};
    training.callback = report;
    training.callback_user = &w;
    printf("%s: %zu parameters, seed %llu, kernels %s, %u thread(s)\n", recipe, ae_model_parameter_count(model),
           (unsigned long long)options.seed, ae_runtime_kernels(runtime), (unsigned)ae_runtime_threads(runtime));
    if (ae_fit(model, train, NULL, &training) != AE_OK) return fail("training");
    ae_model_free(model);
    ae_dataset_free(train);
    ae_dataset_free(test);
    ae_runtime_free(runtime);
    return 0;
}
