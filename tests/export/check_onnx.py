# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""Models as ONNX graphs pass onnx's own checker, and give what the library gives.

    check_onnx.py check EXPORT_MODELS    the program of export_models.c; needs python3-onnx
    check_onnx.py run EXPORT_MODELS      needs node and onnxruntime-node: ONNXRUNTIME_NODE_DIR is the folder where
                                         `npm install onnxruntime-node` was called
"""
import array
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
TOLERANCE = 1e-5
GRAPHS = ("encoder", "decoder", "reconstruct")


def expected_values(facts, graph):
    """Name and width of the input and of the outputs, and where the library's values are."""
    x, code = ("x", facts["input"], "x"), ("code", facts["latent"], "z")
    reconstruction = ("reconstruction", facts["output"])
    if graph == "encoder":
        names = ("mu", "log_var") if facts["code"] == "gaussian" else ("code",)
        files = {"mu": "codes", "code": "codes", "log_var": "log_var"}
        return x, [(name, facts["latent"], files[name]) for name in names]
    if graph == "decoder":
        return code, [(*reconstruction, "decoded")]
    return x, [(*reconstruction, "x_hat")]


def models(folder):
    """(name, graph, facts) of every graph there is."""
    for path in sorted(folder.glob("*.json")):
        facts = json.loads(path.read_text())
        for graph in GRAPHS:
            exists = (folder / f"{path.stem}.{graph}.onnx").exists()
            assert exists == (facts["code"] != "lasso" or graph == "decoder"), f"{path.stem}.{graph}.onnx"
            if exists:
                yield path.stem, graph, facts


def check(folder):
    import onnx
    operators = set()
    count = 0
    for name, graph, facts in models(folder):
        model = onnx.load(str(folder / f"{name}.{graph}.onnx"))
        onnx.checker.check_model(model, full_check=True)
        assert model.ir_version == 8 and [(entry.domain, entry.version) for entry in model.opset_import] == [("", 13)]
        taken, given = expected_values(facts, graph)
        for values, wanted in ((model.graph.input, [taken]), (model.graph.output, given)):
            shapes = [(value.name, [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim])
                      for value in values]
            assert shapes == [(entry[0], ["batch", entry[1]]) for entry in wanted], (name, graph, shapes)
        used = {value for node in model.graph.node for value in node.input}
        idle = {tensor.name for tensor in model.graph.initializer} - used
        assert not idle, f"{name}, {graph}: {idle} are not used"
        assert not any(node.op_type.startswith("Random") or node.op_type == "Dropout" for node in model.graph.node)
        inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True)
        assert len(inferred.graph.output) == len(given)
        operators |= {node.op_type for node in model.graph.node}
        count += 1
    print(f"{count} graphs, operators {' '.join(sorted(operators))}")


def read(path):
    values = array.array("f")
    values.frombytes(path.read_bytes())
    return values


def run(folder):
    jobs, results = [], []
    for name, graph, facts in models(folder):
        (taken, width, data), given = expected_values(facts, graph)
        outputs = {entry[0]: str(folder / f"{name}.{graph}.{entry[0]}.out") for entry in given}
        jobs.append({"model": str(folder / f"{name}.{graph}.onnx"), "input": taken, "width": width,
                     "data": str(folder / f"{name}.{data}.f32"), "outputs": outputs})
        results += [(f"{name} {graph}", entry[0], folder / f"{name}.{entry[2]}.f32", outputs[entry[0]])
                    for entry in given]
    (folder / "jobs").write_text(json.dumps(jobs))
    subprocess.run(["node", str(HERE / "run_onnx.js"), str(folder / "jobs")], check=True)
    worst = 0
    for graph, output, expected, found in results:
        expected, found = read(expected), read(pathlib.Path(found))
        assert len(expected) == len(found) > 0
        errors = [abs(a - b) for a, b in zip(found, expected)]
        assert all(error == error for error in errors), f"{graph}: {output} is not a number"
        error = max(errors) / (max(map(abs, expected)) or 1)
        assert error <= TOLERANCE, f"{graph}: {output} differs by {error:.2e} of the largest"
        worst = max(worst, error)
    print(f"{len(jobs)} graphs, largest difference {worst:.1e}")


def main():
    mode, export_models = sys.argv[1:]
    if mode == "check":
        try:
            import onnx  # noqa: F401
        except ImportError:
            print("onnx is not installed (Debian: python3-onnx)")
            return 77
    else:
        place = os.environ.get("ONNXRUNTIME_NODE_DIR", "")
        if not shutil.which("node") or not pathlib.Path(place, "node_modules", "onnxruntime-node").is_dir():
            print("no node, or no onnxruntime-node in ONNXRUNTIME_NODE_DIR")
            return 77
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([export_models, folder], check=True)
        (check if mode == "check" else run)(pathlib.Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
