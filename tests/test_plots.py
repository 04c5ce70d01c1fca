"""What is on the Axes of a plot over one variable, and where."""

from itertools import pairwise

import matplotlib.pyplot as plt
import pytest
import torch
from matplotlib.colors import to_hex
from matplotlib.markers import MarkerStyle
from torch.testing import assert_close

from helpers.datasets import study_hours
from helpers.plots import label_lines, plot_binary_data, plot_covariance_ellipse, plot_loss_curve, plot_sigmoid
from helpers.styles import BOUNDARY_COLOR, CLASS_STYLES, LOSS_STYLES

X, Y = study_hours()


def test_binary_data_stand_at_the_heights_of_their_labels():
    ax = plot_binary_data(X, Y, names=("failed", "passed"))
    assert [c.get_offsets().tolist() for c in ax.collections] == [[[1, 0], [2, 0]], [], [[3, 1], [4, 1]], []]
    assert ax.get_legend_handles_labels()[1] == ["failed", "passed"]
    for k, collection in enumerate(ax.collections):
        style = CLASS_STYLES[k // 2]
        assert to_hex(collection.get_facecolor()[0]).upper() == style["color"]
        assert len(collection.get_paths()[0]) == len(MarkerStyle(style["marker"]).get_path())


def test_faint_samples_have_no_edge_and_a_legend_that_is_not_faint():
    ax = plot_binary_data(X, Y, alpha=0.2)
    assert [(c.get_alpha(), len(c.get_edgecolor())) for c in ax.collections] == [(0.2, 0), (None, 0)] * 2
    assert [len(c.get_edgecolor()) for c in plot_binary_data(X, Y).collections] == [1] * 4


@pytest.mark.parametrize(("X", "y"), [(torch.zeros(4, 2), Y), (X, Y[:, 0])])
def test_wrong_samples_are_told(X, y):
    with pytest.raises(ValueError, match=r"n_features must be 1|y\.reshape\(-1, 1\)"):
        plot_binary_data(X, y)


def test_a_sigmoid_is_torch_s_with_its_boundary():
    x = torch.linspace(-1, 5, 50)
    curve, boundary = plot_sigmoid(2.0, -5.0, x, label="p", color="#123456").lines
    assert_close(torch.tensor(curve.get_xydata()).float(), torch.stack([x, torch.sigmoid(2 * x - 5)], dim=1))
    assert (curve.get_color(), curve.get_label()) == ("#123456", "p")
    assert (boundary.get_xdata(), boundary.get_color()) == ([2.5, 2.5], BOUNDARY_COLOR)


@pytest.mark.parametrize(("w", "b"), [(0.0, 1.0), (1.0, 9.0), (1.0, -9.0)])
def test_a_boundary_is_left_out_where_there_is_none(w, b):
    assert len(plot_sigmoid(w, b, torch.linspace(-5, 5, 11)).lines) == 1


def test_a_sigmoid_is_calm_at_logits_of_a_thousand():
    curve = plot_sigmoid(1.0, 0.0, torch.tensor([-1000.0, 0.0, 1000.0])).lines[0]
    assert curve.get_ydata().tolist() == [0.0, 0.5, 1.0]


@pytest.mark.parametrize(("name", "unit"), [("BCE", "loss (nats)"), ("cross-entropy", "loss (nats)"), ("MSE", "loss")])
@pytest.mark.parametrize(("log", "xlabel", "x"), [(False, "epoch", [0, 9]), (True, "epoch + 1", [1, 10])])
def test_a_loss_curve_has_its_colour_its_unit_and_its_scale(name, unit, log, xlabel, x):
    ax = plot_loss_curve(torch.tensor([0, 9]), torch.tensor([0.75, 0.5]), name=name, log=log)
    [line] = ax.lines
    assert line.get_xydata().tolist() == [[x[0], 0.75], [x[1], 0.5]]
    assert {"color": line.get_color(), "linestyle": line.get_linestyle()} == LOSS_STYLES[name]
    assert (ax.get_xlabel(), ax.get_ylabel(), line.get_label()) == (xlabel, unit, name)
    assert (ax.get_xscale(), ax.get_yscale()) == (("log", "log") if log else ("linear", "linear"))
    assert plot_loss_curve(torch.ones(1), torch.ones(1), name=name, label="run").lines[0].get_label() == "run"


def drawn_labels(ax):
    """Label the lines and draw; the colour of each label and its box in pixels."""
    label_lines(ax)
    ax.figure.canvas.draw()
    return {text.get_text(): (text.get_color(), text.get_window_extent()) for text in ax.texts}


@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize("edge", [3, 30], ids=["at the edge", "inside"])
def test_a_label_stands_at_the_end_of_its_line_in_its_colour(scale, edge):
    ends = {"down": ("#111111", 3, 4), "up": ("#222222", 3, 60)}
    with plt.style.context("helpers.course"):
        ax = plt.subplots()[1]
        for name, (color, x, y) in ends.items():
            ax.plot([1, 2, x], [9, 5, y], color=color, label=name)
        ax.plot([1, 2, 3], [3, 3, 3])
        ax.axhline(20, color="#555555", label="level")
        ax.set(xscale=scale, yscale=scale, xlim=(1, edge), ylim=(1, 100))
        labels = drawn_labels(ax)
    ends["level"] = ("#555555", edge, 20)
    assert labels.keys() == ends.keys(), "a line without a label gets none"
    for name, (color, x, y) in ends.items():
        left, middle = ax.transData.transform((x, y))
        found, box = labels[name]
        assert found == color
        assert (box.x0 - 8, (box.y0 + box.y1) / 2) == pytest.approx((left, middle), abs=3), "6 points to the right"


def test_a_line_that_leaves_the_axes_is_labelled_where_it_leaves():
    with plt.style.context("helpers.course"):
        ax = plt.subplots()[1]
        ax.plot([0, 4], [0, 40], label="up")
        ax.plot([0, 1, 2, 3], [5, 5, -5, 5], label="down")
        ax.set(xlim=(0, 4), ylim=(0, 20))
        labels = drawn_labels(ax)
    for name, end in (("up", (2, 20)), ("down", (3, 5))):
        box = labels[name][1]
        assert (box.x0 - 8, (box.y0 + box.y1) / 2) == pytest.approx(ax.transData.transform(end), abs=5)


def test_labels_of_lines_that_end_together_stand_a_line_s_height_apart_in_their_order():
    with plt.style.context("helpers.course"):
        ax = plt.subplots(dpi=192)[1]
        for y in (0.51, 0.5, 0.53, 0.1, 0.505):
            ax.plot([0, 1], [0.3, y], label=str(y))
        ax.set(ylim=(0, 1))
        labels = drawn_labels(ax)
    boxes = [labels[name][1] for name in ("0.1", "0.5", "0.505", "0.51", "0.53")]
    assert not any(above.overlaps(below) for below, above in pairwise(boxes))
    assert all(10 < (above.y0 - below.y0) * 72 / 192 < 15 for below, above in pairwise(boxes[1:])), "points, of 10 each"
    # The lowest stay where they belong.
    for box, y in zip(boxes, (0.1, 0.5), strict=False):
        assert (box.y0 + box.y1) / 2 == pytest.approx(ax.transData.transform((1, y))[1], abs=6)


def test_an_ellipse_holds_95_percent_around_its_center():
    center, covariance = torch.tensor([5.0, -1.0]).double(), torch.tensor([[2.0, -0.6], [-0.6, 0.5]]).double()
    [line] = plot_covariance_ellipse(center, covariance, color="black", label="floor").lines
    assert (line.get_color(), line.get_label()) == ("black", "floor")
    offset = torch.tensor(line.get_xydata()) - center
    distance = (offset @ torch.linalg.inv(covariance) * offset).sum(dim=1)
    # Of a normal distribution in the plane, exp(-d²/2) lies outside the distance d.
    assert_close(torch.exp(-distance / 2), torch.full_like(distance, 0.05))
    assert_close(offset[:-1].mean(dim=0), torch.zeros(2).double(), atol=1e-9, rtol=0)
