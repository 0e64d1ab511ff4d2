/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Reader of comma-separated values (RFC 4180). Lines end in LF, CRLF or CR; a BOM is skipped; blanks around fields do
 * not count; empty lines are allowed at the end only. Messages count lines and columns (fields) from 1, as editors and
 * spreadsheets do. */
#ifndef AEI_DATA_CSV_H
#define AEI_DATA_CSV_H

#include <autoencoder/dataset.h>

/* The file's bytes, unpacked; `name` stands in front of messages. */
ae_status aei_csv_read(ae_dataset **out, const char *name, const unsigned char *bytes, size_t size,
                       const ae_read_options *options);

#endif
