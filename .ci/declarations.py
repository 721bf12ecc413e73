# SPDX-License-Identifier: MIT
"""Reads headers: the public functions that they declare, and what comments say of each.

Public is what is declared outside of namespace detail: no private members, friends, destructors,
nothing defaulted or deleted. It is a reader of this project's formatted headers, not of C++.
"""

import re

PREVIOUS = r"\babove\b|\b[Ll]ikewise\b|^The same\b"


def sentences(texts):
    """Tags with what belongs to them; of the rest the sentences."""
    tags = r"\n\s*\n|(?:^|(?<=\n)|(?<=[.)²] ))(?=\\(?:t?param|return|throws|complexity|see)\b)"
    parts = [part for text in texts for part in re.split(tags, text)]
    return [one for part in parts
            for one in ([part] if part.startswith("\\") else re.split(r"(?<=[.;])\s+", part))]


def taken_over(text, reference, others):
    """What a text takes over of others that it refers to; a tag takes over its like."""
    result = ""
    for part in sentences([text]):
        if re.search(reference, part):
            tags = tuple(re.findall(r"\\(?:param|return|throws|complexity)", part)) or ("",)
            result += "".join("\n\n" + of for of in sentences(others) if of.startswith(tags))
    return result


def blanked(text):
    """The code, every character where it was; comments, literals and directives are spaces."""
    literals = r'"(?:\\.|[^"\\\n])*"|\B\'(?:\\.|[^\'\\\n])\''
    text = re.sub(rf"//[^\n]*|{literals}|^[ \t]*#(?:\\\n|[^\n])*",
                  lambda found: re.sub(r"[^\n]", " ", found[0]), text, flags=re.M)
    return re.sub(r"\b(public|private|protected):", r"\1;", text)


def flat(head):
    """A head without arguments of templates; every other character is where it was."""
    before, operator, rest = head.replace("decltype(auto)", "decltype$auto$").partition("operator")
    previous = ""
    while previous != before:
        previous, before = before, re.sub("<[^<>]*>", lambda found: "$" * len(found[0]), before)
    return before + operator + rest


def closing(code, at):
    """Where the bracket that opens at `at` closes."""
    depth = 0
    for i in range(at, len(code)):
        depth += (code[i] in "([{") - (code[i] in ")]}")
        if depth == 0:
            return i
    return len(code) - 1


def pieces(code, at, end):
    """(start, end of the head, end) of each declaration between two places."""
    while found := re.compile(r"[^\s;}]").search(code, at, end):
        at = i = found.start()
        while i < end and code[i] != ";":
            is_initialiser = code[i] == "{" and (
                code[at:i].rstrip().endswith("=") or not code[i - 1].isspace())
            if code[i] == "{" and not is_initialiser:
                break
            i = closing(code, i) + 1 if code[i] in "([{" else i + 1
        stop = 1 + (closing(code, i) if code[i:i + 1] == "{" else i)
        yield at, i, stop
        at = stop


class Scope:
    """A namespace or a class: what is said there of all members, and what was said last."""

    def __init__(self, around, name="", is_public=True, is_template=False):
        self.around, self.section, self.last_text, self.last_end = around, "", "", -1
        self.name, self.is_public, self.is_template = name, is_public, is_template


class Function:
    """A declaration taken apart, and what is said of it."""

    def __init__(self, head, bare, body, scope):
        self.scope, self.body, self.of_class = scope, body, [scope.around, scope.section]
        self.is_template = bare != head or scope.is_template
        call = re.search(r"operator ?\(\) ?|operator ?[^\w\s(]+ ?|[\w:~]+(?=\()", flat(bare))
        self.name, stop = call[0].strip(), closing(bare, call.end())
        self.after, given = bare[stop + 1:], bare[call.end() + 1:stop]
        arrow = re.search("-> (.*)", self.after)
        self.result = arrow[1] if arrow else bare[:call.start()]
        commas = [-1] + [found.start() for found in re.finditer(",", flat(given))] + [len(given)]
        parts = [given[i + 1:j].split(" = ")[0] for i, j in zip(commas, commas[1:])]
        typed = [re.match(r" ?(.*?(?:(?<!const)[\s&*](?=\w+$)|$))(\w*)$", part) for part in parts]
        self.parameters = [(found[1], found[2]) for found in typed if found and found[0]]
        self.kinds = [kind for kind, _ in self.parameters]
        self.is_constructor = self.name == scope.name
        is_guide = not (scope.name or bare[:call.start()])
        self.is_public = not (is_guide or re.search("::|~", self.name)
                              or re.search("= (default|delete)", self.after))


class Header:
    """The public functions of a header."""

    def __init__(self, name, text):
        self.name, self.lines, self.code, self.functions = name, text.split("\n"), blanked(text), []
        self.read(0, len(text), Scope(""))

    def line_of(self, at):
        return self.code.count("\n", 0, at)

    def comment_above(self, line, mark):
        """(text, first line) of the comment that ends above a line."""
        first = line
        while re.match(rf" *{mark}(?!/)", self.lines[first - 1]):
            first -= 1
        return "\n".join(re.sub("^ *///? ?", "", one) for one in self.lines[first:line]), first

    def read(self, at, end, scope):
        for start, stop, after in pieces(self.code, at, end):
            head, line = " ".join(self.code[start:stop].split()), self.line_of(start)
            bare = head[len(re.match(r"(template \$+ )*", flat(head))[0]):]
            said, first = self.comment_above(line, "///")
            while first > 1 and not self.lines[first - 1].strip():
                first -= 1
            scope.section = self.comment_above(first, "//")[0] or scope.section
            inner = "\n\n".join([scope.around, scope.section, said])
            if head in ("public", "private", "protected"):
                scope.is_public, scope.section = head == "public", ""
            elif re.match(r"(inline )?namespace (?!detail\b)", head):
                self.read(stop + 1, after - 1, Scope(inner))
            elif not scope.is_public or re.match(
                    "(namespace|friend|using|static_assert|enum)\\b", bare):
                continue
            elif found := re.match(r"(class|struct) (\w+)", bare):
                if self.code[stop] == "{":
                    self.read(stop + 1, after - 1,
                              Scope(inner, found[2], found[1] == "struct", bare != head))
            elif re.match(r"[^=(]*(\w ?\(|\boperator)", flat(bare)):
                self.add(Function(head, bare, self.code[stop:after], scope), line, said,
                         self.line_of(after - 1))

    def add(self, function, line, said, last_line):
        scope = function.scope
        if not function.is_public:
            return
        said = said or "\n".join(re.findall("///<(.*)", "\n".join(self.lines[line:last_line + 1])))
        if not said and scope.last_end == line - 1:
            said = scope.last_text
        said += taken_over(said, PREVIOUS, [scope.last_text])
        scope.last_text, scope.last_end = said, last_line
        function.text, function.where = said, f"{self.name}:{line + 1}"
        self.functions.append(function)


def functions_of(texts):
    """The public functions of headers, {name: text}."""
    functions = [one for name, text in texts.items() for one in Header(name, text).functions]
    for one in functions:
        for name in {of.name for of in functions if of.name in one.text and of.name != one.name}:
            as_name = rf"\b[Aa]s (?:of |in |for )?`?(?:\w+::)*{re.escape(name)}\b"
            others = [of.text for of in functions if of.name == name]
            one.text += taken_over(one.text, as_name, others)
    return functions


def contracts_of(texts):
    """(name, type of the first argument) of each member that a docstring asks a class for."""
    asks = "any copyable class|a class of static members|[Ss]uch a class|has beside|the members"
    member = r"[/` ]*([\w:<>, ]+ )?(\w+|operator\(\))\((?:const )?([\w:]*(?:<\w+>)?)"
    found = set()
    for said in re.findall(r"(?:^ *///.*\n)+", "\n".join(texts.values()), flags=re.M):
        if re.search(asks, " ".join(said.replace("///", " ").split())):
            for code in re.findall(r"^ *///     +.*|`[^`]+`", said, flags=re.M):
                if asked := re.match(member, code):
                    found.add((asked[2] if asked[1] else "operator()", asked[3]))
    return found


def matrices_of(texts):
    """A pattern of the names of matrices and vectors, Eigen's and those that headers give them."""
    eigen = r"(?:MatrixBase|DenseBase|Matrix|Vector|Map|Ref|MatrixX\w|VectorX\w)\b"
    aliases = {name for text in texts.values()
               for name, kind in re.findall(r"using (\w+) =\s+([^;]+);", text)
               if re.match(r"(typename |\w+::)*" + eigen, kind)}
    return rf"\b(?:{eigen}|(?:{'|'.join(sorted(aliases))})\b)"
