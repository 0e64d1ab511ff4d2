/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Reader of IDX, the format of MNIST: 0, 0, element type, number of dimensions, each dimension as a big-endian 32-bit
 * number, then the values, big-endian too (http://yann.lecun.com/exdb/mnist). */
#ifndef AEI_DATA_IDX_H
#define AEI_DATA_IDX_H

#include <autoencoder/dataset.h>

/* The file's bytes, unpacked; `name` stands in front of messages. */
ae_status aei_idx_read(ae_dataset **out, const char *name, const unsigned char *bytes, size_t size,
                       const ae_read_options *options);

#endif
