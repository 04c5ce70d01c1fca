"""The exercises of notebook 05: Newton's step, standard errors, intervals, the sandwich, separable data."""

from functools import partial

import torch
from torch import Tensor

from helpers.checks.exercises import Case, Choice, Function, Mistake, Value

__all__ = ["EXERCISES"]


# What is right --------------------------------------------------------------------------------------------------


def _newton_step(w: float, x: Tensor, y: Tensor, *, sign: int = -1, curved: bool = True, power: int = 2) -> Tensor:
    """One step for the model z = wx; the options make one mistake each."""
    x, y = x.double(), y.double()
    p = torch.sigmoid(w * x)
    s = p * (1 - p) if curved else torch.ones_like(p)
    return w + sign * ((p - y) * x).mean() / (s * x**power).mean()


def _standard_errors(A: Tensor, p: Tensor) -> Tensor:
    A, p = A.double(), p.double()
    return torch.linalg.inv((A.T * (p * (1 - p))) @ A).diagonal().sqrt()


def _errors_from(A: Tensor, weights: Tensor, *, mean: bool = False, root: bool = True, invert: bool = True) -> Tensor:
    """Wrong standard errors: of other weights, of a mean Hessian, without the root, or entry by entry."""
    information = (A.double().T * weights.double()) @ A.double() / (len(A) if mean else 1)
    variances = torch.linalg.inv(information).diagonal() if invert else 1 / information.diagonal()
    return variances.sqrt() if root else variances


def _sandwich(x: Tensor, pi: Tensor, *, bread: int = 2, meat: int = 3, slices: int = 2) -> Tensor:
    """The variance of MSE's estimate of w in the model z = wx."""
    x, s = x.double(), (pi * (1 - pi)).double()
    return (4 * s**meat * x**2).sum() / (2 * s**bread * x**2).sum() ** slices


def _is_separable(x: Tensor, y: Tensor) -> bool:
    zeros, ones = x[y == 0], x[y == 1]
    if len(zeros) == 0 or len(ones) == 0:
        return True
    return bool(zeros.max() < ones.min() or ones.max() < zeros.min())


# The cases ------------------------------------------------------------------------------------------------------

PARABOLA = "The new w is the lowest point of the parabola with the loss's value, slope and curvature at the old w."
REPEATED = (
    "A standard error is the spread of the estimate if the labels were drawn again: the more samples, the smaller."
)
VARIANCE = "The variance of the estimate if MSE is minimised on labels drawn with these probabilities."
LINE = "True (shown as 1) if a threshold has all 0s on one side and all 1s on the other; else False (shown as 0)."
X5 = torch.tensor([-2.0, -1.0, 0.5, 1.0, 3.0])
Y5 = torch.tensor([0.0, 1.0, 0.0, 1.0, 1.0])
A4 = torch.tensor([[-1.0, 1.0], [0.0, 1.0], [1.0, 1.0], [2.0, 1.0]])

EXERCISES = [
    Value(
        "05.1",
        "Half the error bar",
        expected=8000,
        rule="A variance falls like 1/n. A standard error is the root of a variance.",
        mistakes=[
            Mistake(like=4000, hint="Twice the samples halve the variance. What do they do to its root?"),
            Mistake(like=6000, hint="That many more, or that many in all?"),
            Mistake(like=2828, hint="The root stands on the other side: the error falls like 1/√n."),
            Mistake(like=500, hint="Fewer samples, smaller errors? Check the direction."),
            Mistake(like=1000, hint="Fewer samples, smaller errors? Check the direction."),
            Mistake(like=4, hint="That is the factor. How many samples is it?"),
        ],
        rtol=1e-3,
    ),
    Choice(
        "05.2",
        "What an interval promises",
        options="ABCD",
        right="C",
        hints={
            "A": "Samples are points with labels; the interval is about a weight. "
            "What had to lie inside to be counted?",
            "B": "Estimates of other data sets scatter around the truth, not around this one estimate.",
            "D": "The truth is a fixed number; this interval holds it or does not. What is random in the experiment?",
        },
    ),
    Function(
        "05.3",
        "One step of Newton",
        reference=_newton_step,
        cases=[
            Case(0.0, X5, Y5, rule=PARABOLA),
            Case(0.5, X5, Y5, rule=PARABOLA),
            Case(-1.0, torch.tensor([1.0, 2.0, -0.5]), torch.tensor([1.0, 0.0, 0.0]), rule=PARABOLA),
        ],
        mistakes=[
            Mistake(like=partial(_newton_step, sign=1), hint="This climbs: the step goes against the gradient."),
            Mistake(
                like=lambda w, x, y: w - ((torch.sigmoid(w * x) - y) * x).mean(),
                hint="This is a step of gradient descent. Newton divides by the curvature.",
            ),
            Mistake(
                like=partial(_newton_step, curved=False),
                hint="The curvature has a factor that depends on p: a sure sample bends the loss little.",
            ),
            Mistake(
                like=partial(_newton_step, power=0),
                hint="This is the curvature in z. What does z = wx add to it, twice?",
            ),
            Mistake(
                like=partial(_newton_step, power=1),
                hint="The gradient has the factor x once, the curvature twice.",
            ),
            Mistake(
                like=lambda w, x, y: len(x) * (_newton_step(w, x, y) - w) + w,
                hint="Gradient and curvature must both be means, or both be sums.",
            ),
            Mistake(
                like=lambda w, x, y: (_newton_step(w, x, y) - w) / len(x) + w,
                hint="Take gradient and curvature alike: both as means, or both as sums.",
            ),
            Mistake(
                like=lambda w, x, y: _newton_step(w, x, y) - w,
                hint="This is the step alone. Where does it lead from the old w?",
            ),
            Mistake(
                like=lambda w, x, y: (
                    w
                    - ((torch.sigmoid(w * x) - y) * x).mean()
                    * (torch.sigmoid(w * x) * torch.sigmoid(-w * x) * x**2).mean()
                ),
                hint="A strong curvature means a short way: divide by it.",
            ),
        ],
    ),
    Function(
        "05.4",
        "Error bars that do not shrink",
        reference=_standard_errors,
        cases=[
            Case(A4, torch.tensor([0.2, 0.5, 0.6, 0.9]), rule=REPEATED),
            Case(A4.repeat(25, 1), torch.tensor([0.2, 0.5, 0.6, 0.9]).repeat(25), rule=REPEATED, shown="100 samples"),
            Case(
                torch.stack([torch.linspace(-1, 1, 50), torch.ones(50)], dim=1),
                torch.linspace(0.05, 0.95, 50),
                rule=REPEATED,
                shown="50 samples",
            ),
        ],
        mistakes=[
            Mistake(
                like=lambda A, p: _errors_from(A, p * (1 - p), mean=True),
                hint="A hundred samples give the same as four like them: the information adds up, it is no mean.",
            ),
            Mistake(
                like=lambda A, p: _errors_from(A, p * (1 - p), root=False),
                hint="These are variances. An error bar has the unit of the weight: one thing is left to do.",
            ),
            Mistake(
                like=lambda A, p: _errors_from(A, p * (1 - p), invert=False),
                hint="Invert the whole matrix, then take the diagonal: w and b are estimated together.",
            ),
            Mistake(
                like=lambda A, p: _errors_from(A, torch.ones_like(p)),
                hint="These weights are 1, as for a straight line. A sample informs by the variance of its label.",
            ),
            Mistake(
                like=lambda A, p: _errors_from(A, p),
                hint="The weight p makes class 1 inform more than class 0. What is the variance of a label?",
            ),
            Mistake(
                like=lambda A, p: 1.96 * _standard_errors(A, p),
                hint="This is half the width of a 95 % interval. The standard error is smaller.",
            ),
            Mistake(
                like=lambda A, p: _standard_errors(A, p) / len(A) ** 0.5,
                hint="Now they shrink too fast: the variance falls like 1/n, its root more slowly.",
            ),
            Mistake(
                like=lambda A, p: _errors_from(A, p * (1 - p), mean=True, root=False),
                hint="Two things: the information adds up, it is no mean; and these are variances, not yet errors.",
            ),
        ],
    ),
    Function(
        "05.5",
        "Is there a maximum?",
        reference=_is_separable,
        cases=[
            Case(torch.tensor([1.0, 2.0, 3.0, 4.0]), torch.tensor([0.0, 0.0, 1.0, 1.0]), rule=LINE),
            Case(torch.tensor([1.0, 2.0, 3.0, 4.0]), torch.tensor([0.0, 1.0, 0.0, 1.0]), rule=LINE),
            Case(torch.tensor([4.0, 1.0, 3.0, 2.0]), torch.tensor([0.0, 1.0, 0.0, 1.0]), rule=LINE),
            Case(torch.tensor([2.0, -1.0, 5.0, 0.5]), torch.tensor([0.0, 0.0, 1.0, 0.0]), rule=LINE),
            Case(torch.tensor([-1.0, 0.0, 1.0]), torch.tensor([0.0, 1.0, 0.0]), rule=LINE),
            Case(
                torch.tensor([-1.0, 0.0, 1.0]),
                torch.tensor([1.0, 1.0, 1.0]),
                rule="True (shown as 1): with one class alone, a threshold beyond all samples has them all "
                "on its one side.",
            ),
            Case(torch.tensor([1.0, 4.0, 2.0, 3.0]), torch.tensor([0.0, 0.0, 1.0, 1.0]), rule=LINE),
        ],
        mistakes=[
            Mistake(
                # The results with one class alone may be anything: extremes of no samples raise.
                when=lambda got: [g is not None and bool(g) for g in got[:5]] == [True, False, False, True, False],
                hint="This knows only steps upwards. Class 1 may as well lie on the left.",
            ),
            Mistake(
                like=lambda x, y: int((y[1:] != y[:-1]).sum()) <= 1,
                hint="The samples need not come in the order of x. Sort them, or compare extremes.",
            ),
            Mistake(
                like=lambda x, y: not _is_separable(x, y),
                hint="This is the other way round: True where a threshold separates the classes.",
            ),
            Mistake(
                like=lambda x, y: x[y == 0].mean() != x[y == 1].mean(),
                hint="Different means do not separate: look at the samples that lie farthest to the other side.",
            ),
        ],
    ),
    Function(
        "05.6",
        "A sandwich for one weight",
        reference=_sandwich,
        cases=[
            Case(torch.tensor([1.0, 2.0, -1.0]), torch.tensor([0.5, 0.8, 0.3]), rule=VARIANCE),
            Case(torch.tensor([0.5, -3.0, 1.0, 2.0]), torch.tensor([0.9, 0.1, 0.6, 0.5]), rule=VARIANCE),
            Case(torch.tensor([1.0, 1.0, 1.0, 1.0]), torch.tensor([0.5, 0.5, 0.5, 0.5]), rule=VARIANCE),
        ],
        mistakes=[
            Mistake(
                like=lambda x, pi: 1 / (pi * (1 - pi) * x**2).sum(),
                hint="This is the floor, which BCE reaches. MSE lies above it unless all s are equal.",
            ),
            Mistake(
                like=lambda x, pi: 1 / (2 * (pi * (1 - pi)) ** 2 * x**2).sum(),
                hint="This is one slice of bread. It is the variance only where bread and meat are equal.",
            ),
            Mistake(
                like=partial(_sandwich, slices=1),
                hint="A sandwich has bread on both sides: B⁻¹ M B⁻¹.",
            ),
            Mistake(
                like=partial(_sandwich, meat=2),
                hint="The meat needs the variance of the label, too: y has the variance s.",
            ),
            Mistake(
                like=lambda x, pi: _sandwich(x, pi).sqrt(),
                hint="This is the standard deviation. The variance is asked for.",
            ),
            Mistake(
                like=lambda x, pi: len(x) * _sandwich(x, pi),
                hint="This is the variance for one sample on average. The more samples, the smaller it gets: use sums.",
            ),
            Mistake(
                like=lambda x, pi: _sandwich(x, pi) / 4,
                hint="The 2 of the square stands in each ψ, so squared in the meat.",
            ),
            Mistake(
                like=lambda x, pi: 4 * _sandwich(x, pi),
                hint="The bread has a 2, too: it is the Hessian of a square.",
            ),
        ],
    ),
]
