"""Where old answers came from, and which rows were taken."""

import msgspec
from django.db import models

from vaste.organisations.models import County


class SourceWords(msgspec.Struct, frozen=True):
    """What a source is called and what its statements said, by language."""

    name: dict[str, str]
    statements: dict[str, dict[str, str]]


_read_words = msgspec.json.Decoder(SourceWords)


class Source(models.Model):
    """A system whose old answers a county has brought in: on which way it asked, and in which words (`SourceWords` as JSON)."""

    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="history_sources")
    name = models.CharField(max_length=60)
    channel = models.CharField(max_length=20)
    instrument = models.CharField(max_length=60)
    words = models.TextField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("county", "name"), name="history_source_once"),
            models.UniqueConstraint(fields=("county", "instrument"), name="history_instrument_once"),
        )

    def __str__(self) -> str:
        return f"source {self.name}"

    def title(self, language: str) -> str:
        """Return what the source is called."""
        return self._words().name[language]

    def statements(self, language: str) -> dict[str, str]:
        """Return the statements as they were asked, by id."""
        return {item: texts[language] for item, texts in self._words().statements.items()}

    def _words(self) -> SourceWords:
        return _read_words.decode(self.words)


class ImportedRow(models.Model):
    """A row that was taken, as a keyed hash of its source and content: known again when it comes again, and nothing else.

    It leads to no response, and its order tells nothing: rows and responses are written apart, each in an order of its own.
    """

    row_hash = models.BinaryField(primary_key=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="rows")

    def __str__(self) -> str:
        return "imported row"
