/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What a layer makes of a Gaussian: z ~ N(0, I) in the plane, h = A z + b, X = g(h). Five activations give X a density,
 * which is drawn as computed; ReLU moves whole half planes onto two lines and a point, so its X is drawn as samples. */
#include <autoencoder/autoencoder.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/digits.h"
#include "support/plane.h"

enum { SIDE = 160, CLOUD = 3000 };

static const float a[4] = {1.2f, 0.4f, -0.5f, 0.9f}, b[2] = {0.4f, 0.3f};

typedef struct view {
    const char *name;
    ae_activation g;
    plane_box box;
} view;

static const view views[6] = {
    {"identity", AE_IDENTITY, {-4.1, -4.2, 9}},   {"leaky ReLU", AE_LEAKY_RELU, {-1.5, -1.5, 6}},
    {"softplus", AE_SOFTPLUS, {-0.5, -0.5, 5}},   {"tanh", AE_TANH, {-1.1, -1.1, 2.2}},
    {"sigmoid", AE_SIGMOID, {-0.05, -0.05, 1.1}}, {"ReLU", AE_RELU, {-0.5, -0.5, 5}},
};

/* Paints a panel by the density at its pixels, and sums it up over them. */
static ae_status draw_density(plane *picture, size_t panel, const ae_gaussian_map *map)
{
    const size_t count = SIDE * SIDE;
    const plane_box box = views[panel].box;
    float *x = malloc(count * 2 * sizeof *x);
    double *log_p = malloc(count * sizeof *log_p), sum = 0;
    ae_status status = x && log_p ? AE_OK : AE_ERROR_NO_MEMORY;
    if (status == AE_OK) {
        plane_points(picture, box, x);
        /* [density] */
        status = ae_gaussian_map_log_density(map, x, count, 0, log_p);
        /* [density] */
    }
    if (status == AE_OK) {
        for (size_t i = 0; i < count; i++)
            sum += exp(log_p[i]) * (box.size / SIDE) * (box.size / SIDE);
        printf("%-24s sum over the pixels: %.3f\n", views[panel].name, sum);
        if (plane_density(picture, panel, log_p) != 0) status = AE_ERROR_NO_MEMORY;
    }
    free(x);
    free(log_p);
    return status;
}

/* Samples of ReLU, and what it moves to 0: exactly, and counted. */
static ae_status draw_cloud(plane *picture, size_t panel, const ae_gaussian_map *map)
{
    static float x[2 * CLOUD];
    size_t first = 0, second = 0, both = 0;
    /* [atoms] */
    double each[2], all; /* P(X_1 = 0), P(X_2 = 0), and of both together */
    ae_status status = ae_gaussian_map_zero_mass(map, each, &all);
    if (status == AE_OK) status = ae_gaussian_map_sample(map, 1, 0, CLOUD, x, 0);
    /* [atoms] */
    if (status != AE_OK) return status;
    for (size_t i = 0; i < CLOUD; i++) {
        first += x[2 * i] == 0;
        second += x[2 * i + 1] == 0;
        both += x[2 * i] == 0 && x[2 * i + 1] == 0;
    }
    printf("%-24s mass of X1 = 0: %.4f, X2 = 0: %.4f, both: %.4f\n", views[panel].name, each[0], each[1], all);
    printf("%-24s counted:        %.4f,         %.4f,       %.4f\n", "", (double)first / CLOUD, (double)second / CLOUD,
           (double)both / CLOUD);
    plane_dots(picture, panel, views[panel].box, x, NULL, CLOUD, 0.8);
    const float corner[2] = {0, 0};
    plane_dots(picture, panel, views[panel].box, corner, NULL, 1, SIDE * sqrt(all) / 10); /* its area: its mass */
    return AE_OK;
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "densities.png";
    plane picture = {0};
    ae_status status = plane_create(&picture, SIDE, 3, 2) == 0 ? AE_OK : AE_ERROR_NO_MEMORY;
    for (size_t i = 0; status == AE_OK && i < 6; i++) {
        /* [map] */
        ae_gaussian_map *map = NULL;
        status = ae_gaussian_map_create(&map, NULL, a, 2, 2, 0, b, views[i].g, views[i].g == AE_LEAKY_RELU ? 0.25 : 0);
        /* [map] */
        if (status == AE_OK && views[i].g != AE_RELU) status = draw_density(&picture, i, map);
        if (status == AE_OK && views[i].g == AE_RELU) status = draw_cloud(&picture, i, map);
        if (status == AE_OK) plane_axes(&picture, i, views[i].box);
        if (status == AE_OK) plane_name(&picture, i, views[i].name);
        ae_gaussian_map_free(map);
    }
    if (status == AE_OK && plane_save(&picture, path) != 0) status = AE_ERROR_IO;
    if (status == AE_OK) printf("the pictures, row by row: %s\n", path);
    plane_free(&picture);
    return finish(status);
}
