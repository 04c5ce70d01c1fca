"""Answers to the exercises of notebook 02: right ones in several styles, and wrong ones beyond those of exercises."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

HAPPENED = np.array([0.25, 0.25, 0.5])  # the probabilities that exercise 2.1 gives to what happened


def bce_in_numpy(p, y):
    p, y = p.numpy(), y.numpy().astype(bool)
    p[~y] = 1 - p[~y]  # also changes what it was given
    return -np.log(p).mean()


def bce_clamped(p, y, limit=1e-7):
    p = p.clamp(limit, 1 - limit)
    return torch.mean(-y * p.log() - (1 - y) * (1 - p).log())


def bce_by_loop(p, y, free=()):
    pairs = [prob if label else 1 - prob for prob, label in zip(p.tolist(), y.tolist(), strict=True)]
    return -sum(math.log(prob) for prob in pairs if prob not in free) / len(p)


def gradients_by_autograd(w, b, X, y):
    w, b = w.clone().requires_grad_(), torch.tensor(b, requires_grad=True)
    return torch.autograd.grad(nn.BCEWithLogitsLoss()(X @ w + b, y), (w, b))


def gradients_by_loop(w, b, X, y):
    n_samples, n_features = X.shape
    dw, db = [0.0] * n_features, 0.0
    for x, label in zip(X.tolist(), y.tolist(), strict=True):
        z = sum(weight * value for weight, value in zip(w.tolist(), x, strict=True)) + b
        error = 1 / (1 + math.exp(-z)) - label
        dw = [slope + error * value / n_samples for slope, value in zip(dw, x, strict=True)]
        db += error / n_samples
    return dw, db


def gradients_in_columns(w, b, X, y):
    errors = torch.sigmoid(X @ w.unsqueeze(1) + b) - y.unsqueeze(1)
    return (errors * X).mean(dim=0, keepdim=True), errors.mean()


def weighted_in_numpy(z, y, c):
    z, y = z.numpy().astype(np.float64), y.numpy()
    return np.mean(np.where(y == 1, c * np.logaddexp(0, -z), np.logaddexp(0, z)))


def weighted_in_one_formula(z, y, c):
    return ((1 - y) * z + (1 + (c - 1) * y) * ((-z).clamp(min=0) + torch.log1p(torch.exp(-z.abs())))).mean()


RIGHT = {
    "02.1": [[0.031, 1.16], torch.tensor([[0.03125, 1.1552]]), (HAPPENED.prod(), -np.log(HAPPENED).mean())],
    "02.3": [
        bce_in_numpy,
        bce_clamped,
        lambda p, y: nn.BCELoss()(p, y).double(),
        lambda p, y: -(torch.xlogy(y, p) + torch.xlogy(1 - y, 1 - p)).mean(),
    ],
    "02.4": [gradients_by_autograd, gradients_by_loop, gradients_in_columns],
    "02.5": [[-1.0, 4.0], torch.tensor([[0.25], [-1.0]]), np.array([-1, 4]) / math.sqrt(17)],
    "02.6": [
        weighted_in_numpy,
        weighted_in_one_formula,
        lambda z, y, c: F.binary_cross_entropy_with_logits(z, y, pos_weight=torch.tensor(c)),
    ],
}

# The answer, and telling words of its hint.
WRONG = {
    "02.1": [
        ((1 / 32, 5 / 3), "Likelihood is right.*base .* 2"),
        ((5 / 3 * math.log(2), 1 / 32), "order"),
        ((0.03, 1.2), "digits"),
        (1 / 32, "shape"),
    ],
    "02.3": [
        (bce_by_loop, "math.log stops at 0"),
        (lambda p, y: bce_by_loop(p, y, free=(0, 1)), "costs nothing"),
        (lambda p, y: bce_clamped(p, y, limit=0.01), "p holds a 0|apart"),
        (lambda p, y: bce_in_numpy(p, y) * len(p), "n samples"),
        (lambda p, y: bce_in_numpy(p, y) / math.log(2), "base .* 2"),
        (lambda p, y: -math.log(p), "several numbers"),
    ],
    "02.4": [
        (lambda w, b, X, y: gradients_by_loop(w, 0.0, X, y), "b = 0"),
        (lambda w, b, X, y: (-gradients_in_columns(w, b, X, y)[0], gradients_by_loop(w, b, X, y)[1]), "db is right"),
        (lambda w, b, X, y: (X @ (torch.sigmoid(X @ w + b) - y), 0.0), "Print those of w, X"),
    ],
    "02.5": [((1, -3.9), "digits"), ((2, 1), "by hand"), ((math.nan, 1), "nan"), ((1, -4, 0), "shape")],
    "02.6": [
        (lambda z, y, c: weighted_in_numpy(z.clamp(-20, 20), y, c), "clamp"),
        (lambda z, y, c: -torch.where(y == 1, c * z.sigmoid().log(), (1 - z.sigmoid()).log()).mean(), "inf"),
        (lambda z, y, c: weighted_in_numpy(z, y, 1.0), "c = 1"),
        (lambda z, y, c: np.where(y == 1, c * np.logaddexp(0, -z), np.logaddexp(0, z)), "shape"),
    ],
}
