"""Set a document as PDF/UA-1 by Typst. The words and figures are those of the document, and only they."""

from functools import cache
from pathlib import Path

import msgspec
import typst

from vaste.documents.blocks import Document

_TEMPLATE = Path(__file__).parent / "document.typ"


def set_pdf(document: Document) -> bytes:
    """Return a tagged PDF that readers of screens can follow; Typst refuses one without alternative texts."""
    data = msgspec.json.encode(document).decode()
    return bytes(typst.compile(_source(), format="pdf", pdf_standards=["ua-1"], ignore_system_fonts=True, sys_inputs={"document": data}))


@cache
def _source() -> bytes:
    return _TEMPLATE.read_bytes()
