/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What compiled programs know by heart: the fields of the public structs, in order and without a gap between them (a gap
 * could swallow a new field without changing the size), their sizes, and the numbers of the constants. A new field goes
 * to the end of its struct and of its list here; nothing in this file is ever renumbered. Sizes are those of 64-bit
 * systems; elsewhere the test is skipped. */
#include <autoencoder/autoencoder.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

typedef struct field {
    const char *name;
    size_t offset, size;
} field;

#define FIELD(type, name) {#type "." #name, offsetof(type, name), sizeof((type *)0)->name}

static void check(const field *fields, size_t count, size_t size)
{
    size_t end = 0;
    for (size_t i = 0; i < count; i++) {
        if (fields[i].offset != end)
            fail_msg("%s is at %zu, not at %zu", fields[i].name, fields[i].offset, end);
        end += fields[i].size;
    }
    assert_int_equal(end, size);
}

#define CHECK(type, size, ...)                                      \
    do {                                                            \
        const field fields[] = {__VA_ARGS__};                       \
        assert_int_equal(sizeof(type), size);                       \
        check(fields, sizeof fields / sizeof fields[0], sizeof(type)); \
    } while (0)

static void structs_are_laid_out_as_promised(void **state)
{
    (void)state;
    CHECK(ae_runtime_options, 72, FIELD(ae_runtime_options, struct_size),
          FIELD(ae_runtime_options, allocate), FIELD(ae_runtime_options, deallocate),
          FIELD(ae_runtime_options, allocator_user), FIELD(ae_runtime_options, log),
          FIELD(ae_runtime_options, log_user), FIELD(ae_runtime_options, parallel),
          FIELD(ae_runtime_options, parallel_user), FIELD(ae_runtime_options, threads),
          FIELD(ae_runtime_options, kernels));
    CHECK(ae_read_options, 64, FIELD(ae_read_options, struct_size), FIELD(ae_read_options, runtime),
          FIELD(ae_read_options, max_bytes), FIELD(ae_read_options, max_rows),
          FIELD(ae_read_options, scale_bytes), FIELD(ae_read_options, csv_header),
          FIELD(ae_read_options, csv_delimiter), FIELD(ae_read_options, csv_exclude),
          FIELD(ae_read_options, csv_columns), FIELD(ae_read_options, csv_column_count));
    CHECK(ae_model_options, 152, FIELD(ae_model_options, struct_size), FIELD(ae_model_options, runtime),
          FIELD(ae_model_options, seed), FIELD(ae_model_options, input_dim),
          FIELD(ae_model_options, latent_dim), FIELD(ae_model_options, hidden_dims),
          FIELD(ae_model_options, hidden_count), FIELD(ae_model_options, hidden_activation),
          FIELD(ae_model_options, latent_activation), FIELD(ae_model_options, output_activation),
          FIELD(ae_model_options, loss), FIELD(ae_model_options, init), FIELD(ae_model_options, bias),
          FIELD(ae_model_options, tied), FIELD(ae_model_options, batch_norm),
          FIELD(ae_model_options, activation_parameter), FIELD(ae_model_options, init_scale),
          FIELD(ae_model_options, dropout), FIELD(ae_model_options, output_dim),
          FIELD(ae_model_options, code), FIELD(ae_model_options, variance), FIELD(ae_model_options, noise),
          FIELD(ae_model_options, reserved), FIELD(ae_model_options, noise_deviation), FIELD(ae_model_options, topk));
    CHECK(ae_dense_options, 40, FIELD(ae_dense_options, struct_size), FIELD(ae_dense_options, bias),
          FIELD(ae_dense_options, init), FIELD(ae_dense_options, init_scale),
          FIELD(ae_dense_options, activation_parameter), FIELD(ae_dense_options, tied),
          FIELD(ae_dense_options, tied_to));
    CHECK(ae_batch_norm_options, 24, FIELD(ae_batch_norm_options, struct_size),
          FIELD(ae_batch_norm_options, momentum), FIELD(ae_batch_norm_options, epsilon));
    CHECK(ae_epoch_report, 96, FIELD(ae_epoch_report, struct_size), FIELD(ae_epoch_report, epoch),
          FIELD(ae_epoch_report, epochs), FIELD(ae_epoch_report, steps), FIELD(ae_epoch_report, train_loss),
          FIELD(ae_epoch_report, validation_loss), FIELD(ae_epoch_report, learning_rate),
          FIELD(ae_epoch_report, seconds), FIELD(ae_epoch_report, best_epoch),
          FIELD(ae_epoch_report, reconstruction), FIELD(ae_epoch_report, kl), FIELD(ae_epoch_report, penalty));
    CHECK(ae_train_options, 312, FIELD(ae_train_options, struct_size), FIELD(ae_train_options, seed),
          FIELD(ae_train_options, epochs), FIELD(ae_train_options, batch_size),
          FIELD(ae_train_options, optimizer), FIELD(ae_train_options, schedule),
          FIELD(ae_train_options, learning_rate), FIELD(ae_train_options, momentum),
          FIELD(ae_train_options, rho), FIELD(ae_train_options, beta1), FIELD(ae_train_options, beta2),
          FIELD(ae_train_options, epsilon), FIELD(ae_train_options, weight_decay),
          FIELD(ae_train_options, l1_decay), FIELD(ae_train_options, clip_value),
          FIELD(ae_train_options, clip_norm), FIELD(ae_train_options, min_learning_rate),
          FIELD(ae_train_options, schedule_factor), FIELD(ae_train_options, schedule_epochs),
          FIELD(ae_train_options, warmup_epochs), FIELD(ae_train_options, steps_per_epoch),
          FIELD(ae_train_options, validation_fraction), FIELD(ae_train_options, patience),
          FIELD(ae_train_options, min_delta), FIELD(ae_train_options, nesterov),
          FIELD(ae_train_options, shuffle), FIELD(ae_train_options, callback),
          FIELD(ae_train_options, callback_user), FIELD(ae_train_options, cancel),
          FIELD(ae_train_options, corruption), FIELD(ae_train_options, code_l1),
          FIELD(ae_train_options, sparsity_weight), FIELD(ae_train_options, sparsity_target),
          FIELD(ae_train_options, contraction), FIELD(ae_train_options, topk_boost),
          FIELD(ae_train_options, kl_weight), FIELD(ae_train_options, kl_warmup_epochs),
          FIELD(ae_train_options, kl_cycles), FIELD(ae_train_options, free_bits), FIELD(ae_train_options, samples),
          FIELD(ae_train_options, orthonormal), FIELD(ae_train_options, scaling));
    CHECK(ae_evaluation, 64, FIELD(ae_evaluation, struct_size), FIELD(ae_evaluation, rows),
          FIELD(ae_evaluation, loss), FIELD(ae_evaluation, squared_error),
          FIELD(ae_evaluation, binary_cross_entropy), FIELD(ae_evaluation, reconstruction),
          FIELD(ae_evaluation, kl), FIELD(ae_evaluation, accuracy));
    CHECK(ae_corruption, 56, FIELD(ae_corruption, struct_size), FIELD(ae_corruption, kind), FIELD(ae_corruption, clip),
          FIELD(ae_corruption, deviation), FIELD(ae_corruption, rate), FIELD(ae_corruption, value),
          FIELD(ae_corruption, emphasis_corrupted), FIELD(ae_corruption, emphasis_clean));
    CHECK(ae_pca_options, 64, FIELD(ae_pca_options, struct_size), FIELD(ae_pca_options, runtime),
          FIELD(ae_pca_options, seed), FIELD(ae_pca_options, solver), FIELD(ae_pca_options, center),
          FIELD(ae_pca_options, whiten), FIELD(ae_pca_options, iterations), FIELD(ae_pca_options, oversample),
          FIELD(ae_pca_options, cancel), FIELD(ae_pca_options, scaling), FIELD(ae_pca_options, reserved));
    CHECK(ae_dictionary_options, 96, FIELD(ae_dictionary_options, struct_size), FIELD(ae_dictionary_options, runtime),
          FIELD(ae_dictionary_options, seed), FIELD(ae_dictionary_options, lambda),
          FIELD(ae_dictionary_options, method), FIELD(ae_dictionary_options, nonnegative_code),
          FIELD(ae_dictionary_options, nonnegative_atoms), FIELD(ae_dictionary_options, iterations),
          FIELD(ae_dictionary_options, batch_size), FIELD(ae_dictionary_options, tolerance),
          FIELD(ae_dictionary_options, min_improvement), FIELD(ae_dictionary_options, initial_atoms),
          FIELD(ae_dictionary_options, cancel), FIELD(ae_dictionary_options, scaling),
          FIELD(ae_dictionary_options, reserved));
    CHECK(ae_vae_evaluation, 48, FIELD(ae_vae_evaluation, struct_size), FIELD(ae_vae_evaluation, rows),
          FIELD(ae_vae_evaluation, negative_elbo), FIELD(ae_vae_evaluation, reconstruction),
          FIELD(ae_vae_evaluation, kl), FIELD(ae_vae_evaluation, active_units));
    CHECK(ae_code_report, 32, FIELD(ae_code_report, struct_size), FIELD(ae_code_report, rows),
          FIELD(ae_code_report, zero_fraction), FIELD(ae_code_report, dead_units));
    CHECK(ae_load_options, 32, FIELD(ae_load_options, struct_size), FIELD(ae_load_options, runtime),
          FIELD(ae_load_options, max_bytes), FIELD(ae_load_options, allow_non_finite),
          FIELD(ae_load_options, reserved));
    CHECK(ae_export_c_options, 16, FIELD(ae_export_c_options, struct_size), FIELD(ae_export_c_options, prefix));
    CHECK(ae_export_onnx_options, 16, FIELD(ae_export_onnx_options, struct_size), FIELD(ae_export_onnx_options, graph),
          FIELD(ae_export_onnx_options, reserved));
    CHECK(ae_import_options, 32, FIELD(ae_import_options, struct_size), FIELD(ae_import_options, prefix),
          FIELD(ae_import_options, max_bytes), FIELD(ae_import_options, ignore_extra),
          FIELD(ae_import_options, reserved));
}

static void constants_keep_their_numbers(void **state)
{
    (void)state;
    assert_int_equal(AE_OK, 0);
    assert_int_equal(AE_ERROR_INVALID_ARGUMENT, 1);
    assert_int_equal(AE_ERROR_SHAPE, 2);
    assert_int_equal(AE_ERROR_NO_MEMORY, 3);
    assert_int_equal(AE_ERROR_IO, 4);
    assert_int_equal(AE_ERROR_FORMAT, 5);
    assert_int_equal(AE_ERROR_UNSUPPORTED, 6);
    assert_int_equal(AE_ERROR_NUMERIC, 7);
    assert_int_equal(AE_ERROR_CANCELLED, 8);
    assert_int_equal(AE_ERROR_DATA, 9);
    assert_int_equal(AE_LOG_INFO, 1);
    assert_int_equal(AE_LOG_WARNING, 2);
    assert_int_equal(AE_KERNELS_AUTO, 0);
    assert_int_equal(AE_KERNELS_REFERENCE, 1);
    assert_int_equal(AE_KERNELS_CBLAS, 2);
    assert_int_equal(AE_KERNELS_AVX2, 3);
    assert_int_equal(AE_KERNELS_AVX512, 4);
    assert_int_equal(AE_KERNELS_AVX512_BF16, 5);
    assert_int_equal(AE_KERNELS_AVX512_VNNI, 6);
    assert_int_equal(AE_CSV_HEADER_AUTO, 0);
    assert_int_equal(AE_CSV_HEADER_YES, 1);
    assert_int_equal(AE_CSV_HEADER_NO, 2);
    assert_int_equal(AE_IDENTITY, 0);
    assert_int_equal(AE_RELU, 1);
    assert_int_equal(AE_LEAKY_RELU, 2);
    assert_int_equal(AE_ELU, 3);
    assert_int_equal(AE_GELU, 4);
    assert_int_equal(AE_GELU_TANH, 5);
    assert_int_equal(AE_SILU, 6);
    assert_int_equal(AE_SOFTPLUS, 7);
    assert_int_equal(AE_TANH, 8);
    assert_int_equal(AE_SIGMOID, 9);
    assert_int_equal(AE_SQUARED_ERROR, 1);
    assert_int_equal(AE_BINARY_CROSS_ENTROPY, 2);
    assert_int_equal(AE_GAUSSIAN_LIKELIHOOD, 3);
    assert_int_equal(AE_SOFTMAX_CROSS_ENTROPY, 4);
    assert_int_equal(AE_NOISE_FIXED, 0);
    assert_int_equal(AE_NOISE_LEARNED, 1);
    assert_int_equal(AE_NOISE_PER_FEATURE, 2);
    assert_int_equal(AE_NOISE_OPTIMAL, 3);
    assert_int_equal(AE_CODE_PLAIN, 0);
    assert_int_equal(AE_CODE_TOPK, 1);
    assert_int_equal(AE_CODE_GAUSSIAN, 2);
    assert_int_equal(AE_CODE_LASSO, 3);
    assert_int_equal(AE_VARIANCE_SHARED, 0);
    assert_int_equal(AE_VARIANCE_SEPARATE, 1);
    assert_int_equal(AE_VARIANCE_ONE, 2);
    assert_int_equal(AE_SCALING_NONE, 0);
    assert_int_equal(AE_SCALING_MINMAX, 1);
    assert_int_equal(AE_SCALING_STANDARD, 2);
    assert_int_equal(AE_SCALING_ROBUST, 3);
    assert_int_equal(AE_SCALING_GIVEN, 4);
    assert_int_equal(AE_ONNX_RECONSTRUCT, 0);
    assert_int_equal(AE_ONNX_ENCODER, 1);
    assert_int_equal(AE_ONNX_DECODER, 2);
    assert_int_equal(AE_CORRUPTION_NONE, 0);
    assert_int_equal(AE_CORRUPTION_GAUSSIAN, 1);
    assert_int_equal(AE_CORRUPTION_MASK, 2);
    assert_int_equal(AE_CORRUPTION_SALT_PEPPER, 3);
    assert_int_equal(AE_PCA_AUTO, 0);
    assert_int_equal(AE_PCA_EXACT, 1);
    assert_int_equal(AE_PCA_RANDOMIZED, 2);
    assert_int_equal(AE_DICTIONARY_BATCH, 0);
    assert_int_equal(AE_DICTIONARY_ONLINE, 1);
    assert_int_equal(AE_PATH_LINEAR, 0);
    assert_int_equal(AE_PATH_SPHERICAL, 1);
    assert_int_equal(AE_INIT_AUTO, 0);
    assert_int_equal(AE_INIT_GLOROT_UNIFORM, 1);
    assert_int_equal(AE_INIT_GLOROT_NORMAL, 2);
    assert_int_equal(AE_INIT_HE_UNIFORM, 3);
    assert_int_equal(AE_INIT_HE_NORMAL, 4);
    assert_int_equal(AE_INIT_TORCH, 5);
    assert_int_equal(AE_INIT_UNIFORM, 6);
    assert_int_equal(AE_INIT_NORMAL, 7);
    assert_int_equal(AE_SGD, 1);
    assert_int_equal(AE_RMSPROP, 2);
    assert_int_equal(AE_ADAM, 3);
    assert_int_equal(AE_ADAMW, 4);
    assert_int_equal(AE_SCHEDULE_CONSTANT, 0);
    assert_int_equal(AE_SCHEDULE_STEP, 1);
    assert_int_equal(AE_SCHEDULE_COSINE, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(structs_are_laid_out_as_promised),
        cmocka_unit_test(constants_keep_their_numbers),
    };
    if (sizeof(size_t) != 8 || sizeof(void *) != 8)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
