/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/** @file
 * Models: an encoder x -> code and a decoder code -> x_hat, from flat options or layer by layer. */
#ifndef AUTOENCODER_MODEL_H
#define AUTOENCODER_MODEL_H

#include <autoencoder/runtime.h>

#ifdef __cplusplus
extern "C" {
#endif

/** An autoencoder and its parameters.
 *
 * Functions that take a `const ae_model *` may run in parallel from any number of threads and give the same bytes.
 * Functions that take an `ae_model *` (training, setting parameters, freeing) need the model for themselves. */
typedef struct ae_model ae_model;

/** Activation functions f(z). The parameter a is the layer's activation_parameter. */
typedef int32_t ae_activation;

/** The values of ae_activation. */
enum ae_activation_value {
    AE_IDENTITY = 0,   /**< z */
    AE_RELU = 1,       /**< max(z, 0) */
    AE_LEAKY_RELU = 2, /**< z if z > 0, else a z; a in [0, 1], default 0.01 */
    AE_ELU = 3,        /**< z if z > 0, else a (exp(z) - 1); a > 0, default 1 */
    AE_GELU = 4,       /**< z Phi(z), exact, Phi the normal distribution function (Hendrycks and Gimpel 2016) */
    AE_GELU_TANH = 5,  /**< z/2 (1 + tanh(sqrt(2/pi) (z + 0.044715 z^3))), the usual approximation */
    AE_SILU = 6,       /**< z sigmoid(z), also called swish */
    AE_SOFTPLUS = 7,   /**< log(1 + exp(z)) */
    AE_TANH = 8,       /**< tanh(z) */
    AE_SIGMOID = 9     /**< 1 / (1 + exp(-z)) */
};

/** Reconstruction losses of one sample; every reported loss is **summed over features, averaged over samples**. */
typedef int32_t ae_loss;

/** The values of ae_loss. */
enum ae_loss_value {
    AE_SQUARED_ERROR = 1,       /**< sum over features of (x_hat - x)^2 */
    AE_BINARY_CROSS_ENTROPY = 2, /**< sum over features of -x log x_hat - (1 - x) log(1 - x_hat), in nats, computed from
                                      the logits; needs data in [0,1] and AE_SIGMOID as the output's activation. The
                                      observation model is Bernoulli(x_hat) */
    AE_GAUSSIAN_LIKELIHOOD = 3,  /**< -log N(x; x_hat, gamma^2 I) in nats, its constant included: sum over features of
                                      (x_hat - x)^2 / (2 gamma^2) + log(2 pi gamma^2) / 2; gamma: see ae_noise */
    AE_SOFTMAX_CROSS_ENTROPY = 4 /**< -sum over classes of t log p, p = softmax(output), in nats: a classifier. Needs
                                      AE_IDENTITY as the output's activation and targets t, see ae_fit_targets();
                                      ae_reconstruct() gives p */
};

/** The gamma of AE_GAUSSIAN_LIKELIHOOD. log gamma^2 is held within +-20. */
typedef int32_t ae_noise;

/** The values of ae_noise. */
enum ae_noise_value {
    AE_NOISE_FIXED = 0,       /**< gamma = noise_deviation, for ever */
    AE_NOISE_LEARNED = 1,     /**< one gamma, trained; starts at noise_deviation */
    AE_NOISE_PER_FEATURE = 2, /**< one gamma a feature, trained; start at noise_deviation */
    AE_NOISE_OPTIMAL = 3      /**< gamma^2 = mean squared error of the batch, the maximum-likelihood value in closed form
                                   (sigma-VAE; Rybkin, Daniilidis and Levine 2021); outside training a running mean */
};

/** What a code is. */
typedef int32_t ae_code;

/** The values of ae_code. */
enum ae_code_value {
    AE_CODE_PLAIN = 0,    /**< code = encoder(x) */
    AE_CODE_TOPK = 1,     /**< the k largest entries of encoder(x), the others zero (Makhzani and Frey 2013) */
    AE_CODE_GAUSSIAN = 2, /**< variational: q(z|x) = N(mu(x), diag sigma^2(x)), prior N(0, I) (Kingma and Welling 2013);
                               ae_encode() gives mu. The loss must be a likelihood: AE_BINARY_CROSS_ENTROPY or
                               AE_GAUSSIAN_LIKELIHOOD */
    AE_CODE_LASSO = 3     /**< sparse coding with the decoder's columns as dictionary; models of ae_dictionary_fit() */
};

/** How a variational encoder gives log sigma^2(x), which is held within +-20 in every formula. */
typedef int32_t ae_variance;

/** The values of ae_variance. */
enum ae_variance_value {
    AE_VARIANCE_SHARED = 0,   /**< mu and log sigma^2 are the two halves of the encoder's last layer */
    AE_VARIANCE_SEPARATE = 1, /**< by a second net of the same shape, tensors "variance.0.weight", ... */
    AE_VARIANCE_ONE = 2       /**< sigma = 1 */
};

/** How the weights W: [out, in] of a dense layer start. Biases start at 0 but for AE_INIT_TORCH. */
typedef int32_t ae_init;

/** The values of ae_init. fan_in is `in`, fan_out is `out`. */
enum ae_init_value {
    AE_INIT_AUTO = 0,           /**< He normal before ReLU, leaky ReLU, ELU, GELU and SiLU, else Glorot uniform */
    AE_INIT_GLOROT_UNIFORM = 1, /**< uniform in +-sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio 2010) */
    AE_INIT_GLOROT_NORMAL = 2,  /**< normal, variance 2 / (fan_in + fan_out) */
    AE_INIT_HE_UNIFORM = 3,     /**< uniform in +-sqrt(6 / fan_in) (He et al. 2015) */
    AE_INIT_HE_NORMAL = 4,      /**< normal, variance 2 / fan_in */
    AE_INIT_TORCH = 5,          /**< uniform in +-1/sqrt(fan_in), biases too: PyTorch's nn.Linear */
    AE_INIT_UNIFORM = 6,        /**< uniform in +-init_scale */
    AE_INIT_NORMAL = 7          /**< normal, standard deviation init_scale; 0 gives zeros */
};

/** Options of ae_model_create(); set them up with ae_model_options_init(). */
typedef struct ae_model_options {
    size_t struct_size;       /**< set by ae_model_options_init() */
    ae_runtime *runtime;      /**< NULL: the default */
    uint64_t seed;            /**< of the initial weights; default 0 */
    size_t input_dim;         /**< features of a sample; required */
    size_t latent_dim;        /**< width of the code; required */
    const size_t *hidden_dims; /**< widths of the encoder's hidden layers, from input to code; the decoder mirrors them.
                                    Copied. NULL with hidden_count 0: none */
    size_t hidden_count;             /**< how many hidden_dims are given; default 0 */
    ae_activation hidden_activation; /**< default AE_RELU */
    ae_activation latent_activation; /**< of the code; default AE_IDENTITY, and no other with AE_CODE_GAUSSIAN, but of
                                          mu with AE_VARIANCE_ONE */
    ae_activation output_activation; /**< of the reconstruction; default AE_IDENTITY */
    ae_loss loss;                    /**< default AE_SQUARED_ERROR */
    ae_init init;                    /**< default AE_INIT_AUTO */
    int32_t bias;                    /**< 1: dense layers have a bias, default; 0: none */
    int32_t tied;       /**< 1: each decoder weight is the transpose of its mirror in the encoder, one set of numbers;
                             biases stay apart. With AE_CODE_GAUSSIAN not for AE_VARIANCE_SHARED. Default 0 */
    int32_t batch_norm; /**< 1: batch normalisation before each hidden activation (not at code and output); default 0 */
    double activation_parameter; /**< a of leaky ReLU and ELU, for every layer; 0: the activation's default */
    double init_scale;           /**< of AE_INIT_UNIFORM and AE_INIT_NORMAL; default 0.05 */
    double dropout;              /**< rate of dropout after each hidden activation; in [0, 1), default 0 */
    size_t output_dim;    /**< width of what the decoder gives; 0, the default: input_dim. Another width needs targets, see
                               ae_fit_targets() */
    ae_code code;         /**< default AE_CODE_PLAIN */
    ae_variance variance; /**< of AE_CODE_GAUSSIAN, default AE_VARIANCE_SHARED; no other value with other codes */
    ae_noise noise;       /**< of AE_GAUSSIAN_LIKELIHOOD, default AE_NOISE_FIXED; no other value with other losses */
    int32_t reserved;     /**< 0 */
    double noise_deviation; /**< gamma of AE_GAUSSIAN_LIKELIHOOD, or its start; in [1e-4, 1e4], default 1 */
    size_t topk;            /**< k of AE_CODE_TOPK; 1..latent_dim */
} ae_model_options;

/** Fills `options` with the defaults.
 * @param options     structure to fill
 * @param struct_size sizeof *options as the caller knows it
 * @note Any thread. Since 0.1. */
AE_API void ae_model_options_init(ae_model_options *options, size_t struct_size);

/** Creates a model input -> hidden... -> code -> ...hidden -> reconstruction, with its initial weights.
 * @param out     receives the model; NULL on failure. Free it with ae_model_free()
 * @param options required, for the dimensions
 * @return AE_OK; INVALID_ARGUMENT; SHAPE for dimensions too large to address; NO_MEMORY
 * @note Any thread. Since 0.1. */
AE_API ae_status ae_model_create(ae_model **out, const ae_model_options *options);

/** A list of layers from input to output, to build an encoder or a decoder of any shape. One thread at a time. */
typedef struct ae_layer_list ae_layer_list;

/** Options of a dense layer; set them up with ae_dense_options_init(). */
typedef struct ae_dense_options {
    size_t struct_size; /**< set by ae_dense_options_init() */
    int32_t bias;       /**< 1: y = f(x W^T + b), default; 0: no b */
    ae_init init;       /**< default AE_INIT_AUTO */
    double init_scale;  /**< of AE_INIT_UNIFORM and AE_INIT_NORMAL; default 0.05 */
    double activation_parameter; /**< a of leaky ReLU and ELU; 0: the activation's default */
    int32_t tied; /**< 1, in a decoder only: use the transposed weight of an encoder layer; `init` is ignored. Default 0 */
    int32_t tied_to; /**< 0-based position in the encoder's list of the dense layer to share */
} ae_dense_options;

/** Options of batch normalisation; set them up with ae_batch_norm_options_init(). */
typedef struct ae_batch_norm_options {
    size_t struct_size; /**< set by ae_batch_norm_options_init() */
    double momentum;    /**< weight of the newest batch in the running statistics; in (0, 1], default 0.1 */
    double epsilon;     /**< added to the variance; above 0, default 1e-5 */
} ae_batch_norm_options;

/** Fills `options` with the defaults.
 * @param options     structure to fill
 * @param struct_size sizeof *options as the caller knows it
 * @note Any thread. Since 0.1. */
AE_API void ae_dense_options_init(ae_dense_options *options, size_t struct_size);

/** Fills `options` with the defaults.
 * @param options     structure to fill
 * @param struct_size sizeof *options as the caller knows it
 * @note Any thread. Since 0.1. */
AE_API void ae_batch_norm_options_init(ae_batch_norm_options *options, size_t struct_size);

/** Creates an empty list.
 * @param out     receives the list; NULL on failure. Free it with ae_layer_list_free()
 * @param runtime NULL for the default; used for the list's own memory
 * @return AE_OK; INVALID_ARGUMENT; NO_MEMORY
 * @note Any thread. Since 0.1. */
AE_API ae_status ae_layer_list_create(ae_layer_list **out, ae_runtime *runtime);

/** Adds a dense layer y = f(x W^T + b), W: [units, width of the layer before].
 * @param list       list to extend
 * @param units      width of its output, at least 1
 * @param activation f
 * @param options    NULL for the defaults
 * @return AE_OK; INVALID_ARGUMENT; SHAPE for units too many to address; NO_MEMORY
 * @note One thread at a time. Since 0.1. */
AE_API ae_status ae_layer_list_add_dense(ae_layer_list *list, size_t units, ae_activation activation,
                                         const ae_dense_options *options);

/** Adds an activation, such as the one after batch normalisation. After a layer that has none (AE_IDENTITY) it becomes that
 * layer's and takes no position of its own in the list.
 * @param list       list to extend
 * @param activation f
 * @param parameter  a of leaky ReLU and ELU; 0: the activation's default
 * @return AE_OK; INVALID_ARGUMENT; NO_MEMORY
 * @note One thread at a time. Since 0.1. */
AE_API ae_status ae_layer_list_add_activation(ae_layer_list *list, ae_activation activation, double parameter);

/** Adds dropout: in training each value is zero with probability `rate`, else divided by 1 - rate (Srivastava et al.
 * 2014, "inverted"); outside training it does nothing.
 * @param list list to extend
 * @param rate in [0, 1)
 * @return AE_OK; INVALID_ARGUMENT; NO_MEMORY
 * @note One thread at a time. Since 0.1. */
AE_API ae_status ae_layer_list_add_dropout(ae_layer_list *list, double rate);

/** Adds batch normalisation (Ioffe and Szegedy 2015) with a learned scale and shift: batch statistics in training,
 * running ones elsewhere, where it is folded into a dense layer before it. Batches in training need 2 rows.
 * @param list    list to extend
 * @param options NULL for the defaults
 * @return AE_OK; INVALID_ARGUMENT; NO_MEMORY
 * @note One thread at a time. Since 0.1. */
AE_API ae_status ae_layer_list_add_batch_norm(ae_layer_list *list, const ae_batch_norm_options *options);

/** @param list NULL is fine
 * @note Any thread, once. Since 0.1. */
AE_API void ae_layer_list_free(ae_layer_list *list);

/** Creates a model from two lists of layers, with its initial weights. The fields of `options` that describe layers
 * (hidden_*, *_activation, init*, bias, tied, batch_norm, dropout, activation_parameter) are ignored. latent_dim may be 0
 * or must be the width of the code: the encoder's last width, or with AE_CODE_GAUSSIAN and AE_VARIANCE_SHARED half of it.
 * With AE_VARIANCE_SEPARATE the second net has the encoder's layers.
 * @param out     receives the model; NULL on failure. Free it with ae_model_free()
 * @param encoder from input to code, at least one dense layer; copied, the caller keeps the list
 * @param decoder from code to reconstruction, at least one dense layer, the last of width output_dim; copied
 * @param options required
 * @return AE_OK; INVALID_ARGUMENT; SHAPE where widths do not fit; NO_MEMORY
 * @note Any thread. Since 0.1. */
AE_API ae_status ae_model_create_from_layers(ae_model **out, const ae_layer_list *encoder,
                                             const ae_layer_list *decoder, const ae_model_options *options);

/** @param model NULL is fine; no call may be using it. A trainer of it keeps what it needs until it is freed
 * @note Any thread, once. Since 0.1. */
AE_API void ae_model_free(ae_model *model);

/** Features of a sample.
 * @param model NULL gives 0
 * @return input_dim
 * @note Any thread. Since 0.1. */
AE_API size_t ae_model_input_dim(const ae_model *model);

/** Width of what the decoder gives.
 * @param model NULL gives 0
 * @return output_dim; input_dim but for models with targets
 * @note Any thread. Since 0.1. */
AE_API size_t ae_model_output_dim(const ae_model *model);

/** What the model's code is.
 * @param model NULL gives 0
 * @return an ae_code
 * @note Any thread. Since 0.1. */
AE_API ae_code ae_model_code(const ae_model *model);

/** Width of the code.
 * @param model NULL gives 0
 * @return latent_dim
 * @note Any thread. Since 0.1. */
AE_API size_t ae_model_latent_dim(const ae_model *model);

/** The reconstruction loss the model was made for.
 * @param model NULL gives 0
 * @return an ae_loss
 * @note Any thread. Since 0.1. */
AE_API ae_loss ae_model_loss(const ae_model *model);

/** Number of trained numbers, each shared one counted once; running statistics are not counted.
 * @param model NULL gives 0
 * @return parameters
 * @note Any thread. Since 0.1. */
AE_API size_t ae_model_parameter_count(const ae_model *model);

/** Number of named tensors: "encoder.0.weight", "encoder.0.bias", ..., for batch normalisation also "running_mean" and
 * "running_var". The number is the layer's position in its list; see ae_layer_list_add_activation().
 * @param model NULL gives 0
 * @return tensors
 * @note Any thread. Since 0.1. */
AE_API size_t ae_model_tensor_count(const ae_model *model);

/** Name of a tensor.
 * @param model any model
 * @param index 0-based
 * @return the name, valid while the model lives; NULL if there is none
 * @note Any thread. Since 0.1. */
AE_API const char *ae_model_tensor_name(const ae_model *model, size_t index);

/** Shape of a tensor: weights are [out, in], all others [1, length].
 * @param model   any model
 * @param name    as ae_model_tensor_name() gives it
 * @param rows    receives the rows
 * @param columns receives the columns
 * @return AE_OK; INVALID_ARGUMENT if there is no such tensor
 * @note Any thread. Since 0.1. */
AE_API ae_status ae_model_tensor_shape(const ae_model *model, const char *name, size_t *rows, size_t *columns);

/** Copies a tensor out, row-major.
 * @param model  any model
 * @param name   as ae_model_tensor_name() gives it
 * @param values receives rows * columns floats
 * @param length capacity of `values` in floats; must be rows * columns
 * @return AE_OK; INVALID_ARGUMENT; SHAPE for another length
 * @note Any thread. Since 0.1. */
AE_API ae_status ae_model_get_tensor(const ae_model *model, const char *name, float *values, size_t length);

/** Copies the encoder's tensors and the scaling of one model into another whose encoder has the same layers, such as a
 * classifier that is to be fine-tuned. Of a variational encoder what gives mu is copied; what gives log sigma^2, the other
 * half of its last layer or a second net, stays behind unless `to` has the same.
 * @param to   a model for the caller alone, with no trainer
 * @param from any model
 * @return AE_OK; INVALID_ARGUMENT; SHAPE where the encoders differ, naming the tensor; NO_MEMORY
 * @note Needs `to` for itself. Since 0.1. */
AE_API ae_status ae_model_copy_encoder(ae_model *to, const ae_model *from);

/** Copies values into a tensor, row-major. They must be finite, and a running_var not negative.
 * @param model  a model for the caller alone, with no trainer
 * @param name   as ae_model_tensor_name() gives it
 * @param values rows * columns floats
 * @param length floats in `values`; must be rows * columns
 * @return AE_OK; INVALID_ARGUMENT; SHAPE for another length; DATA for a value that is not finite
 * @note Needs the model for itself. Since 0.1. */
AE_API ae_status ae_model_set_tensor(ae_model *model, const char *name, const float *values, size_t length);

#ifdef __cplusplus
}
#endif
#endif
