"""The editions of the course: the student's without solutions, and both complete enough to be used."""

import filecmp
import json
import re
import runpy
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
MAKE_EDITION = ROOT / "instructor/make_edition.py"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def apart(test: Callable) -> Callable:
    """Mark a test that takes long: it is skipped unless it is asked for."""
    reason = "takes a minute: python -m pytest -m instructor"
    return pytest.mark.instructor(pytest.mark.skipif("'instructor' not in config.option.markexpr", reason=reason)(test))


@pytest.fixture(scope="module")
def make_edition() -> Callable[[str, Path], None]:
    return runpy.run_path(str(MAKE_EDITION))["make_edition"]


@pytest.fixture(scope="module")
def student(make_edition, tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("editions") / "course-student"
    make_edition("student", target)
    return target


@pytest.fixture(scope="module")
def solution(make_edition, tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("editions") / "course-solution.zip"
    make_edition("solution", target)
    with zipfile.ZipFile(target) as archive:
        archive.extractall(target.parent)
    return target.with_suffix("")


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def is_solution(cell: dict) -> bool:
    return "solution" in cell["metadata"].get("tags", [])


# What they hold -------------------------------------------------------------------------------------------------


def test_a_folder_and_a_zip_hold_the_same_files(student: Path, solution: Path) -> None:
    assert files(student) == files(solution)
    of_course = {path.relative_to(ROOT).as_posix() for path in [*NOTEBOOKS, *(ROOT / "helpers").rglob("*.py")]}
    of_course |= {f"exercises/{name}.py" for name in ("__init__", "kinds", "notebook_00")}
    assert files(student) >= of_course | {"README.md", "LICENSE", "requirements.txt", "pyproject.toml"}
    assert not [name for name in files(student) if re.match(r"instructor|\.ci|\.github/workflows|.*__pycache__", name)]


def test_what_is_not_cut_is_as_it_was(student: Path, solution: Path) -> None:
    same = files(student) - {"README.md"}
    assert filecmp.cmpfiles(ROOT, solution, same, shallow=False)[0] == [*same]
    same = {name for name in same if not name.endswith(".ipynb")}
    assert filecmp.cmpfiles(ROOT, student, same, shallow=False)[0] == [*same]


@each_notebook
def test_student_edition_has_the_lesson_and_no_solution(path: Path, student: Path) -> None:
    original = json.loads(path.read_text(encoding="utf-8"))
    edition = json.loads((student / "notebooks" / path.name).read_text(encoding="utf-8"))
    nbformat.validate(edition)
    expected = [cell for cell in original["cells"] if not is_solution(cell)]
    for cell in expected:
        if "nbgrader" in cell["metadata"]:
            cell |= {"outputs": [], "execution_count": None}
    assert edition == original | {"cells": expected}


def test_there_are_solutions_to_leave_out() -> None:
    cells = [cell for path in NOTEBOOKS for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    assert any(map(is_solution, cells))
    assert any(cell["outputs"] for cell in cells if "nbgrader" in cell["metadata"])


def test_links_lead_to_what_the_edition_has(student: Path) -> None:
    pages = {"README.md": (student / "README.md").read_text(encoding="utf-8")}
    for path in sorted(student.rglob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        prose = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        pages[f"notebooks/{path.name}"] = re.sub(r"\$.*?\$|`[^`]*`", "", prose, flags=re.DOTALL)
    for page, text in pages.items():
        targets = re.findall(r"\]\(([^)\s#]+)", text) + re.findall(r"(?:href|src)=\"([^\"#]+)\"", text)
        local = [target for target in targets if not re.match(r"[a-z]+:", target)]
        assert local
        assert [target for target in local if not (student / page).parent.joinpath(target).exists()] == [], page


def test_readme_of_an_edition_still_says_how_to_run_it(student: Path) -> None:
    readme = (student / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)", readme, flags=re.M)[:3] == ["The notebooks", "Run it", "Troubleshooting"]
    assert readme.count("-m jupyterlab") >= 2


def test_what_lies_about_is_left_out(tmp_path: Path) -> None:
    course = tmp_path / "course"
    for folder in ("helpers", "exercises", "notebooks", "instructor", "tests", ".github"):
        shutil.copytree(ROOT / folder, course / folder)
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, course)
    litter = ["helpers/__pycache__/x.pyc", "exercises/__pycache__/x.pyc", "notebooks/Untitled.ipynb"]
    litter += ["notebooks/.ipynb_checkpoints/03_logistic_regression-checkpoint.ipynb", "marks.csv"]
    for name in litter:
        (course / name).parent.mkdir(exist_ok=True)
        (course / name).write_text("")
    runpy.run_path(str(course / "instructor/make_edition.py"))["make_edition"]("student", tmp_path / "edition")
    assert files(tmp_path / "edition").isdisjoint(litter)
    assert files(tmp_path / "edition") <= files(course)


# They run -------------------------------------------------------------------------------------------------------


def run_pytest(folder: Path, *arguments: str, monkeypatch: pytest.MonkeyPatch) -> subprocess.CompletedProcess:
    """Run pytest as one would in the edition, with its own settings and its own helpers."""
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@apart
@pytest.mark.parametrize("edition", ["student", "solution"])
def test_pytest_runs_every_notebook_of_an_edition(edition: str, request, monkeypatch) -> None:
    folder = request.getfixturevalue(edition)
    notebooks = [nbformat.read(path, as_version=4) for path in folder.glob("notebooks/*.ipynb")]
    codes = [cell for notebook in notebooks for cell in notebook.cells if cell.cell_type == "code"]
    done = run_pytest(folder, monkeypatch=monkeypatch)
    assert done.returncode == 0, done.stdout
    passed = re.search(r"^(\d+) passed in", done.stdout, flags=re.M)
    assert passed, done.stdout
    assert int(passed[1]) > len(codes)  # and what stands in the documentation of the helpers


@apart
@pytest.mark.parametrize("edition", ["student", "solution"])
def test_pip_installs_the_helpers_of_an_edition(edition: str, request, tmp_path: Path) -> None:
    """As the first line of requirements.txt asks."""
    folder = request.getfixturevalue(edition)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(tmp_path), str(folder)]
    subprocess.run(command, check=True)
    of_edition = {name for name in files(folder / "helpers") if name.endswith((".py", ".mplstyle"))}
    assert files(tmp_path / "helpers") >= of_edition


# What goes wrong ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edition", "target", "message"),
    [
        ("teacher", "new", "edition must be one of student, solution. Got 'teacher'"),
        ("student", "here", "TARGET must be new. .*here exists: remove it, or give another name"),
        ("student", "here.zip", "TARGET must be new"),
        ("student", "no/folder/new", "TARGET must lie in a folder that exists. Make .*folder first"),
        ("student", "new.tar.gz", "TARGET must be a folder or end in .zip. Got .*new.tar.gz"),
    ],
)
def test_bad_input_gets_a_clear_error_and_leaves_nothing(make_edition, tmp_path, edition, target, message) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here.zip").write_text("")
    with pytest.raises(ValueError, match=message):
        make_edition(edition, tmp_path / target)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["here", "here.zip"]


@pytest.mark.parametrize("target", ["new", "new.zip"])
def test_a_failure_half_way_leaves_nothing(make_edition, tmp_path, monkeypatch, target) -> None:
    def fail(*_) -> None:
        raise OSError("disk full")

    monkeypatch.setitem(make_edition.__globals__, "copy_notebook", fail)
    with pytest.raises(OSError, match="disk full"):
        make_edition("student", tmp_path / target)
    assert [*tmp_path.rglob("*")] == []


def test_a_readme_without_a_section_to_cut_is_refused(make_edition) -> None:
    with pytest.raises(ValueError, match=r"one section '## Teach from it' before another\. Got 0"):
        make_edition.__globals__["without_teachers_sections"]("# Title\n\n## How it is tested\n\n## Licence\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["teacher", "new"], "invalid choice: 'teacher' (choose from"),
        (["student"], "the following arguments are required: TARGET"),
        (["student", str(ROOT)], "error: TARGET must be new."),
    ],
)
def test_the_command_says_what_is_wrong(arguments: list[str], message: str, monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "argv", [str(MAKE_EDITION), *arguments])
    with pytest.raises(SystemExit, match="2"):
        runpy.run_path(str(MAKE_EDITION), run_name="__main__")
    assert message in capsys.readouterr().err


def test_the_command_makes_an_edition(tmp_path: Path) -> None:
    command = [sys.executable, str(MAKE_EDITION), "student", "course.zip"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "Made the student edition: course.zip\n"
    with zipfile.ZipFile(tmp_path / "course.zip") as archive:
        assert all(name.startswith("course/") for name in archive.namelist())
