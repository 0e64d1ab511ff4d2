// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 the libautoencoder authors
//! Model files: safetensors with the architecture in `__metadata__`.

use crate::error::{c_path, check, room, Result};
use crate::ffi;
use crate::handle::{setters, Options};
use crate::model::Model;
use crate::runtime::{runtime_of, Runtime};
use std::path::Path;
use std::ptr;

/// Options of [`Model::load_with`] and [`Model::load_memory`].
#[derive(Clone)]
pub struct LoadOptions {
    c: Options<ffi::ae_load_options>,
    runtime: Option<Runtime>,
}

setters! { LoadOptions {
    /// Largest file to accept; default 4 GiB.
    max_bytes: u64,
    /// Accept weights that are NaN or infinite? Default false.
    allow_non_finite: bool,
} }

impl LoadOptions {
    /// The defaults.
    pub fn new() -> LoadOptions {
        LoadOptions { c: unsafe { Options::new(ffi::ae_load_options_init) }, runtime: None }
    }

    /// Where to work.
    #[must_use]
    pub fn runtime(mut self, runtime: &Runtime) -> Self {
        self.runtime = Some(runtime.clone());
        self
    }

    fn to_c(&self) -> ffi::ae_load_options {
        let mut c = self.c.0;
        c.runtime = runtime_of(self.runtime.as_ref());
        c
    }
}

impl Default for LoadOptions {
    fn default() -> Self {
        LoadOptions::new()
    }
}

impl Model {
    /// Writes the model so that `path` holds the old file or the whole new one, even after a crash.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = c_path(path.as_ref())?;
        check(unsafe { ffi::ae_model_save(self.get(), path.as_ptr()) })
    }

    /// The bytes that [`Model::save`] writes.
    pub fn save_memory(&self) -> Result<Vec<u8>> {
        let mut size = 0;
        check(unsafe { ffi::ae_model_save_memory(self.get(), ptr::null_mut(), 0, &mut size) })?;
        let mut bytes: Vec<u8> = room(1, size)?;
        check(unsafe { ffi::ae_model_save_memory(self.get(), bytes.as_mut_ptr().cast(), size, &mut size) })?;
        Ok(bytes)
    }

    /// Reads a model. The file may come from anybody.
    pub fn load(path: impl AsRef<Path>) -> Result<Model> {
        Model::load_with(path, &LoadOptions::new())
    }

    /// [`Model::load`] with options.
    pub fn load_with(path: impl AsRef<Path>, options: &LoadOptions) -> Result<Model> {
        let (path, c) = (c_path(path.as_ref())?, options.to_c());
        Model::create(options.runtime.as_ref(), |out| unsafe { ffi::ae_model_load(out, path.as_ptr(), &c) })
    }

    /// Reads a model from what [`Model::save_memory`] or a file gave.
    pub fn load_memory(bytes: &[u8], options: &LoadOptions) -> Result<Model> {
        let c = options.to_c();
        Model::create(options.runtime.as_ref(), |out| unsafe {
            ffi::ae_model_load_memory(out, bytes.as_ptr().cast(), bytes.len(), &c)
        })
    }
}
