"""The exercises of notebook 03: the training loop, the boundary, accuracy."""

from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor

from helpers.checks.exercises import Case, Choice, Function, Mistake, Value

__all__ = ["EXERCISES"]


# What is right --------------------------------------------------------------------------------------------------


def _boundary(w1: float, w2: float, b: float, x1: Tensor) -> Tensor:
    return -(w1 * x1 + b) / w2


def _accuracy(logits: Tensor, y: Tensor, *, threshold: float = 0.0) -> Tensor:
    return ((logits.flatten() > threshold) == y).float().mean()


def _accuracy_of_all_pairs(logits: Tensor, y: Tensor, *, threshold: float = 0.0) -> Tensor:
    """The mistake: a column against a row broadcasts to a square."""
    return ((logits > threshold) == y).float().mean()


def _trained(
    X: Tensor,
    y: Tensor,
    learning_rate: float,
    decay: float,
    n_epochs: int,
    *,
    kept: float = 0.0,
    reduction: str = "mean",
    decayed: tuple[float, float] = (1.0, 1.0),
) -> Tensor:
    """Train by hand from (w, b) = (0, 0); ``kept`` is the share of the old gradient that stays: 1 makes the mistake."""
    inputs, labels = torch.cat([X, torch.ones_like(X)], dim=1).double(), y.double()
    parameters, gradient = torch.zeros(2, dtype=torch.float64), torch.zeros(2, dtype=torch.float64)
    for _ in range(n_epochs):
        errors = torch.sigmoid(inputs @ parameters.unsqueeze(1)) - labels
        gradient = kept * gradient + getattr(errors * inputs, reduction)(dim=0)
        parameters = parameters - learning_rate * (gradient + decay * torch.tensor(decayed) * parameters)
    return parameters


# Mistakes that stop with an error -------------------------------------------------------------------------------


def _trained_on_a_leaf(X: Tensor, y: Tensor, learning_rate: float, decay: float, n_epochs: int) -> Tensor:
    """Autograd refuses to change a tensor in place that it watches."""
    w = torch.zeros(1, requires_grad=True)
    F.binary_cross_entropy_with_logits(w * X, y).backward()
    w -= learning_rate * w.grad
    return w


def _trained_and_rebound(
    X: Tensor, y: Tensor, learning_rate: float, decay: float, n_epochs: int
) -> tuple[Tensor, Tensor]:
    """After the first step autograd does not watch the parameters any more."""
    w, b = torch.zeros(1, requires_grad=True), torch.zeros(1, requires_grad=True)
    for _ in range(n_epochs):
        F.binary_cross_entropy_with_logits(w * X + b, y).backward()
        with torch.no_grad():
            w, b = w - learning_rate * (w.grad + decay * w), b - learning_rate * (b.grad + decay * b)
    return w, b


def _cleared_too_early(X: Tensor, y: Tensor, learning_rate: float, decay: float, n_epochs: int) -> Tensor:
    """Before the first backward there is no gradient to clear."""
    return torch.zeros(1, requires_grad=True).grad.zero_()


# The cases ------------------------------------------------------------------------------------------------------

ON_THE_LINE = "Every (x1, x2) that comes out has the logit w1·x1 + w2·x2 + b = 0."
SHARE = "Accuracy is the share of samples whose p > ½ matches the label, one number between 0 and 1."
HOURS = torch.tensor([[1.0], [2.0], [3.0], [4.0]])
PASSED = torch.tensor([[0.0], [0.0], [1.0], [1.0]])
MIXED = torch.tensor([[0.0], [1.0], [0.0], [1.0]])

EXERCISES = [
    Value(
        "03.1",
        "Count the steps",
        expected=320,
        rule="Each batch is one step; the samples left over at the end of an epoch make a batch, too.",
        mistakes=[
            Mistake(like=300, hint="The last batch of an epoch is smaller, but it is a batch: round up."),
            Mistake(like=312.5, hint="Half a batch is still one step: round up in each epoch, then multiply."),
            Mistake(like=312, hint="Half a batch is still one step: round up in each epoch, then multiply."),
            Mistake(
                like=15,
                hint="That is the full batches of one epoch. Some samples are left, and 20 epochs are asked for.",
            ),
            Mistake(like=313, hint="Every epoch has its own smaller batch: round up in each epoch, then multiply."),
            Mistake(like=16, hint="That is one epoch. Now all of them."),
            Mistake(like=20, hint="That is one step an epoch, as without mini-batches."),
            Mistake(like=20_000, hint="That counts samples. A step takes a whole batch of them."),
        ],
        rtol=1e-6,
    ),
    Choice(
        "03.2",
        "Read a logarithmic axis",
        options="ABCD",
        right="B",
        hints={
            "A": "From one mark to the next the axis multiplies. Twice the epochs are only a third of the way.",
            "C": "Find how much w gained from 10⁴ to 10⁵ epochs, and compare it with what is missing.",
            "D": "The dashed line belongs to another run, the one with weight decay.",
        },
    ),
    Function(
        "03.3",
        "A line that is no boundary",
        reference=_boundary,
        cases=[
            Case(1.0, 2.0, -4.0, torch.tensor([0.0, 1.0, 2.0]), rule=ON_THE_LINE),
            Case(3.0, -2.0, 0.0, torch.tensor([-1.0, 0.5, 2.0]), rule=ON_THE_LINE),
            Case(-0.5, 0.25, 3.0, torch.tensor([0.0, 4.0, 6.0]), rule=ON_THE_LINE),
        ],
        mistakes=[
            Mistake(
                like=lambda w1, w2, b, x1: (w1 * x1 + b) / w2,
                hint="Put a point back into w1·x1 + w2·x2 + b. What changes when a term crosses the = sign?",
            ),
            Mistake(
                like=lambda w1, w2, b, x1: (-w1 * x1 + b) / w2,
                hint="Two terms cross the = sign. Both change.",
            ),
            Mistake(
                like=lambda w1, w2, b, x1: -w1 * x1 - b / w2,
                hint="The division belongs to the whole numerator: mind the brackets.",
            ),
            Mistake(
                like=lambda w1, w2, b, x1: -w1 * x1 / w2,
                hint="This line always goes through the origin. What moves it away?",
            ),
            Mistake(
                like=lambda w1, w2, b, x1: -(w2 * x1 + b) / w1,
                hint="This solves for the other feature: x1 is given, x2 is wanted.",
            ),
            Mistake(
                like=lambda w1, w2, b, x1: w1 * x1 + b,
                hint="w2 is not used. It stands in front of what you solve for.",
            ),
            Mistake(
                like=lambda w1, w2, b, x1: -(w1 * x1 + b),
                hint="w2 is not used. It stands in front of what you solve for.",
            ),
            Mistake(
                like=lambda w1, w2, b, x1: -w1 / w2 * x1 + b,
                hint="The slope is right. At x1 = 0, w2·x2 + b must be 0: is x2 then b?",
            ),
            Mistake(
                like=lambda w1, w2, b, x1: (0.5 - w1 * x1 - b) / w2,
                hint="½ is the probability on the boundary. Which logit belongs to it?",
            ),
            Mistake(
                like=lambda w1, w2, b, x1: (w1 * x1 - b) / w2,
                hint="Two terms cross the = sign. Both change.",
            ),
        ],
    ),
    Function(
        "03.4",
        "Two mistakes in one line",
        reference=_accuracy,
        cases=[
            Case(torch.tensor([[-2.0], [0.3], [1.5]]), torch.tensor([0.0, 1.0, 1.0]), rule=SHARE),
            Case(torch.tensor([[0.2], [0.4], [-1.0], [3.0]]), torch.tensor([0.0, 1.0, 1.0, 1.0]), rule=SHARE),
            Case(
                torch.tensor([[-0.1], [-3.0], [0.6], [2.0], [0.1]]), torch.tensor([0.0, 0.0, 0.0, 1.0, 1.0]), rule=SHARE
            ),
        ],
        mistakes=[
            Mistake(
                like=partial(_accuracy_of_all_pairs, threshold=0.5),
                hint="Both mistakes are still there. Which logit belongs to p = ½? And what is the shape of the ==?",
            ),
            Mistake(
                like=_accuracy_of_all_pairs,
                hint="The threshold is right. Now print the shape of the ==: a column meets a row.",
            ),
            Mistake(
                like=partial(_accuracy, threshold=0.5),
                hint="The shapes are right. Now the threshold: these are logits, no probabilities.",
            ),
            Mistake(
                like=lambda logits, y: ((torch.sigmoid(logits.flatten()) > 0) == y).float().mean(),
                hint="A probability is always above 0. Its threshold is another.",
            ),
            Mistake(like=lambda logits, y: 1 - _accuracy(logits, y), hint="This is the share of the wrong ones."),
            Mistake(
                like=lambda logits, y: len(y) * _accuracy(logits, y),
                hint="This counts the right ones. A share is wanted: divide by the number of samples.",
            ),
            Mistake(
                like=lambda logits, y: 100 * _accuracy(logits, y),
                hint="This is in per cent. A share between 0 and 1 is wanted.",
            ),
        ],
    ),
    Function(
        "03.5",
        "Gradients that pile up",
        reference=_trained,
        cases=[
            Case(HOURS, PASSED, 0.1, 0.0, 1, rule="One epoch is one step from (0, 0) against the mean gradient."),
            Case(HOURS, PASSED, 0.1, 0.0, 3, rule="Every step uses the gradient of its own epoch alone."),
            Case(HOURS, MIXED, 0.2, 0.5, 2, rule="Decay λ adds λw to the gradient of w, and λb to that of b."),
            Case(HOURS, MIXED, 0.2, 0.1, 40, rule="Forty such steps, each with its own gradient and its decay."),
        ],
        mistakes=[
            Mistake(
                like=lambda X, y, learning_rate, decay, n_epochs: _trained(
                    X, y, learning_rate, 0.0, n_epochs, kept=1.0
                ),
                hint="As on the page, backward() adds to the old gradient. Clear it in every epoch, then add decay.",
            ),
            Mistake(
                like=partial(_trained, kept=1.0),
                hint="backward() adds to the gradient that is there. Clear it in every epoch.",
            ),
            Mistake(
                like=lambda X, y, learning_rate, decay, n_epochs: _trained(X, y, learning_rate, 0.0, n_epochs),
                hint="Without decay it is right. Now use decay: it pulls every parameter towards 0.",
            ),
            Mistake(
                like=lambda X, y, learning_rate, decay, n_epochs: _trained(X, y, learning_rate, -decay, n_epochs),
                hint="This decay pushes the parameters away from 0: mind its sign.",
            ),
            Mistake(
                like=lambda X, y, learning_rate, decay, n_epochs: _trained(X, y, learning_rate, 2 * decay, n_epochs),
                hint="The decay is twice too strong: the derivative of λw² is 2λw.",
            ),
            Mistake(
                like=lambda X, y, learning_rate, decay, n_epochs: _trained(
                    X, y, learning_rate, decay / learning_rate, n_epochs
                ),
                hint="λθ is added to the gradient, so the learning rate multiplies it, too.",
            ),
            Mistake(
                like=lambda X, y, learning_rate, decay, n_epochs: torch.zeros(2),
                hint="Nothing moves. Are the gradients cleared between backward() and the step?",
            ),
            Mistake(
                like=_trained_on_a_leaf,
                hint="w and b must be tensors with requires_grad=True, and -= on them needs no_grad().",
            ),
            Mistake(
                like=_trained_and_rebound,
                hint="One epoch works, two fail: w = w − … makes a new tensor. -= keeps the old one.",
            ),
            Mistake(
                like=_cleared_too_early,
                hint="Before the first backward() .grad is None. Clear it after the step.",
            ),
            Mistake(
                like=partial(_trained, decayed=(1.0, 0.0)),
                hint="Here b decays, too: the optimizer's weight_decay takes every parameter.",
            ),
            Mistake(
                like=partial(_trained, reduction="sum"),
                hint="The loss is the mean over the samples, and so is its gradient.",
            ),
            Mistake(
                like=lambda X, y, learning_rate, decay, n_epochs: _trained(X, y, -learning_rate, decay, n_epochs),
                hint="The first step goes uphill: subtract the gradient.",
            ),
            Mistake(
                like=lambda X, y, learning_rate, decay, n_epochs: _trained(X, y, learning_rate, decay, n_epochs + 1),
                hint="This takes one step too many.",
            ),
            Mistake(
                like=lambda X, y, learning_rate, decay, n_epochs: _trained(X, y, learning_rate, decay, n_epochs).flip(
                    0
                ),
                hint="The order is w, then b.",
            ),
        ],
        rtol=1e-3,
    ),
]
