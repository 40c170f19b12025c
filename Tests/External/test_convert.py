"""`cnnbook convert`: to .ipynb and back without loss, by nbformat's own measure; to Markdown and back; to HTML."""
import base64
import random
import signal
import struct
import subprocess
import time
import zlib

import nbconvert
import nbformat
import pytest

from conftest import ROOT
from test_run_options import NOTEBOOK

NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.cnnbook")) + sorted((ROOT / "Tests/Conformance").rglob("*.cnnbook"))


def png():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(b"\0\x7f")) + chunk(b"IEND", b""))


PICTURE = base64.b64encode(png()).decode() + "\n"


@pytest.fixture
def there_and_back(cnnbook, tmp_path):
    """A .cnnbook by way of another form: what comes back, and what stood between."""

    def convert(content, form="ipynb"):
        first, between, last = tmp_path / "a.cnnbook", tmp_path / f"b.{form}", tmp_path / "c.cnnbook"
        first.write_bytes(content)
        for source, target in ((first, between), (between, last)):
            result = cnnbook("convert", source, target)
            assert (result.code, result.out, result.err) == (0, "", "")
        return last.read_bytes(), between.read_text()

    return convert


@pytest.fixture
def back_and_there(cnnbook, tmp_path):
    """A notebook of nbformat by way of a .cnnbook: what comes back, and what stood between."""

    def convert(notebook):
        first, between, last = tmp_path / "a.ipynb", tmp_path / "b.cnnbook", tmp_path / "c.ipynb"
        first.write_text(notebook if isinstance(notebook, str) else nbformat.writes(notebook))
        for source, target in ((first, between), (between, last)):
            result = cnnbook("convert", source, target)
            assert (result.code, result.out, result.err) == (0, "", "")
        read = nbformat.read(str(last), as_version=nbformat.NO_CONVERT)
        nbformat.validate(read)
        return read, between.read_text()

    return convert


# MARK: .cnnbook to .ipynb and back

def test_a_notebook_as_ipynb(there_and_back):
    back, text = there_and_back(NOTEBOOK.encode())
    assert back == NOTEBOOK.encode()
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "cnnbook"
    assert notebook.metadata.title == "A lab"
    assert [cell.cell_type for cell in notebook.cells] == ["markdown"] + ["code"] * 6
    assert [cell.id for cell in notebook.cells][1:6] == ["p", "q1", "q2", "q3", "q4"]
    assert notebook.cells[0].source == "# Numbers"
    assert notebook.cells[1].metadata.tags == ["parameters"]
    assert notebook.cells[4].metadata.tags == ["skip-execution"]
    error = notebook.cells[5]
    assert error.source == "1 // 0"
    assert error.metadata.tags == ["raises-exception"]
    assert [(output.output_type, output.ename) for output in error.outputs] == [("error", "E0402")]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_notebook_of_the_repository(there_and_back, path):
    content = path.read_bytes()
    back, text = there_and_back(content)
    assert back == content
    nbformat.validate(nbformat.reads(text, as_version=nbformat.NO_CONVERT))


@pytest.mark.parametrize("content", [
    b"", b"\n", b"1 + 1", b"# only a comment\n", b"\xef\xbb\xbf# ---\r\n# title: x\r\n# ---\r\n\r\n# %%\r\n1\r\n#> 1\r\n",
    b"# %%\n# %%\n# %%", b"# %% id=cell-2\n1\n# %%\n2\n", b"# %% [md]\n#text\n  # more\n#\n#\n", b"1\n#> 1\n2\n#> 2\nprint(3)\n",
    b"# %%\n#> \n#>\n#>  two\n", b"# %% id=\"a.b\"\n1\n", "# %% name=\"\u00fc \\\"q\\\"\"\nprint('\U0001F600')\n".encode(),
    b"x = '''\n#> no\n'''\n#> yes\n", b"# %%\n\n\n1\n\n\n# %% [markdown]\n\n", b"# %%\n1\n#> error[E0402]: a\n#> b\n#> c\n",
    b"# %%\n#@ {\"metadata\":{\"x\":1}}\n1\n", b"# %%\n#@ no json\n1\n", b"#@ {\"nbformat_minor\":4}\n\n# %%\n1\n",
])
def test_odd_files_come_back(there_and_back, content):
    back, text = there_and_back(content)
    assert back == content
    nbformat.validate(nbformat.reads(text, as_version=nbformat.NO_CONVERT))


def test_nbconvert_takes_it(cnnbook, write, tmp_path):
    file = write("lab.cnnbook", NOTEBOOK)
    assert cnnbook("convert", file, tmp_path / "lab.ipynb").code == 0
    html, _ = nbconvert.HTMLExporter().from_filename(str(tmp_path / "lab.ipynb"))
    assert "<h1 id=\"Numbers\"" in html and "E0402" in html
    markdown, _ = nbconvert.MarkdownExporter().from_filename(str(tmp_path / "lab.ipynb"))
    assert "x.shape" in markdown


# MARK: .ipynb to .cnnbook and back

def rich():
    v4 = nbformat.v4
    cells = [
        v4.new_markdown_cell("# Title\n\n%% not a cell\n![a](attachment:a.png)", id="intro",
                             attachments={"a.png": {"image/png": PICTURE}}),
        v4.new_code_cell("x = 1\nprint(x)", id="one", execution_count=3, metadata={"tags": ["parameters", "mine"], "k": {"a": [1.5e3]}},
                         outputs=[v4.new_output("stream", name="stdout", text="1\n")]),
        v4.new_code_cell("plot(x)", id="two", metadata={"collapsed": True}, outputs=[
            v4.new_output("stream", name="stderr", text="careful\n"),
            v4.new_output("display_data", {"image/png": PICTURE, "text/plain": "<a picture>"}, metadata={"width": 2}),
            v4.new_output("display_data", {"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg'>\n</svg>"}),
            v4.new_output("execute_result", {"text/plain": "5", "application/json": {"a": [1, None]}}, execution_count=3)]),
        v4.new_code_cell("# %% looks like a cell\n#> looks like output\n#@ {}\n<<<<<<< x\n", id="three"),
        v4.new_code_cell("1/0", id="four", outputs=[v4.new_output(
            "error", ename="ZeroDivisionError", evalue="division", traceback=["\x1b[31mTraceback\x1b[0m", "b"])]),
        v4.new_raw_cell("raw\n  text", id="five", metadata={"format": "text/x-rst"}),
        v4.new_code_cell("", id="six"), v4.new_markdown_cell("", id="seven"),
        v4.new_code_cell("\n\na = 'b\r\n'\n\x00\n\n", id="eight"), v4.new_markdown_cell("  indented\n\ttab\n\n", id="nine"),
    ]
    return v4.new_notebook(cells=cells, metadata={
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}, "title": "Rich", "other": [True]})


def test_a_rich_notebook_comes_back(back_and_there):
    notebook = rich()
    back, text = back_and_there(notebook)
    assert back == nbformat.reads(nbformat.writes(notebook), as_version=4)
    assert text.startswith("# ---\n# title: Rich\n# ---\n")
    assert "# %% parameters id=one\n" in text
    assert "\nprint(x)\n#> 1\n" in text


def test_an_older_minor_version_without_ids(back_and_there):
    notebook = rich()
    notebook.nbformat_minor = 4
    for cell in notebook.cells:
        del cell["id"]
    back, _ = back_and_there(notebook)
    assert back == notebook or back == nbformat.reads(nbformat.writes(notebook), as_version=nbformat.NO_CONVERT)
    assert back.nbformat_minor == 4 and "id" not in back.cells[0]


def test_random_notebooks_come_back(back_and_there):
    choices = random.Random(3)
    lines = ["x = 1", "# %%", "#> a", "#", "", "  ", "\t", "%%", "#@ {\"a\": 1}", "'''", "\"\"\"", "# ---", "é\u2028", "<<<<<<<",
             "\\", "```", "x\r", "#>", "# %% id=a", "{", "[markdown]"]
    outputs = ["1\n", "", "a", "\n\n", "error[E0402]: x\n", "#> 1\n", "\x1b[0m", "a\rb\n", "...\n", "\x00"]
    v4 = nbformat.v4
    for _ in range(60):
        cells = []
        for number in range(choices.randrange(0, 6)):
            source = "\n".join(choices.choice(lines) for _ in range(choices.randrange(0, 6)))
            kind = choices.choice([v4.new_code_cell, v4.new_markdown_cell, v4.new_raw_cell])
            cell = kind(source, id=f"c{number}")
            if kind is v4.new_code_cell:
                for _ in range(choices.randrange(0, 3)):
                    text = choices.choice(outputs)
                    cell.outputs.append(choices.choice([
                        v4.new_output("stream", name="stdout", text=text),
                        v4.new_output("execute_result", {"text/plain": text}, execution_count=None),
                        v4.new_output("error", ename=choices.choice(["E0402", "Error"]), evalue=text, traceback=[text])]))
            if choices.random() < 0.4:
                cell.metadata["tags"] = choices.sample(["parameters", "skip-execution", "raises-exception", "t"], 2)
            cells.append(cell)
        notebook = v4.new_notebook(cells=cells)
        back, text = back_and_there(notebook)
        assert back == nbformat.reads(nbformat.writes(notebook), as_version=4), text


def test_an_edit_in_jupyter_wins_over_what_was_kept(cnnbook, write, tmp_path):
    file = write("a.cnnbook", "# %%   id=q\n\n1\n\n#> 1\n\n\n# %% [markdown]\n#odd\n")
    cnnbook("convert", file, tmp_path / "b.ipynb")
    notebook = nbformat.read(str(tmp_path / "b.ipynb"), as_version=4)
    notebook.cells[0].source = "2"
    notebook.cells[0].outputs[0].text = "2\n"
    notebook.cells[1].source = "new"
    nbformat.write(notebook, str(tmp_path / "b.ipynb"))
    assert cnnbook("convert", tmp_path / "b.ipynb", tmp_path / "c.cnnbook").code == 0
    text = (tmp_path / "c.cnnbook").read_text()
    assert text.startswith("# %% id=q\n2\n#> 2\n")
    assert "# new\n" in text and "odd" not in text


def test_an_edit_of_the_text_wins_over_what_was_kept(cnnbook, tmp_path):
    nbformat.write(rich(), str(tmp_path / "a.ipynb"))
    cnnbook("convert", tmp_path / "a.ipynb", tmp_path / "b.cnnbook")
    text = (tmp_path / "b.cnnbook").read_text()
    (tmp_path / "b.cnnbook").write_text(text.replace("#> <a picture>\n#> 5\n", "#> 6\n").replace("#  %% looks", "# a look"))
    assert cnnbook("convert", tmp_path / "b.cnnbook", tmp_path / "c.ipynb").code == 0
    notebook = nbformat.read(str(tmp_path / "c.ipynb"), as_version=4)
    nbformat.validate(notebook)
    assert [output.text for output in notebook.cells[2].outputs] == ["6\n"]
    assert notebook.cells[3].source.startswith("# a look like a cell")
    assert notebook.cells[1].metadata.tags == ["parameters", "mine"]


def test_pictures_reach_the_page(cnnbook, tmp_path):
    nbformat.write(rich(), str(tmp_path / "a.ipynb"))
    assert cnnbook("convert", tmp_path / "a.ipynb", tmp_path / "a.html").code == 0
    page = (tmp_path / "a.html").read_text()
    assert f"data:image/png;base64,{PICTURE.strip()}" in page
    assert 'alt="&lt;a picture&gt;"' in page


@pytest.mark.parametrize("content", [
    "", "{", "[]", "{}", '{"cells": 3, "nbformat": 4}', '{"cells": [{}], "nbformat": 4, "metadata": {}}',
    '{"cells": [{"cell_type": "code", "source": 5}], "nbformat": 4}', '{"nbformat": 3, "worksheets": []}',
    '{"cells": [], "cells": [], "nbformat": 4}', "[" * 100000, '{"cells": [null], "nbformat": 4}', "\ufeff\ufeff{}",
    '{"cells": [{"cell_type": "code", "id": "a", "source": "", "metadata": {}, "outputs": []},'
    ' {"cell_type": "code", "id": "a", "source": "", "metadata": {}, "outputs": []}], "nbformat": 4}',
])
def test_broken_ipynb(cnnbook, write, tmp_path, content):
    result = cnnbook("convert", write("a.ipynb", content), tmp_path / "b.cnnbook")
    assert (result.code, result.out) == (3, "")
    assert result.err.startswith("error[E0")
    assert not (tmp_path / "b.cnnbook").exists()


# MARK: Markdown

def cells(text):
    notebook = nbformat.reads(text, as_version=4)
    return [(cell.cell_type, cell.source.strip("\n"), [dict(o) for o in cell.get("outputs", [])]) for cell in notebook.cells]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_by_way_of_markdown(cnnbook, there_and_back, tmp_path, path):
    content = path.read_bytes()
    back, _ = there_and_back(content, "md")
    if b"\r" not in content:
        first = there_and_back(content)[1]
        assert cells(there_and_back(back)[1]) == cells(first)
    assert there_and_back(back, "md")[0] == back


def test_markdown(there_and_back):
    back, text = there_and_back(NOTEBOOK.encode(), "md")
    assert back == NOTEBOOK.encode()
    assert text.startswith("---\ntitle: A lab\nseed: 3\n---\n\n# Numbers\n\n```cnnbook parameters id=p\nlr = 0.1\n```\n")
    assert "```output\nerror[E0402]: ...\n```" in text


def test_a_document_becomes_a_notebook(cnnbook, write, tmp_path):
    write("a.md", "# A\n\nText\n\n```python\nno()\n```\n\n```cnnbook\n1 + 1\n```\n\n```output\n2\n```\nMore\n````\n```cnnbook\n````\n")
    assert cnnbook("convert", tmp_path / "a.md", tmp_path / "a.cnnbook").code == 0
    assert (tmp_path / "a.cnnbook").read_text() == (
        "# %% [markdown]\n# # A\n#\n# Text\n#\n# ```python\n# no()\n# ```\n\n# %%\n1 + 1\n#> 2\n\n"
        "# %% [markdown]\n# More\n# ````\n# ```cnnbook\n# ````\n")
    assert cnnbook("test", tmp_path / "a.cnnbook").code == 0


# MARK: the command

@pytest.mark.parametrize("arguments", [["a"], ["a.txt", "b.md"], ["a.html", "b.md"], ["a.md", "b"], ["a.md", "a.md"], []])
def test_usage(cnnbook, arguments):
    result = cnnbook("convert", *arguments)
    assert (result.code, result.out) == (2, "")


def test_unreadable_and_unwritable(cnnbook, write, tmp_path):
    assert cnnbook("convert", tmp_path / "no.md", tmp_path / "b.ipynb").code == 3
    file = write("a.cnnbook", "1\n")
    result = cnnbook("convert", file, tmp_path / "none" / "b.ipynb")
    assert result.code == 1 and "error[E0505]" in result.err


@pytest.mark.parametrize("content, way", [
    ('{"nbformat": 3, "worksheets": []}', "   = an older one can be brought to it: jupyter nbconvert --to notebook\n"),
    ('{"nbformat": 2, "metadata": {}}', "   = an older one can be brought to it: jupyter nbconvert --to notebook\n"),
    ('{"cells": [], "nbformat": 5, "metadata": {}}', ""), ('{"metadata": {}}', "")])
def test_of_which_format_it_is(cnnbook, write, tmp_path, content, way):
    result = cnnbook("convert", write("a.ipynb", content), tmp_path / "b.cnnbook")
    assert (result.code, result.err) == (3, f"error[E0503]: a.ipynb is no notebook of nbformat 4\n{way}")


def test_ctrl_c_ends_it(cnnbook, write, tmp_path):
    file = write("a.cnnbook", "".join(f"--- cell c{number}\nx = {number}\nx\n" for number in range(400_000)))
    # What a shell starts in the background begins with SIGINT ignored.
    process = subprocess.Popen(
        [cnnbook.path, "convert", str(file), str(tmp_path / "b.html")], env=cnnbook.environment(),
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    time.sleep(0.3)
    assert process.poll() is None, "it is over before it can be stopped"
    process.send_signal(signal.SIGINT)
    start = time.monotonic()
    assert process.wait(30) == -signal.SIGINT and time.monotonic() - start < 1
    assert sorted(path.name for path in tmp_path.glob("[ab.]*")) == ["a.cnnbook"]
