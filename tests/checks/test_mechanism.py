"""The mechanism behind the check cells: whatever a student gives, a verdict comes out, in time and in words."""

import html
import importlib
import math
import random
import re
import sys
import threading
import time
import warnings
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import helpers.checks
from helpers.checks import calls, check
from helpers.checks.calls import Late, call
from helpers.checks.exercises import Case, Choice, Function, Mistake, Value
from helpers.checks.hints import INF, NAN, NO_MISTAKE_KNOWN
from helpers.checks.results import close, in_words, read
from helpers.checks.verdicts import CORRECT, NOT_ATTEMPTED, NOT_YET, NotCorrectError, Verdict

RULE = "The scaled list is the list times the factor."
SECRET = 9173.25  # right in one case, and never to be shown


def _scaled(x, factor):
    return x * factor


SCALED = Function(
    "98.1",
    "Scaling",
    reference=_scaled,
    cases=[
        Case(torch.tensor([1.0, 2.0]), 3.0, rule=RULE),
        Case(torch.tensor([[1.0], [SECRET]]), 1.0, rule=RULE, shown="a column"),
        Case(torch.tensor([0.5, 0.25]), -2.0, rule=RULE),
    ],
    mistakes=[
        Mistake(like=lambda x, factor: x + factor, hint="Times, not plus."),
        Mistake(like=lambda x, factor: x / 0 * factor.missing, hint="A number has no parts."),
        Mistake(
            when=lambda results: all(r is not None and (r < 0).all() for r in results), hint="All of it is negative."
        ),
    ],
)
VECTOR = Value("98.2", "A vector", [1.5, SECRET], "Two numbers.", [Mistake(like=[SECRET, 1.5], hint="The other way.")])
LETTER = Choice("98.3", "A letter", options="ABC", right="C", hints={"A": "No, for A.", "B": "No, for B."})


class Evil:
    """An object that fails, or worse, whatever one does with it."""

    def __getattribute__(self, name: str) -> None:
        raise RuntimeError("do not touch")

    def _fail(self, *_: object) -> None:
        raise RuntimeError("do not touch")

    __repr__ = __str__ = __eq__ = __hash__ = __bool__ = __float__ = __len__ = __iter__ = __array__ = _fail
    __call__ = _fail


class Endless(Evil):
    def __getattribute__(self, name: str) -> None:
        while True:
            pass


class EvilError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("not even this")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "SECONDS", 0.1)


def details(verdict: Verdict) -> dict[str, str]:
    return dict(verdict.details)


def hint(answer: object, exercise: Function | Value | Choice = SCALED) -> str:
    verdict = exercise.judge(answer)
    status = verdict.status
    assert status == NOT_YET
    return details(verdict)["Hint"]


# Verdicts -------------------------------------------------------------------------------------------------------


def test_correct_says_so_and_nothing_else() -> None:
    assert repr(SCALED.judge(_scaled)) == "Exercise 98.1: Correct."


def test_not_yet_says_what_was_tried_what_came_out_what_should_hold_and_a_hint() -> None:
    assert repr(SCALED.judge(lambda x, factor: x + factor)).splitlines() == [
        "Exercise 98.1: Not yet.",
        "Tried: x = [1, 2], factor = 3",
        "Got: [4, 5]",
        f"Should hold: {RULE}",
        "Hint: Times, not plus.",
    ]


def test_first_case_that_fails_is_the_one_told() -> None:
    verdict = SCALED.judge(lambda x, factor: x * factor if factor > 1 else x[:1])
    assert details(verdict)["Tried"] == "a column"
    assert details(verdict)["Got"] == "1"


@pytest.mark.parametrize(
    "answer",
    [
        ...,
        lambda x, factor: ...,
        lambda x, factor: [1.0, ...],
        lambda x, factor: (..., ...),
        lambda x, factor: x * factor if factor > 0 else ...,
    ],
)
def test_function_with_a_placeholder_is_not_attempted(answer: object) -> None:
    verdict = SCALED.judge(answer)
    assert verdict.status == NOT_ATTEMPTED
    assert "Replace the ..." in details(verdict)["Hint"]


@pytest.mark.parametrize("answer", [..., [..., ...], (1.0, ...), [[1.0, ...]], [None, ...], {...}])
def test_value_with_a_placeholder_is_not_attempted(answer: object) -> None:
    assert VECTOR.judge(answer).status == NOT_ATTEMPTED


@pytest.mark.parametrize("answer", [..., "...", " ... "])
def test_letter_with_a_placeholder_is_not_attempted(answer: object) -> None:
    assert LETTER.judge(answer).status == NOT_ATTEMPTED


@pytest.mark.parametrize("status", [CORRECT, NOT_YET, NOT_ATTEMPTED])
def test_page_and_text_say_the_same_words(status: str) -> None:
    verdict = Verdict("03.2", status, (("Got", "<b>1</b> & '2' \"3\""), ("Remark", ""), ("Hint", "Mind\nthe  sign.")))
    page = verdict._repr_html_()
    seen = re.sub(r'<span aria-hidden="true"[^>]*>.</span>', "", page)
    assert len(seen) < len(page)  # the symbol, which readers of screens need not hear
    words = html.unescape(re.sub(r"<[^>]+>", " ", seen)).split()
    assert words == repr(verdict).split()
    assert repr(verdict).splitlines()[0] == f"Exercise 3.2: {status}."
    assert "<b>" not in page
    assert "Remark" not in page
    assert (
        len(re.findall(r"var\(--jp-[\w-]+, #\w{6}\)", page)) == page.count("--jp-") == 2
    )  # each colour of the theme has one for other pages


def test_texts_are_short_and_can_be_printed() -> None:
    verdict = Verdict("03.2", NOT_YET, (("Got", "\ud800\x1b[31m\x00" + "x" * 10**6),))
    assert len(repr(verdict)) < 400
    assert "…" in repr(verdict)
    (repr(verdict) + verdict._repr_html_()).encode("utf-8")
    assert "\x1b" not in repr(verdict)


# General hints --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "words", "got"),
    [
        (lambda x, factor: None, "Is a return missing?", "None"),
        (lambda x, factor: x * math.nan, NAN, "[nan, nan]"),
        (lambda x, factor: x * math.inf, INF, "[inf, inf]"),
        (lambda x, factor: 1 / 0, "stopped with an error", "ZeroDivisionError: division by zero"),
        (lambda x, factor: undefined, "stopped with an error", "NameError: name 'undefined' is not defined"),  # noqa: F821
        (lambda x, factor: sys.exit(), "stopped with an error", "SystemExit: "),
        (lambda x, factor: (_ for _ in ()).throw(KeyboardInterrupt), "stopped with an error", "KeyboardInterrupt: "),
        (lambda x, factor: (_ for _ in ()).throw(EvilError), "stopped with an error", "an error without a message"),
        (lambda x, factor: input("?"), "stopped with an error", "EOFError: a checked function cannot ask for input()"),
        (lambda x, factor: x[0] * factor, "2 numbers wanted, one number given", "3"),
        (lambda x, factor: torch.ones(3, 4), "2 numbers wanted, 12 numbers of the shape (3, 4) given", None),
        (lambda x, factor: [x, x[0]], "2 numbers wanted, 2 parts (2 numbers, one number) given", "([1, 2], 1)"),
        (lambda x, factor: x - factor, NO_MISTAKE_KNOWN, "[-2, -1]"),
        (lambda x: x, "called with 2 arguments", "a function that takes other parameters"),
        (lambda x, factor, more: x, "called with 2 arguments", "a function that takes other parameters"),
        (lambda x, factor: "3", "A number is wanted: leave the quotes out.", "'3'"),
        (lambda x, factor: [x[0], "y" * 99], "leave the quotes out", repr("y" * 20)),
        (lambda x, factor: b"3", "A number, a tensor", "something of the type bytes"),
        (lambda x, factor: {1.0: 2.0}, "A number, a tensor", "something of the type dict"),
        (lambda x, factor: {1.0, 2.0}, "A number, a tensor", "something of the type set"),
        (lambda x, factor: [], "A number, a tensor", "something of the type list"),
        (lambda x, factor: (v for v in x), "A number, a tensor", "something of the type generator"),
        (lambda x, factor: [[1.0, [2.0, 3.0]], 4.0], "A number, a tensor", "a list nested in an irregular way"),
        (lambda x, factor: x * 1j, "A number, a tensor", "something of the type Tensor"),
        (lambda x, factor: np.array(["a"]), "A number, a tensor", "something of the type ndarray"),
        (lambda x, factor: torch.sparse_coo_tensor(size=(2,)).to("meta"), "error", None),
        (_scaled(torch.ones(2), 3.0), "A function is wanted", "something of the type Tensor"),
        (None, "A function is wanted", "something of the type NoneType"),
        (math, "A function is wanted", "something of the type module"),
        (Path, "A function is wanted", "something of the type type"),
        (3.0, "A function is wanted", "something of the type float"),
        ("_scaled", "A function is wanted", "something of the type str"),
        (nn.Linear(2, 1), "stopped with an error", None),
    ],
)
def test_general_hint(answer: object, words: str, got: str | None) -> None:
    assert words in hint(answer)
    assert got in (None, details(SCALED.judge(answer))["Got"])


def test_reference_that_gives_nan_or_inf_makes_them_no_mistake() -> None:
    rules = {"rule": RULE}
    odd = Function("98.4", "Odd", lambda x: torch.log(x), [Case(torch.tensor([-1.0, 0.0, 1.0]), **rules)])
    assert odd.judge(lambda x: [math.nan, -math.inf, 0]).status == CORRECT
    assert hint(lambda x: [math.nan, math.inf, 0], odd) == NO_MISTAKE_KNOWN


def test_recognised_mistake_goes_before_the_general_hint() -> None:
    assert hint(lambda x, factor: factor + x.double()) == "Times, not plus."
    assert hint(lambda x, factor: -torch.ones(2)) == "All of it is negative."
    assert hint(lambda x, factor: x.missing) == "A number has no parts."  # fails with the same class of error


def test_mistake_must_explain_every_case() -> None:
    assert hint(lambda x, factor: x + factor if factor > 1 else x) == NO_MISTAKE_KNOWN


def test_predicate_that_fails_says_no() -> None:
    broken = Function(
        "98.4", "Odd", lambda x: x, [Case(1.0, rule=RULE, holds=lambda t: t[3] > 0)], [Mistake(when=len, hint="")]
    )
    assert hint(lambda x: x, broken) == NO_MISTAKE_KNOWN


def test_predicate_stands_in_for_the_value_where_many_are_right() -> None:
    root = Function("98.4", "A root", math.sqrt, [Case(4.0, rule="It squares to x.", holds=lambda t: bool(t**2 == 4))])
    assert root.judge(lambda x: -2).status == CORRECT
    assert hint(lambda x: 1.0, root) == NO_MISTAKE_KNOWN
    assert hint(lambda x: [2.0, -2.0], root) == NO_MISTAKE_KNOWN  # no shape is asked for
    even = Value("98.4", "An even number", 2, "It is even.", holds=lambda t: bool(t % 2 == 0))
    assert even.judge(8).status == CORRECT
    assert hint(7, even) == NO_MISTAKE_KNOWN


def test_reference_that_fails_makes_nothing_right() -> None:
    broken = Function("98.4", "Broken", lambda x: x / 0, [Case(1.0, rule=RULE)])
    assert broken.judge(lambda x: x / 0).status == NOT_YET


@pytest.mark.parametrize("answer", [[SECRET, 1.5], (SECRET, torch.tensor([1.5]))])
def test_value_knows_its_mistakes(answer: object) -> None:
    assert repr(VECTOR.judge(answer)).splitlines()[1:] == [
        "Got: [9173.25, 1.5]",
        "Should hold: Two numbers.",
        "Hint: The other way.",
    ]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (1.5, "2 numbers wanted, one number given"),
        (None, "Is a return missing?"),
        (lambda: [1.5, SECRET], "A number, a tensor"),
        ([1.5, math.nan], NAN),
        (10**400, "stopped with an error"),
    ],
)
def test_value_has_general_hints(answer: object, words: str) -> None:
    assert words in hint(answer, VECTOR)


# Right in any style ---------------------------------------------------------------------------------------------


class Scale(nn.Module):
    def forward(self, x, factor):
        return nn.Parameter(x) * factor


def recursive(x, factor, i=0):
    return [] if i == len(x) else [float(x[i]) * factor, *recursive(x, factor, i + 1)]


@pytest.mark.parametrize(
    "answer",
    [
        _scaled,
        Scale(),
        torch.mul,
        lambda x, factor: (x * factor).reshape(1, -1, 1),
        lambda x, factor: (x * factor).double(),
        lambda x, factor: (x * factor).half(),
        lambda x, factor: (x * factor).bfloat16(),
        lambda x, factor: x.numpy() * factor,
        lambda x, factor: (x.numpy() * factor).astype(np.float16),
        lambda x, factor: np.array([float(v) * factor for v in x], dtype=np.longdouble),
        lambda x, factor: [v * factor for v in x],
        lambda x, factor: tuple(v.item() * factor for v in x),
        lambda x, factor: [Fraction(v.item()) * Fraction(factor) for v in x],
        lambda *args: args[0] * args[1],
        recursive,
    ],
)
def test_right_answer_passes_in_any_style(answer: object) -> None:
    assert SCALED.judge(answer).status == CORRECT, SCALED.judge(answer)


@pytest.mark.parametrize("answer", [True, 1, 1.0, np.bool_(True), np.uint8(1), torch.tensor([[True]]), [1], ([1.0],)])
def test_number_passes_in_any_wrapping(answer: object) -> None:
    assert Value("98.4", "One", 1, RULE).judge(answer).status == CORRECT


def test_parts_of_different_shapes_are_compared_part_by_part() -> None:
    pair = Value("98.4", "A pair", (torch.ones(3, 2), torch.zeros(3)), RULE)
    assert pair.judge([np.ones((3, 2)), [0, 0, 0]]).status == CORRECT
    assert hint((torch.ones(3, 2), torch.ones(3)), pair) == NO_MISTAKE_KNOWN
    assert "2 parts" in hint(torch.ones(3, 2), pair)


def test_tolerance_is_the_one_that_was_asked_for() -> None:
    one = Value("98.4", "One", 1.0, RULE, rtol=1e-2, atol=0.0)
    assert one.judge(1.009).status == CORRECT
    assert one.judge(1.011).status == NOT_YET
    assert close(read(1e-7), read(0.0), rtol=0.0, atol=1e-6)
    assert not close(read(1e-5), read(0.0), rtol=0.0, atol=1e-6)


def test_arguments_are_fresh_copies_and_changing_them_earns_a_remark() -> None:
    def changing(x, factor):
        return x.mul_(factor)

    for _ in range(2):
        verdict = SCALED.judge(changing)
        assert verdict.status == CORRECT
        assert "changes what it is given" in details(verdict)["Remark"]
    nested = Function("98.4", "Lists", lambda x: x[0][0], [Case([[1.0], np.ones(2)], rule=RULE)])
    assert "changes" in details(nested.judge(lambda x: x.pop(0)[0]))["Remark"]
    assert details(nested.judge(lambda x: x[0][0]))["Remark"] == ""


def test_views_and_kept_arguments_do_no_harm() -> None:
    kept = []

    def keeping(x, factor):
        for old in kept:
            old.zero_()
        kept.append(x)
        x *= factor
        return x[:]

    assert SCALED.judge(keeping).status == CORRECT


# Time -----------------------------------------------------------------------------------------------------------


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


def twice_stubborn(x, factor):
    while True:
        try:
            try:
                while True:
                    pass
            except BaseException:
                pass
        except BaseException:
            pass


def stubborn_at_last(x, factor):
    try:
        forever(x, factor)
    finally:
        forever(x, factor)


def asleep(x, factor):
    time.sleep(1000)


def chatty(x, factor):
    while True:
        print("all work and no play")


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("answer", [forever, stubborn, twice_stubborn, stubborn_at_last, asleep, chatty])
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
@pytest.mark.parametrize("answer", [forever, chatty])
def test_thread_of_a_common_endless_loop_ends(answer: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "STOP_SECONDS", 10.0)  # it takes a few milliseconds, but the machine may be busy
    before = threading.active_count()
    SCALED.judge(answer)
    assert threading.active_count() == before


@pytest.mark.usefixtures("impatient")
def test_time_limit_is_for_all_cases_together() -> None:
    many = Function("98.4", "Slow", lambda x: x, [Case(1.0, rule=RULE)] * 200)
    start = time.monotonic()
    assert "took longer" in hint(lambda x: time.sleep(0.09) or x, many)
    assert time.monotonic() - start < 9  # 0.4 on a machine at rest, and 18 if each case had a limit of its own


@pytest.mark.usefixtures("impatient")
def test_late_answer_with_a_late_reading_is_stopped() -> None:
    hints = [hint(lambda x, factor: Endless()), hint(Endless(), VECTOR), hint(Endless(), LETTER)]
    assert all("took longer" in text for text in hints), hints


def test_time_limit_of_a_check_is_about_five_seconds() -> None:
    assert calls.SECONDS + calls.STOP_SECONDS < 5


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
        call(lambda: forever(0, 0), 10.0)
    assert sys.stdout is out
    assert set(threading.enumerate()) == before


# Whatever is passed ---------------------------------------------------------------------------------------------


def deep(n: int = 10**9) -> int:
    return n and 1 + deep(n - 1)


def itself() -> list:
    inner: list = []
    inner.append(inner)
    return inner


# Made when they are used: the test runner, too, stumbles over some.
ODD = {
    "evil object": Evil,
    "class of evil objects": lambda: Evil,
    "evil error": EvilError,
    "class without a name": lambda: type("Meta", (type,), {"__name__": property(lambda cls: 1 / 0)})("C", (), {}),
    "module": lambda: math,
    "object": object,
    "bytes": lambda: b"bytes",
    "list in itself": itself,
    "dict": lambda: {"a": ...},
    "iterator": lambda: iter([1.0]),
    "array of objects": lambda: np.array([None]),
    "date": lambda: np.datetime64("2026-01-01"),
    "records": lambda: np.zeros(3, dtype="i4,f4"),
    "decimal": lambda: Decimal("1"),
    "huge integer": lambda: 10**5000,
    "long text": lambda: "x" * 10**6,
    "model": lambda: nn.Linear(1, 1),
    "empty tensor": lambda: torch.zeros(0),
    "nan": lambda: math.nan,
    "deep function": lambda: deep,
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("exercise", [SCALED, VECTOR, LETTER], ids=["function", "value", "letter"])
def test_odd_answer_is_not_yet(exercise: Function | Value | Choice, odd: str) -> None:
    verdict = exercise.judge(ODD[odd]())
    assert verdict.status == NOT_YET
    assert details(verdict)["Hint"]
    assert len(repr(verdict)) < 1500


@pytest.mark.parametrize("odd", ODD)
def test_odd_result_is_not_yet(odd: str) -> None:
    result = ODD[odd]()
    assert SCALED.judge(lambda x, factor: result).status == NOT_YET


def test_deep_recursion_is_an_error_like_others() -> None:
    assert "RecursionError" in details(SCALED.judge(lambda x, factor: deep()))["Got"]


@pytest.mark.parametrize("result", [[0.5] * 10**6, torch.zeros(10**6), np.zeros((1000, 1000)), [[0.5] * 1000] * 1000])
def test_large_result_is_shown_in_few_words(result: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "SECONDS", 60.0)  # it takes a fraction of a second, but the machine may be busy
    verdict = SCALED.judge(lambda x, factor: result)
    assert "1000000 numbers" in details(verdict)["Got"]
    assert len(repr(verdict)) < 500


def test_arguments_are_shown_in_few_words() -> None:
    assert in_words(torch.arange(9.0).reshape(3, 3)) == "9 numbers of the shape (3, 3), beginning with 0, 1, 2"
    assert in_words([1.0] * 100) == "[1, 1, 1, 1, 1, 1, 1, 1, …]"
    assert in_words(("a", True, None, math.sin, nn.Linear(1, 1))) == "('a', True, None, sin, Linear)"
    assert in_words(np.float32(0.1)) == "0.1"


def test_right_value_is_never_shown() -> None:
    wrong = [
        lambda x, factor: x + factor,
        lambda x, factor: x[:1] * factor,
        lambda x, factor: (x * factor)[0],
        lambda x, factor: (x * factor).clamp(max=3000.0),
        lambda x, factor: None,
        forever.__name__,
    ]
    for answer in wrong:
        assert str(SECRET) not in repr(SCALED.judge(answer)) + SCALED.judge(answer)._repr_html_()
    for answer in (0, [1.5, 2.0], None, "x", [1.5]):
        assert str(SECRET) not in repr(VECTOR.judge(answer)) + VECTOR.judge(answer)._repr_html_()


# Global settings ------------------------------------------------------------------------------------------------


def test_settings_are_put_back(capsys: pytest.CaptureFixture) -> None:
    def unsettling(x, factor):
        torch.set_default_dtype(torch.float64)
        torch.set_grad_enabled(False)
        torch.manual_seed(5), np.random.seed(5), random.seed(5)  # noqa: NPY002
        warnings.simplefilter("error")
        print("printed")
        print("printed", file=sys.stderr)
        sys.stdout = None
        return x * factor

    def state() -> list:
        seeds = torch.get_rng_state().tolist(), np.random.get_state()[1].tolist(), random.getstate()  # noqa: NPY002
        settings = torch.get_default_dtype(), torch.is_grad_enabled(), list(warnings.filters)
        return [*seeds, *settings, sys.stdout, sys.stderr, input]

    before = state()
    assert SCALED.judge(unsettling).status == CORRECT
    assert state() == before
    assert capsys.readouterr() == ("", "")


def test_warnings_of_an_answer_are_no_errors() -> None:
    assert SCALED.judge(lambda x, factor: warnings.warn("mind", stacklevel=1) or x * factor).status == CORRECT


def test_gradients_work_wherever_the_check_is_called() -> None:
    slope = Function("98.4", "A slope", lambda x: 2 * x, [Case(3.0, rule=RULE)])

    def by_autograd(x):
        point = torch.tensor(x, requires_grad=True)
        return torch.autograd.grad(point**2, point)[0]

    with torch.no_grad():
        assert slope.judge(by_autograd).status == CORRECT
        assert not torch.is_grad_enabled()


def test_chance_gives_the_same_verdict_each_time() -> None:
    shown = {repr(SCALED.judge(lambda x, factor: torch.rand(2) + random.random())) for _ in range(3)}
    assert len(shown) == 1


def test_redefinition_is_judged_anew_and_verdicts_do_not_depend_on_the_order() -> None:
    def answer(x, factor):
        return x + factor

    first = SCALED.judge(answer)

    def answer(x, factor):
        return x * factor

    assert SCALED.judge(answer).status == CORRECT
    assert SCALED.judge(lambda x, factor: x + factor) == first


def test_call_tells_late_from_sys_exit() -> None:
    assert call(sys.exit, 1.0).error is SystemExit
    assert call(lambda: time.sleep(2), 0.05).error is Late


# check ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def with_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    for exercise in (SCALED, VECTOR, LETTER):
        monkeypatch.setitem(helpers.checks.EXERCISES, exercise.id, exercise)


@pytest.mark.usefixtures("with_examples")
def test_check_shows_the_verdict_and_returns_nothing(capsys: pytest.CaptureFixture) -> None:
    assert check("98.1", _scaled) is None
    assert check("98.3", "a") is None
    assert capsys.readouterr().out == "Exercise 98.1: Correct.\nExercise 98.3: Not yet.\nGot: A\nHint: No, for A.\n"


def test_check_of_an_unknown_exercise_says_so(capsys: pytest.CaptureFixture) -> None:
    for number in ("99.9", "", 3.1, None, [], Evil):
        check(number, 1)
        assert "No exercise has this number" in capsys.readouterr().out


@pytest.mark.usefixtures("with_examples")
def test_grading_raises_after_it_has_shown_the_verdict(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(helpers.checks, "GRADING", True)
    for answer in (..., lambda x, factor: x, forever.__name__):
        with pytest.raises(NotCorrectError, match=r"Exercise 98\.1"):
            check("98.1", answer)
        assert "Exercise 98.1: Not" in capsys.readouterr().out
    with pytest.raises(NotCorrectError):
        check("99.9", 1)
    check("98.1", _scaled)
    assert issubclass(NotCorrectError, AssertionError)


def test_grading_is_read_when_the_package_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not helpers.checks.GRADING
    with monkeypatch.context() as patch:
        patch.setenv("NBGRADER_EXECUTION", "autograde")
        assert importlib.reload(helpers.checks).GRADING
        patch.delenv("NBGRADER_EXECUTION")
        assert helpers.checks.GRADING
    assert not importlib.reload(helpers.checks).GRADING
