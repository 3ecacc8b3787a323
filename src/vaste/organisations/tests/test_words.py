import re
from pathlib import Path

import pytest

import vaste
from vaste.organisations.words import WordsWrong, load_words

PACKAGES = Path(vaste.__file__).parent
FILES = {
    "organisations/sign_in.toml": ["organisations/sign_in.html", "organisations/locked_out.html"],
    "dashboards/results.toml": [
        "dashboards/results.html",
        "dashboards/figure_table.html",
        "dashboards/line_chart.html",
        "dashboards/no_role.html",
    ],
    "dashboards/public.toml": ["dashboards/public_results.html"],
    "cases/requests.toml": ["cases/requests.html", "cases/request.html"],
}


@pytest.mark.parametrize("file", [*FILES, "organisations/staff.toml"])
def test_every_text_is_there_in_three_languages(file):
    words = load_words(PACKAGES / file)

    assert words["fi"].keys() == words["sv"].keys() == words["en"].keys()


@pytest.mark.parametrize("file", [*FILES, "organisations/staff.toml"])
def test_a_text_has_the_same_places_to_fill_in_every_language(file):
    words = load_words(PACKAGES / file)

    for key, text in words["fi"].items():
        places = sorted(re.findall(r"{(\w+)}", text))
        assert places == sorted(re.findall(r"{(\w+)}", words["sv"][key])) == sorted(re.findall(r"{(\w+)}", words["en"][key])), key


@pytest.mark.parametrize(("file", "templates"), FILES.items())
def test_templates_use_only_texts_that_are_there(file, templates):
    known = load_words(PACKAGES / file)["fi"]
    package = file.partition("/")[0]
    for template in templates:
        text = (PACKAGES / package / "templates" / template).read_text(encoding="utf-8")
        assert set(re.findall(r"\bwords\.(\w+)", text)) <= known.keys(), template


@pytest.mark.parametrize(
    "line",
    ['title = { fi = "a", sv = "b" }', 'title = { fi = "a", sv = "b", en = "" }', 'title = { fi = "a", sv = "b", en = "c", se = "d" }'],
)
def test_a_text_with_a_language_missing_or_too_many_is_refused(tmp_path, line):
    file = tmp_path / "texts.toml"
    file.write_text(line, encoding="utf-8")

    with pytest.raises(WordsWrong, match="the text title"):
        load_words(file)
