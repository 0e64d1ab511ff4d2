/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* std::function as callback: what it sees, what it stops, and where its exceptions come out. */
#include "check.hpp"

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

struct own_exception {
    int number;
};

void after_each_epoch()
{
    const std::vector<float> x = some_rows();
    const ae::dataset data(x, WIDTH);
    ae::model model = some_model();
    ae::train_options options;
    std::uint64_t seen = 0;
    options.epochs = 5;
    options.on_epoch = [&](const ae::epoch_report &report) {
        CHECK(report.epoch == ++seen && report.train_loss > 0 && report.struct_size == sizeof(ae_epoch_report));
        CHECK(model.encode(x).size() == 2 * ROWS);
        return ae::training::go_on;
    };
    model.fit(data, options);
    CHECK(seen == 5 && model.history_length() == 5);

    options.on_epoch = [](const ae::epoch_report &) { return ae::training::stop; };
    bool stopped = false;
    try {
        model.fit(data, options);
    } catch (const ae::cancelled &error) {
        stopped = error.status() == AE_ERROR_CANCELLED;
    }
    CHECK(stopped && model.history_length() == 6);

    options.on_epoch = [](const ae::epoch_report &) -> ae::training { throw own_exception{7}; };
    int number = 0;
    try {
        model.fit(data, options);
    } catch (const own_exception &exception) {
        number = exception.number;
    }
    CHECK(number == 7 && model.history_length() == 7);
    model.encode(x); /* nothing is left of it */

    options.on_epoch = nullptr; /* a C callback, then */
    options.callback = [](void *user, const ae_epoch_report *) -> std::int32_t {
        ++*static_cast<int *>(user);
        return 0;
    };
    options.callback_user = &number;
    model.fit(data, options);
    CHECK(number == 12);
}

void a_log()
{
    std::string line;
    ae::runtime_options options;
    options.threads = 2;
    options.on_log = [&](std::int32_t level, const char *message) {
        CHECK(level == AE_LOG_INFO);
        line = message;
    };
    const ae::runtime runtime(options);
    CHECK(line.find("threads: 2") != std::string::npos && runtime.threads() == 2);

    options.on_log = [](std::int32_t, const char *) { throw std::out_of_range("log"); };
    bool caught = false;
    try {
        ae::runtime another(options);
    } catch (const std::out_of_range &) {
        caught = true;
    }
    CHECK(caught);
}

/* The objects outlive the runtime, the options and every other trace of the callbacks. */
void an_allocator()
{
    struct counter {
        std::size_t blocks = 0, calls = 0;
    };
    const auto counted = std::make_shared<counter>();
    {
        std::vector<float> x = some_rows();
        std::unique_ptr<ae::model> model;
        std::unique_ptr<ae::dataset> data;
        {
            ae::runtime_options options;
            options.on_allocate = [counted](std::size_t size) {
                counted->blocks++;
                counted->calls++;
                return std::malloc(size);
            };
            options.on_deallocate = [counted](void *block, std::size_t) {
                counted->blocks--;
                std::free(block);
            };
            ae::runtime runtime(options);
            ae::model_options shape;
            shape.on(runtime);
            shape.input_dim = WIDTH, shape.latent_dim = 2;
            model.reset(new ae::model(shape));
            data.reset(new ae::dataset(ae::dataset(std::move(x), WIDTH, runtime).split(0.25).first.slice(1, 20)));
        }
        CHECK(data->rows() == 20 && data->row(0).size() == WIDTH);
        model->fit(*data);
        ae::trainer trainer(*model);
        trainer.epoch(*data);
        CHECK(counted->blocks > 0 && counted->calls > 10);
    }
    CHECK(counted->blocks == 0 && counted.use_count() == 1);

    ae::runtime_options options;
    options.on_allocate = [](std::size_t) -> void * { throw std::bad_alloc(); };
    options.on_deallocate = [](void *, std::size_t) {};
    CHECK(thrown([&] { ae::runtime runtime(options); }) == AE_ERROR_NO_MEMORY);
    options.on_deallocate = nullptr; /* half an allocator */
    CHECK(thrown([&] { ae::runtime runtime(options); }) == AE_ERROR_INVALID_ARGUMENT);
}

void a_pool_of_threads()
{
    std::size_t calls = 0;
    ae::runtime_options options;
    options.threads = 3;
    options.on_parallel = [&](std::size_t count, const std::function<void(std::size_t)> &task) {
        std::vector<std::thread> threads;
        calls++;
        for (std::size_t i = 0; i < count; i++)
            threads.emplace_back(task, i);
        for (std::thread &thread : threads)
            thread.join();
    };
    const ae::runtime runtime(options);
    const std::vector<float> x(4096 * WIDTH, 0.25f);
    ae::model_options shape;
    shape.input_dim = WIDTH, shape.latent_dim = 64, shape.hidden = {256, 256};
    const ae::model alone(shape);
    shape.on(runtime);
    const ae::model together(shape);
    CHECK(together.encode(x) == alone.encode(x));
    CHECK(calls > 0);

    /* Half of the work is left undone, and still the result is whole; the exception comes out after it. */
    options.on_parallel = [&](std::size_t count, const std::function<void(std::size_t)> &task) {
        for (std::size_t i = 0; i < count / 2; i++)
            task(i);
        throw own_exception{3};
    };
    const ae::runtime careless(options);
    shape.on(careless);
    const ae::model model(shape);
    std::vector<float> codes(4096 * 64);
    int number = 0;
    try {
        model.encode(x, codes);
    } catch (const own_exception &exception) {
        number = exception.number;
    }
    CHECK(number == 3 && codes == alone.encode(x));
}

} // namespace

int main()
{
    after_each_epoch();
    a_log();
    an_allocator();
    a_pool_of_threads();
    return failures ? 1 : 0;
}
