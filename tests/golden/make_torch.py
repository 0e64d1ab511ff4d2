#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""Makes tests/golden/torch/*.golden: ten steps of training by PyTorch in double precision, for test_torch.c.

    make_torch.py FOLDER

Needs python3-torch and python3-numpy. Initial parameters and data are numbers that float holds exactly. A file tells
the whole case, so that the test needs no table of its own. It is a row of tensors, each a line

    <name> <rows> <columns>\\n

and rows * columns numbers, row-major, IEEE 754 binary64, little-endian:

    model           input_dim, loss
    design          what the model is beside its layers: the fields named in DESIGN; only where it is not the default
    objective       what training adds to the loss: the fields named in OBJECTIVE; likewise
    corruption      of the inputs: the fields named in CORRUPTION; likewise
    encoder         a row for each layer: kind, units, activation, its parameter, has a bias, 1 + position of the
    decoder         encoder layer it is tied to or 0, momentum and epsilon of batch normalisation; numbers as in headers
    training        the fields named in OPTIONS
    batches         rows of each step's batch
    x, target       the rows of all batches, before corruption; target only where it is not x
    initial.<name>  parameters
    gradient.<name> of the first step, before clipping and decay; left out where it is 0 but for rounding
    final.<name>    parameters after the last step, running statistics too
    losses          of each step, before it
    code            of the first rows of x by the final model in evaluation mode; of a variational model the mean
    reconstruction  likewise; of a classifier the logits

Random numbers of training (epsilon of a variational model, corruption) are those of lib/base/rng.h, made once more.
"""
import os
import sys

import numpy
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

STEPS = 10
SHOWN = 3   # rows of code and reconstruction
OPTIONS = ['optimizer', 'learning_rate', 'momentum', 'rho', 'beta1', 'beta2', 'epsilon', 'weight_decay', 'l1_decay',
           'clip_value', 'clip_norm', 'nesterov']

DESIGN = {'code': 0, 'variance': 0, 'noise': 0, 'noise_deviation': 1.0, 'topk': 0, 'output_dim': 0}
OBJECTIVE = {'seed': 0, 'code_l1': 0.0, 'sparsity_weight': 0.0, 'sparsity_target': 0.05, 'contraction': 0.0,
             'topk_boost': 0.0, 'kl_weight': 1.0, 'free_bits': 0.0, 'samples': 1, 'orthonormal': 0}
CORRUPTION = {'kind': 0, 'clip': 0, 'deviation': 0.25, 'rate': 0.25, 'value': 0.0, 'emphasis_corrupted': 1.0,
              'emphasis_clean': 1.0}

# include/autoencoder/model.h and train.h, lib/layers/layer.h, lib/base/rng.h
DENSE, ACTIVATION, BATCH_NORM = 1, 2, 4
SQUARED_ERROR, CROSS_ENTROPY, GAUSSIAN, SOFTMAX = 1, 2, 3, 4
FIXED, LEARNED, PER_FEATURE, OPTIMAL = 0, 1, 2, 3
PLAIN, TOPK, VARIATIONAL = 0, 1, 2
SHARED, SEPARATE, ONE = 0, 1, 2
NOISE, MASK, SALT_PEPPER = 1, 2, 3
RNG_NOISE, RNG_LATENT = 5, 6
SGD, RMSPROP, ADAM, ADAMW = 1, 2, 3, 4
ACTIVATIONS = {
    'identity': (0, lambda z, a: z),
    'relu': (1, lambda z, a: F.relu(z)),
    'leaky_relu': (2, lambda z, a: F.leaky_relu(z, a or 0.01)),
    'elu': (3, lambda z, a: F.elu(z, a or 1.0)),
    'gelu': (4, lambda z, a: F.gelu(z)),
    'gelu_tanh': (5, lambda z, a: F.gelu(z, approximate='tanh')),
    'silu': (6, lambda z, a: F.silu(z)),
    'softplus': (7, lambda z, a: F.softplus(z, threshold=1e9)),
    'tanh': (8, lambda z, a: torch.tanh(z)),
    'sigmoid': (9, lambda z, a: torch.sigmoid(z)),
}


def random_words(seed, purpose, epoch, sample, count):
    """The first numbers of a stream: Philox4x32-10 (Salmon et al. 2011)."""
    words = []
    for block in range((count + 3) // 4):
        c = [block, sample & 0xffffffff, epoch, purpose | sample >> 32 << 8]
        k = [seed & 0xffffffff, seed >> 32]
        for _ in range(10):
            p0, p1 = c[0] * 0xD2511F53, c[2] * 0xCD9E8D57
            c = [p1 >> 32 ^ c[1] ^ k[0], p1 & 0xffffffff, p0 >> 32 ^ c[3] ^ k[1], p0 & 0xffffffff]
            k = [k[0] + 0x9E3779B9 & 0xffffffff, k[1] + 0xBB67AE85 & 0xffffffff]
        words += c
    return numpy.array(words, dtype=numpy.int64) >> 8


def uniforms(*stream):
    return random_words(*stream)[:stream[-1]] / 2.0 ** 24


def series(x, *coefficients):
    return numpy.polyval(numpy.array(coefficients, dtype=numpy.float32), x)


def normals(*stream):
    """Box-Muller on pairs, by the series of lib/base/rng_lanes.h and like these in float."""
    single = numpy.float32
    words = random_words(*stream)
    m, e = numpy.frexp(single(words[0::2] + 1) / single(2 ** 24))
    small = m < numpy.sqrt(single(0.5))
    m, e = numpy.where(small, 2 * m, m), numpy.where(small, e - 1, e)
    s = (m - 1) / (m + 1)
    t = s * s
    log = single(-e) * (2 * single(numpy.log(2))) - 4 * (s + s * t * series(t, 1 / 9, 1 / 7, 1 / 5, 1 / 3))
    quarter = words[1::2] + 2 ** 21 >> 22
    x = single(words[1::2] - (quarter << 22)) * (single(numpy.pi / 2) / single(2 ** 22))
    t = x * x
    c = series(t, -1 / 3628800, 1 / 40320, -1 / 720, 1 / 24, -1 / 2, 1)
    s = series(t, 1 / 362880, -1 / 5040, 1 / 120, -1 / 6) * t * x + x
    turns = [(c, s), (-s, c), (-c, -s), (s, -c)]
    pairs = [numpy.sqrt(log) * numpy.choose(quarter & 3, [turn[i] for turn in turns]) for i in range(2)]
    assert pairs[0].dtype == single
    return numpy.stack(pairs, axis=1).astype(numpy.float64).ravel()[:stream[-1]]


def corrupt(c, seed, step, x):
    """The rows of a step as training corrupts them, and the emphasis."""
    rows, weights = x.numpy().copy(), numpy.full(x.shape, c['emphasis_clean'])
    for r, row in enumerate(rows):
        stream = (seed, RNG_NOISE, step, r, len(row))
        if c['kind'] == NOISE:
            row += c['deviation'] * normals(*stream)
            hit = numpy.full(len(row), True)
        else:
            u = uniforms(*stream)
            hit = u < c['rate']
            row[hit] = c['value'] if c['kind'] == MASK else (u[hit] >= c['rate'] / 2)
        weights[r, hit] = c['emphasis_corrupted']
    if c['clip']:
        rows = rows.clip(0, 1)
    return torch.tensor(rows), torch.tensor(weights)


def keep_largest(score, k):
    return torch.zeros_like(score).scatter(1, score.topk(k, dim=1).indices, 1.0)


def dense(units, activation='identity', parameter=0.0, bias=True, tied_to=None):
    return {'kind': DENSE, 'units': units, 'activation': activation, 'parameter': parameter, 'bias': bias,
            'tied_to': tied_to}


def activation(name, parameter=0.0):
    return {'kind': ACTIVATION, 'activation': name, 'parameter': parameter}


def batch_norm(name='identity', parameter=0.0, momentum=0.1, epsilon=1e-5):
    return {'kind': BATCH_NORM, 'activation': name, 'parameter': parameter, 'momentum': momentum, 'epsilon': epsilon}


class Model:
    def __init__(self, random, input_dim, encoder, decoder, kind=SQUARED_ERROR, design=DESIGN, objective=OBJECTIVE):
        self.encoder, self.decoder = encoder, decoder
        self.kind, self.design, self.objective = kind, design, objective
        self.trained, self.buffers, self.decayed = {}, {}, []
        width = self.add_all(random, 'encoder', encoder, input_dim)
        variational = design['code'] == VARIATIONAL
        self.latent = width // 2 if variational and design['variance'] == SHARED else width
        if variational and design['variance'] == SEPARATE:
            self.add_all(random, 'variance', encoder, input_dim)
        output_dim = self.add_all(random, 'decoder', decoder, self.latent)
        assert output_dim == (design['output_dim'] or input_dim)
        if kind == GAUSSIAN:
            count = output_dim if design['noise'] == PER_FEATURE else 1
            start = numpy.full(count, 2 * numpy.log(design['noise_deviation']))
            learned = design['noise'] in (LEARNED, PER_FEATURE)
            if learned:
                start = (start + random.uniform(-0.3, 0.3, start.shape)).astype(numpy.float32).astype(numpy.float64)
            (self.trained if learned else self.buffers)['observation.log_variance'] = torch.tensor(
                start, requires_grad=learned)
        if design['code'] == TOPK:
            self.buffers['code.use'] = torch.full((self.latent,), design['topk'] / self.latent)

    def add_all(self, random, prefix, layers, width):
        for i, layer in enumerate(layers):
            width = self.add(random, '%s.%d.' % (prefix, i), layer, width)
        return width

    def add(self, random, name, layer, width):
        """Parameters of a layer whose input is `width` wide; returns the width of its output."""
        def uniform(low, high, *shape):
            values = random.uniform(low, high, shape).astype(numpy.float32).astype(numpy.float64)
            return torch.tensor(values, requires_grad=True)

        if layer['kind'] == DENSE:
            units = layer['units']
            if layer['tied_to'] is None:
                bound = (3.0 / width) ** 0.5
                self.trained[name + 'weight'] = uniform(-bound, bound, units, width)
                self.decayed.append(name + 'weight')
            if layer['bias']:
                self.trained[name + 'bias'] = uniform(-0.5, 0.5, units)
            return units
        if layer['kind'] == BATCH_NORM:
            self.trained[name + 'weight'] = uniform(0.6, 1.4, width)
            self.trained[name + 'bias'] = uniform(-0.5, 0.5, width)
            self.buffers[name + 'running_mean'] = torch.zeros(width)
            self.buffers[name + 'running_var'] = torch.ones(width)
        return width

    def run(self, prefix, layers, x, training, logits=False):
        for i, layer in enumerate(layers):
            name = '%s.%d.' % (prefix, i)
            if layer['kind'] == DENSE:
                bias = self.trained.get(name + 'bias')
                if layer['tied_to'] is None:
                    x = F.linear(x, self.trained[name + 'weight'], bias)
                else:
                    x = F.linear(x, self.trained['encoder.%d.weight' % layer['tied_to']].t(), bias)
            elif layer['kind'] == BATCH_NORM:
                x = F.batch_norm(x, self.buffers[name + 'running_mean'], self.buffers[name + 'running_var'],
                                 self.trained[name + 'weight'], self.trained[name + 'bias'], training,
                                 layer['momentum'], layer['epsilon'])
            if not (logits and i + 1 == len(layers)):
                x = ACTIVATIONS[layer['activation']][1](x, layer['parameter'])
        return x

    def code(self, e):
        """The deterministic code, of a variational model the mean."""
        if self.design['code'] == TOPK:
            return e * keep_largest(e, self.design['topk'])
        return e[:, :self.latent]

    def samples(self, mu, v, step):
        """z = mu + sigma epsilon, sample by sample."""
        rows = []
        for s in range(self.objective['samples']):
            epsilon = [normals(self.objective['seed'], RNG_LATENT, step, s << 32 | r, self.latent)
                       for r in range(len(mu))]
            rows.append(mu + torch.exp(v / 2) * torch.tensor(numpy.array(epsilon)))
        return torch.cat(rows)

    def boosted(self, e):
        """Training's choice of the k largest, with a bonus for units that are used too rarely."""
        use, k = self.buffers['code.use'], self.design['topk']
        bonus = self.objective['topk_boost'] * (e.detach() ** 2).mean().sqrt()
        rare = torch.clamp(1 - use * self.latent / k, min=0)
        kept = keep_largest(e.detach() + bonus * rare * (e.detach() != 0), k)
        use += 0.01 * (kept.mean(dim=0) - use)
        return e * kept

    def log_variance(self, y, target, weights):
        if self.design['noise'] != OPTIMAL:
            return {**self.trained, **self.buffers}['observation.log_variance']
        best = torch.log(((y - target) ** 2 * weights).sum() / weights.sum())
        running = self.buffers['observation.log_variance']
        running += 0.1 * (best.detach() - running)
        return best   # the derivative through it is 0

    def reconstruction(self, z, target, weights):
        """Summed over features, averaged over samples."""
        if self.kind in (CROSS_ENTROPY, SOFTMAX):
            logits = self.run('decoder', self.decoder, z, True, logits=True)
            if self.kind == SOFTMAX:
                return -(target * torch.log_softmax(logits, dim=1)).sum(dim=1).mean()
            rows = F.binary_cross_entropy_with_logits(logits, target, reduction='none')
        else:
            y = self.run('decoder', self.decoder, z, True)
            rows = (y - target) ** 2
            if self.kind == GAUSSIAN:
                s = self.log_variance(y, target, weights)
                rows = (rows * torch.exp(-s) + s + numpy.log(2 * numpy.pi)) / 2
        return (rows * weights).sum(dim=1).mean()

    def loss(self, x, target, weights, step):
        o, total = self.objective, 0
        if o['contraction']:
            x = x.clone().requires_grad_(True)
        e = self.run('encoder', self.encoder, x, True)
        if self.design['code'] == VARIATIONAL:
            mu, v = e[:, :self.latent], e[:, self.latent:]
            if self.design['variance'] == SEPARATE:
                v = self.run('variance', self.encoder, x, True)
            elif self.design['variance'] == ONE:
                v = torch.zeros_like(mu)
            kl = ((mu ** 2 + torch.exp(v) - 1 - v) / 2).mean(dim=0)
            total = total + o['kl_weight'] * torch.clamp(kl, min=o['free_bits']).sum()
            z = self.samples(mu, v, step)
        else:
            z = self.boosted(e) if self.design['code'] == TOPK else e
        if o['code_l1']:
            total = total + o['code_l1'] * z.abs().sum(dim=1).mean()
        if o['sparsity_weight']:
            rho, q = o['sparsity_target'], z.mean(dim=0)
            total = total + o['sparsity_weight'] * (rho * torch.log(rho / q) +
                                                    (1 - rho) * torch.log((1 - rho) / (1 - q))).sum()
        if o['contraction']:
            for c in range(self.latent):
                row, = torch.autograd.grad(e[:, c].sum(), x, create_graph=True)
                total = total + o['contraction'] * (row ** 2).sum(dim=1).mean()
        return total + self.reconstruction(z, target.repeat(o['samples'], 1), weights.repeat(o['samples'], 1))

    def orthonormalise(self):
        """Gram-Schmidt on the rows of the encoder's last weight."""
        name = max(name for name in self.trained if name.startswith('encoder.') and name.endswith('.weight'))
        w = self.trained[name].detach()
        for i in range(len(w)):
            for k in range(i):
                w[i] -= (w[i] @ w[k]) * w[k]
            w[i] /= w[i].norm()


def make_optimizer(model, o):
    """Weight decay is for the weights of dense layers alone."""
    decayed = [model.trained[name] for name in model.decayed]
    others = [p for name, p in model.trained.items() if name not in model.decayed]
    groups = [{'params': decayed, 'weight_decay': o['weight_decay']}, {'params': others, 'weight_decay': 0.0}]
    if o['optimizer'] == SGD:
        return torch.optim.SGD(groups, o['learning_rate'], momentum=o['momentum'], nesterov=bool(o['nesterov']))
    if o['optimizer'] == RMSPROP:
        return torch.optim.RMSprop(groups, o['learning_rate'], alpha=o['rho'], eps=o['epsilon'], momentum=o['momentum'])
    kind = torch.optim.Adam if o['optimizer'] == ADAM else torch.optim.AdamW
    return kind(groups, o['learning_rate'], betas=(o['beta1'], o['beta2']), eps=o['epsilon'])


class Golden:
    def __init__(self):
        self.bytes = b''

    def add(self, name, values):
        values = numpy.asarray(values, dtype='<f8')
        if values.ndim < 2:
            values = values.reshape(1, -1)
        self.bytes += b'%s %d %d\n' % (name.encode(), values.shape[0], values.shape[1]) + values.tobytes()

    def add_all(self, prefix, tensors):
        for name, tensor in tensors.items():
            self.add(prefix + name, tensor.detach().numpy().copy())


def layer_rows(layers):
    return [[layer['kind'], layer.get('units', 0), ACTIVATIONS[layer['activation']][0], layer['parameter'],
             layer.get('bias', False), 0 if layer.get('tied_to') is None else 1 + layer['tied_to'],
             layer.get('momentum', 0), layer.get('epsilon', 0)] for layer in layers]


def complete(given, defaults):
    assert set(given) <= set(defaults)
    return {**defaults, **given}


def train(seed, encoder, decoder, loss=SQUARED_ERROR, input_dim=6, denoising=False, gradients=True, batches=None,
          design={}, objective={}, corruption={}, **options):
    random = numpy.random.RandomState(seed)
    o = {'optimizer': ADAM, 'learning_rate': 0.01, 'momentum': 0.0, 'rho': 0.99, 'beta1': 0.9, 'beta2': 0.999,
         'epsilon': 1e-8, 'weight_decay': 0.0, 'l1_decay': 0.0, 'clip_value': 0.0, 'clip_norm': 0.0, 'nesterov': 0}
    assert set(options) <= set(o)
    o.update(options)
    batches = batches or [5] * (STEPS - 2) + [3, 4]
    model = Model(random, input_dim, encoder, decoder, loss, complete(design, DESIGN), complete(objective, OBJECTIVE))
    rows = random.random_sample((sum(batches), input_dim)).astype(numpy.float32).astype(numpy.float64)
    x = torch.tensor(rows)
    target = x
    if denoising:   # x is what it is to become with noise
        noise = random.normal(0, 0.2, rows.shape)
        x = torch.tensor(numpy.clip(rows + noise, 0, 1).astype(numpy.float32).astype(numpy.float64))
    if loss == SOFTMAX:
        target = torch.tensor(numpy.eye(design['output_dim'])[random.randint(design['output_dim'], size=len(rows))])

    golden = Golden()
    golden.add('model', [input_dim, loss])
    for name, given, defaults in (('design', design, DESIGN), ('objective', objective, OBJECTIVE),
                                  ('corruption', corruption, CORRUPTION)):
        if given:
            golden.add(name, list(complete(given, defaults).values()))
    golden.add('encoder', layer_rows(encoder))
    golden.add('decoder', layer_rows(decoder))
    golden.add('training', [o[name] for name in OPTIONS])
    golden.add('batches', batches)
    golden.add('x', x)
    if target is not x:
        golden.add('target', target)
    golden.add_all('initial.', model.trained)

    optimizer = make_optimizer(model, o)
    losses, first, clipped = [], 0, []
    parameters = list(model.trained.values())
    for step, n in enumerate(batches):
        optimizer.zero_grad()
        batch, wanted = x[first:first + n], target[first:first + n]
        weights = torch.ones_like(wanted)
        if corruption:
            batch, weights = corrupt(complete(corruption, CORRUPTION), model.objective['seed'], step, batch)
        value = model.loss(batch, wanted, weights, step)
        value.backward()
        losses.append(value.item())
        first += n
        if step == 0 and gradients:
            largest = max(p.grad.abs().max() for p in parameters)
            golden.add_all('gradient.', {name: p.grad for name, p in model.trained.items()
                                         if p.grad.abs().max() > 1e-10 * largest})
        before = [p.grad.clone() for p in parameters]
        if o['clip_norm']:
            torch.nn.utils.clip_grad_norm_(parameters, o['clip_norm'])
        if o['clip_value']:
            torch.nn.utils.clip_grad_value_(parameters, o['clip_value'])
        clipped.append(any((b != p.grad).any().item() for b, p in zip(before, parameters)))
        if o['l1_decay']:
            for name in model.decayed:
                model.trained[name].grad += o['l1_decay'] * torch.sign(model.trained[name].detach())
        optimizer.step()
        if model.objective['orthonormal']:
            model.orthonormalise()
    if o['clip_norm']:   # a limit that is met in some steps and not in others
        assert any(clipped) and not all(clipped)
    assert any(clipped) == bool(o['clip_norm'] or o['clip_value'])

    golden.add_all('final.', model.trained)
    golden.add_all('final.', model.buffers)
    golden.add('losses', losses)
    with torch.no_grad():
        code = model.code(model.run('encoder', encoder, x[:SHOWN], False))
        golden.add('code', code)
        golden.add('reconstruction', model.run('decoder', decoder, code, False))
    return golden.bytes


def cases():
    plain = {'encoder': [dense(5, 'tanh'), dense(3)], 'decoder': [dense(5, 'tanh'), dense(6)]}

    # optimizers
    for name, options in {
            'sgd': {'optimizer': SGD, 'learning_rate': 0.05},
            'sgd_momentum': {'optimizer': SGD, 'learning_rate': 0.02, 'momentum': 0.9},
            'sgd_nesterov': {'optimizer': SGD, 'learning_rate': 0.02, 'momentum': 0.8, 'nesterov': 1},
            'sgd_l2': {'optimizer': SGD, 'learning_rate': 0.05, 'weight_decay': 0.1},
            'sgd_l1': {'optimizer': SGD, 'learning_rate': 0.05, 'momentum': 0.5, 'l1_decay': 0.02},
            'rmsprop': {'optimizer': RMSPROP, 'rho': 0.9},
            'rmsprop_momentum': {'optimizer': RMSPROP, 'momentum': 0.6, 'epsilon': 1e-4},
            'rmsprop_l2': {'optimizer': RMSPROP, 'weight_decay': 0.05},
            'adam': {},
            'adam_other': {'beta1': 0.5, 'beta2': 0.9, 'epsilon': 1e-3, 'learning_rate': 0.05},
            'adam_l2': {'weight_decay': 0.1},
            'adam_l1': {'l1_decay': 0.05},
            'adam_clip_value': {'clip_value': 0.1},
            'adam_clip_norm': {'clip_norm': 5.0},
            'sgd_clip_norm': {'optimizer': SGD, 'learning_rate': 0.1, 'momentum': 0.9, 'clip_norm': 3.0},
            'adamw': {'optimizer': ADAMW, 'weight_decay': 0.3},
    }.items():
        yield name, dict(plain, seed=1, gradients=False, **options)

    # activations: hidden, code and output, where a parameter is one its own, at the code its default
    for name in ACTIVATIONS:
        a = {'leaky_relu': 0.2, 'elu': 0.7}.get(name, 0.0)
        yield 'activation_' + name, {
            'seed': 2, 'encoder': [dense(5, name, a), dense(3, name)],
            'decoder': [dense(5, name, a), dense(6, name, a)]}
    yield 'activation_layers', {
        'seed': 3, 'encoder': [dense(5, 'gelu'), activation('elu', 0.7), dense(3)],
        'decoder': [activation('tanh'), dense(5, 'silu', bias=False), dense(6, 'relu'), activation('sigmoid')]}

    # losses
    yield 'cross_entropy', dict(plain, seed=4, loss=CROSS_ENTROPY, decoder=[dense(5, 'relu'), dense(6, 'sigmoid')])
    yield 'cross_entropy_rmsprop', {
        'seed': 5, 'loss': CROSS_ENTROPY, 'optimizer': RMSPROP, 'encoder': [dense(4, 'softplus')],
        'decoder': [dense(6, 'leaky_relu', 0.3), activation('sigmoid')]}
    yield 'denoising', dict(plain, seed=6, denoising=True)
    yield 'denoising_cross_entropy', dict(plain, seed=7, denoising=True, loss=CROSS_ENTROPY,
                                          decoder=[dense(5, 'elu', 1.5), dense(6, 'sigmoid')])

    # batch normalisation; a bias that it takes away again has the gradient 0, which Adam would blow up to noise
    yield 'batch_norm', {
        'seed': 8, 'encoder': [dense(5, bias=False), batch_norm('relu'), dense(3, 'tanh')],
        'decoder': [dense(5, bias=False), batch_norm('silu', momentum=0.3, epsilon=1e-2), dense(6)]}
    yield 'batch_norm_with_bias', {
        'seed': 9, 'optimizer': SGD, 'learning_rate': 0.05, 'momentum': 0.9,
        'encoder': [dense(5), batch_norm(), dense(3)],
        'decoder': [dense(5), batch_norm('leaky_relu', 0.1), dense(6)]}
    yield 'batch_norm_elsewhere', {
        'seed': 10, 'loss': CROSS_ENTROPY, 'optimizer': ADAMW, 'weight_decay': 0.1,
        'encoder': [batch_norm(momentum=0.2), dense(5, 'tanh'), batch_norm('gelu'), dense(3, bias=False), batch_norm()],
        'decoder': [dense(5, 'silu'), dense(6, bias=False), batch_norm('sigmoid')]}

    # tied weights
    tied = {'encoder': [dense(5, 'tanh'), dense(3)], 'decoder': [dense(5, 'tanh', tied_to=1), dense(6, tied_to=0)]}
    yield 'tied', dict(tied, seed=11)
    yield 'tied_clip_norm', dict(tied, seed=12, clip_norm=2.5, optimizer=SGD, learning_rate=0.1)
    yield 'tied_three_uses', {
        'seed': 13, 'optimizer': ADAMW, 'weight_decay': 0.2, 'loss': CROSS_ENTROPY, 'encoder': [dense(3, 'sigmoid')],
        'decoder': [dense(6, 'silu', tied_to=0), dense(3, 'tanh'), dense(6, 'sigmoid', bias=False, tied_to=0)]}
    yield 'tied_batch_norm', {
        'seed': 14, 'encoder': [dense(5, bias=False), batch_norm('relu'), dense(3, 'tanh')],
        'decoder': [dense(5, bias=False, tied_to=2), batch_norm('relu'), dense(6, tied_to=0)]}

    # observation models
    for i, (name, noise) in enumerate((('fixed', FIXED), ('learned', LEARNED), ('per_feature', PER_FEATURE),
                                       ('optimal', OPTIMAL))):
        yield 'gaussian_' + name, dict(plain, seed=20 + i, loss=GAUSSIAN,
                                       design={'noise': noise, 'noise_deviation': 0.5})
    yield 'softmax', dict(plain, seed=24, loss=SOFTMAX, decoder=[dense(5, 'tanh'), dense(4)], design={'output_dim': 4})

    # variational models
    yield 'vae_bernoulli', {
        'seed': 25, 'loss': CROSS_ENTROPY, 'encoder': [dense(5, 'tanh'), dense(4)],
        'decoder': [dense(5, 'tanh'), dense(6, 'sigmoid')], 'design': {'code': VARIATIONAL},
        'objective': {'seed': 2 ** 40 + 7}}
    yield 'vae_separate', {
        'seed': 26, 'loss': GAUSSIAN, 'encoder': [dense(5, bias=False), batch_norm('elu'), dense(3)],
        'decoder': [dense(5, 'silu'), dense(6)],
        'design': {'code': VARIATIONAL, 'variance': SEPARATE, 'noise': PER_FEATURE, 'noise_deviation': 0.5},
        'objective': {'seed': 1, 'samples': 2, 'kl_weight': 0.5, 'free_bits': 0.25}}
    yield 'vae_one', {
        'seed': 27, 'loss': GAUSSIAN, 'encoder': [dense(5, 'relu'), dense(2)], 'decoder': [dense(5, 'relu'), dense(6)],
        'design': {'code': VARIATIONAL, 'variance': ONE, 'noise': OPTIMAL}, 'objective': {'seed': 2, 'samples': 3}}

    # penalties on the code
    yield 'code_l1', dict(plain, seed=28, objective={'code_l1': 0.25})
    yield 'code_kl', dict(plain, seed=29, encoder=[dense(5, 'tanh'), dense(3, 'sigmoid')],
                          objective={'sparsity_weight': 0.5, 'sparsity_target': 0.125})
    yield 'contraction', dict(plain, seed=30, encoder=[dense(5, 'silu'), dense(4, 'softplus'), dense(3, 'sigmoid')],
                              objective={'contraction': 0.5})
    yield 'contraction_tied', {
        'seed': 31, 'encoder': [dense(5, 'gelu'), dense(3, 'tanh')],
        'decoder': [dense(5, 'tanh', tied_to=1), dense(6, tied_to=0)],
        'objective': {'contraction': 0.25, 'code_l1': 0.125}}
    yield 'topk', dict(plain, seed=32, encoder=[dense(5, 'tanh'), dense(4)],
                       design={'code': TOPK, 'topk': 2}, objective={'topk_boost': 8.0})
    yield 'topk_relu', dict(plain, seed=38, encoder=[dense(5, 'tanh'), dense(6, 'relu')],
                            design={'code': TOPK, 'topk': 2}, objective={'topk_boost': 8.0})
    yield 'orthonormal', {'seed': 33, 'encoder': [dense(3)], 'decoder': [dense(6, tied_to=0)],
                          'objective': {'orthonormal': 1}}

    # corruption
    yield 'corruption_noise', dict(plain, seed=34, objective={'seed': 3}, corruption={'kind': NOISE, 'clip': 1})
    yield 'corruption_mask', dict(plain, seed=35, objective={'seed': 4}, corruption={
        'kind': MASK, 'value': 0.5, 'emphasis_corrupted': 2.0, 'emphasis_clean': 0.5})
    yield 'corruption_cross_entropy', dict(
        plain, seed=36, loss=CROSS_ENTROPY, decoder=[dense(5, 'elu'), dense(6, 'sigmoid')], objective={'seed': 5},
        corruption={'kind': SALT_PEPPER, 'rate': 0.5, 'emphasis_corrupted': 1.5, 'emphasis_clean': 0.25})
    yield 'corruption_gaussian', dict(plain, seed=37, loss=GAUSSIAN, design={'noise': OPTIMAL}, objective={'seed': 6},
                                      corruption={'kind': MASK, 'emphasis_corrupted': 2.0, 'emphasis_clean': 0.5})

    # more than 256 numbers in a tensor: the update goes by pieces
    wide = {'input_dim': 18, 'encoder': [dense(16, 'tanh')], 'decoder': [dense(18)], 'gradients': False,
            'batches': [2] * STEPS}
    yield 'wide_adam', dict(wide, seed=15, weight_decay=0.1, l1_decay=0.02, clip_value=0.2)
    yield 'wide_sgd', dict(wide, seed=16, optimizer=SGD, momentum=0.9, nesterov=1, weight_decay=0.01, l1_decay=0.01)


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    total = 0
    for name, arguments in cases():
        content = train(**arguments)
        total += len(content)
        with open(os.path.join(folder, name + '.golden'), 'wb') as file:
            file.write(content)
    print('%d bytes' % total)


main()
