// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 the libautoencoder authors
//! Models without gradients: principal components and sparse dictionaries.

use crate::dataset::Dataset;
use crate::error::{room, Result};
use crate::ffi;
use crate::handle::{constants, setters, Options};
use crate::model::{Model, Scaling};
use crate::rows::has_length;
use crate::runtime::{cancel_of, runtime_of, Cancel, Runtime};

constants! {
    /// How principal components are found.
    PcaSolver {
        /// Exact where the data is not too large.
        Auto = AE_PCA_AUTO,
        /// Eigenvectors.
        Exact = AE_PCA_EXACT,
        /// Subspace iteration from a random start.
        Randomized = AE_PCA_RANDOMIZED,
    }
}

constants! {
    /// How atoms and codes take turns.
    DictionaryMethod {
        /// The codes of all rows, then the atoms.
        Batch = AE_DICTIONARY_BATCH,
        /// The codes of a mini-batch, then the atoms.
        Online = AE_DICTIONARY_ONLINE,
    }
}

/// Options of [`pca_fit`].
#[derive(Clone)]
pub struct PcaOptions {
    c: Options<ffi::ae_pca_options>,
    runtime: Option<Runtime>,
    cancel: Option<Cancel>,
}

setters! { PcaOptions {
    /// Of [`PcaSolver::Randomized`]; default 0.
    seed: u64,
    /// Default [`PcaSolver::Auto`].
    solver: PcaSolver,
    /// Is the mean taken off first? Default true.
    center: bool,
    /// Are codes scaled to variance 1? Default false.
    whiten: bool,
    /// Of [`PcaSolver::Randomized`]: passes over the data; default 8.
    iterations: u32,
    /// Of [`PcaSolver::Randomized`]: directions beyond k; default 10.
    oversample: usize,
    /// What the model does to the data before all else; default [`Scaling::None`].
    scaling: Scaling,
} }

impl PcaOptions {
    /// The defaults.
    pub fn new() -> PcaOptions {
        PcaOptions { c: unsafe { Options::new(ffi::ae_pca_options_init) }, runtime: None, cancel: None }
    }

    /// Where to work.
    #[must_use]
    pub fn runtime(mut self, runtime: &Runtime) -> Self {
        self.runtime = Some(runtime.clone());
        self
    }

    /// A switch that ends the work.
    #[must_use]
    pub fn cancel(mut self, cancel: &Cancel) -> Self {
        self.cancel = Some(cancel.clone());
        self
    }
}

impl Default for PcaOptions {
    fn default() -> Self {
        PcaOptions::new()
    }
}

/// What [`pca_fit`] finds.
pub struct Pca {
    /// code = W (x - mean), x_hat = W^T code + mean.
    pub model: Model,
    /// Along the components, descending.
    pub variances: Vec<f64>,
    /// Variance of the data.
    pub total: f64,
}

/// The k principal components of the data, as a model.
pub fn pca_fit(dataset: &Dataset<'_>, k: usize, options: &PcaOptions) -> Result<Pca> {
    let mut c = options.c.0;
    c.runtime = runtime_of(options.runtime.as_ref());
    c.cancel = cancel_of(&options.cancel);
    let (mut variances, mut total): (Vec<f64>, f64) = (room(1, k)?, 0.0);
    let model = Model::create(options.runtime.as_ref(), |out| unsafe {
        ffi::ae_pca_fit(out, dataset.get(), k, &c, variances.as_mut_ptr(), &mut total)
    })?;
    Ok(Pca { model, variances, total })
}

/// Options of [`dictionary_fit`].
#[derive(Clone)]
pub struct DictionaryOptions {
    c: Options<ffi::ae_dictionary_options>,
    runtime: Option<Runtime>,
    cancel: Option<Cancel>,
    initial_atoms: Vec<f32>,
}

setters! { DictionaryOptions {
    /// Default 0.
    seed: u64,
    /// More makes codes sparser; default 0.1.
    lambda: f64,
    /// Default [`DictionaryMethod::Batch`].
    method: DictionaryMethod,
    /// Default false.
    nonnegative_code: bool,
    /// Default false.
    nonnegative_atoms: bool,
    /// At most so many turns, or passes over the data; default 300.
    iterations: u32,
    /// Of [`DictionaryMethod::Online`]; default 256.
    batch_size: usize,
    /// KKT residual of the codes while atoms are learned; default 1e-4.
    tolerance: f64,
    /// Of [`DictionaryMethod::Batch`]: stop when a turn brings no more than this share; default 1e-5.
    min_improvement: f64,
    /// What the model does to the data before all else; default [`Scaling::None`].
    scaling: Scaling,
} }

impl DictionaryOptions {
    /// The defaults.
    pub fn new() -> DictionaryOptions {
        let c = unsafe { Options::new(ffi::ae_dictionary_options_init) };
        DictionaryOptions { c, runtime: None, cancel: None, initial_atoms: Vec::new() }
    }

    /// Where to work.
    #[must_use]
    pub fn runtime(mut self, runtime: &Runtime) -> Self {
        self.runtime = Some(runtime.clone());
        self
    }

    /// A switch that ends the work.
    #[must_use]
    pub fn cancel(mut self, cancel: &Cancel) -> Self {
        self.cancel = Some(cancel.clone());
        self
    }

    /// [atoms, columns] to start from; default: rows drawn from the data.
    #[must_use]
    pub fn initial_atoms(mut self, atoms: Vec<f32>) -> Self {
        self.initial_atoms = atoms;
        self
    }
}

impl Default for DictionaryOptions {
    fn default() -> Self {
        DictionaryOptions::new()
    }
}

/// What [`dictionary_fit`] finds.
pub struct Dictionary {
    /// Its code is the sparse one, its tensor "encoder.0.weight" has the atoms.
    pub model: Model,
    /// Of the model on this data.
    pub objective: f64,
}

/// A dictionary of atoms of which each row needs few, as a model.
pub fn dictionary_fit(dataset: &Dataset<'_>, atoms: usize, options: &DictionaryOptions) -> Result<Dictionary> {
    let mut c = options.c.0;
    c.runtime = runtime_of(options.runtime.as_ref());
    c.cancel = cancel_of(&options.cancel);
    if !options.initial_atoms.is_empty() {
        has_length(options.initial_atoms.len(), atoms.saturating_mul(dataset.columns()), "initial_atoms")?;
        c.initial_atoms = options.initial_atoms.as_ptr();
    }
    let mut objective = 0.0;
    let model = Model::create(options.runtime.as_ref(), |out| unsafe {
        ffi::ae_dictionary_fit(out, dataset.get(), atoms, &c, &mut objective)
    })?;
    Ok(Dictionary { model, objective })
}
