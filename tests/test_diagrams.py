"""Diagrams hold every label verbatim, never break on one, and look the same on every machine."""

import hashlib
import os
import re
import subprocess
import sys
from itertools import combinations, pairwise
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex
from matplotlib.patches import Ellipse, FancyBboxPatch, PathPatch, Polygon, Rectangle
from torch import nn

from helpers import diagrams
from helpers.diagrams import ROLES, Arrow, Box, Cluster, draw_diagram, draw_network

ROOT = Path(__file__).parents[1]
CHAIN = (
    [Box("x", "X\n(n, 2)", "data"), Box("z", "X @ W.T + b"), Box("p", "probs", "output")],
    [Arrow("x", "z"), Arrow("z", "p", "sigmoid")],
    [Cluster("layer 1", ("z", "p"))],
)
NASTY = [
    'say "hi"',
    "<b>bold</b>",
    "a & b &amp; c",
    "100 %",
    "back\\slash \\n \\N",
    "two\nlines",
    "$\\frac{$ and $x$",
    "다중 분류",
    '"];',
    "n0 -> n1",
    "}",
    "<<TABLE>>",
    "# // /* */",
]
NETWORKS = {
    "one unit": lambda: nn.Sequential(nn.Linear(1, 1), nn.Sigmoid()),
    "no activation": lambda: nn.Sequential(nn.Linear(3, 2)),
    "two layers": lambda: nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1), nn.Sigmoid()),
    "many units": lambda: nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 10), nn.LogSoftmax(dim=1)),
}


def whole(message):
    return "^" + re.escape(message) + "$"


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def boxes_of(figure):
    """The patches of the boxes, in order."""
    return [patch for patch in figure.axes[0].patches if isinstance(patch, Ellipse | FancyBboxPatch)]


def frames_of(figure):
    return [patch for patch in figure.axes[0].patches if type(patch) is Rectangle]


def extent(artist):
    return artist.get_window_extent(artist.figure.canvas.get_renderer())


def contains(outer, inner, slack=0.01):
    return (
        outer.x0 - slack <= inner.x0
        and outer.y0 - slack <= inner.y0
        and inner.x1 <= outer.x1 + slack
        and inner.y1 <= outer.y1 + slack
    )


def pixels(figure):
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())


def assert_neat(figure):
    """Every text is in its box, no two boxes overlap, and all of it is in the picture."""
    figure.canvas.draw()
    ax, boxes = figure.axes[0], boxes_of(figure)
    labels = ax.texts[len(ax.texts) - len(boxes) :]
    for box, label in zip(boxes, labels, strict=True):
        assert contains(extent(box), extent(label)), label.get_text()
        if isinstance(box, Ellipse):
            ink = extent(label)
            corners = [(ink.x0, ink.y0), (ink.x0, ink.y1), (ink.x1, ink.y0), (ink.x1, ink.y1)]
            assert box.get_path().contains_points(box.get_transform().inverted().transform(corners)).all()
    for one, other in combinations(boxes, 2):
        assert not extent(one).overlaps(extent(other))
    for one, other in combinations(frames_of(figure), 2):
        assert not extent(one).overlaps(extent(other))
    for artist in [*ax.patches, *ax.texts, *filter(None, [ax.get_legend()])]:
        assert contains(figure.bbox, extent(artist), slack=1)


# Diagrams -----------------------------------------------------------------------------------------------------


def test_a_diagram_has_its_boxes_arrows_frames_and_key():
    figure = draw_diagram(*CHAIN)
    [ax] = figure.axes
    assert texts(figure) == ["layer 1", "sigmoid", "X\n(n, 2)", "X @ W.T + b", "probs"]
    assert [type(box) for box in boxes_of(figure)] == [FancyBboxPatch, Ellipse, FancyBboxPatch]
    colors = [ROLES[role]["color"] for role in ("data", "operation", "output")]
    assert [to_hex(box.get_facecolor()).upper() for box in boxes_of(figure)] == colors
    assert len([patch for patch in ax.patches if isinstance(patch, PathPatch)]) == 2
    assert len([patch for patch in ax.patches if isinstance(patch, Polygon)]) == 2
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["data", "operation", "output"]
    assert [to_hex(patch.get_facecolor()).upper() for patch in ax.get_legend().get_patches()] == colors
    assert {text.get_fontsize() for text in ax.texts} == {11}
    assert ax.axison is False


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_a_diagram_is_neat(direction):
    assert_neat(draw_diagram(*CHAIN, direction=direction))


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_arrows_go_from_box_to_box(direction):
    figure = draw_diagram(*CHAIN, direction=direction)
    ax, (x, z, p) = figure.axes[0], boxes_of(figure)
    to_data = ax.transData.inverted()
    lines = [patch.get_path().vertices for patch in ax.patches if isinstance(patch, PathPatch)]
    tips = [patch.get_xy()[0] for patch in ax.patches if isinstance(patch, Polygon)]
    for line, tip, start, end in zip(lines, tips, (x, z), (z, p), strict=True):
        for point, box in ((line[0], start), (tip, end)):
            bbox = extent(box).transformed(to_data)
            assert bbox.padded(2).contains(*point), "touches the box"
            assert not bbox.padded(-3).contains(*point), "ends at its edge"


def test_the_direction_is_the_reader_s():
    across, down = (
        [extent(box) for box in boxes_of(draw_diagram(*CHAIN, direction=direction))] for direction in ("LR", "TB")
    )
    assert across[0].x1 < across[1].x0 < across[1].x1 < across[2].x0
    assert down[0].y0 > down[1].y1 > down[1].y0 > down[2].y1


def test_a_frame_holds_its_boxes_and_its_title():
    figure = draw_diagram(*CHAIN)
    [frame] = frames_of(figure)
    x, z, p = boxes_of(figure)
    assert contains(extent(frame), extent(z))
    assert contains(extent(frame), extent(p))
    assert contains(extent(frame), extent(figure.axes[0].texts[0]))
    assert not extent(frame).overlaps(extent(x))


def test_one_role_needs_no_key():
    assert draw_diagram([Box("a", "a"), Box("b", "b")], [Arrow("a", "b")]).axes[0].get_legend() is None


def test_two_arrows_between_the_same_boxes_are_both_drawn():
    figure = draw_diagram([Box("a", "a"), Box("b", "b")], [Arrow("a", "b", "one"), Arrow("a", "b", "two")])
    one, two = figure.axes[0].texts[:2]
    assert {one.get_text(), two.get_text()} == {"one", "two"}
    assert not extent(one).overlaps(extent(two))


@pytest.mark.parametrize("label", ["", " ", "i", "probs", "Wq", "a much longer label, of many letters", "$5 and $6"])
@pytest.mark.parametrize("role", ["operation", "data"])
def test_a_latin_label_fits_into_its_box(label, role):
    assert_neat(draw_diagram([Box("a", label, role), Box("b", "b\n" + label, role)], [Arrow("a", "b")]))


def test_a_stack_keeps_its_order_and_its_gaps_when_heights_differ():
    boxes = [Box("x", "x"), Box("a", "1\n2\n3\n4"), Box("b", "b"), Box("c", "c\nd")]
    arrows = [Arrow("x", key, f"to {key}") for key in "abc"]
    for keys in (("a", "b", "c"), ("c", "a", "b"), ("b", "c", "a")):
        figure = draw_diagram(boxes, arrows, [Cluster("in", ("x",)), Cluster("out", keys)], stacked=True)
        assert_neat(figure)
        at = dict(zip("xabc", boxes_of(figure), strict=True))
        stack = [extent(at[key]) for key in keys]
        assert [box.y0 for box in stack] == sorted((box.y0 for box in stack), reverse=True)
        assert all(contains(extent(frames_of(figure)[1]), box) for box in stack)
        labels = {text.get_text(): extent(text) for text in figure.axes[0].texts}
        heights = [labels[f"to {key}"].y0 for key in keys]
        assert heights == sorted(heights, reverse=True), "a label follows its arrow"


# Labels -------------------------------------------------------------------------------------------------------


def nasty_diagram(label):
    """The same label, or as harmless text of the same number of lines, in every place."""
    return (
        [Box(label, label, "data"), Box("end", label, "output")],
        [Arrow(label, "end", label)],
        [Cluster(label, (label,))],
    )


@pytest.mark.parametrize("label", NASTY)
def test_a_label_is_on_the_axes_verbatim(label):
    assert texts(draw_diagram(*nasty_diagram(label))) == [label] * 4


@pytest.mark.parametrize("label", NASTY)
def test_a_dollar_sign_is_no_mathematics(label):
    figure = draw_diagram(*nasty_diagram(label))
    assert {text.get_parse_math() for text in figure.axes[0].texts} == {False}


@pytest.mark.parametrize("label", NASTY)
def test_a_label_never_enters_the_dot_source(label):
    def without_numbers(label):
        source = diagrams._dot_source(*nasty_diagram(label), "LR", False)
        return re.sub(r"[0-9.]+", "#", source)

    assert without_numbers(label) == without_numbers("plain")


def test_the_dot_source_holds_names_and_sizes_only():
    source = diagrams._dot_source(*CHAIN, "LR", False)
    assert re.findall(r"^\t+(n\d+) \[", source, re.MULTILINE) == ["n0", "n1", "n2"]
    assert re.findall(r"(\w+) -> (\w+)", source) == [("n0", "n1"), ("n1", "n2")]
    assert re.findall(r"subgraph (\w+)", source) == ["cluster_0"]


def test_hangul_gets_room_on_a_machine_without_its_font():
    width, _ = diagrams._text_size("다중 분류")
    assert width >= 4 * diagrams.FONT_SIZE
    assert diagrams._text_size("다중")[0] == 2 * diagrams.FONT_SIZE


# The same on every machine ------------------------------------------------------------------------------------


def digests():
    """One number for the pixels of each of three pictures."""
    model = NETWORKS["two layers"]()
    figures = [draw_diagram(*CHAIN), draw_network(model), draw_network(model, expanded=False)]
    return [hashlib.sha256(pixels(figure).tobytes()).hexdigest() for figure in figures]


def test_a_machine_without_dot_and_without_fonts_draws_the_same(tmp_path):
    (tmp_path / "fonts.conf").write_text('<?xml version="1.0"?><fontconfig></fontconfig>', encoding="utf-8")
    (tmp_path / "no programs").mkdir()
    bare = {"PATH": str(tmp_path / "no programs"), "FONTCONFIG_FILE": str(tmp_path / "fonts.conf"), "MPLBACKEND": "agg"}
    code = "import shutil; from tests.test_diagrams import digests; print(shutil.which('dot'), *digests())"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ | bare, text=True, capture_output=True, timeout=60
    )
    assert run.stderr == ""
    assert run.stdout.split() == ["None", *digests()]


def test_the_same_diagram_twice_is_bit_identical():
    first, second = (hashlib.sha256(pixels(draw_diagram(*CHAIN)).tobytes()).hexdigest() for _ in range(2))
    assert first == second


def test_the_style_of_the_course_does_not_bend_a_diagram():
    plain = draw_diagram(*CHAIN)
    with plt.style.context("helpers.course"):
        styled = draw_diagram(*CHAIN)
        assert styled.get_size_inches().tolist() == plain.get_size_inches().tolist()
        assert_neat(styled)


def test_settings_and_chance_are_left_alone():
    settings = dict(mpl.rcParams)
    draw_diagram(*CHAIN)
    draw_network(NETWORKS["two layers"]().eval(), expanded=False)
    assert dict(mpl.rcParams) == settings
    model = nn.Sequential(nn.Linear(1, 1))
    state = torch.get_rng_state()
    draw_network(model)
    assert torch.equal(torch.get_rng_state(), state)
    assert model.training
    assert model[0].weight.grad is None


# Networks -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("expanded", [True, False])
@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_is_neat(name, expanded):
    assert_neat(draw_network(NETWORKS[name](), expanded=expanded))


def test_one_layer_expanded():
    figure = draw_network(NETWORKS["one unit"]())
    assert texts(figure) == ["layer 0", "layer 1", "X\n(n, 1)", "X @ W.T + b", "sigmoid", "probs\n(n, 1)"]


def test_two_layers_expanded():
    figure = draw_network(NETWORKS["two layers"](), output="p")
    assert texts(figure) == [
        *("layer 0", "layer 1", "layer 2"),
        *("X\n(n, 2)", "X @ W1.T + b1", "relu", "H1\n(n, 3)", "H1 @ W2.T + b2", "sigmoid", "p\n(n, 1)"),
    ]
    places = [extent(box) for box in boxes_of(figure)]
    assert all(a.x1 < b.x0 for a, b in pairwise(places))
    key = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert key == ["data", "operation", "output"]


def test_a_layer_without_bias():
    model = nn.Sequential(nn.Linear(2, 1, bias=False))
    assert "X @ W.T" in texts(draw_network(model))


def test_two_layers_collapsed():
    figure = draw_network(NETWORKS["two layers"](), expanded=False)
    assert texts(figure) == [
        *("layer 0", "layer 1: linear, relu", "layer 2: linear, sigmoid"),
        *("x₁", "x₂", "node 1", "node 2", "node 3", "node 1 = probs"),
    ]
    arrows = [patch for patch in figure.axes[0].patches if isinstance(patch, Polygon)]
    assert len(arrows) == 2 * 3 + 3 * 1


def test_many_units_are_shown_as_dots():
    figure = draw_network(NETWORKS["many units"](), expanded=False, output="p")
    assert texts(figure)[3:] == [
        *("x₁", "x₂", "x₃", "⋮", "x₇₈₄"),
        *("node 1", "node 2", "node 3", "⋮", "node 32"),
        *("node 1 = p[0]", "node 2 = p[1]", "node 3 = p[2]", "⋮", "node 10 = p[9]"),
    ]


def test_six_units_are_all_shown():
    figure = draw_network(nn.Sequential(nn.Linear(6, 1)), expanded=False)
    assert texts(figure)[2:-1] == ["x₁", "x₂", "x₃", "x₄", "x₅", "x₆"]


@pytest.mark.parametrize("name", NETWORKS)
def test_units_stand_in_order_from_top_to_bottom(name):
    figure = draw_network(NETWORKS[name](), expanded=False)
    boxes, frames = [extent(box) for box in boxes_of(figure)], [extent(frame) for frame in frames_of(figure)]
    assert all(a.x1 < b.x0 for a, b in pairwise(frames))
    held = [[box for box in boxes if contains(frame, box)] for frame in frames]
    assert sum(held, []) == boxes  # noqa: RUF017
    for column in held:
        assert [box.y0 for box in column] == sorted((box.y0 for box in column), reverse=True)
        assert len({round(box.x0 + box.x1, 1) for box in column}) == 1


def test_collapsed_arrows_are_straight_and_touch_both_units():
    figure = draw_network(NETWORKS["two layers"](), expanded=False)
    ax, to_data = figure.axes[0], figure.axes[0].transData.inverted()
    bounds = [extent(box).transformed(to_data) for box in boxes_of(figure)]
    pairs = [(a, b) for a in (0, 1) for b in (2, 3, 4)] + [(a, 5) for a in (2, 3, 4)]
    lines = [patch.get_path().vertices for patch in ax.patches if isinstance(patch, PathPatch)]
    tips = [patch.get_xy()[0] for patch in ax.patches if isinstance(patch, Polygon)]
    drawn = set()
    for line, tip in zip(lines, tips, strict=True):
        start = [i for i, b in enumerate(bounds) if np.allclose(line[0], (b.x1, (b.y0 + b.y1) / 2), atol=1)]
        end = [i for i, b in enumerate(bounds) if np.allclose(tip, (b.x0, (b.y0 + b.y1) / 2), atol=1)]
        drawn.add((*start, *end))
        along, ahead = tip - line[0], line[-1] - line[0]
        assert abs(along[0] * ahead[1] - along[1] * ahead[0]) < 1e-3 * np.hypot(*along)
    assert drawn == set(pairs)


# Errors -------------------------------------------------------------------------------------------------------

A, B = Box("a", "A"), Box("b", "B")
WRONG = [
    (lambda: draw_diagram([], []), "A diagram must have a box. Got none: pass at least one Box."),
    (lambda: draw_diagram([A, B, A], []), "Each box must have its own key. Got 'a' twice: rename one."),
    (
        lambda: draw_diagram([Box("a", "A", "magic")], []),
        "role must be one of data, parameter, operation, output, loss. Got 'magic': choose one of them.",
    ),
    (
        lambda: draw_diagram([A], [Arrow("a", "z")]),
        "Arrows and clusters must name boxes. Got 'z': add a Box with this key.",
    ),
    (
        lambda: draw_diagram([A], [Arrow("y", "a")]),
        "Arrows and clusters must name boxes. Got 'y': add a Box with this key.",
    ),
    (
        lambda: draw_diagram([A], [], [Cluster("c", ("q",))]),
        "Arrows and clusters must name boxes. Got 'q': add a Box with this key.",
    ),
    (
        lambda: draw_diagram([A], [], [Cluster("c", ("a",)), Cluster("d", ("a",))]),
        "A box may stand in one cluster. Got 'a' in two: choose one.",
    ),
    (
        lambda: draw_diagram([A], [], [Cluster("lonely")]),
        "A cluster must frame a box. Got none in 'lonely': name the keys of its boxes.",
    ),
    (lambda: draw_diagram([A], [], direction="RL"), "direction must be LR or TB. Got 'RL': choose one of them."),
    (
        lambda: draw_diagram([A], [], direction="TB", stacked=True),
        "Stacks stand side by side, from left to right. Got 'TB': pass direction='LR'.",
    ),
    (
        lambda: draw_network(nn.Sequential()),
        "The model must have a layer. Got an empty nn.Sequential: add an nn.Linear.",
    ),
    (
        lambda: draw_network(nn.Sequential(nn.Sigmoid(), nn.Linear(1, 1))),
        "The first module must be an nn.Linear. Got Sigmoid: start the model with a linear layer.",
    ),
    (
        lambda: draw_network(nn.Sequential(nn.Linear(1, 1), nn.PReLU())),
        "Only nn.Linear may have parameters. Got PReLU: draw this model with draw_diagram.",
    ),
]


@pytest.mark.parametrize(("call", "message"), WRONG, ids=[message[:40] for _, message in WRONG])
def test_a_wrong_value_is_told_before_a_figure_is_made(call, message):
    with pytest.raises(ValueError, match=whole(message)):
        call()
    assert plt.get_fignums() == []


def test_a_network_is_a_sequential():
    with pytest.raises(TypeError, match=whole("model must be an nn.Sequential. Got Linear: wrap its modules in one.")):
        draw_network(nn.Linear(1, 1))
