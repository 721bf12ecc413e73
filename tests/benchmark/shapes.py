#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares default fits with scikit-learn's on data of many shapes.

    shapes.py PROGRAM [NAME...]

PROGRAM is eigenmix_benchmark_shapes; NAMEs pick data sets. scikit-learn's GaussianMixture runs ten
times (seeds 0 to 9, k-means start, tol 1e-8, reg_covar 1e-12) for the median and the best
log-likelihood, and once as it is by default for the time. Run with OPENBLAS_NUM_THREADS=1 and, on a
processor with AVX-512, OPENBLAS_CORETYPE=SkylakeX."""
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np
from sklearn import datasets
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

warnings.simplefilter('ignore', ConvergenceWarning)
FAMILIES = {'Full': 'full', 'Tied': 'tied', 'Diagonal': 'diag', 'Spherical': 'spherical'}


def groups(seed, n, d, k, distance):
    r = np.random.default_rng(seed)
    x = r.normal(size=(n, d))
    x += r.normal(size=(k, d))[np.arange(n) % k] * distance
    return x


def cases():
    r = np.random.default_rng(1)
    digits = datasets.load_digits().data
    yield 'digits30', PCA(30, random_state=0).fit_transform(digits), 10
    yield 'digits12', PCA(12, random_state=0).fit_transform(digits), 10
    roll = datasets.make_swiss_roll(2000, noise=0.5, random_state=0)[0]
    yield 'roll20', roll, 20
    yield 'roll10', roll, 10
    yield 'circles', datasets.make_circles(1000, noise=0.05, factor=0.5, random_state=0)[0], 12
    yield 'moons', datasets.make_moons(1000, noise=0.1, random_state=0)[0], 6
    yield 'cube', r.uniform(size=(800, 10)), 3
    yield 'wine', datasets.load_wine().data, 3
    yield 'iris', datasets.load_iris().data, 3
    yield 'cancer', datasets.load_breast_cancer().data[:, :10], 2
    yield 'diabetes', datasets.load_diabetes().data, 3
    s = datasets.make_s_curve(1500, noise=0.1, random_state=0)[0]
    yield 's_curve', s, 12
    yield 'heavy', r.standard_t(3, size=(1000, 4)), 3
    yield 'ring', np.c_[np.cos(t := r.uniform(0, 6.2832, 1500)), np.sin(t)] + 0.1 * r.normal(size=(1500, 2)), 10
    yield 'exponential', r.exponential(size=(1500, 3)), 5
    yield 'overlap', groups(3, 3000, 8, 10, 1.2), 10
    yield 'overlap2', groups(4, 1000, 2, 6, 1.5), 6
    yield 'blobs', groups(5, 2000, 5, 8, 3), 8


def scikit(x, k, kind):
    values = []
    for seed in range(10):
        try:
            model = GaussianMixture(k, covariance_type=kind, tol=1e-8, max_iter=3000,
                                    reg_covar=1e-12, random_state=seed).fit(x)
            values.append(model.score(x) * len(x))
        except ValueError:  # a covariance that is not positive definite
            pass
    seconds = []
    for seed in range(3):
        begin = time.perf_counter()
        GaussianMixture(k, covariance_type=kind, random_state=seed).fit(x)
        seconds.append(time.perf_counter() - begin)
    return values, 1e3 * min(seconds)


def main():
    program, names = sys.argv[1], sys.argv[2:]
    below_median = below_best = slow = count = 0
    print('%-12s %-9s %12s %9s %9s %3s | %9s %9s' % (
        'data', 'family', 'ours', '- median', '- best', '', 'ms', 'scikit'))
    for name, x, k in cases():
        if names and name not in names:
            continue
        with tempfile.NamedTemporaryFile('w', suffix='.csv') as file:
            np.savetxt(file, x, '%.17g', ',')
            file.flush()
            lines = subprocess.run([program, file.name, str(k)], check=True, capture_output=True,
                                   text=True).stdout.splitlines()
        for line in lines:
            family, value, sound, _, ms = line.split()
            values, theirs = scikit(x, k, FAMILIES[family])
            if not values:
                continue
            median, best = np.median(values), max(values)
            value = float(value)
            tolerance = 0.01 + 1e-7 * abs(best)
            count += 1
            below_median += value < median - tolerance
            below_best += value < best - tolerance
            slow += 2 * float(ms) > theirs
            print('%-12s %-9s %12.2f %9.2f %9.2f %3s | %9.2f %9.2f %s%s' % (
                name, family, value, value - median, value - best, '' if sound == '1' else 'u',
                float(ms), theirs, 'M' if value < median - tolerance else
                'b' if value < best - tolerance else '', 's' if 2 * float(ms) > theirs else ''),
                flush=True)
    print('%d cases: %d below the median, %d below the best, %d not twice as fast' % (
        count, below_median, below_best, slow))


if __name__ == '__main__':
    main()
