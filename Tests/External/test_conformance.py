"""Every conformance notebook passes `cnnbook test`: the rules of the language, a small program each, in folders that
are named as the specification's sections."""
import collections

import pytest

from conftest import ROOT

FOLDER = ROOT / "Tests" / "Conformance"
NOTEBOOKS = sorted(FOLDER.rglob("*.cnnbook"))


# The sections of the specification, and the least number of programs each has.
SECTIONS = {"lexical": 30, "grammar": 100, "values": 100, "models": 50, "training": 40, "builtins": 100,
            "display": 25, "errors": 30, "limits": 8, "stdlib": 8}


def test_every_section_is_covered():
    counts = collections.Counter(path.relative_to(FOLDER).parts[0] for path in NOTEBOOKS)
    assert len(NOTEBOOKS) >= 600
    assert {section: counts[section] for section, least in SECTIONS.items() if counts[section] < least} == {}


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=[str(path.relative_to(FOLDER)) for path in NOTEBOOKS])
def test_notebook(cnnbook, notebook):
    result = cnnbook("test", notebook)
    assert result.code == 0, result.out + result.err
    assert " 0 blocks" not in result.out
