/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A program of the first days. The headers beside it are the first ones, kept as they were; neither they nor this file are
 * brought up to date, and what is built of them must run with every library of the same ABI number. It calls every
 * function of these headers; each struct is a block of its own of the size it had, so that a sanitizer sees a library
 * that reads or writes more. */
#include <autoencoder/autoencoder.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 64, WIDTH = 8, CODE = 2 };

static float x[ROWS * WIDTH];

static void check_at(int line, int ok, const char *what)
{
    if (ok) return;
    printf("%d: not so: %s (last error: %s)\n", line, what, ae_last_error());
    exit(1);
}
#define CHECK(condition) check_at(__LINE__, (condition) != 0, #condition)
#define OK(call) check_at(__LINE__, (call) == AE_OK, #call)

/* A struct's block, full of what its init function must overwrite. */
static void *block(size_t size)
{
    void *memory = malloc(size);
    CHECK(memory);
    memset(memory, 0xa5, size);
    return memory;
}
#define NEW(type, name)                 \
    type *name = block(sizeof(type));   \
    type##_init(name, sizeof(type));    \
    CHECK(name->struct_size == sizeof(type))

static int blocks, lines, epochs;

static void *allocate(void *user, size_t size)
{
    ++*(int *)user;
    return malloc(size);
}

static void deallocate(void *user, void *memory, size_t size)
{
    (void)size;
    --*(int *)user;
    free(memory);
}

static void hear(void *user, int32_t level, const char *message)
{
    *(int *)user += level == AE_LOG_INFO && message[0] != 0;
}

static void one_after_the_other(void *user, ae_task task, void *work, size_t count)
{
    (void)user;
    for (size_t i = 0; i < count; i++)
        task(work, i);
}

static int32_t after_epoch(void *user, const ae_epoch_report *report)
{
    ++*(int *)user;
    CHECK(report->struct_size >= sizeof *report && report->epoch == (uint64_t)epochs && report->train_loss > 0);
    return 0;
}

static ae_runtime *make_runtime(void)
{
    ae_runtime *runtime;
    NEW(ae_runtime_options, options);
    CHECK(options->threads == 1 && options->kernels == AE_KERNELS_AUTO);
    options->allocate = allocate, options->deallocate = deallocate, options->allocator_user = &blocks;
    options->log = hear, options->log_user = &lines;
    options->parallel = one_after_the_other;
    options->threads = 2;
    OK(ae_runtime_create(&runtime, options));
    free(options);
    CHECK(ae_runtime_threads(runtime) == 2 && strcmp(ae_runtime_kernels(runtime), "") != 0 && lines > 0);
    return runtime;
}

static void datasets(ae_runtime *runtime)
{
    static const char csv[] = "a;b\n1;2\n3;4\n";
    static const unsigned char idx[] = {0, 0, 8, 1, 0, 0, 0, 2, 0, 255};
    ae_dataset *all, *part, *rest, *read;
    OK(ae_dataset_from_memory(&all, runtime, x, ROWS, WIDTH, 0));
    OK(ae_dataset_split(all, 0.25, 1, &rest, &part));
    CHECK(ae_dataset_rows(rest) == 48 && ae_dataset_rows(part) == 16 && ae_dataset_columns(part) == WIDTH);
    ae_dataset_free(part);
    OK(ae_dataset_slice(&part, all, 3, 2));
    CHECK(ae_dataset_row(part, 0) == x + 3 * WIDTH && ae_dataset_row(part, 2) == NULL);
    ae_dataset_free(part);
    ae_dataset_free(rest);
    ae_dataset_free(all);

    NEW(ae_read_options, options);
    CHECK(options->scale_bytes == 1);
    options->runtime = runtime;
    options->csv_delimiter = ';';
    OK(ae_dataset_read_csv_memory(&read, csv, sizeof csv - 1, options));
    CHECK(strcmp(ae_dataset_column_name(read, 1), "b") == 0);
    ae_dataset_free(read);
    OK(ae_dataset_read_idx_memory(&read, idx, sizeof idx, options));
    CHECK(ae_dataset_row(read, 1)[0] == 1);
    ae_dataset_free(read);
    CHECK(ae_dataset_read_npy_memory(&read, idx, sizeof idx, options) == AE_ERROR_FORMAT && !read);
    CHECK(ae_dataset_read_csv(&read, "no/such", options) == AE_ERROR_IO);
    CHECK(ae_dataset_read_idx(&read, "no/such", options) == AE_ERROR_IO);
    CHECK(ae_dataset_read_npy(&read, "no/such", options) == AE_ERROR_IO);
    free(options);
}

static ae_model *make_model(ae_runtime *runtime)
{
    ae_model *model;
    const size_t hidden[] = {6};
    NEW(ae_model_options, options);
    options->runtime = runtime;
    options->input_dim = WIDTH;
    options->latent_dim = CODE;
    options->hidden_dims = hidden, options->hidden_count = 1;
    options->output_activation = AE_SIGMOID;
    options->loss = AE_BINARY_CROSS_ENTROPY;
    OK(ae_model_create(&model, options));
    free(options);
    CHECK(ae_model_input_dim(model) == WIDTH && ae_model_latent_dim(model) == CODE);
    CHECK(ae_model_loss(model) == AE_BINARY_CROSS_ENTROPY && ae_model_parameter_count(model) == 142);
    return model;
}

static void layers(ae_runtime *runtime)
{
    ae_layer_list *encoder, *decoder;
    ae_model *model;
    NEW(ae_dense_options, dense);
    NEW(ae_batch_norm_options, norm);
    NEW(ae_model_options, options);
    CHECK(dense->bias == 1 && norm->momentum == 0.1);
    OK(ae_layer_list_create(&encoder, runtime));
    OK(ae_layer_list_create(&decoder, runtime));
    OK(ae_layer_list_add_dense(encoder, 3, AE_IDENTITY, dense));
    OK(ae_layer_list_add_batch_norm(encoder, norm));
    OK(ae_layer_list_add_activation(encoder, AE_TANH, 0));
    OK(ae_layer_list_add_dropout(encoder, 0.1));
    dense->tied = 1, dense->tied_to = 0;
    OK(ae_layer_list_add_dense(decoder, WIDTH, AE_IDENTITY, dense));
    options->runtime = runtime;
    options->input_dim = WIDTH;
    OK(ae_model_create_from_layers(&model, encoder, decoder, options));
    ae_layer_list_free(encoder);
    ae_layer_list_free(decoder);
    ae_model_free(model);
    free(dense);
    free(norm);
    free(options);
}

static void tensors(ae_model *model)
{
    float values[6 * WIDTH];
    size_t rows, columns;
    CHECK(ae_model_tensor_count(model) == 8 && strcmp(ae_model_tensor_name(model, 0), "encoder.0.weight") == 0);
    OK(ae_model_tensor_shape(model, "encoder.0.weight", &rows, &columns));
    CHECK(rows == 6 && columns == WIDTH);
    OK(ae_model_get_tensor(model, "encoder.0.weight", values, 6 * WIDTH));
    OK(ae_model_set_tensor(model, "encoder.0.weight", values, 6 * WIDTH));
}

static void train(ae_model *model, ae_runtime *runtime)
{
    ae_dataset *data;
    ae_cancel *cancel;
    ae_trainer *trainer;
    double loss = 0;
    ae_epoch_report *report = block(sizeof *report);
    ae_evaluation *before = block(sizeof *before), *after = block(sizeof *after);
    NEW(ae_train_options, options);
    report->struct_size = sizeof *report;
    before->struct_size = after->struct_size = sizeof *before;

    OK(ae_dataset_from_memory(&data, runtime, x, ROWS, WIDTH, 0));
    OK(ae_evaluate(model, data, before));
    OK(ae_cancel_create(&cancel, runtime));
    options->epochs = 20;
    options->batch_size = 16;
    options->learning_rate = 0.02;
    options->callback = after_epoch, options->callback_user = &epochs;
    options->cancel = cancel;
    OK(ae_fit(model, data, NULL, options));
    OK(ae_evaluate(model, data, after));
    CHECK(after->rows == ROWS && after->loss < before->loss && after->squared_error < before->squared_error);
    CHECK(fabs(after->binary_cross_entropy - after->loss) < 1e-4 * after->loss);
    CHECK(epochs == 20 && ae_model_history_length(model) == 20);
    OK(ae_model_history(model, 19, report));
    CHECK(report->epoch == 20 && report->struct_size == sizeof *report && isnan(report->validation_loss));

    ae_cancel_request(cancel);
    CHECK(ae_cancel_requested(cancel) && ae_fit(model, data, NULL, options) == AE_ERROR_CANCELLED);
    CHECK(strcmp(ae_status_name(AE_ERROR_CANCELLED), "AE_ERROR_CANCELLED") == 0);
    ae_cancel_reset(cancel);

    OK(ae_trainer_create(&trainer, model, options));
    OK(ae_trainer_step(trainer, x, 16, 0, NULL, 0, &loss));
    OK(ae_trainer_set_learning_rate(trainer, 0.01));
    OK(ae_trainer_epoch(trainer, data, report));
    CHECK(loss > 0 && ae_trainer_steps(trainer) == 5);
    ae_trainer_free(trainer);
    ae_cancel_free(cancel);
    ae_dataset_free(data);
    free(report);
    free(before);
    free(after);
    free(options);
}

static void use(const ae_model *model, ae_runtime *runtime, const char *path)
{
    float codes[ROWS * CODE], again[ROWS * CODE], x_hat[ROWS * WIDTH], decoded[ROWS * WIDTH], errors[ROWS];
    size_t size;
    ae_model *loaded;
    OK(ae_encode(model, x, ROWS, 0, codes, 0));
    OK(ae_decode(model, codes, ROWS, 0, decoded, 0));
    OK(ae_reconstruct(model, x, ROWS, 0, x_hat, 0));
    CHECK(memcmp(decoded, x_hat, sizeof x_hat) == 0);
    OK(ae_reconstruction_error(model, x, ROWS, 0, AE_SQUARED_ERROR, errors));
    CHECK(errors[0] > 0 && errors[0] < WIDTH);

    NEW(ae_load_options, options);
    CHECK(options->max_bytes == (uint64_t)4 << 30);
    options->runtime = runtime;
    OK(ae_model_save_memory(model, NULL, 0, &size));
    void *file = block(size);
    OK(ae_model_save_memory(model, file, size, &size));
    OK(ae_model_load_memory(&loaded, file, size, options));
    OK(ae_encode(loaded, x, ROWS, 0, again, 0));
    CHECK(memcmp(codes, again, sizeof codes) == 0);
    ae_model_free(loaded);
    OK(ae_model_save(model, path));
    OK(ae_model_load(&loaded, path, options));
    ae_model_free(loaded);
    remove(path);
    free(file);
    free(options);
}

int main(int argc, char **argv)
{
    CHECK(argc == 2); /* a file that may be written */
    for (int i = 0; i < ROWS * WIDTH; i++)
        x[i] = i / WIDTH % WIDTH == i % WIDTH ? 0.9f : 0.1f;
    ae_runtime *runtime = make_runtime();
    datasets(runtime);
    ae_model *model = make_model(runtime);
    layers(runtime);
    tensors(model);
    train(model, runtime);
    use(model, runtime, argv[1]);
    ae_model_free(model);
    ae_runtime_free(runtime);
    CHECK(blocks == 0);
    CHECK(ae_version_number() >= AE_VERSION_NUMBER);
    printf("built with the headers of %d.%d, ran with %s\n", AE_VERSION_MAJOR, AE_VERSION_MINOR, ae_version());
    return 0;
}
