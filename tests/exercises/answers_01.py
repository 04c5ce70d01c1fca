"""Answers to the exercises of notebook 01: right ones in several styles, and wrong ones beyond those of exercises."""

import math

import numpy as np
import torch


def line_by_odds_ratio(x1, p1, x2, p2):
    odds_ratio = (p2 / (1 - p2)) / (p1 / (1 - p1))
    w = math.log(odds_ratio) / (x2 - x1)
    return [w, math.log(p2) - math.log(1 - p2) - w * x2]


def line_by_solving_a_system(x1, p1, x2, p2):
    points = torch.tensor([[x1, 1.0], [x2, 1.0]])
    return torch.linalg.solve(points, torch.logit(torch.tensor([[p1], [p2]])))


def line_in_numpy(x1, p1, x2, p2):
    p = np.array([p1, p2])
    return np.polyfit([x1, x2], np.log(p) - np.log1p(-p), deg=1)


def line_by_its_boundary(x1, p1, x2, p2):
    z1, z2 = (math.log(p / (1 - p)) for p in (p1, p2))
    w = (z2 - z1) / (x2 - x1)
    return w, -w * (x1 * z2 - x2 * z1) / (z2 - z1)


def sigmoid_by_cases(z):
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def sigmoid_cut_off(z, limit=30):
    z = max(-limit, min(limit, z))
    return 1 / (1 + math.exp(-z))


def point_by_steps(w, b, cost_miss, cost_alarm):
    threshold = cost_alarm / (cost_miss + cost_alarm)
    return (math.log(threshold / (1 - threshold)) - b) / w


def point_by_bisection(w, b, cost_miss, cost_alarm):
    low, high = -100.0, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        p = 1 / (1 + np.exp(-(w * middle + b)))
        low, high = (low, middle) if (cost_alarm * (1 - p) < cost_miss * p) == (w > 0) else (middle, high)
    return high


RIGHT = {
    "01.1": [0.667, 0.67, torch.tensor([[0.6667]]), torch.sigmoid(torch.tensor(0.25).log() + 3 * 0.69)],
    "01.3": [line_by_odds_ratio, line_by_solving_a_system, line_in_numpy],
    "01.4": [
        sigmoid_by_cases,
        lambda z: math.exp(-np.logaddexp(0, -z)),
        lambda z: 1 / (1 + np.exp(-z)),
        lambda z: sigmoid_cut_off(z, limit=700),
    ],
    "01.5": [
        point_by_steps,
        point_by_bisection,
        lambda w, b, cost_miss, cost_alarm: (torch.logit(torch.tensor([1 / (1 + cost_miss / cost_alarm)])) - b) / w,
        lambda w, b, cost_miss, cost_alarm: -(np.log(cost_miss) - np.log(cost_alarm) + b) / np.float64(w),
    ],
}

# The answer, and telling words of its hint.
WRONG = {
    "01.1": [(66.7, "per cent"), (0.66, "digits"), (0, "by hand"), ((2 / 3, 2), "shape"), (-2 / 3, "sign")],
    "01.3": [
        (line_by_its_boundary, "unless p1 = p2"),
        (lambda x1, p1, x2, p2: line_by_odds_ratio(x1, p1, x2, p2)[::-1], "w, then b"),
        (lambda x1, p1, x2, p2: line_in_numpy(x1, p1, x2, p2) / np.log(10), "base .* 10"),
        (lambda x1, p1, x2, p2: line_in_numpy(x1, p1, x2, p2) * [1, -1], "w is right.*sign"),
        (lambda x1, p1, x2, p2: line_in_numpy(x1, p2, x2, p1), "exchanged"),
        (lambda x1, p1, x2, p2: math.log(p1 / 1 - p1), "bracket"),
    ],
    "01.4": [
        (sigmoid_cut_off, "cutting z off"),
        (lambda z: sigmoid_cut_off(z, limit=700) + 1e-13, "tiny"),
        (lambda z: 0.0 if z < -100 else 1 / (1 + math.exp(-z)), "cutting z off"),
        (lambda z: 0.0 if z < -300 else 1 / (1 + math.exp(-z)), "cutting z off"),
        (lambda z: 1.0 if z >= 1000 else math.exp(z) / (1 + math.exp(z)), "each form"),
        (lambda z: 1.0 if z > 750 else math.exp(z) / (1 + math.exp(z)), "each form"),
        (lambda z: 0.0 if z < -900 else 1 / (1 + math.exp(-z)), "other end"),
        (lambda z: (1 + math.tanh(z / 2)) / 2, "rounds to 1"),
        (lambda z: np.exp(z) / (1 + np.exp(z)), "Section 3"),
        (lambda z: math.exp(z) / (1 + math.exp(z)) if z >= 0 else 1 / (1 + math.exp(-z)), "each form"),
        (lambda z: torch.sigmoid(z), "tensor is needed"),
    ],
    "01.5": [
        (lambda w, b, cost_miss, cost_alarm: point_by_steps(1.0, b, cost_miss, cost_alarm), "w = 1"),
        (lambda w, b, cost_miss, cost_alarm: point_by_steps(abs(w), b, cost_miss, cost_alarm), "w is below 0|apart"),
        (lambda w, b, cost_miss, cost_alarm: 1 / point_by_steps(w, b, cost_miss, cost_alarm), "1 divided by"),
        (lambda w, b, cost_miss, cost_alarm: torch.logit(cost_alarm / (cost_miss + cost_alarm)), "tensor is needed"),
    ],
}
