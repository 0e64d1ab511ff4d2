/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Trains autoencoders of every kind on images, from PCA to variational ones, and leaves a page to look at.
 * examples/demo.sh builds and runs it; --help lists the options. */
#include <autoencoder/autoencoder.h>

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/images.h"
#include "support/progress.h"
#include "support/report.h"

static const char usage[] =
    "usage: demo [options]\n"
    "Trains autoencoders on the 8x8 digits of examples/data and writes a page, index.html.\n"
    "  --data DIR     use MNIST, Fashion-MNIST or the like: DIR has {train,t10k}-images-idx3-ubyte[.gz]\n"
    "  --output DIR   folder for the page (default ./demo-out)\n"
    "  --epochs N     passes over the data, for every model\n"
    "  --threads N    threads (default: one per processor; results do not depend on it)\n"
    "  --seed N       of the split, the first weights and the order of the images (default 1)\n"
    "  --help         this text\n";

/* How a model is built, for any images. */
typedef struct recipe {
    const char *name, *style;
    size_t hidden_count;
    ae_activation hidden_activation, latent_activation, output_activation;
    ae_code code;
    double noise;
} recipe;

static const recipe recipes[MODELS] = {
    [PCA] = {.name = "PCA", .style = "pca"},
    [LINEAR] = {.name = "linear", .style = "linear"},
    [DEEP] = {.name = "deep", .style = "deep", .hidden_count = 2, .hidden_activation = AE_SILU,
              .output_activation = AE_SIGMOID},
    [DENOISING] = {.name = "denoising", .style = "denoising", .hidden_count = 1, .hidden_activation = AE_RELU,
                   .output_activation = AE_SIGMOID, .noise = 0.5},
    [SPARSE] = {.name = "sparse", .style = "sparse", .latent_activation = AE_RELU, .code = AE_CODE_TOPK},
    [VARIATIONAL] = {.name = "variational", .style = "variational", .hidden_count = 2, .hidden_activation = AE_RELU,
                     .output_activation = AE_SIGMOID, .code = AE_CODE_GAUSSIAN},
    [PLANE] = {.name = "variational, plane", .style = "plane", .hidden_count = 2, .hidden_activation = AE_RELU,
               .output_activation = AE_SIGMOID, .code = AE_CODE_GAUSSIAN},
};

/* How large it is and how it is trained, for some images. Without epochs it is PCA. */
typedef struct plan {
    size_t hidden[2], latent_dim, topk;
    ae_loss loss;
    uint64_t epochs;
    size_t batch_size;
    double learning_rate, weight_decay, dropout;
    int32_t batch_norm;
} plan;

/* hidden layers, code, entries left of it, loss; epochs, batch, rate, decay, dropout, normalisation */
static const plan plans_for_digits[MODELS] = {
    [PCA] = {.latent_dim = 8},
    [LINEAR] = {{0}, 8, 0, AE_SQUARED_ERROR, 200, 32, 1e-2, 0.0, 0.0, 0},
    [DEEP] = {{256, 128}, 8, 0, AE_SQUARED_ERROR, 200, 32, 1e-3, 0.0, 0.0, 0},
    [DENOISING] = {{256}, 64, 0, AE_SQUARED_ERROR, 100, 32, 1e-3, 0.0, 0.0, 0},
    [SPARSE] = {{0}, 100, 8, AE_SQUARED_ERROR, 100, 32, 3e-3, 3e-3, 0.0, 0},
    [VARIATIONAL] = {{256, 128}, 8, 0, AE_GAUSSIAN_LIKELIHOOD, 200, 64, 1e-3, 0.0, 0.1, 0},
    [PLANE] = {{256, 128}, 2, 0, AE_GAUSSIAN_LIKELIHOOD, 200, 64, 1e-3, 0.0, 0.1, 0},
};

static const plan plans_for_folders[MODELS] = {
    [PCA] = {.latent_dim = 32},
    [LINEAR] = {{0}, 32, 0, AE_SQUARED_ERROR, 15, 128, 2e-3, 0.0, 0.0, 0},
    [DEEP] = {{512, 256}, 32, 0, AE_SQUARED_ERROR, 12, 128, 1e-3, 0.0, 0.0, 1},
    [DENOISING] = {{512}, 128, 0, AE_SQUARED_ERROR, 10, 128, 1e-3, 0.0, 0.0, 0},
    [SPARSE] = {{0}, 256, 16, AE_SQUARED_ERROR, 10, 128, 2e-3, 1e-3, 0.0, 0},
    [VARIATIONAL] = {{512, 256}, 12, 0, AE_BINARY_CROSS_ENTROPY, 15, 128, 1e-3, 0.0, 0.0, 0},
    [PLANE] = {{512, 256}, 2, 0, AE_BINARY_CROSS_ENTROPY, 15, 128, 1e-3, 0.0, 0.0, 0},
};

static ae_cancel *cancel;

static void on_interrupt(int number)
{
    (void)number;
    ae_cancel_request(cancel);
}

/* The widths of the layers as text, such as 64-32-8-32-64. */
static void describe(trained *t, const recipe *r, const plan *p, size_t pixels)
{
    int used = snprintf(t->layers, sizeof t->layers, "%zu", pixels);
    for (size_t i = 0; i < r->hidden_count; i++)
        used += snprintf(t->layers + used, sizeof t->layers - (size_t)used, "-%zu", p->hidden[i]);
    used += snprintf(t->layers + used, sizeof t->layers - (size_t)used, "-%zu", p->latent_dim);
    for (size_t i = r->hidden_count; i-- > 0;)
        used += snprintf(t->layers + used, sizeof t->layers - (size_t)used, "-%zu", p->hidden[i]);
    snprintf(t->layers + used, sizeof t->layers - (size_t)used, "-%zu", pixels);
}

/* The losses of each epoch, which the model remembers. */
static ae_status copy_history(trained *t)
{
    t->epochs = ae_model_history_length(t->model);
    t->train = calloc(t->epochs, sizeof *t->train);
    t->validation = calloc(t->epochs, sizeof *t->validation);
    if (!t->train || !t->validation) return AE_ERROR_NO_MEMORY;
    for (size_t i = 0; i < t->epochs; i++) {
        ae_epoch_report report = {.struct_size = sizeof report};
        ae_status status = ae_model_history(t->model, i, &report);
        if (status != AE_OK) return status;
        t->train[i] = report.train_loss;
        t->validation[i] = report.validation_loss;
        t->seconds += report.seconds;
        t->best = report.best_epoch;
    }
    return AE_OK;
}

/* Makes the model and trains it; the progress line hears of it. */
static ae_status fit(trained *t, const recipe *r, const plan *p, const image_set *images, ae_runtime *runtime,
                     uint64_t seed, uint64_t epochs, progress *line)
{
    ae_model_options options;
    ae_model_options_init(&options, sizeof options);
    options.runtime = runtime;
    options.seed = seed;
    options.input_dim = images_pixels(images);
    options.hidden_dims = p->hidden;
    options.hidden_count = r->hidden_count;
    options.latent_dim = p->latent_dim;
    options.hidden_activation = r->hidden_activation;
    options.latent_activation = r->latent_activation;
    options.output_activation = r->output_activation;
    options.code = r->code;
    options.topk = p->topk;
    options.loss = p->loss;
    options.noise = p->loss == AE_GAUSSIAN_LIKELIHOOD ? AE_NOISE_OPTIMAL : AE_NOISE_FIXED;
    options.batch_norm = p->batch_norm;
    options.dropout = p->dropout;

    ae_train_options training;
    ae_train_options_init(&training, sizeof training);
    training.seed = seed;
    training.epochs = epochs ? epochs : p->epochs;
    training.batch_size = p->batch_size;
    training.learning_rate = p->learning_rate;
    training.weight_decay = p->weight_decay;
    training.corruption = t->corruption;
    training.schedule = AE_SCHEDULE_COSINE;
    training.patience = training.epochs; /* no early end, but the best epoch's weights */
    training.callback = progress_epoch;
    training.callback_user = line;
    training.cancel = cancel;

    ae_status status = ae_model_create(&t->model, &options);
    if (status == AE_OK) status = ae_fit(t->model, images->train, images->validation, &training);
    if (status == AE_OK) status = copy_history(t);
    return status;
}

static ae_status solve_pca(trained *t, const plan *p, const image_set *images, ae_runtime *runtime)
{
    ae_pca_options options;
    ae_pca_options_init(&options, sizeof options);
    options.runtime = runtime;
    double started = seconds_now();
    ae_status status = ae_pca_fit(&t->model, images->train, p->latent_dim, &options, NULL, NULL);
    t->seconds = seconds_now() - started;
    return status;
}

static ae_status train(trained *t, int number, const plan *p, const image_set *images, ae_runtime *runtime,
                       uint64_t seed, uint64_t epochs, ae_corruption *noise)
{
    const recipe *r = &recipes[number - 1];
    progress line;
    t->name = r->name;
    t->style = r->style;
    if (r->noise > 0.0) {
        ae_corruption_init(noise, sizeof *noise);
        noise->kind = AE_CORRUPTION_GAUSSIAN;
        noise->deviation = r->noise;
        t->corruption = noise;
    }
    describe(t, r, p, images_pixels(images));
    progress_begin(&line, t->name, number, MODELS);
    ae_status status = p->epochs ? fit(t, r, p, images, runtime, seed, epochs, &line) : solve_pca(t, p, images, runtime);
    t->test.struct_size = sizeof t->test;
    if (status == AE_OK) status = ae_evaluate(t->model, images->test, &t->test);

    char text[96] = "stopped";
    if (status == AE_OK && !p->epochs)
        snprintf(text, sizeof text, "solved in %.2f s, test error %.4g per image", t->seconds, t->test.squared_error);
    else if (status == AE_OK)
        snprintf(text, sizeof text, "%zu epochs in %.1f s, test error %.4g per image", t->epochs, t->seconds,
                 t->test.squared_error);
    progress_end(&line, text);
    return status;
}

static void print_result(const image_set *images, const trained models[MODELS], const char *path)
{
    char *absolute = realpath(path, NULL);
    printf("\nSquared error per image on %zu test images, summed over %zu pixels:\n", images_test_rows(images),
           images_pixels(images));
    for (size_t m = 0; m < MODELS; m++)
        printf("  %-19s %8.4f   %s\n", models[m].name, models[m].test.squared_error, models[m].layers);
    printf("\nThe page to look at: %s\n", absolute ? absolute : path);
    free(absolute);
}

/* A number of an option, or the end of the program. */
static uint64_t number(const char *option, const char *text, uint64_t low, uint64_t high)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno || end == text || *end || *text == '-' || value < low || value > high) {
        fprintf(stderr, "demo: --%s takes a number from %llu to %llu, not \"%s\"\n", option, (unsigned long long)low,
                (unsigned long long)high, text);
        exit(2);
    }
    return value;
}

typedef struct settings {
    const char *data, *output;
    uint64_t epochs, threads, seed; /* epochs 0: those of the plans */
} settings;

/* Reads the command line; ends the program after --help or a mistake. */
static settings parse(int argc, char **argv)
{
    static const struct option options[] = {{"data", required_argument, NULL, 'd'},
                                            {"output", required_argument, NULL, 'o'},
                                            {"epochs", required_argument, NULL, 'e'},
                                            {"threads", required_argument, NULL, 't'},
                                            {"seed", required_argument, NULL, 's'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    settings s = {NULL, "demo-out", 0, processors < 1 ? 1 : processors > 16 ? 16 : (uint64_t)processors, 1};
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (c) {
        case 'd':
            s.data = optarg;
            break;
        case 'o':
            s.output = optarg;
            break;
        case 'e':
            s.epochs = number("epochs", optarg, 1, 100000);
            break;
        case 't':
            s.threads = number("threads", optarg, 1, 256);
            break;
        case 's':
            s.seed = number("seed", optarg, 0, UINT64_MAX);
            break;
        case 'h':
            fputs(usage, stdout);
            exit(0);
        default:
            fputs(usage, stderr);
            exit(2);
        }
    }
    if (optind < argc) {
        fprintf(stderr, "demo: what is \"%s\"?\n%s", argv[optind], usage);
        exit(2);
    }
    return s;
}

/* Trains all models and writes the page to `path`. */
static ae_status run(const settings *s, const char *path, ae_runtime *runtime)
{
    image_set images;
    trained models[MODELS] = {0};
    ae_corruption noise;
    const plan *plans = s->data ? plans_for_folders : plans_for_digits;
    ae_status status = images_read(&images, s->data, s->seed);
    for (int m = 0; status == AE_OK && m < MODELS; m++)
        status = train(&models[m], m + 1, &plans[m], &images, runtime, s->seed, s->epochs, &noise);
    if (status == AE_OK) {
        char footnote[160];
        snprintf(footnote, sizeof footnote,
                 "Made by examples/demo.sh with libautoencoder %s, %s kernels, threads: %u, "
                 "seed: %llu.",
                 ae_version(), ae_runtime_kernels(runtime), (unsigned)ae_runtime_threads(runtime),
                 (unsigned long long)s->seed);
        status = report_write(path, &images, models, footnote);
    }
    if (status == AE_OK) print_result(&images, models, path);
    for (size_t m = 0; m < MODELS; m++) {
        ae_model_free(models[m].model);
        free(models[m].train);
        free(models[m].validation);
    }
    images_free(&images);
    return status;
}

int main(int argc, char **argv)
{
    settings s = parse(argc, argv);
    char path[4096];
    if (mkdir(s.output, 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "%s: %s\n", s.output, strerror(errno));
        return 1;
    }
    if ((size_t)snprintf(path, sizeof path, "%s/index.html", s.output) >= sizeof path) {
        fprintf(stderr, "%s: too long\n", s.output);
        return 1;
    }

    ae_runtime *runtime = NULL;
    ae_runtime_options options;
    ae_runtime_options_init(&options, sizeof options);
    options.threads = (uint32_t)s.threads;
    ae_status status = ae_runtime_create(&runtime, &options);
    if (status == AE_OK) status = ae_cancel_create(&cancel, NULL);
    if (status == AE_OK) {
        signal(SIGINT, on_interrupt);
        status = run(&s, path, runtime);
        signal(SIGINT, SIG_DFL);
    }
    ae_cancel_free(cancel);
    ae_runtime_free(runtime);
    return status == AE_ERROR_CANCELLED ? 130 : finish(status);
}
