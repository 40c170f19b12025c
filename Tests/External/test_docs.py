"""Every block of code in the documentation is run, and what stands below it is compared."""
import ast
import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import jsonschema
import numpy
import pytest
from conftest import ROOT, Program
from documents import Page, Row, Sessions, agrees, difference, play_console, play_sh

sys.path.insert(0, str(ROOT / "docs"))

import screens  # noqa: E402

PATHS = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
PAGES = {str(path.relative_to(ROOT)): Page(path, ROOT) for path in PATHS}
# Writes into the pages what their blocks show now.
UPDATES = os.environ.get("CNNBOOK_UPDATE_SNAPSHOTS") == "1"


@pytest.fixture
def desk(cnnbook, tmp_path):
    """A folder as a student has it: the notebooks beside, the program on the path, a home that is empty."""
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "cnnbook").symlink_to(cnnbook.path)
    return tmp_path


def environment(desk, cnnbook):
    home = cnnbook.environment()
    return home | {"PATH": f"{desk / 'bin'}:{home['PATH']}", "TERM": "xterm-256color"}


# MARK: kinds


def test_every_block_is_of_a_known_kind():
    assert [block.complaint() for page in PAGES.values() for block in page.blocks if block.complaint()] == []


def test_how_many_blocks_are_not_run():
    """Those are few, and each says why: who adds one raises the number here, too."""
    skipped = [block for page in PAGES.values() for block in page.blocks if block.is_skipped]
    assert len(skipped) == 2, [f"{block.place}: {block.options['skip']}" for block in skipped]
    kinds = collections.Counter(block.kind for page in PAGES.values() for block in page.blocks)
    assert kinds["cnnbook"] >= 35 and kinds["text"] >= 10 and kinds["console"] >= 8, kinds


def test_screens_are_those_of_the_session():
    """Blocks below a mark are written by docs/screens.py; test_repl_screens.py compares them."""
    named = [(block.place, block.screen) for page in PAGES.values() for block in page.blocks if block.screen]
    assert [place for place, _ in named if not place.startswith("docs/repl.md:")] == []
    assert sorted(name for _, name in named) == sorted(screen[0] for screen in screens.SCREENS)


def test_every_option_of_the_file_is_described(cnnbook, write):
    text = (ROOT / "docs" / "notebooks.md").read_text(encoding="utf-8")
    for source in ("# ---\n# nonsense: 3\n# ---\n1\n", "# %% nonsense=3\n1\n"):
        known = re.search(r"known are (.*)", cnnbook("run", write("a.cnnbook", source)).err)[1]
        words = [word.removesuffix("=") for word in known.split(", ")]
        assert len(words) > 8 and [word for word in words if f"`{word}`" not in text] == []


# MARK: run


@pytest.mark.parametrize("name", PAGES)
def test_blocks_do_what_they_show(name, cnnbook, desk):
    page = PAGES[name]
    around = environment(desk, cnnbook)
    sessions = Sessions(Program(cnnbook.path, desk))
    failures = []
    for block in page.blocks:
        if block.is_skipped or block.screen:
            continue
        if "file" in block.options:
            path = desk / block.options["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(block.lines) + "\n", encoding="utf-8")
        if block.kind == "sh":
            failures += filter(None, [play_sh(block, desk, around)])
        elif block.kind == "console":
            compare(block, play_console(block, desk, around), failures)
        elif block.kind == "text":
            compare(block, sessions.play(block), failures)
        elif block.kind == "json" and not schema_holds(block):
            failures.append(f"{block.place}: not as {block.options.get('schema')} has it")
    sessions.close()
    assert not failures, "\n".join(failures)


def compare(block, got, failures):
    if agrees(block.lines, got):
        return
    if UPDATES:
        block.page.replace(block, got)
    else:
        failures.append(difference(block, got))


def schema_holds(block):
    value = json.loads("\n".join(block.lines))
    if "schema" in block.options:
        schema = json.loads((ROOT / "docs" / "schemas" / block.options["schema"]).read_text())
        return jsonschema.Draft202012Validator(schema).is_valid(value)
    return True


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if page.notebooks()])
def test_code_shows_what_stands_below_it(name, cnnbook, desk):
    """A page's code is one notebook, in which each line has the page's number."""
    page = PAGES[name]
    if UPDATES:
        update(page, cnnbook, desk)
        page = Page(page.path, ROOT)
    for notebook in page.notebooks():
        path = desk / (pathlib.Path(name).stem + ".cnnbook")
        path.write_text(notebook, encoding="utf-8")
        result = cnnbook("test", path, timeout=300, cwd=desk)
        assert (result.code, result.err) == (0, ""), f"{name}, by line:\n{result.out}{result.err}"
    for block in page.blocks:
        if block.kind == "cnnbook" and "file" in block.options and not block.is_skipped:
            path = desk / "alone.cnnbook"
            path.write_text("\n".join(block.lines) + "\n", encoding="utf-8")
            result = cnnbook("test", path, timeout=300, cwd=desk)
            assert result.code == 0, f"{block.place}:\n{result.out}{result.err}"


def update(page, cnnbook, desk):
    """Writes the #> lines of a page anew: block by block, since their number of lines may change."""
    path = desk / "update.cnnbook"
    for notebook in page.notebooks():
        path.write_text(notebook, encoding="utf-8")
        cnnbook("test", "--update", path, timeout=300, cwd=desk)
        written = path.read_text(encoding="utf-8").split("\n")
        taken = 0
        for block in page.blocks:
            if block.kind == "cnnbook" and notebook.split("\n")[block.line - 1] == "# %%":
                start = written.index("# %%", taken) + 1
                code = block.lines[-1] if not block.lines[-1].startswith("#>") else None
                end = start
                while end < len(written) and written[end] != "#":
                    end += 1
                taken = end
                assert code is None or code in written[start:end]
                if written[start:end] != block.lines:
                    page.replace(block, written[start:end])


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if page.notebooks()])
def test_code_is_laid_out(name, cnnbook, desk):
    """As `cnnbook fmt` would lay it out, block by block."""
    untidy = []
    for block in PAGES[name].blocks:
        if block.kind == "cnnbook" and not block.is_skipped:
            text = "\n".join(block.lines) + "\n"
            if cnnbook("fmt", "-", stdin=text).out != text:
                untidy.append(block.place)
    assert untidy == []


# MARK: the map of the lecture


def cells_of_the_map():
    """Row by row: its line, and each cell that it names with the notebook's path."""
    page = ROOT / "docs" / "lecture-map.md"
    for number, line in enumerate(page.read_text(encoding="utf-8").split("\n"), 1):
        if re.search(r"\]\(\.\./notebooks/\d", line):
            notebook, found = None, []
            for link, cell in re.findall(r"\]\(\.\./([^)]*)\)|`([^`]+)`", line.split(" | ")[-1]):
                notebook = link or notebook
                if cell:
                    found.append((notebook, cell))
            yield number, found


def test_the_map_names_cells_that_are_there():
    wrong, chapters = [], set()
    for line, found in cells_of_the_map():
        if not found:
            wrong.append(f"docs/lecture-map.md:{line}: no cell")
        for notebook, cell in found:
            path = ROOT / notebook
            chapters.add(path.name)
            if not path.is_file() or not re.search(rf"^# %% .*\bid={re.escape(cell)}( |$)", path.read_text(encoding="utf-8"), re.M):
                wrong.append(f"docs/lecture-map.md:{line}: {notebook} has no cell {cell}")
    assert wrong == []
    assert chapters == {path.name for path in (ROOT / "notebooks").glob("[0-9]*.cnnbook")}


def test_the_map_names_every_assignment():
    text = (ROOT / "docs" / "lecture-map.md").read_text(encoding="utf-8")
    paths = sorted((ROOT / "notebooks" / "assignments").glob("*.cnnbook"))
    assert paths and [path.name for path in paths if f"assignments/{path.name})" not in text] == []


# MARK: the names of others


LIBRARIES = {"NumPy": "numpy", "PyTorch": "torch", "Keras": "keras"}


def foreign(kinds):
    """Code of other libraries in the order of a page: blocks, and cells of tables with the row they stand in."""
    for page in PAGES.values():
        parts = [part for part in page.blocks + page.rows if isinstance(part, Row) or part.kind == "python"]
        for part in sorted(parts, key=lambda part: part.line):
            place = f"{page.name}:{part.line}"
            if not isinstance(part, Row):
                if (part.options.keys() & {"torch", "keras"} or {"numpy"}) <= kinds:
                    yield place, "\n".join(part.lines), None
                continue
            for title, code in part.code.items():
                if LIBRARIES.get(title) in kinds:
                    yield place, code, part


def test_code_of_others_is_python():
    codes = list(foreign({"numpy", "torch", "keras"}))
    wrong = []
    for place, code, _ in codes:
        try:
            ast.parse(code)
        except SyntaxError:
            wrong.append(f"{place}: {code}")
    assert wrong == [] and len(codes) > 150


def test_numpy_says_the_same(cnnbook, desk, monkeypatch):
    """Each cell of NumPy beside its cell of cnnbook: the same numbers, or none where chance is asked."""
    monkeypatch.chdir(desk)
    names, theirs = {}, {}
    for place, code, row in foreign({"numpy"}):
        if row is None:
            exec(code, names)
            continue
        value = eval(code, names)
        if isinstance(value, (int, float, bool, tuple, list, numpy.ndarray, numpy.generic)) and "random" not in code:
            theirs[row.line] = numpy.asarray(value)
    page = PAGES["docs/from-pytorch.md"]
    notebook = page.notebooks()[0].split("\n")
    for row in page.rows:
        if row.line in theirs:
            notebook[row.line - 1] = f'save(tensor({row.own}), "row-{row.line}.npy")'
    path = desk / "beside.cnnbook"
    path.write_text("\n".join(notebook), encoding="utf-8")
    result = cnnbook("run", path, cwd=desk)
    assert (result.code, result.err) == (0, "")
    wrong = []
    for line, value in theirs.items():
        ours = numpy.load(desk / f"row-{line}.npy")
        if ours.shape != value.shape or not numpy.allclose(ours, value):
            wrong.append(f"docs/from-pytorch.md:{line}: {ours} and {value}")
    assert wrong == [] and len(theirs) > 40


@pytest.mark.parametrize("library", ["torch", "keras"])
def test_code_of_others_runs(library, desk):
    """Where BENCH_PYTHON names a Python that has the library."""
    python = os.environ.get("BENCH_PYTHON")
    if not python or subprocess.run([python, "-c", f"import {library}"], capture_output=True).returncode:
        pytest.skip(f"BENCH_PYTHON names no Python that has {library}")
    script = "\n".join(f"# {place}\n{code}" for place, code, _ in foreign({library}))
    (desk / "script.py").write_text(script, encoding="utf-8")
    result = subprocess.run([python, "script.py"], capture_output=True, text=True, cwd=desk, timeout=600)
    assert result.returncode == 0, result.stderr
