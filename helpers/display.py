"""The one way to show a figure or a diagram: with its alt text, visible wherever the notebook is read."""

import base64
import html
import io
from dataclasses import dataclass, field

import matplotlib.pyplot as plt
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

__all__ = ["Diagram", "figure_html", "show"]

PIXELS_PER_INCH = 96
MIN_ALT_LENGTH = 10


@dataclass(frozen=True)
class Diagram:
    """A picture as SVG."""

    svg: str = field(repr=False)


def show(picture: Figure | Axes | Diagram, *, alt: str) -> None:
    """Show a picture below the cell, with a sentence for those who cannot see it; a figure is closed afterwards.

    Unlike the output that matplotlib makes by itself, an ``<img>`` element keeps its alt text, and is visible in a
    notebook that nobody has run or trusted yet.

    >>> show(Diagram("<svg/>"), alt="too short")
    Traceback (most recent call last):
        ...
    ValueError: alt must say in a sentence what the picture shows. Got 'too short': ...
    """
    page = figure_html(picture, alt=alt)
    if not isinstance(picture, Diagram):
        plt.close(picture.get_figure(root=True))
    display({"text/html": page, "text/plain": alt.strip()}, raw=True)


def figure_html(picture: Figure | Axes | Diagram, *, alt: str) -> str:
    """Return the ``<img>`` element of a picture: SVG, or a PNG of 256 colours shown at 96 pixels an inch.

    >>> figure_html(Diagram("<svg/>"), alt="An empty picture")
    '<img alt="An empty picture" src="data:image/svg+xml;base64,PHN2Zy8+">'
    """
    alt = alt.strip()
    if len(alt) < MIN_ALT_LENGTH:
        raise ValueError(
            f"alt must say in a sentence what the picture shows. Got {alt!r}: name the curves and what happens to them."
        )
    if isinstance(picture, Diagram):
        width, kind, data = "", "svg+xml", picture.svg.encode()
    else:
        figure = picture.get_figure(root=True)
        width, kind, data = f'width="{round(figure.get_figwidth() * PIXELS_PER_INCH)}" ', "png", _png(figure)
    return f'<img alt="{html.escape(alt)}" {width}src="data:image/{kind};base64,{base64.b64encode(data).decode()}">'


def _png(figure: Figure) -> bytes:
    """A PNG of at most 256 colours: a third of the size, and no difference to the eye."""
    full, small = io.BytesIO(), io.BytesIO()
    figure.savefig(full, format="png", dpi=1.5 * PIXELS_PER_INCH, pil_kwargs={"compress_level": 0})
    with Image.open(full) as image:
        image.convert("RGB").quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            small, format="png", optimize=True
        )
    return small.getvalue()
