#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""Makes tests/golden/torch_state.safetensors: the state dict of an autoencoder that PyTorch trained, for
test_torch_state.c.

    make_torch_state.py FILE

Needs python3-torch and python3-numpy. The names of its tensors begin with "model."; beside them are rows "data.x" and
what the model makes of them in evaluation mode, "data.code" and "data.x_hat". The weights of one layer are kept in
double and of another in half precision.
"""
import json
import sys

import torch
from torch import nn

DTYPES = {torch.float32: "F32", torch.float64: "F64", torch.float16: "F16", torch.int64: "I64"}


def write_safetensors(path, tensors):
    header, place, data = {"__metadata__": {"format": "pt"}}, 0, b""
    for name, tensor in tensors.items():
        content = tensor.detach().contiguous().numpy().tobytes()
        header[name] = {"dtype": DTYPES[tensor.dtype], "shape": list(tensor.shape),
                        "data_offsets": [place, place + len(content)]}
        place += len(content)
        data += content
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text + data)


def half(inputs, outputs):
    return nn.Sequential(nn.Linear(inputs, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Dropout(0.2), nn.Linear(5, outputs))


def main():
    torch.manual_seed(1)
    torch.set_num_threads(1)
    model = nn.ModuleDict({"encoder": half(6, 2), "decoder": half(2, 6)})
    x = torch.rand(64, 6) + torch.rand(64, 1)
    optimizer = torch.optim.Adam(model.parameters(), 0.01)
    for _ in range(50):
        optimizer.zero_grad()
        ((model["decoder"](model["encoder"](x)) - x) ** 2).sum(1).mean().backward()
        optimizer.step()
    with torch.no_grad():
        for name in ("weight", "bias"):   # which half precision can hold
            tensor = getattr(model["decoder"][4], name)
            tensor.copy_(tensor.half().float())
    model.eval()
    x = x[:5]
    code = model["encoder"](x)
    tensors = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
    for name in ("weight", "bias"):
        tensors[f"model.encoder.0.{name}"] = tensors[f"model.encoder.0.{name}"].double()
        tensors[f"model.decoder.4.{name}"] = tensors[f"model.decoder.4.{name}"].half()
    tensors.update({"data.x": x, "data.code": code, "data.x_hat": model["decoder"](code)})
    write_safetensors(sys.argv[1], tensors)


if __name__ == "__main__":
    main()
