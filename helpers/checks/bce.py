"""The exercises of notebook 02: from the likelihood to a loss on logits, its gradient and its curvature."""

import math
from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor

from helpers.checks.exercises import Case, Choice, Function, Mistake, Value
from helpers.checks.results import Numbers

__all__ = ["EXERCISES"]


# What is right, and options for what is wrong ---------------------------------------------------------------------


def _bce_written_out(p: Tensor, y: Tensor) -> Tensor:
    """BCE by its formula, which gives nan where p = y is 0 or 1."""
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()


def _bce(p: Tensor, y: Tensor) -> Tensor:
    return -torch.log(torch.where(y == 1, p, 1 - p)).mean()


def _gradients(
    w: Tensor,
    b: float,
    X: Tensor,
    y: Tensor,
    *,
    signs: tuple[int, int] = (1, 1),
    reductions: tuple[str, str] = ("mean", "mean"),
    squashed: bool = True,
    slope: bool = False,
) -> tuple[Tensor, Tensor]:
    z = X @ w + b
    p = torch.sigmoid(z)
    errors = ((p if squashed else z) - y) * (p * (1 - p) if slope else 1)
    parts = (X * errors.unsqueeze(1), errors)
    dw, db = (sign * getattr(part, name)(dim=0) for sign, name, part in zip(signs, reductions, parts, strict=True))
    return dw, db


def _gradient_of_means(w: Tensor, b: float, X: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """The mistake: the mean of a product is not the product of the means."""
    _, db = _gradients(w, b, X, y)
    return db * X.mean(dim=0), db


def _gradient_over_everything(w: Tensor, b: float, X: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """The mistake: one mean over samples and features."""
    dw, db = _gradients(w, b, X, y)
    return dw.mean(), db


def _gradients_of_a_square(w: Tensor, b: float, X: Tensor, y: Tensor, *, sign: int = 1) -> tuple[Tensor, Tensor]:
    """The mistake: the errors are a row, each column of X is a column."""
    errors = torch.sigmoid(X @ w + b) - y
    return (errors * X).mean(), sign * errors.mean()


def _weighted_bce(z: Tensor, y: Tensor, c: float, *, of_zeros: float = 1.0) -> Tensor:
    return (c * y * F.softplus(-z) + of_zeros * (1 - y) * F.softplus(z)).mean()


def _weighted_bce_by_sigmoid(z: Tensor, y: Tensor, c: float) -> Tensor:
    p = torch.sigmoid(z)
    return -(c * y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()


def _weighted_bce_that_overflows(z: Tensor, y: Tensor, c: float) -> Tensor:
    log = torch.log(1 + torch.exp(-z))
    return (c * y * log + (1 - y) * (z + log)).mean()


# What tells a mistake by its results ------------------------------------------------------------------------------


def _same(result: Numbers | None, value: Tensor) -> bool:
    return (
        isinstance(result, Tensor) and result.shape == value.shape and torch.allclose(result.double(), value.double())
    )


def _is_near(results: list[Numbers | None], *, rtol: float) -> bool:
    return torch.allclose(results[0].double(), torch.tensor([LIKELIHOOD, 5 / 3 * math.log(2)]).double(), rtol=rtol)


def _is_inverted(results: list[Numbers | None]) -> bool:
    """Whatever it gives for certain predictions."""
    return all(_same(result, _bce_written_out(p, 1 - y)) for result, (p, y) in zip(results, UNSURE, strict=False))


def _for_one_feature(**options: tuple[int, int]) -> Tensor:
    dw, db = _gradients(*ONE_FEATURE, **options)
    return torch.stack([dw.squeeze(), db])


def _is_right_while_small(results: list[Numbers | None]) -> bool:
    return all(_same(result, _weighted_bce(*sample)) for result, sample in zip(results, SMALL, strict=False))


def _breaks_far_out(results: list[Numbers | None]) -> bool:
    rest = results[len(SMALL) :]
    return _is_right_while_small(results) and not all(result is not None and result.isfinite() for result in rest)


def _is_clamped(results: list[Numbers | None]) -> bool:
    far = results[len(SMALL)]
    return _is_right_while_small(results) and bool(far.isfinite() and far < _weighted_bce(*FAR_AND_WRONG))


def _along(*direction: float) -> Callable[[list[Numbers | None]], bool]:
    """Recognise a direction, whatever its length and sign."""
    return lambda results: _is_along(results[0], torch.tensor(direction, dtype=torch.float64))


def _is_along(v: Tensor, direction: Tensor) -> bool:
    if v.shape != direction.shape or not v.isfinite().all() or not v.any():
        return False
    v = v.double() / v.double().norm()
    return abs(v[0] * direction[1] - v[1] * direction[0]) < 1e-3 * direction.norm()


# The cases --------------------------------------------------------------------------------------------------------

LIKELIHOOD = 1 / 32

UNSURE = [
    (torch.tensor([0.9, 0.25, 0.6]), torch.tensor([1.0, 0.0, 0.0])),
    (torch.tensor([0.3, 0.8]), torch.tensor([1.0, 1.0])),
]
PAYS = "Each sample pays minus the log of the probability that was given to its own label; the loss is the mean."

MEAN_GRADIENT = "Each is a mean over the samples: of error times feature, one for each feature, and of the error."
ONE_FEATURE = (torch.tensor([0.5]), -1.0, torch.tensor([[1.0], [4.0]]), torch.tensor([0.0, 0.0]))
TWO_FEATURES = torch.tensor([[1.0, 2.0], [0.0, -1.0], [3.0, 0.5]])
THREE_FEATURES = torch.tensor([[0.5, -2.0, 1.0], [2.0, 1.0, 0.0], [-1.0, 0.0, 4.0], [1.0, 1.0, -3.0]])

SMALL = [
    (torch.tensor([0.0, 2.0, -1.0]), torch.tensor([1.0, 1.0, 0.0]), 1.0),
    (torch.tensor([0.5, -2.0, 1.0, -0.3]), torch.tensor([1.0, 1.0, 0.0, 0.0]), 4.0),
]
FAR_AND_WRONG = (torch.tensor([1000.0, -1000.0, 0.5]), torch.tensor([0.0, 1.0, 1.0]), 3.0)
FAR_AND_RIGHT = (torch.tensor([1000.0, -1000.0, 0.5]), torch.tensor([1.0, 0.0, 0.0]), 3.0)

EXERCISES = [
    Value(
        "02.1",
        "From a likelihood to a loss",
        expected=(LIKELIHOOD, 5 / 3 * math.log(2)),
        rule="The likelihood is a product, one factor a sample; BCE is minus the mean of the logs of these factors.",
        mistakes=[
            Mistake(
                like=(3 / 32, -math.log(3 / 32) / 3),
                hint="These are the p as they stand. What is the probability of a label 0?",
            ),
            Mistake(
                like=(9 / 32, -math.log(9 / 32) / 3),
                hint="Each factor belongs to the other label. p is the probability of a 1.",
            ),
            Mistake(
                like=(1 / 32, 5 * math.log(2)), hint="The likelihood is right. BCE is a mean: its last step is missing."
            ),
            Mistake(
                like=(1 / 32, -5 / 3 * math.log(2)),
                hint="The likelihood is right. No BCE lies below 0: which of log, minus, mean is missing?",
            ),
            Mistake(
                like=(1 / 32, 5 / 3), hint="The likelihood is right. This loss is in bits: for nats the log is natural."
            ),
            Mistake(
                like=(1 / 32, 5 / 3 * math.log10(2)),
                hint="The likelihood is right. This log has the base 10: for nats it is natural.",
            ),
            Mistake(like=(5 / 3 * math.log(2), 1 / 32), hint="The order is likelihood, then BCE."),
            Mistake(
                like=(1.0, 5 / 3 * math.log(2)),
                hint="BCE is right. Independent samples: their probabilities multiply.",
            ),
            Mistake(when=partial(_is_near, rtol=0.045), hint="Nearly. Are there enough digits?"),
            Mistake(
                when=lambda results: (
                    results[0].numel() == 2 and bool((results[0][1] - 5 / 3 * math.log(2)).abs() < 0.01)
                ),
                hint="BCE is right. The likelihood is the product of the same factors, those before the log.",
            ),
            Mistake(
                when=lambda results: bool((results[0][0] - LIKELIHOOD).abs() < 1e-4),
                hint="The likelihood is right. Now minus the natural log of each factor, and the mean of all three.",
            ),
        ],
        rtol=1e-2,
    ),
    Choice(
        "02.2",
        "Two predictions, equally far off",
        options="ABCD",
        right="D",
        hints={
            "A": "Read the curve above 0.05, then above 0.55. Is it symmetric about its lowest point?",
            "B": "M is cheap for a label 0. Now think of the 1s: three in ten. The curve holds both.",
            "C": "The two heights are read well. Does any point of the curve lie at 0?",
        },
    ),
    Function(
        "02.3",
        "A loss that likes wrong answers",
        reference=_bce,
        cases=[
            Case(*UNSURE[0], rule=PAYS),
            Case(*UNSURE[1], rule=PAYS),
            Case(
                torch.tensor([1.0, 0.0, 0.5]),
                torch.tensor([1.0, 0.0, 1.0]),
                rule="Certain and right adds nothing to the sum, but the sample counts in the mean.",
            ),
        ],
        mistakes=[
            Mistake(
                when=_is_inverted,
                hint="Try p = 0.9 with y = 1: this charges −log 0.1. Which log should a label 1 meet?",
            ),
            Mistake(
                like=_bce_written_out,
                hint="Right while nothing is certain. Here it takes 0 · log 0. Is that second log needed at all?",
            ),
            Mistake(
                like=lambda p, y: torch.nan_to_num(_bce_written_out(p, y)),
                hint="This hides the nan after the mean, and the loss of the other samples with it.",
            ),
            Mistake(
                like=lambda p, y: -_bce(p, y), hint="The better the prediction, the larger this is: mind its sign."
            ),
            Mistake(like=lambda p, y: len(y) * _bce(p, y), hint="This is the sum over the samples."),
            Mistake(like=lambda p, y: _bce(p, y) / math.log(2), hint="This is in bits. In nats the log is natural."),
            Mistake(like=lambda p, y: -(y * torch.log(p)).mean(), hint="A sample with the label 0 pays nothing here."),
            Mistake(
                like=lambda p, y: _bce(p[p != y], y[p != y]),
                hint="This leaves the certain samples out. They add 0 to the sum, and still count in the mean.",
            ),
            Mistake(
                when=lambda results: all(
                    abs(result / _bce_written_out(p, y) - 1) < 0.05
                    for result, (p, y) in zip(results, UNSURE, strict=False)
                ),
                hint="Close, not right. Does a number inside the log, or a clamp of p, change a loss?",
            ),
        ],
    ),
    Function(
        "02.4",
        "The wrong way along one axis",
        reference=_gradients,
        cases=[
            Case(*ONE_FEATURE, rule=MEAN_GRADIENT),
            Case(torch.tensor([0.5, -1.0]), 0.25, TWO_FEATURES, torch.tensor([1.0, 0.0, 1.0]), rule=MEAN_GRADIENT),
            Case(
                torch.tensor([1.0, 0.0, -0.5]),
                -2.0,
                THREE_FEATURES,
                torch.tensor([0.0, 1.0, 1.0, 0.0]),
                rule=MEAN_GRADIENT,
            ),
        ],
        mistakes=[
            Mistake(
                like=partial(_gradients, signs=(1, -1)),
                hint="All labels are 0, so every p is too high. Does the loss rise or fall with b?",
            ),
            Mistake(
                like=partial(_gradients, signs=(-1, -1)),
                hint="These are the slopes of the log-likelihood, which we climb. The loss is its opposite.",
            ),
            Mistake(
                like=partial(_gradients, signs=(-1, 1)),
                hint="Now the other one has the wrong sign. Both begin with the same error.",
            ),
            Mistake(
                like=partial(_gradients, reductions=("sum", "sum")),
                hint="These are sums over the samples. The loss is a mean, and so are its slopes.",
            ),
            Mistake(
                like=partial(_gradients, reductions=("sum", "mean")),
                hint="A matrix product with the errors sums over the samples. A mean is wanted for w, too.",
            ),
            Mistake(
                like=partial(_gradients_of_a_square, sign=-1),
                hint="The logits are right. Print the shape of errors times X; and b has the page's sign.",
            ),
            Mistake(
                like=_gradients_of_a_square,
                hint="b is right. Errors (n,) against the columns of X make a square: print the shape.",
            ),
            Mistake(
                like=_gradient_over_everything,
                hint="One mean over all of X mixes the features. Each needs a slope of its own.",
            ),
            Mistake(
                like=_gradient_of_means,
                hint="Multiply first, then take the mean: each error belongs to its own sample.",
            ),
            Mistake(
                like=partial(_gradients, slope=True),
                hint="The factor p(1 − p) cancels in section 4. Here it is still there.",
            ),
            Mistake(like=partial(_gradients, squashed=False), hint="The error is p − y. This takes the logit for p."),
            Mistake(
                like=lambda w, b, X, y: _gradients(w, b, X, y)[::-1],
                hint="The order is the slope in w, then the one in b.",
            ),
            Mistake(
                when=lambda results: results[1] is None and _same(results[0], _for_one_feature(signs=(1, -1))),
                hint="One feature goes through, with the page's sign in b. For several, compare the shapes of w and X.",
            ),
            Mistake(
                when=lambda results: results[1] is None and _same(results[0], _for_one_feature()),
                hint="Right for one feature. For several, compare the shapes of w, X and the errors.",
            ),
            Mistake(
                when=lambda results: [tuple(part.shape) for part in results[0]] == [(2,), ()],
                hint="Errors of the shape (n,) against a column of X make a square. Print the shape of their product.",
            ),
        ],
    ),
    Value(
        "02.5",
        "A valley with a flat floor",
        expected=(1.0, -4.0),
        rule="Every term of vᵀHv must be 0, with a v that is not (0, 0).",
        holds=lambda v: _is_along(v, torch.tensor([1.0, -4.0], dtype=torch.float64)),
        mistakes=[
            Mistake(
                when=lambda results: results[0] is not None and results[0].numel() != 2,
                hint="A direction has two numbers here: one for w and one for b.",
            ),
            Mistake(like=(0.0, 0.0), hint="That is no direction: it goes nowhere."),
            Mistake(
                when=_along(4.0, 1.0),
                hint="Along this one the loss bends most. The flat one is at a right angle to it.",
            ),
            Mistake(when=_along(1.0, 4.0), hint="Put it into 4·v1 + v2. What cancels the first term?"),
            Mistake(when=_along(4.0, -1.0), hint="Put it into 4·v1 + v2: which of the two numbers meets the 4?"),
            Mistake(when=_along(1.0, 0.0), hint="Only w moves, so every logit does. Let b make up for it."),
            Mistake(when=_along(0.0, 1.0), hint="Only b moves, so every logit does. Let w make up for it."),
        ],
    ),
    Function(
        "02.6",
        "A weighted loss that never breaks",
        reference=_weighted_bce,
        cases=[
            Case(*SMALL[0], rule="With c = 1 it is the BCE of the lesson."),
            Case(
                *SMALL[1], rule="A sample with the label 1 pays c times −log p; one with the label 0 pays −log(1 − p)."
            ),
            Case(*FAR_AND_WRONG, rule="Far out and wrong, the loss grows like |z|, times c where the label is 1."),
            Case(*FAR_AND_RIGHT, rule="Far out and right, a sample adds nothing that a float can hold."),
        ],
        mistakes=[
            Mistake(
                like=_weighted_bce_by_sigmoid,
                hint="Far out, exp of a large number or log of a rounded p gives inf. Section 6 avoids both.",
            ),
            Mistake(
                like=_weighted_bce_that_overflows,
                hint="Right, until exp overflows. Which sign may its argument have?",
            ),
            Mistake(
                when=_breaks_far_out,
                hint="Right while the logits are small. Which exp or log here gives inf, and what does it meet?",
            ),
            Mistake(
                when=_is_clamped,
                hint="A clamp, of p or of z, makes it finite, not right: far out the loss keeps growing.",
            ),
            Mistake(like=lambda z, y, c: _weighted_bce(z, y, 1.0), hint="With c = 1 it is right. Where is c?"),
            Mistake(
                like=lambda z, y, c: c * _weighted_bce(z, y, 1.0),
                hint="This weighs all samples. Only those with the label 1 count c times.",
            ),
            Mistake(
                like=lambda z, y, c: _weighted_bce(z, y, 1.0, of_zeros=c),
                hint="This weighs the samples with the label 0. The others are meant.",
            ),
            Mistake(
                like=lambda z, y, c: F.binary_cross_entropy_with_logits(z, c * y),
                hint="The formula of section 6 holds its log once, for y and 1 − y add up to 1. Do c·y and 1 − y?",
            ),
            Mistake(
                like=lambda z, y, c: _weighted_bce(z, y, c) * len(y) / (c * y + 1 - y).sum(),
                hint="This divides by the sum of the weights. The task divides by n.",
            ),
            Mistake(like=lambda z, y, c: _weighted_bce(z, y, c) * len(y), hint="This is the sum over the samples."),
            Mistake(
                like=lambda z, y, c: (c * y * F.softplus(z) + (1 - y) * F.softplus(-z)).mean(),
                hint="The two logs are exchanged: for the label 1 the loss must fall as z grows.",
            ),
            Mistake(like=lambda z, y, c: -_weighted_bce(z, y, c), hint="No such loss lies below 0: mind its sign."),
        ],
    ),
]
