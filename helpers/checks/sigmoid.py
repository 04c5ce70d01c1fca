"""The exercises of notebook 01: odds, the two parameters of the curve, a stable sigmoid, costs."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from helpers.checks.exercises import Case, Choice, Function, Mistake, Value
from helpers.checks.results import Numbers

__all__ = ["EXERCISES"]


# What is right --------------------------------------------------------------------------------------------------


def _logit(p: float) -> float:
    return math.log(p / (1 - p))


def _weight_and_bias(
    x1: float, p1: float, x2: float, p2: float, *, stretch: Callable[[float], float] = _logit
) -> tuple[float, float]:
    """Return the line through two points, where ``stretch`` turns a probability into a height of the line."""
    w = (stretch(p2) - stretch(p1)) / (x2 - x1)
    return w, stretch(p1) - w * x1


def _weight_and_height(x1: float, p1: float, x2: float, p2: float) -> tuple[float, float]:
    """The mistake: the height at x1 is the bias only if x1 = 0."""
    w, _ = _weight_and_bias(x1, p1, x2, p2)
    return w, _logit(p1)


def _weight_and_bias_below(x1: float, p1: float, x2: float, p2: float) -> tuple[float, float]:
    """The mistake: b = wx - logit has the wrong sign."""
    w, b = _weight_and_bias(x1, p1, x2, p2)
    return w, -b


def _weight_and_bias_beyond(x1: float, p1: float, x2: float, p2: float) -> tuple[float, float]:
    """The mistake: a term crosses the = sign and keeps its own."""
    w, _ = _weight_and_bias(x1, p1, x2, p2)
    return w, _logit(p1) + w * x1


def _safe_sigmoid(z: float) -> float:
    e = math.exp(-abs(z))
    return (1 if z >= 0 else e) / (1 + e)


def _decision_point(w: float, b: float, cost_miss: float, cost_alarm: float) -> float:
    return (math.log(cost_alarm / cost_miss) - b) / w


def _threshold(cost_miss: float, cost_alarm: float) -> float:
    return cost_alarm / (cost_miss + cost_alarm)


# The numbers that the stable sigmoid is tried on, and what goes wrong where ---------------------------------------

PLAIN, LARGE, VERY_NEGATIVE, TINY = (0.0, 2.0, -2.0), 1000.0, -1000.0, -60.0
LOGITS = (*PLAIN, LARGE, VERY_NEGATIVE, TINY)
RTOL, ATOL = 1e-4, 1e-31  # far below σ(−60): no way to a tiny probability may lose it


def _wrong_at(*places: float, like: Callable[[Tensor], bool]) -> Callable[[list[Numbers | None]], bool]:
    """Return what says whether the results are wrong at these logits, in one way, and right at all others."""

    def recognise(results: list[Numbers | None]) -> bool:
        for z, result in zip(LOGITS, results, strict=True):
            got = torch.tensor(math.nan) if result is None else result  # an error and nan are one mistake here
            right = math.isclose(float(got), _safe_sigmoid(z), rel_tol=RTOL, abs_tol=ATOL)
            if (z in places) == right or (z in places and not like(got)):
                return False
        return True

    return recognise


# The cases ------------------------------------------------------------------------------------------------------

THROUGH_BOTH = "At x1 the curve σ(wx + b) has the height p1, and at x2 the height p2."
EQUALLY_COSTLY = "At this x, saying 1 and saying 0 cost the same on average."

EXERCISES = [
    Value(
        "01.1",
        "Three more hours",
        expected=2 / 3,
        rule="Each hour multiplies the odds by the same factor; at the end the odds become a probability again.",
        mistakes=[
            Mistake(like=1.6, hint="This multiplies the probability, and gets above 1. What does an hour multiply?"),
            Mistake(
                like=0.4, hint="This multiplies the probability, and once. What does an hour multiply, and how often?"
            ),
            Mistake(like=200 / 3, hint="This is in per cent. A probability between 0 and 1 is wanted."),
            Mistake(like=2.0, hint="These are the odds after three hours. Now turn them into a probability."),
            Mistake(like=math.log(2), hint="This is a logit. Turn it into a probability."),
            Mistake(like=1.6 / 2.6, hint="A probability of 0.2 means odds of 0.2 to 0.8."),
            Mistake(like=0.6, hint="Three hours multiply three times, one after the other: that is no factor of 6."),
            Mistake(like=1 / 3, hint="That is after one more hour. Three are asked for."),
            Mistake(like=1 / 2, hint="That is after two more hours. Three are asked for."),
            Mistake(like=8 / 9, hint="From 2 to 5 it is three hours, and her odds at 2 hours are not 1."),
            Mistake(like=32 / 33, hint="Are her odds at 2 hours 4 to 1, or 1 to 4? And this model's b is not 0."),
            Mistake(like=1 / 33, hint="This goes back in time: with w > 0 the probability must grow."),
            Mistake(like=0.2 + 3 * math.log(2), hint="w is added to the logit, not to the probability."),
        ],
        rtol=6e-3,
    ),
    Choice(
        "01.2",
        "Read two panels",
        options="ABCD",
        right="C",
        hints={
            "A": "Compare the dashed curve with the solid one left of the boundary, too.",
            "B": "Read on the axis where the dotted, the solid and the dashed curve cross ½. How far apart are they?",
            "D": "Slide one curve onto another in your mind. Which parameter sets the slope at the boundary?",
        },
    ),
    Function(
        "01.3",
        "Two points fix the curve",
        reference=_weight_and_bias,
        cases=[
            Case(1.0, 0.2, 3.0, 0.8, rule=THROUGH_BOTH),
            Case(2.0, 0.9, -1.0, 0.6, rule=f"{THROUGH_BOTH} The two may come in any order."),
            Case(-2.0, 0.7, 0.5, 0.05, rule=f"{THROUGH_BOTH} Here the probability falls, so w is negative."),
        ],
        mistakes=[
            Mistake(
                like=lambda x1, p1, x2, p2: _weight_and_bias(x1, p1, x2, p2, stretch=lambda p: p),
                hint="This is a line through the probabilities. Which quantity is a line in x?",
            ),
            Mistake(
                like=lambda x1, p1, x2, p2: _weight_and_bias(x1, p1, x2, p2, stretch=lambda p: p / (1 - p)),
                hint="This is a line through the odds. One step is missing.",
            ),
            Mistake(
                like=lambda x1, p1, x2, p2: _weight_and_bias(x1, p1, x2, p2, stretch=math.log),
                hint="This takes the log of the probabilities. The line describes the log of the odds.",
            ),
            Mistake(
                like=lambda x1, p1, x2, p2: _weight_and_bias(
                    x1, p1, x2, p2, stretch=lambda p: _logit(p) / math.log(10)
                ),
                hint="This logarithm has the base 10. Ours is the natural one.",
            ),
            Mistake(
                like=lambda x1, p1, x2, p2: _weight_and_bias(x1, p1, x2, p2, stretch=lambda p: 1 / (1 + math.exp(-p))),
                hint="The sigmoid leads from the line to p. Here p is given: go the other way.",
            ),
            Mistake(like=lambda *args: _weight_and_bias(*args)[::-1], hint="The order is w, then b."),
            Mistake(
                like=_weight_and_height,
                hint="w is right. Your b is the logit at x1; b is the logit at x = 0.",
            ),
            Mistake(
                like=_weight_and_bias_below,
                hint="w is right, and b has the wrong sign. At x1, wx + b must be the logit of p1.",
            ),
            Mistake(
                like=lambda x1, p1, x2, p2: (_logit(p2) - _logit(p1), _logit(p1) - (_logit(p2) - _logit(p1)) * x1),
                hint="w is the change of the logit for one unit of x. How many units lie between x1 and x2?",
            ),
            Mistake(
                like=lambda x1, p1, x2, p2: _weight_and_bias(x1, p1, x2, p2, stretch=lambda p: -_logit(p)),
                hint="Both signs are turned. Which of p and 1 − p stands on top in the odds?",
            ),
            Mistake(
                like=_weight_and_bias_beyond,
                hint="w is right. What happens to w·x1 when it crosses the = sign?",
            ),
            Mistake(
                like=lambda x1, p1, x2, p2: math.log(p1 / 1 - p1),
                hint="log got 0 or less. Python reads p / 1 - p as (p / 1) - p: is a bracket missing?",
            ),
        ],
        atol=1e-5,
    ),
    Function(
        "01.4",
        "A sigmoid that stops",
        reference=_safe_sigmoid,
        cases=[
            Case(PLAIN[0], rule="A logit of 0 stands for even odds."),
            Case(PLAIN[1], rule="For numbers that are not large, the page's formula is right."),
            Case(PLAIN[2], rule="σ(−2) and σ(2) add up to 1."),
            Case(LARGE, rule="For a very large z the sigmoid is, rounded, as high as it gets."),
            Case(VERY_NEGATIVE, rule="For a very negative z the sigmoid is, rounded, as low as it gets."),
            Case(TINY, rule="σ(−60) is nearly e^(−60): tiny, and above 0."),
        ],
        mistakes=[
            Mistake(
                when=_wrong_at(LARGE, like=lambda got: bool(got.isnan())),
                hint="This still takes e to a large power. Section 3 has a second form of the same fraction.",
            ),
            Mistake(
                when=_wrong_at(VERY_NEGATIVE, like=lambda got: bool(got.isnan())),
                hint="The large z are cured, and the other end broke: to which power is e taken at z = −1000?",
            ),
            Mistake(
                when=_wrong_at(LARGE, VERY_NEGATIVE, like=lambda got: bool(got.isnan())),
                hint="Each form stands on the side where it breaks. Where is the power of e not positive?",
            ),
            Mistake(
                when=_wrong_at(TINY, like=lambda got: bool(got == 0)),
                hint="A 0 written for small z is too coarse. So is 1 minus a number that rounds to 1.",
            ),
            Mistake(
                when=_wrong_at(VERY_NEGATIVE, TINY, like=lambda got: bool(got > 0)),
                hint="Do you cut z off, or add something tiny? Then a small probability comes out wrong.",
            ),
            Mistake(
                like=lambda z: 1 / (1 + math.exp(-abs(z))),
                hint="Right for z ≥ 0. Below 0 this is σ(−z), above ½: which numerator belongs there?",
            ),
            Mistake(
                like=lambda z: math.exp(-abs(z)) / (1 + math.exp(-abs(z))),
                hint="Right for z ≤ 0. Above 0 this is σ(−z), below ½: which numerator belongs there?",
            ),
            Mistake(
                like=lambda z: _safe_sigmoid(-z),
                hint="This falls as z grows: the two signs are the wrong way round.",
            ),
        ],
        rtol=RTOL,
        atol=ATOL,
    ),
    Function(
        "01.5",
        "Where the decision changes",
        reference=_decision_point,
        cases=[
            Case(2.0, -5.0, 1.0, 1.0, rule="With equal costs the point is the boundary of section 5."),
            Case(2.0, -5.0, 4.0, 1.0, rule=f"{EQUALLY_COSTLY} A costly miss makes us say 1 earlier."),
            Case(0.5, 1.0, 2.0, 18.0, rule=f"{EQUALLY_COSTLY} A costly false alarm makes us say 1 later."),
            Case(-1.5, 2.0, 3.0, 2.0, rule=f"{EQUALLY_COSTLY} That holds for a falling curve, too."),
        ],
        mistakes=[
            Mistake(
                like=lambda w, b, cost_miss, cost_alarm: -b / w,
                hint="This is where p is ½, whatever the costs. At which p do the two answers cost the same?",
            ),
            Mistake(
                like=lambda w, b, cost_miss, cost_alarm: _decision_point(w, b, cost_alarm, cost_miss),
                hint="A costlier miss must lower the threshold; here it raises it. Costs exchanged, or a sign?",
            ),
            Mistake(
                like=lambda w, b, cost_miss, cost_alarm: _threshold(cost_miss, cost_alarm),
                hint="This is the threshold for p. Wanted is the x at which p gets there.",
            ),
            Mistake(
                like=lambda w, b, cost_miss, cost_alarm: math.log(cost_alarm / cost_miss),
                hint="This is the logit at the threshold. Wanted is the x at which wx + b gets there.",
            ),
            Mistake(
                like=lambda w, b, cost_miss, cost_alarm: (_threshold(cost_miss, cost_alarm) - b) / w,
                hint="wx + b is a logit, the threshold a probability. Bring them to the same scale first.",
            ),
            Mistake(
                like=lambda w, b, cost_miss, cost_alarm: (
                    (1 / (1 + math.exp(-_threshold(cost_miss, cost_alarm))) - b) / w
                ),
                hint="The sigmoid turns a logit into a probability. The threshold is one already: go back.",
            ),
            Mistake(
                like=lambda w, b, cost_miss, cost_alarm: (cost_alarm / cost_miss - b) / w,
                hint="These are the odds at the threshold. The line gives the log-odds.",
            ),
            Mistake(
                like=lambda w, b, cost_miss, cost_alarm: (math.log(_threshold(cost_miss, cost_alarm)) - b) / w,
                hint="The logit is the log of the odds, not of the probability.",
            ),
            Mistake(
                like=lambda w, b, cost_miss, cost_alarm: (math.log(cost_alarm / cost_miss) + b) / w,
                hint="Put your x back into wx + b. What happens to b when it crosses the = sign?",
            ),
            Mistake(
                like=lambda w, b, cost_miss, cost_alarm: (b - math.log(cost_alarm / cost_miss)) / w,
                hint="Put your x back into wx + b: the sign of the whole x is turned.",
            ),
            Mistake(
                like=lambda w, b, cost_miss, cost_alarm: math.log(cost_alarm / cost_miss) - b,
                hint="w is not used. It stands in front of what you solve for.",
            ),
            Mistake(
                like=lambda w, b, cost_miss, cost_alarm: math.log(cost_alarm / cost_miss) - b / w,
                hint="The division belongs to the whole numerator: mind the brackets.",
            ),
        ],
    ),
]
