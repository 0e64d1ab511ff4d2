// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 the libautoencoder authors
//! Every object and call of the crate, as a program sees them.
#![deny(unsafe_op_in_unsafe_fn)]

mod callbacks;
mod objects;
mod rows;
mod training;

use autoencoder::{Activation, Dataset, Loss, Model, ModelOptions, Result, Rows, Status};

pub const ROWS: usize = 48;
pub const WIDTH: usize = 6;

/// Rows in [0, 1] that two numbers describe.
pub fn some_rows() -> Vec<f32> {
    let number = |i: usize, j: usize| (((i + 1) * (j + 2)) as f32 * 0.37).sin() * 0.4 + 0.5;
    (0..ROWS * WIDTH).map(|at| number(at / WIDTH % 7, at % WIDTH)).collect()
}

pub fn dataset(rows: &[f32]) -> Dataset<'_> {
    Dataset::new(Rows::new(rows, WIDTH).unwrap()).unwrap()
}

pub fn options() -> ModelOptions {
    let options = ModelOptions::new(WIDTH, 2).hidden(&[5]).seed(3);
    options.output_activation(Activation::Sigmoid).loss(Loss::BinaryCrossEntropy)
}

pub fn model() -> Model {
    Model::new(&options()).unwrap()
}

/// What a call that should fail reports.
pub fn status<T>(result: Result<T>) -> Option<Status> {
    let error = result.err()?;
    assert!(!error.message.is_empty());
    Some(error.status)
}
