"""Answers to the exercises of notebook 08: right ones in several styles, and wrong ones beyond those of exercises."""

import bisect
import math

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler


def auc_by_loop(y, scores):
    points = n_pairs = 0
    for label, score in zip(y.tolist(), scores.tolist(), strict=True):
        for other, below in zip(y.tolist(), scores.tolist(), strict=True):
            if label == 1 and other == 0:
                points += (score > below) + (score >= below)
                n_pairs += 2
    return points / n_pairs


def auc_by_ranks(y, scores):
    """Mann and Whitney: from the ranks of the malignant samples, ties sharing theirs."""
    values, labels = np.sort(scores.numpy()), y.numpy() == 1
    ranks = [(bisect.bisect_left(values, s) + 1 + bisect.bisect_right(values, s)) / 2 for s in scores.numpy()[labels]]
    n = len(ranks)
    return (sum(ranks) - n * (n + 1) / 2) / (n * (len(y) - n))


def auc_by_area(y, scores):
    """The area under the curve of shares found, over the shares of false alarms, threshold by threshold."""
    points = [
        ((scores[y == 0] >= t).double().mean(), (scores[y == 1] >= t).double().mean())
        for t in [math.inf, *scores.unique().flip(0)]
    ]
    return torch.trapezoid(torch.stack([p[1] for p in points]), torch.stack([p[0] for p in points]))


def auc_by_sorting(y, scores):
    """Ties follow the order of the samples."""
    labels = y[scores.argsort(stable=True)]
    return ((1 - labels).cumsum(0) * labels).sum() / (labels.sum() * (1 - labels).sum())


def standardised_by_columns(train, test):
    for column in range(train.shape[1]):
        numbers = train[:, column].tolist()
        mean = sum(numbers) / len(numbers)
        spread = math.sqrt(sum((x - mean) ** 2 for x in numbers) / len(numbers))
        for part in (train, test):
            part[:, column] = (part[:, column] - mean) / spread
    return train, test


def standardised_by_sklearn(train, test):
    scaler = StandardScaler().fit(train.numpy())
    return scaler.transform(train.numpy()), scaler.transform(test.numpy())


def standardised_one_by_one(train, test):
    """Overwrites train before test gets its turn."""
    train = (train - train.mean(dim=0)) / train.std(dim=0, correction=0)
    return train, (test - train.mean(dim=0)) / train.std(dim=0, correction=0)


def bill_by_loop(y, p, threshold, cost_miss):
    total = 0.0
    for label, probability in zip(y.tolist(), p.tolist(), strict=True):
        alarm = probability > threshold
        if alarm and label == 0:
            total += 1
        elif label == 1 and not alarm:
            total += cost_miss
    return total / len(y)


def chosen_by_loop(y_val, p_val, y_test, p_test, thresholds, cost_miss):
    best, lowest = None, math.inf
    for threshold in thresholds.tolist():
        cost = bill_by_loop(y_val, p_val, threshold, cost_miss)
        if cost < lowest:
            best, lowest = threshold, cost
    return best, bill_by_loop(y_test, p_test, best, cost_miss)


def chosen_in_numpy(y_val, p_val, y_test, p_test, thresholds, cost_miss):
    def bill(y, p):
        alarms = p.numpy()[:, None] > thresholds.numpy()
        ill = y.numpy()[:, None] == 1
        return np.where(alarms, 1.0 * ~ill, cost_miss * ill).mean(axis=0)

    best = bill(y_val, p_val).argmin()
    return thresholds[best], bill(y_test, p_test)[best]


def chosen_by_sum(y_val, p_val, y_test, p_test, thresholds, cost_miss):
    def shares(y, p):
        alarms = (p.reshape(-1, 1) > thresholds).to(y.dtype)
        return cost_miss * (y @ (1 - alarms)) / len(y) + (1 - y) @ alarms / len(y)

    best = min(range(len(thresholds)), key=shares(y_val, p_val).tolist().__getitem__)
    return torch.stack([thresholds[best], shares(y_test, p_test)[best]])


def best_on_test_by_loop(y_val, p_val, y_test, p_test, thresholds, cost_miss):
    return chosen_by_loop(y_test, p_test, y_test, p_test, thresholds, cost_miss)


def corrected_in_counts(p, old, new):
    ill = [q * new / old for q in p.tolist()]
    healthy = [(1 - q) * (1 - new) / (1 - old) for q in p.tolist()]
    return [a / (a + b) for a, b in zip(ill, healthy, strict=True)]


def corrected_in_logits(p, old, new, log=math.log):
    return torch.sigmoid(p.log() - (1 - p).log() + log(new / (1 - new)) - log(old / (1 - old)))


def corrected_in_numpy(p, old, new):
    odds = p.numpy() / (1 - p.numpy()) * new * (1 - old) / (old - old * new)
    return 1 - 1 / (1 + odds)


RIGHT = {
    "08.1": [[30 / 50, 90 / 100, 30 / 40], torch.tensor([[0.6, 0.9, 0.75]]), (np.float32(0.6), 0.9, 3 / 4)],
    "08.3": [
        auc_by_loop,
        auc_by_ranks,
        auc_by_area,
        lambda y, scores: roc_auc_score(y, scores),
        lambda y, scores: (1 + (scores[y > 0].unsqueeze(1) - scores[y < 1]).sign().mean()) / 2,
    ],
    "08.4": [
        standardised_by_columns,
        standardised_by_sklearn,
        lambda train, test: [(X - train.mean(0)) / train.var(0, unbiased=False).sqrt() for X in (train, test)],
    ],
    "08.5": [chosen_by_loop, chosen_in_numpy, chosen_by_sum],
    "08.6": [corrected_in_counts, corrected_in_logits, corrected_in_numpy],
}

# The answer, and telling words of its hint.
WRONG = {
    "08.1": [
        ((60, 90, 75), "per cent"),
        ((0.75, 0.6, 0.9), "Work|right"),
        ((0.6, 0.9, 0.5), "^sensitivity and specificity are right"),
        ((0.6, 0.9), "shape"),
        ("0.6, 0.9, 0.75", "quotes"),
    ],
    "08.3": [
        (auc_by_sorting, "equal scores"),
        (lambda y, scores: 2 * auc_by_loop(y, scores), "twice"),
        (lambda y, scores: auc_by_ranks(y, (scores > 0.5).double()), "answers at ½"),
        (lambda y, scores: (scores[y == 1] > scores[y == 0]).double().mean(), "shapes"),
        (lambda y, scores: scores[y == 1].unsqueeze(1) > scores[y == 0], "shape"),
        (lambda y, scores: (scores.unsqueeze(1) >= scores).double().mean(), "does not change with y"),
        (lambda y, scores: 0.5 + abs(auc_by_ranks(y, scores) - 0.5), "never below"),
    ],
    "08.4": [
        (standardised_one_by_one, "overwritten"),
        (lambda train, test: standardised_by_columns(torch.cat([train, test]), test)[0], "shape"),
        (lambda train, test: standardised_by_sklearn(train, test)[0], "shape"),
        (lambda train, test: (standardised_by_sklearn(train, test)[0], test - train.mean(0)), "training part is right"),
        (lambda train, test: [(X - train.mean(1)) / train.std(1, correction=0) for X in (train, test)], "shapes"),
    ],
    "08.5": [
        (best_on_test_by_loop, "on the test part"),
        (lambda *args: chosen_by_loop(*args)[0], "shape"),
        (lambda *args: chosen_by_loop(*args)[::-1], "order"),
        (lambda *args: chosen_by_loop(*args[:5], 1 / args[5]), "come out|hand"),
        (lambda *args: (chosen_by_loop(*args)[0], best_on_test_by_loop(*args)[1]), "threshold is right"),
    ],
    "08.6": [
        (lambda p, old, new: corrected_in_logits(p, new, old), "upside down"),
        (lambda p, old, new: corrected_in_logits(p, old, new, math.log10), "come out|hand"),
        (lambda p, old, new: corrected_in_logits(p, old, new).mean(), "shape"),
        (lambda p, old, new: p, "does not change with"),
    ],
}
