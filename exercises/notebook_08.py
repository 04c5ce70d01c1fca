"""The exercises of notebook 08: four counts, AUC by pairs, a leak, a threshold from costs, another prevalence."""

import math

import torch

from exercises.kinds import Case, Choice, Function, Value

TIES = "Only data with equal scores come out wrong. A pair that ties counts half, whichever of the two comes first."


def with_both_classes(y):
    if y.min() == y.max():
        y[0] = 1 - y[0]
    return y


def gaps(y, scores):
    """How far each malignant sample lies above each benign one: a row for each malignant one."""
    return scores[y == 1].unsqueeze(1) - scores[y == 0]


def auc(y, scores, tie=0.5, gaps=gaps, n_pairs=None):
    gap = gaps(y, scores)
    return ((gap > 0) + tie * (gap == 0)).sum() / (n_pairs or gap.numel())


def ranked(draw):
    """Both classes, no two scores equal: logits, or probabilities none of which is ½."""
    y = with_both_classes(draw.labels(draw.whole(2, 9)))
    place = draw.numbers(len(y)).argsort().double()
    return y, draw.one_of(place - draw.number(0.1, 6.9) + 0.05, (place + 0.5) / 10, (place + 0.5) / 10)


def scaled(X, like):
    return (X - like.mean(dim=0)) / like.std(dim=0, correction=0)


def two_parts(draw):
    """In the training part no two numbers of a column are equal; either part may be the larger one."""
    n, d = draw.whole(2, 6), draw.whole(1, 3)
    train, test = draw.numbers(n, d) + 0.02 * torch.arange(n).reshape(-1, 1), draw.numbers(draw.whole(1, 5), d)
    return draw.one_of(1, 10) * train + draw.whole(0, 4), test + draw.whole(0, 4)


def bill(y, said, miss, alarm=1.0):
    """The mean cost of answers."""
    return (miss * ((y == 1) & ~said) + alarm * ((y == 0) & said)).mean()


def bill_by_class(y, said, miss):
    return miss * (~said)[y == 1].double().mean() + said[y == 0].double().mean()


def judged(y_val, p_val, y_test, p_test, thresholds, cost_miss, choose=bill, judge=bill, say=torch.gt):
    """The threshold that one cost chooses on the first part, and another cost on the second."""
    threshold = thresholds[torch.stack([choose(y_val, say(p_val, t), cost_miss) for t in thresholds]).argmin()]
    return threshold, judge(y_test, say(p_test, threshold), cost_miss)


def decision(draw):
    """Eighths, so that p may be equal to a threshold; and costs that are equal only if the mistakes are the same."""
    parts = []
    for n in (draw.whole(2, 8), draw.whole(2, 7)):
        y = with_both_classes(draw.labels(n))
        parts += [y, (1 + draw.classes(n, n_classes=5) + 2 * y * draw.whole(0, 1)) / 8]
    thresholds = draw.numbers(8).argsort()[: draw.whole(2, 6)].sort().values.double() / 8
    return *parts, thresholds, draw.one_of(0.3, 2.7, 5.3, 20.9)


def odds(p):
    return p / (1 - p)


def back(odds):
    return odds / (1 + odds)


EXERCISES = [
    Value(
        "08.1", "Read the four counts", (0.6, 0.9, 0.75), parts=("sensitivity", "specificity", "precision"),
        rule="Sensitivity is a share of the malignant, specificity of the benign, precision of the alarms.",
        wrong={
            (0.75, 0.9, 0.6): "Sensitivity and precision are exchanged. Which of them is a share of the alarms?",
            (0.9, 0.6, 0.75): "Sensitivity and specificity are exchanged. Which of them is about the malignant?",
            (0.75, 90 / 110, 0.6): "Perhaps rows and columns are exchanged? A row holds all tumours of one true class.",
            (0.9, 0.6, 90 / 110): "This takes benign as the positive class. Here an alarm says malignant.",
            0.8: "This is the accuracy alone. Three numbers are asked for.",
            (0.6, 0.9, 0.8): "The third number is the accuracy. Precision looks at the alarms alone.",
            (0.6, 0.1, 0.75): "The second number is the share of the benign with a false alarm. Which is cleared?",
            (0.4, 0.9, 0.75): "The first number is the share of the malignant that are missed. Which share is found?",
            (0.6, 0.9, 0.25): "The third number is the share of the alarms that are false. Which are right?",
            (0.6, 0.9, 90 / 110): "The third number is a share of those cleared. Precision is a share of the alarms.",
            (0.6, 90 / 110, 0.75): "The second number is a share of those cleared. Specificity begins with the benign.",
            (30, 90, 30): "These are the counts on top. Each is still to be divided by the size of its group.",
            (0.2, 0.6, 0.2): "These are shares of all tumours. Each has a group of its own to be divided by.",
        },
    ),
    Choice(
        "08.2", "97 % right", right="D",
        hints={
            "A": "That is the sensitivity. Are the people judged wrongly among the ill, or among the healthy?",
            "B": "That is the precision. How many alarms were there? Suppose that there was none.",
            "C": "How many people does the rule judge rightly that always says healthy?",
        },
    ),
    Function(
        "08.3", "AUC by counting pairs",
        rule="The share of pairs of one malignant and one benign in which the malignant one has the higher score.",
        right=auc,
        inputs=ranked,
        cases=[
            Case(torch.tensor([0.0, 1.0, 0.0, 1.0, 1.0]), torch.tensor([0.1, 0.4, 0.6, 0.9, 0.7])),
            Case(torch.tensor([1.0, 0.0]), torch.tensor([0.2, 0.4]), rule="One pair, and the benign one is ahead."),
            *(Case(torch.tensor(y), torch.tensor(scores), hint=TIES) for y, scores in (
                ([1.0, 0.0], [0.3, 0.3]), ([0.0, 1.0], [-2.0, -2.0]), ([0.0, 1.0, 1.0], [0.4, 0.4, 0.9]),
                ([1.0, 1.0, 0.0], [0.4, 0.7, 0.7]), ([0.0, 0.0, 1.0], [0.6, 0.6, 0.6]),
                ([1.0, 0.0, 1.0, 0.0, 0.0], [0.2, 0.2, 0.8, 0.8, 0.8]), ([0.0, 1.0, 1.0, 0.0], [3.0, 3.0, -1.0, 3.0]),
            )),
        ],
        wrong={
            "A pair with two equal scores counts 0 here. It counts half.":
                lambda y, scores: auc(y, scores, tie=0),
            "A pair with two equal scores counts 1 here. It counts half.":
                lambda y, scores: auc(y, scores, tie=1),
            "These are the pairs in which the benign sample has the higher score.":
                lambda y, scores: auc(1 - y, scores),
            "This is the number of pairs. Which share of all such pairs is it?":
                lambda y, scores: auc(y, scores, n_pairs=1),
            "The pairs are right. Two things are left: what does a tie count, and how many pairs are there?":
                lambda y, scores: auc(y, scores, tie=1, n_pairs=len(y) ** 2),
            "The pairs are right. Two things are left: a tie counts half, not 0; and how many pairs are there?":
                lambda y, scores: auc(y, scores, tie=0, n_pairs=len(y) ** 2),
            "This divides by n². How many pairs have one malignant and one benign sample?":
                lambda y, scores: auc(y, scores, n_pairs=len(y) ** 2),
            "This divides by the number of all pairs, also those within a class. They are not asked about.":
                lambda y, scores: auc(y, scores, n_pairs=len(y) * (len(y) - 1) / 2),
            "Each malignant sample is compared with all, also with the malignant ones. Who is in a pair?":
                lambda y, scores: auc(y, scores, gaps=lambda y, scores: scores[y == 1].unsqueeze(1) - scores),
            "These are pairs of answers at ½, not of scores: the order among the alarms is lost.":
                lambda y, scores: auc(y, (scores > 0.5).double()),
            "This is never below ½. Scores that rank the wrong way round are: return the share as it is.":
                lambda y, scores: max(auc(y, scores), 1 - auc(y, scores)),
        },
    ),
    Function(
        "08.4", "A leak to stop", parts=("the training part", "the test part"),
        rule="Mean and spread come from the training part alone, one of each for every column, and serve both parts.",
        right=lambda train, test: (scaled(train, train), scaled(test, train)),
        inputs=two_parts,
        cases=[
            Case(torch.tensor([[1.0, 10.0], [3.0, 40.0], [5.0, 10.0]]), torch.tensor([[2.0, 20.0], [7.0, -5.0]])),
            Case(torch.tensor([[0.0], [2.0]]), torch.tensor([[101.0]]),
                 rule="However far away a test sample lies, the training part comes out the same."),
        ],
        wrong={
            "The test part still has a say: move a test sample far away, and the training part changes.":
                lambda train, test: (scaled(train, both := torch.cat([train, test])), scaled(test, both)),
            "The same number means another size in each part: each is scaled by its own mean and spread.":
                lambda train, test: (scaled(train, train), scaled(test, test)),
            "Mean and spread come from the test part. It is the one that must stay unseen.":
                lambda train, test: (scaled(train, test), scaled(test, test)),
            "The training part is right. The test part is scaled by all samples: by which should it be?":
                lambda train, test: (scaled(train, train), scaled(test, torch.cat([train, test]))),
            "The test part comes back as it was. Perhaps train had been overwritten before its mean was taken?":
                lambda train, test: (scaled(train, train), test),
            "The numbers are right. The training part is returned first.":
                lambda train, test: (scaled(test, train), scaled(train, train)),
            "Right, but this spread divides by n − 1. The task wants n, as scikit-learn has it: correction=0.":
                lambda train, test: [scaled(X, train) * (1 - 1 / len(train)) ** 0.5 for X in (train, test)],
            "This divides by the variance. The spread is its root.":
                lambda train, test: [scaled(X, train) / train.std(dim=0, correction=0) for X in (train, test)],
            "The mean is subtracted. What of the spread?":
                lambda train, test: [X - train.mean(dim=0) for X in (train, test)],
            "One mean and one spread for all columns: but each column has its own unit. Which dim is it?":
                lambda train, test: [(X - train.mean()) / train.std(correction=0) for X in (train, test)],
        },
    ),
    Function(
        "08.5", "A threshold, and its bill", parts=("the threshold", "the cost"),
        rule="The threshold is the cheapest candidate on the part for deciding, the cost its mean cost on the other.",
        right=judged,
        inputs=decision,
        cases=[
            Case(torch.tensor([0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0]), torch.arange(8) / 8,
                 torch.tensor([0.0, 1.0, 1.0, 0.0, 0.0]), torch.tensor([0.75, 0.125, 0.5, 0.25, 0.375]),
                 torch.tensor([0.125, 0.25, 0.5, 0.75]), 5.0),
            Case(torch.tensor([1.0, 0.0]), torch.tensor([0.5, 0.25]), torch.tensor([0.0, 1.0, 1.0]),
                 torch.tensor([0.25, 0.5, 0.75]), torch.tensor([0.25, 0.375, 0.5]), 2.0,
                 rule="Two candidates cost the same on validation: the lower one is taken. Above means above."),
        ],
        wrong={
            "This threshold is the cheapest on the test part, so its cost there flatters. Which part may choose?":
                lambda a, b, y, p, thresholds, miss: judged(y, p, y, p, thresholds, miss),
            "This threshold is the cheapest on both parts together. The test part must not help to choose.":
                lambda a, b, y, p, *others: judged(torch.cat([a, y]), torch.cat([b, p]), y, p, *others),
            "The threshold is right. This cost is the one on the part that chose it. Which part judges?":
                lambda y, p, a, b, thresholds, miss: judged(y, p, y, p, thresholds, miss),
            "The threshold is right. The cost is a sum over the samples: the mean is asked for.":
                lambda *args: (judged(*args)[0], judged(*args)[1] * len(args[2])),
            "The costs are exchanged, in both: here a false alarm costs cost_miss.":
                lambda *args: judged(*args, *[lambda y, said, miss: bill(y, said, 1.0, miss)] * 2),
            "This threshold has the best accuracy. Which has the lowest cost?":
                lambda *args: judged(*args, choose=lambda y, said, miss: bill(y, said, 1.0)),
            "This threshold is the cheapest if false alarms cost nothing. They cost 1.":
                lambda *args: judged(*args, choose=lambda y, said, miss: bill(y, said, miss, 0.0)),
            "Misses are divided by the malignant, false alarms by the benign. A mean cost divides both by all.":
                lambda *args: judged(*args, bill_by_class, bill_by_class),
            "Every alarm costs 1 here, also a right one. Right answers cost nothing.":
                lambda *args: judged(*args, *[lambda y, said, miss: bill(y, said, miss) + (said * y).mean()] * 2),
            "Of candidates that cost the same on validation, this takes the highest. The lowest is asked for.":
                lambda *args: judged(*args[:4], args[4].flip(0), args[5]),
            "A p equal to the threshold is not above it.":
                lambda *args: judged(*args, say=torch.ge),
            "Perhaps this says malignant below the threshold? It is said above.":
                lambda *args: judged(*args, say=torch.lt),
            "This is the threshold for true probabilities. The cheapest of the candidates is asked for.":
                lambda *args: judged(*args[:4], torch.tensor([1 / (1 + args[5])]).to(args[1].dtype), args[5]),
        },
    ),
    Function(
        "08.6", "Where fewer are ill",
        rule="A new prevalence multiplies everybody's odds by the same factor; the result is a probability.",
        right=lambda p, old_share, new_share: back(odds(p) * odds(new_share) / odds(old_share)),
        inputs=lambda draw: (
            draw.numbers(draw.whole(1, 4), low=0.2, high=9.8) / 10,
            *(draw.one_of(0.01, 0.1, 0.2, 0.4, 0.5, 0.7, 0.95) + draw.whole(0, 4) / 100 for _ in range(2)),
        ),
        cases=[
            Case(torch.tensor([0.05, 0.37, 0.5, 0.99]), 0.37, 0.01,
                 rule="Who had the old prevalence gets the new one; and where fewer are ill, every p falls."),
            Case(torch.tensor([0.1, 0.6, 0.9]), 0.3, 0.3, rule="With the same prevalence every p stays as it is."),
            Case(torch.tensor([0.2, 0.8]), 0.1, 0.5),
        ],
        wrong={
            "The ratio is upside down: where fewer are ill, p must fall.":
                lambda p, old, new: back(odds(p) * odds(old) / odds(new)),
            "This multiplies p by the ratio of the prevalences, and can get above 1. What may be multiplied freely?":
                lambda p, old, new: p * new / old,
            "This multiplies p, and cuts it off at 1. What may be multiplied without being cut?":
                lambda p, old, new: (p * new / old).clamp(max=1),
            "This multiplies p by a ratio of odds, and can get above 1. Which quantity does the factor belong to?":
                lambda p, old, new: p * odds(new) / odds(old),
            "These are the new odds. Turn them back into probabilities.":
                lambda p, old, new: odds(p) * odds(new) / odds(old),
            "These are the new log-odds. Turn them back into probabilities.":
                lambda p, old, new: torch.logit(p) + math.log(odds(new) / odds(old)),
            "The factor is the ratio of the two prevalences. What ratio do odds need?":
                lambda p, old, new: back(odds(p) * new / old),
            "The old prevalence is not taken out: its odds are in p's odds already.":
                lambda p, old, new: back(odds(p) * odds(new)),
            "The old prevalence is taken out, the new one not put in.":
                lambda p, old, new: back(odds(p) / odds(old)),
            "This is the probability of being benign.":
                lambda p, old, new: 1 - back(odds(p) * odds(new) / odds(old)),
            "The log-odds are shifted by the difference of the odds. Which scale are they on?":
                lambda p, old, new: torch.sigmoid(torch.logit(p) + odds(new) - odds(old)),
        },
    ),
]
