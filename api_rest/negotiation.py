"""What a client accepts: the q-values of `Accept` and `Accept-Encoding`."""

from __future__ import annotations


def quality(header: str | None, offered: str, *, absent: float = 1) -> float:
    """How much the client wants `offered`, a media type or an encoding: 0 is not at all.

    The most specific range that matches decides. Parameters other than `q` are not looked at.
    `absent` is the answer where there is no header.
    """
    if not header or not header.strip():
        return absent
    kind = offered.partition("/")[0]
    ranks = {offered: 3, f"{kind}/*": 2, "*/*": 1, "*": 1}
    best, found = 0, 0.0
    for item in header.split(","):
        name, *parameters = (part.strip() for part in item.lower().split(";"))
        rank = ranks.get(name, 0)
        if rank > best:
            best, found = rank, _q(parameters)
    return found


def _q(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 1.0
    return 1.0
