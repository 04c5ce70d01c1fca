"""The exercises of notebook 00: shapes, the update rule, the learning rate, momentum."""

import torch

from exercises.kinds import Case, Choice, Function, Value

X = torch.tensor([[1.0], [2.0], [3.0]])
Y = 2 * X


def slopes(w, b, X, y):
    """The derivatives of the MSE in w and in b."""
    error = w * X + b - y
    return 2 * (error * X).mean(), 2 * error.mean()


def stepped(w, b, X, y, rate_w, rate_b):
    slope_w, slope_b = slopes(w, b, X, y)
    return w - rate_w * slope_w, b - rate_b * slope_b


def stepped_in_turn(w, b, X, y, learning_rate):
    w = w - learning_rate * slopes(w, b, X, y)[0]
    return w, b - learning_rate * slopes(w, b, X, y)[1]


def border_with_b_free(X):
    design = torch.cat([X, torch.ones_like(X)], dim=1)
    return 2 / torch.linalg.eigvalsh(2 * design.T @ design / len(X))[-1]


def slope_at(loss, w):
    place = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    return torch.autograd.grad(loss(place), place)[0].item()


def rolled(loss, w, learning_rate, n_steps, kept=0.9, grad_kept=0.0):
    """Momentum; ``grad_kept=1`` lets gradients pile up."""
    v = gradient = 0.0
    for _ in range(n_steps):
        gradient = grad_kept * gradient + slope_at(loss, w)
        v = kept * v + gradient
        w = w - learning_rate * v
    return w


def rolled_late(loss, w, learning_rate, n_steps):
    v = 0.0
    for _ in range(n_steps):
        old, v = v, 0.9 * v + slope_at(loss, w)
        w = w - learning_rate * old
    return w


def rolled_from_the_first_slope(loss, w, learning_rate, n_steps):
    slope = slope_at(loss, w)
    return rolled(lambda place: slope * place, w, learning_rate, n_steps)


def bowl(w):
    return (w - 2) ** 2


def two_valleys(w):
    return (w**2 - 1) ** 2 / 4 + w / 10


EXERCISES = [
    Value(
        "00.1", "One step by hand", 2.4, rtol=3e-3,
        rule="The new w is the old one, minus the learning rate times the slope at the old one.",
        wrong={
            -0.4: "This went away from the minimum. What is the sign of the slope at w = 1?",
            5.2: "This is the slope of the sum of squares. Our loss is their mean.",
            1.7: "Half the way is missing: the derivative of a square brings a factor 2.",
            1.4: "This is how far w goes. Where does it arrive?",
            -1.4: "This is the learning rate times the slope. Now take it from w.",
            -28 / 3: "This is the slope. The step is the learning rate times that.",
            1 + 28 / 3: "The direction is right. The step is the learning rate times the slope.",
            1.84: "These are two steps. One is asked for.",
            0.4: "This is a distance to the minimum. The place itself is asked for.",
            2.0: "The minimum is at 2, but one step need not end there.",
            2.2: "This squares the mean of x. The slope has the mean of the squares.",
        },
    ),
    Choice(
        "00.2", "A rate between good and large", right="C",
        hints={
            "A": "A rate between two others need not give a line between theirs. Work out the three factors.",
            "B": "The closer to 0 the factor of one step is, the faster the line falls. Work it out for 0.1 and 0.2.",
            "D": "To rise, the factor of one step must be below −1 or above 1.",
        },
    ),
    Function(
        "00.3", "Nine differences",
        rule="The loss is the mean of n squares: each prediction meets its own label, and no other.",
        right=lambda prediction, y: ((prediction.flatten() - y) ** 2).mean(),
        inputs=lambda draw: (draw.numbers(n := draw.whole(1, 5), 1), draw.numbers(n)),
        cases=[
            Case(Y, Y.flatten(), rule="Where every prediction is equal to its label, nothing is wrong."),
            Case(X, Y.flatten()),
        ],
        wrong={
            "A column still meets a row: print the shape of the difference for three samples.":
                lambda prediction, y: ((prediction - y) ** 2).mean(),
            "You divide by n, and still have n times n squares: print the shape of the difference.":
                lambda prediction, y: ((prediction - y) ** 2).sum() / len(y),
            "This sums n times n squares. Two things are left: the shape of the difference, and the mean.":
                lambda prediction, y: ((prediction - y) ** 2).sum(),
            "Each prediction meets its own label. This is the sum; the mean is asked for.":
                lambda prediction, y: ((prediction.flatten() - y) ** 2).sum(),
            "Without a square, differences above and below 0 cancel.":
                lambda prediction, y: (prediction.flatten() - y).mean(),
            "Square first, then take the mean: else differences cancel.":
                lambda prediction, y: (prediction.flatten() - y).mean() ** 2,
            "This is the mean absolute error: squares are asked for.":
                lambda prediction, y: (prediction.flatten() - y).abs().mean(),
            "The MSE is the mean itself, without a root.":
                lambda prediction, y: ((prediction.flatten() - y) ** 2).mean().sqrt(),
            "Some books put a ½ in front, for a nicer derivative. The mean has none.":
                lambda prediction, y: ((prediction.flatten() - y) ** 2).mean() / 2,
        },
    ),
    Function(
        "00.4", "Half a step uphill", parts=("w", "b"),
        rule="Both parameters take a step of the learning rate times their slope, downhill.",
        right=lambda w, b, X, y, learning_rate: stepped(w, b, X, y, learning_rate, learning_rate),
        inputs=lambda draw: (
            draw.number(), draw.number(), draw.numbers(n := draw.whole(1, 4), 1), draw.numbers(n, 1),
            draw.number(0.1, 0.9),
        ),
        cases=[
            Case(0.0, 0.0, X, Y, 0.01),
            Case(2.0, 0.0, X, Y, 0.05, rule="At the exact fit both slopes are 0, and nothing moves."),
        ],
        wrong={
            "w goes downhill, b goes uphill.":
                lambda w, b, X, y, learning_rate: stepped(w, b, X, y, learning_rate, -learning_rate),
            "Now b goes downhill, and w uphill.":
                lambda w, b, X, y, learning_rate: stepped(w, b, X, y, -learning_rate, learning_rate),
            "Both go uphill. The slope needs prediction minus label, and the step goes against the slope.":
                lambda w, b, X, y, learning_rate: stepped(w, b, X, y, -learning_rate, -learning_rate),
            "The signs are right, the step is half as long: a square brings a factor when differentiated.":
                lambda w, b, X, y, learning_rate: stepped(w, b, X, y, learning_rate / 2, learning_rate / 2),
            "The signs are right. The loss is a mean over the samples, and so are its slopes.":
                lambda w, b, X, y, learning_rate: stepped(w, b, X, y, len(X) * learning_rate, len(X) * learning_rate),
            "The inner derivative of (wx + b − y)² by w is x. What is it by b?":
                lambda w, b, X, y, learning_rate:
                    (w - learning_rate * slopes(w, b, X, y)[0], b - learning_rate * slopes(w, b, X, y)[0]),
            "The inner derivative of (wx + b − y)² by b is 1. What is it by w?":
                lambda w, b, X, y, learning_rate:
                    (w - learning_rate * slopes(w, b, X, y)[1], b - learning_rate * slopes(w, b, X, y)[1]),
            "b sees the new w. Both slopes belong to the same place: work them out first, then step.":
                stepped_in_turn,
            "w is right. b has not moved.":
                lambda w, b, X, y, learning_rate: stepped(w, b, X, y, learning_rate, 0),
            "These are the slopes. The new w and b are asked for.":
                lambda w, b, X, y, learning_rate: slopes(w, b, X, y),
            "The learning rate is missing: the step is its product with the slope.":
                lambda w, b, X, y, learning_rate: stepped(w, b, X, y, 1, 1),
        },
    ),
    Function(
        "00.5", "Where the steps begin to fly away",
        rule="A rate just below it brings w closer at every step, a rate just above it leads away.",
        right=lambda X: 1 / (X**2).mean(),
        inputs=lambda draw: (draw.numbers(draw.whole(1, 4), 1) + 0.05,),
        cases=[
            Case(X),
            Case(10 * X, rule="With inputs ten times as large, the rate has to be a hundred times as small."),
        ],
        wrong={
            "At this rate one step lands in the minimum: its factor is 0. The border is at the factor −1.":
                lambda X: 1 / (2 * (X**2).mean()),
            "The second derivative of a square brings a factor 2.":
                lambda X: 2 / (X**2).mean(),
            "This is the second derivative. How does section 7 go on from there?":
                lambda X: 2 * (X**2).mean(),
            "This is for the sum of squares. Our loss is their mean.":
                lambda X: 1 / (X**2).sum(),
            "The mean of the squares is not the square of the mean.":
                lambda X: 1 / X.mean() ** 2,
            "This is the border with b free. Here b = 0 is fixed.":
                border_with_b_free,
            "This is the border for the lesson's inputs alone. Where do they enter the second derivative?":
                lambda X: 6 / 28,
        },
    ),
    Function(
        "00.6", "Momentum with autograd",
        rule="Each step has its own gradient, from autograd, and 0.9 of the velocity so far.",
        right=rolled,
        inputs=lambda draw: (
            draw.one_of(bowl, two_valleys), draw.number(), draw.one_of(0.02, 0.05, 0.1), draw.whole(1, 5)
        ),
        cases=[
            Case(bowl, 0.0, 0.1, 1, rule="v starts at 0, so the first step is one of plain gradient descent.",
                 shown="loss(w) = (w − 2)², w = 0, learning_rate = 0.1, n_steps = 1"),
            Case(bowl, 0.0, 0.1, 2,
                 rule="In the second step 0.9 of the first velocity is still there, beside the new gradient.",
                 shown="loss(w) = (w − 2)², w = 0, learning_rate = 0.1, n_steps = 2"),
        ],
        errors={
            "does not require grad": "backward() found nothing that autograd watches. Is w still a plain number, or "
            "has w = w − … put an unwatched one in its place? Make a fresh tensor in each step.",
            "'float' object has no attribute": "Autograd watches tensors, and w is a number. How does section 5 make a "
            "tensor that it watches?",
            "'NoneType'": ".grad is None: only backward() fills it, and only for a tensor made with requires_grad=True."
            " After w = w − …, w is another tensor.",
            "in-place": "Autograd refuses: it needs a tensor with requires_grad=True, and none that -= changes.",
        },
        wrong={
            "This is plain gradient descent. The velocity of the step before is lost.":
                lambda loss, w, learning_rate, n_steps: rolled(loss, w, learning_rate, n_steps, kept=0),
            "However many steps are asked for, this takes one. Does return stand inside the loop?":
                lambda loss, w, learning_rate, n_steps: rolled(loss, w, learning_rate, 1),
            "Old gradients count in full. Does .grad start anew in each step, and is v multiplied by 0.9?":
                lambda loss, w, learning_rate, n_steps: rolled(loss, w, learning_rate, n_steps, kept=1),
            "The velocity gathers too much: perhaps .grad holds the old gradients, too, for backward adds.":
                lambda loss, w, learning_rate, n_steps: rolled(loss, w, learning_rate, n_steps, grad_kept=1),
            "This takes a tenth of each new gradient. In momentum, it counts in full.":
                lambda loss, w, learning_rate, n_steps: rolled(loss, w, learning_rate / 10, n_steps),
            "The first step does not move. Update v before the step, not after it.":
                rolled_late,
            "This climbs. Mind the sign of the step.":
                lambda loss, w, learning_rate, n_steps: rolled(loss, w, -learning_rate, n_steps),
            "The gradient is always that of the start. Work it out anew in each step.":
                rolled_from_the_first_slope,
            "The learning rate is used twice.":
                lambda loss, w, learning_rate, n_steps: rolled(loss, w, learning_rate**2, n_steps),
            "The learning rate is not used.":
                lambda loss, w, learning_rate, n_steps: rolled(loss, w, 1.0, n_steps),
            "This takes one step too many.":
                lambda loss, w, learning_rate, n_steps: rolled(loss, w, learning_rate, n_steps + 1),
            "This takes one step too few.":
                lambda loss, w, learning_rate, n_steps: rolled(loss, w, learning_rate, n_steps - 1),
        },
    ),
]
