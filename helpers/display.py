"""The one way to show a figure or a diagram: with its alt text, visible wherever the notebook is read."""

import base64
import html
import io

import matplotlib.pyplot as plt
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

__all__ = ["figure_html", "show"]

PIXELS_PER_INCH = 96
MIN_ALT_LENGTH = 10


def show(picture: Figure | Axes, *, alt: str) -> None:
    """Show a figure below the cell, with a text for those who cannot see it.

    The picture travels inside the page as an ``<img>`` element. Unlike the output that matplotlib makes by
    itself, it keeps its alt text and is visible in a notebook that nobody has run or trusted yet.

    Parameters
    ----------
    picture : Figure or Axes
        What a function of ``plots`` or ``diagrams`` returned. It is closed afterwards.
    alt : str
        What the picture shows, in a sentence.

    Raises
    ------
    TypeError
        If ``picture`` is no figure or ``alt`` no text.
    ValueError
        If ``alt`` is empty or too short to say anything.

    Examples
    --------
    >>> figure, ax = plt.subplots()
    >>> show(figure, alt="too short")
    Traceback (most recent call last):
        ...
    ValueError: alt must say in a sentence what the picture shows. Got 'too short': ...
    >>> plt.close(figure)
    """
    shown = _Shown(figure_html(picture, alt=alt), alt.strip())
    plt.close(_figure(picture))
    display(shown)


class _Shown:
    """The page of a picture, and its alt text wherever there are no pages, such as a terminal."""

    def __init__(self, markup: str, alt: str) -> None:
        self.markup, self.alt = markup, alt

    def __repr__(self) -> str:
        return self.alt

    def _repr_html_(self) -> str:
        return self.markup


def figure_html(picture: Figure | Axes, *, alt: str) -> str:
    """Return the ``<img>`` element of a figure, with the picture itself inside.

    Parameters
    ----------
    picture : Figure or Axes
    alt : str
        What the picture shows, in a sentence.

    Returns
    -------
    str
        HTML with a PNG of 256 colours, shown at 96 pixels an inch.

    Raises
    ------
    TypeError, ValueError
        As ``show`` does.

    Examples
    --------
    >>> figure, ax = plt.subplots()
    >>> figure_html(ax, alt="An empty pair of axes")[:32]
    '<img alt="An empty pair of axes"'
    >>> plt.close(figure)
    """
    if not isinstance(picture, Figure | Axes):
        raise TypeError(
            f"show takes a Figure or Axes. Got {type(picture).__name__}: pass what the plot function returned."
        )
    if not isinstance(alt, str):
        raise TypeError(f"alt must be a text. Got {type(alt).__name__}: say in a sentence what the picture shows.")
    if len(alt.strip()) < MIN_ALT_LENGTH:
        raise ValueError(
            f"alt must say in a sentence what the picture shows. Got {alt!r}: name the curves and what happens to them."
        )
    figure = _figure(picture)
    width = round(figure.get_figwidth() * PIXELS_PER_INCH)
    data = base64.b64encode(figure_png(figure)).decode("ascii")
    return f'<img alt="{html.escape(alt.strip())}" width="{width}" src="data:image/png;base64,{data}">'


def _figure(picture: Figure | Axes) -> Figure:
    """The whole figure, also for Axes inside a subfigure."""
    return picture if isinstance(picture, Figure) else picture.get_figure(root=True)


def figure_png(figure: Figure) -> bytes:
    """Return the figure as a PNG of at most 256 colours: a third of the size, and no difference to the eye."""
    full, small = io.BytesIO(), io.BytesIO()
    figure.savefig(full, format="png", dpi=1.5 * PIXELS_PER_INCH)
    with Image.open(full) as image:
        image.convert("RGB").quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            small, format="png", optimize=True
        )
    return small.getvalue()
