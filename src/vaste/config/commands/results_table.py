"""Results as an aligned table for a terminal."""

from collections.abc import Sequence

from vaste.indicators.display import Display, Thresholds, display_of
from vaste.results.figures import Figures
from vaste.results.results import Results

_TOO_FEW = "too few"


def as_table(results: Results) -> str:
    """Return results as text: the whole, its channel mix and statements, then a row for each part."""
    whole = results.whole
    lines = [
        f"Period     {results.first or '-'} to {results.last or '-'}",
        f"Responses  {_count(whole.responses)}",
        f"Invited    {_count(whole.invited, '-')}",
        f"Rate       {_percent(whole.response_rate)}",
        f"NPS        {_nps(whole, results.thresholds)}",
        "Channels   " + ", ".join(f"{channel} {_count(count)}" for channel, count in results.channels.items()),
        "",
        *_aligned([("Statement", "n", "mean", "95 % interval", "agree"), *_statements(whole, results.thresholds)]),
    ]
    if results.rows:
        rows = [(key, *_row(figures, results.thresholds)) for key, figures in results.rows.items()]
        lines += ["", *_aligned([("By", "responses", "invited", "rate", "NPS"), *rows])]
    return "\n".join(lines)


def _statements(figures: Figures, thresholds: Thresholds) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for item, result in figures.statements.items():
        if result is None:
            rows.append((item, _TOO_FEW, "", "", ""))
        elif display_of(result.n, thresholds) is Display.COUNT_ONLY:
            rows.append((item, str(result.n), "", "", ""))
        else:
            interval = f"{result.low:.2f} to {result.high:.2f}"
            rows.append((item, str(result.n), f"{result.mean:.2f}", interval, _percent(result.agree_share)))
    return rows


def _row(figures: Figures, thresholds: Thresholds) -> tuple[str, ...]:
    return (_count(figures.responses), _count(figures.invited, "-"), _percent(figures.response_rate), _nps(figures, thresholds))


def _nps(figures: Figures, thresholds: Thresholds) -> str:
    nps = figures.nps
    if nps is None:
        return _TOO_FEW
    shown = display_of(nps.n, thresholds)
    if shown is Display.COUNT_ONLY:
        return f"n {nps.n}: too few for a figure"
    uncertain = ", uncertain" if shown is Display.UNCERTAIN else ""
    return f"{nps.value:.1f} ({nps.low:.1f} to {nps.high:.1f}), n {nps.n}{uncertain}"


def _count(count: int | None, missing: str = _TOO_FEW) -> str:
    return missing if count is None else str(count)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines, the first column to the left and the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for first, *others in rows:
        cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))]
        lines.append("  ".join(cells).rstrip())
    return lines
