"""Answers to the exercises of notebook 01, right and wrong, as students may give them."""

import math

import numpy as np
import torch
from torch.distributions import Bernoulli


def logit(p):
    return np.log(p) - np.log1p(-np.asarray(p))


def expit(z):
    return torch.special.expit(torch.tensor(z, dtype=torch.float64))


# 01.3 -----------------------------------------------------------------------------------------------------------


def line_by_odds_ratio(x1, p1, x2, p2):
    odds_ratio = (p2 / (1 - p2)) / (p1 / (1 - p1))
    w = math.log(odds_ratio) / (x2 - x1)
    return [w, math.log(p2) - math.log(1 - p2) - w * x2]


def line_by_solving_a_system(x1, p1, x2, p2):
    points = torch.tensor([[x1, 1.0], [x2, 1.0]])
    return torch.linalg.solve(points, torch.logit(torch.tensor([[p1], [p2]])))


def line_in_numpy(x1, p1, x2, p2):
    return np.polyfit([x1, x2], logit([p1, p2]), deg=1)


def line_as_a_tuple_of_tensors(x1, p1, x2, p2):
    z1, z2 = Bernoulli(probs=torch.tensor([p1, p2])).logits
    w = (z1 - z2) / (x1 - x2)
    return w.reshape(1, 1), (z1 - w * x1).reshape(1)


def line_through(x1, h1, x2, h2):
    w = (h1 - h2) / (x1 - x2)
    return w, h2 - w * x2


# 01.4 -----------------------------------------------------------------------------------------------------------


def sigmoid_by_cases(z):
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    return math.exp(z) / (1 + math.exp(z))


def sigmoid_that_catches_the_error(z):
    try:
        return math.exp(z) / (1 + math.exp(z))
    except OverflowError:
        return 1


def sigmoid_like_the_lesson(z):
    z = torch.tensor([z], dtype=torch.float64)
    e = torch.exp(-z.abs())
    return torch.where(z >= 0, 1, e) / (1 + e)


def sigmoid_far_out(z):
    return math.exp(min(z, 0) - math.log1p(math.exp(-abs(z))))


def sigmoid_cut_off(z, limit=30):
    z = max(-limit, min(limit, z))
    return 1 / (1 + math.exp(-z))


def sigmoid_with_the_forms_swapped(z):
    if z < 0:
        return 1 / (1 + math.exp(-z))
    return math.exp(z) / (1 + math.exp(z))


def sigmoid_by_symmetry(z):
    return 1 / (1 + math.exp(-z)) if z >= 0 else 1 - sigmoid_by_symmetry(-z)


# 01.5 -----------------------------------------------------------------------------------------------------------


def point_by_steps(w, b, cost_miss, cost_alarm):
    threshold = cost_alarm / (cost_miss + cost_alarm)
    odds = threshold / (1 - threshold)
    return (math.log(odds) - b) / w


def point_in_torch(w, b, cost_miss, cost_alarm):
    threshold = torch.tensor([cost_alarm / (cost_miss + cost_alarm)])
    return (torch.logit(threshold) - b) / w


def point_in_numpy(w, b, cost_miss, cost_alarm):
    return -(np.log(cost_miss) - np.log(cost_alarm) + b) / np.float64(w)


def point_by_bisection(w, b, cost_miss, cost_alarm):
    low, high = -100.0, 100.0
    for _ in range(100):
        middle = (low + high) / 2
        p = sigmoid_by_cases(w * middle + b)
        say_1_is_cheaper = cost_alarm * (1 - p) < cost_miss * p
        if say_1_is_cheaper == (w > 0):
            high = middle
        else:
            low = middle
    return high


def point_for(w, b, height):
    return (height - b) / w


ANSWERS = {
    "01.1": {
        "right": [
            2 / 3,
            0.667,
            0.67,
            torch.tensor([[0.6667]]),
            np.float32(2 / 3),
            1 / (1 + math.exp(-(math.log(0.2 / 0.8) + 3 * math.log(2)))),
            torch.sigmoid(torch.tensor(0.25).log() + 3 * 0.69),
        ],
        "wrong": [0, 1, 0.2, 0.25, 0.66, 0.7, -2 / 3, 6.67, "2/3", [2, 3], float("inf"), (2 / 3, 2)],
        "mistakes": [
            0.2 * 2**3,
            0.2 + 0.2,
            66.7,
            0.2 / 0.8 * 2 * 2 * 2,
            math.log(0.25) + 3 * math.log(2),
            1.6 / (1 + 1.6),
            (0.25 * 6) / (1 + 0.25 * 6),
            0.5 / 1.5,
            torch.sigmoid(torch.tensor(0.0)),
            torch.sigmoid(torch.tensor(8.0).log()),
            1 / (1 + 2**-5),
            (0.25 / 8) / (1 + 0.25 / 8),
            0.2 + 3 * 0.6931,
        ],
    },
    "01.3": {
        "right": [line_by_odds_ratio, line_by_solving_a_system, line_in_numpy, line_as_a_tuple_of_tensors],
        "wrong": [
            lambda x1, p1, x2, p2: line_by_odds_ratio(x1, p1, x2, p2)[0],
            lambda x1, p1, x2, p2: line_through(x1, -logit(p1), x2, -logit(p2)),
            lambda x1, p1, x2, p2: line_through(p1, x1, p2, x2),
            lambda x1, p1, x2, p2: line_through(logit(p1), x1, logit(p2), x2),
            lambda x1, p1, x2, p2: line_through(x1, logit(p2), x2, logit(p1)),
            lambda x1, p1, x2, p2: (logit(p2) - logit(p1), x2 - x1),
            lambda x1, p1, x2, p2: (1.386, -2.773),
            lambda x1, p1, x2, p2: {"w": 1.0, "b": 0.0},
            lambda x1, p1, x2, p2: line_through(x1, logit(p1), x1, logit(p2)),
            lambda x1, p1: line_through(x1, logit(p1), 0.0, 0.0),
            line_by_odds_ratio(1.0, 0.2, 3.0, 0.8),
        ],
        "mistakes": [
            line_through,
            lambda x1, p1, x2, p2: np.polyfit([x1, x2], [p1 / (1 - p1), p2 / (1 - p2)], deg=1),
            lambda x1, p1, x2, p2: line_through(x1, np.log(p1), x2, np.log(p2)),
            lambda x1, p1, x2, p2: line_through(x1, math.log10(p1 / (1 - p1)), x2, math.log10(p2 / (1 - p2))),
            lambda x1, p1, x2, p2: line_through(x1, expit(p1), x2, expit(p2)),
            lambda *args: line_in_numpy(*args)[::-1].copy(),
            lambda x1, p1, x2, p2: [line_by_odds_ratio(x1, p1, x2, p2)[0], logit(p1)],
            lambda *args: line_in_numpy(*args) * [1, -1],
            lambda x1, p1, x2, p2: line_through(x1, logit(p1), x1 + 1, logit(p2)),
            lambda x1, p1, x2, p2: line_through(x1, np.log((1 - p1) / p1), x2, np.log((1 - p2) / p2)),
            lambda x1, p1, x2, p2: (line_in_numpy(x1, p1, x2, p2)[0], 2 * logit(p1) - line_in_numpy(x1, p1, x2, p2)[1]),
            lambda x1, p1, x2, p2: (math.log(p2 / 1 - p2) - math.log(p1 / 1 - p1)) / (x2 - x1),
        ],
    },
    "01.4": {
        "right": [
            sigmoid_by_cases,
            sigmoid_that_catches_the_error,
            sigmoid_like_the_lesson,
            sigmoid_far_out,
            expit,
            lambda z: torch.sigmoid(torch.tensor(z)),
            lambda z: 1 / (1 + np.exp(-z)),
            lambda z: sigmoid_cut_off(z, limit=700),
        ],
        "wrong": [
            lambda z: z,
            lambda z: max(0.0, min(1.0, 0.5 + z / 4)),
            lambda z: float(z > 0),
            lambda z: math.tanh(z),
            lambda z: math.exp(-abs(z)) / (1 + math.exp(-abs(z))),
            lambda z: 1 if z > 100 else 0 if z < -100 else 0.5,
            lambda z: torch.sigmoid(z),
            lambda z: torch.exp(-z.abs()),
            lambda z: round(sigmoid_by_cases(z), 4),
            lambda z: sigmoid_by_cases(z) if z else None,
            lambda: 0.5,
            0.5,
        ],
        "mistakes": [
            lambda z: np.exp(z) / (1 + np.exp(z)),
            lambda z: 1 / (1 + math.e**-z),
            sigmoid_with_the_forms_swapped,
            lambda z: (1 + math.tanh(z / 2)) / 2,
            sigmoid_cut_off,
            lambda z: sigmoid_by_cases(z if z > 0 else -z),
            lambda z: sigmoid_by_cases(min(z, -z)),
            lambda z: 1 / (1 + np.exp(z)),
        ],
    },
    "01.5": {
        "right": [point_by_steps, point_in_torch, point_in_numpy, point_by_bisection],
        "wrong": [
            lambda w, b, cost_miss, cost_alarm: b / w,
            lambda w, b, cost_miss, cost_alarm: (math.log10(cost_alarm / cost_miss) - b) / w,
            lambda w, b, cost_miss, cost_alarm: (cost_alarm - cost_miss - b) / w,
            lambda w, b, cost_miss, cost_alarm: w / (math.log(cost_alarm / cost_miss) - b),
            lambda w, b, cost_miss, cost_alarm: point_by_steps(abs(w), b, cost_miss, cost_alarm),
            lambda w, b, cost_miss, cost_alarm: point_by_steps(w, b, cost_miss, cost_alarm) > 0,
            lambda w, b, cost_miss, cost_alarm: round(point_by_steps(w, b, cost_miss, cost_alarm), 1),
            lambda w, b, cost_miss, cost_alarm: [point_by_steps(w, b, cost_miss, cost_alarm), 1.0],
            lambda w, b, cost_miss, cost_alarm: torch.logit(cost_alarm / (cost_miss + cost_alarm)),
            lambda w, b: -b / w,
            2.5,
        ],
        "mistakes": [
            lambda w, b, cost_miss, cost_alarm: point_for(w, b, 0),
            lambda w, b, cost_miss, cost_alarm: point_for(w, b, logit(cost_miss / (cost_miss + cost_alarm))),
            lambda w, b, cost_miss, cost_alarm: 1 / (1 + cost_miss / cost_alarm),
            lambda w, b, cost_miss, cost_alarm: logit(cost_alarm / (cost_miss + cost_alarm)),
            lambda w, b, cost_miss, cost_alarm: point_for(w, b, cost_alarm / (cost_miss + cost_alarm)),
            lambda w, b, cost_miss, cost_alarm: point_for(w, b, expit(cost_alarm / (cost_miss + cost_alarm))),
            lambda w, b, cost_miss, cost_alarm: point_for(w, b, cost_alarm / cost_miss),
            lambda w, b, cost_miss, cost_alarm: point_for(w, b, -math.log(1 + cost_miss / cost_alarm)),
            lambda w, b, cost_miss, cost_alarm: point_for(w, -b, math.log(cost_alarm / cost_miss)),
            lambda w, b, cost_miss, cost_alarm: point_for(-w, b, logit(cost_alarm / (cost_miss + cost_alarm))),
            lambda w, b, cost_miss, cost_alarm: -b - math.log(cost_miss / cost_alarm),
            lambda w, b, cost_miss, cost_alarm: logit(cost_alarm / (cost_miss + cost_alarm)) - b / w,
        ],
    },
}
