"""The exercises of notebook 04: the squared error of probabilities, its gradient, plateaus, a fair race."""

from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor

from helpers.checks.exercises import Case, Choice, Function, Mistake, Value

__all__ = ["EXERCISES"]


# What is right --------------------------------------------------------------------------------------------------


def _brier_score(logits: Tensor, y: Tensor) -> Tensor:
    return ((torch.sigmoid(logits) - y) ** 2).mean()


def _gradient(w: float, b: float, x: Tensor, y: Tensor, *, factor: float = 2.0, reduction: str = "mean") -> Tensor:
    """The derivatives of the mean (p − y)² in w and in b."""
    p = torch.sigmoid(w * x + b)
    in_z = factor * (p - y) * p * (1 - p)
    return torch.stack([getattr(in_z * x, reduction)(), getattr(in_z, reduction)()])


def _gradient_without_the_sigmoid(w: float, b: float, x: Tensor, y: Tensor) -> Tensor:
    """The mistake: the chain rule stops at p."""
    in_p = 2 * (torch.sigmoid(w * x + b) - y)
    return torch.stack([(in_p * x).mean(), in_p.mean()])


def _gradient_with_half_the_slope(w: float, b: float, x: Tensor, y: Tensor) -> Tensor:
    """The mistake: p for the slope of the sigmoid."""
    p = torch.sigmoid(w * x + b)
    in_z = 2 * (p - y) * p
    return torch.stack([(in_z * x).mean(), in_z.mean()])


def _best_rate(rates: Tensor, needed: Tensor, *, slow: bool = False) -> Tensor:
    shares, medians = needed.isfinite().double().mean(dim=1), needed.double().quantile(0.5, dim=1)
    most = shares == shares.max()
    medians = torch.where(most, -medians if slow else medians, torch.inf)
    return rates[medians.argmin()]


# The cases ------------------------------------------------------------------------------------------------------

OF_PROBABILITIES = "Each term lies between 0 and 1: a probability minus a label, squared. Then the mean."
DOWNHILL = (
    "A step of 0.001 times the gradient, downhill, lowers the mean of (p − y)² by about 0.001 times "
    "the squared length of the gradient."
)
MOST_FIRST = "The rate with the largest share of arrivals wins, however fast the others are."
BOTH_RULES = "The largest share of arrivals wins, however fast the others are; among equal shares the smallest median."
INF = torch.inf
RATES = torch.tensor([1.0, 3.0, 10.0, 30.0])

EXERCISES = [
    Value(
        "04.1",
        "How weak is the pull?",
        expected=28.309,
        rule="Both pulls have the factor p − y; only what is left over decides the ratio.",
        mistakes=[
            Mistake(like=1 / 28.309, hint="This is the other way round: how many times larger is that of BCE?"),
            Mistake(like=56.618, hint="Where did the 2 of the derivative of a square go?"),
            Mistake(like=113.236, hint="The 2 belongs to the derivative of MSE, which you divide by."),
            Mistake(like=14.155, hint="The 2 of the derivative of a square stands there once, not twice."),
            Mistake(like=27.799, hint="p(1 − p) has two factors. The one that is nearly 1 counts, too."),
            Mistake(like=0.98201, hint="This is the pull of BCE alone. Divide it by that of MSE."),
            Mistake(like=4.1667, hint="This compares the losses. The pull is the derivative of the loss in z."),
        ],
        rtol=5e-3,
    ),
    Choice(
        "04.2",
        "Read the sweep",
        options="ABCD",
        right="C",
        hints={
            "A": "Compare the two lines at the rate where that of MSE has its top. Which is higher?",
            "B": "At which rate does the line of MSE have its top? How high is the line of BCE there?",
            "D": "The sweep stopped at 2,000 epochs. What a longer run does, it does not show.",
        },
    ),
    Function(
        "04.3",
        "A squared error of what?",
        reference=_brier_score,
        cases=[
            Case(torch.tensor([[2.0], [-1.0], [0.5]]), torch.tensor([[1.0], [0.0], [0.0]]), rule=OF_PROBABILITIES),
            Case(torch.tensor([[-3.0], [4.0]]), torch.tensor([[1.0], [0.0]]), rule=OF_PROBABILITIES),
            Case(
                torch.tensor([[800.0], [-800.0], [800.0], [-800.0]]),
                torch.tensor([[1.0], [0.0], [0.0], [1.0]]),
                rule="Sure and right costs 0, sure and wrong costs 1.",
            ),
        ],
        mistakes=[
            Mistake(
                like=lambda logits, y: ((logits - y) ** 2).mean(),
                hint="This compares logits with labels. Which range has a logit, which a label?",
            ),
            Mistake(
                like=lambda logits, y: ((torch.sigmoid(logits) - y) ** 2).sum(),
                hint="This is the sum over the samples. Then two data sets of different sizes cannot be compared.",
            ),
            Mistake(
                like=lambda logits, y: 0.5 * _brier_score(logits, y),
                hint="Some books put a ½ in front, for a nicer derivative. The mean has none.",
            ),
            Mistake(
                like=lambda logits, y: _brier_score(logits, y).sqrt(),
                hint="This is the root of the score. Its mean of squares is wanted as it is.",
            ),
            Mistake(
                like=lambda logits, y: (torch.sigmoid(logits) - y).abs().mean(),
                hint="These are distances; they are not squared.",
            ),
            Mistake(
                like=lambda logits, y: _brier_score(torch.sigmoid(logits), y),
                hint="One sigmoid is enough: what does the second make of a 0 or a 1?",
            ),
            Mistake(
                like=lambda logits, y: (torch.sigmoid(logits) - y).mean() ** 2,
                hint="The order: first square each error, then take the mean. Errors must not cancel.",
            ),
            Mistake(
                like=lambda logits, y: (((logits > 0).float() - y) ** 2).mean(),
                hint="This is the share of wrong decisions. The score looks at the probabilities.",
            ),
            Mistake(like=F.binary_cross_entropy_with_logits, hint="This is BCE: logs, no squares."),
        ],
    ),
    Function(
        "04.4",
        "The gradient of MSE by hand",
        reference=_gradient,
        cases=[
            Case(1.0, 0.0, torch.tensor([1.0, -2.0, 0.5]), torch.tensor([1.0, 0.0, 0.0]), rule=DOWNHILL),
            Case(-0.5, 2.0, torch.tensor([0.0, 1.0, 3.0, -1.0]), torch.tensor([0.0, 0.0, 1.0, 1.0]), rule=DOWNHILL),
            Case(-1.0, -10.0, torch.tensor([-1.0, 0.5, 1.0]), torch.tensor([0.0, 1.0, 1.0]), rule=DOWNHILL),
        ],
        mistakes=[
            Mistake(
                like=_gradient_without_the_sigmoid,
                hint="The chain rule has one more link, from z to p: the factor σ′.",
            ),
            Mistake(
                like=lambda w, b, x, y: 0.5 * _gradient_without_the_sigmoid(w, b, x, y),
                hint="This is the gradient of BCE. There a factor cancels that stays here.",
            ),
            Mistake(like=partial(_gradient, factor=1.0), hint="The derivative of a square has a 2."),
            Mistake(like=partial(_gradient, reduction="sum"), hint="The loss is a mean, and so is its gradient."),
            Mistake(
                like=partial(_gradient, factor=-2.0), hint="This is the direction downhill. The gradient points up."
            ),
            Mistake(like=lambda *args: _gradient(*args).flip(0), hint="The order is w, then b."),
            Mistake(
                like=lambda *args: _gradient(*args)[1].repeat(2),
                hint="For w there is one more factor: how does z change with w?",
            ),
            Mistake(
                like=_gradient_with_half_the_slope,
                hint="The slope of the sigmoid has two factors, p and another one.",
            ),
            Mistake(
                like=lambda w, b, x, y: _gradient(w, b, x, y)[1] * torch.stack([x.mean(), torch.tensor(1.0)]),
                hint="The mean of a product is not the product of the means: multiply by x, then take the mean.",
            ),
        ],
        atol=1e-9,
    ),
    Function(
        "04.5",
        "The best rate of a sweep",
        reference=_best_rate,
        cases=[
            Case(
                RATES,
                torch.tensor([[40.0, 50.0, 60.0], [90.0, 80.0, 70.0], [5.0, INF, 5.0], [INF, INF, INF]]),
                rule=BOTH_RULES,
            ),
            Case(
                RATES,
                torch.tensor([[900.0, 800.0, 10.0], [500.0, 90.0, 600.0], [300.0, INF, INF], [20.0, 30.0, INF]]),
                rule="Of two rates with the same share, the one with the smaller median wins.",
            ),
            Case(
                RATES[:2],
                torch.tensor([[100.0, 100.0, 100.0], [10.0, 20.0, 700.0]]),
                rule="A median is not moved by one slow run.",
            ),
            Case(
                RATES,
                torch.tensor(
                    [[INF, INF, 50.0, INF, INF], [INF] * 5, [INF] * 5, [60.0, 70.0, 80.0, INF, INF]],
                ),
                rule=MOST_FIRST,
            ),
        ],
        mistakes=[
            Mistake(
                like=lambda rates, needed: rates[needed.median(dim=1).values.argmin()],
                hint="Here the median decides first. Count first how many arrive; the median only breaks ties.",
            ),
            Mistake(
                like=lambda rates, needed: rates[needed.quantile(0.5, dim=1).argmin()],
                hint="Here the median decides first, and quantile makes nan of inf. Count first how many arrive.",
            ),
            Mistake(
                like=lambda rates, needed: rates[needed.mean(dim=1).argmin()],
                hint="This compares means alone: one start that never arrives makes a mean inf. "
                "Shares first, then medians.",
            ),
            Mistake(
                like=lambda rates, needed: rates[needed.amin(dim=1).argmin()],
                hint="This takes the rate of the fastest run. One lucky start is an anecdote: how many arrive?",
            ),
            Mistake(
                like=lambda rates, needed: rates[
                    torch.nanmedian(needed.masked_fill(needed.isinf(), torch.nan), 1)[0].nan_to_num(torch.inf).argmin()
                ],
                hint="Here the time decides first. Count first how many arrive.",
            ),
            Mistake(
                like=lambda rates, needed: rates[needed.isfinite().sum(dim=1).argmax()],
                hint="The shares are compared rightly. Now decide between rates with the same share.",
            ),
            Mistake(
                like=lambda rates, needed: max(zip(needed.isfinite().sum(dim=1).tolist(), rates.tolist(), strict=True))[
                    1
                ],
                hint="The shares are compared rightly. Among equal ones this takes the largest rate: "
                "which median is smaller?",
            ),
            Mistake(
                like=partial(_best_rate, slow=True),
                hint="Among equal shares this takes the slowest.",
            ),
            Mistake(
                like=lambda rates, needed: (rates == _best_rate(rates, needed)).long().argmax(),
                hint="This is the row of the rate. Return the rate itself.",
            ),
            Mistake(
                like=lambda rates, needed: rates[
                    (
                        needed.isfinite().double().mean(1) - 1e-9 * needed.nan_to_num(posinf=0.0).mean(1).double()
                    ).argmax()
                ],
                hint="Among equal shares this compares the means. One slow run moves a mean; take the median.",
            ),
        ],
    ),
]
