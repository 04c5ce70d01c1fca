"""Answers to the exercises of notebook 03, right and wrong, as students may give them."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import accuracy_score
from torch import nn

# 03.3 -----------------------------------------------------------------------------------------------------------


def boundary_by_loop(w1, w2, b, x1):
    return [-(w1 * float(x) + b) / w2 for x in x1]


def boundary_in_numpy(w1, w2, b, x1):
    return -(w1 / w2) * x1.numpy().astype(np.float64) - b / w2


def boundary_in_a_column(w1, w2, b, x1):
    x1 *= -w1  # also changes what it was given
    return ((x1 - b) / w2).reshape(-1, 1).to(torch.float16)


# 03.4 -----------------------------------------------------------------------------------------------------------


def accuracy_by_loop(logits, y):
    right = 0
    for logit, label in zip(logits, y, strict=True):
        p = 1 / (1 + math.exp(-logit.item()))
        right += (p > 0.5) == (label == 1)
    return right / len(y)


def accuracy_of_probabilities(logits, y):
    probs = torch.sigmoid(logits)
    return ((probs > 0.5) == y.unsqueeze(1)).double().mean()


def accuracy_of_scikit_learn(logits, y):
    return accuracy_score(y.numpy(), logits.squeeze().numpy() > 0)


def accuracy_as_integers(logits, y):
    return ((logits > 0) == y.unsqueeze(1)).long().sum() // len(y)


# 03.5 -----------------------------------------------------------------------------------------------------------


def trained_with_pytorch(X, y, learning_rate, decay, n_epochs):
    model = nn.Linear(1, 1)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate, weight_decay=decay)
    for _ in range(n_epochs):
        optimizer.zero_grad()
        nn.BCEWithLogitsLoss()(model(X), y).backward()
        optimizer.step()
    return model.weight, model.bias


def trained_by_hand(X, y, learning_rate, decay, n_epochs):
    w = b = 0.0
    points = list(zip(X.flatten().tolist(), y.flatten().tolist(), strict=True))
    for _ in range(n_epochs):
        errors = [1 / (1 + math.exp(-(w * x + b))) - label for x, label in points]
        dw = sum(error * x for error, (x, _) in zip(errors, points, strict=True)) / len(points)
        db = sum(errors) / len(points)
        w, b = w - learning_rate * (dw + decay * w), b - learning_rate * (db + decay * b)
    return [w, b]


def trained_in_numpy(X, y, learning_rate, decay, n_epochs):
    inputs = np.hstack([X.numpy(), np.ones(X.shape)])
    theta = np.zeros((2, 1))
    for _ in range(n_epochs):
        probs = 1 / (1 + np.exp(-inputs @ theta))
        theta -= learning_rate * (inputs.T @ (probs - y.numpy()) / len(X) + decay * theta)
    return theta


def trained_with_a_penalty_in_the_loss(X, y, learning_rate, decay, n_epochs, *, factor=0.5):
    theta = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    for _ in range(n_epochs):
        loss = F.binary_cross_entropy_with_logits(theta[0] * X.double() + theta[1], y.double())
        (gradient,) = torch.autograd.grad(loss + factor * decay * (theta**2).sum(), theta)
        theta = (theta - learning_rate * gradient).detach().requires_grad_()
    return theta


def trained_with(X, y, learning_rate, decay, n_epochs, *, clear=True, reduction="mean", decay_b=True, start=0.0):
    """Train as the task's loop does; the options make one mistake each."""
    w, b = torch.full((1,), start, requires_grad=True), torch.full((1,), start, requires_grad=True)
    for _ in range(n_epochs):
        if clear:
            w.grad = b.grad = None
        F.binary_cross_entropy_with_logits(w * X + b, y, reduction=reduction).backward()
        with torch.no_grad():
            w -= learning_rate * (w.grad + decay * w)
            b -= learning_rate * (b.grad + decay * b * decay_b)
    return w, b


def trained_with_a_decay_beside_the_rate(X, y, learning_rate, decay, n_epochs):
    model = nn.Linear(1, 1)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    for _ in range(n_epochs):
        slopes = torch.autograd.grad(nn.BCEWithLogitsLoss()(model(X), y), list(model.parameters()))
        with torch.no_grad():
            for parameter, slope in zip(model.parameters(), slopes, strict=True):
                parameter.copy_((1 - decay) * parameter - learning_rate * slope)
    return model.weight, model.bias


def trained_with_the_gradient_cleared_before_the_step(X, y, learning_rate, decay, n_epochs):
    w, b = torch.zeros(1, requires_grad=True), torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([w, b], lr=learning_rate, weight_decay=decay)
    for _ in range(n_epochs):
        F.binary_cross_entropy_with_logits(w * X + b, y).backward()
        optimizer.zero_grad()
        optimizer.step()
    return w, b


def trained_without_no_grad(X, y, learning_rate, decay, n_epochs):
    theta = torch.zeros(2, requires_grad=True)
    for _ in range(n_epochs):
        F.binary_cross_entropy_with_logits(theta[0] * X + theta[1], y).backward()
        theta -= learning_rate * (theta.grad + decay * theta)
        theta.grad = None
    return theta


def trained_with_new_tensors(X, y, learning_rate, decay, n_epochs):
    theta = torch.zeros(2, requires_grad=True)
    for _ in range(n_epochs):
        nn.BCEWithLogitsLoss()(theta[0] * X + theta[1], y).backward()
        theta = theta.detach() - learning_rate * (theta.grad + decay * theta.detach())
    return theta


def trained_with_the_gradient_cleared_first(X, y, learning_rate, decay, n_epochs):
    theta = torch.zeros(2, requires_grad=True)
    for _ in range(n_epochs):
        theta.grad.fill_(0)
        F.binary_cross_entropy_with_logits(theta[0] * X + theta[1], y).backward()
        with torch.no_grad():
            theta -= learning_rate * (theta.grad + decay * theta)
    return theta


ANSWERS = {
    "03.1": {
        "right": [320, 320.0, torch.tensor([320]), np.int64(320), 20 * math.ceil(1000 / 64)],
        "wrong": [-320, 0, 319, 321, 64 * 20, 1000 / 64, "320", [320, 16], torch.zeros(3), float("inf")],
        "mistakes": [
            20 * (1000 // 64),
            20 * 1000 / 64,
            20 * 1000 // 64,
            1000 // 64,
            math.ceil(20 * 1000 / 64),
            math.ceil(1000 / 64),
            20,
            20 * 1000,
        ],
    },
    "03.3": {
        "right": [boundary_by_loop, boundary_in_numpy, boundary_in_a_column],
        "wrong": [
            lambda w1, w2, b, x1: (w1 * x1 - b) / w2,
            lambda w1, w2, b, x1: -(w1 * x1 + b) * w2,
            lambda w1, w2, b, x1: -(w1 + x1 + b) / w2,
            lambda w1, w2, b, x1: -(w1 * x1 + b) // w2,
            lambda w1, w2, b, x1: (-(w1 * x1 + b) / w2).sum(),
            lambda w1, w2, b, x1: -(w1 * x1 + b) / (w2 - w2),
            lambda w1, w2, b, x1: torch.sigmoid(w1 * x1 + b),
            lambda w1, w2, b, x1: print(-(w1 * x1 + b) / w2),
            lambda w1, w2, b: -b / w2,
            lambda w1, w2, b, x1: "-(w1 * x1 + b) / w2",
            torch.tensor([2.0, 1.5, 1.0]),
        ],
        "mistakes": [
            lambda w1, w2, b, x1: [(w1 * x + b) / w2 for x in x1],
            lambda w1, w2, b, x1: (b - w1 * x1) / w2,
            lambda w1, w2, b, x1: -(w1 * x1) - b / w2,
            lambda w1, w2, b, x1: -w1 / w2 * x1,
            lambda w1, w2, b, x1: (-b - w2 * x1) / w1,
            lambda w1, w2, b, x1: b + x1 * w1,
            lambda w1, w2, b, x1: [-b - w1 * float(x) for x in x1],
            lambda w1, w2, b, x1: b - x1 * (w1 / w2),
            lambda w1, w2, b, x1: [0.5 / w2 - (w1 * x + b) / w2 for x in x1.tolist()],
            lambda w1, w2, b, x1: boundary_in_numpy(-w1, w2, b, x1),
        ],
    },
    "03.4": {
        "right": [
            accuracy_by_loop,
            accuracy_of_probabilities,
            accuracy_of_scikit_learn,
            lambda logits, y: 1 - ((logits[:, 0] > 0).float() - y).abs().mean(),
        ],
        "wrong": [
            accuracy_as_integers,
            lambda logits, y: ((logits < 0) == y.unsqueeze(1)).sum(),
            lambda logits, y: (logits.flatten() > 0) == y,
            lambda logits, y: (logits.flatten() > 0).float().mean(),
            lambda logits, y: y.mean(),
            lambda logits, y: ((logits.flatten() > 1) == y).float().mean(),
            lambda logits, y: ((torch.sigmoid(logits) > 0.5) == y).mean(),
            lambda logits, y: (logits.flatten() == y).float().mean(),
            lambda logits, y: 1.0,
            lambda logits, y: None,
        ],
        "mistakes": [
            lambda logits, y: sum(float((logit > 0.5) == label) for logit in logits for label in y) / len(y) ** 2,
            lambda logits, y: ((torch.sigmoid(logits) > 0.5) == y).double().mean(),
            lambda logits, y: ((logits > 0.5) == y.unsqueeze(1)).float().mean(),
            lambda logits, y: y.mean(),
            lambda logits, y: ((logits.flatten() > 0) != y).float().mean(),
            lambda logits, y: ((logits.flatten() > 0) == y).sum(),
            lambda logits, y: ((logits.flatten() > 0) == y).sum() * 100 / len(y),
        ],
    },
    "03.5": {
        "right": [
            trained_with_pytorch,
            trained_by_hand,
            trained_in_numpy,
            trained_with_a_penalty_in_the_loss,
            trained_with,
        ],
        "wrong": [
            lambda X, y, learning_rate, decay, n_epochs: trained_by_hand(X, y, learning_rate, decay, 1),
            lambda X, y, learning_rate, decay, n_epochs: trained_by_hand(X, y, 0.1, decay, n_epochs),
            lambda X, y, learning_rate, decay, n_epochs: trained_by_hand(X, y, learning_rate, 2 * decay, n_epochs),
            lambda X, y, learning_rate, decay, n_epochs: trained_by_hand(X, y, learning_rate, decay, n_epochs)[0],
            lambda X, y, learning_rate, decay, n_epochs: trained_by_hand(X, 1 - y, learning_rate, decay, n_epochs),
            lambda X, y, learning_rate, decay, n_epochs: trained_with(X, y, learning_rate, decay, n_epochs, start=0.1),
            lambda X, y, learning_rate, decay, n_epochs: trained_with(X, y.flatten(), learning_rate, decay, n_epochs),
            lambda X, y, learning_rate, decay, n_epochs: [0.0, 0.0],
            lambda X, y: trained_by_hand(X, y, 0.1, 0.0, 10),
            trained_by_hand(torch.ones(2, 1), torch.ones(2, 1), 0.1, 0.0, 3),
        ],
        "mistakes": [
            lambda X, y, learning_rate, decay, n_epochs: trained_with(X, y, learning_rate, 0, n_epochs, clear=False),
            lambda *args: trained_with(*args, clear=False),
            lambda X, y, learning_rate, decay, n_epochs: trained_by_hand(X, y, learning_rate, 0, n_epochs),
            lambda X, y, learning_rate, decay, n_epochs: trained_by_hand(X, y, learning_rate, -decay, n_epochs),
            lambda *args: trained_with_a_penalty_in_the_loss(*args, factor=1.0),
            trained_with_a_decay_beside_the_rate,
            trained_with_the_gradient_cleared_before_the_step,
            trained_without_no_grad,
            trained_with_new_tensors,
            trained_with_the_gradient_cleared_first,
            lambda *args: trained_with(*args, decay_b=False),
            lambda *args: trained_with(*args, reduction="sum"),
            lambda X, y, learning_rate, decay, n_epochs: trained_by_hand(X, y, -learning_rate, decay, n_epochs),
            lambda X, y, learning_rate, decay, n_epochs: trained_by_hand(X, y, learning_rate, decay, n_epochs + 1),
            lambda *args: trained_by_hand(*args)[::-1],
        ],
    },
}
