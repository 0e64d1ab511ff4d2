/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/** @file
 * What marks a symbol as public. Include <autoencoder/autoencoder.h>, not this file. */
#ifndef AUTOENCODER_EXPORT_H
#define AUTOENCODER_EXPORT_H

#include <stddef.h>
#include <stdint.h>

/** AE_API stands before every public function. A program that links the static library on Windows
 * defines AE_STATIC; nobody else needs to define anything. */
#if defined(_WIN32) && !defined(AE_STATIC)
#  ifdef AE_BUILDING_LIBRARY
#    define AE_API __declspec(dllexport)
#  else
#    define AE_API __declspec(dllimport)
#  endif
#elif defined(__GNUC__) || defined(__clang__)
#  define AE_API __attribute__((visibility("default")))
#else
#  define AE_API
#endif

/** Marks a function that will be gone in the next major release; the text says what to use instead. */
#if defined(__GNUC__) || defined(__clang__)
#  define AE_DEPRECATED(text) __attribute__((deprecated(text)))
#else
#  define AE_DEPRECATED(text)
#endif

#endif
