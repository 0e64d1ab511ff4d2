/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* The caller's numbers: every way to give them, widths that do not fit, and no allocation where the output is given. */
#include "check.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <new>
#include <string>
#if __cplusplus >= 202002L
#  include <span>
#endif

namespace {

std::size_t allocations;

} // namespace

void *operator new(std::size_t size)
{
    allocations++;
    if (void *block = std::malloc(size))
        return block;
    throw std::bad_alloc();
}
void operator delete(void *block) noexcept
{
    std::free(block);
}
void operator delete(void *block, std::size_t) noexcept
{
    std::free(block);
}

namespace {

static_assert(std::is_convertible<std::vector<float> &, ae::matrix>::value, "a vector can be filled");
static_assert(std::is_convertible<const std::vector<float> &, ae::const_matrix>::value, "and read");
static_assert(!std::is_convertible<const std::vector<float> &, ae::matrix>::value, "not filled if it is const");
static_assert(!std::is_convertible<std::vector<double> &, ae::const_matrix>::value, "nor seen as another type");
static_assert(std::is_convertible<ae::matrix, ae::const_matrix>::value, "what can be filled can be read");
static_assert(!std::is_convertible<ae::const_matrix, ae::matrix>::value, "and not the reverse");
static_assert(!std::is_convertible<const std::string &, ae::span<const float>>::value, "text is no number");
static_assert(std::is_convertible<const std::string &, ae::bytes>::value, "but bytes");
static_assert(!std::is_convertible<const std::vector<float> &, ae::bytes>::value, "floats are no bytes");

void every_way_to_give_rows()
{
    const ae::model model = some_model();
    const std::vector<float> x = some_rows(), codes = model.encode(x);
    CHECK(codes.size() == 2 * ROWS);
    CHECK(model.encode(ae::const_matrix(x.data(), ROWS, WIDTH)) == codes);

    std::array<float, 2 * ROWS> in_array;
    model.encode(x, in_array);
    CHECK(std::equal(codes.begin(), codes.end(), in_array.begin()));

    float in_rows[ROWS][2], flat[2 * ROWS];
    model.encode(x, in_rows);
    model.encode(x, flat);
    CHECK(std::equal(codes.begin(), codes.end(), in_rows[0]) && std::equal(codes.begin(), codes.end(), flat));

    const float two_rows[2][WIDTH] = {{0.5f}, {0.25f, 1}};
    CHECK(model.encode(two_rows).size() == 4);

    std::vector<float> wide(ROWS * 3, -1);
    model.encode(x, ae::matrix(wide.data(), ROWS, 2, 3));
    CHECK(wide[0] == codes[0] && wide[2] == -1 && wide[3] == codes[2]);

    CHECK(model.encode(std::vector<float>()).empty());
    CHECK(model.encode(some_rows()) == codes); /* numbers that go after the call */
#if __cplusplus >= 202002L
    CHECK(model.encode(std::span<const float>(x)) == codes);
    std::vector<float> spanned(codes.size());
    model.encode(std::span(x), std::span(spanned));
    CHECK(spanned == codes);
#endif
}

void what_does_not_fit_is_refused()
{
    const ae::model model = some_model();
    const std::vector<float> x = some_rows();
    std::vector<float> codes(2 * ROWS), few(2);
    CHECK(thrown([&] { model.encode(ae::const_matrix(x.data(), 7, 5)); }) == AE_ERROR_SHAPE);
    CHECK(thrown([&] { model.encode(ae::span<const float>(x.data(), 7)); }) == AE_ERROR_SHAPE);
    CHECK(thrown([&] { model.encode(x, few); }) == AE_ERROR_SHAPE);
    CHECK(thrown([&] { model.encode(x, ae::matrix(codes.data(), ROWS, 1)); }) == AE_ERROR_SHAPE);
    CHECK(thrown([&] { model.encode(x, ae::matrix(codes.data(), ROWS, 2, 1)); }) == AE_ERROR_SHAPE);
    CHECK(thrown([&] { model.reconstruction_error(x, AE_SQUARED_ERROR, few); }) == AE_ERROR_SHAPE);
    try {
        model.encode(ae::span<const float>(x.data(), 7));
    } catch (const ae::error &error) {
        CHECK(std::string(error.what()) == "x has 7 numbers, not rows of 6");
        CHECK(std::string(error.status_name()) == "AE_ERROR_SHAPE");
    }
}

/* A product of sizes that went round would be a vector too short, and fewer rows than were asked for. */
void sizes_beyond_memory_are_refused()
{
    const ae::model vae = some_model(AE_CODE_GAUSSIAN);
    const std::vector<float> x = some_rows();
    const ae::dataset data(x, WIDTH);
    const ae::gaussian_map map(ae::const_matrix(x.data(), 2, 4));
    const std::size_t quarter = SIZE_MAX / 4 + 1;
    const float a[] = {0, 0, 0, 0}, b[] = {1, 1, 1, 1};
    CHECK(thrown([&] { vae.vae_sample(SIZE_MAX / WIDTH + 2, 1); }) == AE_ERROR_NO_MEMORY);
    CHECK(thrown([&] { map.sample(quarter + 1, 1); }) == AE_ERROR_NO_MEMORY);
    CHECK(thrown([&] { ae::code_path(a, b, AE_PATH_LINEAR, quarter + 2); }) == AE_ERROR_NO_MEMORY);
    CHECK(thrown([&] { ae::code_grid(SIZE_MAX); }) == AE_ERROR_NO_MEMORY);
    CHECK(thrown([&] { ae::pca_fit(data, SIZE_MAX); }) == AE_ERROR_INVALID_ARGUMENT);
    CHECK(thrown([&] { ae::pca_fit(data, SIZE_MAX / 64); }) == AE_ERROR_INVALID_ARGUMENT);
}

/* A dataset sees the numbers of others, so these must not be temporary. */
template <class T> using makes_dataset = std::is_constructible<ae::dataset, T, std::size_t>;
static_assert(makes_dataset<std::vector<float>>::value, "kept");
static_assert(makes_dataset<const std::vector<float> &>::value, "seen");
static_assert(makes_dataset<const std::array<float, 6> &>::value, "seen");
static_assert(makes_dataset<ae::span<const float>>::value, "seen");
static_assert(!makes_dataset<const std::vector<float>>::value, "gone");
static_assert(!makes_dataset<std::array<float, 6>>::value, "gone");

/* The C function knows none, and would fill the rows between. */
void a_path_has_no_stride()
{
    const float a[] = {0, 0}, b[] = {1, 1};
    float table[3][3] = {};
    CHECK(thrown([&] { ae::code_path(a, b, AE_PATH_LINEAR, ae::matrix(table[0], 3, 2, 3)); }) == AE_ERROR_SHAPE);
    ae::code_path(a, b, AE_PATH_LINEAR, ae::matrix(table[0], 3, 2, 2));
    CHECK(table[0][2] == 0.5f && table[1][1] == 1);
}

void given_outputs_need_no_memory()
{
    ae::model model = some_model(AE_CODE_GAUSSIAN);
    const std::vector<float> x = some_rows();
    std::vector<float> codes(2 * ROWS), log_var(2 * ROWS), x_hat(ROWS * WIDTH), errors(ROWS), grid(8);
    std::vector<double> unit(2);
    ae::trainer trainer(model);
    const ae::gaussian_map map(ae::const_matrix(x.data(), 2, 3));
    const std::size_t before = allocations;
    model.encode(x, codes);
    model.decode(codes, x_hat);
    model.reconstruct(x, x_hat);
    model.reconstruction_error(x, AE_SQUARED_ERROR, errors);
    model.vae_encode(x, codes, log_var);
    model.vae_sample(x_hat, 1);
    trainer.step(x);
    trainer.step(x, x);
    map.hidden_moments(unit, ae::span<double>());
    map.sample(codes, 1);
    ae::code_grid(2, grid);
    CHECK(allocations == before);
    model.encode(x);
    CHECK(allocations > before);
}

void spans_are_containers()
{
    float numbers[3] = {1, 2, 3};
    const ae::span<float> all(numbers);
    float sum = 0;
    for (float number : all)
        sum += number;
    CHECK(sum == 6 && all[2] == 3 && !all.empty() && ae::span<const float>().empty());
    const ae::span<const float> read(all);
    CHECK(read.data() == numbers && read.size() == 3);
}

} // namespace

int main()
{
    every_way_to_give_rows();
    what_does_not_fit_is_refused();
    sizes_beyond_memory_are_refused();
    a_path_has_no_stride();
    given_outputs_need_no_memory();
    spans_are_containers();
    return failures ? 1 : 0;
}
