"""The exercises of notebook 07: activation functions between the layers, and none behind the last one."""

from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor

from helpers.checks.exercises import Case, Choice, Function, Mistake, Value

__all__ = ["EXERCISES"]


# What is right --------------------------------------------------------------------------------------------------


def _leaky_relu(x: Tensor, a: float) -> Tensor:
    return torch.where(x > 0, x, a * x)


def _same(z: Tensor) -> Tensor:
    return z


def _network_loss(
    X: Tensor,
    y: Tensor,
    W1: Tensor,
    b1: Tensor,
    W2: Tensor,
    b2: Tensor,
    *,
    hidden: Callable[[Tensor], Tensor] = torch.relu,
    output: Callable[[Tensor], Tensor] = _same,
    reduction: str = "mean",
) -> Tensor:
    return F.cross_entropy(output(hidden(X @ W1.T + b1) @ W2.T + b2), y, reduction=reduction)


def _chain_slope(
    f: Callable[[Tensor], Tensor],
    f_slope: Callable[[Tensor], Tensor],
    weights: Tensor,
    x: Tensor,
    *,
    factor: Callable[[Tensor, Tensor, Tensor], Tensor] | None = None,
) -> Tensor:
    """Multiply one factor of each layer; ``factor`` of its weight, its input and its output may make the mistake."""
    slope, h = torch.ones_like(x), x
    for w in weights:
        before, h = h, f(w * h)
        slope = slope * (w * f_slope(w * before) if factor is None else factor(w, before, h))
    return slope


def _chain_sum(
    f: Callable[[Tensor], Tensor], f_slope: Callable[[Tensor], Tensor], weights: Tensor, x: Tensor
) -> Tensor:
    """The mistake: the factors added."""
    total, h = torch.zeros_like(x), x
    for w in weights:
        total, h = total + w * f_slope(w * h), f(w * h)
    return total


def _chain_without_weights_in_f(
    f: Callable[[Tensor], Tensor], f_slope: Callable[[Tensor], Tensor], weights: Tensor, x: Tensor
) -> Tensor:
    """The mistake: f is given h, without its weight."""
    slope, h = torch.ones_like(x), x
    for w in weights:
        slope, h = slope * w * f_slope(h), f(h)
    return slope


def _chain_output(
    f: Callable[[Tensor], Tensor], f_slope: Callable[[Tensor], Tensor], weights: Tensor, x: Tensor
) -> Tensor:
    """The mistake: the last h in place of its slope."""
    for w in weights:
        x = f(w * x)
    return x


# The cases ------------------------------------------------------------------------------------------------------
# The functions that a chain is made of take numbers as well as tensors; a student sees their names.


def sigmoid(z: Tensor) -> Tensor:
    return torch.sigmoid(torch.as_tensor(z))


def sigmoid_slope(z: Tensor) -> Tensor:
    return sigmoid(z) * (1 - sigmoid(z))


def tanh(z: Tensor) -> Tensor:
    return torch.tanh(torch.as_tensor(z))


def tanh_slope(z: Tensor) -> Tensor:
    return 1 - tanh(z) ** 2


def relu(z: Tensor) -> Tensor:
    return torch.relu(torch.as_tensor(z))


def relu_slope(z: Tensor) -> Tensor:
    return (torch.as_tensor(z) > 0).double()


def _numbers(*values: float) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


PASS_OR_LEAK = "A positive number passes as it is, any other is multiplied by a; whatever a is."
ANY_LOGIT = "No hidden number is below 0, a logit may be any number, and the loss is the mean over the samples."
SHIFT = "The same constant on all entries of b2 changes nothing, even if it brings every logit below 0."
CHAIN = "A tiny change of x comes out of the last layer multiplied by this slope."

SAMPLES = torch.tensor([[1.0, 2.0], [-1.0, 0.5]])
W1, B1 = torch.tensor([[1.0, -1.0], [0.5, 2.0]]), torch.tensor([0.0, 1.0])
W2, B2 = torch.tensor([[1.0, -0.5], [-1.0, 0.2], [2.0, 0.4]]), torch.tensor([0.5, -1.0, 0.0])

EXERCISES = [
    Value(
        "07.1",
        "Two layers, one line",
        expected=(2, 10),
        rule="For every x, wx + b is the z of the two layers.",
        mistakes=[
            Mistake(like=(10, 2), hint="These are the two numbers in the wrong order: w first, then b."),
            Mistake(like=(2, 15), hint="w is right. In b, the second layer's own bias is missing."),
            Mistake(like=(2, -5), hint="w is right. At x = 0 the hidden numbers are not 0: what do they add to b?"),
            Mistake(like=(2, -1), hint="w is right. The first biases pass through the second layer's weights, too."),
            Mistake(like=(10, 10), hint="b is right. One of the hidden numbers falls as x grows: mind its sign."),
            Mistake(like=(7, 23), hint="Each hidden number has a weight of its own: multiply first, then add."),
            Mistake(like=(6, -2), hint="This is the path through the first hidden number alone."),
        ],
        rtol=1e-6,
    ),
    Choice(
        "07.2",
        "The lost title",
        options="ABCD",
        right="C",
        hints={
            "A": "Two jumps, yes. Is this slope ever anything but 0 or 1?",
            "B": "Below 0 on the left, above 1 on the right, yes. Does its dashed line jump? Ask the column kink.",
            "D": "A slope below 0 means a function that falls. Ask the column monotone.",
        },
    ),
    Function(
        "07.3",
        "A leak on the wrong side",
        reference=_leaky_relu,
        cases=[
            Case(torch.tensor([-2.0, -0.5, 0.0, 1.5]), 0.01, rule=PASS_OR_LEAK),
            Case(torch.tensor([-2.0, -1.0, 1.0, 3.0]), 2.0, rule=PASS_OR_LEAK),
            Case(torch.tensor([[-1.0, 4.0], [0.5, -3.0]]), -0.5, rule=PASS_OR_LEAK),
            Case(torch.tensor([-3.0, 2.0]), 0.0, rule="With a = 0 nothing leaks: it is ReLU."),
        ],
        mistakes=[
            Mistake(
                like=lambda x, a: torch.maximum(x, a * x),
                hint="The larger of the two is not always the one wanted. Which is larger at x = 1 with this a?",
            ),
            Mistake(
                like=lambda x, a: torch.minimum(x, a * x),
                hint="Now it fails where it worked before. Does the choice hang on the size, or on the sign of x?",
            ),
            Mistake(
                like=lambda x, a: torch.where(x > 0, a * x, x),
                hint="The two sides are exchanged: which one leaks?",
            ),
            Mistake(
                like=lambda x, a: torch.maximum(x, min(a, 1.0) * x),
                hint="This changes a. The slope on the left is a itself, however large.",
            ),
            Mistake(
                like=lambda x, a: torch.where(x > 0, x, 0.01 * x),
                hint="The slope on the left is always 0.01 here. It should be the argument a.",
            ),
            Mistake(
                like=lambda x, a: torch.where(x > 0, x, -a * x),
                hint="The left side has the wrong sign. If you used relu(-x) or |x|: both are positive there.",
            ),
            Mistake(
                like=lambda x, a: torch.relu(x) + a * x,
                hint="This leaks on the right, too: positive numbers come out too large by ax.",
            ),
            Mistake(
                like=lambda x, a: torch.where(x > 0, x, torch.full_like(x, a)),
                hint="On the left this is constant: a is a slope, it stands before x.",
            ),
        ],
    ),
    Function(
        "07.4",
        "A ReLU in the wrong place",
        reference=_network_loss,
        cases=[
            Case(SAMPLES, torch.tensor([0, 2]), W1, B1, W2, B2, rule=ANY_LOGIT),
            Case(SAMPLES, torch.tensor([0, 2]), W1, B1, W2, B2 - 10, rule=SHIFT),
            Case(
                torch.tensor([[0.5], [-2.0], [3.0]]),
                torch.tensor([1, 0, 1]),
                torch.tensor([[1.0], [-1.0], [2.0]]),
                torch.tensor([0.5, 0.0, -1.0]),
                torch.tensor([[1.0, 0.5, -1.0], [-2.0, 1.0, 1.0]]),
                torch.tensor([0.0, -0.5]),
                rule=ANY_LOGIT,
            ),
        ],
        mistakes=[
            Mistake(
                like=partial(_network_loss, hidden=_same, output=torch.relu),
                hint="Both harms are still there. What stands between the two layers? And what behind the last one?",
            ),
            Mistake(
                like=partial(_network_loss, hidden=_same),
                hint="The output is right. Now the first layer: two lines in a row are one line.",
            ),
            Mistake(
                like=partial(_network_loss, output=torch.relu),
                hint="The hidden layer is right. Now the output: what may a logit be?",
            ),
            Mistake(
                like=partial(_network_loss, output=partial(torch.softmax, dim=1)),
                hint="F.cross_entropy applies the softmax itself. It wants logits (notebook 06).",
            ),
            Mistake(
                like=partial(_network_loss, output=torch.sigmoid),
                hint="The sigmoid belongs to yes or no and BCE. What does F.cross_entropy want?",
            ),
            Mistake(
                like=partial(_network_loss, reduction="sum"),
                hint="This is the sum over the samples. The loss is their mean.",
            ),
            Mistake(
                like=partial(_network_loss, reduction="none"),
                hint="This is one loss for each sample. The loss is their mean.",
            ),
            Mistake(
                like=lambda X, y, W1, b1, W2, b2: F.cross_entropy((torch.relu(X @ W1.T) + b1) @ W2.T + b2, y),
                hint="The ReLU comes too early: b1 belongs to the linear layer before it.",
            ),
            Mistake(
                like=lambda X, *others: _network_loss(torch.relu(X), *others, hidden=_same),
                hint="This ReLU acts on the features. It belongs between the two linear layers.",
            ),
        ],
    ),
    Function(
        "07.5",
        "The slope through a chain",
        reference=_chain_slope,
        cases=[
            Case(tanh, tanh_slope, _numbers(2), torch.tensor(0.3).double(), rule="One layer: the chain rule, once."),
            Case(sigmoid, sigmoid_slope, _numbers(4, -2, 3), torch.tensor(0.5).double(), rule=CHAIN),
            Case(tanh, tanh_slope, _numbers(0.5, 1.5), torch.tensor(-1.0).double(), rule=CHAIN),
            Case(
                relu,
                relu_slope,
                _numbers(3, -1, 2),
                torch.tensor(1.0).double(),
                rule="Where a ReLU is given a number below 0, it is flat.",
            ),
            Case(
                sigmoid,
                sigmoid_slope,
                torch.ones(10).double(),
                torch.tensor(0.0).double(),
                rule="Ten sigmoids with weights 1 leave less than a millionth.",
            ),
        ],
        mistakes=[
            Mistake(like=_chain_output, hint="This is the last h itself, not its slope."),
            Mistake(like=_chain_sum, hint="This adds up the layers. The chain rule multiplies."),
            Mistake(
                like=lambda f, f_slope, weights, x: _chain_slope(
                    f, f_slope, weights, x, factor=lambda w, before, h: f_slope(w * before)
                ),
                hint="Inside f stands w·h. What is its slope in h?",
            ),
            Mistake(
                like=lambda f, f_slope, weights, x: weights.prod(),
                hint="These are the weights alone. What does f do to a slope?",
            ),
            Mistake(
                like=lambda f, f_slope, weights, x: _chain_slope(
                    f, f_slope, weights, x, factor=lambda w, before, h: w * f_slope(before)
                ),
                hint="f is applied to w·h, so its slope is taken there, not at h.",
            ),
            Mistake(
                like=lambda f, f_slope, weights, x: _chain_slope(
                    f, f_slope, weights, x, factor=lambda w, before, h: w * f_slope(h)
                ),
                hint="This takes f's slope at what f gives. Take it at what f is given.",
            ),
            Mistake(
                like=lambda f, f_slope, weights, x: _chain_slope(
                    f, f_slope, weights, x, factor=lambda w, before, h: w * f_slope(w * h)
                ),
                hint="h has moved on before its slope was taken: mind the order of the two lines.",
            ),
            Mistake(
                like=lambda f, f_slope, weights, x: _chain_slope(
                    f, f_slope, weights, x, factor=lambda w, before, h: w * f_slope(w * x)
                ),
                hint="Only the first layer is given x. The others are given the h before them.",
            ),
            Mistake(
                like=lambda f, f_slope, weights, x: _chain_slope(
                    f, f_slope, weights, x, factor=lambda w, before, h: w * h
                ),
                hint="This multiplies by f's values. Each layer passes on its slope.",
            ),
            Mistake(
                like=lambda f, f_slope, weights, x: _chain_slope(f, f_slope, weights[:-1], x),
                hint="The last layer is missing.",
            ),
            Mistake(
                like=_chain_without_weights_in_f,
                hint="f is applied to w·h, not to h: in its slope and in the next h.",
            ),
        ],
        rtol=1e-3,
        atol=1e-12,
    ),
]
