// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 the libautoencoder authors
//! Failures of calls, and panics of callbacks on their way over the C frames between them and the caller.

use crate::ffi;
use std::any::Any;
use std::cell::RefCell;
use std::ffi::{CStr, CString};
use std::fmt;
use std::mem;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// A value out of its range, or options that do not go together.
    InvalidArgument,
    /// Widths, strides or row counts that do not fit together.
    Shape,
    /// The allocator had no memory.
    NoMemory,
    /// The system refused to open, read, write, sync or rename.
    Io,
    /// A file or buffer is not what it says.
    Format,
    /// Valid, but not for this build, this version or this kind of model.
    Unsupported,
    /// Training met a loss, gradient or weight that is not finite.
    Numeric,
    /// A callback or a [`Cancel`](crate::Cancel) asked to stop; the model is whole.
    Cancelled,
    /// A value in the data is NaN, infinite or out of range.
    Data,
    /// A code of a library that is newer than this crate.
    Other(i32),
}

impl Status {
    fn from_c(code: ffi::ae_status) -> Status {
        match code {
            ffi::AE_ERROR_INVALID_ARGUMENT => Status::InvalidArgument,
            ffi::AE_ERROR_SHAPE => Status::Shape,
            ffi::AE_ERROR_NO_MEMORY => Status::NoMemory,
            ffi::AE_ERROR_IO => Status::Io,
            ffi::AE_ERROR_FORMAT => Status::Format,
            ffi::AE_ERROR_UNSUPPORTED => Status::Unsupported,
            ffi::AE_ERROR_NUMERIC => Status::Numeric,
            ffi::AE_ERROR_CANCELLED => Status::Cancelled,
            ffi::AE_ERROR_DATA => Status::Data,
            other => Status::Other(other),
        }
    }

    fn code(self) -> ffi::ae_status {
        match self {
            Status::InvalidArgument => ffi::AE_ERROR_INVALID_ARGUMENT,
            Status::Shape => ffi::AE_ERROR_SHAPE,
            Status::NoMemory => ffi::AE_ERROR_NO_MEMORY,
            Status::Io => ffi::AE_ERROR_IO,
            Status::Format => ffi::AE_ERROR_FORMAT,
            Status::Unsupported => ffi::AE_ERROR_UNSUPPORTED,
            Status::Numeric => ffi::AE_ERROR_NUMERIC,
            Status::Cancelled => ffi::AE_ERROR_CANCELLED,
            Status::Data => ffi::AE_ERROR_DATA,
            Status::Other(code) => code,
        }
    }

    /// The name in C, such as "AE_ERROR_SHAPE".
    pub fn name(self) -> &'static str {
        let name = unsafe { CStr::from_ptr(ffi::ae_status_name(self.code())) };
        name.to_str().unwrap_or_default()
    }
}

/// A call that failed. Unless its description says otherwise nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Error {
    /// For programs.
    pub status: Status,
    /// For people: one line.
    pub message: String,
}

impl Error {
    pub(crate) fn new(status: Status, message: impl Into<String>) -> Error {
        Error { status, message: message.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// What calls return.
pub type Result<T> = std::result::Result<T, Error>;

type Panic = Box<dyn Any + Send>;

thread_local! {
    /// The panic that left a callback on this thread, until the C call has returned.
    static PENDING: RefCell<Option<Panic>> = const { RefCell::new(None) };
}

/// Runs a callback's closure below a C frame, which must not be unwound. `None` if it panicked: `check` goes on with
/// the panic when the C call has returned.
pub(crate) fn guarded<T>(closure: impl FnOnce() -> T) -> Option<T> {
    match panic::catch_unwind(AssertUnwindSafe(closure)) {
        Ok(value) => Some(value),
        Err(panic) => {
            let mut panic = Some(panic);
            let _ = PENDING.try_with(|pending| {
                let mut pending = pending.borrow_mut();
                if pending.is_none() {
                    *pending = panic.take();
                }
            });
            // Only the first panic counts. The destructor of another may panic in its turn.
            if let Err(more) = panic::catch_unwind(AssertUnwindSafe(|| drop(panic))) {
                mem::forget(more);
            }
            None
        }
    }
}

/// What a C call reports.
pub(crate) fn check(status: ffi::ae_status) -> Result<()> {
    if let Ok(Some(panic)) = PENDING.try_with(|pending| pending.borrow_mut().take()) {
        panic::resume_unwind(panic);
    }
    if status == ffi::AE_OK {
        return Ok(());
    }
    let message = unsafe { CStr::from_ptr(ffi::ae_last_error()) };
    Err(Error::new(Status::from_c(status), message.to_string_lossy()))
}

/// Text for C.
pub(crate) fn c_string(text: impl Into<Vec<u8>>) -> Result<CString> {
    CString::new(text).map_err(|_| Error::new(Status::InvalidArgument, "a name has a zero byte"))
}

/// A file name for C: its bytes, as they are on Unix.
pub(crate) fn c_path(path: &Path) -> Result<CString> {
    #[cfg(unix)]
    let bytes = Some(std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()));
    #[cfg(not(unix))]
    let bytes = path.to_str().map(str::as_bytes);
    match bytes {
        Some(bytes) => c_string(bytes),
        None => Err(Error::new(Status::InvalidArgument, "a file name is not Unicode")),
    }
}

/// Room for rows * width numbers, all 0.
pub(crate) fn room<T: Clone + Default>(rows: usize, width: usize) -> Result<Vec<T>> {
    let mut numbers = Vec::new();
    let length = rows.checked_mul(width);
    if length.map_or(true, |length| numbers.try_reserve_exact(length).is_err()) {
        return Err(Error::new(Status::NoMemory, format!("no memory for {rows} rows of {width} numbers")));
    }
    numbers.resize(rows * width, T::default());
    Ok(numbers)
}
