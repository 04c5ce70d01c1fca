"""Answers to the exercises of notebook 00, right and wrong, as students may give them."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import mean_squared_error
from torch import nn

# 00.3 -----------------------------------------------------------------------------------------------------------


def mse_by_loop(prediction, y):
    total = 0.0
    for (guess,), label in zip(prediction.tolist(), y.tolist(), strict=True):
        total += (guess - label) ** 2
    return total / len(y)


def mse_in_columns(prediction, y):
    return nn.MSELoss()(prediction, y.unsqueeze(1))


def mse_of_the_diagonal(prediction, y):
    return torch.diag((prediction - y) ** 2).mean().reshape(1, 1).to(torch.float16)


def mse_of_scikit_learn(prediction, y):
    return mean_squared_error(y.numpy(), prediction.numpy())


def mse_that_changes_its_input(prediction, y):
    prediction -= y.view(-1, 1)
    return [prediction.pow(2).sum() / prediction.numel()]


# 00.4 -----------------------------------------------------------------------------------------------------------


def updated_by_loop(w, b, X, y, learning_rate):
    dw = db = 0.0
    for x, label in zip(X.flatten().tolist(), y.flatten().tolist(), strict=True):
        error = w * x + b - label
        dw += 2 * error * x / len(X)
        db += 2 * error / len(X)
    return [w - learning_rate * dw, b - learning_rate * db]


def updated_with_pytorch(w, b, X, y, learning_rate):
    model = nn.Linear(1, 1)
    nn.init.constant_(model.weight, w)
    nn.init.constant_(model.bias, b)
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    F.mse_loss(model(X), y).backward()
    optimizer.step()
    return model.weight, model.bias


def updated_in_numpy(w, b, X, y, learning_rate):
    design = np.hstack([X.numpy(), np.ones(X.shape)])
    theta = np.array([[w], [b]])
    return theta - learning_rate * 2 / len(X) * design.T @ (design @ theta - y.numpy())


def updated_with_autograd(w, b, X, y, learning_rate, *, b_moves=-1.0, w_moves=-1.0, reduction="mean"):
    """Take one step by autograd; the options make one mistake each."""
    w, b = torch.tensor(w, requires_grad=True), torch.tensor(b, requires_grad=True)
    F.mse_loss(w * X + b, y, reduction=reduction).backward()
    return w + w_moves * learning_rate * w.grad, b + b_moves * learning_rate * b.grad


def updated_in_turn(w, b, X, y, learning_rate):
    w = w - learning_rate * 2 * ((w * X + b - y) * X).mean()
    b = b - learning_rate * 2 * (w * X + b - y).mean()
    return w, b


def slopes(w, b, X, y, learning_rate):
    return 2 * (X * (w * X + b - y)).mean(), 2 * (w * X + b - y).mean()


# 00.5 -----------------------------------------------------------------------------------------------------------


def border_by_loop(X):
    total = 0.0
    for (x,) in X.tolist():
        total += x * x
    return len(X) / total


def border_by_autograd(X):
    w = torch.tensor(0.0, requires_grad=True)
    (slope,) = torch.autograd.grad(((w * X - 5) ** 2).mean(), w, create_graph=True)
    (bend,) = torch.autograd.grad(slope, w)
    return 2 / bend


def border_in_numpy(X):
    return 2 / (2 * np.mean(X.numpy() ** 2, axis=0))


def border_by_bisection(X):
    """Halve the interval that holds the rate at which the factor of one step is −1."""
    low, high = 0.0, 1000.0
    for _ in range(100):
        middle = (low + high) / 2
        factor = 1 - middle * 2 * float(X.square().mean())
        low, high = (middle, high) if factor > -1 else (low, middle)
    return low


def border_with_b_free(X):
    singular = np.linalg.svd(np.column_stack([np.ones(len(X)), X.numpy()]), compute_uv=False)
    return len(X) / singular[0] ** 2


# 00.6 -----------------------------------------------------------------------------------------------------------


def roll_with_pytorch(loss, w, learning_rate, n_steps):
    w = torch.tensor([w], requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=learning_rate, momentum=0.9)
    for _ in range(n_steps):
        optimizer.zero_grad()
        loss(w).sum().backward()
        optimizer.step()
    return w


def roll_by_hand(loss, w, learning_rate, n_steps, *, clear=True, kept=0.9, added=1.0, rates=1):
    """Walk with a tensor that stays; the options make one mistake each."""
    w, v = torch.tensor(w, requires_grad=True), 0.0
    for _ in range(n_steps):
        loss(w).backward()
        v = kept * v + added * w.grad
        with torch.no_grad():
            w -= learning_rate**rates * v
        if clear:
            w.grad.zero_()
    return w


def roll_with_differences(loss, w, learning_rate, n_steps):
    v = 0.0
    for _ in range(n_steps):
        places = torch.tensor([w + 1e-6, w - 1e-6], dtype=torch.float64)
        above, below = (loss(place).item() for place in places)
        v = 0.9 * v + learning_rate * (above - below) / 2e-6  # the rate inside v: the same walk
        w = w - v
    return np.float64(w)


def roll_detached(loss, w, learning_rate, n_steps):
    w, v = torch.tensor(w), torch.zeros(())
    for _ in range(n_steps):
        w = w.detach().requires_grad_()
        (g,) = torch.autograd.grad(loss(w), w)
        v = v * 0.9 + g
        w = w - learning_rate * v
    return w


def roll_on_the_graph(loss, w, learning_rate, n_steps):
    w, v = torch.tensor(w, requires_grad=True), 0.0
    for _ in range(n_steps):
        loss(w).backward()
        v = 0.9 * v + w.grad
        w = -learning_rate * v + w
    return w


def roll_a_number(loss, w, learning_rate, n_steps):
    v = 0
    for _ in range(n_steps):
        value = loss(w)
        value.backward()
        v = 0.9 * v + w.grad
        w -= learning_rate * v
    return w


def roll_without_requires_grad(loss, w, learning_rate, n_steps):
    w = torch.tensor(w)
    for _ in range(n_steps):
        loss(w).backward()
        w = w - learning_rate * w.grad
    return w


def roll_without_watching(loss, w, learning_rate, n_steps):
    w, v = torch.tensor([w], requires_grad=True), 0.0
    for _ in range(n_steps):
        loss(w).sum().backward()
        with torch.no_grad():
            v = 0.9 * v + w.grad
            w = w - learning_rate * v
    return w


def roll_that_clears_first(loss, w, learning_rate, n_steps):
    w, v = torch.tensor(w, requires_grad=True), 0.0
    for _ in range(n_steps):
        w.grad.fill_(0)
        loss(w).backward()
        v = 0.9 * v + w.grad
        with torch.no_grad():
            w -= learning_rate * v
    return w


def roll_late(loss, w, learning_rate, n_steps):
    v = 0.0
    for _ in range(n_steps):
        place = torch.tensor(w, requires_grad=True)
        loss(place).backward()
        w = w - learning_rate * v
        v = 0.9 * v + place.grad.item()
    return w


def roll_with_one_gradient(loss, w, learning_rate, n_steps):
    place, v = torch.tensor(w, requires_grad=True), 0.0
    loss(place).backward()
    for _ in range(n_steps):
        v = 0.9 * v + place.grad.item()
        w -= learning_rate * v
    return w


def roll_as_path(loss, w, learning_rate, n_steps):
    return [roll_by_hand(loss, w, learning_rate, n) for n in range(n_steps + 1)]


def roll_uphill(loss, w, learning_rate, n_steps):
    v = 0.0
    for _ in range(n_steps):
        place = torch.tensor(w, requires_grad=True)
        loss(place).backward()
        v = 0.9 * v + place.grad.item()
        w = w + learning_rate * v
    return w


ANSWERS = {
    "00.1": {
        "right": [2.4, torch.tensor([[2.4]]), np.float32(2.4), 1 + 0.15 * 28 / 3, [12 / 5]],
        "wrong": [0, 1, 2, -2.4, 2.41, 1.15, "2.4", [2.4, 1.84], torch.full((3,), 2.4), math.inf],
        "mistakes": [
            1 + 0.15 * 28 / 3 * (1 - 2),
            1 + 0.15 * 28,
            1 + 0.15 * 14 / 3,
            torch.tensor(0.15 * 28 / 3),
            -0.15 * 28 / 3,
            28 / 3 * (1 - 2),
            2.4 - 0.15 * 28 / 3 * 0.4,
            2.4 - 2,
            torch.tensor([1 + 2 * 14 / 3]),
        ],
    },
    "00.3": {
        "right": [mse_by_loop, mse_in_columns, mse_of_the_diagonal, mse_of_scikit_learn, mse_that_changes_its_input],
        "wrong": [
            lambda prediction, y: (prediction.flatten() - y) ** 2,
            lambda prediction, y: ((prediction.flatten() - y) ** 2).max(),
            lambda prediction, y: ((prediction.flatten() - y) ** 2).mean() / 2,
            lambda prediction, y: ((prediction.flatten() + y) ** 2).mean(),
            lambda prediction, y: ((prediction - y.flatten()) ** 2).mean(dim=0),
            lambda prediction, y: ((prediction.flatten() - y) ** 2).sum() / (len(y) - 1),
            lambda prediction, y: (prediction.mean() - y.mean()) ** 3,
            lambda prediction, y: print(((prediction.flatten() - y) ** 2).mean()),
            lambda prediction, y: 0.0,
            lambda prediction: prediction.mean(),
            torch.tensor(14 / 3),
        ],
        "mistakes": [
            lambda prediction, y: sum((p - label).item() ** 2 for p in prediction for label in y) / len(y) ** 2,
            lambda prediction, y: torch.cdist(prediction, y.unsqueeze(1)).square().sum() / len(prediction),
            lambda prediction, y: sum((p - label).item() ** 2 for p in prediction for label in y),
            lambda prediction, y: F.mse_loss(prediction.squeeze(1), y, reduction="sum"),
            lambda prediction, y: prediction.mean() - y.mean(),
            lambda prediction, y: (prediction.mean() - y.mean()) ** 2,
            lambda prediction, y: F.l1_loss(prediction, y.unsqueeze(1)),
            lambda prediction, y: math.sqrt(mse_by_loop(prediction, y)),
        ],
    },
    "00.4": {
        "right": [
            updated_by_loop,
            updated_with_pytorch,
            updated_in_numpy,
            updated_with_autograd,
            lambda w, b, X, y, learning_rate: (
                torch.tensor([[w], [b]])
                + 2 * learning_rate * torch.stack([((y - w * X - b) * X).mean(), (y - w * X - b).mean()]).unsqueeze(1)
            ),
        ],
        "wrong": [
            lambda w, b, X, y, learning_rate: (w, b),
            lambda w, b, X, y, learning_rate: updated_by_loop(w, b, X, y, 0.01),
            lambda w, b, X, y, learning_rate: updated_by_loop(w, 0.0, X, y, learning_rate),
            lambda w, b, X, y, learning_rate: updated_by_loop(w, b, X, y, 2 * learning_rate),
            lambda w, b, X, y, learning_rate: updated_by_loop(w, b, X, y.flatten()[:1], learning_rate),
            lambda w, b, X, y, learning_rate: updated_by_loop(w, b, X, y, learning_rate)[0],
            lambda w, b, X, y, learning_rate: sum(updated_by_loop(w, b, X, y, learning_rate)),
            lambda w, b, X, y, learning_rate: updated_with_autograd(w, b, X, y.flatten(), learning_rate),
            lambda w, b, X, y, learning_rate: (w - learning_rate * ((w * X + b - y) * X), b),
            lambda w, b, X, y, learning_rate: (2.0, 0.0),
            lambda w, b, X, y: updated_by_loop(w, b, X, y, 0.01),
            [2.0, 0.0],
        ],
        "mistakes": [
            lambda *args: updated_with_autograd(*args, b_moves=1.0),
            lambda *args: updated_with_autograd(*args, w_moves=1.0),
            lambda w, b, X, y, learning_rate: updated_by_loop(w, b, X, y, -learning_rate),
            lambda w, b, X, y, learning_rate: updated_by_loop(w, b, X, y, learning_rate / 2),
            lambda *args: updated_with_autograd(*args, reduction="sum"),
            lambda w, b, X, y, learning_rate: [
                start - learning_rate * 2 * ((w * X + b - y) * X).mean() for start in (w, b)
            ],
            lambda w, b, X, y, learning_rate: [start - learning_rate * 2 * (w * X + b - y).mean() for start in (w, b)],
            updated_in_turn,
            lambda *args: updated_with_autograd(*args, b_moves=0.0),
            lambda *args: updated_in_numpy(*args)[::-1].copy(),
            slopes,
        ],
    },
    "00.5": {
        "right": [border_by_loop, border_by_autograd, border_in_numpy, border_by_bisection],
        "wrong": [
            lambda X: 1 / X.mean(),
            lambda X: 1 / X.square(),
            lambda X: 1 / X.abs().mean(),
            lambda X: 1 / X.var(),
            lambda X: 1 / X.max() ** 2,
            lambda X: -border_by_loop(X),
            lambda X: border_by_loop(X) - 1e-3,
            lambda X: math.sqrt(border_by_loop(X)),
            lambda X: 0.1,
            lambda X, y: border_by_loop(X),
            lambda X: print(border_by_loop(X)),
            6 / 28,
        ],
        "mistakes": [
            lambda X: len(X) / (2 * X.square().sum()),
            lambda X: 2 * border_by_loop(X),
            lambda X: 2 * sum(x**2 for x in X.flatten().tolist()) / len(X),
            lambda X: border_by_loop(X) / len(X),
            lambda X: (len(X) / X.sum()) ** 2,
            border_with_b_free,
            lambda X: 3 / 14,
        ],
    },
    "00.6": {
        "right": [roll_with_pytorch, roll_by_hand, roll_with_differences, roll_detached],
        "wrong": [
            lambda loss, w, learning_rate, n_steps: w,
            lambda loss, w, learning_rate, n_steps: 2.0,
            lambda loss, w, learning_rate, n_steps: roll_by_hand(loss, w, learning_rate, 1),
            lambda loss, w, learning_rate, n_steps: roll_by_hand(loss, w, 0.1, n_steps),
            lambda loss, w, learning_rate, n_steps: roll_by_hand(loss, 0.0, learning_rate, n_steps),
            lambda loss, w, learning_rate, n_steps: roll_by_hand(loss, w, learning_rate, n_steps, kept=0.99),
            lambda loss, w, learning_rate, n_steps: roll_by_hand(lambda w: (w - 2) ** 2, w, learning_rate, n_steps),
            lambda loss, w, learning_rate, n_steps: loss(torch.tensor(w)),
            lambda loss, w, learning_rate, n_steps: loss.backward(),
            lambda loss, w, learning_rate: roll_by_hand(loss, w, learning_rate, 1),
            lambda loss, w, learning_rate, n_steps: w.requires_grad_(),
            roll_as_path,
            1.6,
        ],
        "mistakes": [
            roll_on_the_graph,
            roll_a_number,
            roll_without_requires_grad,
            roll_without_watching,
            roll_that_clears_first,
            lambda *args: roll_by_hand(*args, kept=0.0),
            lambda loss, w, learning_rate, n_steps: roll_with_differences(loss, w, learning_rate, 1),
            lambda *args: roll_by_hand(*args, clear=False, kept=0.0),
            lambda *args: roll_by_hand(*args, clear=False),
            lambda *args: roll_by_hand(*args, added=0.1),
            roll_late,
            roll_uphill,
            roll_with_one_gradient,
            lambda *args: roll_by_hand(*args, rates=2),
            lambda loss, w, learning_rate, n_steps: roll_with_pytorch(loss, w, learning_rate, n_steps + 1),
        ],
    },
}
