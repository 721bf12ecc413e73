#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints the table of tests/unit/interval_moments.cpp: mean, deviation and ends (floats, so exact),
then log probability, mean less the anchor, and variance of a normal number in an interval, by
mpmath's erfc with 400 digits, so that no cancellation matters."""

from mpmath import erfc, exp, inf, log, mp, mpf, nstr, pi, sqrt

mp.dps = 400


def tail(z):
    return erfc(z / sqrt(mpf(2))) / 2


def density(z):
    return mpf(0) if abs(z) == inf else exp(-z * z / 2) / sqrt(2 * pi)


def edge(z):
    return mpf(0) if abs(z) == inf else z * density(z)


def moments(mean, deviation, lower, upper):
    a, b = (lower - mean) / deviation, (upper - mean) / deviation
    p = tail(a) - tail(b) if a > 0 else tail(-b) - tail(-a)
    first = (density(a) - density(b)) / p
    variance = 1 + (edge(a) - edge(b)) / p - first * first
    anchor = mean if a < 0 < b else lower if a >= 0 else upper
    return log(p), mean + deviation * first - anchor, deviation * deviation * variance


CASES = [(0, 1, 40, 41), (0, 1, -41, -40), (0, 1, 40, inf), (0, 1, 0, inf), (0, 1, -inf, 0),
         (0, 1, -1, 3), (0, 1, -20, 0.125), (0, 1, -0.25, 0.5), (0, 1, -3, 3), (0, 1, -8, inf),
         (0, 1, 1, 1 + 2**-27), (0, 1, 30, 30 + 2**-40), (0, 1, -2**-28, 2**-27),
         (0, 1, -5 - 2**-30, -5), (0, 1, 5, 1e300), (0, 1, -inf, -1e10), (0, 1, 8, 9),
         (0, 1, 0.5, 1), (0, 1, 1.5, 9), (0, 1, 0, 9.5), (0, 1, 0.125, 8), (0, 1, 3, 4.75),
         (3, 2, -12, -10), (-1, 0.25, 1024, inf), (1e6, 0.5, 1e6 + 1, 1e6 + 1.5)]


def text(x):
    return "-infinity" if x == -inf else "infinity" if x == inf else repr(float(x))


for case in CASES:
    wide = [mpf(x) for x in case]
    given = ", ".join(text(x) for x in case)
    found = ", ".join(nstr(x, 22) + "L" for x in moments(*wide))
    print(f"    {{{given},\n     {found}}},")
