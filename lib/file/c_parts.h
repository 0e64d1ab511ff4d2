/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The functions that exported C source calls, as text. Only those that a model needs are written: compilers warn of
 * functions that nobody calls. They ask nothing of a C library but expf, logf, tanhf and fabsf. */
#ifndef AEI_FILE_C_PARTS_H
#define AEI_FILE_C_PARTS_H

#include "file/c_text.h"
#include "model/lasso.h"

/* One bit each; a part comes behind those that it calls. */
typedef enum aei_c_part {
    AEI_C_DENSE = 1 << 0,
    AEI_C_TRANSPOSED = 1 << 1,
    AEI_C_RELU = 1 << 2,
    AEI_C_LEAKY_RELU = 1 << 3,
    AEI_C_EXPM1 = 1 << 4,
    AEI_C_LOG1P = 1 << 5,
    AEI_C_ELU = 1 << 6,
    AEI_C_ERF = 1 << 7,
    AEI_C_GELU = 1 << 8,
    AEI_C_GELU_TANH = 1 << 9,
    AEI_C_TANH = 1 << 10,
    AEI_C_SIGMOID = 1 << 11,
    AEI_C_SILU = 1 << 12,
    AEI_C_SOFTPLUS = 1 << 13,
    AEI_C_CROSS_ENTROPY = 1 << 14,
    AEI_C_SOFTMAX = 1 << 15,
    AEI_C_TOPK = 1 << 16,
} aei_c_part;

/* `parts` and all that those call. */
unsigned aei_c_parts_with_needs(unsigned parts);

/* Does one of the parts need <math.h>? */
bool aei_c_parts_need_math(unsigned parts);

void aei_c_put_parts(aei_c_text *c, unsigned parts);

/* The lasso of a dictionary for rows of width d. It reads the encoder's weight, and works in members of the work struct
 * that aei_c_put_lasso_members() declares. */
void aei_c_put_lasso_members(aei_c_text *c, size_t atoms, size_t d);
void aei_c_put_lasso(aei_c_text *c, const aei_lasso *lasso, size_t d);

#endif
