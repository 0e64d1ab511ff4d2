// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 the libautoencoder authors
//! Training by one call and step by step: results, validation, targets, cancelling.

use crate::{dataset, model, options, some_rows, status, ROWS, WIDTH};
use autoencoder::{
    Activation, Cancel, Code, Corruption, Dataset, Loss, Model, ModelOptions, Optimizer, Rows, Scaling, Schedule,
    Status, TrainOptions, Trainer,
};
use std::ops::ControlFlow::{Break, Continue};

#[test]
fn a_training_learns_and_is_remembered() {
    let (mut model, x) = (model(), some_rows());
    let before = model.evaluate(&dataset(&x)).unwrap();
    let options = TrainOptions::new().epochs(30).batch_size(16).learning_rate(0.02).optimizer(Optimizer::AdamW);
    let options = options.weight_decay(1e-4).clip_norm(5.0).schedule(Schedule::Cosine).warmup_epochs(0.5);
    model.fit(&dataset(&x), None, &options).unwrap();
    let after = model.evaluate(&dataset(&x)).unwrap();
    assert!(after.loss < before.loss && after.squared_error < before.squared_error);
    assert_eq!((after.rows, after.binary_cross_entropy, after.accuracy), (ROWS as u64, Some(after.loss), None));

    let history = model.history().unwrap();
    assert_eq!(history.len(), 30);
    assert_eq!((history[29].epoch, history[29].epochs, history[29].steps), (30, 30, 90));
    assert_eq!((history[0].validation_loss, history[0].best_epoch), (None, None));
    assert!(history[29].train_loss < history[0].train_loss);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let x = some_rows();
    let run = |options: &TrainOptions| {
        let mut model = model();
        model.fit(&dataset(&x), None, options).unwrap();
        model.encode(&x).unwrap()
    };
    assert_eq!(run(&TrainOptions::new()), run(&TrainOptions::new()));
    assert_ne!(run(&TrainOptions::new().batch_size(8)), run(&TrainOptions::new().batch_size(8).seed(1)));
}

#[test]
fn a_closure_sees_each_epoch_and_the_model() {
    let (mut model, x) = (model(), some_rows());
    let (train, validation) = dataset(&x).split(0.25, 0).unwrap();
    let mut seen = Vec::new();
    let options = TrainOptions::new().epochs(8).scaling(Scaling::MinMax);
    let stopped = model.fit_with(&train, Some(&validation), &options, |report, model| {
        let loss = model.evaluate(&validation).unwrap().loss;
        assert!((report.validation_loss.unwrap() - loss).abs() < 1e-6 * loss);
        assert!(report.best_epoch.is_some());
        seen.push(model.encode(&x).unwrap());
        if report.epoch == 5 {
            Break(())
        } else {
            Continue(())
        }
    });
    assert_eq!(status(stopped), Some(Status::Cancelled));
    assert_eq!(seen.len(), 5);
    assert_ne!(seen[0], seen[4]);
    assert_eq!(model.encode(&x).unwrap(), seen[4]); // the model is whole
    assert_eq!(model.scaling(), Some(Scaling::MinMax));
}

#[test]
fn targets_can_be_other_than_the_input() {
    let x = some_rows();
    let labels: Vec<f32> = (0..ROWS).flat_map(|i| if i % 7 < 3 { [1.0, 0.0] } else { [0.0, 1.0] }).collect();
    let targets = Dataset::new(Rows::new(&labels, 2).unwrap()).unwrap();
    let shape = ModelOptions::new(WIDTH, 4).output_dim(2).loss(Loss::SoftmaxCrossEntropy);
    let mut model = Model::new(&shape.latent_activation(Activation::Relu)).unwrap();
    let options = TrainOptions::new().epochs(100).batch_size(16).learning_rate(0.05);
    let mut epochs = 0;
    let data = dataset(&x);
    let with = Some((&data, &targets));
    model
        .fit_targets_with(&data, &targets, with, &options, |report, _| {
            epochs += report.validation_loss.map_or(0, |_| 1);
            Continue(())
        })
        .unwrap();
    assert_eq!(epochs, 100);
    assert!(model.evaluate_targets(&data, &targets).unwrap().accuracy.unwrap() > 0.95);
    model.fit_targets(&data, &targets, None, &TrainOptions::new().epochs(1)).unwrap();
    assert_eq!(status(model.fit(&data, None, &options)), Some(Status::Shape)); // these have no targets
}

#[test]
fn failures_are_told_apart() {
    let (mut model, x) = (model(), some_rows());
    let wide = Dataset::new(Rows::new(&x, WIDTH + 2).unwrap()).unwrap();
    assert_eq!(status(model.fit(&wide, None, &TrainOptions::new())), Some(Status::Shape));
    assert_eq!(status(model.fit(&dataset(&x), None, &TrainOptions::new().epochs(0))), Some(Status::InvalidArgument));
    let mut damaged = x.clone();
    damaged[WIDTH + 1] = f32::NAN;
    let error = model.fit(&dataset(&damaged), None, &TrainOptions::new()).unwrap_err();
    assert_eq!(error.status, Status::Data);
    assert_eq!(error.to_string(), error.message);
    assert!(error.message.contains("row 1"), "{error}");
    let mut linear = Model::new(&ModelOptions::new(WIDTH, 2)).unwrap();
    let wild = TrainOptions::new().optimizer(Optimizer::Sgd).learning_rate(1e30);
    assert_eq!(status(linear.fit(&dataset(&x), None, &wild)), Some(Status::Numeric));
}

#[test]
fn a_switch_stops_from_another_thread() {
    let (mut model, x) = (model(), some_rows());
    let stop = Cancel::new().unwrap();
    let options = TrainOptions::new().epochs(1_000_000).cancel(&stop);
    let (started, wait) = std::sync::mpsc::channel();
    let other = std::thread::spawn(move || {
        wait.recv().unwrap();
        stop.request();
    });
    let mut epochs = 0;
    let stopped = model.fit_with(&dataset(&x), None, &options, |report, _| {
        epochs = report.epoch;
        let _ = started.send(());
        Continue(())
    });
    assert_eq!(status(stopped), Some(Status::Cancelled));
    assert!(epochs >= 1);
    other.join().unwrap();
}

#[test]
fn a_trainer_steps_through_batches() {
    let x = some_rows();
    let mut model = model();
    let options = TrainOptions::new().batch_size(16).corruption(Corruption::gaussian(0.1).clip(true)).seed(2);
    let mut trainer = Trainer::new(&mut model, &options).unwrap();
    assert!(trainer.memory() > 0 && trainer.steps() == 0);
    let first = trainer.step(&x[..16 * WIDTH]).unwrap();
    trainer.set_learning_rate(0.01).unwrap();
    for _ in 0..200 {
        for batch in x.chunks(16 * WIDTH) {
            trainer.step(batch).unwrap();
        }
    }
    assert!(trainer.step_targets(&x[..16 * WIDTH], &x[..16 * WIDTH]).unwrap() < first);
    assert_eq!(trainer.steps(), 602);
    let report = trainer.epoch(&dataset(&x)).unwrap();
    assert_eq!((report.steps, report.validation_loss), (605, None));

    assert_eq!(status(trainer.step(&x)), Some(Status::InvalidArgument)); // more than a batch
    assert_eq!(status(trainer.step(&x[..5])), Some(Status::Shape));
    let few = trainer.step_targets(&x[..2 * WIDTH], &x[..WIDTH]);
    assert_eq!(status(few), Some(Status::Shape));
    assert_eq!(status(trainer.set_learning_rate(-1.0)), Some(Status::InvalidArgument));

    // It moves to another thread, and the model is seen between its steps.
    let codes = std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            trainer.step(&x[..WIDTH]).unwrap();
            trainer.model().encode(&x).unwrap()
        });
        thread.join().unwrap()
    });
    drop(trainer);
    assert_eq!(model.encode(&x).unwrap(), codes);
    model.fit(&dataset(&x), None, &options).unwrap();
}

#[test]
fn a_trainer_keeps_its_switch() {
    let x = some_rows();
    let mut model = model();
    let stop = Cancel::new().unwrap();
    let mut trainer = Trainer::new(&mut model, &TrainOptions::new().cancel(&stop)).unwrap();
    trainer.step(&x).unwrap();
    stop.request();
    drop(stop);
    assert_eq!(status(trainer.step(&x)), Some(Status::Cancelled));
}

#[test]
fn variations_are_options() {
    let x = some_rows();
    let trained = |shape: ModelOptions, options: TrainOptions| {
        let mut model = Model::new(&shape).unwrap();
        model.fit(&dataset(&x), None, &options.epochs(3)).unwrap();
        model.history().unwrap()[2]
    };
    let sparse = trained(options(), TrainOptions::new().code_l1(0.1));
    assert!(sparse.penalty > 0.0);
    let variational = trained(options().code(Code::Gaussian), TrainOptions::new().kl_weight(0.5).samples(2));
    assert!(variational.kl > 0.0);
    let shape = ModelOptions::new(WIDTH, 4).code(Code::Topk).topk(2).tied(true).bias(false).dropout(0.0);
    trained(shape, TrainOptions::new().topk_boost(1.0).patience(2).validation_fraction(0.2));
    assert_eq!(status(Model::new(&options().dropout(1.0))), Some(Status::InvalidArgument));
}
