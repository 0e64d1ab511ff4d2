/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/** @file
 * Training: one call, or step by step in the host's own loop; and evaluation. */
#ifndef AUTOENCODER_TRAIN_H
#define AUTOENCODER_TRAIN_H

#include <autoencoder/dataset.h>
#include <autoencoder/model.h>
#include <autoencoder/scaling.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Optimizers; g is the gradient of the batch's mean loss, w a parameter. */
typedef int32_t ae_optimizer;

/** The values of ae_optimizer. */
enum ae_optimizer_value {
    AE_SGD = 1,     /**< m = momentum m + g; w -= lr m, or with nesterov w -= lr (g + momentum m) */
    AE_RMSPROP = 2, /**< v = rho v + (1 - rho) g^2; w -= lr g / (sqrt(v) + epsilon), with momentum on that step (Hinton) */
    AE_ADAM = 3,    /**< Adam with bias correction (Kingma and Ba 2015) */
    AE_ADAMW = 4    /**< Adam with decoupled weight decay: w -= lr weight_decay w (Loshchilov and Hutter 2019) */
};

/** How the learning rate moves; t is the time in epochs, T = epochs. A warm-up comes before, see warmup_epochs. */
typedef int32_t ae_schedule;

/** The values of ae_schedule. */
enum ae_schedule_value {
    AE_SCHEDULE_CONSTANT = 0, /**< lr */
    AE_SCHEDULE_STEP = 1,     /**< lr * schedule_factor^floor(t / schedule_epochs) */
    AE_SCHEDULE_COSINE = 2    /**< from lr to min_learning_rate by half a cosine over the epochs after the warm-up,
                                   smoothly at each step */
};

/** What is done to the inputs of training, while the loss is taken against the clean ones: a denoising autoencoder
 * (Vincent et al. 2008, 2010). In a model with a scaling it works on the scaled inputs, and all its numbers are in their
 * units. */
typedef int32_t ae_corruption_kind;

/** The values of ae_corruption_kind. */
enum ae_corruption_kind_value {
    AE_CORRUPTION_NONE = 0,
    AE_CORRUPTION_GAUSSIAN = 1,    /**< x + deviation * N(0, 1) */
    AE_CORRUPTION_MASK = 2,        /**< with probability `rate` a feature becomes `value` */
    AE_CORRUPTION_SALT_PEPPER = 3  /**< with probability `rate` a feature becomes 0 or 1, each half of the time */
};

/** A corruption; set it up with ae_corruption_init(). */
typedef struct ae_corruption {
    size_t struct_size;      /**< set by ae_corruption_init() */
    ae_corruption_kind kind; /**< default AE_CORRUPTION_NONE */
    int32_t clip;            /**< 1: the result is held within [0, 1]; default 0 */
    double deviation;        /**< of AE_CORRUPTION_GAUSSIAN; 0 or more, default 0.3 */
    double rate;             /**< of the others; in [0, 1], default 0.25 */
    double value;            /**< of AE_CORRUPTION_MASK; default 0 */
    double emphasis_corrupted; /**< weight of corrupted features in the loss (Vincent et al. 2010, section 4.2); 0 or
                                    more, default 1. With AE_CORRUPTION_GAUSSIAN every feature is corrupted. Another
                                    weight than 1 needs an output as wide as the input, and no classifier */
    double emphasis_clean;     /**< weight of the others; 0 or more, default 1. Not 0 for all features */
} ae_corruption;

/** Fills `corruption` with the defaults.
 * @param corruption  structure to fill
 * @param struct_size sizeof *corruption as the caller knows it
 * @note Any thread. Since 0.1. */
AE_API void ae_corruption_init(ae_corruption *corruption, size_t struct_size);

/** Corrupts rows, as training does in epoch `epoch` of a training with this seed when row i is row i of its dataset.
 * @param corruption how; required
 * @param seed       the training's seed
 * @param epoch      0-based
 * @param x          [rows, columns]
 * @param rows       number of samples; 0 does nothing
 * @param columns    features
 * @param x_stride   floats from row to row; 0 means `columns`
 * @param out        receives [rows, columns]; may be x
 * @param out_stride floats from row to row; 0 means `columns`
 * @return AE_OK; INVALID_ARGUMENT; SHAPE
 * @note Any thread. Since 0.1. */
AE_API ae_status ae_corrupt(const ae_corruption *corruption, uint64_t seed, uint64_t epoch, const float *x, size_t rows,
                            size_t columns, size_t x_stride, float *out, size_t out_stride);

/** What is known after an epoch. Losses are summed over features and averaged over samples; of a model with a scaling
 * they are those of the scaled features. */
typedef struct ae_epoch_report {
    size_t struct_size;     /**< its size; set it before a call that fills a report */
    uint64_t epoch;         /**< 1 for the first epoch of this training, and so on */
    uint64_t epochs;        /**< how many this training was asked for */
    uint64_t steps;         /**< optimizer steps of this training so far */
    double train_loss;      /**< mean over the epoch's samples, each taken while the model was changing, with dropout */
    double validation_loss; /**< of the model after the epoch; NaN without validation data */
    double learning_rate;   /**< of the epoch's last step */
    double seconds;         /**< wall time of the epoch, validation included; 0 in a history that was loaded */
    uint64_t best_epoch;    /**< epoch with the best validation loss of this training so far, where only what is lower by
                                 more than min_delta is better; 0 without */
    double reconstruction;  /**< part of train_loss: the reconstruction loss */
    double kl;              /**< part of train_loss: KL(q(z|x) || N(0, I)) in nats, before its weight; 0 if not variational */
    double penalty;         /**< part of train_loss: all penalties, with their weights */
} ae_epoch_report;

/** Called after each epoch, on the thread that called ae_fit(). Return 0 to go on; anything else stops the training with
 * AE_ERROR_CANCELLED. It may use the model for inference, save it and evaluate; it may not train or free it. */
typedef int32_t (*ae_epoch_callback)(void *user, const ae_epoch_report *report);

/** Options of ae_fit() and ae_trainer_create(); set them up with ae_train_options_init(). */
typedef struct ae_train_options {
    size_t struct_size;     /**< set by ae_train_options_init() */
    uint64_t seed;          /**< of shuffling, dropout and the validation split; default 0. The same seed gives the same
                                 bytes, whatever the number of threads */
    uint64_t epochs;        /**< passes over the data, at least 1; default 20 */
    size_t batch_size;      /**< samples of a step; default 128. The last batch of an epoch may be shorter; with
                                 batch normalisation a row that would be alone joins the batch before it */
    ae_optimizer optimizer; /**< default AE_ADAM */
    ae_schedule schedule;   /**< default AE_SCHEDULE_CONSTANT */
    double learning_rate;   /**< lr, above 0; default 1e-3 */
    double momentum;        /**< of AE_SGD and AE_RMSPROP; in [0, 1), default 0 */
    double rho;             /**< of AE_RMSPROP; in [0, 1), default 0.99 */
    double beta1;           /**< of Adam; in [0, 1), default 0.9 */
    double beta2;           /**< of Adam; in [0, 1), default 0.999 */
    double epsilon;         /**< of RMSProp and Adam; above 0, default 1e-8. v below 1.2e-38 becomes 0, so steps by
                                 gradients below 3e-18 are divided by epsilon alone */
    double weight_decay;    /**< L2: adds weight_decay * w to g (of AE_ADAMW: see there); weights only, no biases nor
                                 normalisation; 0 or more, default 0 */
    double l1_decay;        /**< L1: adds l1_decay * sign(w) to g; weights only; 0 or more, default 0 */
    double clip_value;      /**< each entry of g is held within +-clip_value; 0, the default: off */
    double clip_norm;       /**< g is scaled down to this Euclidean norm over all parameters; 0, the default: off */
    double min_learning_rate; /**< where AE_SCHEDULE_COSINE ends; 0 or more, default 0 */
    double schedule_factor;   /**< of AE_SCHEDULE_STEP; above 0, default 0.1 */
    uint64_t schedule_epochs; /**< of AE_SCHEDULE_STEP; at least 1, default 10 */
    double warmup_epochs;     /**< the rate climbs linearly to lr over these (fractions allowed); 0 or more, default 0 */
    uint64_t steps_per_epoch; /**< for hosts that call ae_trainer_step() alone: how many steps the schedules take for an
                                   epoch, after which a new rollback point is set; 0, the default: no
                                   schedule, warm-up and cycles, the rate is lr, the KL's weight kl_weight, a
                                   rollback point every 1000 steps */
    double validation_fraction; /**< of ae_fit() without a validation set: hold out this part of the rows, chosen by the
                                     seed; in [0, 1), default 0 */
    uint64_t patience;      /**< stop after this many epochs without a better validation loss, and give the model its
                                 best epoch's weights back; 0, the default: off */
    double min_delta;       /**< how much lower counts as better; 0 or more, default 0 */
    int32_t nesterov;       /**< of AE_SGD; default 0 */
    int32_t shuffle;        /**< 1: a new order of the rows each epoch, default; 0: as they stand */
    ae_epoch_callback callback; /**< called after each epoch by ae_fit(); NULL: none */
    void *callback_user;        /**< its first argument */
    const ae_cancel *cancel;    /**< looked at before each batch; NULL: none */
    const ae_corruption *corruption; /**< of the inputs, new in each epoch; copied. NULL: none */
    double code_l1;         /**< adds code_l1 * sum_j |code_j| to a sample's loss; 0 or more, default 0 */
    double sparsity_weight; /**< adds sparsity_weight * sum_j KL(rho || mean of code_j over the batch), for codes in (0,1)
                                 (Ng 2011); 0 or more, default 0 */
    double sparsity_target; /**< rho; in (0, 1), default 0.05 */
    double contraction;     /**< adds contraction * |d code / d x|_F^2 to a sample's loss (Rifai et al. 2011); for encoders
                                 of dense layers with AE_CODE_PLAIN; 0 or more, default 0 */
    double topk_boost;      /**< of AE_CODE_TOPK: revives units that are used too rarely. In training unit j is chosen by
                                 code_j + topk_boost * rms(code) * max(0, 1 - use_j / target), but by 0 where code_j is
                                 0; use_j is its share of the last 100 or so batches' rows, target k / latent_dim. More
                                 keeps more units in use, at some cost in error; default 3, 0: off */
    double kl_weight;       /**< beta of a variational model (Higgins et al. 2017); 0 or more, default 1. Of other models
                                 this and the three that follow keep their defaults */
    double kl_warmup_epochs; /**< the weight climbs linearly from 0 over these; 0 or more, default 0 */
    uint64_t kl_cycles;      /**< 0, the default: it climbs once; M: M times over the training, each time for the first
                                  half of a cycle of epochs / M epochs (Fu et al. 2019); kl_warmup_epochs is ignored */
    double free_bits;        /**< the KL of each code unit, averaged over the batch, counts only above this many nats
                                  (Kingma et al. 2016); 0 or more, default 0 */
    uint64_t samples;        /**< N, Monte Carlo samples of z for each x; 1..1024, default 1 */
    int32_t orthonormal;     /**< 1: after each step the rows of the encoder's last weight are made orthonormal again,
                                  a row that those before it make up is replaced; they must be no more than its
                                  columns. Default 0 */
    ae_scaling scaling;      /**< of ae_fit() and ae_fit_targets() on a model without a scaling: it gets this one, fitted
                                  to the training rows alone (not to those held out). Default AE_SCALING_NONE */
} ae_train_options;

/** Fills `options` with the defaults.
 * @param options     structure to fill
 * @param struct_size sizeof *options as the caller knows it
 * @note Any thread. Since 0.1. */
AE_API void ae_train_options_init(ae_train_options *options, size_t struct_size);

/** Trains a model to reproduce the rows of a dataset.
 *
 * The data is checked first: a value that is not finite, or outside [0,1] (when scaled, see ae_scaling) for
 * AE_BINARY_CROSS_ENTROPY, is an error and nothing changes. If the loss, a gradient or a weight stops being finite,
 * training ends with AE_ERROR_NUMERIC, the text names epoch and step, and the model is as it was after the last whole
 * epoch that left it with a finite loss, or with patience after its best one. A second call goes on from where the
 * weights are, with a fresh optimizer.
 * @param model      model to train
 * @param train      rows to learn from; columns = input_dim
 * @param validation rows to validate on, or NULL
 * @param options    NULL for the defaults
 * @return AE_OK; INVALID_ARGUMENT; SHAPE; DATA; NUMERIC; CANCELLED, with the model as after its last batch, or with
 *         patience as after its best epoch; NO_MEMORY, before anything has changed, or in a training of more than 1000
 *         epochs with the model as after its last whole epoch
 * @note Needs the model for itself, but for the callback. Since 0.1. */
AE_API ae_status ae_fit(ae_model *model, const ae_dataset *train, const ae_dataset *validation,
                        const ae_train_options *options);

/** Trains a model to give targets other than its input: a classifier (AE_SOFTMAX_CROSS_ENTROPY; a row of targets is one
 * class's 1 among zeros, or a distribution), pairs of noisy and clean recordings, or any other regression.
 * @param model              model to train
 * @param train              inputs; columns = input_dim
 * @param targets            what they shall give; as many rows, columns = output_dim
 * @param validation         inputs to validate on, or NULL; validation_fraction must be 0
 * @param validation_targets their targets, or NULL
 * @param options            NULL for the defaults
 * @return as ae_fit()
 * @note Needs the model for itself, but for the callback. Since 0.1. */
AE_API ae_status ae_fit_targets(ae_model *model, const ae_dataset *train, const ae_dataset *targets,
                                const ae_dataset *validation, const ae_dataset *validation_targets,
                                const ae_train_options *options);

/** A training under way, for a host that owns the loop. It keeps its model alive; there can be one trainer at a
 * time for a model. Between its calls the model may be used for inference. One thread at a time. */
typedef struct ae_trainer ae_trainer;

/** Starts a training. All memory that steps of up to options' batch_size rows need is allocated here.
 * @param out     receives the trainer; NULL on failure. Free it with ae_trainer_free()
 * @param model   model to train
 * @param options NULL for the defaults; callback, patience, min_delta and validation_fraction belong to ae_fit(). With a
 *                scaling the model must have one already, see ae_model_fit_scaling()
 * @return AE_OK; INVALID_ARGUMENT, also when the model has a trainer; SHAPE; NO_MEMORY
 * @note Needs the model for itself. Since 0.1. */
AE_API ae_status ae_trainer_create(ae_trainer **out, ae_model *model, const ae_train_options *options);

/** One optimizer step on one batch.
 * @param trainer       the training
 * @param x             [rows, input_dim] inputs, in the caller's memory
 * @param rows          1 to batch_size
 * @param x_stride      floats from row to row; 0 means input_dim
 * @param target        [rows, output_dim] what to reconstruct; NULL means x
 * @param target_stride floats from row to row; 0 means output_dim
 * @param loss          receives the batch's loss before the step; NULL is fine
 * @return AE_OK; INVALID_ARGUMENT; SHAPE; DATA; NUMERIC, with the model as before the epoch that this step is in (or
 *         its thousand of steps, see steps_per_epoch), after which the trainer can only be freed; CANCELLED. A step that
 *         makes weights infinite is found by the next one that multiplies them, at the latest at the end of the epoch
 *         (or thousand)
 * @note Allocates nothing. One thread at a time. Since 0.1. */
AE_API ae_status ae_trainer_step(ae_trainer *trainer, const float *x, size_t rows, size_t x_stride,
                                 const float *target, size_t target_stride, double *loss);

/** One pass over a dataset: shuffled batches, a step each.
 * @param trainer the training
 * @param dataset rows to learn from; columns = input_dim
 * @param report  receives what ae_epoch_report says, without validation; set its struct_size first. NULL is fine
 * @return as ae_trainer_step(); CANCELLED leaves the model as after its last step; NO_MEMORY, before the first step
 * @note One thread at a time. Since 0.1. */
AE_API ae_status ae_trainer_epoch(ae_trainer *trainer, const ae_dataset *dataset, ae_epoch_report *report);

/** Sets lr from the next step on; the schedule goes on working on it.
 * @param trainer       the training
 * @param learning_rate above 0
 * @return AE_OK; INVALID_ARGUMENT
 * @note One thread at a time. Since 0.1. */
AE_API ae_status ae_trainer_set_learning_rate(ae_trainer *trainer, double learning_rate);

/** Optimizer steps done.
 * @param trainer NULL gives 0
 * @return steps
 * @note One thread at a time. Since 0.1. */
AE_API uint64_t ae_trainer_steps(const ae_trainer *trainer);

/** Bytes that a trainer holds beside its model. With P parameters, batches of n rows (more by `samples` from the code
 * on), and numbers of 4 bytes these are, all rounded up to lines of 64 bytes:
 *
 *     P      the parameters of the epoch's start, to go back to when training fails
 *   + 2 P    state of Adam; P of RMSProp or momentum; both for RMSProp with momentum; 0 for plain SGD
 *   + n (in + out)                       the batch and its targets (out more with emphasis)
 *   + n (sum of the layers' widths)      activations; GELU and SiLU keep twice theirs, batch normalisation too, and
 *                                        dropout its mask
 *   + 2 n (widest layer)                 the gradient on its way down
 *   + (N + N/32) (widest layer)          a batch turned, to leave out zeros, N being n rounded up to 16 and in N/32 to
 *                                        128: kernels of the library's own, from 16 rows on
 *   + n (5 latent)                       code, its gradient and penalty; Gaussian codes twice
 *   + biases                             gradients: weights are stepped on where their gradient is made
 *   + P    instead of the biases with clip_norm, tied weights, contraction, or kernels "reference", "cblas" and
 *          "avx512_bf16"
 *
 * and 8 bytes for each row of the dataset, once ae_trainer_epoch() has shuffled it. contraction has its own products.
 * @param trainer NULL gives 0
 * @return bytes
 * @note One thread at a time. Since 0.1. */
AE_API size_t ae_trainer_memory(const ae_trainer *trainer);

/** @param trainer NULL is fine; the model keeps what it learned
 * @note One thread, once; before the model is freed or after. Since 0.1. */
AE_API void ae_trainer_free(ae_trainer *trainer);

/** Number of whole epochs in a model's history; it is saved and loaded with the model.
 * @param model NULL gives 0
 * @return epochs
 * @note Any thread. Since 0.1. */
AE_API size_t ae_model_history_length(const ae_model *model);

/** One epoch of a model's history.
 * @param model  any model
 * @param index  0-based
 * @param report receives the record; set its struct_size first
 * @return AE_OK; INVALID_ARGUMENT
 * @note Any thread. Since 0.1. */
AE_API ae_status ae_model_history(const ae_model *model, size_t index, ae_epoch_report *report);

/** How well a model reconstructs a dataset. */
typedef struct ae_evaluation {
    size_t struct_size;          /**< set it to sizeof the structure before the call */
    uint64_t rows;               /**< samples */
    double loss;                 /**< the model's own loss; of a variational model the negative ELBO, with one sample of z
                                      for each row, drawn by seed 0 */
    double squared_error;        /**< mean over samples of the squared error summed over features; of a variational model
                                      with the mean code, as everything but `loss`, `reconstruction` and `kl` */
    double binary_cross_entropy; /**< mean over samples of the cross-entropy summed over features, in nats; NaN where it
                                      does not exist: output not AE_SIGMOID, or data outside [0,1] */
    double reconstruction;       /**< part of `loss`: the reconstruction loss */
    double kl;                   /**< part of `loss`: KL(q(z|x) || N(0, I)) in nats; 0 if not variational */
    double accuracy;             /**< share of rows whose largest output is their largest target; NaN but for
                                      AE_SOFTMAX_CROSS_ENTROPY */
} ae_evaluation;

/** Evaluates a model, without dropout and with running statistics.
 * @param model      any model
 * @param dataset    columns = input_dim
 * @param evaluation receives the result
 * @return AE_OK; INVALID_ARGUMENT; SHAPE; DATA; NO_MEMORY
 * @note Any number of threads at once. Since 0.1. */
AE_API ae_status ae_evaluate(const ae_model *model, const ae_dataset *dataset, ae_evaluation *evaluation);

/** ae_evaluate() against targets, see ae_fit_targets().
 * @param model      any model
 * @param dataset    columns = input_dim
 * @param targets    as many rows, columns = output_dim
 * @param evaluation receives the result
 * @return AE_OK; INVALID_ARGUMENT; SHAPE; DATA; NO_MEMORY
 * @note Any number of threads at once. Since 0.1. */
AE_API ae_status ae_evaluate_targets(const ae_model *model, const ae_dataset *dataset, const ae_dataset *targets,
                                     ae_evaluation *evaluation);

#ifdef __cplusplus
}
#endif
#endif
