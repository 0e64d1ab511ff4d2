/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/** @file
 * What a call returns, and the line of text that explains a failure. */
#ifndef AUTOENCODER_STATUS_H
#define AUTOENCODER_STATUS_H

#include <autoencoder/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Result of almost every call: AE_OK, or one of the codes below. Test with `!= AE_OK`; new codes may come.
 *
 * After a failure nothing has changed unless the function says so: handles keep their state and stay usable,
 * an object that was to be created is NULL, and nothing is leaked. */
typedef int32_t ae_status;

/** The values of ae_status. */
enum ae_status_value {
    AE_OK = 0,                     /**< done */
    AE_ERROR_INVALID_ARGUMENT = 1, /**< NULL where an object is needed, a value out of its range, unusable options */
    AE_ERROR_SHAPE = 2,            /**< widths, strides or row counts that do not fit together */
    AE_ERROR_NO_MEMORY = 3,        /**< the allocator returned NULL */
    AE_ERROR_IO = 4,               /**< the system refused to open, read, write, sync or rename; the text has its reason */
    AE_ERROR_FORMAT = 5,           /**< a file or buffer is not what it says; the text has the offset or line:column */
    AE_ERROR_UNSUPPORTED = 6,      /**< valid, but not for this build, this version or this kind of model */
    AE_ERROR_NUMERIC = 7,          /**< training met a loss, gradient or weight that is not finite */
    AE_ERROR_CANCELLED = 8,        /**< a callback or ae_cancel_request() asked to stop; the model is whole */
    AE_ERROR_DATA = 9              /**< a value in the data is NaN, infinite or out of range; the text has row and column */
};

/** Short constant name of a status, such as "AE_ERROR_SHAPE"; "unknown status" for any other number.
 * @param status any number
 * @return a constant string, never NULL
 * @note Any thread. Since 0.1. */
AE_API const char *ae_status_name(ae_status status);

/** One line of text about the last call of this thread that failed.
 *
 * A call that succeeds leaves the text as it is, so read it right after a failure. Control characters and bytes
 * that came from a file are escaped; the line is at most 511 bytes and works when memory is exhausted.
 * @return the text, owned by the library and valid until this thread's next failing call; "" if none failed
 * @note Any thread; each sees its own failures. Since 0.1. */
AE_API const char *ae_last_error(void);

#ifdef __cplusplus
}
#endif
#endif
