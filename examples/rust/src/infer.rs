// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 the libautoencoder authors
//! Using a trained model: codes, reconstructions, errors and anomaly scores. What fills the caller's rows allocates
//! nothing once each thread has called before; what returns a `Vec` allocates that.

use crate::dataset::Dataset;
use crate::error::{check, room, Result};
use crate::ffi;
use crate::handle::ToC;
use crate::model::{Loss, Model};
use crate::rows::{has_length, Rows, RowsMut};
use std::ptr;

impl Model {
    /// codes = encoder(x): [rows, latent_dim].
    pub fn encode<'a>(&self, x: impl Into<Rows<'a>>) -> Result<Vec<f32>> {
        let x = x.into();
        let mut codes = room(x.of_width(self.input_dim(), "x")?.rows, self.latent_dim())?;
        self.encode_into(x, &mut codes)?;
        Ok(codes)
    }

    /// [`Model::encode`] into rows of the caller.
    pub fn encode_into<'a, 'b>(&self, x: impl Into<Rows<'a>>, codes: impl Into<RowsMut<'b>>) -> Result<()> {
        let x = x.into().of_width(self.input_dim(), "x")?;
        let codes = codes.into().of_shape(x.rows, self.latent_dim(), "codes")?;
        check(unsafe { ffi::ae_encode(self.get(), x.data, x.rows, x.stride, codes.data, codes.stride) })
    }

    /// x_hat = decoder(codes): [rows, output_dim].
    pub fn decode<'a>(&self, codes: impl Into<Rows<'a>>) -> Result<Vec<f32>> {
        let codes = codes.into();
        let mut x_hat = room(codes.of_width(self.latent_dim(), "codes")?.rows, self.output_dim())?;
        self.decode_into(codes, &mut x_hat)?;
        Ok(x_hat)
    }

    /// [`Model::decode`] into rows of the caller.
    pub fn decode_into<'a, 'b>(&self, codes: impl Into<Rows<'a>>, x_hat: impl Into<RowsMut<'b>>) -> Result<()> {
        let codes = codes.into().of_width(self.latent_dim(), "codes")?;
        let x_hat = x_hat.into().of_shape(codes.rows, self.output_dim(), "x_hat")?;
        check(unsafe { ffi::ae_decode(self.get(), codes.data, codes.rows, codes.stride, x_hat.data, x_hat.stride) })
    }

    /// x_hat = decoder(encoder(x)): [rows, output_dim].
    pub fn reconstruct<'a>(&self, x: impl Into<Rows<'a>>) -> Result<Vec<f32>> {
        let x = x.into();
        let mut x_hat = room(x.of_width(self.input_dim(), "x")?.rows, self.output_dim())?;
        self.reconstruct_into(x, &mut x_hat)?;
        Ok(x_hat)
    }

    /// [`Model::reconstruct`] into rows of the caller.
    pub fn reconstruct_into<'a, 'b>(&self, x: impl Into<Rows<'a>>, x_hat: impl Into<RowsMut<'b>>) -> Result<()> {
        let x = x.into().of_width(self.input_dim(), "x")?;
        let x_hat = x_hat.into().of_shape(x.rows, self.output_dim(), "x_hat")?;
        check(unsafe { ffi::ae_reconstruct(self.get(), x.data, x.rows, x.stride, x_hat.data, x_hat.stride) })
    }

    /// Reconstruction error of each row, summed over features. The loss is [`Loss::SquaredError`], or
    /// [`Loss::BinaryCrossEntropy`] for a model whose output is a sigmoid.
    pub fn reconstruction_error<'a>(&self, x: impl Into<Rows<'a>>, loss: Loss) -> Result<Vec<f32>> {
        let x = x.into();
        let mut errors = room(x.of_width(self.input_dim(), "x")?.rows, 1)?;
        self.reconstruction_error_into(x, loss, &mut errors)?;
        Ok(errors)
    }

    /// [`Model::reconstruction_error`] into a slice of the caller.
    pub fn reconstruction_error_into<'a>(&self, x: impl Into<Rows<'a>>, loss: Loss, errors: &mut [f32]) -> Result<()> {
        let x = x.into().of_width(self.input_dim(), "x")?;
        has_length(errors.len(), x.rows, "errors")?;
        check(unsafe {
            ffi::ae_reconstruction_error(self.get(), x.data, x.rows, x.stride, loss.to_c(), errors.as_mut_ptr())
        })
    }

    /// The model's own loss of each row: high where a row is unlike the training data.
    pub fn score<'a>(&self, x: impl Into<Rows<'a>>) -> Result<Vec<f32>> {
        let x = x.into();
        let mut scores = room(x.of_width(self.input_dim(), "x")?.rows, 1)?;
        self.score_into(x, &mut scores)?;
        Ok(scores)
    }

    /// [`Model::score`] into a slice of the caller.
    pub fn score_into<'a>(&self, x: impl Into<Rows<'a>>, scores: &mut [f32]) -> Result<()> {
        let x = x.into().of_width(self.input_dim(), "x")?;
        has_length(scores.len(), x.rows, "scores")?;
        check(unsafe { ffi::ae_score(self.get(), x.data, x.rows, x.stride, scores.as_mut_ptr(), ptr::null_mut(), 0) })
    }

    /// [`Model::score`] with what each feature adds to it, [rows, input_dim].
    pub fn score_features_into<'a, 'b>(
        &self,
        x: impl Into<Rows<'a>>,
        scores: &mut [f32],
        feature_scores: impl Into<RowsMut<'b>>,
    ) -> Result<()> {
        let x = x.into().of_width(self.input_dim(), "x")?;
        has_length(scores.len(), x.rows, "scores")?;
        let parts = feature_scores.into().of_shape(x.rows, self.input_dim(), "feature_scores")?;
        check(unsafe {
            ffi::ae_score(self.get(), x.data, x.rows, x.stride, scores.as_mut_ptr(), parts.data, parts.stride)
        })
    }

    /// Gives the model a threshold: the lowest score that no more than the share `contamination` of the rows exceed.
    pub fn fit_threshold(&mut self, dataset: &Dataset<'_>, contamination: f64) -> Result<()> {
        check(unsafe { ffi::ae_model_fit_threshold(self.get_mut(), dataset.get(), contamination) })
    }

    /// The threshold, above which a score is that of an anomaly.
    pub fn threshold(&self) -> Option<f64> {
        let threshold = unsafe { ffi::ae_model_threshold(self.get()) };
        (!threshold.is_nan()).then_some(threshold)
    }

    /// The contamination that the threshold was fitted with; 0 without one.
    pub fn contamination(&self) -> f64 {
        unsafe { ffi::ae_model_contamination(self.get()) }
    }
}
