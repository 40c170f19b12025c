"""Writes the TextMate grammar of .cnnbook files: `python3 editors/grammar.py BINARY` (`make generated` does it).

The words come from the binary (`cnnbook inspect words`), the rules stand here. What may hold over several lines (texts,
models, markdown cells) ends at a line that begins a cell, as it does for cnnbook itself: nothing that a student forgets
to close colours the cells after it.
"""
import json
import pathlib
import subprocess
import sys

GRAMMAR = pathlib.Path(__file__).parent / "vscode" / "syntaxes" / "cnnbook.tmLanguage.json"

NAME = r"[^\W\d]\w*"
CELL = r"^(?=# %%(?:[ \t\[]|$))"
OPTION_WORD = r"""(?:[^\s"']|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')+"""
# Where a layer can begin.
LAYER_START = r"(?:^|(?<=[{};:]))[ \t]*"

FLOW = ["if", "elif", "else", "for", "while", "break", "continue", "return"]
LOGIC = ["and", "or", "not", "in"]
CONSTANTS = ["True", "False", "None"]
TRAINING = ["train", "on", "expect", "gradient"]
IMPORTS = ["import", "as"]
DEFINITIONS = ["def", "model"]


def scoped(*names):
    return " ".join(f"{name}.cnnbook" for name in names)


def captures(**names):
    """`captures(_1="keyword.control")`; a list of rules stands for what is looked for within the capture."""
    return {
        key[1:]: {"patterns": value} if isinstance(value, list) else {"name": scoped(value)}
        for key, value in names.items()}


def match(pattern, name=None, **groups):
    rule = {"match": pattern}
    if name:
        rule["name"] = scoped(name)
    if groups:
        rule["captures"] = captures(**groups)
    return rule


def include(*names):
    return [{"include": f"#{name}"} for name in names]


def any_of(words):
    # Longer ones first: an alternation takes the first that fits.
    return "(?:" + "|".join(sorted(words, key=lambda word: (-len(word), word))) + ")"


# MARK: texts


class Quote:
    """A kind of quotes: what ends a text between them, and what cuts off what stands in the braces of an f-string."""

    def __init__(self, name, mark):
        self.name, self.mark = name, mark
        self.is_long = len(mark) == 3
        self.cut = f"(?={mark})|{CELL}" if self.is_long else f"(?=[{mark}\\n])|{CELL}"
        self.end = f"({mark})|{CELL}" if self.is_long else f"({mark})|(?=\\n)|{CELL}"
        self.kind = "string.quoted." + ("triple" if self.is_long else "double" if mark == '"' else "single")


QUOTES = [
    Quote("long-double", '"""'), Quote("long-single", "'''"), Quote("double", '"'), Quote("single", "'"),
]


def format_with_values(plain, cut, expression):
    """`:{width}.2f`: a format in which values stand, whose own formats hold none."""
    return {
        "begin": f"(:)(?={plain}*\\{{)", "end": r"(?=\})|" + cut,
        "contentName": scoped("constant.other.placeholder.format"),
        "beginCaptures": captures(_1="punctuation.separator.format"),
        "patterns": [{
            "begin": r"\{", "end": r"(\})|" + cut, "name": scoped("meta.interpolation"),
            "contentName": scoped("meta.embedded.expression"),
            "beginCaptures": captures(_0="punctuation.section.interpolation.begin"),
            "endCaptures": captures(_1="punctuation.section.interpolation.end"),
            "patterns": [
                match(f"(:)((?:{plain}|\\{{)*)(?=\\}})", None, _1="punctuation.separator.format",
                      _2="constant.other.placeholder.format")
            ] + expression}]}


def text_rules(quote):
    """A plain text, an f-string, what stands in its braces, and brackets within these."""
    begin = captures(_1="punctuation.definition.string.begin")
    end = captures(_1="punctuation.definition.string.end")
    inner = include("texts-of-a-line" if quote.is_long else f"within-{quote.name}")
    return {
        f"text-{quote.name}": {
            "begin": f"({quote.mark})", "end": quote.end, "beginCaptures": begin, "endCaptures": end,
            "name": scoped(quote.kind), "patterns": include("escape")},
        f"f-text-{quote.name}": {
            "begin": f"([fF])({quote.mark})", "end": quote.end, "endCaptures": end,
            "beginCaptures": captures(_1="storage.type.string", _2="punctuation.definition.string.begin"),
            "name": scoped(quote.kind), "patterns": include("escape", "escaped-brace", f"value-{quote.name}")},
        f"value-{quote.name}": {
            "begin": r"\{", "end": r"(\})|" + quote.cut, "name": scoped("meta.interpolation"),
            "contentName": scoped("meta.embedded.expression"),
            "beginCaptures": captures(_0="punctuation.section.interpolation.begin"),
            "endCaptures": captures(_1="punctuation.section.interpolation.end"),
            "patterns": [
                match(r"(:)([^{}\n]*)(?=\})" if quote.is_long else f"(:)([^{{}}{quote.mark}\\n]*)(?=\\}})", None,
                      _1="punctuation.separator.format", _2="constant.other.placeholder.format"),
                format_with_values(f"[^{{}}{quote.mark if not quote.is_long else ''}\\n]", quote.cut,
                                   include(f"brackets-{quote.name}") + inner + include("expression")),
            ] + include(f"brackets-{quote.name}") + inner + include("expression")},
        f"brackets-{quote.name}": {
            "begin": r"[(\[{]", "end": r"[)\]}]|" + quote.cut,
            "beginCaptures": captures(_0="punctuation.section.brackets.begin"),
            "endCaptures": captures(_0="punctuation.section.brackets.end"),
            "patterns": include(f"brackets-{quote.name}") + inner + include("expression")},
    }


def inner_text_rules(outer, mark):
    """A text in the braces of an f-string of one line: it has the other quotes, and no backslash."""
    inside = f"[^'\"\\\\\\n]*"
    value = {
        "begin": r"\{", "end": r"(\})|(?=['\"\n])|" + CELL, "name": scoped("meta.interpolation"),
        "contentName": scoped("meta.embedded.expression"),
        "beginCaptures": captures(_0="punctuation.section.interpolation.begin"),
        "endCaptures": captures(_1="punctuation.section.interpolation.end"),
        "patterns": [
            match(r"(:)([^{}'\"\n]*)(?=\})", None, _1="punctuation.separator.format",
                  _2="constant.other.placeholder.format")
        ] + include("expression")}
    kind = "string.quoted." + ("double" if mark == '"' else "single")
    return {
        f"within-{outer}": {"patterns": [
            {
                "begin": f"([fF])({mark})", "end": f"({mark})|(?=['\"\\n])|{CELL}", "name": scoped(kind),
                "beginCaptures": captures(_1="storage.type.string", _2="punctuation.definition.string.begin"),
                "endCaptures": captures(_1="punctuation.definition.string.end"),
                "patterns": include("escaped-brace") + [value]},
            match(f"({mark}){inside}({mark})", kind, _1="punctuation.definition.string.begin",
                  _2="punctuation.definition.string.end"),
        ]}}


def texts():
    rules = {
        "texts": {"patterns": [
            match(r"\b(?:[rR][fF]?|[fF][rR]|[bB][rR]?|[rR][bB]|[uU])(?=[\"'])", "invalid.illegal.string-prefix"),
            *include("f-text-long-double", "f-text-long-single", "f-text-double", "f-text-single"),
            *include("text-long-double", "text-long-single", "text-double", "text-single")]},
        "texts-of-a-line": {"patterns": include("f-text-double", "f-text-single", "text-double", "text-single")},
        "escape": {"patterns": [
            match(r"\\(?:[abfnrtv0\\'\"]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|\n)",
                  "constant.character.escape"),
            match(r"\\.", "invalid.illegal.escape")]},
        "escaped-brace": match(r"\{\{|\}\}", "constant.character.escape.brace"),
    }
    for quote in QUOTES:
        rules |= text_rules(quote)
    return rules | inner_text_rules("double", "'") | inner_text_rules("single", '"')


# MARK: the file


def header_rule(start):
    return {
        "begin": start + r"(# ---)[ \t]*$", "end": r"^(# ---)[ \t]*$|^(?!#)|" + CELL,
        "name": scoped("comment.block.header"),
        "beginCaptures": captures(_1="punctuation.definition.header.begin"),
        "endCaptures": captures(_1="punctuation.definition.header.end"),
        "patterns": include("header-entry")}


def notebook(words):
    options = any_of(words["option"])
    kinds = any_of(word for word in words["kind"] if not word.startswith("["))
    return {
        "header": header_rule(r"\A"),
        "header-below-blank-lines": {
            "begin": r"\A(?=[ \t]*$)", "end": r"^(?=.*\S)", "applyEndPatternLast": 1, "patterns": [header_rule("^")]},
        "header-entry": match(
            rf"^(#)[ \t]*({any_of(words['header'])})[ \t]*(:)[ \t]*(.*)$", None, _1="punctuation.definition.comment",
            _2="keyword.other.header", _3="punctuation.separator.key-value", _4="string.unquoted.header"),
        "cell-options": {"patterns": [
            match(r"\[(?:markdown|md)\]", "storage.type.cell"),
            match(rf"(?<![^ \t]){kinds}(?=[ \t]|$)", "storage.type.cell"),
            match(rf"(?<![^ \t])({options})(?:(=)|(?=[ \t]|$))", None, _1="entity.other.attribute-name",
                  _2="punctuation.separator.key-value"),
            match(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'", "string.quoted.option"),
            match(r"(?<==)[0-9][0-9.eE+\-]*(?=[ \t]|$)", "constant.numeric.option")]},
        "cell": match(
            r"^(# %%)(?=[ \t\[]|$)(.*)$", "comment.line.number-sign.cell", _1="keyword.control.cell",
            _2=include("cell-options")),
        "markdown-cell": {
            "begin": rf"^(# %%)(?=[ \t]*(?:{OPTION_WORD}[ \t]+)*?\[(?:markdown|md)\](?:[ \t]|$))(.*)$", "end": CELL,
            "beginCaptures": captures(_0="comment.line.number-sign.cell", _1="keyword.control.cell",
                                      _2=include("cell-options")),
            "contentName": scoped("meta.cell.markdown"), "patterns": include("prose")},
        "prose": {"patterns": [
            {
                "begin": r"^[ \t]*(#)[ \t]?(```+|~~~+).*$", "end": r"^[ \t]*(#)[ \t]?(\2`*~*)[ \t]*$|^(?![ \t]*#)|" + CELL,
                "name": scoped("comment.block.prose", "markup.fenced_code.block"),
                "beginCaptures": captures(_1="punctuation.definition.comment", _2="punctuation.definition.markdown"),
                "endCaptures": captures(_1="punctuation.definition.comment", _2="punctuation.definition.markdown"),
                "patterns": [match(r"^[ \t]*(#).*$", None, _1="punctuation.definition.comment")]},
            match(r"^[ \t]*(#)[ \t]+((#{1,6})[ \t]+.*)$", "comment.line.number-sign.prose",
                  _1="punctuation.definition.comment", _2="markup.heading", _3="punctuation.definition.heading"),
            match(r"^[ \t]*(#)[ \t]+([-*+]|\d+\.)[ \t]+(.*)$", "comment.line.number-sign.prose",
                  _1="punctuation.definition.comment", _2="punctuation.definition.list.begin", _3=include("prose-inline")),
            match(r"^[ \t]*(#)(.*)$", "comment.line.number-sign.prose", _1="punctuation.definition.comment",
                  _2=include("prose-inline"))]},
        "prose-inline": {"patterns": [
            match(r"(`+)(?!`).+?(?<!`)\1(?!`)", "markup.inline.raw.string"),
            match(r"(\*\*|__)(?=\S).+?(?<=\S)\1", "markup.bold"),
            match(r"(?<![\w*])\*(?=[^\s*])[^*]*(?<=\S)\*(?![\w*])|(?<!\w)_(?=[^\s_])[^_]*(?<=\S)_(?!\w)", "markup.italic"),
            match(r"\[[^\]]*\]\([^)\s]*\)", "markup.underline.link")]},
        "output": match(
            r"^(#>)(?: (error\[E\d{4}\]))?(.*)$", "comment.line.number-sign.output", _1="punctuation.definition.output",
            _2="keyword.other.error", _3="markup.quote.output"),
        "comment": match("(#).*$", "comment.line.number-sign", _1="punctuation.definition.comment"),
    }


# MARK: the language


def numbers():
    return {"numbers": {"patterns": [
        match(r"0[xX]\w+", "constant.numeric.hex"),
        match(r"\d[\d_]*[xX]\d\w*", "constant.numeric.size"),
        match(r"(?:\d[\d_]*\.(?!\.)|\.\d)[\d_]*(?:[eE][+\-]?\d)?\w*(?:\.\d\w*)*", "constant.numeric.float"),
        match(r"\d[\d_]*[eE][+\-]?\d\w*(?:\.\d\w*)*", "constant.numeric.float"),
        match(r"\d\w*", "constant.numeric.integer")]}}


def expression(words):
    functions = any_of(words["function"])
    keywords = any_of(words["keyword"])
    return {
        "code": {"patterns": include("output", "comment", "model", "statement", "expression")},
        "statement": {"patterns": [
            match(rf"\b(def)[ \t]+(?!{keywords}\b)({NAME})", None, _1="storage.type.function", _2="entity.name.function"),
            match(rf"\b(import)[ \t]+(?!{keywords}\b)({NAME})", None, _1="keyword.control.import",
                  _2="entity.name.namespace"),
            match(r"\b(expect)[ \t]+(error)(?:[ \t]+(E\d{4})\b)?(?=[ \t]*\{|[ \t]+(?!within\b)" + NAME + ")", None,
                  _1="keyword.other.expect", _2="keyword.other.expect", _3="constant.other.error-code"),
            match(r"\b(on)[ \t]+(epoch|batch)\b(?=[ \t]*\{)", None, _1="keyword.other.training", _2="support.type.event"),
            match(r"(?<=\s)within(?=[ \t]+[\w(.])", "keyword.other.expect")]},
        "expression": {"patterns": include("texts", "numbers", "members", "words", "signs")},
        "members": {"patterns": [
            match(r"\.\.\.", "constant.other.ellipsis"),
            match(rf"(\.)[ \t]*({NAME})(?=[ \t]*\()", None, _1="punctuation.accessor", _2="entity.name.function.member"),
            match(rf"(\.)[ \t]*({NAME})", None, _1="punctuation.accessor", _2="variable.other.member")]},
        "words": {"patterns": [
            match(rf"\b{any_of(FLOW)}\b", "keyword.control.flow"),
            match(rf"\b{any_of(IMPORTS)}\b", "keyword.control.import"),
            match(rf"\b{any_of(LOGIC)}\b", "keyword.operator.logical"),
            match(rf"\b{any_of(DEFINITIONS)}\b", "storage.type"),
            match(rf"\b{any_of(TRAINING)}\b", "keyword.other.training"),
            match(rf"\b{any_of(CONSTANTS)}\b", "constant.language"),
            match(rf"({NAME})(=)(?!=)", None, _1="variable.parameter", _2="keyword.operator.assignment"),
            match(r"\b(?:inf|nan)\b", "constant.language.float"),
            match(rf"\b{any_of(words['type'])}\b", "support.type"),
            match(rf"(\|>)[ \t]*({functions})\b", None, _1="keyword.operator.pipe", _2="support.function.builtin"),
            match(rf"\b{functions}(?=[ \t]*\()", "support.function.builtin"),
            match(rf"{NAME}(?=[ \t]*\()", "entity.name.function.call"),
            match(rf"{NAME}(?=[ \t]*->)", "variable.parameter"),
            match(NAME, "variable.other")]},
        "signs": {"patterns": [
            match(r"->", "keyword.operator.arrow"), match(r"\|>", "keyword.operator.pipe"),
            match(r"==|!=|<=|>=|~=|<|>", "keyword.operator.comparison"),
            match(r"[+\-*/]?=", "keyword.operator.assignment"),
            match(r"\*\*|//|[+\-*/%@]", "keyword.operator.arithmetic"),
            # Signs of other languages: cnnbook says what to write instead.
            match(r"&&|\|\||[!&|^~?\\]", "invalid.illegal.operator"),
            match(r"[,;:]", "punctuation.separator"),
            match(r"[(\[{]", "punctuation.section.brackets.begin"),
            match(r"[)\]}]", "punctuation.section.brackets.end")]},
    }


def models(words):
    keywords = any_of(words["keyword"])
    layers = any_of(words["layer"])
    return {
        "model": {
            "begin": rf"\b(model)[ \t]+(?!{keywords}\b)({NAME})", "end": r"(?<=\})|(?=\n)|" + CELL,
            "name": scoped("meta.model"), "beginCaptures": captures(_1="storage.type.model", _2="entity.name.type.model"),
            "patterns": include("comment", "model-parameters", "layers", "expression")},
        "model-parameters": {
            "begin": r"\(", "end": r"\)|" + CELL, "beginCaptures": captures(_0="punctuation.section.brackets.begin"),
            "endCaptures": captures(_0="punctuation.section.brackets.end"),
            "patterns": include("comment", "model-parameters", "expression")},
        "layers": {
            "begin": r"\{", "end": r"\}|" + CELL, "beginCaptures": captures(_0="punctuation.section.layers.begin"),
            "endCaptures": captures(_0="punctuation.section.layers.end"),
            "patterns": include("output", "comment", "layers") + [
                match(rf"{LAYER_START}({NAME})[ \t]*(:)", None, _1="entity.name.tag.layer", _2="punctuation.separator"),
                match(rf"{LAYER_START}(repeat)(?=[ \t]+[^\s=])", None, _1="keyword.control.repeat"),
                match(rf"{LAYER_START}({layers})\b(?![ \t]*=)", None, _1="support.function.layer"),
                match(rf"{LAYER_START}(?!{keywords}\b)({NAME})(?![ \t]*=|\w)", None, _1="entity.name.type.model"),
                match(rf"({NAME})(=)[ \t]*({any_of(words['argument'])})\b(?![ \t]*[.(\[])", None,
                      _1="variable.parameter", _2="keyword.operator.assignment", _3="support.constant.argument"),
            ] + include("expression")},
    }


def words_of(binary):
    lines = subprocess.run([binary, "inspect", "words"], capture_output=True, check=True, text=True).stdout.splitlines()
    words = {}
    for line in lines:
        kind, word = line.split(" ", 1)
        words.setdefault(kind, []).append(word)
    known = {*FLOW, *LOGIC, *CONSTANTS, *TRAINING, *IMPORTS, *DEFINITIONS}
    assert known == set(words["keyword"]), f"words without a group: {known ^ set(words['keyword'])}"
    return words


def grammar(binary):
    """The file's whole text."""
    words = words_of(binary)
    rules = {
        "$schema": "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
        "information_for_contributors": ["Written by editors/grammar.py: change that, and run make generated."],
        "name": "cnnbook", "scopeName": "source.cnnbook", "fileTypes": ["cnnbook"],
        "patterns": include("header", "header-below-blank-lines", "markdown-cell", "cell", "code"),
        "repository": notebook(words) | texts() | numbers() | expression(words) | models(words),
    }
    return json.dumps(rules, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    GRAMMAR.write_text(grammar(sys.argv[1]), encoding="utf-8")
