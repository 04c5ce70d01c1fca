"""Hold the notebooks against the house style, and print their figures: python .ci/lint_notebooks.py [NOTEBOOK ...].

The core of a notebook is what stands open before its exercises: folded code and the sections under a heading that is
stored collapsed are left out. Its minutes are an estimate, made to fit a first-year student's notes: 130 words a
minute, 2 minutes for a new term, 0.3 for a line of code, 1 for a displayed formula or a figure, 1.5 for a checkpoint.
"""

import json
import re
import sys
from itertools import groupby, pairwise
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
TERM = r"\*\*[^*]+\*\*[^()*]{0,3}\([^()]*[가-힣][^()]*\)"

# What the core may have at most.
LIMITS = {
    "cells": 35,
    "words": 1000,
    "terms": 8,
    "code": 80,  # open lines
    "longest": 12,  # lines of an open code cell
    "median": 6,
    "markdown": 110,  # words of a markdown cell
    "in a row": 2,  # code cells
    "minutes": 55,
    "picture": 4,  # the index of the first cell that draws the lesson's own data
    "unasked": 67,  # per cent of the code cells, those that follow no question
    "kB": 1000,
}


def source(cell: dict) -> str:
    return "".join(cell["source"])


def n_words(text: str) -> int:
    """Count words, those of folded answers, too; a formula is one, HTML tags are none."""
    text = re.sub(r"\$\$.*?\$\$|\$[^$]+\$", "x", text, flags=re.DOTALL)
    return len(re.sub(r"<[^>]+>", " ", text).split())


def n_lines(text: str) -> int:
    return sum(bool(line.strip()) for line in text.splitlines())


def is_folded(cell: dict) -> bool:
    return bool(cell["metadata"].get("jupyter", {}).get("source_hidden"))


def core(cells: list[dict]) -> list[dict]:
    """Return the cells before the exercises and outside the collapsed sections."""
    kept, collapsed_at = [], None
    for cell in cells:
        heading = re.match(r"(#+) ", source(cell)) if cell["cell_type"] == "markdown" else None
        if source(cell).startswith("## Exercises\n"):
            break
        if heading and collapsed_at and len(heading[1]) <= collapsed_at:
            collapsed_at = None
        if heading and not collapsed_at and cell["metadata"].get("jp-MarkdownHeadingCollapsed"):
            collapsed_at = len(heading[1])
        if not collapsed_at:
            kept.append(cell)
    return kept


def shows_picture(cell: dict) -> bool:
    return any("<img" in "".join(output.get("data", {}).get("text/html", "")) for output in cell.get("outputs", []))


def asks(cell: dict) -> bool:
    """Tell whether a markdown cell asks something that its own folded answer does not give away."""
    open_text = re.sub(r"<details>.*?</details>", "", source(cell), flags=re.DOTALL)
    return cell["cell_type"] == "markdown" and "?" in open_text


def measure(path: Path) -> dict[str, float]:
    """Return the figures of a notebook's core, by the names in LIMITS."""
    shown = core(json.loads(path.read_text(encoding="utf-8"))["cells"])
    asked = [asks(before) for before, cell in pairwise(shown) if cell["cell_type"] == "code"]
    pictures = [i for i, cell in enumerate(shown) if shows_picture(cell)]
    cells = [cell for cell in shown if not is_folded(cell)]
    prose = [source(cell) for cell in cells if cell["cell_type"] == "markdown"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    lines = [n_lines(source(cell)) for cell in code] or [0]
    runs = [len(list(run)) for kind, run in groupby(cell["cell_type"] for cell in cells) if kind == "code"]
    everything = "\n\n".join(prose)
    figures = {
        "cells": len(cells),
        "words": sum(map(n_words, prose)),
        "terms": len(re.findall(TERM, everything)),
        "code": sum(lines),
        "longest": max(lines),
        "median": median(lines),
        "markdown": max(map(n_words, prose)),
        "in a row": max(runs, default=0),
        "picture": min(pictures, default=len(shown)),
        "unasked": 100 * asked.count(False) / len(asked),
        "kB": path.stat().st_size / 1000,
    }
    minutes = figures["words"] / 130 + 2 * figures["terms"] + 0.3 * figures["code"]
    minutes += everything.count("$$") // 2 + len(pictures)
    return figures | {"minutes": minutes + 1.5 * everything.count("**Checkpoint.**")}


def faults(path: Path) -> list[str]:
    """Return what is wrong with single cells."""
    found = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        text, where = source(cell), f"{path.stem}, cell {cell['id']}"
        if not text.strip():
            found.append(f"{where} is empty: delete it")
        if is_folded(cell) and not text.startswith("# "):
            found.append(f"{where} is folded: its first line, which stays visible, must be a comment on what it does")
        if "solution" in cell["metadata"].get("tags", []) and cell["metadata"].get("jupyter") != {
            "source_hidden": True,
            "outputs_hidden": True,
        }:
            found.append(f"{where} is a solution: fold it with its output, whose 'Correct' is not the reader's")
        if cell["cell_type"] == "code" and n_lines(text) > 25:
            found.append(f"{where} has {n_lines(text)} lines: at most 25, folded or not")
        if cell["cell_type"] == "markdown" and n_words(text) > 130:
            found.append(f"{where} has {n_words(text)} words: at most 130, open or not")
    return found


def main() -> None:
    paths = [Path(name) for name in sys.argv[1:]] or sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    print("core".ljust(30), *(f"{name:>9}" for name in LIMITS))
    print("at most".ljust(30), *(f"{limit:9}" for limit in LIMITS.values()))
    found = []
    for path in paths:
        figures = measure(path)
        print(path.stem.ljust(30), *(f"{figures[name]:9.0f}" for name in LIMITS))
        found += [
            f"{path.stem}: {name} must be at most {limit}. Got {figures[name]:.0f}"
            for name, limit in LIMITS.items()
            if figures[name] > limit
        ]
        found += faults(path)
    print("\n".join(found))
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
