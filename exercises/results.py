"""What an answer gave, read as numbers: compared with what is right, and shown in a few words."""

from numbers import Real
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

Numbers = Tensor | tuple[Tensor, ...]
MAX_SHOWN = 8


class Unfinished(Exception):
    """The answer still holds the placeholder ``...``."""


class Unreadable(Exception):
    """The answer holds no numbers: what it is instead, and a hint."""

    def __init__(self, what: str, hint: str = "A number, a tensor or a list of numbers is wanted.") -> None:
        super().__init__(what)
        self.hint = hint


def read(value: Any) -> Numbers:
    """Return numbers in any wrapping as one floating tensor without dimensions of size 1.

    A list or tuple whose parts have different shapes becomes a tuple of tensors.

    >>> read([[1, 2.5]])
    tensor([1.0000, 2.5000], dtype=torch.float64)
    >>> read((torch.zeros(2, 1), 3.0))
    (tensor([0., 0.]), tensor(3., dtype=torch.float64))
    """
    if value is ... or (isinstance(value, list | tuple | set) and any(part is ... for part in value)):
        raise Unfinished
    if isinstance(value, list | tuple) and value:
        if set(map(type, value)) <= {bool, int, float}:  # fast for a million
            return torch.tensor(value, dtype=torch.float64).squeeze()
        parts = [read(part) for part in value]
        if any(isinstance(part, tuple) for part in parts):
            raise Unreadable("a list nested in an irregular way")
        same = len({part.shape for part in parts}) == 1
        return torch.stack(parts).squeeze() if same else tuple(parts)
    if value is None:
        raise Unreadable("None", "None is Python's word for nothing. Is a return missing?")
    if isinstance(value, str):
        raise Unreadable(repr(value[:20]), "A number is wanted: leave the quotes out.")
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "biuf":
        value = torch.from_numpy(np.array(value, dtype=value.dtype if value.dtype.kind == "f" else float))
    elif isinstance(value, Real):
        value = torch.tensor(float(value), dtype=torch.float64)
    if not isinstance(value, Tensor) or value.is_complex():
        raise Unreadable(f"something of the type {type(value).__name__}")
    value = value.detach().cpu().squeeze()
    return value.clone() if value.is_floating_point() else value.double()


def parts_of(numbers: Numbers) -> tuple[Tensor, ...]:
    return numbers if isinstance(numbers, tuple) else (numbers,)


def close(got: Numbers, wanted: Numbers, rtol: float, atol: float) -> bool:
    """Say whether the shapes agree and all |got − wanted| ≤ atol + rtol · |wanted|; nan equals nan.

    Half precision gets the tolerance that its few digits need.

    >>> close(read(0.3333), read(1 / 3), 1e-3, 0.0), close(read([1, 2]), read([1, 2, 3]), 1e-3, 0.0)
    (True, False)
    """

    def same(g: Tensor, w: Tensor) -> bool:
        digits = max(rtol, 4 * torch.finfo(g.dtype).eps)
        return g.shape == w.shape and torch.allclose(g.double(), w.double(), rtol=digits, atol=atol, equal_nan=True)

    pairs = zip(parts_of(got), parts_of(wanted), strict=False)
    return len(parts_of(got)) == len(parts_of(wanted)) and all(same(g, w) for g, w in pairs)


def shape_in_words(numbers: Numbers) -> str:
    """Return what the shape is called in a hint.

    >>> shape_in_words(torch.tensor(3.0)), shape_in_words(torch.zeros(4, 2))
    ('one number', '8 numbers of the shape (4, 2)')
    """
    if isinstance(numbers, tuple):
        return f"{len(numbers)} parts ({', '.join(map(shape_in_words, numbers))})"
    if numbers.ndim == 0:
        return "one number"
    return f"{numbers.numel()} numbers" + (f" of the shape {tuple(numbers.shape)}" if numbers.ndim > 1 else "")


def in_words(value: Any) -> str:
    """Return an argument or a result in one short line.

    >>> in_words(torch.tensor([[1.0], [2.5]])), in_words(1 / 3)
    ('[[1], [2.5]]', '0.333333')
    >>> in_words(torch.zeros(1000))
    '1000 numbers, beginning with 0, 0, 0'
    """
    if isinstance(value, Tensor):
        if value.numel() <= MAX_SHOWN:
            return in_words(value.tolist())
        return f"{shape_in_words(value)}, beginning with {', '.join(map(in_words, value.flatten()[:3].tolist()))}"
    if isinstance(value, list | tuple):
        left, right = "[]" if isinstance(value, list) else "()"
        return f"{left}{', '.join(map(in_words, value))}{right}"
    if isinstance(value, bool) or not isinstance(value, Real):
        named = isinstance(value, nn.Module) or callable(value)
        return getattr(value, "__name__", type(value).__name__) if named else repr(value)[:60]
    return f"{value:.6g}"
