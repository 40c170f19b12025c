"""The commands of the prompt, as they are typed and as their answers look."""
import re
import subprocess
import time

import pytest

from prompt import Terminal


@pytest.fixture
def terminal(cnnbook):
    terminal = Terminal(cnnbook, rows=50, columns=100)
    yield terminal
    terminal.close()


def commands(terminal):
    return re.findall(r"^:(\w+)", "\n".join(terminal.enter(":help")), re.MULTILINE)


def test_help_lists_every_command_and_each_is_explained(terminal):
    names = commands(terminal)
    assert {"help", "vars", "time", "shapes", "save", "load", "undo", "reset", "seed", "explain", "edit", "set",
            "demo"} <= set(names)
    for name in names:
        shown = terminal.enter(f":help :{name}")
        assert shown[0].startswith(f":{name}") and shown[1].startswith("  ")


def test_a_command_without_what_it_needs_says_so(terminal):
    for name in ("time", "shapes", "save", "load", "seed"):
        assert terminal.enter(f":{name}")[0].startswith(f"write :{name} ")


def test_a_command_with_too_much_says_so(terminal):
    assert terminal.enter(":vars x") == [":vars takes nothing behind it"]


def test_an_unknown_command(terminal):
    assert terminal.enter(":svae") == ["there is no command ':svae'; did you mean :save? :help lists all"]


def test_a_beginning_is_enough(terminal):
    assert terminal.enter(":va") == ["there are no variables yet"]
    assert terminal.enter(":se")[0] == "':se' could be :seed, :set"


def test_vars(terminal):
    terminal.enter("x = zeros(2x3)")
    terminal.enter("n = 7")
    terminal.enter("名前 = 'ö日本'")
    terminal.enter("model Net { input 8x8x1; conv 6, 3x3; flatten; dense 10 }")
    terminal.enter("net = Net()")
    terminal.enter("def f(x, k=2) { return x }")
    # 6*3*3 + 6 and 6*6*6*10 + 10 numbers of 4 bytes.
    assert terminal.enter(":vars") == [
        "name  kind              shape           bytes",
        "x     tensor float32    2x3              24 B",
        "n     int               7                 8 B",
        "名前  str               3 characters      8 B",
        "Net   model definition  Net()",
        "net   model             8x8x1 -> 10   8.7 KiB",
        "f     function          f(x, k=2)",
        "6 variables, 8.8 KiB",
    ]


def test_vars_at_forty_columns(cnnbook):
    terminal = Terminal(cnnbook, columns=40)
    terminal.enter("def a_function_with_a_long_name(first, second, third) { return 1 }")
    terminal.enter("s = 'x' * 100")
    for line in terminal.enter(":vars"):
        assert len(line) <= 40
    # A name that has no room beside the rest is whole all the same.
    assert any(line.startswith("a_function_with_a_long_name: ") for line in terminal.enter(":vars"))


def test_the_last_value(terminal):
    assert terminal.enter("6 * 7") == ["42"]
    assert terminal.enter("_ + 1") == ["43"]
    terminal.enter("5;")
    assert terminal.enter("_") == ["43"]
    terminal.enter("1 // 0")
    assert terminal.enter("_") == ["43"]


def test_help_for_a_name(terminal):
    assert terminal.enter("?output_size")[0].startswith("output_size(n, f")
    assert terminal.enter("output_size?")[0].startswith("output_size(n, f")
    assert terminal.enter("?list.append")[0] == "xs.append(value)"
    assert terminal.enter("help dataset.map")[0] == "data.map(f)"
    assert terminal.enter(":help output_size")[0].startswith("output_size(n, f")


def test_help_for_a_method_by_its_full_name(terminal, cnnbook):
    for question in ("?dataset.map", "help dataset.map", ":help dataset.map"):
        assert terminal.enter(question)[0].startswith("data.map(f)")
    assert cnnbook("help", "list.append").out == cnnbook("-c", "help('list.append')").out
    assert cnnbook("help", "list.append").out.startswith("xs.append(")
    assert terminal.enter("?dataset.nothing")[0].startswith("error[E0")


def test_source_of_a_function(terminal):
    terminal.enter("def twice(x) {")
    terminal.enter("    return 2 * x  # a comment")
    terminal.enter("}")
    source = ["# cell 1:1", "def twice(x) {", "    return 2 * x  # a comment", "}"]
    assert terminal.enter("??twice") == source
    assert terminal.enter("twice??") == source
    terminal.enter("model Net(k=3) { input 8x8x1; conv k, 3x3 }")
    assert terminal.enter("??Net") == ["# cell 2:1", "model Net(k=3) { input 8x8x1; conv k, 3x3 }"]
    terminal.enter("half = x -> x / 2")
    assert terminal.enter("??half")[1] == "x -> x / 2"


def test_source_of_a_module(terminal):
    terminal.enter("import filters")
    shown = terminal.enter("??filters.gaussian")
    assert shown[0].startswith("# filters.cnnbook:") and shown[1].startswith("def gaussian(")


def test_source_of_a_builtin(terminal):
    shown = terminal.enter("??relu")
    assert shown[0] == "relu(x)"
    assert "built in" in shown[-1]


def test_undo_takes_variables_back(terminal):
    terminal.enter("x = [1, [2]]")
    terminal.enter("x[1][0] = 9; y = 3")
    assert terminal.enter(":undo") == ["taken back: [2]"]
    assert terminal.enter("x") == ["[1, [2]]"]
    assert terminal.enter("y")[0].startswith("error[E0201]")


def test_undo_takes_networks_back(terminal):
    terminal.enter("digits = dataset('digits')")
    terminal.enter("model M { input 8x8x1; flatten; dense 10; softmax }")
    terminal.enter("net = M(); nets = [net]; opt = adam(net)")
    before = terminal.enter("[net.dense1.weight.sum(), net.dense1.bias[0], opt.steps]")
    terminal.enter("train net on digits.train, steps=5, optimizer=opt, log=False;")
    assert terminal.enter("[net.dense1.weight.sum(), net.dense1.bias[0], opt.steps]") != before
    terminal.enter(":undo")
    terminal.enter(":undo")
    assert terminal.enter("[net.dense1.weight.sum(), net.dense1.bias[0], opt.steps]") == before
    assert terminal.enter("nets[0] == net") == ["True"]


def test_undo_gives_the_same_random_numbers(terminal):
    first = terminal.enter("rand(3)")
    terminal.enter(":undo")
    assert terminal.enter("rand(3)") == first


def test_undo_of_a_hidden_builtin(terminal):
    terminal.enter("sum = 3")
    terminal.enter(":undo")
    assert terminal.enter("sum(tensor([1, 2]))") == ["3.0"]


def test_undo_of_nothing(terminal):
    assert terminal.enter(":undo") == ["there is nothing to take back"]


def test_undo_of_an_interrupted_cell(terminal):
    terminal.enter("n = 0")
    terminal.type("while True { n += 1 }\r")
    time.sleep(0.3)
    terminal.type("\x03")
    terminal.wait_for_prompt()
    assert terminal.enter("n > 0") == ["True"]
    terminal.enter(":undo")
    terminal.enter(":undo")
    assert terminal.enter("n") == ["0"]


def test_reset_and_back(terminal):
    terminal.enter("x = 5")
    terminal.enter("import filters")
    terminal.enter(":reset")
    assert terminal.enter("x")[0].startswith("error[E0201]")
    terminal.enter(":undo")
    terminal.enter(":undo")
    assert terminal.enter("x") == ["5"]
    assert terminal.enter("filters") == ["<module filters>"]


def test_reset_begins_the_random_numbers_anew(terminal):
    first = terminal.enter("rand(3)")
    terminal.enter(":reset")
    assert terminal.enter("rand(3)") == first


def test_seed(terminal):
    terminal.enter(":seed 7")
    first = terminal.enter("rand(3)")
    terminal.enter("seed(7)")
    assert terminal.enter("rand(3)") == first
    assert terminal.enter(":seed x") == [":seed takes a whole number from 0, not 'x'"]


def test_shapes_compute_nothing(terminal):
    terminal.enter("x = zeros(64x224x224x3)")
    terminal.enter("model Big { input 224x224x3; repeat 4 { conv 256, 3x3, pad=same; relu }; global_avgpool; dense 10 }")
    terminal.enter("net = Big()")
    start = time.monotonic()
    shown = terminal.enter(":shapes net(x)")
    # 4 convolutions of 256 filters over 64 pictures are minutes of work, and 3 GiB each.
    assert time.monotonic() - start < 1
    assert shown[0].split() == ["conv1", "conv2d", "64x224x224x3,", "3x3x3x256,", "256", "->", "64x224x224x256"]
    assert shown[-1] == "tensor 64x10 float32"


def test_shapes_leave_the_session_alone(terminal):
    terminal.enter("model Lazy { conv 4, 3x3 }")
    terminal.enter("net = Lazy(); n = [0]")
    assert terminal.enter(":shapes net(zeros(1x8x8x1))")[-1] == "tensor 1x6x6x4 float32"
    assert terminal.enter("net.input_shape") == []
    assert terminal.enter(":shapes save(tensor([1]), 'never.npy')")[0].startswith("error[")
    assert terminal.enter("rand(1)") == Terminal(terminal.program).enter("rand(1)")



def test_shapes_show_errors(terminal):
    shown = terminal.enter(":shapes zeros(2x3) @ zeros(2x3)")
    assert shown[0].startswith("error[E03")
    assert any("--> :shapes:1:" in line for line in shown)
    assert terminal.enter(":shapes train net on x")[0] == ":shapes follows operations and networks, not train"


def test_shapes_of_training_data(terminal):
    terminal.enter("digits = dataset('digits')")
    assert terminal.enter(":shapes digits.train.images.reshape(-1, 64)")[-1] == "tensor 1438x64 float32"


def test_time(terminal):
    terminal.enter("n = 1")
    shown = terminal.enter(":time 2 ** 10")
    assert re.fullmatch(r"median \S+ (ns|us) of 1000 runs, from \S+ \w+ to \S+ \w+", shown[0])
    assert terminal.enter(":time nothing")[0].startswith("error[E0201]")
    terminal.enter("xs = [1]")
    terminal.enter(":time xs.append(1)")
    assert terminal.enter("xs") == ["[1]"]


def test_time_stops(terminal):
    terminal.enter("def forever() { while True { } }")
    terminal.type(":time forever()\r")
    time.sleep(0.3)
    terminal.type("\x03")
    terminal.wait_for_prompt()
    assert terminal.enter("1 + 1") == ["2"]


def test_explain(terminal):
    assert terminal.enter(":explain") == ["there was no error yet"]
    terminal.enter("zeros(2x3) + zeros(4x5)")
    shown = terminal.enter(":explain")
    assert shown[0].startswith("error[E0303]") and any(line.startswith("E0303: ") for line in shown)


def test_set(terminal):
    assert [line.split()[0] for line in terminal.enter(":set")] == ["color", "graphics", "threads", "timing"]
    assert terminal.enter(":set timing on") == ["timing is on"]
    assert re.fullmatch(r"took \S+ (ns|us|ms)", terminal.enter("1;")[-1])
    assert terminal.enter(":set threads 1") == ["threads is 1"]
    assert terminal.enter(":set threads many") == ["threads is 1 to 256, not 'many'"]
    assert terminal.enter(":set thread 1") == ["there is no setting 'thread'; did you mean threads?"]


def test_edit(cnnbook, tmp_path):
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i s/1/41/ \"$2\"\necho \"$1\" > " + str(tmp_path / "seen") + "\n")
    editor.chmod(0o755)
    terminal = Terminal(cnnbook, EDITOR=f"{editor} --wait")
    terminal.enter("x = 1")
    assert terminal.enter(":edit") == ["x = 41"]
    assert terminal.enter("x") == ["41"]
    assert (tmp_path / "seen").read_text() == "--wait\n"
    terminal.enter("def f() {")
    terminal.enter("    return 1")
    terminal.enter("}")
    terminal.enter(":edit f")
    assert terminal.enter("f()") == ["41"]
    assert terminal.enter(":edit nothing") == ["'nothing' is no function or model of this session"]


def test_edit_without_an_editor(terminal):
    assert terminal.enter(":edit") == ["no editor is set: say which in the environment, as EDITOR=nano"]


def test_save_writes_what_a_fresh_run_gives(cnnbook, terminal):
    terminal.enter("x = 20")
    terminal.enter("x = nothing")
    terminal.enter("x * 2")
    terminal.enter("oops = 1")
    terminal.enter(":undo")
    terminal.enter("print('a')")
    assert terminal.enter(":save lab") == [
        "left out [2]: it ended with E0201", "lab.cnnbook: 3 cells, and a fresh run gives the same"]
    file = cnnbook.home / "lab.cnnbook"
    assert file.read_text() == "# %%\nx = 20\n\n# %%\nx * 2\n#> 40\n\n# %%\nprint('a')\n#> a\n"
    assert cnnbook("test", file).code == 0


def test_save_leaves_out_what_needs_a_lost_cell(cnnbook, terminal):
    terminal.enter("y = 3; z = nothing")
    terminal.enter("y + 1")
    terminal.enter("w = 5")
    assert terminal.enter(":save lab") == [
        "left out [1]: it ended with E0201", "left out [2]: in a fresh run it gives E0201",
        "lab.cnnbook: 1 cell, and a fresh run gives the same"]
    assert (cnnbook.home / "lab.cnnbook").read_text() == "# %%\nw = 5\n"


def test_save_says_where_a_fresh_run_differs(cnnbook, terminal):
    terminal.enter("r = rand(2); r / nothing")
    terminal.enter("rand(1)")
    shown = terminal.enter(":save lab")
    assert shown[1] == "[2] shows something else in a fresh run: the file has that"
    assert cnnbook("test", cnnbook.home / "lab.cnnbook").code == 0


def test_save_asks_before_it_writes_over_a_file(cnnbook, terminal):
    file = cnnbook.home / "mine.cnnbook"
    file.write_text("# precious\n")
    terminal.enter("1")
    assert terminal.enter(":save mine.cnnbook") == [
        "mine.cnnbook is there already; the same command again writes over it"]
    assert file.read_text() == "# precious\n"
    terminal.enter(":save mine.cnnbook")
    assert file.read_text() == "# %%\n1\n#> 1\n"


def test_save_into_a_folder(cnnbook, terminal):
    (cnnbook.home / "lab.1").mkdir()
    terminal.enter("x = 1")
    assert terminal.enter(":save lab.1") == ["lab.1 is a folder"]
    assert terminal.enter(":save lab.1") == ["lab.1 is a folder"]


def test_save_where_nothing_can_be_written(terminal):
    terminal.enter("1")
    assert terminal.enter(":save /nowhere/lab.cnnbook")[0].startswith("error[E0505]")


def test_save_of_marks(cnnbook, terminal):
    terminal.paste("# %% a cell\nx = 1\n#> 1\n")
    terminal.enter("")
    terminal.paste("s = '''\n# %% no cell\n'''")
    terminal.enter("")
    assert terminal.enter(":save lab")[0] == "left out [2]: a text in it holds a line that would begin a cell"
    assert (cnnbook.home / "lab.cnnbook").read_text() == "# %%\nx = 1\n"


def test_load(cnnbook, terminal):
    (cnnbook.home / "lab.cnnbook").write_text(
        "# %% [markdown]\n# words\n# %%\nx = 20\n# %%\nx + 1\n#> 21\n# %%\nx / nothing\n# %%\nx = 5\n")
    shown = terminal.enter(":load lab.cnnbook")
    assert shown[:3] == ["[1]> x = 20", "[2]> x + 1", "21"]
    assert shown[-1] == "stopped in cell [3], line 8 of lab.cnnbook"
    assert terminal.enter("x") == ["20"]
    assert terminal.enter(":load nowhere.cnnbook")[0].startswith("error[E0501]")
    terminal.enter(":undo")
    terminal.enter(":undo")
    assert terminal.enter("x")[0].startswith("error[E0201]")


def test_demo(terminal):
    terminal.type(":demo\r")
    for step in range(1, 9):
        terminal.wait_for(f"{step}/9 Enter>", 30)
        terminal.type("\r")
    terminal.wait_for("keeps a session", 30)
    terminal.settle()
    assert "error[E0302]" in terminal.text
    assert terminal.last == "[1]>"


def test_demo_ends_at_once(terminal):
    terminal.type(":demo\r")
    terminal.wait_for("1/9 Enter>")
    terminal.type("q\r")
    terminal.wait_for("the tour is over")


def test_quit(terminal):
    import pexpect
    terminal.type(":quit\r")
    terminal.child.expect(pexpect.EOF)


def test_init_file(cnnbook):
    folder = cnnbook.home / "config" / "cnnbook"
    folder.mkdir(parents=True)
    (folder / "init.cnnbook").write_text("def double(x) { return 2 * x }\nhidden = 3\n")
    terminal = Terminal(cnnbook, XDG_CONFIG_HOME=str(cnnbook.home / "config"))
    assert terminal.last == "[1]>"
    assert terminal.enter("double(hidden)") == ["6"]
    assert terminal.enter(":save lab")[0] == "left out [1]: in a fresh run it gives E0201"
    terminal.enter("other = 4")
    assert " ".join(terminal.enter(":reset")) == (
        "the variables are those of init.cnnbook, as at the beginning; :undo brings the others back")
    assert terminal.enter("double(hidden)") == ["6"]
    assert "E0201" in terminal.enter("other")[0]
    environment = {"XDG_CONFIG_HOME": str(cnnbook.home / "config")}
    assert "E0201" in cnnbook("-c", "hidden", environment=environment).err
    (cnnbook.home / "t.cnnbook").write_text("hidden\n")
    assert "E0201" in cnnbook("run", cnnbook.home / "t.cnnbook", environment=environment).err


def test_an_init_file_with_an_error(cnnbook):
    folder = cnnbook.home / ".config" / "cnnbook"
    folder.mkdir(parents=True)
    (folder / "init.cnnbook").write_text("x = nothing\n")
    terminal = Terminal(cnnbook)
    assert "--> init.cnnbook:1:5" in terminal.text
    assert terminal.enter("1 + 1") == ["2"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts_for_shells(cnnbook, shell, tmp_path):
    result = cnnbook("completions", shell)
    assert result.code == 0 and "cnnbook" in result.out
    if shell == "bash":
        assert subprocess.run(["bash", "-n"], input=result.out, text=True).returncode == 0


OFFERS = [
    ("cnnbook run ", {"notes.cnnbook", "folder"}),
    ("cnnbook run notes.cnnbook f", {"folder"}),
    ("cnnbook fmt n", {"notes.cnnbook"}),
    ("cnnbook test --html n", {"notes.cnnbook"}),
    ("cnnbook run --params n", {"notes.cnnbook"}),
    ("cnnbook convert notes.cnnbook n", {"notes.cnnbook"}),
    ("cnnbook grade notes.cnnbook f", {"folder"}),
    ("cnnbook grade --data ", {"folder"}),
    ("cnnbook release notes.cnnbook --output n", {"notes.cnnbook"}),
    ("cnnbook run --timeout ", set()),
    ("cnnbook he", {"help"}),
    ("cnnbook help output_s", {"output_size"}),
    ("cnnbook help conve", {"convert"}),
    ("cnnbook help E030", {f"E030{digit}" for digit in range(1, 9)}),
    ("cnnbook help whi", {"while"}),
    ("cnnbook run --graphics ", {"auto", "ascii", "blocks", "256", "truecolor", "kitty"}),
    ("cnnbook --graphics t", {"truecolor"}),
]


def test_bash_offers_what_a_command_takes(cnnbook, tmp_path):
    script = tmp_path / "script"
    script.write_text(cnnbook("completions", "bash").out)
    folder = tmp_path / "work"
    (folder / "folder").mkdir(parents=True)
    (folder / "notes.cnnbook").write_text("x = 1\n")
    for line, expected in OFFERS:
        words = line.split(" ")
        code = (f'source {script}; COMP_LINE="$*"; COMP_POINT=${{#COMP_LINE}}; COMP_WORDS=("$@"); '
                'COMP_CWORD=$(($# - 1)); _cnnbook cnnbook "${@: -1}" "${@: -2:1}"; printf "%s\\n" "${COMPREPLY[@]}"')
        result = subprocess.run(["bash", "-c", code, "bash", *words], cwd=folder, capture_output=True, text=True)
        assert sorted(result.stdout.split()) == sorted(expected), (line, result)


def test_zsh_and_fish_offer_files(cnnbook):
    lines = cnnbook("completions", "zsh").out.splitlines()
    assert any(line.strip().startswith("'--html[") and line.endswith(":file:_files'") for line in lines)
    assert sum("'*:file:_files'" in line for line in lines) == 3
    assert sum(line.strip().startswith("'help:") for line in lines) == lines.count("_cnnbook_help() {") == 1
    lines = cnnbook("completions", "fish").out.splitlines()
    run = [line for line in lines if '"cnnbook run" -ge 1' in line or "-l 'html'" in line]
    assert len(run) == 3 and all(line.endswith("F") for line in run)
    assert sum("-fa 'help'" in line for line in lines) == 1


def test_no_script_for_another_shell(cnnbook):
    assert cnnbook("completions", "tcsh").code == 2
