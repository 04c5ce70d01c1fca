"""The exercises of notebook 07: activation functions between the layers, and none behind the last one."""

import torch
import torch.nn.functional as F

from exercises.kinds import Case, Choice, Function, Value


def same(z):
    return z


def loss(X, y, W1, b1, W2, b2, hidden=torch.relu, output=same, reduction="mean"):
    return F.cross_entropy(output(hidden(X @ W1.T + b1) @ W2.T + b2), y, reduction=reduction)


def eighths(draw, *shape):
    """Few or many eighths, 0 among them; even half precision holds them without rounding."""
    return (draw.one_of(1, 80) * draw.numbers(*shape)).round() / 8


def network(draw):
    n, d, hidden, n_classes = (draw.whole(1, 3) for _ in range(4))
    n_classes += 1
    return (
        draw.numbers(n, d), draw.classes(n, n_classes=n_classes), draw.numbers(hidden, d), draw.numbers(hidden),
        draw.numbers(n_classes, hidden, low=-2, high=2), draw.numbers(n_classes),
    )


# The activations of a chain take numbers as well as tensors; a student sees their names.


def sigmoid(z):
    return torch.sigmoid(torch.as_tensor(z))


def sigmoid_slope(z):
    return sigmoid(z) * (1 - sigmoid(z))


def tanh(z):
    return torch.tanh(torch.as_tensor(z))


def tanh_slope(z):
    return 1 - tanh(z) ** 2


def relu(z):
    return torch.relu(torch.as_tensor(z))


def relu_slope(z):
    return (torch.as_tensor(z) > 0) * 1.0


def along(f, weights, x):
    """What each layer is given, and last what the last one gives."""
    us = [x]
    for w in weights:
        us.append(f(w * us[-1]))
    return us


def product(factor, f, weights, x):
    """The product over the layers of a factor of the layer's weight, of what it is given and of what it gives."""
    us = along(f, weights, x)
    return torch.stack([factor(w, us[k], us[k + 1]) for k, w in enumerate(weights)]).prod()


def chain_slope(f, f_slope, weights, x):
    return product(lambda w, given, gives: w * f_slope(w * given), f, weights, x)


def chain_sum(f, f_slope, weights, x):
    return sum(w * f_slope(w * u) for w, u in zip(weights, along(f, weights, x), strict=False))


def chain(draw):
    f, f_slope = draw.one_of((sigmoid, sigmoid_slope), (tanh, tanh_slope), (relu, relu_slope))
    return f, f_slope, draw.numbers(draw.whole(1, 4)), torch.tensor(draw.one_of(-1.0, -0.5, 0.3, 0.8, 1.2))


EXERCISES = [
    Value(
        "07.1", "Two layers, one line", (2, 10), parts=("w", "b"), rtol=1e-6,
        rule="For every x, wx + b is the z of the two layers.",
        wrong={
            (2, 15): "w is right. In b, the second layer's own bias is missing.",
            (2, 20): "w is right. In b, the second layer's own bias has the wrong sign.",
            (2, -5): "w is right. At x = 0 the hidden numbers are not 0: what do they add to b?",
            (2, -1): "w is right. The first biases pass through the second layer's weights, too.",
            (10, 10): "b is right. One of the hidden numbers falls as x grows: mind its sign.",
            (7, 23): "Each hidden number has a weight of its own: multiply first, then add.",
            (1, -1): "The hidden numbers are added without their weights, 3 and 4.",
            (6, -2): "This is the path through the first hidden number alone.",
            (-4, 7): "This is the path through the second hidden number alone.",
        },
    ),
    Choice(
        "07.2", "The lost title", right="C",
        hints={
            "A": "Two jumps, yes. Is this slope ever anything but 0 or 1?",
            "B": "Below 0 on the left, above 1 on the right, yes. Is there a place where its slope could jump?",
            "D": "A slope below 0 means a function that falls. Does this one fall anywhere?",
        },
    ),
    Function(
        "07.3", "A leak on the wrong side",
        rule="A positive number passes as it is, any other is multiplied by a; whatever a is.",
        right=lambda x, a: torch.where(x > 0, x, a * x),
        inputs=lambda draw: (
            eighths(draw, *draw.one_of((1,), (3,), (4,), (2, 2), (1, 3), (2, 1, 2))),
            draw.one_of(-2.5, -1.0, -0.5, 0.0, 0.2, 1.0, 1.5, 2.0, 20.0),
        ),
        cases=[
            Case(torch.tensor([-2.0, -0.001, 0.0, 0.001, 1.5]), 0.01),
            Case(torch.tensor([-2.0, -1.0, 1.0, 3.0]), 2.0),
            Case(torch.tensor([[-1.0, 4.0], [0.5, -3.0]]), -0.5),
            Case(torch.tensor([-3.0, 2.0]), 0.0, rule="With a = 0 nothing leaks: it is ReLU."),
        ],
        wrong={
            "The larger of the two is not always the one wanted. Which is larger at x = 1 with this a?":
                lambda x, a: torch.maximum(x, a * x),
            "Now it fails where it worked before. Does the choice hang on the size, or on the sign of x?":
                lambda x, a: torch.minimum(x, a * x),
            "The two sides are exchanged: which one leaks?":
                lambda x, a: torch.where(x > 0, a * x, x),
            "This changes a. The slope on the left is a itself, however large.":
                lambda x, a: torch.maximum(x, min(a, 1.0) * x),
            "The slope on the left is always 0.01 here. It should be the argument a.":
                lambda x, a: torch.where(x > 0, x, 0.01 * x),
            "The left side has the wrong sign. If you used relu(-x) or |x|: both are positive there.":
                lambda x, a: torch.where(x > 0, x, -a * x),
            "This leaks on the right, too: positive numbers come out too large by ax.":
                lambda x, a: torch.relu(x) + a * x,
            "This leaks on both sides. A positive number passes as it is.":
                lambda x, a: a * x,
            "On the left this is constant: a is a slope, it stands before x.":
                lambda x, a: torch.where(x > 0, x, torch.full_like(x, a)),
            "This compares x with a. The sign of x decides.":
                lambda x, a: torch.where(x > a, x, a * x),
        },
    ),
    Function(
        "07.4", "A ReLU in the wrong place",
        rule="No hidden number is below 0, a logit may be any number, and the loss is the mean over the samples.",
        right=loss,
        inputs=network,
        cases=[
            Case(torch.tensor([[0.5], [-2.0]]), torch.tensor([1, 0]), torch.tensor([[1.0], [-1.0], [2.0]]),
                 torch.tensor([0.5, 0.0, -1.0]), torch.tensor([[1.0, 0.5, -1.0], [-2.0, 1.0, 1.0]]),
                 torch.tensor([0.0, -0.5])),
            Case(torch.tensor([[1.0]]), torch.tensor([0]), torch.tensor([[2.0]]), torch.tensor([1.0]),
                 torch.tensor([[1.0], [-1.0]]), torch.tensor([-10.0, -10.0]),
                 rule="The same constant on all entries of b2 changes nothing, even if it brings every logit below 0."),
        ],
        errors={
            "cannot be multiplied|matmul": "Two shapes do not fit in a product. Each row of W1 and W2 belongs to one "
            "output: print the shapes, and see where a .T is needed.",
        },
        wrong={
            "Both harms are still there. What stands between the two layers? And what behind the last one?":
                lambda *args: loss(*args, hidden=same, output=torch.relu),
            "The output is right. Now the first layer: two lines in a row are one line.":
                lambda *args: loss(*args, hidden=same),
            "The hidden layer is right. Now the output: what may a logit be?":
                lambda *args: loss(*args, output=torch.relu),
            "F.cross_entropy applies the softmax itself. It wants logits (notebook 06).":
                lambda *args: loss(*args, output=lambda z: torch.softmax(z, dim=1)),
            "The sigmoid belongs to yes or no and BCE. What does F.cross_entropy want?":
                lambda *args: loss(*args, output=torch.sigmoid),
            "F.nll_loss wants log-probabilities. These are logits: what makes log-probabilities of them?":
                lambda X, y, W1, b1, W2, b2: F.nll_loss(torch.relu(X @ W1.T + b1) @ W2.T + b2, y),
            "This is the sum over the samples. The loss is their mean.":
                lambda *args: loss(*args, reduction="sum"),
            "This is one loss for each sample. The loss is their mean.":
                lambda *args: loss(*args, reduction="none"),
            "The ReLU comes too early: b1 belongs to the linear layer before it.":
                lambda X, y, W1, b1, W2, b2: F.cross_entropy((torch.relu(X @ W1.T) + b1) @ W2.T + b2, y),
            "This ReLU acts on the features. It belongs between the two linear layers.":
                lambda X, *others: loss(torch.relu(X), *others, hidden=same),
            "This is a network with tanh. ReLU is asked for.":
                lambda *args: loss(*args, hidden=torch.tanh),
        },
    ),
    Function(
        "07.5", "The slope through a chain", rtol=1e-3, atol=1e-12, dtype=torch.float64,
        rule="A tiny change of x comes out of the last layer multiplied by this slope.",
        right=chain_slope,
        inputs=chain,
        cases=[
            Case(tanh, tanh_slope, torch.tensor([2.0]), torch.tensor(0.3), rule="One layer: the chain rule, once."),
            Case(sigmoid, sigmoid_slope, torch.tensor([4.0, -2.0, 3.0]), torch.tensor(0.5)),
            Case(relu, relu_slope, torch.tensor([3.0, -1.0, 2.0]), torch.tensor(1.0),
                 rule="Where a ReLU is given a number below 0, it is flat."),
            Case(sigmoid, sigmoid_slope, torch.ones(10), torch.tensor(0.0),
                 rule="Ten sigmoids with weights 1 leave less than a millionth."),
        ],
        wrong={
            "This is the last u itself, not its slope.":
                lambda f, f_slope, weights, x: along(f, weights, x)[-1],
            "This adds up the layers. The chain rule multiplies.":
                chain_sum,
            "This is 0 whatever is given. Does the product start with 0?":
                lambda f, f_slope, weights, x: 0.0,
            "Inside f stands w·u. What is its slope in u?":
                lambda f, f_slope, weights, x: product(lambda w, given, gives: f_slope(w * given), f, weights, x),
            "These are the weights alone. What does f do to a slope?":
                lambda f, f_slope, weights, x: weights.prod(),
            "f is applied to w·u, so its slope is taken there, not at u.":
                lambda f, f_slope, weights, x: product(lambda w, given, gives: w * f_slope(given), f, weights, x),
            "This takes f's slope at what f gives. Take it at what f is given.":
                lambda f, f_slope, weights, x: product(lambda w, given, gives: w * f_slope(gives), f, weights, x),
            "u has moved on before its slope was taken: mind the order of the two lines.":
                lambda f, f_slope, weights, x: product(lambda w, given, gives: w * f_slope(w * gives), f, weights, x),
            "Only the first layer is given x. The others are given the u before them.":
                lambda f, f_slope, weights, x: (weights * f_slope(weights * x)).prod(),
            "This multiplies by f's values. Each layer passes on its slope.":
                lambda f, f_slope, weights, x: product(lambda w, given, gives: w * gives, f, weights, x),
            "This is the first layer's factor. Does the return stand inside the loop?":
                lambda f, f_slope, weights, x: chain_slope(f, f_slope, weights[:1], x),
            "The last layer is missing.":
                lambda f, f_slope, weights, x: chain_slope(f, f_slope, weights[:-1], x) if len(weights) > 1 else 1.0,
            "The first layer is missing.":
                lambda f, f_slope, weights, x: chain_slope(f, f_slope, weights[1:], x) if len(weights) > 1 else 1.0,
            "f is applied to w·u, not to u: in its slope and in the next u.":
                lambda f, f_slope, weights, x: weights.prod() * chain_slope(f, f_slope, torch.ones_like(weights), x),
        },
    ),
]
