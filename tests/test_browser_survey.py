"""The survey pages in a real Chromium: small and large, by keyboard alone, without script, dark and in forced colours."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page

from tests.browser import axe_findings, chromium, width_of
from tests.factories import make_county
from vaste.survey_pages.replies import send
from vaste.survey_pages.store import store
from vaste.survey_pages.tests.links import UNKNOWN, mailbox, open_link, pages_over

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = {"phone": {"width": 320, "height": 640}, "tablet": {"width": 768, "height": 1024}, "desk": {"width": 1280, "height": 800}}


class _ThreadingServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, *args):
        """Write nothing: a test has nobody to tell."""


@contextmanager
def _serving() -> Iterator[str]:
    pages = pages_over(store())

    def application(environ, start_response):
        with closing(connection):
            return send(pages.reply_to(environ), environ, start_response)

    with make_server("127.0.0.1", 0, application, _ThreadingServer, _QuietHandler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def _visiting() -> Iterator[tuple[Browser, str]]:
    with _serving() as address, chromium() as browser:
        yield browser, address


@pytest.fixture
def links(db):
    """Eight open links, made before the browser starts."""
    make_county()
    return [open_link() for _ in range(8)]


def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until the wanted element has the focus, as somebody without a mouse does."""
    wanted = page.locator(selector)
    for _ in range(60):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached by keyboard")


def _boxes(page: Page, selector: str) -> list[dict[str, float]]:
    """Return where each matching element stands, in one round trip."""
    found: list[dict[str, float]] = page.eval_on_selector_all(
        selector, "all => all.map(one => { const {y, width, height} = one.getBoundingClientRect(); return {y, width, height}; })"
    )
    return found


def test_a_phone_without_script_and_with_keys_alone_answers_in_swedish(links):
    with _visiting() as (browser, address):
        page = browser.new_context(viewport=SIZES["phone"], java_script_enabled=False).new_page()
        page.goto(address + links[0])
        _tab_to(page, "a[hreflang=sv]")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Hur var ditt besök?").wait_for()
        _tab_to(page, "#nps-0")
        page.keyboard.press("ArrowLeft")
        _tab_to(page, "#access-5")
        page.keyboard.press("Space")
        _tab_to(page, "#free_text")
        page.keyboard.type("Tack för vården")
        _tab_to(page, "summary")
        page.keyboard.press("Enter")
        _tab_to(page, "#phone")
        page.keyboard.type("040 000 0001")
        _tab_to(page, "#do")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Tack. Ditt svar hjälper oss att förbättra servicen.").wait_for()
        assert "Vi kontaktar dig inom 10 arbetsdagar." in page.inner_text("main")
    (answer,) = mailbox()
    assert (answer.nps, answer.answers, answer.free_text, answer.language) == (10, "access=5", "Tack för vården", "sv")


def test_a_thumb_saves_comes_back_is_corrected_sends_and_erases(links):
    with _visiting() as (browser, address):
        page = browser.new_context(viewport=SIZES["phone"], has_touch=True).new_page()
        page.goto(address + links[0])
        page.tap("label:has(#nps-7)")
        page.tap("text=Tallenna ja jatka myöhemmin")
        page.get_by_role("heading", name="Vastauksesi on tallennettu, mutta sitä ei ole vielä lähetetty.").wait_for()
        page.goto(address + links[0])
        assert page.is_checked("#nps-7")
        page.tap("summary")
        page.fill("#email", "maija")
        page.tap("text=Lähetä vastaus")
        page.tap("[role=alert] a")
        assert page.evaluate("document.activeElement.id") == "email"
        page.fill("#email", "maija@malli.example")
        page.tap("text=Lähetä vastaus")
        code = page.inner_text(".code")
        page.tap("a[href='/poista']")
        page.fill("#code", code)
        page.tap("text=Poista vastaukseni")
        page.get_by_role("heading", name="Vastauksesi on poistettu").wait_for()
    assert mailbox() == []


def test_the_page_is_one_request_and_nothing_in_it_is_blocked(links):
    with _visiting() as (browser, address):
        page = browser.new_page()
        asked, complaints = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(address + links[0], wait_until="networkidle")
        assert asked == [address + links[0]]
        assert complaints == []
        assert page.evaluate("getComputedStyle(document.querySelector('.scale')).display") == "grid"


def test_every_button_is_large_enough_and_nothing_runs_off_the_side(links):
    with _visiting() as (browser, address):
        page = browser.new_page()
        for size in SIZES.values():
            page.set_viewport_size(size)
            for language in ("fi", "sv", "en"):
                page.goto(f"{address}{links[0]}?lang={language}")
                assert width_of(page) <= size["width"]
                page.click("summary")
                boxes = _boxes(page, ".scale label, .steps label, .tick, button, summary, nav a")
                assert len(boxes) > 50
                assert min(box["width"] for box in boxes) >= 44
                assert min(box["height"] for box in boxes) >= 44


def test_the_scores_stand_in_one_row_where_there_is_room_and_are_equally_wide(links):
    with _visiting() as (browser, address):
        page = browser.new_page()
        page.goto(address + links[0])
        for width, rows in ((320, [6, 5]), (599, [6, 5]), (600, [11]), (640, [11]), (1280, [11])):
            page.set_viewport_size({"width": width, "height": 800})
            boxes = _boxes(page, ".scale label")
            tops = [box["y"] for box in boxes]
            assert [tops.count(top) for top in sorted(set(tops))] == rows
            assert max(box["width"] for box in boxes) - min(box["width"] for box in boxes) < 1
            assert min(box["width"] for box in boxes) >= 44


def test_the_chosen_score_and_the_focus_can_be_seen_in_every_look(links):
    paint = "element => getComputedStyle(element).backgroundColor + getComputedStyle(element).color"
    with _visiting() as (browser, address):
        for look in ({"color_scheme": "light"}, {"color_scheme": "dark"}, {"forced_colors": "active"}):
            page = browser.new_context(**look).new_page()
            page.goto(address + links[0])
            page.check("#nps-3", force=True)
            assert page.eval_on_selector("#nps-3 + span", paint) != page.eval_on_selector("#nps-4 + span", paint)
            assert page.eval_on_selector("#nps-3 + span", "element => getComputedStyle(element).outlineWidth") == "3px"


@pytest.mark.parametrize(("language", "look"), [("fi", "light"), ("sv", "dark"), ("en", "light")])
def test_axe_finds_nothing_on_any_page(links, language, look):
    wrong, right = links[:2]
    withdrawal = {"fi": "/poista", "sv": "/radera", "en": "/withdraw"}[language]
    with _visiting() as (browser, address):
        page = browser.new_context(viewport=SIZES["phone"], color_scheme=look).new_page()

        def at(path: str) -> None:
            page.goto(address + path)
            assert axe_findings(page) == [], path

        def after(button: str) -> None:
            page.click(button)
            assert axe_findings(page) == [], button

        at(f"{wrong}?lang={language}")
        after("summary")
        after("#do")
        page.click("summary")
        page.fill("#phone", "x")
        page.check("#access-5")
        after("[value=save]")
        after(".foot a")
        after("[value=refuse]")
        after("[value=return]")
        at(UNKNOWN)
        at(f"{right}?lang={language}")
        page.check("#nps-9", force=True)
        after("#do")
        code = page.inner_text(".code")
        at(withdrawal)
        page.fill("#code", "ABC")
        after("button")
        page.fill("#code", code)
        after("button")
