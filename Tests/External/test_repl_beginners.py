"""What is typed at the prompt and belongs elsewhere: an answer says where, and nothing is run."""
import pytest

from prompt import Terminal

PROMPT_S_OWN = "; commands of the prompt begin with a colon"
SHELL_S = "this is a command of the shell: leave with Ctrl-D"
STOP = " is a command of the shell: leave with Ctrl-D, or stop with Ctrl-Z and come back with fg"


@pytest.fixture
def terminal(cnnbook):
    terminal = Terminal(cnnbook, columns=120, rows=50)
    yield terminal
    terminal.close()


ANSWERS = {
    "cnnbook run notebooks/quickstart.cnnbook": SHELL_S + "; :load notebooks/quickstart.cnnbook runs its cells here",
    "$ cnnbook run --quiet lab.cnnbook": SHELL_S + "; :load lab.cnnbook runs its cells here",
    "cnnbook test lab.cnnbook": SHELL_S + "; :load lab.cnnbook runs its cells here",
    "cnnbook help padding": SHELL_S + "; ?padding asks here",
    "cnnbook fmt lab.cnnbook": SHELL_S,
    "$ cnnbook": "this is cnnbook; :help lists what it can be told here",
    "save first.cnnbook": "write :save first.cnnbook" + PROMPT_S_OWN,
    "load 'x.cnnbook'": "write :load x.cnnbook" + PROMPT_S_OWN,
    "vars": "write :vars" + PROMPT_S_OWN,
    "undo": "write :undo" + PROMPT_S_OWN,
    "seed 3": "write :seed 3" + PROMPT_S_OWN,
    "time zeros(2x3) + 1": "write :time zeros(2x3) + 1" + PROMPT_S_OWN,
    "set timing on": "write :set timing on" + PROMPT_S_OWN,
    "%timeit zeros(3)": "write :time zeros(3)",
    "ls": "ls" + STOP,
    "user@host:~$ ls": "ls" + STOP,
    "(env) me@mac lab % cnnbook": "this is cnnbook; :help lists what it can be told here",
    "$ frobnicate all": "this is a command of the shell: leave with Ctrl-D",
    "cd lab": "cd" + STOP,
    "pip install torch": "pip" + STOP,
    "clear": "Ctrl-L clears the screen",
    ": vars": "write :vars; a command follows its colon at once",
    ": seed 3": "write :seed; a command follows its colon at once",
    ": nothing": "there is no command ':'; :help lists all",
    ":exit": "there is no command ':exit'; :quit leaves",
}


@pytest.mark.parametrize("line", ANSWERS)
def test_where_it_belongs(terminal, line):
    assert terminal.enter(line) == [ANSWERS[line]]
    # It was no cell.
    assert terminal.last == "[1]>"


JOINED = {
    "x = 1; :vars": ["x = 1", ":vars"],
    "x = 1; y = 2;:va": ["x = 1; y = 2", ":va"],
    ":vars; x = 1": [":vars", "x = 1"],
    ":vars; :undo": [":vars", ":undo"],
    "x = 1; ?conv2d": ["x = 1", "?conv2d"],
    "x = ';'; conv2d?": ["x = ';'", "conv2d?"],
    "?conv2d; x = 1": ["?conv2d", "x = 1"],
    "x = 1; ??x; :vars": ["x = 1", "??x", ":vars"],
    ":time sum(ones(3)); 1; :vars": [":time sum(ones(3)); 1", ":vars"],
}


@pytest.mark.parametrize("line", JOINED)
def test_a_command_stands_alone_on_its_line(terminal, line):
    lines = JOINED[line]
    assert terminal.enter(line) == [f"a command of the prompt stands alone on its line; write {len(lines)} lines:"] + [
        f"  {line}" for line in lines]
    # Nothing was run, and the lines work as they are shown.
    assert terminal.enter("x")[0].startswith("error[E0201]")
    assert not any(line.startswith("there is no command") for shown in lines for line in terminal.enter("  " + shown))


@pytest.mark.parametrize("line", ["'a; :vars'", "x = 3 # c; :vars", ":time 1; 2", "x = 3;", "f'{1}; ?conv2d'"])
def test_a_semicolon_that_joins_no_command(terminal, line):
    assert not any("stands alone" in line for line in terminal.enter(line))


def test_what_is_a_program_is_one(terminal):
    terminal.enter("ls = [1, 2]; vars = 3; def cat(x) { return x + 1 }; save = 5; cnnbook = 6")
    assert terminal.enter("ls") == ["[1, 2]"]
    assert terminal.enter("vars") == ["3"]
    assert terminal.enter("cat(2)") == ["3"]
    assert terminal.enter("save - 1") == ["4"]
    assert terminal.enter("cnnbook / 2") == ["3.0"]
    assert terminal.enter("time = 7; time") == ["7"]


@pytest.mark.parametrize("line", ["load 'weights.npy'", "save x y", "echo = "])
def test_what_may_be_meant_for_the_language_is_left_to_it(terminal, line):
    assert terminal.enter(line)[0].startswith("error[")


@pytest.mark.parametrize("word", ["exit", "quit", "exit()", "quit()", ":q"])
def test_words_that_leave(terminal, word):
    terminal.type(word + "\r")
    terminal.child.expect_exact("\n", timeout=5)
    terminal.child.wait()
    assert terminal.child.exitstatus == 0


@pytest.mark.parametrize("question", ["help padding", "?padding", "padding?", "help zero padding", "?zero padding", ":help padding"])
def test_a_word_that_is_no_name_is_searched_for(cnnbook, terminal, question):
    topic = "zero padding" if "zero" in question else "padding"
    expected = cnnbook("help", topic).out.rstrip("\n").split("\n")
    assert f'about "{topic}":' in expected[0]
    shown = terminal.enter(question)
    assert " ".join(shown).split() == " ".join(expected).split()


def test_a_word_that_nothing_is_about(terminal):
    for question in ["?qwertzu", "??qwertzu", "help qwertzu"]:
        assert terminal.enter(question) == ["there is no help for 'qwertzu'; help lists all names"]
    assert terminal.enter("?maxpolo") == ["there is no help for 'maxpolo'; did you mean maxpool?"]


@pytest.mark.parametrize("sign", ["+", "**", "@", "==", "->"])
def test_help_for_a_sign(cnnbook, terminal, sign):
    expected = cnnbook("-c", f'help("{sign}")').out.split()
    for question in [f"?{sign}", f"help {sign}", f"? {sign}"]:
        assert " ".join(terminal.enter(question)).split() == expected
    assert "It is built in" in " ".join(terminal.enter(f"??{sign}"))


def test_a_colon_asks_for_the_commands(terminal):
    assert terminal.enter("?:") == terminal.enter(":help")
    assert terminal.enter("?$") == ["there is no help for '$'; help lists all names"]


def test_the_last_value_before_there_is_one(terminal):
    assert terminal.enter("_")[0] == "error[E0201]: no value was shown yet: _ is the last one"
    assert terminal.enter("x = _ + 1")[0] == "error[E0201]: no value was shown yet: _ is the last one"
    terminal.enter("41")
    assert terminal.enter("_ + 1") == ["42"]


def test_a_session_of_the_documentation_is_pasted_whole(terminal):
    terminal.paste(
        "$ cnnbook\ncnnbook 0.1.0   :help lists commands, ?name explains, Ctrl-D leaves\n[1]> x = 20\n[2]> ?output_size\n"
        "output_size(n, f)\n[2]> :vars\nname  kind  shape  bytes\nx     int   20       8 B\n1 variable, 8 B\n[2]> x + 1\n21\n")
    shown = terminal.enter("")
    assert any(line.startswith("output_size(") for line in shown)
    assert "1 variable, 8 B" in shown and shown[-1] == "21" and not any("error" in line for line in shown)


# Files beside a notebook


def test_load_finds_what_lies_beside_the_notebook(cnnbook, terminal):
    folder = cnnbook.home / "course"
    folder.mkdir()
    (folder / "helpers.cnnbook").write_text("# %%\ndef twice(x) { return 2 * x }\n")
    (folder / "numbers.csv").write_text("1,2\n3,4\n")
    (folder / "table.csv").write_text("1,2,0\n3,4,1\n5,6,0\n7,8,1\n9,10,0\n")
    (folder / "lab.cnnbook").write_text(
        "# %%\nimport \"helpers.cnnbook\" as h\nx = h.twice(load('numbers.csv'))\n"
        "# %%\nsave(x, 'twice.npy'); y = load('twice.npy'); y\n# %%\nd = dataset('table.csv'); len(d.train)\n")
    assert cnnbook("run", folder / "lab.cnnbook").code == 0
    (folder / "twice.npy").unlink()
    shown = terminal.enter(":load course/lab")
    assert shown[-1] == "4" and not any("error" in line for line in shown)
    assert (folder / "twice.npy").exists() and not (cnnbook.home / "twice.npy").exists()
    # At the prompt again, paths begin where the session was begun.
    assert terminal.enter("load('numbers.csv')")[0].startswith("error[E0501]")
    assert terminal.enter("load('course/numbers.csv')[1, 1]") == ["4.0"]


COURSE_LAB = """\
# ---
# seed: 7
# ---
# %% solution id=respond
def respond(x) {
    for i in x { return i }
}

# %% check for=respond
expect uses("respond", "for"), "with loops"
expect not uses("respond", "conv2d")

# %% id=bad
1 // 0
#> error[E0402]: 1 // 0: an int cannot be divided by zero
y = 5

# %%
[y, rand()]
"""


def test_load_is_as_a_run(cnnbook, terminal):
    """Ids for `uses`, the seed of the header, and what stands behind an error that is meant to be."""
    (cnnbook.home / "lab.cnnbook").write_text(COURSE_LAB)
    run = cnnbook("run", "--quiet", cnnbook.home / "lab.cnnbook")
    assert run.code == 0
    for _ in range(2):
        # A second time it begins anew, with its own ids alone.
        shown = terminal.enter(":load lab")
        assert shown[-1] == run.out.splitlines()[-1] and not any(line.startswith("stopped") for line in shown)
    assert terminal.enter("uses('respond', 'while')") == ["False"]
    (cnnbook.home / "other.cnnbook").write_text("# %% id=q\nz = 1\n# %%\nuses('q', 'z')\n")
    assert terminal.enter(":load other")[-1] == "True"
    assert terminal.enter("uses('respond', 'for')")[0].startswith("error[E0404]: uses: there is no cell 'respond'")
    terminal.enter(":undo")
    terminal.enter(":undo")
    assert terminal.enter("uses('respond', 'for')") == ["True"]


def test_what_was_loaded_is_saved_with_its_ids(cnnbook, terminal):
    (cnnbook.home / "lab.cnnbook").write_text(COURSE_LAB)
    terminal.enter(":load lab")
    shown = terminal.enter(":save copy")
    assert shown == ["left out [4]: it ended with E0402", "copy.cnnbook: 5 cells, and a fresh run gives the same"]
    text = (cnnbook.home / "copy.cnnbook").read_text()
    assert text.startswith("# %%\nseed(7)\n\n# %% id=respond\ndef respond(x) {") and "# %% id=bad\ny = 5\n" in text
    assert cnnbook("test", cnnbook.home / "copy.cnnbook").code == 0


def test_save_is_tried_where_the_file_will_lie(cnnbook, terminal):
    folder = cnnbook.home / "course"
    folder.mkdir()
    (folder / "numbers.csv").write_text("1,2\n3,4\n")
    (folder / "lab.cnnbook").write_text("# %%\nx = load('numbers.csv')\nx[1, 1]\n")
    terminal.enter(":load course/lab.cnnbook")
    assert terminal.enter(":save here")[0] == "left out [1]: in a fresh run it gives E0501"
    assert terminal.enter(":save course/again") == ["course/again.cnnbook: 1 cell, and a fresh run gives the same"]
    assert cnnbook("test", folder / "again.cnnbook").code == 0


# Pages of help


TOPICS = ["help", "?conv2d", "?train", ":help", "help E0301", "?padding", ":help :save", "help(conv2d)", "?list.append",
          "?maxpool", ":set", ":vars"]


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_help_is_laid_out_for_the_width(cnnbook, columns):
    terminal = Terminal(cnnbook, columns=columns, rows=60)
    wide = Terminal(cnnbook, columns=120, rows=60)
    for session in (terminal, wide):
        session.enter("xs = [1, 2]; net = 3")
    for topic in TOPICS:
        shown, other = terminal.enter(topic), wide.enter(topic)
        # No line is wider but code that cannot be divided; no word is cut, none is lost.
        assert all(len(line) <= columns or line in other or line.startswith("    ") for line in shown), topic
        assert page_words(shown) == page_words(other), topic
        code = [line for line in other if line.lstrip().startswith((">>>", "..."))]
        assert columns < 80 or all(line in shown for line in code), topic


def page_words(lines):
    """Without the marks of code, of which there are more where its lines are divided."""
    return [word for line in lines for word in line.split() if word not in (">>>", "...")]


def test_an_error_is_explained_in_the_width(cnnbook):
    heights = []
    for columns in (40, 80, 200):
        terminal = Terminal(cnnbook, columns=columns, rows=60)
        terminal.enter("zeros(2x3) @ zeros(2x3)")
        shown = terminal.enter(":explain")
        assert all(len(line) <= columns for line in shown if not line.startswith("    "))
        heights.append(len(shown))
    assert heights == sorted(heights, reverse=True) and heights[0] > heights[2]


def test_a_page_of_help_is_saved_as_a_run_writes_it(cnnbook):
    terminal = Terminal(cnnbook, columns=40, rows=50)
    terminal.enter("help(conv2d)")
    assert terminal.enter(":save lab") == ["lab.cnnbook: 1 cell, and a fresh run", "gives the same"]
    assert cnnbook("test", cnnbook.home / "lab.cnnbook").code == 0
