"""A new exercise: the next number, cells like those of the others, and nothing else changed."""

import copy
import json
import re
import shutil
import sys
from pathlib import Path

import nbformat
import pytest

from exercises import new

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of notebook 03, the only one that the command finds."""
    (path,) = NOTEBOOKS.glob("03_*.ipynb")
    monkeypatch.setattr(new, "NOTEBOOKS", tmp_path)
    return Path(shutil.copy(path, tmp_path))


def added(path: Path, kind: str, points: int = 1) -> tuple[list[dict], list[dict], str]:
    """Return the cells before, the cells after, and what was printed."""
    before = json.loads(path.read_text(encoding="utf-8"))["cells"]
    left = new.add_exercise("03", "Ein Maß — 제목", kind, points)
    return before, json.loads(path.read_text(encoding="utf-8"))["cells"], left


def last_number(cells: list[dict]) -> int:
    return max(int(cell["id"][2:]) for cell in cells if re.fullmatch(r"ex\d+", cell["id"]))


@pytest.mark.parametrize("kind", new.ANSWER)
def test_adds_four_cells_with_the_next_number(notebook: Path, kind: str) -> None:
    for _ in range(2):
        before, after, left = added(notebook, kind)
        n = last_number(before) + 1
        assert [cell["id"] for cell in after[-5:-1]] == [f"ex{n}", f"ex{n}-answer", f"ex{n}-check", f"ex{n}-solution"]
        task, answer, check, solution = ("".join(cell["source"]) for cell in after[-5:-1])
        assert task.startswith(f"### Exercise 3.{n} — Ein Maß — 제목\n\n")
        assert re.findall(r"<summary>Hint (\d)<", task) == ["1", "2"]
        assert all("TODO" in source for source in (task, solution, left))
        name = re.fullmatch(rf'from exercises import check\n\ncheck\("03.{n}", (\w+)\)', check)[1]
        assert re.match(rf"(def )?{name}\b", answer)
        assert solution.endswith(f'\n\ncheck("03.{n}", solution_{name})')
        assert solution.startswith(f"# Solution of exercise 3.{n}\n#\n# ")
        assert f'    {kind.capitalize()}(\n        "03.{n}", "Ein Maß — 제목",\n' in left


@pytest.mark.parametrize("kind", new.ANSWER)
def test_metadata_are_those_of_the_other_exercises(notebook: Path, kind: str) -> None:
    before, after, _ = added(notebook, kind, points=3)
    n = last_number(before)
    expected = copy.deepcopy(before[-5:-1])
    for cell, new_cell in zip(expected, after[-5:-1], strict=True):
        if "nbgrader" in cell["metadata"]:
            grading = cell["metadata"]["nbgrader"]
            grading["grade_id"] = grading["grade_id"].replace(f"ex{n}", f"ex{n + 1}")
            grading.update({"points": 3} if grading["grade"] else {})
        assert new_cell["metadata"] == cell["metadata"]
        assert list(new_cell) == list(cell)
        assert not new_cell.get("outputs")
        assert new_cell.get("execution_count") is None


def test_leaves_all_else_byte_for_byte(notebook: Path) -> None:
    before = notebook.read_bytes()
    _, after, _ = added(notebook, "function")
    nbformat.validate(nbformat.read(notebook, as_version=nbformat.NO_CONVERT))
    assert len({cell["id"] for cell in after}) == len(after)
    start = before.rindex(b'  {\n   "cell_type": "markdown"')  # of the last cell
    rest = notebook.read_bytes()
    assert rest.startswith(before[:start])
    assert rest.endswith(before[start:])


def test_is_told_of_an_unknown_notebook(
    notebook: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = notebook.read_bytes()
    monkeypatch.setattr(sys, "argv", ["new", "42", "A title", "--kind", "value"])
    with pytest.raises(SystemExit):
        new.main()
    assert re.search(r"must be one of 03\. Got 42: give", capsys.readouterr().err)
    assert notebook.read_bytes() == before
