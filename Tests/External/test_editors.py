"""The TextMate grammar under editors/: current, and on every notebook of one mind with the lexer."""
import importlib.util
import json
import re
import subprocess

import pytest
from conftest import ROOT
from textmate import Grammar

EXTENSION = ROOT / "editors" / "vscode"
NOTEBOOKS = sorted(
    path for folder in ("notebooks", "stdlib", "Tests/Conformance") for path in (ROOT / folder).rglob("*.cnnbook"))

# Words that mean something in one place only: the lexer takes them for names.
CONTEXTUAL = {"repeat", "within", "error", "inf", "nan"}


def generator():
    spec = importlib.util.spec_from_file_location("grammar", ROOT / "editors" / "grammar.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def grammar():
    return Grammar(generator().GRAMMAR.read_text(encoding="utf-8"))


def kind(scopes):
    """What the scopes say that a character is, in the lexer's words."""
    if any(scope.startswith("comment.") for scope in scopes):
        return "comment"
    values = [index for index, scope in enumerate(scopes) if scope.startswith("meta.interpolation")]
    scopes = scopes[values[-1] + 1:] if values else scopes
    if any(scope.startswith("string.") for scope in scopes):
        return "string"
    last = scopes[-1] if scopes else ""
    if last.startswith("constant.numeric."):
        return "number"
    if last.startswith("constant.other.placeholder.") or last.startswith("punctuation.separator.format"):
        return "format"
    if last.startswith(("keyword.operator.logical", "constant.language", "storage.type")):
        return "keyword"
    if last.startswith(("keyword.operator.", "punctuation.", "constant.other.ellipsis", "invalid.illegal.operator")):
        return "sign"
    if last.startswith("keyword."):
        return "keyword"
    if last.startswith(("variable.", "entity.", "support.", "constant.other.error-code")):
        return "name"
    return "invalid" if last.startswith("invalid.") else "none"


def kinds_by_grammar(grammar, text):
    """For each character its kind; line ends are None."""
    kinds = []
    for line, (tokens, _) in zip(text.split("\n"), grammar.tokenize(text)):
        of_line = [None] * len(line)
        for start, end, scopes in tokens:
            of_line[start:end] = [kind(scopes)] * (end - start)
        kinds += [*of_line, None]
    return kinds[:-1]


def tokens_of(cnnbook, path):
    """What the lexer says: start and end in characters, kind, text."""
    data = path.read_bytes()
    offsets = {0: 0}
    for index, character in enumerate(data.decode()):
        offsets[len(offsets) and max(offsets) + len(character.encode())] = index + 1
    result = cnnbook("inspect", "tokens", path)
    assert result.code == 0, result.err
    for line in result.out.splitlines()[1:]:
        start, end, what = line.split()
        yield offsets[int(start)], offsets[int(end)], what, data[int(start):int(end)].decode()


def disagreements(grammar, cnnbook, path):
    text = path.read_text(encoding="utf-8")
    kinds = kinds_by_grammar(grammar, text)
    found = []
    position = 0
    for start, end, what, word in tokens_of(cnnbook, path):
        shown = {value for value in kinds[start:end] if value is not None}
        allowed = {what}
        if what == "name" and word in CONTEXTUAL:
            allowed |= {"keyword"}
        if what == "invalid":
            allowed = shown
        if not shown <= allowed:
            found.append(f"{path.name}:{text.count(chr(10), 0, start) + 1}: {word!r} is {what}, scoped as {sorted(shown)}")
        gap = {value for value in kinds[position:start] if value in ("string", "number", "keyword")}
        if gap:
            found.append(f"{path.name}:{text.count(chr(10), 0, position) + 1}: {text[position:start]!r} scoped as {gap}")
        position = end
    return found


def test_the_grammar_is_current(cnnbook):
    module = generator()
    assert module.GRAMMAR.read_text(encoding="utf-8") == module.grammar(cnnbook.path), "run make generated"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_notebook_is_scoped_as_the_lexer_says(grammar, cnnbook, path):
    assert disagreements(grammar, cnnbook, path) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_open_where_a_cell_begins(grammar, path):
    text = path.read_text(encoding="utf-8")
    for line, (tokens, stack) in zip(text.split("\n"), grammar.tokenize(text)):
        if re.match(r"# %%([ \t\[]|$)", line):
            assert open_rules(stack) in ([], ["meta.cell.markdown.cnnbook"]), line
            assert "keyword.control.cell.cnnbook" in tokens[0][2]


def open_rules(stack):
    return [frame.content_scopes[-1] for frame in stack[1:]]


# MARK: texts that are hard

HARD = sorted((ROOT / "Tests" / "Fixtures" / "grammar").glob("*.cnnbook"))


@pytest.mark.parametrize("path", HARD, ids=lambda path: path.stem)
def test_hard_texts_are_scoped_as_the_lexer_says(grammar, cnnbook, path):
    assert disagreements(grammar, cnnbook, path) == []


@pytest.mark.parametrize("left_open", [
    '"abc', "'abc", '"""abc\nmore', "f'{a", 'f"{d["', 'f"{d[\'k', 'f"""{a\n+ [1', "'''f", '"abc\\', "model Net {\n  conv 1",
    "model Net(a,", "model Net", "model Net {\n  branch {\n    {", "f = (1 + [2", 'f"{f\'{', 'f"""{f"{x', "x = {",
])
def test_what_is_left_open_ends_with_its_cell(grammar, left_open):
    text = f"{left_open}\n# %% id=next\nx = 1\n# %% [markdown]\n# text\n# %%\nif\n"
    lines = list(grammar.tokenize(text))
    marker = text.split("\n").index("# %% id=next")
    clean = list(grammar.tokenize("x\n" + text.split("\n", marker)[-1]))
    assert [tokens for tokens, _ in lines[marker:]] == [tokens for tokens, _ in clean[1:]]
    assert [open_rules(stack) for _, stack in lines[marker:]] == [open_rules(stack) for _, stack in clean[1:]]


def test_an_open_text_of_one_line_ends_with_it(grammar):
    for line in ('"abc', "'abc", 'f"{a', "f'{d[\"k", 'f"{(1', "f\"{f'{x"):
        (_, _), (tokens, stack) = list(grammar.tokenize(line + "\nif"))
        assert tokens == [(0, 2, ("source.cnnbook", "keyword.control.flow.cnnbook"))], line
        assert open_rules(stack) == []


@pytest.mark.parametrize("text, word, scope", [
    ("model M {\n    conv 6, 5x5, pad=same\n}", "conv", "support.function.layer"),
    ("model M {\n    conv 6, 5x5, pad=same\n}", "same", "support.constant.argument"),
    ("model M {\n    conv 6, 5x5, pad=same\n}", "5x5", "constant.numeric.size"),
    ("model M {\n    stem: conv 6, 5x5; relu\n}", "stem", "entity.name.tag.layer"),
    ("model M {\n    stem: conv 6, 5x5; relu\n}", "relu", "support.function.layer"),
    ("model M {\n    repeat 3 as i { Block(16) }\n}", "repeat", "keyword.control.repeat"),
    ("model M {\n    repeat 3 as i { Block(16) }\n}", "Block", "entity.name.type.model"),
    ("model LeNet(classes=10) { flatten }", "LeNet", "entity.name.type.model"),
    ("conv = 3\nrelu", "conv", "variable.other"),
    ("conv2d(x, w)", "conv2d", "support.function.builtin"),
    ("mine(x)", "mine", "entity.name.function.call"),
    ("x.mine(1)", "mine", "entity.name.function.member"),
    ("digits.train.images", "train", "variable.other.member"),
    ("net. train(1)", "train", "entity.name.function.member"),
    ("f\"{digits.train}\"", "train", "variable.other.member"),
    ("model M { conv digits.train }", "train", "variable.other.member"),
    ("conv2d(x, w, pad=2)", "pad", "variable.parameter"),
    ("def twice(x) { 2 * x }", "twice", "entity.name.function"),
    ("zeros(3, dtype=float64)", "float64", "support.type"),
    ("train net on d { on epoch { stop() } }", "epoch", "support.type.event"),
    ("expect error E0301 { f() }", "E0301", "constant.other.error-code"),
    ("expect x within 0.1", "within", "keyword.other.expect"),
    ("f\"{loss:.4f}\"", ".4f", "constant.other.placeholder.format"),
    ("f\"{loss:.4f}\"", "loss", "variable.other"),
    ('"a\\nb"', "\\n", "constant.character.escape"),
    ('"a\\qb"', "\\q", "invalid.illegal.escape"),
    ('r"raw"', "r", "invalid.illegal.string-prefix"),
    ("# ---\n# title: T\n# ---", "title", "keyword.other.header"),
    ("# %% check for=q1 name=\"a b\"", "check", "storage.type.cell"),
    ("# %% check for=q1 name=\"a b\"", "for", "entity.other.attribute-name"),
    ("# %% check for=q1 name=\"a b\"", "a b", "string.quoted.option"),
    ("# %% [markdown]\n# ## Head", "Head", "markup.heading"),
    ("1\n#> error[E0301]: no", "error[E0301]", "keyword.other.error"),
    ("1\n#> 2", "2", "markup.quote.output"),
])
def test_scopes(grammar, text, word, scope):
    for line, (tokens, _) in zip(text.split("\n"), grammar.tokenize(text)):
        if (place := line.find(word)) >= 0:
            found = [scopes for start, end, scopes in tokens if start <= place and place + len(word) <= end]
            assert found and any(name.startswith(scope) for name in found[0]), tokens
            return
    pytest.fail("the word is not there")


def test_the_comparison_finds_what_is_wrong(cnnbook, write):
    """Without the rule for f-strings, or with another idea of a number, the check must fail."""
    path = write("x.cnnbook", 'print(f"{1 + a}")\nx = 5x5\n')
    for rule, change in (("numbers", {"patterns": []}), ("texts", {"patterns": []}), ("comment", {"match": "#!"})):
        root = json.loads(generator().GRAMMAR.read_text(encoding="utf-8"))
        root["repository"][rule] = change
        path.write_text('print(f"{1 + a}")  # one\nx = 5x5\n')
        assert disagreements(Grammar(json.dumps(root)), cnnbook, path) != [], rule


# MARK: the extension


def test_the_extension_names_files_that_are_there():
    package = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    language, grammar = package["contributes"]["languages"][0], package["contributes"]["grammars"][0]
    assert language["extensions"] == [".cnnbook"] and language["id"] == grammar["language"] == "cnnbook"
    assert json.loads((EXTENSION / grammar["path"]).read_text())["scopeName"] == grammar["scopeName"]
    settings = json.loads((EXTENSION / language["configuration"]).read_text())
    assert settings["comments"]["lineComment"] == "#"
    for key in ("increaseIndentPattern", "decreaseIndentPattern"):
        re.compile(settings["indentationRules"][key])
    rules = settings["indentationRules"]
    for line in ("model Net {", "if x { # why", "f(", "  x = [  "):
        assert re.search(rules["increaseIndentPattern"], line), line
    for line in ("x = 1", "if x { y }", "# model {", "f(1)", "print(\"{\")"):
        assert not re.search(rules["increaseIndentPattern"], line), line
    for line in ("}", "  } else {", ")", "]"):
        assert re.search(rules["decreaseIndentPattern"], line), line
