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
    encoder         a row for each layer: kind, units, activation, its parameter, has a bias, 1 + position of the
    decoder         encoder layer it is tied to or 0, momentum and epsilon of batch normalisation; numbers as in headers
    training        the fields named in OPTIONS
    batches         rows of each step's batch
    x, target       the rows of all batches; target only where it is not x
    initial.<name>  parameters
    gradient.<name> of the first step, before clipping and decay; left out where it is 0 but for rounding
    final.<name>    parameters after the last step, running statistics too
    losses          of each step, before it
    code            of the first rows of x by the final model in evaluation mode
    reconstruction  likewise
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

# include/autoencoder/model.h and train.h, lib/layers/layer.h
DENSE, ACTIVATION, BATCH_NORM = 1, 2, 4
SQUARED_ERROR, CROSS_ENTROPY = 1, 2
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


def dense(units, activation='identity', parameter=0.0, bias=True, tied_to=None):
    return {'kind': DENSE, 'units': units, 'activation': activation, 'parameter': parameter, 'bias': bias,
            'tied_to': tied_to}


def activation(name, parameter=0.0):
    return {'kind': ACTIVATION, 'activation': name, 'parameter': parameter}


def batch_norm(name='identity', parameter=0.0, momentum=0.1, epsilon=1e-5):
    return {'kind': BATCH_NORM, 'activation': name, 'parameter': parameter, 'momentum': momentum, 'epsilon': epsilon}


class Model:
    def __init__(self, random, input_dim, encoder, decoder):
        self.encoder, self.decoder = encoder, decoder
        self.trained, self.buffers, self.decayed = {}, {}, []
        width = input_dim
        for prefix, layers in (('encoder', encoder), ('decoder', decoder)):
            for i, layer in enumerate(layers):
                name = '%s.%d.' % (prefix, i)
                width = self.add(random, name, layer, width)
        assert width == input_dim

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

    def loss(self, kind, x, target):
        """Summed over features, averaged over samples."""
        code = self.run('encoder', self.encoder, x, True)
        if kind == CROSS_ENTROPY:
            logits = self.run('decoder', self.decoder, code, True, logits=True)
            rows = F.binary_cross_entropy_with_logits(logits, target, reduction='none')
        else:
            rows = (self.run('decoder', self.decoder, code, True) - target) ** 2
        return rows.sum(dim=1).mean()


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


def train(seed, encoder, decoder, loss=SQUARED_ERROR, input_dim=6, denoising=False, gradients=True, batches=None,
          **options):
    random = numpy.random.RandomState(seed)
    o = {'optimizer': ADAM, 'learning_rate': 0.01, 'momentum': 0.0, 'rho': 0.99, 'beta1': 0.9, 'beta2': 0.999,
         'epsilon': 1e-8, 'weight_decay': 0.0, 'l1_decay': 0.0, 'clip_value': 0.0, 'clip_norm': 0.0, 'nesterov': 0}
    assert set(options) <= set(o)
    o.update(options)
    batches = batches or [5] * (STEPS - 2) + [3, 4]
    model = Model(random, input_dim, encoder, decoder)
    rows = random.random_sample((sum(batches), input_dim)).astype(numpy.float32).astype(numpy.float64)
    x = torch.tensor(rows)
    target = x
    if denoising:   # x is what it is to become with noise
        noise = random.normal(0, 0.2, rows.shape)
        x = torch.tensor(numpy.clip(rows + noise, 0, 1).astype(numpy.float32).astype(numpy.float64))

    golden = Golden()
    golden.add('model', [input_dim, loss])
    golden.add('encoder', layer_rows(encoder))
    golden.add('decoder', layer_rows(decoder))
    golden.add('training', [o[name] for name in OPTIONS])
    golden.add('batches', batches)
    golden.add('x', x)
    if denoising:
        golden.add('target', target)
    golden.add_all('initial.', model.trained)

    optimizer = make_optimizer(model, o)
    losses, first, clipped = [], 0, []
    parameters = list(model.trained.values())
    for step, n in enumerate(batches):
        optimizer.zero_grad()
        value = model.loss(loss, x[first:first + n], target[first:first + n])
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
    if o['clip_norm']:   # a limit that is met in some steps and not in others
        assert any(clipped) and not all(clipped)
    assert any(clipped) == bool(o['clip_norm'] or o['clip_value'])

    golden.add_all('final.', model.trained)
    golden.add_all('final.', model.buffers)
    golden.add('losses', losses)
    with torch.no_grad():
        code = model.run('encoder', encoder, x[:SHOWN], False)
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
