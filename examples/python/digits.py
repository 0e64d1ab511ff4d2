# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 the libautoencoder authors
"""The library from Python on the 8x8 digits: a model that is better than principal components, pictures that are no
digits, new digits, and codes as features of a classifier, where scikit-learn is installed.

    python3 digits.py
"""
import pathlib
import sys

import numpy as np

from autoencoder import PCA, Autoencoder, VariationalAutoencoder

DIGITS = pathlib.Path(__file__).resolve().parent.parent / "data" / "digits.csv.gz"


def draw(*pictures):
    """Pictures of 8 x 8 pixels, 0 to 16, side by side."""
    for row in np.hstack([np.reshape(picture, (8, 8)) for picture in pictures]):
        print("".join(" .:-=+*#%@"[int(min(max(pixel / 1.7, 0), 9))] for pixel in row))


def progress(report):
    """Called after each epoch; what it returns could end the training."""
    if report.epoch % 20 == 0:
        print(f"  epoch {report.epoch:3}: validation loss {report.validation_loss:.3f}")


def train(digits):
    """Eight numbers for a digit: an autoencoder beside principal components."""
    model = Autoencoder(8, hidden_dims=(128,), output_activation="sigmoid", scaling="minmax", epochs=100, batch_size=32,
                        schedule="cosine", learning_rate=3e-3, contamination=0.01, random_state=1)
    known, unknown = digits[:1400], digits[1400:]
    try:
        model.fit(known, validation=unknown, callback=progress)
    except KeyboardInterrupt:
        print("  interrupted: the model is as it was then")
        model.fit_threshold(known, 0.01)
    for name, other in (("principal components", PCA(8).fit(known)), ("autoencoder", model)):
        error = np.square(other.reconstruct(unknown) - unknown).sum(axis=1).mean()
        print(f"{name}: squared error {error:.0f} for a new digit")
    print("Four digits, and what eight numbers keep of them:")
    draw(*unknown[:4])
    draw(*model.reconstruct(unknown[:4]))
    return model


def find_strangers(model, digits):
    """Rows that are unlike the training data have high scores."""
    noise = np.random.default_rng(1).integers(0, 17, (100, 64))
    for name, rows in (("digits", digits[1400:]), ("noise", noise)):
        found = np.sum(model.predict(rows) == -1)
        print(f"{found} of {len(rows)} pictures of {name} are unusual")
    scores, parts = model.anomaly_score(digits, per_feature=True)
    print(f"The strangest digit, score {scores.max():.1f}, and where it is strange:")
    strangest = scores.argmax()
    draw(digits[strangest], parts[strangest] / parts[strangest].max() * 16)


def invent(digits):
    """A variational model makes new digits, and knows which are near each other."""
    model = VariationalAutoencoder(8, hidden_dims=(128,), output_activation="sigmoid", scaling="minmax", epochs=100,
                                   batch_size=32, schedule="cosine", kl_warmup_epochs=10, random_state=1).fit(digits)
    elbo = model.elbo(digits, samples=10)
    print(f"ELBO {-elbo.negative_elbo:.1f} nats, of which KL {elbo.kl:.1f}; {elbo.active_units} of 8 units are used. "
          "New digits:")
    draw(*model.sample(6, random_state=7))


def classify(digits, labels):
    """In scikit-learn a model is a step like others: here codes are the features, and their width is searched for."""
    try:
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import GridSearchCV
        from sklearn.pipeline import make_pipeline
    except ImportError:
        print("scikit-learn is not installed: no classifier")
        return
    encoder = Autoencoder(hidden_dims=(64,), scaling="minmax", epochs=20, batch_size=32)
    pipeline = make_pipeline(encoder, LogisticRegression(max_iter=5000))
    search = GridSearchCV(pipeline, {"autoencoder__latent_dim": [4, 24]}, cv=3).fit(digits[:1400], labels[:1400])
    print(f"classified by codes of {search.best_params_['autoencoder__latent_dim']} numbers: "
          f"{100 * search.score(digits[1400:], labels[1400:]):.1f} % right")


def main():
    table = np.random.default_rng(0).permutation(np.loadtxt(DIGITS, delimiter=",", dtype=np.float32))
    digits, labels = table[:, :64], table[:, 64]  # such rows are used in place, though apart
    model = train(digits)
    find_strangers(model, digits)
    invent(digits)
    classify(digits, labels)


if __name__ == "__main__":
    sys.exit(main())
