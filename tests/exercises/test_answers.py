"""Every exercise of every notebook: right answers pass, wrong ones do not, each classic error gets its own hint."""

import json
import math
import re
from importlib import import_module
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
import torch
from IPython.core.inputtransformer2 import TransformerManager

from exercises import EXERCISES
from exercises.kinds import Choice, Draw, Function, Value
from exercises.results import in_words, read
from exercises.verdicts import CORRECT, NOT_ATTEMPTED, NOT_YET

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
OTHER_SEEDS = range(1000, 1040)  # inputs that no check uses

FUNCTIONS = {number: e for number, e in EXERCISES.items() if isinstance(e, Function)}
VALUES = {number: e for number, e in EXERCISES.items() if isinstance(e, Value)}
CHOICES = {number: e for number, e in EXERCISES.items() if isinstance(e, Choice)}

# Wrong in every exercise.
NONSENSE = [
    None,
    math.nan,
    [],
    {},
    "a text",
    object(),
    math,
    Path,
    1j,
    torch.zeros(0),
    lambda *args: None,
    lambda: 1 / 0,
]


def each(numbers: dict) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("number", numbers)


def each_answer(kind: str) -> pytest.MarkDecorator:
    modules = sorted({number[:2] for number in EXERCISES})
    found = [(number, a) for nn in modules for number, given in answers(nn, kind).items() for a in given]
    counts: dict[str, int] = {}
    ids = [f"{number}-{counts.update({number: counts.get(number, -1) + 1}) or counts[number]}" for number, _ in found]
    return pytest.mark.parametrize(("number", "answer"), found, ids=ids)


def answers(notebook: str, kind: str) -> dict:
    return getattr(import_module(f"answers_{notebook}"), kind)


# Right and wrong answers ----------------------------------------------------------------------------------------


@each(FUNCTIONS | VALUES)
def test_has_right_and_wrong_answers(number: str) -> None:
    assert len(answers(number[:2], "RIGHT")[number]) >= 2
    assert len(answers(number[:2], "WRONG")[number]) >= 3


@each_answer("RIGHT")
def test_right_answer_is_correct(number: str, answer: object) -> None:
    assert EXERCISES[number].judge(answer).status == CORRECT, EXERCISES[number].judge(answer)


@each_answer("RIGHT")
def test_right_answer_agrees_with_the_reference_on_other_random_inputs(number: str, answer: object) -> None:
    """Both were written apart: a change of one of them ends here."""
    exercise = EXERCISES[number]
    if isinstance(exercise, Function):
        tried = [exercise.inputs(Draw(seed)) for seed in OTHER_SEEDS]
        for args, given, wanted in zip(
            tried, exercise.call(answer, tried), exercise.call(exercise.right, tried), strict=True
        ):
            assert not wanted.error, wanted
            assert exercise.same(given, wanted), args


@each_answer("WRONG")
def test_wrong_answer_is_not_yet_and_gets_a_telling_hint(number: str, answer: tuple) -> None:
    given, words = answer
    verdict = EXERCISES[number].judge(given)
    assert verdict.status == NOT_YET
    assert re.search(words, dict(verdict.details)["Hint"]), verdict


@each(FUNCTIONS | VALUES)
def test_each_wrong_answer_of_the_exercise_gets_its_own_hint(number: str) -> None:
    exercise = EXERCISES[number]
    for key, value in exercise.wrong.items():
        text, answer = (key, value) if isinstance(exercise, Function) else (value, key)
        verdict = exercise.judge(answer)
        assert (verdict.status, dict(verdict.details)["Hint"]) == (NOT_YET, text)


@each(CHOICES)
def test_every_letter_gets_its_verdict(number: str) -> None:
    exercise = CHOICES[number]
    letter = exercise.right
    for right in (letter, letter.lower(), f" {letter} ", f"{letter})", f"({letter.lower()})", f"{letter}."):
        assert exercise.judge(right).status == CORRECT, right
    assert sorted([letter, *exercise.hints]) == list("ABCD")
    for wrong, text in exercise.hints.items():
        assert dict(exercise.judge(wrong).details) == {"Got": wrong, "Hint": text}
    for nothing in ("Z", "", letter * 2, "A B C D", ord(letter), [letter], letter.encode()):
        assert exercise.judge(nothing).status == NOT_YET, nothing


@each(EXERCISES)
def test_nonsense_is_not_yet(number: str) -> None:
    for answer in NONSENSE:
        verdict = EXERCISES[number].judge(answer)
        assert verdict.status == NOT_YET, answer
        assert dict(verdict.details)["Hint"], answer


@each(FUNCTIONS)
def test_verdicts_follow_the_default_dtype_of_the_moment(number: str) -> None:
    """With float32 they are tested above."""
    torch.set_default_dtype(torch.float64)
    try:
        for answer in answers(number[:2], "RIGHT")[number]:
            assert EXERCISES[number].judge(answer).status == CORRECT
    finally:
        torch.set_default_dtype(torch.float32)


# What is said ---------------------------------------------------------------------------------------------------


def test_numbers_run_from_one_in_each_notebook() -> None:
    for notebook in {number[:2] for number in EXERCISES}:
        numbers = [number for number in EXERCISES if number.startswith(notebook)]
        assert numbers == [f"{notebook}.{i + 1}" for i in range(len(numbers))]


@each(EXERCISES)
def test_texts_are_sentences_and_give_nothing_away(number: str) -> None:
    exercise = EXERCISES[number]
    assert 3 < len(exercise.title) < 60
    if isinstance(exercise, Choice):
        return
    hints = list(exercise.wrong) if isinstance(exercise, Function) else list(exercise.wrong.values())
    cases = exercise.tried if isinstance(exercise, Function) else []
    rules = [exercise.rule, *(case.rule for case in cases if case.rule)]
    assert all(text.endswith((".", "?")) and 20 < len(text) < 200 for text in rules + hints), rules + hints
    values = [exercise.right(*case.args) for case in cases] if cases else [exercise.expected]
    said = " ".join(rules + hints)
    for words in {in_words(read(value)) for value in values}:
        assert len(words) < 4 or words not in said, f"{words} is given away"


# The cells in the notebook --------------------------------------------------------------------------------------


def cell(number: str, kind: str) -> str:
    """Return the source of an exercise's cell in its notebook, or of the cell that imports."""
    (path,) = NOTEBOOKS.glob(f"{number[:2]}_*.ipynb")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    found = [c for c in cells if c["id"] == f"ex{number[3:]}-{kind}"] or [cells[1]] * (kind == "imports")
    return TransformerManager().transform_cell("".join(found[0]["source"]))


def after_running(*sources: str) -> dict:
    names: dict = {}
    with plt.rc_context():
        for source in sources:
            exec(compile(source, "cell", "exec"), names)
    return names


@each(EXERCISES)
def test_placeholder_is_not_attempted(number: str) -> None:
    names = after_running(cell(number, "imports"), cell(number, "answer"))
    name = re.search(rf'check\("{re.escape(number)}", (\w+)\)', cell(number, "check"))[1]
    assert EXERCISES[number].judge(names[name]).status == NOT_ATTEMPTED


@each(EXERCISES)
def test_solution_needs_only_the_imports_and_is_correct(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    after_running(cell(number, "imports"), "from exercises import check", cell(number, "solution"))
    title = f"Exercise {number.removeprefix('0')}"
    assert capsys.readouterr().out.endswith(f"{title}: Correct.\n")
