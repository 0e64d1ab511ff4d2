// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 the libautoencoder authors
//! Variational models, looking at codes, and generating data.

use crate::dataset::Dataset;
use crate::error::{check, room, Result};
use crate::ffi;
use crate::handle::{constants, report, ToC};
use crate::model::Model;
use crate::rows::{has_length, Rows, RowsMut};

constants! {
    /// The way from one code to another.
    Path {
        /// (1 - t) a + t b
        Linear = AE_PATH_LINEAR,
        /// Along the great circle, norms interpolated linearly.
        Spherical = AE_PATH_SPHERICAL,
    }
}

/// q(z|x) = N(mu, diag exp(log_var)) of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct GaussianCodes {
    /// [rows, latent_dim]
    pub mu: Vec<f32>,
    /// [rows, latent_dim]
    pub log_var: Vec<f32>,
}

/// How a variational model does on a dataset, in nats.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct VaeEvaluation {
    /// Samples.
    pub rows: u64,
    /// `reconstruction` + `kl`: an upper bound of -log p(x).
    pub negative_elbo: f64,
    /// -log p(x|z)
    pub reconstruction: f64,
    /// KL(q(z|x) || N(0, I))
    pub kl: f64,
    /// Code units whose mean varies.
    pub active_units: u64,
    /// Mean KL of each code unit.
    pub unit_kl: Vec<f64>,
}

/// How codes use their units over a dataset.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CodeUsage {
    /// Samples.
    pub rows: u64,
    /// Share of code entries that are exactly 0.
    pub zero_fraction: f64,
    /// Units that are 0 for every row.
    pub dead_units: u64,
    /// Mean activation of each unit.
    pub mean: Vec<f64>,
    /// Share of rows where the unit is not 0.
    pub active: Vec<f64>,
}

impl Model {
    /// Mean and log variance of the codes of rows.
    pub fn vae_encode<'a>(&self, x: impl Into<Rows<'a>>) -> Result<GaussianCodes> {
        let x = x.into();
        let rows = x.of_width(self.input_dim(), "x")?.rows;
        let mut codes = GaussianCodes { mu: room(rows, self.latent_dim())?, log_var: room(rows, self.latent_dim())? };
        self.vae_encode_into(x, &mut codes.mu, &mut codes.log_var)?;
        Ok(codes)
    }

    /// [`Model::vae_encode`] into rows of the caller.
    pub fn vae_encode_into<'a, 'b, 'c>(
        &self,
        x: impl Into<Rows<'a>>,
        mu: impl Into<RowsMut<'b>>,
        log_var: impl Into<RowsMut<'c>>,
    ) -> Result<()> {
        let x = x.into().of_width(self.input_dim(), "x")?;
        let mu = mu.into().of_shape(x.rows, self.latent_dim(), "mu")?;
        let log_var = log_var.into().of_shape(x.rows, self.latent_dim(), "log_var")?;
        check(unsafe {
            ffi::ae_vae_encode(self.get(), x.data, x.rows, x.stride, mu.data, mu.stride, log_var.data, log_var.stride)
        })
    }

    /// Generates rows, as the decoder's mean of z drawn from N(0, I): [rows, output_dim].
    pub fn vae_sample(&self, rows: usize, seed: u64) -> Result<Vec<f32>> {
        let mut x = room(rows, self.output_dim())?;
        self.vae_sample_into(&mut x, seed, 0, false)?;
        Ok(x)
    }

    /// Generates rows from number `first_row` on, to go on where another call ended. With `observe` they are drawn from
    /// p(x|z), else they are its mean.
    pub fn vae_sample_into<'a>(
        &self,
        x: impl Into<RowsMut<'a>>,
        seed: u64,
        first_row: u64,
        observe: bool,
    ) -> Result<()> {
        let x = x.into().of_width(self.output_dim(), "x")?;
        check(unsafe { ffi::ae_vae_sample(self.get(), seed, first_row, x.rows, observe.into(), x.data, x.stride) })
    }

    /// Evaluates a variational model with so many samples of z for each row.
    pub fn vae_evaluate(&self, dataset: &Dataset<'_>, samples: usize, seed: u64) -> Result<VaeEvaluation> {
        let mut c = report!(ae_vae_evaluation);
        let mut unit_kl: Vec<f64> = room(1, self.latent_dim())?;
        check(unsafe { ffi::ae_vae_evaluate(self.get(), dataset.get(), samples, seed, unit_kl.as_mut_ptr(), &mut c) })?;
        Ok(VaeEvaluation {
            rows: c.rows,
            negative_elbo: c.negative_elbo,
            reconstruction: c.reconstruction,
            kl: c.kl,
            active_units: c.active_units,
            unit_kl,
        })
    }

    /// Reports how sparse the codes are.
    pub fn code_usage(&self, dataset: &Dataset<'_>) -> Result<CodeUsage> {
        let mut c = report!(ae_code_report);
        let (mut mean, mut active): (Vec<f64>, Vec<f64>) = (room(1, self.latent_dim())?, room(1, self.latent_dim())?);
        check(unsafe {
            ffi::ae_code_usage(self.get(), dataset.get(), mean.as_mut_ptr(), active.as_mut_ptr(), &mut c)
        })?;
        let (rows, zero_fraction, dead_units) = (c.rows, c.zero_fraction, c.dead_units);
        Ok(CodeUsage { rows, zero_fraction, dead_units, mean, active })
    }
}

/// Codes on the way from `a` to `b`: [steps, width of a]; the first is a, the last is b.
pub fn code_path(a: &[f32], b: &[f32], path: Path, steps: usize) -> Result<Vec<f32>> {
    has_length(b.len(), a.len(), "b")?;
    let mut codes: Vec<f32> = room(steps, a.len())?;
    check(unsafe { ffi::ae_code_path(a.as_ptr(), b.as_ptr(), a.len(), path.to_c(), steps, codes.as_mut_ptr()) })?;
    Ok(codes)
}

/// A grid of codes of two numbers, each for the same mass of N(0, I): [side * side, 2].
pub fn code_grid(side: usize) -> Result<Vec<f32>> {
    let mut codes: Vec<f32> = room(side, side.saturating_mul(2))?;
    check(unsafe { ffi::ae_code_grid(side, codes.as_mut_ptr()) })?;
    Ok(codes)
}
