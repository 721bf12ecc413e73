#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that the headers keep to the map, include/eigenmix/README.md, and to the house rules.

Includes go from a room to rooms above it in the map's table; words do too, because templates reach
up without including anything.
"""

import pathlib
import re
import sys

HEADERS = pathlib.Path("include/eigenmix")
LONGEST_HEADER = 300

# What must not be read in a room, or be read in no other: (pattern, rooms, is_only_there, why).
WORDS = [
    (r"\b(Covariance|Family|unite)\b", {"kernels", "samples", "layout"}, False,
     "knows no family"),
    (r"\bEigen::internal\b", {"kernels/simd.hpp", "samples/expression_reader.hpp"}, True,
     "Eigen's inside is touched in one place"),
    (r"\b(execution|execution_)\.for_each\(", {"execution"}, True,
     "tasks are handed out, and their exceptions carried, in execution/"),
    (r"\bstd::(i|o|io)stream\b|\bstd::ostream\b",
     {"report", "observers", "io", "gaussian_mixture/print.hpp", "selection/print.hpp",
      "selection/progress.hpp", "online/text.hpp"}, True, "streams are for printing"),
    (r"template <[^>]*\bbool [A-Z]\w*", set(), True,
     "a Boolean does not say what it means: use an enumeration"),
]


def rooms_of_the_map():
    """The rooms from bottom to top, and the rank of every header on top."""
    ranks, on_top = {}, {}
    for line in (HEADERS / "README.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) != 5 or not (cells[1].startswith("`") or cells[1] == "on top"):
            continue
        rank = len(ranks)
        ranks[cells[1].strip("`").rstrip("/")] = rank
        for header in re.findall(r"`(\w+\.hpp)`", cells[3]):
            on_top[header] = rank
    return ranks, on_top


# Rooms that programs pay for only where they name them: the umbrella reaches none of their headers.
BY_NAME = {"incomplete", "online", "out_of_core", "mpi"}


def reached_from(header, found):
    if header not in found:
        found.add(header)
        for other in re.findall(r"#include <eigenmix/([^>]+)>", (HEADERS / header).read_text()):
            reached_from(other, found)
    return found


def without_comments(text):
    return re.sub(r"//[^\n]*", "", text)


def main():
    ranks, on_top = rooms_of_the_map()
    faults = []

    def rank(header):
        room = header.split("/")[0]
        found = on_top.get(header) if "/" not in header else ranks.get(room)
        if found is None:
            faults.append(f"{header}: its room is not in the map")
        return found or 0

    names = sorted(path.relative_to(HEADERS).as_posix() for path in HEADERS.rglob("*.hpp"))
    lines = dict.fromkeys(ranks, 0)
    for name in names:
        text = (HEADERS / name).read_text()
        count = text.count("\n")
        here = rank(name)
        lines[list(ranks)[here]] += count
        if count > LONGEST_HEADER:
            faults.append(f"{name}: {count} lines, more than {LONGEST_HEADER}")
        for other in re.findall(r"#include <eigenmix/([^>]+)>", text):
            if other not in names:
                faults.append(f"{name}: includes {other}, which is not there")
            elif rank(other) > here:
                faults.append(f"{name}: includes {other}, of a room below it in the map")
        code = without_comments(text)
        for pattern, rooms, is_only_there, why in WORDS:
            is_there = bool({name, name.split("/")[0]} & rooms)
            if is_there != is_only_there and (match := re.search(pattern, code)):
                faults.append(f"{name}: {match.group(0)!r}: {why}")

    for header in reached_from("eigenmix.hpp", set()):
        if header.split("/")[0] in BY_NAME:
            faults.append(f"{header}: the umbrella reaches it")

    total = sum(lines.values())
    for room, count in lines.items():
        if 5 * count > total:
            faults.append(f"{room}: {count} of {total} lines, more than a fifth")
    print(f"{len(names)} headers, {total} lines: " +
          ", ".join(f"{room} {100 * count // total} %" for room, count in lines.items()))
    print("\n".join(sorted(set(faults))) or "the house keeps to its map")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
