/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* A program without the library: it is compiled with the C source that export_model.c wrote, and looks whether drawings
 * are digits. */
#include "digits_model.h"

#include <stdio.h>

static const char *const drawings[2][8] = {
    {"  +##+  ",
     "  #+ #  ",
     "     #  ",
     "   +#+  ",
     "     #+ ",
     "      # ",
     "  #  +# ",
     "  +##+  "},
    {"#      #",
     " #    # ",
     "  #  #  ",
     "########",
     "########",
     "  #  #  ",
     " #    # ",
     "#      #"},
};

int main(void)
{
    int anomalies = 0;
    for (int n = 0; n < 2; n++) {
        float pixels[DIGITS_MODEL_INPUT_DIM];
        for (int i = 0; i < DIGITS_MODEL_INPUT_DIM; i++)
            pixels[i] = drawings[n][i / 8][i % 8] == '#' ? 1.0f : drawings[n][i / 8][i % 8] == '+' ? 0.5f : 0;
        /* [host] */
        digits_model_work work; /* the memory of a call: on the stack, or wherever there is room */
        float code[DIGITS_MODEL_LATENT_DIM];
        digits_model_encode(pixels, code, &work);
        float score = digits_model_score(pixels, NULL, &work);
        int anomaly = score > DIGITS_MODEL_THRESHOLD;
        /* [host] */
        printf("drawing %d: code", n + 1);
        for (int i = 0; i < DIGITS_MODEL_LATENT_DIM; i++)
            printf(" %.2f", (double)code[i]);
        printf(", score %.2f of %.2f: %s\n", (double)score, (double)DIGITS_MODEL_THRESHOLD,
               anomaly ? "no digit" : "a digit");
        anomalies += anomaly ? n + 1 : 0;
    }
    return anomalies != 2; /* the second alone */
}
