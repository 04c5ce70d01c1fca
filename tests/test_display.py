"""A shown figure keeps its alt text, its size and its markup, and is closed."""

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

from helpers.display import figure_html, show

ALT = "Two lines that cross at the origin"


@pytest.fixture
def outputs():
    """What IPython shows: a list of (data, metadata), one for each output."""
    from IPython.core.displaypub import CapturingDisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell

    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    shell.display_pub = CapturingDisplayPublisher()
    yield shell.display_pub.outputs
    InteractiveShell.clear_instance()


class Reader(HTMLParser):
    """The tags and the attributes that a browser sees."""

    def __init__(self, markup):
        super().__init__()
        self.tags = []
        self.feed(markup)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, text):
        self.tags.append(("text", text))


def image_of(markup):
    [(tag, attributes)] = Reader(markup).tags
    assert tag == "img"
    head, _, data = attributes["src"].partition(",")
    assert head == "data:image/png;base64"
    return attributes, Image.open(io.BytesIO(base64.b64decode(data, validate=True)))


def cross(figsize=(3.3, 2.0)):
    figure, ax = plt.subplots(figsize=figsize)
    ax.plot([-1, 1], [-1, 1], color="#0072B2", linewidth=12)
    ax.plot([-1, 1], [1, -1], color="#D50000", linewidth=12)
    return figure, ax


def test_what_is_shown_is_an_image_with_its_alt_text(outputs):
    figure, _ = cross()
    assert show(figure, alt=ALT) is None
    [output] = outputs
    assert sorted(output["data"]) == ["text/html", "text/plain"]
    assert output["data"]["text/plain"] == ALT
    attributes, _ = image_of(output["data"]["text/html"])
    assert attributes["alt"] == ALT


@pytest.mark.parametrize("index", [0, 1], ids=["figure", "axes"])
def test_the_figure_is_closed_and_no_other(index, outputs):
    other = plt.figure()
    show(cross()[index], alt=ALT)
    assert plt.get_fignums() == [other.number]
    assert len(outputs) == 1


def test_axes_inside_a_subfigure_show_the_whole_figure(outputs):
    figure = plt.figure(figsize=(6, 3))
    left, _ = figure.subfigures(1, 2)
    show(left.subplots(), alt=ALT)
    attributes, image = image_of(outputs[0]["data"]["text/html"])
    assert (attributes["width"], image.size) == ("576", (864, 432))
    assert plt.get_fignums() == []


@pytest.mark.parametrize("figsize", [(6.6, 3.9), (4, 4), (2.5, 8)])
def test_the_image_has_the_size_of_the_figure(figsize):
    attributes, image = image_of(figure_html(cross(figsize)[0], alt=ALT))
    assert int(attributes["width"]) == round(figsize[0] * 96)
    assert image.size == pytest.approx([side * 144 for side in figsize], abs=1)
    assert image.size[0] / image.size[1] == pytest.approx(figsize[0] / figsize[1], rel=0.01)


def test_the_image_shows_what_the_figure_does():
    figure, _ = cross()
    _, image = image_of(figure_html(figure, alt=ALT))
    full = io.BytesIO()
    figure.savefig(full, format="png", dpi=144)
    wanted = np.asarray(Image.open(full).convert("RGB"), dtype=float)
    shown = np.asarray(image.convert("RGB"), dtype=float)
    # A quarter of the palette goes to the soft edges of letters, which nobody sees in detail.
    assert np.quantile(np.abs(shown - wanted), 0.999) < 16
    assert np.abs(shown - wanted).mean() < 0.1
    assert len(image.getcolors()) <= 256


def test_the_same_figure_gives_the_same_markup():
    assert figure_html(cross()[0], alt=ALT) == figure_html(cross()[1], alt=ALT)


def test_markup_alone_leaves_the_figure_open():
    figure, ax = cross()
    figure_html(ax, alt=ALT)
    assert plt.get_fignums() == [figure.number]


@pytest.mark.parametrize(
    "alt",
    [
        'The "sigmoid" of x',
        "It's where p = ½",
        "p < 0.5 & p > 0.1 everywhere",
        '"><script>alert(1)</script>',
        "&quot; is not a quote here",
        "로짓이 커지면 확률은 1에 가까워진다",
        "two lines\nof text here",
    ],
)
def test_an_alt_text_arrives_verbatim_and_cannot_break_out(alt, outputs):
    show(cross()[0], alt=alt)
    markup = outputs[0]["data"]["text/html"]
    attributes, _ = image_of(markup)
    assert attributes["alt"] == alt
    assert sorted(attributes) == ["alt", "src", "width"]
    assert outputs[0]["data"]["text/plain"] == alt
    assert "<script" not in markup
    assert f'alt="{html.escape(alt)}"' in markup


def test_space_around_an_alt_text_is_dropped(outputs):
    show(cross()[0], alt=f"  {ALT}\n")
    assert outputs[0]["data"]["text/plain"] == ALT
    assert image_of(outputs[0]["data"]["text/html"])[0]["alt"] == ALT


@pytest.mark.parametrize("function", [show, figure_html])
def test_alt_is_required_by_name(function):
    figure, _ = cross()
    with pytest.raises(TypeError, match="alt"):
        function(figure)
    with pytest.raises(TypeError, match="positional"):
        function(figure, ALT)


@pytest.mark.parametrize("alt", ["", "   ", "a plot", " a plot     ", "123456789"])
def test_a_short_alt_says_nothing(alt, outputs):
    figure, _ = cross()
    message = (
        f"alt must say in a sentence what the picture shows. Got {alt!r}: name the curves and what happens to them."
    )
    with pytest.raises(ValueError, match="^" + re.escape(message) + "$"):
        show(figure, alt=alt)
    assert outputs == []
    assert plt.get_fignums() == [figure.number]


def test_ten_letters_are_enough():
    assert image_of(figure_html(cross()[0], alt="1234567890"))[0]["alt"] == "1234567890"


@pytest.mark.parametrize(
    ("alt", "kind"), [(None, "NoneType"), (3, "int"), (b"ten letters", "bytes"), (["a"] * 20, "list")]
)
def test_an_alt_is_a_text(alt, kind, outputs):
    message = f"alt must be a text. Got {kind}: say in a sentence what the picture shows."
    with pytest.raises(TypeError, match="^" + re.escape(message) + "$"):
        show(cross()[0], alt=alt)
    assert outputs == []


@pytest.mark.parametrize(("picture", "kind"), [(None, "NoneType"), ("plot", "str"), (plt, "module"), ([1], "list")])
def test_a_picture_is_a_figure_or_axes(picture, kind, outputs):
    message = f"show takes a Figure or Axes. Got {kind}: pass what the plot function returned."
    with pytest.raises(TypeError, match="^" + re.escape(message) + "$"):
        show(picture, alt=ALT)
    assert outputs == []
