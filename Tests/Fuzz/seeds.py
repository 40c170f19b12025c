"""Fills a folder with what the fuzzers begin with: the programs of the repository, one file a cell."""
import hashlib
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LONGEST = 1_000


def cells(text):
    cell = []
    for line in text.splitlines():
        if line.startswith("# %%"):
            yield "\n".join(cell)
            cell = []
        elif not line.startswith("#>"):
            cell.append(line)
    yield "\n".join(cell)


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for part in ("notebooks", "stdlib", "Tests/Conformance", "Tests/ErrorMessages"):
        for notebook in sorted((ROOT / part).rglob("*.cnnbook")):
            for cell in cells(notebook.read_text(encoding="utf-8", errors="replace")):
                content = cell.strip().encode()
                if 0 < len(content) <= LONGEST:
                    (folder / hashlib.sha1(content).hexdigest()[:16]).write_bytes(content)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
