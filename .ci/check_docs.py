#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Lists public functions whose documentation lacks something; the list must be empty.

declarations.py says what is public. A function is told by its docstring; by that of the one it
stands in a paragraph with or refers to ("above", "likewise", "The same", "as other_name"), in a tag
by the like of that tag; and by what its class, a comment over a section or the head of the file say
of all. A call operator is told by its class. Each function needs

  words       a docstring; accessors do with their name in that of the class, constructors with it
  what x is   the name of each parameter x, or its type; not of the operands of operators
  shape of x  of a matrix, a vector or samples [Dim x N], one sample per column or the like, where
              x is spoken of; of what is returned as well
  errors      what is thrown, refused or not checked, or noexcept
  cost        how it grows, or how many passes it takes
  source      of an algorithm, a template of more than two statements in one of ALGORITHMS, but no
              constructor: a paper, book, equation, program, definition, or that it is of this
              library; or its class or file cites a paper or an equation
  unit        of a logarithm or a likelihood: natural, or nats

Accessors, without parameters and of one return, and what has no loop and calls nothing but
arithmetic need neither errors nor cost; nor do constructors from numbers need cost; what is printed
costs what it is. A member that a contract asks for, a docstring that lists members, is told there,
but for its source. What takes or returns a class of namespace detail, or where it is called from,
is called by the library and needs words alone.
"""

import pathlib
import re
import sys

sys.dont_write_bytecode = True
from declarations import contracts_of, flat, functions_of, matrices_of, sentences  # noqa: E402

HEADERS = pathlib.Path("include/eigenmix")
ALGORITHMS = {
    "adaptation", "algebra", "classification", "encoding", "gaussian_mixture.hpp", "incomplete",
    "inference", "initialization", "mpi", "noise.hpp", "online", "random.hpp", "search",
    "selection",
}
INTERNAL = r"detail::(?!Matrix\b|Vector\b|CommonMixture\b)"
SHAPE = (r"(?<!\w)\[\w[^\],]*\]|\bone \w+ (per|a|for each) (column|sample|component|dimension)"
         r"|\b([NKCEM]|Dim) (x|×|numbers|matrices)\b|\ba (row|vector|column) (of [NK]|for each)")
ERRORS = (r"\\throws|\b(std::\w+_argument|(?<!that )[Tt]hrow[sn]?|[Rr]efuse[sd]?|[Cc]heck(s|ed)"
          r"|noexcept)\b")
COST = (r"\bO\(|\\complexity|\b(an?|one|two|the) pass(es)?\b|\bpasses over\b"
        r"|\b([Tt]he|no|at a) cost\b|\b[Cc]osts (nothing|some|up to|that)|\bit\s+costs\b")
CITATION = r"\b[A-Z]\w+(?:[^.;]|al\.)*\b(18|19|20)\d\d[a-z]?[),.;:]|\b[Ee]quations? [0-9A-Z(]"
SOURCE = CITATION + r"|\b(mclust|scikit-learn|Stata|OpenCV|this library|definition)\b"
LOGARITHM = r"log_|likelihood|entropy|evidence"
UNIT = r"\bnats?\b|\b[Nn]atural\b"
OF_ALL = (r"^\\(throws|complexity)|\b([Ee]very|[Ee]ach|[Aa]ll|[Aa]ny|[Nn]one|never|nothing"
          r"|[Ww]h(er|at)ever|[Mm]embers?)\b")
NUMBER = r"(?:const )?(?:std::(?:u?int\w+|size_t|chrono.*)|double|int|bool|Index|[\w:]*Seconds) ?"
ARITHMETIC = (rf"{NUMBER}|static_cast<[\w:]+>|if|switch|return|unsigned|float|Real|Scalar|\w+_"
              r"|std::(abs|sqrt|log|log1p|exp|expm1|pow|min|max|move|is\w+|numeric_limits<.*)")


def any_says(pattern, texts):
    return any(re.search(pattern, text) for text in texts)


def holds(matrices, kind):
    """Whether a type is a matrix or a vector of such, not a class that is made of them."""
    return re.search(matrices, flat(kind.replace("std::vector<", "")))


def is_elementary(function):
    """An accessor, or what has no loop and calls nothing but arithmetic."""
    if not function.kinds and re.fullmatch(r"\{\s*return [^;]*;\s*\}", function.body):
        return True
    code = re.sub(r"[:,] \w+\(", " ", function.after) + function.body
    calls = [call for call in re.findall(r"([\w:<>]+) ?\(", code) if call not in function.result]
    return function.body.startswith("{") and not re.search(r"\b(for|while)\b", code) and all(
        re.fullmatch(ARITHMETIC, call) for call in calls)


def is_algorithm(function):
    is_long = not function.body.startswith("{") or function.body.count(";") > 2
    return (re.split("[/:]", function.where)[0] in ALGORITHMS and function.is_template and is_long
            and not function.is_constructor)


def lacks_of_values(function, own, matrices):
    """Parameters and the result: what they are, and their shapes."""
    found, said = [], sentences(own + function.of_class)
    for kind, name in function.parameters:
        if not name or re.match(r"operator[^(]", function.name):
            continue
        names = "|".join([name.replace("_", "[ _]") + "s?"] + ["samples"] * (name == "x")
                         + re.findall(r"\b[A-Z]\w{3,}", kind))
        about = ([one for one in said if re.match(rf"\\param\s+(\w+, )*{name}\b", one)]
                 or [one for one in said if re.search(rf"\b({names})\b", one)])
        are_samples = name == "x" and re.fullmatch(r"const \w+ ?& ?", kind)
        if not about:
            found.append(f"what {name} is")
        elif (are_samples or holds(matrices, kind)) and not any_says(SHAPE, about):
            found.append(f"shape of {name}")
    returned = "".join(re.findall("return ([^;]*)", function.body)[-1:])
    result = returned if function.result.strip() == "auto" else function.result
    told = [one for one in sentences(own) if not one.startswith(r"\param")]
    if holds(matrices, result) and not any_says(SHAPE, told):
        found.append("shape of the result")
    return found


def lacks_of_run(function, own):
    """Errors and cost."""
    takes_samples = any(name in ("x", "samples") for _, name in function.parameters)
    of_all = OF_ALL + r"|\bTo make" * function.is_constructor
    said = own + re.findall("noexcept", function.after) + [
        one for one in sentences(function.of_class)
        if re.search(of_all, one) and (takes_samples or "samples" not in one)]
    is_cheap = function.is_constructor and all(re.fullmatch(NUMBER, of) for of in function.kinds)
    return (["errors"] * (not any_says(ERRORS, said))
            + ["cost"] * (not is_cheap and not any_says(COST, said)))


def lacks(function, contracts, matrices):
    own = [function.text] + function.of_class * (function.name == "operator()")
    first = re.sub(r"\bconst |[\s&*]", "", "".join(function.kinds[:1]))
    is_asked = function.scope.name and (function.name, first) in contracts
    name = rf"\b{re.escape(function.name)}\b"
    is_named = not function.kinds and any_says(name, function.of_class)
    has_words = "".join(own).strip() or is_asked or is_named or function.is_constructor
    found = [] if has_words else ["words"]
    is_internal = any_says(INTERNAL, [function.result] + function.kinds)
    if is_internal or "where" in dict(function.parameters).values():
        return found
    is_simple = is_elementary(function) or function.name == "operator<<"
    if not is_asked:
        found += lacks_of_values(function, own, matrices)
    if not is_asked and not is_simple:
        found += lacks_of_run(function, own)
    if is_algorithm(function) and not is_simple and not (
            any_says(SOURCE, own) or any_says(CITATION, function.of_class)):
        found.append("source")
    if re.search(LOGARITHM, function.name) and not any_says(UNIT, own + function.of_class):
        found.append("unit")
    return found


def main():
    texts = {path.relative_to(HEADERS).as_posix(): path.read_text()
             for path in sorted(HEADERS.rglob("*.hpp"))}
    contracts, matrices, functions = contracts_of(texts), matrices_of(texts), functions_of(texts)
    faults = [f"{one.where}: {one.name}: {', '.join(found)}" for one in functions
              if (found := lacks(one, contracts, matrices))]
    print("\n".join(faults) or "the documentation lacks nothing")
    print(f"{len(functions)} public functions, {len(faults)} of them lack something")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
