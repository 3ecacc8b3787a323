"""Results as JSON for machines. The keys are a stable face: more may be added, none renamed."""

from typing import Any

from vaste.indicators.nps import Nps
from vaste.indicators.statements import Statement
from vaste.results.figures import Figures
from vaste.results.results import Results

# More digits than any reader needs, fewer than differ between machines.
_DIGITS = 6
_TOO_FEW = {"too_few": True}


def as_json(results: Results) -> dict[str, Any]:
    """Return results as plain values. Shares lie between 0 and 1; a hidden number of responses is null."""
    whole = _figures(results.whole)
    answer = {
        "period": {"from": results.first and results.first.isoformat(), "to": results.last and results.last.isoformat()},
        **whole,
        "channels": results.channels,
    }
    answer["by"] = [{"key": key, **_figures(figures)} for key, figures in results.rows.items()]
    return answer


def _figures(figures: Figures) -> dict[str, Any]:
    rate = figures.response_rate
    return {
        "responses": figures.responses,
        "invited": figures.invited,
        "response_rate": None if rate is None else round(rate, _DIGITS),
        "nps": _nps(figures.nps) if figures.nps else _TOO_FEW,
        "statements": {item: _statement(result) if result else _TOO_FEW for item, result in figures.statements.items()},
    }


def _nps(nps: Nps) -> dict[str, float]:
    return {
        "value": round(nps.value, _DIGITS),
        "n": nps.n,
        "low": round(nps.low, _DIGITS),
        "high": round(nps.high, _DIGITS),
        "promoters": nps.promoters,
        "passives": nps.passives,
        "detractors": nps.detractors,
    }


def _statement(statement: Statement) -> dict[str, float]:
    return {
        "n": statement.n,
        "mean": round(statement.mean, _DIGITS),
        "low": round(statement.low, _DIGITS),
        "high": round(statement.high, _DIGITS),
        "agree_share": round(statement.agree_share, _DIGITS),
    }
