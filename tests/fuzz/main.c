/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Runs a fuzzer without libFuzzer:
 *     fuzz_csv                      20000 random changes of the seeds
 *     fuzz_csv -n 1000000 -s 7      as many as that, from another seed of the random numbers
 *     fuzz_csv FILE...              these inputs
 * With -k each input is written to fuzz_input.bin before it is tried, so that the one it aborts on is there. */
#include "fuzz/fuzz.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_SIZE 4096

static uint64_t random_state;

/* xorshift64* (Vigna 2016) */
static uint32_t random_below(uint32_t bound)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (uint32_t)(((random_state * UINT64_C(2685821657736338717)) >> 32) * bound >> 32);
}

static const fuzz_seed *random_seed_input(void)
{
    uint32_t count = 0;

    while (fuzz_seeds[count].bytes)
        count++;
    return &fuzz_seeds[random_below(count)];
}

/* Replaces `old` bytes at `at` by `size` others. Returns the new total. */
static size_t splice(uint8_t *input, size_t total, size_t at, size_t old, const void *bytes, size_t size)
{
    if (total - old + size > MAX_SIZE)
        return total;
    memmove(input + at + size, input + at + old, total - at - old);
    memmove(input + at, bytes, size);
    return total - old + size;
}

static size_t change(uint8_t *input, size_t size)
{
    static const uint8_t odd[] = {0, 1, 0x7F, 0x80, 0xFF, '"', '\'', ',', '\n', '\r', ' ', '(', ')', '9', '-', 'e'};
    uint8_t part[MAX_SIZE];
    uint32_t at = random_below((uint32_t)size + 1), left = (uint32_t)size - at, length = random_below(left + 1);
    const fuzz_seed *other;

    switch (random_below(7)) {
    case 0: /* flip a bit */
        if (left > 0)
            input[at] ^= (uint8_t)(1u << random_below(8));
        return size;
    case 1: /* an odd byte in place of another */
        return left > 0 ? splice(input, size, at, 1, odd + random_below(sizeof odd), 1) : size;
    case 2: /* or between two */
        return splice(input, size, at, 0, odd + random_below(sizeof odd), 1);
    case 3: /* cut a piece */
        return splice(input, size, at, random_below(16) == 0 ? length : length % 8, "", 0);
    case 4: /* repeat a piece */
        memcpy(part, input + at, length);
        return splice(input, size, at, 0, part, length);
    case 5: /* a piece of another seed */
        other = random_seed_input();
        at = random_below((uint32_t)size + 1);
        length = random_below((uint32_t)other->size + 1);
        return splice(input, size, at, 0, (const uint8_t *)other->bytes + other->size - length, length);
    default: /* a random byte */
        if (left > 0)
            input[at] = (uint8_t)random_below(256);
        return size;
    }
}

static void keep_input(const uint8_t *input, size_t size)
{
    FILE *file = fopen("fuzz_input.bin", "wb");

    if (file) {
        fwrite(input, 1, size, file);
        fclose(file);
    }
}

static int replay(const char *path)
{
    static uint8_t input[1 << 20];
    FILE *file = fopen(path, "rb");
    uint8_t *exact;
    size_t size;

    if (!file) {
        perror(path);
        return 1;
    }
    size = fread(input, 1, sizeof input, file);
    fclose(file);
    exact = malloc(size ? size : 1); /* so that a read beyond the end is seen */
    if (!exact)
        return 1;
    memcpy(exact, input, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    return 0;
}

int main(int argc, char **argv)
{
    unsigned long long runs = 20000, seed = 1;
    int option, keep = 0, failed = 0;
    uint8_t input[MAX_SIZE];

    while ((option = getopt(argc, argv, "n:s:k")) != -1)
        switch (option) {
        case 'n':
            runs = strtoull(optarg, NULL, 10);
            break;
        case 's':
            seed = strtoull(optarg, NULL, 10);
            break;
        case 'k':
            keep = 1;
            break;
        default:
            fprintf(stderr, "usage: %s [-n RUNS] [-s SEED] [-k] [FILE...]\n", argv[0]);
            return 2;
        }
    if (optind < argc) {
        for (; optind < argc; optind++)
            failed |= replay(argv[optind]);
        return failed;
    }

    random_state = (uint64_t)seed * UINT64_C(0x9E3779B97F4A7C15) | 1;
    for (size_t i = 0; fuzz_seeds[i].bytes; i++)
        LLVMFuzzerTestOneInput(fuzz_seeds[i].bytes, fuzz_seeds[i].size);
    for (unsigned long long run = 0; run < runs; run++) {
        const fuzz_seed *start = random_seed_input();
        size_t size = start->size;
        memcpy(input, start->bytes, size);
        for (uint32_t changes = 1 + random_below(6); changes > 0; changes--)
            size = change(input, size);
        if (keep)
            keep_input(input, size);
        LLVMFuzzerTestOneInput(input, size);
    }
    printf("%llu inputs\n", runs);
    return 0;
}
