"""The report as a file: what it says, how it is set, and what it never says."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from pypdf import PdfReader
from tests.browser import axe_findings, chromium
from tests.factories import DATA, HEALTH_STATION, SMALL_UNIT, make_county, make_soite
from tests.record import invite, record

from vaste.history import mapping as history_mapping
from vaste.history.actions import import_history
from vaste.history.mapping import parse_mapping
from vaste.organisations.models import County
from vaste.reports.actions import make_report
from vaste.reports.facts import ScopeRefused, report_scope
from vaste.reports.models import MadeReport
from vaste.reports.periods import PeriodRefused, report_period
from vaste.reports.setting import Form
from vaste.responses.rules import Channel
from vaste.results.goal_actions import save_goals
from vaste.results.goal_rules import parse_goals

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
_NARROW = "\u202f"


@pytest.fixture
def county() -> County:
    """A county of which one unit has many answers and a small one too few, in the second quarter of 2024."""
    county = make_county()
    for language, invited, answers in (("fi", 120, 40), ("sv", 60, 12)):
        invite(invited, language=language)
        record(answers, language=language, channel=Channel.SMS, nps=9, answers={"access": 5, "information": 3, "own-language": 4})
        record(answers // 4, language=language, nps=3, answers={"access": 4, "information": 2})
    invite(9, unit=SMALL_UNIT)
    record(3, unit=SMALL_UNIT, nps=0)
    return county


def report(county: County, form: Form, *, scope: str = "county", period: str = "2024-Q2", language: str = "en") -> MadeReport:
    return make_report(scope=report_scope(county, scope), period=report_period(period), language=language, form=form, now=NOW, actor="test")


def html(county: County, **changes: str) -> str:
    return bytes(report(county, Form.HTML, **changes).content).decode()


def words_of(made: MadeReport) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(bytes(made.content))).pages)
    return " ".join(text.replace(_NARROW, " ").replace("\u00a0", " ").replace("-\n", "").split())


def test_the_report_says_how_many_answered_and_how_it_stands_to_the_goals(county):
    text = html(county)
    assert "Of the invited (189), 36.0% answered." in text
    assert "Invited after a visit: NPS is 53 (31–70) from 68 answers." in text
    assert "Whether the goal of 50 is met cannot be told." in text
    assert "Best: “I received help when I needed it” 4.8." in text
    assert "Weakest: “I know how my care will continue” 2.8." in text


def test_who_answers_seldom_is_named(county):
    assert "Clearly less often than others answered: Swedish (25.0%)." in html(county)


def test_an_age_that_answers_seldom_is_named(county):
    invite(60, age_band="18-24")
    record(6, age_band="18-24")
    assert "aged 18-24 (10.0%)" in html(county)


def test_a_service_line_can_be_reported_on(county):
    text = html(county, scope="primary_care_reception")
    assert "Service line Health station reception" in text
    assert "from 68 answers" in text


def test_the_goals_are_those_that_hold_at_the_end_of_the_period(county):
    words = '{ fi = "Tavoite", sv = "Mål", en = "Goal" }'
    text = f'[goals.score]\nname = {words}\nowner = {words}\nindicator = "nps"\nvalid_from = 2024-06-30\ntarget = 80\n'
    save_goals(county=county, file=parse_goals(text, units=[], services=[], statements=[], channels=[]), actor="test")
    assert "the goal of 50" not in html(county)
    assert "under the goal of 80" in html(county)
    assert "goal of 50" in html(county, period="2024-04")


def test_a_unit_with_too_few_answers_shows_no_figure_anywhere(county):
    made = bytes(report(county, Form.CSV).content).decode("utf-8-sig")
    rows = [row for row in csv.DictReader(io.StringIO(made)) if row["part"] == "unit:Small station" and row["figure"] != "response_rate"]
    assert {(row["n"], row["value"], row["low"], row["high"]) for row in rows} == {("", "", "", "")}
    assert "There are too few answers from this period to show." in html(county, scope=SMALL_UNIT)


def test_a_unit_from_whose_figures_a_hidden_one_could_be_worked_out_is_hidden_too(county):
    assert "There are too few answers from this period to show." in html(county, scope=HEALTH_STATION)


@pytest.mark.parametrize(("language", "title"), [("fi", "Asiakaspalaute"), ("sv", "Klientrespons"), ("en", "Client feedback")])
def test_the_pdf_is_tagged_titled_and_in_its_language(county, language, title):
    made = report(county, Form.PDF, language=language)
    pdf = PdfReader(io.BytesIO(bytes(made.content)))
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == language
    assert pdf.metadata is not None
    assert (pdf.metadata.title or "").startswith(title)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "pdfuaid" in root["/Metadata"].get_data().decode()
    assert words_of(made).startswith("Soite")


def tags(node: Any) -> Iterator[tuple[str, str]]:
    """Yield the tags of a PDF's structure with their alternative texts, from the top down."""
    below = node.get("/K")
    below = below.get_object() if hasattr(below, "get_object") else below
    for child in below if isinstance(below, list) else [below]:
        child = child.get_object() if hasattr(child, "get_object") else child
        if isinstance(child, dict) and "/S" in child:
            yield child["/S"], str(child.get("/Alt", ""))
            yield from tags(child)


def test_every_chart_of_the_pdf_is_described_and_every_table_has_a_row_of_headings(county):
    root = PdfReader(io.BytesIO(bytes(report(county, Form.PDF).content))).trailer["/Root"]
    found = list(tags(root["/StructTreeRoot"]))
    line, bars = (alt for tag, alt in found if tag == "/Figure")
    assert line == "Line chart. Invited after a visit, NPS by period: Q2/2024: 53. Goal 50."
    assert bars.startswith("Bar chart. Means: “I received help when I needed it” 4.8")
    names = [tag for tag, _ in found]
    assert names.count("/THead") == names.count("/Table") > 3
    assert {"/H1", "/H2", "/L", "/P", "/TH", "/TD"} <= set(names)


def test_the_drawings_are_well_formed_and_escape_what_they_show(county):
    text = html(county)
    drawings = [part.split("</svg>")[0] + "</svg>" for part in text.split("<svg")[1:]]
    assert [ET.fromstring("<svg" + drawing).tag for drawing in drawings] == ["{http://www.w3.org/2000/svg}svg"] * 2


def test_the_figures_come_as_a_spreadsheet_and_as_csv_alike(county):
    made = bytes(report(county, Form.CSV).content)
    sheet = openpyxl.load_workbook(io.BytesIO(bytes(report(county, Form.XLSX).content))).active
    assert made.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"))))
    assert rows[0] == ["from", "to", "channel", "part", "figure", "n", "value", "low", "high"]
    assert len(rows) == sheet.max_row
    first = next(row for row in rows if row[3:5] == ["", "nps"])
    assert first == ["2024-04-01", "2024-06-30", "invited", "", "nps", "68", "52.941176", "30.942641", "70.465810"]


def test_a_period_without_answers_and_one_with_too_few_make_the_same_report(county):
    for month in ("01", "02"):
        invite(20, on=f"2024-{month}-08")
    record(4, on="2024-01-08", answers={"access": 5}, free_text="Hyvin meni.")
    for form in (Form.HTML, Form.CSV):
        few, none = (bytes(report(county, form, period=f"2024-{month}").content).decode() for month in ("01", "02"))
        for january, february in (("January", "February"), ("2024-01-31", "2024-02-29"), ("2024-01", "2024-02"), ("1/2024", "2/2024")):
            few = few.replace(january, february)
        assert few == none


def test_a_report_is_kept_with_its_checksum(county):
    made = report(county, Form.CSV)
    assert len(made.sha256) == 64
    assert MadeReport.objects.get().content is not None


def test_what_cannot_be_reported_on_is_refused(county):
    with pytest.raises(ScopeRefused, match=r"County 18 has no unit and no service line 1\.2\.3"):
        report(county, Form.PDF, scope="1.2.3")
    with pytest.raises(PeriodRefused, match="The period 2030 has not begun"):
        report(county, Form.PDF, period="2030")
    assert not MadeReport.objects.exists()


@pytest.mark.browser
def test_the_web_page_has_no_fault_that_axe_can_find(county, tmp_path: Path):
    file = tmp_path / "report.html"
    file.write_bytes(bytes(report(county, Form.HTML, language="sv").content))
    with chromium() as browser:
        page = browser.new_page()
        page.goto(file.as_uri())
        assert axe_findings(page) == []


@pytest.mark.one_database("`config/tests/test_history_command.py` imports the same files and asks for the same figures")
def test_the_minutes_of_2021_can_be_told_again_in_swedish():
    county = make_soite()
    examples = Path(history_mapping.__file__).parent / "examples"
    for name, file in (("devices", "device-nps-2019-2021.csv"), ("questionnaire", "questionnaire-2020-2021.csv")):
        mapping = parse_mapping((examples / f"{name}.toml").read_text(encoding="utf-8"))
        octets = (DATA / "history" / file).read_bytes()
        import_history(county=county, octets=octets, mapping=mapping, today=date(2026, 11, 25), actor="test")

    text = words_of(report(county, Form.PDF, period="2021", language="sv"))

    assert "NPS per period: 2019: 70, 2020: 74, 2021: 77." in text
    assert "Det är klart över målet 50." in text
    assert "Svar per period: 2020: 1 231, 2021: 848." in text
    assert "Frågeformulär: 848 svar; medeltalet av alla påståenden är 3,8 (3,7–3,9). Det är lite under målet 4,0." in text
    assert "Bäst: ”Service på eget språk” 4,3." in text
    assert "Ingen bjöds in, så det finns ingen svarsprocent" in text
    assert "Inbjudna efter ett besök" not in text
