/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Reader of NumPy's .npy, versions 1 to 3: "\x93NUMPY", version, length of the header, a header such as
 *     {'descr': '<f4', 'fortran_order': False, 'shape': (60000, 784), }
 * padded with spaces, and the values (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). */
#ifndef AEI_DATA_NPY_H
#define AEI_DATA_NPY_H

#include <autoencoder/dataset.h>

/* The file's bytes, unpacked; `name` stands in front of messages. */
ae_status aei_npy_read(ae_dataset **out, const char *name, const unsigned char *bytes, size_t size,
                       const ae_read_options *options);

#endif
