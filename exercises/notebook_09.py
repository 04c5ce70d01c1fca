"""The exercises of notebook 09: softmax on pictures, what its averages mean, pictures that move, when to stop."""

import torch
import torch.nn.functional as F

from exercises.kinds import Case, Choice, Function, Value


def shares(Z, dim=1):
    """Each number divided by the sum of its row, or of its column."""
    return Z / Z.sum(dim=dim, keepdim=True)


def logits(draw):
    """Rows of logits of different sizes, as many rows as columns among them."""
    n = draw.whole(1, 4)
    n_classes = draw.one_of(2, 3, 5, max(n, 2))
    return (draw.numbers(n, n_classes, low=-10, high=10) * 10 ** draw.classes(n, 1, n_classes=3),)


def probabilities_and_digits(draw):
    """Rows of probabilities, sure or unsure, with ties; the true class is the answer in about half of them."""
    n, n_classes = draw.whole(1, 6), draw.one_of(2, 3, 4, 10)
    probs = shares((1.0 + draw.classes(n, n_classes, n_classes=6).double()) ** draw.one_of(1, 4))
    y = torch.where(draw.classes(n) == 1, probs.argmax(dim=1), draw.classes(n, n_classes=n_classes))
    return probs, y


def of_truth(probs, y):
    """The probability of the true class, one for each picture."""
    return probs[range(len(y)), y]


def mean_of_each(numbers, y):
    """The mean of the classes' means."""
    return torch.stack([numbers[y == k].mean() for k in y.unique()]).mean()


def moved(X, right=0, down=0, mode="constant"):
    """Pictures moved by some pixels, or against them if below 0; ink that leaves is gone."""
    room = F.pad(X.reshape(-1, 8, 8), (8, 8, 8, 8), mode=mode)
    return room[:, 8 - down : 16 - down, 8 - right : 16 - right].reshape(-1, 64)


def pictures(draw):
    return draw.classes(draw.whole(1, 3), 64, n_classes=17).double() / 16, draw.whole(1, 8)


def one_pixel(row, column, k, rule=""):
    X = F.one_hot(torch.tensor([8 * row + column]), 64).double()
    return Case(X, k, rule=rule, shown=f"one picture with ink at row {row}, column {column} alone, and k = {k}")


def run(losses, patience, falls=lambda loss, before: loss < min(before), forgives=True):
    """The epoch of the lowest loss, the last one run, and whether patience ended there."""
    losses, waited, last = losses.tolist(), 0, len(losses) - 1
    for epoch in range(1, len(losses)):
        fell = falls(losses[epoch], losses[:epoch])
        waited = (0 if forgives else waited) if fell else waited + 1
        if waited >= patience and not fell:
            last = epoch
            break
    return losses.index(min(losses[: last + 1])), last, waited >= patience


def curve(val, patience, rule):
    """A case whose training loss falls all the time."""
    return Case(1 / torch.arange(2.0, len(val) + 2), torch.tensor(val), patience, rule=rule)


def curves(draw):
    n = draw.whole(1, 12)
    val_losses = (draw.numbers(n, low=0.3, high=1.2) + torch.linspace(0.6, 0, n)).round(decimals=1)
    return draw.numbers(n, low=0.1, high=1), val_losses, draw.one_of(1, 2, 2, 3, 4)


NO_VALUES = {"return_types": "max along an axis gives two things, values and indices: here .values is meant."}

EXERCISES = [
    Value(
        "09.1", "How many numbers learn", 1510, rtol=1e-6,
        rule="Each layer learns a weight for every pair of one input and one output, and a bias for every output.",
        wrong={
            1511: "Nearly. Count each layer by itself: inputs times outputs, and then its biases.",
            1480: "These are the weights. What else does each layer learn?",
            1490: "The biases of the hidden layer are missing.",
            1500: "The biases of the output are missing.",
            1300: "Perhaps this is the hidden layer alone. What does the output learn?",
            650: "This is softmax regression, straight from pixels to classes. What stands between them here?",
            94: "This adds the sizes. In a layer every input has a weight for every output.",
        },
    ),
    Choice(
        "09.2", "The 8's row and column", right="A",
        hints={
            "B": "The numbers are right, their places are not. Which sum counts the pictures that are an 8?",
            "C": "The pair is right. In a row the truth stays, in a column the answer: which entry is which?",
            "D": "This share is about the 8s. Which entries of the matrix does the accuracy on all digits need?",
        },
    ),
    Function(
        "09.3", "A hundred per cent, ten times",
        rule="Each row holds the probabilities of one picture: they sum to 1, whatever the other pictures are.",
        right=lambda Z: torch.softmax(Z, dim=1),
        inputs=logits,
        cases=[
            Case(torch.tensor([[0.0, 1.0, 2.0], [3.0, 1.0, -1.0]])),
            Case(torch.tensor([[1.0, 3.0, 2.0]]), rule="A picture alone, too, has probabilities that sum to 1."),
            Case(torch.tensor([[1.0, 0.0, -1.0], [2.0, 2.0, 0.5], [0.0, -3.0, 1.0]])),
            Case(torch.tensor([[800.0, 799.0], [-900.0, -902.0]]), rule="Large logits, too, give finite numbers."),
        ],
        errors=NO_VALUES | {
            "must match the size|broadcast together":
                "A maximum or a sum of each row must stay a column, to meet its row: keepdim=True keeps it one.",
        },
        wrong={
            "Both faults are still there: which numbers sum to 1, and what is the exponential of 800?":
                lambda Z: shares(Z.exp(), dim=0),
            "Here each column sums to 1, so a picture's answer hangs on the others. A picture is a row.":
                lambda Z: torch.softmax(Z, dim=0),
            "The axis is right. Large logits overflow: what may be subtracted from a row without changing it?":
                lambda Z: shares(Z.exp()),
            "All entries together sum to 1 here. Each picture should have a sum of its own.":
                lambda Z: torch.softmax(Z.flatten(), dim=0).reshape(Z.shape),
            "One maximum for all pictures leaves a row far below it nothing but zeros. Give each row its own.":
                lambda Z: shares((Z - Z.max()).exp()),
            "The sum runs along the rows. The maximum that is subtracted must, too.":
                lambda Z: shares((Z - Z.amax(0, keepdim=True)).exp()),
            "These are shares of the logits: they may be negative. What comes before the division?":
                shares,
            "The largest entry of each row is 1: this is divided by the maximum, or not yet by the sum.":
                lambda Z: (Z - Z.amax(1, keepdim=True)).exp(),
            "This is one sigmoid for each logit. Nothing makes a row sum to 1.":
                torch.sigmoid,
            "These are the logs of probabilities.":
                lambda Z: torch.log_softmax(Z, dim=1),
        },
    ),
    Function(
        "09.4", "As unsure as chance", parts=("p_answer", "p_truth"),
        rule="Take one probability from each picture, that of its answer or of its true digit, and then the mean.",
        right=lambda probs, y: torch.stack([probs.amax(1).mean(), of_truth(probs, y).mean()]),
        inputs=probabilities_and_digits,
        errors=NO_VALUES,
        cases=[
            Case(torch.tensor([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3]]), torch.tensor([0, 2])),
            Case(torch.tensor([[0.1, 0.5, 0.4]]), torch.tensor([2]), rule="One picture: its own two probabilities."),
            Case(torch.tensor([[0.5, 0.5], [0.9, 0.1], [0.2, 0.8]]), torch.tensor([0, 0, 0]),
                 rule="A digit may be absent, and others frequent: the mean is over pictures."),
            Case(torch.tensor([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1]]), torch.tensor([1, 0]),
                 rule="Where every answer is wrong, the model may be sure all the same."),
        ],
        wrong={
            "Both faults are still there: the first is the same for every model, the second mixes the pictures.":
                lambda probs, y: (probs.mean(), probs[:, y].mean()),
            "p_truth is right. p_answer averages a row that sums to 1, so it is 1 / K for every model.":
                lambda probs, y: (probs.mean(), of_truth(probs, y).mean()),
            "p_answer is right. p_truth takes the column of each y from every picture, as probs[:, y] does.":
                lambda probs, y: (probs.amax(1).mean(), probs[:, y].mean()),
            "p_truth is right. p_answer has the largest of each column: a column is a digit, not a picture.":
                lambda probs, y: (probs.amax(0).mean(), of_truth(probs, y).mean()),
            "p_truth is right. p_answer is the largest of all: each picture has an answer of its own.":
                lambda probs, y: (probs.max(), of_truth(probs, y).mean()),
            "p_answer is there twice. How sure the model is and what the true digit gets are two things.":
                lambda probs, y: (probs.amax(1).mean(), probs.amax(1).mean()),
            "p_answer is right. p_truth is the share of right answers: it counts, without probabilities.":
                lambda probs, y: (probs.amax(1).mean(), (probs.argmax(dim=1) == y).double().mean()),
            "p_answer is right. p_truth is the loss: here the mean is of p itself, not of −log p.":
                lambda probs, y: (probs.amax(1).mean(), -of_truth(probs, y).log().mean()),
            "p_answer is right. p_truth is divided by pictures times classes: one number a picture is left.":
                lambda probs, y: (probs.amax(1).mean(), of_truth(probs, y).mean() / probs.shape[1]),
            "p_answer is right. In p_truth each digit counts alike here. Each picture should.":
                lambda probs, y: (probs.amax(1).mean(), mean_of_each(of_truth(probs, y), y)),
        },
    ),
    Function(
        "09.5", "Over the edge",
        rule="Each row of 8 pixels moves to the right by itself; what leaves is gone, what comes in is 0.",
        right=lambda X, k: moved(X, right=k),
        inputs=pictures,
        cases=[
            one_pixel(2, 3, 1),
            one_pixel(2, 7, 1, rule="Ink that leaves on the right is gone."),
            one_pixel(7, 6, 3, rule="Ink that leaves in the last row is gone, too."),
            Case(torch.ones(2, 64), 8, rule="Moved by 8 pixels, nothing is left.", shown="two all-ink pictures, k = 8"),
        ],
        wrong={
            "Ink that leaves a row on the right comes back in the next one. Where do rows end in the 64 numbers?":
                lambda X, k: X.roll(k, dims=1),
            "The top row is right. In the others, the end of the row before comes in on the left.":
                lambda X, k: F.pad(X, (k, -k)),
            "The rows are kept apart. But ink that leaves on the right comes back on the left.":
                lambda X, k: X.reshape(-1, 8, 8).roll(k, dims=2).reshape(-1, 64),
            "This moves to the left.":
                lambda X, k: moved(X, right=-k),
            "This moves down: which axis of (n, 8, 8) counts the columns?":
                lambda X, k: moved(X, down=k),
            "This moves up: which axis counts the columns, and on which side do they leave?":
                lambda X, k: moved(X, down=-k),
            "This moves by one pixel, whatever k is.":
                lambda X, k: moved(X, right=1),
            "The old pixels stay where nothing new arrives: the first k columns should be 0.":
                lambda X, k: moved(X, right=k) + X * (torch.arange(64) % 8 < k),
            "The edge is copied into the columns that come in. They should be 0.":
                lambda X, k: moved(X, right=k, mode="replicate"),
            "Columns are blanked, but nothing has moved.":
                lambda X, k: X * (torch.arange(64) % 8 >= k),
            "The blank columns are on the wrong side: they come in on the left.":
                lambda X, k: (X.reshape(-1, 8, 8).roll(k, dims=2) * (torch.arange(8) < 8 - k)).reshape(-1, 64),
        },
    ),
    Function(
        "09.6", "Patience",
        rule="The epoch of the lowest validation loss among those that were run before the patience ended.",
        right=lambda train_losses, val_losses, patience: run(val_losses, patience)[0],
        inputs=curves,
        cases=[
            curve([0.9, 0.6, 0.5, 0.7, 0.6, 0.4], 2, "Whoever has stopped does not see what would have come later."),
            curve([0.9, 0.7, 0.6], 1, "A loss that falls to the end needs no patience."),
            curve([0.5, 0.5, 0.5, 0.3], 2, "An equal loss is no lower one: it uses up patience."),
            curve([0.7], 3, "One epoch was run: its weights are all there is."),
            curve([0.4, 0.8, 0.6, 0.7, 0.3], 3, "A fall that stays above the lowest so far uses up patience."),
            curve([0.7, 0.9, 0.6, 0.8, 0.5], 2, "A new lowest loss gives all the patience back."),
        ],
        wrong={
            "This is the last epoch that was run. Whose weights were the best until then?":
                lambda train, val, patience: run(val, patience)[1],
            "If patience ends it, this is the epoch of the stop. The kept weights are older.":
                lambda train, val, patience: run(val, patience)[run(val, patience)[2]],
            "If the list ends before the patience, this is its last epoch, whether lowest or not.":
                lambda train, val, patience: run(val, patience)[1 - run(val, patience)[2]],
            "This is the lowest of all. Training had perhaps stopped before it came.":
                lambda train, val, patience: val.argmin(),
            "This is the lowest training loss. It says nothing of pictures that were not trained on.":
                lambda train, val, patience: train.argmin(),
            "This watches the training loss. Which loss tells when overfitting begins?":
                lambda train, val, patience: run(train, patience)[0],
            "This stops at the first rise, whatever the patience is.":
                lambda train, val, patience: run(val, 1, lambda loss, before: loss <= before[-1])[0],
            "This stops at the first epoch without a new lowest loss, whatever the patience is.":
                lambda train, val, patience: run(val, 1)[0],
            "This waits for one epoch too many.":
                lambda train, val, patience: run(val, patience + 1)[0],
            "This waits for one epoch too few.":
                lambda train, val, patience: run(val, max(patience - 1, 1))[0],
            "This takes back its impatience whenever the loss falls. It must fall below the lowest so far.":
                lambda train, val, patience: run(val, patience, lambda loss, before: loss < before[-1])[0],
            "The count goes on after a new lowest loss. It is of epochs in a row: begin anew.":
                lambda train, val, patience: run(val, patience, forgives=False)[0],
            "An equal loss counts as a new lowest one here. It is not lower.":
                lambda train, val, patience: run(val - 0.001 * torch.arange(len(val)), patience)[0],
            "This goes back from the last epoch by the patience. If the list ends first, the best may be nearer.":
                lambda train, val, patience: run(val, patience)[1] - patience,
            "This is one epoch too late. They count from 0.":
                lambda train, val, patience: run(val, patience)[0] + 1,
            "This is the loss. Its epoch is asked for.":
                lambda train, val, patience: val[run(val, patience)[0]],
        },
    ),
]
