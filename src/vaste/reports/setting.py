"""Set a report: PDF/UA-1, HTML, CSV or a spreadsheet. The words and figures are those of the document, and only they."""

import csv
import io
from collections.abc import Callable
from enum import StrEnum

import xlsxwriter
from django.template.loader import render_to_string

from vaste.documents.setting import set_pdf
from vaste.reports.document import Datum, Report

_BYTE_ORDER_MARK = "\ufeff"  # without it spreadsheets take UTF-8 for another encoding
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


class Form(StrEnum):
    """How a report is set; also the ending of its file."""

    PDF = "pdf"
    HTML = "html"
    CSV = "csv"
    XLSX = "xlsx"


CONTENT_TYPES = {
    Form.PDF: "application/pdf",
    Form.HTML: "text/html; charset=utf-8",
    Form.CSV: "text/csv; charset=utf-8",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def set_report(document: Report, form: Form) -> bytes:
    """Return a report as a file."""
    return _SETTERS[form](document)


def _html(document: Report) -> bytes:
    return render_to_string("reports/report.html", {"document": document}).encode()


def _csv(document: Report) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(Datum.columns)
    writer.writerows([_written(value) for value in datum.row()] for datum in document.data)
    return (_BYTE_ORDER_MARK + file.getvalue()).encode()


def _written(value: str | float | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA_SIGNS) else value
    return str(value) if isinstance(value, int) else f"{value:.6f}"


def _xlsx(document: Report) -> bytes:
    file = io.BytesIO()
    # Texts are never formulas or links, whatever they begin with.
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(document.period[:31])
        bold = book.add_format({"bold": True, "bottom": 1})
        figure = book.add_format({"num_format": "0.00"})
        sheet.write_row(0, 0, Datum.columns, bold)
        for number, datum in enumerate(document.data, start=1):
            for column, value in enumerate(datum.row()):
                sheet.write(number, column, value, figure if isinstance(value, float) else None)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(document.data), len(Datum.columns) - 1)
        sheet.autofit()
        book.set_properties({"title": f"{document.title}, {document.scope}, {document.period}", "author": document.county})
    return file.getvalue()


_SETTERS: dict[Form, Callable[[Report], bytes]] = {Form.PDF: set_pdf, Form.HTML: _html, Form.CSV: _csv, Form.XLSX: _xlsx}
