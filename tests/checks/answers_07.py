"""Answers to the exercises of notebook 07, right and wrong, as students may give them."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

# 07.3 -----------------------------------------------------------------------------------------------------------


def leaky_by_loop(x, a):
    return torch.tensor([value if value > 0 else a * value for value in x.flatten().tolist()]).reshape(x.shape)


def leaky_in_numpy(x, a):
    x = x.numpy()
    return np.where(x > 0, x, a * x)


def leaky_by_parts(x, a):
    return F.relu(x) - a * F.relu(-x)


def leaky_in_place(x, a):
    x[x < 0] *= a  # also changes what it was given
    return x


# 07.4 -----------------------------------------------------------------------------------------------------------


def loss_of_modules(X, y, W1, b1, W2, b2):
    model = nn.Sequential(nn.Linear(W1.shape[1], W1.shape[0]), nn.ReLU(), nn.Linear(W2.shape[1], W2.shape[0]))
    with torch.no_grad():
        for parameter, value in zip(model.parameters(), (W1, b1, W2, b2), strict=True):
            parameter.copy_(value)
    return nn.CrossEntropyLoss()(model(X), y)


def layer_by_loop(x, W, b):
    return [
        sum(w * value for w, value in zip(row, x, strict=True)) + bias
        for row, bias in zip(W.tolist(), b.tolist(), strict=True)
    ]


def loss_by_loop(X, y, W1, b1, W2, b2):
    total = 0.0
    for x, label in zip(X.tolist(), y.tolist(), strict=True):
        h = [max(0.0, z) for z in layer_by_loop(x, W1, b1)]
        z = layer_by_loop(h, W2, b2)
        total += math.log(sum(math.exp(value - z[label]) for value in z))
    return total / len(X)


def loss_in_numpy(X, y, W1, b1, W2, b2):
    X, y, W1, b1, W2, b2 = (tensor.numpy() for tensor in (X, y, W1, b1, W2, b2))
    logits = np.maximum(0, X @ W1.T + b1) @ W2.T + b2
    logits = logits - logits.max(axis=1, keepdims=True)
    log_probs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return -log_probs[np.arange(len(y)), y].mean()


def loss_with_log_softmax_first(X, y, W1, b1, W2, b2):
    """Not usual, but right: a second log-softmax changes nothing."""
    h = F.linear(X, W1, b1).clamp(min=0)
    return F.cross_entropy(F.log_softmax(F.linear(h, W2, b2), dim=1), y)


def loss_with(X, y, W1, b1, W2, b2, *, hidden=None, output=None, **options):
    """Do as the task does, with a function or none behind each layer."""
    h = F.linear(X, W1, b1)
    z = F.linear(hidden(h) if hidden else h, W2, b2)
    return nn.CrossEntropyLoss(**options)(output(z) if output else z, y)


# 07.5 -----------------------------------------------------------------------------------------------------------


def chain_by_autograd(f, f_slope, weights, x):
    x.requires_grad_()
    h = x
    for w in weights:
        h = f(w * h)
    h.backward()
    return x.grad


def chain_in_two_passes(f, f_slope, weights, x):
    before = [x]
    for w in weights:
        before.append(f(w * before[-1]))
    return torch.stack([w * f_slope(w * h) for w, h in zip(weights, before, strict=False)]).prod()


def chain_by_recursion(f, f_slope, weights, x):
    if len(weights) == 0:
        return 1.0
    z = weights[0] * x
    return float(weights[0] * f_slope(z)) * chain_by_recursion(f, f_slope, weights[1:], f(z))


def chain_of_floats(f, f_slope, weights, x):
    slope, h = 1.0, float(x)
    for w in weights.tolist():
        slope *= w * float(f_slope(w * h))
        h = float(f(w * h))
    return [slope]


def chain_in_numpy(f, f_slope, weights, x):
    slopes, h = [], np.float64(x)
    for w in weights.numpy():
        slopes.append(w * np.asarray(f_slope(w * h)))
        h = np.float64(f(w * h))
    return np.prod(slopes)


def chain_by_difference(f, f_slope, weights, x, step=1e-5):
    left, right = x - step, x + step
    for w in weights:
        left, right = f(w * left), f(w * right)
    return (right - left) / (2 * step)


def inputs_of(f, weights, x):
    """Return the numbers that each layer is given, and last what the last one gives."""
    hs = [x]
    for w in weights:
        hs.append(f(w * hs[-1]))
    return hs


def product(factors):
    return math.prod(float(factor) for factor in factors)


def chain_updated_too_early(f, f_slope, weights, x):
    slope, h = 1, x
    for w in weights:
        h = f(w * h)
        slope = slope * w * f_slope(w * h)
    return slope


ANSWERS = {
    "07.1": {
        "right": [
            (2, 10),
            [2.0, 10.0],
            torch.tensor([[2, 10]]),
            np.array([2.0, 10.0], dtype=np.float32),
            (torch.tensor([[2.0]]), torch.tensor([10.0])),
        ],
        "wrong": [
            2,
            10,
            (2, 10, 0),
            (-2, 10),
            (2, 9),
            "2, 10",
            (2,),
            [[2], [10], [1]],
            torch.zeros(2),
            (6, 10),
            {2: 10},
        ],
        "mistakes": [
            [10.0, 2.0],
            (3 * 2 - 4, 3 * 1 + 4 * 3),
            np.array([2, -5]),
            (2, 1 + 3 - 5),
            torch.tensor([3 * 2 + 4 * 1, 10]),
            (1 * 7, 4 * 7 - 5),
            (3 * 2, 3 * 1 - 5),
        ],
    },
    "07.3": {
        "right": [
            leaky_by_loop,
            leaky_in_numpy,
            leaky_by_parts,
            leaky_in_place,
            lambda x, a: F.leaky_relu(x, a),
            lambda x, a: (x * (1 + a) + x.abs() * (1 - a)) / 2,
            lambda x, slope: x.half() * ((x > 0) + slope * (x <= 0)),
        ],
        "wrong": [
            lambda x, a: x,
            lambda x, a: F.relu(x),
            lambda x, a: a * x,
            lambda x, a: torch.where(x > 0, x, x - a),
            lambda x, a: torch.where(x > a, x, a * x),
            lambda x, a: torch.where(x > 0, x, x / a),
            lambda x, a: F.elu(x, a),
            lambda x, a: [value for value in x.flatten() if value > 0],
            lambda x, a: x if x > 0 else a * x,
            lambda x, a: leaky_by_loop(x, a).sum(),
            lambda x: torch.where(x > 0, x, 0.01 * x),
            lambda x, a: None,
            F.relu(torch.ones(2)),
        ],
        "mistakes": [
            lambda x, a: np.maximum(x.numpy(), a * x.numpy()),
            lambda x, a: (
                [min(value, a * value) for value in x.flatten().tolist()] if x.ndim == 1 else -torch.maximum(-x, -a * x)
            ),
            lambda x, a: a * F.relu(x) - F.relu(-x),
            lambda x, a: torch.maximum(x, (1 if a > 1 else a) * x),
            lambda x, a: F.leaky_relu(x),
            lambda x, a: F.relu(x) + a * F.relu(-x),
            lambda x, a: x * ((x > 0) + a),
            lambda x, a: F.relu(x) + a * (x <= 0),
        ],
    },
    "07.4": {
        "right": [loss_of_modules, loss_by_loop, loss_in_numpy, loss_with_log_softmax_first],
        "wrong": [
            lambda *args: loss_with(*args, hidden=torch.tanh),
            lambda *args: loss_with(*args, hidden=F.leaky_relu),
            lambda *args: loss_with(*args, hidden=F.relu, output=F.leaky_relu),
            lambda *args: loss_with(*args, hidden=F.relu, output=torch.tanh),
            lambda *args: -loss_with(*args, hidden=F.relu),
            lambda *args: torch.exp(-loss_with(*args, hidden=F.relu)),
            lambda X, y, W1, b1, W2, b2: F.relu(X @ W1.T + b1) @ W2.T + b2,
            lambda X, y, W1, b1, W2, b2: F.cross_entropy(F.relu(X @ W1 + b1) @ W2 + b2, y),
            lambda X, y, W1, b1, W2, b2: F.cross_entropy(F.relu(F.relu(X) @ W1.T + b1) @ W2.T + b2, y),
            lambda X, y, W1, b1, W2, b2: F.nll_loss(F.relu(X @ W1.T + b1) @ W2.T + b2, y),
            lambda X, y, W1, b1, W2, b2: F.cross_entropy(F.relu(X @ W1.T) @ W2.T, y),
            lambda X, y: torch.tensor(0.0),
            nn.CrossEntropyLoss(),
        ],
        "mistakes": [
            lambda *args: loss_with(*args, output=nn.ReLU()),
            lambda *args: loss_with(*args),
            lambda *args: loss_with(*args, hidden=nn.ReLU(), output=lambda z: z.clamp(min=0)),
            lambda *args: loss_with(*args, hidden=nn.ReLU(), output=nn.Softmax(dim=1)),
            lambda *args: loss_with(*args, hidden=nn.ReLU(), output=lambda z: 1 / (1 + torch.exp(-z))),
            lambda X, y, *args: len(y) * loss_by_loop(X, y, *args),
            lambda *args: loss_with(*args, hidden=nn.ReLU(), reduction="none"),
            lambda X, y, W1, b1, W2, b2: F.cross_entropy(F.linear(F.linear(X, W1).clamp(min=0) + b1, W2, b2), y),
            lambda X, *others: loss_with(X.clamp(min=0), *others),
        ],
    },
    "07.5": {
        "right": [
            chain_by_autograd,
            chain_in_two_passes,
            chain_by_recursion,
            chain_of_floats,
            chain_in_numpy,
            chain_by_difference,
        ],
        "wrong": [
            lambda f, f_slope, weights, x: f_slope(x),
            lambda f, f_slope, weights, x: f_slope(weights * x).prod(),
            lambda f, f_slope, weights, x: -chain_of_floats(f, f_slope, weights, x)[0],
            lambda f, f_slope, weights, x: abs(chain_of_floats(f, f_slope, weights, x)[0]),
            lambda f, f_slope, weights, x: chain_of_floats(f, f_slope, weights.flip(0), x),
            lambda f, f_slope, weights, x: chain_of_floats(f, f_slope, weights[1:], x),
            lambda f, f_slope, weights, x: torch.stack([w * f_slope(w * x) for w in weights]),
            lambda f, f_slope, weights, x: [chain_of_floats(f, f_slope, weights, x)[0]] * 2,
            lambda f, f_slope, weights, x: chain_of_floats(f, f_slope, weights, x)[0] / len(weights),
            lambda f, f_slope, weights, x: 0.25 ** len(weights),
            lambda f, f_slope, weights, x: 0.0,
            lambda f, weights, x: chain_by_autograd(f, None, weights, x),
            lambda f, f_slope, weights, x: None,
        ],
        "mistakes": [
            lambda f, f_slope, weights, x: inputs_of(f, weights, x)[-1],
            lambda f, f_slope, weights, x: sum(
                w * f_slope(w * h) for w, h in zip(weights, inputs_of(f, weights, x), strict=False)
            ),
            lambda f, f_slope, weights, x: product(
                f_slope(w * h) for w, h in zip(weights, inputs_of(f, weights, x), strict=False)
            ),
            lambda f, f_slope, weights, x: math.prod(weights.tolist()),
            lambda f, f_slope, weights, x: product(
                w * f_slope(h) for w, h in zip(weights, inputs_of(f, weights, x), strict=False)
            ),
            lambda f, f_slope, weights, x: product(
                w * f_slope(h) for w, h in zip(weights, inputs_of(f, weights, x)[1:], strict=True)
            ),
            chain_updated_too_early,
            lambda f, f_slope, weights, x: (weights * f_slope(weights * x)).prod(),
            lambda f, f_slope, weights, x: product(
                w * h for w, h in zip(weights, inputs_of(f, weights, x)[1:], strict=True)
            ),
            lambda f, f_slope, weights, x: product(
                w * f_slope(w * h) for w, h in zip(weights[:-1], inputs_of(f, weights, x), strict=False)
            ),
            lambda f, f_slope, weights, x: weights.prod() * chain_of_floats(f, f_slope, torch.ones_like(weights), x)[0],
        ],
    },
}
