/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What the recipes of mnist.c do beside training. Images are of 28 x 28 pixels. */
#ifndef EXAMPLES_SUPPORT_MNIST_H
#define EXAMPLES_SUPPORT_MNIST_H

#include <autoencoder/autoencoder.h>

/* Reads folder/PART-images-idx3-ubyte[.gz]; the parts are "train" and "t10k". */
ae_status mnist_read(ae_dataset **out, const char *folder, const char *part);

/* Prints the peak signal-to-noise ratios of the noisy test images, and of what the model makes of them. Where `path` is
 * not NULL it becomes a PNG file with some images, noisy and restored. */
ae_status mnist_restore(const ae_model *model, const ae_dataset *test, const ae_corruption *noise, const char *path);

/* Prints errors of principal components, 2 to 128 of them, and how far the randomised solver is from the exact one. */
ae_status mnist_pca(ae_runtime *runtime, const ae_dataset *train, const ae_dataset *test);

/* Prints the largest angle between what a linear model can draw and as many principal components. */
ae_status mnist_compare_with_pca(const ae_model *model, const ae_dataset *train);

#endif
