# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""The program autoencoder, run as a user runs it.

    test_cli.py PROGRAM SOURCE_ROOT [TEST...]
"""
import gzip
import json
import math
import os
import pathlib
import pty
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import zlib

PROGRAM, ROOT = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
DIGITS = gzip.decompress((ROOT / "examples/data/digits.csv.gz").read_bytes()).decode().splitlines()
ROWS = 200
COMMANDS = ["train", "encode", "reconstruct", "score", "evaluate", "sample", "interpolate", "show", "export"]
# A sanitizer's report is no ordinary failure.
ENVIRONMENT = dict(os.environ, ASAN_OPTIONS="exitcode=99", UBSAN_OPTIONS="halt_on_error=1:exitcode=99", TERM="vt100")


def has_picture():
    return " picture " in subprocess.run([PROGRAM, "--help"], capture_output=True, text=True).stdout


def has_zlib():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "a.csv.gz"
        path.write_bytes(gzip.compress(b"1,2\n3,4\n"))
        reply = subprocess.run([PROGRAM, "train", path, "--model", "pca", "-o", f"{folder}/m"], capture_output=True,
                               text=True)
    return "no zlib" not in reply.stderr


def no_constant(name):
    raise ValueError(f"{name} is not JSON")


def parse(text):
    return json.loads(text, parse_constant=no_constant)


def numbers(text):
    return [[float(field) for field in line.split(",")] for line in text.splitlines()]


def read_npy(path):
    """(shape, flat values) of a float32 NPY file."""
    data = path.read_bytes()
    assert data[:8] == b"\x93NUMPY\x01\x00", data[:8]
    start = 10 + int.from_bytes(data[8:10], "little")
    head = data[10:start].decode()
    assert start % 64 == 0 and head.endswith("\n") and "'descr': '<f4', 'fortran_order': False" in head, head
    shape = tuple(int(n) for n in re.search(r"'shape': \(([\d, ]*)\)", head).group(1).replace(" ", "").split(",") if n)
    values = struct.unpack(f"<{(len(data) - start) // 4}f", data[start:])
    assert len(values) == math.prod(shape), (shape, len(values))
    return shape, values


def read_tensors(path):
    """Name to flat values of a model file; docs/file-format.md."""
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    del header["__metadata__"]
    return {name: struct.unpack(f"<{(entry['data_offsets'][1] - entry['data_offsets'][0]) // 4}f",
                                data[start + entry["data_offsets"][0]:start + entry["data_offsets"][1]])
            for name, entry in header.items()}


def read_png(path):
    """(width, height, rows of bytes) of an RGB PNG file without filters that need undoing by us."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, depth, colour = struct.unpack(">IIBB", data[16:26])
    assert (depth, colour) == (8, 2), (depth, colour)
    at, packed = 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        packed += data[at + 8:at + 8 + size] if kind == b"IDAT" else b""
        at += 12 + size
    raw, rows, above = zlib.decompress(packed), [], bytes(3 * width)
    for y in range(height):
        line = bytearray(raw[y * (3 * width + 1):(y + 1) * (3 * width + 1)])
        kind, line = line[0], line[1:]
        for i in range(len(line)):
            a, b, c = line[i - 3] if i > 2 else 0, above[i], above[i - 3] if i > 2 else 0
            p = a + b - c
            paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            line[i] = (line[i] + [0, a, b, (a + b) // 2, paeth][kind]) & 255
        rows.append(bytes(line))
        above = line
    return width, height, rows


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shared = pathlib.Path(tempfile.mkdtemp())
        cls.models = {}
        digits = [line.split(",") for line in DIGITS[:ROWS]]
        unit = [[repr(int(p) / 16) for p in row[:64]] for row in digits]
        cls.data = cls.shared / "digits.csv"          # 64 pixels of 0..1 and the digit
        cls.data.write_text("".join(",".join(pixels + [row[64]]) + "\n" for pixels, row in zip(unit, digits)))
        cls.pixels = cls.shared / "pixels.csv"
        cls.pixels.write_text("".join(",".join(pixels) + "\n" for pixels in unit))
        cls.named = cls.shared / "named.csv"          # with names; the label is 1 for the digit 1
        names = [f"p{i}" for i in range(64)] + ["odd, one"]
        cls.named.write_text(",".join(names[:64]) + ',"odd, one"\n'
                             + "".join(",".join(pixels + [str(int(row[64] == "1"))]) + "\n"
                                       for pixels, row in zip(unit, digits)))

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.shared)

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())

    def tearDown(self):
        shutil.rmtree(self.folder)

    def run_program(self, *arguments, code=0, stdin=None, **more):
        result = subprocess.run([PROGRAM, *map(str, arguments)], input=stdin, capture_output=True, text=True,
                                cwd=self.folder, env=ENVIRONMENT, timeout=200, **more)
        self.assertEqual(result.returncode, code, f"{arguments}: {result.stdout[-500:]} {result.stderr[-2000:]}")
        return result

    def output(self, *arguments, **more):
        return self.run_program(*arguments, **more).stdout

    def fails(self, code, words, *arguments, **more):
        """It ends with `code`, one line on standard error with `words` in it, and leaves no new file."""
        before = sorted(self.folder.iterdir())
        result = self.run_program(*arguments, code=code, **more)
        self.assertRegex(result.stderr, r"\Aautoencoder: [^\n]+\n\Z", arguments)
        self.assertIn(words, result.stderr, arguments)
        self.assertEqual(sorted(self.folder.iterdir()), before, arguments)
        return result

    def model(self, kind="plain", *options):
        """A model of `kind`, made once."""
        key = (kind, options)
        if key not in self.models:
            path = self.shared / f"model{len(self.models)}.safetensors"
            more = [] if kind == "pca" else ["--epochs", 5]
            self.run_program("train", self.pixels, "-o", path, "--model", kind, "-q", *more, *options)
            self.models[key] = path
        return self.models[key]


class Arguments(Case):
    def test_help(self):
        commands = COMMANDS + (["picture"] if has_picture() else [])
        listed = re.findall(r"^  (\w+) ", self.output("--help"), re.M)
        self.assertEqual(listed, commands)
        manual = (ROOT / "examples/autoencoder/autoencoder.1").read_text()
        for command in commands:
            result = self.run_program(command, "--help")
            self.assertEqual(result.stderr, "")
            self.assertTrue(result.stdout.startswith(f"Usage: autoencoder {command} "))
            self.assertLessEqual(max(map(len, result.stdout.splitlines())), 80)
            for option in re.findall(r"--([a-z][a-z0-9-]+)", result.stdout.split("Options:")[1]):
                self.assertTrue(re.search(rf"^\.It .*-{option}\b", manual, re.M), (command, option))

    def test_the_manual_is_clean(self):
        if not shutil.which("mandoc"):
            self.skipTest("mandoc is not installed")
        lint = subprocess.run(["mandoc", "-Tlint", "-Wwarning", ROOT / "examples/autoencoder/autoencoder.1"],
                              capture_output=True, text=True)
        self.assertEqual(lint.stdout, "")

    def test_version(self):
        self.assertRegex(self.output("--version"), r"^autoencoder \d+\.\d+\.\d+\n$")

    def test_wrong_usage(self):
        model, data = "m.safetensors", self.data
        for words, *arguments in [
                ("needs a command",),
                ("no command 'trian'", "trian"),
                ("no command '--json'", "--json"),
                ("needs DATA", "train"),
                ("needs -o", "train", data),
                ("needs -o", "train", data, "-o", "-"),
                ("'b' is one argument too many", "train", data, "b", "-o", model),
                ("no option '--hiden'", "train", data, "-o", model, "--hiden", "3"),
                ("no option '-z'", "train", data, "-o", model, "-z"),
                ("no option '-z'", "train", "--json", "-zq"),
                ("'--help' takes no value", "train", "--help=3"),
                ("needs -o", "train", data, "-o", ""),
                ("'--s' could be one of 2", "train", data, "-o", model, "--s", "3"),
                ("'--json' takes no value", "train", data, "-o", model, "--json=1"),
                ("'-o' needs a value", "train", data, "-o"),
                ("'--epochs' needs a value", "train", data, "-o", model, "--epochs"),
                ("--epochs takes a whole number of at least 1, not '0'", "train", data, "-o", model, "--epochs", "0"),
                ("not '-1'", "train", data, "-o", model, "--epochs", "-1"),
                ("not '3x'", "train", data, "-o", model, "--epochs", "3x"),
                ("not '99999999999999999999'", "train", data, "-o", model, "--epochs", "99999999999999999999"),
                ("--learning-rate takes a number", "train", data, "-o", model, "--learning-rate", "nan"),
                ("--learning-rate takes a number", "train", data, "-o", model, "--learning-rate", "-1"),
                ("--threads takes a whole number from 1 to 256", "train", data, "-o", model, "--threads", "1000"),
                ("--model takes one of plain, denoising", "train", data, "-o", model, "--model", "vae"),
                ("--hidden takes", "train", data, "-o", model, "--hidden", "512,,256"),
                ("--hidden takes", "train", data, "-o", model, "--hidden", "0"),
                ("--hidden takes", "train", data, "-o", model, "--hidden", ""),
                ("--noise takes", "train", data, "-o", model, "--noise", "mask:2"),
                ("--noise takes", "train", data, "-o", model, "--noise", "gauss:1"),
                ("--noise takes", "train", data, "-o", model, "--noise", "gaussian:"),
                ("--loss bce needs", "train", data, "-o", model, "--loss", "bce", "--output", "relu"),
                ("--epochs means nothing to --model pca", "train", data, "-o", model, "--model", "pca", "--epochs", 3),
                ("--beta means nothing to --model plain", "train", data, "-o", model, "--beta", "3"),
                ("--contamination takes", "train", data, "-o", model, "--contamination", "0.6"),
                ("--validation takes", "train", data, "-o", model, "--validation", "1"),
                ("needs validation", "train", data, "-o", model, "--validation", "0", "--early-stopping", "3"),
                ("both DATA and --validation", "train", "-", "-o", model, "--validation", "-"),
                ("needs MODEL DATA", "encode", model),
                ("ends in .csv or .npy", "encode", model, data, "-o", "codes.txt"),
                ("no option '--epochs'", "encode", model, data, "--epochs", "3"),
                ("needs MODEL", "sample"),
                ("needs --from", "interpolate", model, data, "--from", "3"),
                ("needs MODEL", "show"),
                ("needs -o", "export", model),
                ("needs -o", "export", model, "-o", "-"),
                ("ends in .onnx or .c", "export", model, "-o", "m.txt"),
                ("ends in .onnx or .c", "export", model, "-o", ".c"),
                ("ends in .c", "export", model, "-o", "m.txt", "--format", "c"),
                ("--format takes one of onnx, c, not 'C'", "export", model, "-o", "m.c", "--format", "C"),
                ("--graph takes one of reconstruct, encoder, decoder", "export", model, "-o", "m.onnx", "--graph", "x"),
                ("--graph means nothing to --format c", "export", model, "-o", "m.c", "--graph", "encoder"),
                ("--prefix means nothing to --format onnx", "export", model, "-o", "m.onnx", "--prefix", "m")]:
            with self.subTest(arguments=arguments):
                result = self.fails(2, words, *arguments)
                self.assertEqual(result.stdout, "")

    def test_short_forms(self):
        self.run_program("train", self.data, "-om.safetensors", "--lab=64", "--ep", "1", "-q")
        self.assertTrue((self.folder / "m.safetensors").exists())


class Training(Case):
    def test_every_model(self):
        for kind, code in [("plain", None), ("denoising", None), ("sparse", None), ("topk", "topk"),
                           ("contractive", None), ("variational", "gaussian"), ("pca", None), ("dictionary", "lasso")]:
            with self.subTest(kind=kind):
                shown = parse(self.output("show", self.model(kind), "--json"))
                self.assertEqual(shown["architecture"].get("code"), code)
                self.assertEqual(shown["input_dim"], 64)
                solved = kind in ("pca", "dictionary")
                self.assertEqual(len(shown["history"]), 0 if solved else 5)
                self.assertIsNone(shown["threshold"])
                self.assertNotIn("scaling", shown["architecture"])   # the data is in [0,1]
                text = self.output("show", self.model(kind))
                self.assertIn("decoder.0.weight" if kind not in ("pca", "dictionary") else "encoder.0.weight", text)
                self.assertIn("scaling       none", text)

    def test_every_option(self):
        for option in [["--hidden", "32,16"], ["--hidden", "none"], ["--latent", "3"], ["--activation", "tanh"],
                       ["--output", "relu"], ["--loss", "bce"], ["--batch", "7"], ["--learning-rate", "0.01"],
                       ["--optimizer", "sgd", "--learning-rate", "0.001"], ["--scale", "minmax"],
                       ["--scale", "standard"], ["--scale", "robust"], ["--scale", "none"], ["--validation", "0.3"],
                       ["--validation", "0"], ["--validation", self.pixels], ["--early-stopping", "2"],
                       ["--noise", "gaussian:0.3"], ["--noise", "mask:0.25"], ["--noise", "saltpepper:0.1"],
                       ["--noise", "mask"], ["--l1", "0.1"], ["--contamination", "0.1"], ["--seed", "7"],
                       ["--model", "topk", "--topk", "3"], ["--model", "contractive", "--contraction", "1"],
                       ["--model", "variational", "--beta", "2"], ["--model", "variational", "--loss", "bce"],
                       ["--model", "dictionary", "--l1", "0.5"]]:
            with self.subTest(option=option):
                path = self.folder / "m.safetensors"
                self.run_program("train", self.pixels, "-o", path, "--epochs", 2, "-q", *option)
                plain = self.model("plain").read_bytes()
                self.assertNotEqual(path.read_bytes(), plain)
                self.run_program("show", path)

    def test_architecture(self):
        path = self.folder / "m.safetensors"
        self.run_program("train", self.pixels, "-o", path, "--hidden", "32,16", "--latent", 3, "--activation", "tanh",
                         "--loss", "bce", "--epochs", 1, "-q")
        shown = parse(self.output("show", path, "--json"))
        self.assertEqual(shown["shape"], "64-32-16-3-16-32-64")
        layers = shown["architecture"]["encoder"] + shown["architecture"]["decoder"]
        self.assertEqual([layer["activation"] for layer in layers],
                         ["tanh", "tanh", "identity", "tanh", "tanh", "sigmoid"])
        self.assertEqual(shown["architecture"]["loss"], "binary_cross_entropy")
        tensors = {t["name"]: (t["rows"], t["columns"]) for t in shown["tensors"]}
        self.assertEqual(tensors["encoder.0.weight"], (32, 64))
        self.assertEqual(shown["parameters"], sum(r * c for r, c in tensors.values()))

    def test_defaults_fit_the_width(self):
        wide = self.folder / "wide.csv"
        wide.write_text("\n".join(",".join(str((i * j) % 7 - 3) for j in range(200)) for i in range(30)))
        narrow = self.folder / "narrow.csv"
        narrow.write_text("\n".join(f"{i},{i * i % 17},{-i}" for i in range(120)))
        shapes = {}
        for data in (wide, narrow):
            report = parse(self.output("train", data, "-o", "m.safetensors", "--epochs", 1, "-q", "--json"))
            shapes[data] = report["shape"], report["scaling"], report["rows"], report["validation_rows"]
        self.assertEqual(shapes[wide], ("200-512-256-14-256-512-200", "standard", 30, 0))
        self.assertEqual(shapes[narrow], ("3-16-2-16-3", "standard", 108, 12))

    def test_it_learns(self):
        report = parse(self.output("train", self.data, "--label", 64, "-o", "m.safetensors", "--epochs", 40, "-q",
                                   "--json", "--validation", "0.2"))
        history = report["history"]
        self.assertEqual((report["rows"], report["validation_rows"], len(history)), (160, 40, 40))
        self.assertLess(history[-1]["train_loss"], history[0]["train_loss"] / 2)
        self.assertEqual(min(history, key=lambda e: e["validation_loss"])["epoch"], report["best_epoch"])
        self.assertFalse(report["stopped"])

    def test_the_best_epoch_is_kept(self):
        """With a step far too long the loss goes up again; what the file has is the best epoch."""
        report = parse(self.output("train", self.pixels, "-o", "m.safetensors", "--epochs", 12, "-q", "--json",
                                   "--learning-rate", "0.2", "--validation", self.pixels))
        best = report["history"][report["best_epoch"] - 1]["validation_loss"]
        self.assertLess(best, report["history"][0]["validation_loss"] + 1e-12)
        loss = parse(self.output("evaluate", "m.safetensors", self.pixels, "--json"))["loss"]
        self.assertAlmostEqual(loss, best, delta=1e-5 * best)

    def test_same_seed_same_bytes(self):
        def trained(*options):
            self.run_program("train", self.pixels, "-o", "m.safetensors", "--epochs", 3, "-q", *options)
            return (self.folder / "m.safetensors").read_bytes()
        for kind in ["denoising", "variational", "dictionary"]:
            with self.subTest(kind=kind):
                first = trained("--model", kind, "--seed", 3, "--threads", 1)
                self.assertEqual(first, trained("--model", kind, "--seed", 3, "--threads", 2))
                self.assertNotEqual(first, trained("--model", kind, "--seed", 4, "--threads", 1))

    def test_progress(self):
        plain = self.run_program("train", self.pixels, "-o", "m.safetensors", "--epochs", 3)
        self.assertEqual([line.split("  ")[0] for line in plain.stderr.splitlines()],
                         ["epoch 1/3", "epoch 2/3", "epoch 3/3"])
        self.assertRegex(plain.stdout, r"\Am\.safetensors: plain, 64-128-8-128-64, \d+ parameters\nepochs 3, ")
        quiet = self.run_program("train", self.pixels, "-o", "m.safetensors", "--epochs", 3, "--quiet")
        self.assertEqual(quiet.stdout + quiet.stderr, "")

        main, terminal = pty.openpty()
        program = subprocess.Popen([PROGRAM, "train", self.pixels, "-o", "m.safetensors", "--epochs", "3"],
                                   stderr=terminal, stdout=subprocess.DEVNULL, cwd=self.folder, env=ENVIRONMENT)
        os.close(terminal)
        seen = b""
        while True:
            try:
                piece = os.read(main, 4096)
            except OSError:   # the other end is closed
                break
            if not piece:
                break
            seen += piece
        os.close(main)
        self.assertEqual(program.wait(), 0)
        self.assertEqual(seen.count(b"\r\033[K"), 4)
        self.assertIn(b"#################### 3/3", seen)
        self.assertNotIn(b"\n", seen)

    def test_failures(self):
        text = self.folder / "text.csv"
        text.write_text("1,2\n3,four\n")
        nan = self.folder / "nan.csv"
        nan.write_text("1,2\nnan,4\n")
        empty = self.folder / "empty.csv"
        empty.write_text("")
        gz = self.folder / "what.gz"
        gz.write_bytes(gzip.compress(b"1,2\n"))
        broken = self.folder / "broken.csv.gz"
        broken.write_bytes(gzip.compress(b"1,2\n" * 1000)[:30])
        (self.folder / "folder").mkdir()
        out = ["-o", "m.safetensors", "--epochs", "2"]
        for words, *arguments in [
                ("none.csv: No such file", "none.csv", *out),
                ("line 2, column 2", text, *out),
                ("row 1, column 0", nan, *out),
                ("empty.csv", empty, *out),
                ("name it .csv.gz", gz, *out),
                ("broken.csv.gz", broken, *out),
                ("folder: it is a folder", "folder", *out),
                ("No such file or directory", self.data, "-o", "no/folder/m.safetensors"),
                ("folder: it is there and no file", self.data, "-o", "folder"),
                ("/dev/null: it is there and no file", self.data, "-o", "/dev/null"),
                ("would replace the data", text, "-o", text),
                ("would replace the data", self.data, "-o", text, "--validation", "./text.csv"),
                ("class", self.named, *out, "--label", "class"),
                ('"64"', self.pixels, *out, "--label", "64"),
                ("outside [0, 1]", self.data, *out, "--loss", "bce", "--scale", "none"),
                ("columns", self.data, *out, "--validation", self.pixels),
                ("None.csv", self.data, *out, "--validation", "None.csv"),
                ("65", self.data, *out[:2], "--model", "pca", "--latent", "66"),
                ("not finite", self.pixels, *out, "--learning-rate", "1e6", "--optimizer", "sgd", "--activation",
                 "relu", "--output", "identity", "-q")]:
            with self.subTest(arguments=arguments):
                self.fails(1, words, "train", *arguments)

    def test_cross_entropy_of_any_data(self):
        # the last row has the largest value, and some split of these holds it out
        data = self.folder / "range.csv"
        data.write_text("".join(f"{n},{-n}\n" for n in range(120)))
        for seed in range(12):
            self.run_program("train", data, "--loss", "bce", "--epochs", 1, "--seed", seed, "-q", "-o", "m")
            shown = parse(self.output("show", "m", "--json"))
            self.assertEqual(shown["architecture"]["scaling"], "minmax")
            self.assertTrue(math.isfinite(shown["history"][0]["validation_loss"]))

    def test_data_from_a_pipe(self):
        self.run_program("train", "-", "-o", "piped.safetensors", "--epochs", 5, "-q", stdin=self.pixels.read_text())
        self.assertEqual((self.folder / "piped.safetensors").read_bytes(), self.model("plain").read_bytes())
        words = self.fails(1, "standard input: line 2", "train", "-", "-o", "m", stdin="1,2\n3,x\n").stderr
        self.assertNotIn("memory", words)
        fifo = self.folder / "fifo"
        os.mkfifo(fifo)
        writer = subprocess.Popen(["sh", "-c", f"cat '{self.data}' >'{fifo}'"])
        self.run_program("train", fifo, "--label", 64, "-o", "piped.safetensors", "--epochs", 5, "-q")
        self.assertEqual(writer.wait(), 0)
        self.assertEqual((self.folder / "piped.safetensors").read_bytes(), self.model("plain").read_bytes())

    def test_labels_are_left_out(self):
        reference = self.model("plain").read_bytes()
        words = self.folder / "words.csv"
        words.write_text(self.named.read_text().replace(",0\n", ",none\n").replace(",1\n", ",some\n"))
        for data, label in [(self.data, "64"), (self.named, "odd, one"), (self.named, "64"), (words, "odd, one")]:
            with self.subTest(data=data, label=label):
                self.run_program("train", data, "--label", label, "-o", "m.safetensors", "--epochs", 5, "-q")
                self.assertEqual((self.folder / "m.safetensors").read_bytes(), reference)

    def test_threshold(self):
        model = self.model("plain", "--contamination", "0.1", "--validation", "0")
        shown = parse(self.output("show", model, "--json"))
        self.assertEqual(shown["contamination"], 0.1)
        report = parse(self.output("score", model, self.pixels, "--json"))
        # scores are floats, printed with just the digits that give the float back
        scores = [struct.unpack("f", struct.pack("f", score))[0] for score in report["values"]]
        above = sum(score > shown["threshold"] for score in scores)
        self.assertEqual(above, report["above_threshold"])
        self.assertEqual(above, ROWS // 10)
        self.assertIn(f"{above} of {ROWS} rows above the threshold",
                      self.run_program("score", model, self.pixels).stderr)
        self.assertIn("threshold", self.output("show", model))

    def test_solved_models_scale(self):
        """PCA of standardised columns: codes of variance, and a reconstruction in the data's units."""
        data = self.folder / "d.csv"
        data.write_text("".join(f"{1000 + i},{(i * 7 % 13) / 1e3},5\n" for i in range(50)))
        report = parse(self.output("train", data, "--model", "pca", "--latent", 2, "--scale", "standard", "-o",
                                   "p.safetensors", "--json"))
        self.assertAlmostEqual(sum(report["explained_variance"]), 1, places=5)
        for given, back in zip(numbers(data.read_text()), numbers(self.output("reconstruct", "p.safetensors", data))):
            for x, y in zip(given, back):
                self.assertAlmostEqual(x, y, delta=1e-4 * max(abs(x), 1e-3))


class Interrupts(Case):
    def start(self, *arguments, **more):
        return subprocess.Popen([PROGRAM, *map(str, arguments)], cwd=self.folder, env=ENVIRONMENT, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)

    def test_stopping_keeps_the_model(self):
        for number, code in [(signal.SIGINT, 130), (signal.SIGTERM, 143)]:
            with self.subTest(signal=number):
                path = self.folder / "m.safetensors"
                program = self.start("train", self.pixels, "-o", path, "--epochs", 10 ** 6, "--json")
                for _ in range(5):
                    self.assertTrue(program.stderr.readline().startswith("epoch "))
                program.send_signal(number)
                begun = time.monotonic()
                out, _ = program.communicate(timeout=60)
                self.assertLess(time.monotonic() - begun, 20)
                self.assertEqual(program.returncode, code)
                report = parse(out)
                self.assertTrue(report["stopped"])
                self.assertGreaterEqual(len(report["history"]), 5)
                self.assertEqual(len(parse(self.output("show", path, "--json"))["history"]), len(report["history"]))
                self.assertEqual(list(self.folder.iterdir()), [path])
                self.run_program("encode", path, self.pixels)

    def test_stopping_within_an_epoch(self):
        """One epoch takes minutes; the model is there at once all the same."""
        data = self.folder / "d.csv"
        data.write_text(self.pixels.read_text() * 40)
        program = self.start("train", data, "-o", "m.safetensors", "--epochs", 1, "--batch", 1, "--hidden",
                             "2048,2048,2048")
        time.sleep(3)
        self.assertIsNone(program.poll())
        program.send_signal(signal.SIGINT)
        out, _ = program.communicate(timeout=100)
        self.assertEqual(program.returncode, 130)
        self.assertIn("stopped after 0 whole epochs", out)
        self.run_program("show", "m.safetensors")

    def test_no_partial_output(self):
        """A program that is ended while it writes leaves nothing; what was there before stays."""
        old = self.folder / "rows.csv"
        old.write_text("old\n")
        program = self.start("sample", self.model("variational"), "-n", 10 ** 8, "-o", old)
        for _ in range(400):
            if len(list(self.folder.iterdir())) > 1:
                break
            time.sleep(0.05)
        self.assertEqual(len(list(self.folder.iterdir())), 2)
        program.terminate()
        program.communicate(timeout=60)
        self.assertEqual(program.returncode, -signal.SIGTERM)
        self.assertEqual(list(self.folder.iterdir()), [old])
        self.assertEqual(old.read_text(), "old\n")

    def test_broken_pipe(self):
        program = self.start("sample", self.model("variational"), "-n", 10 ** 6)
        self.assertTrue(program.stdout.readline())
        program.stdout.close()
        self.assertEqual(program.wait(timeout=60), -signal.SIGPIPE)
        self.assertEqual(program.stderr.read(), "")
        program.stderr.close()

    def test_a_lost_reader_of_the_progress_costs_no_model(self):
        program = self.start("train", self.pixels, "-o", "m.safetensors", "--epochs", 50)
        program.stderr.readline()
        program.stderr.close()
        program.stdout.read()
        program.stdout.close()
        self.assertEqual(program.wait(timeout=60), 0)
        self.assertEqual(len(parse(self.output("show", "m.safetensors", "--json"))["history"]), 50)

    def test_full_disk(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("there is no /dev/full")
        with open("/dev/full", "w") as full:
            for arguments in [["--help"], ["show", self.model()], ["encode", self.model(), self.pixels]]:
                result = subprocess.run([PROGRAM, *map(str, arguments)], stdout=full, stderr=subprocess.PIPE, text=True,
                                        env=ENVIRONMENT)
                self.assertEqual(result.returncode, 1, arguments)
                self.assertRegex(result.stderr, r"\Aautoencoder: standard output: [^\n]+\n\Z")


class Rows(Case):
    def test_formats_agree(self):
        text = self.output("encode", self.model(), self.pixels)
        codes = numbers(text)
        self.assertEqual((len(codes), len(codes[0])), (ROWS, 8))
        said = self.output("encode", self.model(), self.pixels, "-o", "codes.csv")
        self.assertEqual(said, f"codes.csv: {ROWS} rows of 8\n")
        self.assertEqual((self.folder / "codes.csv").read_text(), text)
        self.assertEqual(self.output("encode", self.model(), "-", "-o", "-", stdin=self.pixels.read_text()), text)
        self.assertEqual(self.output("encode", self.model(), self.pixels, "-o", "codes.npy", "-q"), "")
        shape, values = read_npy(self.folder / "codes.npy")
        self.assertEqual(shape, (ROWS, 8))
        flat = [x for row in codes for x in row]
        self.assertEqual([struct.pack("<f", x) for x in flat], [struct.pack("<f", x) for x in values])
        report = parse(self.output("encode", self.model(), self.pixels, "--json"))
        self.assertEqual(report["values"], codes)
        report = parse(self.output("encode", self.model(), self.pixels, "--json", "-o", "codes.csv"))
        self.assertEqual(report, {"file": "codes.csv", "rows": ROWS, "columns": 8})

    def test_threads_agree(self):
        one, two = (self.output("reconstruct", self.model(), self.pixels, "--threads", n) for n in (1, 2))
        self.assertEqual(one, two)

    def test_reading_what_it_wrote(self):
        """NPY and CSV with names come back as data; names are kept, with their quotes."""
        self.run_program("reconstruct", self.model(), self.pixels, "-o", "x.npy", "-q")
        self.assertEqual(self.output("encode", self.model(), "x.npy"),
                         self.output("encode", self.model(), "-",
                                     stdin=self.output("reconstruct", self.model(), self.pixels)))
        wide = self.folder / "m.safetensors"
        self.run_program("train", self.named, "-o", wide, "--epochs", 1, "-q")
        back = self.output("reconstruct", wide, self.named)
        self.assertEqual(back.splitlines()[0], self.named.read_text().splitlines()[0])
        self.assertTrue(self.output("encode", wide, self.named).startswith("code0,code1,"))
        self.assertTrue(self.output("score", wide, self.named).startswith("score\n"))

    def test_not_a_number_has_no_sign(self):
        values = [struct.pack("<64f", *([number] + [0.5] * 63)) for number in (math.nan, -math.nan, math.inf)]
        head = b"{'descr': '<f4', 'fortran_order': False, 'shape': (3, 64), }\n"
        (self.folder / "nan.npy").write_bytes(b"\x93NUMPY\1\0" + struct.pack("<H", len(head)) + head + b"".join(values))
        written = self.output("reconstruct", self.model(), "nan.npy")
        self.assertIn("nan", written)
        self.assertNotIn("-nan", written)

    def test_reconstruct(self):
        data, back = numbers(self.pixels.read_text()), numbers(self.output("reconstruct", self.model(), self.pixels))
        error = sum((x - y) ** 2 for a, b in zip(data, back) for x, y in zip(a, b)) / ROWS
        report = parse(self.output("evaluate", self.model(), self.pixels, "--json"))
        self.assertAlmostEqual(report["squared_error"], error, delta=1e-5 * error)
        self.assertAlmostEqual(report["squared_error_per_feature"], error / 64, delta=1e-6 * error)
        self.assertEqual(report["rows"], ROWS)

    def test_scores(self):
        text = self.run_program("score", self.model(), self.named, "--label", "odd, one")
        scores = [float(line) for line in text.stdout.splitlines()[1:]]
        labels = [line.rsplit(",", 1)[1] == "1" for line in self.named.read_text().splitlines()[1:]]
        pairs = [(a > b) + (a == b) / 2 for a, x in zip(scores, labels) if x for b, y in zip(scores, labels) if not y]
        auroc = sum(pairs) / len(pairs)
        order = sorted(zip(scores, labels), reverse=True)   # the scores are all different
        hits, precision = 0, 0.0
        for i, (_, anomaly) in enumerate(order):
            hits += anomaly
            precision += anomaly * hits / (i + 1)
        precision /= hits
        self.assertIn(f"anomalies {hits} of {ROWS} rows\nAUROC {auroc:.4f}\naverage precision {precision:.4f}\n",
                      text.stderr)
        said = self.output("score", self.model(), self.named, "--label", 64, "-o", "s.npy")
        self.assertIn(f"AUROC {auroc:.4f}\n", said)
        self.assertEqual(read_npy(self.folder / "s.npy")[0], (ROWS,))
        report = parse(self.output("score", self.model(), self.named, "--label", 64, "--json"))
        self.assertAlmostEqual(report["auroc"], auroc, places=9)
        self.assertAlmostEqual(report["average_precision"], precision, places=9)
        self.assertEqual(report["values"], scores)

        parts = numbers(self.output("score", self.model(), self.pixels, "--per-feature"))
        self.assertEqual(len(parts[0]), 64)
        for row, score in zip(parts, scores):
            self.assertAlmostEqual(sum(row), score, delta=1e-5 * score)

    def test_scores_of_ties_and_of_one_kind(self):
        pca = self.folder / "pca.safetensors"
        data = self.folder / "d.csv"
        data.write_text("".join(f"{x},0,{label}\n" for x, label in [(1, 0), (2, 1), (3, 0), (4, 1)]))
        self.run_program("train", data, "--label", 2, "--model", "pca", "--latent", 1, "-o", pca, "-q")
        same = self.folder / "same.csv"   # off the component: the same score in pairs
        same.write_text("0,1,1\n0,1,0\n0,2,1\n0,2,1\n0,0,0\n0,0,0\n")
        report = parse(self.output("score", pca, same, "--label", 2, "--json"))
        self.assertAlmostEqual(report["auroc"], (2 * 3 + 2.5) / 9, places=6)
        self.assertAlmostEqual(report["average_precision"], (2 * 1 + 3 / 4) / 3, places=6)
        same.write_text("0,1,0\n0,2,0\n")
        report = parse(self.output("score", pca, same, "--label", 2, "--json"))
        self.assertIsNone(report["auroc"])
        same.write_text("nan,1,0\n0,2,1\n")
        self.fails(1, "not a number", "score", pca, same, "--label", 2)

    def test_bytes(self):
        """IDX and NPY of unsigned bytes are value / 255, or not with --raw."""
        (self.folder / "raw.idx").write_bytes(struct.pack(">HBBII", 0, 8, 2, 3, 2) + bytes([0, 51, 102, 153, 204, 255]))
        (self.folder / "t10k-ubyte.gz").write_bytes(gzip.compress((self.folder / "raw.idx").read_bytes()))
        (self.folder / "data").write_bytes((self.folder / "raw.idx").read_bytes())   # known by its first bytes
        self.run_program("train", "raw.idx", "--model", "pca", "--latent", 2, "-o", "m.safetensors", "-q")
        for name in ["raw.idx", "data"] + (["t10k-ubyte.gz"] if has_zlib() else []):
            rows = numbers(self.output("reconstruct", "m.safetensors", name))
            for row, right in zip(rows, [[0, 0.2], [0.4, 0.6], [0.8, 1]]):
                for x, y in zip(row, right):
                    self.assertAlmostEqual(x, y, places=5)
        rows = numbers(self.output("reconstruct", "m.safetensors", "raw.idx", "--raw"))
        self.assertAlmostEqual(rows[0][1], 51, places=2)
        # a label's column out of a format without names
        self.run_program("train", "raw.idx", "--label", 1, "--model", "pca", "--latent", 1, "-o", "one.safetensors",
                         "-q")
        self.assertEqual(len(numbers(self.output("encode", "one.safetensors", "raw.idx", "--label", 1))), 3)
        self.fails(1, "no column '2'", "encode", "one.safetensors", "raw.idx", "--label", 2)

    def test_evaluate(self):
        report = parse(self.output("evaluate", self.model("variational"), self.pixels, "--json", "--samples", 20))
        self.assertAlmostEqual(report["elbo"], -report["reconstruction"] - report["kl"], places=6)
        self.assertGreater(report["kl"], 0)
        estimates = [parse(self.output("evaluate", self.model("variational"), self.pixels, "--json",
                                       "--importance-samples", k))["log_likelihood"] for k in (1, 50, 1000)]
        # one sample estimates the ELBO; more come closer to the log-likelihood from below
        self.assertAlmostEqual(estimates[0], report["elbo"], delta=0.02 * abs(report["elbo"]) + 1)
        self.assertEqual(sorted(estimates), estimates)
        self.assertGreater(estimates[-1], report["elbo"])
        self.assertIn("log-likelihood", self.output("evaluate", self.model("variational"), self.pixels,
                                                    "--importance-samples", 2))
        self.fails(1, "only a variational model", "evaluate", self.model(), self.pixels, "--importance-samples", 5)

    def linear_model(self, data, *options):
        """A variational model without hidden layers and one code unit: its report, and its file's tensors."""
        self.run_program("train", data, "-o", "m.safetensors", "--model", "variational", "--hidden", "none", "--latent",
                         1, "--epochs", 200, "--learning-rate", "0.01", "-q", *options)
        report = parse(self.output("evaluate", "m.safetensors", data, "--json", "--samples", 50, "--importance-samples",
                                   2000))
        self.assertGreater(report["log_likelihood"], report["elbo"])
        return report["log_likelihood"], read_tensors(self.folder / "m.safetensors")

    def test_normal_log_likelihood(self):
        """Linear with normal noise: log p(x) is that of N(b, w w^T + gamma^2 I), of the scaled features."""
        data = self.folder / "d.csv"
        rows = [[10 + math.sin(i), 3 * math.sin(i) + math.cos(3 * i), math.cos(5 * i) - math.sin(i)]
                for i in range(150)]
        data.write_text("".join(",".join(map(repr, row)) + "\n" for row in rows))
        estimate, t = self.linear_model(data, "--scale", "standard")
        w, b, variance = t["decoder.0.weight"], t["decoder.0.bias"], math.exp(t["observation.log_variance"][0])
        self.assertGreater(sum(x * x for x in w), 0.1)
        exact = 0
        for row in rows:
            x = [(v - o) / s - c for v, o, s, c in zip(row, t["scaling.offset"], t["scaling.scale"], b)]
            ww, wx, xx = (sum(p * q for p, q in zip(*pair)) for pair in ((w, w), (w, x), (x, x)))
            # Sherman and Morrison for the inverse, the matrix determinant lemma for the determinant
            distance = (xx - wx * wx / (variance + ww)) / variance
            determinant = math.log(variance) * len(x) + math.log1p(ww / variance)
            exact -= (distance + determinant + len(x) * math.log(2 * math.pi)) / 2 / len(rows)
        self.assertAlmostEqual(estimate, exact, delta=0.01)

    def test_bernoulli_log_likelihood(self):
        """Logistic: log p(x) by summing over a fine grid of the code."""
        data = self.folder / "d.csv"
        rows = [[int(i % 3 > 0), int(i % 3 > 0 or i % 7 == 0), int(i % 5 > 3), 0.25] for i in range(150)]
        data.write_text("".join(",".join(map(repr, row)) + "\n" for row in rows))
        estimate, t = self.linear_model(data, "--loss", "bce")
        exact, steps = 0, 2000
        for row in rows:
            p = 0
            for k in range(steps):
                z = -8 + 16 * (k + 0.5) / steps
                logits = [w * z + b for w, b in zip(t["decoder.0.weight"], t["decoder.0.bias"])]
                log_p = sum(x * a - max(a, 0) - math.log1p(math.exp(-abs(a))) for x, a in zip(row, logits))
                p += math.exp(log_p - z * z / 2) / math.sqrt(2 * math.pi) * 16 / steps
            exact += math.log(p) / len(rows)
        self.assertAlmostEqual(estimate, exact, delta=0.01)

    def test_sample(self):
        def rows(*options):
            return self.output("sample", self.model("variational"), *options).splitlines()
        five = rows("-n", 5, "--seed", 3)
        self.assertEqual(len(numbers("\n".join(five))[0]), 64)
        self.assertEqual(rows("-n", 3, "--seed", 3), five[:3])
        self.assertNotEqual(rows("-n", 5, "--seed", 4), five)
        self.assertNotEqual(rows("-n", 5, "--seed", 3, "--observe"), five)
        self.assertEqual(len(rows("-n", 3000)), 3000)   # more than is made at a time
        self.assertEqual(len(set(rows("-n", 3000))), 3000)
        self.assertEqual(len(rows()), 10)
        self.fails(1, "only a variational model", "sample", self.model(), "-o", "x.csv")

    def test_interpolate(self):
        back = numbers(self.output("reconstruct", self.model(), self.pixels))
        way = numbers(self.output("interpolate", self.model(), self.pixels, "--from", 4, "--to", 9, "--steps", 5))
        self.assertEqual(len(way), 5)
        for row, right in [(way[0], back[4]), (way[-1], back[9])]:
            for x, y in zip(row, right):
                self.assertAlmostEqual(x, y, places=5)
        straight, circle = (self.output("interpolate", self.model("variational"), self.pixels, "--from", 4, "--to", 9,
                                        "--path", path) for path in ("linear", "spherical"))
        self.assertNotEqual(straight, circle)
        default = self.output("interpolate", self.model("variational"), self.pixels, "--from", 4, "--to", 9)
        self.assertEqual(default, circle)
        self.fails(1, f"no row {ROWS}", "interpolate", self.model(), self.pixels, "--from", 4, "--to", ROWS)

    def test_failures(self):
        junk = self.folder / "junk.safetensors"
        junk.write_bytes(b"\0" * 100)
        high = self.folder / "high.csv"
        high.write_text(",".join(["2"] * 64) + "\n")
        for words, *arguments in [
                ("'none.safetensors': No such file", "show", "none.safetensors"),
                ("junk.safetensors", "show", junk),
                ("junk.safetensors", "encode", junk, self.pixels),
                ("--label", "encode", self.model(), self.data, "-o", "codes.csv"),
                ("No such file", "encode", self.model(), "none.csv", "-o", "codes.npy"),
                ("No such file", "encode", self.model(), self.pixels, "-o", "no/codes.npy"),
                ("outside [0, 1]", "score", self.model("plain", "--loss", "bce"), high, "-o", "s.csv"),
                ("outside [0, 1]", "score", self.model("plain", "--loss", "bce"), high, "-o", "s.csv", "--json"),
                ("model takes 64", "evaluate", self.model(), self.data)]:
            with self.subTest(arguments=arguments):
                self.assertEqual(self.fails(1, words, *arguments).stdout, "")

    def test_files(self):
        """Permissions as other programs would give them, links followed, a line in a name is no new line."""
        old = os.umask(0o027)
        try:
            self.run_program("encode", self.model(), self.pixels, "-o", "a.csv")
        finally:
            os.umask(old)
        self.assertEqual((self.folder / "a.csv").stat().st_mode & 0o777, 0o640)
        (self.folder / "real.csv").write_text("")
        (self.folder / "real.csv").chmod(0o600)
        (self.folder / "link.csv").symlink_to("real.csv")
        self.run_program("encode", self.model(), self.pixels, "-o", "link.csv", "-q")
        self.assertTrue((self.folder / "link.csv").is_symlink())
        self.assertEqual((self.folder / "real.csv").read_bytes(), (self.folder / "a.csv").read_bytes())
        self.assertEqual((self.folder / "real.csv").stat().st_mode & 0o777, 0o600)
        self.fails(1, "two?lines.csv", "encode", self.model(), "two\nlines.csv")
        strange = self.folder / "\udcff\"\n.safetensors"
        shutil.copy(self.model(), strange)
        shown = parse(self.output("show", strange, "--json"))
        self.assertEqual(shown["file"], str(self.folder) + "/\ufffd\"\n.safetensors")


# Reads the rows of a CSV file without names, writes what the model makes of them, with the code in front.
EXPORTED_HOST = """
#include HEADER
#include <stdio.h>

int main(void)
{
    NAME(work) work;
    float x[DIM(INPUT_DIM)], code[DIM(LATENT_DIM)], x_hat[DIM(OUTPUT_DIM)];
    while (scanf("%f%*[,\\n]", &x[0]) == 1) {
        for (int i = 1; i < DIM(INPUT_DIM); i++)
            if (scanf("%f%*[,\\n]", &x[i]) != 1) return 1;
        NAME(encode)(x, code, &work);
        NAME(reconstruct)(x, x_hat, &work);
        printf("%.9g", (double)NAME(score)(x, NULL, &work));
        for (int i = 0; i < DIM(LATENT_DIM); i++)
            printf(",%.9g", (double)code[i]);
        for (int i = 0; i < DIM(OUTPUT_DIM); i++)
            printf(",%.9g", (double)x_hat[i]);
        putchar('\\n');
    }
    return 0;
}
"""


class Export(Case):
    def setUp(self):
        super().setUp()
        self.compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")

    def compiled(self, prefix, source):
        """What a program with an exported model makes of the pixels: scores, codes, rows."""
        (self.folder / "host.c").write_text(EXPORTED_HOST)
        subprocess.run([self.compiler, "-std=c99", "-Wall", "-Wextra", "-Werror", "-O2",
                        f'-DHEADER="{source[:-1]}h"', f"-DNAME(name)={prefix}_##name",
                        f"-DDIM(name)={prefix.upper()}_##name", "host.c", source, "-lm", "-o", "host"],
                       cwd=self.folder, check=True)
        text = subprocess.run([self.folder / "host"], input=self.pixels.read_text(), capture_output=True, text=True,
                              check=True).stdout
        self.assertEqual(len(text.splitlines()), ROWS)
        latent = len(numbers(text)[0]) - 1 - 64
        return [[row[:1] for row in numbers(text)], [row[1:1 + latent] for row in numbers(text)],
                [row[1 + latent:] for row in numbers(text)]]

    def test_c_source_gives_what_the_program_gives(self):
        if not self.compiler:
            self.skipTest("no C compiler")
        for kind, *options in [("plain", "--scale", "standard"), ("denoising", "--hidden", "30,20"),
                               ("topk", "--scale", "minmax"), ("variational",), ("plain", "--loss", "bce"), ("pca",),
                               ("dictionary",)]:
            with self.subTest(kind=kind, options=options):
                model = self.model(kind, *options)
                said = self.output("export", model, "-o", "m.c")
                self.assertEqual(said, "m.c, m.h: C99 source, names begin with m_\n")
                for command, found in zip(("score", "encode", "reconstruct"), self.compiled("m", "m.c")):
                    expected = numbers(self.output(command, model, self.pixels))
                    largest = max(abs(x) for row in expected for x in row)
                    worst = max(abs(x - y) for rows in zip(found, expected) for x, y in zip(*rows))
                    # sparse codes solve a linear system, which enlarges rounding
                    self.assertLess(worst / largest, 1e-5 if kind == "dictionary" else 1e-6, command)

    def test_names_in_c(self):
        for name, *options, prefix in [("digits.c", "digits"), ("2nd-try.c", "model_2nd_try"), ("a b\u00e4.c", "a_b__"),
                                       ("x" * 60 + ".c", "x" * 40), ("d.c", "--prefix", "Net_1", "Net_1")]:
            with self.subTest(name=name):
                said = parse(self.output("export", self.model(), "-o", name, "--json", *options))
                self.assertEqual(said, {"file": name, "format": "c", "graph": None, "header": name[:-1] + "h",
                                        "prefix": prefix})
                self.assertIn(f"void {prefix}_encode(", (self.folder / name).with_suffix(".h").read_text())
                if self.compiler and "\u00e4" not in name:
                    self.compiled(prefix, name)
        self.fails(1, "no prefix", "export", self.model(), "-o", "n.c", "--prefix", "8")
        self.fails(1, "no prefix", "export", self.model(), "-o", "n.c", "--prefix", "")

    def test_both_files_or_neither(self):
        (self.folder / "new.h").mkdir()
        self.fails(1, "new.h", "export", self.model(), "-o", "new.c")
        (self.folder / "old.h").mkdir()
        (self.folder / "old.c").write_text("before")
        self.fails(1, "old.h", "export", self.model(), "-o", "old.c")
        self.assertEqual((self.folder / "old.c").read_text(), "before")
        self.fails(1, "No such file", "export", self.model(), "-o", "no/m.c")
        self.fails(1, "No such file", "export", "none.safetensors", "-o", "m.c")

    def test_onnx(self):
        try:
            import onnx
        except ImportError:
            onnx = None
        for kind, graph, taken, given in [
                ("plain", "reconstruct", ("x", 64), [("reconstruction", 64)]),
                ("plain", "encoder", ("x", 64), [("code", 8)]),
                ("variational", "encoder", ("x", 64), [("mu", 8), ("log_var", 8)]),
                ("variational", "decoder", ("code", 8), [("reconstruction", 64)]),
                ("dictionary", "decoder", ("code", 64), [("reconstruction", 64)])]:
            with self.subTest(kind=kind, graph=graph):
                self.assertEqual(self.output("export", self.model(kind), "-o", "m.onnx", "--graph", graph),
                                 f"m.onnx: ONNX graph, {graph}\n")
                # the format by its name, and a name that says nothing
                said = parse(self.output("export", self.model(kind), "-o", "m", "--format", "onnx", "--graph", graph,
                                         "--json", "-q"))
                self.assertEqual(said, {"file": "m", "format": "onnx", "graph": graph, "header": None, "prefix": None})
                self.assertEqual((self.folder / "m").read_bytes(), (self.folder / "m.onnx").read_bytes())
                if onnx:
                    model = onnx.load(str(self.folder / "m.onnx"))
                    onnx.checker.check_model(model, full_check=True)
                    found = [[(value.name, value.type.tensor_type.shape.dim[1].dim_value) for value in values]
                             for values in (model.graph.input, model.graph.output)]
                    self.assertEqual(found, [[taken], given])
        self.run_program("export", self.model(), "-o", "m.onnx", "-q")
        self.run_program("export", self.model(), "-o", "r.onnx", "-q", "--graph", "reconstruct")
        self.assertEqual((self.folder / "m.onnx").read_bytes(), (self.folder / "r.onnx").read_bytes())
        (self.folder / "m.onnx").write_text("before")
        self.fails(1, "only its decoder has", "export", self.model("dictionary"), "-o", "m.onnx")
        self.assertEqual((self.folder / "m.onnx").read_text(), "before")
        self.assertEqual(self.run_program("export", self.model(), "-o", "m.onnx", "-q").stdout, "")


class Manual(Case):
    @unittest.skipUnless(has_picture() and has_zlib(), "built without libpng or zlib")
    def test_the_session_in_the_docs(self):
        """Every command of docs/cli.md runs in order and prints what is there, but for the numbers."""
        shutil.copy(ROOT / "examples/data/digits.csv.gz", self.folder)
        (self.folder / "bin").mkdir()
        (self.folder / "bin/autoencoder").symlink_to(PROGRAM)
        environment = dict(ENVIRONMENT, PATH=f"{self.folder}/bin:{os.environ['PATH']}")
        blocks = re.findall(r"^```console\n(.*?)^```", (ROOT / "docs/cli.md").read_text(), re.M | re.S)
        commands = [part for block in blocks for part in re.split(r"^\$ ", block, flags=re.M)[1:]]
        self.assertGreater(len(commands), 5)
        for part in commands:
            lines = part.splitlines()
            last = next(i for i, line in enumerate(lines) if not line.endswith("\\"))
            command, expected = "\n".join(lines[:last + 1]), "\n".join(lines[last + 1:])
            result = subprocess.run(["sh", "-c", command], capture_output=True, text=True, cwd=self.folder,
                                    env=environment, timeout=200)
            self.assertEqual(result.returncode, 0, f"{command}: {result.stderr}")
            shown, expected = (re.sub(r" *-?\d+(\.\d+)?(e-?\d+)?", "#", text.strip())
                               for text in (result.stdout, expected))
            self.assertEqual(shown, expected, command)


@unittest.skipUnless(has_picture(), "built without libpng")
class Pictures(Case):
    def test_every_kind(self):
        plane = self.model("variational", "--latent", "2")
        flat = self.model("plain", "--latent", "2")
        for kind, size, *arguments in [
                ("reconstructions", (5 * 60 + 4, 124), self.model(), self.pixels, "-n", 5),
                ("reconstructions", (20 * 60 + 4, 4 * 60 + 4), self.model(), self.pixels, "-n", 25),
                ("samples", (4 * 60 + 4, 4 * 60 + 4), self.model("variational"), "-n", 16),
                ("plane", (7 * 60 + 4, 7 * 60 + 4), plane, "-n", 7),
                ("plane", (7 * 60 + 4, 7 * 60 + 4), flat, self.pixels, "-n", 7),
                ("codes", (640, 640), flat, self.data, "--label", 64),
                ("codes", (640, 640), self.model("pca"), self.pixels),
                ("weights", (8 * 60 + 4, 8 * 60 + 4), self.model("dictionary")),
                ("interpolation", (4 * 60 + 4, 64), self.model(), self.pixels, "--from", 1, "--to", 2, "--steps", 4),
                ("samples", (3 * (16 * 3 + 4) + 4, 3 * (4 * 3 + 4) + 4), self.model("variational"), "-n", 9, "--width",
                 16)]:
            with self.subTest(kind=kind, arguments=arguments):
                said = self.output("picture", kind, *arguments, "-o", "p.png")
                width, height, rows = read_png(self.folder / "p.png")
                self.assertEqual((width, height), size)
                self.assertEqual(said, f"p.png: {width} x {height} pixels\n")
                self.assertGreater(len({row[3 * i:3 * i + 3] for row in rows for i in range(width)}), 10)
                self.assertEqual([p.name for p in self.folder.iterdir()], ["p.png"])

    def test_the_originals_are_drawn(self):
        """The upper line of a sheet of reconstructions is the data, 7 x 7 blocks of it."""
        self.run_program("picture", "reconstructions", self.model(), self.pixels, "-n", 3, "-o", "p.png", "-q")
        _, _, rows = read_png(self.folder / "p.png")
        for n, image in enumerate(numbers(self.pixels.read_text())[:3]):
            for i, value in enumerate(image):
                x, y = 4 + 60 * n + i % 8 * 7 + 3, 4 + i // 8 * 7 + 3
                self.assertEqual(list(rows[y][3 * x:3 * x + 3]), [round(255 * (1 - value) + 1e-9)] * 3, (n, i))

    def test_wrong_usage(self):
        for words, *arguments in [
                ("no kind 'foo'", "foo", self.model(), "-o", "p.png"),
                ("needs -o", "weights", self.model()),
                ("needs -o", "weights", self.model(), "-o", "-"),
                ("needs -o", "weights", self.model(), "-o", ""),
                ("reconstructions needs DATA", "reconstructions", self.model(), "-o", "p.png"),
                ("weights takes no DATA", "weights", self.model(), self.pixels, "-o", "p.png"),
                ("needs --from", "interpolation", self.model(), self.pixels, "-o", "p.png"),
                ("needs KIND MODEL", "weights", "-o", "p.png")]:
            self.fails(2, words, "picture", *arguments)
        for words, *arguments in [
                ("needs a code of 2", "plane", self.model(), "-o", "p.png"),
                ("only a variational model", "samples", self.model(), "-o", "p.png"),
                ("no memory for", "samples", self.model("variational"), "-n", 2 ** 62 // 64 + 1, "-o", "p.png"),
                ("no images of width 7", "weights", self.model(), "--width", 7, "-o", "p.png"),
                ("No such file", "weights", self.model(), "-o", "no/p.png")]:
            self.fails(1, words, "picture", *arguments)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]] + sys.argv[3:], verbosity=1)
