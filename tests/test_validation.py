"""Each check lets good tensors pass, and says of bad ones what is wrong and what to do."""

from functools import partial
from math import inf, nan

import pytest
import torch
from torch import tensor

from helpers.validation import check_binary_labels, check_class_labels, check_features, check_probabilities

FEATURES = partial(check_features, n_features=2)
BINARY = partial(check_binary_labels, n_samples=3)
CLASSES = partial(check_class_labels, n_samples=3, n_classes=3)
SHARES = partial(check_probabilities, sum_to_one=True)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_good_tensors_pass(dtype):
    FEATURES(torch.zeros(3, 2, dtype=dtype))
    BINARY(tensor([[0], [1], [1]], dtype=dtype))
    CLASSES(tensor([0, 2, 1]))
    SHARES(torch.softmax(tensor([[1000, -1000, 0], [-1000, 1000, 1000], [1, 2, 3]], dtype=dtype), dim=1))
    check_probabilities(torch.sigmoid(tensor([[-1000], [0], [1000]], dtype=dtype)))


@pytest.mark.parametrize(
    ("check", "value", "error", "words"),
    [
        (FEATURES, torch.zeros(3, 2).long(), TypeError, r"int64.*X\.float"),
        (FEATURES, torch.zeros(3), ValueError, r"\(3,\).*X\.reshape\(-1, 1\)"),
        (FEATURES, torch.zeros(3, 1), ValueError, "must be 2.*Got 1"),
        (FEATURES, tensor([[nan, 0.0], [1.0, -inf]]), ValueError, "finite.*Got 2"),
        (BINARY, tensor([[0], [1], [1]]), TypeError, r"int64.*y\.float"),
        (BINARY, torch.zeros(3), ValueError, r"\(3, 1\).*\(3,\).*y\.reshape\(-1, 1\)"),
        (BINARY, torch.zeros(2, 1), ValueError, r"\(3, 1\).*\(2, 1\)"),
        (BINARY, tensor([[0.0], [1.0], [2.0]]), ValueError, "0 or 1.*Got 2"),
        (BINARY, tensor([[0.0], [1.0], [-1.0]]), ValueError, "0 or 1.*Got -1"),
        (BINARY, tensor([[0.0], [0.5], [nan]]), ValueError, r"0 or 1.*Got 0\.5"),
        (BINARY, tensor([[0.0], [1.0], [nan]]), ValueError, "0 or 1.*Got nan"),
        (CLASSES, torch.zeros(3), TypeError, r"float32.*y\.long"),
        (CLASSES, tensor([[0], [1], [2]]), ValueError, r"\(3,\).*\(3, 1\).*y\.reshape\(-1\)"),
        (CLASSES, tensor([0, 1]), ValueError, r"\(3,\).*\(2,\)"),
        (CLASSES, tensor([1, 2, 3]), ValueError, "between 0 and 2.*Got 1 to 3"),
        (CLASSES, tensor([-1, 0, 1]), ValueError, "between 0 and 2.*Got -1 to 1"),
        (SHARES, tensor([[-0.1, 1.1]]), ValueError, r"-0\.1 to 1\.1.*sigmoid or torch\.softmax"),
        (check_probabilities, tensor([[0.5], [1.5]]), ValueError, r"0\.5 to 1\.5.*logits"),
        (check_probabilities, tensor([[-0.5], [0.5]]), ValueError, r"-0\.5 to 0\.5.*logits"),
        (check_probabilities, tensor([[nan], [0.5]]), ValueError, "nan"),
        (SHARES, tensor([[0.5, 0.5], [0.5, 0.499]]), ValueError, r"sum to 1.*0\.999 to 1.*softmax"),
        (SHARES, tensor([[0.5, 0.5], [0.5, 0.501]]), ValueError, r"sum to 1.*1 to 1\.001.*softmax"),
    ],
)
def test_a_bad_tensor_is_told(check, value, error, words):
    with pytest.raises(error, match=words):
        check(value)


def test_only_one_column_a_class_must_sum_to_one():
    check_probabilities(tensor([[0.5], [0.2]]))
    with pytest.raises(ValueError, match=r"0\.2 to 0\.5"):
        SHARES(tensor([[0.5], [0.2]]))
