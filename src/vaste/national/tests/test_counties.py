"""Which organisations there are, and what they are called."""

import pytest

from vaste.national.counties import organisations


def test_there_are_21_counties_with_helsinki_and_hus_in_the_order_of_their_codes():
    assert list(organisations()) == [f"{number:02}" for number in range(1, 22)] + ["90", "HUS"]


def test_a_code_is_text_and_every_name_is_given_in_three_languages():
    soite = organisations()["18"]

    assert [soite.name(language) for language in ("fi", "sv", "en")] == [
        "Keski-Pohjanmaan hyvinvointialue",
        "Mellersta Österbottens välfärdsområde",
        "Central Ostrobothnia wellbeing services county",
    ]
    assert all(each.name(language).strip() for each in organisations().values() for language in ("fi", "sv", "en"))


def test_nobody_changes_the_list_by_mistake():
    with pytest.raises(TypeError):
        organisations()["99"] = organisations()["18"]
