/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* From the bytes of a file, which may come from anybody, to a model. */
#ifndef AEI_FILE_READER_H
#define AEI_FILE_READER_H

#include "model/model.h"

/* `header` is what aei_safetensors_header_size() says, behind the first 8 bytes, and is changed; `data` is all that
 * follows it. Everything is checked before the model is made, and what is allocated for the checks is bounded by the
 * header's size. */
ae_status aei_model_read(ae_model **out, ae_runtime *runtime, char *header, size_t header_size,
                         const unsigned char *data, size_t data_size, bool allow_non_finite);

#endif
