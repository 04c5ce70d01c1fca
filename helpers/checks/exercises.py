"""The three kinds of exercise: write a function, give a value, choose a letter. Each judges an answer."""

import copy
import functools
import inspect
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from helpers.checks import calls
from helpers.checks.calls import Late, Outcome, call
from helpers.checks.hints import general_hint, result_in_words
from helpers.checks.results import Numbers, Unfinished, Unreadable, close, in_words, read
from helpers.checks.verdicts import CORRECT, NOT_ATTEMPTED, NOT_YET, Verdict

__all__ = ["Case", "Choice", "Function", "Mistake", "Value"]


class Case:
    """Arguments to try a function on.

    Parameters
    ----------
    *args
        Copied afresh for each call.
    rule : str
        What should hold here, in words, without the value that is right.
    holds : callable, optional
        Judges the result, a tensor without dimensions of size 1, where many are right. Without it, the result must be
        that of the exercise's reference.
    shown : str
        The arguments in words, where they say little by themselves.

    Examples
    --------
    >>> Case(2.0, rule="The square of a number is its product with itself.").args
    (2.0,)
    """

    def __init__(self, *args: Any, rule: str, holds: Callable[[Numbers], bool] | None = None, shown: str = "") -> None:
        self.args, self.rule, self.holds, self.shown = args, rule, holds, shown


@dataclass(frozen=True)
class Mistake:
    """A classic error and the hint against it.

    Parameters
    ----------
    hint : str
        What to look at; it does not give the answer away.
    like : callable or value, optional
        Makes the error: an answer is recognised if it gives the same as ``like`` in all cases.
    when : callable, optional
        Recognises the error from the list of results, where no single implementation does. A case without a result
        has ``None`` there.

    Examples
    --------
    >>> Mistake(like=lambda x: x * 2, hint="The square of x is not its double.").hint
    'The square of x is not its double.'
    """

    hint: str
    like: Any = None
    when: Callable[[list[Numbers | None]], bool] | None = None


@dataclass(frozen=True)
class _Exercise:
    id: str
    title: str

    def _verdict(self, status: str, *details: tuple[str, str]) -> Verdict:
        return Verdict(self.id, status, details)

    def _not_attempted(self) -> Verdict:
        return self._verdict(NOT_ATTEMPTED, ("Hint", "Replace the ... in the cell above, run it, then run this one."))


@dataclass(frozen=True)
class Function(_Exercise):
    """The answer is a function, called in several cases.

    Parameters
    ----------
    id, title : str
        Such as ``"03.2"``, and the title as in the notebook.
    reference : callable
        The function that is right. The names of its parameters are those of the task.
    cases : sequence of Case
    mistakes : sequence of Mistake
        The first that fits gives its hint.
    rtol, atol : float
        How close a result must be, relative and absolute.

    Examples
    --------
    >>> rule = "The square of a number is its product with itself."
    >>> doubled = Mistake(like=lambda x: 2 * x, hint="The square of x is not its double.")
    >>> square = Function("99.1", "Squares", lambda x: x * x, [Case(3.0, rule=rule)], [doubled])
    >>> square.judge(lambda x: x**2)
    Exercise 99.1: Correct.
    >>> square.judge(lambda x: x + x)
    Exercise 99.1: Not yet.
    Tried: x = 3
    Got: 6
    Should hold: The square of a number is its product with itself.
    Hint: The square of x is not its double.
    """

    reference: Callable[..., Any]
    cases: Sequence[Case]
    mistakes: Sequence[Mistake] = ()
    rtol: float = 1e-4
    atol: float = 1e-6

    def judge(self, answer: Any) -> Verdict:
        """Return the verdict on a function, or on whatever else was given."""
        got = self._outcomes(answer, time.monotonic() + calls.SECONDS)
        if any(outcome.error is Unfinished for outcome in got):
            return self._not_attempted()
        for case, outcome, right in zip(self.cases, got, self._wanted, strict=True):
            if not self._holds(case, outcome, right):
                return self._verdict(
                    NOT_YET,
                    ("Tried", case.shown or self._arguments(case)),
                    ("Got", result_in_words(outcome)),
                    ("Should hold", case.rule),
                    ("Hint", self._hint(got) or general_hint(outcome, None if case.holds else right.value)),
                )
        changes = any(outcome.changed for outcome in got)
        remark = "Your function changes what it is given. Here it got copies; elsewhere that surprises its caller."
        return self._verdict(CORRECT, ("Remark", remark if changes else ""))

    def _outcomes(self, function: Any, end: float | None = None) -> list[Outcome]:
        """Call the function in each case; after one that was late, the others are not tried."""
        outcomes: list[Outcome] = []
        for case in self.cases:
            if not outcomes or outcomes[-1].error is not Late:
                seconds = None if end is None else end - time.monotonic()
                outcome = call(functools.partial(_apply, function, case.args), seconds)
                if not outcome.error:
                    outcome = replace(outcome, value=outcome.value[0], changed=outcome.value[1])
            outcomes.append(outcome)
        return outcomes

    @functools.cached_property
    def _wanted(self) -> list[Outcome]:
        return self._outcomes(self.reference)

    @functools.cached_property
    def _mistaken(self) -> list[list[Outcome]]:
        """The outcomes of each mistake; none of one that is recognised in another way."""
        return [[] if mistake.when else self._outcomes(mistake.like) for mistake in self.mistakes]

    def _holds(self, case: Case, outcome: Outcome, right: Outcome) -> bool:
        if outcome.error or not case.holds:
            return not outcome.error and self._same(outcome, right)
        return call(lambda: bool(case.holds(outcome.value)), calls.SECONDS).value is True

    def _same(self, left: Outcome, right: Outcome) -> bool:
        if left.error or right.error:
            return left.error is right.error
        return close(left.value, right.value, rtol=self.rtol, atol=self.atol)

    def _hint(self, got: list[Outcome]) -> str:
        """Return the hint of the first mistake that explains all results; empty if none does."""
        results = [outcome.value for outcome in got]
        for mistake, outcomes in zip(self.mistakes, self._mistaken, strict=True):
            if mistake.when:
                fits = call(lambda when=mistake.when: bool(when(results)), calls.SECONDS).value is True
            else:
                fits = all(map(self._same, got, outcomes))
            if fits:
                return mistake.hint
        return ""

    def _arguments(self, case: Case) -> str:
        names = inspect.signature(self.reference).parameters
        return ", ".join(f"{name} = {in_words(value)}" for name, value in zip(names, case.args, strict=False))


def _apply(function: Any, args: tuple) -> tuple[Numbers, bool]:
    """Return the result for copies of the arguments, and whether the copies were changed."""
    if function is ...:
        raise Unfinished
    if isinstance(function, type) or not callable(function):
        what = f"something of the type {type(function).__name__}"
        raise Unreadable(what, "A function is wanted: give check its name alone, without brackets after it.")
    try:
        inspect.signature(function).bind(*args)
    except TypeError:
        what = "a function that takes other parameters"
        raise Unreadable(what, f"It is called with {len(args)} arguments, in the task's order.") from None
    except ValueError:  # some functions written in C do not tell their parameters
        pass
    given = copy.deepcopy(args)
    result = read(function(*given))
    return result, not _equal(given, args)


def _equal(left: Any, right: Any) -> bool:
    """Compare numbers, arrays and lists; models and the like may change."""
    if isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(_equal, left, right))
    if isinstance(right, torch.Tensor | np.ndarray):
        return left.shape == right.shape and bool((left == right).all())
    return not isinstance(right, int | float | str) or left == right


@dataclass(frozen=True)
class Value(_Exercise):
    """The answer is a number, or several.

    Parameters
    ----------
    id, title : str
    expected : number, tensor, or list or tuple of those
    rule : str
        What should hold, in words, without the value that is right.
    mistakes : sequence of Mistake
        With ``like`` a wrong value; ``when`` gets a list of one result.
    rtol, atol : float
    holds : callable, optional
        Judges the answer where many are right; ``expected`` is then one of them.

    Examples
    --------
    >>> rule = "One step goes against the slope."
    >>> step = Value("99.2", "A step", -0.5, rule, [Mistake(like=0.5, hint="This climbs.")])
    >>> step.judge(torch.tensor([-0.5]))
    Exercise 99.2: Correct.
    >>> step.judge(0.5)
    Exercise 99.2: Not yet.
    Got: 0.5
    Should hold: One step goes against the slope.
    Hint: This climbs.
    """

    expected: Any
    rule: str
    mistakes: Sequence[Mistake] = ()
    rtol: float = 1e-3
    atol: float = 1e-6
    holds: Callable[[Numbers], bool] | None = None

    def judge(self, answer: Any) -> Verdict:
        """Return the verdict on a value, whatever it is."""
        # A value is what a function without parameters gives.
        function = Function(
            self.id,
            self.title,
            reference=lambda: self.expected,
            cases=[Case(rule=self.rule, holds=self.holds)],
            mistakes=[replace(mistake, like=lambda like=mistake.like: like) for mistake in self.mistakes],
            rtol=self.rtol,
            atol=self.atol,
        )
        return function.judge(lambda: answer)


@dataclass(frozen=True)
class Choice(_Exercise):
    """The answer is the letter of one of several statements.

    Parameters
    ----------
    id, title : str
    options : str
        The letters, such as ``"ABCD"``.
    right : str
        One of them.
    hints : dict of letter to str
        A hint for each of the others.

    Examples
    --------
    >>> colour = Choice("99.3", "A colour", options="AB", right="B", hints={"A": "Look at the key."})
    >>> colour.judge("b)")
    Exercise 99.3: Correct.
    >>> colour.judge("A")
    Exercise 99.3: Not yet.
    Got: A
    Hint: Look at the key.
    """

    options: str
    right: str
    hints: Mapping[str, str]

    def judge(self, answer: Any) -> Verdict:
        """Return the verdict on a letter, or on whatever else was given."""
        outcome = call(lambda: self._letter(answer), calls.SECONDS)
        if outcome.error is Unfinished:
            return self._not_attempted()
        if outcome.error:
            return self._verdict(NOT_YET, ("Got", result_in_words(outcome)), ("Hint", general_hint(outcome, None)))
        if outcome.value != self.right:
            return self._verdict(NOT_YET, ("Got", outcome.value), ("Hint", self.hints[outcome.value]))
        return self._verdict(CORRECT)

    def _letter(self, answer: Any) -> str:
        if answer is ... or (isinstance(answer, str) and answer.strip() == "..."):
            raise Unfinished
        letter = (
            re.fullmatch(r"\s*\(?([a-z])[).:]?\s*", answer, flags=re.IGNORECASE) if isinstance(answer, str) else None
        )
        if not letter or letter[1].upper() not in self.options:
            what = repr(answer[:20]) if isinstance(answer, str) else f"something of the type {type(answer).__name__}"
            raise Unreadable(
                what, f'Give one letter of {", ".join(self.options)} in quotes, such as "{self.options[0]}".'
            )
        return letter[1].upper()
