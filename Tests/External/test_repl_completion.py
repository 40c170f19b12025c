"""Tab at the prompt: what the place of the cursor asks for, and nothing that runs anything."""
import re

import pytest

from prompt import Terminal

SETUP = [
    "model Net { input 8x8x1; conv 6, 3x3; relu; flatten; dense 10; softmax }",
    "net = Net()",
    "digits = dataset('digits')",
    "learning_rate = 0.5",
    "def fit_all(data, epochs=3) { return data }",
    "import filters",
    "m = {'alpha': [1], 'beta': {'inner': 'text'}, 3: net}",
]

INSERTED = [
    ("learn\t", "learning_rate"),
    ("output_s\t", "output_size"),
    ("contin\t", "continue"),
    ("net.conv1.we\t", "net.conv1.weight"),
    ("net.conv1.weight.sha\t", "net.conv1.weight.shape"),
    ("net.inp\t", "net.input_shape"),
    ("digits.tr\t", "digits.train"),
    ("digits.train.images.sha\t", "digits.train.images.shape"),
    ("filters.gau\t", "filters.gaussian"),
    ("'abc'.up\t", "'abc'.upper"),
    ("f'{1}'.up\t", "f'{1}'.upper"),
    ("[1, 2].app\t", "[1, 2].append"),
    ("x = {1: 2}.ke\t", "x = {1: 2}.keys"),
    ("zeros(2x3).resh\t", "zeros(2x3).reshape"),
    ("'abc'.split(lim\t", "'abc'.split(limit="),
    # Keys.
    ("m['al\t", "m['alpha']"),
    ("m[\"be\t", "m[\"beta\"]"),
    ("m['beta']['\t", "m['beta']['inner']"),
    ("m['beta'][\t", "m['beta']['inner']"),
    ("m['beta']['inner'].up\t", "m['beta']['inner'].upper"),
    ("m['alpha'].app\t", "m['alpha'].append"),
    ("m[3].conv1.we\t", "m[3].conv1.weight"),
    ("m['gam\t", "m['gam"),
    ("['dee\t", "['deep/"),
    ("conv2d(x, w, st\t", "conv2d(x, w, stride="),
    ("fit_all(net, ep\t", "fit_all(net, epochs="),
    ("adam(learning_rate, l\t", "adam(learning_rate, l"),
    ("print(learn\t", "print(learning_rate"),
    ("net.forward(x, tra\t", "net.forward(x, tra"),
    ("train net on digits.train, epo\t", "train net on digits.train, epochs="),
    ("train net on dig\t", "train net on digits"),
    ("model M { maxp\t", "model M { maxpool"),
    ("model M(k=3) { input 8x8x1; resid\t", "model M(k=3) { input 8x8x1; residual"),
    ("model M { conv 3, 3x3, str\t", "model M { conv 3, 3x3, stride="),
    ("model M { conv 3, 3x3, pad=sa\t", "model M { conv 3, 3x3, pad=same"),
    ("model M { stem: conv 3, 3x3, dila\t", "model M { stem: conv 3, 3x3, dilation="),
    ("dataset(\"dig\t", "dataset(\"digits"),
    ("dataset('fash\t", "dataset('fashion-mnist"),
    ("import lect\t", "import lecture"),
    ("help E030\t", "help E030"),
    ("help conv2\t", "help conv2d"),
    ("?net.conv\t", "?net.conv1"),
    ("??fit\t", "??fit_all"),
    (":he\t", ":help"),
    (":time learn\t", ":time learning_rate"),
    (":set thr\t", ":set threads"),
    (":set timing o\t", ":set timing o"),
    (":set timing of\t", ":set timing off"),
    (":set graphics k\t", ":set graphics kitty"),
    (":set threads 1\t", ":set threads 1"),
    (":edit fit\t", ":edit fit_all"),
    (":edit learn\t", ":edit learn"),
    ("learning_rate . clip\t", "learning_rate . clip"),
    ("digits . tra\t", "digits . train"),
    ("nothing_at_all . sh\t", "nothing_at_all . sh"),
    ("train net on digits.train, optimizer=nes\t", "train net on digits.train, optimizer=nesterov"),
    ("train net on digits.train, epochs=2, loss=hu\t", "train net on digits.train, epochs=2, loss=huber"),
    ("train net on digits.train, schedule=one\t", "train net on digits.train, schedule=one_cycle"),
    ("train net on digits.train, validate=dig\t", "train net on digits.train, validate=digits"),
    ("train net on digits.train, optimizer=adam(learn\t", "train net on digits.train, optimizer=adam(learning_rate"),
    ("# learn\t", "# learn"),
    ("def learn\t", "def learn"),
    ("read('deep/in\t", "read('deep/inner.csv"),
    ("read('dee\t", "read('deep/"),
    (":load less\t", ":load lesson.cnnbook"),
    ("x = '''learn\t", "x = '''learn"),
    ("nothing_at_all\t", "nothing_at_all"),
    # What the entry itself names.
    ("def f(alpha, beta_rate=1) { return alph\t", "def f(alpha, beta_rate=1) { return alpha"),
    ("def f(alpha, beta_rate=1) { return beta\t", "def f(alpha, beta_rate=1) { return beta_rate"),
    ("sum_of_all = 3; sum_o\t", "sum_of_all = 3; sum_of_all"),
    ("for number_of in range(3) { number_\t", "for number_of in range(3) { number_of"),
    # Braces within a text.
    ("f\"{learn\t", "f\"{learning_rate"),
    ("f'{net.conv1.wei\t", "f'{net.conv1.weight"),
    ("f'{{learn\t", "f'{{learn"),
    ("f'{1}learn\t", "f'{1}learn"),
    ("net(\t", "net("),
    ("relu(\t", "relu("),
    ("train net \t", "train net on"),
    ("train net o\t", "train net on"),
    ("train net on\t", "train net on"),
    ("show_filters(net.\t", "show_filters(net."),
    ("feature_maps(net, x, \"soft\t", "feature_maps(net, x, \"softmax1"),
    ("feature_maps(net, x, layer='soft\t", "feature_maps(net, x, layer='softmax1"),
    (":set color \t", ":set color"),
    (":set threads \t", ":set threads"),
    # What is given is not offered again.
    ("fit_all(net, \t", "fit_all(net, epochs="),
    ("fit_all(epochs=3, \t", "fit_all(epochs=3, data="),
    ("fit_all(max(1, 2), \t", "fit_all(max(1, 2), epochs="),
    ("model M { dropout 0.5, \t", "model M { dropout 0.5,"),
    ("model M { conv 3, 3x3, stride=2, str\t", "model M { conv 3, 3x3, stride=2, str"),
    ("model M { conv 3, 3x3, pad=same, p\t", "model M { conv 3, 3x3, pad=same, p"),
]


@pytest.fixture
def terminal(edited):
    (edited.home / "deep").mkdir()
    (edited.home / "deep" / "inner.csv").write_text("1\n")
    (edited.home / "lesson.cnnbook").write_text("x = 1\n")
    terminal = Terminal(edited, columns=100, rows=40)
    yield terminal
    terminal.close()


def test_what_tab_inserts(terminal):
    for line in SETUP:
        terminal.enter(line)
    for typed, expected in INSERTED:
        terminal.press(typed, 0.12)
        assert terminal.last.split("> ", 1)[1] == expected, typed
        terminal.type("\x03")
        terminal.wait_for_prompt()


def test_tab_at_the_beginning_indents(terminal):
    terminal.enter("if True {")
    terminal.enter("\tx = 3")
    assert terminal.lines[-2] == "...>     x = 3"
    terminal.enter("}")
    assert terminal.enter("x") == ["3"]


def test_a_function_shows_how_it_is_called(terminal):
    lines = terminal.press("output_size\t")
    start = lines.index("[1]> output_size")
    assert lines[start + 1].startswith("output_size(n, f, ")
    assert lines[start + 2].startswith("  ")
    assert lines[-1] == "[1]> output_size"


def test_a_network_shows_how_it_is_called(terminal):
    terminal.enter(SETUP[0])
    terminal.enter("net = Net()")
    assert "net(x)" in terminal.press("net(\t")


def test_settings_and_their_values(terminal):
    lines = terminal.press(":set \t")
    assert any(line.split()[:2] == ["threads", "N"] for line in lines)
    assert "off  on" in terminal.press("color \t")
    assert "1 to 256" in terminal.press("\x15:set threads \t")


def test_arguments_are_listed(terminal):
    lines = terminal.press("adam(\t")
    start = lines.index("[1]> adam(")
    assert lines[start + 1].startswith("adam(")
    assert any(line.startswith("lr=") for line in lines[start + 2:-1])
    assert lines[-1] == "[1]> adam("


def test_what_a_layer_was_given_is_not_listed(terminal):
    lines = terminal.press("model M { conv 16, 3x3, pad=same, \t")
    listed = [line.split("=")[0] for line in lines if re.fullmatch(r"\w+=\w*", line)]
    assert listed == ["bias", "dilation", "groups", "init", "rounding", "stride"]


def test_what_training_was_given_is_not_listed(terminal):
    lines = terminal.press("train net on data, epochs=3, batch=64, \t")
    listed = [word for line in lines if re.match(r"\w+= ", line) for word in line.split()]
    assert sorted(listed) == [
        "augment=", "checkpoint=", "clip=", "log=", "loss=", "metrics=", "optimizer=", "patience=", "resume=",
        "schedule=", "seed=", "shuffle=", "steps=", "validate="]


def test_keys_are_listed(terminal):
    terminal.enter("m = {'first one': 1, 'second': 2, 3: 4}")
    assert terminal.press("m['\t")[-2:] == ["first one  second", "[2]> m['"]


def test_a_method_says_what_it_does_and_no_function_of_its_name(terminal):
    terminal.enter("s = 'a b'")
    lines = terminal.press("s.split\t")
    help_lines = terminal.program("help", "str.split").out.splitlines()
    assert lines[-3:-1] == help_lines[:2] and "list of" in lines[-2] and "axis" not in lines[-2]


def test_the_users_settings_of_readline_hold(edited):
    (edited.home / ".inputrc").write_text("set completion-ignore-case on\n")
    (edited.home / "Data").mkdir()
    terminal = Terminal(edited, columns=100, rows=40)
    if "libedit" in edited.path:
        pytest.skip("it has no such setting")
    terminal.enter("LearningRate = 0.5; BatchOne = 1; batchTwo = 2")
    for typed, expected in [("learn\t", "LearningRate"), ("batchO\t", "BatchOne"), ("BATCHt\t", "batchTwo"),
                            ("read('da\t", "read('Data/"), ("LearningRate\t", "LearningRate")]:
        terminal.press(typed, 0.12)
        assert terminal.last.split("> ", 1)[1] == expected, typed
        terminal.type("\x03")
        terminal.wait_for_prompt()
    terminal.close()


def test_case_matters_where_the_user_says_nothing(terminal):
    terminal.enter("LearningRate = 0.5")
    terminal.press("learn\t", 0.12)
    assert terminal.last == "[2]> learn"


def test_error_codes_have_titles(terminal):
    lines = terminal.press("help E030\t")
    assert any(line.startswith("E0301  ") for line in lines)


def test_commands_are_listed(terminal):
    lines = terminal.press(":s\t")
    listed = [line for line in lines if line.startswith(":s")]
    assert [line.split()[0] for line in listed] == [":save", ":seed", ":set", ":shapes"]
    # What they do stands in a column.
    assert len({line.index(line.split("  ")[-1].strip()) for line in listed}) == 1


def test_a_long_list_stands_in_columns(terminal):
    lines = terminal.press("c\t")
    assert any("conv2d" in line and len(line.split()) > 2 for line in lines)


def test_completion_runs_nothing(terminal):
    terminal.enter("def loud() { print('ran') }")
    assert not any("ran" in line for line in terminal.press("loud().\t")[2:])
    assert not any("ran" in line for line in terminal.press("\x15[loud()][0].sh\t")[2:] if "'ran'" not in line)


def test_completion_in_a_later_line(terminal):
    terminal.enter("model M {")
    terminal.enter("    input 8x8x1")
    terminal.press("    maxp\t")
    assert terminal.last == "...>     maxpool"
    terminal.type(" 2\r")
    terminal.wait_for_prompt()
    terminal.press("    den\t")
    assert terminal.last == "...>     dense"


def test_names_beyond_ascii(terminal):
    terminal.enter("größe = 1")
    terminal.press("grö\t")
    assert terminal.last == "[2]> größe"


@pytest.mark.parametrize("columns", [40, 200])
def test_lists_fit_the_screen(edited, columns):
    terminal = Terminal(edited, columns=columns, rows=60)
    for line in terminal.press("conv\t"):
        assert len(line) < columns
    terminal.close()
