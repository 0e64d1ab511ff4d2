// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 the libautoencoder authors
//! Learn the 8x8 digits, watch the training, draw a digit from its code, and score what is none.

use autoencoder::{Activation, Dataset, Error, Model, ModelOptions, ReadOptions, Scaling, Status, TrainOptions};
use std::ops::ControlFlow;

fn draw(pixels: &[f32]) {
    let shade = |pixel: f32| " .:-=+*#%@".as_bytes()[(pixel / 1.7).clamp(0.0, 9.0) as usize] as char;
    for row in pixels.chunks(8) {
        println!("{}", row.iter().map(|&pixel| shade(pixel)).collect::<String>());
    }
}

fn read_digits() -> Result<Dataset<'static>, Error> {
    /* [read] */
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../data/digits.csv.gz");
    let digits = Dataset::read_csv(path, &ReadOptions::new().csv_without(["64"]))?; // the last column is the label
                                                                                    /* [read] */
    Ok(digits)
}

fn train(digits: &Dataset) -> Result<Model, Error> {
    /* [train] */
    let (training, validation) = digits.split(0.2, 0)?;

    let shape = ModelOptions::new(digits.columns(), 8).hidden(&[64]).output_activation(Activation::Sigmoid);
    let mut model = Model::new(&shape)?;

    // Pixels are 0..16, a sigmoid gives 0..1.
    let options = TrainOptions::new().epochs(100).patience(5).learning_rate(3e-3).scaling(Scaling::MinMax);
    let trained = model.fit_with(&training, Some(&validation), &options, |report, _model| {
        let loss = report.validation_loss.unwrap_or(f64::INFINITY);
        if report.epoch % 10 == 0 {
            println!("epoch {:3}: validation loss {loss:.3}", report.epoch);
        }
        if loss < 1.1 {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    });
    match trained {
        Err(error) if error.status == Status::Cancelled => println!("good enough"), // what Break leads to
        other => other?,
    }
    /* [train] */
    Ok(model)
}

fn run() -> Result<(), Error> {
    let digits = read_digits()?;
    let mut model = train(&digits)?;

    let first = digits.row(0).unwrap_or_default();
    /* [use] */
    let codes = model.encode(first)?; // allocates its result
    let mut pixels = [0.0; 64];
    model.decode_into(&codes, &mut pixels)?; // fills the caller's
                                             /* [use] */
    draw(first);
    println!("in 8 numbers is");
    draw(&pixels);

    /* [score] */
    model.fit_threshold(&digits, 0.01)?;
    let threshold = model.threshold().unwrap_or(f64::INFINITY);
    let mut state = 1_u32;
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) % 17
    };
    let noise: Vec<f32> = (0..100 * 64).map(|_| random() as f32).collect();
    let found = model.score(&noise)?.iter().filter(|&&score| f64::from(score) > threshold).count();
    println!("{found} of 100 noisy pictures are no digits");
    /* [score] */
    Ok(())
}

fn main() {
    /* [errors] */
    if let Err(error) = run() {
        eprintln!("{}: {}", error.status.name(), error.message);
        std::process::exit(1);
    }
    /* [errors] */
}
