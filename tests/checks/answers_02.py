"""Answers to the exercises of notebook 02, right and wrong, as students may give them."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import log_loss
from torch import nn

HAPPENED = np.array([0.25, 0.25, 0.5])  # the probabilities that exercise 2.1 gives to what happened

# 02.3 -----------------------------------------------------------------------------------------------------------


def bce_by_loop(p, y):
    total = 0.0
    for prob, label in zip(p.tolist(), y.tolist(), strict=True):
        total -= math.log(prob) if label == 1 else math.log(1 - prob)
    return total / len(p)


def bce_in_numpy(p, y):
    p, y = p.numpy(), y.numpy().astype(bool)
    p[~y] = 1 - p[~y]  # also changes what it was given
    return -np.log(p).mean()


def bce_of_powers(p, y):
    return -torch.log(p**y * (1 - p) ** (1 - y)).mean()


def bce_clamped(p, y):
    p = p.clamp(1e-7, 1 - 1e-7)
    return torch.mean(-y * p.log() - (1 - y) * (1 - p).log())


def page_bce(p, y):
    return -((1 - y) * torch.log(p) + y * torch.log(1 - p)).mean()


# 02.4 -----------------------------------------------------------------------------------------------------------


def gradients_by_autograd(w, b, X, y):
    w, b = w.clone().requires_grad_(), torch.tensor(b, requires_grad=True)
    loss = nn.BCEWithLogitsLoss()(X @ w + b, y)
    return torch.autograd.grad(loss, (w, b))


def gradients_by_loop(w, b, X, y):
    n_samples, n_features = X.shape
    dw, db = [0.0] * n_features, 0.0
    for x, label in zip(X.tolist(), y.tolist(), strict=True):
        z = sum(weight * value for weight, value in zip(w.tolist(), x, strict=True)) + b
        error = 1 / (1 + math.exp(-z)) - label
        dw = [slope + error * value / n_samples for slope, value in zip(dw, x, strict=True)]
        db += error / n_samples
    return dw, db


def gradients_in_numpy(w, b, X, y):
    errors = 1 / (1 + np.exp(-(X.numpy() @ w.numpy() + b))) - y.numpy()
    return X.numpy().T @ errors / len(errors), errors.mean()


def gradients_in_columns(w, b, X, y):
    errors = torch.sigmoid(X @ w.unsqueeze(1) + b) - y.unsqueeze(1)
    return X.T @ errors / len(X), errors.mean()


def gradients_by_finite_differences(w, b, X, y):
    theta, h = torch.cat([w, torch.tensor([b])]).double(), 1e-5

    def loss(theta):
        return F.binary_cross_entropy_with_logits(X.double() @ theta[:-1] + theta[-1], y.double())

    slopes = [(loss(theta + h * e) - loss(theta - h * e)) / (2 * h) for e in torch.eye(len(theta), dtype=torch.float64)]
    return torch.stack(slopes[:-1]), slopes[-1]


def gradients_in_other_ways(w, b, X, y, *, dw=lambda slope: slope, db=lambda slope: slope):
    of_w, of_b = gradients_in_numpy(w, b, X, y)
    return dw(of_w), db(of_b)


def gradients_by_squares(w, b, X, y):
    w, b = w.clone().requires_grad_(), torch.tensor(b, requires_grad=True)
    return torch.autograd.grad(((torch.sigmoid(X @ w + b) - y) ** 2).mean() / 2, (w, b))


# 02.6 -----------------------------------------------------------------------------------------------------------


def weighted_by_pytorch(z, y, c):
    return F.binary_cross_entropy_with_logits(z, y, pos_weight=torch.tensor(c))


def weighted_by_logsigmoid(z, y, c):
    losses = -c * y * F.logsigmoid(z) - (1 - y) * F.logsigmoid(-z)
    return losses.sum() / len(losses)


def weighted_in_numpy(z, y, c):
    z, y = z.numpy().astype(np.float64), y.numpy()
    return np.mean(np.where(y == 1, c * np.logaddexp(0, -z), np.logaddexp(0, z)))


def weighted_by_loop(z, y, c):
    losses = []
    for logit, label in zip(z.tolist(), y.tolist(), strict=True):
        wrong = -logit if label == 1 else logit  # how far on the wrong side
        losses.append((c if label == 1 else 1) * (max(wrong, 0) + math.log1p(math.exp(-abs(logit)))))
    return sum(losses) / len(losses)


def weighted_in_one_formula(z, y, c):
    return ((1 - y) * z + (1 + (c - 1) * y) * ((-z).clamp(min=0) + torch.log1p(torch.exp(-z.abs())))).mean()


ANSWERS = {
    "02.1": {
        "right": [
            (1 / 32, 5 / 3 * math.log(2)),
            [0.031, 1.16],
            torch.tensor([[0.03125, 1.1552]]),
            (HAPPENED.prod(), -np.log(HAPPENED).mean()),
            (
                torch.tensor(0.25 * 0.25 * 0.5),
                F.binary_cross_entropy(torch.tensor([0.25, 0.75, 0.5]), torch.tensor([1.0, 0, 1])),
            ),
        ],
        "wrong": [
            1 / 32,
            1.1552,
            (0, 0),
            (1 / 32, math.log(2)),
            (1 / 32, math.log(1 / 32)),
            (1 / 32, 1.1552, 0),
            (-1 / 32, 1.1552),
            (1 / 32, float("inf")),
            ("1/32", 1.1552),
            (math.log(1 / 32), 1.1552),
        ],
        "mistakes": [
            (0.25 * 0.75 * 0.5, -np.log([0.25, 0.75, 0.5]).mean()),
            (0.75 * 0.75 * 0.5, -np.log([0.75, 0.75, 0.5]).mean()),
            (HAPPENED.prod(), -np.log(HAPPENED).sum()),
            (HAPPENED.prod(), np.log(HAPPENED).mean()),
            (HAPPENED.prod(), -np.log2(HAPPENED).mean()),
            (HAPPENED.prod(), -np.log10(HAPPENED).mean()),
            (-np.log(HAPPENED).mean(), HAPPENED.prod()),
            (HAPPENED.sum(), -np.log(HAPPENED).mean()),
            (0.03, 1.2),
            (0.25 * 0.25, -np.log(HAPPENED).mean()),
            (HAPPENED.prod(), -np.log(HAPPENED.mean())),
        ],
    },
    "02.3": {
        "right": [
            bce_by_loop,
            bce_in_numpy,
            bce_of_powers,
            bce_clamped,
            F.binary_cross_entropy,
            lambda p, y: nn.BCELoss()(p, y).double(),
            lambda p, y: log_loss(y, p, labels=[0, 1]),
            lambda p, y: -(torch.xlogy(y, p) + torch.xlogy(1 - y, 1 - p)).mean(),
        ],
        "wrong": [
            lambda p, y: page_bce(p, y).abs() / 2,
            lambda p, y: -torch.log(torch.where(y == 1, p, 1 - p)),
            lambda p, y: ((p - y) ** 2).mean(),
            lambda p, y: F.binary_cross_entropy_with_logits(p, y),
            lambda p, y: -(y * torch.log(p + 0.2) + (1 - y) * torch.log(1.2 - p)).mean(),
            lambda p, y: -math.log(p),
            lambda p, y: -np.log(p).mean(),
            lambda p, y: print(bce_by_loop(p, y)),
            lambda p: -torch.log(p).mean(),
            lambda p, y: torch.log(torch.where(y == 1, p, 1 - p).mean()),
            lambda p, y: 0.0,
            bce_by_loop(torch.tensor([0.5]), torch.tensor([1.0])),
        ],
        "mistakes": [
            page_bce,
            lambda p, y: (torch.log1p(-p) * (1 - y) + p.log() * y).sum() / -len(p),
            lambda p, y: np.nan_to_num(-(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean().numpy()),
            lambda p, y: -bce_by_loop(p, y),
            lambda p, y: F.binary_cross_entropy(p, y, reduction="sum"),
            lambda p, y: -torch.log2(p**y * (1 - p) ** (1 - y)).mean(),
            lambda p, y: -(torch.log(p) * y).sum() / len(p),
            lambda p, y: F.binary_cross_entropy(p[(p - y).abs() > 0], y[(p - y).abs() > 0]),
            lambda p, y: -(y * torch.log(p + 0.01) + (1 - y) * torch.log(1.01 - p)).mean(),
        ],
    },
    "02.4": {
        "right": [
            gradients_by_autograd,
            gradients_by_loop,
            gradients_in_numpy,
            gradients_in_columns,
            gradients_by_finite_differences,
        ],
        "wrong": [
            lambda w, b, X, y: gradients_in_numpy(w, 0.0, X, y),
            lambda w, b, X, y: gradients_in_numpy(w, b, X, 1 - y),
            lambda w, b, X, y: gradients_in_numpy(-w, b, X, y),
            lambda w, b, X, y: gradients_in_numpy(w, b, X, y)[0],
            lambda w, b, X, y: gradients_in_numpy(w, b, X, y)[1],
            lambda w, b, X, y: [2 * part for part in gradients_in_numpy(w, b, X, y)],
            lambda w, b, X, y: (((torch.sigmoid(w * X + b) - y) * X).mean(), (torch.sigmoid(w * X + b) - y).mean()),
            lambda w, b, X, y: (torch.zeros_like(w), 0.0),
            lambda w, b, X: (w, b),
            lambda w, b, X, y: {"dw": w, "db": b},
            gradients_in_numpy(torch.ones(2), 0.0, torch.ones(3, 2), torch.ones(3)),
        ],
        "mistakes": [
            lambda *args: gradients_in_other_ways(*args, db=lambda slope: -slope),
            lambda *args: gradients_in_other_ways(*args, dw=lambda slope: -slope, db=lambda slope: -slope),
            lambda *args: gradients_in_other_ways(*args, dw=lambda slope: -slope),
            lambda w, b, X, y: (X.T @ (torch.sigmoid(X @ w + b) - y), (torch.sigmoid(X @ w + b) - y).sum()),
            lambda w, b, X, y: (X.T @ (torch.sigmoid(X @ w + b) - y), (torch.sigmoid(X @ w + b) - y).mean()),
            lambda w, b, X, y: (
                torch.mean(X * torch.sigmoid(X @ w + b) - X * y),
                torch.mean(y - torch.sigmoid(X @ w + b)),
            ),
            lambda w, b, X, y: (torch.mean(X * (X @ w + b).sigmoid() - X * y), gradients_by_loop(w, b, X, y)[1]),
            lambda w, b, X, y: (
                ((torch.sigmoid(X @ w + b) - y)[:, None] * X).mean(),
                (torch.sigmoid(X @ w + b) - y).mean(),
            ),
            lambda w, b, X, y: (
                X.mean(dim=0) * (torch.sigmoid(X @ w + b) - y).mean(),
                gradients_by_loop(w, b, X, y)[1],
            ),
            gradients_by_squares,
            lambda w, b, X, y: (X.T @ (X @ w + b - y) / len(y), (X @ w + b - y).mean()),
            lambda *args: gradients_by_loop(*args)[::-1],
            lambda w, b, X, y: (
                ((torch.sigmoid(w * X + b).T - y) @ X).mean() / len(y),
                (y - torch.sigmoid(w * X + b)).mean(),
            ),
            lambda w, b, X, y: (((torch.sigmoid(X * w + b) - y) * X).mean(), (torch.sigmoid(X * w + b) - y).mean()),
            lambda w, b, X, y: (
                ((torch.sigmoid(X @ w + b) - y) * X).mean(dim=0),
                (torch.sigmoid(X @ w + b) - y).mean(),
            ),
        ],
    },
    "02.5": {
        "right": [
            (1, -4),
            [-1.0, 4.0],
            torch.tensor([[0.25], [-1.0]]),
            np.array([-1, 4]) / math.sqrt(17),
            torch.linalg.eigh(torch.tensor([[16.0, 4.0], [4.0, 1.0]])).eigenvectors[:, 0],
        ],
        "wrong": [
            (1, -3.9),
            (1, 1),
            (1, -1),
            (2, 1),
            (1, -2),
            (float("inf"), -4.0),
            (float("nan"), 1),
            -0.25,
            "b = -4w",
            ((1, -4), (4, 1)),
        ],
        "mistakes": [
            (1, -4, 0),
            torch.zeros(2, 1),
            np.array([-8, -2]),
            (-0.25, -1),
            [-4, 1],
            (3, 0),
            torch.tensor([0.0, -1.0]),
        ],
    },
    "02.6": {
        "right": [
            weighted_by_pytorch,
            weighted_by_logsigmoid,
            weighted_in_numpy,
            weighted_by_loop,
            weighted_in_one_formula,
        ],
        "wrong": [
            lambda z, y, c: weighted_by_loop(z, 1 - y, c),
            lambda z, y, c: weighted_by_loop(-z, y, c),
            lambda z, y, c: weighted_by_loop(z, y, 1 / c),
            lambda z, y, c: -weighted_by_loop(z, y, c),
            lambda z, y, c: weighted_by_loop(z.clamp(-20, 20), y, c),
            lambda z, y, c: torch.nan_to_num(-(c * y * z.sigmoid().log() + (1 - y) * (1 - z.sigmoid()).log())).mean(),
            lambda z, y, c: np.where(y == 1, c * np.logaddexp(0, -z), np.logaddexp(0, z)),
            lambda z, y, c: -(c * y * z.double().sigmoid().log() + (1 - y) * (1 - z.double().sigmoid()).log()).mean(),
            lambda z, y, c: weighted_by_loop(torch.sigmoid(z), y, c),
            lambda z, y: weighted_by_loop(z, y, 1.0),
            lambda z, y, c: None,
            math.log(2),
        ],
        "mistakes": [
            lambda z, y, c: (
                -torch.stack([1 - y, c * y]).mul(torch.stack([1 - z.sigmoid(), z.sigmoid()]).log()).sum(0).mean()
            ),
            lambda z, y, c: (y * c * (1 + (-z).exp()).log() + (1 - y) * (z + (1 + (-z).exp()).log())).mean(),
            lambda z, y, c: -torch.where(y == 1, c * z.sigmoid().log(), (1 - z.sigmoid()).log()).mean(),
            lambda z, y, c: F.binary_cross_entropy(z.sigmoid(), y, weight=1 + (c - 1) * y),
            lambda z, y, c: weighted_by_loop(z, y, 1),
            lambda z, y, c: c * F.binary_cross_entropy_with_logits(z, y),
            lambda z, y, c: c * weighted_by_loop(z, y, 1 / c),
            lambda z, y, c: (z.clamp(min=0) - z * c * y + torch.log1p(torch.exp(-z.abs()))).mean(),
            lambda z, y, c: (
                F.binary_cross_entropy_with_logits(z, y, 1 + (c - 1) * y, reduction="sum") / (1 + (c - 1) * y).sum()
            ),
            lambda z, y, c: F.binary_cross_entropy_with_logits(z, y, reduction="sum", pos_weight=torch.tensor(c)),
            lambda z, y, c: weighted_by_pytorch(-z, y, c),
            lambda z, y, c: (c * y * F.logsigmoid(z) + (1 - y) * F.logsigmoid(-z)).mean(),
        ],
    },
}
