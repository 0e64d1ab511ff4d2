# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""The example digits.py runs and its figures are good. Exit 77 (skip) without numpy.

    check_digits.py DIGITS_PY LIBRARY
"""
import os
import re
import subprocess
import sys

try:
    import numpy  # noqa: F401
except ImportError:
    print("numpy is not installed")
    sys.exit(77)

CHECKS = [(r"^principal components: squared error (\d+)", 300, 450), (r"^autoencoder: squared error (\d+)", 150, 280),
          (r"^(\d+) of 397 pictures of digits", 0, 30), (r"^(\d+) of 100 pictures of noise", 98, 100),
          (r"^ELBO (\S+) nats", 20, 60), (r"numbers: (\S+) % right", 85, 100)]


def main():
    output = subprocess.run([sys.executable, "-B", sys.argv[1]], env=dict(os.environ, AUTOENCODER_LIBRARY=sys.argv[2]),
                            check=True, stdout=subprocess.PIPE, text=True).stdout
    print(output)
    if "scikit-learn is not installed" in output:
        CHECKS.pop()
    wrong = []
    for pattern, least, most in CHECKS:
        found = re.search(pattern, output, re.M)
        if not found or not least <= float(found.group(1)) <= most:
            wrong.append(f"{pattern}: {found and found.group(1)}, not {least} to {most}")
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
