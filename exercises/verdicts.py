"""What a check says: the same words as a page and as plain text."""

import html
from dataclasses import dataclass

CORRECT, NOT_YET, NOT_ATTEMPTED = "Correct", "Not yet", "Not attempted"
MAX_LENGTH = 300

# A symbol for the eye, and a colour of JupyterLab's theme with one for pages without themes.
LOOKS = {
    CORRECT: ("✓", "var(--jp-success-color1, #2e7d32)"),
    NOT_YET: ("✗", "var(--jp-error-color1, #c62828)"),
    NOT_ATTEMPTED: ("○", "var(--jp-border-color1, #757575)"),
}


class NotCorrectError(AssertionError):
    """Raised while a notebook is graded, so that the check cell scores nothing."""


@dataclass(frozen=True)
class Verdict:
    """The outcome of one check: the exercise's id, a status, and pairs of a label and a text.

    >>> Verdict("03.2", NOT_YET, (("Got", "0.5"), ("Hint", "Mind the sign.")))
    Exercise 3.2: Not yet.
    Got: 0.5
    Hint: Mind the sign.
    """

    exercise: str
    status: str
    details: tuple[tuple[str, str], ...] = ()

    @property
    def _title(self) -> str:
        notebook, dot, number = self.exercise.partition(".")
        return f"Exercise {notebook.lstrip('0') or '0'}{dot}{number}:"

    def _lines(self) -> list[tuple[str, str]]:
        return [(label, _on_one_line(text)) for label, text in self.details if text]

    def __repr__(self) -> str:
        return "\n".join([f"{self._title} {self.status}.", *(f"{label}: {text}" for label, text in self._lines())])

    def _repr_html_(self) -> str:
        symbol, colour = LOOKS[self.status]
        lines = "".join(
            f'<div style="margin-top: 4px"><em>{label}:</em> {html.escape(text)}</div>' for label, text in self._lines()
        )
        return (
            f'<div style="border-left: 5px solid {colour}; padding: 4px 12px; line-height: 1.4">'
            f'<div>{html.escape(self._title)} <span aria-hidden="true" style="color: {colour}">{symbol}</span> '
            f"<strong>{self.status}.</strong></div>{lines}</div>"
        )


def _on_one_line(text: str) -> str:
    """Without line breaks and whatever else cannot be printed, and not too long."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text[: 4 * MAX_LENGTH]).split())
    return line if len(line) <= MAX_LENGTH else line[: MAX_LENGTH - 1] + "…"
