// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 the libautoencoder authors
//! What all objects, option structs and constants have in common.

use crate::error::{check, Result};
use crate::ffi;
use std::mem::{size_of, MaybeUninit};
use std::ptr;
use std::sync::Arc;

/// What must not go before an object: the callbacks of its runtime, the numbers of a dataset.
pub(crate) type Lifeline = Option<Arc<dyn Send + Sync>>;

/// A kind of C object.
pub(crate) trait Object {
    const FREE: unsafe extern "C" fn(*mut Self);
}

macro_rules! objects {
    ($($object:ident: $free:ident,)*) => {
        $(impl Object for ffi::$object {
            const FREE: unsafe extern "C" fn(*mut Self) = ffi::$free;
        })*
    };
}

objects! {
    ae_runtime: ae_runtime_free,
    ae_cancel: ae_cancel_free,
    ae_dataset: ae_dataset_free,
    ae_layer_list: ae_layer_list_free,
    ae_model: ae_model_free,
    ae_trainer: ae_trainer_free,
    ae_gaussian_map: ae_gaussian_map_free,
}

/// Owns a C object and holds its lifeline until the object is freed. It is neither Send nor Sync: each wrapper says
/// what the header promises of its object.
pub(crate) struct Handle<T: Object> {
    object: *mut T,
    lifeline: Lifeline,
}

impl<T: Object> Handle<T> {
    /// Owns what a C call created; NULL is fine.
    ///
    /// # Safety
    /// `object` is nobody else's.
    pub(crate) unsafe fn own(object: *mut T, lifeline: Lifeline) -> Handle<T> {
        Handle { object, lifeline }
    }

    /// What `create` leaves in its argument.
    pub(crate) fn create(lifeline: Lifeline, create: impl FnOnce(*mut *mut T) -> ffi::ae_status) -> Result<Handle<T>> {
        let mut object = ptr::null_mut();
        let status = create(&mut object);
        let handle = Handle { object, lifeline }; // before the check, which may go on with a panic
        check(status)?;
        Ok(handle)
    }

    pub(crate) fn get(&self) -> *mut T {
        self.object
    }

    pub(crate) fn lifeline(&self) -> Lifeline {
        self.lifeline.clone()
    }
}

impl<T: Object> Drop for Handle<T> {
    fn drop(&mut self) {
        unsafe { T::FREE(self.object) }
    }
}

/// A C option struct with the library's defaults. Its pointers stay NULL: the copy made for a call gets them.
#[derive(Clone, Copy)]
pub(crate) struct Options<T>(pub(crate) T);

// Nothing is behind the pointers of the struct.
unsafe impl<T> Send for Options<T> {}
unsafe impl<T> Sync for Options<T> {}

impl<T: Copy> Options<T> {
    /// # Safety
    /// `init` is the function that sets up a `T`, all of whose bytes may be 0.
    pub(crate) unsafe fn new(init: unsafe extern "C" fn(*mut T, usize)) -> Options<T> {
        let mut options = MaybeUninit::<T>::zeroed();
        unsafe {
            init(options.as_mut_ptr(), size_of::<T>());
            Options(options.assume_init())
        }
    }
}

/// How a value is written in a C option struct.
pub(crate) trait ToC<C> {
    fn to_c(self) -> C;
}

impl<T> ToC<T> for T {
    fn to_c(self) -> T {
        self
    }
}

impl ToC<i32> for bool {
    fn to_c(self) -> i32 {
        self.into()
    }
}

/// Methods that set the fields of a C option struct.
macro_rules! setters {
    ($options:ident { $($(#[$doc:meta])* $name:ident: $kind:ty,)* }) => {
        impl $options {
            $($(#[$doc])*
            #[must_use]
            pub fn $name(mut self, $name: $kind) -> Self {
                self.c.0.$name = crate::handle::ToC::to_c($name);
                self
            })*
        }
    };
}
pub(crate) use setters;

/// Constants of a C enum that this crate may not know all of.
pub(crate) trait FromC: Sized {
    fn from_c(value: i32) -> Option<Self>;
}

/// An enum of C constants.
macro_rules! constants {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $value:ident,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[repr(i32)]
        pub enum $name {
            $($(#[$doc])* $variant = crate::ffi::$value,)*
        }

        impl crate::handle::ToC<i32> for $name {
            fn to_c(self) -> i32 {
                self as i32
            }
        }

        impl crate::handle::FromC for $name {
            fn from_c(value: i32) -> Option<$name> {
                match value {
                    $(crate::ffi::$value => Some($name::$variant),)*
                    _ => None,
                }
            }
        }
    };
}
pub(crate) use constants;

/// A C report struct for the library to fill.
macro_rules! report {
    ($name:ident) => {{
        // All fields are numbers, for which 0 is a value.
        let mut report: crate::ffi::$name = unsafe { std::mem::zeroed() };
        report.struct_size = std::mem::size_of::<crate::ffi::$name>();
        report
    }};
}
pub(crate) use report;
