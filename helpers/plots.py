"""Plots over one variable: Axes in, Axes out; nothing is shown, saved or trained here. ``maps`` has the plane."""

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes
from torch import Tensor

from helpers.styles import BOUNDARY_COLOR, CLASS_STYLES, LOSS_STYLES
from helpers.validation import check_binary_labels, check_features


def plot_binary_data(
    X: Tensor, y: Tensor, *, names: tuple[str, str] = ("class 0", "class 1"), alpha: float = 1.0, ax: Axes | None = None
) -> Axes:
    """Draw samples of one feature, X and y (n_samples, 1), at the heights of their labels, 0 and 1.

    >>> ax = plot_binary_data(torch.tensor([[1.0], [4.0]]), torch.tensor([[0.0], [1.0]]))
    >>> ax.get_legend_handles_labels()[1]
    ['class 0', 'class 1']
    >>> plt.close(ax.figure)
    """
    check_features(X, n_features=1)
    check_binary_labels(y, len(X))
    ax = ax or plt.subplots()[1]
    for k, name in enumerate(names):
        chosen = y[:, 0] == k
        look = {**CLASS_STYLES[k], "edgecolor": "black" if alpha == 1 else "none", "linewidth": 0.6, "zorder": 3}
        ax.scatter(X[chosen, 0], y[chosen, 0], alpha=alpha, **look)
        ax.scatter([], [], label=name, **look)  # for the legend, where a faint marker could not be seen
    return ax


def plot_sigmoid(w: float, b: float, x: Tensor, *, ax: Axes | None = None, **style: object) -> Axes:
    """Draw p = σ(wx + b) over ``x`` (n,), and a dotted line at the boundary −b/w where p = ½, if it lies within.

    ``style`` goes to ``Axes.plot``: color, linestyle, label, ...

    >>> ax = plot_sigmoid(2.0, -1.0, torch.linspace(-5, 5, 11))
    >>> ax.lines[1].get_xdata()
    [0.5, 0.5]
    >>> plt.close(ax.figure)
    """
    ax = ax or plt.subplots()[1]
    ax.plot(x, torch.sigmoid(w * x + b), **style)
    if w != 0 and x.min() <= -b / w <= x.max():
        ax.axvline(-b / w, color=BOUNDARY_COLOR, linewidth=1.2, linestyle=":", zorder=1)
    return ax


def plot_loss_curve(
    epoch: Tensor, loss: Tensor, *, name: str, label: str | None = None, log: bool = False, ax: Axes | None = None
) -> Axes:
    """Draw a loss over the epochs, both (n_records,), in the colour that this loss, a key of LOSS_STYLES, always has.

    With ``log`` both axes are logarithmic, and epoch e is drawn at e + 1.

    >>> ax = plot_loss_curve(torch.arange(3), torch.tensor([0.7, 0.5, 0.4]), name="BCE")
    >>> ax.get_ylabel()
    'loss (nats)'
    >>> plt.close(ax.figure)
    """
    ax = ax or plt.subplots()[1]
    ax.plot(epoch + 1 if log else epoch, loss, label=label or name, **LOSS_STYLES[name])
    ax.set(xlabel="epoch + 1" if log else "epoch", ylabel="loss" if name == "MSE" else "loss (nats)")
    if log:
        ax.set(xscale="log", yscale="log")
    return ax


def label_lines(ax: Axes) -> None:
    """Write the label of each line where it ends or leaves the axes, in its colour, in place of a legend.

    Call it when all lines are drawn and the limits are set.

    >>> ax = plot_loss_curve(torch.arange(3), torch.tensor([0.7, 0.5, 0.4]), name="BCE")
    >>> label_lines(ax)
    >>> [text.get_text() for text in ax.texts]
    ['BCE']
    >>> plt.close(ax.figure)
    """
    ax.figure.draw_without_rendering()  # so that the axes have their height
    lines = [line for line in ax.lines if not str(line.get_label()).startswith("_")]
    ends = []
    for line in lines:
        points = (line.get_transform() - ax.transAxes).transform(line.get_xydata())  # as fractions of the axes
        last = np.flatnonzero(_inside(points))[-1]
        way_out = np.linspace(points[last], points[min(last + 1, len(points) - 1)], 101)
        ends.append(way_out[_inside(way_out)][-1])
    gap = 1.25 * plt.rcParams["font.size"] / (ax.get_window_extent().height * 72 / ax.figure.dpi)
    height = -gap / 2  # the lowest label stands above the axis
    for (x, y), line in sorted(zip(ends, lines, strict=True), key=lambda pair: pair[0][1]):
        height = max(y, height + gap)
        ax.annotate(
            line.get_label(), (x, height), xycoords="axes fraction", xytext=(6, 0), textcoords="offset points",
            color=line.get_color(), fontsize=plt.rcParams["font.size"], va="center",
        )  # fmt: skip


def _inside(points: np.ndarray) -> np.ndarray:
    return ((points >= -1e-9) & (points <= 1 + 1e-9)).all(axis=1)


def plot_covariance_ellipse(center: Tensor, covariance: Tensor, *, ax: Axes | None = None, **style: object) -> Axes:
    """Draw the ellipse that holds 95 % of a normal distribution with this center (2,) and covariance (2, 2).

    Its points are at the squared Mahalanobis distance −2 ln 0.05, the quantile of the chi-squared distribution with
    two degrees of freedom. ``style`` goes to ``Axes.plot``.

    >>> ax = plot_covariance_ellipse(torch.zeros(2), torch.eye(2))
    >>> f"{ax.lines[0].get_xdata().max():.3f}"  # √(−2 ln 0.05)
    '2.448'
    >>> plt.close(ax.figure)
    """
    angle = torch.linspace(0, 2 * torch.pi, 201, dtype=covariance.dtype)
    circle = torch.stack([angle.cos(), angle.sin()])
    x, y = center.unsqueeze(1) + (-2 * np.log(0.05)) ** 0.5 * torch.linalg.cholesky(covariance) @ circle
    ax = ax or plt.subplots()[1]
    ax.plot(x, y, **style)
    return ax
