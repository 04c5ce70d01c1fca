"""Answers to the exercises of notebook 05: right ones in several styles, and wrong ones beyond those of exercises."""

import math
from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F


def step_by_autograd(w, x, y):
    def loss(w):
        return F.binary_cross_entropy_with_logits(w * x, y)

    w = torch.tensor(w)
    return w - torch.func.grad(loss)(w) / torch.func.grad(torch.func.grad(loss))(w)


def step_by_loop(w, x, y, rate=1.0):
    g = h = 0.0
    for feature, label in zip(x.tolist(), y.tolist(), strict=True):
        p = 1 / (1 + math.exp(-w * feature))
        g, h = g + (p - label) * feature, h + p * (1 - p) * feature * feature
    return [w - rate * g / h]


def error_by_loop(x, p):
    total = 0.0
    for feature, q in zip(x.tolist(), p.tolist(), strict=True):
        total += q * (1 - q) * feature * feature
    return 1 / math.sqrt(total)


def error_in_numpy(x, p):
    return np.sum((p - p * p).double().numpy() * x.double().numpy() ** 2) ** -0.5


def error_by_autograd(x, p):
    """From the second derivative of the summed loss, at a logit that gives p."""
    shift = torch.logit(p)

    def loss(w):
        return F.softplus(shift + w * x).sum()

    zero = torch.zeros((), dtype=x.dtype)
    return torch.func.grad(torch.func.grad(loss))(zero) ** -0.5


def separable_by_extremes(x, y):
    zeros, ones = x[y == 0].tolist(), x[y == 1].tolist()
    if not zeros or not ones:
        return True
    return max(zeros) < min(ones) or max(ones) < min(zeros)


def separable_by_trying(x, y):
    points = sorted(x.tolist())
    for threshold in [points[0] - 1] + [(a + b) / 2 for a, b in pairwise(points)]:
        if len(((x > threshold) == (y == 1)).unique()) == 1:
            return torch.tensor(True)
    return torch.tensor(False)


def separable_in_numpy(x, y, most=1):
    return np.abs(np.diff(y.numpy()[np.argsort(x.numpy())])).sum() <= most


def variance_by_loop(x, pi):
    top = bottom = 0.0
    for feature, p in zip(x.tolist(), pi.tolist(), strict=True):
        top += (2 * p * (1 - p) * feature) ** 2 * p * (1 - p)
        bottom += 2 * (p * (1 - p) * feature) ** 2
    return top / bottom / bottom


def variance_as_matrices(x, pi):
    A, s = x.reshape(-1, 1), torch.diag(pi - pi**2)
    bread = torch.linalg.inv(2 * A.T @ s @ s @ A)
    return bread @ (4 * A.T @ s @ s @ s @ A) @ bread


RIGHT = {
    "05.1": [8000, torch.tensor([8000.0]), np.int64(8000)],
    "05.3": [step_by_autograd, step_by_loop],
    "05.4": [error_by_loop, error_in_numpy, error_by_autograd],
    "05.5": [separable_by_extremes, separable_by_trying, separable_in_numpy],
    "05.6": [variance_by_loop, variance_as_matrices],
}

# The answer, and telling words of its hint.
WRONG = {
    "05.1": [(-8000, "opposite"), (16000, "twice"), (2828.4, "root"), ("8000", "quotes"), ([8000, 1], "shape")],
    "05.3": [
        (lambda w, x, y: step_by_loop(0.0, x, y), "w = 0"),
        (lambda w, x, y: w - (torch.sigmoid(w * x) - y) * x, "shape"),
        (lambda w, x, y: w.item(), "plain number|error"),
        (lambda w, x, y: step_by_loop(w, x, y, rate=0.5), "by hand|come out"),
    ],
    "05.4": [
        (lambda x, p: len(x) ** 0.5 * error_by_loop(x, p), "adds up, it is no mean"),
        (lambda x, p: -error_by_loop(x, p), "opposite|sign"),
        (lambda x, p: 2 * error_by_loop(x, p), "always 2 times|twice"),
        (lambda x, p: error_by_loop(x, p) / len(x), "divided by n|by hand|come out"),
        (lambda x, p: 1 / (p * (1 - p) * x**2).sqrt(), "shape"),
        (lambda x, p: x @ p @ x, "shapes|error"),
    ],
    "05.5": [
        (lambda x, y: separable_in_numpy(x, y, most=0), "does not change with x|come out right|whatever"),
        (lambda x, y: separable_in_numpy(x, y) and 0 < y.mean() < 1, "one class"),
        (lambda x, y: x[y == 0].max() < x[y == 1].min() or x[y == 1].max() < x[y == 0].min(), "one class"),
        (lambda x, y: x.numpy()[y == 0].max() < x.numpy()[y == 1].min(), "no samples"),
        (lambda x, y: (x > 0) == (y == 1), "shape"),
    ],
    "05.6": [
        (lambda x, pi: 3 * variance_by_loop(x, pi), "always 3 times"),
        (lambda x, pi: variance_by_loop(x, pi) / len(x), "divided by n"),
        (lambda x, pi: variance_by_loop(pi, x), "exchanged"),
        (lambda x, pi: 1 / variance_by_loop(x, pi), "divided by what is right"),
    ],
}
