"""What is on the Axes, where it is drawn, and what is left untouched."""

import re

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.colors import LogNorm, to_hex, to_rgb
from matplotlib.markers import MarkerStyle
from torch import nn
from torch.testing import assert_close

from helpers.datasets import eight_samples, study_hours, two_features
from helpers.grids import LossSurface, loss_surface
from helpers.plots import (
    BOUNDARY_COLOR,
    CLASS_STYLES,
    LOSS_STYLES,
    PROBABILITY_CMAP,
    TRUTH_STYLE,
    plot_arrival_map,
    plot_binary_data,
    plot_covariance_ellipse,
    plot_decision_boundary,
    plot_decision_regions,
    plot_loss_curve,
    plot_loss_surface,
    plot_points,
    plot_sigmoid,
    plot_simplex,
)

HOURS = study_hours()
PLANE = two_features()
THREE = torch.tensor([[0.0, 0.0], [1.0, 2.0], [3.0, 0.0], [0.5, 0.0]]), torch.tensor([0, 1, 2, 0])
SURFACE = LossSurface(torch.arange(4.0), torch.arange(3.0), torch.arange(1.0, 13.0).reshape(3, 4))
PROBS = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.25, 0.25, 0.5]])


def whole(message):
    return "^" + re.escape(message) + "$"


def half_plane(X):
    """P(class 1) is 1/2 where x1 = 3."""
    return torch.sigmoid(2 * (X[:, :1] - 3))


def three_classes(X):
    return torch.softmax(X @ torch.tensor([[-1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]), dim=1)


def marker_of(collection):
    """The name of the class style whose marker a scatter has."""
    [path] = collection.get_paths()
    for style in CLASS_STYLES:
        marker = MarkerStyle(style["marker"])
        wanted = marker.get_path().transformed(marker.get_transform())
        if path.vertices.shape == wanted.vertices.shape and np.allclose(path.vertices, wanted.vertices):
            return style["marker"]
    return None


def styles_of(ax):
    return [
        {"color": to_hex(c.get_facecolor()[0]).upper(), "marker": marker_of(c)}
        for c in ax.collections
        if len(c.get_offsets())
    ]


def legend_of(ax):
    return ax.get_legend_handles_labels()[1]


PLOTS = {
    "binary_data": lambda ax=None: plot_binary_data(*HOURS, ax=ax),
    "sigmoid": lambda ax=None: plot_sigmoid(2.0, -5.0, torch.linspace(0, 5, 20), ax=ax),
    "loss_curve": lambda ax=None: plot_loss_curve(torch.arange(3), torch.ones(3), name="BCE", log=True, ax=ax),
    "points": lambda ax=None: plot_points(*PLANE, ax=ax),
    "decision_boundary": lambda ax=None: plot_decision_boundary(half_plane, *PLANE, ax=ax),
    "decision_regions": lambda ax=None: plot_decision_regions(three_classes, *THREE, n_classes=3, ax=ax),
    "loss_surface": lambda ax=None: plot_loss_surface(SURFACE, {"run": torch.ones(2, 2)}, name="MSE", ax=ax),
    "arrival_map": lambda ax=None: plot_arrival_map(*SURFACE, ax=ax),
    "covariance_ellipse": lambda ax=None: plot_covariance_ellipse(torch.zeros(2), torch.eye(2), ax=ax),
    "simplex": lambda ax=None: plot_simplex(PROBS, torch.tensor([0, 1, 2, 2]), ax=ax),
}


@pytest.mark.parametrize("name", PLOTS)
def test_axes_passed_in_come_back_and_no_figure_is_made(name):
    figure, (left, right) = plt.subplots(1, 2)
    assert PLOTS[name](ax=right) is right
    assert plt.get_fignums() == [figure.number]
    assert right.has_data()
    assert not left.has_data()


@pytest.mark.parametrize("name", PLOTS)
def test_without_axes_one_figure_is_made(name):
    first = plt.figure()
    ax = PLOTS[name]()
    assert len(plt.get_fignums()) == 2
    assert ax.figure is not first


@pytest.mark.parametrize("name", PLOTS)
def test_settings_and_the_state_of_chance_are_left_alone(name):
    settings, state = dict(mpl.rcParams), torch.get_rng_state()
    PLOTS[name]()
    assert dict(mpl.rcParams) == settings
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("name", PLOTS)
def test_a_picture_can_be_rendered_in_the_style_of_the_course(name):
    with plt.style.context("helpers.course"):
        figure = PLOTS[name]().figure
        figure.canvas.draw()
        assert figure.get_size_inches().tolist() == [6.6, 3.9]
        assert np.asarray(figure.canvas.buffer_rgba()).std() > 0


def test_a_class_is_the_same_colour_and_marker_in_every_notebook():
    assert [tuple(style.values()) for style in CLASS_STYLES] == [("#0072B2", "o"), ("#E69F00", "s"), ("#CC79A7", "^")]


def test_no_two_classes_or_losses_look_alike():
    assert len({style["color"] for style in CLASS_STYLES}) == len({style["marker"] for style in CLASS_STYLES}) == 3
    assert LOSS_STYLES["BCE"] == LOSS_STYLES["cross-entropy"]
    assert LOSS_STYLES["BCE"]["color"] != LOSS_STYLES["MSE"]["color"]
    assert LOSS_STYLES["BCE"]["linestyle"] != LOSS_STYLES["MSE"]["linestyle"]
    colors = [style["color"] for style in (*CLASS_STYLES, LOSS_STYLES["BCE"], LOSS_STYLES["MSE"], TRUTH_STYLE)]
    assert len({*colors, to_hex(BOUNDARY_COLOR)}) == 7


def test_the_probability_map_runs_from_class_0_over_white_to_class_1():
    for k, end in enumerate((0.0, 1.0)):
        color = np.array(to_rgb(CLASS_STYLES[k]["color"]))
        assert PROBABILITY_CMAP(end)[:3] == pytest.approx(tuple(1 - 0.6 * (1 - color)), abs=0.01)
    assert PROBABILITY_CMAP(0.5) == pytest.approx((1, 1, 1, 1), abs=0.01)


# Samples ------------------------------------------------------------------------------------------------------


def test_binary_data_stand_at_the_heights_of_their_labels():
    ax = plot_binary_data(*HOURS, names=("failed", "passed"))
    assert [c.get_offsets().tolist() for c in ax.collections] == [[[1, 0], [2, 0]], [], [[3, 1], [4, 1]], []]
    assert styles_of(ax) == list(CLASS_STYLES[:2])
    assert legend_of(ax) == ["failed", "passed"]


def test_binary_data_can_be_faint():
    ax = plot_binary_data(*HOURS, alpha=0.2)
    assert [c.get_alpha() for c in ax.collections[::2]] == [0.2, 0.2]
    assert [handle.get_alpha() for handle in ax.legend().legend_handles] == [None, None], "the legend is not"
    assert [len(c.get_edgecolor()) for c in ax.collections[::2]] == [0, 0]
    assert legend_of(ax) == ["class 0", "class 1"]
    assert [len(c.get_edgecolor()) for c in plot_binary_data(*HOURS).collections[::2]] == [1, 1]


def test_points_stand_where_their_features_say():
    ax = plot_points(*PLANE)
    X, y = PLANE
    for k, collection in enumerate(ax.collections):
        assert collection.get_offsets().tolist() == X[y[:, 0] == k].tolist()
    assert styles_of(ax) == list(CLASS_STYLES[:2])
    assert legend_of(ax) == ["class 0", "class 1"]


def test_points_of_three_classes():
    ax = plot_points(*THREE, n_classes=3)
    assert [c.get_offsets().tolist() for c in ax.collections] == [[[0, 0], [0.5, 0]], [[1, 2]], [[3, 0]]]
    assert styles_of(ax) == list(CLASS_STYLES)
    assert legend_of(ax) == ["class 0", "class 1", "class 2"]


# Curves -------------------------------------------------------------------------------------------------------


def test_a_sigmoid_is_torch_s_with_its_boundary():
    x = torch.linspace(-1, 5, 50)
    ax = plot_sigmoid(2.0, -5.0, x, label="p", color="#123456")
    curve, boundary = ax.lines
    assert_close(torch.tensor(curve.get_ydata()), torch.sigmoid(2 * x - 5))
    assert_close(torch.tensor(curve.get_xdata()), x)
    assert (curve.get_color(), legend_of(ax)) == ("#123456", ["p"])
    assert list(boundary.get_xdata()) == [2.5, 2.5]
    assert boundary.get_color() == BOUNDARY_COLOR


@pytest.mark.parametrize(
    ("w", "b", "boundary"), [(1.0, 0.0, False), (0.0, 1.0, True), (1.0, 9.0, True), (1.0, -9.0, True)]
)
def test_a_boundary_is_left_out_where_there_is_none(w, b, boundary):
    assert len(plot_sigmoid(w, b, torch.linspace(-5, 5, 11), boundary=boundary).lines) == 1


def test_a_sigmoid_at_logits_of_a_thousand():
    curve = plot_sigmoid(1.0, 0.0, torch.tensor([-1000.0, 0.0, 1000.0])).lines[0]
    assert curve.get_ydata().tolist() == [0.0, 0.5, 1.0]


def test_a_sigmoid_takes_the_parameters_of_a_model():
    model = nn.Linear(1, 1)
    curve = plot_sigmoid(model.weight, model.bias, torch.zeros(1)).lines[0]
    assert_close(torch.tensor(curve.get_ydata()), torch.sigmoid(model.bias.detach()))
    assert model.weight.requires_grad


@pytest.mark.parametrize(("name", "unit"), [("BCE", "loss (nats)"), ("cross-entropy", "loss (nats)"), ("MSE", "loss")])
def test_a_loss_curve_has_its_colour_and_unit(name, unit):
    ax = plot_loss_curve(torch.tensor([0, 10]), torch.tensor([0.7, 0.5]), name=name)
    [line] = ax.lines
    assert line.get_xdata().tolist() == [0, 10]
    assert_close(torch.tensor(line.get_ydata()), torch.tensor([0.7, 0.5]))
    assert {"color": line.get_color(), "linestyle": line.get_linestyle()} == LOSS_STYLES[name]
    assert (ax.get_xlabel(), ax.get_ylabel(), legend_of(ax)) == ("epoch", unit, [name])
    assert (ax.get_xscale(), ax.get_yscale()) == ("linear", "linear")


def test_a_loss_curve_on_logarithmic_axes_starts_at_one():
    ax = plot_loss_curve(torch.tensor([0, 9]), torch.tensor([1.0, 0.1]), name="BCE", label="run", log=True)
    assert ax.lines[0].get_xdata().tolist() == [1, 10]
    assert (ax.get_xlabel(), legend_of(ax)) == ("epoch + 1", ["run"])
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")


# Maps ---------------------------------------------------------------------------------------------------------


def test_a_decision_boundary_is_a_map_a_bar_a_black_line_and_the_samples():
    ax = plot_decision_boundary(half_plane, *PLANE)
    mesh, contour, *points = ax.collections
    assert mesh.cmap.name == PROBABILITY_CMAP.name
    assert mesh.get_clim() == (0, 1)
    values = torch.tensor(np.asarray(mesh.get_array()))
    assert_close(values[0], half_plane(torch.linspace(0, 7, 200).unsqueeze(1))[:, 0])
    assert_close(values, values[:1].expand(200, 200))
    assert to_hex(contour.get_edgecolor()[0]) == to_hex(BOUNDARY_COLOR)
    [line] = contour.get_paths()
    assert_close(
        torch.tensor(line.vertices[:, 0]),
        torch.full((len(line.vertices),), 3.0, dtype=torch.float64),
        rtol=0,
        atol=0.01,
    )
    assert [len(p.get_offsets()) for p in points] == [3, 3]
    bar = ax.figure.axes[-1]
    assert bar is not ax
    assert bar.get_ylabel() == "P(class 1)"
    assert bar.get_yticks().tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert legend_of(ax) == ["class 0", "class 1"]


@pytest.mark.parametrize("value", [0.2, 0.9])
def test_no_boundary_is_drawn_where_one_class_wins_everywhere(value):
    ax = plot_decision_boundary(lambda X: torch.full((len(X), 1), value), *PLANE)
    assert len(ax.collections) == 3


def test_regions_have_the_colour_of_the_most_probable_class():
    ax = plot_decision_regions(three_classes, *THREE, n_classes=3)
    [image] = ax.images
    shown = np.asarray(image.get_array())
    x1, x2 = np.linspace(-1, 4, 200), np.linspace(-1, 3, 200)
    assert image.get_extent() == [-1, 4, -1, 3]
    assert image.origin == "lower"
    for i, j in [(0, 0), (199, 100), (0, 199), (90, 30)]:
        probs = three_classes(torch.tensor([[x1[j], x2[i]]], dtype=torch.float32))[0]
        color = np.array(to_rgb(CLASS_STYLES[int(probs.argmax())]["color"]))
        tint = (1 - shown[i, j]) / (1 - color)
        depth = 0.1 + 0.5 * (probs.max().item() - 1 / 3) / (2 / 3)
        assert_close(torch.tensor(tint), torch.full((3,), depth, dtype=torch.float64), rtol=1e-4, atol=1e-4)
    assert legend_of(ax) == ["class 0", "class 1", "class 2"]
    assert to_hex(ax.collections[0].get_edgecolor()[0]) == to_hex(BOUNDARY_COLOR)


def test_regions_of_two_classes():
    X, y = PLANE
    ax = plot_decision_regions(
        lambda X: torch.cat([1 - half_plane(X), half_plane(X)], 1), X, y[:, 0].long(), n_classes=2
    )
    [line] = ax.collections[0].get_paths()
    assert_close(torch.tensor(line.vertices[:, 0]).mean().item(), 3.0, rtol=0, atol=0.05)
    assert legend_of(ax) == ["class 0", "class 1"]
    first, last = ax.images[0].get_array()[0][[0, -1]]
    assert first.argmax() == 2, "blue on the left"
    assert last.argmin() == 2, "orange on the right"


def test_regions_of_a_model_that_knows_one_class():
    ax = plot_decision_regions(lambda X: torch.eye(3)[:1].expand(len(X), 3), *THREE, n_classes=3)
    ax.figure.canvas.draw()
    color = 1 - 0.6 + 0.6 * np.array(to_rgb(CLASS_STYLES[0]["color"]))
    assert_close(torch.tensor(ax.images[0].get_array()[7, 7]), torch.tensor(color))


@pytest.mark.parametrize("training", [True, False])
def test_maps_leave_the_model_as_it_was(training):
    model = nn.Sequential(nn.Linear(2, 1), nn.Sigmoid()).train(training)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    plot_decision_boundary(model, *PLANE)
    assert model.training is training
    assert all(p.grad is None and p.requires_grad for p in model.parameters())
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_a_loss_surface_is_logarithmic_and_has_a_bar():
    w, b = torch.linspace(-1, 1, 5), torch.linspace(-2, 2, 4)
    surface = loss_surface(lambda z, y: (z - y) ** 2, *HOURS, w, b)
    ax = plot_loss_surface(surface, name="MSE")
    [contours] = ax.collections
    assert isinstance(contours.norm, LogNorm)
    assert_close(contours.norm.vmin, surface.loss.min().item())
    assert_close(contours.norm.vmax, surface.loss.max().item())
    assert contours.cmap.name == "cividis"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("w", "b")
    assert (ax.get_xlim(), ax.get_ylim()) == ((-1, 1), (-2, 2))
    assert ax.figure.axes[-1].get_ylabel() == "MSE (log scale)"
    assert legend_of(ax) == []


def test_paths_on_a_loss_surface_have_a_start_and_an_end():
    path = torch.tensor([[0.0, 0.0], [1.0, 0.5], [2.0, 2.0]])
    ax = plot_loss_surface(SURFACE, {"first": path, "second": path + 1}, name="BCE")
    halo, line, start, end = ax.lines[:4]
    for drawn in (halo, line):
        assert_close(torch.tensor(np.column_stack(drawn.get_data())), path)
    assert line.get_color() == LOSS_STYLES["BCE"]["color"]
    assert ([*start.get_xdata(), *start.get_ydata()], start.get_marker()) == ([0, 0], "o")
    assert ([*end.get_xdata(), *end.get_ydata()], end.get_marker()) == ([2, 2], "D")
    assert legend_of(ax) == ["first", "second"]


def test_a_flat_surface_can_be_drawn():
    flat = SURFACE._replace(loss=torch.ones(3, 4))
    plot_loss_surface(flat, name="BCE").figure.canvas.draw()


def test_a_simplex_has_certainty_in_its_corners():
    y = torch.tensor([0, 1, 2, 2])
    ax = plot_simplex(PROBS, y, names=("cat", "dog", "owl"))
    corners = torch.tensor([[0, 0], [1, 0], [0.5, 3**0.5 / 2]])
    places = [torch.tensor(np.asarray(c.get_offsets())).float() for c in ax.collections]
    assert_close(places[0], corners[:1])
    assert_close(places[1], corners[1:2])
    assert_close(places[2], torch.stack([corners[2], PROBS[3] @ corners]))
    assert [text.get_text() for text in ax.texts] == ["cat", "dog", "owl"]
    assert_close(torch.tensor([text.xy for text in ax.texts]), corners)
    assert styles_of(ax) == list(CLASS_STYLES)
    assert legend_of(ax) == ["cat", "dog", "owl"]


def test_the_lines_in_a_simplex_are_where_two_classes_tie():
    ax = plot_simplex(PROBS.double())
    corners = torch.tensor([[0, 0, 1], [1, 0, 1], [0.5, 3**0.5 / 2, 1]], dtype=torch.float64)
    for k, line in enumerate(ax.lines):
        ends = torch.tensor(np.column_stack([*line.get_data(), np.ones(2)]))
        middle, side = torch.linalg.solve(corners.T, ends.T).T
        others = [i for i in range(3) if i != k]
        assert_close(middle, torch.full((3,), 1 / 3, dtype=torch.float64))
        assert_close(side[others], torch.full((2,), 0.5, dtype=torch.float64))
    assert len(ax.lines) == 3


def test_a_simplex_without_labels_has_black_dots():
    [dots] = plot_simplex(PROBS).collections
    assert to_hex(dots.get_facecolor()[0]) == "#000000"
    assert len(dots.get_offsets()) == 4


# Errors -------------------------------------------------------------------------------------------------------

X3, Y3 = THREE


def test_arrival_map_colours_what_arrived_and_hatches_the_rest():
    epochs = torch.tensor([[10.0, 20.0, torch.inf], [10.0, 40.0, 80.0]])
    ax = plot_arrival_map(torch.tensor([-1.0, 0.0, 1.0]), torch.tensor([5.0, 6.0]), epochs)
    mesh = ax.collections[0]
    assert isinstance(mesh.norm, LogNorm)
    assert (mesh.norm.vmin, mesh.norm.vmax) == (10, 80)
    assert mesh.get_array().mask.tolist() == [[False, False, True], [False, False, False]]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("w at the start", "b at the start")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["not arrived"]
    hatched = ax.collections[1]
    assert hatched.hatches == ["///"]
    assert min(vertex[0] for path in hatched.get_paths() for vertex in path.vertices) > 0  # right of the middle


def test_arrival_map_where_all_arrived_has_no_key_and_may_share_its_scale():
    ax = plot_arrival_map(torch.arange(2.0), torch.arange(2.0), torch.full((2, 2), 30.0), limits=(10, 2000))
    assert ax.get_legend() is None
    assert (ax.collections[0].norm.vmin, ax.collections[0].norm.vmax) == (10, 2000)


@pytest.mark.parametrize("coverage", [0.5, 0.95])
def test_ellipse_holds_the_share_it_should(coverage):
    covariance = torch.tensor([[2.0, -0.6], [-0.6, 0.5]], dtype=torch.float64)
    center = torch.tensor([5.0, -1.0], dtype=torch.float64)
    ax = plot_covariance_ellipse(center, covariance, coverage=coverage, color="black", label="floor")
    line = ax.lines[0]
    assert (line.get_color(), line.get_label()) == ("black", "floor")
    offset = torch.tensor(line.get_xydata()) - center
    distance = (offset @ torch.linalg.inv(covariance) * offset).sum(dim=1)
    # Of a normal distribution in the plane, exp(-d²/2) lies outside the distance d.
    assert_close(torch.exp(-distance / 2), torch.full_like(distance, 1 - coverage))


WRONG = [
    (lambda: plot_binary_data(torch.zeros(4, 2), HOURS.y), "n_features must be 1 to draw labels over one feature. Got 2: pass one column of X."),  # noqa: E501
    (lambda: plot_binary_data(HOURS.X, HOURS.y * 2), "Binary labels must be 0 or 1. Got 2: map your two classes to 0.0 and 1.0."),  # noqa: E501
    (lambda: plot_binary_data(*HOURS, names=("failed",)), "names must hold 2 texts. Got 1: pass one for each class, in order."),  # noqa: E501
    (lambda: plot_sigmoid(float("nan"), 0.0, torch.zeros(2)), "w must be finite. Got nan: pass a number that is not nan or inf."),  # noqa: E501
    (lambda: plot_sigmoid(1.0, float("inf"), torch.zeros(2)), "b must be finite. Got inf: pass a number that is not nan or inf."),  # noqa: E501
    (lambda: plot_loss_curve(torch.arange(2), torch.ones(2), name="L1"), "name must be one of BCE, cross-entropy, MSE. Got 'L1': say which loss it is."),  # noqa: E501
    (lambda: plot_loss_curve(torch.arange(2), torch.ones(3), name="BCE"), "epoch and loss must have the same length. Got 2 and 3: pass both from one History."),  # noqa: E501
    (lambda: plot_points(torch.zeros(6, 3), PLANE.y), "n_features must be 2 to draw samples in the plane. Got 3: pass 2 columns of X."),  # noqa: E501
    (lambda: plot_points(PLANE.X, PLANE.y[:, 0]), "Binary labels must have the shape (n_samples, 1) = (6, 1). Got (6,): pass y.reshape(-1, 1), one label for each row of X."),  # noqa: E501
    (lambda: plot_points(X3, Y3 + 1, n_classes=3), "Class labels must lie between 0 and 2. Got 3: number the 3 classes from 0."),  # noqa: E501
    (lambda: plot_points(X3, Y3, n_classes=4), "n_classes must be at most 3 to draw them apart. Got class 3: draw fewer classes, or add a colour and a marker to CLASS_STYLES."),  # noqa: E501
    (lambda: plot_decision_boundary(three_classes, *PLANE), "predict must return (m, 1) probabilities of class 1. Got 3 columns: use plot_decision_regions for more classes."),  # noqa: E501
    (lambda: plot_decision_boundary(half_plane, PLANE.X, PLANE.y - 1), "Binary labels must be 0 or 1. Got -1: map your two classes to 0.0 and 1.0."),  # noqa: E501
    (lambda: plot_decision_boundary(lambda X: X[:, :1], *PLANE), "predict must return probabilities in [0, 1]. Got 0 to 7: if the model returns logits, pass lambda X: torch.sigmoid(model(X)) or softmax."),  # noqa: E501
    (lambda: plot_decision_regions(half_plane, *THREE, n_classes=3), "predict must return (m, 3) probabilities. Got 1 columns: n_classes is the number of outputs of the model."),  # noqa: E501
    (lambda: plot_decision_regions(lambda X: torch.full((len(X), 3), 0.5), *THREE, n_classes=3), "The probabilities of a point must sum to 1. Got sums from 1.5 to 1.5: pass lambda X: torch.softmax(model(X), dim=1)."),  # noqa: E501
    (lambda: plot_decision_regions(three_classes, X3, Y3 + 1, n_classes=3), "Class labels must lie between 0 and 2. Got 3: number the 3 classes from 0."),  # noqa: E501
    (lambda: plot_decision_regions(lambda X: torch.full((len(X), 4), 0.25), X3, Y3, n_classes=4), "n_classes must be at most 3 to draw them apart. Got class 3: draw fewer classes, or add a colour and a marker to CLASS_STYLES."),  # noqa: E501
    (lambda: plot_loss_surface(SURFACE, name="hinge"), "name must be one of BCE, cross-entropy, MSE. Got 'hinge': say which loss it is."),  # noqa: E501
    (lambda: plot_loss_surface(SURFACE._replace(loss=SURFACE.loss - 1), name="BCE"), "The surface must be positive and finite for its logarithmic scale. Got 0: leave out the points where the loss is 0 or inf."),  # noqa: E501
    (lambda: plot_loss_surface(SURFACE._replace(loss=SURFACE.loss / 0), name="BCE"), "The surface must be positive and finite for its logarithmic scale. Got inf: leave out the points where the loss is 0 or inf."),  # noqa: E501
    (lambda: plot_loss_surface(SURFACE, {"run": torch.zeros(5)}, name="BCE"), "A path must have the shape (n_steps, 2), w and b. Got (5,) for 'run': stack both columns."),  # noqa: E501
    (lambda: plot_loss_surface(SURFACE, {"run": torch.zeros(5, 3)}, name="BCE"), "A path must have the shape (n_steps, 2), w and b. Got (5, 3) for 'run': stack both columns."),  # noqa: E501
    (lambda: plot_loss_surface(SURFACE, {"run": torch.zeros(0, 2)}, name="BCE"), "A path must have the shape (n_steps, 2), w and b. Got (0, 2) for 'run': stack both columns."),  # noqa: E501
    (lambda: plot_arrival_map(torch.arange(3.0), torch.arange(2.0), torch.ones(3, 2)), "epochs must have the shape (n_b, n_w) = (2, 3). Got (3, 2): pass one row for each b."),  # noqa: E501
    (lambda: plot_arrival_map(torch.arange(3.0), torch.arange(2.0), torch.zeros(2, 3)), "epochs must be above 0 for a logarithmic scale. Got 0: count from 1."),  # noqa: E501
    (lambda: plot_arrival_map(torch.arange(3.0), torch.arange(2.0), torch.full((2, 3), torch.inf)), "Some run must have arrived to scale the colours. Got none: pass limits=(1, n_epochs)."),  # noqa: E501
    (lambda: plot_covariance_ellipse(torch.zeros(3), torch.eye(3)), "center must have the shape (2,) and covariance (2, 2). Got (3,) and (3, 3): pass two parameters, such as w and b."),  # noqa: E501
    (lambda: plot_covariance_ellipse(torch.zeros(2), torch.eye(2), coverage=95), "coverage must lie between 0 and 1. Got 95: pass a share such as 0.95."),  # noqa: E501
    (lambda: plot_covariance_ellipse(torch.zeros(2), -torch.eye(2)), "covariance must be symmetric and positive definite. Got [[-1.0, -0.0], [-0.0, -1.0]]: pass torch.cov(values.T)."),  # noqa: E501
    (lambda: plot_covariance_ellipse(torch.zeros(2), torch.tensor([[1.0, 0.5], [0.0, 1.0]])), "covariance must be symmetric and positive definite. Got [[1.0, 0.5], [0.0, 1.0]]: pass torch.cov(values.T)."),  # noqa: E501
    (lambda: plot_simplex(torch.full((2, 2), 0.5)), "probs must have the shape (n_samples, 3) for a triangle. Got (2, 2): pass three classes."),  # noqa: E501
    (lambda: plot_simplex(PROBS[0]), "probs must have the shape (n_samples, 3) for a triangle. Got (3,): pass three classes."),  # noqa: E501
    (lambda: plot_simplex(torch.tensor([[0.5, 0.5, 0.5]])), "Each row of probs must be in [0, 1] and sum to 1. Got sums from 1.5 to 1.5: pass torch.softmax(logits, dim=1)."),  # noqa: E501
    (lambda: plot_simplex(torch.tensor([[1.5, -0.5, 0.0]])), "Each row of probs must be in [0, 1] and sum to 1. Got sums from 1 to 1: pass torch.softmax(logits, dim=1)."),  # noqa: E501
    (lambda: plot_simplex(PROBS, torch.tensor([0, 1, 2, 3])), "Class labels must lie between 0 and 2. Got 3: number the 3 classes from 0."),  # noqa: E501
    (lambda: plot_simplex(PROBS, names=("cat", "dog")), "names must hold 3 texts. Got 2: pass one for each class, in order."),  # noqa: E501
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), WRONG, ids=[message[:40] for _, message in WRONG])
def test_a_wrong_value_is_told_before_a_figure_is_made(call, message):
    with pytest.raises(ValueError, match=whole(message)):
        call()
    assert plt.get_fignums() == []


def test_wrong_kinds_are_told():
    with pytest.raises(TypeError, match=whole("w must be a real number. Got '2' (str): pass a float such as w=1.0.")):
        plot_sigmoid("2", 0.0, torch.zeros(2))
    with pytest.raises(
        TypeError, match=whole("Binary labels must be a floating tensor. Got a tensor of torch.int64: pass y.float().")
    ):
        plot_points(PLANE.X, PLANE.y.long())
    with pytest.raises(
        TypeError, match=whole("Class labels must be an int64 tensor. Got a tensor of torch.float32: pass y.long().")
    ):
        plot_points(X3, Y3.float(), n_classes=3)
    with pytest.raises(
        TypeError,
        match=whole("probs must be a floating tensor. Got a tensor of torch.int64: pass torch.softmax(logits, dim=1)."),
    ):
        plot_simplex(torch.eye(3, dtype=torch.int64))
    with pytest.raises(
        TypeError, match=whole("probs must be a floating tensor. Got list: pass torch.softmax(logits, dim=1).")
    ):
        plot_simplex([[1.0, 0.0, 0.0]])
    assert plt.get_fignums() == []


def test_eight_samples_have_too_many_features_for_a_plane():
    X, y = eight_samples()
    with pytest.raises(ValueError, match=r"^n_features must be 2 to draw a boundary\. Got 4: pass 2 columns of X\.$"):
        plot_decision_regions(three_classes, X, y, n_classes=3)
