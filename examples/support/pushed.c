/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The section on what one layer of a decoder makes of a Gaussian. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plane.h"
#include "section.h"

enum { PANEL = 220, COLUMNS = 3, VIEWS = 6, CLOUD = 4000 };

static const struct {
    const char *name;
    ae_activation g;
    plane_box box;
} views[VIEWS] = {
    {"identity", AE_IDENTITY, {-4.1, -4.2, 9}},   {"leaky ReLU", AE_LEAKY_RELU, {-1.5, -1.5, 6}},
    {"softplus", AE_SOFTPLUS, {-0.5, -0.5, 5}},   {"tanh", AE_TANH, {-1.1, -1.1, 2.2}},
    {"sigmoid", AE_SIGMOID, {-0.05, -0.05, 1.1}}, {"ReLU", AE_RELU, {-0.5, -0.5, 5}},
};

/* The density where there is one; of ReLU samples, and the mass at the corner as a dot of that area. */
static ae_status paint(plane *p, size_t panel, const ae_gaussian_map *map, float *x, double *log_p)
{
    const size_t count = PANEL * PANEL;
    if (views[panel].g != AE_RELU) {
        plane_points(p, views[panel].box, x);
        ae_status status = ae_gaussian_map_log_density(map, x, count, 0, log_p);
        if (status == AE_OK && plane_density(p, panel, log_p) != 0) status = AE_ERROR_NO_MEMORY;
        return status;
    }
    double each[2], all;
    const float corner[2] = {0, 0};
    ae_status status = ae_gaussian_map_zero_mass(map, each, &all);
    if (status == AE_OK) status = ae_gaussian_map_sample(map, 1, 0, CLOUD, x, 0);
    if (status != AE_OK) return status;
    plane_dots(p, panel, views[panel].box, x, NULL, CLOUD, 1.0);
    plane_dots(p, panel, views[panel].box, corner, NULL, 1, PANEL * sqrt(all) / 10);
    return AE_OK;
}

void section_densities(report *r)
{
    static const float a[4] = {1.2f, 0.4f, -0.5f, 0.9f}, b[2] = {0.4f, 0.3f};
    float *x = section_floats(r, (size_t)2 * PANEL * PANEL);
    double *log_p = malloc((size_t)PANEL * PANEL * sizeof *log_p);
    plane panels = {0};
    picture p;
    if (r->status == AE_OK && (!log_p || plane_create(&panels, PANEL, COLUMNS, VIEWS / COLUMNS) != 0))
        r->status = AE_ERROR_NO_MEMORY;
    for (size_t i = 0; r->status == AE_OK && i < VIEWS; i++) {
        ae_gaussian_map *map = NULL;
        r->status =
            ae_gaussian_map_create(&map, NULL, a, 2, 2, 0, b, views[i].g, views[i].g == AE_LEAKY_RELU ? 0.25 : 0);
        if (r->status == AE_OK) r->status = paint(&panels, i, map, x, log_p);
        if (r->status == AE_OK) plane_axes(&panels, i, views[i].box);
        if (r->status == AE_OK) plane_name(&panels, i, views[i].name);
        ae_gaussian_map_free(map);
    }
    if (r->status == AE_OK) {
        fputs("<h2>A Gaussian through one layer</h2>\n<p>How can a decoder turn a normal distribution into images? By "
              "bending it. Here is what a single layer g(Az + b) does to N(0, I) in the plane: exact densities, darker "
              "for more.</p>\n<figure class=\"paper densities\">",
              r->out);
        section_picture(r, picture_colours(&p, panels.rgb, panels.width, panels.height), &p, "images",
                        "Six densities in the plane");
        fputs("<figcaption>A and b are the same in all. Leaky ReLU has slope 0.25. ReLU puts whole half planes onto two lines and a point, so it has no "
              "density and is drawn as samples; the dot in the corner is as large as the mass "
              "there.</figcaption></figure>\n",
              r->out);
    }
    plane_free(&panels);
    free(x);
    free(log_p);
}
