# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""Writes one of the two photographs that scikit-learn ships as a grey PNG for example_patches. On Debian:
apt-get install python3-sklearn python3-pil

    photograph.py china|flower OUTPUT.png
"""
import sys

from PIL import Image
from sklearn.datasets import load_sample_image

Image.fromarray(load_sample_image(sys.argv[1] + ".jpg")).convert("L").save(sys.argv[2])
