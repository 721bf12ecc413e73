#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Times whole default fits beside scikit-learn's on the same samples.

    whole.py PROGRAM

PROGRAM is eigenmix_benchmark_passes. Both start and stop as they do by default, on one thread: run
with OPENBLAS_NUM_THREADS=1. Prints, for each set, seconds and mean log-likelihoods."""
import os
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

warnings.simplefilter('ignore', ConvergenceWarning)
KINDS = {'Full': 'full', 'Diagonal': 'diag'}


def main():
    with tempfile.TemporaryDirectory() as directory:
        lines = subprocess.run([sys.argv[1], 'whole', directory], check=True, text=True,
                               stdout=subprocess.PIPE).stdout.splitlines()
        print('set             eigenmix s, passes, mean   scikit-learn s, iterations, mean  times')
        for line in lines:
            name, family, dimension, components, seconds, passes, mean = line.split()
            x = np.fromfile(os.path.join(directory, name + '.bin')).reshape(-1, int(dimension))
            begin = time.perf_counter()
            fit = GaussianMixture(int(components), covariance_type=KINDS[family],
                                  random_state=0).fit(x)
            taken = time.perf_counter() - begin
            print(f'{name:15} {float(seconds):8.3f} {passes:>5} {mean:>10}   {taken:8.3f} '
                  f'{fit.n_iter_:4} {fit.score(x):10.5f}  {taken / float(seconds):5.1f}', flush=True)


if __name__ == '__main__':
    main()
