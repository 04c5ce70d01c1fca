"""What a colour, a marker and a line style mean, the same in every notebook; the rest is ``course.mplstyle``."""

from matplotlib.colors import LinearSegmentedColormap, to_rgb

# Okabe and Ito (2008), "Color Universal Design": one colour and one marker for each class.
CLASS_STYLES = (
    {"color": "#0072B2", "marker": "o"},
    {"color": "#E69F00", "marker": "s"},
    {"color": "#CC79A7", "marker": "^"},
)
LOSS_STYLES = {
    "BCE": {"color": "#009E73", "linestyle": "-"},
    "cross-entropy": {"color": "#009E73", "linestyle": "-"},
    "MSE": {"color": "#882255", "linestyle": "-."},
}
TRUTH_STYLE = {"color": "#D50000", "linestyle": "--"}  # what is true but unknown in practice
BOUNDARY_COLOR = "black"


def tint(color: str, depth: float = 0.6) -> tuple[float, ...]:
    """Mix a colour with white; depth 1 is the colour itself.

    >>> tint("black", 0.2)
    (0.8, 0.8, 0.8)
    """
    return tuple(1 - depth * (1 - channel) for channel in to_rgb(color))


# From a tint of class 0's colour over white at 1/2 to one of class 1's: light enough for the markers on top.
PROBABILITY_CMAP = LinearSegmentedColormap.from_list(
    "probability", [tint(CLASS_STYLES[0]["color"]), "white", tint(CLASS_STYLES[1]["color"])]
)
