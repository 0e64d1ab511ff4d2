/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/** @file
 * Sparse dictionary learning: rows as combinations of few atoms. The result is an ordinary model of AE_CODE_LASSO. */
#ifndef AUTOENCODER_DICTIONARY_H
#define AUTOENCODER_DICTIONARY_H

#include <autoencoder/dataset.h>
#include <autoencoder/model.h>
#include <autoencoder/scaling.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How atoms and codes take turns. */
enum ae_dictionary_method_value {
    AE_DICTIONARY_BATCH = 0, /**< the codes of all rows, then the atoms; the objective never rises. Keeps
                                  rows * atoms floats */
    AE_DICTIONARY_ONLINE = 1 /**< the codes of a mini-batch, then the atoms; earlier batches count less and less (Mairal,
                                  Bach, Ponce and Sapiro 2010). For many rows: good atoms after few passes, and memory
                                  for one batch */
};

/** Options of ae_dictionary_fit(); set them up with ae_dictionary_options_init(). */
typedef struct ae_dictionary_options {
    size_t struct_size;       /**< set by ae_dictionary_options_init() */
    ae_runtime *runtime;      /**< NULL: the default */
    uint64_t seed;            /**< of the first atoms, the order of the rows and new atoms for unused ones; default 0 */
    double lambda;            /**< weight of |h|_1: more makes codes sparser. Above 0, default 0.1, in the units of the
                                   data: of a row x with |x| <= lambda the code is zero */
    int32_t method;           /**< an ae_dictionary_method_value; default AE_DICTIONARY_BATCH */
    int32_t nonnegative_code; /**< 1: codes are not negative; default 0 */
    int32_t nonnegative_atoms; /**< 1: the numbers of atoms are not negative; default 0. With both, a sparse non-negative
                                    matrix factorisation (Hoyer 2002) */
    uint32_t iterations;      /**< at most so many turns (batch), or so many passes over the data (online; of many rows a
                                   few will do); 0 leaves the atoms as they start. Default 300 */
    size_t batch_size;        /**< of AE_DICTIONARY_ONLINE; at least 1, default 256 */
    double tolerance;         /**< KKT residual of the codes while atoms are learned, in units of lambda; in (0, 1),
                                   default 1e-4. ae_encode() keeps to 1e-4; both as far as floats do, see
                                   ae_dictionary_fit() */
    double min_improvement;   /**< of AE_DICTIONARY_BATCH: stop when a turn lowers the objective by no more than this share;
                                   at least 0, default 1e-5 */
    const float *initial_atoms; /**< [atoms, columns] to start from, scaled to norm 1; NULL, the default: rows drawn from
                                     the data */
    const ae_cancel *cancel;    /**< ends the work with AE_ERROR_CANCELLED; NULL, the default: none */
    ae_scaling scaling; /**< what the model does to the data before all else, fitted to it; lambda and atoms are in the units
                             that it gives. Default AE_SCALING_NONE */
    int32_t reserved;   /**< 0 */
} ae_dictionary_options;

/** Fills `options` with the defaults.
 * @param options     structure to fill
 * @param struct_size sizeof *options as the caller knows it
 * @note Any thread. Since 0.1. */
AE_API void ae_dictionary_options_init(ae_dictionary_options *options, size_t struct_size);

/** Learns atoms d_j of norm 1, the columns of D, and makes a model of them. Atoms and codes h minimise
 *
 *     (1/rows) sum over rows of  1/2 |x - D h|^2 + lambda |h|_1
 *
 * to a local minimum (Olshausen and Field 1996; Mairal, Bach, Ponce and Sapiro 2009). Atoms that no row uses are
 * replaced by what is left of rows that are represented badly.
 *
 * ae_encode() of the model solves for h; ae_decode() gives D h. The KKT residual of h is at most 1e-4 lambda, with
 * 1e-6 (|x| + |h|_1) for the rounding of floats: that is the larger part where lambda is below a hundredth of |x|, and
 * below a millionth lambda is no longer told from 0. The atoms are the rows of the tensor "encoder.0.weight":
 * [atoms, columns]. The model is saved and loaded like any other, but not trained by ae_fit(). There may be more atoms
 * than columns, and more than rows.
 *
 * Without a scaling the data is taken as it is: nothing is centred or scaled. Of image patches take off each patch's own
 * mean, or that of the data, first.
 * @param out       receives the model; NULL on failure
 * @param dataset   rows to learn from
 * @param atoms     number of atoms; 1 to 64 times the columns, or to 1024 if that is more
 * @param options   NULL for the defaults
 * @param objective receives the objective of the model on this data; or NULL
 * @return AE_OK; INVALID_ARGUMENT; DATA for values that are not finite; NUMERIC where values are too large for sums of
 *         their squares; CANCELLED; NO_MEMORY. On failure nothing is written but *out
 * @note Any thread. Since 0.1. */
AE_API ae_status ae_dictionary_fit(ae_model **out, const ae_dataset *dataset, size_t atoms,
                                   const ae_dictionary_options *options, double *objective);

/** The lambda of a model's sparse codes.
 * @param model NULL gives 0
 * @return lambda of a model of AE_CODE_LASSO, 0 of others
 * @note Any thread. Since 0.1. */
AE_API double ae_model_lasso(const ae_model *model);

#ifdef __cplusplus
}
#endif
#endif
