"""The exercises of notebook 00: shapes, the update rule, the learning rate, momentum."""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from helpers.checks.exercises import Case, Choice, Function, Mistake, Value

__all__ = ["EXERCISES"]


# What is right --------------------------------------------------------------------------------------------------


def _mse(prediction: Tensor, y: Tensor) -> Tensor:
    return ((prediction.flatten() - y) ** 2).mean()


def _updated(
    w: float,
    b: float,
    X: Tensor,
    y: Tensor,
    learning_rate: float,
    *,
    signs: tuple[float, float] = (-1.0, -1.0),
    factor: float = 2.0,
    reduction: str = "mean",
    in_turn: bool = False,
) -> tuple[Tensor, Tensor]:
    """Take one step; ``in_turn`` makes the mistake that the step of b already sees the new w."""
    errors = w * X + b - y
    w_new = w + signs[0] * learning_rate * factor * getattr(errors * X, reduction)()
    if in_turn:
        errors = w_new * X + b - y
    return w_new, b + signs[1] * learning_rate * factor * getattr(errors, reduction)()


def _border(X: Tensor, *, factor: float = 1.0) -> Tensor:
    return factor / (X**2).mean()


def _rolled(
    loss: Callable[[Tensor], Tensor],
    w: float,
    learning_rate: float,
    n_steps: int,
    *,
    kept: float = 0.9,
    added: float = 1.0,
    grad_kept: float = 0.0,
    late: bool = False,
) -> float:
    """Walk with momentum; ``grad_kept=1`` lets gradients pile up, ``late`` steps before the velocity is updated."""
    v = grad = 0.0
    for _ in range(n_steps):
        old = v
        grad = grad_kept * grad + _slope(loss, w)
        v = kept * v + added * grad
        w = w - learning_rate * (old if late else v)
    return w


def _slope(loss: Callable[[Tensor], Tensor], w: float) -> float:
    place = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(loss(place), place)
    return slope.item()


# Mistakes that no option makes ----------------------------------------------------------------------------------


def _updated_with_x_in_both(w: float, b: float, X: Tensor, y: Tensor, learning_rate: float) -> tuple[Tensor, Tensor]:
    gradient = 2 * ((w * X + b - y) * X).mean()
    return w - learning_rate * gradient, b - learning_rate * gradient


def _updated_without_x(w: float, b: float, X: Tensor, y: Tensor, learning_rate: float) -> tuple[Tensor, Tensor]:
    gradient = 2 * (w * X + b - y).mean()
    return w - learning_rate * gradient, b - learning_rate * gradient


def _border_with_b_free(X: Tensor) -> Tensor:
    design = torch.cat([X, torch.ones_like(X)], dim=1)
    return 2 / torch.linalg.eigvalsh(2 * design.T @ design / len(X))[-1]


def _rolled_on_the_graph(loss: Callable[[Tensor], Tensor], w: float, learning_rate: float, n_steps: int) -> Tensor:
    """After the first step w is the result of a computation, and has no gradient of its own."""
    place, v = torch.tensor(w, requires_grad=True), 0.0
    for _ in range(n_steps):
        loss(place).backward()
        v = 0.9 * v + place.grad
        place = place - learning_rate * v
    return place


def _rolled_with_a_number(loss: Callable[[float], Tensor], w: float, learning_rate: float, n_steps: int) -> float:
    """A plain number is never differentiated: the first backward fails."""
    loss(w).backward()
    return w


def _rolled_on_a_leaf(loss: Callable[[Tensor], Tensor], w: float, learning_rate: float, n_steps: int) -> Tensor:
    """Autograd refuses to change a tensor in place that it watches."""
    place, v = torch.tensor(w, requires_grad=True), 0.0
    for _ in range(n_steps):
        loss(place).backward()
        v = 0.9 * v + place.grad
        place -= learning_rate * v
    return place


def _rolled_and_not_watched(loss: Callable[[Tensor], Tensor], w: float, learning_rate: float, n_steps: int) -> Tensor:
    """After the first step autograd does not watch w any more: the second backward fails."""
    place, v = torch.tensor(w, requires_grad=True), 0.0
    for _ in range(n_steps):
        loss(place).backward()
        v = 0.9 * v + place.grad
        place = (place - learning_rate * v).detach()
    return place


def _rolled_and_cleared_too_early(
    loss: Callable[[Tensor], Tensor], w: float, learning_rate: float, n_steps: int
) -> Tensor:
    """Before the first backward there is no gradient to clear."""
    return torch.tensor(w, requires_grad=True).grad.zero_()


def _rolled_from_the_first_slope(
    loss: Callable[[Tensor], Tensor], w: float, learning_rate: float, n_steps: int
) -> float:
    slope = _slope(loss, w)
    return _rolled(lambda place: slope * place, w, learning_rate, n_steps)


# The cases ------------------------------------------------------------------------------------------------------

OWN_LABEL = "The loss is the mean of n squares: each prediction meets its own label, and no other."
DOWNHILL = "Both parameters take a step of the learning rate times their slope, downhill."
BORDER = "A rate just below it brings w closer at every step, a rate just above it leads away."

X = torch.tensor([[1.0], [2.0], [3.0]])
Y = 2 * X
X_MIXED, Y_MIXED = torch.tensor([[-1.0], [0.5], [2.0], [4.0]]), torch.tensor([[3.0], [1.0], [-2.0], [0.5]])

EXERCISES = [
    Value(
        "00.1",
        "One step by hand",
        expected=2.4,
        rule="The new w is the old one, minus the learning rate times the slope at the old one.",
        mistakes=[
            Mistake(like=-0.4, hint="This went away from the minimum. What is the sign of the slope at w = 1?"),
            Mistake(like=5.2, hint="This is the slope of the sum of squares. Our loss is their mean."),
            Mistake(like=1.7, hint="Half the way is missing: the derivative of a square brings a factor 2."),
            Mistake(like=1.4, hint="This is how far w goes. Where does it arrive?"),
            Mistake(like=-1.4, hint="This is the learning rate times the slope. Now take it from w."),
            Mistake(like=-28 / 3, hint="This is the slope. The step is the learning rate times that."),
            Mistake(like=1.84, hint="These are two steps. One is asked for."),
            Mistake(like=0.4, hint="This is a distance to the minimum. The place itself is asked for."),
            Mistake(like=1 + 28 / 3, hint="The direction is right. The step is the learning rate times the slope."),
        ],
        rtol=3e-3,
    ),
    Choice(
        "00.2",
        "A rate between good and large",
        options="ABCD",
        right="C",
        hints={
            "A": "A rate between two others need not give a line between theirs. Work out the three factors.",
            "B": "The closer to 0 the factor of one step is, the faster the line falls. Work it out for 0.1 and 0.2.",
            "D": "To rise, the factor of one step must be below −1 or above 1.",
        },
    ),
    Function(
        "00.3",
        "Nine differences",
        reference=_mse,
        cases=[
            Case(Y, Y.flatten(), rule="Where every prediction is equal to its label, nothing is wrong."),
            Case(X, Y.flatten(), rule=OWN_LABEL),
            Case(
                torch.tensor([[0.5], [-1.0], [3.0], [0.0], [2.0]]),
                torch.tensor([1.0, 1.0, -2.0, 0.5, 2.5]),
                rule=OWN_LABEL,
            ),
            Case(torch.tensor([[1.5]]), torch.tensor([-1.0]), rule="The mean of one square is that square."),
        ],
        mistakes=[
            Mistake(
                like=lambda prediction, y: ((prediction - y) ** 2).mean(),
                hint="A column still meets a row: print the shape of the difference for three samples.",
            ),
            Mistake(
                like=lambda prediction, y: ((prediction - y) ** 2).sum() / len(y),
                hint="You divide by n, and still have n times n squares: print the shape of the difference.",
            ),
            Mistake(
                like=lambda prediction, y: ((prediction - y) ** 2).sum(),
                hint="This sums n times n squares. Two things are left: the shape of the difference, and the mean.",
            ),
            Mistake(
                like=lambda prediction, y: len(y) * _mse(prediction, y),
                hint="The shapes are right. This is the sum; the mean is asked for.",
            ),
            Mistake(
                like=lambda prediction, y: (prediction.flatten() - y).mean(),
                hint="The shapes are right. Without a square, differences above and below 0 cancel.",
            ),
            Mistake(
                like=lambda prediction, y: (prediction.flatten() - y).mean() ** 2,
                hint="The shapes are right. Square first, then take the mean: else differences cancel.",
            ),
            Mistake(
                like=lambda prediction, y: (prediction.flatten() - y).abs().mean(),
                hint="The shapes are right. This is the mean absolute error: squares are asked for.",
            ),
            Mistake(
                like=lambda prediction, y: _mse(prediction, y).sqrt(),
                hint="The shapes are right. The MSE is the mean itself, without a root.",
            ),
        ],
    ),
    Function(
        "00.4",
        "Half a step uphill",
        reference=_updated,
        cases=[
            Case(0.0, 0.0, X, Y, 0.01, rule=DOWNHILL),
            Case(-1.0, 0.5, X_MIXED, Y_MIXED, 0.1, rule=DOWNHILL),
            Case(2.0, 3.0, X, Y, 0.05, rule=DOWNHILL),
            Case(2.0, 0.0, X, Y, 0.05, rule="At the exact fit both slopes are 0, and nothing moves."),
        ],
        mistakes=[
            Mistake(like=partial(_updated, signs=(-1.0, 1.0)), hint="w goes downhill, b goes uphill."),
            Mistake(like=partial(_updated, signs=(1.0, -1.0)), hint="Now b goes downhill, and w uphill."),
            Mistake(
                like=partial(_updated, signs=(1.0, 1.0)),
                hint="Both go uphill. The slope needs prediction minus label, and the step goes against the slope.",
            ),
            Mistake(
                like=partial(_updated, factor=1.0),
                hint="The signs are right, the step is half as long: a square brings a factor when differentiated.",
            ),
            Mistake(
                like=partial(_updated, reduction="sum"),
                hint="The signs are right. The loss is a mean over the samples, and so are its slopes.",
            ),
            Mistake(
                like=_updated_with_x_in_both,
                hint="The inner derivative of (wx + b − y)² by w is x. What is it by b?",
            ),
            Mistake(
                like=_updated_without_x,
                hint="The inner derivative of (wx + b − y)² by b is 1. What is it by w?",
            ),
            Mistake(
                like=partial(_updated, in_turn=True),
                hint="b sees the new w. Both slopes belong to the same place: work them out first, then step.",
            ),
            Mistake(like=partial(_updated, signs=(-1.0, 0.0)), hint="w is right. b has not moved."),
            Mistake(
                like=lambda w, b, X, y, learning_rate: _updated(w, b, X, y, learning_rate)[::-1],
                hint="The order is w, then b.",
            ),
            Mistake(
                like=lambda w, b, X, y, learning_rate: _updated(0.0, 0.0, X, y - w * X - b, -1.0),
                hint="These are the slopes. The new w and b are asked for.",
            ),
        ],
    ),
    Function(
        "00.5",
        "Where the steps begin to fly away",
        reference=_border,
        cases=[
            Case(X, rule=BORDER),
            Case(10 * X, rule="With inputs ten times as large, the rate has to be a hundred times as small."),
            Case(torch.tensor([[0.1], [-0.4], [0.2], [0.3]]), rule=BORDER),
            Case(torch.tensor([[0.5]]), rule=BORDER),
        ],
        mistakes=[
            Mistake(
                like=partial(_border, factor=0.5),
                hint="At this rate one step lands in the minimum: its factor is 0. The border is at the factor −1.",
            ),
            Mistake(
                like=partial(_border, factor=2.0),
                hint="The second derivative of a square brings a factor 2.",
            ),
            Mistake(
                like=lambda X: 2 * (X**2).mean(),
                hint="This is the second derivative. How does section 8 go on from there?",
            ),
            Mistake(
                like=lambda X: 1 / (X**2).sum(),
                hint="This is for the sum of squares. Our loss is their mean.",
            ),
            Mistake(
                like=lambda X: 1 / X.mean() ** 2,
                hint="The mean of the squares is not the square of the mean.",
            ),
            Mistake(like=_border_with_b_free, hint="This is the border with b free. Here b = 0 is fixed."),
            Mistake(
                like=lambda X: 6 / 28,
                hint="This is the border for the lesson's inputs alone. Where do they enter the second derivative?",
            ),
        ],
    ),
    Function(
        "00.6",
        "Momentum with autograd",
        reference=_rolled,
        cases=[
            Case(
                lambda w: (w - 2) ** 2,
                0.0,
                0.1,
                1,
                rule="v starts at 0, so the first step is one of plain gradient descent.",
                shown="loss(w) = (w − 2)², w = 0, learning_rate = 0.1, n_steps = 1",
            ),
            Case(
                lambda w: (w - 2) ** 2,
                0.0,
                0.1,
                2,
                rule="In the second step 0.9 of the first velocity is still there, beside the new gradient.",
                shown="loss(w) = (w − 2)², w = 0, learning_rate = 0.1, n_steps = 2",
            ),
            Case(
                lambda w: ((w * X.double() - Y) ** 2).mean(),
                4.0,
                0.02,
                10,
                rule="Each of the ten steps has its own gradient and the velocity so far.",
                shown="the loss of section 3 with b = 0, w = 4, learning_rate = 0.02, n_steps = 10",
            ),
            Case(
                lambda w: w**4 - w,
                -1.0,
                0.01,
                5,
                rule="The loss may be any function: its gradient comes from autograd.",
                shown="loss(w) = w⁴ − w, w = −1, learning_rate = 0.01, n_steps = 5",
            ),
        ],
        mistakes=[
            Mistake(
                like=_rolled_on_the_graph,
                hint="One step works, two fail. After w = w − …, does w still have a .grad of its own?",
            ),
            Mistake(
                like=_rolled_with_a_number,
                hint="Autograd watches tensors, and w is a number. How does section 5 make a tensor that it watches?",
            ),
            Mistake(
                like=_rolled_on_a_leaf,
                hint="Autograd refuses: it needs a tensor with requires_grad=True, and none that -= changes.",
            ),
            Mistake(
                like=_rolled_and_not_watched,
                hint="One step works, two fail. Is each loss new, and from a w that autograd watches?",
            ),
            Mistake(
                like=_rolled_and_cleared_too_early,
                hint=".grad is None before the first backward, and for a w that w = w − … made.",
            ),
            Mistake(
                like=partial(_rolled, kept=0.0),
                hint="This is plain gradient descent. The velocity of the step before is lost.",
            ),
            Mistake(
                like=lambda loss, w, learning_rate, n_steps: _rolled(loss, w, learning_rate, 1),
                hint="However many steps are asked for, this takes one. Does return stand inside the loop?",
            ),
            Mistake(
                like=partial(_rolled, kept=1.0),
                hint="Old gradients count in full. Does .grad start anew in each step, and is v multiplied by 0.9?",
            ),
            Mistake(
                like=partial(_rolled, grad_kept=1.0),
                hint="v is right, but .grad holds the old gradients, too: backward adds.",
            ),
            Mistake(
                like=partial(_rolled, added=0.1),
                hint="This averages gradients, as Adam's m does. In momentum, g counts in full.",
            ),
            Mistake(
                like=partial(_rolled, late=True),
                hint="The first step does not move. Update v before the step, not after it.",
            ),
            Mistake(
                like=lambda loss, w, learning_rate, n_steps: _rolled(loss, w, -learning_rate, n_steps),
                hint="This climbs. Mind the sign of the step.",
            ),
            Mistake(
                like=_rolled_from_the_first_slope,
                hint="The gradient is always that of the start. Work it out anew in each step.",
            ),
            Mistake(
                like=lambda loss, w, learning_rate, n_steps: _rolled(loss, w, learning_rate**2, n_steps),
                hint="The learning rate is used twice.",
            ),
            Mistake(
                like=lambda loss, w, learning_rate, n_steps: _rolled(loss, w, learning_rate, n_steps + 1),
                hint="This takes one step too many.",
            ),
        ],
    ),
]
