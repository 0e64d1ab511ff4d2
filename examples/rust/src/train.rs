// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 the libautoencoder authors
//! Training: one call, or step by step in the host's own loop; and evaluation.

use crate::dataset::Dataset;
use crate::error::{check, guarded, Result};
use crate::ffi;
use crate::handle::{constants, report, setters, Handle, Options};
use crate::model::{Model, Scaling};
use crate::rows::{Rows, RowsMut};
use crate::runtime::{cancel_of, Cancel};
use std::ffi::c_void;
use std::mem::size_of;
use std::ops::ControlFlow;
use std::ptr;

constants! {
    /// Optimizers.
    Optimizer {
        /// Stochastic gradient descent, with momentum where it is not 0.
        Sgd = AE_SGD,
        /// RMSProp.
        RmsProp = AE_RMSPROP,
        /// Adam with bias correction.
        Adam = AE_ADAM,
        /// Adam with decoupled weight decay.
        AdamW = AE_ADAMW,
    }
}

constants! {
    /// How the learning rate moves.
    Schedule {
        /// Not at all.
        Constant = AE_SCHEDULE_CONSTANT,
        /// Times `schedule_factor` every `schedule_epochs`.
        Step = AE_SCHEDULE_STEP,
        /// To `min_learning_rate` by half a cosine.
        Cosine = AE_SCHEDULE_COSINE,
    }
}

/// What is done to the inputs of training, while the loss is taken against the clean ones: a denoising autoencoder.
#[derive(Clone, Copy)]
pub struct Corruption {
    c: Options<ffi::ae_corruption>,
}

setters! { Corruption {
    /// Is the result held within [0, 1]? Default false.
    clip: bool,
    /// What a masked feature becomes; default 0.
    value: f64,
    /// Weight of corrupted features in the loss; default 1.
    emphasis_corrupted: f64,
    /// Weight of the others; default 1.
    emphasis_clean: f64,
} }

impl Corruption {
    fn new(kind: ffi::ae_corruption_kind) -> Corruption {
        let mut c = unsafe { Options::new(ffi::ae_corruption_init) };
        c.0.kind = kind;
        Corruption { c }
    }

    /// x + deviation * N(0, 1)
    pub fn gaussian(deviation: f64) -> Corruption {
        let mut gaussian = Corruption::new(ffi::AE_CORRUPTION_GAUSSIAN);
        gaussian.c.0.deviation = deviation;
        gaussian
    }

    /// With probability `rate` a feature becomes 0, or [`Corruption::value`].
    pub fn mask(rate: f64) -> Corruption {
        let mut mask = Corruption::new(ffi::AE_CORRUPTION_MASK);
        mask.c.0.rate = rate;
        mask
    }

    /// With probability `rate` a feature becomes 0 or 1.
    pub fn salt_pepper(rate: f64) -> Corruption {
        let mut salt_pepper = Corruption::new(ffi::AE_CORRUPTION_SALT_PEPPER);
        salt_pepper.c.0.rate = rate;
        salt_pepper
    }

    /// Corrupts rows as training does in this epoch. How wide `x` is must be known: [`Rows::new`].
    pub fn corrupt<'a, 'b>(
        &self,
        seed: u64,
        epoch: u64,
        x: impl Into<Rows<'a>>,
        out: impl Into<RowsMut<'b>>,
    ) -> Result<()> {
        let x = x.into().of_own_width("x")?;
        let out = out.into().of_shape(x.rows, x.columns, "out")?;
        check(unsafe {
            ffi::ae_corrupt(&self.c.0, seed, epoch, x.data, x.rows, x.columns, x.stride, out.data, out.stride)
        })
    }
}

/// Options of [`Model::fit`] and [`Trainer::new`].
#[derive(Clone)]
pub struct TrainOptions {
    c: Options<ffi::ae_train_options>,
    corruption: Option<Corruption>,
    cancel: Option<Cancel>,
}

setters! { TrainOptions {
    /// Of shuffling, dropout and the validation split; default 0.
    seed: u64,
    /// Passes over the data; default 20.
    epochs: u64,
    /// Samples of a step; default 128.
    batch_size: usize,
    /// Default [`Optimizer::Adam`].
    optimizer: Optimizer,
    /// Default [`Schedule::Constant`].
    schedule: Schedule,
    /// Default 1e-3.
    learning_rate: f64,
    /// Of SGD and RMSProp; default 0.
    momentum: f64,
    /// Of RMSProp; default 0.99.
    rho: f64,
    /// Of Adam; default 0.9.
    beta1: f64,
    /// Of Adam; default 0.999.
    beta2: f64,
    /// Of RMSProp and Adam; default 1e-8.
    epsilon: f64,
    /// L2 penalty of the weights; default 0.
    weight_decay: f64,
    /// L1 penalty of the weights; default 0.
    l1_decay: f64,
    /// Each entry of the gradient is held within this; 0, the default: off.
    clip_value: f64,
    /// The gradient is scaled down to this norm; 0, the default: off.
    clip_norm: f64,
    /// Where [`Schedule::Cosine`] ends; default 0.
    min_learning_rate: f64,
    /// Of [`Schedule::Step`]; default 0.1.
    schedule_factor: f64,
    /// Of [`Schedule::Step`]; default 10.
    schedule_epochs: u64,
    /// The rate climbs linearly over these; default 0.
    warmup_epochs: f64,
    /// What the schedules take for an epoch where there are only steps; 0, the default: no schedule.
    steps_per_epoch: u64,
    /// Part of the rows that [`Model::fit`] holds out where it is given none to validate on; default 0.
    validation_fraction: f64,
    /// Stop after so many epochs without a better validation loss, with the best epoch's weights; 0, the default: off.
    patience: u64,
    /// How much lower counts as better; default 0.
    min_delta: f64,
    /// Of SGD; default false.
    nesterov: bool,
    /// A new order of the rows each epoch? Default true.
    shuffle: bool,
    /// Penalty of the codes' absolute values; default 0.
    code_l1: f64,
    /// Penalty of units whose mean activation is not `sparsity_target`; default 0.
    sparsity_weight: f64,
    /// Default 0.05.
    sparsity_target: f64,
    /// Penalty of the encoder's Jacobian, squared; default 0.
    contraction: f64,
    /// Revives units that [`Code::Topk`](crate::Code::Topk) uses too rarely; default 3.
    topk_boost: f64,
    /// beta of a variational model; default 1.
    kl_weight: f64,
    /// The weight climbs over these; default 0.
    kl_warmup_epochs: f64,
    /// How often it climbs; 0, the default: once.
    kl_cycles: u64,
    /// The KL of a code unit counts only above so many nats; default 0.
    free_bits: f64,
    /// Samples of z for each x; default 1.
    samples: u64,
    /// Are the rows of the encoder's last weight kept orthonormal? Default false.
    orthonormal: bool,
    /// A model without a scaling gets this one, fitted to the training rows; default [`Scaling::None`].
    scaling: Scaling,
} }

impl TrainOptions {
    /// The defaults.
    pub fn new() -> TrainOptions {
        let c = unsafe { Options::new(ffi::ae_train_options_init) };
        TrainOptions { c, corruption: None, cancel: None }
    }

    /// What is done to the inputs.
    #[must_use]
    pub fn corruption(mut self, corruption: Corruption) -> Self {
        self.corruption = Some(corruption);
        self
    }

    /// A switch that is looked at before each batch.
    #[must_use]
    pub fn cancel(mut self, cancel: &Cancel) -> Self {
        self.cancel = Some(cancel.clone());
        self
    }

    fn to_c(&self) -> ffi::ae_train_options {
        let mut c = self.c.0;
        c.corruption = self.corruption.as_ref().map_or(ptr::null(), |corruption| &corruption.c.0);
        c.cancel = cancel_of(&self.cancel);
        c
    }
}

impl Default for TrainOptions {
    fn default() -> Self {
        TrainOptions::new()
    }
}

/// What is known after an epoch. Losses are summed over features and averaged over samples.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct EpochReport {
    /// 1 for the first epoch of this training, and so on.
    pub epoch: u64,
    /// How many this training was asked for.
    pub epochs: u64,
    /// Optimizer steps of this training so far.
    pub steps: u64,
    /// Mean over the epoch's samples, each taken while the model was changing.
    pub train_loss: f64,
    /// Of the model after the epoch, if there are rows to validate on.
    pub validation_loss: Option<f64>,
    /// Of the epoch's last step.
    pub learning_rate: f64,
    /// Wall time of the epoch; 0 in a history that was loaded.
    pub seconds: f64,
    /// Epoch with the best validation loss so far.
    pub best_epoch: Option<u64>,
    /// Part of `train_loss`: the reconstruction loss.
    pub reconstruction: f64,
    /// Part of `train_loss`: the KL divergence in nats, before its weight.
    pub kl: f64,
    /// Part of `train_loss`: all penalties, with their weights.
    pub penalty: f64,
}

impl EpochReport {
    fn from_c(c: &ffi::ae_epoch_report) -> EpochReport {
        EpochReport {
            epoch: c.epoch,
            epochs: c.epochs,
            steps: c.steps,
            train_loss: c.train_loss,
            validation_loss: number(c.validation_loss),
            learning_rate: c.learning_rate,
            seconds: c.seconds,
            best_epoch: (c.best_epoch > 0).then_some(c.best_epoch),
            reconstruction: c.reconstruction,
            kl: c.kl,
            penalty: c.penalty,
        }
    }
}

/// NaN stands for a number that does not exist.
fn number(value: f64) -> Option<f64> {
    (!value.is_nan()).then_some(value)
}

/// The closure that watches a training, and the model it may use.
struct Watch<'a, F> {
    on_epoch: F,
    model: &'a Model,
}

unsafe extern "C" fn call_on_epoch<F>(user: *mut c_void, report: *const ffi::ae_epoch_report) -> i32
where
    F: FnMut(&EpochReport, &Model) -> ControlFlow<()>,
{
    let watch = unsafe { &mut *user.cast::<Watch<'_, F>>() };
    let mut own = report!(ae_epoch_report);
    // The library's report may be shorter or longer than ours.
    unsafe {
        let known = (*report).struct_size.min(size_of::<ffi::ae_epoch_report>());
        ptr::copy_nonoverlapping(report.cast::<u8>(), ptr::addr_of_mut!(own).cast::<u8>(), known);
    }
    match guarded(|| (watch.on_epoch)(&EpochReport::from_c(&own), watch.model)) {
        Some(ControlFlow::Continue(())) => 0,
        Some(ControlFlow::Break(())) | None => 1,
    }
}

/// How well a model reconstructs a dataset.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Evaluation {
    /// Samples.
    pub rows: u64,
    /// The model's own loss; of a variational model the negative ELBO with one sample.
    pub loss: f64,
    /// Mean over samples of the squared error summed over features.
    pub squared_error: f64,
    /// The same of the cross-entropy in nats, where it exists.
    pub binary_cross_entropy: Option<f64>,
    /// Part of `loss`: the reconstruction loss.
    pub reconstruction: f64,
    /// Part of `loss`: the KL divergence in nats.
    pub kl: f64,
    /// Of a classifier: share of rows whose largest output is their largest target.
    pub accuracy: Option<f64>,
}

impl Evaluation {
    fn from_c(c: &ffi::ae_evaluation) -> Evaluation {
        Evaluation {
            rows: c.rows,
            loss: c.loss,
            squared_error: c.squared_error,
            binary_cross_entropy: number(c.binary_cross_entropy),
            reconstruction: c.reconstruction,
            kl: c.kl,
            accuracy: number(c.accuracy),
        }
    }
}

impl Model {
    /// Trains the model to reproduce rows. If the loss stops being finite, training ends with
    /// [`Status::Numeric`](crate::Status::Numeric) and the model is as it was after its last good epoch.
    pub fn fit(&mut self, train: &Dataset<'_>, validation: Option<&Dataset<'_>>, options: &TrainOptions) -> Result<()> {
        let c = options.to_c();
        let validation = validation.map_or(ptr::null(), Dataset::get);
        check(unsafe { ffi::ae_fit(self.get_mut(), train.get(), validation, &c) })
    }

    /// [`Model::fit`] with a closure that is called after each epoch and may use, save and evaluate the model. `Break`
    /// ends the training with [`Status::Cancelled`](crate::Status::Cancelled); a panic ends it and goes on from here.
    ///
    /// ```
    /// # use autoencoder::{Dataset, Model, ModelOptions, Rows, Status, TrainOptions};
    /// use std::ops::ControlFlow;
    /// # let rows: Vec<f32> = (0..400).map(|i| (i as f32).sin()).collect();
    /// # let dataset = Dataset::new(Rows::new(&rows, 4)?)?;
    /// # let mut model = Model::new(&ModelOptions::new(4, 2))?;
    /// let mut losses = Vec::new();
    /// let stopped = model.fit_with(&dataset, None, &TrainOptions::new(), |report, _model| {
    ///     losses.push(report.train_loss);
    ///     if losses.len() < 3 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    /// });
    /// assert_eq!(stopped.unwrap_err().status, Status::Cancelled);
    /// assert_eq!(losses.len(), 3);
    /// # Ok::<(), autoencoder::Error>(())
    /// ```
    pub fn fit_with<F>(
        &mut self,
        train: &Dataset<'_>,
        validation: Option<&Dataset<'_>>,
        options: &TrainOptions,
        on_epoch: F,
    ) -> Result<()>
    where
        F: FnMut(&EpochReport, &Model) -> ControlFlow<()>,
    {
        let model = self.get_mut();
        let validation = validation.map_or(ptr::null(), Dataset::get);
        self.watched(options, on_epoch, |c| unsafe { ffi::ae_fit(model, train.get(), validation, c) })
    }

    /// Trains the model to give targets other than its input: a classifier, or any regression. Validation rows come
    /// with their targets.
    pub fn fit_targets(
        &mut self,
        train: &Dataset<'_>,
        targets: &Dataset<'_>,
        validation: Option<(&Dataset<'_>, &Dataset<'_>)>,
        options: &TrainOptions,
    ) -> Result<()> {
        self.fit_targets_with(train, targets, validation, options, |_, _| ControlFlow::Continue(()))
    }

    /// [`Model::fit_targets`] with a closure, see [`Model::fit_with`].
    pub fn fit_targets_with<F>(
        &mut self,
        train: &Dataset<'_>,
        targets: &Dataset<'_>,
        validation: Option<(&Dataset<'_>, &Dataset<'_>)>,
        options: &TrainOptions,
        on_epoch: F,
    ) -> Result<()>
    where
        F: FnMut(&EpochReport, &Model) -> ControlFlow<()>,
    {
        let model = self.get_mut();
        let (x, y) = validation.map_or((ptr::null(), ptr::null()), |(x, y)| (x.get(), y.get()));
        self.watched(options, on_epoch, |c| unsafe { ffi::ae_fit_targets(model, train.get(), targets.get(), x, y, c) })
    }

    /// Trains with a closure for the epochs. The model is borrowed for it alone: it sees the model, nobody changes it.
    fn watched<F>(
        &mut self,
        options: &TrainOptions,
        on_epoch: F,
        fit: impl FnOnce(*const ffi::ae_train_options) -> ffi::ae_status,
    ) -> Result<()>
    where
        F: FnMut(&EpochReport, &Model) -> ControlFlow<()>,
    {
        let mut watch = Watch { on_epoch, model: self };
        let mut c = options.to_c();
        c.callback = Some(call_on_epoch::<F>);
        c.callback_user = ptr::addr_of_mut!(watch).cast();
        check(fit(&c))
    }

    /// The epochs that the model was trained for; they are saved and loaded with it.
    pub fn history(&self) -> Result<Vec<EpochReport>> {
        (0..unsafe { ffi::ae_model_history_length(self.get()) })
            .map(|i| {
                let mut report = report!(ae_epoch_report);
                check(unsafe { ffi::ae_model_history(self.get(), i, &mut report) })?;
                Ok(EpochReport::from_c(&report))
            })
            .collect()
    }

    /// Evaluates the model, without dropout and with running statistics.
    pub fn evaluate(&self, dataset: &Dataset<'_>) -> Result<Evaluation> {
        let mut evaluation = report!(ae_evaluation);
        check(unsafe { ffi::ae_evaluate(self.get(), dataset.get(), &mut evaluation) })?;
        Ok(Evaluation::from_c(&evaluation))
    }

    /// [`Model::evaluate`] against targets.
    pub fn evaluate_targets(&self, dataset: &Dataset<'_>, targets: &Dataset<'_>) -> Result<Evaluation> {
        let mut evaluation = report!(ae_evaluation);
        check(unsafe { ffi::ae_evaluate_targets(self.get(), dataset.get(), targets.get(), &mut evaluation) })?;
        Ok(Evaluation::from_c(&evaluation))
    }
}

/// A training under way, for a host that owns the loop. It has the model to itself, which can be seen between its
/// steps. One thread at a time: it can be sent to another, not shared.
///
/// ```
/// use autoencoder::{Model, ModelOptions, TrainOptions, Trainer};
/// let batch: Vec<f32> = (0..400).map(|i| (i as f32).sin()).collect();
/// let mut model = Model::new(&ModelOptions::new(4, 2))?;
/// let mut trainer = Trainer::new(&mut model, &TrainOptions::new())?;
/// let first = trainer.step(&batch)?;
/// while trainer.step(&batch)? > 0.9 * first {}
/// let codes = trainer.model().encode(&batch)?;
/// drop(trainer);
/// model.set_tensor("encoder.0.bias", &[0.0, 0.0])?;
/// # Ok::<(), autoencoder::Error>(())
/// ```
///
/// ```compile_fail,E0502
/// # use autoencoder::{Model, ModelOptions, TrainOptions, Trainer};
/// # let mut model = Model::new(&ModelOptions::new(4, 2))?;
/// let trainer = Trainer::new(&mut model, &TrainOptions::new())?;
/// model.encode(&[0.0; 4])?; // while there is a trainer, trainer.model() can
/// # Ok::<(), autoencoder::Error>(())
/// ```
///
/// ```compile_fail,E0277
/// fn shared<T: Sync>() {}
/// shared::<autoencoder::Trainer>();
/// ```
pub struct Trainer<'m> {
    handle: Handle<ffi::ae_trainer>,
    model: &'m mut Model,
    _cancel: Option<Cancel>, // which the trainer looks at
}

// "One thread at a time."
unsafe impl Send for Trainer<'_> {}

// Without it the borrow of the model would end with the last use of the trainer, not with the trainer.
impl Drop for Trainer<'_> {
    fn drop(&mut self) {}
}

impl<'m> Trainer<'m> {
    /// Starts a training. What belongs to [`Model::fit`] alone is not for it: patience, `validation_fraction`, and a
    /// scaling that the model does not have yet.
    pub fn new(model: &'m mut Model, options: &TrainOptions) -> Result<Trainer<'m>> {
        let c = options.to_c();
        let handle = Handle::create(None, |out| unsafe { ffi::ae_trainer_create(out, model.get_mut(), &c) })?;
        Ok(Trainer { handle, model, _cancel: options.cancel.clone() })
    }

    /// The model, as it is after the last step.
    pub fn model(&self) -> &Model {
        self.model
    }

    /// One optimizer step on one batch, which is to be reproduced. Returns its loss before the step.
    pub fn step<'a>(&mut self, x: impl Into<Rows<'a>>) -> Result<f64> {
        let x = x.into().of_width(self.model.input_dim(), "x")?;
        let (trainer, mut loss) = (self.handle.get(), 0.0);
        check(unsafe { ffi::ae_trainer_step(trainer, x.data, x.rows, x.stride, ptr::null(), 0, &mut loss) })?;
        Ok(loss)
    }

    /// One optimizer step on one batch with targets. Returns its loss before the step.
    pub fn step_targets<'a, 'b>(&mut self, x: impl Into<Rows<'a>>, target: impl Into<Rows<'b>>) -> Result<f64> {
        let x = x.into().of_width(self.model.input_dim(), "x")?;
        let target = target.into().of_shape(x.rows, self.model.output_dim(), "target")?;
        let (trainer, mut loss) = (self.handle.get(), 0.0);
        check(unsafe {
            ffi::ae_trainer_step(trainer, x.data, x.rows, x.stride, target.data, target.stride, &mut loss)
        })?;
        Ok(loss)
    }

    /// One pass over a dataset: shuffled batches, a step each.
    pub fn epoch(&mut self, dataset: &Dataset<'_>) -> Result<EpochReport> {
        let mut report = report!(ae_epoch_report);
        check(unsafe { ffi::ae_trainer_epoch(self.handle.get(), dataset.get(), &mut report) })?;
        Ok(EpochReport::from_c(&report))
    }

    /// Sets the learning rate from the next step on; the schedule goes on working on it.
    pub fn set_learning_rate(&mut self, rate: f64) -> Result<()> {
        check(unsafe { ffi::ae_trainer_set_learning_rate(self.handle.get(), rate) })
    }

    /// Optimizer steps done.
    pub fn steps(&self) -> u64 {
        unsafe { ffi::ae_trainer_steps(self.handle.get()) }
    }

    /// Bytes that the training holds beside the model.
    pub fn memory(&self) -> usize {
        unsafe { ffi::ae_trainer_memory(self.handle.get()) }
    }
}
