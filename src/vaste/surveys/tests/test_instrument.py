"""What an instrument file may say, and what the national adult instrument says."""

from pathlib import Path

import pytest

from vaste.surveys import instrument as module
from vaste.surveys.instrument import LANGUAGES, Branch, InstrumentError, ItemKind, load_instrument, national_adult

FOLDER = Path(module.__file__).parent / "instruments"
NATIONAL = (FOLDER / "national-adult-2024-1.toml").read_text(encoding="utf-8")
OWN = (FOLDER / "own-language.toml").read_text(encoding="utf-8")


def test_the_national_adult_instrument_asks_nps_seven_statements_the_own_one_and_free_text_in_this_order():
    assert [item.id for item in national_adult().items] == [
        "nps",
        "access",
        "encounter",
        "participation",
        "safety",
        "information",
        "clarity",
        "benefit",
        "own-language",
        "free_text",
    ]


def test_the_national_adult_instrument_is_for_those_who_have_turned_18():
    assert national_adult().age_limit == 18


def test_a_response_names_the_instrument_and_its_version():
    assert national_adult().version_key == "national-adult/2024-1"


@pytest.mark.parametrize("branch", Branch)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_item_has_its_own_words_in_every_language_and_branch(language, branch):
    texts = [item.text(language, branch) for item in national_adult().items_for(branch)]
    assert len(set(texts)) == 10


@pytest.mark.parametrize(
    ("language", "branch", "words"),
    [
        ("fi", Branch.HEALTH, "Koin oloni turvalliseksi hoidon aikana"),
        ("fi", Branch.SOCIAL, "Koin oloni turvalliseksi palvelun aikana"),
        ("sv", Branch.HEALTH, "Jag kände mig trygg under vården"),
        ("sv", Branch.SOCIAL, "Jag kände mig trygg under servicen"),
        ("en", Branch.HEALTH, "I felt safe during the care"),
        ("en", Branch.SOCIAL, "I felt safe during the service"),
    ],
)
def test_health_care_and_social_services_have_each_their_word(language, branch, words):
    assert national_adult().item("safety").text(language, branch) == words


def test_the_scale_runs_from_full_agreement_down():
    assert national_adult().scale_labels("sv") == (
        (5, "helt av samma åsikt"),
        (4, "delvis av samma åsikt"),
        (3, "varken av samma eller annan åsikt"),
        (2, "delvis av annan åsikt"),
        (1, "helt av annan åsikt"),
    )


def test_the_ends_of_the_recommendation_question_have_words():
    assert national_adult().end_labels("en") == ("very unlikely", "very likely")


def test_a_mark_is_0_to_10_for_nps_1_to_5_for_a_statement_and_none_for_free_text():
    ranges = [national_adult().item(item_id).answer_range for item_id in ("nps", "access", "own-language", "free_text")]
    assert ranges == [(0, 10), (1, 5), (1, 5), None]


def test_the_countys_own_statement_is_no_base_statement():
    assert national_adult().item("own-language").kind is ItemKind.OWN
    assert "own-language" in [item.id for item in national_adult().statements_for(Branch.HEALTH)]


def test_no_text_claims_to_be_the_official_one_since_the_official_file_could_not_be_read():
    wordings = [wording for item in national_adult().items for form in (item.both, item.health, item.social) for wording in form.values()]
    assert not any(wording.verified for wording in wordings)


def test_an_unknown_item_is_a_key_error():
    with pytest.raises(KeyError):
        national_adult().item("age")


def loaded(folder: Path, national: str = NATIONAL, own: str | None = None):
    path = folder / "national.toml"
    path.write_text(national, encoding="utf-8")
    if own is None:
        return load_instrument(path)
    own_path = folder / "own.toml"
    own_path.write_text(own, encoding="utf-8")
    return load_instrument(path, own_statements=[own_path])


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


def without_statements(text: str, *, kept: int) -> str:
    head, *statements = text.split("[[items]]\n")
    nps, *base, free_text = statements
    return "[[items]]\n".join([head, nps, *base[:kept], free_text])


def with_item_last(text: str, item_id: str) -> str:
    head, *items = text.split("[[items]]\n")
    return "[[items]]\n".join([head, *sorted(items, key=lambda item: item.startswith(f'id = "{item_id}"'))])


SAFETY_SV = 'sv = { text = "Jag kände mig trygg under vården", source = "osterbotten-2022", verified = false }\n'
NPS_BOTH = '[[items]]\nid = "nps"\nkind = "nps"\n'


@pytest.mark.parametrize(
    ("national", "fault"),
    [
        (changed(NATIONAL, SAFETY_SV, ""), "item safety (health) has no text in sv"),
        (
            changed(NATIONAL, SAFETY_SV, SAFETY_SV.replace("Jag kände mig trygg under vården", " ")),
            "item safety (health) has no text in sv",
        ),
        (
            changed(NATIONAL, SAFETY_SV, SAFETY_SV + SAFETY_SV.replace("sv", "se", 1)),
            "item safety (health) has a text in the unknown language 'se'",
        ),
        (
            changed(NATIONAL, SAFETY_SV, SAFETY_SV.replace("osterbotten-2022", "hearsay")),
            "item safety (health) names the unknown source 'hearsay' in sv",
        ),
        (changed(NATIONAL, 'text = "mycket osannolikt"', 'text = ""'), "ends.low has no text in sv"),
        (changed(NATIONAL, 'text = "somewhat agree"', 'text = ""'), "scale step 4 has no text in en"),
        (changed(NATIONAL, 'id = "clarity"', 'id = "safety"'), "item safety stands there twice"),
        (changed(NATIONAL, 'id = "clarity"', 'id = "Clarity!"'), "the item id 'Clarity!' is not made of"),
        (changed(NATIONAL, 'id = "nps"\n', 'id = "recommend"\n'), 'exactly one item must be of kind "nps", and its id must be "nps"'),
        (changed(NATIONAL, 'kind = "nps"', 'kind = "base"'), 'exactly one item must be of kind "nps"'),
        (changed(NATIONAL, 'kind = "free_text"', 'kind = "base"'), 'exactly one item must be of kind "free_text"'),
        (changed(NATIONAL, 'kind = "base"', 'kind = "own"'), "holds an own statement"),
        (with_item_last(NATIONAL, "nps"), "the items must stand in the order NPS, statements, free text"),
        (without_statements(NATIONAL, kept=1), "the branch health has 1 base statements, where 2 to 7 are asked"),
        (changed(NATIONAL, "value = 3", "value = 6"), "the scale must have the steps 5, 4, 3, 2, 1"),
        (changed(NATIONAL, "age_limit = 18", "age_limit = -1"), "the age limit -1 is not an age"),
        (changed(NATIONAL, 'version = "2024-1"', 'version = "2024 1"'), "the id or version '2024 1'"),
        (changed(NATIONAL, "[items.health]", "[items.both]"), "item participation needs texts either for both branches or for each"),
        (changed(NATIONAL, "age_limit = 18", "age_limit = 18\ncolour = 1"), "unknown field `colour`"),
        (changed(NATIONAL, "age_limit = 18", 'age_limit = "18"'), "Expected `int`"),
        (changed(NATIONAL, 'kind = "nps"', 'kind = "stars"'), "Invalid enum value 'stars'"),
        ("id = ", "cannot be read"),
        ("", "cannot be read"),
    ],
)
def test_a_faulty_file_is_refused_in_one_sentence_that_names_the_file_and_the_place(tmp_path, national, fault):
    with pytest.raises(InstrumentError) as refusal:
        loaded(tmp_path, national)
    sentence = str(refusal.value)
    assert "national.toml" in sentence
    assert fault in sentence
    assert sentence.endswith(".")


def test_two_base_statements_are_enough(tmp_path):
    instrument = loaded(tmp_path, without_statements(NATIONAL, kept=2))
    assert [item.id for item in instrument.statements_for(Branch.SOCIAL)] == ["access", "encounter"]


def test_an_item_worded_for_one_branch_is_asked_in_that_branch_only(tmp_path):
    head, social = NATIONAL.split("[items.social]", 1)
    health_only = head + social[social.index("[[items]]") :]
    instrument = loaded(tmp_path, health_only)
    assert "participation" in [item.id for item in instrument.items_for(Branch.HEALTH)]
    assert "participation" not in [item.id for item in instrument.items_for(Branch.SOCIAL)]


@pytest.mark.parametrize(
    ("own", "fault"),
    [
        (changed(OWN, 'kind = "own"', 'kind = "base"'), 'item own-language is of kind "base"'),
        (changed(OWN, 'id = "own-language"', 'id = "safety"'), "item safety stands there twice"),
        (changed(OWN, 'source = "working"', 'source = "nobody"'), "names the unknown source 'nobody'"),
        (OWN + '\nid = "national-adult"', "cannot be read"),
    ],
)
def test_a_county_can_only_add_statements_of_its_own(tmp_path, own, fault):
    with pytest.raises(InstrumentError, match=fault) as refusal:
        loaded(tmp_path, own=own)
    assert "own.toml" in str(refusal.value)


def test_a_file_that_is_not_there_or_not_text_is_refused_in_words(tmp_path):
    with pytest.raises(InstrumentError, match=r"missing\.toml cannot be read"):
        load_instrument(tmp_path / "missing.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InstrumentError, match=r"binary\.toml cannot be read"):
        load_instrument(tmp_path / "binary.toml")
