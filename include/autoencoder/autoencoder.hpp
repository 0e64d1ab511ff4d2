/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/** @file
 * libautoencoder for C++11 and later: one header, no library of its own.
 *
 *     ae::dataset digits = ae::dataset::read_csv("digits.csv");
 *     ae::model_options options;
 *     options.input_dim = 64, options.latent_dim = 8, options.hidden = {32};
 *     options.output_activation = AE_SIGMOID, options.loss = AE_BINARY_CROSS_ENTROPY;
 *     ae::model model(options);
 *     model.fit(digits);
 *     std::vector<float> codes = model.encode(pixels);
 *
 * The C headers say what each call does; here is only how C++ reaches it:
 *
 * - **Names**: ae_model_x(model, ...) is model.x(...), any other ae_x() on a model too; ae_x() on none is ae::x().
 *   Constants keep their C names.
 * - **Objects** own a C object, move, and do not copy. One that was moved from can be destroyed and assigned to; its
 *   sizes are 0 and its calls throw. Threads: a const function is as free as the C call behind it.
 * - **Options and reports** are the C structs with their defaults or size filled in. Where a C field points to
 *   something, the C++ struct has a member of its own for it (hidden, columns, on_epoch, ...), which wins if it is not
 *   empty.
 * - **Numbers** are seen, not copied: anything with data() and size() will do (std::vector, std::array, std::span),
 *   a C array, or a pointer with its sizes. Where the caller gives the output as well, nothing is allocated.
 * - **Errors** are ae::error with the status and its line of text. An exception that leaves a callback stops the C call
 *   and goes on when that has returned. */
#ifndef AUTOENCODER_AUTOENCODER_HPP
#define AUTOENCODER_AUTOENCODER_HPP

#include <autoencoder/autoencoder.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace ae {

/* ---- errors ------------------------------------------------------------------------------------------------------ */

/** A call that failed: what() is the line of ae_last_error(). */
class error : public std::runtime_error {
public:
    error(ae_status status, const std::string &text) : std::runtime_error(text), status_(status) {}
    ae_status status() const noexcept { return status_; }
    const char *status_name() const noexcept { return ae_status_name(status_); }

private:
    ae_status status_;
};

/** A training that was stopped (AE_ERROR_CANCELLED); the model is whole. */
class cancelled : public error {
public:
    using error::error;
};

namespace detail {

/** The exception that left a callback on this thread, until the C call has returned. */
inline std::exception_ptr &pending() noexcept
{
    static thread_local std::exception_ptr exception;
    return exception;
}

inline void keep_exception() noexcept
{
    if (!pending())
        pending() = std::current_exception();
}

/** Throws what a C call reports. */
inline void check(ae_status status)
{
    if (pending()) {
        std::exception_ptr exception;
        exception.swap(pending());
        std::rethrow_exception(exception);
    }
    if (status == AE_ERROR_CANCELLED)
        throw cancelled(status, ae_last_error());
    if (status != AE_OK)
        throw error(status, ae_last_error());
}

} // namespace detail

/* ---- the caller's numbers ---------------------------------------------------------------------------------------- */

namespace detail {

/** Is C a container (data() and size()) whose elements can be seen as T's? */
template <class C, class T>
using elements = typename std::enable_if<
    std::is_convertible<decltype(std::declval<C &>().size()), std::size_t>::value &&
    std::is_convertible<typename std::remove_pointer<decltype(std::declval<C &>().data())>::type (*)[],
                        T (*)[]>::value>::type;

/** Do the elements of container C have one byte? */
template <class C>
using bytes_of = typename std::enable_if<sizeof(*std::declval<C &>().data()) == 1>::type;

} // namespace detail

/** Numbers one after the other in the caller's memory. */
template <class T> class span {
public:
    span() noexcept : data_(nullptr), size_(0) {}
    span(T *data, std::size_t size) noexcept : data_(data), size_(size) {}
    template <std::size_t N> span(T (&array)[N]) noexcept : data_(array), size_(N) {}
    template <class C, class = detail::elements<C, T>>
    span(C &&container) noexcept : data_(container.data()), size_(container.size()) {}

    T *data() const noexcept { return data_; }
    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    T *begin() const noexcept { return data_; }
    T *end() const noexcept { return data_ + size_; }
    T &operator[](std::size_t i) const noexcept { return data_[i]; }

    /** data(), where the size is `size`; NULL, an output nobody wants, where it is 0. Any other throws. */
    T *of_size(std::size_t size, const char *what) const
    {
        if (size_ != 0 && size_ != size)
            throw error(AE_ERROR_SHAPE, std::string(what) + " has " + std::to_string(size_) + " numbers, not " +
                                            std::to_string(size));
        return size_ == 0 ? nullptr : data_;
    }

private:
    T *data_;
    std::size_t size_;
};

/** The content of a file: a container of char, unsigned char or std::byte, or a pointer with its size. */
class bytes {
public:
    bytes(const void *data, std::size_t size) noexcept : data_(data), size_(size) {}
    template <class C, class = detail::bytes_of<C>>
    bytes(const C &container) noexcept : data_(container.data()), size_(container.size()) {}

    const void *data() const noexcept { return data_; }
    std::size_t size() const noexcept { return size_; }

private:
    const void *data_;
    std::size_t size_;
};

/** Rows in the caller's memory. A container, or a C array of one dimension, holds as many as it has numbers for: rows
 * of the width that the call it is given to expects. */
template <class T> class matrix_view {
public:
    /** @param stride numbers from row to row; 0 means `columns` */
    matrix_view(T *data, std::size_t rows, std::size_t columns, std::size_t stride = 0) noexcept
        : data_(data), rows_(rows), columns_(columns), stride_(stride)
    {
    }
    template <std::size_t N, std::size_t M>
    matrix_view(T (&array)[N][M]) noexcept : matrix_view(array[0], N, M)
    {
    }
    template <std::size_t N> matrix_view(T (&array)[N]) noexcept : matrix_view(array, N, 0) {}
    template <class C, class = detail::elements<C, T>>
    matrix_view(C &&container) noexcept : matrix_view(container.data(), container.size(), 0)
    {
    }
    /** Numbers that are only read may be given as ones that could be written. */
    template <class U, class = typename std::enable_if<std::is_same<const U, T>::value>::type>
    matrix_view(const matrix_view<U> &other) noexcept
        : matrix_view(other.data(), other.rows(), other.columns(), other.stride())
    {
    }

    T *data() const noexcept { return data_; }
    std::size_t rows() const noexcept { return rows_; }
    std::size_t columns() const noexcept { return columns_; }
    std::size_t stride() const noexcept { return stride_; }

    /** The same numbers as rows of this width. */
    matrix_view of_width(std::size_t width, const char *what) const
    {
        if (width == 0)
            throw error(AE_ERROR_INVALID_ARGUMENT, std::string(what) + " has no width: the object was moved from, or "
                                                                       "the number of columns is missing");
        if (columns_ == 0 ? rows_ % width != 0 : columns_ != width)
            throw error(AE_ERROR_SHAPE, std::string(what) + " has " + std::to_string(columns_ == 0 ? rows_ : columns_) +
                                            (columns_ == 0 ? " numbers, not rows of " : " columns, not ") +
                                            std::to_string(width));
        return columns_ == 0 ? matrix_view(data_, rows_ / width, width) : *this;
    }

    /** ... and exactly so many of them. */
    matrix_view of_shape(std::size_t rows, std::size_t width, const char *what) const
    {
        const matrix_view shaped = of_width(width, what);
        if (shaped.rows() != rows)
            throw error(AE_ERROR_SHAPE, std::string(what) + " has " + std::to_string(shaped.rows()) + " rows, not " +
                                            std::to_string(rows));
        return shaped;
    }

private:
    T *data_;
    std::size_t rows_, columns_, stride_; /* columns 0: not known, and rows counts the numbers */
};

using const_matrix = matrix_view<const float>; /**< rows that are read */
using matrix = matrix_view<float>;             /**< rows that are filled */

namespace detail {

/** Room for so many rows of this width, also where their product is more than there can be. */
template <class T> std::vector<T> room(std::size_t rows, std::size_t width)
{
    std::vector<T> numbers;
    if (width != 0 && rows > numbers.max_size() / width)
        throw error(AE_ERROR_NO_MEMORY, "no memory for " + std::to_string(rows) + " rows of " + std::to_string(width) +
                                            " numbers");
    numbers.resize(rows * width);
    return numbers;
}

} // namespace detail

/* ---- objects, options, reports ----------------------------------------------------------------------------------- */

namespace detail {

struct deleter {
    void operator()(ae_runtime *object) const noexcept { ae_runtime_free(object); }
    void operator()(ae_dataset *object) const noexcept { ae_dataset_free(object); }
    void operator()(ae_layer_list *object) const noexcept { ae_layer_list_free(object); }
    void operator()(ae_model *object) const noexcept { ae_model_free(object); }
    void operator()(ae_cancel *object) const noexcept { ae_cancel_free(object); }
    void operator()(ae_trainer *object) const noexcept { ae_trainer_free(object); }
    void operator()(ae_gaussian_map *object) const noexcept { ae_gaussian_map_free(object); }
};

/** A C object, and what must not go before it, such as the callbacks of its runtime. */
template <class T> struct owned {
    owned(T *created) : owned(nullptr, created) {}
    owned(std::shared_ptr<void> before, T *created) : lifeline(std::move(before)), object(created, deleter()) {}
    std::shared_ptr<void> lifeline; /* before the object, so that it is let go after it */
    std::shared_ptr<T> object;
};

/** What f(&object) creates. */
template <class T, class F> owned<T> create(std::shared_ptr<void> lifeline, const F &f)
{
    T *created = nullptr;
    const ae_status status = f(&created);
    owned<T> result(std::move(lifeline), created);
    check(status);
    return result;
}

/** What all objects are. */
template <class T> class object {
public:
    T *get() const noexcept { return owned_.object.get(); }
    explicit operator bool() const noexcept { return get() != nullptr; }
    /** Keeps it alive, for those who work on it. */
    std::shared_ptr<void> hold() const { return get() ? std::make_shared<owned<T>>(owned_) : nullptr; }

protected:
    explicit object(owned<T> &&from) noexcept : owned_(std::move(from)) {}
    object(object &&) = default;
    object &operator=(object &&other) noexcept
    {
        owned_.object = std::move(other.owned_.object); /* frees the old object while its lifeline holds */
        owned_.lifeline = std::move(other.owned_.lifeline);
        return *this;
    }
    ~object() = default;

    owned<T> owned_;
};

/** A C option struct with the library's defaults in it. */
template <class C, void (*init)(C *, std::size_t)> struct options : C {
    options() : C() { init(this, sizeof(C)); }
};

/** A C report struct that the library can fill. */
template <class C> struct report : C {
    report() : C() { this->struct_size = sizeof(C); }
};

} // namespace detail

/** Release of the library that is running, such as "0.1.0". */
inline const char *version() noexcept { return ae_version(); }
/** ... as a number, to compare with AE_VERSION_NUMBER. */
inline std::int32_t version_number() noexcept { return ae_version_number(); }

/* ---- runtime ----------------------------------------------------------------------------------------------------- */

/** Options of a runtime. A callback that is set wins over the C field of its name. */
struct runtime_options : detail::options<ae_runtime_options, ae_runtime_options_init> {
    /** Gives a block, or NULL; to throw is to give NULL. Needs on_deallocate, which may not throw. Any thread. */
    std::function<void *(std::size_t size)> on_allocate;
    std::function<void(void *block, std::size_t size)> on_deallocate;
    std::function<void(std::int32_t level, const char *message)> on_log;
    /** Calls task(i) once for each i below `count`, on any threads, and returns when all have returned. What it leaves
     * undone when it throws is done by the caller's thread. */
    std::function<void(std::size_t count, const std::function<void(std::size_t)> &task)> on_parallel;

    /** The C struct, whose callbacks point into this one. */
    ae_runtime_options c() const
    {
        ae_runtime_options own = *this;
        void *self = const_cast<runtime_options *>(this);
        if (on_allocate || on_deallocate) {
            own.allocate = on_allocate ? call_allocate : nullptr;
            own.deallocate = on_deallocate ? call_deallocate : nullptr;
            own.allocator_user = self;
        }
        if (on_log) {
            own.log = call_log;
            own.log_user = self;
        }
        if (on_parallel) {
            own.parallel = call_parallel;
            own.parallel_user = self;
        }
        return own;
    }

private:
    /** Tasks that are handed out one after the other, whoever asks. */
    struct tasks {
        tasks(ae_task f, void *argument, std::size_t n) : task(f), work(argument), count(n), next(0), done(0) {}
        bool run_next() noexcept
        {
            const std::size_t i = next.fetch_add(1);
            if (i >= count)
                return false;
            task(work, i);
            done.fetch_add(1);
            return true;
        }
        ae_task task;
        void *work;
        std::size_t count;
        std::atomic<std::size_t> next, done;
    };

    static const runtime_options &of(void *user) noexcept { return *static_cast<const runtime_options *>(user); }

    static void *call_allocate(void *user, std::size_t size) noexcept
    {
        try {
            return of(user).on_allocate(size);
        } catch (...) {
            return nullptr;
        }
    }
    static void call_deallocate(void *user, void *block, std::size_t size) noexcept
    {
        of(user).on_deallocate(block, size);
    }
    static void call_log(void *user, std::int32_t level, const char *message) noexcept
    {
        try {
            of(user).on_log(level, message);
        } catch (...) {
            detail::keep_exception();
        }
    }
    static void call_parallel(void *user, ae_task task, void *work, std::size_t count) noexcept
    {
        std::shared_ptr<tasks> all; /* shared, since a pool that threw may still call */
        try {
            all = std::make_shared<tasks>(task, work, count);
            of(user).on_parallel(count, [all](std::size_t) { all->run_next(); });
        } catch (...) {
            detail::keep_exception();
        }
        if (!all) {
            for (std::size_t i = 0; i < count; i++)
                task(work, i);
            return;
        }
        while (all->run_next())
            ;
        while (all->done < count)
            std::this_thread::yield();
    }
};

/** Where memory, threads and messages come from. Objects made with one keep it and its callbacks alive. */
class runtime : public detail::object<ae_runtime> {
public:
    explicit runtime(detail::owned<ae_runtime> from) noexcept : object(std::move(from)) {}
    explicit runtime(const runtime_options &options = runtime_options())
        : runtime(std::make_shared<const runtime_options>(options))
    {
    }

    /** The one that everybody has who asks for none. */
    static const runtime &standard()
    {
        static const runtime none(detail::owned<ae_runtime>(nullptr));
        return none;
    }

    const char *kernels() const noexcept { return ae_runtime_kernels(get()); }
    std::uint32_t threads() const noexcept { return ae_runtime_threads(get()); }

private:
    explicit runtime(const std::shared_ptr<const runtime_options> &kept)
        : object(detail::create<ae_runtime>(std::const_pointer_cast<runtime_options>(kept), [&](ae_runtime **out) {
              const ae_runtime_options own = kept->c();
              return ae_runtime_create(out, &own);
          }))
    {
    }
};

namespace detail {

/** Options of what works on a runtime. */
template <class C, void (*init)(C *, std::size_t)> struct runtime_user : options<C, init> {
    /** Says where; the runtime lives as long as what is made with these options. */
    void on(const ae::runtime &where)
    {
        this->runtime = where.get();
        lifeline = where.hold();
    }
    std::shared_ptr<void> lifeline; /**< set by on() */
};

} // namespace detail

/* ---- datasets ---------------------------------------------------------------------------------------------------- */

/** Options of all readers. */
struct read_options : detail::runtime_user<ae_read_options, ae_read_options_init> {
    std::vector<std::string> columns; /**< csv_columns */

    /** Calls f with the C struct. */
    template <class F> ae_status with_c(const F &f) const
    {
        ae_read_options own = *this;
        std::vector<const char *> names;
        for (const std::string &name : columns)
            names.push_back(name.c_str());
        if (!names.empty()) {
            own.csv_columns = names.data();
            own.csv_column_count = names.size();
        }
        return f(&own);
    }
};

/** Rows of numbers: over the caller's memory, or read from IDX, CSV and NPY. */
class dataset : public detail::object<ae_dataset> {
public:
    explicit dataset(detail::owned<ae_dataset> from) noexcept : object(std::move(from)) {}

    /** Sees the caller's rows, which must stay as they are while the dataset or a part of it lives. */
    explicit dataset(const_matrix x, const runtime &where = runtime::standard())
        : object(detail::create<ae_dataset>(where.hold(), [&](ae_dataset **out) {
              x = x.of_width(x.columns(), "a dataset");
              return ae_dataset_from_memory(out, where.get(), x.data(), x.rows(), x.columns(), x.stride());
          }))
    {
    }
    /** Sees the numbers of a container as rows. */
    dataset(span<const float> values, std::size_t columns, const runtime &where = runtime::standard())
        : dataset(const_matrix(values).of_width(columns, "a dataset"), where)
    {
    }
    /** Takes a vector over: dataset(std::move(values), columns). */
    dataset(std::vector<float> &&values, std::size_t columns, const runtime &where = runtime::standard())
        : dataset(span<const float>(values), columns, where)
    {
        /* moving a vector leaves its numbers where they are */
        using kept = std::pair<std::shared_ptr<void>, std::vector<float>>;
        owned_.lifeline = std::make_shared<kept>(owned_.lifeline, std::move(values));
    }
    /** Numbers that go at once and cannot be kept. */
    dataset(const std::vector<float> &&values, std::size_t columns, const runtime &where = runtime::standard()) = delete;
    template <std::size_t N>
    dataset(const std::array<float, N> &&values, std::size_t columns,
            const runtime &where = runtime::standard()) = delete;

    static dataset read_idx(const std::string &path, const read_options &how = read_options())
    {
        return read_file(ae_dataset_read_idx, path, how);
    }
    static dataset read_csv(const std::string &path, const read_options &how = read_options())
    {
        return read_file(ae_dataset_read_csv, path, how);
    }
    static dataset read_npy(const std::string &path, const read_options &how = read_options())
    {
        return read_file(ae_dataset_read_npy, path, how);
    }
    static dataset read_idx_memory(bytes content, const read_options &how = read_options())
    {
        return read_memory(ae_dataset_read_idx_memory, content, how);
    }
    static dataset read_csv_memory(bytes content, const read_options &how = read_options())
    {
        return read_memory(ae_dataset_read_csv_memory, content, how);
    }
    static dataset read_npy_memory(bytes content, const read_options &how = read_options())
    {
        return read_memory(ae_dataset_read_npy_memory, content, how);
    }

    std::size_t rows() const noexcept { return ae_dataset_rows(get()); }
    std::size_t columns() const noexcept { return ae_dataset_columns(get()); }

    /** One row, in the dataset's memory. */
    span<const float> row(std::size_t i) const
    {
        const float *values = ae_dataset_row(get(), i);
        if (!values)
            throw error(AE_ERROR_INVALID_ARGUMENT, "there is no row " + std::to_string(i));
        return span<const float>(values, columns());
    }
    /** NULL if the column has none. */
    const char *column_name(std::size_t column) const noexcept { return ae_dataset_column_name(get(), column); }

    /** Two parts at random: what is left, for training, and the fraction drawn, for validation. */
    std::pair<dataset, dataset> split(double fraction, std::uint64_t seed = 0) const
    {
        ae_dataset *first = nullptr, *second = nullptr;
        const ae_status status = ae_dataset_split(get(), fraction, seed, &first, &second);
        dataset left(detail::owned<ae_dataset>(owned_.lifeline, first));
        dataset drawn(detail::owned<ae_dataset>(owned_.lifeline, second));
        detail::check(status);
        return std::pair<dataset, dataset>(std::move(left), std::move(drawn));
    }
    dataset slice(std::size_t first_row, std::size_t rows) const
    {
        return dataset(detail::create<ae_dataset>(owned_.lifeline, [&](ae_dataset **out) {
            return ae_dataset_slice(out, get(), first_row, rows);
        }));
    }

private:
    static dataset read_file(ae_status (*read)(ae_dataset **, const char *, const ae_read_options *),
                             const std::string &path, const read_options &how)
    {
        return dataset(detail::create<ae_dataset>(how.lifeline, [&](ae_dataset **out) {
            return how.with_c([&](const ae_read_options *own) { return read(out, path.c_str(), own); });
        }));
    }
    static dataset read_memory(ae_status (*read)(ae_dataset **, const void *, std::size_t, const ae_read_options *),
                               bytes content, const read_options &how)
    {
        return dataset(detail::create<ae_dataset>(how.lifeline, [&](ae_dataset **out) {
            return how.with_c(
                [&](const ae_read_options *own) { return read(out, content.data(), content.size(), own); });
        }));
    }
};

/* ---- training options -------------------------------------------------------------------------------------------- */

/** A stop switch for any thread and for signal handlers: options.cancel = stop.get(). */
class cancel : public detail::object<ae_cancel> {
public:
    explicit cancel(detail::owned<ae_cancel> from) noexcept : object(std::move(from)) {}
    explicit cancel(const runtime &where = runtime::standard())
        : object(detail::create<ae_cancel>(where.hold(), [&](ae_cancel **out) {
              return ae_cancel_create(out, where.get());
          }))
    {
    }
    void request() noexcept { ae_cancel_request(get()); }
    void reset() noexcept { ae_cancel_reset(get()); }
    bool requested() const noexcept { return ae_cancel_requested(get()) != 0; }
};

/** What is done to the inputs of training: options.corruption = &noise. */
using corruption = detail::options<ae_corruption, ae_corruption_init>;

/** Corrupts rows as training does; `to` may be `x`. */
inline void corrupt(const ae_corruption &how, std::uint64_t seed, std::uint64_t epoch, const_matrix x, matrix to)
{
    x = x.of_width(x.columns() ? x.columns() : to.columns(), "x");
    to = to.of_shape(x.rows(), x.columns(), "the output");
    detail::check(ae_corrupt(&how, seed, epoch, x.data(), x.rows(), x.columns(), x.stride(), to.data(), to.stride()));
}

using epoch_report = detail::report<ae_epoch_report>;
using evaluation = detail::report<ae_evaluation>;
using vae_evaluation = detail::report<ae_vae_evaluation>;
using code_report = detail::report<ae_code_report>;

/** What a callback says after an epoch. */
enum class training { go_on, stop };

/** Options of model::fit() and of a trainer. */
struct train_options : detail::options<ae_train_options, ae_train_options_init> {
    /** Called after each epoch of fit(), which throws `cancelled` when it says training::stop. */
    std::function<training(const epoch_report &)> on_epoch;

    /** The C struct, whose callback points into this one. */
    ae_train_options c() const
    {
        ae_train_options own = *this;
        if (on_epoch) {
            own.callback = call_on_epoch;
            own.callback_user = const_cast<train_options *>(this);
        }
        return own;
    }

private:
    static std::int32_t call_on_epoch(void *user, const ae_epoch_report *report) noexcept
    {
        try {
            epoch_report own; /* the library's may be shorter or longer than ours */
            const std::size_t known = report->struct_size < sizeof(ae_epoch_report) ? report->struct_size
                                                                                      : sizeof(ae_epoch_report);
            std::memcpy(static_cast<ae_epoch_report *>(&own), report, known);
            own.struct_size = known;
            return static_cast<const train_options *>(user)->on_epoch(own) == training::stop;
        } catch (...) {
            detail::keep_exception();
            return 1;
        }
    }
};

/* ---- models ------------------------------------------------------------------------------------------------------ */

using dense_options = detail::options<ae_dense_options, ae_dense_options_init>;
using batch_norm_options = detail::options<ae_batch_norm_options, ae_batch_norm_options_init>;
using load_options = detail::runtime_user<ae_load_options, ae_load_options_init>;
using export_c_options = detail::options<ae_export_c_options, ae_export_c_options_init>;
using export_onnx_options = detail::options<ae_export_onnx_options, ae_export_onnx_options_init>;
using import_options = detail::options<ae_import_options, ae_import_options_init>;

/** Options of a model. */
struct model_options : detail::runtime_user<ae_model_options, ae_model_options_init> {
    std::vector<std::size_t> hidden; /**< hidden_dims */

    /** The C struct, which points into this one. */
    ae_model_options c() const
    {
        ae_model_options own = *this;
        if (!hidden.empty()) {
            own.hidden_dims = hidden.data();
            own.hidden_count = hidden.size();
        }
        return own;
    }
};

/** Layers from input to output: list.dense(128, AE_RELU).dropout(0.2).dense(8, AE_IDENTITY). */
class layer_list : public detail::object<ae_layer_list> {
public:
    explicit layer_list(detail::owned<ae_layer_list> from) noexcept : object(std::move(from)) {}
    explicit layer_list(const runtime &where = runtime::standard())
        : object(detail::create<ae_layer_list>(where.hold(), [&](ae_layer_list **out) {
              return ae_layer_list_create(out, where.get());
          }))
    {
    }
    layer_list &dense(std::size_t units, ae_activation activation, const dense_options &how = dense_options())
    {
        detail::check(ae_layer_list_add_dense(get(), units, activation, &how));
        return *this;
    }
    layer_list &activation(ae_activation activation, double parameter = 0)
    {
        detail::check(ae_layer_list_add_activation(get(), activation, parameter));
        return *this;
    }
    layer_list &dropout(double rate)
    {
        detail::check(ae_layer_list_add_dropout(get(), rate));
        return *this;
    }
    layer_list &batch_norm(const batch_norm_options &how = batch_norm_options())
    {
        detail::check(ae_layer_list_add_batch_norm(get(), &how));
        return *this;
    }
};

struct tensor_shape {
    std::size_t rows, columns;
};

/** Of each feature: x' = (x - offset) / scale. */
struct feature_scaling {
    std::vector<float> offset, scale;
};

/** Of each row, [rows, latent_dim]. */
struct gaussian_codes {
    std::vector<float> mu, log_var;
};

/** An autoencoder and its parameters. */
class model : public detail::object<ae_model> {
public:
    explicit model(detail::owned<ae_model> from) noexcept : object(std::move(from)) {}

    explicit model(const model_options &options)
        : object(detail::create<ae_model>(options.lifeline, [&](ae_model **out) {
              const ae_model_options own = options.c();
              return ae_model_create(out, &own);
          }))
    {
    }
    model(const layer_list &encoder, const layer_list &decoder, const model_options &options)
        : object(detail::create<ae_model>(options.lifeline, [&](ae_model **out) {
              const ae_model_options own = options.c();
              return ae_model_create_from_layers(out, encoder.get(), decoder.get(), &own);
          }))
    {
    }

    static model load(const std::string &path, const load_options &how = load_options())
    {
        return model(detail::create<ae_model>(how.lifeline, [&](ae_model **out) {
            return ae_model_load(out, path.c_str(), &how);
        }));
    }
    static model load_memory(bytes content, const load_options &how = load_options())
    {
        return model(detail::create<ae_model>(how.lifeline, [&](ae_model **out) {
            return ae_model_load_memory(out, content.data(), content.size(), &how);
        }));
    }

    void save(const std::string &path) const { detail::check(ae_model_save(get(), path.c_str())); }
    /** The model as C source; names begin with `prefix`, or with the file's name. */
    void export_c(const std::string &path, const std::string &prefix = std::string()) const
    {
        export_c_options how;
        how.prefix = prefix.empty() ? nullptr : prefix.c_str();
        detail::check(ae_export_c(get(), path.c_str(), &how));
    }
    /** The model, or its encoder or decoder, as an ONNX graph. */
    void export_onnx(const std::string &path, ae_onnx_graph graph = AE_ONNX_RECONSTRUCT) const
    {
        export_onnx_options how;
        how.graph = graph;
        detail::check(ae_export_onnx(get(), path.c_str(), &how));
    }
    /** The weights that another program trained. */
    void import_safetensors(const std::string &path, const import_options &how = import_options())
    {
        detail::check(ae_model_import_safetensors(get(), path.c_str(), &how));
    }
    /** @return bytes written */
    std::size_t save_memory(span<unsigned char> buffer) const
    {
        std::size_t size = 0;
        detail::check(ae_model_save_memory(get(), buffer.data(), buffer.size(), &size));
        return size;
    }
    std::vector<unsigned char> save_memory() const
    {
        std::vector<unsigned char> content(save_memory(span<unsigned char>()));
        save_memory(content);
        return content;
    }

    std::size_t input_dim() const noexcept { return ae_model_input_dim(get()); }
    std::size_t output_dim() const noexcept { return ae_model_output_dim(get()); }
    std::size_t latent_dim() const noexcept { return ae_model_latent_dim(get()); }
    ae_code code() const noexcept { return ae_model_code(get()); }
    ae_loss loss() const noexcept { return ae_model_loss(get()); }
    double lasso() const noexcept { return ae_model_lasso(get()); }

    /* ---- parameters ---- */

    std::size_t parameter_count() const noexcept { return ae_model_parameter_count(get()); }
    std::size_t tensor_count() const noexcept { return ae_model_tensor_count(get()); }
    /** NULL if there is none. */
    const char *tensor_name(std::size_t index) const noexcept { return ae_model_tensor_name(get(), index); }
    ae::tensor_shape tensor_shape(const std::string &name) const
    {
        ae::tensor_shape shape = {0, 0};
        detail::check(ae_model_tensor_shape(get(), name.c_str(), &shape.rows, &shape.columns));
        return shape;
    }
    void get_tensor(const std::string &name, span<float> values) const
    {
        detail::check(ae_model_get_tensor(get(), name.c_str(), values.data(), values.size()));
    }
    std::vector<float> get_tensor(const std::string &name) const
    {
        const ae::tensor_shape shape = tensor_shape(name);
        std::vector<float> values(shape.rows * shape.columns);
        get_tensor(name, values);
        return values;
    }
    void set_tensor(const std::string &name, span<const float> values)
    {
        detail::check(ae_model_set_tensor(get(), name.c_str(), values.data(), values.size()));
    }
    void copy_encoder(const model &from) { detail::check(ae_model_copy_encoder(get(), from.get())); }

    /* ---- scaling ---- */

    ae_scaling scaling() const noexcept { return ae_model_scaling(get()); }
    void fit_scaling(const dataset &data, ae_scaling kind)
    {
        detail::check(ae_model_fit_scaling(get(), data.get(), kind));
    }
    /** Both empty: none. */
    void set_scaling(span<const float> offset, span<const float> scale)
    {
        const std::size_t length = offset.size();
        detail::check(ae_model_set_scaling(get(), offset.of_size(length, "offset"), scale.of_size(length, "scale"),
                                           length));
    }
    void get_scaling(span<float> offset, span<float> scale) const
    {
        detail::check(ae_model_get_scaling(get(), offset.of_size(input_dim(), "offset"),
                                           scale.of_size(input_dim(), "scale"), input_dim()));
    }
    ae::feature_scaling get_scaling() const
    {
        ae::feature_scaling all = {std::vector<float>(input_dim()), std::vector<float>(input_dim())};
        get_scaling(all.offset, all.scale);
        return all;
    }

    /* ---- training ---- */

    void fit(const dataset &train, const train_options &options = train_options()) { fit(train, nullptr, options); }
    void fit(const dataset &train, const dataset &validation, const train_options &options = train_options())
    {
        fit(train, validation.get(), options);
    }
    void fit_targets(const dataset &train, const dataset &targets, const train_options &options = train_options())
    {
        fit_targets(train, targets, nullptr, nullptr, options);
    }
    void fit_targets(const dataset &train, const dataset &targets, const dataset &validation,
                     const dataset &validation_targets, const train_options &options = train_options())
    {
        fit_targets(train, targets, validation.get(), validation_targets.get(), options);
    }

    std::size_t history_length() const noexcept { return ae_model_history_length(get()); }
    epoch_report history(std::size_t index) const
    {
        epoch_report report;
        detail::check(ae_model_history(get(), index, &report));
        return report;
    }

    ae::evaluation evaluate(const dataset &data) const
    {
        ae::evaluation result;
        detail::check(ae_evaluate(get(), data.get(), &result));
        return result;
    }
    ae::evaluation evaluate_targets(const dataset &data, const dataset &targets) const
    {
        ae::evaluation result;
        detail::check(ae_evaluate_targets(get(), data.get(), targets.get(), &result));
        return result;
    }

    /* ---- inference ---- */

    void encode(const_matrix x, matrix codes) const
    {
        x = x.of_width(input_dim(), "x");
        codes = codes.of_shape(x.rows(), latent_dim(), "codes");
        detail::check(ae_encode(get(), x.data(), x.rows(), x.stride(), codes.data(), codes.stride()));
    }
    std::vector<float> encode(const_matrix x) const
    {
        std::vector<float> codes(x.of_width(input_dim(), "x").rows() * latent_dim());
        encode(x, codes);
        return codes;
    }
    void decode(const_matrix codes, matrix x_hat) const
    {
        codes = codes.of_width(latent_dim(), "codes");
        x_hat = x_hat.of_shape(codes.rows(), output_dim(), "x_hat");
        detail::check(ae_decode(get(), codes.data(), codes.rows(), codes.stride(), x_hat.data(), x_hat.stride()));
    }
    std::vector<float> decode(const_matrix codes) const
    {
        std::vector<float> x_hat(codes.of_width(latent_dim(), "codes").rows() * output_dim());
        decode(codes, x_hat);
        return x_hat;
    }
    void reconstruct(const_matrix x, matrix x_hat) const
    {
        x = x.of_width(input_dim(), "x");
        x_hat = x_hat.of_shape(x.rows(), output_dim(), "x_hat");
        detail::check(ae_reconstruct(get(), x.data(), x.rows(), x.stride(), x_hat.data(), x_hat.stride()));
    }
    std::vector<float> reconstruct(const_matrix x) const
    {
        std::vector<float> x_hat(x.of_width(input_dim(), "x").rows() * output_dim());
        reconstruct(x, x_hat);
        return x_hat;
    }
    void reconstruction_error(const_matrix x, ae_loss loss, span<float> errors) const
    {
        x = x.of_width(input_dim(), "x");
        detail::check(ae_reconstruction_error(get(), x.data(), x.rows(), x.stride(), loss,
                                              errors.of_size(x.rows(), "errors")));
    }
    std::vector<float> reconstruction_error(const_matrix x, ae_loss loss = AE_SQUARED_ERROR) const
    {
        std::vector<float> errors(x.of_width(input_dim(), "x").rows());
        reconstruction_error(x, loss, errors);
        return errors;
    }

    /* ---- scores ---- */

    void score(const_matrix x, span<float> scores) const
    {
        x = x.of_width(input_dim(), "x");
        detail::check(ae_score(get(), x.data(), x.rows(), x.stride(), scores.of_size(x.rows(), "scores"), nullptr, 0));
    }
    /** ... and what each feature adds to it. */
    void score(const_matrix x, span<float> scores, matrix feature_scores) const
    {
        x = x.of_width(input_dim(), "x");
        feature_scores = feature_scores.of_shape(x.rows(), input_dim(), "feature_scores");
        detail::check(ae_score(get(), x.data(), x.rows(), x.stride(), scores.of_size(x.rows(), "scores"),
                               feature_scores.data(), feature_scores.stride()));
    }
    std::vector<float> score(const_matrix x) const
    {
        std::vector<float> scores(x.of_width(input_dim(), "x").rows());
        score(x, scores);
        return scores;
    }
    void fit_threshold(const dataset &data, double contamination)
    {
        detail::check(ae_model_fit_threshold(get(), data.get(), contamination));
    }
    /** NaN without one. */
    double threshold() const noexcept { return ae_model_threshold(get()); }
    double contamination() const noexcept { return ae_model_contamination(get()); }

    /* ---- variational models and codes ---- */

    void vae_encode(const_matrix x, matrix mu, matrix log_var) const
    {
        x = x.of_width(input_dim(), "x");
        mu = mu.of_shape(x.rows(), latent_dim(), "mu");
        log_var = log_var.of_shape(x.rows(), latent_dim(), "log_var");
        detail::check(ae_vae_encode(get(), x.data(), x.rows(), x.stride(), mu.data(), mu.stride(), log_var.data(),
                                    log_var.stride()));
    }
    gaussian_codes vae_encode(const_matrix x) const
    {
        const std::size_t size = x.of_width(input_dim(), "x").rows() * latent_dim();
        gaussian_codes codes = {std::vector<float>(size), std::vector<float>(size)};
        vae_encode(x, codes.mu, codes.log_var);
        return codes;
    }
    /** Fills x with samples. */
    void vae_sample(matrix x, std::uint64_t seed, std::uint64_t first_row = 0, bool observe = false) const
    {
        x = x.of_width(output_dim(), "x");
        detail::check(ae_vae_sample(get(), seed, first_row, x.rows(), observe, x.data(), x.stride()));
    }
    std::vector<float> vae_sample(std::size_t rows, std::uint64_t seed, std::uint64_t first_row = 0,
                                  bool observe = false) const
    {
        std::vector<float> x = detail::room<float>(rows, output_dim());
        vae_sample(x, seed, first_row, observe);
        return x;
    }
    ae::vae_evaluation vae_evaluate(const dataset &data, std::size_t samples = 1, std::uint64_t seed = 0,
                                    span<double> unit_kl = span<double>()) const
    {
        ae::vae_evaluation result;
        detail::check(ae_vae_evaluate(get(), data.get(), samples, seed, unit_kl.of_size(latent_dim(), "unit_kl"),
                                      &result));
        return result;
    }
    code_report code_usage(const dataset &data, span<double> mean = span<double>(),
                           span<double> active = span<double>()) const
    {
        code_report report;
        detail::check(ae_code_usage(get(), data.get(), mean.of_size(latent_dim(), "mean"),
                                    active.of_size(latent_dim(), "active"), &report));
        return report;
    }

private:
    void fit(const dataset &train, const ae_dataset *validation, const train_options &options)
    {
        const ae_train_options own = options.c();
        detail::check(ae_fit(get(), train.get(), validation, &own));
    }
    void fit_targets(const dataset &train, const dataset &targets, const ae_dataset *validation,
                     const ae_dataset *validation_targets, const train_options &options)
    {
        const ae_train_options own = options.c();
        detail::check(ae_fit_targets(get(), train.get(), targets.get(), validation, validation_targets, &own));
    }
};

/** Codes on the way from a to b: fills codes [steps, dim], where dim is the width of a and b. */
inline void code_path(span<const float> a, span<const float> b, std::int32_t path, matrix codes)
{
    codes = codes.of_width(a.size(), "codes");
    if (codes.stride() != 0 && codes.stride() != codes.columns())
        throw error(AE_ERROR_SHAPE, "codes of a path must follow each other, without a stride");
    detail::check(ae_code_path(a.data(), b.of_size(a.size(), "b"), a.size(), path, codes.rows(), codes.data()));
}
inline std::vector<float> code_path(span<const float> a, span<const float> b, std::int32_t path, std::size_t steps)
{
    std::vector<float> codes = detail::room<float>(steps, a.size());
    code_path(a, b, path, codes);
    return codes;
}

/** A grid of 2-D codes, [side * side, 2]. */
inline void code_grid(std::size_t side, span<float> codes)
{
    detail::check(ae_code_grid(side, codes.of_size(2 * side * side, "codes")));
}
inline std::vector<float> code_grid(std::size_t side)
{
    std::vector<float> codes = detail::room<float>(side, side < SIZE_MAX / 2 ? 2 * side : side);
    code_grid(side, codes);
    return codes;
}

/** A training under way, for a host that owns the loop. It keeps the model alive, which may be moved meanwhile. */
class trainer : public detail::object<ae_trainer> {
public:
    explicit trainer(model &learner, const train_options &options = train_options())
        : object(detail::create<ae_trainer>(learner.hold(), [&](ae_trainer **out) {
              const ae_train_options own = options.c();
              return ae_trainer_create(out, learner.get(), &own);
          })),
          model_(learner.get())
    {
    }

    /** One optimizer step on one batch.
     * @return the batch's loss before it */
    double step(const_matrix x)
    {
        double loss = 0;
        x = x.of_width(ae_model_input_dim(trained()), "x");
        detail::check(ae_trainer_step(get(), x.data(), x.rows(), x.stride(), nullptr, 0, &loss));
        return loss;
    }
    double step(const_matrix x, const_matrix target)
    {
        double loss = 0;
        x = x.of_width(ae_model_input_dim(trained()), "x");
        target = target.of_shape(x.rows(), ae_model_output_dim(trained()), "target");
        detail::check(ae_trainer_step(get(), x.data(), x.rows(), x.stride(), target.data(), target.stride(), &loss));
        return loss;
    }
    /** One pass over a dataset. */
    epoch_report epoch(const dataset &data)
    {
        epoch_report report;
        detail::check(ae_trainer_epoch(get(), data.get(), &report));
        return report;
    }
    void set_learning_rate(double rate) { detail::check(ae_trainer_set_learning_rate(get(), rate)); }
    std::uint64_t steps() const noexcept { return ae_trainer_steps(get()); }
    /** Bytes that this training holds beside the model. */
    std::size_t memory() const noexcept { return ae_trainer_memory(get()); }

private:
    const ae_model *trained() const noexcept { return get() ? model_ : nullptr; }
    const ae_model *model_;
};

/* ---- without gradients ------------------------------------------------------------------------------------------- */

using pca_options = detail::runtime_user<ae_pca_options, ae_pca_options_init>;

struct pca_result {
    ae::model model;
    std::vector<double> variances; /**< along the components, descending */
    double total;                  /**< variance of the data */
};

/** Principal components as a model. */
inline pca_result pca_fit(const dataset &data, std::size_t k, const pca_options &how = pca_options())
{
    std::vector<double> variances(k < data.columns() ? k : data.columns()); /* the library refuses more */
    double total = 0;
    model made(detail::create<ae_model>(how.lifeline, [&](ae_model **out) {
        return ae_pca_fit(out, data.get(), k, &how, variances.data(), &total);
    }));
    return pca_result{std::move(made), std::move(variances), total};
}

using dictionary_options = detail::runtime_user<ae_dictionary_options, ae_dictionary_options_init>;

struct dictionary_result {
    ae::model model;
    double objective; /**< of the model on this data */
};

/** A sparse dictionary as a model. */
inline dictionary_result dictionary_fit(const dataset &data, std::size_t atoms,
                                        const dictionary_options &how = dictionary_options())
{
    double objective = 0;
    model made(detail::create<ae_model>(how.lifeline, [&](ae_model **out) {
        return ae_dictionary_fit(out, data.get(), atoms, &how, &objective);
    }));
    return dictionary_result{std::move(made), objective};
}

/** Of h: mean [dim] and covariance [dim, dim]. */
struct hidden_moments {
    std::vector<double> mean, covariance;
};

/** Of each entry of X: [dim]. */
struct moments {
    std::vector<double> mean, variance;
};

/** The distribution of X = g(A z + b), z ~ N(0, I). An output that is empty is not wanted. */
class gaussian_map : public detail::object<ae_gaussian_map> {
public:
    explicit gaussian_map(detail::owned<ae_gaussian_map> from) noexcept : object(std::move(from)) {}

    /** @param a [dim, latent_dim]
     * @param b [dim]; empty: zeros */
    explicit gaussian_map(const_matrix a, span<const float> b = span<const float>(),
                          ae_activation activation = AE_IDENTITY, double parameter = 0,
                          const runtime &where = runtime::standard())
        : object(detail::create<ae_gaussian_map>(where.hold(), [&](ae_gaussian_map **out) {
              a = a.of_width(a.columns(), "A");
              return ae_gaussian_map_create(out, where.get(), a.data(), a.rows(), a.columns(), a.stride(),
                                            b.of_size(a.rows(), "b"), activation, parameter);
          }))
    {
    }

    std::size_t dim() const noexcept { return ae_gaussian_map_dim(get()); }
    std::size_t latent_dim() const noexcept { return ae_gaussian_map_latent_dim(get()); }

    void hidden_moments(span<double> mean, span<double> covariance) const
    {
        detail::check(ae_gaussian_map_hidden_moments(get(), mean.of_size(dim(), "mean"),
                                                     covariance.of_size(dim() * dim(), "covariance")));
    }
    ae::hidden_moments hidden_moments() const
    {
        ae::hidden_moments all = {std::vector<double>(dim()), std::vector<double>(dim() * dim())};
        hidden_moments(all.mean, all.covariance);
        return all;
    }
    void moments(span<double> mean, span<double> variance) const
    {
        detail::check(ae_gaussian_map_moments(get(), mean.of_size(dim(), "mean"), variance.of_size(dim(), "variance")));
    }
    ae::moments moments() const
    {
        ae::moments all = {std::vector<double>(dim()), std::vector<double>(dim())};
        moments(all.mean, all.variance);
        return all;
    }

    /** Fills x with samples. */
    void sample(matrix x, std::uint64_t seed, std::uint64_t first_row = 0) const
    {
        x = x.of_width(dim(), "x");
        detail::check(ae_gaussian_map_sample(get(), seed, first_row, x.rows(), x.data(), x.stride()));
    }
    std::vector<float> sample(std::size_t rows, std::uint64_t seed, std::uint64_t first_row = 0) const
    {
        std::vector<float> x = detail::room<float>(rows, dim());
        sample(x, seed, first_row);
        return x;
    }

    void log_density(const_matrix x, span<double> log_p) const
    {
        x = x.of_width(dim(), "x");
        detail::check(ae_gaussian_map_log_density(get(), x.data(), x.rows(), x.stride(),
                                                  log_p.of_size(x.rows(), "log_p")));
    }
    std::vector<double> log_density(const_matrix x) const
    {
        std::vector<double> log_p(x.of_width(dim(), "x").rows());
        log_density(x, log_p);
        return log_p;
    }
    void mixed_log_density(const_matrix x, span<double> log_p) const
    {
        x = x.of_width(dim(), "x");
        detail::check(ae_gaussian_map_mixed_log_density(get(), x.data(), x.rows(), x.stride(),
                                                        log_p.of_size(x.rows(), "log_p")));
    }
    std::vector<double> mixed_log_density(const_matrix x) const
    {
        std::vector<double> log_p(x.of_width(dim(), "x").rows());
        mixed_log_density(x, log_p);
        return log_p;
    }

    /** P(X_j = 0) of each entry. */
    void zero_mass(span<double> each) const
    {
        detail::check(ae_gaussian_map_zero_mass(get(), each.of_size(dim(), "each"), nullptr));
    }
    std::vector<double> zero_mass() const
    {
        std::vector<double> each(dim());
        zero_mass(each);
        return each;
    }
    /** P(X = 0), for dim 1 or 2. */
    double joint_zero_mass() const
    {
        double all = 0;
        detail::check(ae_gaussian_map_zero_mass(get(), nullptr, &all));
        return all;
    }
};

} // namespace ae

#endif
