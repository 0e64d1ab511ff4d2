/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/** @file
 * Where memory, threads and messages come from, and how work is stopped. */
#ifndef AUTOENCODER_RUNTIME_H
#define AUTOENCODER_RUNTIME_H

#include <autoencoder/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The surroundings in which the library works: allocator, log callback, threads and kernels.
 *
 * Options of models, datasets and readers point to one. NULL stands for the default everywhere: malloc, silent,
 * one thread, the best kernels of this build. There is no global setting, so two users in one process never meet. */
typedef struct ae_runtime ae_runtime;

/** Returns `size` bytes aligned to at least 16, or NULL; `size` is never 0. May be called from several threads. */
typedef void *(*ae_allocate_callback)(void *user, size_t size);

/** Gives back a block; `block` is never NULL and `size` is the size it was allocated with. */
typedef void (*ae_deallocate_callback)(void *user, void *block, size_t size);

/** Receives one line of text without a newline. `level` is an ae_log_level. */
typedef void (*ae_log_callback)(void *user, int32_t level, const char *message);

/** One piece of work: call it with its `work` pointer and a task number. */
typedef void (*ae_task)(void *work, size_t task);

/** Lets a host run the library's tasks on its own threads: call `task(work, i)` exactly once for every i in
 * 0..count-1, in any order and on any threads with 64 KiB of free stack and the floating-point mode of the thread that
 * calls, and return when all have returned.
 *
 * Several threads may call it at once, but no task does. It is faster to give the same neighbouring tasks to the same
 * thread each time, whose cache has what they need. */
typedef void (*ae_parallel_callback)(void *user, ae_task task, void *work, size_t count);

/** How much a log line matters. */
enum ae_log_level {
    AE_LOG_INFO = 1,   /**< something a developer may want to see, such as the kernels chosen */
    AE_LOG_WARNING = 2 /**< something that works but is probably not wanted */
};

/** Which implementation of the heavy arithmetic runs. */
enum ae_kernels_value {
    AE_KERNELS_AUTO = 0,     /**< the fastest of this build on this machine */
    AE_KERNELS_REFERENCE = 1, /**< plain C, on every build */
    AE_KERNELS_CBLAS = 2,    /**< matrix products by the CBLAS the library was built with */
    AE_KERNELS_AVX2 = 3,     /**< the library's own, for x86-64 with AVX2 and FMA */
    AE_KERNELS_AVX512 = 4,   /**< the library's own, for x86-64 with AVX-512 (F, DQ, BW and VL) */
    AE_KERNELS_AVX512_BF16 = 5, /**< mixed precision, for x86-64 with AVX512_BF16: as AE_KERNELS_AVX512, but products of
                                     dense layers round their factors to bfloat16 (8 bits of mantissa) and add in float;
                                     parameters, optimizer and all else stay float. Never chosen by AE_KERNELS_AUTO */
    AE_KERNELS_AVX512_VNNI = 6  /**< inference in int8, for x86-64 with AVX512_VNNI: as AE_KERNELS_AVX512, but where a
                                     trained model is used (encode, decode, scores, evaluation), dense layers of up to
                                     65536 inputs multiply whole numbers of 8 bits, to which each row and each output's
                                     weights are rounded. Training and dictionaries stay float. Never chosen by
                                     AE_KERNELS_AUTO */
};

/** Options of ae_runtime_create(); set them up with ae_runtime_options_init(). */
typedef struct ae_runtime_options {
    size_t struct_size;                /**< set by ae_runtime_options_init() */
    ae_allocate_callback allocate;     /**< NULL: malloc. Give both callbacks or none */
    ae_deallocate_callback deallocate; /**< NULL: free */
    void *allocator_user;              /**< first argument of both */
    ae_log_callback log;               /**< NULL: silent */
    void *log_user;                    /**< first argument of `log` */
    ae_parallel_callback parallel;     /**< NULL: the runtime's own threads; else it runs every task */
    void *parallel_user;               /**< first argument of `parallel` */
    uint32_t threads;                  /**< threads that work at once, the caller included; 1..256, default 1. Results
                                            have the same bytes for every number. Above 1, the threads look out
                                            for work for 200 microseconds at most after a call and then sleep */
    int32_t kernels;                   /**< an ae_kernels_value, default AE_KERNELS_AUTO */
} ae_runtime_options;

/** Fills `options` with the defaults.
 * @param options     structure to fill
 * @param struct_size sizeof *options as the caller knows it
 * @note Any thread. Since 0.1. */
AE_API void ae_runtime_options_init(ae_runtime_options *options, size_t struct_size);

/** Creates a runtime. Its threads start at the first call that uses them; if the system refuses threads, fewer work
 * and the results stay the same.
 * @param out     receives the runtime; NULL on failure. Free it with ae_runtime_free()
 * @param options NULL for the defaults
 * @return AE_OK; INVALID_ARGUMENT; UNSUPPORTED for kernels this build lacks; NO_MEMORY
 * @note Any thread; one runtime may serve any number of threads and objects at once. Since 0.1. */
AE_API ae_status ae_runtime_create(ae_runtime **out, const ae_runtime_options *options);

/** Gives up the caller's hold on a runtime. Objects made with it keep it alive, so the order of freeing is free; the
 * callbacks must stay valid until the last of them is freed. Threads are joined then.
 * @param runtime NULL is fine
 * @note Any thread. Since 0.1. */
AE_API void ae_runtime_free(ae_runtime *runtime);

/** Name of the kernels a runtime uses: "reference", "cblas", "avx2", "avx512", "avx512_bf16" or "avx512_vnni".
 * @param runtime NULL for the default runtime
 * @return a constant string, never NULL
 * @note Any thread. Since 0.1. */
AE_API const char *ae_runtime_kernels(const ae_runtime *runtime);

/** Number of threads a runtime was asked to use.
 * @param runtime NULL for the default runtime
 * @return 1 or more
 * @note Any thread. Since 0.1. */
AE_API uint32_t ae_runtime_threads(const ae_runtime *runtime);

/** A stop switch that any thread, and a signal handler, may pull. */
typedef struct ae_cancel ae_cancel;

/** Creates a switch, not pulled.
 * @param out     receives it; NULL on failure. Free it with ae_cancel_free() when nothing uses it
 * @param runtime NULL for the default
 * @return AE_OK; INVALID_ARGUMENT; NO_MEMORY
 * @note Any thread. Since 0.1. */
AE_API ae_status ae_cancel_create(ae_cancel **out, ae_runtime *runtime);

/** Pulls the switch: trainings that watch it return AE_ERROR_CANCELLED before their next batch, ae_pca_fit() and
 * ae_dictionary_fit() within a step of their solver.
 * @param cancel NULL does nothing
 * @note Any thread, also from a signal handler. Since 0.1. */
AE_API void ae_cancel_request(ae_cancel *cancel);

/** Puts the switch back, for the next use.
 * @param cancel NULL does nothing
 * @note Any thread. Since 0.1. */
AE_API void ae_cancel_reset(ae_cancel *cancel);

/** Has it been pulled?
 * @param cancel NULL gives 0
 * @return 1 or 0
 * @note Any thread. Since 0.1. */
AE_API int32_t ae_cancel_requested(const ae_cancel *cancel);

/** @param cancel NULL is fine
 * @note Any thread, once. Since 0.1. */
AE_API void ae_cancel_free(ae_cancel *cancel);

#ifdef __cplusplus
}
#endif
#endif
