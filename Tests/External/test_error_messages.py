"""What learners type, and every word that they are told.

`Tests/ErrorMessages/<subject>/<mistake>.cnnbook` is a program with a mistake, `<mistake>.txt` all of its standard error,
and `<mistake>.mended.cnnbook` the program as the message says to write it: it must run without a word, and what it has
besides the first program must stand in the message. After a change of wording, `CNNBOOK_UPDATE_SNAPSHOTS=1` writes the
.txt files anew; read the difference as prose.
"""
import difflib
import os
import re

import pytest

from conftest import ROOT

FOLDER = ROOT / "Tests" / "ErrorMessages"
MISTAKES = sorted(path for path in FOLDER.rglob("*.cnnbook") if not path.name.endswith(".mended.cnnbook"))

# What is wrong here cannot be mended by a line that a message could quote.
WITHOUT_A_MENDED_FORM = {
    "python/class", "python/global", "python/try", "python/with-open", "pytorch/from-import", "pytorch/import-nn",
    "pytorch/no-grad", "pytorch/sequential", "syntax/several-that-only-the-compiler-sees", "syntax/ten-at-most", "values/labels-that-are-fractions",
    "values/learning-rate-of-unscaled-pictures",
    "shapes/axis-of-a-number",
    "shapes/no-channels",
    "shapes/two-axes-of-one",
    "types/loss-that-is-an-int",
    "values/labels-divided",
    "values/no-classes",
    "values/nothing-to-resume",
    "values/weights-of-nan",
    "values/windows-of-two-axes",
    "names/name-that-is-not-set", "numpy/inverse", "numpy/name-of-a-function",
    "python/time", "types/not-of-none", "types/expectation-of-a-text", "types/if-on-a-function-without-return",
    "values/int-of-hexadecimal-digits", "values/letter-of-a-text",
    "names/layer-instead-of-a-function-of-more",
    "python/format-method-of-a-variable", "shapes/number-for-a-picture", "values/fraction-as-a-class",
    "shapes/negative-size", "syntax/break-alone", "syntax/strange-sign", "types/show-a-file",
    "pytorch/gradient-without-braces", "python/result-of-sort", "python/shape-of-none", "python/call-of-none",
    "python/append-to-a-text", "python/input-of-a-name",
    "keras/compile", "keras/save-as-a-method", "numpy/path-before-the-value", "python/nested-targets", "python/open-a-file",
    "python/raise", "values/ending-of-a-tensors-file", "python/missing-key-of-get", "keras/add-a-layer", "numpy/read-a-table",
    "types/text-in-a-plot", "syntax/assigned-number", "shapes/sum-of-two-sizes",
    "pytorch/requires-grad-of-a-tensor", "pytorch/item-in-a-gradient", "shapes/distribution-of-another-size",
    "syntax/condition-without-its-end", "syntax/list-as-a-target", "syntax/folder-changed",
    "models/weights-in-a-loop", "models/input-behind-a-layer", "shapes/size-that-is-not-certain", "values/softmax-of-softmax",
    "values/loss-of-nan-by-hand", "values/curve-of-other-places", "values/element-of-an-empty-list", "values/element-behind-the-last",
    "types/append-to-a-tensor", "shapes/product-of-pictures-of-another-size", "python/result-of-append", "values/missing-file",
}
# Values of the user's own that the mended form must make up: they stand in no message.
MADE_UP = {
    "keras/activation-without-quotes": {";"},
    "keras/fit": {";"},
    "keras/layers": {"maxpool", "flatten", "dense"},
    "keras/train-as-a-method": {";"},
    "keras/train-called": {";"},
    "names/argument-missing": {"=", "ones", "(", "3x3", ")"},
    "names/argument-missing-in-a-function": {"=", "2", ","},
    "names/argument-of-a-model": {"=", "10"},
    "names/counted-outside": {"count", "="},
    "names/changed-outer-list": {"scores", ",", "="},
    "pytorch/gradient-by-a-number": {"loss", ",", "g", "="},
    "names/counter-without-a-start": {"0"},
    "pytorch/numbered-pairs": {";"},
    "python/element-added-to-a-list": {"="},
    "syntax/range-without-an-end": {"=", "3"},
    "values/loss-without-a-value": {"0.5"},
    "pytorch/conv2d-layer": {"{", "}", "input", "28x28x1", "net", "Net", "=", "(", ")", "model"},
    "pytorch/criterion": {"=", "[", "]", "ones", "(", "2x3", ")", "0", "1", ","},
    "shapes/dense-of-another-picture": {"3x28x28x1"},
    "shapes/number-for-a-shape": {"ones", "2x3", "(", ")"},
    "shapes/shape-of-a-parameter": {"2x4x3"},
    "syntax/five-at-once": {"=", "1"},
    "types/no-return": {"y"},
}


def name(path):
    return str(path.relative_to(FOLDER).with_suffix(""))


def tokens(text):
    return re.findall(r'\d+(?:x\d+)+|\d+\.?\d*(?:e-?\d+)?|\w+|\*\*|==|->|\+=|[^\w\s]', text)


def run(cnnbook, path):
    # In its own folder, so that a message names the file without one.
    return cnnbook("run", "--quiet", path.name, cwd=path.parent)


def test_there_are_mistakes():
    assert len(MISTAKES) >= 100


def test_files_belong_together():
    for path in FOLDER.rglob("*.*"):
        stem = path.name.split(".")[0]
        assert (path.parent / f"{stem}.cnnbook").is_file() and (path.parent / f"{stem}.txt").is_file(), path
    names = {name(path) for path in MISTAKES}
    assert WITHOUT_A_MENDED_FORM <= names and set(MADE_UP) <= names


@pytest.mark.parametrize("path", MISTAKES, ids=map(name, MISTAKES))
def test_message(cnnbook, path):
    result = run(cnnbook, path)
    expected = path.with_suffix(".txt")
    if os.environ.get("CNNBOOK_UPDATE_SNAPSHOTS"):
        expected.write_text(result.err)
    assert result.err == expected.read_text()
    # An error ends with 1; a warning says its word and changes nothing.
    assert re.match(r"error\[E\d{4}\]: |warning: ", result.err)
    assert result.code == (1 if re.search(r"^error\[", result.err, re.MULTILINE) else 0)
    assert "warning" not in result.out
    assert result.err.isascii()


@pytest.mark.parametrize("path", MISTAKES, ids=map(name, MISTAKES))
def test_way_out(cnnbook, path):
    mended = path.with_name(path.stem + ".mended.cnnbook")
    assert mended.is_file() != (name(path) in WITHOUT_A_MENDED_FORM)
    if not mended.is_file():
        return
    result = run(cnnbook, mended)
    assert (result.code, result.err) == (0, "")
    message = set(tokens(path.with_suffix(".txt").read_text())) | MADE_UP.get(name(path), set())
    before, after = tokens(path.read_text()), tokens(mended.read_text())
    for kind, _, _, start, end in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind in ("insert", "replace"):
            missing = [token for token in after[start:end] if token not in message]
            assert not missing, f"the message does not say to write {missing}"
