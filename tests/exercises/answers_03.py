"""Answers to the exercises of notebook 03: right ones in several styles, and wrong ones beyond those of exercises."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import accuracy_score
from torch import nn


def accuracy_by_loop(logits, y):
    probs = [1 / (1 + math.exp(-logit)) for logit in logits.flatten().tolist()]
    return sum((p > 0.5) == (label == 1) for p, label in zip(probs, y.tolist(), strict=True)) / len(y)


def trained_with_pytorch(X, y, learning_rate, decay, n_epochs, clear="before"):
    model = nn.Linear(1, 1)
    model.load_state_dict({"weight": torch.zeros(1, 1), "bias": torch.zeros(1)})
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate, weight_decay=decay)
    for _ in range(n_epochs):
        if clear == "before":
            optimizer.zero_grad()
        nn.BCEWithLogitsLoss()(model(X), y).backward()
        if clear == "between":
            optimizer.zero_grad()
        optimizer.step()
    return model.weight, model.bias


def trained_by_loops(X, y, learning_rate, decay, n_epochs):
    w = b = 0.0
    points = list(zip(X.flatten().tolist(), y.flatten().tolist(), strict=True))
    for _ in range(n_epochs):
        errors = [1 / (1 + math.exp(-(w * x + b))) - label for x, label in points]
        dw = sum(error * x for error, (x, _) in zip(errors, points, strict=True)) / len(points)
        w, b = w - learning_rate * (dw + decay * w), b - learning_rate * (sum(errors) / len(points) + decay * b)
    return [w, b]


def trained_with_a_penalty(X, y, learning_rate, decay, n_epochs):
    theta = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    for _ in range(n_epochs):
        loss = F.binary_cross_entropy_with_logits(theta[0] * X.double() + theta[1], y.double())
        (gradient,) = torch.autograd.grad(loss + decay / 2 * (theta**2).sum(), theta)
        theta = (theta - learning_rate * gradient).detach().requires_grad_()
    return theta


def trained_on_the_graph(X, y, learning_rate, decay, n_epochs):
    theta = torch.zeros(2, requires_grad=True)
    for _ in range(n_epochs):
        F.binary_cross_entropy_with_logits(theta[0] * X + theta[1], y).backward()
        theta = theta - learning_rate * theta.grad
    return theta


RIGHT = {
    "03.1": [320, 320.0, torch.tensor([320]), np.int64(math.ceil(1000 / 64) * 20)],
    "03.3": [
        lambda w1, w2, b, x1: [-(w1 * x + b) / w2 for x in x1.tolist()],
        lambda w1, w2, b, x1: -(w1 / w2) * x1.numpy().astype(np.float64) - b / w2,
        lambda w1, w2, b, x1: ((-w1 * x1 - b) / w2).reshape(-1, 1).to(torch.float16),
    ],
    "03.4": [
        accuracy_by_loop,
        lambda logits, y: ((torch.sigmoid(logits) > 0.5) == y.unsqueeze(1)).double().mean(),
        lambda logits, y: accuracy_score(y.numpy(), logits.squeeze().numpy() > 0),
        lambda logits, y: 1 - ((logits[:, 0] > 0).float() - y).abs().mean(),
    ],
    "03.5": [trained_with_pytorch, trained_by_loops, trained_with_a_penalty],
}

# The answer, and telling words of its hint.
WRONG = {
    "03.1": [(-320, "sign"), (640, "twice"), (314, "round up"), ((16, 20), "shape"), ("320", "quotes")],
    "03.3": [
        (lambda w1, w2, b, x1: -b / w2, "x1|shape"),
        (lambda w1, w2, b, x1: [-(w2 * x + b) / w1 for x in x1.tolist()], "exchanged|w2 is never 0"),
        (lambda w1, w2, b, x1: (-(w1 * x1 + b) / w2).sum(), "shape"),
        (torch.tensor([2.0, 1.5, 1.0]), "function"),
    ],
    "03.4": [
        (lambda logits, y: (logits.flatten() > 0).float().mean(), "change with y"),
        (lambda logits, y: ((torch.sigmoid(torch.sigmoid(logits)) > 0.5) == y).float().mean(), "σ"),
        (lambda logits, y: ((logits.flatten() > 0) == y).sum(), "n times"),
        (lambda logits, y: ((logits.flatten() > 0) == y).mean(), r"\.float\(\)"),
        (lambda logits, y: logits > 0 == y, "brackets"),
    ],
    "03.5": [
        (lambda *args: trained_with_pytorch(*args, clear="never"), "adds to"),
        (lambda *args: trained_with_pytorch(*args, clear="between"), "between"),
        (lambda X, y, learning_rate, decay, n_epochs: trained_by_loops(X, y, -learning_rate, decay, n_epochs), "sign"),
        (lambda X, y, learning_rate, decay, n_epochs: trained_by_loops(X, y, learning_rate, decay, 1), "return"),
        (lambda X, y, learning_rate, decay, n_epochs: F.binary_cross_entropy_with_logits(X, y.flatten()), "columns"),
        (lambda X, y, learning_rate, decay, n_epochs: torch.zeros(1, requires_grad=True).grad.zero_(), "None"),
        (trained_on_the_graph, "another tensor"),
    ],
}
