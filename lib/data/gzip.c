/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "data/gzip.h"
#include "base/alloc.h"
#include "base/error.h"
#include "config.h"

bool aei_gzip_is(const unsigned char *bytes, size_t size)
{
    return size >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

#if AEI_HAVE_ZLIB

#define ZLIB_CONST
#include <zlib.h>

#include <limits.h>

#define GZIP_WRAPPER 16   /* added to the window bits: expect gzip's header and trailer, check its CRC and length */
#define SCRATCH_SIZE 8192 /* where the counting pass unpacks to */

static voidpf zlib_allocate(voidpf opaque, uInt items, uInt size)
{
    const ae_runtime *const *runtime = opaque;

    return aei_alloc_array(*runtime, items, size);
}

static void zlib_free(voidpf opaque, voidpf block)
{
    const ae_runtime *const *runtime = opaque;

    aei_free(*runtime, block);
}

typedef struct gzip_input {
    const char *name;
    const unsigned char *bytes;
    size_t size;
    size_t limit;
} gzip_input;

/* One call of inflate(): as much of the input as zlib can count goes into out[0..room-1]. */
static int inflate_step(z_stream *stream, const gzip_input *input, unsigned char *out, size_t room)
{
    size_t left = input->size - (size_t)(stream->next_in - input->bytes);

    stream->avail_in = left < UINT_MAX ? (uInt)left : UINT_MAX;
    stream->next_out = out;
    stream->avail_out = room < UINT_MAX ? (uInt)room : UINT_MAX;
    return inflate(stream, Z_NO_FLUSH);
}

/* After a member: *more is set if another follows, which makes one file of several. */
static ae_status next_member(z_stream *stream, const gzip_input *input, bool *more)
{
    size_t offset = (size_t)(stream->next_in - input->bytes), left = input->size - offset;

    *more = left > 0;
    if (*more && !aei_gzip_is(stream->next_in, left))
        return aei_fail(AE_ERROR_FORMAT, "%s: offset %zu: %zu bytes after the end of the gzip data", input->name,
                        offset, left);
    inflateReset(stream);
    return AE_OK;
}

/* Unpacks all members to `out`, which has room for them; NULL only counts. *total is the number of bytes. */
static ae_status inflate_members(z_stream *stream, const gzip_input *input, unsigned char *out, size_t capacity,
                                 size_t *total)
{
    ae_status status = AE_OK;
    bool more = true;
    unsigned char scratch[SCRATCH_SIZE];

    *total = 0;
    stream->next_in = input->bytes;
    inflateReset(stream);
    while (more) {
        /* zlib wants a buffer even when all that is left to read is the trailer */
        bool direct = out && capacity > *total;
        unsigned char *target = direct ? out + *total : scratch;
        int result = inflate_step(stream, input, target, direct ? capacity - *total : sizeof scratch);

        size_t unpacked = (size_t)(stream->next_out - target);
        if (unpacked > input->limit - *total)
            return aei_fail(AE_ERROR_FORMAT, "%s: the gzip data unpacks to more than max_bytes, %zu", input->name,
                            input->limit);
        *total += unpacked;
        if (result == Z_STREAM_END)
            status = next_member(stream, input, &more);
        else if (result == Z_MEM_ERROR)
            return AE_ERROR_NO_MEMORY;
        else if (result == Z_BUF_ERROR)
            return aei_fail(AE_ERROR_FORMAT, "%s: offset %zu: the gzip data ends too early", input->name, input->size);
        else if (result != Z_OK)
            return aei_fail(AE_ERROR_FORMAT, "%s: offset %zu: damaged gzip data, %s", input->name,
                            (size_t)(stream->next_in - input->bytes), stream->msg ? stream->msg : zError(result));
        if (status != AE_OK)
            return status;
    }
    return AE_OK;
}

ae_status aei_gzip_unpack(const ae_runtime *runtime, const char *name, const unsigned char *bytes, size_t size,
                          uint64_t limit, unsigned char **out, size_t *out_size)
{
    ae_status status;
    gzip_input input = {name, bytes, size, limit == 0 || limit > SIZE_MAX ? SIZE_MAX : (size_t)limit};
    z_stream stream = {.zalloc = zlib_allocate, .zfree = zlib_free, .opaque = &runtime};
    unsigned char *unpacked = NULL;
    size_t total;

    *out = NULL;
    *out_size = 0;
    switch (inflateInit2(&stream, MAX_WBITS + GZIP_WRAPPER)) {
    case Z_OK:
        break;
    case Z_MEM_ERROR:
        return AE_ERROR_NO_MEMORY;
    default:
        return aei_fail(AE_ERROR_UNSUPPORTED, "%s: zlib %s is not the one this library was built for", name,
                        zlibVersion());
    }
    status = inflate_members(&stream, &input, NULL, 0, &total);
    if (status != AE_OK)
        goto cleanup;
    unpacked = aei_alloc(runtime, total);
    if (!unpacked) {
        status = AE_ERROR_NO_MEMORY;
        goto cleanup;
    }
    status = inflate_members(&stream, &input, unpacked, total, out_size);
    if (status != AE_OK)
        goto cleanup;
    *out = unpacked;
    unpacked = NULL;
cleanup:
    inflateEnd(&stream);
    aei_free(runtime, unpacked);
    return status;
}

#else

ae_status aei_gzip_unpack(const ae_runtime *runtime, const char *name, const unsigned char *bytes, size_t size,
                          uint64_t limit, unsigned char **out, size_t *out_size)
{
    (void)runtime, (void)bytes, (void)size, (void)limit;
    *out = NULL;
    *out_size = 0;
    return aei_fail(AE_ERROR_UNSUPPORTED, "%s: gzip data, and this build of the library has no zlib", name);
}

#endif
