"""Figures as a person sees them: on the screen of a terminal, in a run, in files for reports."""
import base64
import io
import re
import statistics
from xml.etree import ElementTree

import pytest
from PIL import Image
from terminal import PICTURE, QUESTION, Terminal, plain
from wcwidth import wcswidth

WIDTHS = (40, 80, 200)
SOME = """\
show(tensor([[0, 0.5], [1, 0]]))
show(stack([eye(5), 1 - eye(5), ones(5x5)], axis=2) |> reshape([5, 5, 3]))
show(rand(6x9x9x1), labels=["one", "two", "three", "四", "five", "six"], title="some of them")
show(rand(3x40x300x3))
show(rand(400x300))
plot([3, 1, 2], title="a title", x_label="step", y_label="loss")
plot({"train": [4, 2, 1, 0.5], "validation": [4, 3, 2.5, 2.6], "数据": [1, 1, 2, 3]})
scatter(rand(20), rand(20), classes=[i % 3 for i in range(20)])
histogram(randn(500), title="a title")
"""


@pytest.fixture
def terminal(cnnbook):
    opened = []

    def start(*arguments, **options):
        session = Terminal(cnnbook, *arguments, **options)
        opened.append(session)
        if not arguments or arguments[0].startswith("--"):
            session.wait(session.prompt)
        return session

    yield start
    for session in opened:
        session.close()


def pixels(screen, top, left, width, rows):
    """What half blocks show: lines of colours, two for each row of characters."""
    image = []
    for row in range(top, top + rows):
        cells = [screen.buffer[row][column] for column in range(left, left + width)]
        assert {cell.data for cell in cells} == {"▀"}
        image += [[cell.fg for cell in cells], [cell.bg for cell in cells]]
    return image


def enlarged(values, scale):
    return [[value for value in line for _ in range(scale)] for line in values for _ in range(scale)]


def head(session, text):
    """The row of the screen below the one that begins with a text."""
    return next(row for row, line in enumerate(session.lines()) if line.startswith(text)) + 1


# MARK: half blocks


@pytest.mark.parametrize("columns", WIDTHS)
def test_true_colour(terminal, columns):
    session = terminal(columns=columns)
    session.enter("show(tensor([[0, 0.2], [1, 0.6]]))")
    top = head(session, "2x2  min 0  max 1")
    # 32 characters wide, so each pixel is 16 by 16.
    expected = enlarged([["000000", "333333"], ["ffffff", "999999"]], 16)
    assert pixels(session.screen, top, 0, 32, 16) == expected


def test_colours(terminal):
    session = terminal()
    session.enter("show(tensor([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [128, 64, 32]]], dtype=uint8))")
    top = head(session, "2x2x3  min 0  max 255")
    assert pixels(session.screen, top, 0, 32, 16) == enlarged([["ff0000", "00ff00"], ["0000ff", "804020"]], 16)


def test_256_colours(terminal):
    session = terminal(COLORTERM="")
    shown = session.enter("show(tensor([[[1, 0, 0], [0, 1, 0]], [[0, 0, 1], [0.5, 0.5, 0.5]]]))")
    assert "38;2;" not in shown and "38;5;" in shown
    top = head(session, "2x2x3  min 0  max 1")
    image = pixels(session.screen, top, 0, 32, 16)
    assert (image[0][0], image[0][31], image[31][0]) == ("ff0000", "00ff00", "0000ff")
    # The palette's greys are 10 apart.
    grey = int(image[31][31][:2], 16)
    assert image[31][31] == f"{grey:02x}" * 3 and abs(grey - 128) <= 6


def test_a_grid(terminal):
    """Side by side, each below its caption, two columns between them."""
    session = terminal()
    session.enter("show(stack([eye(4), 1 - eye(4)]) |> reshape([2, 4, 4, 1]), labels=[\"right\", \"错\"])")
    top = head(session, "2 pictures 4x4  min 0  max 1")
    assert session.lines()[top].startswith("right" + " " * 13 + "错")
    one = [["ffffff" if x == y else "000000" for x in range(4)] for y in range(4)]
    other = [["000000" if x == y else "ffffff" for x in range(4)] for y in range(4)]
    assert pixels(session.screen, top + 1, 0, 16, 8) == enlarged(one, 4)
    assert pixels(session.screen, top + 1, 18, 16, 8) == enlarged(other, 4)
    assert {session.screen.buffer[top + 1][column].data for column in (16, 17, 34)} == {" "}


def test_large_pictures_are_means_over_areas(terminal):
    """128 columns of stripes two pixels wide become 64 of one value, each."""
    session = terminal(columns=64, rows=200)
    session.enter("x = zeros(64x128)\nx[:, 2::4] = 1; x[:, 3::4] = 1".replace("\n", "; "))
    session.enter("show(x)")
    top = head(session, "64x128  min 0  max 1")
    assert "(drawn as 32x64)" in session.lines()[top - 1]
    assert pixels(session.screen, top, 0, 64, 16) == [["000000", "ffffff"] * 32] * 32


def test_nan_is_told_in_words_too(terminal):
    session = terminal()
    session.enter("show(tensor([[nan, 0], [1, inf]]))")
    top = head(session, "2x2  min 0  max 1  nan or inf 2")
    image = pixels(session.screen, top, 0, 32, 16)
    assert image[0][0] == image[31][31] and image[0][0] not in ("000000", "ffffff")


# MARK: without colours


def test_no_color(terminal):
    session = terminal(NO_COLOR="1")
    shown = session.enter("show(tensor([[0, 0.5], [0.25, 1]])); plot([1, 2]); histogram([1, 2, 2])")
    assert not re.search(r"\x1b\[[0-9;]*m", shown) and QUESTION not in shown
    assert "|  ▒▒|" in session.lines() and "|░░██|" in session.lines()


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"LANG": "C"}, {"LANG": "de_DE.ISO-8859-1"}])
def test_ascii_terminals(terminal, environment):
    session = terminal(**environment)
    shown = session.enter("show(tensor([[0, 0.5], [1, 0]])); plot([1, 2], title=\"t\"); histogram([1, 2, 2])")
    assert "|  ++|" in plain(shown)
    assert plain(shown).isascii() and not re.search(r"\x1b\[[0-9;]*m", shown)


# MARK: every width


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("how", ["auto", "ascii", "blocks", "256", "truecolor", "kitty"])
def test_nothing_is_wider_than_the_terminal(terminal, columns, how):
    session = terminal("--graphics", how, columns=columns, rows=50)
    for line in SOME.splitlines():
        shown = plain(session.enter(line))
        for text in shown.splitlines()[-60:]:
            # The entry itself is echoed before.
            if "show(" not in text and "plot(" not in text and "scatter(" not in text and "histogram(" not in text:
                assert wcswidth(text) <= columns, (line, text)


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_chart_has_axes_ticks_and_legend(terminal, columns):
    session = terminal(columns=columns)
    session.enter("plot({\"训练\": [0, 10], \"test\": [10, 0]}, x=[0, 10], title=\"题\", x_label=\"step\", y_label=\"loss\")")
    lines = session.lines()
    start = next(row for row, line in enumerate(lines) if line.strip() == "题")
    assert [line.split("┤")[0].strip() for line in lines[start:] if "┤" in line] == ["10", "8", "6", "4", "2", "0"]
    assert "训 练" in lines[start + 1] or "训练" in lines[start + 1]
    assert "test" in lines[start + 1] and lines[start + 2].strip() == "loss"
    axis = next(row for row, line in enumerate(lines) if "└" in line)
    numbers = lines[axis + 1].split()
    assert numbers[0] == "0" and numbers[-1] == "10" and [int(one) for one in numbers] == sorted(map(int, numbers))
    assert lines[axis + 2].strip() == "step"
    # A tick stands above the middle of its number.
    ticks = [place for place, character in enumerate(lines[axis]) if character == "┬"]
    assert ticks[0] == lines[axis + 1].index("0")


def test_a_curve_goes_through_its_numbers(terminal):
    """Dots of braille: at the place of each number there is one, and none where the curve is not."""
    session = terminal("--graphics", "blocks", columns=80)
    values = [0, 4, 2, 8, 6, 10, 0]
    session.enter(f"plot({values})")
    lines = session.lines()
    rows = [line for line in lines if "┤" in line or "│" in line]
    ticks = {int(line.split("┤")[0]): row for row, line in enumerate(rows) if "┤" in line}
    left = rows[0].index("┤") + 1
    axis = next(line for line in lines if "└" in line)
    places = [place for place, character in enumerate(axis) if character == "┬"]
    assert len(places) == len(values)
    for value, column in zip(values, places):
        cell = rows[ticks[value]].ljust(200)[max(column, left)]
        assert 0x2800 < ord(cell) < 0x2900, (value, rows)
    # Between 0 and 4 it does not go above 4.
    assert not rows[ticks[10]][left:places[5] - 2].strip()


def test_curves_differ_without_colour(terminal):
    session = terminal("--graphics", "blocks")
    session.enter("plot([[i + k for i in range(3)] for k in range(6)])")
    legend = next(line for line in session.lines() if line.endswith(" 5"))
    samples = re.findall(r"[\u2800-\u28ff ]{5} \d", legend)
    assert len({sample[:5] for sample in samples}) == len(samples) == 6


def test_numbers_that_are_missing_break_a_curve(cnnbook):
    for how in ("ascii", "blocks"):
        shown = cnnbook("--graphics", how, "-c", "plot([1, 1, nan, 3, 3])").out.splitlines()
        columns = max(map(len, shown))
        middle = columns // 2
        inked = {row for row, line in enumerate(shown) for mark in line.ljust(columns)[middle - 8:middle + 12] if mark != " "}
        # Around the third place there is the axis with its numbers, and nothing else.
        axis = next(row for row, line in enumerate(shown) if line.lstrip()[:1] in "+└")
        assert inked <= {axis, axis + 1}, shown


def test_a_confusion_matrix_is_shaded(terminal):
    session = terminal()
    session.enter("model Net { input 2x1x1; flatten; id: dense 2 }")
    session.enter("net = Net(); net.id.weight = eye(2); net.id.bias = zeros(2)")
    session.enter("x = tensor([[1, 0], [1, 0], [0, 1], [1, 0]]) |> reshape([4, 2, 1, 1])")
    session.enter("confusion(net, [x, [0, 0, 1, 1]])")
    top = head(session, "3 of 4 right: 0.7500")
    assert [line.split() for line in session.lines()[top:top + 3]] == [["0", "1"], ["0", "2", "0"], ["1", "1", "1"]]
    cells = session.screen.buffer
    # Two of two right; none wrong; one wrong; one right.
    shades = [[cells[top + 1 + row][3 + 3 * column].bg for column in range(2)] for row in range(2)]
    assert shades[0][1] == "default" and len({shades[0][0], shades[1][0], shades[1][1]}) == 3


# MARK: a run


def test_a_run_prints_the_same_bytes_everywhere(cnnbook, write, terminal):
    notebook = write("some.cnnbook", SOME)
    result = cnnbook("run", notebook)
    assert result.code == 0 and "\x1b" not in result.out
    names = {"四", "数据"}
    assert all(line.isascii() or any(name in line for name in names) for line in result.out.splitlines())
    assert all(wcswidth(line) <= 80 for line in result.out.splitlines())
    for columns in (40, 200):
        session = terminal("run", notebook, columns=columns)
        assert session.finish() == 0
        assert session.raw.replace("\r\n", "\n") == result.out
    assert cnnbook("run", "--graphics", "ascii", notebook).out == result.out
    assert cnnbook("run", "--graphics", "auto", notebook, environment={"COLORTERM": "truecolor"}).out == result.out


def test_a_run_draws_otherwise_where_it_is_asked_to(cnnbook):
    code = "show(eye(2)); plot([1, 2])"
    blocks = cnnbook("--graphics", "blocks", "-c", code).out
    assert "|██  |" in blocks and "┤" in blocks and "\x1b" not in blocks
    assert "\x1b[38;2;255;255;255m" in cnnbook("--graphics", "truecolor", "-c", code).out
    assert "\x1b[38;5;231m" in cnnbook("--graphics", "256", "-c", code).out
    kitty = cnnbook("--graphics", "kitty", "-c", code).out
    assert PICTURE.search(kitty) and QUESTION not in kitty
    refused = cnnbook("--graphics", "sixel", "-c", code)
    assert refused.code == 2 and "kitty" in refused.err


def test_wide_and_combining_characters_align(cnnbook):
    shown = cnnbook("-c", "show(zeros(3x4x4x1), labels=[\"a\u0308bc\", \"日本語の長い名前\", \"x\"], title=\"é日本\")").out.splitlines()
    assert shown[0] == "é日本"
    caption, tiles = shown[2], shown[3]
    starts = [place for place, character in enumerate(tiles) if character == "|"][::2]
    assert starts == [0, 11, 22]
    for name, start in (("a\u0308bc", 0), ("日本", 11), ("x", 22)):
        assert wcswidth(caption[:caption.index(name)]) == start
    assert wcswidth(caption) == 23


# MARK: kitty


def images(text):
    """The pictures in a piece of output: control data of the first piece, and the decoded PNG."""
    found, data, control = [], "", None
    for keys, payload in PICTURE.findall(text):
        keys = dict(pair.split("=") for pair in keys.split(","))
        if keys.get("a") == "q":
            continue
        assert len(payload) <= 4096 and (keys["m"] == "0" or len(payload) % 4 == 0)
        control = control or keys
        data += payload
        if keys["m"] == "0":
            found.append((control, Image.open(io.BytesIO(base64.b64decode(data, validate=True))).convert("RGBA")))
            data, control = "", None
    assert data == ""
    return found


def test_kitty_where_the_terminal_answers(terminal):
    session = terminal(answers=True)
    shown = session.enter("show(tensor([[0, 0.2], [1, 0.6]]))")
    assert len(session.asked) == 1
    (control, image), = images(shown)
    assert (control["a"], control["f"], control["q"], control["c"], control["r"]) == ("T", "100", "2", "32", "16")
    assert image.size == (32 * 8, 16 * 16)
    assert [image.getpixel(place) for place in ((0, 0), (255, 0), (0, 255), (127, 127), (255, 255))] == [
        (0, 0, 0, 255), (51, 51, 51, 255), (255, 255, 255, 255), (0, 0, 0, 255), (153, 153, 153, 255)]
    # Once is enough, and what was answered is not read as something typed.
    again = session.enter("show(rand(3x28x28x1)); 1 + 1")
    assert len(session.asked) == 1 and len(images(again)) == 2 and plain(again).rstrip().endswith("2")
    assert "Gi=31" not in "".join(session.lines())


def test_kitty_has_captions_above_its_rows(terminal):
    session = terminal(answers=True)
    shown = session.enter("show(zeros(6x28x28x1), labels=[\"a\", \"b\", \"c\", \"d\", \"e\", \"f\"])")
    lines = [line for line in shown.replace("\r", "").split("\n") if re.match(r"\x1b_Ga=T|[a-f]( +[a-f])*$", line)]
    assert [line[:5] for line in lines[::2]] == ["a    ", "c    ", "e    "]
    assert [line[:6] for line in lines[1::2]] == ["\x1b_Ga=T"] * 3 and len(images(shown)) == 3


def test_a_picture_that_takes_many_bytes_has_fewer_pixels(cnnbook):
    shown = cnnbook("--graphics", "kitty", "-c", "show(rand(500x800x3)); show(rand(24x64x64x3))").out
    first, *rest = images(shown)
    assert first[0]["c"] == "77" and 160 <= first[1].size[0] < 640
    assert abs(first[1].size[0] / first[1].size[1] - 8 / 5) < 0.08 and len(rest) > 1


def test_a_silent_terminal_waits_no_longer_than_50_ms(terminal):
    """And only once, at the first picture: not at the start, not for a plot."""
    delays = []
    for _ in range(5):
        session = terminal()
        session.enter("plot([1, 2])")
        assert session.asked == []
        shown = session.enter("show(eye(2))")
        assert len(session.asked) == 1 and images(shown) == [] and "▀" in shown
        drawn = next(moment for moment, piece in session.pieces if "▀" in piece)
        delays.append(drawn - session.asked[0])
        session.enter("show(eye(2))")
        assert len(session.asked) == 1
        session.close()
    assert min(delays) < 0.06, delays


@pytest.mark.parametrize("environment", [
    {"NO_COLOR": "1"}, {"TERM": "linux"}, {"TERM": "dumb"}, {"SSH_CONNECTION": "1.2.3.4 5 6.7.8.9 22"}])
def test_terminals_that_are_not_asked(terminal, environment):
    session = terminal(answers=True, **environment)
    session.enter("show(eye(2))")
    assert session.asked == []


def test_what_is_typed_ahead_is_not_lost(terminal):
    session = terminal(answers=True)
    session.child.send("show(eye(2))\rx = 41\rx + 1\r")
    session.wait("42")


# MARK: files


def figures(cnnbook, tmp_path, code):
    notebook = tmp_path / "figures.cnnbook"
    notebook.write_text(code, encoding="utf-8")
    result = cnnbook("inspect", "figures", notebook, "--out", tmp_path / "out")
    assert result.code == 0, result.err
    return result.out, tmp_path / "out"


def test_items_are_text_and_figures_in_order(cnnbook, tmp_path):
    code = "print(1)\nshow(eye(2))\nprint(2, end=\"\")\nplot([1, 2])\nhistogram([1])\n# %%\nprint(3)\nshow(zeros(2x2))\n"
    listing, folder = figures(cnnbook, tmp_path, code)
    kinds = [line.split("\t")[0] for line in listing.splitlines()]
    assert kinds == ["text", "figure 1.png", "text", "figure 2.svg", "figure 3.svg", "text", "figure 4.png"]
    texts = [line.split("\t")[1] for line in listing.splitlines()]
    shown = cnnbook("run", tmp_path / "figures.cnnbook").out
    assert "".join(text.encode().decode("unicode_escape") for text in texts) == shown
    assert sorted(path.name for path in folder.iterdir()) == ["1.png", "2.svg", "3.svg", "4.png"]


def test_items_end_where_output_is_cut(cnnbook, tmp_path):
    code = "for i in range(400) { show(full(2x2, i)) }\nprint(\"end\")\n"
    listing, folder = figures(cnnbook, tmp_path, code)
    rows = [line.split("\t") for line in listing.splitlines()]
    shown = cnnbook("run", tmp_path / "figures.cnnbook").out
    assert "".join(text.encode().decode("unicode_escape") for _, text in rows) == shown
    drawn = [text for kind, text in rows if kind.startswith("figure")]
    assert 300 < len(drawn) < 340 and drawn[0].startswith("2x2  min 0 ") and drawn[-1].startswith("2x2  min 399 ")


def test_png(cnnbook, tmp_path):
    _, folder = figures(cnnbook, tmp_path, """\
show(tensor([[0, 0.2], [1, 0.6]]))
show(tensor([[[1, 0, 0], [0, 1, 0]]]))
show(tensor([[nan, 1]]))
show(stack([eye(8), 1 - eye(8)]) |> reshape([2, 8, 8, 1]))
show(rand(3000x2000))
""")
    grey, colour, nan, grid, large = [Image.open(folder / f"{number}.png").convert("RGBA") for number in range(1, 6)]
    assert [grey.getpixel((x, y))[0] for y in range(2) for x in range(2)] == [0, 51, 255, 153]
    assert list(colour.getdata()) == [(255, 0, 0, 255), (0, 255, 0, 255)]
    assert nan.getpixel((0, 0)) == (255, 0, 200, 255)
    assert grid.size == (17, 8) and grid.getpixel((8, 0))[3] == 0
    assert [grid.getpixel((x, 3))[0] for x in (3, 12)] == [255, 0]
    assert max(large.size) <= 1024 and abs(large.size[0] / large.size[1] - 2 / 3) < 0.01
    assert abs(statistics.fmean(large.convert("L").getdata()) - 127.5) < 3


NAMES = {"svg": "http://www.w3.org/2000/svg"}


def test_svg(cnnbook, tmp_path):
    _, folder = figures(cnnbook, tmp_path, """\
plot({"<train> & \\"co\\"": [3, 2, 1], "test": [3, 2.5, 2]}, title="a < b", x_label="step", y_label="loss")
scatter([0, 1, 2], [0, 1, 0], classes=[0, 1, 0])
histogram([1, 2, 2, 3], bins=3)
plot(arange(100000))
""")
    trees = [ElementTree.parse(folder / f"{number}.svg").getroot() for number in range(1, 5)]
    chart, cloud, bars, long = trees
    ids = [tree.get("aria-labelledby") for tree in trees]
    assert len(set(ids)) == 4
    for tree in trees:
        title = tree.find("svg:title", NAMES)
        assert tree.get("role") == "img" and title.get("id") == tree.get("aria-labelledby") and title.text
        assert "prefers-color-scheme: dark" in tree.find("svg:style", NAMES).text
    texts = [text.text for text in chart.findall(".//svg:text", NAMES)]
    assert {"a < b", "step", "loss", "<train> & \"co\"", "test", "1.0", "3.0"} <= set(texts)
    lines = chart.findall("svg:polyline", NAMES)
    assert len(lines) == 2 and [bool(line.get("stroke-dasharray")) for line in lines] == [True, False]
    points = [tuple(map(float, point.split(","))) for point in lines[1].get("points").split()]
    assert len(points) == 3 and points[0][1] < points[1][1] < points[2][1]
    assert points[1][0] - points[0][0] == pytest.approx(points[2][0] - points[1][0], abs=0.2)
    assert len(cloud.findall("svg:circle", NAMES)) == 3 and len(cloud.findall("svg:path", NAMES)) == 2
    assert [bar.find("svg:title", NAMES).text.split(": ")[1] for bar in bars.findall("svg:rect", NAMES)] == ["1", "2", "1"]
    assert len(long.find("svg:polyline", NAMES).get("points").split()) <= 1300


def test_logarithmic_axes(cnnbook, tmp_path):
    """Powers of ten are as far apart as their numbers' logarithms: a power law is a straight line."""
    code = "plot([10, 100, 10000], x=[1, 10, 1000], x_log=True, y_log=True)\n"
    tree = ElementTree.parse(figures(cnnbook, tmp_path, code)[1] / "1.svg").getroot()
    places = {}
    for text in tree.findall(".//svg:text", NAMES):
        places.setdefault(text.get("text-anchor"), {})[text.text] = (float(text.get("x")), float(text.get("y")))
    across, up = places["middle"], places["end"]
    assert across["100"][0] - across["10"][0] == pytest.approx(across["1000"][0] - across["100"][0], abs=0.2)
    assert up["100"][1] - up["1000"][1] == pytest.approx(up["1000"][1] - up["10000"][1], abs=0.2)
    points = [tuple(map(float, point.split(","))) for point in tree.find("svg:polyline", NAMES).get("points").split()]
    assert points[1][0] == pytest.approx(across["10"][0], abs=0.2)
    (x0, y0), (x1, y1), (x2, y2) = points
    assert (y1 - y0) / (x1 - x0) == pytest.approx((y2 - y1) / (x2 - x1), abs=0.01)
    # A text ends at the middle of its line, 4 below it.
    assert points[1][1] == pytest.approx(up["100"][1] - 4, abs=0.2)


@pytest.mark.parametrize("how", ["ascii", "blocks"])
def test_logarithmic_axes_in_characters(cnnbook, how):
    shown = cnnbook("--graphics", how, "-c", "plot([1, 10, 100, 1000], x=[1, 10, 100, 1000], x_log=True, y_log=True)").out.splitlines()
    assert [line.split()[0] for line in shown if re.match(" *1", line)][:4] == ["1000", "100", "10", "1"]
    numbers = {int(number.group()): number.start() for number in re.finditer(r"\d+", shown[-1])}
    assert {1, 10, 100, 1000} <= set(numbers)


def test_an_svg_of_a_confusion_matrix(cnnbook, tmp_path):
    _, folder = figures(cnnbook, tmp_path, """\
model Net { input 2x1x1; flatten; id: dense 2 }
net = Net(); net.id.weight = eye(2); net.id.bias = zeros(2)
x = tensor([[1, 0], [1, 0], [0, 1], [1, 0]]) |> reshape([4, 2, 1, 1])
confusion(net, [x, [0, 0, 1, 1]])
""")
    tree = ElementTree.parse(folder / "1.svg").getroot()
    words = [cell.find("svg:title", NAMES).text for cell in tree.findall("svg:rect", NAMES)]
    assert words == ["0 answered as 0: 2", "0 answered as 1: 0", "1 answered as 0: 1", "1 answered as 1: 1"]
    assert "3 of 4 right" in tree.find("svg:title", NAMES).text
