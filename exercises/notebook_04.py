"""The exercises of notebook 04: the squared error of probabilities, its weak pull, its gradient, a fair race."""

import math
import statistics

import torch
import torch.nn.functional as F

from exercises.kinds import Case, Choice, Function, Value

RATES = torch.tensor([1.0, 3.0, 10.0, 30.0])
INF = math.inf
SHARES_FIRST = "The largest share of arrivals wins, however fast the other rates are."
MEDIANS_NEXT = "Of two rates with the same share, the one with the smaller median of its row wins."


def brier_score(logits, y):
    return ((torch.sigmoid(logits) - y) ** 2).mean()


def mse_gradient(w, b, x, y, slope=lambda p: p * (1 - p)):
    """``slope`` is that of the sigmoid, from p."""
    p = torch.sigmoid(w * x + b)
    in_z = 2 * (p - y) * slope(p)
    return (in_z * x).mean(), in_z.mean()


def arrived(row):
    return [epochs for epochs in row if math.isfinite(epochs)]


def rows_with_most(needed):
    rows = needed.tolist()
    most = max(len(arrived(row)) for row in rows)
    return [i for i, row in enumerate(rows) if len(arrived(row)) == most]


def best_rate(rates, needed, of_equals=statistics.median):
    """The rate with the most arrivals; of several, the one with the smallest ``of_equals`` of its row."""
    return rates[min(rows_with_most(needed), key=lambda i: of_equals(needed[i].tolist()))]


def sweep(draw):
    """An odd number of starts has one median; draw until the rule decides."""
    n_rates, n_starts = draw.whole(1, 4), draw.one_of(1, 3, 5, 5, 5)
    while True:
        tens = 10 + 90 * draw.classes(n_rates, n_starts)
        needed = (tens * draw.numbers(n_rates, n_starts, low=1, high=90)).round()
        n_lost = draw.one_of(0, 1, n_starts // 2) + draw.classes(n_rates, 1)
        needed[draw.numbers(n_rates, n_starts).argsort(dim=1) < n_lost] = INF
        best, second = [*sorted(statistics.median(needed[i].tolist()) for i in rows_with_most(needed)), INF][:2]
        if best < second:
            return RATES[:n_rates], needed


EXERCISES = [
    Value(
        "04.1", "How weak is the pull?", 28.3082,
        rule="Both pulls have the factor p − y; only what is left over decides the ratio.",
        wrong={
            1 / 28.3082: "This is the other way round: how many times larger is that of BCE?",
            56.6164: "Where did the 2 of the derivative of a square go?",
            113.233: "The 2 belongs to the derivative of MSE, which you divide by.",
            14.1541: "The 2 of the derivative of a square stands there once, not twice.",
            27.7991: "p(1 − p) has two factors. The one that is nearly 1 counts, too.",
            0.509158: "p(1 − p) has two factors. The one that is nearly 0 counts, too.",
            0.982014: "This is the pull of BCE alone. Divide it by that of MSE.",
            -0.982014: "This is the pull of BCE alone. Divide it by that of MSE.",
            0.034690: "This is the pull of MSE alone. How many times does it go into that of BCE?",
            -0.034690: "This is the pull of MSE alone. How many times does it go into that of BCE?",
            0.017986: "This is p. Both pulls come from it: work them out, then divide.",
            4.16667: "This compares the losses. The pull is the derivative of the loss in z.",
            2: "This is the ratio at p = ½. What is p at z = −4?",
        },
    ),
    Choice(
        "04.2", "Read the sweep", right="C",
        hints={
            "A": "Compare the two lines at the rate where that of MSE has its top. Which is higher?",
            "B": "At which rate does the line of MSE have its top? How high is the line of BCE there?",
            "D": "The sweep stopped at 2,000 epochs. What a longer run does, it does not show.",
        },
    ),
    Function(
        "04.3", "A squared error of what?", rtol=1e-5,
        rule="Each term lies between 0 and 1: a probability minus a label, squared. Then the mean.",
        right=brier_score,
        inputs=lambda draw: (draw.one_of(1, 2, 10) * draw.numbers(n := draw.whole(2, 5), 1), draw.labels(n, 1)),
        cases=[
            Case(torch.tensor([[2.0], [-1.0], [0.5]]), torch.tensor([[1.0], [0.0], [0.0]])),
            Case(torch.tensor([[800.0], [-800.0], [800.0], [-800.0]]), torch.tensor([[1.0], [0.0], [0.0], [1.0]]),
                 rule="Sure and right costs 0, sure and wrong costs 1.",
                 hint="It is right while the logits are small. What is e to the power of 800 for a computer?"),
        ],
        wrong={
            "This compares logits with labels. Which range has a logit, which a label?":
                lambda logits, y: ((logits - y) ** 2).mean(),
            "Some books put a ½ in front, for a nicer derivative. The mean has none.":
                lambda logits, y: brier_score(logits, y) / 2,
            "These are distances; they are not squared.":
                lambda logits, y: (torch.sigmoid(logits) - y).abs().mean(),
            "One sigmoid is enough: what does the second make of a 0 or a 1?":
                lambda logits, y: brier_score(torch.sigmoid(logits), y),
            "The order: first square each error, then take the mean. Errors must not cancel.":
                lambda logits, y: (torch.sigmoid(logits) - y).mean() ** 2,
            "Without a square, errors above and below 0 cancel.":
                lambda logits, y: (torch.sigmoid(logits) - y).mean(),
            "Every probability meets every label here: a column against a row makes a square. Print the shape.":
                lambda logits, y: brier_score(logits, y.flatten()),
            "This is the share of wrong decisions. The score looks at the probabilities.":
                lambda logits, y: (((logits > 0).to(y.dtype) - y) ** 2).mean(),
            "Sure and right costs 1 here, sure and wrong 0: which sign has z in σ, and what does each label want?":
                lambda logits, y: brier_score(-logits, y),
            "Samples with the label 0 cost nothing here. What should a large p cost them?":
                lambda logits, y: (y * (torch.sigmoid(logits) - y) ** 2).mean(),
            "This is the accuracy, the share of right decisions. The score looks at the probabilities.":
                lambda logits, y: ((logits > 0) == y).to(y.dtype).mean(),
            "This is BCE: logs, no squares.":
                F.binary_cross_entropy_with_logits,
            "This is BCE, of the probabilities: it has logs where the score has squares.":
                lambda logits, y: F.binary_cross_entropy(torch.sigmoid(logits), y),
        },
    ),
    Function(
        "04.4", "The gradient of MSE by hand", parts=("dL/dw", "dL/db"),
        rule="A step of 0.001 times the gradient, downhill, lowers the mean of (p − y)² by about 0.001 times the "
        "squared length of the gradient.",
        right=mse_gradient,
        inputs=lambda draw: (draw.number(), draw.number(), draw.numbers(n := draw.whole(1, 4)), draw.labels(n)),
        cases=[
            Case(1.0, 0.0, torch.tensor([1.0, -2.0, 0.5]), torch.tensor([1.0, 0.0, 0.0])),
            Case(-1.0, -8.0, torch.tensor([-1.0, 0.5, 1.0]), torch.tensor([0.0, 1.0, 1.0])),
        ],
        wrong={
            "The chain rule has one more link, from z to p: the factor σ′.":
                lambda w, b, x, y: mse_gradient(w, b, x, y, slope=lambda p: 1),
            "This is the gradient of BCE. There a factor cancels that stays here.":
                lambda w, b, x, y: mse_gradient(w, b, x, y, slope=lambda p: 0.5),
            "The slope of the sigmoid has two factors, p and another one.":
                lambda w, b, x, y: mse_gradient(w, b, x, y, slope=lambda p: p),
            "The slope of the sigmoid has two factors, 1 − p and another one.":
                lambda w, b, x, y: mse_gradient(w, b, x, y, slope=lambda p: 1 - p),
            "p(1 − p) is the slope of σ if p is σ(z). Is there a sigmoid of a sigmoid?":
                lambda w, b, x, y:
                    mse_gradient(w, b, x, y, slope=lambda p: torch.sigmoid(p) * (1 - torch.sigmoid(p))),
            "This is the direction downhill. The gradient points up.":
                lambda w, b, x, y: [-part for part in mse_gradient(w, b, x, y)],
            "For w there is one more factor: how does z change with w?":
                lambda w, b, x, y: [mse_gradient(w, b, x, y)[1]] * 2,
            "The derivative of z = wx + b by w is x. What is it by b?":
                lambda w, b, x, y: [mse_gradient(w, b, x, y)[0]] * 2,
            "The mean of a product is not the product of the means: multiply by x, then take the mean.":
                lambda w, b, x, y: (mse_gradient(w, b, x, y)[1] * x.mean(), mse_gradient(w, b, x, y)[1]),
        },
    ),
    Function(
        "04.5", "The best rate of a sweep",
        rule="The largest share of arrivals wins, however fast the others are; among equal shares the smallest median.",
        right=best_rate,
        inputs=sweep,
        cases=[
            Case(RATES[:2], torch.tensor([[40.0, 50, 60], [5, INF, 5]]), rule=SHARES_FIRST),
            Case(RATES[:2], torch.tensor([[900.0, 800, 10], [500, 90, 600]]), rule=MEDIANS_NEXT),
            Case(RATES[:2], torch.tensor([[10, 50, INF], [20, 30, INF]]), rule=MEDIANS_NEXT),
            Case(torch.tensor([10.0, 3.0]), torch.tensor([[100.0, 100, 100], [10, 20, 700]]),
                 rule="A median is not moved by one slow run."),
            Case(RATES[:2], torch.tensor([[INF, INF, INF], [INF, 50, INF]]), rule=SHARES_FIRST),
        ],
        errors={"return_types": "median, min and max with dim= give two things, values and indices: add .values."},
        wrong={
            "Here the median decides first. Count first how many arrive; the median only breaks ties.":
                lambda rates, needed: rates[needed.median(dim=1).values.argmin()],
            "The order is the other way round: the share decides, and the median between equal shares.":
                lambda rates, needed: min(
                    zip(needed.median(dim=1).values.tolist(), needed.isinf().sum(dim=1).tolist(), rates, strict=True)
                )[2],
            "Here the median decides first, and quantile makes nan of inf. Count first how many arrive.":
                lambda rates, needed: rates[needed.quantile(0.5, dim=1).argmin()],
            "This compares means alone: one start that never arrives makes a mean inf. Shares first, then medians.":
                lambda rates, needed: rates[needed.mean(dim=1).argmin()],
            "This takes the rate of the fastest run. One lucky start is an anecdote: how many arrive?":
                lambda rates, needed: rates[needed.amin(dim=1).argmin()],
            "Here the time decides first. Count first how many arrive.":
                lambda rates, needed: min(
                    zip([statistics.median_low(arrived(row) or [INF]) for row in needed.tolist()], rates, strict=True)
                )[1],
            "The shares are compared rightly. Now decide between rates with the same share.":
                lambda rates, needed: best_rate(rates, needed, of_equals=lambda row: 0),
            "The shares are compared rightly. Among equal ones this takes the largest rate: which median is smaller?":
                lambda rates, needed: max(zip(needed.isfinite().sum(dim=1).tolist(), rates, strict=True))[1],
            "Among equal shares this takes the slowest.":
                lambda rates, needed: best_rate(rates, needed, of_equals=lambda row: -statistics.median(row)),
            "Among equal shares this takes the fastest single run. The median is asked for.":
                lambda rates, needed: best_rate(rates, needed, of_equals=min),
            "Among equal shares this compares the means. One slow run moves a mean; take the median.":
                lambda rates, needed: best_rate(rates, needed, of_equals=lambda row: sum(arrived(row))),
            "Among equal shares this compares means or slowest runs: a single inf makes either inf. Take the median.":
                lambda rates, needed: best_rate(rates, needed, of_equals=statistics.mean),
            "Among equal shares this takes the median of the runs that arrive. inf belongs to the row, too.":
                lambda rates, needed: best_rate(rates, needed, of_equals=lambda row: statistics.median(arrived(row))),
            "Among equal shares some runs are left out of the median. It is that of the whole row, with each inf.":
                lambda rates, needed:
                    best_rate(rates, needed, of_equals=lambda row: statistics.median_low(arrived(row))),
            "This is the first rate, whatever stands in needed.":
                lambda rates, needed: rates[0],
            "This is the row of the rate. Return the rate itself.":
                lambda rates, needed: (rates == best_rate(rates, needed)).long().argmax(),
        },
    ),
]
