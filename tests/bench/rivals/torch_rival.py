# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""The workloads of docs/performance.md in PyTorch; one JSON object a line, as bench prints them.

    torch_rival.py [--threads N] [--data FOLDER] [--seconds S] [--windows N] [--rows N] WORKLOAD...
    torch_rival.py --export FILE.onnx          W2 with the outputs "code" and "reconstruction"

--threads is for PyTorch's own threads; those of its BLAS, and its malloc, are set by environment variables before the
start, which compare.py does.
"""
import argparse
import ctypes
import gzip
import json
import pathlib
import re
import statistics
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


def blas_core():
    """The BLAS in this process and the kernels that it has chosen, where it tells."""
    maps = pathlib.Path('/proc/self/maps').read_text(encoding='utf-8')
    paths = sorted(set(re.findall(r'\S*/lib(?:blas|blis|openblas)\S*', maps)))
    if any('blis' in path for path in paths):   # its libblas.so hides the function that would tell
        return 'BLIS'
    for path in paths:
        library = ctypes.CDLL(path)
        if hasattr(library, 'openblas_get_corename'):
            library.openblas_get_corename.restype = ctypes.c_char_p
            return 'OpenBLAS ' + library.openblas_get_corename().decode()
    return ''


# ---- data ------------------------------------------------------------------------------------------------------------

def images(folder, rows):
    if folder is None:   # as many zeros as in MNIST
        u = np.random.default_rng(0).random((rows or 60000, 784), np.float32)
        return np.where(u < 0.191, u / 0.191, 0).astype(np.float32)
    path = pathlib.Path(folder) / 'train-images-idx3-ubyte'
    content = path.read_bytes() if path.exists() else gzip.open(f'{path}.gz').read()
    pixels = np.frombuffer(content, np.uint8, offset=16).reshape(-1, 784)[:rows or None]
    return pixels.astype(np.float32) / 255


def shrink(x):
    """28x28 pixels without a border of 2, each 3x3 of the rest averaged: 8x8."""
    inner = x.reshape(-1, 28, 28)[:, 2:26, 2:26]
    return np.ascontiguousarray(inner.reshape(-1, 8, 3, 8, 3).mean((2, 4)).reshape(-1, 64))


# ---- models: forward gives the loss, reconstruct the output ----------------------------------------------------------

def chain(widths, relu_last):
    layers = []
    for i, (width, after) in enumerate(zip(widths, widths[1:])):
        layers.append(nn.Linear(width, after))
        if i + 2 < len(widths) or relu_last:
            layers.append(nn.ReLU())
    return nn.Sequential(*layers)


class Autoencoder(nn.Module):
    def __init__(self, widths, relu_code=True, squared=False, noise=0.0):
        super().__init__()
        self.encoder, self.decoder = chain(widths, relu_code), chain(widths[::-1], False)
        self.squared, self.noise = squared, noise

    def forward(self, x):
        seen = (x + self.noise * torch.randn_like(x)).clamp_(0, 1) if self.noise else x
        logits = self.decoder(self.encoder(seen))
        return F.mse_loss(torch.sigmoid(logits), x) if self.squared else F.binary_cross_entropy_with_logits(logits, x)


class Reconstruction(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.encoder, self.decoder = model.encoder, model.decoder

    def forward(self, x):
        code = self.encoder(x)
        return code, torch.sigmoid(self.decoder(code))


class VariationalAutoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden, self.mu, self.log_var = nn.Linear(784, 400), nn.Linear(400, 20), nn.Linear(400, 20)
        self.decoder = chain([20, 400, 784], False)

    def forward(self, x):
        h = F.relu(self.hidden(x))
        mu, log_var = self.mu(h), self.log_var(h)
        z = mu + torch.randn_like(mu) * torch.exp(0.5 * log_var)
        bce = F.binary_cross_entropy_with_logits(self.decoder(z), x, reduction='sum')
        return (bce - 0.5 * torch.sum(1 + log_var - mu * mu - log_var.exp())) / len(x)


DEEP = [784, 512, 256, 32]
TRAININGS = {
    'W1': lambda: Autoencoder([784, 128], squared=True),
    'W2': lambda: Autoencoder(DEEP),
    'W3': lambda: Autoencoder([784, 1000, 500, 250, 30], relu_code=False),
    'W4': VariationalAutoencoder,
    'W5': lambda: Autoencoder(DEEP, noise=0.3),
    'W6': lambda: Autoencoder([64, 32, 8], squared=True),
}


# ---- timing ----------------------------------------------------------------------------------------------------------

def windows_of(call, seconds, windows):
    """Samples per second of each window; call() gives how many samples it did."""
    warm_until = time.perf_counter() + 0.3 * seconds
    while time.perf_counter() < warm_until:
        call()
    rates = []
    for _ in range(windows):
        start, elapsed, samples = time.perf_counter(), 0.0, 0
        while elapsed < seconds:
            samples += call()
            elapsed = time.perf_counter() - start
        rates.append(samples / elapsed)
    return rates


def train(workload, variant, x, options):
    torch.manual_seed(0)
    batch = 32 if workload == 'W6' else 128
    model = TRAININGS[workload]()
    adam = torch.optim.Adam(model.parameters(), lr=1e-3, foreach=variant == 'foreach')
    order = torch.randperm(len(x))
    place = 0

    def step():
        nonlocal order, place
        if place >= len(x):
            order, place = torch.randperm(len(x)), 0
        rows = x[order[place:place + batch]]
        place += batch
        adam.zero_grad(set_to_none=True)
        model(rows).backward()
        adam.step()
        return len(rows)

    return windows_of(step, options.seconds, options.windows)


def infer(workload, variant, x, options):
    torch.manual_seed(0)
    model = Reconstruction(TRAININGS['W2']()).eval()
    module = model.encoder if workload == 'I1' else model
    if variant == 'frozen':
        module = torch.jit.optimize_for_inference(torch.jit.script(module))
    batch = 1 if workload == 'I1' else 1024
    x = x[:8192]
    place = 0
    calls = []

    def call():
        nonlocal place
        rows = x[place:place + batch]
        place = place + batch if place + 2 * batch <= len(x) else 0
        start = time.perf_counter()
        module(rows)
        calls.append(time.perf_counter() - start)
        return batch

    with torch.inference_mode():
        rates = windows_of(call, options.seconds, options.windows)
    # Of single rows the time of a call alone counts, without the slicing.
    return [1 / statistics.median(calls[len(calls) // 5:])] if workload == 'I1' else rates


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--threads', type=int, default=1)
    parser.add_argument('--data')
    parser.add_argument('--seconds', type=float, default=1.5)
    parser.add_argument('--windows', type=int, default=3)
    parser.add_argument('--rows', type=int, default=0)
    parser.add_argument('--export')
    parser.add_argument('workloads', nargs='*')
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.export:
        torch.manual_seed(0)
        torch.onnx.export(Reconstruction(TRAININGS['W2']()).eval(), torch.rand(2, 784), options.export,
                          input_names=['x'], output_names=['code', 'reconstruction'], opset_version=13,
                          dynamic_axes={name: {0: 'n'} for name in ('x', 'code', 'reconstruction')})
        return 0

    wide = images(options.data, options.rows)
    for workload in options.workloads:
        x = torch.from_numpy(shrink(wide) if workload == 'W6' else wide)
        run, variants = (train, ['eager', 'foreach']) if workload in TRAININGS else (infer, ['eager', 'frozen'])
        for variant in variants:
            rates = run(workload, variant, x, options)
            print(json.dumps({'rival': f'PyTorch {torch.__version__} {variant}', 'workload': workload,
                              'threads': options.threads, 'blas': blas_core(),
                              'samples_per_s': statistics.median(rates), 'low': min(rates), 'high': max(rates)}),
                  flush=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
