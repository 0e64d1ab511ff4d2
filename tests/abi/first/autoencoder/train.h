/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 the libautoencoder authors */
/** @file
 * Training: one call, or step by step in the host's own loop; and evaluation. */
#ifndef AUTOENCODER_TRAIN_H
#define AUTOENCODER_TRAIN_H

#include <autoencoder/dataset.h>
#include <autoencoder/model.h>

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

/** A stop switch that any thread, and a signal handler, may pull. */
typedef struct ae_cancel ae_cancel;

/** Creates a switch, not pulled.
 * @param out     receives it; NULL on failure. Free it with ae_cancel_free() when no training uses it
 * @param runtime NULL for the default
 * @return AE_OK; INVALID_ARGUMENT; NO_MEMORY
 * @note Any thread. Since 0.1. */
AE_API ae_status ae_cancel_create(ae_cancel **out, ae_runtime *runtime);

/** Pulls the switch: trainings that watch it return AE_ERROR_CANCELLED before their next batch.
 * @param cancel NULL does nothing
 * @note Any thread, also from a signal handler. Since 0.1. */
AE_API void ae_cancel_request(ae_cancel *cancel);

/** Puts the switch back, for another training.
 * @param cancel NULL does nothing
 * @note Any thread. Since 0.1. */
AE_API void ae_cancel_reset(ae_cancel *cancel);

/** Has it been pulled?
 * @param cancel NULL gives 0
 * @return 1 or 0
 * @note Any thread. Since 0.1. */
AE_API int32_t ae_cancel_requested(const ae_cancel *cancel);

/** @param cancel NULL is fine
 * @note Any thread, once. Since 0.1. */
AE_API void ae_cancel_free(ae_cancel *cancel);

/** What is known after an epoch. Losses are summed over features and averaged over samples. */
typedef struct ae_epoch_report {
    size_t struct_size;     /**< its size; set it before a call that fills a report */
    uint64_t epoch;         /**< 1 for the first epoch of this training, and so on */
    uint64_t epochs;        /**< how many this training was asked for */
    uint64_t steps;         /**< optimizer steps of this training so far */
    double train_loss;      /**< mean over the epoch's samples, each taken while the model was changing, with dropout */
    double validation_loss; /**< of the model after the epoch; NaN without validation data */
    double learning_rate;   /**< of the epoch's last step */
    double seconds;         /**< wall time of the epoch, validation included; 0 in a history that was loaded */
    uint64_t best_epoch;    /**< epoch with the lowest validation loss of this training so far; 0 without */
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
    size_t batch_size;      /**< samples of a step; default 128. The last batch of an epoch may be shorter */
    ae_optimizer optimizer; /**< default AE_ADAM */
    ae_schedule schedule;   /**< default AE_SCHEDULE_CONSTANT */
    double learning_rate;   /**< lr, above 0; default 1e-3 */
    double momentum;        /**< of AE_SGD and AE_RMSPROP; in [0, 1), default 0 */
    double rho;             /**< of AE_RMSPROP; in [0, 1), default 0.99 */
    double beta1;           /**< of Adam; in [0, 1), default 0.9 */
    double beta2;           /**< of Adam; in [0, 1), default 0.999 */
    double epsilon;         /**< of RMSProp and Adam; above 0, default 1e-8 */
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
                                   schedule and no warm-up, the rate is lr */
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
} ae_train_options;

/** Fills `options` with the defaults.
 * @param options     structure to fill
 * @param struct_size sizeof *options as the caller knows it
 * @note Any thread. Since 0.1. */
AE_API void ae_train_options_init(ae_train_options *options, size_t struct_size);

/** Trains a model to reproduce the rows of a dataset.
 *
 * The data is checked first: a value that is not finite, or outside [0,1] for AE_BINARY_CROSS_ENTROPY, is an error and
 * nothing changes. If the loss, a gradient or a weight stops being finite, training ends with AE_ERROR_NUMERIC, the text
 * names epoch and step, and the model is as it was after the last whole epoch. A second call goes on from where the
 * weights are, with a fresh optimizer.
 * @param model      model to train
 * @param train      rows to learn from; columns = input_dim
 * @param validation rows to validate on, or NULL
 * @param options    NULL for the defaults
 * @return AE_OK; INVALID_ARGUMENT; SHAPE; DATA; NUMERIC; CANCELLED, with the model as after its last batch, or with
 *         patience as after its best epoch; NO_MEMORY
 * @note Needs the model for itself, but for the callback. Since 0.1. */
AE_API ae_status ae_fit(ae_model *model, const ae_dataset *train, const ae_dataset *validation,
                        const ae_train_options *options);

/** A training under way, for a host that owns the loop. It works on a model that must outlive it; there can be one
 * trainer at a time for a model. Between its calls the model may be used for inference. One thread at a time. */
typedef struct ae_trainer ae_trainer;

/** Starts a training. All memory that steps of up to options' batch_size rows need is allocated here.
 * @param out     receives the trainer; NULL on failure. Free it with ae_trainer_free()
 * @param model   model to train
 * @param options NULL for the defaults; callback, patience, min_delta and validation_fraction belong to ae_fit()
 * @return AE_OK; INVALID_ARGUMENT, also when the model has a trainer; SHAPE; NO_MEMORY
 * @note Needs the model for itself. Since 0.1. */
AE_API ae_status ae_trainer_create(ae_trainer **out, ae_model *model, const ae_train_options *options);

/** One optimizer step on one batch.
 * @param trainer       the training
 * @param x             [rows, input_dim] inputs, in the caller's memory
 * @param rows          1 to batch_size
 * @param x_stride      floats from row to row; 0 means input_dim
 * @param target        [rows, input_dim] what to reconstruct; NULL means x
 * @param target_stride floats from row to row; 0 means input_dim
 * @param loss          receives the batch's loss before the step; NULL is fine
 * @return AE_OK; INVALID_ARGUMENT; SHAPE; DATA; NUMERIC, with the model as before the epoch that this step is in (or as
 *         at the trainer's creation), after which the trainer can only be freed; CANCELLED
 * @note Allocates nothing. Since 0.1. */
AE_API ae_status ae_trainer_step(ae_trainer *trainer, const float *x, size_t rows, size_t x_stride,
                                 const float *target, size_t target_stride, double *loss);

/** One pass over a dataset: shuffled batches, a step each.
 * @param trainer the training
 * @param dataset rows to learn from; columns = input_dim
 * @param report  receives what ae_epoch_report says, without validation; set its struct_size first. NULL is fine
 * @return as ae_trainer_step(); CANCELLED leaves the model as after its last step
 * @note Since 0.1. */
AE_API ae_status ae_trainer_epoch(ae_trainer *trainer, const ae_dataset *dataset, ae_epoch_report *report);

/** Sets lr from the next step on; the schedule goes on working on it.
 * @param trainer       the training
 * @param learning_rate above 0
 * @return AE_OK; INVALID_ARGUMENT
 * @note Since 0.1. */
AE_API ae_status ae_trainer_set_learning_rate(ae_trainer *trainer, double learning_rate);

/** Optimizer steps done.
 * @param trainer NULL gives 0
 * @return steps
 * @note Since 0.1. */
AE_API uint64_t ae_trainer_steps(const ae_trainer *trainer);

/** @param trainer NULL is fine; the model keeps what it learned
 * @note Once. Since 0.1. */
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
    double loss;                 /**< the model's own loss */
    double squared_error;        /**< mean over samples of the squared error summed over features */
    double binary_cross_entropy; /**< mean over samples of the cross-entropy summed over features, in nats; NaN where it
                                      does not exist: output not AE_SIGMOID, or data outside [0,1] */
} ae_evaluation;

/** Evaluates a model, without dropout and with running statistics.
 * @param model      any model
 * @param dataset    columns = input_dim
 * @param evaluation receives the result
 * @return AE_OK; INVALID_ARGUMENT; SHAPE; DATA; NO_MEMORY
 * @note Any number of threads at once. Since 0.1. */
AE_API ae_status ae_evaluate(const ae_model *model, const ae_dataset *dataset, ae_evaluation *evaluation);

#ifdef __cplusplus
}
#endif
#endif
