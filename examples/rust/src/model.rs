// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 the libautoencoder authors
//! Models, from flat options or layer by layer: what they are made of, their tensors and their scaling.

use crate::dataset::Dataset;
use crate::error::{c_string, check, room, Result};
use crate::ffi;
use crate::handle::{constants, setters, FromC, Handle, Options, ToC};
use crate::rows::has_length;
use crate::runtime::{lifeline_of, runtime_of, Runtime};
use std::ffi::CStr;
use std::ptr;

constants! {
    /// Activation functions f(z). The parameter a is the layer's `activation_parameter`.
    Activation {
        /// z
        Identity = AE_IDENTITY,
        /// max(z, 0)
        Relu = AE_RELU,
        /// z if z > 0, else a z
        LeakyRelu = AE_LEAKY_RELU,
        /// z if z > 0, else a (exp(z) - 1)
        Elu = AE_ELU,
        /// z Phi(z), Phi the normal distribution function
        Gelu = AE_GELU,
        /// The usual approximation of GELU by tanh.
        GeluTanh = AE_GELU_TANH,
        /// z sigmoid(z)
        Silu = AE_SILU,
        /// log(1 + exp(z))
        Softplus = AE_SOFTPLUS,
        /// tanh(z)
        Tanh = AE_TANH,
        /// 1 / (1 + exp(-z))
        Sigmoid = AE_SIGMOID,
    }
}

constants! {
    /// Reconstruction losses, summed over features, averaged over samples.
    Loss {
        /// (x_hat - x)^2
        SquaredError = AE_SQUARED_ERROR,
        /// In nats; needs data in [0, 1] and a sigmoid as the output's activation.
        BinaryCrossEntropy = AE_BINARY_CROSS_ENTROPY,
        /// -log N(x; x_hat, gamma^2), see [`Noise`].
        GaussianLikelihood = AE_GAUSSIAN_LIKELIHOOD,
        /// A classifier, see [`Model::fit_targets`].
        SoftmaxCrossEntropy = AE_SOFTMAX_CROSS_ENTROPY,
    }
}

constants! {
    /// The gamma of [`Loss::GaussianLikelihood`].
    Noise {
        /// `noise_deviation`, for ever.
        Fixed = AE_NOISE_FIXED,
        /// One, trained.
        Learned = AE_NOISE_LEARNED,
        /// One a feature, trained.
        PerFeature = AE_NOISE_PER_FEATURE,
        /// The best for the batch, in closed form.
        Optimal = AE_NOISE_OPTIMAL,
    }
}

constants! {
    /// What a code is.
    Code {
        /// encoder(x)
        Plain = AE_CODE_PLAIN,
        /// The k largest entries of encoder(x), the others zero.
        Topk = AE_CODE_TOPK,
        /// Variational: a distribution, of which [`Model::encode`] gives the mean.
        Gaussian = AE_CODE_GAUSSIAN,
        /// Sparse coding, of [`dictionary_fit`](crate::dictionary_fit).
        Lasso = AE_CODE_LASSO,
    }
}

constants! {
    /// How a variational encoder gives its variance.
    Variance {
        /// Mean and log variance are the two halves of the encoder's last layer.
        Shared = AE_VARIANCE_SHARED,
        /// By a second net of the same shape.
        Separate = AE_VARIANCE_SEPARATE,
        /// It is 1.
        One = AE_VARIANCE_ONE,
    }
}

constants! {
    /// How weights start.
    Init {
        /// He normal before the ReLU family, else Glorot uniform.
        Auto = AE_INIT_AUTO,
        /// Uniform in +-sqrt(6 / (fan_in + fan_out)).
        GlorotUniform = AE_INIT_GLOROT_UNIFORM,
        /// Normal, variance 2 / (fan_in + fan_out).
        GlorotNormal = AE_INIT_GLOROT_NORMAL,
        /// Uniform in +-sqrt(6 / fan_in).
        HeUniform = AE_INIT_HE_UNIFORM,
        /// Normal, variance 2 / fan_in.
        HeNormal = AE_INIT_HE_NORMAL,
        /// Uniform in +-1/sqrt(fan_in), biases too.
        Torch = AE_INIT_TORCH,
        /// Uniform in +-init_scale.
        Uniform = AE_INIT_UNIFORM,
        /// Normal, standard deviation init_scale.
        Normal = AE_INIT_NORMAL,
    }
}

constants! {
    /// How features are scaled inside a model: x' = (x - offset) / scale.
    Scaling {
        /// Data as it is.
        None = AE_SCALING_NONE,
        /// To [0, 1].
        MinMax = AE_SCALING_MINMAX,
        /// By mean and standard deviation.
        Standard = AE_SCALING_STANDARD,
        /// By median and difference of the quartiles.
        Robust = AE_SCALING_ROBUST,
        /// By numbers of the caller's, see [`Model::set_scaling`].
        Given = AE_SCALING_GIVEN,
    }
}

/// Options of [`Model::new`] and [`Model::from_layers`], which ignores what describes layers.
#[derive(Clone)]
pub struct ModelOptions {
    c: Options<ffi::ae_model_options>,
    runtime: Option<Runtime>,
    hidden: Vec<usize>,
}

setters! { ModelOptions {
    /// Of the initial weights; default 0.
    seed: u64,
    /// Default [`Activation::Relu`].
    hidden_activation: Activation,
    /// Of the code; default [`Activation::Identity`].
    latent_activation: Activation,
    /// Of the reconstruction; default [`Activation::Identity`].
    output_activation: Activation,
    /// Default [`Loss::SquaredError`].
    loss: Loss,
    /// Default [`Init::Auto`].
    init: Init,
    /// Do dense layers have one? Default true.
    bias: bool,
    /// Are the decoder's weights the encoder's, transposed? Default false.
    tied: bool,
    /// Batch normalisation before each hidden activation; default false.
    batch_norm: bool,
    /// a of leaky ReLU and ELU, for every layer; 0: the activation's default.
    activation_parameter: f64,
    /// Of [`Init::Uniform`] and [`Init::Normal`]; default 0.05.
    init_scale: f64,
    /// Rate of dropout after each hidden activation; default 0.
    dropout: f64,
    /// Width of what the decoder gives; default: as wide as the input. Another width needs targets.
    output_dim: usize,
    /// Default [`Code::Plain`].
    code: Code,
    /// Of [`Code::Gaussian`]; default [`Variance::Shared`].
    variance: Variance,
    /// Of [`Loss::GaussianLikelihood`]; default [`Noise::Fixed`].
    noise: Noise,
    /// gamma of [`Loss::GaussianLikelihood`], or its start; default 1.
    noise_deviation: f64,
    /// k of [`Code::Topk`].
    topk: usize,
} }

impl ModelOptions {
    /// A model of rows of `input_dim` features with codes of `latent_dim` numbers.
    pub fn new(input_dim: usize, latent_dim: usize) -> ModelOptions {
        let mut c = unsafe { Options::new(ffi::ae_model_options_init) };
        c.0.input_dim = input_dim;
        c.0.latent_dim = latent_dim;
        ModelOptions { c, runtime: None, hidden: Vec::new() }
    }

    /// Widths of the encoder's hidden layers, from input to code; the decoder mirrors them. Default: none.
    #[must_use]
    pub fn hidden(mut self, widths: &[usize]) -> Self {
        self.hidden = widths.to_vec();
        self
    }

    /// Where to work.
    #[must_use]
    pub fn runtime(mut self, runtime: &Runtime) -> Self {
        self.runtime = Some(runtime.clone());
        self
    }

    fn to_c(&self) -> ffi::ae_model_options {
        let mut c = self.c.0;
        c.runtime = runtime_of(self.runtime.as_ref());
        if !self.hidden.is_empty() {
            c.hidden_dims = self.hidden.as_ptr();
            c.hidden_count = self.hidden.len();
        }
        c
    }
}

/// Options of [`LayerList::dense_with`].
#[derive(Clone, Copy)]
pub struct DenseOptions {
    c: Options<ffi::ae_dense_options>,
}

setters! { DenseOptions {
    /// Default true.
    bias: bool,
    /// Default [`Init::Auto`].
    init: Init,
    /// Of [`Init::Uniform`] and [`Init::Normal`]; default 0.05.
    init_scale: f64,
    /// a of leaky ReLU and ELU; 0: the activation's default.
    activation_parameter: f64,
} }

impl DenseOptions {
    /// The defaults.
    pub fn new() -> DenseOptions {
        DenseOptions { c: unsafe { Options::new(ffi::ae_dense_options_init) } }
    }

    /// In a decoder: uses the transposed weight of the dense layer at this position of the encoder's list.
    #[must_use]
    pub fn tied_to(mut self, position: i32) -> Self {
        self.c.0.tied = 1;
        self.c.0.tied_to = position;
        self
    }
}

impl Default for DenseOptions {
    fn default() -> Self {
        DenseOptions::new()
    }
}

/// Options of [`LayerList::batch_norm_with`].
#[derive(Clone, Copy)]
pub struct BatchNormOptions {
    c: Options<ffi::ae_batch_norm_options>,
}

setters! { BatchNormOptions {
    /// Weight of the newest batch in the running statistics; default 0.1.
    momentum: f64,
    /// Added to the variance; default 1e-5.
    epsilon: f64,
} }

impl BatchNormOptions {
    /// The defaults.
    pub fn new() -> BatchNormOptions {
        BatchNormOptions { c: unsafe { Options::new(ffi::ae_batch_norm_options_init) } }
    }
}

impl Default for BatchNormOptions {
    fn default() -> Self {
        BatchNormOptions::new()
    }
}

/// Layers from input to output. One thread at a time: it can be sent to another, not shared.
///
/// ```
/// use autoencoder::{Activation, LayerList, Model, ModelOptions};
/// let (mut encoder, mut decoder) = (LayerList::new()?, LayerList::new()?);
/// encoder.dense(32, Activation::Relu)?.dropout(0.1)?.dense(8, Activation::Identity)?;
/// decoder.dense(64, Activation::Sigmoid)?;
/// let model = Model::from_layers(&encoder, &decoder, &ModelOptions::new(64, 8))?;
/// assert_eq!(model.tensor_shape("encoder.2.weight")?, (8, 32));
/// # Ok::<(), autoencoder::Error>(())
/// ```
///
/// ```compile_fail,E0277
/// fn shared<T: Sync>() {}
/// shared::<autoencoder::LayerList>();
/// ```
pub struct LayerList {
    handle: Handle<ffi::ae_layer_list>,
}

// "One thread at a time", and any thread may free it.
unsafe impl Send for LayerList {}

impl LayerList {
    /// An empty list.
    pub fn new() -> Result<LayerList> {
        LayerList::create(None)
    }

    /// An empty list with the memory of this runtime.
    pub fn new_on(runtime: &Runtime) -> Result<LayerList> {
        LayerList::create(Some(runtime))
    }

    fn create(runtime: Option<&Runtime>) -> Result<LayerList> {
        let handle =
            Handle::create(lifeline_of(runtime), |out| unsafe { ffi::ae_layer_list_create(out, runtime_of(runtime)) })?;
        Ok(LayerList { handle })
    }

    /// Adds a dense layer y = f(x W^T + b).
    pub fn dense(&mut self, units: usize, activation: Activation) -> Result<&mut LayerList> {
        self.dense_with(units, activation, &DenseOptions::new())
    }

    /// Adds a dense layer with options.
    pub fn dense_with(
        &mut self,
        units: usize,
        activation: Activation,
        options: &DenseOptions,
    ) -> Result<&mut LayerList> {
        let list = self.handle.get();
        self.added(unsafe { ffi::ae_layer_list_add_dense(list, units, activation.to_c(), &options.c.0) })
    }

    /// Adds an activation, such as the one after batch normalisation. The parameter a is that of leaky ReLU and ELU; 0:
    /// the activation's default.
    pub fn activation(&mut self, activation: Activation, parameter: f64) -> Result<&mut LayerList> {
        let list = self.handle.get();
        self.added(unsafe { ffi::ae_layer_list_add_activation(list, activation.to_c(), parameter) })
    }

    /// Adds dropout.
    pub fn dropout(&mut self, rate: f64) -> Result<&mut LayerList> {
        let list = self.handle.get();
        self.added(unsafe { ffi::ae_layer_list_add_dropout(list, rate) })
    }

    /// Adds batch normalisation.
    pub fn batch_norm(&mut self) -> Result<&mut LayerList> {
        self.batch_norm_with(&BatchNormOptions::new())
    }

    /// Adds batch normalisation with options.
    pub fn batch_norm_with(&mut self, options: &BatchNormOptions) -> Result<&mut LayerList> {
        let list = self.handle.get();
        self.added(unsafe { ffi::ae_layer_list_add_batch_norm(list, &options.c.0) })
    }

    fn added(&mut self, status: ffi::ae_status) -> Result<&mut LayerList> {
        check(status)?;
        Ok(self)
    }
}

/// An autoencoder and its parameters: x -> code -> x_hat.
///
/// Methods that take `&self` may run in any number of threads at once, and give the same bytes.
///
/// ```
/// use autoencoder::{Dataset, Model, ModelOptions, Rows, TrainOptions};
/// let rows: Vec<f32> = (0..400).map(|i| (i as f32).sin()).collect();
/// let mut model = Model::new(&ModelOptions::new(4, 2).hidden(&[16]))?;
/// model.fit(&Dataset::new(Rows::new(&rows, 4)?)?, None, &TrainOptions::new())?;
/// let codes = model.encode(&rows)?;
/// assert_eq!(codes.len(), 100 * 2);
/// # Ok::<(), autoencoder::Error>(())
/// ```
pub struct Model {
    handle: Handle<ffi::ae_model>,
}

// "Functions that take a const ae_model * may run in parallel from any number of threads"; others take &mut self here.
unsafe impl Send for Model {}
unsafe impl Sync for Model {}

impl Model {
    /// A model input -> hidden... -> code -> ...hidden -> reconstruction, with its initial weights.
    pub fn new(options: &ModelOptions) -> Result<Model> {
        let c = options.to_c();
        Model::create(options.runtime.as_ref(), |out| unsafe { ffi::ae_model_create(out, &c) })
    }

    /// A model of two lists of layers, which are copied. The code's width in `options` may be 0.
    pub fn from_layers(encoder: &LayerList, decoder: &LayerList, options: &ModelOptions) -> Result<Model> {
        let c = options.to_c();
        Model::create(options.runtime.as_ref(), |out| unsafe {
            ffi::ae_model_create_from_layers(out, encoder.handle.get(), decoder.handle.get(), &c)
        })
    }

    pub(crate) fn create(
        runtime: Option<&Runtime>,
        create: impl FnOnce(*mut *mut ffi::ae_model) -> ffi::ae_status,
    ) -> Result<Model> {
        Ok(Model { handle: Handle::create(lifeline_of(runtime), create)? })
    }

    pub(crate) fn get(&self) -> *const ffi::ae_model {
        self.handle.get()
    }

    pub(crate) fn get_mut(&mut self) -> *mut ffi::ae_model {
        self.handle.get()
    }

    /// Features of a sample.
    pub fn input_dim(&self) -> usize {
        unsafe { ffi::ae_model_input_dim(self.get()) }
    }

    /// Width of what the decoder gives.
    pub fn output_dim(&self) -> usize {
        unsafe { ffi::ae_model_output_dim(self.get()) }
    }

    /// Width of the code.
    pub fn latent_dim(&self) -> usize {
        unsafe { ffi::ae_model_latent_dim(self.get()) }
    }

    /// What the code is; `None` where this crate is too old to know.
    pub fn code(&self) -> Option<Code> {
        Code::from_c(unsafe { ffi::ae_model_code(self.get()) })
    }

    /// The loss that the model was made for; `None` where this crate is too old to know.
    pub fn loss(&self) -> Option<Loss> {
        Loss::from_c(unsafe { ffi::ae_model_loss(self.get()) })
    }

    /// The lambda of sparse codes; 0 of other models.
    pub fn lasso(&self) -> f64 {
        unsafe { ffi::ae_model_lasso(self.get()) }
    }

    // ---- parameters ----

    /// Number of trained numbers.
    pub fn parameter_count(&self) -> usize {
        unsafe { ffi::ae_model_parameter_count(self.get()) }
    }

    /// Names of the tensors: "encoder.0.weight", "encoder.0.bias", ...
    pub fn tensor_names(&self) -> Vec<&str> {
        (0..unsafe { ffi::ae_model_tensor_count(self.get()) })
            .filter_map(|i| {
                let name = unsafe { ffi::ae_model_tensor_name(self.get(), i) };
                (!name.is_null()).then(|| unsafe { CStr::from_ptr(name) })?.to_str().ok()
            })
            .collect()
    }

    /// Rows and columns of a tensor.
    pub fn tensor_shape(&self, name: &str) -> Result<(usize, usize)> {
        let (name, mut rows, mut columns) = (c_string(name)?, 0, 0);
        check(unsafe { ffi::ae_model_tensor_shape(self.get(), name.as_ptr(), &mut rows, &mut columns) })?;
        Ok((rows, columns))
    }

    /// Copies a tensor out, row-major.
    pub fn tensor(&self, name: &str) -> Result<Vec<f32>> {
        let (rows, columns) = self.tensor_shape(name)?;
        let mut values = room(rows, columns)?;
        self.tensor_into(name, &mut values)?;
        Ok(values)
    }

    /// Copies a tensor out, row-major, into a slice of its size.
    pub fn tensor_into(&self, name: &str, values: &mut [f32]) -> Result<()> {
        let name = c_string(name)?;
        check(unsafe { ffi::ae_model_get_tensor(self.get(), name.as_ptr(), values.as_mut_ptr(), values.len()) })
    }

    /// Copies values into a tensor.
    pub fn set_tensor(&mut self, name: &str, values: &[f32]) -> Result<()> {
        let name = c_string(name)?;
        check(unsafe { ffi::ae_model_set_tensor(self.get_mut(), name.as_ptr(), values.as_ptr(), values.len()) })
    }

    /// Copies the encoder and the scaling of another model, whose encoder has the same layers.
    pub fn copy_encoder(&mut self, from: &Model) -> Result<()> {
        check(unsafe { ffi::ae_model_copy_encoder(self.get_mut(), from.get()) })
    }

    // ---- scaling ----

    /// What the scaling is; `None` where this crate is too old to know.
    pub fn scaling(&self) -> Option<Scaling> {
        Scaling::from_c(unsafe { ffi::ae_model_scaling(self.get()) })
    }

    /// Fits the scaling to rows, before the training.
    pub fn fit_scaling(&mut self, dataset: &Dataset<'_>, kind: Scaling) -> Result<()> {
        check(unsafe { ffi::ae_model_fit_scaling(self.get_mut(), dataset.get(), kind.to_c()) })
    }

    /// Sets the scaling to known numbers, one of each for every feature.
    pub fn set_scaling(&mut self, offset: &[f32], scale: &[f32]) -> Result<()> {
        has_length(scale.len(), offset.len(), "scale")?;
        check(unsafe { ffi::ae_model_set_scaling(self.get_mut(), offset.as_ptr(), scale.as_ptr(), offset.len()) })
    }

    /// Takes the scaling away.
    pub fn remove_scaling(&mut self) -> Result<()> {
        check(unsafe { ffi::ae_model_set_scaling(self.get_mut(), ptr::null(), ptr::null(), 0) })
    }

    /// Offsets and scales of the features.
    pub fn scaling_numbers(&self) -> Result<(Vec<f32>, Vec<f32>)> {
        let width = self.input_dim();
        let (mut offset, mut scale): (Vec<f32>, Vec<f32>) = (room(1, width)?, room(1, width)?);
        check(unsafe { ffi::ae_model_get_scaling(self.get(), offset.as_mut_ptr(), scale.as_mut_ptr(), width) })?;
        Ok((offset, scale))
    }
}
