"""What is on the Axes of a plot over a plane, and where."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.colors import LogNorm, to_hex, to_rgb
from matplotlib.markers import MarkerStyle
from torch.testing import assert_close

from helpers import maps
from helpers.datasets import two_features
from helpers.grids import LossSurface
from helpers.styles import BOUNDARY_COLOR, CLASS_STYLES, LOSS_STYLES, PROBABILITY_CMAP, tint

X2, Y2 = two_features()
X3, Y3 = torch.tensor([[0.0, 0.0], [1.0, 2.0], [3.0, 0.0], [0.5, 0.0]]), torch.tensor([0, 1, 2, 0])
X3_BY_CLASS = [X3[[0, 3]], X3[1:2], X3[2:3]]
SURFACE = LossSurface(torch.arange(4.0), torch.arange(3.0), torch.arange(1.0, 13.0).reshape(3, 4))
PROBS = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.5, 0.25, 0.25]])
CORNERS = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.5, 3**0.5 / 2]])


def half_plane(X):
    """P(class 1) is 1/2 where x1 = 3."""
    return torch.sigmoid(2 * (X[:, :1] - 3))


def three_classes(X):
    return torch.softmax(X @ torch.tensor([[-1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]), dim=1)


def other_than_samples(ax, samples):
    """Return what is no sample, once the samples of class k stand at samples[k], in its colour and with its marker."""
    scatters = {c.get_label(): c for c in ax.collections if not c.get_label().startswith("_")}
    assert ax.get_legend_handles_labels()[1] == list(scatters) == [f"class {k}" for k in range(len(samples))]
    for points, wanted, style in zip(scatters.values(), samples, CLASS_STYLES, strict=False):
        assert_close(torch.tensor(np.asarray(points.get_offsets())).float(), wanted)
        assert to_hex(points.get_facecolor()[0]).upper() == style["color"]
        assert len(points.get_paths()[0]) == len(MarkerStyle(style["marker"]).get_path())
    return [c for c in ax.collections if c not in scatters.values()]


def test_a_decision_boundary_is_a_map_a_bar_a_black_line_and_the_samples():
    ax = maps.plot_decision_boundary(half_plane, X2, Y2)
    mesh, contour = other_than_samples(ax, [X2[:3], X2[3:]])
    assert (mesh.cmap.name, mesh.get_clim()) == (PROBABILITY_CMAP.name, (0, 1))
    wanted = half_plane(torch.linspace(0, 7, 200).unsqueeze(1))[:, 0]
    assert_close(torch.tensor(np.asarray(mesh.get_array())), wanted.expand(200, 200))
    assert mesh.get_coordinates()[[0, -1], [0, -1]].flatten().tolist() == pytest.approx([0, 0, 7, 4], abs=0.02)
    [line] = contour.get_paths()
    assert line.vertices[:, 0] == pytest.approx(3, abs=0.01)
    assert sorted(line.vertices[[0, -1], 1]) == pytest.approx([0, 4])
    assert to_hex(contour.get_edgecolor()[0]) == to_hex(BOUNDARY_COLOR)
    bar = ax.figure.axes[-1]
    assert (bar.get_ylabel(), bar.get_yticks().tolist()) == ("P(class 1)", [0, 0.25, 0.5, 0.75, 1])


@pytest.mark.parametrize("value", [0.2, 0.9])
def test_no_boundary_is_drawn_where_one_class_wins_everywhere(value):
    ax = maps.plot_decision_boundary(lambda X: torch.full((len(X), 1), value), X2, Y2)
    assert len(other_than_samples(ax, [X2[:3], X2[3:]])) == 1


def test_regions_have_the_tint_of_the_most_probable_class():
    ax = maps.plot_decision_regions(three_classes, X3, Y3)
    [image], x1, x2 = ax.images, torch.linspace(-1, 4, 200), torch.linspace(-1, 3, 200)
    assert (image.get_extent(), image.origin) == ([-1, 4, -1, 3], "lower")
    for i, j in [(0, 0), (199, 100), (0, 199), (90, 30)]:
        best, winner = three_classes(torch.stack([x1[j], x2[i]]).unsqueeze(0))[0].max(dim=0)
        color = tint(CLASS_STYLES[winner]["color"], 0.1 + 0.5 * (best.item() - 1 / 3) / (2 / 3))
        assert image.get_array()[i, j].tolist() == pytest.approx(color, abs=1e-4)
    contours = other_than_samples(ax, X3_BY_CLASS)
    for k, contour in zip(range(3), contours, strict=True):
        assert to_hex(contour.get_edgecolor()[0]) == to_hex(BOUNDARY_COLOR)
        probs = three_classes(torch.tensor(np.concatenate([path.vertices for path in contour.get_paths()])).float())
        rest = probs[:, [other for other in range(3) if other != k]]
        assert_close(probs[:, k], rest.amax(dim=1), atol=0.01, rtol=0)


def test_regions_of_a_model_that_knows_one_class_have_no_border():
    ax = maps.plot_decision_regions(lambda X: torch.eye(3)[:1].expand(len(X), 3), X3, Y3)
    assert other_than_samples(ax, X3_BY_CLASS) == []
    assert ax.images[0].get_array()[7, 7].tolist() == pytest.approx(tint(CLASS_STYLES[0]["color"]))


def test_a_loss_surface_is_logarithmic_and_has_a_bar():
    ax = maps.plot_loss_surface(SURFACE, name="MSE")
    [contours], bar = ax.collections, ax.figure.axes[-1]
    assert isinstance(contours.norm, LogNorm)
    assert (contours.norm.vmin, contours.norm.vmax) == (1, 12)
    assert contours.levels[[0, 7, -1]].tolist() == pytest.approx([1, 12 ** (1 / 3), 12])
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_xlim(), ax.get_ylim()) == ("w", "b", (0, 3), (0, 2))
    assert bar.get_ylabel() == "MSE (log scale)"
    assert [tick for tick in bar.get_yticks() if 1 <= tick <= 12] == [1, 2, 5, 10]
    # Where the loss is 12, the highest level, is the upper right corner.
    assert contours.get_paths()[-1].vertices.max(axis=0).tolist() == [3, 2]


@pytest.mark.parametrize("name", ["BCE", "MSE"])
def test_a_path_on_a_loss_surface_has_its_loss_s_colour_a_start_and_an_end(name):
    path = torch.tensor([[0.0, 0.5], [1.0, 0.5], [3.0, 2.0]])
    ax = maps.plot_loss_surface(SURFACE, {"first": path, "second": path / 2}, name=name)
    halo, line, start, end = ax.lines[:4]
    assert halo.get_xydata().tolist() == line.get_xydata().tolist() == path.tolist()
    assert (halo.get_color(), line.get_color()) == ("white", LOSS_STYLES[name]["color"])
    assert (start.get_xydata().tolist(), start.get_marker()) == ([[0, 0.5]], "o")
    assert (end.get_xydata().tolist(), end.get_marker()) == ([[3, 2]], "D")
    assert ax.get_legend_handles_labels()[1] == ["first", "second"]


# Two cells apart, two side by side, and all: contours would cut corners and run between the cells.
@pytest.mark.parametrize("missing", [[(0, 2), (1, 0)], [(0, 0), (0, 1)], [(i, j) for i in range(2) for j in range(3)]])
def test_an_arrival_map_hatches_exactly_the_cells_that_are_inf(missing):
    epochs = torch.tensor([[10.0, 20.0, 30.0], [15.0, 40.0, 80.0]])
    epochs[tuple(zip(*missing, strict=True))] = torch.inf
    ax = maps.plot_arrival_map(torch.tensor([-1.0, 0.0, 1.0]), torch.tensor([5.0, 7.0]), epochs, limits=(10, 2000))
    mesh, hatched = ax.collections
    assert np.argwhere(mesh.get_array().mask).tolist() == [list(cell) for cell in missing]
    assert (type(mesh.norm), mesh.norm.vmin, mesh.norm.vmax) == (LogNorm, 10, 2000)
    corners = [{tuple(vertex) for vertex in path.vertices.tolist()} for path in hatched.get_paths()]
    # A cell is 1 wide and 2 high, its start in the middle.
    assert corners == [{(j - 1 + dw, 2 * i + 5 + db) for dw in (-0.5, 0.5) for db in (-1, 1)} for i, j in missing]
    [key] = ax.get_legend().legend_handles
    hatched.update_scalarmappable()
    assert (hatched.get_hatch(), key.get_hatch(), key.get_label()) == ("///", "///", "not arrived")
    assert {tuple(color[:3]) for color in (*hatched.get_facecolor(), key.get_facecolor())} == {to_rgb("0.85")}
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("w at the start", "b at the start")


def test_an_arrival_map_where_all_arrived_has_no_hatches_and_no_key():
    ax = maps.plot_arrival_map(*SURFACE, limits=(1, 12))
    [mesh] = ax.collections
    assert (mesh.get_array().tolist(), ax.get_legend()) == (SURFACE.loss.tolist(), None)


def test_a_simplex_has_certainty_in_its_corners():
    ax = maps.plot_simplex(PROBS, Y3)
    assert other_than_samples(ax, [torch.stack([CORNERS[0], PROBS[3] @ CORNERS]), CORNERS[1:2], CORNERS[2:]]) == []
    assert [text.get_text() for text in ax.texts] == ["class 0", "class 1", "class 2"]
    assert_close(torch.tensor([text.xy for text in ax.texts]), CORNERS)
    assert_close(torch.tensor(ax.patches[0].get_xy()[:3]).float(), CORNERS)


def test_on_the_lines_in_a_simplex_two_classes_tie_for_the_lead():
    for line, half in zip(maps.plot_simplex(PROBS, Y3).lines, (1 - torch.eye(3)) / 2, strict=True):
        ends = torch.stack([torch.full((3,), 1 / 3), half]) @ CORNERS
        assert_close(torch.tensor(line.get_xydata()).float(), ends)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: maps.plot_decision_boundary(lambda X: X[:, :1], X2, Y2), "Got 0 to 7.*sigmoid"),
        (lambda: maps.plot_decision_boundary(half_plane, X2, Y2[:, 0]), r"\(6, 1\).*\(6,\)"),
        (lambda: maps.plot_decision_boundary(three_classes, X2, Y2), "Got 3 columns"),
        (lambda: maps.plot_decision_regions(lambda X: X @ torch.ones(2, 3), X3, Y3), "Got -2 to 7.*softmax"),
        (lambda: maps.plot_decision_regions(three_classes, X3, Y3 + 1), "between 0 and 2.*Got 1 to 3"),
        (lambda: maps.plot_simplex(4 * PROBS - 1, Y3), "Got -1 to 3.*softmax"),
        (lambda: maps.plot_simplex(PROBS / 2, Y3), r"sum to 1.*Got 0\.5 to 0\.5.*softmax"),
        (lambda: maps.plot_simplex(PROBS, Y3 + 1), "between 0 and 2.*Got 1 to 3"),
    ],
)
def test_logits_and_wrong_labels_are_told_before_a_figure_is_made(call, words):
    with pytest.raises(ValueError, match=words):
        call()
    assert plt.get_fignums() == []
