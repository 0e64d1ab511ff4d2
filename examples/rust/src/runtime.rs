// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 the libautoencoder authors
//! Where memory, threads and messages come from, and how work is stopped.

use crate::error::{guarded, Result};
use crate::ffi;
use crate::handle::{constants, setters, FromC, Handle, Lifeline, Options};
use std::alloc::{GlobalAlloc, Layout};
use std::ffi::{c_void, CStr};
use std::os::raw::c_char;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

constants! {
    /// How much a line of the log matters.
    LogLevel {
        /// Something that a developer may want to see.
        Info = AE_LOG_INFO,
        /// Something that works but is probably not wanted.
        Warning = AE_LOG_WARNING,
    }
}

constants! {
    /// Which implementation of the heavy arithmetic runs.
    Kernels {
        /// The fastest of this build on this machine.
        Auto = AE_KERNELS_AUTO,
        /// Plain C, on every build.
        Reference = AE_KERNELS_REFERENCE,
        /// Matrix products by the CBLAS that the library was built with.
        Cblas = AE_KERNELS_CBLAS,
        /// The library's own, for x86-64 with AVX2 and FMA.
        Avx2 = AE_KERNELS_AVX2,
        /// The library's own, for x86-64 with AVX-512.
        Avx512 = AE_KERNELS_AVX512,
        /// Mixed precision, for x86-64 with AVX512_BF16: factors of products are bfloat16. Never chosen by `Auto`.
        Avx512Bf16 = AE_KERNELS_AVX512_BF16,
        /// Inference in int8, for x86-64 with AVX512_VNNI; training stays float. Never chosen by `Auto`.
        Avx512Vnni = AE_KERNELS_AVX512_VNNI,
    }
}

type Log = Box<dyn Fn(LogLevel, &str) + Send + Sync>;
type Parallel = Box<dyn Fn(&Tasks<'_>) + Send + Sync>;
type Allocator = Box<dyn GlobalAlloc + Send + Sync>;

/// The closures of a runtime, at a place of their own since C has their address.
#[derive(Default)]
struct Callbacks {
    log: Option<Log>,
    parallel: Option<Parallel>,
    allocator: Option<Allocator>,
}

/// Options of [`Runtime::new`].
pub struct RuntimeOptions {
    c: Options<ffi::ae_runtime_options>,
    callbacks: Box<Callbacks>,
}

setters! { RuntimeOptions {
    /// Threads that work at once, the caller included: 1..256, default 1. Results have the same bytes for every number.
    threads: u32,
    /// Default [`Kernels::Auto`].
    kernels: Kernels,
} }

impl RuntimeOptions {
    /// The defaults: malloc, silent, one thread, the best kernels.
    pub fn new() -> RuntimeOptions {
        let c = unsafe { Options::new(ffi::ae_runtime_options_init) };
        RuntimeOptions { c, callbacks: Box::default() }
    }

    /// Receives lines of text without a newline. A panic goes on from the call that logged.
    #[must_use]
    pub fn log(mut self, log: impl Fn(LogLevel, &str) + Send + Sync + 'static) -> Self {
        self.callbacks.log = Some(Box::new(log));
        self
    }

    /// Runs the library's tasks on threads of the host: the closure calls [`Tasks::run_next`] on as many threads as it
    /// likes. What it leaves undone when it returns, or panics, is done by the caller's thread.
    #[must_use]
    pub fn parallel(mut self, parallel: impl Fn(&Tasks<'_>) + Send + Sync + 'static) -> Self {
        self.callbacks.parallel = Some(Box::new(parallel));
        self
    }

    /// Gets all memory from this allocator, such as [`std::alloc::System`] or one that counts.
    #[must_use]
    pub fn allocator(mut self, allocator: impl GlobalAlloc + Send + Sync + 'static) -> Self {
        self.callbacks.allocator = Some(Box::new(allocator));
        self
    }
}

impl Default for RuntimeOptions {
    fn default() -> Self {
        RuntimeOptions::new()
    }
}

/// Where the library works: allocator, log, threads and kernels. A clone is the same runtime. What is made with it
/// keeps it and its closures alive.
///
/// ```
/// use autoencoder::{Model, ModelOptions, Runtime, RuntimeOptions};
/// let runtime = Runtime::new(RuntimeOptions::new().threads(2))?;
/// let model = Model::new(&ModelOptions::new(64, 8).runtime(&runtime))?;
/// # Ok::<(), autoencoder::Error>(())
/// ```
#[derive(Clone)]
pub struct Runtime(Arc<Inner>);

struct Inner {
    handle: Handle<ffi::ae_runtime>, // goes before the callbacks: its deallocator is among them
    _callbacks: Box<Callbacks>,
}

// "One runtime may serve any number of threads and objects at once", and its closures are Send and Sync.
unsafe impl Send for Inner {}
unsafe impl Sync for Inner {}

impl Runtime {
    /// Creates a runtime. Its threads start at the first call that uses them.
    pub fn new(options: RuntimeOptions) -> Result<Runtime> {
        let RuntimeOptions { c: Options(mut c), callbacks } = options;
        let user = (&*callbacks as *const Callbacks as *mut Callbacks).cast();
        if callbacks.log.is_some() {
            c.log = Some(call_log);
            c.log_user = user;
        }
        if callbacks.parallel.is_some() {
            c.parallel = Some(call_parallel);
            c.parallel_user = user;
        }
        if callbacks.allocator.is_some() {
            c.allocate = Some(call_allocate);
            c.deallocate = Some(call_deallocate);
            c.allocator_user = user;
        }
        let handle = Handle::create(None, |out| unsafe { ffi::ae_runtime_create(out, &c) })?;
        Ok(Runtime(Arc::new(Inner { handle, _callbacks: callbacks })))
    }

    /// Name of the kernels: "reference", "cblas", "avx2", ...
    pub fn kernels(&self) -> &str {
        let name = unsafe { CStr::from_ptr(ffi::ae_runtime_kernels(self.get())) };
        name.to_str().unwrap_or_default()
    }

    /// Threads it was asked to use.
    pub fn threads(&self) -> u32 {
        unsafe { ffi::ae_runtime_threads(self.get()) }
    }

    fn get(&self) -> *mut ffi::ae_runtime {
        self.0.handle.get()
    }
}

/// A runtime, or none, as C takes it.
pub(crate) fn runtime_of(runtime: Option<&Runtime>) -> *mut ffi::ae_runtime {
    runtime.map_or(ptr::null_mut(), Runtime::get)
}

/// What an object that works there must not outlive.
pub(crate) fn lifeline_of(runtime: Option<&Runtime>) -> Lifeline {
    runtime.map(|runtime| runtime.0.clone() as Arc<dyn Send + Sync>)
}

/// Work that the library wants done by the host's threads, see [`RuntimeOptions::parallel`].
pub struct Tasks<'a> {
    task: unsafe extern "C" fn(*mut c_void, usize),
    work: *mut c_void,
    count: usize,
    next: &'a AtomicUsize,
}

// ae_parallel_callback: "in any order and on any threads".
unsafe impl Sync for Tasks<'_> {}

impl Tasks<'_> {
    /// How many there are in all.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Does one of those that nobody has begun. False: there is none left.
    pub fn run_next(&self) -> bool {
        // Whoever calls and however often, each task is done once.
        let i = self.next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |i| (i < self.count).then(|| i + 1));
        match i {
            Ok(i) => {
                unsafe { (self.task)(self.work, i) };
                true
            }
            Err(_) => false,
        }
    }
}

unsafe fn callbacks<'a>(user: *mut c_void) -> &'a Callbacks {
    unsafe { &*user.cast() }
}

unsafe extern "C" fn call_log(user: *mut c_void, level: i32, message: *const c_char) {
    let (callbacks, message) = unsafe { (callbacks(user), CStr::from_ptr(message)) };
    if let Some(log) = &callbacks.log {
        let level = LogLevel::from_c(level).unwrap_or(LogLevel::Warning);
        guarded(|| log(level, &message.to_string_lossy()));
    }
}

unsafe extern "C" fn call_parallel(user: *mut c_void, task: ffi::ae_task, work: *mut c_void, count: usize) {
    let callbacks = unsafe { callbacks(user) };
    if let (Some(parallel), Some(task)) = (&callbacks.parallel, task) {
        let tasks = Tasks { task, work, count, next: &AtomicUsize::new(0) };
        guarded(|| parallel(&tasks)); // which cannot keep `tasks`, so every task it began is done
        while tasks.run_next() {}
    }
}

/// "Aligned to at least 16".
const ALIGNMENT: usize = 16;

unsafe extern "C" fn call_allocate(user: *mut c_void, size: usize) -> *mut c_void {
    let callbacks = unsafe { callbacks(user) };
    match (&callbacks.allocator, Layout::from_size_align(size, ALIGNMENT)) {
        (Some(allocator), Ok(layout)) => unsafe { allocator.alloc(layout).cast() },
        _ => ptr::null_mut(),
    }
}

unsafe extern "C" fn call_deallocate(user: *mut c_void, block: *mut c_void, size: usize) {
    unsafe {
        if let Some(allocator) = &callbacks(user).allocator {
            allocator.dealloc(block.cast(), Layout::from_size_align_unchecked(size, ALIGNMENT));
        }
    }
}

/// A stop switch for any thread: a clone is the same switch. A signal handler, too, may call [`Cancel::request`].
///
/// ```
/// use autoencoder::{Cancel, Dataset, Model, ModelOptions, Rows, Status, TrainOptions};
/// let rows: Vec<f32> = (0..400).map(|i| (i as f32).sin()).collect();
/// let stop = Cancel::new()?;
/// let other = stop.clone();
/// std::thread::spawn(move || other.request()); // at some time or other
///
/// let mut model = Model::new(&ModelOptions::new(4, 2))?;
/// let options = TrainOptions::new().epochs(1_000_000).cancel(&stop);
/// let error = model.fit(&Dataset::new(Rows::new(&rows, 4)?)?, None, &options).unwrap_err();
/// assert_eq!(error.status, Status::Cancelled);
/// # Ok::<(), autoencoder::Error>(())
/// ```
#[derive(Clone)]
pub struct Cancel(Arc<Switch>);

struct Switch(Handle<ffi::ae_cancel>);

// "Any thread, also from a signal handler."
unsafe impl Send for Switch {}
unsafe impl Sync for Switch {}

impl Cancel {
    /// A switch, not pulled.
    pub fn new() -> Result<Cancel> {
        Cancel::create(None)
    }

    /// A switch with the memory of this runtime.
    pub fn new_on(runtime: &Runtime) -> Result<Cancel> {
        Cancel::create(Some(runtime))
    }

    fn create(runtime: Option<&Runtime>) -> Result<Cancel> {
        let handle =
            Handle::create(lifeline_of(runtime), |out| unsafe { ffi::ae_cancel_create(out, runtime_of(runtime)) })?;
        Ok(Cancel(Arc::new(Switch(handle))))
    }

    /// Pulls the switch: what watches it ends with [`Status::Cancelled`](crate::Status::Cancelled).
    pub fn request(&self) {
        unsafe { ffi::ae_cancel_request(self.get()) }
    }

    /// Puts it back, for the next use.
    pub fn reset(&self) {
        unsafe { ffi::ae_cancel_reset(self.get()) }
    }

    /// Has it been pulled?
    pub fn requested(&self) -> bool {
        unsafe { ffi::ae_cancel_requested(self.get()) != 0 }
    }

    fn get(&self) -> *mut ffi::ae_cancel {
        self.0 .0.get()
    }
}

/// A switch, or none, as C takes it.
pub(crate) fn cancel_of(cancel: &Option<Cancel>) -> *const ffi::ae_cancel {
    cancel.as_ref().map_or(ptr::null(), |cancel| cancel.get())
}
