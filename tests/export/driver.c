/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Runs an exported model for check_c.py, in C99 and C++:
 *
 *     driver FOLDER/NAME    with HEADER, NAME(suffix), DIM(suffix) and SCORED given to the compiler
 *
 * Reads NAME.x.f32 and NAME.z.f32; writes NAME.codes.out, .x_hat.out, .decoded.out, .scores.out and .features.out. */
#include HEADER
#include <stdio.h>
#include <string.h>

enum { ROWS = 50 };

static float x[ROWS * DIM(INPUT_DIM)], z[ROWS * DIM(LATENT_DIM)], codes[ROWS * DIM(LATENT_DIM)];
static float x_hat[ROWS * DIM(OUTPUT_DIM)], decoded[ROWS * DIM(OUTPUT_DIM)];

static int transfer(const char *name, const char *suffix, float *values, size_t count, int writing)
{
    char path[1000];
    FILE *file;
    size_t done;
    snprintf(path, sizeof path, "%s%s", name, suffix);
    file = fopen(path, writing ? "wb" : "rb");
    if (!file)
        return 0;
    done = writing ? fwrite(values, sizeof *values, count, file) : fread(values, sizeof *values, count, file);
    return fclose(file) == 0 && done == count;
}

int main(int argc, char **argv)
{
    static NAME(work) work;
    const char *name = argc == 2 ? argv[1] : "";
    int ok = transfer(name, ".x.f32", x, ROWS * DIM(INPUT_DIM), 0) &&
             transfer(name, ".z.f32", z, ROWS * DIM(LATENT_DIM), 0);
    memset(&work, 0xFF, sizeof work); /* not numbers: nothing may be read before it is written */
    for (size_t r = 0; r < ROWS; r++) {
        NAME(encode)(x + r * DIM(INPUT_DIM), codes + r * DIM(LATENT_DIM), &work);
        NAME(reconstruct)(x + r * DIM(INPUT_DIM), x_hat + r * DIM(OUTPUT_DIM), &work);
        NAME(decode)(z + r * DIM(LATENT_DIM), decoded + r * DIM(OUTPUT_DIM), &work);
    }
    ok = ok && transfer(name, ".codes.out", codes, ROWS * DIM(LATENT_DIM), 1) &&
         transfer(name, ".x_hat.out", x_hat, ROWS * DIM(OUTPUT_DIM), 1) &&
         transfer(name, ".decoded.out", decoded, ROWS * DIM(OUTPUT_DIM), 1);
#if SCORED
    static float scores[ROWS], features[ROWS * DIM(INPUT_DIM)];
    for (size_t r = 0; r < ROWS; r++) {
        scores[r] = NAME(score)(x + r * DIM(INPUT_DIM), features + r * DIM(INPUT_DIM), &work);
        if (NAME(score)(x + r * DIM(INPUT_DIM), NULL, &work) != scores[r])
            ok = 0;
    }
    ok = ok && transfer(name, ".scores.out", scores, ROWS, 1) &&
         transfer(name, ".features.out", features, ROWS * DIM(INPUT_DIM), 1);
#endif
    return !ok;
}
