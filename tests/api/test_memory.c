/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Every allocation of every call fails in turn, once and from then on: NO_MEMORY, nothing leaked, the model as it was,
 * and a second try gives the bytes of a run that never failed. And how much is asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "support/architectures.h"
#include "support/failing_alloc.h"

enum { ROWS = 600, D = 8, LATENT = 3 };

static float x[ROWS * D];
static int32_t kernels = AE_KERNELS_AUTO; /* of scenes */

typedef struct scene {
    failing_alloc memory;
    ae_runtime *runtime;
    size_t which;
    ae_model *model;
    ae_dataset *data, *validation;
    unsigned char result[40000]; /* what the operation gave */
    size_t size;
} scene;

static void open_scene(scene *s, size_t which, uint32_t threads)
{
    memset(s, 0, sizeof *s);
    failing_alloc_init(&s->memory);
    s->which = which;
    s->runtime = failing_alloc_runtime_of(&s->memory, threads, kernels);
    assert_non_null(s->runtime);
    assert_int_equal(architecture_create(&s->model, which, s->runtime, 1), AE_OK);
    assert_int_equal(ae_dataset_from_memory(&s->data, s->runtime, x, ROWS - 20, D, 0), AE_OK);
    assert_int_equal(ae_dataset_from_memory(&s->validation, s->runtime, x + (ROWS - 20) * D, 20, D, 0), AE_OK);
}

static void close_scene(scene *s)
{
    ae_model_free(s->model);
    ae_dataset_free(s->data);
    ae_dataset_free(s->validation);
    ae_runtime_free(s->runtime);
    assert_true(failing_alloc_finish(&s->memory));
}

static void put(scene *s, const void *bytes, size_t size)
{
    assert_true(s->size + size <= sizeof s->result);
    memcpy(s->result + s->size, bytes, size);
    s->size += size;
}

static void put_model(scene *s, const ae_model *model)
{
    size_t count;
    float *tensors = architecture_tensors(model, &count);
    float scaling[2 * D];
    const double contamination = ae_model_contamination(model);
    put(s, tensors, count * sizeof *tensors);
    free(tensors);
    assert_int_equal(ae_model_get_scaling(model, scaling, scaling + D, D), AE_OK);
    put(s, scaling, sizeof scaling);
    put(s, &contamination, sizeof contamination);
    for (size_t i = 0; i < ae_model_history_length(model); i++) {
        ae_epoch_report report = {.struct_size = sizeof report};
        assert_int_equal(ae_model_history(model, i, &report), AE_OK);
        report.seconds = 0;
        put(s, &report, sizeof report);
    }
}

/* ---- operations; each puts what it gave into s->result */

static ae_status create(scene *s)
{
    ae_model *model = s->model;
    ae_status status = architecture_create(&model, s->which, s->runtime, 5);
    if (status != AE_OK)
        assert_null(model);
    else
        put_model(s, model);
    ae_model_free(model);
    return status;
}

static ae_status create_small_things(scene *s)
{
    ae_cancel *cancel = (ae_cancel *)s;
    ae_layer_list *list = (ae_layer_list *)s;
    ae_dataset *slice = s->data, *first = s->data, *second = s->data;
    ae_status status = ae_cancel_create(&cancel, s->runtime);
    assert_int_equal(status != AE_OK, !cancel);
    ae_cancel_free(cancel);
    if (status == AE_OK) {
        status = ae_layer_list_create(&list, s->runtime);
        assert_int_equal(status != AE_OK, !list);
        for (int i = 0; i < 20 && status == AE_OK; i++)
            status = ae_layer_list_add_dropout(list, 0.5);
        ae_layer_list_free(list);
    }
    if (status == AE_OK) {
        status = ae_dataset_slice(&slice, s->data, 3, 4);
        assert_int_equal(status != AE_OK, !slice);
        ae_dataset_free(slice);
    }
    if (status == AE_OK) {
        status = ae_dataset_split(s->data, 0.5, 1, &first, &second);
        assert_int_equal(status != AE_OK, !first && !second);
        ae_dataset_free(first);
        ae_dataset_free(second);
    }
    return status;
}

static ae_status fit(scene *s)
{
    ae_train_options options = architecture_training(s->which);
    ae_status status;
    options.epochs = 4;
    options.batch_size = 200;
    options.patience = 3;
    status = ae_fit(s->model, s->data, s->validation, &options);
    put_model(s, s->model);
    return status;
}

static ae_status fit_and_hold_out(scene *s)
{
    ae_train_options options = architecture_training(s->which);
    ae_status status;
    options.epochs = 2;
    options.validation_fraction = 0.1;
    status = ae_fit(s->model, s->data, NULL, &options);
    put_model(s, s->model);
    return status;
}

static ae_status fit_scaled(scene *s)
{
    ae_train_options options = architecture_training(s->which);
    ae_status status;
    options.epochs = 2;
    options.scaling = AE_SCALING_MINMAX;
    status = ae_fit(s->model, s->data, NULL, &options);
    put_model(s, s->model);
    return status;
}

/* What of it was done before the failure is what a second try does again. */
static ae_status fit_scaling_and_threshold(scene *s)
{
    ae_model *other = (ae_model *)s;
    ae_dataset *half = NULL, *rest = NULL;
    ae_status status = architecture_create(&other, s->which, s->runtime, 5);
    if (status == AE_OK)
        status = ae_dataset_split(s->data, 0.5, 1, &half, &rest);
    if (status == AE_OK)
        status = ae_model_fit_scaling(other, s->data, AE_SCALING_MINMAX);
    if (status == AE_OK)
        status = ae_model_fit_threshold(other, half, 0.1);
    if (status == AE_OK)
        status = ae_model_copy_encoder(s->model, other);
    if (status == AE_OK)
        put_model(s, other);
    ae_dataset_free(half);
    ae_dataset_free(rest);
    ae_model_free(other);
    return status;
}

static ae_status train(scene *s)
{
    const ae_train_options options = architecture_training(s->which);
    ae_trainer *trainer = (ae_trainer *)s;
    ae_status status = ae_trainer_create(&trainer, s->model, &options);
    assert_int_equal(status != AE_OK, !trainer);
    if (status == AE_OK)
        status = ae_trainer_epoch(trainer, s->data, NULL);
    if (status == AE_OK)
        assert_int_equal(ae_trainer_step(trainer, x, 16, 0, NULL, 0, NULL), AE_OK);
    ae_trainer_free(trainer);
    put_model(s, s->model);
    return status;
}

static ae_status encode(scene *s)
{
    static float out[ROWS * LATENT];
    ae_status status;
    memset(out, 0x7f, sizeof out);
    status = ae_encode(s->model, x, ROWS, 0, out, 0);
    put(s, out, sizeof out);
    return status;
}

static ae_status decode(scene *s)
{
    static float out[ROWS * D];
    ae_status status;
    memset(out, 0x7f, sizeof out);
    status = ae_decode(s->model, x, ROWS, 0, out, 0);
    put(s, out, sizeof out);
    return status;
}

static ae_status reconstruct(scene *s)
{
    static float out[ROWS * D];
    ae_status status;
    memset(out, 0x7f, sizeof out);
    status = ae_reconstruct(s->model, x, ROWS, 0, out, 0);
    put(s, out, sizeof out);
    return status;
}

static ae_status errors(scene *s)
{
    static float out[ROWS];
    ae_status status;
    memset(out, 0x7f, sizeof out);
    status = ae_reconstruction_error(s->model, x, ROWS, 0, AE_SQUARED_ERROR, out);
    put(s, out, sizeof out);
    return status;
}

static ae_status scores(scene *s)
{
    static float out[ROWS], features[ROWS * D];
    ae_status status;
    memset(out, 0x7f, sizeof out);
    memset(features, 0x7f, sizeof features);
    status = ae_score(s->model, x, ROWS, 0, out, features, 0);
    put(s, out, sizeof out);
    put(s, features, sizeof features);
    return status;
}

static ae_status evaluate(scene *s)
{
    ae_evaluation evaluation;
    ae_status status;
    memset(&evaluation, 0x7f, sizeof evaluation);
    evaluation.struct_size = sizeof evaluation;
    status = ae_evaluate(s->model, s->data, &evaluation);
    put(s, &evaluation, sizeof evaluation);
    return status;
}

static ae_status save_and_load_memory(scene *s)
{
    static unsigned char bytes[100000];
    ae_load_options options;
    ae_model *loaded = s->model;
    size_t size = 0;
    ae_status status;
    ae_load_options_init(&options, sizeof options);
    options.runtime = s->runtime;
    status = ae_model_save_memory(s->model, bytes, sizeof bytes, &size);
    if (status != AE_OK)
        return status;
    status = ae_model_load_memory(&loaded, bytes, size, &options);
    assert_int_equal(status != AE_OK, !loaded);
    if (status == AE_OK)
        put_model(s, loaded);
    ae_model_free(loaded);
    return status;
}

static ae_status save_and_load(scene *s)
{
    char path[64];
    ae_load_options options;
    ae_model *loaded = s->model;
    ae_status status;
    snprintf(path, sizeof path, "test_memory_%ld.safetensors", (long)getpid());
    ae_load_options_init(&options, sizeof options);
    options.runtime = s->runtime;
    status = ae_model_save(s->model, path);
    if (status == AE_OK) {
        status = ae_model_load(&loaded, path, &options);
        assert_int_equal(status != AE_OK, !loaded);
        if (status == AE_OK)
            put_model(s, loaded);
        ae_model_free(loaded);
    }
    unlink(path);
    return status;
}

static ae_status export_c(scene *s)
{
    char source[64], header[64];
    ae_status status;
    snprintf(source, sizeof source, "test_memory_%ld.c", (long)getpid());
    snprintf(header, sizeof header, "test_memory_%ld.h", (long)getpid());
    status = ae_export_c(s->model, source, &(ae_export_c_options){sizeof(ae_export_c_options), "memory"});
    assert_int_equal(access(header, F_OK) == 0, status == AE_OK); /* it comes last */
    unlink(source);
    unlink(header);
    return status;
}

static ae_status export_onnx(scene *s)
{
    char path[64];
    ae_export_onnx_options options;
    ae_status status = AE_OK;
    snprintf(path, sizeof path, "test_memory_%ld.onnx", (long)getpid());
    ae_export_onnx_options_init(&options, sizeof options);
    for (options.graph = AE_ONNX_RECONSTRUCT; status == AE_OK && options.graph <= AE_ONNX_DECODER; options.graph++) {
        status = ae_export_onnx(s->model, path, &options);
        assert_int_equal(access(path, F_OK) == 0, status == AE_OK);
        unlink(path);
    }
    return status;
}

static ae_status import_weights(scene *s)
{
    char path[64];
    ae_runtime *runtime = NULL; /* what is written here may not fail */
    ae_model *other;
    ae_status status;
    snprintf(path, sizeof path, "test_memory_%ld_import.safetensors", (long)getpid());
    assert_int_equal(architecture_create(&other, s->which, runtime, 9), AE_OK);
    assert_int_equal(ae_model_save(other, path), AE_OK);
    status = ae_model_import_safetensors(s->model, path, NULL);
    put_model(s, s->model);
    ae_model_free(other);
    unlink(path);
    return status;
}

typedef struct operation {
    const char *name;
    ae_status (*run)(scene *s);
    bool undone; /* what it puts on failure is what was there before: nothing has been written */
} operation;

static const operation operations[] = {
    {"create", create, false},
    {"create small things", create_small_things, false},
    {"fit", fit, true},
    {"fit and hold out", fit_and_hold_out, true},
    {"fit scaled", fit_scaled, true},
    {"fit scaling and threshold", fit_scaling_and_threshold, false},
    {"train", train, true},
    {"encode", encode, true},
    {"decode", decode, true},
    {"reconstruct", reconstruct, true},
    {"errors", errors, true},
    {"scores", scores, true},
    {"evaluate", evaluate, true},
    {"save and load in memory", save_and_load_memory, false},
    {"save and load", save_and_load, false},
    {"export C", export_c, false},
    {"export ONNX", export_onnx, false},
    {"import", import_weights, true},
};

/* What `result` holds when the operation has done nothing: outputs of 0x7f bytes, or the model as it is. */
static bool is_untouched(const operation *op, const scene *s, const scene *before)
{
    if (op->run == fit || op->run == fit_and_hold_out || op->run == fit_scaled || op->run == train ||
        op->run == import_weights)
        return s->size == before->size && memcmp(s->result, before->result, s->size) == 0;
    for (size_t i = op->run == evaluate ? sizeof(size_t) : 0; i < s->size; i++)
        if (s->result[i] != 0x7f)
            return false;
    return s->size > 0;
}

/* Returns how many failures were tried. */
static size_t check(const operation *op, size_t which, uint32_t threads)
{
    static scene good, s, before;
    size_t failures = 0;
    open_scene(&good, which, threads);
    assert_int_equal(op->run(&good), AE_OK);
    for (int for_ever = 0; for_ever < 2; for_ever++)
        for (size_t n = 1;; n++) {
            ae_status status;
            bool tripped;
            open_scene(&s, which, threads);
            before.size = 0;
            put_model(&before, s.model);
            failing_alloc_fail_at(&s.memory, n, for_ever);
            status = op->run(&s);
            tripped = s.memory.failed > 0;
            failing_alloc_fail_at(&s.memory, 0, false);
            if (!tripped) {
                assert_int_equal(status, AE_OK);
                close_scene(&s);
                break;
            }
            failures++;
            if (status != AE_ERROR_NO_MEMORY)
                fail_msg("%s, %s: allocation %zu fails, and the code is %s", op->name, architecture_name(which), n,
                         ae_status_name(status));
            assert_non_null(strstr(ae_last_error(), "out of memory"));
            if (op->undone && !is_untouched(op, &s, &before))
                fail_msg("%s, %s: allocation %zu fails, and something has changed", op->name,
                         architecture_name(which), n);
            s.size = 0;
            put_model(&s, s.model);
            assert_int_equal(s.size, before.size);
            assert_memory_equal(s.result, before.result, s.size);
            s.size = 0;
            assert_int_equal(op->run(&s), AE_OK);
            assert_int_equal(s.size, good.size);
            assert_memory_equal(s.result, good.result, s.size);
            close_scene(&s);
        }
    close_scene(&good);
    return failures;
}

static void check_operations(void)
{
    size_t failures = 0, runs = 0;
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        for (size_t which = 0; which < ARCHITECTURE_WIDE; which++)
            for (uint32_t threads = 1; threads <= 3; threads += 2) {
                if ((operations[i].run == save_and_load || operations[i].run == export_c ||
                     operations[i].run == export_onnx || operations[i].run == import_weights) &&
                    (which != ARCHITECTURE_NORM || threads > 1))
                    continue; /* waits for the disk; the others differ in memory alone */
                const size_t tried = check(&operations[i], which, threads);
                assert_true(tried > 0);
                failures += tried;
                runs++;
            }
    print_message("%zu operations, %zu injected failures\n", runs, failures);
}

static void test_every_allocation_failing(void **state)
{
    (void)state;
    check_operations();
}

/* False where there are no such kernels. */
static bool choose(int32_t set)
{
    ae_runtime *runtime;
    ae_runtime_options options;
    ae_runtime_options_init(&options, sizeof options);
    options.kernels = set;
    if (ae_runtime_create(&runtime, &options) != AE_OK)
        return false;
    ae_runtime_free(runtime);
    kernels = set;
    return true;
}

/* Inference in int8 keeps rounded weights. */
static void test_every_allocation_failing_in_int8(void **state)
{
    (void)state;
    if (!choose(AE_KERNELS_AVX512_VNNI))
        skip();
    check_operations();
    kernels = AE_KERNELS_AUTO;
}

/* ---- how much a trainer takes */

static const int32_t kernel_sets[] = {AE_KERNELS_REFERENCE, AE_KERNELS_CBLAS,       AE_KERNELS_AVX2,
                                      AE_KERNELS_AVX512,    AE_KERNELS_AVX512_BF16, AE_KERNELS_AVX512_VNNI};

/* A call of run() with each set of this build. */
static void over_sets(void (*run)(void))
{
    for (size_t k = 0; k < sizeof kernel_sets / sizeof *kernel_sets; k++)
        if (choose(kernel_sets[k]))
            run();
    kernels = AE_KERNELS_AUTO;
}

static void check_memory_of_a_trainer(void)
{
    for (size_t which = 0; which < ARCHITECTURE_WIDE; which++)
        for (int emphasis = 0; emphasis < 2; emphasis++) {
            static scene s;
            ae_train_options options = architecture_training(which);
            ae_corruption corruption;
            ae_trainer *trainer;
            size_t bytes, blocks, told;
            ae_corruption_init(&corruption, sizeof corruption);
            corruption.kind = AE_CORRUPTION_MASK;
            corruption.rate = 0.25;
            corruption.emphasis_corrupted = 2;
            if (emphasis)
                options.corruption = &corruption;
            open_scene(&s, which, 1);
            bytes = s.memory.live_bytes;
            blocks = s.memory.live_blocks;
            assert_int_equal(ae_trainer_create(&trainer, s.model, &options), AE_OK);
            told = ae_trainer_memory(trainer);
            bytes = s.memory.live_bytes - bytes; /* with what the library keeps of each block */
            blocks = s.memory.live_blocks - blocks;
            assert_in_range(bytes, told, told + 100 * blocks);
            assert_int_equal(ae_trainer_epoch(trainer, s.data, NULL), AE_OK);
            ae_trainer_free(trainer);
            close_scene(&s);
        }
}

static void test_memory_of_a_trainer(void **state)
{
    (void)state;
    over_sets(check_memory_of_a_trainer);
}

enum { WIDE = 1000 };

/* What a trainer of D-WIDE-D with Adam takes. */
static size_t memory_of_a_wide_one(int32_t set, size_t batch, double clip_norm)
{
    ae_train_options options;
    ae_runtime_options runtime_options;
    ae_runtime *runtime;
    ae_model_options model_options;
    ae_model *model;
    ae_trainer *trainer;
    size_t bytes;
    ae_runtime_options_init(&runtime_options, sizeof runtime_options);
    ae_model_options_init(&model_options, sizeof model_options);
    ae_train_options_init(&options, sizeof options);
    runtime_options.kernels = set;
    assert_int_equal(ae_runtime_create(&runtime, &runtime_options), AE_OK);
    model_options.runtime = runtime;
    model_options.input_dim = D;
    model_options.latent_dim = WIDE;
    options.batch_size = batch;
    options.clip_norm = clip_norm;
    assert_int_equal(ae_model_create(&model, &model_options), AE_OK);
    assert_int_equal(ae_trainer_create(&trainer, model, &options), AE_OK);
    bytes = ae_trainer_memory(trainer);
    ae_trainer_free(trainer);
    ae_model_free(model);
    ae_runtime_free(runtime);
    return bytes;
}

/* Its parameters at the start of the epoch and twice as much state, but no gradients where kernels step on what they
 * have in the cache; clip_norm needs all of them. */
static void check_memory_without_gradients(void)
{
    enum { BATCH = 4 };
    const size_t parameters = 2 * WIDE * D + WIDE + D, batch = BATCH * (2 * D + (WIDE + D) + 2 * WIDE + 6 * WIDE);
    const size_t fused = memory_of_a_wide_one(kernels, BATCH, 0), whole = memory_of_a_wide_one(kernels, BATCH, 1);
    assert_in_range(whole, 4 * 4 * parameters, 4 * (4 * parameters + batch) + 8192);
    if (kernels == AE_KERNELS_AVX2 || kernels == AE_KERNELS_AVX512 || kernels == AE_KERNELS_AVX512_VNNI)
        assert_in_range(fused, 4 * 3 * parameters, 4 * (3 * parameters + batch + WIDE + D) + 8192);
    else
        assert_int_equal(fused, whole);
}

static void test_memory_without_gradients(void **state)
{
    (void)state;
    over_sets(check_memory_without_gradients);
}

/* Own kernels turn a batch of the widest layer; others need nothing more for the rest of a training. */
static void check_memory_of_a_turned_batch(void)
{
    static const struct {
        size_t batch, numbers; /* 16 ceil(n / 16) + 4 ceil(n / 128), from 16 rows on */
    } cases[] = {{15, 0}, {16, 16 + 4}, {17, 32 + 4}, {128, 128 + 4}, {129, 144 + 8}};
    const bool own = kernels >= AE_KERNELS_AVX2;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const size_t turned = memory_of_a_wide_one(kernels, cases[i].batch, 1) -
                              memory_of_a_wide_one(AE_KERNELS_REFERENCE, cases[i].batch, 1);
        assert_int_equal(turned, own ? (WIDE * cases[i].numbers * sizeof(float) + 63) / 64 * 64 : 0);
    }
}

static void test_memory_of_a_turned_batch(void **state)
{
    (void)state;
    over_sets(check_memory_of_a_turned_batch);
}

/* ---- what else is asked for, and given back */

/* The memory of a batch that cannot come is not asked for. */
static void test_a_batch_larger_than_the_dataset(void **state)
{
    static scene s;
    ae_train_options options = architecture_training(ARCHITECTURE_DEEP);
    (void)state;
    open_scene(&s, ARCHITECTURE_DEEP, 1);
    options.batch_size = SIZE_MAX / 1024;
    assert_int_equal(ae_fit(s.model, s.data, s.validation, &options), AE_OK);
    assert_true(s.memory.peak_bytes < 4000000);
    close_scene(&s);
}

/* Objects keep their runtime alive: any order of freeing is fine. */
static void test_the_runtime_is_freed_first(void **state)
{
    static scene s;
    ae_runtime *runtime;
    ae_cancel *cancel;
    ae_layer_list *list;
    (void)state;
    open_scene(&s, ARCHITECTURE_NORM, 3);
    runtime = s.runtime;
    assert_int_equal(ae_cancel_create(&cancel, runtime), AE_OK);
    assert_int_equal(ae_layer_list_create(&list, runtime), AE_OK);
    s.runtime = NULL;
    ae_runtime_free(runtime);
    assert_int_equal(fit(&s), AE_OK);
    ae_cancel_free(cancel);
    ae_layer_list_free(list);
    close_scene(&s);
}

static int make_data(void **state)
{
    (void)state;
    architecture_rows(x, ROWS, D, 1);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_allocation_failing),
        cmocka_unit_test(test_every_allocation_failing_in_int8),
        cmocka_unit_test(test_memory_of_a_trainer),
        cmocka_unit_test(test_memory_without_gradients),
        cmocka_unit_test(test_memory_of_a_turned_batch),
        cmocka_unit_test(test_a_batch_larger_than_the_dataset),
        cmocka_unit_test(test_the_runtime_is_freed_first),
    };
    return cmocka_run_group_tests(tests, make_data, NULL);
}
