"""Answers to the exercises of notebook 06: right ones in several styles, and wrong ones beyond those of exercises."""

import math

import numpy as np
import torch
import torch.nn.functional as F


def log_sum_exp_pair_by_pair(Z):
    """Add one logit after the other to the sum so far; changes what it was given."""
    while Z.shape[1] > 1:
        larger, smaller = torch.maximum(Z[:, 0], Z[:, 1]), torch.minimum(Z[:, 0], Z[:, 1])
        Z[:, 1] = larger + torch.log1p(torch.exp(smaller - larger))
        Z = Z[:, 1:]
    return Z


def log_sum_exp_by_loop(Z):
    return [max(row) + math.log(sum(math.exp(z - max(row)) for z in row)) for row in Z.tolist()]


def trained_with_autograd(X, y, n_classes, learning_rate, n_epochs):
    W, b = torch.zeros(n_classes, X.shape[1], requires_grad=True), torch.zeros(n_classes, requires_grad=True)
    optimizer = torch.optim.SGD([W, b], lr=learning_rate)
    for _ in range(n_epochs):
        optimizer.zero_grad()
        F.cross_entropy(X @ W.T + b, y).backward()
        optimizer.step()
    return W, b


def trained_in_numpy(X, y, n_classes, learning_rate, n_epochs, shift=np.max):
    inputs = np.hstack([X.numpy(), np.ones((len(X), 1))]).astype(np.float64)
    theta, Y = np.zeros((n_classes, inputs.shape[1])), np.eye(n_classes)[y.numpy()]
    for _ in range(n_epochs):
        Z = inputs @ theta.T
        E = np.exp(Z - shift(Z, axis=1, keepdims=True))
        theta -= learning_rate * (E / E.sum(axis=1, keepdims=True) - Y).T @ inputs / len(X)
    return theta[:, :-1], theta[:, -1]


def trained_by_loops(X, y, n_classes, learning_rate, n_epochs):
    W, b = torch.zeros(n_classes, X.shape[1]), torch.zeros(n_classes)
    for _ in range(n_epochs):
        logits = [(W @ x + b).tolist() for x in X]
        for x, label, z in zip(X, y.tolist(), logits, strict=True):
            e = [math.exp(value - max(z)) for value in z]
            for k in range(n_classes):
                pull = learning_rate * (e[k] / sum(e) - (k == label)) / len(X)
                W[k] -= pull * x
                b[k] -= pull
    return [W, b]


RIGHT = {
    "06.1": [(1 / 4, 1 / 4, 2 / 4), np.array([[1], [1], [2]]) / 4, [torch.tensor(0.25), 0.25, np.float32(0.5)]],
    "06.3": [
        lambda probs, y: -sum(math.log(probs[i, k]) for i, k in enumerate(y.tolist())) / len(y),
        lambda probs, y: -(F.one_hot(y, num_classes=probs.shape[1]) * probs.log()).sum(dim=1).mean(),
        lambda probs, y: -np.log(np.take_along_axis(probs.numpy(), y.numpy()[:, None], axis=1)).mean(),
        lambda probs, y: F.cross_entropy(torch.log(probs.double()), y),
    ],
    "06.4": [
        log_sum_exp_by_loop,
        log_sum_exp_pair_by_pair,
        lambda Z: Z.max(dim=1)[0] + (Z.T - Z.max(dim=1)[0]).exp().sum(dim=0).log(),
        lambda Z: Z[:, :1] - F.log_softmax(Z, dim=1)[:, :1],
        lambda Z: np.logaddexp.reduce(Z.numpy(), axis=1),
    ],
    "06.5": [trained_with_autograd, trained_in_numpy, trained_by_loops],
}

# The answer, and telling words of its hint.
WRONG = {
    "06.1": [
        ([0.5, 0.5, 1.0], "twice"),
        ([-1.3863, -1.3863, -0.6931], "the log of"),
        ([0.25, 0.5], "shape"),
    ],
    "06.3": [
        (lambda probs, y: F.nll_loss(probs.log(), y, reduction="sum"), "sum in place of a mean"),
        (lambda probs, y: -probs.gather(1, y[:, None]).log2().mean(), "base of the logarithm is 2"),
        (lambda probs, y: -(probs * probs.log()).sum(dim=1).mean(), "does not change with y"),
        (lambda probs, y: -probs[range(len(y)), y].log(), "shape"),
        (lambda probs, y: F.cross_entropy(probs, F.one_hot(y)), "floats"),
        (lambda probs, y: probs - F.one_hot(y, 9), "how many columns"),
    ],
    "06.4": [
        (lambda Z: torch.log_softmax(Z, dim=1), "shape"),
        (lambda Z: [math.log(sum(math.exp(z) for z in row)) for row in Z.tolist()], "power of e"),
        (lambda Z: Z.max(dim=1) + (Z - Z.max(dim=1)).exp(), "values and places"),
        (lambda Z: Z.numpy() - Z.numpy().max(axis=1), "column of maxima"),
        (lambda Z: -torch.logsumexp(Z, dim=1), "sign"),
    ],
    "06.5": [
        (lambda *args: trained_in_numpy(*args, shift=np.min), "[Ss]mall features"),
        (lambda *args: trained_in_numpy(*args, shift=lambda Z, **axes: 0 * Z), "[Ss]mall features"),
        (lambda X, y, K, rate, n: trained_with_autograd(X, y, K, rate, n + 1), "one too many"),
        (lambda X, y, K, rate, n: trained_with_autograd(X, y, K, 1.0, n), "learning_rate = 1"),
        (lambda *args: [part.T for part in trained_in_numpy(*args)], "shape"),
        (lambda X, y, K, rate, n: torch.zeros(K, X.shape[1]) @ X, "X is"),
    ],
}
