/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A good guest: the program around the library finds everything as it left it. */
#define _GNU_SOURCE /* feenableexcept */
#include <fcntl.h>
#include <fenv.h>
#include <locale.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "support/architectures.h"
#include "support/effort.h"
#include "support/failing_alloc.h"

/* Of the small stack OpenBLAS takes 60 KiB for variables of each thread. Sanitizers make frames larger, and all
 * slower. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SMALL_STACK (1 << 20)
#define CHILD_SECONDS 100
#else
#define SMALL_STACK (96 << 10)
#define CHILD_SECONDS 10
#endif

enum { ROWS = 300, WIDEST = 300 };

static float x[ROWS * WIDEST], out[ROWS * WIDEST];
static const int32_t kernel_sets[] = {AE_KERNELS_REFERENCE, AE_KERNELS_CBLAS, AE_KERNELS_AVX2,
                                      AE_KERNELS_AVX512, AE_KERNELS_AVX512_BF16, AE_KERNELS_AVX512_VNNI};

static ae_runtime *new_runtime(int32_t kernels, uint32_t threads)
{
    ae_runtime *runtime = NULL;
    ae_runtime_options options;
    ae_runtime_options_init(&options, sizeof options);
    options.kernels = kernels;
    options.threads = threads;
    ae_runtime_create(&runtime, &options);
    return runtime; /* NULL, the default, in a build without these kernels */
}

static size_t columns_of(size_t which)
{
    return which == ARCHITECTURE_WIDE ? WIDEST : 8;
}

/* Creates, trains with validation and patience, steps, evaluates and uses a model; returns what went wrong, NULL for
 * nothing. Without assertions, since it also runs in other threads and processes. */
static const char *train_and_use(size_t which, ae_runtime *runtime)
{
    ae_train_options options = architecture_training(which);
    ae_evaluation evaluation = {.struct_size = sizeof evaluation};
    ae_model *model = NULL;
    ae_dataset *data = NULL;
    ae_trainer *trainer = NULL;
    const char *wrong = NULL;
    options.validation_fraction = 0.1;
    options.patience = 1;
    architecture_rows(x, ROWS, columns_of(which), 1);
    if (architecture_create(&model, which, runtime, 1) != AE_OK ||
        ae_dataset_from_memory(&data, runtime, x, ROWS, columns_of(which), 0) != AE_OK ||
        ae_fit(model, data, NULL, &options) != AE_OK || ae_trainer_create(&trainer, model, &options) != AE_OK ||
        ae_trainer_step(trainer, x, 16, 0, NULL, 0, NULL) != AE_OK ||
        ae_evaluate(model, data, &evaluation) != AE_OK || ae_encode(model, x, ROWS, 0, out, 0) != AE_OK ||
        ae_decode(model, out, 1, 0, out + ROWS, 0) != AE_OK || ae_reconstruct(model, x, ROWS, 0, out, 0) != AE_OK ||
        ae_reconstruction_error(model, x, ROWS, 0, ae_model_loss(model), out) != AE_OK)
        wrong = ae_last_error();
    ae_trainer_free(trainer);
    ae_model_free(model);
    ae_dataset_free(data);
    return wrong;
}

/* Saves, loads and reads, and fails at each. */
static const char *use_files(void)
{
    static const char csv[] = "a,b\n1,2.5\n3,4e-3\n", bad_csv[] = "1,2\n3,four\n";
    char path[64];
    ae_model *model = NULL, *loaded = NULL;
    ae_dataset *data = NULL;
    const char *wrong = NULL;
    snprintf(path, sizeof path, "test_guest_%ld.safetensors", (long)getpid());
    if (architecture_create(&model, ARCHITECTURE_NORM, NULL, 1) != AE_OK || ae_model_save(model, path) != AE_OK ||
        ae_model_load(&loaded, path, NULL) != AE_OK ||
        ae_dataset_read_csv_memory(&data, csv, sizeof csv - 1, NULL) != AE_OK)
        wrong = ae_last_error();
    ae_dataset_free(data);
    if (ae_model_save(model, "no such folder/model") != AE_ERROR_IO ||
        ae_dataset_read_csv(&data, path, NULL) != AE_ERROR_FORMAT ||
        ae_dataset_read_csv_memory(&data, bad_csv, sizeof bad_csv - 1, NULL) != AE_ERROR_FORMAT ||
        ae_dataset_read_npy(&data, "no such file", NULL) != AE_ERROR_IO)
        wrong = "a failure was expected";
    unlink(path);
    ae_model_free(model);
    ae_model_free(loaded);
    return wrong;
}

static void assert_fine(const char *wrong)
{
    if (wrong)
        fail_msg("%s", wrong);
}

/* ---- the state of the process */

typedef struct surroundings {
    int rounding;
    unsigned fp_control; /* masks, rounding, flush to zero; not the flags of what has happened */
    char locale[200], cwd[1000];
    uint64_t mask; /* of signals, one bit each */
    struct { void (*handler)(int); int flags; uint64_t mask; } actions[32];
    unsigned char open[256];
    mode_t file_mask;
    int next_rand;
} surroundings;

static unsigned fp_control(void)
{
#if defined(__x86_64__)
    unsigned mxcsr;
    unsigned short x87;
    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    __asm__ volatile("fnstcw %0" : "=m"(x87));
    return (mxcsr & ~0x3fu) << 16 | x87;
#else
    return 0;
#endif
}

/* A sigset_t has bytes that nobody sets. */
static uint64_t bits_of(const sigset_t *set)
{
    uint64_t bits = 0;
    for (int i = 1; i < 32; i++)
        bits |= (uint64_t)(sigismember(set, i) == 1) << i;
    return bits;
}

static surroundings look_around(void)
{
    sigset_t mask;
    surroundings s;
    memset(&s, 0, sizeof s);
    s.rounding = fegetround();
    s.fp_control = fp_control();
    snprintf(s.locale, sizeof s.locale, "%s", setlocale(LC_ALL, NULL));
    if (!getcwd(s.cwd, sizeof s.cwd))
        s.cwd[0] = '?';
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    s.mask = bits_of(&mask);
    for (int i = 1; i < 32; i++) {
        struct sigaction action;
        sigaction(i, NULL, &action);
        s.actions[i].handler = action.sa_handler;
        s.actions[i].flags = action.sa_flags;
        s.actions[i].mask = bits_of(&action.sa_mask);
    }
    for (int i = 0; i < 256; i++)
        s.open[i] = fcntl(i, F_GETFD) != -1;
    s.file_mask = umask(0);
    umask(s.file_mask);
    s.next_rand = rand();
    srand(7);
    return s;
}

static void assert_as_before(const surroundings *before)
{
    const surroundings after = look_around();
    assert_int_equal(after.rounding, before->rounding);
    assert_int_equal(after.fp_control, before->fp_control);
    assert_string_equal(after.locale, before->locale);
    assert_string_equal(after.cwd, before->cwd);
    assert_true(after.mask == before->mask);
    assert_memory_equal(after.actions, before->actions, sizeof after.actions);
    assert_memory_equal(after.open, before->open, sizeof after.open);
    assert_int_equal(after.file_mask, before->file_mask);
    assert_int_equal(after.next_rand, before->next_rand);
}

static void leave_everything_in_place(void)
{
    surroundings before;
    srand(7);
    before = look_around();
    for (size_t k = 0; k < 2; k++) {
        ae_runtime *runtime = new_runtime(kernel_sets[k], 3);
        assert_as_before(&before);
        for (size_t which = 0; which < ARCHITECTURES; which++) {
            assert_fine(train_and_use(which, runtime));
            assert_as_before(&before);
        }
        ae_runtime_free(runtime);
        assert_as_before(&before);
    }
    assert_fine(use_files());
    assert_as_before(&before);
}

static void test_state(void **state)
{
    (void)state;
    leave_everything_in_place();
}

/* A host that rounds upwards, flushes denormals and blocks signals keeps doing so. */
static void test_unusual_state(void **state)
{
    sigset_t all, before;
    (void)state;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    fesetround(FE_UPWARD);
#if defined(__x86_64__)
    {
        const unsigned flush = 0x8040; /* FTZ and DAZ */
        unsigned mxcsr;
        __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
        mxcsr |= flush;
        __asm__ volatile("ldmxcsr %0" : : "m"(mxcsr));
        leave_everything_in_place();
        mxcsr &= ~flush;
        __asm__ volatile("ldmxcsr %0" : : "m"(mxcsr));
    }
#else
    leave_everything_in_place();
#endif
    fesetround(FE_TONEAREST);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void test_nothing_is_printed(void **state)
{
    const int saved[2] = {dup(1), dup(2)};
    FILE *file = tmpfile();
    const char *wrong = NULL;
    struct stat status;
    (void)state;
    assert_non_null(file);
    fflush(NULL);
    dup2(fileno(file), 1);
    dup2(fileno(file), 2);
    for (size_t which = 0; which < ARCHITECTURES && !wrong; which++)
        wrong = train_and_use(which, NULL);
    if (!wrong)
        wrong = use_files();
    fflush(NULL);
    dup2(saved[0], 1);
    dup2(saved[1], 2);
    close(saved[0]);
    close(saved[1]);
    assert_fine(wrong);
    assert_int_equal(fstat(fileno(file), &status), 0);
    assert_int_equal(status.st_size, 0);
    fclose(file);
}

/* ---- floating-point traps */

/* Runs `work` in a child that is given CHILD_SECONDS. Returns its exit code, or 1000 + the signal that ended it. */
static int in_a_child(int (*work)(void *), void *argument)
{
    int status = 0;
    pid_t child;
    fflush(NULL);
    child = fork();
    if (child == 0) {
        signal(SIGFPE, SIG_DFL);
        alarm(CHILD_SECONDS);
        _exit(work(argument));
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int with_traps(void *argument)
{
    const size_t *which = argument;
    int wrong = 0;
    feenableexcept(FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW);
    for (size_t k = 0; k < 2; k++)
        for (uint32_t threads = 1; threads <= 3; threads += 2) {
            ae_runtime *runtime = new_runtime(kernel_sets[k], threads);
            wrong |= train_and_use(*which, runtime) != NULL;
            ae_runtime_free(runtime);
        }
    return wrong;
}

/* Ordinary data raises none of the exceptions that a host may have turned into SIGFPE. */
static void test_traps(void **state)
{
    (void)state;
    for (size_t which = 0; which < ARCHITECTURES; which++) {
        const int code = in_a_child(with_traps, &which);
        if (code != 0)
            fail_msg("%s: the child ended with %d", architecture_name(which), code);
    }
}

/* ---- signals */

static volatile sig_atomic_t ticks;

static void tick(int number)
{
    (void)number;
    ticks++;
}

static float *trained_and_saved(size_t *count)
{
    ae_train_options options = architecture_training(ARCHITECTURE_NORM);
    ae_runtime *runtime = new_runtime(AE_KERNELS_AUTO, 2);
    char path[64];
    ae_model *model, *loaded;
    ae_dataset *data;
    float *tensors;
    snprintf(path, sizeof path, "test_guest_%ld.safetensors", (long)getpid());
    options.epochs = 30;
    architecture_rows(x, ROWS, 8, 1);
    assert_int_equal(ae_dataset_from_memory(&data, NULL, x, ROWS, 8, 0), AE_OK);
    assert_int_equal(architecture_create(&model, ARCHITECTURE_NORM, runtime, 1), AE_OK);
    assert_int_equal(ae_fit(model, data, NULL, &options), AE_OK);
    for (int i = 0; i < 5; i++)
        assert_int_equal(ae_model_save(model, path), AE_OK);
    assert_int_equal(ae_model_load(&loaded, path, NULL), AE_OK);
    unlink(path);
    tensors = architecture_tensors(loaded, count);
    ae_model_free(model);
    ae_model_free(loaded);
    ae_dataset_free(data);
    ae_runtime_free(runtime);
    return tensors;
}

/* A timer of 1 kHz that interrupts system calls changes nothing. */
static void test_interrupted_by_a_timer(void **state)
{
    const struct itimerval often = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
    struct sigaction action = {.sa_handler = tick}, before; /* no SA_RESTART */
    size_t count, again;
    float *quiet, *disturbed;
    (void)state;
    quiet = trained_and_saved(&count);
    assert_int_equal(sigaction(SIGALRM, &action, &before), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
    disturbed = trained_and_saved(&again);
    setitimer(ITIMER_REAL, &never, NULL);
    sigaction(SIGALRM, &before, NULL);
    assert_true(ticks > 0);
    assert_int_equal(count, again);
    assert_memory_equal(quiet, disturbed, count * sizeof *quiet);
    free(quiet);
    free(disturbed);
}

/* ---- forks */

typedef struct family {
    ae_runtime *runtime;
    ae_model *model;
    ae_dataset *data;
    const float *codes; /* what the parent sees */
} family;

static int child_uses_everything(void *argument)
{
    const family *f = argument;
    const ae_train_options options = architecture_training(ARCHITECTURE_WIDE);
    static float codes[ROWS * 5];
    ae_model *own = NULL;
    if (ae_encode(f->model, x, ROWS, 0, codes, 0) != AE_OK || memcmp(codes, f->codes, sizeof codes) != 0)
        return 1;
    if (ae_fit(f->model, f->data, NULL, &options) != AE_OK)
        return 2;
    if (architecture_create(&own, ARCHITECTURE_WIDE, f->runtime, 9) != AE_OK ||
        ae_fit(own, f->data, NULL, &options) != AE_OK)
        return 3;
    ae_model_free(own);
    ae_model_free(f->model);
    ae_dataset_free(f->data);
    ae_runtime_free(f->runtime);
    return 0;
}

static void test_fork_after_training_with_threads(void **state)
{
    static float codes[ROWS * 5];
    const ae_train_options options = architecture_training(ARCHITECTURE_WIDE);
    (void)state;
    architecture_rows(x, ROWS, WIDEST, 1);
    for (size_t k = 0; k < 2; k++) {
        family f = {.runtime = new_runtime(kernel_sets[k], 4), .codes = codes};
        assert_int_equal(architecture_create(&f.model, ARCHITECTURE_WIDE, f.runtime, 1), AE_OK);
        assert_int_equal(ae_dataset_from_memory(&f.data, f.runtime, x, ROWS, WIDEST, 0), AE_OK);
        assert_int_equal(ae_fit(f.model, f.data, NULL, &options), AE_OK);
        for (int i = 0; i < FEWER(5, 2); i++) {
            assert_int_equal(ae_encode(f.model, x, ROWS, 0, codes, 0), AE_OK);
            assert_int_equal(in_a_child(child_uses_everything, &f), 0);
        }
        assert_int_equal(ae_fit(f.model, f.data, NULL, &options), AE_OK); /* the parent goes on */
        ae_model_free(f.model);
        ae_dataset_free(f.data);
        ae_runtime_free(f.runtime);
    }
}

/* ---- what stays behind */

static void test_cycles_leave_nothing_behind(void **state)
{
    failing_alloc memory;
    const ae_train_options options = architecture_training(ARCHITECTURE_LINEAR);
    ae_runtime *runtime;
    size_t blocks = 0, bytes = 0, peak = 0;
    (void)state;
    architecture_rows(x, ROWS, 8, 1);
    failing_alloc_init(&memory);
    runtime = failing_alloc_runtime(&memory, 1);
    assert_non_null(runtime);
    for (int i = 0; i < FEWER(10000, 500); i++) {
        ae_model *model;
        ae_trainer *trainer;
        assert_int_equal(architecture_create(&model, (size_t)i % 3, runtime, (uint64_t)i), AE_OK);
        assert_int_equal(ae_trainer_create(&trainer, model, &options), AE_OK);
        assert_int_equal(ae_trainer_step(trainer, x, 4, 0, NULL, 0, NULL), AE_OK);
        assert_int_equal(ae_encode(model, x, 2, 0, out, 0), AE_OK);
        ae_trainer_free(trainer);
        ae_model_free(model);
        if (i == 2) {
            blocks = memory.live_blocks;
            bytes = memory.live_bytes;
            peak = memory.peak_bytes;
        }
    }
    assert_int_equal(memory.live_blocks, blocks);
    assert_int_equal(memory.live_bytes, bytes);
    assert_int_equal(memory.peak_bytes, peak);
    ae_runtime_free(runtime);
    assert_true(failing_alloc_finish(&memory));
}

static size_t thread_count(void)
{
    char line[200];
    size_t count = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "Threads:", 8) == 0)
            count = strtoul(line + 8, NULL, 10);
    if (file)
        fclose(file);
    return count;
}

static void test_threads_end_with_their_runtime(void **state)
{
    const size_t before = thread_count();
    (void)state;
    if (before == 0)
        skip(); /* no /proc */
    for (int i = 0; i < FEWER(20, 5); i++) {
        ae_runtime *runtime = new_runtime(AE_KERNELS_REFERENCE, 5);
        assert_fine(train_and_use(ARCHITECTURE_NORM, runtime));
        assert_int_equal(thread_count(), before + 4);
        ae_runtime_free(runtime);
    }
    assert_int_equal(thread_count(), before);
}

/* ---- small stacks */

static void *on_a_small_stack(void *argument)
{
    const char **wrong = argument;
    for (size_t k = 0; k < 2 && !*wrong; k++) {
        ae_runtime *runtime = new_runtime(kernel_sets[k], 1);
        for (size_t which = 0; which < ARCHITECTURES && !*wrong; which++)
            *wrong = train_and_use(which, runtime);
        ae_runtime_free(runtime);
    }
    if (!*wrong)
        *wrong = use_files();
    return NULL;
}

static void test_a_small_stack(void **state)
{
    const char *wrong = NULL;
    pthread_attr_t attributes;
    pthread_t thread;
    (void)state;
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstacksize(&attributes, SMALL_STACK), 0);
    assert_int_equal(pthread_create(&thread, &attributes, on_a_small_stack, &wrong), 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    assert_fine(wrong);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_state),
        cmocka_unit_test(test_unusual_state),
        cmocka_unit_test(test_nothing_is_printed),
        cmocka_unit_test(test_traps),
        cmocka_unit_test(test_interrupted_by_a_timer),
        cmocka_unit_test(test_fork_after_training_with_threads),
        cmocka_unit_test(test_cycles_leave_nothing_behind),
        cmocka_unit_test(test_threads_end_with_their_runtime),
        cmocka_unit_test(test_a_small_stack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
