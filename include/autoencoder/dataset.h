/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/** @file
 * Rows of numbers: over the caller's memory, or read from IDX, CSV and NPY. */
#ifndef AUTOENCODER_DATASET_H
#define AUTOENCODER_DATASET_H

#include <autoencoder/runtime.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A matrix of float32: one sample a row, one feature a column. It is never changed after its creation, so any number
 * of threads may read one dataset at once. Rows and columns count from 0, in calls and in messages; only messages about
 * a CSV file count its lines and fields from 1, as editors do. */
typedef struct ae_dataset ae_dataset;

/** Makes a dataset over the caller's memory, without a copy.
 * @param out     receives the dataset; NULL on failure. Free it with ae_dataset_free()
 * @param runtime NULL for the default
 * @param values  [rows, columns] row-major; must stay valid and unchanged while the dataset lives
 * @param rows    at least 1
 * @param columns at least 1
 * @param stride  floats from the start of a row to the start of the next; 0 means `columns`
 * @return AE_OK; INVALID_ARGUMENT; SHAPE if stride < columns or the rows cannot be addressed; NO_MEMORY
 * @note Any thread. Since 0.1. */
AE_API ae_status ae_dataset_from_memory(ae_dataset **out, ae_runtime *runtime, const float *values, size_t rows,
                                        size_t columns, size_t stride);

/** Splits the rows in two at random: `second` gets round(fraction * rows) of them, at least 1 and at most rows - 1.
 * Both keep `dataset`'s rows in their order and hold on to its memory, so `dataset` may be freed first.
 * @param dataset  at least 2 rows
 * @param fraction above 0, below 1
 * @param seed     the same seed gives the same split
 * @param first    receives the rows that are left, for training; NULL on failure
 * @param second   receives the rows drawn, for validation; NULL on failure
 * @return AE_OK; INVALID_ARGUMENT; NO_MEMORY
 * @note Any thread. Since 0.1. */
AE_API ae_status ae_dataset_split(const ae_dataset *dataset, double fraction, uint64_t seed, ae_dataset **first,
                                  ae_dataset **second);

/** Takes `rows` consecutive rows as a dataset of their own; it shares the memory and keeps it alive.
 * @param out       receives the dataset; NULL on failure
 * @param dataset   any dataset
 * @param first_row 0-based
 * @param rows      at least 1; first_row + rows is at most the dataset's rows
 * @return AE_OK; INVALID_ARGUMENT; NO_MEMORY
 * @note Any thread. Since 0.1. */
AE_API ae_status ae_dataset_slice(ae_dataset **out, const ae_dataset *dataset, size_t first_row, size_t rows);

/** @param dataset NULL is fine
 * @note Any thread, once. Since 0.1. */
AE_API void ae_dataset_free(ae_dataset *dataset);

/** Number of rows.
 * @param dataset NULL gives 0
 * @return rows
 * @note Any thread. Since 0.1. */
AE_API size_t ae_dataset_rows(const ae_dataset *dataset);

/** Number of columns.
 * @param dataset NULL gives 0
 * @return columns
 * @note Any thread. Since 0.1. */
AE_API size_t ae_dataset_columns(const ae_dataset *dataset);

/** One row, as `ae_dataset_columns()` contiguous floats.
 * @param dataset any dataset
 * @param row     0-based
 * @return pointer into the dataset's memory, valid while it lives; NULL if there is no such row
 * @note Any thread. Since 0.1. */
AE_API const float *ae_dataset_row(const ae_dataset *dataset, size_t row);

/** Name of a column, from a CSV header.
 * @param dataset any dataset
 * @param column  0-based
 * @return the file's text (UTF-8 if the file is), valid while the dataset lives; NULL if the column has no name
 * @note Any thread. Since 0.1. */
AE_API const char *ae_dataset_column_name(const ae_dataset *dataset, size_t column);

/** What a reader does with a first line of a CSV file. */
enum ae_csv_header_value {
    AE_CSV_HEADER_AUTO = 0, /**< a header if any of its fields is text: not empty and not a number */
    AE_CSV_HEADER_YES = 1,  /**< the first line holds names */
    AE_CSV_HEADER_NO = 2    /**< the first line holds numbers */
};

/** Options of all readers; set them up with ae_read_options_init(). Readers ignore what is not theirs. */
typedef struct ae_read_options {
    size_t struct_size;  /**< set by ae_read_options_init() */
    ae_runtime *runtime; /**< NULL: the default */
    uint64_t max_bytes;  /**< most bytes a file may have, a .gz may unpack to and the values may take as float32;
                              default 4 GiB, 0: no limit. A file that asks for more is refused (FORMAT) before anything
                              is allocated for it */
    uint64_t max_rows;   /**< read no more rows than this; 0: all */
    int32_t scale_bytes; /**< 1: unsigned bytes of IDX and NPY are read as value / 255, default; 0: as 0..255 */
    int32_t csv_header;  /**< an ae_csv_header_value */
    int32_t csv_delimiter; /**< a character such as ',' or ';' or a tab; 0, the default: the most frequent of ; , tab in
                                the first line, of equals the first of this list */
    int32_t csv_exclude;   /**< 0: csv_columns names the columns to keep, in that order; 1: those to leave out */
    const char *const *csv_columns; /**< names of columns, each column once; a name that no column has, or any if there
                                         is no header, is read as a 0-based number such as "64"; NULL: all */
    size_t csv_column_count;        /**< how many csv_columns are given */
} ae_read_options;

/** Fills `options` with the defaults.
 * @param options     structure to fill
 * @param struct_size sizeof *options as the caller knows it
 * @note Any thread. Since 0.1. */
AE_API void ae_read_options_init(ae_read_options *options, size_t struct_size);

/** Reads an IDX file (the format of MNIST), plain or gzipped. The first dimension is the rows; the others are flattened
 * to columns, so 28x28 images become rows of 784. Types: unsigned and signed byte, int16, int32, float32, float64.
 * @param out     receives the dataset; NULL on failure
 * @param path    UTF-8 file name
 * @param options NULL for the defaults
 * @return AE_OK; INVALID_ARGUMENT; IO; FORMAT with the offset; UNSUPPORTED for .gz in a build without zlib; NO_MEMORY
 * @note Any thread. Since 0.1. */
AE_API ae_status ae_dataset_read_idx(ae_dataset **out, const char *path, const ae_read_options *options);

/** ae_dataset_read_idx() from memory; the bytes are copied and may go after the call.
 * @param out     receives the dataset; NULL on failure
 * @param bytes   the file's content
 * @param size    how many bytes
 * @param options NULL for the defaults
 * @return as ae_dataset_read_idx(), never IO
 * @note Any thread. Since 0.1. */
AE_API ae_status ae_dataset_read_idx_memory(ae_dataset **out, const void *bytes, size_t size,
                                            const ae_read_options *options);

/** Reads a CSV file (RFC 4180 quoting, lines that end in LF, CRLF or CR, BOM or none, plain or gzipped). Numbers are
 * written with a point whatever the locale; blanks around fields do not count; empty lines are allowed at the end only.
 * In a column that is kept, a field that is empty, no number, or out of float32's range is an error, and so is a line
 * with another number of fields. "nan" and "inf" are read as such; training refuses them with their row and column.
 * @param out     receives the dataset; NULL on failure
 * @param path    UTF-8 file name
 * @param options NULL for the defaults
 * @return AE_OK; INVALID_ARGUMENT for a column that is not there or a name that several have; IO; FORMAT with line
 *         and column, which is the number of the field; UNSUPPORTED for .gz in a build without zlib; NO_MEMORY
 * @note Any thread. Since 0.1. */
AE_API ae_status ae_dataset_read_csv(ae_dataset **out, const char *path, const ae_read_options *options);

/** ae_dataset_read_csv() from memory.
 * @param out     receives the dataset; NULL on failure
 * @param bytes   the file's content
 * @param size    how many bytes
 * @param options NULL for the defaults
 * @return as ae_dataset_read_csv(), never IO
 * @note Any thread. Since 0.1. */
AE_API ae_status ae_dataset_read_csv_memory(ae_dataset **out, const void *bytes, size_t size,
                                            const ae_read_options *options);

/** Reads a NumPy .npy file: float16, float32, float64, bool and all integers, either byte order, C or Fortran order,
 * plain or gzipped. One dimension becomes one column; more than two are flattened to columns, the last one fastest.
 * @param out     receives the dataset; NULL on failure
 * @param path    UTF-8 file name
 * @param options NULL for the defaults
 * @return AE_OK; INVALID_ARGUMENT; IO; FORMAT with the offset; UNSUPPORTED for objects, structures, complex; NO_MEMORY
 * @note Any thread. Since 0.1. */
AE_API ae_status ae_dataset_read_npy(ae_dataset **out, const char *path, const ae_read_options *options);

/** ae_dataset_read_npy() from memory.
 * @param out     receives the dataset; NULL on failure
 * @param bytes   the file's content
 * @param size    how many bytes
 * @param options NULL for the defaults
 * @return as ae_dataset_read_npy(), never IO
 * @note Any thread. Since 0.1. */
AE_API ae_status ae_dataset_read_npy_memory(ae_dataset **out, const void *bytes, size_t size,
                                            const ae_read_options *options);

#ifdef __cplusplus
}
#endif
#endif
