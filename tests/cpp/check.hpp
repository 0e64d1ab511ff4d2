/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* What the tests of autoencoder.hpp share. */
#ifndef TESTS_CPP_CHECK_HPP
#define TESTS_CPP_CHECK_HPP

#include <autoencoder/autoencoder.hpp>

#include <cstdio>
#include <vector>

namespace {

int failures;

/** Status of the ae::error that f throws; AE_OK if it throws none. */
template <class F> ae_status thrown(F f)
{
    try {
        f();
    } catch (const ae::error &error) {
        return error.status();
    }
    return AE_OK;
}

const std::size_t ROWS = 48, WIDTH = 6;

/** [ROWS, WIDTH], each row a bump in its place. */
inline std::vector<float> some_rows()
{
    std::vector<float> x(ROWS * WIDTH);
    for (std::size_t i = 0; i < x.size(); i++)
        x[i] = i % WIDTH == i / WIDTH % WIDTH ? 0.9f : 0.05f + 0.01f * static_cast<float>(i % 7);
    return x;
}

inline ae::model some_model(ae_code code = AE_CODE_PLAIN)
{
    ae::model_options options;
    options.input_dim = WIDTH;
    options.latent_dim = 2;
    options.hidden = {5};
    options.output_activation = AE_SIGMOID;
    options.loss = AE_BINARY_CROSS_ENTROPY;
    options.code = code;
    return ae::model(options);
}

} // namespace

#define CHECK(condition)                                                          \
    do {                                                                          \
        if (!(condition)) {                                                       \
            std::printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);    \
            failures++;                                                           \
        }                                                                         \
    } while (0)

#endif
