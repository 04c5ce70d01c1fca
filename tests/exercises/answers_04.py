"""Answers to the exercises of notebook 04: right ones in several styles, and wrong ones beyond those of exercises."""

import math
from statistics import median

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import brier_score_loss


def score_by_loop(logits, y):
    total = 0.0
    for z, label in zip(logits.flatten().tolist(), y.flatten().tolist(), strict=True):
        p = 1 / (1 + math.exp(-z)) if z > 0 else math.exp(z) / (1 + math.exp(z))
        total += (p - label) ** 2
    return total / len(y)


def score_with_an_overflow(logits, y):
    return sum((1 / (1 + math.exp(-z)) - t) ** 2 for z, t in zip(logits[:, 0], y[:, 0], strict=True)) / len(y)


def gradient_by_autograd(w, b, x, y):
    theta = torch.tensor([w, b], dtype=torch.float64, requires_grad=True)
    F.mse_loss(torch.sigmoid(theta[0] * x.double() + theta[1]), y.double()).backward()
    return theta.grad


def gradient_by_loop(w, b, x, y):
    dw = db = 0.0
    for feature, label in zip(x.tolist(), y.tolist(), strict=True):
        p = 1 / (1 + math.exp(-(w * feature + b)))
        pull = 2 * (p - label) * p * (1 - p)
        dw, db = dw + pull * feature, db + pull
    return dw / len(x), db / len(x)


def gradient_in_numpy(w, b, x, y):
    p = 1 / (1 + np.exp(-(w * x.numpy() + b)))
    return np.stack([x, np.ones(len(x))]) @ (2 * (p - y.numpy()) * p * (1 - p)) / len(x)


def rate_by_sorting(rates, needed):
    rows = zip(rates, needed.tolist(), strict=True)
    return min((-sum(map(math.isfinite, row)), median(row), rate) for rate, row in rows)[2]


def rate_by_loop(rates, needed):
    best, best_share, best_median = None, -1.0, math.inf
    for rate, row in zip(rates.tolist(), needed, strict=True):
        share, middle = row.isfinite().double().mean(), row.median()
        if share > best_share or (share == best_share and middle < best_median):
            best, best_share, best_median = rate, share, middle
    return best


def rate_in_numpy(rates, needed):
    arrived = np.isfinite(needed.numpy()).sum(axis=1)
    return rates[np.lexsort((np.median(needed.numpy(), axis=1), -arrived))[0]]


RIGHT = {
    "04.1": [28.3, torch.tensor([[28.31]]), np.float32(28.308), 1 / (2 * torch.tensor(-4.0).sigmoid() * 0.982)],
    "04.3": [
        score_by_loop,
        lambda logits, y: np.mean(np.square(0.5 * (1 + np.tanh(logits.numpy() / 2)) - y.numpy())),
        lambda logits, y: brier_score_loss(y.flatten().numpy(), torch.sigmoid(logits).flatten().numpy()),
        lambda logits, y: F.mse_loss(torch.sigmoid(logits), y),
    ],
    "04.4": [gradient_by_autograd, gradient_by_loop, gradient_in_numpy],
    "04.5": [rate_by_sorting, rate_by_loop, rate_in_numpy],
}

# The answer, and telling words of its hint.
WRONG = {
    "04.1": [(-28.3, "sign"), (28, "digits"), (4, "by hand|losses"), ([28.3, 1], "shape"), ("28.3", "quotes")],
    "04.3": [
        (score_with_an_overflow, "800"),
        (lambda logits, y: (logits.exp() / (1 + logits.exp()) - y).square().mean(), "800"),
        (lambda logits, y: F.mse_loss(torch.sigmoid(logits), y, reduction="sum"), "n times"),
        (lambda logits, y: score_by_loop(logits, 1 - y), "right costs 1"),
        (lambda logits, y: score_by_loop(logits, y) ** 0.5, "square root"),
    ],
    "04.4": [
        (lambda w, b, x, y: gradient_by_loop(w, b, x, y)[::-1], "order"),
        (lambda w, b, x, y: gradient_by_autograd(w, b, x, y) / 2, "half"),
        (lambda w, b, x, y: gradient_by_autograd(w, b, x, y) * len(x), "n times"),
        (lambda w, b, x, y: (gradient_by_loop(w, b, x, y)[0], 0.0), "dL/dw is right"),
        (lambda w, b, x, y: torch.sigmoid(w @ x + b), "kinds"),
    ],
    "04.5": [
        (lambda rates, needed: rates[needed.median(dim=1).values.argmax()], "inputs|by hand"),
        (lambda rates, needed: rates[needed.isfinite().sum(dim=1).argmax()], "same share"),
        (lambda rates, needed: rates[needed.median(dim=1).argmin()], r"\.values"),
        (lambda rates, needed: rates, "shape"),
    ],
}
