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


def errors_by_loop(A, p):
    """The square roots of the inverse, of two parameters, written out."""
    rows = [(*row, q * (1 - q)) for row, q in zip(A.tolist(), p.tolist(), strict=True)]
    a, c, d = (sum(r[i] * r[j] * r[2] for r in rows) for i, j in ((0, 0), (0, 1), (1, 1)))
    return (d / (a * d - c * c)) ** 0.5, (a / (a * d - c * c)) ** 0.5


def errors_in_numpy(A, p):
    root = np.sqrt((p - p * p).double().numpy())[:, None] * A.double().numpy()
    return np.sqrt(np.diag(np.linalg.inv(root.T @ root)))


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
    "05.4": [errors_by_loop, errors_in_numpy],
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
        (lambda A, p: errors_by_loop(A, p)[::-1], "order"),
        (lambda A, p: (errors_by_loop(A, p)[0], 0.0), "^w is right"),
        (lambda A, p: torch.linalg.inv((A.T * (p * (1 - p))) @ A).sqrt(), "shape|root"),
        (lambda A, p: A * p @ A, "shapes"),
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
