/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* consumer.c in C++. */
#include <autoencoder/autoencoder.hpp>
#include <cstdio>

int main()
{
    const std::size_t rows = 64, width = 8;
    std::vector<float> x(rows * width);
    for (std::size_t row = 0; row < rows; row++)
        x[row * width + row % width] = 1;
    try {
        ae::model_options shape;
        shape.input_dim = width;
        shape.latent_dim = 2;
        ae::model model(shape);
        const ae::dataset data(x, width);
        const double before = model.evaluate(data).squared_error;
        model.fit(data);
        const double after = model.evaluate(data).squared_error;
        std::printf("autoencoder %s in C++: squared error %g -> %g\n", ae::version(), before, after);
        return after < before && model.encode(x).size() == 2 * rows ? 0 : 1;
    } catch (const ae::error &error) {
        std::puts(error.what());
        return 1;
    }
}
