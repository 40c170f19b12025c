"""Answers at widths of 40, 80 and 200: values, tables, errors and help, with wide and combining characters."""
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios

import pytest
from wcwidth import wcswidth

from prompt import PASTE, PASTE_END, Terminal

NETWORK = [
    "model Digits { input 8x8x1; conv 16, 3x3, pad=same; relu; maxpool 2; flatten; dense 10; softmax }",
    "net = Digits(); digits = dataset('digits')",
]

SUMMARY_40 = """\
layer     output  kernel  parameters
------------------------------------
input     8x8x1                    0
conv1     8x8x16  3x3            160
relu1     8x8x16                   0
maxpool1  4x4x16  2x2              0
flatten1  256                      0
dense1    10                   2,570
softmax1  10                       0
------------------------------------
total                          2,730

layer       MACs  field  jump    memory
---------------------------------------
input          0      1     1     256 B
conv1      9,216      3     1   4.0 KiB
relu1          0      3     1   4.0 KiB
maxpool1       0      4     2   1.0 KiB
flatten1       0                1.0 KiB
dense1     2,560                   40 B
softmax1       0                   40 B
---------------------------------------
total     11,776               10.3 KiB""".splitlines()

TRAINING_40 = """\
epoch    loss  accuracy  val_loss
       val_accuracy
    1  1.3245    0.6307    0.5038
             0.9136
    2  0.3580    0.9096    0.2844
             0.9192""".splitlines()

TRAINING = """\
epoch    loss  accuracy  val_loss  val_accuracy
    1  1.3245    0.6307    0.5038        0.9136
    2  0.3580    0.9096    0.2844        0.9192""".splitlines()

SHAPES_40 = """\
conv1     conv2d
    359x8x8x1, 3x3x1x16, 16 ->
    359x8x8x16
relu1     relu
    359x8x8x16 -> 359x8x8x16
maxpool1  max_pool
    359x8x8x16 -> 359x4x4x16
flatten1  reshape
    359x4x4x16 -> 359x256
dense1    dense
    359x256, 256x10, 10 -> 359x10
softmax1  softmax
    359x10 -> 359x10
tensor 359x10 float32""".splitlines()

TRAIN = "h = train net on digits.train, epochs=2, optimizer=adam(lr=0.005), validate=digits.test"


@pytest.fixture(params=[40, 80, 200])
def terminal(request, cnnbook):
    terminal = Terminal(cnnbook, columns=request.param, rows=60)
    yield terminal
    terminal.close()


def run(cnnbook, code):
    result = cnnbook("-c", code)
    assert result.code == 0, result.err
    return result.out.splitlines()


def test_tables_of_a_network(cnnbook, terminal):
    """Below the width of a table it stands in two parts; else it is that of a run."""
    narrow = terminal.screen.columns == 40
    for line in NETWORK:
        terminal.enter(line)
    summary = SUMMARY_40 if narrow else run(cnnbook, "\n".join(NETWORK + ["summary(net)"]))
    assert terminal.enter("summary(net)") == summary
    assert terminal.enter("net") == summary
    assert terminal.enter("net.summary()") == summary
    assert terminal.enter(TRAIN, 60) == (TRAINING_40 if narrow else TRAINING)
    history = "history of 2 epochs: loss 0.3580, accuracy 0.9096, val_loss 0.2844, val_accuracy 0.9192"
    shown = terminal.enter("h")
    assert " ".join(shown) == history and max(map(len, shown)) <= terminal.screen.columns
    if narrow:
        assert terminal.enter(":shapes net(digits.test.images)") == SHAPES_40
    # What is saved is what a run writes.
    terminal.enter(":save lab.cnnbook", 60)
    saved = (cnnbook.home / "lab.cnnbook").read_text()
    assert "#> layer     output  kernel  parameters    MACs  field  jump    memory\n" in saved
    assert "#> epoch    loss  accuracy  val_loss  val_accuracy\n" in saved
    assert cnnbook("test", cnnbook.home / "lab.cnnbook").code == 0


def test_two_networks_side_by_side(cnnbook, terminal):
    code = [
        "model First_of_both { input 32x32x16; conv 16, 7x7, pad=same, bias=False }",
        "model Second_of_both { input 32x32x16; repeat 3 { conv 16, 3x3, pad=same, bias=False } }",
    ]
    for line in code:
        terminal.enter(line)
    shown = terminal.enter("compare(First_of_both(), Second_of_both())")
    if terminal.screen.columns > 40:
        assert shown == run(cnnbook, "\n".join(code + ["compare(First_of_both(), Second_of_both())"]))
        return
    assert shown == """\
                 First_of_both
layers                       1
parameters              12,544
multiply-adds       12,845,056
receptive field              7
memory               128.0 KiB

                 Second_of_both  ratio
layers                        3      3
parameters                6,912  0.551
multiply-adds         7,077,888  0.551
receptive field               7      1
memory                256.0 KiB      2""".splitlines()


@pytest.mark.parametrize("code, at_40, at_200", [
    ("list(range(95, 120))",
     ["[95, 96, 97, 98, 99, 100, 101, 102, 103,", " 104, 105, 106, 107, 108, 109, 110, 111,",
      " 112, 113, 114, 115, 116, 117, 118, 119]"],
     ["[" + ", ".join(map(str, range(95, 120))) + "]"]),
    ("tensor([[1000.5 + i for i in range(10)]])",
     ["tensor 1x10 float32", "[[1000, 1002, 1002, 1004, 1004, 1006,", "  1006, 1008, 1008, 1010]]"],
     ["tensor 1x10 float32", "[[1000, 1002, 1002, 1004, 1004, 1006, 1006, 1008, 1008, 1010]]"]),
    ("arange(100.0)",
     ["tensor 100 float32  min 0  max 99", "  mean 49.5  std 28.87"],
     ["tensor 100 float32  min 0  max 99  mean 49.5  std 28.87"]),
    ("['日本語', '한국어', 'e\\u0301te\\u0301', '👍🏽', '😀😀😀', 'Ελληνικά', 'עברית']",
     ["['日本語', '한국어', 'été', '👍🏽',".replace("é", "e\u0301"), " '😀😀😀', 'Ελληνικά', 'עברית']"],
     ["['日本語', '한국어', 'été', '👍🏽', '😀😀😀', 'Ελληνικά', 'עברית']".replace("é", "e\u0301")]),
    ("{'日本語のデータ': [1, 2, 3], 'names': ['😀', '名前'], 'w': zeros(2x3)}",
     ["{'日本語のデータ': [1, 2, 3],", " 'names': ['😀', '名前'],", " 'w': tensor 2x3 float32 [[0, 0, 0],",
      "      [0, 0, 0]]}"],
     ["{'日本語のデータ': [1, 2, 3], 'names': ['😀', '名前'], 'w': tensor 2x3 float32 [[0, 0, 0], [0, 0, 0]]}"]),
    ("[zeros(28x28), 0, zeros(28x28)]",
     ["[tensor 28x28 float32  min 0  max 0", " mean 0  std 0  zeros 100%, 0,", " tensor 28x28 float32  min 0  max 0",
      " mean 0  std 0  zeros 100%]"],
     ["[tensor 28x28 float32  min 0  max 0  mean 0  std 0  zeros 100%, 0, tensor 28x28 float32  min 0  max 0  mean 0  "
      "std 0  zeros 100%]"]),
    ("dataset('digits')",
     ["dataset digits: train 1438, test 359", "    pictures 8x8x1, 10 classes"],
     ["dataset digits: train 1438, test 359 pictures 8x8x1, 10 classes"]),
])
@pytest.mark.parametrize("prints", [False, True])
def test_a_value_is_laid_out_for_the_width(cnnbook, terminal, code, at_40, at_200, prints):
    """Read off by hand; at 80 columns it is what a run writes."""
    line = f"print({code})" if prints else code
    shown = terminal.enter(line)
    # What is left is behind the echo of the line, which may take rows of its own.
    expected = {40: at_40, 80: run(cnnbook, line), 200: at_200}[terminal.screen.columns]
    assert shown[-len(expected):] == expected
    assert max(map(wcswidth, expected)) <= terminal.screen.columns
    assert run(cnnbook, line) == run(cnnbook, code)


def test_an_excerpt_is_cut_between_wide_characters(cnnbook):
    """Two columns each, so that at one of two widths the cut falls into the middle of one, before and behind."""
    for columns in range(40, 48):
        terminal = Terminal(cnnbook, columns=columns, rows=40)
        shown = terminal.enter("x = ['日本語','日本語','日本語','日本語'] + wrong + '日本語日本語日本語日本語日本語'")
        code = next(line for line in shown if line.startswith(" 1 | "))
        marks = shown[shown.index(code) + 1]
        assert wcswidth(code) <= columns
        assert wcswidth(code[:code.index("wrong")]) == marks.index("^^^^^"), columns
        terminal.close()


def test_all_elements(cnnbook, terminal):
    code = "print(reshape(arange(144), 8x18) * 1000, full=True)"
    shown = terminal.enter(code)
    if terminal.screen.columns == 80:
        assert shown == run(cnnbook, code)
    assert max(map(len, shown)) <= terminal.screen.columns
    # No number is cut, and none is lost.
    assert re.findall(r"\d+", " ".join(shown[-8 * 4 if terminal.screen.columns == 40 else -16:]))[-100:] == [
        str(number * 1000) for number in range(44, 144)]


def test_a_table_of_variables(cnnbook, terminal):
    for line in ["名前 = '日本語のデータ😀'", "def area_of_all(width, height=2, depth=3) { return width * height }",
                 "numbers = [1, 2, 3]; w = zeros(3x3x16x32)"] + NETWORK:
        terminal.enter(line)
    shown = terminal.enter(":vars")
    assert max(map(wcswidth, shown)) <= terminal.screen.columns
    assert not any("..." in line for line in shown)
    words = " ".join(shown).split()
    for word in ["名前", "area_of_all(width,", "height=2,", "depth=3)", "3x3x16x32", "18.0", "definition", "characters"]:
        assert word in words, word
    if terminal.screen.columns == 40:
        assert shown[:5] == [
            "name         kind                  bytes", "名前         str                    25 B", "    8 characters",
            "area_of_all  function", "    area_of_all(width, height=2,"]


def test_pages_of_help(terminal):
    columns = terminal.screen.columns
    for topic in ["conv2d", "train", "conv", "E0301", "filters", "model", "gradient", "list.sort"]:
        for line in terminal.enter(f"?{topic}"):
            assert wcswidth(line) <= columns, (topic, line)


def test_no_page_of_help_is_wider_than_a_narrow_terminal(cnnbook):
    terminal = Terminal(cnnbook, columns=40, rows=60)
    listed = " ".join(line for line in cnnbook("help").out.splitlines() if line.startswith("  "))
    wide = {}
    for name in sorted(set(re.findall(r"[a-z_0-9]+", listed))):
        for line in terminal.enter(f"?{name}"):
            if wcswidth(line) > 40:
                wide.setdefault(name, []).append(line)
    terminal.close()
    # Code goes on behind a comma, a semicolon or a brace; where it has none of these behind a blank it is whole.
    code = [line for lines in wide.values() for line in lines if line.lstrip().startswith((">>>", "..."))]
    assert not any(re.search(r"[,;{] ", re.sub(r"\".*?\"", "", line)) for line in code)
    figures = {"plot", "scatter", "histogram"}
    assert [line for name, lines in wide.items() if name not in figures for line in lines if line not in code] == []


def test_a_broken_example_runs_where_it_is_pasted(cnnbook):
    terminal = Terminal(cnnbook, columns=40, rows=60)
    page = terminal.enter("?train")
    start = next(place for place, line in enumerate(page) if ">>>" in line)
    end = next(place for place, line in enumerate(page) if line == "  epoch 1")
    assert any(line.startswith("  ... ") for line in page[start:end])
    terminal.type(PASTE + "\n".join(page[start:end]) + PASTE_END + "\r")
    terminal.wait_for("\nepoch 1\nepoch 2\n[")
    terminal.close()


def test_every_broken_example_is_the_same_program(cnnbook):
    """What a page at 40 columns has behind its prompts prints what the page at 80 does."""
    narrow = Terminal(cnnbook, columns=40, rows=60)
    listed = " ".join(line for line in cnnbook("help").out.splitlines() if line.startswith("  "))
    broken = 0
    for name in sorted(set(re.findall(r"[a-z_0-9]+", listed))):
        programs = [code_of(narrow.enter(f"?{name}")), code_of(cnnbook("help", name).out.splitlines())]
        if programs[0] == programs[1]:
            continue
        broken += 1
        runs = [cnnbook("run", "-", stdin=program) for program in programs]
        assert runs[0].out == runs[1].out and runs[0].code == runs[1].code, programs[0]
    assert broken > 40
    narrow.close()


def code_of(page):
    return "".join(line[6:] + "\n" for line in page if line.startswith(("  >>> ", "  ... ")))


@pytest.mark.parametrize("name, code", [
    ("comprehension", ["  >>> [n * n for n in range(6) if n % 2", "  ...     == 1]"]),
    ("adaptive_avg_pool", ["  >>> adaptive_avg_pool(reshape(arange(", "  ...     16, dtype=float32), 4x4), 1)"]),
    ("split", ["  >>> a, b = dataset(", "  ...     \"digits\").train.split(0.8)"]),
    ("map", ["  >>> dataset(\"digits\").train.map(x ->", "  ...     max_pool(x, 2))"]),
])
def test_lines_are_divided_within_brackets(cnnbook, name, code):
    terminal = Terminal(cnnbook, columns=40, rows=60)
    page = terminal.enter(f"?{name}")
    start = page.index(code[0])
    assert page[start:start + 2] == code
    terminal.close()


def test_a_summary_is_words(cnnbook):
    terminal = Terminal(cnnbook, columns=40, rows=60)
    page = terminal.enter("?summary")
    start = page.index("  tensor 4 float32, 16 B")
    assert page[start + 1:start + 3] == ["  min 1  max 6  mean 3  std 1.871", "      zeros 0"]
    terminal.close()


def test_a_run_knows_no_width(cnnbook, write):
    """The same bytes on terminals of every width."""
    lines = NETWORK + ["net", TRAIN, "h", "list(range(40))", "randn(3x12)", "help(conv2d)", "net.summary()"]
    path = write("lab.cnnbook", "\n".join(lines) + "\n")
    piped = cnnbook("run", path).out
    for columns in (40, 200):
        assert output_on_terminal(cnnbook, columns, "run", str(path)) == piped, columns


def output_on_terminal(cnnbook, columns, *arguments):
    """Standard output, where it is a terminal."""
    own, other = pty.openpty()
    fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    process = subprocess.Popen(
        [cnnbook.path, *arguments], stdin=other, stdout=other, stderr=subprocess.DEVNULL,
        env=cnnbook.environment(NO_COLOR="1"))
    os.close(other)
    output = b""
    try:
        while piece := os.read(own, 1 << 16):
            output += piece
    except OSError:
        pass  # Linux says so where others give no bytes: nobody holds the other end any more.
    process.wait()
    os.close(own)
    return output.decode().replace("\r\n", "\n")

def test_words_at_forty_columns(cnnbook):
    terminal = Terminal(cnnbook, columns=40)
    terminal.enter("digits = dataset('digits')")
    shown = terminal.enter("show(digits)")
    assert shown[:2] == ["the first 8 of 1438 pictures 8x8x1, 10", "classes"]
    terminal.enter("1 // 0")
    for line in terminal.enter(":save a_rather_long_name_of_a_file.cnnbook"):
        assert len(line) <= 40


@pytest.mark.parametrize("colors", [False, True])
def test_a_high_picture_is_no_higher_than_the_screen(cnnbook, colors):
    terminal = Terminal(cnnbook, colors=colors, rows=30, TERM="xterm-256color")
    assert len(terminal.enter("show(zeros(2000x1))")) <= 30
    # What is not so long is drawn whole.
    assert len(terminal.enter("show(zeros(40x8))")) >= 20
