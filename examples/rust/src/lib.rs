// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 the libautoencoder authors
//! libautoencoder from Rust: autoencoders that are trained and run inside your own program.
//!
//! `docs/rust.md` of the library is the guide; the C headers say what each call does. Here is only how Rust reaches it:
//!
//! - **Names**: `ae_model_x(model, ...)` is `model.x(...)`, any other `ae_x()` on a model too; `ae_x()` on none is
//!   `x()`. Constants are enums.
//! - **Objects** own a C object, which goes with them. They keep what they need alive, or borrow it. They are `Send`
//!   and `Sync` where the header promises it; what needs a model for itself takes `&mut self`.
//! - **Options** are builders with the library's defaults.
//! - **Numbers** are seen, not copied, as [`Rows`] and [`RowsMut`]. What fills rows of the caller ends in `_into`.
//! - **Errors** are [`Error`] with a [`Status`] and a line of text. A panic of a closure stops the C call and goes on
//!   when that has returned.
#![deny(missing_docs, unsafe_op_in_unsafe_fn)]

mod dataset;
mod error;
mod exchange;
#[rustfmt::skip]
pub mod ffi;
mod file;
mod gaussian;
mod handle;
mod infer;
mod model;
mod rows;
mod runtime;
mod solvers;
mod train;
mod vae;

pub use dataset::{CsvHeader, Dataset, ReadOptions};
pub use error::{Error, Result, Status};
pub use exchange::{ExportCOptions, ExportOnnxOptions, ImportOptions, OnnxGraph};
pub use file::LoadOptions;
pub use gaussian::GaussianMap;
pub use model::{
    Activation, BatchNormOptions, Code, DenseOptions, Init, LayerList, Loss, Model, ModelOptions, Noise, Scaling,
    Variance,
};
pub use rows::{Rows, RowsMut};
pub use runtime::{Cancel, Kernels, LogLevel, Runtime, RuntimeOptions, Tasks};
pub use solvers::{
    dictionary_fit, pca_fit, Dictionary, DictionaryMethod, DictionaryOptions, Pca, PcaOptions, PcaSolver,
};
pub use train::{Corruption, EpochReport, Evaluation, Optimizer, Schedule, TrainOptions, Trainer};
pub use vae::{code_grid, code_path, CodeUsage, GaussianCodes, Path, VaeEvaluation};

/// Release of the library that is running, such as "0.1.0".
pub fn version() -> &'static str {
    let text = unsafe { std::ffi::CStr::from_ptr(ffi::ae_version()) };
    text.to_str().unwrap_or_default()
}

/// The same as a number that grows: 1.2.3 is 10203.
pub fn version_number() -> i32 {
    unsafe { ffi::ae_version_number() }
}
