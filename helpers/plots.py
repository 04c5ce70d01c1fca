"""Plots of the course: Axes in, Axes out; nothing is shown, saved or trained here.

Colours have one meaning each, in every notebook: a class is a colour and a marker (``CLASS_STYLES``), a loss
is a colour and a line style (``LOSS_STYLES``), what is true but unknown in practice is a red dashed line.
"""

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, LogNorm, to_rgb
from matplotlib.patches import Patch
from torch import Tensor

from helpers.grids import LossSurface, probability_grid
from helpers.validation import check_binary_labels, check_class_labels, check_features, check_finite

__all__ = [
    "BOUNDARY_COLOR",
    "CLASS_STYLES",
    "LOSS_STYLES",
    "PROBABILITY_CMAP",
    "TRUTH_STYLE",
    "plot_arrival_map",
    "plot_binary_data",
    "plot_covariance_ellipse",
    "plot_decision_boundary",
    "plot_decision_regions",
    "plot_loss_curve",
    "plot_loss_surface",
    "plot_points",
    "plot_sigmoid",
    "plot_simplex",
]


def _tint(color: str, depth: float = 0.6) -> tuple[float, ...]:
    """Mix a colour with white; depth 1 is the colour itself."""
    return tuple(1 - depth * (1 - channel) for channel in to_rgb(color))


# Okabe and Ito (2008), "Color Universal Design": one colour and one marker for each class.
CLASS_STYLES = (
    {"color": "#0072B2", "marker": "o"},
    {"color": "#E69F00", "marker": "s"},
    {"color": "#CC79A7", "marker": "^"},
)
LOSS_STYLES = {
    "BCE": {"color": "#009E73", "linestyle": "-"},
    "cross-entropy": {"color": "#009E73", "linestyle": "-"},
    "MSE": {"color": "#882255", "linestyle": "-."},
}
TRUTH_STYLE = {"color": "#D50000", "linestyle": "--"}
BOUNDARY_COLOR = "black"
# From a tint of class 0's colour over white at 1/2 to one of class 1's: light enough for the markers on top.
PROBABILITY_CMAP = LinearSegmentedColormap.from_list(
    "probability", [_tint(CLASS_STYLES[0]["color"]), "white", _tint(CLASS_STYLES[1]["color"])]
)


def _axes(ax: Axes | None) -> Axes:
    return plt.subplots()[1] if ax is None else ax


def _class_style(k: int) -> dict[str, str]:
    if k >= len(CLASS_STYLES):
        raise ValueError(
            f"n_classes must be at most {len(CLASS_STYLES)} to draw them apart. Got class {k}: "
            "draw fewer classes, or add a colour and a marker to CLASS_STYLES."
        )
    return CLASS_STYLES[k]


def _check_names(names: Sequence[str], n_classes: int) -> None:
    if len(names) != n_classes:
        raise ValueError(f"names must hold {n_classes} texts. Got {len(names)}: pass one for each class, in order.")


def plot_binary_data(
    X: Tensor, y: Tensor, *, names: Sequence[str] = ("class 0", "class 1"), alpha: float = 1.0, ax: Axes | None = None
) -> Axes:
    """Draw the samples of one feature at the heights of their labels, 0 and 1.

    Parameters
    ----------
    X, y : Tensor of shape (n_samples, 1), float
        One feature, and labels 0 or 1.
    names : two texts
        What the legend calls the classes.
    alpha : float
        Opacity in [0, 1]; low for many samples.
    ax : Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError, ValueError
        If X has not one feature, a label is not 0 or 1, or there are not two names.

    Examples
    --------
    >>> ax = plot_binary_data(torch.tensor([[1.0], [4.0]]), torch.tensor([[0.0], [1.0]]))
    >>> ax.get_legend_handles_labels()[1]
    ['class 0', 'class 1']
    >>> plt.close(ax.figure)
    """
    check_features(X, n_features=1, purpose="draw labels over one feature")
    check_binary_labels(y, len(X))
    _check_names(names, 2)
    ax = _axes(ax)
    for k, name in enumerate(names):
        chosen = y[:, 0] == k
        look = {**_class_style(k), "edgecolor": "black" if alpha == 1 else "none", "linewidth": 0.6, "zorder": 3}
        ax.scatter(X[chosen, 0], y[chosen, 0], alpha=alpha, **look)
        ax.scatter([], [], label=name, **look)  # for the legend, where a faint marker could not be seen
    return ax


def plot_sigmoid(
    w: float, b: float, x: Tensor, *, label: str | None = None, boundary: bool = True, ax: Axes | None = None, **style
) -> Axes:
    """Draw p = σ(wx + b) over ``x``, and the boundary −b/w where p = ½.

    Parameters
    ----------
    w, b : float
        Slope and intercept of the log-odds; finite.
    x : Tensor of shape (n,), float
        Where to compute the curve.
    label : str, optional
        What the legend calls the curve.
    boundary : bool
        Whether to mark −b/w, if it lies within ``x``.
    ax : Axes, optional
        Where to draw; a new figure if left out.
    **style
        Passed to ``Axes.plot``.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError, ValueError
        If w or b is not a finite number.

    Examples
    --------
    >>> ax = plot_sigmoid(1.0, 0.0, torch.linspace(-5, 5, 11))
    >>> len(ax.lines)
    2
    >>> plt.close(ax.figure)
    """
    w, b = check_finite(w, "w"), check_finite(b, "b")
    ax = _axes(ax)
    ax.plot(x, torch.sigmoid(w * x + b), label=label, **style)
    if boundary and w != 0 and x.min() <= -b / w <= x.max():
        ax.axvline(-b / w, color=BOUNDARY_COLOR, linewidth=1.2, linestyle=":", zorder=1)
    return ax


def plot_loss_curve(
    epoch: Tensor, loss: Tensor, *, name: str, label: str | None = None, log: bool = False, ax: Axes | None = None
) -> Axes:
    """Draw a loss over the epochs, in the colour that this loss has everywhere.

    Parameters
    ----------
    epoch, loss : Tensor of shape (n_records,)
        As a ``History`` holds them.
    name : {"BCE", "cross-entropy", "MSE"}
        Which loss it is.
    label : str, optional
        What the legend calls the curve; its name if left out.
    log : bool
        Whether both axes are logarithmic; epoch e is then drawn at e + 1.
    ax : Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If the name is unknown or the lengths differ.

    Examples
    --------
    >>> ax = plot_loss_curve(torch.arange(3), torch.tensor([0.7, 0.5, 0.4]), name="BCE")
    >>> ax.get_ylabel()
    'loss (nats)'
    >>> plt.close(ax.figure)
    """
    if name not in LOSS_STYLES:
        raise ValueError(f"name must be one of {', '.join(LOSS_STYLES)}. Got {name!r}: say which loss it is.")
    if len(epoch) != len(loss):
        raise ValueError(
            f"epoch and loss must have the same length. Got {len(epoch)} and {len(loss)}: pass both from one History."
        )
    ax = _axes(ax)
    ax.plot(epoch + 1 if log else epoch, loss, label=label or name, **LOSS_STYLES[name])
    ax.set_xlabel("epoch + 1" if log else "epoch")
    ax.set_ylabel("loss" if name == "MSE" else "loss (nats)")
    if log:
        ax.set(xscale="log", yscale="log")
    return ax


def plot_points(X: Tensor, y: Tensor, *, n_classes: int = 2, ax: Axes | None = None) -> Axes:
    """Draw samples of two features, each class with its colour and marker.

    Parameters
    ----------
    X : Tensor of shape (n_samples, 2), float
    y : Tensor of shape (n_samples, 1), float, for two classes; of shape (n_samples,), int64, for more
    n_classes : int
        2 or 3.
    ax : Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError, ValueError
        If X has not two features or the labels are of another kind.

    Examples
    --------
    >>> ax = plot_points(torch.zeros(2, 2), torch.tensor([[0.0], [1.0]]))
    >>> [text.get_text() for text in ax.get_legend_handles_labels()[0][0].axes.texts]
    []
    >>> plt.close(ax.figure)
    """
    check_features(X, n_features=2, purpose="draw samples in the plane")
    classes = check_binary_labels(y, len(X))[:, 0] if n_classes == 2 else check_class_labels(y, len(X), n_classes)
    styles = [_class_style(k) for k in range(n_classes)]
    ax = _axes(ax)
    for k, style in enumerate(styles):
        chosen = classes == k
        ax.scatter(
            X[chosen, 0], X[chosen, 1], **style, s=48, label=f"class {k}",
            edgecolor="black", linewidth=0.7, zorder=3,
        )  # fmt: skip
    return ax


def plot_decision_boundary(
    predict: Callable[[Tensor], Tensor], X: Tensor, y: Tensor, *, ax: Axes | None = None
) -> Axes:
    """Draw P(class 1) as a map centred at ½, its boundary as a black line, and the samples.

    Parameters
    ----------
    predict : callable
        Maps features (m, 2) to probabilities (m, 1).
    X : Tensor of shape (n_samples, 2), float
    y : Tensor of shape (n_samples, 1), float, 0 or 1
    ax : Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError, ValueError
        If X has not two features, a label is not 0 or 1, or ``predict`` returns no probabilities.

    Examples
    --------
    >>> X, y = torch.tensor([[0.0, 0.0], [1.0, 1.0]]), torch.tensor([[0.0], [1.0]])
    >>> ax = plot_decision_boundary(lambda X: torch.sigmoid(X[:, :1]), X, y)
    >>> ax.figure.axes[-1].get_ylabel()
    'P(class 1)'
    >>> plt.close(ax.figure)
    """
    grid = probability_grid(predict, X)
    if grid.probs.shape[2] != 1:
        raise ValueError(
            f"predict must return (m, 1) probabilities of class 1. Got {grid.probs.shape[2]} columns: "
            "use plot_decision_regions for more classes."
        )
    check_binary_labels(y, len(X))
    ax = _axes(ax)
    probs = grid.probs[:, :, 0]
    mesh = ax.pcolormesh(
        grid.x1.numpy(), grid.x2.numpy(), probs.numpy(), cmap=PROBABILITY_CMAP, vmin=0, vmax=1, rasterized=True
    )
    ax.figure.colorbar(mesh, ax=ax, label="P(class 1)", ticks=[0, 0.25, 0.5, 0.75, 1])
    if probs.min() < 0.5 < probs.max():
        ax.contour(grid.x1, grid.x2, probs, levels=[0.5], colors=BOUNDARY_COLOR, linewidths=1.8)
    ax.grid(False)
    return plot_points(X, y, ax=ax)


def plot_decision_regions(
    predict: Callable[[Tensor], Tensor], X: Tensor, y: Tensor, *, n_classes: int, ax: Axes | None = None
) -> Axes:
    """Tint each point of the plane with its most probable class, the deeper the more probable.

    Parameters
    ----------
    predict : callable
        Maps features (m, 2) to probabilities (m, n_classes) that sum to 1.
    X : Tensor of shape (n_samples, 2), float
    y : Tensor of shape (n_samples,), int64
    n_classes : int
        2 or 3.
    ax : Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError, ValueError
        If shapes or labels do not fit, or ``predict`` returns no probabilities.

    Examples
    --------
    >>> X, y = torch.tensor([[0.0, 0.0], [1.0, 1.0], [2.0, 0.0]]), torch.tensor([0, 1, 2])
    >>> W = torch.tensor([[-1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    >>> ax = plot_decision_regions(lambda X: torch.softmax(X @ W.T, dim=1), X, y, n_classes=3)
    >>> len(ax.images)
    1
    >>> plt.close(ax.figure)
    """
    grid = probability_grid(predict, X)
    if grid.probs.shape[2] != n_classes:
        raise ValueError(
            f"predict must return (m, {n_classes}) probabilities. Got {grid.probs.shape[2]} columns: "
            "n_classes is the number of outputs of the model."
        )
    sums = grid.probs.sum(dim=2)
    if not torch.allclose(sums, torch.ones_like(sums), atol=1e-4):
        raise ValueError(
            f"The probabilities of a point must sum to 1. Got sums from {sums.min():g} to {sums.max():g}: "
            "pass lambda X: torch.softmax(model(X), dim=1)."
        )
    check_class_labels(y, len(X), n_classes)
    class_colors = np.array([to_rgb(_class_style(k)["color"]) for k in range(n_classes)])
    ax = _axes(ax)
    best, winner = grid.probs.max(dim=2)
    # From almost white where no class leads to the tint of the probability map where one is certain.
    depth = (0.1 + 0.5 * (best - 1 / n_classes) / (1 - 1 / n_classes)).unsqueeze(2).double().numpy()
    colors = class_colors[winner.numpy()]
    x1, x2 = grid.x1.tolist(), grid.x2.tolist()
    ax.imshow(
        1 - depth + depth * colors, origin="lower", extent=(x1[0], x1[-1], x2[0], x2[-1]),
        aspect="auto", interpolation="nearest",
    )  # fmt: skip
    for k in range(n_classes):
        others = torch.cat([grid.probs[:, :, :k], grid.probs[:, :, k + 1 :]], dim=2)
        lead = grid.probs[:, :, k] - others.amax(dim=2)
        if lead.min() < 0 < lead.max():
            ax.contour(x1, x2, lead.numpy(), levels=[0.0], colors=BOUNDARY_COLOR, linewidths=1.2)
    ax.grid(False)
    if n_classes == 2:
        return plot_points(X, y.unsqueeze(1).float(), ax=ax)
    return plot_points(X, y, n_classes=n_classes, ax=ax)


def plot_loss_surface(
    surface: LossSurface, paths: Mapping[str, Tensor] | None = None, *, name: str, ax: Axes | None = None
) -> Axes:
    """Draw a loss over (w, b) as filled contours on a logarithmic scale, with the paths of training runs.

    Parameters
    ----------
    surface : LossSurface
        Positive losses over at least two values of w and of b.
    paths : dict of str to Tensor of shape (n_steps, 2), optional
        The (w, b) of each run, in order; the key is its name in the legend.
    name : {"BCE", "cross-entropy", "MSE"}
        Which loss it is; the colour of the paths.
    ax : Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If the surface is not positive and finite, the name is unknown, or a path has another shape.

    Examples
    --------
    >>> surface = LossSurface(torch.arange(3.0), torch.arange(2.0), torch.arange(1.0, 7.0).reshape(2, 3))
    >>> ax = plot_loss_surface(surface, {"run": torch.zeros(5, 2)}, name="BCE")
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('w', 'b')
    >>> plt.close(ax.figure)
    """
    if name not in LOSS_STYLES:
        raise ValueError(f"name must be one of {', '.join(LOSS_STYLES)}. Got {name!r}: say which loss it is.")
    fits = (surface.loss > 0) & surface.loss.isfinite()
    if not fits.all():
        raise ValueError(
            f"The surface must be positive and finite for its logarithmic scale. Got {surface.loss[~fits][0]:g}: "
            "leave out the points where the loss is 0 or inf."
        )
    for label, path in (paths or {}).items():
        if path.ndim != 2 or path.shape[1] != 2 or len(path) == 0:
            raise ValueError(
                f"A path must have the shape (n_steps, 2), w and b. Got {tuple(path.shape)} for {label!r}: "
                "stack both columns."
            )
    ax = _axes(ax)
    low, high = surface.loss.min().item(), surface.loss.max().item()
    levels = np.geomspace(low, high * (1 + 1e-9), 22)
    mesh = ax.contourf(surface.w, surface.b, surface.loss, levels=levels, norm=LogNorm(low, high), cmap="cividis")
    ticks = np.geomspace(low, high, 5)
    bar = ax.figure.colorbar(mesh, ax=ax, label=f"{name} (log scale)", ticks=ticks, format="%.3g")
    bar.ax.minorticks_off()
    for label, path in (paths or {}).items():
        ax.plot(path[:, 0], path[:, 1], color="white", linewidth=4, solid_capstyle="round")
        ax.plot(path[:, 0], path[:, 1], color=LOSS_STYLES[name]["color"], linewidth=2, label=label)
        ax.plot(*path[0], marker="o", color="white", markeredgecolor="black", linestyle="none")
        ax.plot(*path[-1], marker="D", color="white", markeredgecolor="black", linestyle="none")
    ax.set(xlabel="w", ylabel="b", xlim=surface.w[[0, -1]].tolist(), ylim=surface.b[[0, -1]].tolist())
    ax.grid(False)
    return ax


def plot_simplex(
    probs: Tensor, y: Tensor | None = None, *, names: Sequence[str] = ("class 0", "class 1", "class 2"),
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw probabilities of three classes in a triangle: each corner is certainty, the middle is ignorance.

    Parameters
    ----------
    probs : Tensor of shape (n_samples, 3), float
        Rows in [0, 1] that sum to 1.
    y : Tensor of shape (n_samples,), int64, optional
        The true classes, for colour and marker; black dots if left out.
    names : three texts
        What the corners, and the classes in the legend, are called.
    ax : Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError, ValueError
        If a row is no probability distribution over three classes, or the labels or names do not fit.

    Examples
    --------
    >>> ax = plot_simplex(torch.tensor([[1.0, 0.0, 0.0], [0.2, 0.3, 0.5]]))
    >>> [text.get_text() for text in ax.texts]
    ['class 0', 'class 1', 'class 2']
    >>> plt.close(ax.figure)
    """
    if not isinstance(probs, Tensor) or not probs.is_floating_point():
        kind = f"a tensor of {probs.dtype}" if isinstance(probs, Tensor) else type(probs).__name__
        raise TypeError(f"probs must be a floating tensor. Got {kind}: pass torch.softmax(logits, dim=1).")
    if probs.ndim != 2 or probs.shape[1] != 3:
        raise ValueError(
            f"probs must have the shape (n_samples, 3) for a triangle. Got {tuple(probs.shape)}: pass three classes."
        )
    sums = probs.sum(dim=1)
    if (probs < 0).any() or not torch.allclose(sums, torch.ones_like(sums), atol=1e-4):
        raise ValueError(
            f"Each row of probs must be in [0, 1] and sum to 1. Got sums from {sums.min():g} to {sums.max():g}: "
            "pass torch.softmax(logits, dim=1)."
        )
    if y is not None:
        check_class_labels(y, len(probs), 3)
    _check_names(names, 3)
    ax = _axes(ax)
    corners = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.5, 3**0.5 / 2]], dtype=probs.dtype)
    ax.fill(*corners.T, facecolor="none", edgecolor="black", linewidth=1.2)
    for corner in corners:
        # From the middle to the middle of a side: here the two largest probabilities are equal.
        side = (corners.sum(dim=0) - corner) / 2
        ax.plot(*torch.stack([corners.mean(dim=0), side]).T, color="#999999", linewidth=1, linestyle=":")
    points = probs @ corners
    if y is None:
        ax.scatter(*points.T, color="black", s=20, zorder=3)
    else:
        for k, name in enumerate(names):
            ax.scatter(
                *points[y == k].T, **_class_style(k), s=48, label=name,
                edgecolor="black", linewidth=0.7, zorder=3,
            )  # fmt: skip
    for corner, name, offset, align in zip(corners, names, (-14, -14, 8), ("center",) * 3, strict=True):
        ax.annotate(name, corner.tolist(), xytext=(0, offset), textcoords="offset points", ha=align)
    ax.set(xlim=(-0.12, 1.12), ylim=(-0.12, 1.0), aspect="equal")
    ax.axis("off")
    return ax


def plot_arrival_map(
    w: Tensor, b: Tensor, epochs: Tensor, *, limits: tuple[float, float] | None = None, ax: Axes | None = None
) -> Axes:
    """Colour each start (w, b) by the epochs that training from it needs; hatch those that have not arrived.

    Parameters
    ----------
    w, b : Tensor of shape (n_w,) and (n_b,)
        The slopes and the intercepts of the starts.
    epochs : Tensor of shape (n_b, n_w)
        Epochs needed, above 0; ``inf`` for a run that has not arrived.
    limits : tuple of two floats, optional
        The epochs at both ends of the logarithmic colour scale, to give several maps the same one.
    ax : Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If the shapes do not fit, an epoch is not above 0, or no run has arrived and no limits are given.

    Examples
    --------
    >>> epochs = torch.tensor([[10.0, 20.0, torch.inf], [10.0, 40.0, 80.0]])
    >>> ax = plot_arrival_map(torch.arange(3.0), torch.arange(2.0), epochs)
    >>> ax.get_xlabel(), ax.get_legend().get_texts()[0].get_text()
    ('w at the start', 'not arrived')
    >>> plt.close(ax.figure)
    """
    if epochs.shape != (len(b), len(w)):
        raise ValueError(
            f"epochs must have the shape (n_b, n_w) = ({len(b)}, {len(w)}). Got {tuple(epochs.shape)}: "
            "pass one row for each b."
        )
    if not (epochs > 0).all():
        raise ValueError(f"epochs must be above 0 for a logarithmic scale. Got {epochs.min():g}: count from 1.")
    arrived = epochs.isfinite()
    if limits is None and not arrived.any():
        raise ValueError("Some run must have arrived to scale the colours. Got none: pass limits=(1, n_epochs).")
    low, high = limits or (epochs[arrived].min().item(), epochs[arrived].max().item())
    ax = _axes(ax)
    colors = np.ma.masked_invalid(epochs.numpy())
    mesh = ax.pcolormesh(w.numpy(), b.numpy(), colors, norm=LogNorm(low, high), cmap="cividis_r", rasterized=True)
    ax.figure.colorbar(mesh, ax=ax, label="epochs needed (log scale)")
    if not arrived.all():
        missing = ax.contourf(w, b, (~arrived).numpy(), levels=[0.5, 1.5], colors=["0.85"], hatches=["///"])
        missing.set_edgecolor("0.45")
        patch = Patch(facecolor="0.85", edgecolor="0.45", hatch="///", label="not arrived")
        ax.legend(handles=[patch], loc="upper left")
    ax.set(xlabel="w at the start", ylabel="b at the start")
    ax.grid(False)
    return ax


def plot_covariance_ellipse(
    center: Tensor, covariance: Tensor, *, coverage: float = 0.95, ax: Axes | None = None, **style: object
) -> Axes:
    """Draw the ellipse that holds a share ``coverage`` of a normal distribution in the plane.

    Its points are at the squared Mahalanobis distance −2 ln(1 − coverage), the quantile of the chi-squared
    distribution with two degrees of freedom.

    Parameters
    ----------
    center : Tensor of shape (2,)
    covariance : Tensor of shape (2, 2)
        Symmetric and positive definite.
    coverage : float
        Between 0 and 1.
    ax : Axes, optional
        Where to draw; a new figure if left out.
    **style
        Passed to ``Axes.plot``: color, linestyle, label, ...

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If a shape is wrong, the coverage is not between 0 and 1, or the matrix is no covariance.

    Examples
    --------
    >>> ax = plot_covariance_ellipse(torch.zeros(2), torch.eye(2), label="95 %")
    >>> f"{ax.lines[0].get_xdata().max():.3f}"  # √(−2 ln 0.05)
    '2.448'
    >>> plt.close(ax.figure)
    """
    if center.shape != (2,) or covariance.shape != (2, 2):
        raise ValueError(
            "center must have the shape (2,) and covariance (2, 2). "
            f"Got {tuple(center.shape)} and {tuple(covariance.shape)}: pass two parameters, such as w and b."
        )
    if not 0 < coverage < 1:
        raise ValueError(f"coverage must lie between 0 and 1. Got {coverage}: pass a share such as 0.95.")
    root, failed = torch.linalg.cholesky_ex(covariance)
    if failed or not torch.allclose(covariance, covariance.T):
        raise ValueError(
            f"covariance must be symmetric and positive definite. Got {covariance.tolist()}: pass torch.cov(values.T)."
        )
    angle = torch.linspace(0, 2 * torch.pi, 201, dtype=covariance.dtype)
    circle = torch.stack([angle.cos(), angle.sin()])
    radius = (-2 * np.log(1 - coverage)) ** 0.5
    x, y = center.unsqueeze(1) + radius * (root @ circle)
    ax = _axes(ax)
    ax.plot(x, y, **style)
    return ax
