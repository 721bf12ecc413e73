#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes the files of exchange/, mixtures as other programs keep them, and checks ours by theirs.

    make_exchange.py               writes exchange/ (scikit-learn 1.2.1, OpenCV 4.6.0, and by
                                   make_exchange.R mclust 6.0.0: those of Debian 12)
    make_exchange.py --load FILE   prints what OpenCV makes of a file that write_opencv wrote

Golden files are as make_golden.py tells: [name], then `key = text` or `key rows cols numbers`, the
numbers column by column.
"""

import pathlib
import subprocess
import sys

import cv2
import numpy as np
import sklearn
from sklearn.mixture import GaussianMixture

HERE = pathlib.Path(__file__).parent
OUT = HERE / "exchange"


def read(name):
    rows = [line.split(",") for line in (HERE / f"{name}.csv").read_text().split("\n")[1:] if line]
    return np.array([[float(cell) for cell in row[:4]] for row in rows])


def matrix(key, values, rows, cols):
    numbers = np.asarray(values, dtype=float).reshape(rows, cols).ravel(order="F")
    return " ".join([key, str(rows), str(cols), *(repr(float(number)) for number in numbers)])


def scikit_learn():
    lines = [f"# scikit-learn {sklearn.__version__}, written by make_exchange.py; covariances and "
             "precisions_cholesky as rows: full [K D x D], tied [D x D], diag [K x D], "
             "spherical [K x 1]"]
    for name, components in (("iris", 3), ("faithful", 2)):
        x = read(name)
        d = x.shape[1]
        shapes = {"full": (components * d, d), "tied": (d, d), "diag": (components, d),
                  "spherical": (components, 1)}
        for kind, shape in shapes.items():
            fit = GaussianMixture(components, covariance_type=kind, random_state=0).fit(x)
            lines += [f"[{name} {kind}]", f"data = {name}", f"covariance_type = {kind}",
                      matrix("weights", fit.weights_, components, 1),
                      matrix("means", fit.means_, components, d),
                      matrix("covariances", fit.covariances_, *shape),
                      matrix("precisions_cholesky", fit.precisions_cholesky_, *shape),
                      matrix("log_likelihood", fit.score(x) * len(x), 1, 1)]
    (OUT / "scikit_learn.txt").write_text("\n".join(lines) + "\n")


def log_density(x, weights, means, covariances):
    """Of a mixture, by numpy."""
    parts = []
    for weight, mean, covariance in zip(weights, means, covariances):
        offset = x - mean
        distance = np.einsum("ni,ij,nj->n", offset, np.linalg.inv(covariance), offset)
        log_determinant = np.linalg.slogdet(2 * np.pi * covariance)[1]
        parts.append(np.log(weight) - (distance + log_determinant) / 2)
    return np.logaddexp.reduce(parts)


def opencv():
    lines = [f"# OpenCV {cv2.__version__}, written by make_exchange.py. predict2: the sum of what "
             "its predict2 gives; log_likelihood: that of the numbers it stores, by numpy"]
    for name, components in (("iris", 3), ("faithful", 2)):
        x = read(name)
        for kind in ("spherical", "diagonal", "generic"):
            cv2.setRNGSeed(1)
            em = cv2.ml.EM_create()
            em.setClustersNumber(components)
            em.setCovarianceMatrixType(getattr(cv2.ml, f"EM_COV_MAT_{kind.upper()}"))
            em.trainEM(x)
            for ending in ("yml", "json"):
                em.save(str(OUT / f"opencv_{name}_{kind}.{ending}"))
            density = log_density(x, em.getWeights()[0], em.getMeans(), em.getCovs())
            lines += [f"[{name} {kind}]", f"data = {name}", f"file = opencv_{name}_{kind}",
                      matrix("predict2", sum(em.predict2(row)[0][0] for row in x), 1, 1),
                      matrix("log_likelihood", density.sum(), 1, 1)]
    (OUT / "opencv.txt").write_text("\n".join(lines) + "\n")


def load(file):
    em = cv2.ml.EM_load(file)
    x = np.zeros((1, em.getMeans().shape[1]))
    print("weights", *map(repr, em.getWeights()[0].tolist()))
    print("means", *map(repr, em.getMeans().ravel().tolist()))
    print("covs", *map(repr, np.array(em.getCovs()).ravel().tolist()))
    print("type", em.getCovarianceMatrixType(), "predict2 at 0:", repr(em.predict2(x)[0][0]))


def main():
    if sys.argv[1:2] == ["--load"]:
        load(sys.argv[2])
        return
    OUT.mkdir(exist_ok=True)
    scikit_learn()
    opencv()
    subprocess.run(["Rscript", str(HERE / "make_exchange.R"), str(HERE)], check=True)


if __name__ == "__main__":
    main()
