"""The statement of de-identification as people read it: in their words, not in the names of columns."""

import pytest

from vaste.national.packages.layout import TABLES
from vaste.national.packages.statements import LEFT_OUT, written_statements


def facts(**more: object) -> dict[str, object]:
    return {
        "campaign": "spring",
        "version": 1,
        "first": "2026-Q1",
        "last": "2026-Q2",
        "instrument": "national-adult/2024-1",
        "k": 5,
        "left_out": list(LEFT_OUT),
        "merges": [],
        "tables": {"strata": {"hidden": 2, "cells": 15}},
        "smallest_shown": 7,
        "audit": {"sums": 4, "comparisons": 0, "narrowest": 6},
        "earlier": [],
        **more,
    }


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fi", "Karkeistukset: taulukko strata ei erottele: kanava, ikäryhmä; taulukko units ei erottele: yksikkö."),
        ("sv", "Sammanslagningar: tabellen strata skiljer inte på kanal, åldersgrupp; tabellen units skiljer inte på enhet."),
        ("en", "Merges: the table strata does not tell apart channel, age band; the table units does not tell apart unit."),
    ],
)
def test_each_table_that_was_made_coarser_is_told_once_with_what_it_does_not_tell_apart(language, told):
    merges = [("strata", "channel"), ("units", "unit"), ("strata", "age")]
    found = written_statements(facts(merges=[{"table": table, "mark": mark, "bits_lost": 1} for table, mark in merges]))
    assert told in found[f"statement.{language}.txt"].decode().splitlines()


def test_every_mark_of_every_table_has_its_words():
    every = [{"table": name, "mark": mark, "bits_lost": 1} for name, table in TABLES.items() for mark in table.marks]
    for text in written_statements(facts(merges=every)).values():
        assert "{" not in text.decode()
