"""Diagrams hold every label verbatim, never break on one, and are the same on every machine."""

import os
import re
import subprocess
import sys
from itertools import pairwise, product
from pathlib import Path
from xml.etree import ElementTree

import pytest
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath
from torch import nn

from helpers.diagrams import ROLES, Arrow, Box, draw_diagram, draw_network

ROOT = Path(__file__).parents[1]
CHAIN = (
    [Box("x", "X\n(n, 2)", "data"), Box("z", "X @ W.T + b"), Box("p", "probs", "output")],
    [Arrow("x", "z"), Arrow("z", "p", "sigmoid")],
)
NASTY = [
    'say "hi"', "'hi'", "<b>bold</b>", "</svg><script>alert(1)</script>", "a & b &amp; c", "100 % %s %(x)s",
    "two\nlines", "back\\slash \\n \\l \\N \\G \\", "\\1 \\g<0>", "$\\frac{$ and $x$", "다중 분류", '"];', "n0 -> n1:e",
    "}", "<<TABLE>>", "# // /* */ --><!-- <title>", "", " ",
]  # fmt: skip


def two_layers():
    return nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1), nn.Sigmoid())


def elements(diagram, name, under="", **attributes):
    """The elements of an SVG with this name, also inside groups of this class only."""
    root = ElementTree.fromstring(diagram.svg.replace(' xmlns="http://www.w3.org/2000/svg"', ""))
    roots = [group for group in root.iter("g") if group.get("class") == under] if under else [root]
    found = [element for top in roots for element in top.iter(name)]
    return [element for element in found if all(element.get(key) == value for key, value in attributes.items())]


def texts(diagram, under=""):
    return [text.text or "" for text in elements(diagram, "text", under)]


def key_of(diagram):
    """The roles that the key names, with their colours, from left to right."""
    [top] = elements(diagram, "g", **{"class": "graph"})
    names = [text.text for text in top.findall("text")]
    colors = [shape.get("fill").upper() for shape in top.findall("polygon")[1:]]
    return list(zip(names, colors, strict=True))


def bounds(shape):
    """Left, top, right and bottom of an ellipse, a polygon or a path."""
    if shape.tag == "ellipse":
        x, y, width, height = (float(shape.get(name)) for name in ("cx", "cy", "rx", "ry"))
        return x - width, y - height, x + width, y + height
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", shape.get("points") or shape.get("d"))]
    return min(numbers[::2]), min(numbers[1::2]), max(numbers[::2]), max(numbers[1::2])


def place(text):
    """Left, top, right and bottom of a text as DejaVu Sans writes it, Hangul letters being square."""
    x, y = float(text.get("x")), float(text.get("y"))
    hangul = [c for c in text.text if "가" <= c <= "힣"]
    rest = "".join(c for c in text.text if c not in hangul).replace("$", "S")
    outline = TextPath((0, 0), rest, prop=FontProperties(family="DejaVu Sans", size=11)) if rest.strip() else None
    half = ((outline.get_extents().width if outline else 0) + 11 * len(hangul)) / 2
    return x - half, y - 9, x + half, y + 2.6


def contains(outer, inner):
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


# Diagrams -----------------------------------------------------------------------------------------------------


def test_a_diagram_has_its_boxes_arrows_and_key():
    diagram = draw_diagram(*CHAIN)
    assert texts(diagram, "node") == ["X", "(n, 2)", "X @ W.T + b", "probs"]
    assert texts(diagram, "edge") == ["sigmoid"]
    assert len(elements(diagram, "g", **{"class": "edge"})) == len(elements(diagram, "polygon", "edge")) == 2
    shapes = elements(diagram, "path", "node") + elements(diagram, "ellipse", "node")
    assert [shape.tag for shape in shapes] == ["path", "path", "ellipse"]
    assert [shape.get("fill").upper() for shape in shapes] == [ROLES[role] for role in ("data", "output", "operation")]
    assert key_of(diagram) == [(role, ROLES[role]) for role in ("data", "operation", "output")]
    assert key_of(draw_diagram([Box("a", "a"), Box("b", "b")], [Arrow("a", "b")])) == [], "one role needs no key"


def test_a_diagram_goes_from_left_to_right_and_its_key_is_below():
    diagram = draw_diagram(*CHAIN)
    x, probs, z = (bounds(shape) for kind in ("path", "ellipse") for shape in elements(diagram, kind, "node"))
    assert x[2] < z[0] < z[2] < probs[0]
    [top] = elements(diagram, "g", **{"class": "graph"})
    assert all(place(text)[1] > max(x[3], probs[3], z[3]) for text in top.findall("text"))


def test_the_picture_is_white_and_shows_text_of_11_points():
    diagram = draw_diagram(*CHAIN)
    [svg] = elements(diagram, "svg")
    width, height = (float(svg.get(side).removesuffix("pt")) for side in ("width", "height"))
    assert svg.get("viewBox") == f"0.00 0.00 {width:.2f} {height:.2f}"
    assert svg.get("font-size") == "11"
    ground = elements(diagram, "polygon")[0]
    left, top, right, bottom = bounds(ground)
    assert (ground.get("fill"), right - left, bottom - top) == (
        "white",
        pytest.approx(width, 1),
        pytest.approx(height, 1),
    )


@pytest.mark.parametrize("label", NASTY)
def test_a_label_is_there_verbatim_and_is_nothing_but_text(label):
    diagram = draw_diagram([Box(label, label, "data"), Box("end", label)], [Arrow(label, "end", label)])
    lines = label.split("\n")
    assert texts(diagram, "node") == lines + lines
    assert texts(diagram, "edge") == (lines if label else [])
    assert {element.tag for element in elements(diagram, "*")} <= {"svg", "g", "polygon", "path", "ellipse", "text"}


@pytest.mark.parametrize("role", ["data", "operation"])
@pytest.mark.parametrize(
    "label", ["i", "Wq", "WWWWWWWW", "a much longer label, of many letters", "two\nlines", "다중 분류"]
)
def test_a_label_fits_into_its_box(label, role):
    diagram = draw_diagram([Box("a", label, role)], [])
    [shape] = elements(diagram, "ellipse" if role == "operation" else "path", "node")
    box, lines = bounds(shape), [place(text) for text in elements(diagram, "text", "node")]
    assert all(contains(box, line) for line in lines)
    assert [line[1] for line in lines] == sorted({line[1] for line in lines}), "each line is below the one before"
    if role == "operation":
        x, y, a, b = (float(shape.get(name)) for name in ("cx", "cy", "rx", "ry"))
        corners = [corner for line in lines for corner in product(line[::2], line[1::2])]
        assert all(((u - x) / a) ** 2 + ((v - y) / b) ** 2 < 1 for u, v in corners)


# Networks -----------------------------------------------------------------------------------------------------


def test_a_network_expanded():
    diagram = draw_network(two_layers())
    assert texts(diagram, "cluster") == ["layer 0", "layer 1", "layer 2"]
    steps = ["X", "(n, 2)", "X @ W1.T + b1", "relu", "H1", "(n, 3)", "H1 @ W2.T + b2", "sigmoid", "probs", "(n, 1)"]
    assert texts(diagram, "node") == steps
    assert len(elements(diagram, "g", **{"class": "edge"})) == 6
    assert [role for role, _ in key_of(diagram)] == ["data", "operation", "output"]
    frames = [bounds(frame) for frame in elements(diagram, "polygon", "cluster")]
    assert all(one[2] < other[0] for one, other in pairwise(frames))
    boxes = [bounds(box) for kind in ("path", "ellipse") for box in elements(diagram, kind, "node")]
    assert [sum(contains(frame, box) for box in boxes) for frame in frames] == [1, 3, 3]
    titles = [place(text) for text in elements(diagram, "text", "cluster")]
    assert all(contains(frame, title) for frame, title in zip(frames, titles, strict=True))


def test_one_layer_needs_no_numbers_and_no_bias_is_drawn_where_none_is():
    assert texts(draw_network(nn.Sequential(nn.Linear(2, 1))), "node")[2] == "X @ W.T + b"
    assert texts(draw_network(nn.Sequential(nn.Linear(2, 1, bias=False))), "node")[2] == "X @ W.T"


@pytest.mark.parametrize(
    ("sizes", "inputs", "outputs"),
    [
        ((1, 1), ["x"], ["node 1 = probs"]),
        ((4, 3), ["x₁", "x₂", "x₃", "x₄"], ["node 1 = probs[0]", "node 2 = probs[1]", "node 3 = probs[2]"]),
        ((3, 1, 7, 2), ["x₁", "x₂", "x₃"], ["node 1 = probs[0]", "node 2 = probs[1]"]),
    ],
)
def test_units_stand_in_order_and_straight_arrows_join_all_of_them(sizes, inputs, outputs):
    modules = [module for pair in pairwise(sizes) for module in (nn.Linear(*pair), nn.ReLU())]
    diagram = draw_network(nn.Sequential(*modules), expanded=False)
    layers = elements(diagram, "g", **{"class": "node"})
    columns = [layer.findall("text") for layer in layers]
    hidden = [[f"node {i}" for i in range(1, n + 1)] for n in sizes[1:-1]]
    assert [[text.text for text in column[1:]] for column in columns] == [inputs, *hidden, outputs]
    assert [column[0].text for column in columns][:2] == ["layer 0", "layer 1: linear, relu"]
    frames = [bounds(layer.find("polygon")) for layer in layers]
    for column, frame in zip(columns, frames, strict=True):
        heights = [float(text.get("y")) for text in column]
        assert heights == sorted(heights), "from top to bottom"
        assert len({text.get("x") for text in column}) == 1
        assert all(contains(frame, place(text)) for text in column)
    assert all(one[2] < other[0] for one, other in pairwise(frames))
    assert sorted(arrows_of(diagram)) == [pytest.approx(arrow, abs=3.5) for arrow in sorted(all_pairs(layers))]


def all_pairs(layers):
    """For each two units of neighbouring layers: height and right end of the one, height and left end of the other."""
    units = [[bounds(unit) for unit in layer.findall("path[@fill='none']")] for layer in layers]
    pairs = [pair for left, right in pairwise(units) for pair in product(left, right)]
    return [(a[2], sum(a[1::2]) / 2, sum(b[1::2]) / 2, b[0]) for a, b in pairs]


def arrows_of(diagram):
    """The same of each arrow, which is straight."""
    for line, head in zip(elements(diagram, "path", "edge"), elements(diagram, "polygon", "edge"), strict=True):
        (x, y), *points = (map(float, point.split(",")) for point in re.findall(r"-?[\d.]+,-?[\d.]+", line.get("d")))
        tip_x, tip_y = map(float, head.get("points").split()[1].split(","))
        assert all(abs((u - x) * (tip_y - y) - (v - y) * (tip_x - x)) < tip_x - x for u, v in points), "straight"
        yield x, y, tip_y, tip_x


# The same on every machine ------------------------------------------------------------------------------------


def drawings():
    return "".join(
        d.svg for d in (draw_diagram(*CHAIN), draw_network(two_layers()), draw_network(two_layers(), expanded=False))
    )


def test_a_fresh_kernel_without_dot_home_and_fonts_draws_the_same_and_says_nothing(tmp_path):
    code = "import shutil, sys; from tests.test_diagrams import drawings; sys.stdout.buffer.write(drawings().encode())"
    bare = os.environ | {"PATH": str(tmp_path), "FONTCONFIG_FILE": "/nonexistent", "MPLCONFIGDIR": str(tmp_path)}
    bare.pop("HOME", None)
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=bare, capture_output=True, timeout=120)
    assert run.stderr == b""
    assert run.stdout.decode() == drawings()


def test_the_same_diagram_twice_is_the_same_and_small():
    assert drawings() == drawings()
    assert len(drawings()) < 20_000
    assert "<!--" not in drawings(), "Graphviz would name its version there"


# What is wrong is told ----------------------------------------------------------------------------------------

A, B = Box("a", "A"), Box("b", "B")
WRONG = {
    "a role": (lambda: draw_diagram([Box("a", "A", "input")], []), "role.*data, parameter.*'input'"),
    "a key twice": (lambda: draw_diagram([A, B, Box("a", "B")], []), "own key.*'a'"),
    "a start": (lambda: draw_diagram([A], [Arrow("x", "a")]), "two boxes.*'x'.*add a Box"),
    "an end": (lambda: draw_diagram([A], [Arrow("a", "y")]), "two boxes.*'y'.*add a Box"),
    "no sequential": (lambda: draw_network(nn.Linear(1, 1)), "nn.Sequential.*Got Linear"),
    "nothing": (lambda: draw_network(nn.Sequential()), "nn.Sequential.*Got Sequential"),
    "no linear first": (lambda: draw_network(nn.Sequential(nn.Sigmoid(), nn.Linear(1, 1))), "nn.Linear.*Got.*Sigmoid"),
    "parameters": (lambda: draw_network(nn.Sequential(nn.Linear(1, 1), nn.PReLU())), "without parameters.*Got.*PReLU"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told(name):
    call, message = WRONG[name]
    with pytest.raises(ValueError, match=f"(?s){message}"):
        call()
