# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""numpy alone opens a model file and computes what the library computes.

    test_numpy_reader.py SAVE_MODEL    the program of save_model.c
"""
import json
import pathlib
import subprocess
import sys
import tempfile

try:
    import numpy as np
except ImportError:
    print("numpy is not installed")
    sys.exit(77)


def read_model(path):
    """Tensors by name, and the metadata: all of a safetensors reader that trusts its file."""
    data = pathlib.Path(path).read_bytes()
    header_size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + header_size])
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32"
        first, last = (8 + header_size + offset for offset in entry["data_offsets"])
        tensors[name] = np.frombuffer(data[first:last], "<f4").reshape(entry["shape"])
    return tensors, metadata


def run(layers, name, tensors, x):
    """One half of the model in inference: dropout does nothing."""
    activations = {"identity": lambda z: z, "tanh": np.tanh}
    for i, layer in enumerate(layers):
        own = {key[len(f"{name}.{i}."):]: value for key, value in tensors.items() if key.startswith(f"{name}.{i}.")}
        if layer["layer"] == "dense":
            weight = tensors[f"encoder.{layer['tied_to']}.weight"].T if "tied_to" in layer else own["weight"]
            x = x @ weight.T + own["bias"]
        elif layer["layer"] == "batch_norm":
            x = (x - own["running_mean"]) / np.sqrt(own["running_var"] + layer["epsilon"]) * own["weight"] + own["bias"]
        x = activations[layer.get("activation", "identity")](x)
    return x


def check(what, found, expected):
    error = np.abs(found - expected).max()
    print(f"{what}: largest difference {error:.2e}")
    assert found.shape == expected.shape and error < 1e-5, what


def check_other_reader(path, tensors):
    """The reference implementation reads the same, where it is installed."""
    try:
        from safetensors.numpy import load_file
    except ImportError:
        return
    others = load_file(path)
    assert others.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert np.array_equal(others[name], tensor), name
    print("the safetensors package reads the same")


def main():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.argv[1], folder], check=True)
        folder = pathlib.Path(folder)
        tensors, metadata = read_model(folder / "model.safetensors")
        architecture = json.loads(metadata["architecture"])
        inputs = architecture["input_dim"]
        x = np.fromfile(folder / "x.f32", np.float32).reshape(-1, inputs)
        assert architecture["scaling"] == "standard"
        offset, scale = tensors["scaling.offset"], tensors["scaling.scale"]
        codes = run(architecture["encoder"], "encoder", tensors, (x - offset) / scale)
        check("codes", codes, np.fromfile(folder / "codes.f32", np.float32).reshape(len(x), -1))
        check("reconstructions", run(architecture["decoder"], "decoder", tensors, codes) * scale + offset,
              np.fromfile(folder / "x_hat.f32", np.float32).reshape(-1, inputs))
        history = json.loads(metadata["history"])
        assert len(history) == 4 and history[-1]["train_loss"] < history[0]["train_loss"], history
        check_other_reader(folder / "model.safetensors", tensors)
    print(f"{len(tensors)} tensors, format {metadata['format']} {metadata['format_version']}")


if __name__ == "__main__":
    main()
