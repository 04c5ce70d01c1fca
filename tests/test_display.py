"""A shown picture keeps its alt text, its size and its markup, and a figure is closed."""

import base64
import html
import io
import re
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image
from traitlets.config import Config

from helpers.display import Diagram, figure_html, show

ALT = "Two lines that cross at the origin"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="72pt" height="36pt"><text>"다중" &amp; more</text></svg>'


@pytest.fixture
def outputs():
    """What IPython shows: a list of outputs, each with its data."""
    from IPython.core.displaypub import CapturingDisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell

    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    shell.display_pub = CapturingDisplayPublisher()
    yield shell.display_pub.outputs
    InteractiveShell.clear_instance()


class Reader(HTMLParser):
    """The tags with their attributes, and the text, that a browser sees."""

    def __init__(self, markup):
        super().__init__()
        self.found = []
        self.feed(markup)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def handle_data(self, text):
        self.found.append(("text", text))


def image_of(markup, kind="png"):
    """The attributes of the one element of a page, and the bytes of its picture."""
    [(tag, attributes)] = Reader(markup).found
    head, _, data = attributes["src"].partition(",")
    assert (tag, head) == ("img", f"data:image/{kind};base64")
    return attributes, base64.b64decode(data, validate=True)


def cross(figsize=(3.3, 2.0)):
    figure, ax = plt.subplots(figsize=figsize)
    ax.plot([-1, 1], [-1, 1], color="#0072B2", linewidth=12)
    ax.plot([-1, 1], [1, -1], color="#D50000", linewidth=12)
    return figure, ax


@pytest.mark.parametrize("index", [0, 1], ids=["figure", "axes"])
def test_a_figure_is_shown_with_its_alt_text_and_closed_and_no_other(index, outputs):
    other = plt.figure()
    assert show(cross()[index], alt=ALT) is None
    [output] = outputs
    assert sorted(output["data"]) == ["text/html", "text/plain"]
    assert output["data"]["text/plain"] == ALT
    assert image_of(output["data"]["text/html"])[0]["alt"] == ALT
    assert plt.get_fignums() == [other.number]


def test_a_diagram_is_shown_as_it_is(outputs):
    figure, _ = cross()
    show(Diagram(SVG), alt=ALT)
    [output] = outputs
    attributes, data = image_of(output["data"]["text/html"], "svg+xml")
    assert (attributes["alt"], output["data"]["text/plain"], data.decode()) == (ALT, ALT, SVG)
    assert plt.get_fignums() == [figure.number]


def test_axes_inside_a_subfigure_show_the_whole_figure(outputs):
    figure = plt.figure(figsize=(6, 3))
    left, _ = figure.subfigures(1, 2)
    show(left.subplots(), alt=ALT)
    attributes, data = image_of(outputs[0]["data"]["text/html"])
    assert (attributes["width"], Image.open(io.BytesIO(data)).size) == ("576", (864, 432))
    assert plt.get_fignums() == []


def test_the_image_shows_what_the_figure_does_in_256_colours():
    figure, _ = cross()
    _, data = image_of(figure_html(figure, alt=ALT))
    full, small = io.BytesIO(), Image.open(io.BytesIO(data))
    figure.savefig(full, format="png", dpi=144)
    wanted = np.asarray(Image.open(full).convert("RGB"), dtype=float)
    shown = np.asarray(small.convert("RGB"), dtype=float)
    # A quarter of the palette goes to the soft edges of letters, which nobody sees in detail.
    assert np.quantile(np.abs(shown - wanted), 0.999) < 16
    assert np.abs(shown - wanted).mean() < 0.1
    assert len(small.getcolors()) <= 256


def test_markup_alone_is_the_same_each_time_and_leaves_the_figure_open():
    figure, ax = cross()
    assert figure_html(ax, alt=ALT) == figure_html(figure, alt=ALT)
    assert plt.get_fignums() == [figure.number]


ALTS = [
    'The "sigmoid" of x', "It's where p = ½", "p < 0.5 & p > 0.1", '"><script>alert(1)</script>', "&quot; is no quote",
    "로짓이 커지면 확률은 1에 가까워진다", "two lines\nof text here", "1234567890",
]  # fmt: skip


@pytest.mark.parametrize("picture", [lambda: cross()[0], lambda: Diagram(SVG)], ids=["figure", "diagram"])
@pytest.mark.parametrize("alt", ALTS)
def test_an_alt_text_arrives_verbatim_and_cannot_break_out(alt, picture, outputs):
    show(picture(), alt=f"  {alt}\n")
    markup = outputs[0]["data"]["text/html"]
    [(_, attributes)] = Reader(markup).found
    assert attributes["alt"] == outputs[0]["data"]["text/plain"] == alt
    assert set(attributes) <= {"alt", "src", "width"}
    assert f'alt="{html.escape(alt)}"' in markup


@pytest.mark.parametrize("alt", ["", " a plot     ", "123456789"])
def test_a_short_alt_says_nothing(alt, outputs):
    figure, _ = cross()
    with pytest.raises(ValueError, match=f"alt must say.*{re.escape(repr(alt.strip()))}.*name the curves"):
        show(figure, alt=alt)
    assert outputs == []
    assert plt.get_fignums() == [figure.number]
