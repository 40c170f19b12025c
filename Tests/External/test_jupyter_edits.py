"""A notebook that goes to Jupyter, is changed there, and comes back."""
import nbformat

ASSIGNMENT = """\
# ---
# title: Lab
# ---

# %% [markdown] name="A \\"title\\""
# # Lab

# %% parameters
student = "demo"

# %%   solution id=q1 points=3 name="It's \\"2\\\\"

# Task.
x = 2
#> 2


# %% check for=q1 points=1 name="one"   tol=0.1
expect x == 2

# %% check for=q1 points=2 hidden
expect x + 1 == 3

# %% id=a.b skip timeout=3
1
"""
EDITED = """\
# ---
# title: Lab
# ---

# %% [markdown] name="A \\"title\\""
# new

# %% parameters
student = "demo"
1

# %% solution id=q1 points=3 name="It's \\"2\\\\"

# Task.
x = 2
1

# %% check for=q1 points=1 name="one" tol=0.1
expect x == 2
1

# %% check for=q1 points=2 hidden
expect x + 1 == 3
1

# %% id=a.b timeout=3 skip
1
1
"""


def in_jupyter(cnnbook, write, tmp_path, change, text=ASSIGNMENT):
    """The text that comes back after each cell went through a change, and how often it did."""
    assert cnnbook("convert", write("a.cnnbook", text), tmp_path / "b.ipynb").code == 0
    notebook = nbformat.read(str(tmp_path / "b.ipynb"), as_version=4)
    for cell in list(notebook.cells):
        change(cell, notebook)
    nbformat.write(notebook, str(tmp_path / "b.ipynb"))
    result = cnnbook("convert", tmp_path / "b.ipynb", tmp_path / "c.cnnbook")
    assert result.code == 0, result.err
    back = (tmp_path / "c.cnnbook").read_text()
    assert cnnbook("convert", tmp_path / "c.cnnbook", tmp_path / "d.ipynb").code == 0
    again = nbformat.read(str(tmp_path / "d.ipynb"), as_version=4)
    nbformat.validate(again)
    for one in (notebook, again):
        for cell in one.cells:
            cell.metadata.pop("cnnbook", None)
    assert again.cells == notebook.cells
    return back


def test_an_edit_in_jupyter_leaves_the_options(cnnbook, write, tmp_path):
    """A hidden check whose text is touched stays a hidden check."""

    def edit(cell, _):
        cell.source = "new" if cell.cell_type == "markdown" else cell.source + "\n1"
        if "outputs" in cell:
            cell.outputs = []

    assert in_jupyter(cnnbook, write, tmp_path, edit) == EDITED


def test_metadata_of_jupyter_come_back(cnnbook, write, tmp_path):
    """Beside a text that is as it was."""

    def edit(cell, _):
        cell.metadata["slideshow"] = {"slide_type": "slide"}
        if cell.cell_type == "code":
            cell.execution_count = 3

    lines = [line for line in in_jupyter(cnnbook, write, tmp_path, edit).splitlines(True) if not line.startswith("#@ ")]
    assert "".join(lines) == ASSIGNMENT


def test_tags_of_jupyter_count(cnnbook, write, tmp_path):
    def edit(cell, _):
        tags = cell.metadata.get("tags", [])
        cell.metadata["tags"] = [tag for tag in ("parameters", "skip-execution") if tag not in tags] if cell.cell_type == "code" else []

    markers = [line for line in in_jupyter(cnnbook, write, tmp_path, edit).splitlines() if line.startswith("# %%")]
    assert markers == [
        '# %% [markdown] name="A \\"title\\""', "# %% skip", '# %% parameters id=q1 name="It\'s \\"2\\\\" skip',
        '# %% parameters name="one" tol=0.1 skip', "# %% parameters skip", "# %% parameters id=a.b timeout=3"]


def test_a_copy_made_in_jupyter_has_an_id_of_its_own(cnnbook, write, tmp_path):
    def edit(cell, notebook):
        if cell.id == "q1":
            copy = nbformat.from_dict(dict(cell))
            copy["id"] = "b7c2"
            notebook.cells.append(copy)

    back = in_jupyter(cnnbook, write, tmp_path, edit)
    assert back.startswith(ASSIGNMENT) and back[len(ASSIGNMENT):].startswith('# %% solution id=b7c2 points=3 name="It\'s \\"2\\\\"\n')
