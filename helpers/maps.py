"""Plots over a plane, of two features, of (w, b), or of three probabilities: Axes in, Axes out."""

from collections.abc import Callable, Mapping

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, LogNorm, to_rgb
from matplotlib.patches import Patch
from matplotlib.ticker import LogLocator
from torch import Tensor

from helpers.grids import LossSurface, probability_grid
from helpers.styles import BOUNDARY_COLOR, CLASS_STYLES, LOSS_STYLES, PROBABILITY_CMAP
from helpers.validation import check_binary_labels, check_class_labels, check_features, check_probabilities

Classifier = Callable[[Tensor], Tensor]


def _scatter_classes(points: Tensor, classes: Tensor, ax: Axes) -> None:
    for k, style in enumerate(CLASS_STYLES[: int(classes.max()) + 1]):
        x, y = points[classes == k].T
        ax.scatter(x, y, **style, s=48, label=f"class {k}", edgecolor="black", linewidth=0.7, zorder=3)


def plot_decision_boundary(predict: Classifier, X: Tensor, y: Tensor, *, ax: Axes | None = None) -> Axes:
    """Draw P(class 1) as a map centred at ½, its boundary as a black line, and the samples.

    ``predict`` maps features (m, 2) to probabilities (m, 1); X is (n_samples, 2), y (n_samples, 1) of 0 and 1.

    >>> X, y = torch.tensor([[0.0, 0.0], [1.0, 1.0]]), torch.tensor([[0.0], [1.0]])
    >>> ax = plot_decision_boundary(lambda X: torch.sigmoid(X[:, :1]), X, y)
    >>> ax.figure.axes[-1].get_ylabel()
    'P(class 1)'
    >>> plt.close(ax.figure)
    """
    check_features(X, n_features=2)
    check_binary_labels(y, len(X))
    x1, x2, probs = probability_grid(predict, X)
    if probs.shape[2] != 1:
        raise ValueError(f"predict must return P(class 1). Got {probs.shape[2]} columns: use plot_decision_regions.")
    ax = ax or plt.subplots()[1]
    mesh = ax.pcolormesh(
        x1.numpy(), x2.numpy(), probs[:, :, 0].numpy(), cmap=PROBABILITY_CMAP, vmin=0, vmax=1, rasterized=True
    )
    ax.figure.colorbar(mesh, ax=ax, label="P(class 1)", ticks=[0, 0.25, 0.5, 0.75, 1])
    if probs.min() < 0.5 < probs.max():
        ax.contour(x1, x2, probs[:, :, 0], levels=[0.5], colors=BOUNDARY_COLOR, linewidths=1.8)
    ax.grid(False)
    _scatter_classes(X, y[:, 0], ax)
    return ax


def plot_decision_regions(predict: Classifier, X: Tensor, y: Tensor, *, ax: Axes | None = None) -> Axes:
    """Tint each point of the plane with its most probable class, the deeper the more probable, and draw the samples.

    ``predict`` maps features (m, 2) to probabilities (m, 3); X is (n_samples, 2), y (n_samples,) int64.

    >>> X, y = torch.tensor([[0.0, 0.0], [1.0, 1.0], [2.0, 0.0]]), torch.tensor([0, 1, 2])
    >>> ax = plot_decision_regions(lambda X: torch.softmax(torch.cat([X, -X[:, :1]], dim=1), dim=1), X, y)
    >>> ax.get_legend_handles_labels()[1]
    ['class 0', 'class 1', 'class 2']
    >>> plt.close(ax.figure)
    """
    x1, x2, probs = probability_grid(predict, X)
    n_classes = probs.shape[2]
    check_class_labels(y, len(X), n_classes)
    best, winner = probs.max(dim=2)
    # From almost white where no class leads to the tint of the probability map where one is certain.
    depth = (0.1 + 0.5 * (best - 1 / n_classes) / (1 - 1 / n_classes)).unsqueeze(2).double().numpy()
    colors = np.array([to_rgb(style["color"]) for style in CLASS_STYLES])[winner]
    ax = ax or plt.subplots()[1]
    corners = [x1[0].item(), x1[-1].item(), x2[0].item(), x2[-1].item()]
    ax.imshow(1 - depth + depth * colors, origin="lower", extent=corners, aspect="auto", interpolation="nearest")
    for k in range(n_classes):
        lead = probs[:, :, k] - torch.cat([probs[:, :, :k], probs[:, :, k + 1 :]], dim=2).amax(dim=2)
        if lead.min() < 0 < lead.max():
            ax.contour(x1, x2, lead, levels=[0.0], colors=BOUNDARY_COLOR, linewidths=1.2)
    ax.grid(False)
    _scatter_classes(X, y, ax)
    return ax


def plot_loss_surface(
    surface: LossSurface, paths: Mapping[str, Tensor] | None = None, *, name: str, ax: Axes | None = None
) -> Axes:
    """Draw a positive loss over (w, b) as filled contours on a logarithmic scale, with the paths of training runs.

    ``name`` is a key of LOSS_STYLES; ``paths`` maps the label of each run to its (w, b) in order, (n_steps, 2). A path
    starts at a circle and ends at a diamond.

    >>> surface = LossSurface(torch.arange(3.0), torch.arange(2.0), torch.arange(1.0, 7.0).reshape(2, 3))
    >>> ax = plot_loss_surface(surface, {"run": torch.zeros(5, 2)}, name="BCE")
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('w', 'b')
    >>> plt.close(ax.figure)
    """
    w, b, loss = surface
    ax = ax or plt.subplots()[1]
    low, high = loss.min().item(), loss.max().item()
    levels = np.geomspace(low, high * (1 + 1e-9), 22)
    mesh = ax.contourf(w, b, loss, levels=levels, norm=LogNorm(low, high), cmap="cividis")
    ticks = LogLocator(subs=(1, 2, 5))
    bar = ax.figure.colorbar(mesh, ax=ax, label=f"{name} (log scale)", ticks=ticks, format="%.3g")
    bar.ax.minorticks_off()
    for label, path in (paths or {}).items():
        ax.plot(*path.T, color="white", linewidth=4, solid_capstyle="round")
        ax.plot(*path.T, color=LOSS_STYLES[name]["color"], linewidth=2, label=label)
        ax.plot(*path[0], marker="o", color="white", markeredgecolor="black", linestyle="none")
        ax.plot(*path[-1], marker="D", color="white", markeredgecolor="black", linestyle="none")
    ax.set(xlabel="w", ylabel="b", xlim=w[[0, -1]].tolist(), ylim=b[[0, -1]].tolist())
    ax.grid(False)
    return ax


def plot_arrival_map(
    w: Tensor, b: Tensor, epochs: Tensor, *, limits: tuple[float, float], ax: Axes | None = None
) -> Axes:
    """Colour each start by the ``epochs`` (n_b, n_w) that training from it needs; hatch those that are inf.

    ``w`` (n_w,) and ``b`` (n_b,) are the starts; ``limits`` the epochs at both ends of the logarithmic colour scale.

    >>> epochs = torch.tensor([[10.0, 20.0, torch.inf], [10.0, 40.0, 80.0]])
    >>> ax = plot_arrival_map(torch.arange(3.0), torch.arange(2.0), epochs, limits=(10, 100))
    >>> ax.get_legend().get_texts()[0].get_text()
    'not arrived'
    >>> plt.close(ax.figure)
    """
    ax = ax or plt.subplots()[1]
    missing = epochs.isinf().numpy()
    arrived = np.ma.masked_array(epochs.numpy(), missing)
    w, b = w.numpy(), b.numpy()
    mesh = ax.pcolormesh(w, b, arrived, norm=LogNorm(*limits), cmap="cividis", rasterized=True)
    ax.figure.colorbar(mesh, ax=ax, label="epochs needed (log scale)")
    if missing.any():
        # One polygon a cell: contours would run between the cells.
        cells = np.ma.masked_array(missing.astype(float), ~missing)
        look = {"edgecolor": "0.45", "hatch": "///", "linewidth": 0}
        ax.pcolor(w, b, cells, cmap=ListedColormap(["0.85"]), antialiased=False, **look)
        ax.legend(handles=[Patch(**look, facecolor="0.85", label="not arrived")], loc="upper left")
    ax.set(xlabel="w at the start", ylabel="b at the start")
    ax.grid(False)
    return ax


def plot_simplex(probs: Tensor, y: Tensor, *, ax: Axes | None = None) -> Axes:
    """Draw probabilities (n_samples, 3) in a triangle, each sample as its true class ``y`` (n_samples,) int64.

    Each corner is certainty, the middle is ignorance, and on the dotted lines two classes tie for the lead.

    >>> ax = plot_simplex(torch.tensor([[1.0, 0.0, 0.0], [0.2, 0.3, 0.5]]), torch.tensor([0, 2]))
    >>> [text.get_text() for text in ax.texts]
    ['class 0', 'class 1', 'class 2']
    >>> plt.close(ax.figure)
    """
    check_probabilities(probs, sum_to_one=True)
    check_class_labels(y, len(probs), 3)
    ax = ax or plt.subplots()[1]
    corners = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.5, 3**0.5 / 2]], dtype=probs.dtype)
    ax.fill(*corners.T, facecolor="none", edgecolor="black", linewidth=1.2)
    for k, corner in enumerate(corners):
        # From the middle to the middle of a side: here the two largest probabilities are equal.
        side = (corners.sum(dim=0) - corner) / 2
        ax.plot(*torch.stack([corners.mean(dim=0), side]).T, color="#999999", linewidth=1, linestyle=":")
        below = (0, 8) if k == 2 else (0, -14)
        ax.annotate(f"class {k}", corner.tolist(), xytext=below, textcoords="offset points", ha="center")
    _scatter_classes(probs @ corners, y, ax)
    ax.set(xlim=(-0.12, 1.12), ylim=(-0.12, 1.0), aspect="equal")
    ax.axis("off")
    return ax
