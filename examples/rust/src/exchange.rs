// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 the libautoencoder authors
//! Models elsewhere.

use crate::error::{c_path, c_string, check, Result};
use crate::ffi;
use crate::handle::{constants, setters, Options};
use crate::model::Model;
use std::path::Path;

constants! {
    /// What of a model an ONNX graph has.
    OnnxGraph {
        /// "x" -> "reconstruction"
        Reconstruct = AE_ONNX_RECONSTRUCT,
        /// "x" -> "code", or "mu" and "log_var"
        Encoder = AE_ONNX_ENCODER,
        /// "code" -> "reconstruction"
        Decoder = AE_ONNX_DECODER,
    }
}

/// Options of [`Model::export_c`].
#[derive(Clone)]
pub struct ExportCOptions {
    c: Options<ffi::ae_export_c_options>,
    prefix: Option<String>,
}

impl ExportCOptions {
    /// The defaults.
    pub fn new() -> ExportCOptions {
        ExportCOptions { c: unsafe { Options::new(ffi::ae_export_c_options_init) }, prefix: None }
    }

    /// Of all names in the source; default: the file's name without folder and suffix.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = Some(prefix.into());
        self
    }
}

impl Default for ExportCOptions {
    fn default() -> Self {
        ExportCOptions::new()
    }
}

/// Options of [`Model::export_onnx`].
#[derive(Clone, Copy)]
pub struct ExportOnnxOptions {
    c: Options<ffi::ae_export_onnx_options>,
}

setters! { ExportOnnxOptions {
    /// Default [`OnnxGraph::Reconstruct`].
    graph: OnnxGraph,
} }

impl ExportOnnxOptions {
    /// The defaults.
    pub fn new() -> ExportOnnxOptions {
        ExportOnnxOptions { c: unsafe { Options::new(ffi::ae_export_onnx_options_init) } }
    }
}

impl Default for ExportOnnxOptions {
    fn default() -> Self {
        ExportOnnxOptions::new()
    }
}

/// Options of [`Model::import_safetensors`].
#[derive(Clone)]
pub struct ImportOptions {
    c: Options<ffi::ae_import_options>,
    prefix: Option<String>,
}

setters! { ImportOptions {
    /// Largest file to accept; default 4 GiB.
    max_bytes: u64,
    /// Are tensors that have no place in the model ignored? Default false: they are an error.
    ignore_extra: bool,
} }

impl ImportOptions {
    /// The defaults.
    pub fn new() -> ImportOptions {
        ImportOptions { c: unsafe { Options::new(ffi::ae_import_options_init) }, prefix: None }
    }

    /// What the names of the tensors begin with; others are not looked at.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = Some(prefix.into());
        self
    }
}

impl Default for ImportOptions {
    fn default() -> Self {
        ImportOptions::new()
    }
}

impl Model {
    /// Writes the model as C99 source with its weights, which needs nothing but itself, and a header beside it.
    pub fn export_c(&self, path: impl AsRef<Path>, options: &ExportCOptions) -> Result<()> {
        let path = c_path(path.as_ref())?;
        let prefix = options.prefix.as_deref().map(c_string).transpose()?;
        let mut c = options.c.0;
        if let Some(prefix) = &prefix {
            c.prefix = prefix.as_ptr();
        }
        check(unsafe { ffi::ae_export_c(self.get(), path.as_ptr(), &c) })
    }

    /// Writes the model as an ONNX graph, which gives what the library gives. A dictionary's codes have none.
    pub fn export_onnx(&self, path: impl AsRef<Path>, options: &ExportOnnxOptions) -> Result<()> {
        let path = c_path(path.as_ref())?;
        check(unsafe { ffi::ae_export_onnx(self.get(), path.as_ptr(), &options.c.0) })
    }

    /// Takes the weights from a safetensors file that another program wrote, such as PyTorch's state dict, for a model
    /// of the same architecture.
    pub fn import_safetensors(&mut self, path: impl AsRef<Path>, options: &ImportOptions) -> Result<()> {
        let path = c_path(path.as_ref())?;
        let prefix = options.prefix.as_deref().map(c_string).transpose()?;
        let mut c = options.c.0;
        if let Some(prefix) = &prefix {
            c.prefix = prefix.as_ptr();
        }
        check(unsafe { ffi::ae_model_import_safetensors(self.get_mut(), path.as_ptr(), &c) })
    }
}
