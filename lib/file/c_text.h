/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* C source as text, the same in every locale. */
#ifndef AEI_FILE_C_TEXT_H
#define AEI_FILE_C_TEXT_H

#include <stdbool.h>
#include "file/buffer.h"

#define AEI_C_PREFIX_MAX 40 /* characters; compilers tell names apart by 63, and "_encoder_999_weight" is to fit */

typedef struct aei_c_text {
    aei_buffer buffer;
    char prefix[AEI_C_PREFIX_MAX + 1], capitals[AEI_C_PREFIX_MAX + 1];
} aei_c_text;

/* Can names begin so? An identifier that does not start with '_', which is the compiler's. */
bool aei_c_prefix_is_valid(const char *prefix);

void aei_c_text_begin(aei_c_text *c, const ae_runtime *runtime, const char *prefix);
void aei_c_text_clear(aei_c_text *c);

/* Puts `format` with these replaced: $ by the prefix, @ by the prefix in capitals, and by the next argument
 *   %s text (const char *)          %n text, its points made to '_' (const char *)
 *   %z size_t                       %f a literal that reads back as the same float (double)
 *   %d the same for double (double) %% a percent sign, without an argument
 * A number that is not finite makes the status AE_ERROR_DATA. */
void aei_c_put(aei_c_text *c, const char *format, ...);

/* static const float <prefix>_<name>[count] = {...}; points in the name become '_'. */
void aei_c_put_array(aei_c_text *c, const char *name, const float *values, size_t count);

#endif
