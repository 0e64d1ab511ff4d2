/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* How often a test repeats what it does. Under AddressSanitizer, where everything is slow, it looks for memory that is
 * misused, which the first of many similar cases shows; the build without it goes through all of them. */
#ifndef EFFORT_H
#define EFFORT_H

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FEWER(all, few) (few)
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define FEWER(all, few) (few)
#endif
#ifndef FEWER
#define FEWER(all, few) (all)
#endif

#endif
