"""The exercises of notebook 02: from the likelihood to a loss on logits, its gradient and its curvature."""

import math

import torch
import torch.nn.functional as F
from torch import tensor

from exercises.kinds import Case, Choice, Function, Value


def bce(p, y):
    return -torch.log(torch.where(y == 1, p, 1 - p)).mean()


def terms_written_out(p, y, log=torch.log):
    """What each sample pays by the formula of two logs: nan where p = y is 0 or 1."""
    return -(y * log(p) + (1 - y) * log(1 - p))


def up_to_four(loss):
    """From 4 on, how large or infinite a loss is does not matter."""
    return loss.clamp(max=4)


def slopes(errors, X):
    return X.T @ errors / len(X), errors.mean()


def errors_of(w, b, X, y):
    return torch.sigmoid(X @ w + b) - y


def gradients(w, b, X, y):
    return slopes(errors_of(w, b, X, y), X)


def slopes_in_one_mean(errors, X, sign_of_b=1):
    return (errors * X).mean(), sign_of_b * errors.mean()


def weighted(z, y, c, of_zeros=1.0):
    return (c * y * F.softplus(-z) + of_zeros * (1 - y) * F.softplus(z)).mean()


def with_one_sign(v):
    """A direction with the length 1, the same for v and −v."""
    return F.normalize(v * v[v.abs().argmax()].sign(), dim=0, eps=1e-30)


VERY_LARGE = "Certain and wrong makes the loss very large or infinite."
FAR_OUT = (
    "Right while the logits are small. Far out, does an exp or a log give inf, or a clamp of p or z stop the loss from "
    "growing? The formula of hint 2 avoids both."
)

EXERCISES = [
    Value(
        "02.1", "From a likelihood to a loss", (1 / 32, 5 / 3 * math.log(2)), rtol=1e-2, parts=("Likelihood", "BCE"),
        rule="The likelihood is a product, one factor a sample; BCE is minus the mean of the logs of these factors.",
        wrong={
            (3 / 32, -math.log(3 / 32) / 3): "These are the p as they stand. What is the probability of a label 0?",
            (9 / 32, -math.log(9 / 32) / 3): "Each factor belongs to the other label. p is the probability of a 1.",
            (1 / 32, 5 * math.log(2)): "The likelihood is right. BCE is a mean: its last step is missing.",
            (1 / 32, -5 / 3 * math.log(2)):
                "The likelihood is right. No BCE lies below 0: which of log, minus, mean is missing?",
            (1 / 32, -5 * math.log(2)): "The likelihood is right, and this is its log. Minus and mean are missing.",
            (1 / 32, math.log(3)): "The likelihood is right. In BCE the logs come first, and then their mean.",
            (1.0, 5 / 3 * math.log(2)): "BCE is right. Independent samples: their probabilities multiply.",
            (-5 * math.log(2), 5 / 3 * math.log(2)): "BCE is right. This is the log of the likelihood.",
            (1 / 16, 5 / 3 * math.log(2)): "BCE is right. The likelihood has a factor for each of the three samples.",
        },
    ),
    Choice(
        "02.2", "Two predictions, equally far off", right="D",
        hints={
            "A": "Read the curve above 0.05, then above 0.55. Is it symmetric about its lowest point?",
            "B": "M is cheap for a label 0. Now think of the 1s: three in ten. The curve holds both.",
            "C": "The two heights are read well. Does any point of the curve lie at 0?",
        },
    ),
    Function(
        "02.3", "A loss that likes wrong answers", atol=1e-5, form=up_to_four,
        rule="Each sample pays minus the log of the probability that was given to its own label; the loss is the mean.",
        right=bce,
        inputs=lambda draw: (  # every sixth p is 0 or 1
            (draw.numbers(n := draw.whole(1, 3), low=-1.0, high=11.0) / 10).clamp(0, 1), draw.labels(n)
        ),
        cases=[
            Case(tensor([0.9, 0.25, 0.6]), tensor([1.0, 0.0, 0.0])),
            Case(tensor([0.3, 0.8]), tensor([1.0, 1.0])),
            Case(tensor([1.0, 0.0, 0.5]), tensor([1.0, 0.0, 1.0]),
                 rule="Certain and right adds nothing to the sum, but the sample counts in the mean."),
            Case(tensor([1.0, 0.5]), tensor([0.0, 1.0]), rule=VERY_LARGE),
            Case(tensor([0.8, 0.0]), tensor([0.0, 1.0]), rule=VERY_LARGE),
        ],
        errors={
            "math domain error|expected a": "math.log stops at 0. A certain and right sample needs one log only, and a "
            "certain and wrong one has a loss: very large, or infinite.",
        },
        wrong={
            "Try p = 0.9 with y = 1: this charges −log 0.1. Which log should a label 1 meet?":
                lambda p, y: terms_written_out(p, 1 - y).mean(),
            "There is one log a sample now. But try p = 0.9 with y = 1: which of the two should a label 1 take?":
                lambda p, y: bce(p, 1 - y),
            "Right while nothing is certain. Here it takes 0 · log 0. Is that second log needed at all?":
                lambda p, y: terms_written_out(p, y).mean(),
            "This hides the nan after the mean, and the loss of the other samples with it.":
                lambda p, y: terms_written_out(p, y).mean().nan_to_num(),
            "This leaves the certain and right samples out. They add 0 to the sum, and still count in the mean.":
                lambda p, y: bce(p[p != y], y[p != y]),
            "This leaves all certain samples out. The right ones count in the mean, the wrong ones cost very much.":
                lambda p, y: bce(p[p * (1 - p) > 0], y[p * (1 - p) > 0]),
            "Here a certain sample costs nothing, also where it is wrong. Only certain and right is free.":
                lambda p, y: torch.where(p * (1 - p) > 0, terms_written_out(p, y), 0.0).mean(),
            "Close, not right. Does a number inside the log, or a clamp of p, change a loss?":
                lambda p, y: terms_written_out(p, y, lambda part: torch.log(part + 0.01)).mean(),
            "Two things: this is the sum over the samples, not their mean; and 0 · log 0 is nan.":
                lambda p, y: terms_written_out(p, y).sum(),
            "Two things: the base of the log is 2, where nats have the natural one; and 0 · log 0 is nan.":
                lambda p, y: terms_written_out(p, y, torch.log2).mean(),
            "A sample with the label 0 pays nothing here.":
                lambda p, y: -(y * torch.log(p)).mean(),
            "This takes −log p for every label. p is the probability of a 1; what is that of a 0?":
                lambda p, y: -torch.log(p).mean(),
            "The logs come first, then their mean: this is the log of a mean.":
                lambda p, y: -torch.log(torch.where(y == 1, p, 1 - p).mean()),
            "This takes p for logits: another sigmoid is in it. Here p is a probability already.":
                F.binary_cross_entropy_with_logits,
        },
    ),
    Function(
        "02.4", "The wrong way along one axis", parts=("dw", "db"),
        rule="Each is a mean over the samples: of error times feature, one for each feature, and of the error.",
        right=gradients,
        inputs=lambda draw: (
            draw.numbers(d := draw.whole(1, 3)), draw.number(), draw.numbers(n := draw.whole(1, 4), d), draw.labels(n)
        ),
        cases=[
            Case(tensor([0.5, -1.0]), 0.25, tensor([[1.0, 2.0], [0.0, -1.0], [3.0, 0.5]]), tensor([0.0, 0.0, 0.0])),
            Case(tensor([0.5]), -1.0, tensor([[1.0], [4.0]]), tensor([0.0, 1.0])),
        ],
        errors={
            "must match the size|size mismatch|cannot be multiplied|inconsistent tensor": "The shapes of two tensors "
            "do not fit. Print those of w, X and the errors, for several features.",
        },
        wrong={
            "All labels are 0, so every p is too high. Does the loss rise or fall with b?":
                lambda w, b, X, y: (gradients(w, b, X, y)[0], -gradients(w, b, X, y)[1]),
            "These are the slopes of the log-likelihood, which we climb. The loss is its opposite.":
                lambda w, b, X, y: slopes(-errors_of(w, b, X, y), X),
            "The order is the slope in w, then the one in b.":
                lambda w, b, X, y: gradients(w, b, X, y)[::-1],
            "A matrix product with the errors sums over the samples. A mean is wanted for w, too.":
                lambda w, b, X, y: (len(X) * gradients(w, b, X, y)[0], gradients(w, b, X, y)[1]),
            "These are sums over the samples. The loss is a mean, and so are its slopes.":
                lambda w, b, X, y: (X.T @ errors_of(w, b, X, y), errors_of(w, b, X, y).sum()),
            "The logits are right. Print the shape of errors times X; and b has the page's sign.":
                lambda w, b, X, y: slopes_in_one_mean(errors_of(w, b, X, y), X, sign_of_b=-1),
            "b is right. Errors (n,) against the columns of X make a square: print the shape.":
                lambda w, b, X, y: slopes_in_one_mean(errors_of(w, b, X, y), X),
            "b is right. Errors (n,) meet the columns of X, not its rows: print the shape of their product.":
                lambda w, b, X, y: ((errors_of(w, b, X, y) * X).mean(dim=0), errors_of(w, b, X, y).mean()),
            "These are the page's lines. b has the wrong sign, and w * X is not yet summed over the features.":
                lambda w, b, X, y: slopes_in_one_mean(torch.sigmoid(w * X + b) - y, X, sign_of_b=-1),
            "Only the sign of b is cured. Compare the shapes of w * X + b, of the logits in the task, and of y.":
                lambda w, b, X, y: slopes_in_one_mean(torch.sigmoid(w * X + b) - y, X),
            "One mean over all of X mixes the features. Each needs a slope of its own.":
                lambda w, b, X, y: (gradients(w, b, X, y)[0].mean(), gradients(w, b, X, y)[1]),
            "Multiply first, then take the mean: each error belongs to its own sample.":
                lambda w, b, X, y: (gradients(w, b, X, y)[1] * X.mean(dim=0), gradients(w, b, X, y)[1]),
            "The factor p(1 − p) cancels in section 5. Here it is still there.":
                lambda w, b, X, y: slopes((e := errors_of(w, b, X, y)) * (p := e + y) * (1 - p), X),
            "The error is p − y. This takes the logit for p.":
                lambda w, b, X, y: slopes(X @ w + b - y, X),
            "The error is p − y. Here every label is exchanged.":
                lambda w, b, X, y: gradients(w, b, X, 1 - y),
        },
    ),
    Value(
        "02.5", "A valley with a flat floor", (1.0, -4.0), form=with_one_sign,
        rule="A direction has two numbers, for w and for b, not both 0. Every term of d²L/dt² must be 0.",
        wrong={
            (0.0, 0.0): "That is no direction: it goes nowhere.",
            (4.0, 1.0): "Along this one the loss bends most. The flat one is at a right angle to it.",
            (1.0, 4.0): "Put it into 4·v1 + v2. What cancels the first term?",
            (4.0, -1.0): "Put it into 4·v1 + v2: which of the two numbers meets the 4?",
            (1.0, 0.0): "Only w moves, so every logit does. Let b make up for it.",
            (0.0, 1.0): "Only b moves, so every logit does. Let w make up for it.",
            (1.0, -1.0): "Put it into 4·v1 + v2: every student studied 4 hours, not one.",
        },
    ),
    Function(
        "02.6", "A weighted loss that never breaks",
        rule="A sample with the label 1 pays c times −log p; one with the label 0 pays −log(1 − p).",
        right=weighted,
        inputs=lambda draw: (
            draw.numbers(n := draw.whole(1, 4), low=-8.0, high=8.0), draw.labels(n), draw.number(0.1, 5.0)
        ),
        cases=[
            Case(tensor([0.0, 2.0, -1.0]), tensor([1.0, 1.0, 0.0]), 1.0, rule="With c = 1 it is the lesson's BCE."),
            Case(tensor([0.5, -2.0, 1.0, -0.3]), tensor([1.0, 1.0, 0.0, 0.0]), 4.0),
            Case(tensor([1000.0, -1000.0, 0.5]), tensor([0.0, 1.0, 1.0]), 3.0, hint=FAR_OUT,
                 rule="Far out and wrong, the loss grows like |z|, times c where the label is 1."),
            Case(tensor([50.0, -50.0]), tensor([0.0, 1.0]), 3.0, hint=FAR_OUT,
                 rule="Far out and wrong, the loss grows like |z|, times c where the label is 1."),
            Case(tensor([1000.0, -1000.0, 0.5]), tensor([1.0, 0.0, 0.0]), 3.0, hint=FAR_OUT,
                 rule="Far out and right, a sample adds nothing that a float can hold."),
        ],
        wrong={
            "This weighs all samples. Only those with the label 1 count c times.":
                lambda z, y, c: c * weighted(z, y, 1.0),
            "This weighs the samples with the label 0. The others are meant.":
                lambda z, y, c: weighted(z, y, 1.0, of_zeros=c),
            "With c = 1 one log serves both labels, for y and 1 − y add up to 1. Do c·y and 1 − y?":
                lambda z, y, c: F.binary_cross_entropy_with_logits(z, c * y),
            "This divides by the sum of the weights. The task divides by n.":
                lambda z, y, c: weighted(z, y, c) * len(y) / (c * y + 1 - y).sum(),
            "The two logs are exchanged: for the label 1 the loss must fall as z grows.":
                lambda z, y, c: weighted(-z, y, c),
            "The labels are exchanged: the ones are taken for zeros, with their weight, too.":
                lambda z, y, c: weighted(z, 1 - y, c),
        },
    ),
]
