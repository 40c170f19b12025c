"""The manual as Markdown: current, whole, valid, its links and examples good."""
import re

import pytest
from conftest import ROOT
from markdown_it import MarkdownIt

REFERENCE = ROOT / "docs" / "reference"
PAGES = sorted(REFERENCE.glob("*.md"))
PROSE = sorted({
    *ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "editors").rglob("*.md")})

markdown = MarkdownIt("commonmark").enable("table")


def name(path):
    return str(path.relative_to(ROOT))


def plain(token):
    """The text of a line as a reader sees it."""
    return "".join(child.content if child.type in ("text", "code_inline") else "" for child in token.children or [])


def sections(text):
    """Headings with their level, and the tokens below each."""
    tokens = markdown.parse(text)
    found = []
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            found.append((int(token.tag[1]), plain(tokens[index + 1]), []))
        elif found and token.type != "heading_close" and tokens[index - 1].type != "heading_open":
            found[-1][2].append(token)
    return found


def anchors(path):
    """As GitHub makes them: doubled ones are counted."""
    seen = {}
    result = set()
    for _, title, _ in sections(path.read_text(encoding="utf-8")):
        slug = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        result.add(f"{slug}-{count}" if count else slug)
    return result


# MARK: current and whole


def test_the_reference_is_current(cnnbook, tmp_path):
    result = cnnbook("help", "--all", "--out", tmp_path / "a" / "reference")
    assert (result.code, result.err) == (0, "")
    written = {path.name: path.read_bytes() for path in (tmp_path / "a" / "reference").iterdir()}
    committed = {path.name: path.read_bytes() for path in REFERENCE.iterdir()}
    assert written.keys() == committed.keys(), "run make generated"
    assert [page for page in written if written[page] != committed[page]] == [], "run make generated"


def test_everything_that_help_lists_has_an_entry(cnnbook):
    entries = {page.stem: [title for _, title, _ in sections(page.read_text(encoding="utf-8"))] for page in PAGES}
    functions = {title for page, titles in entries.items() if page not in ("layers", "methods", "errors", "forms") for title in titles}
    group, missing = "", []
    for line in cnnbook("help").out.splitlines()[2:]:
        if not line.startswith(" "):
            group = line
            continue
        for word in line.split():
            if group == "Layers of a model":
                found = word in entries["layers"]
            elif group == "Words and forms of the language":
                found = cnnbook("help", word).code == 0
            elif group.startswith("Methods of"):
                found = f"{group.split()[-1]}.{word}" in entries["methods"]
            else:
                found = word in functions or word in entries["layers"]
            if not found:
                missing.append(f"{group}: {word}")
    assert missing == []
    codes = [title for title in entries["errors"] if re.fullmatch(r"E\d{4}", title)]
    assert len(codes) > 40 and codes == sorted(codes)


@pytest.mark.parametrize("page", [page for page in PAGES if page.stem not in ("README", "layers", "methods", "errors", "forms", "modules")], ids=name)
def test_an_entry_reads_as_help_says(cnnbook, page):
    """A Markdown parser of others finds the signature and the line that `help NAME` prints: every sign is escaped."""
    for level, title, tokens in sections(page.read_text(encoding="utf-8")):
        if level != 2 or title == "train":
            continue
        head = cnnbook("-c", f'help("{title}")').out.partition("\n\n")[0]
        lines = [plain(token) for token in tokens if token.type == "inline"]
        # help breaks long lines.
        assert " ".join(lines[:2]) == " ".join(head.split())
        assert tokens[6].type == "fence", title


def test_errors_read_as_help_says(cnnbook):
    for level, title, tokens in sections((REFERENCE / "errors.md").read_text(encoding="utf-8")):
        if level == 2:
            head, *rest = cnnbook("help", title).out.splitlines()
            blank = rest.index("")
            lines = [plain(token) for token in tokens if token.type == "inline"]
            assert lines == [head.removeprefix(f"{title}: "), " ".join(line.strip() for line in rest[:blank])]
            example = [token.content for token in tokens if token.type == "fence"]
            assert example == ["".join(line[4:] + "\n" for line in rest[blank + 1:])]


# MARK: Markdown


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_is_plain_markdown(page):
    data = page.read_bytes()
    assert b"\r" not in data and data.endswith(b"\n") and not data.endswith(b"\n\n")
    text = data.decode()
    tokens = markdown.parse(text)
    assert not re.search(r"[ \t]+$", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    raw = [token.content for token in tokens if token.type == "html_block"]
    assert len(raw) == 1 and raw[0].startswith("<!-- Written by cnnbook help --all")
    assert not [child for token in tokens for child in token.children or [] if child.type == "html_inline"]
    # A table that breaks off would leave a paragraph that begins with a bar.
    assert not [token for token in tokens if token.type == "inline" and token.content.startswith("|")]
    assert sum(token.type == "fence" for token in tokens) * 2 == len(re.findall(r"^```", text, re.MULTILINE))


def links(path):
    for token in markdown.parse(path.read_text(encoding="utf-8")):
        for child in token.children or []:
            if child.type == "link_open":
                yield child.attrs["href"]


@pytest.mark.parametrize("path", PROSE, ids=name)
def test_every_link_leads_somewhere(path):
    broken = []
    for link in links(path):
        if re.match(r"https?://", link):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_a_module_reads_as_help_says(cnnbook):
    modules = [part for part in sections((REFERENCE / "modules.md").read_text(encoding="utf-8")) if part[0] == 2]
    assert [title for _, title, _ in modules] == ["filters", "lecture", "models"]
    for _, title, tokens in modules:
        head, _, entries = cnnbook("help", title).out.partition("\n\n")
        lines = [plain(token) for token in tokens if token.type == "inline"]
        assert " ".join(lines[:2]) == " ".join(head.split())
        # Then the head of the table, and a row for each entry.
        assert " ".join(lines[4:]) == " ".join(entries.split())


def test_the_index_leads_to_every_entry():
    reached = {tuple(link.partition("#")[::2]) for link in links(REFERENCE / "README.md")}
    for page in PAGES:
        if page.stem == "README":
            continue
        assert (page.name, "") in reached
        if page.stem != "errors":
            level = 3 if page.stem == "methods" else 2
            for found, title, _ in sections(page.read_text(encoding="utf-8")):
                slug = re.sub(r"[^\w\- ]", "", title.lower())
                assert found != level or (page.name, slug) in reached, title


# MARK: examples


def test_every_example_gives_the_output_beside_it(cnnbook, tmp_path):
    files = []
    for page in PAGES:
        for token in markdown.parse(page.read_text(encoding="utf-8")):
            if token.type == "fence" and token.info == "cnnbook":
                files.append(tmp_path / f"{page.stem}-{len(files)}.cnnbook")
                files[-1].write_text(token.content, encoding="utf-8")
    assert len(files) > 200
    result = cnnbook("test", *files, timeout=300)
    assert result.code == 0, result.out[-3000:]


# MARK: the command


@pytest.mark.parametrize("arguments", [["--all", "conv2d"], ["--out", "x"], ["conv2d", "--out", "x"], ["--all", "--out", ""]])
def test_usage(cnnbook, tmp_path, arguments):
    assert cnnbook("help", *arguments, cwd=tmp_path).code == 2
    assert list(tmp_path.glob("*.md")) == []


def test_by_default_it_goes_to_docs(cnnbook, tmp_path):
    result = cnnbook("help", "--all", cwd=tmp_path)
    assert result.out == f"{len(PAGES)} pages in docs/reference\n"
    assert (tmp_path / "docs" / "reference" / "README.md").is_file()


def test_a_folder_that_cannot_be_written(cnnbook, write):
    result = cnnbook("help", "--all", "--out", write("file", "") / "below")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("error[E0505]")


def test_articles(cnnbook):
    assert "Methods of an optimizer" in cnnbook("help").out
    assert cnnbook("-c", "help(3)").out.startswith("an int\n")


def test_help_for_train(cnnbook):
    text = cnnbook("help", "train").out
    assert text.startswith("train net on data, key=value, ...") and "\nmodel.train()\n" in text
    for key in ("epochs", "validate", "resume", "log"):
        assert f"  {key} " in text
    assert all(len(line) <= 80 for line in text.splitlines())


def test_the_keys_that_help_names_are_those_of_train(cnnbook):
    error = cnnbook("-c", 'model M { input 8x8x1; flatten; dense 10; softmax }\n'
                          'train M() on dataset("digits").test, nonsense=1').err
    keys = re.search(r"the keys are (.*)", error)[1].split(", ")
    shown = re.findall(r"^  (\w+)  +\S", cnnbook("help", "train").out, re.MULTILINE)
    assert shown == keys
