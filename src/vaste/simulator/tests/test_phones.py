"""What the phones' screens keep."""

import threading

from vaste.simulator.phones import Line, Phones, Side


def test_a_screen_shows_its_lines_in_order():
    phones = Phones()
    phones.show("+358400001000", Side.COUNTY, "Suosittelisitko?")
    phones.show("+358400001000", Side.PERSON, "9")
    assert phones.screen("+358400001000") == [Line(Side.COUNTY, "Suosittelisitko?"), Line(Side.PERSON, "9")]
    assert phones.screen("+358400001001") == []


def test_phones_whose_people_did_something_come_first_the_latest_before_all():
    phones = Phones()
    for number in ("a", "b", "c", "d"):
        phones.show(number, Side.COUNTY, "?")
    phones.show("b", Side.PERSON, "9")
    phones.show("a", Side.PERSON, "10")
    assert [number for number, _lines in phones.busiest(3)] == ["a", "b", "d"]


def test_memory_never_grows_beyond_a_handful_of_phones_and_lines():
    phones = Phones()
    for number in range(1_000):
        phones.show(str(number), Side.COUNTY, "?")
    for line in range(100):
        phones.show("999", Side.PERSON, str(line))
    assert len(phones.busiest(10_000)) == 200
    assert phones.screen("0") == []
    assert [line.text for line in phones.screen("999")][-2:] == ["98", "99"]
    assert len(phones.screen("999")) == 24


def test_who_waits_for_the_county_is_woken_by_its_message():
    phones = Phones()
    phones.show("a", Side.PERSON, "9")
    answer = threading.Timer(0.05, phones.show, ("a", Side.COUNTY, "Kiitos."))
    answer.start()
    assert phones.wait_for_county("a", timeout_seconds=120)
    answer.join()


def test_who_waits_in_vain_is_told_so():
    phones = Phones()
    phones.show("a", Side.PERSON, "9")
    assert not phones.wait_for_county("a", timeout_seconds=0.01)
    assert not phones.wait_for_county("b", timeout_seconds=0.01)
