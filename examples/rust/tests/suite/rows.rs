// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 the libautoencoder authors
//! Slices and strided rows: what is accepted, what is read and what is left alone.

use crate::{dataset, model, some_rows, status, ROWS, WIDTH};
use autoencoder::{Corruption, Dataset, Rows, RowsMut, Status};

#[test]
fn slices_are_rows_of_the_width_that_is_expected() {
    let (model, x) = (model(), some_rows());
    assert_eq!(model.encode(&x).unwrap().len(), ROWS * 2);
    let (array, pair): ([f32; WIDTH], _) = (x[..WIDTH].try_into().unwrap(), &x[..2 * WIDTH]);
    assert_eq!(model.encode(&array).unwrap(), model.encode(&x[..WIDTH]).unwrap());
    let arrays: [[f32; WIDTH]; 2] = [array, x[WIDTH..2 * WIDTH].try_into().unwrap()];
    assert_eq!(model.encode(&arrays[..]).unwrap(), model.encode(pair).unwrap());
    assert_eq!(model.encode(&[] as &[f32]).unwrap(), []);

    assert_eq!(status(model.encode(&x[1..])), Some(Status::Shape));
    assert_eq!(status(model.encode(&[[0.0_f32; 5]; 6][..])), Some(Status::Shape));
    assert_eq!(status(model.encode(Rows::new(&x, 3).unwrap())), Some(Status::Shape));
    assert_eq!(status(Rows::new(&x, 0)), Some(Status::Shape));
    assert_eq!(status(Dataset::new(&x)), Some(Status::InvalidArgument)); // how many columns?
}

#[test]
fn strides_are_checked() {
    let mut x = [0.0; 10];
    for (rows, columns, stride, fits) in [
        (3, 2, 4, true),
        (3, 3, 4, false),
        (4, 2, 4, false),
        (5, 2, 2, true),
        (1, 10, 10, true),
        (1, 2, usize::MAX, true),
        (0, 100, 100, true),
        (2, 3, 2, false),
        (2, 2, usize::MAX, false),
        (usize::MAX, 2, 2, false),
        (usize::MAX, 2, usize::MAX, false),
    ] {
        assert_eq!(Rows::strided(&x, rows, columns, stride).is_ok(), fits, "{rows} {columns} {stride}");
        assert_eq!(RowsMut::strided(&mut x, rows, columns, stride).is_ok(), fits, "{rows} {columns} {stride}");
    }
}

#[test]
fn strided_rows_are_read_and_filled_in_place() {
    let (model, x) = (model(), some_rows());
    let codes = model.encode(&x).unwrap();
    let mut wide = vec![f32::NAN; ROWS * 9];
    for (row, from) in wide.chunks_mut(9).zip(x.chunks(WIDTH)) {
        row[1..=WIDTH].copy_from_slice(from);
    }
    let strided = Rows::strided(&wide[1..], ROWS, WIDTH, 9).unwrap();
    assert_eq!(model.encode(strided).unwrap(), codes);

    let mut out = vec![7.0; ROWS * 5];
    model.encode_into(strided, RowsMut::strided(&mut out, ROWS, 2, 5).unwrap()).unwrap();
    for (row, code) in out.chunks(5).zip(codes.chunks(2)) {
        assert_eq!(row, [code[0], code[1], 7.0, 7.0, 7.0]);
    }
    let few = RowsMut::strided(&mut out, ROWS - 1, 2, 5).unwrap();
    assert_eq!(status(model.encode_into(&x, few)), Some(Status::Shape));
    assert_eq!(status(model.encode_into(&x, &mut out[..4])), Some(Status::Shape));
    assert_eq!(status(model.score_into(&x, &mut out[..4])), Some(Status::Shape));

    let mut pairs = [[0.0; 2]; ROWS];
    model.encode_into(&x, &mut pairs[..]).unwrap();
    assert_eq!(pairs.concat(), codes);
}

#[test]
fn outputs_that_no_memory_holds_are_errors() {
    assert_eq!(status(model().vae_sample(usize::MAX, 0)), Some(Status::NoMemory));
    assert_eq!(status(model().vae_sample(usize::MAX / 64, 0)), Some(Status::NoMemory));
    assert_eq!(status(autoencoder::code_grid(usize::MAX)), Some(Status::NoMemory));
}

#[test]
fn rows_are_corrupted_as_in_training() {
    let x = some_rows();
    let mut out = vec![0.0; x.len()];
    let mask = Corruption::mask(0.5).value(9.0);
    mask.corrupt(1, 0, Rows::new(&x, WIDTH).unwrap(), &mut out).unwrap();
    let masked = out.iter().filter(|&&number| number == 9.0).count();
    assert!((x.len() / 4..x.len() * 3 / 4).contains(&masked));
    assert!(out.iter().zip(&x).all(|(new, old)| new == old || *new == 9.0));
    assert_eq!(status(mask.corrupt(1, 0, &x, &mut out)), Some(Status::InvalidArgument)); // how wide?
    let salt_pepper = Corruption::salt_pepper(1.0);
    salt_pepper.corrupt(1, 0, Rows::new(&x, WIDTH).unwrap(), &mut out).unwrap();
    assert!(out.iter().all(|&number| number == 0.0 || number == 1.0));
}

#[test]
fn datasets_see_rows_or_take_them() {
    let x = some_rows();
    let data = dataset(&x);
    assert_eq!((data.rows(), data.columns()), (ROWS, WIDTH));
    assert_eq!(data.row(1).unwrap().as_ptr(), x[WIDTH..].as_ptr()); // no copy
    assert!(data.row(ROWS).is_none() && data.column_name(0).is_none());
    assert_eq!(data.to_vec(), x);

    let (first, second) = data.split(0.25, 3).unwrap();
    assert_eq!((first.rows(), second.rows()), (36, 12));
    assert_eq!(status(data.split(0.0, 3)), Some(Status::InvalidArgument));
    drop(data);
    assert_eq!(first.to_vec().len() + second.to_vec().len(), x.len());

    let part = Dataset::from_vec(x.clone(), WIDTH).unwrap().slice(2, 5).unwrap(); // keeps the vector
    assert_eq!(part.row(0).unwrap(), &x[2 * WIDTH..3 * WIDTH]);
    assert_eq!(status(part.slice(3, 3)), Some(Status::InvalidArgument));
    assert_eq!(status(Dataset::from_vec(x.clone(), 7)), Some(Status::Shape));
}
