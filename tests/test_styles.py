"""A colour and a marker mean one thing, and no two things look alike."""

import pytest
from matplotlib.colors import to_hex, to_rgb

from helpers.styles import BOUNDARY_COLOR, CLASS_STYLES, LOSS_STYLES, PROBABILITY_CMAP, TRUTH_STYLE, tint


def test_no_two_things_look_alike():
    assert [tuple(style.values()) for style in CLASS_STYLES] == [("#0072B2", "o"), ("#E69F00", "s"), ("#CC79A7", "^")]
    styles = [*CLASS_STYLES, LOSS_STYLES["BCE"], LOSS_STYLES["MSE"], TRUTH_STYLE]
    assert len({*(style["color"] for style in styles), to_hex(BOUNDARY_COLOR)}) == 7
    assert len({style["linestyle"] for style in styles[3:]}) == 3
    assert LOSS_STYLES["BCE"] == LOSS_STYLES["cross-entropy"]


@pytest.mark.parametrize(("depth", "wanted"), [(0.0, (1, 1, 1)), (0.5, (0.5, 0.75, 1)), (1.0, (0, 0.5, 1))])
def test_a_tint_lies_between_white_and_the_colour(depth, wanted):
    assert tint((0, 0.5, 1), depth) == pytest.approx(wanted)


def test_the_probability_map_runs_from_class_0_over_white_to_class_1():
    ends = [tuple(1 - 0.6 * (1 - channel) for channel in to_rgb(CLASS_STYLES[k]["color"])) for k in (0, 1)]
    for probability, color in ((0.0, ends[0]), (0.5, (1, 1, 1)), (1.0, ends[1])):
        assert PROBABILITY_CMAP(probability)[:3] == pytest.approx(color, abs=0.01)
