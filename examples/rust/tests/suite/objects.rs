// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 the libautoencoder authors
//! Datasets from files, models, their tensors, scaling, scores and files; what is computed without gradients.

use crate::{dataset, model, options, some_rows, status, ROWS, WIDTH};
use autoencoder::*;
use std::fs;
use std::path::PathBuf;

/// A file of this test's own, in the target folder.
fn own_file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

fn near(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance
}

#[test]
fn threads_may_have_what_the_headers_promise() {
    fn send<T: Send>() {}
    fn send_and_sync<T: Send + Sync>() {}
    send_and_sync::<Runtime>();
    send_and_sync::<Dataset>();
    send_and_sync::<Model>();
    send_and_sync::<Cancel>();
    send_and_sync::<GaussianMap>();
    send::<LayerList>(); // and not Sync, see its documentation
    send::<Trainer>();
    send_and_sync::<(ModelOptions, TrainOptions, ReadOptions, LoadOptions, PcaOptions, DictionaryOptions, Error)>();
}

#[test]
fn the_library_is_that_of_the_headers() {
    let numbers: Vec<i32> = env!("CARGO_PKG_VERSION").split('.').map(|number| number.parse().unwrap()).collect();
    assert_eq!(version(), env!("CARGO_PKG_VERSION"));
    assert_eq!(version_number(), numbers[0] * 10000 + numbers[1] * 100 + numbers[2]);
    assert_eq!(Status::Shape.name(), "AE_ERROR_SHAPE");
    assert_eq!(Status::Other(12345).name(), "unknown status");
}

#[test]
fn readers_read_memory_and_files() {
    let csv = b"a,b,label\n1,2,0\n3,4,1\n";
    let table = Dataset::read_csv_memory(csv, &ReadOptions::new().csv_columns(["b", "a"])).unwrap();
    assert_eq!((table.rows(), table.columns(), table.row(1)), (2, 2, Some(&[4.0, 3.0][..])));
    assert_eq!(table.column_name(0).unwrap(), "b");
    let rest = Dataset::read_csv_memory(csv, &ReadOptions::new().csv_without(["label"]).max_rows(1)).unwrap();
    assert_eq!((rest.rows(), rest.row(0)), (1, Some(&[1.0, 2.0][..])));
    let missing = Dataset::read_csv_memory(csv, &ReadOptions::new().csv_columns(["c"]));
    assert_eq!(status(missing), Some(Status::InvalidArgument));
    let zero = Dataset::read_csv_memory(csv, &ReadOptions::new().csv_columns(["a\0"]));
    assert_eq!(status(zero), Some(Status::InvalidArgument));
    let numbers = ReadOptions::new().csv_header(CsvHeader::No);
    assert_eq!(status(Dataset::read_csv_memory(csv, &numbers)), Some(Status::Format));
    let semicolons = Dataset::read_csv_memory(b"1,5;2\n", &ReadOptions::new().csv_delimiter(b';'));
    assert_eq!(status(semicolons), Some(Status::Format)); // 1,5 is no number

    let idx = [0, 0, 8, 1, 0, 0, 0, 2, 51, 255];
    assert_eq!(Dataset::read_idx_memory(&idx, &ReadOptions::new()).unwrap().row(0), Some(&[0.2][..]));
    let raw = Dataset::read_idx_memory(&idx, &ReadOptions::new().scale_bytes(false)).unwrap();
    assert_eq!(raw.row(1), Some(&[255.0][..]));

    let mut npy = b"\x93NUMPY\x01\x00\x76\x00{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }".to_vec();
    npy.resize(127, b' ');
    npy.extend_from_slice(b"\n\0\0\x80\x3f"); // 1.0
    assert_eq!(Dataset::read_npy_memory(&npy, &ReadOptions::new()).unwrap().row(0), Some(&[1.0][..]));

    let path = own_file("data");
    fs::write(&path, csv).unwrap();
    assert_eq!(Dataset::read_csv(&path, &ReadOptions::new()).unwrap().columns(), 3);
    assert_eq!(status(Dataset::read_csv(&path, &ReadOptions::new().max_bytes(3))), Some(Status::Format));
    fs::write(&path, &npy).unwrap();
    assert_eq!(Dataset::read_npy(&path, &ReadOptions::new()).unwrap().rows(), 1);
    fs::write(&path, idx).unwrap();
    assert_eq!(Dataset::read_idx(&path, &ReadOptions::new()).unwrap().rows(), 2);
    fs::remove_file(&path).unwrap();
    assert_eq!(status(Dataset::read_csv(&path, &ReadOptions::new())), Some(Status::Io));
    assert_eq!(status(Dataset::read_csv("a\0b", &ReadOptions::new())), Some(Status::InvalidArgument));
}

#[test]
fn models_have_named_tensors() {
    let (mut one, x) = (model(), some_rows());
    assert_eq!((one.input_dim(), one.output_dim(), one.latent_dim()), (WIDTH, WIDTH, 2));
    assert_eq!((one.code(), one.loss(), one.lasso()), (Some(Code::Plain), Some(Loss::BinaryCrossEntropy), 0.0));
    assert_eq!(one.tensor_names().len(), 8);
    assert_eq!(one.tensor_names()[0], "encoder.0.weight");
    assert_eq!(one.tensor_shape("encoder.0.weight").unwrap(), (5, WIDTH));
    let sizes = one.tensor_names().iter().map(|name| one.tensor(name).unwrap().len()).sum::<usize>();
    assert_eq!(sizes, one.parameter_count());

    let mut weight = one.tensor("encoder.0.weight").unwrap();
    weight[3] = 0.5;
    one.set_tensor("encoder.0.weight", &weight).unwrap();
    assert_eq!(one.tensor("encoder.0.weight").unwrap(), weight);
    assert_eq!(status(one.set_tensor("encoder.0.weight", &weight[1..])), Some(Status::Shape));
    assert_eq!(status(one.set_tensor("encoder.1.bias", &[f32::NAN; 2])), Some(Status::Data));
    assert_eq!(status(one.tensor_into("encoder.0.weight", &mut weight[1..])), Some(Status::Shape));
    assert_eq!(status(one.tensor("no.such")), Some(Status::InvalidArgument));
    assert_eq!(status(one.tensor("no\0such")), Some(Status::InvalidArgument));

    let mut other = Model::new(&options().seed(4)).unwrap();
    assert_ne!(other.encode(&x).unwrap(), one.encode(&x).unwrap());
    other.copy_encoder(&one).unwrap();
    assert_eq!(other.encode(&x).unwrap(), one.encode(&x).unwrap());
    assert_eq!(status(Model::new(&ModelOptions::new(0, 2))), Some(Status::InvalidArgument));
}

#[test]
fn models_are_built_layer_by_layer() {
    let (mut encoder, mut decoder) = (LayerList::new().unwrap(), LayerList::new().unwrap());
    let no_bias = DenseOptions::new().bias(false).init(Init::HeNormal);
    encoder.dense_with(7, Activation::Identity, &no_bias).unwrap().batch_norm().unwrap();
    encoder.activation(Activation::LeakyRelu, 0.1).unwrap().dropout(0.1).unwrap();
    encoder.dense(3, Activation::Tanh).unwrap();
    decoder.dense_with(7, Activation::Relu, &DenseOptions::new().tied_to(3)).unwrap();
    decoder.dense(WIDTH, Activation::Sigmoid).unwrap();
    let layered = Model::from_layers(&encoder, &decoder, &ModelOptions::new(WIDTH, 0)).unwrap();
    assert_eq!(layered.latent_dim(), 3);
    assert_eq!(layered.tensor_shape("encoder.0.weight").unwrap(), (7, WIDTH));
    assert!(!layered.tensor_names().contains(&"encoder.0.bias"));
    assert!(layered.tensor_names().contains(&"encoder.1.running_mean"));

    assert_eq!(status(encoder.dropout(2.0)), Some(Status::InvalidArgument));
    let momentum = BatchNormOptions::new().momentum(5.0);
    assert_eq!(status(encoder.batch_norm_with(&momentum)), Some(Status::InvalidArgument));
    let wrong = Model::from_layers(&encoder, &decoder, &ModelOptions::new(WIDTH + 1, 0));
    assert_eq!(status(wrong), Some(Status::Shape));
}

#[test]
fn inference_agrees_with_itself() {
    let (model, x) = (model(), some_rows());
    let codes = model.encode(&x).unwrap();
    let x_hat = model.reconstruct(&x).unwrap();
    assert_eq!(model.decode(&codes).unwrap(), x_hat);
    let mut again = vec![0.0; x.len()];
    model.decode_into(&codes, &mut again).unwrap();
    assert_eq!(again, x_hat);
    model.reconstruct_into(&x, &mut again).unwrap();
    assert_eq!(again, x_hat);

    let errors = model.reconstruction_error(&x, Loss::SquaredError).unwrap();
    let first: f64 = x.iter().zip(&x_hat).take(WIDTH).map(|(a, b)| f64::from(a - b).powi(2)).sum();
    assert!(near(errors[0].into(), first, 1e-6));
    let unsupported = model.reconstruction_error(&x, Loss::SoftmaxCrossEntropy);
    assert!(matches!(status(unsupported), Some(Status::Unsupported | Status::InvalidArgument)));

    let shared: Vec<Vec<f32>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| model.encode(&x).unwrap())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(shared.iter().all(|other| *other == codes));
}

#[test]
fn scaling_and_scores_are_part_of_a_model() {
    let (mut model, x) = (Model::new(&ModelOptions::new(WIDTH, 2)).unwrap(), some_rows());
    assert_eq!(model.scaling(), Some(Scaling::None));
    model.fit_scaling(&dataset(&x), Scaling::Standard).unwrap();
    assert_eq!(model.scaling(), Some(Scaling::Standard));
    let (offset, scale) = model.scaling_numbers().unwrap();
    let mean = x.iter().step_by(WIDTH).sum::<f32>() / ROWS as f32;
    assert!(near(offset[0].into(), mean.into(), 1e-5) && scale[0] > 0.0);
    assert_eq!(status(model.set_scaling(&offset, &scale[1..])), Some(Status::Shape));
    assert_eq!(status(model.set_scaling(&[], &[])), Some(Status::Shape));
    model.set_scaling(&offset, &scale).unwrap();
    assert_eq!(model.scaling(), Some(Scaling::Given));
    model.remove_scaling().unwrap();
    assert_eq!(model.scaling(), Some(Scaling::None));

    let scores = model.score(&x).unwrap();
    let (mut again, mut parts) = (vec![0.0; ROWS], vec![0.0; ROWS * WIDTH]);
    model.score_features_into(&x, &mut again, &mut parts).unwrap();
    assert_eq!(again, scores);
    let sum: f64 = parts[..WIDTH].iter().map(|&part| f64::from(part)).sum();
    assert!(near(sum, scores[0].into(), 1e-5));
    assert_eq!((model.threshold(), model.contamination()), (None, 0.0));
    model.fit_threshold(&dataset(&x), 0.25).unwrap();
    let threshold = model.threshold().unwrap();
    assert!(scores.iter().filter(|&&score| f64::from(score) > threshold).count() <= ROWS / 4);
    assert_eq!(model.contamination(), 0.25);
}

#[test]
fn models_are_saved_loaded_and_exported() {
    let (model, x) = (model(), some_rows());
    let (bytes, codes) = (model.save_memory().unwrap(), model.encode(&x).unwrap());
    assert_eq!(Model::load_memory(&bytes, &LoadOptions::new()).unwrap().encode(&x).unwrap(), codes);
    let path = own_file("model.safetensors");
    model.save(&path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), bytes);
    assert_eq!(Model::load(&path).unwrap().encode(&x).unwrap(), codes);
    let small = LoadOptions::new().max_bytes(10).allow_non_finite(true);
    assert_eq!(status(Model::load_with(&path, &small)), Some(Status::Format));
    assert_eq!(status(Model::load_memory(&bytes[1..], &LoadOptions::new())), Some(Status::Format));
    let mut other = Model::new(&options().seed(9)).unwrap();
    let nowhere = ImportOptions::new().prefix("module.");
    assert_eq!(status(other.import_safetensors(&path, &nowhere)), Some(Status::Format));
    assert_ne!(other.encode(&x).unwrap(), codes);
    other.import_safetensors(&path, &ImportOptions::new()).unwrap();
    assert_eq!(other.encode(&x).unwrap(), codes);
    fs::remove_file(&path).unwrap();
    assert_eq!(status(Model::load(&path)), Some(Status::Io));

    let source = own_file("exported.c");
    model.export_c(&source, &ExportCOptions::new().prefix("tiny")).unwrap();
    assert!(fs::read_to_string(&source).unwrap().contains("tiny_encode"));
    assert!(own_file("exported.h").exists());
    let prefix = ExportCOptions::new().prefix("1");
    assert_eq!(status(model.export_c(&source, &prefix)), Some(Status::InvalidArgument));

    let graph = own_file("exported.onnx");
    model.export_onnx(&graph, &ExportOnnxOptions::new().graph(OnnxGraph::Encoder)).unwrap();
    let content = fs::read(&graph).unwrap();
    let has = |name: &[u8]| content.windows(name.len()).any(|window| window == name);
    assert!(has(b"code") && !has(b"reconstruction"));
}

#[test]
fn variational_models_encode_and_generate() {
    let x = some_rows();
    let shape = options().code(Code::Gaussian).variance(Variance::Separate);
    let model = Model::new(&shape).unwrap();
    let codes = model.vae_encode(&x).unwrap();
    assert_eq!(codes.mu, model.encode(&x).unwrap());
    assert_eq!(codes.log_var.len(), ROWS * 2);
    let ten = model.vae_sample(10, 5).unwrap();
    let mut three = vec![0.0; 3 * WIDTH];
    model.vae_sample_into(&mut three, 5, 4, false).unwrap();
    for (a, b) in three.iter().zip(&ten[4 * WIDTH..]) {
        assert!(near((*a).into(), (*b).into(), 1e-5));
    }
    model.vae_sample_into(&mut three, 5, 4, true).unwrap();
    assert!(three.iter().all(|&number| number == 0.0 || number == 1.0)); // Bernoulli
    let how = model.vae_evaluate(&dataset(&x), 4, 1).unwrap();
    assert_eq!((how.rows, how.unit_kl.len()), (ROWS as u64, 2));
    assert!(near(how.negative_elbo, how.reconstruction + how.kl, 1e-6 * how.negative_elbo));
    assert!(near(how.unit_kl.iter().sum(), how.kl, 1e-6 * how.negative_elbo));
    assert_eq!(status(crate::model().vae_encode(&x)), Some(Status::Unsupported));

    let usage = model.code_usage(&dataset(&x)).unwrap();
    assert_eq!((usage.rows, usage.dead_units, usage.mean.len(), usage.active), (ROWS as u64, 0, 2, vec![1.0; 2]));

    let path = code_path(&[1.0, 0.0], &[0.0, 1.0], Path::Spherical, 3).unwrap();
    assert!(near(path[2].into(), 0.5_f64.sqrt(), 1e-6) && path[..2] == [1.0, 0.0] && path[4..] == [0.0, 1.0]);
    assert_eq!(status(code_path(&[1.0], &[1.0, 2.0], Path::Linear, 3)), Some(Status::Shape));
    assert_eq!(status(code_path(&[1.0], &[2.0], Path::Linear, 1)), Some(Status::InvalidArgument));
    assert_eq!(code_grid(1).unwrap(), [0.0, 0.0]);
}

#[test]
fn components_and_atoms_are_models() {
    let x = some_rows();
    let options = PcaOptions::new().solver(PcaSolver::Exact).scaling(Scaling::Standard);
    let pca = pca_fit(&dataset(&x), WIDTH, &options).unwrap();
    assert!(near(pca.variances.iter().sum(), pca.total, 1e-6 * pca.total));
    assert!(pca.variances.windows(2).all(|pair| pair[0] >= pair[1]));
    for (a, b) in pca.model.reconstruct(&x).unwrap().iter().zip(&x) {
        assert!(near((*a).into(), (*b).into(), 1e-4));
    }
    assert_eq!(status(pca_fit(&dataset(&x), WIDTH + 1, &options)), Some(Status::InvalidArgument));

    let stop = Cancel::new().unwrap();
    stop.request();
    assert!(stop.clone().requested());
    assert_eq!(status(pca_fit(&dataset(&x), 2, &options.cancel(&stop))), Some(Status::Cancelled));
    stop.reset();
    assert!(!stop.requested());

    let options = DictionaryOptions::new().lambda(0.2).method(DictionaryMethod::Online).iterations(3);
    let dictionary = dictionary_fit(&dataset(&x), 4, &options).unwrap();
    assert_eq!((dictionary.model.code(), dictionary.model.lasso()), (Some(Code::Lasso), 0.2));
    assert!(dictionary.objective > 0.0);
    let atoms = dictionary.model.tensor("encoder.0.weight").unwrap();
    let start = DictionaryOptions::new().iterations(0).initial_atoms(atoms.clone());
    let same = dictionary_fit(&dataset(&x), 4, &start).unwrap();
    for (a, b) in same.model.tensor("encoder.0.weight").unwrap().iter().zip(&atoms) {
        assert!(near((*a).into(), (*b).into(), 1e-6));
    }
    assert_eq!(status(dictionary_fit(&dataset(&x), 5, &start)), Some(Status::Shape));
    let stopped = dictionary_fit(&dataset(&x), 4, &{
        stop.request();
        start.cancel(&stop)
    });
    assert!(matches!(status(stopped), None | Some(Status::Cancelled))); // there is little to stop
}

#[test]
fn gaussians_are_pushed_through_layers() {
    let a = [[1.0, 0.5], [-0.5, 2.0]];
    let map = GaussianMap::new(&a[..], &[0.1, -0.2], Activation::Tanh, 0.0).unwrap();
    assert_eq!((map.dim(), map.latent_dim()), (2, 2));
    let (mean, covariance) = map.hidden_moments().unwrap();
    assert!(near(mean[1], -0.2, 1e-7) && near(covariance[0], 1.25, 1e-7) && near(covariance[1], 0.5, 1e-7));
    let x = map.sample(5, 7).unwrap();
    let mut two = [0.0; 4];
    map.sample_into(&mut two, 7, 3).unwrap();
    assert_eq!(two, x[6..]);
    assert!(map.log_density(&x).unwrap().iter().all(|log_p| log_p.is_finite()));
    assert_eq!(map.log_density(&[2.0, 0.0]).unwrap(), [f64::NEG_INFINITY]);
    assert_eq!(status(map.moments()), Some(Status::Unsupported));
    assert_eq!(status(map.log_density(&[0.0; 3])), Some(Status::Shape));
    assert_eq!(status(GaussianMap::new(&a[..], &[0.0], Activation::Tanh, 0.0)), Some(Status::Shape));

    let runtime = Runtime::new(RuntimeOptions::new()).unwrap();
    let rectified = GaussianMap::new_on(&runtime, &a[..], &[], Activation::Relu, 0.0).unwrap();
    let (mean, variance) = rectified.moments().unwrap();
    let deviation = 1.25_f64.sqrt();
    assert!(near(mean[0], deviation / (2.0 * std::f64::consts::PI).sqrt(), 1e-7) && variance[0] > 0.0);
    assert_eq!(rectified.zero_mass().unwrap(), [0.5, 0.5]);
    let atom = rectified.joint_zero_mass().unwrap();
    assert!(near(rectified.mixed_log_density(&[0.0, 0.0]).unwrap()[0], atom.ln(), 1e-9));
}
