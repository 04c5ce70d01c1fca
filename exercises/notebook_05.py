"""The exercises of notebook 05: Newton's step, standard errors, intervals, the sandwich, separable data."""

from itertools import product

import torch

from exercises.kinds import Case, Choice, Function, Value

ONE_CLASS = "With one class alone, True: a threshold beyond all samples has them all on one side."
NO_OTHER = "Only data sets of one class come out wrong: then there is no change of label, and one class is empty."
X4 = torch.tensor([-1.0, 0.5, 1.0, 2.0])
P4 = torch.tensor([0.2, 0.5, 0.6, 0.9])


def variance(p):
    """The variance of labels that are 1 with probability p."""
    return p * (1 - p)


def slope(w, x, y):
    return ((torch.sigmoid(w * x) - y) * x).mean()


def bend(w, x):
    return (variance(torch.sigmoid(w * x)) * x**2).mean()


def newton_step(w, x, y):
    return w - slope(w, x, y) / bend(w, x)


def information(x, p):
    """What the samples tell about one weight: the bend of the summed loss."""
    return (variance(p) * x**2).sum()


def rising(draw, n):
    return draw.numbers(n, low=0.2, high=2).cumsum(0) + draw.whole(-4, 0)


def changes(y):
    return int((y[1:] != y[:-1]).sum())


def step_upwards(x, y):
    return changes(y[x.argsort()]) == 0 or y[x.argsort()].diff().min() >= 0


def none_inside(inner, outer):
    """Whether no inner number lies between two outer ones."""
    return len(outer) == 0 or not ((inner > outer.min()) & (inner < outer.max())).any()


def two_classes(draw):
    """Samples in any order; in the order of x the labels are one block of 0s or 1s in the others, or anything."""
    n = draw.whole(2, 6)
    place, begin = torch.arange(n), draw.whole(0, n - 1)
    block = ((place >= begin) & (place < draw.whole(begin + 1, n))).double()
    y = draw.one_of(block, 1 - block, draw.labels(n))
    if y.min() == y.max():
        y[0] = 1 - y[0]
    order = draw.numbers(n).argsort()
    return rising(draw, n)[order], y[order]


def sandwich(x, meat, bread):
    """Of powers of s that are given for each sample, without their factors 4 and 2."""
    return (4 * meat * x**2).sum() / (2 * bread * x**2).sum() ** 2


EXERCISES = [
    Value(
        "05.1", "Half the error bar", 8000,
        rule="A variance falls like 1/n. A standard error is the root of a variance.",
        wrong={
            4000: "Twice the samples halve the variance. What do they do to its root?",
            6000: "That many more, or that many in all?",
            2828: "The root stands on the other side: the error falls like 1/√n.",
            500: "Fewer samples, smaller errors? Check the direction.",
            1: "Fewer samples, smaller errors? Check the direction.",
            1000: "Fewer samples, smaller errors? Check the direction.",
            32000: "This makes the variance that much smaller twice over. A standard error is its root.",
            4: "That is the factor. How many samples is it?",
        },
    ),
    Choice(
        "05.2", "What an interval promises", right="C",
        hints={
            "A": "Samples are points with labels; the interval is about a weight. "
            "What had to lie inside to be counted?",
            "B": "Estimates of other data sets scatter around the truth, not around this one estimate.",
            "D": "The truth is a fixed number; this interval holds it or does not. What is random in the experiment?",
        },
    ),
    Function(
        "05.3", "One step of Newton",
        rule="The new w is the lowest point of the parabola with the loss's value, slope and bend at the old w.",
        right=newton_step,
        inputs=lambda draw: (draw.number(-1.5, 1.5), draw.numbers(n := draw.whole(1, 5)) + 0.05, draw.labels(n)),
        cases=[
            Case(0.0, torch.tensor([-2.0, -1.0, 0.5, 1.0, 3.0]), torch.tensor([0.0, 1.0, 0.0, 1.0, 1.0])),
            Case(-1.0, torch.tensor([1.0, 2.0, -0.5, 0.0]), torch.tensor([1.0, 0.0, 0.0, 1.0])),
        ],
        wrong={
            "This climbs: the step goes against the gradient.":
                lambda w, x, y: w + slope(w, x, y) / bend(w, x),
            "This is a step of gradient descent. Newton divides by the bend.":
                lambda w, x, y: w - slope(w, x, y),
            "A strong bend means a short way: divide by it.":
                lambda w, x, y: w - slope(w, x, y) * bend(w, x),
            "The bend has a factor that depends on p: a sure sample bends the loss little.":
                lambda w, x, y: w - slope(w, x, y) / (x**2).mean(),
            "The bend has p alone here. It is the same for p and 1 − p.":
                lambda w, x, y: w - slope(w, x, y) / (torch.sigmoid(w * x) * x**2).mean(),
            "This is the bend in z. What does z = wx add to it, twice?":
                lambda w, x, y: w - slope(w, x, y) / variance(torch.sigmoid(w * x)).mean(),
            "The gradient has the factor x once, the bend twice.":
                lambda w, x, y: w - slope(w, x, y) / (variance(torch.sigmoid(w * x)) * x).mean(),
            "This is the gradient in z. What does z = wx add to it?":
                lambda w, x, y: w - (torch.sigmoid(w * x) - y).mean() / bend(w, x),
            "Gradient and bend must both be means, or both be sums.":
                lambda w, x, y: w - len(x) * slope(w, x, y) / bend(w, x),
            "Take gradient and bend alike: both as means, or both as sums.":
                lambda w, x, y: w - slope(w, x, y) / bend(w, x) / len(x),
            "This is the step alone. Where does it lead from the old w?":
                lambda w, x, y: -slope(w, x, y) / bend(w, x),
            "This is slope over bend. In which direction is the step, and where does it lead from the old w?":
                lambda w, x, y: slope(w, x, y) / bend(w, x),
        },
    ),
    Function(
        "05.4", "Error bars that do not shrink",
        rule="A standard error is the spread of the estimate if the labels were drawn again: "
        "the more samples, the smaller.",
        right=lambda x, p: information(x, p) ** -0.5,
        inputs=lambda draw: (draw.numbers(n := draw.whole(1, 6)) + 0.05, draw.numbers(n, low=0.1, high=0.9)),
        cases=[Case(X4, P4), Case(X4.repeat(25), P4.repeat(25), shown="25 times the four samples before")],
        wrong={
            "A hundred samples give the same as four like them: what they tell adds up, it is no mean.":
                lambda x, p: (information(x, p) / len(x)) ** -0.5,
            "This is a variance. An error bar has the unit of the weight: one thing is left to do.":
                lambda x, p: 1 / information(x, p),
            "Two things: what the samples tell adds up, it is no mean; and this is a variance, not yet an error.":
                lambda x, p: len(x) / information(x, p),
            "Now it shrinks too fast: the variance falls like 1/n, its root more slowly.":
                lambda x, p: (len(x) * information(x, p)) ** -0.5,
            "A sharp valley means a small error: something is to be turned upside down.":
                lambda x, p: information(x, p) ** 0.5,
            "Here all samples count alike, as for a straight line. A sample tells less if its p is near 0 or 1.":
                lambda x, p: (x**2).sum() ** -0.5,
            "The factor p makes class 1 tell more than class 0. What is the same for p and 1 − p?":
                lambda x, p: (p * x**2).sum() ** -0.5,
            "The factor of a sample is p(1 − p) itself here: not its square.":
                lambda x, p: (variance(p) ** 2 * x**2).sum() ** -0.5,
            "This is for the bend in z. What does z = wx add to it, twice?":
                lambda x, p: variance(p).sum() ** -0.5,
            "This is half the width of a 95 % interval. The standard error is smaller.":
                lambda x, p: 1.96 * information(x, p) ** -0.5,
        },
    ),
    Function(
        "05.5", "Is there a maximum?",
        rule="True (shown as 1) if a threshold has all 0s on one side and all 1s on the other; else False (0).",
        right=lambda x, y: changes(y[x.argsort()]) <= 1,
        inputs=two_classes,
        cases=[
            Case(torch.tensor([-1.0, 0.0, 1.0]), torch.ones(3), rule=ONE_CLASS, hint=NO_OTHER),
            Case(torch.tensor([3.0, 2.0]), torch.zeros(2), rule=ONE_CLASS, hint=NO_OTHER),
            Case(torch.tensor([2.0]), torch.zeros(1), rule=ONE_CLASS, hint=NO_OTHER),
            *(Case(torch.tensor(x), torch.tensor(labels)) for x in ([1.0, -2.0], [0.5, 3.0, -1.0], [3.0, 1.0, 4.0, 2.0])
              for labels in product((0.0, 1.0), repeat=len(x)) if 0 < sum(labels) < len(x)),
        ],
        errors={
            r"empty|zero-size|numel\(\) == 0|size 0":
                "Something is empty here. Perhaps a class has no samples, so no largest one: what is right then?",
        },
        wrong={
            "This knows only steps upwards. Class 1 may as well lie on the left.":
                step_upwards,
            "Two things: class 1 may as well lie on the left, and with one class alone the other is empty.":
                lambda x, y: x[y == 0].max() < x[y == 1].min(),
            "This knows only steps downwards. Class 1 may as well lie on the right.":
                lambda x, y: step_upwards(-x, y),
            "The samples need not come in the order of x. Sort them, or compare extremes.":
                lambda x, y: changes(y) <= 1,
            "This is the other way round: True where a threshold separates the classes.":
                lambda x, y: changes(y[x.argsort()]) > 1,
            "This is True whatever is given. Which threshold separates 0, 1, 0, in the order of x?":
                lambda x, y: True,
            "This is False whatever is given. Is there no threshold for 0, 0, 1, in the order of x?":
                lambda x, y: False,
            "This sees whether a 1 lies among the 0s. May 0s lie among the 1s?":
                lambda x, y: none_inside(x[y == 1], x[y == 0]),
            "This sees whether a 0 lies among the 1s. May 1s lie among the 0s?":
                lambda x, y: none_inside(x[y == 0], x[y == 1]),
            "Different means do not separate: look at the samples that lie farthest to the other side.":
                lambda x, y: not torch.isclose(x[y == 0].mean(), x[y == 1].mean()),
        },
    ),
    Function(
        "05.6", "A sandwich for one weight",
        rule="The variance of the estimate if MSE is minimised on labels drawn with these probabilities.",
        right=lambda x, pi: sandwich(x, variance(pi) ** 3, variance(pi) ** 2),
        inputs=lambda draw: (draw.numbers(n := draw.whole(1, 5)) + 0.05, draw.numbers(n, low=0.1, high=0.9)),
        cases=[Case(torch.tensor([1.0, 2.0, -1.0]), torch.tensor([0.5, 0.8, 0.3]))],
        wrong={
            "This is the floor, which BCE reaches. MSE lies above it unless all s are equal.":
                lambda x, pi: 1 / (variance(pi) * x**2).sum(),
            "This is one slice of bread. It is the variance only where bread and meat are equal.":
                lambda x, pi: 1 / (2 * variance(pi) ** 2 * x**2).sum(),
            "A sandwich has bread on both sides: the meat is divided by it twice.":
                lambda x, pi: (4 * variance(pi) ** 3 * x**2).sum() / (2 * variance(pi) ** 2 * x**2).sum(),
            "The meat needs the variance of the label, too: y has the variance s.":
                lambda x, pi: sandwich(x, variance(pi) ** 2, variance(pi) ** 2),
            "The meat is the covariance of the gradients ψ. Each has a factor s of the sigmoid's slope: squared, s².":
                lambda x, pi: sandwich(x, variance(pi), variance(pi) ** 2),
            "The bread has a slope of the sigmoid for each derivative: s twice.":
                lambda x, pi: sandwich(x, variance(pi) ** 3, variance(pi)),
            "This is the standard deviation. The variance is asked for.":
                lambda x, pi: sandwich(x, variance(pi) ** 3, variance(pi) ** 2).sqrt(),
            "This is the variance for one sample on average. The more samples, the smaller it gets: use sums.":
                lambda x, pi: len(x) * sandwich(x, variance(pi) ** 3, variance(pi) ** 2),
            "The 2 of the square stands in each ψ, so squared in the meat.":
                lambda x, pi: sandwich(x, variance(pi) ** 3, variance(pi) ** 2) / 4,
            "The bread has a 2, too: it is the Hessian of a square.":
                lambda x, pi: 4 * sandwich(x, variance(pi) ** 3, variance(pi) ** 2),
            "Here s is π. The variance of a label is 0 for a sure one, whichever class it has.":
                lambda x, pi: sandwich(x, pi**3, pi**2),
        },
    ),
]
