// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 the libautoencoder authors
//! Rows of numbers: over the caller's memory, or read from IDX, CSV and NPY.

use crate::error::{c_path, c_string, check, Result};
use crate::ffi;
use crate::handle::{constants, setters, Handle, Lifeline, Options};
use crate::rows::Rows;
use crate::runtime::{lifeline_of, runtime_of, Runtime};
use std::borrow::Cow;
use std::ffi::{c_void, CStr, CString};
use std::marker::PhantomData;
use std::os::raw::c_char;
use std::path::Path;
use std::ptr;
use std::slice;
use std::sync::Arc;

constants! {
    /// What a reader does with the first line of a CSV file.
    CsvHeader {
        /// A header if any of its fields is text.
        Auto = AE_CSV_HEADER_AUTO,
        /// It holds names.
        Yes = AE_CSV_HEADER_YES,
        /// It holds numbers.
        No = AE_CSV_HEADER_NO,
    }
}

/// Options of all readers, which ignore what is not theirs.
#[derive(Clone)]
pub struct ReadOptions {
    c: Options<ffi::ae_read_options>,
    runtime: Option<Runtime>,
    columns: Vec<String>,
}

setters! { ReadOptions {
    /// Most bytes a file may have or unpack to, and the values may take; default 4 GiB, 0: no limit.
    max_bytes: u64,
    /// Read no more rows than this; 0: all.
    max_rows: u64,
    /// True, the default: unsigned bytes of IDX and NPY are read as value / 255; false: as 0..255.
    scale_bytes: bool,
    /// Default [`CsvHeader::Auto`].
    csv_header: CsvHeader,
} }

impl ReadOptions {
    /// The defaults.
    pub fn new() -> ReadOptions {
        let c = unsafe { Options::new(ffi::ae_read_options_init) };
        ReadOptions { c, runtime: None, columns: Vec::new() }
    }

    /// Where to work.
    #[must_use]
    pub fn runtime(mut self, runtime: &Runtime) -> Self {
        self.runtime = Some(runtime.clone());
        self
    }

    /// What is between the fields of a CSV file, such as `b';'`; by default it is found out.
    #[must_use]
    pub fn csv_delimiter(mut self, delimiter: u8) -> Self {
        self.c.0.csv_delimiter = delimiter.into();
        self
    }

    /// Keeps these columns of a CSV file, in this order; without a header they are called "0", "1", ...
    #[must_use]
    pub fn csv_columns<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.c.0.csv_exclude = 0;
        self.columns = names.into_iter().map(Into::into).collect();
        self
    }

    /// Leaves these columns of a CSV file out.
    #[must_use]
    pub fn csv_without<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self = self.csv_columns(names);
        self.c.0.csv_exclude = 1;
        self
    }
}

impl Default for ReadOptions {
    fn default() -> Self {
        ReadOptions::new()
    }
}

type ReadFile =
    unsafe extern "C" fn(*mut *mut ffi::ae_dataset, *const c_char, *const ffi::ae_read_options) -> ffi::ae_status;
type ReadMemory = unsafe extern "C" fn(
    *mut *mut ffi::ae_dataset,
    *const c_void,
    usize,
    *const ffi::ae_read_options,
) -> ffi::ae_status;

/// A matrix: one sample a row, one feature a column. It never changes, so threads may share it.
///
/// It can see rows of the caller, which then cannot change or go before it and its parts:
///
/// ```
/// use autoencoder::{Dataset, Rows};
/// let rows = vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
/// let dataset = Dataset::new(Rows::new(&rows, 2)?)?;
/// assert_eq!((dataset.rows(), dataset.columns(), dataset.row(1)), (3, 2, Some(&rows[2..4])));
/// # Ok::<(), autoencoder::Error>(())
/// ```
///
/// ```compile_fail,E0505
/// # use autoencoder::{Dataset, Rows};
/// # let rows = vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
/// let part = Dataset::new(Rows::new(&rows, 2)?)?.slice(0, 1)?;
/// drop(rows);
/// # Ok::<(), autoencoder::Error>(())
/// ```
pub struct Dataset<'a> {
    handle: Handle<ffi::ae_dataset>,
    _rows: PhantomData<&'a [f32]>,
}

// "Any number of threads may read one dataset at once", and any thread may free it.
unsafe impl Send for Dataset<'_> {}
unsafe impl Sync for Dataset<'_> {}

// Without it the borrow of the rows would end with the last use of the dataset, not with the dataset.
impl Drop for Dataset<'_> {
    fn drop(&mut self) {}
}

impl<'a> Dataset<'a> {
    /// Sees rows without a copy.
    pub fn new(rows: impl Into<Rows<'a>>) -> Result<Dataset<'a>> {
        Dataset::create(None, rows.into())
    }

    /// Sees rows without a copy and works on this runtime.
    pub fn new_on(runtime: &Runtime, rows: impl Into<Rows<'a>>) -> Result<Dataset<'a>> {
        Dataset::create(Some(runtime), rows.into())
    }

    fn create(runtime: Option<&Runtime>, rows: Rows<'a>) -> Result<Dataset<'a>> {
        let x = rows.of_own_width("a dataset")?;
        let handle = Handle::create(lifeline_of(runtime), |out| unsafe {
            ffi::ae_dataset_from_memory(out, runtime_of(runtime), x.data, x.rows, x.columns, x.stride)
        })?;
        Ok(Dataset::of(handle))
    }

    pub(crate) fn of(handle: Handle<ffi::ae_dataset>) -> Dataset<'a> {
        Dataset { handle, _rows: PhantomData }
    }

    pub(crate) fn get(&self) -> *const ffi::ae_dataset {
        self.handle.get()
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        unsafe { ffi::ae_dataset_rows(self.get()) }
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        unsafe { ffi::ae_dataset_columns(self.get()) }
    }

    /// One row.
    pub fn row(&self, row: usize) -> Option<&[f32]> {
        let values = unsafe { ffi::ae_dataset_row(self.get(), row) };
        // The row lives as long as the dataset.
        (!values.is_null()).then(|| unsafe { slice::from_raw_parts(values, self.columns()) })
    }

    /// A copy of all rows, for calls that take them.
    pub fn to_vec(&self) -> Vec<f32> {
        (0..self.rows()).filter_map(|row| self.row(row)).flatten().copied().collect()
    }

    /// Name of a column, from a CSV header.
    pub fn column_name(&self, column: usize) -> Option<Cow<'_, str>> {
        let name = unsafe { ffi::ae_dataset_column_name(self.get(), column) };
        (!name.is_null()).then(|| unsafe { CStr::from_ptr(name) }.to_string_lossy())
    }

    /// Two parts at random: what is left, for training, and the fraction drawn, for validation.
    pub fn split(&self, fraction: f64, seed: u64) -> Result<(Dataset<'a>, Dataset<'a>)> {
        let (mut first, mut second) = (ptr::null_mut(), ptr::null_mut());
        let status = unsafe { ffi::ae_dataset_split(self.get(), fraction, seed, &mut first, &mut second) };
        let part = |object| Dataset::of(unsafe { Handle::own(object, self.handle.lifeline()) });
        let parts = (part(first), part(second));
        check(status)?;
        Ok(parts)
    }

    /// Consecutive rows.
    pub fn slice(&self, first_row: usize, rows: usize) -> Result<Dataset<'a>> {
        let handle = Handle::create(self.handle.lifeline(), |out| unsafe {
            ffi::ae_dataset_slice(out, self.get(), first_row, rows)
        })?;
        Ok(Dataset::of(handle))
    }
}

impl Dataset<'static> {
    /// Takes numbers over, in rows of this width.
    pub fn from_vec(numbers: Vec<f32>, columns: usize) -> Result<Dataset<'static>> {
        let numbers = Arc::new(numbers);
        let x = Rows::new(&numbers, columns)?.of_own_width("a dataset")?;
        let keep: Lifeline = Some(numbers.clone()); // of this dataset and its parts
        let handle = Handle::create(keep, |out| unsafe {
            ffi::ae_dataset_from_memory(out, ptr::null_mut(), x.data, x.rows, x.columns, x.stride)
        })?;
        Ok(Dataset::of(handle))
    }

    /// Reads an IDX file (the format of MNIST), plain or gzipped.
    pub fn read_idx(path: impl AsRef<Path>, options: &ReadOptions) -> Result<Dataset<'static>> {
        Dataset::read_file(ffi::ae_dataset_read_idx, path.as_ref(), options)
    }

    /// Reads a CSV file, plain or gzipped.
    pub fn read_csv(path: impl AsRef<Path>, options: &ReadOptions) -> Result<Dataset<'static>> {
        Dataset::read_file(ffi::ae_dataset_read_csv, path.as_ref(), options)
    }

    /// Reads a NumPy .npy file, plain or gzipped.
    pub fn read_npy(path: impl AsRef<Path>, options: &ReadOptions) -> Result<Dataset<'static>> {
        Dataset::read_file(ffi::ae_dataset_read_npy, path.as_ref(), options)
    }

    /// [`Dataset::read_idx`] of a file's content.
    pub fn read_idx_memory(bytes: &[u8], options: &ReadOptions) -> Result<Dataset<'static>> {
        Dataset::read_memory(ffi::ae_dataset_read_idx_memory, bytes, options)
    }

    /// [`Dataset::read_csv`] of a file's content.
    pub fn read_csv_memory(bytes: &[u8], options: &ReadOptions) -> Result<Dataset<'static>> {
        Dataset::read_memory(ffi::ae_dataset_read_csv_memory, bytes, options)
    }

    /// [`Dataset::read_npy`] of a file's content.
    pub fn read_npy_memory(bytes: &[u8], options: &ReadOptions) -> Result<Dataset<'static>> {
        Dataset::read_memory(ffi::ae_dataset_read_npy_memory, bytes, options)
    }

    fn read_file(read: ReadFile, path: &Path, options: &ReadOptions) -> Result<Dataset<'static>> {
        let path = c_path(path)?;
        Dataset::read(options, |out, c| unsafe { read(out, path.as_ptr(), c) })
    }

    fn read_memory(read: ReadMemory, bytes: &[u8], options: &ReadOptions) -> Result<Dataset<'static>> {
        Dataset::read(options, |out, c| unsafe { read(out, bytes.as_ptr().cast(), bytes.len(), c) })
    }

    fn read(
        options: &ReadOptions,
        read: impl FnOnce(*mut *mut ffi::ae_dataset, *const ffi::ae_read_options) -> ffi::ae_status,
    ) -> Result<Dataset<'static>> {
        let names = options.columns.iter().map(|name| c_string(name.as_str())).collect::<Result<Vec<CString>>>()?;
        let pointers: Vec<*const c_char> = names.iter().map(|name| name.as_ptr()).collect();
        let mut c = options.c.0;
        c.runtime = runtime_of(options.runtime.as_ref());
        if !pointers.is_empty() {
            c.csv_columns = pointers.as_ptr();
            c.csv_column_count = pointers.len();
        }
        let handle = Handle::create(lifeline_of(options.runtime.as_ref()), |out| read(out, &c))?;
        Ok(Dataset::of(handle))
    }
}
