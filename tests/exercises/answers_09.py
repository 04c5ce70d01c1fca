"""Answers to the exercises of notebook 09: right ones in several styles, and wrong ones beyond those of exercises."""

import math
from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F


def probs_by_loop(Z):
    rows = []
    for row in Z.tolist():
        exponentials = [math.exp(z - max(row)) for z in row]
        rows.append([e / sum(exponentials) for e in exponentials])
    return rows


def probs_in_numpy(Z):
    e = np.exp(Z.numpy() - Z.numpy().max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def probs_of_columns(Z):
    e = (Z.T - Z.max(dim=1).values).exp()
    return (e / e.sum(dim=0)).T


def means_by_loop(probs, y):
    p_answer = sum(max(row) for row in probs.tolist()) / len(probs)
    p_truth = sum(row[k] for row, k in zip(probs.tolist(), y.tolist(), strict=True)) / len(y)
    return [p_answer, p_truth]


def means_by_one_hot(probs, y):
    Y = F.one_hot(y, num_classes=probs.shape[1])
    return probs.amax(dim=1).mean(), (Y * probs).sum(dim=1).mean()


def means_in_numpy(probs, y):
    return np.mean(np.max(probs.numpy(), axis=1)), probs.numpy()[np.arange(len(y)), y.numpy()].mean()


def means_by_gather(probs, y):
    answers = probs.argmax(dim=1)
    return torch.stack([probs.gather(1, k.unsqueeze(1)).mean() for k in (answers, y)])


def moved_by_loop(X, k):
    new = [[0.0] * 64 for _ in X]
    for i, picture in enumerate(X.tolist()):
        for row in range(8):
            for column in range(8 - k):
                new[i][8 * row + column + k] = picture[8 * row + column]
    return new


def moved_then_blanked(X, k):
    squares = X.roll(k, dims=1).reshape(-1, 8, 8)
    squares[:, :, :k] = 0
    return squares.flatten(start_dim=1)


def moved_step_by_step(X, k):
    for _ in range(k):
        X = F.pad(X.reshape(-1, 8, 8)[:, :, :-1], (1, 0)).reshape(-1, 64)
    return X


def moved_in_numpy(X, k):
    squares = X.numpy().reshape(len(X), 8, 8)
    return np.concatenate([np.zeros((len(X), 8, k)), squares[:, :, : 8 - k]], axis=2).reshape(len(X), 64)


def moved_by_a_matrix(X, k):
    return (X.reshape(-1, 8, 8) @ torch.eye(16, dtype=X.dtype)[:8, :8].roll(k, dims=1).triu(k)).reshape(-1, 64)


def kept_by_counting(train_losses, val_losses, patience, start=0):
    lowest, kept, waited = math.inf, 0, start
    for epoch, loss in enumerate(val_losses.tolist()):
        if loss < lowest:
            lowest, kept, waited = loss, epoch, 0
        else:
            waited += 1
        if waited == patience:
            break
    return kept


def kept_in_hindsight(train_losses, val_losses, patience):
    lows = [k for k in range(len(val_losses)) if k == 0 or val_losses[k] < val_losses[:k].min()]
    for low, after in pairwise(lows):
        if after - low > patience:
            return torch.tensor(low)
    return torch.tensor(lows[-1])


def kept_in_numpy(train_losses, val_losses, patience):
    losses, kept = val_losses.numpy(), 0
    while True:
        window = losses[kept : kept + patience + 1]
        if window.min() == losses[kept]:
            return kept
        kept += int(np.argmax(window < losses[kept]))


RIGHT = {
    "09.1": [1510, torch.tensor([1510.0]), np.int64(1510)],
    "09.3": [probs_by_loop, probs_in_numpy, probs_of_columns, lambda Z: (Z - Z.logsumexp(dim=1, keepdim=True)).exp()],
    "09.4": [means_by_loop, means_by_one_hot, means_in_numpy, means_by_gather],
    "09.5": [moved_by_loop, moved_then_blanked, moved_step_by_step, moved_in_numpy, moved_by_a_matrix],
    "09.6": [kept_by_counting, kept_in_hindsight, kept_in_numpy],
}

# The answer, and telling words of its hint.
WRONG = {
    "09.1": [
        (-1510, "opposite"),
        (1520, "Nearly"),
        (3020, "twice"),
        ([1280, 20, 200, 10], "shape"),
        ("1510", "quotes"),
    ],
    "09.3": [
        (lambda Z: (Z - Z.max()).exp() / (Z - Z.max()).exp().sum(dim=0), "by hand|come out|nan"),
        (lambda Z: (Z - Z.max(dim=1).values).exp(), "keepdim"),
        (lambda Z: probs_in_numpy(Z) / probs_in_numpy(Z).sum(axis=1)[:2], "keepdim"),
        (lambda Z: Z.softmax(dim=1).argmax(dim=1), "shape"),
        (lambda Z: (Z - Z.min()).exp() / (Z - Z.min()).exp().sum(dim=1, keepdim=True), "inf/inf"),
        (lambda Z: 1 - Z.softmax(dim=1), "1 minus"),
        (lambda Z: [[math.exp(z) for z in row] for row in Z.tolist()], "by hand|come out|largest"),
    ],
    "09.4": [
        (lambda probs, y: means_by_loop(probs, y)[::-1], "wrong order"),
        (lambda probs, y: means_by_loop(probs, y)[0], "shape"),
        (lambda probs, y: (probs.amax(dim=1), probs[range(len(y)), y]), "shape"),
        (lambda probs, y: (means_by_loop(probs, y)[0], -math.log(means_by_loop(probs, y)[1])), "minus the log"),
        (lambda probs, y: (probs.amax(dim=1).sum(), probs[range(len(y)), y].sum()), "sum in place"),
        (lambda probs, y: (probs.amax(dim=1).median(), means_by_loop(probs, y)[1]), "Look at p_answer"),
        (lambda probs, y: (probs.mean(dim=1)[0], probs[0, y[0]]), "by hand|come out|one row"),
    ],
    "09.5": [
        (lambda X, k: moved_by_loop(X, k)[0], "shape|one row"),
        (lambda X, k: moved_by_loop(X, min(k + 1, 8)), "come out|by hand|0"),
        (lambda X, k: np.array(moved_by_loop(X, k)).reshape(-1, 8, 8), "shape"),
        (lambda X, k: X.reshape(8, 8).roll(k), "shape|error"),
        (lambda X, k: X.reshape(-1, 8, 8).roll(k, dims=0).reshape(-1, 64), "by hand|come out|change"),
    ],
    "09.6": [
        (lambda train, val, patience: kept_by_counting(val, train, patience), "watches the training loss"),
        (lambda *args: kept_by_counting(*args) + 1, "by hand|come out|one|too large"),
        (lambda train_losses, val_losses, patience: patience, "does not change with val_losses"),
        (lambda train_losses, val_losses, patience: val_losses.min(), "does not change with patience"),
        (lambda train_losses, val_losses, patience: kept_by_counting(train_losses, val_losses, 10**9), "lowest of all"),
    ],
}
