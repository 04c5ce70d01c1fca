"""The exercises of notebook 06: softmax, its loss, its gradient, and numbers that stay finite."""

import math
from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor

from helpers.checks.exercises import Case, Choice, Function, Mistake, Value

__all__ = ["EXERCISES"]


# What is right --------------------------------------------------------------------------------------------------


def _loss(probs: Tensor, y: Tensor, *, reduction: str = "mean") -> Tensor:
    return F.nll_loss(probs.log(), y, reduction=reduction)


def _log_sum_exp(Z: Tensor, *, shift: Callable[[Tensor], Tensor] | None = None, back: float = 1.0) -> Tensor:
    """Shift by the largest of each row; another ``shift``, or a share ``back`` other than 1, makes a mistake."""
    m = Z.amax(dim=1, keepdim=True) if shift is None else shift(Z)
    return back * m.flatten() + (Z - m).exp().sum(dim=1).log()


def _log_sum_exp_by_broadcasting(Z: Tensor, *, dim: int, keepdim: bool) -> Tensor:
    """The mistakes: maxima whose shape does not fit to that of the logits, or to that of the sums."""
    m = Z.amax(dim=dim, keepdim=keepdim)
    return m + (Z - m).exp().sum(dim=1).log()


def _softmax(Z: Tensor) -> Tensor:
    return torch.softmax(Z, dim=1)


def _naive_softmax(Z: Tensor) -> Tensor:
    exponentials = Z.exp()
    return exponentials / exponentials.sum(dim=1, keepdim=True)


def _trained(
    X: Tensor,
    y: Tensor,
    n_classes: int,
    learning_rate: float,
    n_epochs: int,
    *,
    softmax: Callable[[Tensor], Tensor] = _softmax,
    twice: bool = False,
    in_turn: bool = False,
    W_mean: bool = True,
    b_mean: bool = True,
    bias: float = 1.0,
    labels: float = 1.0,
) -> tuple[Tensor, Tensor]:
    """Train by hand from W = 0, b = 0; the options make a mistake each."""
    X, Y = X.double(), F.one_hot(y, n_classes).double()
    W, b = torch.zeros(n_classes, X.shape[1], dtype=torch.float64), torch.zeros(n_classes, dtype=torch.float64)

    def errors() -> Tensor:
        P = softmax(X @ W.T + b)
        if not twice:
            return P - labels * Y
        pull = softmax(P) - Y
        return P * (pull - (P * pull).sum(dim=1, keepdim=True))

    for _ in range(n_epochs):
        now = errors()
        W = W - learning_rate * (now.T @ X) / (len(X) if W_mean else 1)
        b = b - learning_rate * bias * (errors() if in_turn else now).sum(dim=0) / (len(X) if b_mean else 1)
    return W, b


# The cases ------------------------------------------------------------------------------------------------------

PICKED = "The loss is the mean, over the samples, of −log of the probability given to the true class."
OF_EACH_ROW = "Each row gives the log of the sum of its own exponentials: one number for each row."
POINTS = torch.tensor([[1.0, 2.0], [2.0, 1.0], [-1.0, 1.0], [3.0, 3.0]])
FAR_POINTS = torch.tensor([[1.0, 2.0], [2000.0, -500.0], [-300.0, 1000.0]])
CLASSES = torch.tensor([0, 1, 2, 1])

EXERCISES = [
    Value(
        "06.1",
        "Three large logits",
        expected=torch.tensor([0.25, 0.25, 0.5]),
        rule="Three probabilities, class 0 first: they sum to 1, and are in the same proportion as the e^z.",
        mistakes=[
            Mistake(like=[1.0, 1.0, 2.0], hint="The proportions are right. Now make them sum to 1."),
            Mistake(like=[25.0, 25.0, 50.0], hint="This is in per cent. Probabilities lie between 0 and 1."),
            Mistake(like=[0.5, 0.25, 0.25], hint="The probabilities are right, their order is not: class 0 first."),
            Mistake(
                like=[1 / 3, 1 / 3, 1 / 3],
                hint="Beside 100 the log 2 looks small. But only the differences of the logits count.",
            ),
            Mistake(
                like=[z / (300 + math.log(2)) for z in (100, 100, 100 + math.log(2))],
                hint="These are the shares of the logits. Which function comes before the division?",
            ),
            Mistake(
                like=[0.0, 0.0, 1.0], hint="The largest logit does not take all. By which factor is its e^z larger?"
            ),
        ],
    ),
    Choice(
        "06.2",
        "From the plane to the triangle",
        options="ABCD",
        right="C",
        hints={
            "A": "In the middle of the triangle three classes tie. Which ones still tie further down the border?",
            "B": "Along the bottom side one class gains on the other. Does that happen on this border?",
            "D": "A corner is certainty. Which two probabilities are equal all along the border?",
        },
    ),
    Function(
        "06.3",
        "Probabilities where logits are wanted",
        reference=_loss,
        cases=[
            Case(torch.tensor([[0.2, 0.5, 0.3], [0.1, 0.3, 0.6]]), torch.tensor([1, 2]), rule=PICKED),
            Case(
                torch.tensor([[0.9998, 0.0001, 0.0001], [0.0001, 0.0001, 0.9998]]),
                torch.tensor([0, 2]),
                rule="Predictions that are certain and right cost nearly nothing.",
            ),
            Case(
                torch.tensor([[0.7, 0.3], [0.4, 0.6], [0.9, 0.1]]),
                torch.tensor([1, 0, 0]),
                rule=f"{PICKED} Here are three samples and two classes.",
            ),
            Case(
                torch.tensor([[0.001, 0.998, 0.001]]),
                torch.tensor([0]),
                rule=f"{PICKED} Here a prediction is certain and wrong.",
            ),
        ],
        mistakes=[
            Mistake(
                like=F.cross_entropy,
                hint="A second softmax is still at work. Which step of −log p is left if p is there already?",
            ),
            Mistake(
                like=F.nll_loss,
                hint="nll_loss picks one entry a row and changes its sign. Which step of −log p is missing?",
            ),
            Mistake(
                like=partial(_loss, reduction="sum"),
                hint="This is the sum over the samples. Their mean is wanted.",
            ),
            Mistake(
                like=lambda probs, y: _loss(probs, y) / probs.shape[1],
                hint="This mean divides by samples times classes. One term a sample: divide by the samples.",
            ),
            Mistake(
                like=lambda probs, y: -_loss(probs, y),
                hint="The log of a probability is never positive, a loss is never negative: mind the sign.",
            ),
            Mistake(
                like=lambda probs, y: -probs[range(len(y)), y].mean().log(),
                hint="The log of a mean is not the mean of the logs: mind the order.",
            ),
            Mistake(
                like=lambda probs, y: -probs.amax(dim=1).log().mean(),
                hint="This takes the largest probability of a row. It says how sure the model is, not how right.",
            ),
            Mistake(
                like=lambda probs, y: F.binary_cross_entropy(probs, F.one_hot(y, probs.shape[1]).float()),
                hint="This also takes a log for each wrong class. The true class alone counts.",
            ),
            Mistake(
                like=lambda probs, y: _loss(probs, y) / math.log(2),
                hint="This is in bits. The loss is in nats: log is ln.",
            ),
            Mistake(
                like=lambda probs, y: -(F.one_hot(y) * probs.log()).sum(dim=1).mean(),
                hint="one_hot counts the classes that occur in y. Tell it how many columns probs has: num_classes.",
            ),
            Mistake(
                like=lambda probs, y: -probs[:, y].log().mean(),
                hint="probs[:, y] takes these columns of every row, not one entry of each row. Print its shape.",
            ),
        ],
    ),
    Function(
        "06.4",
        "A stable function that is not",
        reference=_log_sum_exp,
        cases=[
            Case(torch.tensor([[0.0, 0.0, 0.0], [1.0, 2.0, 3.0]]), rule=OF_EACH_ROW),
            Case(
                torch.tensor([[1000.0, 1000.0], [0.0, 0.0]]),
                rule="What a row gives does not depend on the other rows; it is finite, and at least "
                "the row's largest logit.",
            ),
            Case(
                torch.tensor([[-1000.0, -1001.0], [-1002.0, -1000.0]]),
                rule="Very negative logits have a finite log-sum-exp, a little above the largest of the row.",
            ),
            Case(
                torch.tensor([[1000.0, 999.0, 0.0], [2.0, 0.0, 1.0], [5.0, 5.0, 5.0]]),
                rule="Logits of a row may lie far apart: its log-sum-exp is at least its largest, and finite.",
            ),
        ],
        mistakes=[
            Mistake(
                like=partial(_log_sum_exp, shift=torch.amax),
                hint="A row far below the largest of all is lost: its exponentials are all 0. What should it subtract?",
            ),
            Mistake(
                like=partial(_log_sum_exp, back=0.0),
                hint="The shift is still in the result: e^z = e^m · e^(z − m). What does the log make of e^m?",
            ),
            Mistake(
                like=partial(_log_sum_exp, shift=torch.amax, back=0.0),
                hint="Two mistakes: the shift is still in the result, and a row far below the largest of all is lost.",
            ),
            Mistake(like=partial(_log_sum_exp, back=-1.0), hint="m comes back with the wrong sign."),
            Mistake(
                like=partial(_log_sum_exp, shift=lambda Z: torch.zeros(1)),
                hint="This is the naive form: e^1000 does not fit into a float, and e^−1000 is 0.",
            ),
            Mistake(
                like=partial(_log_sum_exp, shift=partial(torch.amin, dim=1, keepdim=True)),
                hint="After this shift exponents are above 0, as far as the row is wide. None may be above 0.",
            ),
            Mistake(
                like=partial(_log_sum_exp_by_broadcasting, dim=1, keepdim=True),
                hint="The maxima stand in a column, the sums in a row: together they make a square. Print both shapes.",
            ),
            Mistake(
                like=partial(_log_sum_exp_by_broadcasting, dim=1, keepdim=False),
                hint="Z − m puts the maxima along the columns, or fails. A column of maxima is needed there.",
            ),
            Mistake(
                like=partial(_log_sum_exp_by_broadcasting, dim=0, keepdim=False),
                hint="These are the maxima of the columns. A row is a sample.",
            ),
            Mistake(
                like=partial(torch.logsumexp, dim=0),
                hint="This sums down the columns. A row is a sample: sum along it.",
            ),
            Mistake(
                like=partial(torch.logsumexp, dim=(0, 1)),
                hint="This is one number for all rows together. Each row has its own.",
            ),
            Mistake(
                like=lambda Z: _log_sum_exp(Z) - math.log(Z.shape[1]),
                hint="This takes the mean of the exponentials. Their sum is wanted.",
            ),
        ],
        rtol=1e-5,
    ),
    Function(
        "06.5",
        "Softmax regression from nothing",
        reference=_trained,
        cases=[
            Case(POINTS, CLASSES, 3, 0.1, 1, rule="One epoch is one step from W = 0, b = 0 against the mean gradient."),
            Case(POINTS, CLASSES, 3, 0.5, 4, rule="Every step takes both gradients at the W and b it starts from."),
            Case(POINTS, CLASSES, 4, 0.5, 4, rule="A class without samples has its row of W and its b, too."),
            Case(
                FAR_POINTS,
                torch.tensor([0, 1, 2]),
                3,
                0.1,
                20,
                rule="Large logits give finite W and b: those of the formula, computed without overflow.",
            ),
        ],
        mistakes=[
            Mistake(
                like=partial(_trained, softmax=_naive_softmax),
                hint="For large logits P is nan: inf/inf or 0/0. Does every row have an exponential of 1 in its sum?",
            ),
            Mistake(
                like=partial(_trained, twice=True),
                hint="This is the gradient for a softmax applied twice. F.cross_entropy has one inside.",
            ),
            Mistake(
                like=partial(_trained, W_mean=False, b_mean=False),
                hint="The loss is the mean over the samples, and so are both gradients.",
            ),
            Mistake(
                like=partial(_trained, W_mean=False),
                hint="b is right. W's gradient is a mean over the samples, too.",
            ),
            Mistake(
                like=partial(_trained, b_mean=False),
                hint="W is right. b's gradient is a mean over the samples, too.",
            ),
            Mistake(
                like=lambda X, y, n_classes, learning_rate, n_epochs: _trained(
                    X, y, n_classes, -learning_rate, n_epochs
                ),
                hint="The first step goes uphill: subtract the gradient.",
            ),
            Mistake(
                like=partial(_trained, bias=0.0),
                hint="b stays at 0. It has a gradient for each class: the factor x is 1, the mean over the samples.",
            ),
            Mistake(
                like=partial(_trained, in_turn=True),
                hint="b's gradient is taken at the new W. Take both gradients first, then both steps.",
            ),
            Mistake(
                like=partial(_trained, labels=0.0),
                hint="Y is missing. If a prediction is certain and right, its gradient must be 0.",
            ),
            Mistake(
                like=partial(_trained, softmax=partial(torch.softmax, dim=0)),
                hint="This softmax runs down the columns. The probabilities of one sample, a row, sum to 1.",
            ),
            Mistake(
                like=lambda X, y, n_classes, learning_rate, n_epochs: _trained(
                    X, y, n_classes, learning_rate, n_epochs + 1
                ),
                hint="This takes one step too many.",
            ),
            Mistake(
                like=lambda X, y, n_classes, learning_rate, n_epochs: _trained(X, y, n_classes, learning_rate, 1),
                hint="Only one step is taken. Does the return stand inside the loop?",
            ),
        ],
        rtol=1e-3,
        atol=1e-4,
    ),
]
