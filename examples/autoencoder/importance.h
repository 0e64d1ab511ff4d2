/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#ifndef AUTOENCODER_CLI_IMPORTANCE_H
#define AUTOENCODER_CLI_IMPORTANCE_H

#include <autoencoder/autoencoder.h>

/* Estimates a variational model's log p(x), in nats, mean over the rows, by importance sampling with q(z|x) (Burda,
 * Grosse and Salakhutdinov 2016, eq. 8):
 *
 *     log p(x) ~ log 1/K sum_k  p(x|z_k) p(z_k) / q(z_k|x),   z_k ~ q(z|x)
 *
 * On average it lies between the ELBO and the truth, closer to the truth the more samples. Like the ELBO it is about
 * the scaled features of a model that scales. */
ae_status importance_log_likelihood(const ae_model *model, const ae_dataset *rows, size_t samples, uint64_t seed,
                                    double *out);

#endif
