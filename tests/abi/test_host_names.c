/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A host with functions and variables of every name that a numerical library likes, linked with the static library: it
 * links, its own are never called, and the library computes as ever. */
#include <autoencoder/autoencoder.h>
#include <stdio.h>

#define HOST_FUNCTIONS(F)                                                                                          \
    F(activation) F(activation_forward) F(adam) F(adam_step) F(add) F(allocate) F(array_create) F(axpy)             \
    F(backward) F(batch) F(batch_norm) F(blas_gemm) F(bce) F(check) F(clip) F(clock_now) F(codes) F(config)         \
    F(corrupt) F(cross_entropy) F(csv_read) F(dataset) F(dataset_create) F(dataset_free) F(debug) F(decode)         \
    F(decoder) F(defaults) F(dense) F(dense_backward) F(dense_forward) F(dispatch) F(dot) F(dropout) F(encode)      \
    F(encoder) F(error) F(error_set) F(evaluate) F(fail) F(fit) F(forward) F(gemm) F(gelu) F(get_error)             \
    F(glorot) F(gzip_read) F(he_normal) F(idx_read) F(infer) F(init) F(io_read) F(json_parse) F(json_write)         \
    F(kernels) F(kl_divergence) F(lasso) F(last_error) F(layer_create) F(log_error) F(log_info) F(log_message)      \
    F(loss) F(loss_create) F(matmul) F(matrix_multiply) F(model_create) F(model_free) F(model_load)                 \
    F(model_save) F(mse) F(network_create) F(network_forward) F(normal) F(npy_read) F(objective) F(optimizer)       \
    F(optimizer_step) F(options_import) F(param_create) F(parse) F(path) F(pca) F(pool_run) F(print_error)          \
    F(random_normal) F(random_uniform) F(read_file) F(reader_open) F(reconstruct) F(relu) F(reparameterize)         \
    F(reset) F(rng) F(rng_next) F(run) F(safetensors_read) F(sample) F(save) F(scale) F(schedule) F(score)           \
    F(sgd) F(sgd_step) F(shuffle) F(sigmoid) F(softmax) F(softplus) F(sparsity) F(split) F(status_name)             \
    F(step) F(stop) F(sum) F(task) F(tensor_create) F(tensor_free) F(thread_pool) F(threads) F(trainer_step)        \
    F(transpose) F(uniform) F(update) F(version) F(warn) F(workspace) F(write_file) F(writer_open)

static int called;

#define DEFINE(name) \
    int name(void);  \
    int name(void)   \
    {                \
        return ++called; \
    }
HOST_FUNCTIONS(DEFINE)
#define COUNT(name) +(name() > 0)

enum { ROWS = 32, WIDTH = 8 };

/* Trains and encodes; returns 0 if anything was wrong. */
static int library_works(void)
{
    float x[ROWS * WIDTH], codes[ROWS * 2];
    ae_evaluation before = {.struct_size = sizeof before}, after = {.struct_size = sizeof after};
    ae_model_options options;
    ae_model *model = NULL;
    ae_dataset *data = NULL;
    for (int i = 0; i < ROWS * WIDTH; i++)
        x[i] = i / WIDTH % WIDTH == i % WIDTH ? 1.0f : 0.0f;
    ae_model_options_init(&options, sizeof options);
    options.input_dim = WIDTH;
    options.latent_dim = 2;
    int ok = ae_dataset_from_memory(&data, NULL, x, ROWS, WIDTH, 0) == AE_OK &&
             ae_model_create(&model, &options) == AE_OK && ae_evaluate(model, data, &before) == AE_OK &&
             ae_fit(model, data, NULL, NULL) == AE_OK && ae_evaluate(model, data, &after) == AE_OK &&
             ae_encode(model, x, ROWS, 0, codes, 0) == AE_OK && after.loss < before.loss &&
             ae_model_save(model, "no/such/folder/model") == AE_ERROR_IO;
    ae_model_free(model);
    ae_dataset_free(data);
    return ok;
}

int main(void)
{
    const int works = library_works();
    const int by_library = called;
    const int names = 0 HOST_FUNCTIONS(COUNT);
    printf("%d names of the host, %d calls by the library%s%s\n", names, by_library, works ? "" : "; it failed: ",
           works ? "" : ae_last_error());
    return works && by_library == 0 && called == names ? 0 : 1;
}
