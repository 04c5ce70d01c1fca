"""Every exercise of every notebook: right answers pass, wrong ones do not, each classic mistake gets its hint.

For each notebook a file ``answers_NN.py`` holds ``ANSWERS``: for each exercise, but for those with letters, ``right``
and ``wrong`` answers, and ``mistakes``: one answer for each ``Mistake`` of the exercise, in the same order.
"""

import json
import math
import re
from importlib import import_module
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
import torch
from IPython.core.inputtransformer2 import TransformerManager

from helpers.checks import EXERCISES, TOPICS
from helpers.checks.exercises import Choice, Function, Value
from helpers.checks.results import in_words, read
from helpers.checks.verdicts import CORRECT, NOT_ATTEMPTED, NOT_YET

NOTEBOOKS = Path(__file__).resolve().parent.parent.parent / "notebooks"
MIN_RIGHT, MIN_WRONG, MIN_CASES = 3, 8, 3

CHOICES = [number for number, exercise in EXERCISES.items() if isinstance(exercise, Choice)]
OTHERS = [number for number in EXERCISES if number not in CHOICES]

each_exercise = pytest.mark.parametrize("number", EXERCISES)
each_choice = pytest.mark.parametrize("number", CHOICES)
each_other = pytest.mark.parametrize("number", OTHERS)

# Wrong in every exercise.
NONSENSE = [
    None,
    float("nan"),
    [],
    {},
    "a text",
    b"bytes",
    object(),
    math,
    Path,
    1j,
    torch.zeros(0),
    lambda *args: None,
    lambda *args: math.nan,
    lambda *args: print(args),
    lambda: 1 / 0,
]


@pytest.fixture(scope="module", autouse=True)
def _optimizers_are_imported() -> None:
    """The first optimizer imports much of torch, for a second or more: not within the time limit of an answer."""
    torch.optim.SGD([torch.zeros(1)], lr=1.0)


def answers(number: str, kind: str) -> list:
    return import_module(f"answers_{number[:2]}").ANSWERS[number][kind]


def each_answer(kind: str) -> pytest.MarkDecorator:
    """Return one test for each answer; an exercise without answers fails in the test of their number."""
    found = []
    for number in OTHERS:
        try:
            given = answers(number, kind)
        except (ImportError, KeyError):
            given = []
        found += [pytest.param(number, i, id=f"{number}-{i}") for i in range(len(given))]
    return pytest.mark.parametrize(("number", "i"), found)


def details(number: str, answer: object) -> dict[str, str]:
    return dict(EXERCISES[number].judge(answer).details)


def cell(number: str, kind: str) -> str:
    """Return the source of an exercise's cell in its notebook, or of the cell that imports."""
    (path,) = NOTEBOOKS.glob(f"{number[:2]}_*.ipynb")
    name = "imports" if kind == "imports" else f"ex{number[3:]}-{kind}"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    found = [cell for cell in cells if cell["id"] == name] or [cells[1]] * (kind == "imports")
    return TransformerManager().transform_cell("".join(found[0]["source"]))


def after_running(*sources: str) -> dict:
    names: dict = {}
    with plt.rc_context():
        for source in sources:
            exec(compile(source, "cell", "exec"), names)
    return names


# The answers ----------------------------------------------------------------------------------------------------


@each_other
def test_has_enough_answers(number: str) -> None:
    assert len(answers(number, "right")) >= MIN_RIGHT
    assert len(answers(number, "wrong")) >= MIN_WRONG
    assert len(answers(number, "mistakes")) == len(EXERCISES[number].mistakes)


@each_answer("right")
def test_right_answer_is_correct(number: str, i: int) -> None:
    verdict = EXERCISES[number].judge(answers(number, "right")[i])
    assert verdict.status == CORRECT, verdict


@each_answer("wrong")
def test_wrong_answer_is_not_yet_and_gets_a_hint(number: str, i: int) -> None:
    verdict = EXERCISES[number].judge(answers(number, "wrong")[i])
    assert verdict.status == NOT_YET, verdict
    assert dict(verdict.details)["Hint"]
    assert dict(verdict.details)["Got"]


@each_answer("mistakes")
def test_classic_mistake_gets_its_hint(number: str, i: int) -> None:
    verdict = EXERCISES[number].judge(answers(number, "mistakes")[i])
    assert verdict.status == NOT_YET, verdict
    assert dict(verdict.details)["Hint"] == EXERCISES[number].mistakes[i].hint


@each_choice
def test_every_letter_gets_its_verdict(number: str) -> None:
    exercise = EXERCISES[number]
    letter = exercise.right
    for right in (letter, letter.lower(), f" {letter} ", f"{letter})", f"({letter.lower()})", f"{letter}."):
        assert exercise.judge(right).status == CORRECT, right
    assert set(exercise.hints) == set(exercise.options) - {letter}
    assert len(set(exercise.hints.values())) == len(exercise.hints)
    for wrong in exercise.hints:
        assert exercise.judge(wrong).status == NOT_YET
        assert details(number, wrong) == {"Got": wrong, "Hint": exercise.hints[wrong]}
    for nothing in ("Z", "", letter * 2, " ".join(exercise.options), ord(letter), [letter], letter.encode()):
        assert exercise.judge(nothing).status == NOT_YET, nothing


@each_exercise
def test_nonsense_is_not_yet(number: str) -> None:
    for answer in NONSENSE:
        verdict = EXERCISES[number].judge(answer)
        assert verdict.status == NOT_YET, answer
        assert dict(verdict.details)["Hint"], answer


# The exercise itself --------------------------------------------------------------------------------------------


def test_each_topic_numbers_its_exercises_from_one() -> None:
    for notebook, topic in enumerate(TOPICS):
        numbers = [exercise.id for exercise in topic.EXERCISES]
        assert numbers == [f"{notebook:02}.{i + 1}" for i in range(len(numbers))], topic.__name__


@each_exercise
def test_has_a_number_and_a_title(number: str) -> None:
    assert re.fullmatch(r"0\d\.[1-6]", number)
    assert 3 < len(EXERCISES[number].title) < 60


@each_other
def test_each_mistake_is_one_and_is_told_from_the_others(number: str) -> None:
    exercise = EXERCISES[number]
    hints = [mistake.hint for mistake in exercise.mistakes]
    assert all(hint.endswith((".", "?")) and len(hint) < 160 for hint in hints), hints
    for mistake in exercise.mistakes:
        assert (mistake.like is None) != (mistake.when is None), mistake.hint
        if mistake.like is not None:
            assert details(number, mistake.like)["Hint"] == mistake.hint


@each_other
def test_says_what_should_hold_without_the_value(number: str) -> None:
    exercise = EXERCISES[number]
    if isinstance(exercise, Value):
        rules, values = [exercise.rule], [exercise.expected]
        assert exercise.judge(exercise.expected).status == CORRECT
    else:
        assert isinstance(exercise, Function)
        assert len(exercise.cases) >= MIN_CASES
        rules = [case.rule for case in exercise.cases]
        values = [exercise.reference(*case.args) for case in exercise.cases]
        assert exercise.judge(exercise.reference).status == CORRECT
    assert all(len(rule) > 20 and rule.endswith(".") for rule in rules)
    said = " ".join([*rules, *(mistake.hint for mistake in exercise.mistakes)])
    for value in values:
        words = in_words(read(value))
        assert len(words) < 3 or words not in said, f"{words} is given away"


# Its cells in the notebook --------------------------------------------------------------------------------------


@each_exercise
def test_placeholder_is_not_attempted(number: str) -> None:
    names = after_running(cell(number, "imports"), cell(number, "answer"))
    name = re.search(rf'check\("{re.escape(number)}", (\w+)\)', cell(number, "check"))[1]
    assert EXERCISES[number].judge(names[name]).status == NOT_ATTEMPTED


@each_exercise
def test_solution_needs_only_the_imports_and_is_correct(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    importing = f"{cell(number, 'imports')}\nfrom helpers.checks import check"
    after_running(importing, cell(number, "solution"))
    assert capsys.readouterr().out.endswith(f"Exercise {number.removeprefix('0')}: Correct.\n")


def test_verdicts_do_not_depend_on_what_was_checked_before() -> None:
    numbers = [number for number in OTHERS for _ in range(2)]
    given = [(number, answers(number, kind)[0]) for kind in ("right", "wrong", "mistakes") for number in numbers]
    there = [repr(EXERCISES[number].judge(answer)) for number, answer in given]
    back = [repr(EXERCISES[number].judge(answer)) for number, answer in reversed(given)]
    assert there == back[::-1]
