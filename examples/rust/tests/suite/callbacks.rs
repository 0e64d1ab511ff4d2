// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 the libautoencoder authors
//! Closures below C frames: runtimes, and panics on their way through.

use crate::{dataset, model, options, some_rows, ROWS, WIDTH};
use autoencoder::*;
use std::alloc::{GlobalAlloc, Layout, System};
use std::ops::ControlFlow::Continue;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// What a panic says; there must be one.
fn panic_of<T>(f: impl FnOnce() -> T) -> String {
    let panic = catch_unwind(AssertUnwindSafe(f)).err().expect("no panic");
    panic.downcast_ref::<&str>().unwrap().to_string()
}

/// An allocator that counts what is out, and can be told to have no memory.
#[derive(Clone, Default)]
struct Counting {
    blocks: Arc<AtomicUsize>,
    bytes: Arc<AtomicUsize>,
    empty: Arc<AtomicBool>,
}

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        assert!(layout.align() >= 16);
        if self.empty.load(Ordering::SeqCst) {
            return std::ptr::null_mut();
        }
        self.blocks.fetch_add(1, Ordering::SeqCst);
        self.bytes.fetch_add(layout.size(), Ordering::SeqCst);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        self.blocks.fetch_sub(1, Ordering::SeqCst);
        self.bytes.fetch_sub(layout.size(), Ordering::SeqCst);
        unsafe { System.dealloc(block, layout) }
    }
}

#[test]
fn all_memory_comes_from_the_allocator_and_goes_back() {
    let counting = Counting::default();
    let x = some_rows();
    {
        let runtime = Runtime::new(RuntimeOptions::new().allocator(counting.clone())).unwrap();
        let data = Dataset::new_on(&runtime, Rows::new(&x, WIDTH).unwrap()).unwrap();
        let cancel = Cancel::new_on(&runtime).unwrap();
        let list = LayerList::new_on(&runtime).unwrap();
        let mut model = Model::new(&options().runtime(&runtime)).unwrap();
        drop(runtime); // what was made with it keeps it
        model.fit(&data, None, &TrainOptions::new().cancel(&cancel).epochs(2)).unwrap();
        let part = data.slice(0, 3).unwrap();
        drop((data, list));
        assert!(counting.blocks.load(Ordering::SeqCst) > 0);
        assert!(model.encode(part.row(2).unwrap()).is_ok());
    }
    assert_eq!(counting.blocks.load(Ordering::SeqCst), 0);
    assert_eq!(counting.bytes.load(Ordering::SeqCst), 0);
}

#[test]
fn no_memory_is_an_error() {
    let counting = Counting::default();
    let runtime = Runtime::new(RuntimeOptions::new().allocator(counting.clone())).unwrap();
    counting.empty.store(true, Ordering::SeqCst);
    let error = Model::new(&options().runtime(&runtime)).err().unwrap();
    assert_eq!(error.status, Status::NoMemory);
    assert!(Runtime::new(RuntimeOptions::new().allocator(counting)).is_err());
}

#[test]
fn the_log_is_heard() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let log = {
        let lines = lines.clone();
        move |level: LogLevel, line: &str| lines.lock().unwrap().push((level, line.to_string()))
    };
    let runtime = Runtime::new(RuntimeOptions::new().log(log).kernels(Kernels::Reference)).unwrap();
    assert_eq!((runtime.kernels(), runtime.threads()), ("reference", 1));
    let lines = lines.lock().unwrap();
    assert!(lines.iter().any(|(level, line)| *level == LogLevel::Info && line.contains("reference")), "{lines:?}");
}

#[test]
fn options_are_checked() {
    assert_eq!(crate::status(Runtime::new(RuntimeOptions::new().threads(0))), Some(Status::InvalidArgument));
}

/// Bytes of a training that is large enough to be shared between threads.
fn trained_on(runtime: Option<&Runtime>) -> Vec<u8> {
    let x: Vec<f32> = (0..512 * 64).map(|i| (i as f32 * 0.7).sin()).collect();
    let mut shape = ModelOptions::new(64, 16).hidden(&[128]);
    if let Some(runtime) = runtime {
        shape = shape.runtime(runtime);
    }
    let mut model = Model::new(&shape).unwrap();
    let data = Dataset::new(Rows::new(&x, 64).unwrap()).unwrap();
    model.fit(&data, None, &TrainOptions::new().epochs(1).batch_size(256)).unwrap();
    let mut bytes = Vec::new();
    for name in model.tensor_names() {
        bytes.extend(model.tensor(name).unwrap().iter().flat_map(|number| number.to_ne_bytes()));
    }
    bytes
}

#[test]
fn the_hosts_threads_do_the_tasks() {
    let alone = trained_on(None);
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = calls.clone();
    let shared = RuntimeOptions::new().threads(4).parallel(move |tasks| {
        counter.fetch_add(1, Ordering::SeqCst);
        std::thread::scope(|scope| {
            for _ in 0..tasks.count() + 1 {
                scope.spawn(|| while tasks.run_next() {});
            }
        });
        assert!(!tasks.run_next());
    });
    assert_eq!(trained_on(Some(&Runtime::new(shared).unwrap())), alone);
    assert!(calls.load(Ordering::SeqCst) > 0);

    // A pool that does nothing at all leaves it to the caller.
    let lazy = Runtime::new(RuntimeOptions::new().threads(4).parallel(|_| ())).unwrap();
    assert_eq!(trained_on(Some(&lazy)), alone);
    let own = Runtime::new(RuntimeOptions::new().threads(3)).unwrap();
    assert_eq!(trained_on(Some(&own)), alone);
}

#[test]
fn a_panic_of_the_epoch_closure_goes_on_from_fit() {
    let (mut model, x) = (model(), some_rows());
    let text = panic_of(|| {
        model.fit_with(&dataset(&x), None, &TrainOptions::new(), |report, _| {
            assert!(report.epoch < 3, "third");
            Continue(())
        })
    });
    assert_eq!(text, "third");
    assert_eq!(model.history().unwrap().len(), 3);
    model.fit(&dataset(&x), None, &TrainOptions::new()).unwrap(); // the model is whole
    assert_eq!(model.encode(&x).unwrap().len(), 2 * ROWS);
}

#[test]
fn panics_of_a_runtimes_closures_go_on_from_the_call() {
    let text = panic_of(|| Runtime::new(RuntimeOptions::new().log(|_, _| panic!("log"))));
    assert_eq!(text, "log");

    let silent = Arc::new(AtomicBool::new(false));
    let switch = silent.clone();
    let parallel = move |tasks: &Tasks<'_>| {
        tasks.run_next();
        assert!(switch.load(Ordering::SeqCst), "pool");
    };
    let runtime = Runtime::new(RuntimeOptions::new().threads(2).parallel(parallel)).unwrap();
    assert_eq!(panic_of(|| trained_on(Some(&runtime))), "pool");
    silent.store(true, Ordering::SeqCst);
    assert_eq!(trained_on(Some(&runtime)), trained_on(None));
}
