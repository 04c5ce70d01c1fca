"""Answers to the exercises of notebook 05, right and wrong, as students may give them."""

import math
from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F

# 05.3 -----------------------------------------------------------------------------------------------------------


def step_by_autograd(w, x, y):
    def loss(w):
        return F.binary_cross_entropy_with_logits(w * x.double(), y.double())

    w = torch.tensor(w, dtype=torch.float64)
    return w - torch.func.grad(loss)(w) / torch.func.grad(torch.func.grad(loss))(w)


def step_by_loop(w, x, y, *, sign=-1.0, curvature=lambda p, x: p * (1 - p) * x * x, count=1):
    """Newton's step; the options make one mistake each."""
    g = h = 0.0
    for feature, label in zip(x.tolist(), y.tolist(), strict=True):
        p = 1 / (1 + math.exp(-w * feature))
        g, h = g + (p - label) * feature, h + curvature(p, feature)
    return w + sign * count * g / h


def step_by_least_squares(w, x, y):
    x, y = x.double().numpy(), y.double().numpy()
    p = 1 / (1 + np.exp(-w * x))
    s = p * (1 - p)
    response = w * x + (y - p) / s
    return np.sum(s * x * response) / np.sum(s * x**2)


def mean_gradient(w, x, y):
    return float(np.mean((1 / (1 + np.exp(-w * x.numpy())) - y.numpy()) * x.numpy()))


# 05.4 -----------------------------------------------------------------------------------------------------------


def errors_by_loop(A, p, *, weight=lambda p: p * (1 - p)):
    """The square roots of the inverse, of two parameters, written out."""
    a = sum(weight(q) * row[0] ** 2 for row, q in zip(A.tolist(), p.tolist(), strict=True))
    c = sum(weight(q) * row[0] * row[1] for row, q in zip(A.tolist(), p.tolist(), strict=True))
    d = sum(weight(q) * row[1] ** 2 for row, q in zip(A.tolist(), p.tolist(), strict=True))
    det = a * d - c * c
    return [math.sqrt(d / det), math.sqrt(a / det)]


def errors_in_numpy(A, p):
    root = np.sqrt((p * (1 - p)).double().numpy())[:, None] * A.double().numpy()
    return np.sqrt(np.diag(np.linalg.inv(root.T @ root)))


def errors_of_many(A, p):
    S = torch.diag(p * (1 - p))
    return torch.linalg.inv(A.T @ S @ A).diag() ** 0.5


# 05.5 -----------------------------------------------------------------------------------------------------------


def separable_by_sorting(x, y):
    labels = y[x.argsort()]
    return int((labels[1:] != labels[:-1]).sum()) <= 1


def separable_by_trying(x, y):
    points = sorted(x.tolist())
    middles = [points[0] - 1] + [(a + b) / 2 for a, b in pairwise(points)]
    above = [[value > middle for value in x.tolist()] for middle in middles]
    labels = [label == 1 for label in y.tolist()]
    return any(side == labels or [not s for s in side] == labels for side in above)


def separable_in_numpy(x, y):
    labels = y.numpy()[np.argsort(x.numpy())]
    return np.abs(np.diff(labels)).sum() < 2


# 05.6 -----------------------------------------------------------------------------------------------------------


def variance_by_loop(x, pi, *, meat=3, slices=2):
    top = bottom = 0.0
    for feature, p in zip(x.tolist(), pi.tolist(), strict=True):
        s = p * (1 - p)
        top, bottom = top + 4 * s**meat * feature**2, bottom + 2 * s**2 * feature**2
    return top / bottom**slices


def variance_in_numpy(x, pi):
    x, s = x.numpy(), (pi * (1 - pi)).numpy()
    return np.dot(s**3, x**2) / np.dot(s**2, x**2) ** 2


def variance_as_matrices(x, pi):
    A, s = x.reshape(-1, 1), pi * (1 - pi)
    bread = torch.linalg.inv((A.T * 2 * s**2) @ A)
    return bread @ ((A.T * 4 * s**3) @ A) @ bread


ANSWERS = {
    "05.1": {
        "right": [8000, torch.tensor([8000.0]), np.int64(8000), 2000 * 2**2],
        "wrong": [0, -8000, 2000, 16000, 5000, 1, "8000", [8000, 1], None, float("inf")],
        "mistakes": [2 * 2000, 2000 + 4000, round(2000 * math.sqrt(2)), 2000 / 4, 2000 // 2, 2**2],
    },
    "05.3": {
        "right": [step_by_autograd, step_by_loop, step_by_least_squares],
        "wrong": [
            lambda w, x, y: step_by_loop(w, x, 1 - y),
            lambda w, x, y: step_by_loop(-w, x, y),
            lambda w, x, y: w,
            lambda w, x, y: step_by_loop(0.0, x, y),
            lambda w, x, y: step_by_loop(step_by_loop(w, x, y), x, y),
            lambda w, x, y: step_by_loop(w, x, y, curvature=lambda p, x: p * x * x),
            lambda w, x, y: w - (torch.sigmoid(w * x) - y) * x,
            lambda w, x, y: torch.tensor([float("nan")]),
            lambda w, x: w,
            lambda w, x, y: (w, w),
        ],
        "mistakes": [
            lambda w, x, y: step_by_loop(w, x, y, sign=1.0),
            lambda w, x, y: w - mean_gradient(w, x, y),
            lambda w, x, y: step_by_loop(w, x, y, curvature=lambda p, x: x * x),
            lambda w, x, y: step_by_loop(w, x, y, curvature=lambda p, x: p * (1 - p)),
            lambda w, x, y: step_by_loop(w, x, y, curvature=lambda p, x: p * (1 - p) * x),
            lambda w, x, y: step_by_loop(w, x, y, count=len(x)),
            lambda w, x, y: step_by_loop(w, x, y, count=1 / len(x)),
            lambda w, x, y: step_by_autograd(w, x, y) - w,
            lambda w, x, y: w - mean_gradient(w, x, y) ** 2 / (w - step_by_loop(w, x, y)),
        ],
    },
    "05.4": {
        "right": [errors_by_loop, errors_in_numpy, errors_of_many],
        "wrong": [
            lambda A, p: errors_by_loop(A, p)[::-1],
            lambda A, p: errors_by_loop(A, p)[0],
            lambda A, p: [1.0, 1.0],
            lambda A, p: torch.linalg.inv((A.T * (p * (1 - p))) @ A),
            lambda A, p: errors_in_numpy(A, p) / len(p),
            lambda A, p: errors_by_loop(A, p, weight=lambda q: (q * (1 - q)) ** 2),
            lambda A, p: (p * (1 - p)).sqrt(),
            lambda A, p: A.std(dim=0),
            lambda A: A.std(dim=0),
            lambda A, p: -errors_in_numpy(A, p),
        ],
        "mistakes": [
            lambda A, p: errors_in_numpy(A, p) * math.sqrt(len(p)),
            lambda A, p: errors_in_numpy(A, p) ** 2,
            lambda A, p: ((p * (1 - p)) @ A**2) ** -0.5,
            lambda A, p: errors_by_loop(A, p, weight=lambda q: 1.0),
            lambda A, p: errors_by_loop(A, p, weight=lambda q: q),
            lambda A, p: [1.96 * error for error in errors_by_loop(A, p)],
            lambda A, p: errors_by_loop(A, p, weight=lambda q: len(p) * q * (1 - q)),
            lambda A, p: len(p) * errors_in_numpy(A, p) ** 2,
        ],
    },
    "05.5": {
        "right": [separable_by_sorting, separable_by_trying, separable_in_numpy],
        "wrong": [
            lambda x, y: True,
            lambda x, y: False,
            lambda x, y: y.mean() == 0.5,
            lambda x, y: x[y == 0].max() < x[y == 1].max(),
            lambda x, y: (x > 0) == (y == 1),
            lambda x, y: sorted(y.tolist()) == [label for _, label in sorted(zip(x.tolist(), y.tolist(), strict=True))],
            lambda x, y: "yes",
            lambda x, y: None,
            lambda x: True,
            lambda x, y: bool(x.median() > 1),
            lambda x, y: 2,
        ],
        "mistakes": [
            lambda x, y: x[y == 0].max() < x[y == 1].min(),  # raises for one class alone
            lambda x, y: sum(a != b for a, b in pairwise(y.tolist())) < 2,
            lambda x, y: not separable_in_numpy(x, y),
            lambda x, y: not math.isclose(x[y == 0].mean(), x[y == 1].mean()),
        ],
    },
    "05.6": {
        "right": [variance_by_loop, variance_in_numpy, variance_as_matrices],
        "wrong": [
            lambda x, pi: variance_by_loop(x, pi, meat=1),
            lambda x, pi: variance_by_loop(x, pi, slices=3),
            lambda x, pi: 1 / variance_by_loop(x, pi),
            lambda x, pi: variance_by_loop(pi, x),
            lambda x, pi: x.var(),
            lambda x, pi: [variance_by_loop(x, pi)] * 2,
            lambda x, pi: variance_by_loop(x, pi) / len(x),
            lambda x, pi: 3 * variance_by_loop(x, pi),
            lambda x, pi: "s",
            lambda x: x.var(),
        ],
        "mistakes": [
            lambda x, pi: 1 / np.dot((pi * (1 - pi)).numpy(), x.numpy() ** 2),
            lambda x, pi: 0.5 / ((pi - pi**2).square() * x.square()).sum(),
            lambda x, pi: variance_by_loop(x, pi, slices=1),
            lambda x, pi: variance_by_loop(x, pi, meat=2),
            lambda x, pi: math.sqrt(variance_by_loop(x, pi)),
            lambda x, pi: variance_in_numpy(x, pi) * len(x),
            lambda x, pi: variance_in_numpy(2 * x, pi),
            lambda x, pi: variance_as_matrices(x / 2, pi),
        ],
    },
}
