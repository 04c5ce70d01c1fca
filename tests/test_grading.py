"""Grading end to end: the commands of instructor/README.md, word for word, on five submissions of notebook 03."""

import copy
import csv
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

ROOT = Path(__file__).resolve().parent.parent
NAME = "03_logistic_regression"
SECONDS = 10  # that one cell may take here: README's example is to change the limit
COPIED = ["helpers", "exercises", "notebooks", "instructor", "tests", ".github"]
COPIED += ["README.md", "LICENSE", "pyproject.toml", "requirements.txt", "environment.yml"]

pytestmark = [
    pytest.mark.instructor,
    pytest.mark.skipif(
        "'instructor' not in config.option.markexpr",
        reason="takes minutes, and nbgrader: python -m pytest -m instructor, see instructor/README.md",
    ),
]


def blocks() -> list[str]:
    """Return the boxes of the README, each with its lines."""
    readme = (ROOT / "instructor/README.md").read_text(encoding="utf-8")
    return re.findall(r"^```sh\n(.*?)^```", readme, flags=re.DOTALL | re.MULTILINE)


# Submissions ----------------------------------------------------------------------------------------------------


def cell(notebook: NotebookNode, cell_id: str) -> NotebookNode:
    return notebook.cells[place(notebook, cell_id)]


def place(notebook: NotebookNode, cell_id: str) -> int:
    return [cell["id"] for cell in notebook.cells].index(cell_id)


def right_answer(number: int) -> str:
    """Return the code of the solution cell, with the names that the check cell asks for."""
    original = nbformat.read(ROOT / f"notebooks/{NAME}.ipynb", as_version=4)
    (check, answer), (solution_check, solution) = (
        re.search(r'^check\("[\d.]+", (\w+)\)$', cell(original, f"ex{number}-{kind}").source, flags=re.M).group(0, 1)
        for kind in ("check", "solution")
    )
    assert check != solution_check
    return cell(original, f"ex{number}-solution").source.replace(solution_check, f"{answer} = {solution}")


# From here on, every cell has something on stderr.
NOISE = """
import sys, threading, time

def complain():
    while True:
        print("careful", file=sys.stderr, flush=True)
        time.sleep(0.01)

threading.Thread(target=complain, daemon=True).start()
"""


def answered(handed_out: NotebookNode, numbers: list[int]) -> NotebookNode:
    notebook = copy.deepcopy(handed_out)
    for number in numbers:
        cell(notebook, f"ex{number}-answer").source = right_answer(number)
    return notebook


def looping(handed_out: NotebookNode) -> NotebookNode:
    """All is right, but the first raises, the second loops, the third catches the interrupt, the fourth ends Python."""
    notebook = answered(handed_out, [1, 2, 3, 4, 5])
    cell(notebook, "ex1-answer").source = f"raise ValueError('not my day')\n{right_answer(1)}"
    cell(notebook, "ex2-answer").source += "\nwhile True:\n    pass"
    cell(
        notebook, "ex3-answer"
    ).source += "\nwhile True:\n    try:\n        while True:\n            pass\n    except:\n        pass"
    cell(notebook, "ex4-answer").source += "\nimport os\n\nos._exit(0)"
    return notebook


def tampered(handed_out: NotebookNode) -> NotebookNode:
    """Only the fourth is answered, and it asks for 100 points."""
    notebook = answered(handed_out, [4])
    fake = "import os\n\nos.environ.pop('NBGRADER_EXECUTION')\n\n\ndef check(*_):\n    print('Correct.')"
    notebook.cells.insert(2, new_code_cell(fake))
    cell(notebook, "ex1-check").source = "print('Exercise 3.1: Correct.')"
    for kind in ("check", "answer"):
        del notebook.cells[place(notebook, f"ex2-{kind}")]
    cell(notebook, "ex3-check").metadata.tags = ["skip-execution"]
    cell(notebook, "ex4-check").metadata.nbgrader.points = 100
    damaged = {"grade": False, "solution": True, "locked": False, "schema_version": 2, "points": "x"}
    cell(notebook, "ex5-check").metadata.nbgrader.update(damaged)
    return notebook


# A class ---------------------------------------------------------------------------------------------------------


@dataclass
class Course:
    """A copy of the course, which is graded."""

    folder: Path
    logs: list[str]

    @property
    def grading(self) -> Path:
        return self.folder / "grading"

    def run(self, commands: str, where: str) -> None:
        """Run a box of README in bash. PYTHONPATH puts the helpers of the copy before those installed."""
        env = {**os.environ, "PYTHONPATH": str(self.folder)}
        command = ["bash", "-euo", "pipefail", "-c", commands]
        done = subprocess.run(command, cwd=self.folder / where, env=env, capture_output=True, text=True, check=False)
        self.logs.append(done.stdout + done.stderr)
        assert done.returncode == 0, f"{commands}\n{self.logs[-1]}"

    def scores(self) -> dict[str, list[float]]:
        """Return student → points of each exercise, from the gradebook."""
        api = importlib.import_module("nbgrader.api")
        found = {}
        with api.Gradebook(f"sqlite:///{self.grading / 'gradebook.db'}") as gradebook:
            for submission in gradebook.assignment_submissions(NAME):
                (notebook,) = submission.notebooks
                assert not any(grade.needs_manual_grade for grade in notebook.grades)
                grades = {grade.name: grade.auto_score for grade in notebook.grades}
                found[submission.student.id] = [grades[name] for name in sorted(grades)]
        return found

    def feedback(self, student: str) -> str:
        page = (self.grading / "feedback" / student / NAME / f"{NAME}.html").read_text(encoding="utf-8")
        return Text(page).text


class Text(HTMLParser):
    """What a page says, its spaces made one."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.hidden = 0
        self.feed(page)
        self.text = " ".join(" ".join(self.parts).split())

    def handle_starttag(self, tag: str, _: list) -> None:
        self.hidden += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Iterator[Course]:
    """Follow README from the editions to the export; students hand in where it says so."""
    folder = tmp_path_factory.mktemp("class") / "our course"
    folder.mkdir()
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
        else:
            shutil.copy(ROOT / name, folder / name)
    # What README's first box makes; .ci/run runs it.
    (folder / ".venv").symlink_to(sys.prefix, target_is_directory=True)
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    (folder / ".git/info/exclude").write_text(".venv\n__pycache__/\n")
    subprocess.run(["git", "add", "."], cwd=folder, check=True)

    class_ = Course(folder, [])
    _, editions, assign, *rest = blocks()
    class_.run(editions, where=".")
    class_.run(assign, where=".")
    assert assign.startswith("cd instructor\n")
    hand_in(class_)
    for commands in rest:
        limit = f" --Execute.timeout={SECONDS}" if "autograde" in commands else ""
        class_.run(commands.rstrip() + limit, where="instructor")
    return class_


def hand_in(class_: Course) -> None:
    archive = class_.grading / "downloaded" / NAME / "archive"
    released = nbformat.read(class_.grading / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    with zipfile.ZipFile(class_.folder.parent / "course-student.zip") as edition:
        in_edition = nbformat.reads(edition.read(f"course-student/notebooks/{NAME}.ipynb").decode(), as_version=4)

    with zipfile.ZipFile(archive / "alice.zip", "w") as whole_folder:
        perfect = nbformat.writes(answered(released, [1, 2, 3, 4, 5]))
        whole_folder.writestr(f"course/notebooks/{NAME}.ipynb", perfect)
        whole_folder.writestr(f"course/notebooks/.ipynb_checkpoints/{NAME}-checkpoint.ipynb", perfect)
        whole_folder.writestr("course/notebooks/01_sigmoid_intuition.ipynb", perfect)
    nbformat.write(in_edition, archive / f"bob_{NAME}.ipynb")
    half_right = answered(in_edition, [1, 3])
    cell(half_right, "ex1-answer").source += NOISE
    (archive / "carol").mkdir()
    nbformat.write(half_right, archive / "carol" / f"{NAME} (1).ipynb")
    (archive / "dave").mkdir()
    nbformat.write(looping(released), archive / "dave" / f"{NAME}.ipynb")
    (archive / "eve").mkdir()
    nbformat.write(tampered(released), archive / "eve" / f"{NAME}.ipynb")


POINTS = [1, 1, 2, 2, 3]
RIGHT = {  # the exercises that earn their points
    "alice": [1, 2, 3, 4, 5],
    "bob": [],
    "carol": [1, 3],
    "dave": [2, 5],  # the second was right before it looped
    "eve": [4],
}
EXPECTED = {
    student: [points if number in right else 0 for number, points in enumerate(POINTS, start=1)]
    for student, right in RIGHT.items()
}


# What comes out of it --------------------------------------------------------------------------------------------


def test_nbgrader_is_the_pinned_one_and_changes_no_other_package() -> None:
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    for requirement in extra["instructor"]:
        name, version = requirement.split("==")
        assert importlib.metadata.version(name) == version, "Install the extra: see instructor/README.md."
    subprocess.run([sys.executable, "-m", "pip", "check"], check=True)


def test_scores_of_each_exercise(course: Course) -> None:
    assert course.scores() == EXPECTED


def test_marks_are_exported(course: Course) -> None:
    with (course.grading / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["student_id"]: float(row["score"]) for row in rows} == {s: sum(p) for s, p in EXPECTED.items()}
    assert {(row["assignment"], float(row["max_score"])) for row in rows} == {(NAME, sum(POINTS))}


@pytest.mark.parametrize("student", RIGHT)
def test_feedback_shows_points_and_verdicts(course: Course, student: str) -> None:
    text = course.feedback(student)
    assert f"(Score: {float(sum(EXPECTED[student]))} / {float(sum(POINTS))})" in text
    for number, points in enumerate(POINTS, start=1):
        score = float(EXPECTED[student][number - 1])
        shown = re.search(rf"Grade cell: ex{number}-check Score: ([\d.]+) / ([\d.]+)", text)
        assert shown, number
        assert (float(shown[1]), float(shown[2])) == (score, points)
        after = text[shown.end() :].split("Student's answer")[0]
        if score:
            assert f"Exercise 3.{number}: ✓ Correct." in after
        else:
            assert "✓" not in after
    assert "Exercise 3.1: ○ Not attempted." in course.feedback("bob")
    assert "No points." in course.feedback("bob")
    assert "Traceback" not in course.feedback("bob")


def test_feedback_tells_what_stopped_a_cell(course: Course) -> None:
    text = course.feedback("dave")
    assert "not my day" in text
    assert "No reply from kernel before timeout" in text
    assert text.count("It was left out.") == 2


def test_check_cells_are_put_back(course: Course) -> None:
    graded = nbformat.read(course.grading / "autograded/eve" / NAME / f"{NAME}.ipynb", as_version=4)
    released = nbformat.read(course.grading / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    for number in range(1, 6):
        name = f"ex{number}-check"
        assert cell(graded, name).source == cell(released, name).source
        assert cell(graded, name).metadata.nbgrader == cell(released, name).metadata.nbgrader
        assert "tags" not in cell(graded, name).metadata
    places = [place(graded, f"ex{number}-check") for number in range(1, 6)]
    assert places == sorted(places)


def test_released_notebook_is_that_of_the_student_edition_with_locks(course: Course) -> None:
    released = nbformat.read(course.grading / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    with zipfile.ZipFile(course.folder.parent / "course-student.zip") as edition:
        in_edition = nbformat.reads(edition.read(f"course-student/notebooks/{NAME}.ipynb").decode(), as_version=4)
    for ours, theirs in zip(in_edition.cells, released.cells, strict=True):
        assert theirs.metadata.get("editable", True) == (not theirs.metadata.get("nbgrader", {}).get("locked", False))
        theirs.metadata = ours.metadata
        assert ours == theirs


def test_another_notebook_of_a_student_is_not_collected(course: Course) -> None:
    collected = sorted(path.name for path in (course.grading / "submitted").rglob("*.ipynb"))
    assert collected == [f"{NAME}.ipynb"] * len(RIGHT)


def test_git_sees_nothing_of_it(course: Course) -> None:
    command = ["git", "status", "--porcelain", "--untracked-files=all"]
    seen = subprocess.run(command, cwd=course.folder, capture_output=True, text=True, check=True).stdout
    assert [line for line in seen.splitlines() if not line.startswith("A ")] == []


def test_one_student_is_graded_again(course: Course) -> None:
    """The command stands in a sentence of README. What was changed in between counts."""
    readme = (ROOT / "instructor/README.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"`(\S+ -m nbgrader autograde .* --student=alice)`", readme)
    submitted = course.grading / "submitted/alice" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(submitted, as_version=4)
    cell(notebook, "ex5-answer").source = "trained = None"
    nbformat.write(notebook, submitted)
    course.run(command, where="instructor")
    assert course.scores() == EXPECTED | {"alice": [*POINTS[:4], 0]}


def test_a_second_notebook_of_a_student_stops_the_collection(course: Course) -> None:
    archive = course.grading / "downloaded" / NAME / "archive"
    shutil.copy(archive / f"bob_{NAME}.ipynb", archive / f"bob_{NAME} (2).ipynb")
    with pytest.raises(AssertionError, match="Duplicate submission file"):
        course.run(f"{blocks()[3].rstrip()} --force", where="instructor")
