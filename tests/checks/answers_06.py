"""Answers to the exercises of notebook 06, right and wrong, as students may give them."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import log_loss
from torch import nn

# 06.3 -----------------------------------------------------------------------------------------------------------


def loss_by_loop(probs, y):
    total = 0.0
    for i in range(len(y)):
        total -= math.log(probs[i, y[i]])
    return total / len(y)


def loss_with_one_hot(probs, y):
    Y = F.one_hot(y, num_classes=probs.shape[1])
    return -(Y * probs.log()).sum(dim=1).mean()


def loss_in_numpy(probs, y):
    p = np.take_along_axis(probs.numpy(), y.numpy()[:, None], axis=1)
    return -np.log(p).mean()


def loss_of_log_probs_as_logits(probs, y):
    """The log of a probability is a logit, too: softmax gives the probability back."""
    return F.cross_entropy(torch.log(probs.double()), y)


def loss_of_scikit_learn(probs, y):
    rows = probs.double() / probs.double().sum(dim=1, keepdim=True)  # it warns of sums that differ from 1
    return log_loss(y.numpy(), rows.numpy(), labels=range(probs.shape[1]))


def loss_twice_by_hand(probs, y):
    again = probs.exp() / probs.exp().sum(dim=1, keepdim=True)
    return loss_by_loop(again, y)


# 06.4 -----------------------------------------------------------------------------------------------------------


def log_sum_exp_by_loop(Z):
    found = []
    for row in Z.tolist():
        m = max(row)
        found.append(m + math.log(sum(math.exp(z - m) for z in row)))
    return found


def log_sum_exp_in_numpy(Z):
    Z = Z.numpy().astype(np.float64)
    m = Z.max(axis=1, keepdims=True)
    return (m + np.log(np.exp(Z - m).sum(axis=1, keepdims=True))).astype(np.float32)


def log_sum_exp_by_transposing(Z):
    m = Z.max(dim=1)[0]
    return m + (Z.T - m).exp().sum(dim=0).log()


def log_sum_exp_pair_by_pair(Z):
    """Add one logit after the other, each time to the sum so far; changes what it was given."""
    while Z.shape[1] > 1:
        larger, smaller = torch.maximum(Z[:, 0], Z[:, 1]), torch.minimum(Z[:, 0], Z[:, 1])
        Z[:, 1] = larger + torch.log1p(torch.exp(smaller - larger))
        Z = Z[:, 1:]
    return Z


def log_sum_exp_from_log_softmax(Z):
    return Z[:, 0] - F.log_softmax(Z, dim=1)[:, 0]


def log_sum_exp_without_the_log(Z):
    return [max(row) + sum(math.exp(z - max(row)) for z in row) for row in Z.tolist()]


def log_of_sum(values):
    return values.sum().log()


# 06.5 -----------------------------------------------------------------------------------------------------------


def trained_with_pytorch(X, y, n_classes, learning_rate, n_epochs):
    layer = nn.Linear(X.shape[1], n_classes)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    optimizer = torch.optim.SGD(layer.parameters(), lr=learning_rate)
    for _ in range(n_epochs):
        optimizer.zero_grad()
        F.cross_entropy(layer(X), y).backward()
        optimizer.step()
    return layer.weight, layer.bias


def trained_by_the_formula(X, y, n_classes, learning_rate, n_epochs):
    W, b = torch.zeros(n_classes, X.shape[1]), torch.zeros(n_classes)
    Y = F.one_hot(y, num_classes=n_classes)
    for _ in range(n_epochs):
        Z = X @ W.T + b
        E = (Z - Z.max(dim=1, keepdim=True).values).exp()
        difference = E / E.sum(dim=1, keepdim=True) - Y
        W -= learning_rate * difference.T @ X / len(X)
        b -= learning_rate * difference.mean(dim=0)
    return W, b


def trained_in_numpy(X, y, n_classes, learning_rate, n_epochs):
    inputs = np.hstack([X.numpy(), np.ones((len(X), 1))]).astype(np.float64)
    theta, Y = np.zeros((n_classes, inputs.shape[1])), np.eye(n_classes)[y.numpy()]
    for _ in range(n_epochs):
        Z = inputs @ theta.T
        E = np.exp(Z - Z.max(axis=1, keepdims=True))
        theta -= learning_rate * (E / E.sum(axis=1, keepdims=True) - Y).T @ inputs / len(X)
    return theta[:, :-1], theta[:, -1]


def trained_by_loops(X, y, n_classes, learning_rate, n_epochs, *, leave_early=False):
    points, labels = X.tolist(), y.tolist()
    W, b = [[0.0] * len(points[0]) for _ in range(n_classes)], [0.0] * n_classes
    for _ in range(n_epochs):
        errors = []
        for x, label in zip(points, labels, strict=True):
            z = [sum(w * value for w, value in zip(row, x, strict=True)) + c for row, c in zip(W, b, strict=True)]
            e = [math.exp(value - max(z)) for value in z]
            errors.append([e[k] / sum(e) - (k == label) for k in range(n_classes)])
        for k in range(n_classes):
            for j in range(len(points[0])):
                gradients = [error[k] * x[j] for error, x in zip(errors, points, strict=True)]
                W[k][j] -= learning_rate * sum(gradients) / len(points)
            b[k] -= learning_rate * sum(error[k] for error in errors) / len(points)
        if leave_early:
            return W, b
    return W, b


def trained_with(
    X,
    y,
    n_classes,
    learning_rate,
    n_epochs,
    *,
    loss=F.cross_entropy,
    train_b=True,
    in_turn=False,
    start=0.0,
    return_order=1,
):
    """Train with autograd; the options make one mistake each."""
    W = torch.full((n_classes, X.shape[1]), start, requires_grad=True)
    b = torch.full((n_classes,), start, requires_grad=True)
    for _ in range(n_epochs):
        grad_W, grad_b = torch.autograd.grad(loss(X @ W.T + b, y), [W, b])
        with torch.no_grad():
            W -= learning_rate * grad_W
        if in_turn:
            (grad_b,) = torch.autograd.grad(loss(X @ W.T + b, y), [b])
        with torch.no_grad():
            b -= learning_rate * grad_b * train_b
    return (W, b)[::return_order]


def naive_softmax(Z):
    return Z.exp() / Z.exp().sum(dim=1, keepdim=True)


def trained_by_matrices(X, y, n_classes, learning_rate, n_epochs, *, softmax, label=1.0, n_of_W=None, n_of_b=None):
    W, b = torch.zeros(n_classes, X.shape[1]), torch.zeros(n_classes)
    Y = label * torch.eye(n_classes)[y]
    for _ in range(n_epochs):
        P = softmax(X @ W.T + b)
        W = W - learning_rate * (P - Y).T @ X / (n_of_W or len(X))
        b = b - learning_rate * (P - Y).sum(dim=0) / (n_of_b or len(X))
    return [W, b]


ANSWERS = {
    "06.1": {
        "right": [
            [0.25, 0.25, 0.5],
            torch.softmax(torch.tensor([100, 100, 100 + math.log(2)]), dim=0),
            (1 / 4, 1 / 4, 2 / 4),
            np.array([[1], [1], [2]]) / 4,
            [torch.tensor(0.25), 0.25, np.float32(0.5)],
        ],
        "wrong": [
            0.5,
            [0.25, 0.5],
            [0.5, 0.5, 1.0],
            [0.2, 0.2, 0.6],
            [0.25, 0.25, 0.25],
            [-0.25, -0.25, -0.5],
            ["0.25", "0.25", "0.5"],
            "0.25, 0.25, 0.5",
            torch.tensor([100, 100, 100 + math.log(2)]),
            torch.tensor([100.0, 100.0, 100 + math.log(2)]).exp() / torch.tensor([100.0]).exp(),
            torch.log_softmax(torch.tensor([100, 100, 100 + math.log(2)]), dim=0),
            {0.25, 0.5},
        ],
        "mistakes": [
            torch.tensor([0.0, 0.0, math.log(2)]).exp(),
            100 * np.array([0.25, 0.25, 0.5]),
            torch.tensor([0.25, 0.25, 0.5]).flip(0),
            torch.full((3,), 1 / 3),
            torch.tensor([100, 100, 100 + math.log(2)]) / torch.tensor([100, 100, 100 + math.log(2)]).sum(),
            F.one_hot(torch.tensor(2), num_classes=3),
        ],
    },
    "06.3": {
        "right": [
            loss_by_loop,
            loss_with_one_hot,
            loss_in_numpy,
            loss_of_log_probs_as_logits,
            loss_of_scikit_learn,
        ],
        "wrong": [
            lambda probs, y: F.cross_entropy(probs, y, reduction="sum"),
            lambda probs, y: F.cross_entropy(probs, F.one_hot(y)),
            lambda probs, y: (probs.argmax(dim=1) == y).float().mean(),
            lambda probs, y: -probs.log(),
            lambda probs, y: -probs[range(len(y)), y].log(),
            lambda probs, y: -probs.log().mean(),
            lambda probs, y: 1 - probs[range(len(y)), y].mean(),
            lambda probs, y: ((probs - F.one_hot(y, probs.shape[1])) ** 2).mean(),
            lambda probs, y: F.nll_loss(probs.exp(), y),
            lambda probs, y: F.nll_loss(probs.log(), probs.argmin(dim=1)),
            lambda probs, y: float("inf"),
            lambda probs: -probs.log().mean(),
            lambda probs, y: None,
            F.cross_entropy(torch.ones(2, 3), torch.tensor([0, 1])),
        ],
        "mistakes": [
            loss_twice_by_hand,
            lambda probs, y: -sum(row[k] for row, k in zip(probs, y, strict=True)) / len(y),
            lambda probs, y: -sum(row[k].log() for row, k in zip(probs, y, strict=True)),
            lambda probs, y: -(F.one_hot(y, num_classes=probs.shape[1]) * probs.log()).mean(),
            lambda probs, y: sum(math.log(row[k]) for row, k in zip(probs, y, strict=True)) / len(y),
            lambda probs, y: -math.log(sum(row[k] for row, k in zip(probs, y, strict=True)) / len(y)),
            lambda probs, y: -sum(math.log(max(row)) for row in probs.tolist()) / len(y),
            lambda probs, y: -torch.where(F.one_hot(y, probs.shape[1]) == 1, probs, 1 - probs).log().mean(),
            lambda probs, y: -probs.gather(1, y.unsqueeze(1)).log2().mean(),
            lambda probs, y: -(torch.eye(int(y.max()) + 1)[y] * probs.log()).sum() / len(y),
            lambda probs, y: -sum(row[y].log().mean() for row in probs) / len(probs),
        ],
    },
    "06.4": {
        "right": [
            log_sum_exp_by_loop,
            log_sum_exp_in_numpy,
            log_sum_exp_by_transposing,
            log_sum_exp_pair_by_pair,
            log_sum_exp_from_log_softmax,
            lambda Z: torch.logsumexp(Z, dim=1, keepdim=True),
            lambda Z: np.logaddexp.reduce(Z.numpy(), axis=1),
        ],
        "wrong": [
            lambda Z: Z.max(dim=1).values,
            lambda Z: Z.max(dim=1),
            lambda Z: torch.log_softmax(Z, dim=1),
            lambda Z: torch.softmax(Z, dim=1),
            lambda Z: (Z - Z.min()).exp().sum(dim=1).log(),
            lambda Z: Z.max() + (Z - Z.max()).exp().sum().log(),
            lambda Z: Z.clamp(-50, 50).exp().sum(dim=1).log(),
            lambda Z: Z.sum(dim=1),
            lambda Z: Z.logsumexp(dim=1) / math.log(2),
            log_sum_exp_without_the_log,
            lambda Z: [math.log(sum(math.exp(z) for z in row)) for row in Z.tolist()],
            lambda Z: Z.abs().amax(dim=1) + (Z - Z.abs().amax(dim=1, keepdim=True)).exp().sum(dim=1).log(),
            lambda z: z.max() + math.log(sum(z.exp())),
            lambda Z, m: Z,
        ],
        "mistakes": [
            lambda Z: torch.stack([Z.max() + log_of_sum((row - Z.max()).exp()) for row in Z]),
            lambda Z: torch.stack([log_of_sum((row - row.max()).exp()) for row in Z]),
            lambda Z: torch.stack([log_of_sum((row - Z.max()).exp()) for row in Z]),
            lambda Z: torch.stack([log_of_sum((row - row.max()).exp()) - row.max() for row in Z]),
            lambda Z: np.log(np.exp(Z.numpy().astype(np.float64)).sum(axis=1)),
            lambda Z: torch.stack([row.min() + log_of_sum((row - row.min()).exp()) for row in Z]),
            lambda Z: Z.max(dim=1).values[:, None] + (Z.T - Z.max(dim=1).values).exp().sum(dim=0).log(),
            lambda Z: Z.max(1)[0] + torch.log(torch.sum(torch.exp(Z - Z.max(1)[0]), 1)),
            lambda Z: Z.max(0)[0] + torch.log(torch.sum(torch.exp(Z - Z.max(0)[0]), 1)),
            lambda Z: log_sum_exp_by_loop(Z.T),
            lambda Z: log_sum_exp_by_loop(Z.reshape(1, -1)),
            lambda Z: [m + math.log(np.exp(row - m).mean()) for row in Z.double().numpy() for m in [row.max()]],
        ],
    },
    "06.5": {
        "right": [
            trained_with_pytorch,
            trained_by_the_formula,
            trained_in_numpy,
            trained_by_loops,
            trained_with,
        ],
        "wrong": [
            lambda *args: trained_with(*args, return_order=-1),
            lambda *args: trained_with(*args)[0],
            lambda *args: trained_with(*args, start=0.1),
            lambda *args: [part.T for part in trained_with(*args)],
            lambda *args: torch.cat([part.flatten() for part in trained_with(*args)]),
            lambda X, y, n_classes, learning_rate, n_epochs: trained_with(X, y, 3, learning_rate, n_epochs),
            lambda X, y, n_classes, learning_rate, n_epochs: trained_with(X, y, n_classes, 0.1, n_epochs),
            lambda X, y, n_classes, learning_rate, n_epochs: trained_with(X, y, n_classes, learning_rate, 0),
            lambda X, y, n_classes, learning_rate, n_epochs: trained_with(
                X, y, int(y.max()) + 1, learning_rate, n_epochs
            ),
            lambda X, y, n_classes, learning_rate, n_epochs: (torch.zeros(n_classes, 2), torch.zeros(n_classes)),
            lambda X, y, n_classes, learning_rate, n_epochs: (torch.zeros(n_classes, 2) @ X, 0.0),
            lambda X, y: trained_with(X, y, 3, 0.1, 1),
            trained_with(torch.ones(3, 2), torch.tensor([0, 1, 2]), 3, 0.1, 1),
        ],
        "mistakes": [
            lambda *args: trained_by_matrices(*args, softmax=naive_softmax),
            lambda *args: trained_with(*args, loss=lambda logits, y: F.cross_entropy(logits.softmax(dim=1), y)),
            lambda *args: trained_with(*args, loss=lambda logits, y: F.cross_entropy(logits, y, reduction="sum")),
            lambda *args: trained_by_matrices(*args, softmax=nn.Softmax(dim=1), n_of_W=1),
            lambda *args: trained_by_matrices(*args, softmax=nn.Softmax(dim=1), n_of_b=1),
            lambda *args: trained_with(*args, loss=lambda logits, y: -F.cross_entropy(logits, y)),
            lambda *args: trained_with(*args, train_b=False),
            lambda *args: trained_with(*args, in_turn=True),
            lambda *args: trained_by_matrices(*args, softmax=nn.Softmax(dim=1), label=0.0),
            lambda *args: trained_by_matrices(*args, softmax=nn.Softmax(dim=0)),
            lambda X, y, n_classes, learning_rate, n_epochs: trained_with(X, y, n_classes, learning_rate, n_epochs + 1),
            lambda *args: trained_by_loops(*args, leave_early=True),
        ],
    },
}
