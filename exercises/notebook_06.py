"""The exercises of notebook 06: softmax, its loss, its gradient, and numbers that stay finite."""

import math

import torch
import torch.nn.functional as F

from exercises.kinds import Case, Choice, Function, Value


def probabilities_and_classes(draw):
    """Rows of probabilities, some of them nearly certain, and a class for each row."""
    n, n_classes = draw.whole(1, 4), draw.one_of(2, 3, 5)
    others = draw.numbers(n, n_classes - 1, low=0.1, high=0.9) / (n_classes - 1) * 0.01 ** draw.classes(n, 1)
    return torch.cat([others, 1 - others.sum(dim=1, keepdim=True)], dim=1), draw.classes(n, n_classes=n_classes)


def picked(probs, y):
    return probs[range(len(y)), y]


def logits_of_all_sizes(draw):
    n, n_classes = draw.whole(1, 4), draw.whole(1, 4)
    return (draw.numbers(n, n_classes, low=-10, high=10) * 10 ** draw.classes(n, 1, n_classes=3),)


def shifted(Z, m, back=1):
    """The log-sum-exp of each row of Z − m, and m put back, once or as often as you say."""
    return back * m.flatten() + (Z - m).exp().sum(dim=1).log()


def largest(Z):
    return Z.max(dim=1, keepdim=True).values


def slopes(error, X):
    """The gradients in W and b, of the mean loss, where error is P − Y or takes its place."""
    return error.T @ X / len(X), error.mean(dim=0)


def training(gradients):
    """Gradient descent in float64, with gradients(W, b, X, Y)."""
    def trained(X, y, n_classes, learning_rate, n_epochs):
        X, Y = X.double(), F.one_hot(y, n_classes).double()
        W, b = torch.zeros(n_classes, X.shape[1]).double(), torch.zeros(n_classes).double()
        for _ in range(n_epochs):
            grad_W, grad_b = gradients(W, b, X, Y)
            W, b = W - learning_rate * grad_W, b - learning_rate * grad_b
        return W, b
    return trained


def gradients(W, b, X, Y):
    return slopes(torch.softmax(X @ W.T + b, dim=1) - Y, X)


def gradients_of_two_softmaxes(W, b, X, Y):
    P = torch.softmax(X @ W.T + b, dim=1)
    pull = torch.softmax(P, dim=1) - Y
    return slopes(P * (pull - (P * pull).sum(dim=1, keepdim=True)), X)


def trained_in_turn(X, y, n_classes, learning_rate, n_epochs):
    W, b, Y = X.new_zeros(n_classes, X.shape[1]), X.new_zeros(n_classes), F.one_hot(y, n_classes)
    for _ in range(n_epochs):
        W = W - learning_rate * gradients(W, b, X, Y)[0]
        b = b - learning_rate * gradients(W, b, X, Y)[1]
    return W, b


LOGITS = (100, 100, 100 + math.log(2))
POINTS = torch.tensor([[1.0, 2.0], [2.0, 1.0], [-1.0, 1.0], [3.0, 3.0]])
FAR_POINTS = torch.tensor([[1.0, 2.0], [2000.0, -500.0], [-300.0, 1000.0]])
OVERFLOW = (
    "Small features come out right, large ones do not. Is P nan there, from inf/inf or 0/0? Then see that each row "
    "has an exponential of 1 in its sum."
)

EXERCISES = [
    Value(
        "06.1", "Three large logits", [0.25, 0.25, 0.5],
        rule="Three probabilities, class 0 first: they sum to 1, and are in the same proportion as the e^z.",
        wrong={
            (1, 1, 2): "The proportions are right. Now make them sum to 1.",
            (25, 25, 50): "This is in per cent. Probabilities lie between 0 and 1.",
            (0.5, 0.25, 0.25): "The probabilities are right, their order is not: class 0 first.",
            (0.25, 0.5, 0.25): "The probabilities are right, their order is not: class 0 first.",
            (1 / 3, 1 / 3, 1 / 3): "Beside 100 the log 2 looks small. But only the differences of the logits count.",
            (0, 0, 1): "The largest logit does not take all. What is e⁰, and by which factor is its e^z larger?",
            tuple(z / sum(LOGITS) for z in LOGITS):
                "These are the shares of the logits. Which function comes before the division?",
            (0.2119416, 0.2119416, 0.5761169):
                "The third exponent counts as 1 here, as with log₂. The natural log of 2 is meant.",
            (0.3713, 0.3713, 0.2574): "log 2 stands in place of e to the power of log 2.",
        },
    ),
    Choice(
        "06.2", "Along a border", right="C",
        hints={
            "A": "Where the borders meet, three classes tie. Which ones still tie further down?",
            "B": "Then one of the two would win. What does a border between two classes mean?",
            "D": "This is the way into the region of class 0. Which two probabilities are equal all along the border?",
        },
    ),
    Function(
        "06.3", "Probabilities where logits are wanted",
        rule="The loss is the mean, over the samples, of −log of the probability given to the true class.",
        right=lambda probs, y: F.nll_loss(probs.log(), y),
        inputs=probabilities_and_classes,
        cases=[
            Case(torch.tensor([[0.2, 0.5, 0.3], [0.1, 0.3, 0.6]]), torch.tensor([1, 2])),
            Case(torch.tensor([[0.9998, 0.0001, 0.0001], [0.0001, 0.0001, 0.9998]]), torch.tensor([0, 2]),
                 rule="Predictions that are certain and right have a loss near 0."),
            Case(torch.tensor([[0.001, 0.998, 0.001]]), torch.tensor([0]),
                 rule="A prediction that is certain and wrong has a large loss: −log of what the true class got."),
        ],
        errors={
            "must match the size|broadcast together": "Two shapes do not fit. Perhaps one_hot counts only the classes "
            "that occur in y: tell it how many columns probs has.",
            "[Ee]xpected floating point type for target": "One-hot targets must be floats. But first: does "
            "F.cross_entropy take probabilities as its first argument?",
        },
        wrong={
            "A second softmax is still at work. Which step of −log p is left if p is there already?":
                F.cross_entropy,
            "nll_loss picks one entry a row and changes its sign. Which step of −log p is missing?":
                F.nll_loss,
            "e to the power of p does not undo a softmax. Which function of p are the logits, up to a constant?":
                lambda probs, y: F.cross_entropy(probs.exp(), y),
            "This is the loss of the first sample alone. The mean over all is wanted.":
                lambda probs, y: -probs[0, y[0]].log(),
            "This mean divides by samples times classes. One term a sample: divide by the samples.":
                lambda probs, y: F.nll_loss(probs.log(), y) / probs.shape[1],
            "The log of a probability is never positive, a loss is never negative: mind the sign.":
                lambda probs, y: picked(probs, y).log().mean(),
            "The log of a mean is not the mean of the logs: mind the order.":
                lambda probs, y: -picked(probs, y).mean().log(),
            "This is the mean of 1 − p. The cross-entropy has another function of the true class's p.":
                lambda probs, y: 1 - picked(probs, y).mean(),
            "This takes the largest probability of a row. It says how sure the model is, not how right.":
                lambda probs, y: -probs.max(dim=1).values.log().mean(),
            "This also takes a log for each wrong class. The true class alone counts.":
                lambda probs, y: F.binary_cross_entropy(probs, F.one_hot(y, probs.shape[1]).to(probs.dtype)),
            "Squares belong to the MSE. The cross-entropy has the log of the true class's probability.":
                lambda probs, y: ((probs - F.one_hot(y, probs.shape[1])) ** 2).mean(),
            "This is right if classes count from 1. They count from 0.":
                lambda probs, y: F.nll_loss(probs.log(), (y - 1) % probs.shape[1]),
            "one_hot counts the classes that occur in y. Tell it how many columns probs has: num_classes.":
                lambda probs, y: -(F.one_hot(y) * probs.log()).sum(dim=1).mean(),
            "probs[:, y] takes these columns of every row, not one entry of each row. Print its shape.":
                lambda probs, y: -probs[:, y].log().mean(),
        },
    ),
    Function(
        "06.4", "A stable function that is not", rtol=1e-5, atol=1e-4,
        rule="Each row gives the log of the sum of its own exponentials, a finite number.",
        right=lambda Z: torch.logsumexp(Z, dim=1),
        inputs=logits_of_all_sizes,
        cases=[
            Case(torch.tensor([[0.0, 0.0, 0.0], [1.0, 2.0, 3.0]])),
            Case(torch.tensor([[1000.0, 1000.0], [0.0, 0.0]]),
                 rule="What a row gives does not depend on the others; it is finite, and at least its largest logit."),
            Case(torch.tensor([[-1000.0, -1001.0], [-1002.0, -1000.0]]),
                 rule="Very negative logits have a finite log-sum-exp, a little above the largest of the row."),
            Case(torch.tensor([[1000.0, 999.0, -1000.0], [2.0, 0.0, 1.0], [-5.0, 5.0, 0.0]]),
                 rule="Logits of a row may lie far apart: its log-sum-exp is at least its largest, and finite."),
            Case(torch.tensor([[2.0, 2.0]]), rule="Equal logits count each, in a single row, too."),
        ],
        errors={
            "must match the size|broadcast": "Two shapes do not fit. Subtract a column of maxima from Z; add a row of "
            "maxima to the sums, which stand in a row.",
            "return_types": "max(dim=1) gives values and places. The values are wanted.",
        },
        wrong={
            "A row far below the largest of all is lost: its exponentials are all 0. What should it subtract?":
                lambda Z: shifted(Z, Z.max()),
            "The shift is still in the result: e^z = e^m · e^(z − m). What does the log make of e^m?":
                lambda Z: shifted(Z, largest(Z), back=0),
            "Two mistakes: the shift is still in the result, and a row far below the largest of all is lost.":
                lambda Z: shifted(Z, Z.max(), back=0),
            "m comes back with the wrong sign.":
                lambda Z: shifted(Z, largest(Z), back=-1),
            "This is the naive form: e^1000 does not fit into a float, and e^−1000 is 0.":
                lambda Z: Z.exp().sum(dim=1).log(),
            "This is the naive form: e^1000 does not fit even into a float64, and e^−1000 is 0.":
                lambda Z: Z.double().exp().sum(dim=1).log(),
            "After this shift exponents are above 0, as far as the row is wide. None may be above 0.":
                lambda Z: shifted(Z, Z.min(dim=1, keepdim=True).values),
            "The maxima stand in a column, the sums in a row: together they make a square. Print both shapes.":
                lambda Z: largest(Z) + (Z - largest(Z)).exp().sum(dim=1).log(),
            "Z − m puts the maxima along the columns, or fails. A column of maxima is needed there.":
                lambda Z: Z.max(dim=1).values + (Z - Z.max(dim=1).values).exp().sum(dim=1).log(),
            "These are the maxima of the columns. A row is a sample.":
                lambda Z: Z.max(dim=0).values + (Z - Z.max(dim=0).values).exp().sum(dim=1).log(),
            "This sums down the columns. A row is a sample: sum along it.":
                lambda Z: torch.logsumexp(Z, dim=0),
            "This is one number for all rows together. Each row has its own.":
                lambda Z: torch.logsumexp(Z, dim=(0, 1)),
            "This takes the mean of the exponentials. Their sum is wanted.":
                lambda Z: torch.logsumexp(Z, dim=1) - math.log(Z.shape[1]),
            "This is the largest logit of each row. The others have a share in the sum, too.":
                lambda Z: Z.max(dim=1).values,
            "The log of the sum of the exponentials is missing.":
                lambda Z: Z.max(dim=1).values + (Z - largest(Z)).exp().sum(dim=1),
        },
    ),
    Function(
        "06.5", "Softmax regression from nothing", parts=("W", "b"), rtol=1e-3, atol=1e-4,
        rule="Every step takes both gradients, means over the samples, at the W and b it starts from.",
        right=training(gradients),
        inputs=lambda draw: (
            draw.numbers(n := draw.whole(1, 4), draw.whole(1, 3), low=-2, high=2),
            draw.classes(n, n_classes=(n_classes := draw.whole(2, 4))), n_classes,
            draw.number(0.1, 0.9), draw.whole(1, 4),
        ),
        cases=[
            Case(POINTS, torch.tensor([0, 1, 2, 1]), 3, 0.1, 1,
                 rule="One epoch is one step from W = 0, b = 0 against the mean gradient."),
            Case(POINTS, torch.tensor([0, 1, 2, 1]), 4, 0.5, 4,
                 rule="A class without samples has its row of W and its b, too."),
            Case(FAR_POINTS, torch.tensor([0, 1, 2]), 3, 0.1, 3, hint=OVERFLOW,
                 rule="Large logits give finite W and b: those of the formula, computed without overflow."),
            Case(torch.tensor([[250.0, 1.0], [250.0, -2.0]]), torch.tensor([0, 1]), 3, 0.1, 2, hint=OVERFLOW,
                 rule="Where two large logits lie close together, both of their classes have a share."),
        ],
        errors={
            "multiplied|must match the size|broadcast|mismatch": "Shapes do not fit. X is (n, d), W is (K, d), P and Y "
            "are (n, K): print them in this line.",
        },
        wrong={
            "This is the gradient for a softmax applied twice. F.cross_entropy has one inside.":
                training(gradients_of_two_softmaxes),
            "The loss is the mean over the samples, and so are both gradients.":
                training(lambda W, b, X, Y: [len(X) * slope for slope in gradients(W, b, X, Y)]),
            "b is right. W's gradient is a mean over the samples, too.":
                training(lambda W, b, X, Y: (len(X) * gradients(W, b, X, Y)[0], gradients(W, b, X, Y)[1])),
            "W is right. b's gradient is a mean over the samples, too.":
                training(lambda W, b, X, Y: (gradients(W, b, X, Y)[0], len(X) * gradients(W, b, X, Y)[1])),
            "The first step goes uphill: subtract the gradient.":
                training(lambda W, b, X, Y: [-slope for slope in gradients(W, b, X, Y)]),
            "b stays at 0. It has a gradient for each class: the factor x is 1, the mean over the samples.":
                training(lambda W, b, X, Y: (gradients(W, b, X, Y)[0], 0)),
            "b's gradient is taken at the new W. Take both gradients first, then both steps.":
                trained_in_turn,
            "b takes its steps, but the logits lack it: Z = XWᵀ + b.":
                training(lambda W, b, X, Y: gradients(W, 0, X, Y)),
            "The gradient is always that of the start. Work out the logits and P anew in each step.":
                training(lambda W, b, X, Y: gradients(0 * W, 0 * b, X, Y)),
            "Y is missing. If a prediction is certain and right, its gradient must be 0.":
                training(lambda W, b, X, Y: gradients(W, b, X, 0 * Y)),
            "This softmax runs down the columns. The probabilities of one sample, a row, sum to 1.":
                training(lambda W, b, X, Y: slopes(torch.softmax(X @ W.T + b, dim=0) - Y, X)),
            "These are sigmoids: their rows need not sum to 1, as those of a softmax do.":
                training(lambda W, b, X, Y: slopes(torch.sigmoid(X @ W.T + b) - Y, X)),
            "This is one step from 0, for any n_epochs: is the return inside the loop, or do W and b begin there?":
                lambda X, y, n_classes, learning_rate, n_epochs: training(gradients)(X, y, n_classes, learning_rate, 1),
        },
    ),
]
