"""What can be said of a wrong result that no known wrong answer gives: what was seen, not what was meant."""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from exercises import calls
from exercises.calls import Outcome
from exercises.results import Numbers, in_words, parts_of, shape_in_words

Same = Callable[[Numbers, Numbers], bool]
Call = Callable[..., list[Outcome]]

SOME = "Some inputs come out right. What sets this one apart from them?"
GENERAL = "Work this one out by hand, step by step, and compare each step with yours."
NAN = "nan is not a number: look for 0/0, inf/inf, inf − inf, or the root or log of a negative number."
INF = "inf is too large for a float: look for a division by 0, log 0, or exp of a large number."

# Errors by what their message says and, where that is not enough, by what stands in the line they came from.
ERRORS = {
    (r"leaf Variable that requires grad.*in-place", ""): "Autograd watches this tensor: change it within no_grad().",
    (
        r"does not require grad and does not have a grad_fn",
        "",
    ): "backward() found nothing that autograd watches: is it a number, or detached? Or did w = w − … replace it?",
    (r"'NoneType' object has no attribute 'zero_'", ""): "There is no gradient to clear yet: .grad is None here.",
    (
        r"'NoneType'",
        r"grad",
    ): ".grad is None in this line. backward() fills it, for tensors made with requires_grad=True.",
    (
        r"'Tensor' object has no attribute 'zero_grad'",
        "",
    ): "zero_grad() belongs to optimizers; a tensor has .grad.zero_().",
    (r"'function' object has no attribute", ""): "This is a function. Call it first, with brackets behind its name.",
    (r"'float' object has no attribute 'backward'", ""): "A plain number has no backward(): it takes a tensor.",
    (
        r"can be implicitly created only for scalar",
        "",
    ): "backward() starts from one number: is a mean or a sum missing?",
    (
        r"backward through the graph a second time",
        "",
    ): "backward() frees what it used: compute the loss anew each time.",
    (
        r"(shape|size).*(multiplied|must match|mismatch)|inconsistent tensor",
        "",
    ): "The shapes of two tensors do not fit: print them.",
    (
        r"[Oo]nly (one element|integer) tensors|single element|Boolean value of Tensor",
        "",
    ): "A tensor of several numbers stands where one number, or one True or False, is needed.",
    (r"math domain error|expected a (nonnegative|positive)", ""): "math refuses this argument: is it the log of 0 or "
    "less, or the root of a negative number?",
    (r"OverflowError", ""): "The result is too large for a float: which power of e is taken here?",
    (r"ZeroDivisionError", ""): "Something is divided by 0. For which input can that be?",
    (r"NameError", ""): "This name is unknown here: is it spelled as in the task, and defined before it is used?",
    (
        r"same dtype|expected scalar type",
        "",
    ): "Two tensors have different dtypes: make new ones in the dtype of those given.",
    (
        r"must be Tensor, not|'(float|int)' object has no attribute",
        "",
    ): "A plain number stands where a tensor is needed: torch.tensor(…) makes one of it.",
    (
        r"positional argument",
        "",
    ): "Something is called with other arguments than it takes: is it the function you meant?",
    (r"out of (range|bounds)|IndexError", ""): "An index points beyond the last entry: count from 0.",
    (r"unsupported operand", ""): "Two things of different kinds meet here: print both, and their types.",
}

FACTORS = {
    -1.0: "The size is right, the sign is the opposite.",
    2.0: "This is twice what is right: is there a factor 2 too many?",
    0.5: "This is half of what is right: is a factor 2 missing?",
    100.0: "This is in per cent.",
    -2.0: "This is twice too large, and has the opposite sign.",
    -0.5: "This is half as large as it should be, and has the opposite sign.",
    1 / math.log(2): "The base of the logarithm is 2 here. The natural one is meant.",
    1 / math.log(10): "The base of the logarithm is 10 here. The natural one is meant.",
}
FORMS: dict[str, Callable[[Tensor], Tensor]] = {
    "the square root of what is right": torch.sqrt,
    "the square of what is right": torch.square,
    "the absolute value of what is right": torch.abs,
    "1 minus what is right": lambda right: 1 - right,
    "1 divided by what is right": torch.reciprocal,
    "e to the power of what is right": torch.exp,
    "the log of what is right": torch.log,
    "minus the log of what is right": lambda right: -right.log(),
    "the sigmoid of what is right": torch.sigmoid,
}


def error_hint(outcome: Outcome, errors: Mapping[str, str]) -> str:
    """Return what helps against an error; ``errors`` of the exercise, by pattern, come before the common ones."""
    for (pattern, line), hint in [*(((pattern, ""), hint) for pattern, hint in errors.items()), *ERRORS.items()]:
        if re.search(pattern, outcome.error) and re.search(line, outcome.line):
            return hint
    return (
        "It stopped with this error. Call it with these arguments in a cell of your own, and print what comes before."
    )


def form_hint(got: Numbers, wanted: Numbers) -> str:
    """Return what is wrong with one result before its size matters: nan, inf, or the shape; empty if nothing is."""
    for odd, hint in ((torch.isnan, NAN), (torch.isinf, INF)):
        if any(odd(part).any() for part in parts_of(got)) and not any(odd(part).any() for part in parts_of(wanted)):
            return hint
    given, asked = shape_in_words(got), shape_in_words(wanted)
    if given == asked:
        return ""
    hint = f"The shape differs: {asked} wanted, {given} given (sizes of 1 do not count)."
    square = isinstance(got, Tensor) and isinstance(wanted, Tensor) and got.shape == 2 * wanted.shape[:1] != ()
    return f"{hint} Does a column meet a row somewhere?" if square else hint


def relation(got: Sequence[Tensor], wanted: Sequence[Tensor], sizes: Sequence[int], same: Same) -> str:
    """Return how all results are related to the right ones, in the same way for each input; empty if they are not.

    ``sizes`` holds the number of samples of each input, or is empty.
    """
    if any(isinstance(numbers, tuple) for numbers in (*got, *wanted)):
        return ""

    def always(of_right: Callable[[Tensor, int], Tensor]) -> bool:
        rights = zip(wanted, sizes or [0] * len(wanted), strict=True)
        return all(same(g, of_right(w, n)) for g, (w, n) in zip(got, rights, strict=True))

    for factor, hint in FACTORS.items():
        if always(lambda w, _, factor=factor: factor * w):
            return hint
    if len(set(sizes)) > 1:
        if always(lambda w, n: n * w):
            return "This is n times what is right, with n samples: perhaps a sum in place of a mean?"
        if always(lambda w, n: w / n):
            return "This is what is right divided by n, the number of samples: perhaps divided once too often?"
    for name, form in FORMS.items():
        # A sigmoid of large numbers is 1, whatever they are: that says nothing.
        tells = not all(same(form(w), form(1.2 * w)) for w in wanted)
        if tells and always(lambda w, _, form=form: form(w)):
            return f"This is {name}."
    if wanted[0].ndim and always(lambda w, _: w.flip(0)):
        return "The right numbers, in the opposite order."
    if len(got) > 2 and not all(same(w, wanted[0]) for w in wanted):
        if all(same(g, got[0]) for g in got):
            return "This is the same number for every input that was tried."
        first = next((i for i, w in enumerate(wanted) if w.abs().max() > 1e-3), 0)
        factor = (got[first].flatten() / wanted[first].flatten())[wanted[first].abs().argmax()]
        if factor.abs() > 1e-3 and (factor - 1).abs() > 1e-2 and always(lambda w, _: factor * w):
            return f"This is always {factor:.3g} times what is right: a factor is missing, or one too many."
    return ""


def part_hint(names: Sequence[str], got: Sequence[Numbers], wanted: Sequence[Numbers], same: Same) -> str:
    """Return which of the named parts of the results are right, and what is seen of a single wrong one."""
    rows = [
        [r if isinstance(r, tuple) else r.reshape(len(r) if r.ndim else 1, -1) for r in results]
        for results in (got, wanted)
    ]
    if names and all(len(row) == len(names) for results in rows for row in results):
        of_got, of_wanted = (list(zip(*results, strict=True)) for results in rows)

        def equal(i: int, j: int) -> bool:
            return all(same(g, w) for g, w in zip(of_got[i], of_wanted[j], strict=True))

        order = range(len(names))
        if len(names) > 1 and all(equal(i, order[-1 - i]) for i in order) and not all(equal(i, i) for i in order):
            return f"These are in the wrong order: it is {', then '.join(names)}."
        right = [name for i, name in enumerate(names) if equal(i, i)]
        wrong = [i for i, name in enumerate(names) if name not in right]
        if right and wrong:
            seen = relation(of_got[wrong[0]], of_wanted[wrong[0]], [], same) if len(wrong) == 1 else ""
            look = f"Look at {' and '.join(names[i] for i in wrong)}."
            return f"{' and '.join(right)} {'is' if len(right) == 1 else 'are'} right. {look} {seen}".strip()
    return ""


def as_if_hint(
    call: Call, right: Callable, names: Sequence[str], tried: Sequence[tuple], got: Sequence[Numbers], same: Same
) -> str:
    """Return what the answer would be right for: another value of one argument, or two arguments exchanged."""
    for words, change in _changes(names, tried[0]):
        changed = [change(args) for args in tried]
        if all(
            outcome.value is not None and same(g, outcome.value)
            for args, g in zip(changed, got, strict=True)
            for outcome in call(right, [args])
        ):
            return f"The result is what comes out {words}"
    return ""


def _changes(names: Sequence[str], args: tuple) -> Iterator[tuple[str, Callable[[tuple], tuple]]]:
    """Yield ways to change arguments like these, and what to say of each."""

    def at(i: int, new: Callable[[Any], Any]) -> Callable[[tuple], tuple]:
        return lambda args: (*args[:i], new(args[i]), *args[i + 1 :])

    def swap(i: int, j: int) -> Callable[[tuple], tuple]:
        return lambda args: tuple(args[{i: j, j: i}.get(k, k)] for k in range(len(args)))

    for i, (name, value) in enumerate(zip(names, args, strict=False)):
        if type(value) is int:
            yield f"with {name} larger by 1: one too many.", at(i, lambda v: v + 1)
            yield f"with {name} smaller by 1: one too few.", at(i, lambda v: v - 1)
            yield f"with {name} = 1, whatever it is: does the return stand inside a loop?", at(i, lambda _: 1)
        if type(value) is float:
            yield f"with the opposite sign of {name}.", at(i, lambda v: -v)
            yield f"with {name} = 0, whatever it is: is it used?", at(i, lambda _: 0.0)
            yield f"with {name} = 1, whatever it is: is it used?", at(i, lambda _: 1.0)
            yield f"with twice the {name}.", at(i, lambda v: 2 * v)
            yield f"with half the {name}.", at(i, lambda v: v / 2)
            yield f"with the square of {name}: is it used twice?", at(i, lambda v: v * v)
        for j in range(i + 1, len(args)):
            if type(args[j]) is type(value):
                yield f"with {name} and {names[j]} exchanged.", swap(i, j)


def unused_hint(
    call: Call, answer: Any, right: Callable, names: Sequence[str], tried: Sequence[tuple], same: Same
) -> str:
    """Return which argument changes the right result but not the answer's."""
    for i, name in enumerate(names[: len(tried[0])]):
        changed = [(*args[:i], _other(args[i]), *args[i + 1 :]) for args in tried]
        runs = [call(function, both, calls.SECONDS) for function in (answer, right) for both in (tried, changed)]
        if any(outcome.value is None for outcomes in runs for outcome in outcomes):
            continue
        moves = [not all(same(a.value, b.value) for a, b in zip(*pair, strict=True)) for pair in (runs[:2], runs[2:])]
        if moves == [False, True]:
            return f"The result does not change with {name}. Is it used?"
    return ""


def _other(value: Any) -> Any:
    """Return another value of the same kind."""
    if isinstance(value, Tensor):
        if not value.is_floating_point():
            return value.max() - value
        if bool(((value == 0) | (value == 1)).all()):
            return 1 - value
        return 0.9 - 0.8 * value**2 if bool(((value > 0) & (value < 1)).all()) else 0.3 - 1.7 * value**2 - value
    return value + 1 if isinstance(value, int | float) else value


def where_hint(names: Sequence[str], tried: Sequence[tuple], right: Sequence[bool]) -> str:
    """Return a property of the arguments that tells the inputs with right results from the others."""
    if sum(right) < 3:
        return ""
    rows = [[p for pair in zip(names, args, strict=False) for p in _properties(*pair)] for args in tried]
    for words in dict.fromkeys(words for row in rows for words in row):
        has = [words in row for row in rows]
        if has == list(right):
            return f"It comes out right only where {words}. What is special there?"
        if not any(h and r for h, r in zip(has, right, strict=True)) and 3 * sum(has) > len(right) - sum(right):
            if all(h or r for h, r in zip(has, right, strict=True)):
                return f"It goes wrong wherever {words}, and only there."
            return f"It goes wrong wherever {words}, and in some other places."
        if all(h or r for h, r in zip(has, right, strict=True)) and 2 * sum(has) < len(has):
            return f"It goes wrong only where {words}, though not always there."
    return ""


def _properties(name: str, value: Any) -> list[str]:
    if isinstance(value, Tensor) and value.ndim:
        tests = {
            f"{name} has one row": len(value) == 1,
            f"{name} holds a number below 0": bool((value < 0).any()),
            f"{name} holds no number below 0": not (value < 0).any(),
            f"{name} holds a 0": bool((value == 0).any()),
            f"{name} holds a 1": bool((value == 1).any()),
            f"{name} holds one and the same number": bool((value == value.flatten()[0]).all()),
            f"{name} has one column": value.ndim > 1 and value.shape[1] == 1,
        }
    elif isinstance(value, int | float):
        tests = {f"{name} is below 0": value < 0, f"{name} is 1": value == 1, f"{name} is above 1": value > 1}
    else:
        return [f"{name} is {getattr(value, '__name__', value)}"]
    return [words for words, holds in tests.items() if holds]


def side_hint(got: Sequence[Numbers], wanted: Sequence[Numbers]) -> str:
    """Return on which side of the right results all others lie; empty if on both."""
    pairs = [p for g, w in zip(got, wanted, strict=True) for p in zip(parts_of(g), parts_of(w), strict=False)]
    gaps = [(g - w).flatten() for g, w in pairs if g.shape == w.shape]
    gap = torch.cat([part[part.abs() > 1e-4].double() for part in gaps]) if gaps else torch.zeros(0)
    if len(gap) < 5 or gap.min() * gap.max() < 0:
        return ""
    return f"Every number that is not right is too {'large' if gap.min() > 0 else 'small'}. "


def result_in_words(outcome: Outcome) -> str:
    """Return what came out, in a few words.

    >>> result_in_words(Outcome(torch.tensor([0.5, 2.0])))
    '[0.5, 2]'
    """
    if outcome.late:
        return "nothing in time"
    if outcome.error:
        return f"{outcome.error}, in the line: {outcome.line}" if outcome.line else outcome.error
    return in_words(outcome.value)
