"""What a check says of any answer: right ones in every style, odd ones, late ones, and what it puts back afterwards."""

import math
import random
import sys
import threading
import time
from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pytest
import torch
from torch import nn

import exercises
from exercises import calls, check
from exercises.calls import call
from exercises.kinds import Case, Choice, Draw, Function, Value
from exercises.verdicts import CORRECT, NOT_ATTEMPTED, NOT_YET, NotCorrectError, Verdict

RULE = "Each number is multiplied by the factor."
SCALED = Function(
    "98.1",
    "Scaling",
    rule=RULE,
    right=lambda x, factor: factor * x,
    inputs=lambda draw: (draw.numbers(draw.whole(1, 4)), draw.number(1.5, 3.0)),
    cases=[Case(torch.tensor([1.0, 2.0]), 3.0), Case(torch.tensor([1e4]), 2.0, rule="Large.", hint="Only large ones?")],
    wrong={"Times, not plus.": lambda x, factor: x + factor, "A number has no parts.": lambda x, factor: x.missing},
    errors={"my own": "Found by its message."},
)
PAIR = Function(
    "98.2",
    "Slope and height",
    rule="The line goes through both points.",
    right=lambda x, n: (x * n, x + 0.5),
    inputs=lambda draw: (draw.number(1.0, 9.0), draw.whole(2, 5)),
    wrong={},
    parts=("w", "b"),
)
VECTOR = Value("98.3", "Two numbers", (0.5, 1.5), "Both are halves.", {(1.5, 0.5): "Turn them."}, parts=("p", "q"))
LETTER = Choice("98.4", "A letter", right="B", hints={"A": "Not this.", "C": "Nor this."})


def details(verdict: Verdict) -> dict[str, str]:
    return dict(verdict.details)


def hint(answer: object, exercise: Function | Value | Choice = SCALED) -> str:
    verdict = exercise.judge(answer)
    assert verdict.status == NOT_YET, verdict
    return details(verdict)["Hint"]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "SECONDS", 0.1)


# Verdicts ---------------------------------------------------------------------------------------------------------


def test_not_yet_says_what_was_tried_what_came_out_what_should_hold_and_a_hint() -> None:
    assert details(SCALED.judge(lambda x, factor: x + factor)) == {
        "Tried": "x = [1, 2], factor = 3",
        "Got": "[4, 5]",
        "Printed": "",
        "Should hold": RULE,
        "Hint": "Times, not plus.",
    }


def test_of_the_random_inputs_that_fail_the_shortest_is_shown() -> None:
    shown = details(SCALED.judge(lambda x, factor: factor * x if len(x) < 3 and factor != 2 else x))["Tried"]
    assert shown.count(",") <= 3, shown


def test_page_and_text_say_the_same_words_without_markup() -> None:
    verdict = Verdict("00.3", NOT_YET, (("Got", "<b>\n\x00" + "x" * 1000), ("Hint", "")))
    assert repr(verdict).splitlines()[0] == "Exercise 0.3: Not yet."
    assert len(repr(verdict)) < 400
    assert "&lt;b&gt;" in verdict._repr_html_()
    assert "Hint" not in verdict._repr_html_()


@pytest.mark.parametrize("answer", [..., lambda x, factor: ..., lambda x, factor: (x, ...)])
def test_function_with_a_placeholder_is_not_attempted(answer: object) -> None:
    assert SCALED.judge(answer).status == NOT_ATTEMPTED


@pytest.mark.parametrize("answer", [..., [..., ...], (1.0, ...), [[1.0, ...]], {...}])
def test_value_with_a_placeholder_is_not_attempted(answer: object) -> None:
    assert VECTOR.judge(answer).status == NOT_ATTEMPTED


@pytest.mark.parametrize("answer", [..., "...", " ... "])
def test_letter_with_a_placeholder_is_not_attempted(answer: object) -> None:
    assert LETTER.judge(answer).status == NOT_ATTEMPTED


def test_what_an_answer_prints_is_shown() -> None:
    def chatty(x, factor):
        print("x is", x.tolist())
        return factor * x

    assert details(SCALED.judge(chatty))["Printed"] == "x is [1.0, 2.0]\n"
    assert "x is [1.0, 2.0]" in details(SCALED.judge(lambda x, factor: chatty(x, factor) + 1))["Printed"]


# Right in every style, and every time -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        lambda x, factor: x.double() * factor,
        lambda x, factor: (x * factor).half(),
        lambda x, factor: (x * factor).unsqueeze(1),
        lambda x, factor: x.numpy() * np.float32(factor),
        lambda x, factor: [value * factor for value in x.tolist()],
        lambda x, factor: tuple(nn.Parameter(value * factor) for value in x),
    ],
)
def test_right_answer_passes_in_any_style(answer: object) -> None:
    assert repr(SCALED.judge(answer)) == "Exercise 98.1: Correct."


@pytest.mark.parametrize("answer", [True, 1, 1.0, np.bool_(True), np.uint8(1), torch.tensor([[True]]), ([1.0],)])
def test_number_passes_in_any_wrapping(answer: object) -> None:
    assert Value("98.5", "One", 1, RULE, {}).judge(answer).status == CORRECT


def test_changing_an_argument_earns_a_remark_and_harms_nobody() -> None:
    def changing(x, factor):
        x *= factor
        return x

    for _ in range(2):
        assert "changes what it is given" in details(SCALED.judge(changing))["Remark"]


def test_chance_gives_the_same_verdict_each_time() -> None:
    answer = lambda x, factor: x + torch.rand(1) + random.random() + np.random.rand()  # noqa: E731, NPY002
    assert len({repr(SCALED.judge(answer)) for _ in range(3)}) == 1


def test_a_draw_is_the_same_for_the_same_seed() -> None:
    def drawn(seed: int) -> tuple:
        draw = Draw(seed)
        return (
            draw.whole(1, 9),
            draw.number(),
            draw.numbers(3).tolist(),
            draw.labels(4).tolist(),
            draw.classes(2).tolist(),
        )

    assert drawn(1) == drawn(1) != drawn(2)
    assert {Draw(seed).whole(1, 3) for seed in range(30)} == {1, 2, 3}


# Hints ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x, factor: x.missing, "no parts"),  # fails with the same message
        (lambda x, factor: x.absent, "It stopped with this error"),  # with the same class of error alone
        (lambda x, factor: 1 / 0, "divided by 0"),
        (lambda x, factor: int("my own"), "Found by its message"),
        (lambda x, factor: x @ torch.ones(7), "shapes of two tensors"),
        (lambda x, factor: torch.ones(1, requires_grad=True).grad.item(), "filled by|fills it"),
        (lambda x, factor: print(x), "return missing"),
        (lambda x, factor: "3", "quotes"),
        (lambda x: x, "2 arguments"),
        (torch.ones(2), "name alone"),
        (lambda x, factor: factor * x * math.nan, "nan is not a number"),
        (lambda x, factor: factor * x * math.inf, "nan is not a number|inf is too large"),
        (lambda x, factor: torch.cat([x, x]), "shape differs"),
        (lambda x, factor: -factor * x, "sign"),
        (lambda x, factor: 2 * factor * x, "twice"),
        (lambda x, factor: 7 * factor * x, "always 7 times"),
        (lambda x, factor: len(x) * factor * x, "n times what is right"),
        (lambda x, factor: factor * x / len(x), "divided by n"),
        (lambda x, factor: (factor * x).exp(), "e to the power"),
        (lambda x, factor: (factor * x).flip(0), "opposite order"),
        (lambda x, factor: x, "factor = 1"),
        (lambda x, factor: factor**2 * x, "square of factor"),
        (lambda x, factor: x**2, "does not change with factor"),
        (lambda x, factor: factor * x.clamp(max=5000), "Only large ones"),
        (lambda x, factor: factor * x + (len(x) == 3), "inputs come out right"),
        (lambda x, factor: factor * x.sin(), "by hand"),
    ],
)
def test_function_gets_the_hint_that_fits(answer: object, words: str) -> None:
    assert words.split("|")[0] in hint(answer) or words.split("|")[-1] in hint(answer), hint(answer)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x, n: (x + 0.5, x * n), "wrong order: it is w, then b"),
        (lambda x, n: (x * n, x - 0.5), "w is right. Look at b."),
        (lambda x, n: (-x * n, x + 0.5), "b is right. Look at w. The size is right, the sign is the opposite"),
        (lambda x, n: (x * (n + 1), x + 0.5), "Look at w"),
        (lambda x, n: ((x + 1) * n, x + 1.5), "by hand"),
    ],
)
def test_parts_are_named(answer: object, words: str) -> None:
    assert words in hint(answer, PAIR)


def test_one_step_too_many_is_seen() -> None:
    steps = Function(
        "98.6", "Steps", RULE, lambda x, n: x**n, lambda draw: (draw.number(1.1, 2.0), draw.whole(1, 5)), wrong={}
    )
    assert "one too many" in hint(lambda x, n: x ** (n + 1), steps)
    assert "return stand inside" in hint(lambda x, n: x, steps)


def test_line_of_an_error_is_that_of_the_answer() -> None:
    def failing(x, factor):
        y = x * factor
        return torch.cat(y)

    assert "in the line: return torch.cat(y)" in details(SCALED.judge(failing))["Got"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((1.5, 0.5), "Turn them"),
        ((0.51, 1.49), "enough digits"),
        ((50, 150), "per cent"),
        ((0.5, 3.0), "p is right. Look at q. This is twice"),
        ((1.0, 2.0), "by hand"),
        (0.5, "shape differs"),
        (None, "nothing"),
        ("0.5", "quotes"),
    ],
)
def test_value_gets_the_hint_that_fits(answer: object, words: str) -> None:
    assert words in hint(answer, VECTOR)


def test_near_miss_of_a_count_is_no_matter_of_digits() -> None:
    assert "digits" not in hint(99, Value("98.7", "A count", 100, RULE, {}))


# Time -------------------------------------------------------------------------------------------------------------


def forever(x, factor):
    while True:
        pass


def stubborn(x, factor):
    while True:
        try:
            while True:
                time.sleep(0.001)
        except BaseException:
            pass


def asleep(x, factor):
    time.sleep(1000)


def talking(x, factor):
    while True:
        print("all work and no play")


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("answer", [forever, stubborn, asleep, talking])
def test_late_call_is_stopped_and_uses_no_processor_afterwards(answer: Callable, capsys: pytest.CaptureFixture) -> None:
    start = time.monotonic()
    verdict = SCALED.judge(answer)
    assert time.monotonic() - start < 10
    assert details(verdict)["Got"] == "nothing in time"
    assert "took longer than 0.1 seconds" in details(verdict)["Hint"]
    used = time.process_time()
    time.sleep(0.2)
    assert time.process_time() - used < 0.1
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("impatient")
def test_thread_of_a_common_endless_loop_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "STOP_SECONDS", 10.0)  # it takes a few milliseconds, but the machine may be busy
    before = threading.active_count()
    SCALED.judge(forever)
    assert threading.active_count() == before


@pytest.mark.usefixtures("impatient")
def test_time_limit_is_for_all_inputs_together() -> None:
    start = time.monotonic()
    assert "took longer" in hint(lambda x, factor: time.sleep(0.06) or factor * x)
    assert time.monotonic() - start < 2  # 42 inputs would take 2.5


def test_stop_button_ends_the_call_and_puts_the_settings_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def pressed(self, timeout=None):
        if not stopped:
            stopped.append(True)
            raise KeyboardInterrupt
        joined(self, timeout)

    stopped, joined, out, before = [], threading.Thread.join, sys.stdout, set(threading.enumerate())
    monkeypatch.setattr(calls, "STOP_SECONDS", 10.0)
    monkeypatch.setattr(threading.Thread, "join", pressed)
    with pytest.raises(KeyboardInterrupt):
        call(lambda: forever(0, 0), [()], 10.0)
    assert sys.stdout is out
    assert set(threading.enumerate()) == before


# Whatever is passed -----------------------------------------------------------------------------------------------


class Evil:
    """An object that fails whatever one does with it."""

    def _fail(self, *_, **__):
        raise RuntimeError("evil")

    __eq__ = __len__ = __iter__ = __float__ = __repr__ = __str__ = __bool__ = __call__ = __getattr__ = _fail
    __hash__ = None


class EvilError(Exception):
    def __str__(self):
        raise RuntimeError("evil")


def raising():
    raise EvilError


def in_itself():
    endless = []
    endless.append(endless)
    return endless


ODD = {
    "evil object": Evil,
    "class of evil objects": lambda: Evil,
    "class without a name": lambda: type("Meta", (type,), {"__name__": property(lambda _: 1 / 0)})("C", (), {}),
    "module": lambda: math,
    "list in itself": in_itself,
    "dict": lambda: {"a": ...},
    "iterator": lambda: iter([1.0]),
    "array of objects": lambda: np.array([None]),
    "date": lambda: np.datetime64("2026-01-01"),
    "decimal": lambda: Decimal("1"),
    "huge integer": lambda: 10**5000,
    "long text": lambda: "x" * 10**6,
    "model": lambda: nn.Linear(1, 1),
    "empty tensor": lambda: torch.zeros(0),
    "many numbers": lambda: [0.5] * 10**5,
}


@pytest.mark.parametrize("odd", ODD)
def test_odd_answer_or_result_is_not_yet(odd: str) -> None:
    for exercise in (SCALED, VECTOR, LETTER):
        verdict = exercise.judge(ODD[odd]())
        assert verdict.status == NOT_YET
        assert len(repr(verdict)) < 900
    assert SCALED.judge(lambda x, factor: ODD[odd]()).status == NOT_YET
    assert SCALED.judge(lambda x, factor: raising()).status == NOT_YET


# What is put back -------------------------------------------------------------------------------------------------


def test_settings_are_put_back(capsys: pytest.CaptureFixture) -> None:
    def meddling(x, factor):
        torch.manual_seed(1)
        torch.set_default_dtype(torch.float16)
        torch.set_grad_enabled(False)
        sys.stdout = None
        print(input())

    before = torch.get_rng_state(), random.getstate(), torch.get_default_dtype(), sys.stdout, input
    assert SCALED.judge(meddling).status == NOT_YET
    after = torch.get_rng_state(), random.getstate(), torch.get_default_dtype(), sys.stdout, input
    assert torch.equal(before[0], after[0])
    assert before[1:] == after[1:]
    assert torch.is_grad_enabled()
    assert capsys.readouterr() == ("", "")


def test_gradients_work_wherever_the_check_is_called() -> None:
    def by_autograd(x, factor):
        x.requires_grad_()
        return factor * torch.autograd.grad((x**2).sum() / 2, x)[0]

    with torch.no_grad():
        assert SCALED.judge(by_autograd).status == CORRECT


def test_arguments_have_the_default_dtype_of_the_moment() -> None:
    before = torch.get_default_dtype()
    for dtype in (torch.float64, torch.float32):
        try:
            torch.set_default_dtype(dtype)
            assert SCALED.judge(lambda x, factor: x @ (factor * torch.eye(len(x)))).status == CORRECT
        finally:
            torch.set_default_dtype(before)


# check --------------------------------------------------------------------------------------------------------------


def test_check_shows_the_verdict_and_returns_nothing(capsys: pytest.CaptureFixture) -> None:
    assert check("00.1", 2.4) is None
    check("0.1", 2.4)
    assert capsys.readouterr().out == 2 * "Exercise 0.1: Correct.\n"
    check("77.1", 2.4)
    assert "No exercise has this number" in capsys.readouterr().out


def test_grading_raises_after_it_has_shown_the_verdict(monkeypatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setattr(exercises, "GRADING", True)
    check("00.1", 2.4)
    for answer in (..., 3.0):
        with pytest.raises(NotCorrectError, match=r"Exercise 0\.1"):
            check("00.1", answer)
    assert capsys.readouterr().out.count("Exercise 0.1") == 3
