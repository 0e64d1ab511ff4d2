/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Training steps and inference in a steady state allocate nothing and touch no new page: every kind of model, every set
 * of kernels, one thread, several, and the host's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "support/architectures.h"
#include "support/effort.h"
#include "support/failing_alloc.h"
#include <sys/resource.h>

enum { ROWS = 600, D = 8, WIDE_ROWS = 290, WIDE_D = 300, ATOMS = 12, HOST = 0 };

static const int32_t kernel_sets[] = {AE_KERNELS_REFERENCE, AE_KERNELS_CBLAS,       AE_KERNELS_AVX2,
                                      AE_KERNELS_AVX512,    AE_KERNELS_AVX512_BF16, AE_KERNELS_AVX512_VNNI};
static const uint32_t thread_counts[] = {1, 2, 4, HOST};
#define SETS (sizeof kernel_sets / sizeof *kernel_sets)
#define THREADS (sizeof thread_counts / sizeof *thread_counts)

static float narrow[ROWS * D], wide[WIDE_ROWS * WIDE_D], out[WIDE_ROWS * WIDE_D];
static size_t host_tasks;

static void run_backwards(void *user, ae_task task, void *work, size_t count)
{
    (void)user;
    host_tasks += count;
    while (count > 0)
        task(work, --count);
}

/* A runtime that counts, and rows for a model made with it. */
typedef struct scene {
    failing_alloc memory;
    ae_runtime *runtime;
    ae_dataset *data;
    const float *x;
    char what[100];
} scene;

/* False where there are no such kernels. */
static bool open_scene(scene *s, const char *kind, bool is_wide, int32_t kernels, uint32_t threads)
{
    ae_runtime_options options;
    ae_runtime_options_init(&options, sizeof options);
    options.kernels = kernels;
    if (threads == HOST)
        options.parallel = run_backwards;
    else
        options.threads = threads;
    failing_alloc_init(&s->memory);
    failing_alloc_options(&s->memory, &options);
    if (ae_runtime_create(&s->runtime, &options) != AE_OK) {
        assert_true(failing_alloc_finish(&s->memory));
        return false;
    }
    s->x = is_wide ? wide : narrow;
    assert_int_equal(ae_dataset_from_memory(&s->data, s->runtime, s->x, is_wide ? WIDE_ROWS : ROWS,
                                            is_wide ? WIDE_D : D, 0), AE_OK);
    snprintf(s->what, sizeof s->what, "%s, kernels %s, %u threads", kind, ae_runtime_kernels(s->runtime),
             (unsigned)threads);
    host_tasks = 0;
    return true;
}

static void close_scene(scene *s)
{
    ae_dataset_free(s->data);
    ae_runtime_free(s->runtime);
    assert_true(failing_alloc_finish(&s->memory));
}

static long page_faults(void)
{
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_minflt + usage.ru_majflt;
}

static void infer(const scene *s, const ae_model *model, size_t rows)
{
    ae_evaluation evaluation = {.struct_size = sizeof evaluation};
    assert_int_equal(ae_encode(model, s->x, rows, 0, out, 0), AE_OK);
    assert_int_equal(ae_encode(model, s->x, 1, 0, out, 0), AE_OK);
    assert_int_equal(ae_decode(model, s->x, rows, 0, out, 0), AE_OK);
    assert_int_equal(ae_reconstruct(model, s->x, rows, 0, out, 0), AE_OK);
    assert_int_equal(ae_reconstruction_error(model, s->x, rows, 0, AE_SQUARED_ERROR, out), AE_OK);
    assert_int_equal(ae_score(model, s->x, rows - 20, 0, out, NULL, 0), AE_OK);
    assert_int_equal(ae_evaluate(model, s->data, &evaluation), AE_OK);
}

static void check_requests(const scene *s, size_t before)
{
    if (s->memory.requests != before)
        fail_msg("%s: %zu allocations in a steady state", s->what, s->memory.requests - before);
}

static void check_network(size_t which, bool scaled, int32_t kernels, uint32_t threads)
{
    const ae_train_options options = architecture_training(which);
    const size_t batch = options.batch_size;
    const bool is_wide = which == ARCHITECTURE_WIDE;
    scene s;
    ae_model *model;
    ae_trainer *trainer;
    size_t requests;
    if (!open_scene(&s, architecture_name(which), is_wide, kernels, threads))
        return;
    assert_int_equal(architecture_create(&model, which, s.runtime, 1), AE_OK);
    if (scaled)
        assert_int_equal(ae_model_fit_scaling(model, s.data, AE_SCALING_MINMAX), AE_OK);
    assert_int_equal(ae_trainer_create(&trainer, model, &options), AE_OK);
    requests = s.memory.requests; /* a step needs no warming up */
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(ae_trainer_step(trainer, s.x, batch - i, 0, i % 2 ? s.x : NULL, 0, NULL), AE_OK);
    check_requests(&s, requests);
    if (is_wide && threads == HOST)
        assert_true(host_tasks > 100); /* its layers are large enough to be shared */
    for (int round = 0; round < FEWER(3, 2); round++) {
        if (round == 1)
            requests = s.memory.requests;
        infer(&s, model, is_wide ? WIDE_ROWS : ROWS);
        assert_int_equal(ae_trainer_epoch(trainer, s.data, NULL), AE_OK);
        assert_int_equal(ae_trainer_step(trainer, s.x, batch, 0, NULL, 0, NULL), AE_OK);
    }
    check_requests(&s, requests);
    ae_trainer_free(trainer);
    ae_model_free(model);
    close_scene(&s);
}

static void test_networks_allocate_nothing(void **state)
{
    (void)state;
    for (size_t which = 0; which < ARCHITECTURES; which++)
        for (size_t k = 0; k < SETS; k++)
            for (size_t t = which == ARCHITECTURE_WIDE; t < THREADS; t += which == ARCHITECTURE_WIDE ? 2 : FEWER(1, 2))
                check_network(which, (which + t) % 2, kernel_sets[k], thread_counts[t]);
}

/* Encoding solves a problem for each row. */
static void test_dictionaries_allocate_nothing(void **state)
{
    (void)state;
    for (size_t t = 0; t < THREADS; t++) {
        ae_dictionary_options options;
        scene s;
        ae_model *model;
        size_t requests = 0;
        assert_true(open_scene(&s, "dictionary", false, AE_KERNELS_AUTO, thread_counts[t]));
        ae_dictionary_options_init(&options, sizeof options);
        options.runtime = s.runtime;
        options.iterations = 3;
        assert_int_equal(ae_dictionary_fit(&model, s.data, ATOMS, &options, NULL), AE_OK);
        for (int round = 0; round < FEWER(3, 2); round++) {
            if (round == 1)
                requests = s.memory.requests;
            infer(&s, model, ROWS * D / ATOMS);
        }
        check_requests(&s, requests);
        ae_model_free(model);
        close_scene(&s);
    }
}

/* Nor is memory taken behind the allocator's back: it would be new pages again and again. */
static void test_no_new_pages(void **state)
{
    enum { STEPS = FEWER(200, 40) };
    (void)state;
    for (size_t t = 0; t < THREADS; t++) {
        const ae_train_options options = architecture_training(ARCHITECTURE_WIDE);
        scene s;
        ae_model *model;
        ae_trainer *trainer;
        long faults = 0;
        assert_true(open_scene(&s, "wide", true, AE_KERNELS_AUTO, thread_counts[t]));
        assert_int_equal(architecture_create(&model, ARCHITECTURE_WIDE, s.runtime, 1), AE_OK);
        assert_int_equal(ae_trainer_create(&trainer, model, &options), AE_OK);
        for (int i = -STEPS / 4; i < STEPS; i++) {
            if (i == 0)
                faults = page_faults();
            assert_int_equal(ae_trainer_step(trainer, s.x, 50, 0, NULL, 0, NULL), AE_OK);
            assert_int_equal(ae_encode(model, s.x, 50, 0, out, 0), AE_OK);
        }
        faults = page_faults() - faults;
        print_message("%s: %ld page faults in %d steps\n", s.what, faults, (int)STEPS);
        assert_in_range(faults, 0, STEPS / 4);
        ae_trainer_free(trainer);
        ae_model_free(model);
        close_scene(&s);
    }
}

static int make_data(void **state)
{
    (void)state;
    architecture_rows(narrow, ROWS, D, 1);
    architecture_rows(wide, WIDE_ROWS, WIDE_D, 1);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_networks_allocate_nothing),
        cmocka_unit_test(test_dictionaries_allocate_nothing),
        cmocka_unit_test(test_no_new_pages),
    };
    return cmocka_run_group_tests(tests, make_data, NULL);
}
