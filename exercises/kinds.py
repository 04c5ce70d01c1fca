"""The three kinds of exercise: write a function, give a value, choose a letter. Each judges an answer."""

import functools
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from exercises import calls
from exercises.calls import Outcome, call
from exercises.hints import (
    GENERAL,
    SOME,
    as_if_hint,
    error_hint,
    form_hint,
    part_hint,
    relation,
    result_in_words,
    side_hint,
    unused_hint,
    where_hint,
)
from exercises.results import Numbers, Unfinished, Unreadable, close, in_words, parts_of, read
from exercises.verdicts import CORRECT, NOT_ATTEMPTED, NOT_YET, Verdict

N_DRAWS = 40  # random inputs for each function, the same ones every time


class Case:
    """Arguments to try a function on, chosen by hand.

    ``rule`` says what should hold there, where the exercise's own says too little; ``hint`` what to look at if all
    inputs without one come out right; ``shown`` the arguments in words, where they say little by themselves.
    """

    def __init__(self, *args: Any, rule: str = "", hint: str = "", shown: str = "") -> None:
        self.args, self.rule, self.hint, self.shown = args, rule, hint, shown


class Draw:
    """Random inputs of few digits, so that a failing one is easy to read; the same for the same seed.

    >>> Draw(3).numbers(2, low=0, high=9)
    tensor([0.3000, 2.6000], dtype=torch.float64)
    """

    def __init__(self, seed: int) -> None:
        self._generator = torch.Generator().manual_seed(seed)

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``, both included."""
        return int(torch.randint(low, high + 1, (), generator=self._generator))

    def numbers(self, *shape: int, low: float = -3.0, high: float = 3.0) -> Tensor:
        """Return numbers with one digit behind the point, float64."""
        uniform = torch.rand(*shape, generator=self._generator, dtype=torch.float64)
        return ((low + (high - low) * uniform) * 10).round() / 10

    def number(self, low: float = -3.0, high: float = 3.0) -> float:
        return self.numbers(1, low=low, high=high).item()

    def classes(self, *shape: int, n_classes: int = 2) -> Tensor:
        """Return class indices, int64."""
        return torch.randint(0, n_classes, shape, generator=self._generator)

    def one_of(self, *options: Any) -> Any:
        return options[self.whole(0, len(options) - 1)]

    def labels(self, *shape: int) -> Tensor:
        """Return labels 0 or 1, float64."""
        return self.classes(*shape).double()


def _as_it_is(numbers: Tensor) -> Tensor:
    return numbers


@dataclass(frozen=True, eq=False)
class Function:
    """A function to write.

    ``right`` is the reference, with the parameters of the task. ``inputs`` draws random arguments for it. ``wrong``
    maps hints to wrong answers: an answer that gives the same as one of these for all inputs gets its hint; the first
    that fits wins. ``rule`` says what should hold, without the value that is right. ``parts`` names the parts of a
    result, ``errors`` has hints for errors that are special here, by a pattern of their message.

    >>> square = Function(
    ...     "99.1", "Squares",
    ...     rule="The square of a number is its product with itself.",
    ...     right=lambda x: x * x,
    ...     inputs=lambda draw: (draw.number(),),
    ...     cases=[Case(3.0)],
    ...     wrong={"The square of x is not its double.": lambda x: 2 * x},
    ... )
    >>> square.judge(lambda x: x**2)
    Exercise 99.1: Correct.
    >>> square.judge(lambda x: x + x)
    Exercise 99.1: Not yet.
    Tried: x = 3
    Got: 6
    Should hold: The square of a number is its product with itself.
    Hint: The square of x is not its double.
    """

    id: str
    title: str
    rule: str
    right: Callable[..., Any]
    inputs: Callable[[Draw], tuple]
    wrong: Mapping[str, Callable[..., Any]]
    cases: Sequence[Case] = ()
    parts: Sequence[str] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    rtol: float = 1e-4
    atol: float = 1e-6
    dtype: torch.dtype | None = None  # of floating arguments; left out, the default one of the moment
    form: Callable[[Tensor], Tensor] = _as_it_is  # brings results that count as equal into one form

    def judge(self, answer: Any) -> Verdict:
        """Return the verdict on a function, or on whatever else was given."""
        tried = self.tried
        got, wanted = self.call(answer, self.arguments, calls.SECONDS), self.outcomes(self.right)
        if any(outcome.unfinished for outcome in got):
            return _not_attempted(self.id)
        fails = [i for i in range(len(tried)) if not self.same(got[i], wanted[i])]
        if not fails:
            remark = "Your function changes what it is given. Here it got copies; elsewhere that surprises its caller."
            changes = any(outcome.changed for outcome in got)
            return Verdict(self.id, CORRECT, (("Printed", got[0].printed), ("Remark", remark if changes else "")))
        # A case chosen by hand comes first; of the random inputs, the one that is shortest to read.
        worst = fails[0] if fails[0] < len(self.cases) else min(fails, key=lambda i: len(self._in_words(tried[i])))
        details = (
            ("Tried", self._in_words(tried[worst])),
            ("Got", result_in_words(got[worst])),
            ("Printed", got[worst].printed),
            ("Should hold", tried[worst].rule or self.rule),
            ("Hint", self._hint(answer, got, fails, worst)),
        )
        return Verdict(self.id, NOT_YET, details)

    @functools.cached_property
    def tried(self) -> list[Case]:
        """The cases chosen by hand, then the random ones."""
        return [*self.cases, *(Case(*self.inputs(Draw(seed))) for seed in range(N_DRAWS))]

    @property
    def arguments(self) -> list[tuple]:
        return [case.args for case in self.tried]

    def call(self, function: Any, arguments: Sequence[tuple], seconds: float | None = None) -> list[Outcome]:
        """Call a function with arguments of the dtype that the exercise has."""
        return call(function, arguments, seconds, self.dtype)

    def outcomes(self, function: Callable[..., Any]) -> list[Outcome]:
        """Return what a function of ours gives for all inputs."""
        return _outcomes(self, function, torch.get_default_dtype())

    def same(self, left: Outcome, right: Outcome) -> bool:
        if left.value is None or right.value is None:
            return _kind(left) == _kind(right)
        return self._close(left.value, right.value)

    def _close(self, left: Numbers, right: Numbers) -> bool:
        left, right = (tuple(map(self.form, parts_of(numbers))) for numbers in (left, right))
        return close(left, right, self.rtol, self.atol)

    def _hint(self, answer: Any, got: list[Outcome], fails: list[int], worst: int) -> str:
        seen = got[worst]
        if seen.hint:
            return seen.hint
        for hint, function in self.wrong.items():
            if all(map(self.same, got, self.outcomes(function))):
                return hint
        if all(self.tried[i].hint for i in fails):
            return self.tried[worst].hint
        if seen.late:
            return f"It took longer than {calls.SECONDS:g} seconds and was stopped. Does every loop end?"
        if seen.error:
            return error_hint(seen, self.errors)
        return form_hint(seen.value, self.outcomes(self.right)[worst].value) or self._seen(answer, got, fails)

    def _seen(self, answer: Any, got: list[Outcome], fails: list[int]) -> str:
        """Return what the results show when they are compared with the right ones, over all inputs."""
        there = [i for i, outcome in enumerate(got) if outcome.value is not None]
        arguments = [self.tried[i].args for i in there]
        results, rights = [got[i].value for i in there], [self.outcomes(self.right)[i].value for i in there]
        names = list(inspect.signature(self.right).parameters)
        tensors = [[a for a in args if isinstance(a, Tensor) and a.ndim] for args in arguments]
        sizes = [len(given[0]) for given in tensors if given]
        return (
            part_hint(self.parts, results, rights, self._close)
            or relation(results, rights, sizes if len(sizes) == len(there) else [], self._close)
            or as_if_hint(self.call, self.right, names, arguments, results, self._close)
            or unused_hint(self.call, answer, self.right, names, arguments[-12:], self._close)
            or where_hint(names, arguments, [i not in fails for i in there])
            or side_hint(results, rights) + (SOME if len(got) - len(fails) > 9 else GENERAL)
        )

    def _in_words(self, case: Case) -> str:
        names = inspect.signature(self.right).parameters
        shown = ", ".join(f"{name} = {in_words(value)}" for name, value in zip(names, case.args, strict=False))
        return case.shown or shown


@functools.cache
def _outcomes(exercise: Function, function: Callable[..., Any], _dtype: torch.dtype) -> list[Outcome]:
    """Call a function of ours, once for each default dtype, which the arguments follow."""
    return exercise.call(function, exercise.arguments)


def _kind(outcome: Outcome) -> str:
    """Return what two errors must share to be the same: their class and message, whatever numbers are in it."""
    return "late" if outcome.late else re.sub(r"\d+", "0", outcome.error)


@dataclass(frozen=True)
class Value:
    """A number to give, or several.

    ``rule`` says what should hold, without the value that is right. ``wrong`` maps wrong values to hints, ``parts``
    names the numbers where there are several. ``form`` brings answers that count as equal into one form.

    >>> wrong = {0.5: "This climbs."}
    >>> step = Value("99.2", "A step", -0.5, "One step goes against the slope.", wrong)
    >>> step.judge(torch.tensor([-0.5]))
    Exercise 99.2: Correct.
    >>> step.judge(0.5)
    Exercise 99.2: Not yet.
    Got: 0.5
    Should hold: One step goes against the slope.
    Hint: This climbs.
    """

    id: str
    title: str
    expected: Any
    rule: str
    wrong: Mapping[Any, str]
    parts: Sequence[str] = ()
    rtol: float = 1e-3
    form: Callable[[Tensor], Tensor] = _as_it_is

    def judge(self, answer: Any) -> Verdict:
        """Return the verdict on a value, whatever it is."""
        (outcome,) = call(lambda: answer, [()], calls.SECONDS)
        if outcome.unfinished:
            return _not_attempted(self.id)
        if outcome.value is not None and self._same(outcome.value, read(self.expected), self.rtol):
            return Verdict(self.id, CORRECT)
        details = (("Got", result_in_words(outcome)), ("Should hold", self.rule), ("Hint", self._hint(outcome)))
        return Verdict(self.id, NOT_YET, details)

    def _same(self, got: Numbers, wanted: Numbers, rtol: float) -> bool:
        if not isinstance(got, Tensor) or got.shape != wanted.shape:
            return False
        return close(self.form(got), self.form(wanted), rtol, 1e-6)

    def _hint(self, outcome: Outcome) -> str:
        if outcome.hint or outcome.error:
            return outcome.hint or error_hint(outcome, {})
        got, wanted = outcome.value, read(self.expected)
        for value, hint in self.wrong.items():
            if self._same(got, read(value), self.rtol):
                return hint
        if shape := form_hint(got, wanted):
            return shape
        if not isinstance(self.expected, int) and self._same(got, wanted, 0.05):
            return "Nearly. Are there enough digits, and is the last one rounded?"
        for value, hint in self.wrong.items():
            if self._same(got, read(value), 0.02):
                return hint
        same = functools.partial(self._same, rtol=self.rtol)
        return part_hint(self.parts, [got], [wanted], same) or relation([got], [wanted], [], same) or GENERAL


@dataclass(frozen=True)
class Choice:
    """One of several statements to choose, by its letter; ``hints`` has one for each of the wrong letters.

    >>> colour = Choice("99.3", "A colour", right="B", hints={"A": "Look at the key."})
    >>> colour.judge("b)")
    Exercise 99.3: Correct.
    >>> colour.judge("A")
    Exercise 99.3: Not yet.
    Got: A
    Hint: Look at the key.
    """

    id: str
    title: str
    right: str
    hints: Mapping[str, str]

    def judge(self, answer: Any) -> Verdict:
        """Return the verdict on a letter, or on whatever else was given."""
        letters = sorted([self.right, *self.hints])
        (outcome,) = call(lambda: _place_of(answer, letters), [()], calls.SECONDS)
        if outcome.unfinished:
            return _not_attempted(self.id)
        if outcome.value is None:
            hint = outcome.hint or error_hint(outcome, {})
            return Verdict(self.id, NOT_YET, (("Got", result_in_words(outcome)), ("Hint", hint)))
        letter = letters[int(outcome.value)]
        if letter == self.right:
            return Verdict(self.id, CORRECT)
        return Verdict(self.id, NOT_YET, (("Got", letter), ("Hint", self.hints[letter])))


def _place_of(answer: Any, letters: list[str]) -> int:
    """Return which of the letters was given, in any of the ways that people write one."""
    if answer is ... or (isinstance(answer, str) and answer.strip() == "..."):
        raise Unfinished
    found = re.fullmatch(r"\s*\(?([a-z])[).:]?\s*", answer, re.IGNORECASE) if isinstance(answer, str) else None
    if not found or found[1].upper() not in letters:
        what = repr(answer[:20]) if isinstance(answer, str) else f"something of the type {type(answer).__name__}"
        raise Unreadable(what, f'Give one letter of {", ".join(letters)} in quotes, such as "{letters[0]}".')
    return letters.index(found[1].upper())


def _not_attempted(exercise: str) -> Verdict:
    hint = "Replace the ... in the cell above, run it, then run this one."
    return Verdict(exercise, NOT_ATTEMPTED, (("Hint", hint),))
