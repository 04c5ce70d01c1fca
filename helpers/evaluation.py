"""How well a classifier does, drawn: ROC curve, reliability diagram, confusion matrix; and samples as pictures."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes
from sklearn.metrics import roc_curve
from torch import Tensor

from helpers.validation import check_binary_labels, check_probabilities


def plot_roc(y: Tensor, scores: Tensor, *, ax: Axes | None = None, **style: object) -> Axes:
    """Draw the share of positives above a threshold against that of negatives, for every threshold on ``scores``.

    y and scores are (n_samples, 1); scores may be probabilities or logits, as only their order counts. The grey
    diagonal is what scores without information give on average. ``style`` goes to ``Axes.plot``. Fawcett, "An
    introduction to ROC analysis", 2006.

    >>> y, scores = torch.tensor([[0.0], [1.0], [0.0], [1.0]]), torch.tensor([[0.1], [0.4], [0.5], [0.8]])
    >>> ax = plot_roc(y, scores)
    >>> ax.lines[-1].get_ydata().tolist()  # from the highest threshold, above all scores, down
    [0.0, 0.5, 0.5, 1.0, 1.0]
    >>> plt.close(ax.figure)
    """
    check_binary_labels(y, len(scores))
    if scores.shape != y.shape:
        raise ValueError(f"scores must have the shape of y, {tuple(y.shape)}. Got {tuple(scores.shape)}.")
    if not 0 < y.sum() < len(y):
        raise ValueError(f"An ROC curve needs both classes. Got {len(y)} labels {y[0].item():g}: take more samples.")
    values = torch.unique(scores)
    if len(values) <= 2 < len(y):
        raise ValueError(
            f"scores must rank the samples. Got the values {values.tolist()}, as hard labels have: pass probabilities "
            "or logits."
        )
    false_alarms, found, _ = roc_curve(y[:, 0], scores[:, 0].detach())
    ax = ax or plt.subplots(figsize=(4.4, 4.2))[1]
    ax.plot([0, 1], [0, 1], color="0.6", linewidth=1, zorder=1)
    ax.plot(false_alarms, found, **style)
    ax.set(xlabel="1 − specificity", ylabel="sensitivity", xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    return ax


def plot_reliability(probs: Tensor, y: Tensor, *, ax: Axes | None = None, **style: object) -> Axes:
    """Draw the share of 1s against the mean probability in five groups of equal width, with 95 % intervals.

    probs and y are (n_samples, 1). The number beside a dot counts its samples. Intervals are Wilson's, which stay
    within [0, 1] and keep their promise in small groups (Brown, Cai, DasGupta, "Interval estimation for a binomial
    proportion", 2001). ``style`` goes to ``Axes.errorbar``.

    >>> ax = plot_reliability(torch.tensor([[0.1], [0.9], [0.95]]), torch.tensor([[0.0], [1.0], [1.0]]))
    >>> [text.get_text() for text in ax.texts]
    ['1', '2']
    >>> plt.close(ax.figure)
    """
    check_binary_labels(y, len(probs))
    check_probabilities(probs)
    ax = ax or plt.subplots(figsize=(4.4, 4.2))[1]
    ax.plot([0, 1], [0, 1], color="0.6", linewidth=1, zorder=1)
    rows = []
    for group in range(5):
        inside = (5 * probs).long().clamp(max=4) == group
        if n := int(inside.sum()):
            mean, share = probs[inside].mean().item(), y[inside].mean().item()
            rows.append((mean, share, *wilson_interval(share, n)))
            ax.annotate(str(n), (mean, share), xytext=(6, -13), textcoords="offset points")
    mean, share, low, high = np.array(rows).T
    look = {"fmt": "o-", "capsize": 3, "markersize": 5, "linewidth": 1.4} | style
    ax.errorbar(mean, share, yerr=(share - low, high - share), **look)
    ax.set(xlabel="mean p of a group", ylabel="share of 1s", xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    return ax


def wilson_interval(share: float, n_samples: int) -> tuple[float, float]:
    """Return a 95 % interval for a probability, from the share seen in n_samples independent samples (Wilson, 1927).

    It holds the probabilities p from which the share is at most 1.96 standard errors √(p(1 − p)/n) away.

    >>> low, high = wilson_interval(1.0, 50)
    >>> f"{low:.3f} to {high:.3f}"
    '0.929 to 1.000'
    """
    squared = 1.96**2 / n_samples
    middle = (share + squared / 2) / (1 + squared)
    half = (squared * (share * (1 - share) + squared / 4)) ** 0.5 / (1 + squared)
    return max(0.0, middle - half), min(1.0, middle + half)


def plot_confusion(counts: Tensor, names: Sequence[str], *, ax: Axes | None = None) -> Axes:
    """Draw a confusion matrix (n_classes, n_classes) of counts: a row for each true class, a column for each answer.

    >>> ax = plot_confusion(torch.tensor([[90, 4], [6, 42]]), ("benign", "malignant"))
    >>> [text.get_text() for text in ax.texts]
    ['90', '4', '6', '42']
    >>> plt.close(ax.figure)
    """
    if counts.shape != (len(names), len(names)):
        raise ValueError(
            f"counts must have a row and a column for each of the {len(names)} names. Got {tuple(counts.shape)}: count "
            "all pairs of a true and an answered class."
        )
    ax = ax or plt.subplots(figsize=(4.4, 4.0))[1]
    # Each row by its own sum, so that a rare class is seen as well as a common one.
    shares = counts / counts.sum(dim=1, keepdim=True).clamp(min=1)
    ax.imshow(shares.numpy(), cmap="Blues", vmin=0, vmax=1.6)
    for row, column in np.ndindex(*counts.shape):
        shown = counts[row, column].item()
        weight = "bold" if row == column else "normal"
        ax.text(column, row, shown, ha="center", va="center", weight=weight, color="black" if shown else "0.6")
    ax.set_xticks(range(len(names)), names)
    ax.set_yticks(range(len(names)), names)
    ax.set(xlabel="answer", ylabel="truth")
    ax.grid(False)
    return ax


def plot_pictures(
    X: Tensor, *, titles: Sequence[str] = (), n_columns: int = 10, signed: bool = False, ax: Axes | None = None
) -> Axes:
    """Draw rows of X (n_pictures, 64) as pictures of 8 × 8 pixels side by side, each below its title.

    From white (0) to black (the largest value of all); or, if ``signed``, from violet over white (0) to orange, as far
    on both sides.

    >>> ax = plot_pictures(torch.eye(64)[:3], titles=("a", "b", "c"), n_columns=2)
    >>> [text.get_text() for text in ax.texts]
    ['a', 'b', 'c']
    >>> plt.close(ax.figure)
    """
    if X.ndim != 2 or X.shape[1] != 64:
        raise ValueError(f"X must have the shape (n_pictures, 64). Got {tuple(X.shape)}: pass X.reshape(-1, 64).")
    n_rows = -(-len(X) // n_columns)
    wide, high = 9, 11 if titles else 9  # a picture with the gap beside it, and with its title
    sheet = np.full((n_rows * high, n_columns * wide), np.nan)
    ax = ax or plt.subplots(figsize=(0.95 * n_columns, 0.105 * n_rows * high))[1]
    for i, picture in enumerate(X.detach().reshape(-1, 8, 8)):
        top, left = i // n_columns * high + high - 8, i % n_columns * wide
        sheet[top : top + 8, left : left + 8] = picture
        if titles:
            ax.text(
                left + 3.5, top - 0.8, titles[i], ha="center", va="bottom", fontsize=plt.rcParams["xtick.labelsize"]
            )
    limit = X.abs().max().item()
    ax.imshow(sheet, cmap="PuOr_r" if signed else "Greys", vmin=-limit if signed else 0, vmax=limit)
    ax.axis("off")
    return ax
