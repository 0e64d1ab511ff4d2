/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The library from C++: learn the 8x8 digits, watch the training, draw a digit from its code, score what is none. */
#include <autoencoder/autoencoder.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>

namespace {

void draw(ae::span<const float> pixels)
{
    for (std::size_t i = 0; i < pixels.size(); i++)
        std::printf("%c%s", " .:-=+*#%@"[std::min(std::max(static_cast<int>(pixels[i] / 1.7f), 0), 9)],
                    (i + 1) % 8 ? "" : "\n");
}

ae::dataset read_digits()
{
    /* [read] */
    ae::read_options options;
    options.columns = {"64"}; /* the label ... */
    options.csv_exclude = 1;  /* ... is left out */
    return ae::dataset::read_csv(EXAMPLES_DIR "/data/digits.csv.gz", options);
    /* [read] */
}

ae::model train(const ae::dataset &digits)
{
    /* [train] */
    const auto parts = digits.split(0.2); /* for training, and for validation */

    ae::model_options shape;
    shape.input_dim = digits.columns();
    shape.hidden = {64};
    shape.latent_dim = 8;
    shape.output_activation = AE_SIGMOID;
    ae::model model(shape);

    ae::train_options options;
    options.epochs = 100;
    options.patience = 5;
    options.learning_rate = 3e-3;
    options.scaling = AE_SCALING_MINMAX; /* pixels are 0..16, a sigmoid gives 0..1 */
    options.on_epoch = [](const ae::epoch_report &report) {
        if (report.epoch % 10 == 0)
            std::printf("epoch %3d: validation loss %.3f\n", static_cast<int>(report.epoch), report.validation_loss);
        return report.validation_loss < 1.1 ? ae::training::stop : ae::training::go_on;
    };
    try {
        model.fit(parts.first, parts.second, options);
    } catch (const ae::cancelled &) {
        std::puts("good enough"); /* what training::stop leads to */
    }
    /* [train] */
    return model;
}

void use(ae::model &model, const ae::dataset &digits)
{
    /* [use] */
    const std::vector<float> codes = model.encode(digits.row(0)); /* allocates its result */
    std::array<float, 64> pixels;
    model.decode(codes, pixels); /* fills the caller's */
    /* [use] */
    draw(digits.row(0));
    std::puts("in 8 numbers is");
    draw(pixels);

    model.fit_threshold(digits, 0.01);
    std::mt19937 random(1);
    std::vector<float> noise(100 * 64);
    for (float &pixel : noise)
        pixel = static_cast<float>(random() % 17);
    const std::vector<float> scores = model.score(noise);
    const auto found = std::count_if(scores.begin(), scores.end(),
                                     [&](float score) { return score > model.threshold(); });
    std::printf("%d of 100 noisy pictures are no digits\n", static_cast<int>(found));
}

} // namespace

int main()
{
    /* [errors] */
    try {
        const ae::dataset digits = read_digits();
        ae::model model = train(digits);
        use(model, digits);
    } catch (const ae::error &error) {
        std::fprintf(stderr, "%s: %s\n", error.status_name(), error.what());
        return 1;
    }
    /* [errors] */
    return 0;
}
