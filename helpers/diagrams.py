"""Boxes and arrows, drawn by Graphviz as SVG."""

import html
import re
from itertools import pairwise
from typing import NamedTuple

import graphviz
import pygraphviz
from matplotlib import get_data_path
from PIL import ImageFont
from torch import nn

from helpers.display import Diagram

__all__ = ["ROLES", "Arrow", "Box", "draw_diagram", "draw_network"]

ROLES = {"data": "#D6E8F5", "parameter": "#FCE9C4", "operation": "#EAEAEA", "output": "#D3EDE3", "loss": "#F4D9E6"}
ELLIPSE = {"style": "filled", "color": "#555555", "margin": "0.03,0", "width": "0.65", "height": "0.39"}
BOX = {"shape": "box", "style": "rounded,filled", "margin": "0.1,0.05", "width": "0.45"}
FRAME = {"shape": "box", "style": "filled", "fillcolor": "#F7F7F7", "color": "#999999"}
TABLE = 'TABLE BORDER="0" CELLBORDER="0" CELLPADDING="0"'
# Labels are measured in DejaVu Sans. Verdana is as wide, and most other fonts are narrower.
FONT = 'font-family="DejaVu Sans, Verdana, sans-serif" font-size="11" text-anchor="middle"'


class Box(NamedTuple):
    """One box of a diagram: a unique ``key``, the ``label`` inside (may have several lines), its ``role``."""

    key: str
    label: str
    role: str = "operation"


class Arrow(NamedTuple):
    """An arrow from one box to another, with a ``label`` if there is something to say."""

    start: str
    end: str
    label: str = ""


def draw_diagram(boxes: list[Box], arrows: list[Arrow]) -> Diagram:
    """Draw boxes and arrows from left to right, with a key to the colours of the roles.

    >>> diagram = draw_diagram([Box("x", "X", "data"), Box("p", "probs", "output")], [Arrow("x", "p")])
    >>> re.findall("[^>]+(?=</text>)", diagram.svg)
    ['data', 'output', 'X', 'probs']
    """
    keys = [box.key for box in boxes]
    for box in boxes:
        _require(keys.count(box.key) == 1, "Each box must have its own key", box.key, "rename one")
        _require(box.role in ROLES, f"role must be one of {', '.join(ROLES)}", box.role, "choose one of them")
    for key in [key for arrow in arrows for key in (arrow.start, arrow.end)]:
        _require(key in keys, "An arrow must join two boxes", key, "add a Box with this key")
    return _draw({"": boxes}, arrows)


def draw_network(model: nn.Sequential, *, expanded: bool = True) -> Diagram:
    """Draw the layers of a network in frames, with a box for each operation or, if not expanded, for each unit.

    >>> diagram = draw_network(nn.Sequential(nn.Linear(1, 1), nn.Sigmoid()), expanded=False)
    >>> re.findall("[^>]+(?=</text>)", diagram.svg)
    ['data', 'output', 'layer 0', 'x', 'layer 1: linear, sigmoid', 'node 1 = probs']
    """
    modules = list(model) if isinstance(model, nn.Sequential) else []
    starts = [i for i, module in enumerate(modules) if isinstance(module, nn.Linear)]
    fits = starts[:1] == [0] and all(i in starts or not [*m.parameters()] for i, m in enumerate(modules))
    rule = "model must be an nn.Sequential of nn.Linear and, behind it, modules without parameters"
    _require(fits, rule, model, "draw it with draw_diagram")
    layers = [(modules[a], [type(m).__name__.lower() for m in modules[a:b]]) for a, b in pairwise([*starts, None])]
    return (_draw_operations if expanded else _draw_units)(layers)


def _require(holds: bool, rule: str, value: object, fix: str) -> None:
    if not holds:
        raise ValueError(f"{rule}. Got {value!r}: {fix}.")


def _draw_operations(layers: list[tuple[nn.Linear, list[str]]]) -> Diagram:
    source, frames = "X", {"layer 0": [Box("X", f"X\n(n, {layers[0][0].in_features})", "data")]}
    for number, (linear, (_, *activations)) in enumerate(layers, start=1):
        suffix = number if len(layers) > 1 else ""
        bias = f" + b{suffix}" if linear.bias is not None else ""
        boxes = [Box(f"{number} {i}", step) for i, step in enumerate([f"{source} @ W{suffix}.T{bias}", *activations])]
        source, role = ("probs", "output") if number == len(layers) else (f"H{number}", "data")
        frames[f"layer {number}"] = [*boxes, Box(source, f"{source}\n(n, {linear.out_features})", role)]
    return _draw(frames, [Arrow(a, b) for a, b in pairwise(box.key for framed in frames.values() for box in framed)])


def _draw_units(layers: list[tuple[nn.Linear, list[str]]]) -> Diagram:
    """Draw each layer as one table, where Graphviz keeps the units in order."""
    n, digits = layers[0][0].in_features, str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
    columns = [("layer 0", "data", [f"x{i}".translate(digits) if n > 1 else "x" for i in range(1, n + 1)])]
    for number, (linear, names) in enumerate(layers, start=1):
        n, last = linear.out_features, number == len(layers)
        labels = [f"node {i + 1}" + " = probs" * last + f"[{i}]" * (last and n > 1) for i in range(n)]
        columns.append((f"layer {number}: {', '.join(names)}", "output" if last else "operation", labels))
    graph = graphviz.Digraph(graph_attr={"ranksep": "0.75", "splines": "line"})
    for number, (title, role, labels) in enumerate(columns):
        look = f'BORDER="1" STYLE="ROUNDED" CELLPADDING="4" COLOR="#555555" BGCOLOR="{ROLES[role]}"'
        cells = [f'<TD PORT="{i}" {look}>{_space(label)}</TD>' for i, label in enumerate(labels)]
        rows = "</TR><TR>".join([f"<TD>{_space(title, 'italic')}</TD>", *cells])
        graph.node(str(number), f'<<{TABLE} CELLSPACING="11"><TR>{rows}</TR></TABLE>>', margin="0", **FRAME)
    for number, ((*_, starts), (*_, ends)) in enumerate(pairwise(columns)):
        graph.edges((f"{number}:{i}:e", f"{number + 1}:{j}:w") for i in range(len(starts)) for j in range(len(ends)))
    return _render(graph, [role for _, role, _ in columns])


def _draw(frames: dict[str, list[Box]], arrows: list[Arrow]) -> Diagram:
    boxes = [box for framed in frames.values() for box in framed]
    graph, nodes = graphviz.Digraph(graph_attr={"ranksep": "0.35"}), {box.key: str(i) for i, box in enumerate(boxes)}
    for title, framed in frames.items():
        with graph.subgraph(name=f"cluster {title}" if title else "boxes") as frame:
            frame.attr(label=f"<{_space(title, 'italic')}>", margin="11", **FRAME)
            for key, label, role in framed:
                look = {} if role == "operation" else BOX
                frame.node(nodes[key], f"<{_space(label)}>", fillcolor=ROLES[role], **look)
    for start, end, label in arrows:
        graph.edge(nodes[start], nodes[end], f"<{_space(label)}>" if label else "")
    return _render(graph, [box.role for box in boxes])


def _space(label: str, style: str = "normal") -> str:
    """An empty table of a label's size, with its text as digits: Graphviz neither reads it nor asks for a font."""
    font = ImageFont.truetype(f"{get_data_path()}/fonts/ttf/DejaVuSans.ttf", 1000, layout_engine=ImageFont.Layout.BASIC)
    rows = ""
    for line in label.split("\n"):
        ems = sum(1 if c >= "\u2e80" else font.getlength(c) / 1000 for c in line)  # from there on, Hangul is square
        text = f'BGCOLOR="white" TITLE="{style} {line.encode().hex()}"'
        rows += f'<TR><TD FIXEDSIZE="TRUE" WIDTH="{int(11 * ems) + 1}" HEIGHT="13" {text}></TD></TR>'
    return f'<{TABLE} CELLSPACING="2">{rows}</TABLE>'


def _text(space: re.Match) -> str:
    style, digits, left, bottom, right = space.groups()
    x, y, label = (float(left) + float(right)) / 2, float(bottom) - 2.7, html.escape(bytes.fromhex(digits).decode())
    return f'<text x="{x:g}" y="{y:g}" font-style="{style}">{label}</text>'


def _render(graph: graphviz.Digraph, roles: list[str]) -> Diagram:
    cells = [f'<TD BGCOLOR="{ROLES[role]}">{_space(role)}</TD>' for role in ROLES if role in roles]
    key = f'<<{TABLE} CELLSPACING="5"><TR>{"".join(cells)}</TR></TABLE>>' if len(cells) > 1 else ""
    graph.graph_attr |= {"rankdir": "LR", "pad": "0.1", "label": key}
    graph.node_attr |= ELLIPSE
    graph.edge_attr |= {"color": "#444444", "penwidth": "1.3", "arrowsize": "0.8"}
    svg = pygraphviz.AGraph(string=graph.source).draw(format="svg:svg:core", prog="dot").decode()
    svg = re.sub(r"<title>.*?</title>\n|<!--.*?-->\n|^.*?(?=<svg)", "", svg, flags=re.DOTALL)
    space = r'<g id="a_.*?title="(\w+) (\w*)".*?points="(\S+),(\S+) \S+ (\S+),.*?</g>'
    return Diagram(re.sub(space, _text, svg, flags=re.DOTALL).replace("<svg ", f"<svg {FONT} "))
