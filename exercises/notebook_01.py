"""The exercises of notebook 01: odds, the two parameters of the curve, a stable sigmoid, costs."""

import math

from exercises.kinds import Case, Choice, Function, Value


def logit(p):
    return math.log(p / (1 - p))


def sigmoid(z):
    e = math.exp(-abs(z))
    return (1 if z >= 0 else e) / (1 + e)


def line_through(x1, z1, x2, z2):
    """The slope and the height at 0 of the line through two points."""
    w = (z2 - z1) / (x2 - x1)
    return w, z1 - w * x1


def curve_through(x1, p1, x2, p2):
    return line_through(x1, logit(p1), x2, logit(p2))


def two_points(draw):
    x1, step = draw.number(), draw.one_of(-1, 1) * draw.number(0.5, 3.0)
    return x1, draw.number(0.2, 9.8) / 10, x1 + step, draw.number(0.2, 9.8) / 10


def point_at(logit_there, w, b):
    return (logit_there - b) / w


def threshold(cost_miss, cost_alarm):
    return cost_alarm / (cost_miss + cost_alarm)


THROUGH_BOTH = "At x1 the curve σ(wx + b) has the height p1, and at x2 the height p2."
TOO_COARSE = (
    "Right, but a tiny probability is lost: in a 0 written for small z, in 1 minus a number that rounds to 1, by "
    "cutting z off, or by something tiny that was added?"
)
FAR_UP = "For a very large z the sigmoid is, rounded, as high as it gets."
STOPS_UP = (
    "Right, except far out. Is e still taken to a large power? Section 3 has a second form of the fraction: each form "
    "belongs to the side where its power is not positive."
)
FAR_DOWN = "For a very negative z the sigmoid is, rounded, as low as it gets."
STOPS_DOWN = "The large z are right, and the other end breaks: to which power is e taken at a very negative z?"
EQUALLY_COSTLY = "At this x, saying 1 and saying 0 cost the same on average."

EXERCISES = [
    Value(
        "01.1", "Three more hours", 2 / 3, rtol=6e-3,
        rule="Each hour multiplies the odds by the same factor; at the end the odds become a probability again.",
        wrong={
            1.6: "This multiplies the probability, and gets above 1. What does an hour multiply?",
            0.4: "This multiplies the probability, and once. What does an hour multiply, and how often?",
            2.0: "These are the odds after three hours. Now turn them into a probability.",
            math.log(2): "This is a logit. Turn it into a probability.",
            1.6 / 2.6: "A probability of 0.2 means odds of 0.2 to 0.8.",
            0.6: "Three hours multiply three times, one after the other: perhaps you took 2 · 3, or 0.2 · 3?",
            1 / 3: "Is this for one more hour, or the probability to fail? To pass is asked for, after three.",
            1 / 2: "That is after two more hours. Three are asked for.",
            8 / 9: "From 2 to 5 it is three hours, and her odds at 2 hours are not 1.",
            32 / 33: "Are her odds at 2 hours 4 to 1, or 1 to 4? And this model's b is not 0.",
            1 / 33: "This goes back in time: with w > 0 the probability must grow.",
            0.2 + 3 * math.log(2): "w is added to the logit, not to the probability.",
            0.2: "This is the probability after 2 hours. With w > 0 it grows with every hour.",
            0.25: "These are the odds after 2 hours. What do three more hours do to them?",
            1.0: "Nothing finite brings the sigmoid to 1. What do three hours do to the odds?",
        },
    ),
    Choice(
        "01.2", "Read two panels", right="C",
        hints={
            "A": "Compare the curves of w = 2 and w = 8 left of the boundary, too.",
            "B": "Read on the axis where the three curves cross ½, at the dotted lines. How far apart are these?",
            "D": "Slide one curve onto another in your mind. Which parameter sets the slope at the boundary?",
        },
    ),
    Function(
        "01.3", "Two points fix the curve", rule=THROUGH_BOTH, parts=("w", "b"), atol=1e-4,
        right=curve_through,
        inputs=two_points,
        cases=[
            Case(1.0, 0.2, 3.0, 0.8),
            Case(2.0, 0.9, -1.0, 0.6, rule=f"{THROUGH_BOTH} The two may come in any order."),
            Case(-2.0, 0.7, 0.5, 0.05, rule=f"{THROUGH_BOTH} Here the probability falls, so w is negative."),
            Case(1.0, 0.3, 2.5, 0.3, rule=f"{THROUGH_BOTH} They may be equal: then the curve is flat.",
                 hint="Right, unless p1 = p2. Is something divided by the difference of the two heights?"),
        ],
        errors={
            "math domain error|expected a": "log got 0 or less. Python reads p / 1 - p as (p / 1) - p, and p - 1 is "
            "below 0: perhaps a bracket is missing, or a difference turned round?",
        },
        wrong={
            "This is a line through the probabilities. Which quantity is a line in x?":
                line_through,
            "This is a line through the odds. One step is missing.":
                lambda x1, p1, x2, p2: line_through(x1, p1 / (1 - p1), x2, p2 / (1 - p2)),
            "This takes the log of the probabilities. The line describes the log of the odds.":
                lambda x1, p1, x2, p2: line_through(x1, math.log(p1), x2, math.log(p2)),
            "The sigmoid leads from the line to p. Here p is given: go the other way.":
                lambda x1, p1, x2, p2: line_through(x1, sigmoid(p1), x2, sigmoid(p2)),
            "w is right. Your b is the logit at x1; b is the logit at x = 0.":
                lambda x1, p1, x2, p2: (curve_through(x1, p1, x2, p2)[0], logit(p1)),
            "w is right. What happens to w·x1 when it crosses the = sign?":
                lambda x1, p1, x2, p2: (w := curve_through(x1, p1, x2, p2)[0], logit(p1) + w * x1),
            "w is right. b takes the height of the first point with the x of the second: one point gives both.":
                lambda x1, p1, x2, p2: (w := curve_through(x1, p1, x2, p2)[0], logit(p1) - w * x2),
            "w is right. b takes the height of the second point with the x of the first: one point gives both.":
                lambda x1, p1, x2, p2: (w := curve_through(x1, p1, x2, p2)[0], logit(p2) - w * x1),
            "Perhaps the two differences in w run in opposite directions? Its sign is turned, and b follows from it.":
                lambda x1, p1, x2, p2: (w := -curve_through(x1, p1, x2, p2)[0], logit(p1) - w * x1),
            "w is the change of the logit for one unit of x. How many units lie between x1 and x2?":
                lambda x1, p1, x2, p2: line_through(x1, logit(p1), x1 + 1, logit(p2)),
            "w is the change of the logit divided by that of x. Here it is the other way round.":
                lambda x1, p1, x2, p2: (w := (x2 - x1) / (logit(p2) - logit(p1)), logit(p1) - w * x1),
            "Both signs are turned. Which of p and 1 − p stands on top in the odds?":
                lambda x1, p1, x2, p2: curve_through(x1, 1 - p1, x2, 1 - p2),
        },
    ),
    Function(
        "01.4", "A sigmoid that stops", rtol=1e-5, atol=1e-300,  # far below σ(−200): no way to it may lose it
        rule="For numbers that are not large, the page's formula is right.",
        right=sigmoid,
        inputs=lambda draw: (draw.number(-3.0, 3.0) * draw.one_of(1, 1, 3, 6),),
        cases=[
            Case(0.0, rule="A logit of 0 stands for even odds."),
            Case(2.0),
            Case(-2.0, rule="σ(−2) and σ(2) add up to 1."),
            Case(11.0, rule="σ(11) is close to 1, and still below it."),
            Case(1000.0, rule=FAR_UP, hint=STOPS_UP),
            Case(720.0, rule=FAR_UP, hint=STOPS_UP),
            Case(-60.0, rule="σ(−60) is nearly e^(−60): tiny, and above 0.", hint=TOO_COARSE),
            Case(-200.0, rule="σ(−200) is nearly e^(−200): tiny, and above 0.", hint=TOO_COARSE),
            Case(-600.0, rule="σ(−600) is nearly e^(−600): tiny, and above 0.", hint=TOO_COARSE),
            Case(-1000.0, rule=FAR_DOWN, hint=STOPS_DOWN),
            Case(-720.0, rule=FAR_DOWN, hint=STOPS_DOWN),
        ],
        errors={
            "OverflowError: ": "e is taken to a power that is too large. Section 3 has two forms of the fraction: each "
            "stands on the side where its power of e is not positive.",
        },
        wrong={
            "Rounding to four digits loses the small probabilities. Return them as they are.":
                lambda z: round(sigmoid(z), 4),
            "Right for z ≥ 0. Below 0 this is σ(−z), above ½: which numerator belongs there?":
                lambda z: sigmoid(abs(z)),
            "Right for z ≤ 0. Above 0 this is σ(−z), below ½: which numerator belongs there?":
                lambda z: sigmoid(-abs(z)),
            "This falls as z grows: the two signs are the wrong way round.":
                lambda z: sigmoid(-z),
            "Python reads 1 / 1 + e as (1 / 1) + e: a bracket is missing.":
                lambda z: 1 / 1 + math.exp(-z),
            "Python reads e / 1 + e as (e / 1) + e: a bracket is missing.":
                lambda z: math.exp(z) / 1 + math.exp(z),
            "This is a jump from 0 to 1. Between them the sigmoid climbs slowly.":
                lambda z: float(z > 0),
        },
    ),
    Function(
        "01.5", "Where the decision changes", rule=EQUALLY_COSTLY, atol=1e-4,
        right=lambda w, b, cost_miss, cost_alarm: point_at(math.log(cost_alarm / cost_miss), w, b),
        inputs=lambda draw: (
            draw.one_of(-1, 1) * draw.number(0.2, 3.0), draw.number(), draw.number(0.1, 9.0), draw.number(0.1, 9.0)
        ),
        cases=[
            Case(2.0, -5.0, 1.0, 1.0, rule="With equal costs the point is the boundary of section 5."),
            Case(2.0, -5.0, 4.0, 1.0, rule=f"{EQUALLY_COSTLY} A costly miss makes us say 1 earlier."),
            Case(0.5, 1.0, 2.0, 18.0, rule=f"{EQUALLY_COSTLY} A costly false alarm makes us say 1 later."),
            Case(-1.5, 2.0, 3.0, 2.0, rule=f"{EQUALLY_COSTLY} That holds for a falling curve, too."),
        ],
        wrong={
            "This is where p is ½, whatever the costs. At which p do the two answers cost the same?":
                lambda w, b, cost_miss, cost_alarm: point_at(0, w, b),
            "A costlier miss must lower the threshold; here it raises it. Costs exchanged, or a sign?":
                lambda w, b, cost_miss, cost_alarm: point_at(math.log(cost_miss / cost_alarm), w, b),
            "This is the threshold for p. Wanted is the x at which p gets there.":
                lambda w, b, cost_miss, cost_alarm: threshold(cost_miss, cost_alarm),
            "This is the logit at the threshold. Wanted is the x at which wx + b gets there.":
                lambda w, b, cost_miss, cost_alarm: math.log(cost_alarm / cost_miss),
            "wx + b is a logit, the threshold a probability. Bring them to the same scale first.":
                lambda w, b, cost_miss, cost_alarm: point_at(threshold(cost_miss, cost_alarm), w, b),
            "The sigmoid turns a logit into a probability. The threshold is one already: go back.":
                lambda w, b, cost_miss, cost_alarm: point_at(sigmoid(threshold(cost_miss, cost_alarm)), w, b),
            "These are the odds at the threshold. The line gives the log-odds.":
                lambda w, b, cost_miss, cost_alarm: point_at(cost_alarm / cost_miss, w, b),
            "The logit is the log of the odds, not of the probability.":
                lambda w, b, cost_miss, cost_alarm: point_at(math.log(threshold(cost_miss, cost_alarm)), w, b),
            "The log of the odds has the base 10 here. The sigmoid is made with e, so its log is the natural one.":
                lambda w, b, cost_miss, cost_alarm: point_at(math.log10(cost_alarm / cost_miss), w, b),
            "What counts is the ratio of the costs, not their difference: which odds make both answers cost the same?":
                lambda w, b, cost_miss, cost_alarm: point_at(cost_alarm - cost_miss, w, b),
            "Put your x back into wx + b. What happens to b when it crosses the = sign?":
                lambda w, b, cost_miss, cost_alarm: point_at(math.log(cost_alarm / cost_miss), w, -b),
            "Put your x back into wx + b: the sign of the whole x is turned.":
                lambda w, b, cost_miss, cost_alarm: point_at(math.log(cost_alarm / cost_miss), -w, b),
            "The division belongs to the whole numerator: mind the brackets.":
                lambda w, b, cost_miss, cost_alarm: math.log(cost_alarm / cost_miss) - b / w,
        },
    ),
]
