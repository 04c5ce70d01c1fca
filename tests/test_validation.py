"""Every check returns what is good, and says of what is not: the rule, the value, the fix."""

import re

import numpy as np
import pytest
import torch

from helpers.validation import (
    check_binary_labels,
    check_class_labels,
    check_count,
    check_features,
    check_finite,
    check_generator,
)


def whole(message):
    return "^" + re.escape(message) + "$"


@pytest.mark.parametrize("value", [1, 7, np.int64(3)])
def test_a_count_comes_back_as_an_int(value):
    assert check_count(value, "n") == value
    assert type(check_count(value, "n")) is int


@pytest.mark.parametrize("value", [2.0, True, "3", None, torch.tensor(3)])
def test_a_count_is_a_whole_number(value):
    message = (
        f"n_epochs must be a whole number. Got {value!r} ({type(value).__name__}): pass an int such as n_epochs=100."
    )
    with pytest.raises(TypeError, match=whole(message)):
        check_count(value, "n_epochs")


@pytest.mark.parametrize("value", [0, -4])
def test_a_count_is_at_least_one(value):
    with pytest.raises(ValueError, match=whole(f"n must be at least 1. Got {value}: pass 1 or more.")):
        check_count(value, "n")


@pytest.mark.parametrize("value", [2, -0.5, np.float32(0.25), torch.tensor(1.5), torch.tensor([3])])
def test_a_finite_number_comes_back_as_a_float(value):
    assert check_finite(value, "w") == float(value)
    assert type(check_finite(value, "w")) is float


@pytest.mark.parametrize("value", ["1", None, True, 1j, torch.tensor(True), torch.zeros(2), torch.tensor(1j)])
def test_a_finite_number_is_real(value):
    with pytest.raises(TypeError, match=r"^w must be a real number\. Got .*: pass a float such as w=1\.0\.$"):
        check_finite(value, "w")


@pytest.mark.parametrize(
    ("value", "shown"), [(float("nan"), "nan"), (float("-inf"), "-inf"), (torch.tensor(float("inf")), "inf")]
)
def test_a_finite_number_is_neither_nan_nor_infinite(value, shown):
    with pytest.raises(
        ValueError, match=whole(f"b must be finite. Got {shown}: pass a number that is not nan or inf.")
    ):
        check_finite(value, "b")


def test_a_generator_comes_back_untouched():
    generator = torch.Generator().manual_seed(1)
    state = generator.get_state()
    assert check_generator(generator) is generator
    assert torch.equal(generator.get_state(), state)


@pytest.mark.parametrize("value", [43052, None])
def test_a_seed_is_no_generator(value):
    message = (
        f"generator must be a torch.Generator. Got {value!r} ({type(value).__name__}): "
        "pass torch.Generator().manual_seed(SEED)."
    )
    with pytest.raises(TypeError, match=whole(message)):
        check_generator(value)


def test_a_numpy_generator_is_none():
    with pytest.raises(TypeError, match=r"^generator must be a torch\.Generator\. Got Generator\(PCG64\)"):
        check_generator(np.random.default_rng(0))


def test_a_generator_lives_on_the_cpu():
    message = (
        "generator must live on the CPU, as the data does. Got device meta: pass torch.Generator().manual_seed(SEED)."
    )

    class Elsewhere(torch.Generator):
        device = torch.device("meta")

    with pytest.raises(ValueError, match=whole(message)):
        check_generator(Elsewhere())


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_features_come_back_as_they_are(dtype):
    X = torch.zeros(5, 2, dtype=dtype)
    assert check_features(X) is X
    assert check_features(X, n_features=2) is X


@pytest.mark.parametrize(
    ("X", "shown"),
    [
        ([[1.0]], "list"),
        (np.zeros((2, 1)), "ndarray"),
        (torch.zeros(2, 1, dtype=torch.int64), "a tensor of torch.int64"),
    ],
)
def test_features_are_a_floating_tensor(X, shown):
    message = f"X must be a floating tensor. Got {shown}: pass torch.tensor(X, dtype=torch.float32)."
    with pytest.raises(TypeError, match=whole(message)):
        check_features(X)


@pytest.mark.parametrize("shape", [(3,), (0, 2), (2, 3, 4), ()])
def test_features_are_a_table_with_a_row(shape):
    message = (
        "X must have the shape (n_samples, n_features), with at least one sample. "
        f"Got {shape}: for one feature pass X.reshape(-1, 1)."
    )
    with pytest.raises(ValueError, match=whole(message)):
        check_features(torch.zeros(shape))


@pytest.mark.parametrize(("wanted", "columns"), [(1, "one column"), (2, "2 columns")])
def test_features_have_the_columns_that_are_needed(wanted, columns):
    message = f"n_features must be {wanted} to draw a boundary. Got 3: pass {columns} of X."
    with pytest.raises(ValueError, match=whole(message)):
        check_features(torch.zeros(4, 3), n_features=wanted, purpose="draw a boundary")


def test_features_are_finite():
    X = torch.tensor([[0.0, float("nan")], [float("-inf"), 1.0]])
    message = "X must be finite. Got 2 values that are nan or inf: drop or fill those samples."
    with pytest.raises(ValueError, match=whole(message)):
        check_features(X)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_binary_labels_come_back_as_they_are(dtype):
    y = torch.tensor([[0.0], [1.0]], dtype=dtype)
    assert check_binary_labels(y, 2) is y


@pytest.mark.parametrize(("y", "shown"), [(torch.tensor([[0], [1]]), "a tensor of torch.int64"), ([0.0], "list")])
def test_binary_labels_are_floats(y, shown):
    with pytest.raises(
        TypeError, match=whole(f"Binary labels must be a floating tensor. Got {shown}: pass y.float().")
    ):
        check_binary_labels(y, 2)


@pytest.mark.parametrize("shape", [(2,), (1, 2), (3, 1), (2, 2)])
def test_binary_labels_are_one_column(shape):
    message = (
        "Binary labels must have the shape (n_samples, 1) = (2, 1). "
        f"Got {shape}: pass y.reshape(-1, 1), one label for each row of X."
    )
    with pytest.raises(ValueError, match=whole(message)):
        check_binary_labels(torch.zeros(shape), 2)


@pytest.mark.parametrize(("value", "shown"), [(0.5, "0.5"), (-1.0, "-1"), (2.0, "2"), (float("nan"), "nan")])
def test_binary_labels_are_zero_or_one(value, shown):
    message = f"Binary labels must be 0 or 1. Got {shown}: map your two classes to 0.0 and 1.0."
    with pytest.raises(ValueError, match=whole(message)):
        check_binary_labels(torch.tensor([[1.0], [value]]), 2)


def test_class_labels_come_back_as_they_are():
    y = torch.tensor([2, 0, 1])
    assert check_class_labels(y, 3, 3) is y


@pytest.mark.parametrize(
    ("y", "shown"), [(torch.tensor([0.0, 1.0]), "a tensor of torch.float32"), (np.array([0, 1]), "ndarray")]
)
def test_class_labels_are_int64(y, shown):
    with pytest.raises(TypeError, match=whole(f"Class labels must be an int64 tensor. Got {shown}: pass y.long().")):
        check_class_labels(y, 2, 2)


@pytest.mark.parametrize("shape", [(2, 1), (3,)])
def test_class_labels_are_one_row(shape):
    message = (
        "Class labels must have the shape (n_samples,) = (2,). "
        f"Got {shape}: pass y.reshape(-1), one label for each row of X."
    )
    with pytest.raises(ValueError, match=whole(message)):
        check_class_labels(torch.zeros(shape, dtype=torch.int64), 2, 2)


@pytest.mark.parametrize("value", [-1, 3])
def test_class_labels_are_indices(value):
    message = f"Class labels must lie between 0 and 2. Got {value}: number the 3 classes from 0."
    with pytest.raises(ValueError, match=whole(message)):
        check_class_labels(torch.tensor([0, value]), 2, 3)
