/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A program of today that meets an old library: compiled with the headers of today, run with the shared library of an
 * early commit, which check_old_library.py builds. It calls only what that library has; each struct is a block of the
 * size it has today, so that a sanitizer sees a library that reads or writes more. */
#include <autoencoder/autoencoder.h>

#include <dlfcn.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 64, WIDTH = 8, CODE = 2, EPOCHS = 20 };

static float x[ROWS * WIDTH];
static ae_dataset *data;
static ae_model *model;
static uint64_t reports;

static void check_at(int line, int ok, const char *what)
{
    if (ok)
        return;
    printf("%d: not so: %s (last error: %s)\n", line, what, ae_last_error());
    exit(1);
}
#define CHECK(condition) check_at(__LINE__, (condition) != 0, #condition)

static void *rubbish(size_t size)
{
    void *memory = malloc(size);
    CHECK(memory);
    memset(memory, 0xa5, size);
    return memory;
}

/* ---- a call for each option struct that the old library has ------------------------------------------------------ */

static ae_status use_runtime(void *options)
{
    ae_runtime *runtime;
    ae_status status = ae_runtime_create(&runtime, options);
    ae_runtime_free(runtime);
    return status;
}

static ae_status use_read(void *options)
{
    ae_dataset *read;
    ae_status status = ae_dataset_read_csv_memory(&read, "1,2\n", 4, options);
    ae_dataset_free(read);
    return status;
}

static ae_status use_model(void *options)
{
    ae_model *made;
    ((ae_model_options *)options)->input_dim = WIDTH;
    ((ae_model_options *)options)->latent_dim = CODE;
    ae_status status = ae_model_create(&made, options);
    ae_model_free(made);
    return status;
}

static ae_status use_dense(void *options)
{
    ae_layer_list *list;
    CHECK(ae_layer_list_create(&list, NULL) == AE_OK);
    ae_status status = ae_layer_list_add_dense(list, 3, AE_RELU, options);
    ae_layer_list_free(list);
    return status;
}

static ae_status use_batch_norm(void *options)
{
    ae_layer_list *list;
    CHECK(ae_layer_list_create(&list, NULL) == AE_OK);
    ae_status status = ae_layer_list_add_batch_norm(list, options);
    ae_layer_list_free(list);
    return status;
}

static ae_status use_load(void *options)
{
    unsigned char file[16384];
    size_t size;
    ae_model *loaded;
    CHECK(ae_model_save_memory(model, file, sizeof file, &size) == AE_OK);
    ae_status status = ae_model_load_memory(&loaded, file, size, options);
    ae_model_free(loaded);
    return status;
}

static ae_status use_train(void *options)
{
    ((ae_train_options *)options)->epochs = 1;
    return ae_fit(model, data, NULL, options);
}

/* ---- the structs ------------------------------------------------------------------------------------------------- */

/* Type, its size in the old library (where the first field begins that came later), a call. */
#define STRUCTS                                                               \
    ROW(ae_runtime_options, sizeof(ae_runtime_options), use_runtime)          \
    ROW(ae_read_options, sizeof(ae_read_options), use_read)                   \
    ROW(ae_model_options, offsetof(ae_model_options, output_dim), use_model)  \
    ROW(ae_dense_options, sizeof(ae_dense_options), use_dense)                \
    ROW(ae_batch_norm_options, sizeof(ae_batch_norm_options), use_batch_norm) \
    ROW(ae_load_options, sizeof(ae_load_options), use_load)                   \
    ROW(ae_train_options, offsetof(ae_train_options, corruption), use_train)

/* The old library gives every new field zero, accepts it so, and refuses each byte of it that is set. */
#define ROW(type, known, call)                                     \
    static void try_##type(void)                                   \
    {                                                              \
        unsigned char *options = rubbish(sizeof(type));            \
        type##_init((type *)options, sizeof(type));                \
        CHECK(((type *)options)->struct_size == sizeof(type));     \
        for (size_t i = known; i < sizeof(type); i++)              \
            CHECK(options[i] == 0);                                \
        CHECK(call(options) == AE_OK);                             \
        for (size_t i = known; i < sizeof(type); i++) {            \
            options[i] = 1;                                        \
            CHECK(call(options) == AE_ERROR_UNSUPPORTED);          \
            CHECK(strstr(ae_last_error(), #type));                 \
            options[i] = 0;                                        \
        }                                                          \
        CHECK(call(options) == AE_OK);                             \
        free(options);                                             \
    }
STRUCTS
#undef ROW

static void try_structs(void)
{
#define ROW(type, known, call) try_##type();
    STRUCTS
#undef ROW
}

/* ---- what a host does -------------------------------------------------------------------------------------------- */

static void fields_of_today(void)
{
    ae_model *none;
    ae_model_options options;
    ae_train_options training;
    ae_corruption corruption = {.struct_size = sizeof corruption, .kind = AE_CORRUPTION_MASK};
    ae_model_options_init(&options, sizeof options);
    options.input_dim = WIDTH;
    options.latent_dim = CODE;
    options.code = AE_CODE_GAUSSIAN;
    CHECK(ae_model_create(&none, &options) == AE_ERROR_UNSUPPORTED && !none);
    options.code = AE_CODE_PLAIN;
    options.loss = AE_GAUSSIAN_LIKELIHOOD; /* a value of tomorrow in a field of then */
    CHECK(ae_model_create(&none, &options) == AE_ERROR_INVALID_ARGUMENT && !none);

    ae_train_options_init(&training, sizeof training);
    training.corruption = &corruption;
    CHECK(ae_fit(model, data, NULL, &training) == AE_ERROR_UNSUPPORTED);
    training.corruption = NULL;
    training.kl_weight = 0.5;
    CHECK(ae_fit(model, data, NULL, &training) == AE_ERROR_UNSUPPORTED);
}

/* A report is the library's own block: one of then is shorter than the program's type. */
static int32_t after_epoch(void *user, const ae_epoch_report *report)
{
    ++*(uint64_t *)user;
    CHECK(report->struct_size == offsetof(ae_epoch_report, reconstruction));
    CHECK(report->epoch == reports && report->epochs == EPOCHS && report->train_loss > 0);
    return 0;
}

static void train(void)
{
    ae_evaluation *before = rubbish(sizeof *before), *after = rubbish(sizeof *after);
    ae_epoch_report *report = rubbish(sizeof *report);
    ae_train_options *options = rubbish(sizeof *options);
    ae_trainer *trainer;
    double loss = 0;
    before->struct_size = after->struct_size = sizeof *before;
    report->struct_size = sizeof *report;
    ae_train_options_init(options, sizeof *options);
    CHECK(options->batch_size == 128 && options->optimizer == AE_ADAM && options->learning_rate == 1e-3);
    options->epochs = EPOCHS;
    options->batch_size = 16;
    options->learning_rate = 0.02;
    options->callback = after_epoch;
    options->callback_user = &reports;
    CHECK(ae_evaluate(model, data, before) == AE_OK);
    CHECK(ae_fit(model, data, NULL, options) == AE_OK && reports == EPOCHS);
    CHECK(ae_evaluate(model, data, after) == AE_OK);
    CHECK(after->struct_size == sizeof *after && after->rows == ROWS && after->loss < 0.8 * before->loss);
    CHECK(after->squared_error < before->squared_error && after->reconstruction == 0 && after->accuracy == 0);

    CHECK(ae_model_history(model, EPOCHS - 1, report) == AE_OK);
    CHECK(report->struct_size == sizeof *report && report->epoch == EPOCHS && isnan(report->validation_loss));
    CHECK(report->reconstruction == 0 && report->kl == 0 && report->penalty == 0);

    CHECK(ae_trainer_create(&trainer, model, options) == AE_OK);
    CHECK(ae_trainer_step(trainer, x, 16, 0, NULL, 0, &loss) == AE_OK && loss > 0 && loss < before->loss);
    ae_trainer_free(trainer);
    free(options);
    free(report);
    free(before);
    free(after);
}

static void use(const char *path)
{
    float code[ROWS * CODE], again[ROWS * CODE], x_hat[ROWS * WIDTH], decoded[ROWS * WIDTH], errors[ROWS];
    ae_model *loaded;
    CHECK(ae_encode(model, x, ROWS, 0, code, 0) == AE_OK);
    CHECK(ae_decode(model, code, ROWS, 0, decoded, 0) == AE_OK);
    CHECK(ae_reconstruct(model, x, ROWS, 0, x_hat, 0) == AE_OK);
    CHECK(memcmp(decoded, x_hat, sizeof x_hat) == 0);
    CHECK(ae_reconstruction_error(model, x, ROWS, 0, AE_SQUARED_ERROR, errors) == AE_OK);
    for (int row = 0; row < ROWS; row++) {
        double sum = 0;
        for (int column = 0; column < WIDTH; column++)
            sum += pow((double)x[row * WIDTH + column] - (double)x_hat[row * WIDTH + column], 2);
        CHECK(fabs(sum - (double)errors[row]) < 1e-5);
    }
    CHECK(ae_model_save(model, path) == AE_OK);
    CHECK(ae_model_load(&loaded, path, NULL) == AE_OK);
    remove(path);
    CHECK(ae_encode(loaded, x, ROWS, 0, again, 0) == AE_OK);
    CHECK(memcmp(code, again, sizeof code) == 0);
    ae_model_free(loaded);
}

int main(int argc, char **argv)
{
    ae_model_options options;
    CHECK(argc == 2); /* a file that may be written */
    for (int i = 0; i < ROWS * WIDTH; i++)
        x[i] = i / WIDTH % WIDTH == i % WIDTH ? 0.9f : 0.1f;
    CHECK(!dlsym(dlopen(NULL, RTLD_NOW), "ae_pca_fit")); /* it is the old library */
    ae_model_options_init(&options, sizeof options);
    options.input_dim = WIDTH;
    options.latent_dim = CODE;
    options.output_activation = AE_SIGMOID;
    options.loss = AE_BINARY_CROSS_ENTROPY;
    CHECK(ae_model_create(&model, &options) == AE_OK);
    CHECK(ae_dataset_from_memory(&data, NULL, x, ROWS, WIDTH, 0) == AE_OK);
    train();
    use(argv[1]);
    try_structs();
    fields_of_today();
    ae_dataset_free(data);
    ae_model_free(model);
    puts("as docs/abi.md promises");
    return 0;
}
