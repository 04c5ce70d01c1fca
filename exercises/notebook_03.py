"""The exercises of notebook 03: mini-batches, the boundary, accuracy, a training loop with weight decay."""

import torch
import torch.nn.functional as F

from exercises.kinds import Case, Choice, Function, Value

HOURS = torch.tensor([[1.0], [2.0], [3.0], [4.0]])
PASSED = torch.tensor([[0.0], [0.0], [1.0], [1.0]])
MIXED = torch.tensor([[0.0], [1.0], [0.0], [1.0]])


def boundary(w1, w2, b, x1):
    return -(w1 * x1 + b) / w2


def some_logits(draw, n):
    """Large ones, small ones, and exact zeros."""
    scales = torch.tensor([0.0, 0.01, 0.01, 0.01, 0.1, 1.0, 3.0, 3.0])[draw.classes(n, 1, n_classes=8)]
    return scales * draw.numbers(n, 1) + 0.0


def accuracy(logits, y, threshold=0.0):
    return ((logits.flatten() > threshold) == y).double().mean()


def accuracy_of_all_pairs(logits, y, threshold=0.0):
    return ((logits > threshold) == y).double().mean()


def pull(z, y):
    """The derivative of BCE in the logit."""
    return torch.sigmoid(z) - y


def pull_through_two_sigmoids(z, y):
    p = torch.sigmoid(z)
    return pull(p, y) * p * (1 - p)


def gradient(theta, X, y, in_logit=pull):
    inputs = torch.cat([X, torch.ones_like(X)], dim=1).double()
    return in_logit(inputs @ theta, y.flatten()) @ inputs / len(X)


def trained(X, y, learning_rate, decay, n_epochs, kept=0.0, in_logit=pull):
    """``kept`` is the share of old gradients that stays; it and ``decay`` may also be pairs, for w and for b."""
    theta = piled = torch.zeros(2, dtype=torch.float64)
    for _ in range(n_epochs):
        piled = kept * piled + gradient(theta, X, y, in_logit)
        theta = theta - learning_rate * (piled + decay * theta)
    return theta


def trained_then_decayed(X, y, learning_rate, decay, n_epochs):
    theta = torch.zeros(2, dtype=torch.float64)
    for _ in range(n_epochs):
        theta = theta - learning_rate * gradient(theta, X, y)
        theta = theta - learning_rate * decay * theta
    return theta


def trained_and_replaced(X, y, learning_rate, decay, n_epochs):
    """After the first step autograd does not watch theta any more."""
    theta = torch.zeros(2, requires_grad=True)
    for _ in range(n_epochs):
        F.binary_cross_entropy_with_logits(theta[0] * X + theta[1], y).backward()
        theta = theta.detach() - learning_rate * (theta.grad + decay * theta.detach())
    return theta


EXERCISES = [
    Value(
        "03.1", "Count the steps", 320, rtol=1e-6,
        rule="Each batch is one step; the samples left over at the end of an epoch make a batch, too.",
        wrong={
            300: "The last batch of an epoch is smaller, but it is a batch: round up.",
            312.5: "Half a batch is still one step: round up in each epoch, then multiply.",
            312: "Half a batch is still one step: round up in each epoch, then multiply.",
            313: "Every epoch has its own smaller batch: round up in each epoch, then multiply.",
            15: "These are the full batches of one epoch. Some samples are left, and 20 epochs are asked for.",
            16: "This is one epoch. Now all of them.",
            20: "This is one step an epoch, as without mini-batches.",
            20_000: "This counts samples. A step takes a whole batch of them.",
            1280: "This is the batch size times the epochs. How many batches does an epoch have?",
        },
    ),
    Choice(
        "03.2", "Read a logarithmic axis", right="B",
        hints={
            "A": "From one mark to the next the axis multiplies. Twice the epochs are only a third of the way.",
            "C": "Find how much w gained from 10⁴ to 10⁵ epochs, and compare it with what is missing.",
            "D": "The dashed line belongs to another run, the one with weight decay.",
        },
    ),
    Function(
        "03.3", "A line that is no boundary", atol=1e-5,
        rule="Every (x1, x2) that comes out has the logit w1·x1 + w2·x2 + b = 0.",
        right=boundary,
        inputs=lambda draw: (
            draw.one_of(0.0, draw.number(), draw.number()), draw.one_of(-1, 1) * draw.number(0.2, 3.0),
            draw.number(), draw.numbers(draw.whole(1, 4)),
        ),
        cases=[Case(1.0, 2.0, -4.0, torch.tensor([0.0, 1.0, 2.0])), Case(-0.5, 0.25, 3.0, torch.tensor([0.0, 4.0]))],
        errors={"division by zero": "w2 is never 0, but the other numbers may be. Which one do you divide by?"},
        wrong={
            "Put a point back into w1·x1 + w2·x2 + b. What changes when a term crosses the = sign?":
                lambda w1, w2, b, x1: (w1 * x1 + b) / w2,
            "w1·x1 changed its sign when it crossed the = sign. b crosses it, too.":
                lambda w1, w2, b, x1: (-w1 * x1 + b) / w2,
            "b changed its sign when it crossed the = sign. w1·x1 crosses it, too.":
                lambda w1, w2, b, x1: (w1 * x1 - b) / w2,
            "The division belongs to the whole numerator: w1·x1 is not divided. Mind the brackets.":
                lambda w1, w2, b, x1: -w1 * x1 - b / w2,
            "The slope is right. At x1 = 0, w2·x2 + b must be 0: is x2 then b?":
                lambda w1, w2, b, x1: -w1 * x1 / w2 + b,
            "This line always goes through the origin. What moves it away?":
                lambda w1, w2, b, x1: -w1 * x1 / w2,
            "This solves for the other feature: x1 is given, x2 is wanted.":
                lambda w1, w2, b, x1: -(w2 * x1 + b) / w1,
            "w2 is not used. It stands in front of what you solve for.":
                lambda w1, w2, b, x1: w1 * x1 + b,
            "This is w2·x2 on the boundary. x2 alone is asked for.":
                lambda w1, w2, b, x1: -(w1 * x1 + b),
            "w2 multiplies x2, so x2 becomes alone by a division.":
                lambda w1, w2, b, x1: -(w1 * x1 + b) * w2,
            "½ is the probability on the boundary. Which logit belongs to it?":
                lambda w1, w2, b, x1: (0.5 - w1 * x1 - b) / w2,
        },
    ),
    Function(
        "03.4", "Two mistakes in one line",
        rule="Accuracy is the share of samples whose p > ½ matches the label, one number between 0 and 1.",
        right=accuracy,
        inputs=lambda draw: (some_logits(draw, n := draw.whole(2, 5)), draw.labels(n)),
        cases=[
            Case(torch.tensor([[-2.0], [0.3], [1.5]]), torch.tensor([0.0, 1.0, 1.0])),
            Case(torch.tensor([[0.001], [-0.001], [-1.0], [3.0]]), torch.tensor([1.0, 0.0, 1.0, 1.0])),
        ],
        errors={
            "could not infer output dtype": "mean() takes no True and False: make numbers of them first, by .float().",
            "Boolean value of Tensor": "Several True and False stand where Python wants one: a > 0 == y without "
            "brackets is read as (a > 0) and (0 == y), and an if asks for one sample at a time.",
        },
        wrong={
            "Both mistakes are still there. Which logit belongs to p = ½? And what is the shape of the ==?":
                lambda logits, y: accuracy_of_all_pairs(logits, y, threshold=0.5),
            "The threshold is right. Now print the shape of the ==: a column meets a row.":
                accuracy_of_all_pairs,
            "The shapes are right. Now the threshold: these are logits, no probabilities.":
                lambda logits, y: accuracy(logits, y, threshold=0.5),
            "Only logits above 1 count as 1 here. Which logit belongs to p = ½?":
                lambda logits, y: accuracy(logits, y, threshold=1.0),
            "Every sample counts as 1 here. Is there a sigmoid too many, or compared with 0? σ(z) is always above 0, "
            "σ(σ(z)) always above ½.":
                lambda logits, y: y.mean(),
            "Every sample counts as 0 here. Which logits, or which probabilities, are above your threshold?":
                lambda logits, y: 1 - y.mean(),
            "Nearly: a logit of exactly 0 means p = ½, and that is not above ½.":
                lambda logits, y: ((logits.flatten() >= 0) == y).double().mean(),
            "The comparison is the wrong way round: for which logits is p > ½?":
                lambda logits, y: ((logits.flatten() < 0) == y).double().mean(),
            "A logit of exactly 0 never counts as right here. Is p = ½ above ½, and which label fits?":
                lambda logits, y: (((logits.flatten() > 0) == y) & (logits.flatten() != 0)).double().mean(),
            "A column still meets a row: these are n times n comparisons, divided by n. Print the shape of the ==.":
                lambda logits, y: len(y) * accuracy_of_all_pairs(logits, y),
            "This is the share of the wrong ones.":
                lambda logits, y: 1 - accuracy(logits, y),
            "Only 0 and 1 come out: perhaps // rounds the share down, or one wrong sample makes it 0.":
                lambda logits, y: accuracy(logits, y).floor(),
        },
    ),
    Function(
        "03.5", "Gradients that pile up", parts=("w", "b"), atol=1e-5,
        rule="Every step uses the gradient of its own epoch alone, and λw and λb pull w and b towards 0.",
        right=trained,
        inputs=lambda draw: (
            draw.numbers(n := draw.whole(2, 4), 1), draw.labels(n, 1), draw.one_of(0.1, 0.2, 0.5, 0.9),
            draw.one_of(0.0, draw.number(0.1, 0.8)), draw.whole(1, 3),
        ),
        cases=[
            Case(HOURS, PASSED, 0.1, 0.0, 1, rule="One epoch is one step from (0, 0) against the mean gradient."),
            Case(HOURS, PASSED, 0.1, 0.0, 3, rule="Every step uses the gradient of its own epoch alone."),
            Case(HOURS, MIXED, 0.2, 0.5, 2, rule="Decay λ adds λw to the gradient of w, and λb to that of b."),
            Case(HOURS, MIXED, 0.2, 0.1, 10, rule="Ten such steps, each with its own gradient and its decay."),
        ],
        errors={
            "'NoneType'.*(zero_|fill_)": ".grad is None here: before the first backward(), and for a tensor that "
            "w = w − … has made. Clear after the step, and change w by -=.",
            "'NoneType'": ".grad is None here: only backward() fills it, and only for a tensor made with "
            "requires_grad=True. After w = w − …, w is another tensor.",
            "Target size": "The logits and the labels have different shapes: print both. X and y are columns.",
            "between 0 and 1": "This loss takes probabilities. The one on the page takes the logit w·x + b.",
        },
        wrong={
            "As on the page, backward() adds to the old gradient. Clear it in every epoch, then add decay.":
                lambda X, y, learning_rate, decay, n_epochs: trained(X, y, learning_rate, 0, n_epochs, kept=1),
            "backward() adds to the gradient that is there. Clear it in every epoch.":
                lambda X, y, learning_rate, decay, n_epochs: trained(X, y, learning_rate, decay, n_epochs, kept=1),
            "b still gathers old gradients. Clear both.":
                lambda X, y, learning_rate, decay, n_epochs:
                    trained(X, y, learning_rate, decay, n_epochs, kept=torch.tensor([0, 1])),
            "Without decay it is right. Now use decay: it pulls every parameter towards 0.":
                lambda X, y, learning_rate, decay, n_epochs: trained(X, y, learning_rate, 0, n_epochs),
            "The decay is twice too strong: perhaps it comes from λw², and the derivative of that is 2λw.":
                lambda X, y, learning_rate, decay, n_epochs: trained(X, y, learning_rate, 2 * decay, n_epochs),
            "λw is added to the gradient of w, so the learning rate multiplies it, too.":
                lambda X, y, learning_rate, decay, n_epochs:
                    trained(X, y, learning_rate, decay / learning_rate, n_epochs),
            "The decay comes from w after the step. Gradient and λw belong to the same w: add them, then step once.":
                trained_then_decayed,
            "Here b decays, too: the optimizer's weight_decay takes every parameter.":
                lambda X, y, learning_rate, decay, n_epochs:
                    trained(X, y, learning_rate, decay * torch.tensor([1, 0]), n_epochs),
            "w and b are still 0: perhaps a step is missing, or copies take it, or the gradients are cleared between "
            "backward() and the step.":
                lambda X, y, learning_rate, decay, n_epochs: torch.zeros(2),
            "One epoch works, two fail: w = w − … makes a new tensor. -= keeps the old one.":
                trained_and_replaced,
            "Two sigmoids in a row: the loss on the page takes the logit w·x + b, and no probability.":
                lambda X, y, learning_rate, decay, n_epochs:
                    trained(X, y, learning_rate, decay, n_epochs, in_logit=pull_through_two_sigmoids),
            "The loss is the mean over the samples, and so is its gradient.":
                lambda X, y, learning_rate, decay, n_epochs:
                    trained(X, y, len(X) * learning_rate, decay / len(X), n_epochs),
        },
    ),
]
