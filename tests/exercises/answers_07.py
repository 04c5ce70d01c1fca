"""Answers to the exercises of notebook 07: right ones in several styles, and wrong ones beyond those of exercises."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


def leaky_by_loop(x, a):
    return torch.tensor([value if value > 0 else a * value for value in x.flatten().tolist()]).reshape(x.shape)


def leaky_in_place(x, a):
    x[x < 0] *= a  # also changes what it was given
    return x


def loss_of_modules(X, y, W1, b1, W2, b2):
    model = nn.Sequential(nn.Linear(W1.shape[1], W1.shape[0]), nn.ReLU(), nn.Linear(W2.shape[1], W2.shape[0]))
    with torch.no_grad():
        for parameter, value in zip(model.parameters(), (W1, b1, W2, b2), strict=True):
            parameter.copy_(value)
    return nn.CrossEntropyLoss()(model(X), y)


def layer_by_loop(x, W, b):
    return [sum(w * v for w, v in zip(row, x, strict=True)) + c for row, c in zip(W.tolist(), b.tolist(), strict=True)]


def loss_by_loop(X, y, W1, b1, W2, b2):
    total = 0.0
    for x, label in zip(X.tolist(), y.tolist(), strict=True):
        z = layer_by_loop([max(0.0, h) for h in layer_by_loop(x, W1, b1)], W2, b2)
        total += math.log(sum(math.exp(value - z[label]) for value in z))
    return total / len(X)


def loss_in_numpy(X, y, W1, b1, W2, b2):
    logits = np.maximum(0, X.numpy() @ W1.numpy().T + b1.numpy()) @ W2.numpy().T + b2.numpy()
    return np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[range(len(y)), y.numpy()])


def chain_by_autograd(f, f_slope, weights, x):
    x.requires_grad_()
    h = x
    for w in weights:
        h = f(w * h)
    h.backward()
    return x.grad


def chain_by_recursion(f, f_slope, weights, x):
    if len(weights) == 0:
        return 1.0
    z = weights[0] * x
    return float(weights[0] * f_slope(z)) * chain_by_recursion(f, f_slope, weights[1:], f(z))


def chain_in_numpy(f, f_slope, weights, x):
    slopes, h = [], np.float64(x)
    for w in weights.numpy():
        slopes.append(w * np.asarray(f_slope(w * h)))
        h = np.float64(f(w * h))
    return np.prod(slopes)


RIGHT = {
    "07.1": [[2.0, 10.0], torch.tensor([[2, 10]]), (torch.tensor([[2.0]]), np.array([10.0]))],
    "07.3": [
        leaky_by_loop,
        leaky_in_place,
        lambda x, a: np.where(x.numpy() > 0, x.numpy(), a * x.numpy()),
        lambda x, a: (x * (1 + a) + x.abs() * (1 - a)) / 2,
        lambda x, a: torch.maximum(x, a * x) if a < 1 else torch.minimum(x, a * x),
    ],
    "07.4": [loss_of_modules, loss_by_loop, loss_in_numpy],
    "07.5": [chain_by_autograd, chain_by_recursion, chain_in_numpy],
}

# The answer, and telling words of its hint.
WRONG = {
    "07.1": [((10, 2), "order"), ((-2, 10), "^b is right"), ((2, 9), "^w is right"), (2, "shape"), ("2, 10", "quotes")],
    "07.3": [
        (lambda x, a: F.relu(x), "a = 0"),
        (lambda x, a: x if x > 0 else a * x, "several numbers"),
        (lambda x, a: leaky_by_loop(x, a).flatten(), "shape"),
        (lambda x: F.relu(x), "2 arguments"),
    ],
    "07.4": [
        (lambda X, y, W1, b1, W2, b2: F.cross_entropy(F.relu(X @ W1 + b1) @ W2.T + b2, y), "T is needed"),
        (lambda X, y, W1, b1, W2, b2: F.cross_entropy(F.relu(X @ W1.T) @ W2.T + b2, y), "b1"),
        (lambda X, y, W1, b1, W2, b2: F.cross_entropy(F.relu(X @ W1.T + b1) @ W2.T, y), "b2"),
        (lambda X, y, *others: len(y) * loss_by_loop(X, y, *others), "sum over the samples"),
        (lambda *args: torch.exp(loss_of_modules(*args)), "e to the power"),
    ],
    "07.5": [
        (lambda f, f_slope, weights, x: -chain_by_recursion(f, f_slope, weights, x), "opposite"),
        (lambda f, f_slope, weights, x: f_slope(x), "weights"),
        (lambda f, f_slope, weights, x: torch.stack([w * f_slope(w * x) for w in weights]), "shape"),
        (lambda f, f_slope, weights, x: f(weights[0] * x).backward(), "autograd watches"),
    ],
}
