// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 the libautoencoder authors
//! The C interface, written by bindings.py from the public headers, which say what each item is.
#![allow(missing_docs, non_camel_case_types)]

use std::ffi::c_void;
use std::os::raw::c_char;

#[repr(C)]
pub struct ae_runtime {
    _opaque: [u8; 0],
}

#[repr(C)]
pub struct ae_cancel {
    _opaque: [u8; 0],
}

#[repr(C)]
pub struct ae_dataset {
    _opaque: [u8; 0],
}

#[repr(C)]
pub struct ae_model {
    _opaque: [u8; 0],
}

#[repr(C)]
pub struct ae_layer_list {
    _opaque: [u8; 0],
}

#[repr(C)]
pub struct ae_trainer {
    _opaque: [u8; 0],
}

#[repr(C)]
pub struct ae_gaussian_map {
    _opaque: [u8; 0],
}

pub type ae_status = i32;
pub type ae_activation = i32;
pub type ae_loss = i32;
pub type ae_noise = i32;
pub type ae_code = i32;
pub type ae_variance = i32;
pub type ae_init = i32;
pub type ae_scaling = i32;
pub type ae_optimizer = i32;
pub type ae_schedule = i32;
pub type ae_corruption_kind = i32;
pub type ae_onnx_graph = i32;
pub type ae_allocate_callback = Option<unsafe extern "C" fn(user: *mut c_void, size: usize) -> *mut c_void>;
pub type ae_deallocate_callback = Option<unsafe extern "C" fn(user: *mut c_void, block: *mut c_void, size: usize)>;
pub type ae_log_callback = Option<unsafe extern "C" fn(user: *mut c_void, level: i32, message: *const c_char)>;
pub type ae_task = Option<unsafe extern "C" fn(work: *mut c_void, task: usize)>;
pub type ae_parallel_callback =
    Option<unsafe extern "C" fn(user: *mut c_void, task: ae_task, work: *mut c_void, count: usize)>;
pub type ae_epoch_callback = Option<unsafe extern "C" fn(user: *mut c_void, report: *const ae_epoch_report) -> i32>;

pub const AE_OK: i32 = 0;
pub const AE_ERROR_INVALID_ARGUMENT: i32 = 1;
pub const AE_ERROR_SHAPE: i32 = 2;
pub const AE_ERROR_NO_MEMORY: i32 = 3;
pub const AE_ERROR_IO: i32 = 4;
pub const AE_ERROR_FORMAT: i32 = 5;
pub const AE_ERROR_UNSUPPORTED: i32 = 6;
pub const AE_ERROR_NUMERIC: i32 = 7;
pub const AE_ERROR_CANCELLED: i32 = 8;
pub const AE_ERROR_DATA: i32 = 9;

pub const AE_LOG_INFO: i32 = 1;
pub const AE_LOG_WARNING: i32 = 2;

pub const AE_KERNELS_AUTO: i32 = 0;
pub const AE_KERNELS_REFERENCE: i32 = 1;
pub const AE_KERNELS_CBLAS: i32 = 2;
pub const AE_KERNELS_AVX2: i32 = 3;
pub const AE_KERNELS_AVX512: i32 = 4;
pub const AE_KERNELS_AVX512_BF16: i32 = 5;
pub const AE_KERNELS_AVX512_VNNI: i32 = 6;

pub const AE_CSV_HEADER_AUTO: i32 = 0;
pub const AE_CSV_HEADER_YES: i32 = 1;
pub const AE_CSV_HEADER_NO: i32 = 2;

pub const AE_IDENTITY: i32 = 0;
pub const AE_RELU: i32 = 1;
pub const AE_LEAKY_RELU: i32 = 2;
pub const AE_ELU: i32 = 3;
pub const AE_GELU: i32 = 4;
pub const AE_GELU_TANH: i32 = 5;
pub const AE_SILU: i32 = 6;
pub const AE_SOFTPLUS: i32 = 7;
pub const AE_TANH: i32 = 8;
pub const AE_SIGMOID: i32 = 9;

pub const AE_SQUARED_ERROR: i32 = 1;
pub const AE_BINARY_CROSS_ENTROPY: i32 = 2;
pub const AE_GAUSSIAN_LIKELIHOOD: i32 = 3;
pub const AE_SOFTMAX_CROSS_ENTROPY: i32 = 4;

pub const AE_NOISE_FIXED: i32 = 0;
pub const AE_NOISE_LEARNED: i32 = 1;
pub const AE_NOISE_PER_FEATURE: i32 = 2;
pub const AE_NOISE_OPTIMAL: i32 = 3;

pub const AE_CODE_PLAIN: i32 = 0;
pub const AE_CODE_TOPK: i32 = 1;
pub const AE_CODE_GAUSSIAN: i32 = 2;
pub const AE_CODE_LASSO: i32 = 3;

pub const AE_VARIANCE_SHARED: i32 = 0;
pub const AE_VARIANCE_SEPARATE: i32 = 1;
pub const AE_VARIANCE_ONE: i32 = 2;

pub const AE_INIT_AUTO: i32 = 0;
pub const AE_INIT_GLOROT_UNIFORM: i32 = 1;
pub const AE_INIT_GLOROT_NORMAL: i32 = 2;
pub const AE_INIT_HE_UNIFORM: i32 = 3;
pub const AE_INIT_HE_NORMAL: i32 = 4;
pub const AE_INIT_TORCH: i32 = 5;
pub const AE_INIT_UNIFORM: i32 = 6;
pub const AE_INIT_NORMAL: i32 = 7;

pub const AE_SCALING_NONE: i32 = 0;
pub const AE_SCALING_MINMAX: i32 = 1;
pub const AE_SCALING_STANDARD: i32 = 2;
pub const AE_SCALING_ROBUST: i32 = 3;
pub const AE_SCALING_GIVEN: i32 = 4;

pub const AE_SGD: i32 = 1;
pub const AE_RMSPROP: i32 = 2;
pub const AE_ADAM: i32 = 3;
pub const AE_ADAMW: i32 = 4;

pub const AE_SCHEDULE_CONSTANT: i32 = 0;
pub const AE_SCHEDULE_STEP: i32 = 1;
pub const AE_SCHEDULE_COSINE: i32 = 2;

pub const AE_CORRUPTION_NONE: i32 = 0;
pub const AE_CORRUPTION_GAUSSIAN: i32 = 1;
pub const AE_CORRUPTION_MASK: i32 = 2;
pub const AE_CORRUPTION_SALT_PEPPER: i32 = 3;

pub const AE_PATH_LINEAR: i32 = 0;
pub const AE_PATH_SPHERICAL: i32 = 1;

pub const AE_PCA_AUTO: i32 = 0;
pub const AE_PCA_EXACT: i32 = 1;
pub const AE_PCA_RANDOMIZED: i32 = 2;

pub const AE_DICTIONARY_BATCH: i32 = 0;
pub const AE_DICTIONARY_ONLINE: i32 = 1;

pub const AE_ONNX_RECONSTRUCT: i32 = 0;
pub const AE_ONNX_ENCODER: i32 = 1;
pub const AE_ONNX_DECODER: i32 = 2;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct ae_runtime_options {
    pub struct_size: usize,
    pub allocate: ae_allocate_callback,
    pub deallocate: ae_deallocate_callback,
    pub allocator_user: *mut c_void,
    pub log: ae_log_callback,
    pub log_user: *mut c_void,
    pub parallel: ae_parallel_callback,
    pub parallel_user: *mut c_void,
    pub threads: u32,
    pub kernels: i32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct ae_read_options {
    pub struct_size: usize,
    pub runtime: *mut ae_runtime,
    pub max_bytes: u64,
    pub max_rows: u64,
    pub scale_bytes: i32,
    pub csv_header: i32,
    pub csv_delimiter: i32,
    pub csv_exclude: i32,
    pub csv_columns: *const *const c_char,
    pub csv_column_count: usize,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct ae_model_options {
    pub struct_size: usize,
    pub runtime: *mut ae_runtime,
    pub seed: u64,
    pub input_dim: usize,
    pub latent_dim: usize,
    pub hidden_dims: *const usize,
    pub hidden_count: usize,
    pub hidden_activation: ae_activation,
    pub latent_activation: ae_activation,
    pub output_activation: ae_activation,
    pub loss: ae_loss,
    pub init: ae_init,
    pub bias: i32,
    pub tied: i32,
    pub batch_norm: i32,
    pub activation_parameter: f64,
    pub init_scale: f64,
    pub dropout: f64,
    pub output_dim: usize,
    pub code: ae_code,
    pub variance: ae_variance,
    pub noise: ae_noise,
    pub reserved: i32,
    pub noise_deviation: f64,
    pub topk: usize,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct ae_dense_options {
    pub struct_size: usize,
    pub bias: i32,
    pub init: ae_init,
    pub init_scale: f64,
    pub activation_parameter: f64,
    pub tied: i32,
    pub tied_to: i32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct ae_batch_norm_options {
    pub struct_size: usize,
    pub momentum: f64,
    pub epsilon: f64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct ae_corruption {
    pub struct_size: usize,
    pub kind: ae_corruption_kind,
    pub clip: i32,
    pub deviation: f64,
    pub rate: f64,
    pub value: f64,
    pub emphasis_corrupted: f64,
    pub emphasis_clean: f64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct ae_epoch_report {
    pub struct_size: usize,
    pub epoch: u64,
    pub epochs: u64,
    pub steps: u64,
    pub train_loss: f64,
    pub validation_loss: f64,
    pub learning_rate: f64,
    pub seconds: f64,
    pub best_epoch: u64,
    pub reconstruction: f64,
    pub kl: f64,
    pub penalty: f64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct ae_train_options {
    pub struct_size: usize,
    pub seed: u64,
    pub epochs: u64,
    pub batch_size: usize,
    pub optimizer: ae_optimizer,
    pub schedule: ae_schedule,
    pub learning_rate: f64,
    pub momentum: f64,
    pub rho: f64,
    pub beta1: f64,
    pub beta2: f64,
    pub epsilon: f64,
    pub weight_decay: f64,
    pub l1_decay: f64,
    pub clip_value: f64,
    pub clip_norm: f64,
    pub min_learning_rate: f64,
    pub schedule_factor: f64,
    pub schedule_epochs: u64,
    pub warmup_epochs: f64,
    pub steps_per_epoch: u64,
    pub validation_fraction: f64,
    pub patience: u64,
    pub min_delta: f64,
    pub nesterov: i32,
    pub shuffle: i32,
    pub callback: ae_epoch_callback,
    pub callback_user: *mut c_void,
    pub cancel: *const ae_cancel,
    pub corruption: *const ae_corruption,
    pub code_l1: f64,
    pub sparsity_weight: f64,
    pub sparsity_target: f64,
    pub contraction: f64,
    pub topk_boost: f64,
    pub kl_weight: f64,
    pub kl_warmup_epochs: f64,
    pub kl_cycles: u64,
    pub free_bits: f64,
    pub samples: u64,
    pub orthonormal: i32,
    pub scaling: ae_scaling,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct ae_evaluation {
    pub struct_size: usize,
    pub rows: u64,
    pub loss: f64,
    pub squared_error: f64,
    pub binary_cross_entropy: f64,
    pub reconstruction: f64,
    pub kl: f64,
    pub accuracy: f64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct ae_vae_evaluation {
    pub struct_size: usize,
    pub rows: u64,
    pub negative_elbo: f64,
    pub reconstruction: f64,
    pub kl: f64,
    pub active_units: u64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct ae_code_report {
    pub struct_size: usize,
    pub rows: u64,
    pub zero_fraction: f64,
    pub dead_units: u64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct ae_pca_options {
    pub struct_size: usize,
    pub runtime: *mut ae_runtime,
    pub seed: u64,
    pub solver: i32,
    pub center: i32,
    pub whiten: i32,
    pub iterations: u32,
    pub oversample: usize,
    pub cancel: *const ae_cancel,
    pub scaling: ae_scaling,
    pub reserved: i32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct ae_dictionary_options {
    pub struct_size: usize,
    pub runtime: *mut ae_runtime,
    pub seed: u64,
    pub lambda: f64,
    pub method: i32,
    pub nonnegative_code: i32,
    pub nonnegative_atoms: i32,
    pub iterations: u32,
    pub batch_size: usize,
    pub tolerance: f64,
    pub min_improvement: f64,
    pub initial_atoms: *const f32,
    pub cancel: *const ae_cancel,
    pub scaling: ae_scaling,
    pub reserved: i32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct ae_load_options {
    pub struct_size: usize,
    pub runtime: *mut ae_runtime,
    pub max_bytes: u64,
    pub allow_non_finite: i32,
    pub reserved: i32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct ae_export_c_options {
    pub struct_size: usize,
    pub prefix: *const c_char,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct ae_export_onnx_options {
    pub struct_size: usize,
    pub graph: ae_onnx_graph,
    pub reserved: i32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct ae_import_options {
    pub struct_size: usize,
    pub prefix: *const c_char,
    pub max_bytes: u64,
    pub ignore_extra: i32,
    pub reserved: i32,
}

extern "C" {
    pub fn ae_version_number() -> i32;
    pub fn ae_version() -> *const c_char;
    pub fn ae_status_name(status: ae_status) -> *const c_char;
    pub fn ae_last_error() -> *const c_char;
    pub fn ae_runtime_options_init(options: *mut ae_runtime_options, struct_size: usize);
    pub fn ae_runtime_create(out: *mut *mut ae_runtime, options: *const ae_runtime_options) -> ae_status;
    pub fn ae_runtime_free(runtime: *mut ae_runtime);
    pub fn ae_runtime_kernels(runtime: *const ae_runtime) -> *const c_char;
    pub fn ae_runtime_threads(runtime: *const ae_runtime) -> u32;
    pub fn ae_cancel_create(out: *mut *mut ae_cancel, runtime: *mut ae_runtime) -> ae_status;
    pub fn ae_cancel_request(cancel: *mut ae_cancel);
    pub fn ae_cancel_reset(cancel: *mut ae_cancel);
    pub fn ae_cancel_requested(cancel: *const ae_cancel) -> i32;
    pub fn ae_cancel_free(cancel: *mut ae_cancel);
    pub fn ae_dataset_from_memory(
        out: *mut *mut ae_dataset,
        runtime: *mut ae_runtime,
        values: *const f32,
        rows: usize,
        columns: usize,
        stride: usize,
    ) -> ae_status;
    pub fn ae_dataset_split(
        dataset: *const ae_dataset,
        fraction: f64,
        seed: u64,
        first: *mut *mut ae_dataset,
        second: *mut *mut ae_dataset,
    ) -> ae_status;
    pub fn ae_dataset_slice(
        out: *mut *mut ae_dataset,
        dataset: *const ae_dataset,
        first_row: usize,
        rows: usize,
    ) -> ae_status;
    pub fn ae_dataset_free(dataset: *mut ae_dataset);
    pub fn ae_dataset_rows(dataset: *const ae_dataset) -> usize;
    pub fn ae_dataset_columns(dataset: *const ae_dataset) -> usize;
    pub fn ae_dataset_row(dataset: *const ae_dataset, row: usize) -> *const f32;
    pub fn ae_dataset_column_name(dataset: *const ae_dataset, column: usize) -> *const c_char;
    pub fn ae_read_options_init(options: *mut ae_read_options, struct_size: usize);
    pub fn ae_dataset_read_idx(
        out: *mut *mut ae_dataset,
        path: *const c_char,
        options: *const ae_read_options,
    ) -> ae_status;
    pub fn ae_dataset_read_idx_memory(
        out: *mut *mut ae_dataset,
        bytes: *const c_void,
        size: usize,
        options: *const ae_read_options,
    ) -> ae_status;
    pub fn ae_dataset_read_csv(
        out: *mut *mut ae_dataset,
        path: *const c_char,
        options: *const ae_read_options,
    ) -> ae_status;
    pub fn ae_dataset_read_csv_memory(
        out: *mut *mut ae_dataset,
        bytes: *const c_void,
        size: usize,
        options: *const ae_read_options,
    ) -> ae_status;
    pub fn ae_dataset_read_npy(
        out: *mut *mut ae_dataset,
        path: *const c_char,
        options: *const ae_read_options,
    ) -> ae_status;
    pub fn ae_dataset_read_npy_memory(
        out: *mut *mut ae_dataset,
        bytes: *const c_void,
        size: usize,
        options: *const ae_read_options,
    ) -> ae_status;
    pub fn ae_model_options_init(options: *mut ae_model_options, struct_size: usize);
    pub fn ae_model_create(out: *mut *mut ae_model, options: *const ae_model_options) -> ae_status;
    pub fn ae_dense_options_init(options: *mut ae_dense_options, struct_size: usize);
    pub fn ae_batch_norm_options_init(options: *mut ae_batch_norm_options, struct_size: usize);
    pub fn ae_layer_list_create(out: *mut *mut ae_layer_list, runtime: *mut ae_runtime) -> ae_status;
    pub fn ae_layer_list_add_dense(
        list: *mut ae_layer_list,
        units: usize,
        activation: ae_activation,
        options: *const ae_dense_options,
    ) -> ae_status;
    pub fn ae_layer_list_add_activation(
        list: *mut ae_layer_list,
        activation: ae_activation,
        parameter: f64,
    ) -> ae_status;
    pub fn ae_layer_list_add_dropout(list: *mut ae_layer_list, rate: f64) -> ae_status;
    pub fn ae_layer_list_add_batch_norm(list: *mut ae_layer_list, options: *const ae_batch_norm_options) -> ae_status;
    pub fn ae_layer_list_free(list: *mut ae_layer_list);
    pub fn ae_model_create_from_layers(
        out: *mut *mut ae_model,
        encoder: *const ae_layer_list,
        decoder: *const ae_layer_list,
        options: *const ae_model_options,
    ) -> ae_status;
    pub fn ae_model_free(model: *mut ae_model);
    pub fn ae_model_input_dim(model: *const ae_model) -> usize;
    pub fn ae_model_output_dim(model: *const ae_model) -> usize;
    pub fn ae_model_code(model: *const ae_model) -> ae_code;
    pub fn ae_model_latent_dim(model: *const ae_model) -> usize;
    pub fn ae_model_loss(model: *const ae_model) -> ae_loss;
    pub fn ae_model_parameter_count(model: *const ae_model) -> usize;
    pub fn ae_model_tensor_count(model: *const ae_model) -> usize;
    pub fn ae_model_tensor_name(model: *const ae_model, index: usize) -> *const c_char;
    pub fn ae_model_tensor_shape(
        model: *const ae_model,
        name: *const c_char,
        rows: *mut usize,
        columns: *mut usize,
    ) -> ae_status;
    pub fn ae_model_get_tensor(
        model: *const ae_model,
        name: *const c_char,
        values: *mut f32,
        length: usize,
    ) -> ae_status;
    pub fn ae_model_copy_encoder(to: *mut ae_model, from: *const ae_model) -> ae_status;
    pub fn ae_model_set_tensor(
        model: *mut ae_model,
        name: *const c_char,
        values: *const f32,
        length: usize,
    ) -> ae_status;
    pub fn ae_model_fit_scaling(model: *mut ae_model, dataset: *const ae_dataset, kind: ae_scaling) -> ae_status;
    pub fn ae_model_set_scaling(
        model: *mut ae_model,
        offset: *const f32,
        scale: *const f32,
        length: usize,
    ) -> ae_status;
    pub fn ae_model_scaling(model: *const ae_model) -> ae_scaling;
    pub fn ae_model_get_scaling(model: *const ae_model, offset: *mut f32, scale: *mut f32, length: usize) -> ae_status;
    pub fn ae_corruption_init(corruption: *mut ae_corruption, struct_size: usize);
    pub fn ae_corrupt(
        corruption: *const ae_corruption,
        seed: u64,
        epoch: u64,
        x: *const f32,
        rows: usize,
        columns: usize,
        x_stride: usize,
        out: *mut f32,
        out_stride: usize,
    ) -> ae_status;
    pub fn ae_train_options_init(options: *mut ae_train_options, struct_size: usize);
    pub fn ae_fit(
        model: *mut ae_model,
        train: *const ae_dataset,
        validation: *const ae_dataset,
        options: *const ae_train_options,
    ) -> ae_status;
    pub fn ae_fit_targets(
        model: *mut ae_model,
        train: *const ae_dataset,
        targets: *const ae_dataset,
        validation: *const ae_dataset,
        validation_targets: *const ae_dataset,
        options: *const ae_train_options,
    ) -> ae_status;
    pub fn ae_trainer_create(
        out: *mut *mut ae_trainer,
        model: *mut ae_model,
        options: *const ae_train_options,
    ) -> ae_status;
    pub fn ae_trainer_step(
        trainer: *mut ae_trainer,
        x: *const f32,
        rows: usize,
        x_stride: usize,
        target: *const f32,
        target_stride: usize,
        loss: *mut f64,
    ) -> ae_status;
    pub fn ae_trainer_epoch(
        trainer: *mut ae_trainer,
        dataset: *const ae_dataset,
        report: *mut ae_epoch_report,
    ) -> ae_status;
    pub fn ae_trainer_set_learning_rate(trainer: *mut ae_trainer, learning_rate: f64) -> ae_status;
    pub fn ae_trainer_steps(trainer: *const ae_trainer) -> u64;
    pub fn ae_trainer_memory(trainer: *const ae_trainer) -> usize;
    pub fn ae_trainer_free(trainer: *mut ae_trainer);
    pub fn ae_model_history_length(model: *const ae_model) -> usize;
    pub fn ae_model_history(model: *const ae_model, index: usize, report: *mut ae_epoch_report) -> ae_status;
    pub fn ae_evaluate(model: *const ae_model, dataset: *const ae_dataset, evaluation: *mut ae_evaluation) -> ae_status;
    pub fn ae_evaluate_targets(
        model: *const ae_model,
        dataset: *const ae_dataset,
        targets: *const ae_dataset,
        evaluation: *mut ae_evaluation,
    ) -> ae_status;
    pub fn ae_encode(
        model: *const ae_model,
        x: *const f32,
        rows: usize,
        x_stride: usize,
        codes: *mut f32,
        codes_stride: usize,
    ) -> ae_status;
    pub fn ae_decode(
        model: *const ae_model,
        codes: *const f32,
        rows: usize,
        codes_stride: usize,
        x_hat: *mut f32,
        x_hat_stride: usize,
    ) -> ae_status;
    pub fn ae_reconstruct(
        model: *const ae_model,
        x: *const f32,
        rows: usize,
        x_stride: usize,
        x_hat: *mut f32,
        x_hat_stride: usize,
    ) -> ae_status;
    pub fn ae_reconstruction_error(
        model: *const ae_model,
        x: *const f32,
        rows: usize,
        x_stride: usize,
        loss: ae_loss,
        errors: *mut f32,
    ) -> ae_status;
    pub fn ae_score(
        model: *const ae_model,
        x: *const f32,
        rows: usize,
        x_stride: usize,
        scores: *mut f32,
        feature_scores: *mut f32,
        feature_stride: usize,
    ) -> ae_status;
    pub fn ae_model_fit_threshold(model: *mut ae_model, dataset: *const ae_dataset, contamination: f64) -> ae_status;
    pub fn ae_model_threshold(model: *const ae_model) -> f64;
    pub fn ae_model_contamination(model: *const ae_model) -> f64;
    pub fn ae_vae_encode(
        model: *const ae_model,
        x: *const f32,
        rows: usize,
        x_stride: usize,
        mu: *mut f32,
        mu_stride: usize,
        log_var: *mut f32,
        log_var_stride: usize,
    ) -> ae_status;
    pub fn ae_vae_sample(
        model: *const ae_model,
        seed: u64,
        first_row: u64,
        rows: usize,
        observe: i32,
        x: *mut f32,
        x_stride: usize,
    ) -> ae_status;
    pub fn ae_vae_evaluate(
        model: *const ae_model,
        dataset: *const ae_dataset,
        samples: usize,
        seed: u64,
        unit_kl: *mut f64,
        evaluation: *mut ae_vae_evaluation,
    ) -> ae_status;
    pub fn ae_code_usage(
        model: *const ae_model,
        dataset: *const ae_dataset,
        mean: *mut f64,
        active: *mut f64,
        report: *mut ae_code_report,
    ) -> ae_status;
    pub fn ae_code_path(
        a: *const f32,
        b: *const f32,
        dim: usize,
        path: i32,
        steps: usize,
        codes: *mut f32,
    ) -> ae_status;
    pub fn ae_code_grid(side: usize, codes: *mut f32) -> ae_status;
    pub fn ae_pca_options_init(options: *mut ae_pca_options, struct_size: usize);
    pub fn ae_pca_fit(
        out: *mut *mut ae_model,
        dataset: *const ae_dataset,
        k: usize,
        options: *const ae_pca_options,
        variances: *mut f64,
        total: *mut f64,
    ) -> ae_status;
    pub fn ae_dictionary_options_init(options: *mut ae_dictionary_options, struct_size: usize);
    pub fn ae_dictionary_fit(
        out: *mut *mut ae_model,
        dataset: *const ae_dataset,
        atoms: usize,
        options: *const ae_dictionary_options,
        objective: *mut f64,
    ) -> ae_status;
    pub fn ae_model_lasso(model: *const ae_model) -> f64;
    pub fn ae_gaussian_map_create(
        out: *mut *mut ae_gaussian_map,
        runtime: *mut ae_runtime,
        a: *const f32,
        dim: usize,
        latent_dim: usize,
        a_stride: usize,
        b: *const f32,
        activation: ae_activation,
        parameter: f64,
    ) -> ae_status;
    pub fn ae_gaussian_map_free(map: *mut ae_gaussian_map);
    pub fn ae_gaussian_map_dim(map: *const ae_gaussian_map) -> usize;
    pub fn ae_gaussian_map_latent_dim(map: *const ae_gaussian_map) -> usize;
    pub fn ae_gaussian_map_hidden_moments(
        map: *const ae_gaussian_map,
        mean: *mut f64,
        covariance: *mut f64,
    ) -> ae_status;
    pub fn ae_gaussian_map_moments(map: *const ae_gaussian_map, mean: *mut f64, variance: *mut f64) -> ae_status;
    pub fn ae_gaussian_map_sample(
        map: *const ae_gaussian_map,
        seed: u64,
        first_row: u64,
        rows: usize,
        x: *mut f32,
        x_stride: usize,
    ) -> ae_status;
    pub fn ae_gaussian_map_log_density(
        map: *const ae_gaussian_map,
        x: *const f32,
        rows: usize,
        x_stride: usize,
        log_p: *mut f64,
    ) -> ae_status;
    pub fn ae_gaussian_map_zero_mass(map: *const ae_gaussian_map, each: *mut f64, all: *mut f64) -> ae_status;
    pub fn ae_gaussian_map_mixed_log_density(
        map: *const ae_gaussian_map,
        x: *const f32,
        rows: usize,
        x_stride: usize,
        log_p: *mut f64,
    ) -> ae_status;
    pub fn ae_load_options_init(options: *mut ae_load_options, struct_size: usize);
    pub fn ae_model_save(model: *const ae_model, path: *const c_char) -> ae_status;
    pub fn ae_model_load(out: *mut *mut ae_model, path: *const c_char, options: *const ae_load_options) -> ae_status;
    pub fn ae_model_save_memory(
        model: *const ae_model,
        buffer: *mut c_void,
        capacity: usize,
        size: *mut usize,
    ) -> ae_status;
    pub fn ae_model_load_memory(
        out: *mut *mut ae_model,
        bytes: *const c_void,
        size: usize,
        options: *const ae_load_options,
    ) -> ae_status;
    pub fn ae_export_c_options_init(options: *mut ae_export_c_options, struct_size: usize);
    pub fn ae_export_c(model: *const ae_model, path: *const c_char, options: *const ae_export_c_options) -> ae_status;
    pub fn ae_export_onnx_options_init(options: *mut ae_export_onnx_options, struct_size: usize);
    pub fn ae_export_onnx(
        model: *const ae_model,
        path: *const c_char,
        options: *const ae_export_onnx_options,
    ) -> ae_status;
    pub fn ae_import_options_init(options: *mut ae_import_options, struct_size: usize);
    pub fn ae_model_import_safetensors(
        model: *mut ae_model,
        path: *const c_char,
        options: *const ae_import_options,
    ) -> ae_status;
}
