/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The container: named tensors behind a JSON header. Knows nothing of models.
 *
 *   8 bytes   N, little-endian
 *   N bytes   {"__metadata__":{"key":"text",...},"name":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},...}
 *   the rest  the tensors, row-major and little-endian; data_offsets count from here
 *
 * The tensors must cover the rest without holes or overlaps. docs/file-format.md says where this reader is stricter
 * than the reference implementation. */
#ifndef AEI_FILE_SAFETENSORS_H
#define AEI_FILE_SAFETENSORS_H

#include <autoencoder/runtime.h>
#include <stdbool.h>

#define AEI_SAFETENSORS_HEADER_MAX 100000000 /* the format's own limit for N */

typedef enum aei_dtype {
    AEI_DTYPE_BOOL, AEI_DTYPE_U8, AEI_DTYPE_I8, AEI_DTYPE_F8_E5M2, AEI_DTYPE_F8_E4M3,
    AEI_DTYPE_I16, AEI_DTYPE_U16, AEI_DTYPE_F16, AEI_DTYPE_BF16,
    AEI_DTYPE_I32, AEI_DTYPE_U32, AEI_DTYPE_F32,
    AEI_DTYPE_I64, AEI_DTYPE_U64, AEI_DTYPE_F64,
} aei_dtype;

const char *aei_dtype_name(aei_dtype dtype); /* "F32" */

typedef struct aei_tensor_entry {
    const char *name;
    aei_dtype dtype;
    uint16_t rank;
    bool matched;       /* for the user of the table: found where it was looked for */
    size_t dims[2];     /* the first two of the shape; what is not there is 1 */
    size_t first, size; /* bytes of the data */
} aei_tensor_entry;

typedef struct aei_metadata_entry {
    const char *key, *text;
} aei_metadata_entry;

typedef struct aei_safetensors {
    const ae_runtime *runtime;
    aei_tensor_entry *tensors; /* sorted by name */
    size_t count;
    aei_metadata_entry *metadata; /* sorted by key */
    size_t metadata_count;
} aei_safetensors;

/* Can a file begin so? Of up to 16 bytes: N within the format's limit, and a brace behind it. */
ae_status aei_safetensors_look(const unsigned char *head, size_t size);

/* Reads N and checks it against the size of the file. */
ae_status aei_safetensors_header_size(const unsigned char *bytes, size_t size, size_t *header_size);

/* Reads and checks the whole header, for `data_size` bytes of data. The texts of the table lie in `header`, which is
 * changed and must live as long. On failure *out is empty. Allocates no more than about the header's size. */
ae_status aei_safetensors_parse(aei_safetensors *out, const ae_runtime *runtime, char *header, size_t header_size,
                                size_t data_size);
void aei_safetensors_clear(aei_safetensors *file);

/* NULL if there is none of that name. */
aei_tensor_entry *aei_safetensors_tensor(const aei_safetensors *file, const char *name);
const char *aei_safetensors_metadata(const aei_safetensors *file, const char *key);

/* Writes N and the header for tensors of rank 1 or 2 that lie one behind the other: sets their `size` and `first`. The
 * header is padded with spaces so that the data starts at a multiple of 64. *out is freed with aei_free(). */
ae_status aei_safetensors_header(char **out, size_t *size, const ae_runtime *runtime,
                                 const aei_metadata_entry *metadata, size_t metadata_count, aei_tensor_entry *tensors,
                                 size_t count);

#endif
