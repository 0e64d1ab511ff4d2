/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The figures of docs/recipes.md: trains one model on MNIST (or Fashion-MNIST) and prints its test errors.
 *     example_mnist DIR shallow|deep|hinton|linear|vae|denoising [EPOCHS [SEED [THREADS]]]
 * DIR holds {train,t10k}-images-idx3-ubyte[.gz]. */
#include <autoencoder/autoencoder.h>

#include <math.h>
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
    printf("epoch %2llu/%llu  train loss %8.4f  test loss %8.4f  squared error %7.4f  cross-entropy %7.3f  %.1f s\n",
           (unsigned long long)epoch->epoch, (unsigned long long)epoch->epochs, epoch->train_loss, test.loss,
           test.squared_error, test.binary_cross_entropy, epoch->seconds);
    fflush(stdout);
    return 0;
}

/* Peak signal-to-noise ratio in dB of the noisy test images, and of what the model makes of them. */
static ae_status print_restored(const ae_model *model, const ae_dataset *test, const ae_corruption *noise)
{
    double before = 0, after = 0;
    float noisy[784], restored[784];
    const size_t rows = ae_dataset_rows(test);
    for (size_t r = 0; r < rows; r++) {
        const float *clean = ae_dataset_row(test, r);
        ae_status status = ae_corrupt(noise, 1, r, clean, 1, 784, 0, noisy, 0);
        if (status == AE_OK) status = ae_reconstruct(model, noisy, 1, 0, restored, 0);
        if (status != AE_OK) return status;
        for (size_t i = 0; i < 784; i++) {
            before += pow((double)noisy[i] - (double)clean[i], 2);
            after += pow((double)restored[i] - (double)clean[i], 2);
        }
    }
    const double pixels = 784.0 * (double)rows;
    printf("PSNR: noisy %.2f dB, restored %.2f dB\n", -10 * log10(before / pixels), -10 * log10(after / pixels));
    return AE_OK;
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
    } else if (strcmp(recipe, "linear") == 0) {
        options->latent_dim = 30;
        options->output_activation = AE_IDENTITY;
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

int main(int argc, char **argv)
{
    const char *recipe = argc > 2 ? argv[2] : "";
    ae_runtime *runtime = NULL;
    ae_dataset *train = NULL, *test = NULL;
    ae_model *model = NULL;
    ae_runtime_options machine;
    ae_model_options options;
    ae_train_options training;
    ae_corruption noise;
    ae_runtime_options_init(&machine, sizeof machine);
    ae_model_options_init(&options, sizeof options);
    ae_train_options_init(&training, sizeof training);
    ae_corruption_init(&noise, sizeof noise);
    if (!cook(recipe, &options, &training, &noise)) {
        fputs("usage: mnist DIR shallow|deep|hinton|linear|vae|denoising [EPOCHS [SEED [THREADS]]]\n", stderr);
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
    if (noise.kind != AE_CORRUPTION_NONE && print_restored(model, test, &noise) != AE_OK) return fail("restoring");
    ae_model_free(model);
    ae_dataset_free(train);
    ae_dataset_free(test);
    ae_runtime_free(runtime);
    return 0;
}
