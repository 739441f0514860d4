"""The chances that rules about an agency rest on: exact tails, without a library of statistics."""
from math import atan, cos, exp, log, pi, sin, sqrt

_SURE = 0.95


def poisson_at_most(count: int, mean: float) -> float:
    """The chance of at most `count` happenings where `mean` are expected."""
    if mean <= 0:
        return 1.0
    term = total = exp(-mean)
    for each in range(1, count + 1):
        term *= mean / each
        total += term
    return min(1.0, total)


def binomial_at_most(count: int, tries: int, share: float) -> float:
    """The chance of at most `count` of so many tries, each with this share."""
    if count >= tries or share <= 0:
        return 1.0
    if count < 0 or share >= 1:
        return 0.0
    # In logarithms: a power of a small share leaves the range of a number.
    logs, term = [], tries * log(1 - share)
    for each in range(count + 1):
        logs.append(term)
        term += log((tries - each) / (each + 1)) + log(share / (1 - share))
    most = max(logs)
    return min(1.0, exp(most) * sum(exp(each - most) for each in logs))


def binomial_at_least(count: int, tries: int, share: float) -> float:
    """The chance of at least `count` of so many tries, each with this share."""
    return binomial_at_most(tries - count, tries, 1 - share)


def none_of(tries: int, count: int, total: int) -> float:
    """The chance of none in so many tries, where `count` of `total` were: the predictive chance by
    Laplace, to whom all shares were as likely beforehand."""
    chance = 1.0
    for each in range(tries):
        chance *= (total - count + 1 + each) / (total + 2 + each)
    return chance


def student_above(value: float, freedom: int) -> float:
    """The chance that Student's t with so many degrees of freedom lies above the value.

    By the finite sums of Abramowitz and Stegun, 26.7.3 and 26.7.4.
    """
    assert freedom >= 1, freedom
    angle = atan(abs(value) / sqrt(freedom))
    square = cos(angle) ** 2
    odd = freedom % 2
    term = cos(angle) if odd else 1.0
    total = term if freedom > 1 else 0.0
    for each in range(2 + odd, freedom - 1, 2):
        term *= square * (each - 1) / each
        total += term
    within = 2 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total
    above = max(0.0, (1 - within) / 2)
    return above if value >= 0 else 1 - above


def percentile_place(count: int, percent: int) -> int:
    """The place (from 1) of a percentile among so many values in order: the nearest rank."""
    return max(1, -(-count * percent // 100))


def percentile_ranks(count: int, percent: int) -> tuple[int, int, int]:
    """Of so many values in order, the places (from 1) of their percentile and of the ends of an
    interval that holds the true one with 95 % certainty; an upper end beyond the last place says
    that so few values give none."""
    at = percentile_place(count, percent)
    share = percent / 100
    low, high = at, at
    while low > 1 and binomial_at_most(low - 1, count, share) > (1 - _SURE) / 2:
        low -= 1
    while high <= count and binomial_at_least(high, count, share) > (1 - _SURE) / 2:
        high += 1
    return low, at, high


def share_interval(count: int, total: int) -> tuple[float, float]:
    """The 95 % Wilson score interval of a share."""
    spread = 1.959963984540054
    share, weight = count / total, spread * spread / total
    centre = (share + weight / 2) / (1 + weight)
    half = spread * sqrt(share * (1 - share) / total + weight / (4 * total)) / (1 + weight)
    return max(0.0, centre - half), min(1.0, centre + half)


def say_chance(chance: float) -> str:
    """A chance as a person says it: "about 1 in 250", in two figures."""
    if chance < 1e-6:
        return "less than 1 in a million"
    times = 1 / chance
    scale = 10 ** max(0, len(str(int(times))) - 2)
    return f"about 1 in {int(times / scale) * scale:,}"
