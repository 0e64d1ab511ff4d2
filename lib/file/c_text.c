/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
#include "file/c_text.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>
#include "base/error.h"
#include "base/text.h"

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", others[] = "0123456789_";

bool aei_c_prefix_is_valid(const char *prefix)
{
    const size_t length = strlen(prefix);
    if (length == 0 || length > AEI_C_PREFIX_MAX || !strchr(letters, prefix[0]))
        return false;
    for (size_t i = 0; i < length; i++)
        if (!strchr(letters, prefix[i]) && !strchr(others, prefix[i]))
            return false;
    return true;
}

/* As toupper(), but whatever the locale. */
static char capital(char c)
{
    const char *at = memchr(letters, c, 26);
    return at ? letters[26 + (at - letters)] : c;
}

void aei_c_text_begin(aei_c_text *c, const ae_runtime *runtime, const char *prefix)
{
    *c = (aei_c_text){0};
    aei_buffer_begin(&c->buffer, runtime);
    for (size_t i = 0; i < AEI_C_PREFIX_MAX && prefix[i]; i++) {
        c->prefix[i] = prefix[i];
        c->capitals[i] = capital(prefix[i]);
    }
}

void aei_c_text_clear(aei_c_text *c)
{
    aei_buffer_clear(&c->buffer);
}

static void put_name(aei_buffer *buffer, const char *name)
{
    for (const char *part = name; *part;) {
        const size_t length = strcspn(part, ".");
        aei_buffer_put(buffer, part, length);
        part += length;
        if (*part) {
            aei_buffer_put_text(buffer, "_");
            part++;
        }
    }
}

static void put_number(aei_buffer *buffer, double value, int digits, const char *suffix)
{
    char text[32];
    if (!isfinite(value)) {
        if (buffer->status == AE_OK)
            buffer->status = aei_fail(AE_ERROR_DATA, "the model has a number that is not finite");
        return;
    }
    aei_buffer_put_text(buffer, aei_format_double(value, digits, text, sizeof text));
    if (!strpbrk(text, ".e"))
        aei_buffer_put_text(buffer, ".0");
    aei_buffer_put_text(buffer, suffix);
}

void aei_c_put(aei_c_text *c, const char *format, ...)
{
    aei_buffer *buffer = &c->buffer;
    va_list arguments;
    va_start(arguments, format);
    for (const char *at = format; *at;) {
        const size_t plain = strcspn(at, "$@%");
        aei_buffer_put(buffer, at, plain);
        at += plain;
        if (*at == '$')
            aei_buffer_put_text(buffer, c->prefix);
        else if (*at == '@')
            aei_buffer_put_text(buffer, c->capitals);
        if (*at == '$' || *at == '@') {
            at++;
        } else if (*at == '%') {
            switch (at[1]) {
            case 's':
                aei_buffer_put_text(buffer, va_arg(arguments, const char *));
                break;
            case 'n':
                put_name(buffer, va_arg(arguments, const char *));
                break;
            case 'z':
                aei_buffer_put_size(buffer, va_arg(arguments, size_t));
                break;
            case 'f':
                put_number(buffer, va_arg(arguments, double), 9, "f");
                break;
            case 'd':
                put_number(buffer, va_arg(arguments, double), 17, "");
                break;
            default:
                aei_buffer_put_text(buffer, "%");
                break;
            }
            at += 2;
        }
    }
    va_end(arguments);
}

void aei_c_put_array(aei_c_text *c, const char *name, const float *values, size_t count)
{
    aei_c_put(c, "\nstatic const float $_%n[%z] = {", name, count);
    for (size_t i = 0; i < count; i++) {
        aei_buffer_put_text(&c->buffer, i % 8 == 0 ? "\n    " : " ");
        put_number(&c->buffer, (double)values[i], 9, i + 1 < count ? "f," : "f");
    }
    aei_buffer_put_text(&c->buffer, "\n};\n");
}
