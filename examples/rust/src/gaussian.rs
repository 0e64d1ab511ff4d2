// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 the libautoencoder authors
//! A Gaussian pushed through a layer.

use crate::error::{check, room, Result};
use crate::ffi;
use crate::handle::{Handle, ToC};
use crate::model::Activation;
use crate::rows::{has_length, Rows, RowsMut};
use crate::runtime::{lifeline_of, runtime_of, Runtime};
use std::ptr;

/// The distribution of X = g(A z + b), z ~ N(0, I). It never changes.
///
/// ```
/// use autoencoder::{Activation, GaussianMap};
/// let a = [[1.0, 0.0], [0.0, 2.0]]; // rows of A
/// let map = GaussianMap::new(&a[..], &[0.0, 0.0], Activation::Relu, 0.0)?;
/// assert_eq!(map.zero_mass()?, [0.5, 0.5]);
/// assert!((map.joint_zero_mass()? - 0.25).abs() < 1e-12);
/// # Ok::<(), autoencoder::Error>(())
/// ```
pub struct GaussianMap {
    handle: Handle<ffi::ae_gaussian_map>,
}

// "It never changes, so any number of threads may use it at once", and any may free it.
unsafe impl Send for GaussianMap {}
unsafe impl Sync for GaussianMap {}

impl GaussianMap {
    /// A is [dim, latent_dim], of known width; an empty b stands for zeros. The parameter is a of leaky ReLU and ELU;
    /// 0: the activation's default.
    pub fn new<'a>(a: impl Into<Rows<'a>>, b: &[f32], g: Activation, parameter: f64) -> Result<GaussianMap> {
        GaussianMap::create(None, a.into(), b, g, parameter)
    }

    /// [`GaussianMap::new`] on this runtime.
    pub fn new_on<'a>(
        runtime: &Runtime,
        a: impl Into<Rows<'a>>,
        b: &[f32],
        g: Activation,
        parameter: f64,
    ) -> Result<GaussianMap> {
        GaussianMap::create(Some(runtime), a.into(), b, g, parameter)
    }

    fn create(runtime: Option<&Runtime>, a: Rows<'_>, b: &[f32], g: Activation, parameter: f64) -> Result<GaussianMap> {
        let a = a.of_own_width("a")?;
        if !b.is_empty() {
            has_length(b.len(), a.rows, "b")?;
        }
        let b = if b.is_empty() { ptr::null() } else { b.as_ptr() };
        let handle = Handle::create(lifeline_of(runtime), |out| unsafe {
            let runtime = runtime_of(runtime);
            ffi::ae_gaussian_map_create(out, runtime, a.data, a.rows, a.columns, a.stride, b, g.to_c(), parameter)
        })?;
        Ok(GaussianMap { handle })
    }

    fn get(&self) -> *const ffi::ae_gaussian_map {
        self.handle.get()
    }

    /// Entries of X.
    pub fn dim(&self) -> usize {
        unsafe { ffi::ae_gaussian_map_dim(self.get()) }
    }

    /// Entries of z.
    pub fn latent_dim(&self) -> usize {
        unsafe { ffi::ae_gaussian_map_latent_dim(self.get()) }
    }

    /// Mean `[dim]` and covariance `[dim, dim]` of A z + b.
    pub fn hidden_moments(&self) -> Result<(Vec<f64>, Vec<f64>)> {
        let (mut mean, mut covariance): (Vec<f64>, Vec<f64>) = (room(1, self.dim())?, room(self.dim(), self.dim())?);
        check(unsafe { ffi::ae_gaussian_map_hidden_moments(self.get(), mean.as_mut_ptr(), covariance.as_mut_ptr()) })?;
        Ok((mean, covariance))
    }

    /// Mean and variance of each entry of X: for the identity, ReLU and leaky ReLU.
    pub fn moments(&self) -> Result<(Vec<f64>, Vec<f64>)> {
        let (mut mean, mut variance): (Vec<f64>, Vec<f64>) = (room(1, self.dim())?, room(1, self.dim())?);
        check(unsafe { ffi::ae_gaussian_map_moments(self.get(), mean.as_mut_ptr(), variance.as_mut_ptr()) })?;
        Ok((mean, variance))
    }

    /// Draws rows of X: [rows, dim].
    pub fn sample(&self, rows: usize, seed: u64) -> Result<Vec<f32>> {
        let mut x = room(rows, self.dim())?;
        self.sample_into(&mut x, seed, 0)?;
        Ok(x)
    }

    /// Draws rows of X from number `first_row` on, to go on where another call ended.
    pub fn sample_into<'a>(&self, x: impl Into<RowsMut<'a>>, seed: u64, first_row: u64) -> Result<()> {
        let x = x.into().of_width(self.dim(), "x")?;
        check(unsafe { ffi::ae_gaussian_map_sample(self.get(), seed, first_row, x.rows, x.data, x.stride) })
    }

    /// Log density of X at rows, in nats: where A is square and invertible and g strictly increasing.
    pub fn log_density<'a>(&self, x: impl Into<Rows<'a>>) -> Result<Vec<f64>> {
        let x = x.into().of_width(self.dim(), "x")?;
        let mut log_p: Vec<f64> = room(x.rows, 1)?;
        check(unsafe { ffi::ae_gaussian_map_log_density(self.get(), x.data, x.rows, x.stride, log_p.as_mut_ptr()) })?;
        Ok(log_p)
    }

    /// Log density of a rectified X of one or two entries, in nats, part by part.
    pub fn mixed_log_density<'a>(&self, x: impl Into<Rows<'a>>) -> Result<Vec<f64>> {
        let x = x.into().of_width(self.dim(), "x")?;
        let mut log_p: Vec<f64> = room(x.rows, 1)?;
        check(unsafe {
            ffi::ae_gaussian_map_mixed_log_density(self.get(), x.data, x.rows, x.stride, log_p.as_mut_ptr())
        })?;
        Ok(log_p)
    }

    /// P(X_j = 0) of each entry of a rectified X.
    pub fn zero_mass(&self) -> Result<Vec<f64>> {
        let mut each: Vec<f64> = room(1, self.dim())?;
        check(unsafe { ffi::ae_gaussian_map_zero_mass(self.get(), each.as_mut_ptr(), ptr::null_mut()) })?;
        Ok(each)
    }

    /// P(X = 0) of a rectified X of one or two entries.
    pub fn joint_zero_mass(&self) -> Result<f64> {
        let mut all = 0.0;
        check(unsafe { ffi::ae_gaussian_map_zero_mass(self.get(), ptr::null_mut(), &mut all) })?;
        Ok(all)
    }
}
