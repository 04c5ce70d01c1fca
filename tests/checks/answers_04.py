"""Answers to the exercises of notebook 04, right and wrong, as students may give them."""

import math
from statistics import median

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import brier_score_loss

# 04.3 -----------------------------------------------------------------------------------------------------------


def score_by_loop(logits, y):
    total = 0.0
    for z, label in zip(logits.flatten().tolist(), y.flatten().tolist(), strict=True):
        p = 1 / (1 + math.exp(-z)) if z > 0 else math.exp(z) / (1 + math.exp(z))
        total += (p - label) ** 2
    return total / len(y)


def score_in_numpy(logits, y):
    p = 0.5 * (1 + np.tanh(logits.numpy() / 2))
    return np.mean(np.square(p - y.numpy()))


def score_of_scikit_learn(logits, y):
    return brier_score_loss(y.flatten().numpy(), torch.sigmoid(logits).flatten().numpy())


# 04.4 -----------------------------------------------------------------------------------------------------------


def gradient_by_autograd(w, b, x, y):
    theta = torch.tensor([w, b], dtype=torch.float64, requires_grad=True)
    loss = F.mse_loss(torch.sigmoid(theta[0] * x.double() + theta[1]), y.double())
    loss.backward()
    return theta.grad


def slope_of_sigmoid(p):
    return p * (1 - p)


def gradient_by_loop(w, b, x, y, *, square=2.0, slope=slope_of_sigmoid, mean=True, inputs=True):
    """The task's gradient; the options make one mistake each."""
    dw = db = 0.0
    for feature, label in zip(x.tolist(), y.tolist(), strict=True):
        p = 1 / (1 + math.exp(-(w * feature + b)))
        pull = square * (p - label) * slope(p)
        dw, db = dw + pull * (feature if inputs else 1), db + pull
    n = len(x) if mean else 1
    return dw / n, db / n


def gradient_in_numpy(w, b, x, y):
    x, y = x.double().numpy(), y.double().numpy()
    p = 1 / (1 + np.exp(-(w * x + b)))
    inputs = np.stack([x, np.ones_like(x)])
    return inputs @ (2 * (p - y) * p * (1 - p)) / len(x)


# 04.5 -----------------------------------------------------------------------------------------------------------


def rate_by_sorting(rates, needed):
    rows = [
        (-sum(map(math.isfinite, row)), median(row), rate) for rate, row in zip(rates, needed.tolist(), strict=True)
    ]
    return min(rows)[2]


def rate_by_loop(rates, needed):
    best, best_share, best_median = None, -1.0, math.inf
    for rate, row in zip(rates.tolist(), needed.tolist(), strict=True):
        share, middle = np.isfinite(row).mean(), np.median(row)
        if share > best_share or (share == best_share and middle < best_median):
            best, best_share, best_median = rate, share, middle
    return best


def rate_in_numpy(rates, needed):
    arrived = np.isfinite(needed.numpy()).sum(axis=1)
    order = np.lexsort((np.median(needed.numpy(), axis=1), -arrived))
    return rates[order[0]]


def rate_with_other_ties(rates, needed, key):
    rows = needed.tolist()
    shares = [sum(map(math.isfinite, row)) for row in rows]
    tied = [i for i, share in enumerate(shares) if share == max(shares)]
    return rates[min(tied, key=lambda i: key(rows[i]))]


def arrived_only(row):
    return [epochs for epochs in row if math.isfinite(epochs)]


def rate_of_those_that_arrived(rates, needed):
    medians = [
        sorted(arrived_only(row))[(len(arrived_only(row)) - 1) // 2] if arrived_only(row) else math.inf
        for row in needed.tolist()
    ]
    return rates[medians.index(min(medians))]


def mean_of_those_that_arrived(row):
    return sum(arrived_only(row)) / len(row)


ANSWERS = {
    "04.1": {
        "right": [
            28.31,
            torch.tensor([[28.309]]),
            np.float32(28.3),
            1 / (2 * torch.sigmoid(torch.tensor(-4.0)) * 0.982),
        ],
        "wrong": [0, 1, -28.309, 4, 0.018, 2, "28.3", [28.3, 1], float("nan"), 30],
        "mistakes": [
            2 * 0.0179862 * 0.9820138,
            1 / (0.0179862 * 0.9820138),
            2 / (0.0179862 * 0.9820138),
            0.5 / (2 * 0.0179862 * 0.9820138),
            1 / (2 * 0.0179862),
            1 - 0.0179862,
            -math.log(0.0179862) / (1 - 0.0179862) ** 2,
        ],
    },
    "04.3": {
        "right": [score_by_loop, score_in_numpy, score_of_scikit_learn, lambda z, y: F.mse_loss(torch.sigmoid(z), y)],
        "wrong": [
            lambda logits, y: F.binary_cross_entropy(torch.sigmoid(logits), y),
            lambda logits, y: ((torch.sigmoid(logits) - y.flatten()) ** 2).mean(),
            lambda logits, y: (torch.sigmoid(logits) - y) ** 2,
            lambda logits, y: ((torch.tanh(logits) - y) ** 2).mean(),
            lambda logits, y: ((torch.sigmoid(-logits) - y) ** 2).mean(),
            lambda logits, y: ((logits > 0).float() == y).float().mean(),
            lambda logits, y: ((torch.exp(logits) / (1 + torch.exp(logits)) - y) ** 2).mean(),
            lambda logits, y: torch.sigmoid(logits).mean(),
            lambda logits: torch.sigmoid(logits) ** 2,
            lambda logits, y: None,
            0.25,
        ],
        "mistakes": [
            lambda logits, y: F.mse_loss(logits, y),
            lambda logits, y: F.mse_loss(torch.sigmoid(logits), y, reduction="sum"),
            lambda logits, y: score_by_loop(logits, y) / 2,
            lambda logits, y: math.sqrt(score_by_loop(logits, y)),
            lambda logits, y: F.l1_loss(torch.sigmoid(logits), y),
            lambda logits, y: F.mse_loss(torch.sigmoid(torch.sigmoid(logits)), y),
            lambda logits, y: torch.sigmoid(logits).sub(y).mean().square(),
            lambda logits, y: ((logits > 0) != y.bool()).double().mean(),
            lambda logits, y: F.softplus((1 - 2 * y) * logits).mean(),
        ],
    },
    "04.4": {
        "right": [gradient_by_autograd, gradient_by_loop, gradient_in_numpy],
        "wrong": [
            lambda w, b, x, y: gradient_by_loop(w, b, x, 1 - y),
            lambda w, b, x, y: gradient_by_loop(w, -b, x, y),
            lambda w, b, x, y: gradient_by_loop(w, b, x, y)[0],
            lambda w, b, x, y: sum(gradient_by_loop(w, b, x, y)),
            lambda w, b, x, y: 2 * (torch.sigmoid(w * x + b) - y),
            lambda w, b, x, y: gradient_by_loop(w, b, x, y, square=4.0),
            lambda w, b, x, y: F.mse_loss(torch.sigmoid(w * x + b), y),
            lambda w, b, x, y: [0.0, 0.0],
            lambda w, b, x: gradient_by_loop(w, b, x, x),
            lambda w, b, x, y: torch.sigmoid(w @ x + b),
        ],
        "mistakes": [
            lambda *args: gradient_by_loop(*args, slope=lambda p: 1),
            lambda *args: gradient_by_loop(*args, slope=lambda p: 1, square=1.0),
            lambda *args: gradient_by_loop(*args, square=1.0),
            lambda *args: gradient_by_loop(*args, mean=False),
            lambda *args: -gradient_by_autograd(*args),
            lambda *args: gradient_by_loop(*args)[::-1],
            lambda *args: gradient_by_loop(*args, inputs=False),
            lambda *args: gradient_by_loop(*args, slope=lambda p: p),
            lambda w, b, x, y: [gradient_by_loop(w, b, x, y)[1] * factor for factor in (sum(x.tolist()) / len(x), 1)],
        ],
    },
    "04.5": {
        "right": [rate_by_sorting, rate_by_loop, rate_in_numpy],
        "wrong": [
            lambda rates, needed: rates[0],
            lambda rates, needed: rates.max(),
            lambda rates, needed: rates[needed.sum(dim=1).argmax()],
            lambda rates, needed: rates[needed.isfinite().sum(dim=1).argmin()],
            lambda rates, needed: needed.median(),
            lambda rates, needed: rates[needed.amax(dim=1).argmin()],
            lambda rates, needed: rates,
            lambda rates, needed: None,
            lambda rates: rates[0],
            10.0,
        ],
        "mistakes": [
            lambda rates, needed: min(zip(map(median, needed.tolist()), rates.tolist(), strict=True))[1],
            lambda rates, needed: rates[torch.stack([row.quantile(0.5) for row in needed]).argmin()],
            lambda rates, needed: rates[int(np.argmin(needed.numpy().sum(axis=1) / needed.shape[1]))],
            lambda rates, needed: min(zip(needed.amin(dim=1).tolist(), rates, strict=True))[1],
            rate_of_those_that_arrived,
            lambda rates, needed: max(
                zip(needed.isfinite().sum(1).tolist(), -torch.arange(len(rates)), rates, strict=True)
            )[2],
            lambda rates, needed: sorted(
                rates.tolist(), key=lambda rate: (needed[rates == rate].isfinite().sum().item(), rate)
            )[-1],
            lambda rates, needed: rate_with_other_ties(rates, needed, lambda row: -median(row)),
            lambda rates, needed: rates.tolist().index(rate_by_loop(rates, needed)),
            lambda rates, needed: rate_with_other_ties(rates, needed, mean_of_those_that_arrived),
        ],
    },
}
