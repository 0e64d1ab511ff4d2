/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/* Every object and call of autoencoder.hpp against the C call behind it; ownership; what is left after a move. */
#include "check.hpp"

#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <type_traits>

namespace {

template <class T> constexpr bool moves_only()
{
    return std::is_nothrow_move_constructible<T>::value && std::is_nothrow_move_assignable<T>::value &&
           !std::is_copy_constructible<T>::value && !std::is_copy_assignable<T>::value;
}
static_assert(moves_only<ae::runtime>() && moves_only<ae::dataset>() && moves_only<ae::layer_list>() &&
                  moves_only<ae::model>() && moves_only<ae::cancel>() && moves_only<ae::trainer>() &&
                  moves_only<ae::gaussian_map>(),
              "objects move and do not copy");

/** The same test runs at the same time for another standard. */
std::string own_file(const char *suffix)
{
    return "cpp" + std::to_string(__cplusplus) + suffix;
}

void what_runs()
{
    CHECK(std::string(ae::version()) == ae_version() && ae::version_number() == AE_VERSION_NUMBER);
    CHECK(ae::runtime::standard().get() == nullptr && ae::runtime::standard().threads() == 1);
    CHECK(std::string(ae::runtime().kernels()) == ae::runtime::standard().kernels());
}

void datasets()
{
    const std::vector<float> x = some_rows();
    const ae::dataset data(x, WIDTH), same(ae::const_matrix(x.data(), ROWS, WIDTH));
    CHECK(data.rows() == ROWS && data.columns() == WIDTH && data.row(1).data() == x.data() + WIDTH);
    CHECK(same.rows() == ROWS && data.column_name(0) == nullptr);
    CHECK(thrown([&] { data.row(ROWS); }) == AE_ERROR_INVALID_ARGUMENT);
    CHECK(thrown([&] { ae::dataset bad(x, 7); }) == AE_ERROR_SHAPE);
    CHECK(thrown([&] { ae::dataset bad(x); }) == AE_ERROR_INVALID_ARGUMENT); /* how many columns? */
    CHECK(thrown([&] { ae::dataset bad(std::vector<float>(), 3); }) == AE_ERROR_INVALID_ARGUMENT);

    const std::pair<ae::dataset, ae::dataset> parts = data.split(0.25, 3);
    CHECK(parts.first.rows() == 36 && parts.second.rows() == 12);
    ae::dataset part = ae::dataset(some_rows(), WIDTH).slice(2, 5); /* keeps the vector */
    CHECK(part.rows() == 5 && std::memcmp(part.row(0).data(), &x[2 * WIDTH], WIDTH * sizeof(float)) == 0);
    part = data.slice(0, 1);
    CHECK(part.row(0).data() == x.data());
}

void readers()
{
    const std::string csv = "a,b,label\n1,2,0\n3,4,1\n";
    ae::read_options how;
    how.columns = {"b", "a"};
    const ae::dataset table = ae::dataset::read_csv_memory(csv, how);
    CHECK(table.rows() == 2 && table.columns() == 2 && table.row(1)[0] == 4 && table.row(1)[1] == 3);
    CHECK(std::string(table.column_name(0)) == "b");
    how.columns = {"c"};
    CHECK(thrown([&] { ae::dataset::read_csv_memory(csv, how); }) == AE_ERROR_INVALID_ARGUMENT);

    const unsigned char idx[] = {0, 0, 8, 1, 0, 0, 0, 2, 51, 255};
    const ae::dataset bytes = ae::dataset::read_idx_memory(ae::bytes(idx, sizeof idx));
    CHECK(bytes.rows() == 2 && bytes.row(0)[0] == 0.2f);

    std::string npy("\x93NUMPY\x01\x00\x76\x00", 10);
    npy += "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }";
    npy.resize(127, ' ');
    npy += '\n' + std::string("\0\0\x80\x3f", 4); /* 1.0 */
    const ae::dataset array = ae::dataset::read_npy_memory(npy);
    CHECK(array.rows() == 1 && array.row(0)[0] == 1);

    const std::string path = own_file(".data");
    const auto write = [&](const std::string &content) { std::ofstream(path, std::ios::binary) << content; };
    write(csv);
    CHECK(ae::dataset::read_csv(path).columns() == 3);
    write(npy);
    CHECK(ae::dataset::read_npy(path).rows() == 1);
    write(std::string(reinterpret_cast<const char *>(idx), sizeof idx));
    CHECK(ae::dataset::read_idx(path).rows() == 2);
    std::remove(path.c_str());
    CHECK(thrown([&] { ae::dataset::read_csv(path); }) == AE_ERROR_IO);
}

void models()
{
    ae::model model = some_model();
    CHECK(model.input_dim() == WIDTH && model.output_dim() == WIDTH && model.latent_dim() == 2);
    CHECK(model.code() == AE_CODE_PLAIN && model.loss() == AE_BINARY_CROSS_ENTROPY && model.lasso() == 0);
    CHECK(model.parameter_count() == ae_model_parameter_count(model.get()) && model.tensor_count() == 8);

    CHECK(std::string(model.tensor_name(0)) == "encoder.0.weight" && model.tensor_name(99) == nullptr);
    const ae::tensor_shape shape = model.tensor_shape("encoder.0.weight");
    CHECK(shape.rows == 5 && shape.columns == WIDTH);
    std::vector<float> weight = model.get_tensor("encoder.0.weight"), again(weight.size());
    weight[3] = 0.5f;
    model.set_tensor("encoder.0.weight", weight);
    model.get_tensor("encoder.0.weight", again);
    CHECK(again == weight);
    CHECK(thrown([&] { model.get_tensor("no.such"); }) == AE_ERROR_INVALID_ARGUMENT);
    ae::model copy = some_model();
    copy.copy_encoder(model);
    CHECK(copy.encode(some_rows()) == model.encode(some_rows()));

    ae::dense_options no_bias;
    no_bias.bias = 0;
    ae::layer_list encoder, decoder;
    encoder.dense(7, AE_IDENTITY, no_bias).batch_norm().activation(AE_LEAKY_RELU, 0.1).dropout(0.1).dense(3, AE_TANH);
    decoder.dense(WIDTH, AE_SIGMOID);
    ae::model_options options;
    options.input_dim = WIDTH;
    const ae::model layered(encoder, decoder, options);
    CHECK(layered.latent_dim() == 3 && layered.tensor_shape("encoder.0.weight").rows == 7);
    CHECK(thrown([&] { encoder.dropout(2); }) == AE_ERROR_INVALID_ARGUMENT);
    ae::batch_norm_options bad;
    bad.momentum = 5;
    CHECK(thrown([&] { encoder.batch_norm(bad); }) == AE_ERROR_INVALID_ARGUMENT);

    const std::vector<float> codes = model.encode(some_rows());
    CHECK(model.decode(codes) == model.reconstruct(some_rows()));
    CHECK(model.reconstruction_error(some_rows()).size() == ROWS);
}

void files()
{
    const ae::model model = some_model();
    const std::vector<unsigned char> content = model.save_memory();
    const std::vector<float> codes = model.encode(some_rows());
    CHECK(ae::model::load_memory(content).encode(some_rows()) == codes);
    std::vector<unsigned char> room(content.size() + 9);
    CHECK(model.save_memory(room) == content.size());
    CHECK(thrown([&] { model.save_memory(ae::span<unsigned char>(room.data(), 9)); }) == AE_ERROR_SHAPE);
    const std::string path = own_file(".safetensors");
    model.save(path);
    CHECK(ae::model::load(path).encode(some_rows()) == codes);
    ae::load_options how;
    how.on(ae::runtime());
    how.max_bytes = 10;
    CHECK(thrown([&] { ae::model::load(path, how); }) == AE_ERROR_FORMAT);
    std::remove(path.c_str());
}

bool holds(const std::string &path, const std::string &text)
{
    std::ifstream file(path, std::ios::binary);
    const std::string content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    return content.find(text) != std::string::npos;
}

void a_model_elsewhere()
{
    const ae::model model = some_model();
    const std::string source = own_file(".c"), header = own_file(".h");
    model.export_c(source, "other");
    CHECK(holds(source, "#include \"" + header + "\"") && holds(header, "void other_encode("));
    model.export_c(source);
    CHECK(holds(header, "void cpp"));
    CHECK(thrown([&] { model.export_c(source, "1"); }) == AE_ERROR_INVALID_ARGUMENT);
    std::remove(source.c_str());
    std::remove(header.c_str());
    model.export_onnx(source);
    CHECK(holds(source, "reconstruction"));
    model.export_onnx(source, AE_ONNX_ENCODER);
    CHECK(!holds(source, "reconstruction"));
    CHECK(thrown([&] { model.export_onnx(source, 3); }) == AE_ERROR_INVALID_ARGUMENT);
    std::remove(source.c_str());
    const std::string weights = own_file("_weights.safetensors");
    model.save(weights);
    ae::model other = some_model();
    other.set_tensor("encoder.0.bias", std::vector<float>(other.get_tensor("encoder.0.bias").size(), 3));
    CHECK(other.encode(some_rows()) != model.encode(some_rows()));
    other.import_safetensors(weights);
    CHECK(other.encode(some_rows()) == model.encode(some_rows()));
    ae::import_options how;
    how.prefix = "elsewhere.";
    CHECK(thrown([&] { other.import_safetensors(weights, how); }) == AE_ERROR_FORMAT);
    std::remove(weights.c_str());
}

void training()
{
    const std::vector<float> x = some_rows();
    const ae::dataset data(x, WIDTH), validation = data.slice(0, 9);
    ae::model model = some_model(), other = some_model();
    ae::train_options options;
    ae::corruption noise;
    noise.kind = AE_CORRUPTION_MASK;
    options.epochs = 3;
    options.corruption = &noise;
    model.fit(data, validation, options);
    other.fit_targets(data, data, validation, validation, options);
    CHECK(model.encode(x) == other.encode(x));
    CHECK(model.history_length() == 3 && model.history(2).validation_loss > 0);
    CHECK(thrown([&] { model.history(3); }) == AE_ERROR_INVALID_ARGUMENT);
    other.fit_targets(data, data, options);
    CHECK(model.evaluate(data).loss == model.evaluate_targets(data, data).loss);
    CHECK(model.evaluate(data).rows == ROWS);

    std::vector<float> masked(x.size());
    ae::corrupt(noise, 1, 0, ae::const_matrix(x.data(), ROWS, WIDTH), masked);
    CHECK(masked != x);
    CHECK(thrown([&] { ae::corrupt(noise, 1, 0, x, masked); }) == AE_ERROR_INVALID_ARGUMENT);

    ae::cancel cancel;
    options.cancel = cancel.get();
    CHECK(!cancel.requested());
    cancel.request();
    CHECK(cancel.requested() && thrown([&] { model.fit(data, options); }) == AE_ERROR_CANCELLED);
    cancel.reset();
    model.fit(data, options);

    ae::trainer trainer(model, options);
    ae::model moved(std::move(model));
    CHECK(trainer.step(x) > 0 && trainer.step(x, x) > 0 && trainer.steps() == 2);
    trainer.set_learning_rate(1e-4);
    CHECK(trainer.epoch(data).epoch == 1);
    CHECK(thrown([&] { trainer.step(x, std::vector<float>(WIDTH)); }) == AE_ERROR_SHAPE);
    CHECK(thrown([&] { trainer.set_learning_rate(-1); }) == AE_ERROR_INVALID_ARGUMENT);
}

void scaling_and_scores()
{
    std::vector<float> x = some_rows(), offset(WIDTH), scale(WIDTH), scores(ROWS), parts(x.size());
    const ae::dataset data(x, WIDTH);
    ae::model_options shape;
    shape.input_dim = WIDTH, shape.latent_dim = 2;
    ae::model model(shape);
    CHECK(model.scaling() == AE_SCALING_NONE && std::isnan(model.threshold()) && model.contamination() == 0);
    model.fit_scaling(data, AE_SCALING_MINMAX);
    const ae::feature_scaling fitted = model.get_scaling();
    CHECK(model.scaling() == AE_SCALING_MINMAX && fitted.offset[0] == 0.05f && fitted.scale.size() == WIDTH);
    model.set_scaling(fitted.scale, fitted.scale);
    model.get_scaling(offset, scale);
    CHECK(model.scaling() == AE_SCALING_GIVEN && offset == fitted.scale && scale == fitted.scale);
    CHECK(thrown([&] { model.set_scaling(offset, ae::span<const float>(scale.data(), 2)); }) == AE_ERROR_SHAPE);
    model.set_scaling(std::vector<float>(), std::vector<float>());
    CHECK(model.scaling() == AE_SCALING_NONE);

    model.score(x, scores, parts);
    CHECK(model.score(x) == scores && std::fabs(parts[0] + parts[1] + parts[2] + parts[3] + parts[4] + parts[5] -
                                                scores[0]) < 1e-5f * scores[0]);
    model.fit_threshold(data, 0.1);
    CHECK(model.contamination() == 0.1 && model.threshold() > 0);
    CHECK(thrown([&] { model.fit_threshold(data, 2); }) == AE_ERROR_INVALID_ARGUMENT);
    CHECK(thrown([&] { model.score(x, offset); }) == AE_ERROR_SHAPE);
}

void variational()
{
    const std::vector<float> x = some_rows();
    const ae::dataset data(x, WIDTH);
    const ae::model model = some_model(AE_CODE_GAUSSIAN);
    const ae::gaussian_codes codes = model.vae_encode(x);
    CHECK(codes.mu == model.encode(x) && codes.log_var.size() == codes.mu.size());
    const std::vector<float> drawn = model.vae_sample(4, 1, 2), all = model.vae_sample(6, 1);
    CHECK(std::memcmp(&all[2 * WIDTH], drawn.data(), drawn.size() * sizeof(float)) == 0);
    const std::vector<float> pixels = model.vae_sample(4, 1, 0, true);
    CHECK(pixels[0] == 0 || pixels[0] == 1);
    std::vector<double> unit(2), mean(2), active(2), wrong(3);
    const ae::vae_evaluation result = model.vae_evaluate(data, 2, 1, unit);
    CHECK(result.rows == ROWS && std::fabs(unit[0] + unit[1] - result.kl) < 1e-6 * (1 + result.kl));
    CHECK(model.code_usage(data, mean, active).rows == ROWS && active[0] > 0 && model.code_usage(data).dead_units == 0);
    CHECK(thrown([&] { model.vae_evaluate(data, 1, 0, wrong); }) == AE_ERROR_SHAPE);

    const float a[] = {0, 0}, b[] = {1, 3};
    const std::vector<float> path = ae::code_path(a, b, AE_PATH_LINEAR, 3);
    CHECK(path.size() == 6 && path[2] == 0.5f && path[3] == 1.5f);
    CHECK(thrown([&] { ae::code_path(a, ae::span<const float>(b, 1), AE_PATH_LINEAR, 3); }) == AE_ERROR_SHAPE);
    CHECK(ae::code_grid(3).size() == 18 && ae::code_grid(1)[0] == 0);
}

void solvers()
{
    const std::vector<float> x = some_rows();
    const ae::dataset data(x, WIDTH);
    ae::pca_options how;
    how.whiten = 1;
    const ae::pca_result pca = ae::pca_fit(data, 2, how);
    CHECK(pca.model.latent_dim() == 2 && pca.variances[0] >= pca.variances[1] && pca.total > pca.variances[0]);
    CHECK(thrown([&] { ae::pca_fit(data, 0); }) == AE_ERROR_INVALID_ARGUMENT);
    ae::dictionary_options sparse;
    sparse.iterations = 5;
    const ae::dictionary_result dictionary = ae::dictionary_fit(data, 4, sparse);
    CHECK(dictionary.model.code() == AE_CODE_LASSO && dictionary.model.lasso() == 0.1 && dictionary.objective > 0);

    const float weight[2][2] = {{2, 0}, {0, 1}}, bias[] = {1, 0};
    const ae::gaussian_map map(weight, bias, AE_RELU), plain(weight, bias);
    CHECK(map.dim() == 2 && map.latent_dim() == 2);
    CHECK(map.hidden_moments().mean[0] == 1 && map.hidden_moments().covariance[0] == 4);
    CHECK(plain.moments().variance[0] == 4 && map.sample(5, 1).size() == 10);
    CHECK(std::fabs(map.zero_mass()[1] - 0.5) < 1e-12 && map.joint_zero_mass() < 0.5);
    CHECK(map.mixed_log_density(weight).size() == 2 && std::isfinite(plain.log_density(weight)[1]));
    CHECK(thrown([&] { map.log_density(weight); }) == AE_ERROR_UNSUPPORTED);
    CHECK(thrown([&] { ae::gaussian_map bad(weight, ae::span<const float>(bias, 1)); }) == AE_ERROR_SHAPE);
}

void after_a_move()
{
    const std::vector<float> x = some_rows();
    ae::model model = some_model();
    const ae::model moved = std::move(model);
    CHECK(moved && !model && model.get() == nullptr && model.input_dim() == 0);
    CHECK(thrown([&] { model.encode(x); }) == AE_ERROR_INVALID_ARGUMENT);
    CHECK(thrown([&] { model.fit(ae::dataset(x, WIDTH)); }) == AE_ERROR_INVALID_ARGUMENT);
    CHECK(thrown([&] { model.save("nowhere"); }) == AE_ERROR_INVALID_ARGUMENT);
    CHECK(thrown([&] { ae::trainer trainer(model); }) == AE_ERROR_INVALID_ARGUMENT);
    model = some_model(); /* and it is a model again */
    CHECK(model.encode(x) == moved.encode(x));

    ae::dataset data(x, WIDTH), taken(std::move(data));
    CHECK(data.rows() == 0 && data.columns() == 0 && taken.rows() == ROWS);
    CHECK(thrown([&] { data.slice(0, 1); }) == AE_ERROR_INVALID_ARGUMENT);
    ae::trainer trainer(model), another(std::move(trainer));
    CHECK(thrown([&] { trainer.step(x); }) == AE_ERROR_INVALID_ARGUMENT && another.step(x) > 0);
    ae::layer_list list, filled(std::move(list));
    CHECK(thrown([&] { list.dropout(0.1); }) == AE_ERROR_INVALID_ARGUMENT);

    another = ae::trainer(model = some_model()); /* the trainer before it goes with its model */
    {
        const ae::model gone(std::move(model));
    }
    CHECK(another.step(x) > 0); /* it keeps the model that it trains */

    ae_model *from_c = nullptr;
    CHECK(ae_model_load_memory(&from_c, moved.save_memory().data(), moved.save_memory().size(), nullptr) == AE_OK);
    const ae::model taken_over(from_c);
    CHECK(taken_over.get() == from_c && taken_over.encode(x) == moved.encode(x));
}

} // namespace

int main()
{
    what_runs();
    datasets();
    readers();
    models();
    files();
    a_model_elsewhere();
    training();
    scaling_and_scores();
    variational();
    solvers();
    after_a_move();
    return failures ? 1 : 0;
}
