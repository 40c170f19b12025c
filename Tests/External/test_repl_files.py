"""What `:save` and `:load` do with files: the user's, the trial's, and those of other forms."""
import re
import subprocess
import time

import pytest

from prompt import Terminal


@pytest.fixture
def scratch(tmp_path):
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@pytest.fixture
def terminal(cnnbook, scratch):
    terminal = Terminal(cnnbook, rows=50, columns=120, TMPDIR=str(scratch))
    yield terminal
    terminal.close()


def state(folder):
    """What lies in a folder, and when and what was written."""
    found = {}
    for file in folder.rglob("*"):
        info = file.lstat()
        if file.is_file() and "state" not in file.parts and file.name != "s.cnnbook":
            found[str(file)] = (info.st_ino, info.st_mtime_ns, file.read_bytes())
    return found


def stopped(terminal, line, after):
    terminal.type(line + "\r")
    end = time.monotonic() + after
    while time.monotonic() < end:
        terminal.read(0.01)
    mark = len(terminal.raw)
    terminal.type("\x03")
    terminal.wait_for_prompt(30)
    return terminal.raw[mark:]


# A trial writes no file of the user


def test_save_leaves_the_files_of_the_session_as_they_are(cnnbook, terminal, scratch):
    terminal.enter("model D { input 8x8x1; flatten; dense 10; softmax }")
    terminal.enter("net = D(); d = dataset('digits')")
    shown = stopped(terminal, "h = train net on d.train, epochs=20000, log=False", 1)
    # By the name that the cell has for it.
    assert "error[E0605]" in shown and "net keeps the weights of that step" in shown
    assert terminal.enter("save(net, 'm.safetensors')") == []
    before = state(cnnbook.home)
    shown = terminal.enter(":save s.cnnbook", 30)
    assert shown == ["left out [3]: it was stopped", "s.cnnbook: 3 cells, and a fresh run gives the same"]
    assert state(cnnbook.home) == before and len(before) == 1
    assert list(scratch.iterdir()) == []


def test_a_trial_finds_what_it_wrote(cnnbook, terminal, scratch):
    """Beside what lay there before, and in the state that the trial has given it."""
    pictures = cnnbook.home / "pictures"
    pictures.mkdir()
    (cnnbook.home / "link.npy").symlink_to("target.npy")
    terminal.enter("save(ones(2), 'target.npy')")
    terminal.enter("save(ones(4x4x1), 'pictures/a.png')")
    terminal.enter(":reset")
    terminal.enter("x = load('target.npy') + 1; save(x, 'link.npy'); load('target.npy').sum()")
    terminal.enter("save(zeros(4x4x1), 'pictures/b.png'); images('pictures').shape")
    terminal.enter("save(x, 'x.npz')")
    terminal.enter("save({'x': x}, 'x.npz'); load('x.npz')['x'].sum()")
    terminal.enter("expect error E0505 { save(x, 'nowhere/x.npy') }")
    terminal.enter("expect error E0505 { save(x, 'pictures/x.npy/y.npy') }")
    terminal.enter("s = save(x, 'nowhere/x.npy')")
    before = state(cnnbook.home)
    assert "pictures/b.png" in "".join(before)
    shown = terminal.enter(":save s.cnnbook", 30)
    assert shown[-1].startswith("s.cnnbook: 5 cells"), shown
    assert state(cnnbook.home) == before
    assert list(scratch.iterdir()) == [] and (cnnbook.home / "link.npy").is_symlink()
    text = (cnnbook.home / "s.cnnbook").read_text()
    assert "images('pictures').shape\n#> [2, 4, 4, 1]" in text
    # x was 1 + 1; the trial begins with the file of the session, which has 2s.
    assert "load('target.npy').sum()\n#> 6.0" in text and "['x'].sum()\n#> 6.0" in text
    assert "cannot be written" not in text and "scratch" not in text


def test_a_trial_writes_no_checkpoint(cnnbook, terminal, scratch):
    terminal.enter("model D { input 8x8x1; flatten; dense 10; softmax }")
    terminal.enter("net = D(); d = dataset('digits')")
    terminal.enter("h = train net on d.train, epochs=2, log=False, checkpoint='c.safetensors'", 30)
    terminal.enter("other = D(); load('c.safetensors', into=other); accuracy(other, d.test) == accuracy(net, d.test)")
    (cnnbook.home / "c.safetensors").write_bytes(b"mine now")
    before = state(cnnbook.home)
    assert terminal.enter(":save s.cnnbook", 60) == ["s.cnnbook: 4 cells, and a fresh run gives the same"]
    assert state(cnnbook.home) == before and "#> True" in (cnnbook.home / "s.cnnbook").read_text()
    assert list(scratch.iterdir()) == []


def test_no_trial_without_a_folder_for_it(cnnbook, terminal, scratch):
    terminal.enter("save(ones(2), 'a.npy')")
    scratch.rmdir()
    before = state(cnnbook.home)
    assert terminal.enter(":save s.cnnbook")[0] == "left out [1]: in a fresh run it gives E0505"
    assert state(cnnbook.home) == before


# Other forms


@pytest.mark.parametrize("name, says", [
    ("s.ipynb", ":save writes a .cnnbook: write :save s.cnnbook, then in the shell cnnbook convert s.cnnbook s.ipynb"),
    ("a.md", ":save writes a .cnnbook: write :save a.cnnbook, then in the shell cnnbook convert a.cnnbook a.md"),
    ("a.txt", ":save writes a .cnnbook: write :save a.txt.cnnbook"),
    ("/", "/ is a folder"), ("new/", "new/ is a folder"), (".", ". is a folder"),
])
def test_save_writes_no_other_form(cnnbook, terminal, name, says):
    terminal.enter("1")
    assert terminal.enter(f":save {name}") == [says]
    assert not state(cnnbook.home)


def test_a_jupyter_notebook_is_no_program(cnnbook, terminal, write):
    (cnnbook.home / "s.cnnbook").write_text("# %%\n1 + 1\n")
    (cnnbook.home / "s.cnnbook").rename(cnnbook.home / "r.cnnbook")
    assert cnnbook("convert", "r.cnnbook", "r.ipynb", cwd=cnnbook.home).code == 0
    (cnnbook.home / "my lab.ipynb").write_bytes((cnnbook.home / "r.ipynb").read_bytes())
    shown = terminal.enter(":load r.ipynb")
    assert shown == ["error[E0507]: 'r.ipynb' is a Jupyter notebook",
                     "   = convert it first, in the shell: cnnbook convert r.ipynb r.cnnbook"]
    assert "cnnbook convert 'my lab.ipynb' 'my lab.cnnbook'" in terminal.enter(":load my lab.ipynb")[-1]
    for command in ("run", "test", "fmt"):
        result = cnnbook(command, "r.ipynb", cwd=cnnbook.home)
        assert result.code == 3 and result.out == "", command
        assert result.err.startswith("error[E0507]: 'r.ipynb' is a Jupyter notebook"), command
        assert "cnnbook convert r.ipynb r.cnnbook" in result.err
    assert cnnbook("run", "nowhere.ipynb").err.startswith("error[E0501]")


OTHER_KINDS = [
    ("notes.md", "# Title\n\nWords.\n\n```cnnbook\nx = 1\n```\n", "a Markdown document",
     "convert it first, in the shell: cnnbook convert notes.md notes.cnnbook"),
    ("my notes.MD", "# Title\n", "a Markdown document",
     "convert it first, in the shell: cnnbook convert 'my notes.MD' 'my notes.cnnbook'"),
    ("notes.markdown", "```cnnbook\nx = 1\n```\n", "a Markdown document",
     "in the shell: mv notes.markdown notes.md, then cnnbook convert notes.md notes.cnnbook"),
    ("page.html", "<!doctype html>\n<p>Words.\n", "a web page", "run the notebook that it was made from"),
    ("data.csv", "1,2\n3,4\n", "a table of data", 'a cell reads it: load("data.csv")'),
    ("letter.txt", "Dear all,\nthis is text.\n", "no notebook: its text is no program",
     "a notebook holds cells, which begin with # %%"),
]


@pytest.mark.parametrize("name, content, kind, note", OTHER_KINDS)
def test_a_file_of_another_kind_is_told(cnnbook, terminal, name, content, kind, note):
    (cnnbook.home / name).write_text(content)
    says = [f"error[E0507]: '{name}' is {kind}", f"   = {note}"]
    assert terminal.enter(f":load {name}") == says
    for command in ("run", "test", "fmt"):
        result = cnnbook(command, name, cwd=cnnbook.home)
        assert (result.code, result.out, result.err.splitlines()) == (3, "", says), command


def test_what_an_error_of_the_kind_offers_works(cnnbook, terminal):
    for name, content, _, note in OTHER_KINDS:
        (cnnbook.home / name).write_text(content)
        for command in re.findall(r"(?:cnnbook convert|mv) .*?(?=,|$)", note):
            result = subprocess.run(
                ["/bin/sh", "-c", command.replace("cnnbook convert", f"{cnnbook.path} convert")],
                cwd=cnnbook.home, env=cnnbook.environment(), capture_output=True, text=True)
            assert result.returncode == 0, (command, result.stderr)
    assert terminal.enter(":load notes.cnnbook")[-1] == "[1]> x = 1"
    assert terminal.enter('load("data.csv").shape') == ["[2, 2]"]


def test_a_program_may_have_any_name(cnnbook, terminal):
    for name in ("lab.txt", "lab", "lab.py"):
        (cnnbook.home / name).write_text("# %%\n20 + 1\n")
        assert cnnbook("run", name, cwd=cnnbook.home).out == "21\n", name
        assert terminal.enter(f":load {name}")[-1] == "21", name


def test_quotes_around_a_path(cnnbook, terminal):
    terminal.enter("20 + 1")
    assert terminal.enter(":save 'q u.cnnbook'") == ["q u.cnnbook: 1 cell, and a fresh run gives the same"]
    assert (cnnbook.home / "q u.cnnbook").exists()
    assert terminal.enter(':load "q u"')[-1] == "21"
    assert terminal.enter(":load q u.cnnbook")[-1] == "21"
