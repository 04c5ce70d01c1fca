"""Answers to the exercises of notebook 00: right ones in several styles, and wrong ones beyond those of exercises."""

import numpy as np
import torch
import torch.nn.functional as F


def updated_by_autograd(w, b, X, y, learning_rate):
    place = torch.tensor([w, b], requires_grad=True)
    ((place[0] * X + place[1] - y) ** 2).mean().backward()
    return place.detach() - learning_rate * place.grad


def updated_with_numpy(w, b, X, y, learning_rate):
    error = (w * X + b - y).numpy()
    return float(w - learning_rate * np.mean(2 * error * X.numpy())), np.array(b - learning_rate * 2 * error.mean())


def rolled_with_pytorch(loss, w, learning_rate, n_steps):
    w = torch.tensor([w], requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=learning_rate, momentum=0.9)
    for _ in range(n_steps):
        optimizer.zero_grad()
        loss(w).sum().backward()
        optimizer.step()
    return w


def rolled_detached(loss, w, learning_rate, n_steps):
    w, v = torch.tensor(w), torch.zeros(())
    for _ in range(n_steps):
        w = w.detach().requires_grad_()
        (g,) = torch.autograd.grad(loss(w), w)
        v = v * 0.9 + g
        w = w - learning_rate * v
    return w


def rolled_on_the_graph(loss, w, learning_rate, n_steps):
    w, v = torch.tensor(w, requires_grad=True), 0.0
    for _ in range(n_steps):
        loss(w).backward()
        v = 0.9 * v + w.grad
        w = w - learning_rate * v
    return w


def rolled_without_requires_grad(loss, w, learning_rate, n_steps):
    w = torch.tensor(w)
    for _ in range(n_steps):
        loss(w).backward()
        w = w - learning_rate * w.grad
    return w


def rolled_and_cleared_first(loss, w, learning_rate, n_steps):
    w = torch.tensor(w, requires_grad=True)
    w.grad.zero_()
    return w


RIGHT = {
    "00.1": [2.4, torch.tensor([2.4]), np.float32(2.4), [2.4], 2.399],
    "00.3": [
        lambda prediction, y: F.mse_loss(prediction[:, 0], y),
        lambda prediction, y: ((prediction - y.reshape(-1, 1)) ** 2).sum() / len(y),
        lambda prediction, y: (
            sum((p - t) ** 2 for p, t in zip(prediction.flatten().tolist(), y.tolist(), strict=True)) / len(y)
        ),
    ],
    "00.4": [updated_by_autograd, updated_with_numpy],
    "00.5": [lambda X: 2 / (2 * (X**2).sum() / len(X)), lambda X: len(X) / float(X.norm()) ** 2],
    "00.6": [rolled_with_pytorch, rolled_detached],
}

# The answer, and telling words of its hint.
WRONG = {
    "00.1": [(240, "per cent"), (2.5, "digits"), (0.9, "by hand"), ((1, 2), "shape"), ("2.4", "quotes")],
    "00.3": [
        (lambda prediction, y: (prediction.flatten() - y) ** 2, "shape"),
        (lambda prediction, y: prediction.flatten() @ y, "by hand"),
        (lambda prediction: 0.0, "2 arguments"),
        (lambda prediction, y: print(y), "return"),
    ],
    "00.4": [
        (lambda w, b, X, y, learning_rate: (w, b), "learning_rate = 0"),
        (lambda w, b, X, y, learning_rate: updated_with_numpy(w, b, X, y, 2 * learning_rate), "twice"),
        (lambda w, b, X, y, learning_rate: updated_with_numpy(w, b, X, y, learning_rate)[0], "shape"),
        (lambda w, b, X, y, learning_rate: updated_with_numpy(b, w, X, y, learning_rate), "exchanged"),
    ],
    "00.5": [(lambda X: -1 / (X**2).mean(), "sign"), (lambda X: 1 / (X * 0).mean(), "inf"), (6 / 28, "function")],
    "00.6": [
        (rolled_on_the_graph, "another tensor"),
        (rolled_without_requires_grad, "watches"),
        (rolled_and_cleared_first, "None"),
        (lambda loss, w, learning_rate, n_steps: loss.backward(), "Call it first"),
        (lambda loss, w, learning_rate, n_steps: w, "learning_rate = 0"),
    ],
}
