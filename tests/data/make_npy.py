#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the .npy files of this directory: the same 5 x 3 numbers, n + i / 8 for sample n and
dimension i, in every way that NumPy has, and files that are to be refused.

    cd tests/data && python3 make_npy.py

NumPy 1.24 made those that are here.
"""

import numpy

SAMPLES = numpy.arange(5)[:, None] + numpy.arange(3)[None, :] / 8


def write(name, array, version=(1, 0)):
    with open(f"npy_{name}.npy", "wb") as file:
        numpy.lib.format.write_array(file, array, version=version)


def main():
    for major in (1, 2, 3):
        write(f"v{major}", SAMPLES, (major, 0))
    for letter, order in (("c", "C"), ("f", "F")):
        for end, name in (("<", "little"), (">", "big")):
            for size in (4, 8):
                array = numpy.array(SAMPLES, dtype=f"{end}f{size}", order=order)
                write(f"{letter}_{name}_{size}", array)
    write("whole", numpy.arange(15, dtype="<i4").reshape(5, 3))
    write("half", SAMPLES.astype("<f2"))
    write("record", numpy.zeros(5, dtype=[("a", "<f8"), ("b", "<f8")]))
    write("flat", SAMPLES.ravel())
    write("cube", SAMPLES.reshape(5, 3, 1))
    write("none", numpy.zeros((0, 3)))
    write("thin", numpy.zeros((5, 0)))


if __name__ == "__main__":
    main()
