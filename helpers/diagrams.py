"""Boxes and arrows: Graphviz says where they go, matplotlib draws them.

The ``graphviz`` package writes the graph in DOT; the Graphviz library inside ``pygraphviz`` lays it out, so that
no ``dot`` program is needed. No label ever enters the DOT text: it holds only the sizes of the boxes, measured in
the font that comes with matplotlib. So no label can break it, and the picture is the same on
every machine, unless a label holds Hangul, which takes a font of the machine.
"""

import json
import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

import graphviz
import matplotlib.pyplot as plt
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Ellipse, FancyBboxPatch, Patch, PathPatch, Polygon, Rectangle
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from torch import nn

__all__ = ["ROLES", "Arrow", "Box", "Cluster", "draw_diagram", "draw_network"]

FONT_SIZE = 11.0  # points
POINTS_PER_INCH = 72
ARROW_LENGTH = 10.0  # points, as Graphviz draws it
DOTS = "⋮"
LATIN_FONT = "DejaVu Sans"
HANGUL_FONTS = ("Noto Sans CJK KR", "Noto Sans KR", "Malgun Gothic", "Apple SD Gothic Neo", "NanumGothic")

# The role of a box: its colour and its shape.
ROLES = {
    "data": {"color": "#D6E8F5", "shape": "box"},
    "parameter": {"color": "#FCE9C4", "shape": "box"},
    "operation": {"color": "#EAEAEA", "shape": "ellipse"},
    "output": {"color": "#D3EDE3", "shape": "box"},
    "loss": {"color": "#F4D9E6", "shape": "box"},
}


@dataclass(frozen=True)
class Box:
    """One box of a diagram: a unique ``key``, the ``label`` inside (may have several lines), its ``role``."""

    key: str
    label: str
    role: str = "operation"


@dataclass(frozen=True)
class Arrow:
    """An arrow from one box to another, with a ``label`` if there is something to say."""

    start: str
    end: str
    label: str = ""


@dataclass(frozen=True)
class Cluster:
    """A frame around the boxes ``keys``, with a title."""

    title: str
    keys: tuple[str, ...] = field(default=())


def draw_diagram(
    boxes: Sequence[Box],
    arrows: Sequence[Arrow],
    clusters: Sequence[Cluster] = (),
    *,
    direction: str = "LR",
    stacked: bool = False,
) -> Figure:
    """Draw a diagram, with a key to the colours of the roles.

    Parameters
    ----------
    boxes : sequence of Box
        At least one; keys are unique.
    arrows : sequence of Arrow
        Between keys of ``boxes``.
    clusters : sequence of Cluster
        Frames; a box stands in at most one.
    direction : {"LR", "TB"}
        From left to right, or from top to bottom.
    stacked : bool
        True: every cluster is one stack of boxes in the order of its keys, and arrows are straight, as in
        the picture of a neural network.

    Returns
    -------
    Figure
        As large as the diagram needs, with text of 11 points; ``show`` it.

    Raises
    ------
    ValueError
        If a key is used twice or unknown, a role or a direction is unknown, there is no box, a cluster is empty,
        or stacks are asked for from top to bottom.

    Examples
    --------
    >>> figure = draw_diagram([Box("x", "X", "data"), Box("p", "probs", "output")], [Arrow("x", "p")])
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['X', 'probs']
    >>> plt.close(figure)
    """
    _check_diagram(boxes, arrows, clusters, direction, stacked)
    layout = _layout(_dot_source(boxes, arrows, clusters, direction, stacked))
    if stacked:
        _stack(layout, boxes, arrows, clusters)
    return _draw(layout, boxes, arrows, clusters)


def draw_network(model: nn.Sequential, *, expanded: bool = True, output: str = "probs") -> Figure:
    """Draw an ``nn.Sequential`` of linear layers and activations, each layer in its frame.

    Parameters
    ----------
    model : nn.Sequential
        ``nn.Linear`` modules, each followed by any number of modules without parameters.
    expanded : bool
        True: one box for each operation, X → X @ W.T + b → sigmoid → probs.
        False: one box for each unit, x₁ ... → node 1 ... = probs.
    output : str
        What comes out of the last layer.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError
        If the model is no ``nn.Sequential``.
    ValueError
        If it is empty or does not start with an ``nn.Linear``.

    Examples
    --------
    >>> figure = draw_network(nn.Sequential(nn.Linear(1, 1), nn.Sigmoid()), expanded=False)
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['layer 0', 'layer 1: linear, sigmoid', 'x', 'node 1 = probs']
    >>> plt.close(figure)
    """
    layers = _layers(model)
    return _draw_operations(layers, output) if expanded else _draw_units(layers, output)


# What is drawn for a network ------------------------------------------------------------------------------------


def _layers(model: nn.Sequential) -> list[tuple[nn.Linear, list[str]]]:
    """Group the modules: each linear one with the names of the activations behind it."""
    if not isinstance(model, nn.Sequential):
        raise TypeError(f"model must be an nn.Sequential. Got {type(model).__name__}: wrap its modules in one.")
    layers: list[tuple[nn.Linear, list[str]]] = []
    for module in model:
        if isinstance(module, nn.Linear):
            layers.append((module, []))
        elif not layers:
            raise ValueError(
                f"The first module must be an nn.Linear. Got {type(module).__name__}: "
                "start the model with a linear layer."
            )
        elif any(True for _ in module.parameters()):
            raise ValueError(
                f"Only nn.Linear may have parameters. Got {type(module).__name__}: draw this model with draw_diagram."
            )
        else:
            layers[-1][1].append(type(module).__name__.lower())
    if not layers:
        raise ValueError("The model must have a layer. Got an empty nn.Sequential: add an nn.Linear.")
    return layers


def _draw_operations(layers: list[tuple[nn.Linear, list[str]]], output: str) -> Figure:
    boxes, chain = [Box("X", f"X\n(n, {layers[0][0].in_features})", "data")], ["X"]
    clusters = [Cluster("layer 0", ("X",))]
    for number, (linear, activations) in enumerate(layers, start=1):
        source = "X" if number == 1 else f"H{number - 1}"
        suffix = "" if len(layers) == 1 else str(number)
        bias = f" + b{suffix}" if linear.bias is not None else ""
        added = [Box(f"linear {number}", f"{source} @ W{suffix}.T{bias}")]
        added += [Box(f"{name} {number} {i}", name) for i, name in enumerate(activations)]
        last = number == len(layers)
        name = output if last else f"H{number}"
        added.append(Box(f"out {number}", f"{name}\n(n, {linear.out_features})", "output" if last else "data"))
        boxes += added
        chain += [box.key for box in added]
        clusters.append(Cluster(f"layer {number}", tuple(box.key for box in added)))
    return draw_diagram(boxes, [Arrow(a, b) for a, b in pairwise(chain)], clusters)


def _draw_units(layers: list[tuple[nn.Linear, list[str]]], output: str) -> Figure:
    n_features = layers[0][0].in_features
    previous = [Box(f"0 {i}", _unit_label("x", i, n_features), "data") for i in _shown_units(n_features)]
    boxes, clusters, arrows = list(previous), [Cluster("layer 0", tuple(box.key for box in previous))], []
    for number, (linear, activations) in enumerate(layers, start=1):
        n_units, last = linear.out_features, number == len(layers)
        units = []
        for i in _shown_units(n_units):
            label = f"node {i}" if i else DOTS
            if last and i:
                label += f" = {output}" + (f"[{i - 1}]" if n_units > 1 else "")
            units.append(Box(f"{number} {i}", label, "output" if last else "operation"))
        arrows += [Arrow(a.key, b.key) for a in previous for b in units]
        title = f"layer {number}: " + ", ".join(["linear", *activations])
        clusters.append(Cluster(title, tuple(box.key for box in units)))
        boxes, previous = boxes + units, units
    return draw_diagram(boxes, arrows, clusters, stacked=True)


def _shown_units(n: int) -> list[int]:
    """The numbers of the units to draw: all of them, or the first three, 0 for dots, and the last."""
    return list(range(1, n + 1)) if n <= 6 else [1, 2, 3, 0, n]


def _unit_label(name: str, i: int, n: int) -> str:
    if n == 1:
        return name
    return name + str(i).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")) if i else DOTS


# Where everything goes ------------------------------------------------------------------------------------------


def _check_diagram(
    boxes: Sequence[Box], arrows: Sequence[Arrow], clusters: Sequence[Cluster], direction: str, stacked: bool
) -> None:
    keys = [box.key for box in boxes]
    if not keys:
        raise ValueError("A diagram must have a box. Got none: pass at least one Box.")
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise ValueError(f"Each box must have its own key. Got {twice[0]!r} twice: rename one.")
    for box in boxes:
        if box.role not in ROLES:
            raise ValueError(f"role must be one of {', '.join(ROLES)}. Got {box.role!r}: choose one of them.")
    for cluster in clusters:
        if not cluster.keys:
            raise ValueError(f"A cluster must frame a box. Got none in {cluster.title!r}: name the keys of its boxes.")
    framed = [key for cluster in clusters for key in cluster.keys]
    for key in [key for arrow in arrows for key in (arrow.start, arrow.end)] + framed:
        if key not in keys:
            raise ValueError(f"Arrows and clusters must name boxes. Got {key!r}: add a Box with this key.")
    if twice := sorted({key for key in framed if framed.count(key) > 1}):
        raise ValueError(f"A box may stand in one cluster. Got {twice[0]!r} in two: choose one.")
    if direction not in ("LR", "TB"):
        raise ValueError(f"direction must be LR or TB. Got {direction!r}: choose one of them.")
    if stacked and direction != "LR":
        raise ValueError(f"Stacks stand side by side, from left to right. Got {direction!r}: pass direction='LR'.")


@cache
def _fonts() -> tuple[str, ...]:
    """The font that comes with matplotlib, then the Hangul fonts of this machine, if there are any."""
    installed = set(font_manager.get_font_names())
    return (LATIN_FONT, *(name for name in HANGUL_FONTS if name in installed))


def _text_size(label: str) -> tuple[float, float]:
    """Width and height of a label in points."""
    font = FontProperties(family=LATIN_FONT, size=FONT_SIZE)
    lines = label.split("\n")
    with warnings.catch_warnings():
        # Hangul is measured by hand below: its letters are square.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        # Two dollar signs would be measured as mathematics; an S is as wide as one.
        latin = ["".join(c for c in line if ord(c) < 0x1100).replace("$", "S") for line in lines]
        widths = [
            (TextPath((0, 0), text, prop=font, usetex=False).get_extents().width if text.strip() else 0.0)
            + FONT_SIZE * (len(line) - len(text))
            for line, text in zip(lines, latin, strict=True)
        ]
    return max(widths), 1.3 * FONT_SIZE * len(lines)


def _box_size(box: Box) -> tuple[float, float]:
    width, height = _text_size(box.label)
    if ROLES[box.role]["shape"] == "box":
        return max(width + 20, 34), height + 13
    # The corners of a long text stay inside the ellipse: (w / W)² + (h / H)² ≤ 1.
    tall = height + 16
    return max(width + 30, width / math.sqrt(1 - (height / tall) ** 2), 34), tall


def _space(width: float, height: float) -> str:
    """A label for DOT that takes this much room and holds no text."""
    size = f'FIXEDSIZE="TRUE" WIDTH="{math.ceil(width)}" HEIGHT="{math.ceil(height)}"'
    return f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" {size}><TR><TD></TD></TR></TABLE>>'


def _dot_source(
    boxes: Sequence[Box], arrows: Sequence[Arrow], clusters: Sequence[Cluster], direction: str, stacked: bool
) -> str:
    """The graph in DOT: boxes are n0, n1, ..., clusters and arrows are numbered, labels are empty room."""
    room = {"nodesep": "0.16", "ranksep": "1.0"} if stacked else {"nodesep": "0.22", "ranksep": "0.4"}
    graph = graphviz.Digraph(graph_attr={"rankdir": direction, **room})
    names = {box.key: f"n{i}" for i, box in enumerate(boxes)}
    for box in boxes:
        width, height = (f"{size / POINTS_PER_INCH:.4f}" for size in _box_size(box))
        shape = ROLES[box.role]["shape"]
        graph.node(names[box.key], label="", shape=shape, fixedsize="true", width=width, height=height)
    for i, cluster in enumerate(clusters):
        with graph.subgraph(name=f"cluster_{i}") as frame:
            frame.attr(label=_space(*_text_size(cluster.title)), margin="11")
            for key in cluster.keys:
                frame.node(names[key])
    for i, arrow in enumerate(arrows):
        width, height = _text_size(arrow.label)
        label = _space(width + 6, height) if arrow.label else ""
        graph.edge(names[arrow.start], names[arrow.end], label=label, comment=str(i))
    return graph.source


def _layout(dot_source: str) -> dict:
    """Ask Graphviz for the places; the answer is its own JSON, in points."""
    import pygraphviz  # late, because it loads the Graphviz libraries

    return json.loads(pygraphviz.AGraph(string=dot_source).draw(format="json0", prog="dot"))


def _stack(layout: dict, boxes: Sequence[Box], arrows: Sequence[Arrow], clusters: Sequence[Cluster]) -> None:
    """Put the boxes of each cluster in order, top to bottom, and stretch straight arrows between them.

    Graphviz orders them so that few arrows cross, which for a network is any order.
    """
    placed = {placed["name"]: placed for placed in layout["objects"]}
    of_key = {box.key: placed[f"n{i}"] for i, box in enumerate(boxes)}
    for cluster in clusters:
        stack = [of_key[key] for key in cluster.keys]
        found = [(*_numbers(box["pos"]), _height(box)) for box in stack]
        found.sort(key=lambda place: -place[1])
        gaps = [y - height / 2 - (below + its / 2) for (_, y, height), (_, below, its) in pairwise(found)]
        top = found[0][1] + found[0][2] / 2
        for box, (x, _, _), gap in zip(stack, found, [*gaps, 0.0], strict=True):
            box["pos"] = f"{x},{top - _height(box) / 2}"
            top -= _height(box) + gap
    for edge in layout.get("edges", ()):
        arrow = arrows[int(edge["comment"])]
        (x, y), (tip_x, tip_y) = (_numbers(of_key[key]["pos"]) for key in (arrow.start, arrow.end))
        x += float(of_key[arrow.start]["width"]) * POINTS_PER_INCH / 2
        tip_x -= float(of_key[arrow.end]["width"]) * POINTS_PER_INCH / 2
        back = ARROW_LENGTH / math.hypot(tip_x - x, tip_y - y)
        end = f"{tip_x - back * (tip_x - x)},{tip_y - back * (tip_y - y)}"
        edge["pos"] = f"e,{tip_x},{tip_y} {x},{y} {x},{y} {end} {end}"
        edge["lp"] = f"{(x + tip_x) / 2},{(y + tip_y) / 2}"


# How it looks ---------------------------------------------------------------------------------------------------


def _numbers(text: str) -> list[float]:
    return [float(number) for number in text.split(",")]


def _height(placed: dict) -> float:
    return float(placed["height"]) * POINTS_PER_INCH


def _draw(layout: dict, boxes: Sequence[Box], arrows: Sequence[Arrow], clusters: Sequence[Cluster]) -> Figure:
    left, bottom, right, top = _numbers(layout["bb"])
    key_roles = [role for role in ROLES if any(box.role == role for box in boxes)]
    key_height = 26 if len(key_roles) > 1 else 0
    # The key needs about so much room; a narrow diagram gets a margin for it.
    width = max(right - left + 12, 88 * len(key_roles) if key_height else 0)
    height = top - bottom + 12 + key_height
    figure = plt.figure(figsize=(width / POINTS_PER_INCH, height / POINTS_PER_INCH), layout="none")
    ax = figure.add_axes((0, 0, 1, 1))
    middle = (left + right) / 2
    ax.set(xlim=(middle - width / 2, middle + width / 2), ylim=(bottom - 6 - key_height, top + 6), aspect="equal")
    ax.axis("off")
    placed = {placed["name"]: placed for placed in layout["objects"]}
    for i, cluster in enumerate(clusters):
        _draw_cluster(ax, placed[f"cluster_{i}"], cluster)
    for edge in layout.get("edges", ()):
        _draw_arrow(ax, edge, arrows[int(edge["comment"])])
    for i, box in enumerate(boxes):
        _draw_box(ax, placed[f"n{i}"], box)
    if key_height:
        handles = [Patch(facecolor=ROLES[role]["color"], edgecolor="#555555", label=role) for role in key_roles]
        ax.legend(
            handles=handles, loc="lower center", ncols=len(handles), frameon=False, borderaxespad=0.1,
            handlelength=1.3, columnspacing=1.3, handletextpad=0.5, prop={"family": _fonts(), "size": FONT_SIZE - 1},
        )  # fmt: skip
    return figure


def _write(ax: plt.Axes, x: float, y: float, label: str, **style) -> None:
    # parse_math=False: a dollar sign is a dollar sign.
    ax.text(x, y, label, family=_fonts(), fontsize=FONT_SIZE, va="center", parse_math=False, zorder=5, **style)


def _draw_cluster(ax: plt.Axes, placed: dict, cluster: Cluster) -> None:
    left, bottom, right, top = _numbers(placed["bb"])
    ax.add_patch(Rectangle((left, bottom), right - left, top - bottom, facecolor="#F7F7F7", edgecolor="#999999"))
    x, y = _numbers(placed["lp"])
    _write(ax, x, y, cluster.title, ha="center", color="#333333", style="italic")


def _draw_box(ax: plt.Axes, placed: dict, box: Box) -> None:
    x, y = _numbers(placed["pos"])
    width, height = (float(placed[side]) * POINTS_PER_INCH for side in ("width", "height"))
    look = {"facecolor": ROLES[box.role]["color"], "edgecolor": "#555555", "linewidth": 1.1, "zorder": 3}
    if ROLES[box.role]["shape"] == "ellipse":
        ax.add_patch(Ellipse((x, y), width, height, **look))
    else:
        corner = (x - width / 2, y - height / 2)
        ax.add_patch(FancyBboxPatch(corner, width, height, boxstyle="round,pad=0,rounding_size=4", **look))
    _write(ax, x, y, box.label, ha="center", linespacing=1.25)


def _draw_arrow(ax: plt.Axes, edge: dict, arrow: Arrow) -> None:
    """Draw one spline; Graphviz writes it as "e,tip start control control point ...", in points."""
    tip, *points = (_numbers(pair.removeprefix("e,")) for pair in edge["pos"].split())
    codes = [Path.MOVETO] + [Path.CURVE4] * (len(points) - 1)
    ax.add_patch(PathPatch(Path(points, codes), facecolor="none", edgecolor="#444444", linewidth=1.3, zorder=2))
    (x, y), (tip_x, tip_y) = points[-1], tip
    length = math.hypot(tip_x - x, tip_y - y)
    side_x, side_y = 3.6 * (tip_y - y) / length, -3.6 * (tip_x - x) / length
    head = [(tip_x, tip_y), (x + side_x, y + side_y), (x - side_x, y - side_y)]
    ax.add_patch(Polygon(head, facecolor="#444444", edgecolor="none", zorder=2))
    if arrow.label:
        _write(ax, *_numbers(edge["lp"]), arrow.label, ha="center", color="#333333")
