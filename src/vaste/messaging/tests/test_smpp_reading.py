"""What operators' deliveries say, and what we say to operators."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.messaging.decoding import text_of
from vaste.messaging.gateway import Coding, Concat, Outgoing, SubmitEnd
from vaste.messaging.rules import Event
from vaste.messaging.smpp.gateway import outcome_of
from vaste.messaging.smpp.incoming import coding_of, concat_of_header, is_receipt, read_receipt, read_reply
from vaste.messaging.smpp.outgoing import address_of, parts_of, validity_period
from vaste.messaging.smpp.pdu import Address, Pdu, ShortMessage, Tag, UnreadableError, read_short_message, short_message_body
from vaste.messaging.smpp.settings import SmppSettings

PHONE, COUNTY = Address(1, 1, "358400000001"), Address(1, 1, "358457396")


def delivery(octets: bytes = b"", *, esm: int = 0, coding: int = 0, options: dict[int, bytes] | None = None) -> ShortMessage:
    return ShortMessage(PHONE, COUNTY, octets, data_coding=coding, esm_class=esm, options=options or {})


USUAL = b"id:1A2B sub:001 dlvrd:001 submit date:2604011200 done date:2604011201 stat:DELIVRD err:000 text:Hei"


@pytest.mark.parametrize(
    ("message", "provider_id", "event"),
    [
        (delivery(USUAL, esm=4), "1A2B", Event.RECEIPT_DELIVERED),
        (delivery(USUAL), "1A2B", Event.RECEIPT_DELIVERED),  # not marked as a receipt
        (delivery(b"id:7 stat:FAILED", esm=4), "7", Event.RECEIPT_UNDELIVERED),  # no sub, no dates
        (
            delivery(b"id:7 submit date:20260401120000 done date:20260401120100 stat:EXPIRED err:1", esm=4),
            "7",
            Event.RECEIPT_EXPIRED,
        ),
        (delivery("id:7 stat:UNDELIVERABLE".encode("utf-16-be"), esm=4, coding=8), "7", Event.RECEIPT_UNDELIVERED),
        (delivery(b"ID: 0a-0b STAT: deleted", esm=4), "0a-0b", Event.RECEIPT_UNDELIVERED),
        (delivery(b"id:7 stat:ENROUTE", esm=0x20), "7", Event.RECEIPT_TAKEN),
        (delivery(b"id:7 stat:ACCEPTD", esm=4), "7", Event.RECEIPT_TAKEN),
        (delivery(b"id:7 stat:WHATEVER", esm=4), "7", Event.RECEIPT_TAKEN),
        (delivery(options={Tag.RECEIPTED_MESSAGE_ID: b"99\0", Tag.MESSAGE_STATE: b"\x02"}), "99", Event.RECEIPT_DELIVERED),
        (delivery(USUAL, esm=4, options={Tag.RECEIPTED_MESSAGE_ID: b"99\0", Tag.MESSAGE_STATE: b"\x05"}), "99", Event.RECEIPT_UNDELIVERED),
        (delivery(options={Tag.MESSAGE_PAYLOAD: USUAL}, esm=4), "1A2B", Event.RECEIPT_DELIVERED),
        (delivery(b"id:a\x00b stat:DELIVRD", esm=4), "ab", Event.RECEIPT_DELIVERED),
    ],
)
def test_receipts_are_read_in_every_wording(message: ShortMessage, provider_id: str, event: Event) -> None:
    assert is_receipt(message)

    receipt = read_receipt(message, account="operator")

    assert (receipt.provider_id, receipt.event, receipt.number) == (provider_id, event, "358400000001")


@pytest.mark.parametrize("text", [b"9", b"id:12 thanks", b"stat:DELIVRD", b"my id: 5, done date: never"])
def test_what_a_person_writes_is_no_receipt(text: bytes) -> None:
    assert not is_receipt(delivery(text))


@given(st.dictionaries(st.integers(0x1400, 0x3FFF), st.binary(max_size=30), max_size=5), st.binary(max_size=3))
def test_options_of_the_operators_own_and_what_it_pads_with_change_nothing(own: dict[int, bytes], padding: bytes) -> None:
    told = delivery(esm=4, options=own | {Tag.RECEIPTED_MESSAGE_ID: b"77\0", Tag.MESSAGE_STATE: b"\x02"})
    said = delivery(b"9", options=own)

    receipt = read_receipt(read_short_message(short_message_body(told) + padding), account="a")
    reply = read_reply(read_short_message(short_message_body(said) + padding), account="a", bind="", default_coding=Coding.GSM7)

    assert (receipt.provider_id, receipt.event) == ("77", Event.RECEIPT_DELIVERED)
    assert (reply.octets, reply.concat) == (b"9", None)


def test_a_receipt_that_names_no_message_is_unreadable() -> None:
    with pytest.raises(UnreadableError, match="receipted_message_id"):
        read_receipt(delivery(b"stat:DELIVRD", esm=4), account="operator")


@pytest.mark.parametrize(
    ("header", "concat"),
    [
        ("0003000201", Concat(0, 1, 2)),
        ("0003ff0302", Concat(255, 2, 3)),
        ("0804abcd0201", Concat(0xABCD, 1, 2)),
        ("050415810000" + "0003070202", Concat(7, 2, 2)),  # after a port
        ("0003070201" + "25", Concat(7, 1, 2)),
        ("0003070300", None),  # number 0
        ("0003070203", None),  # 3 of 2
        ("0003070101", None),  # the only part
        ("000307", None),
        ("", None),
        ("00", None),
    ],
)
def test_a_header_says_which_part_of_which_text_this_is(header: str, concat: Concat | None) -> None:
    assert concat_of_header(bytes.fromhex(header)) == concat


@pytest.mark.parametrize(
    ("data_coding", "coding"),
    [
        (0, "gsm7"),
        (1, "ia5"),
        (2, "latin1"),
        (3, "latin1"),
        (4, "latin1"),
        (8, "ucs2"),
        (0x10, "gsm7"),
        (0x18, "ucs2"),
        (0xF0, "gsm7"),
        (0xF4, "latin1"),
    ],
)
def test_every_data_coding_has_a_reading(data_coding: int, coding: str) -> None:
    assert coding_of(data_coding, Coding.GSM7) == coding


def test_the_operators_own_alphabet_is_a_setting() -> None:
    assert coding_of(0, Coding.LATIN1) is Coding.LATIN1


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"hyv{{", "hyvää"),
        (b"T{nne: \x00", "Tänne: @"),
        (b"maija@example.fi [9]", "maija@example.fi [9]"),
        ("hyvää".encode("latin-1"), "hyvää"),
        (b"9 kiitos", "9 kiitos"),
    ],
)
def test_ascii_that_is_gsm_in_disguise_is_told_from_real_ascii(octets: bytes, text: str) -> None:
    assert text_of([(octets, Coding.IA5)]) == text


def test_a_letter_cut_at_the_seam_of_two_parts_is_whole_again() -> None:
    first, second = "😀".encode("utf-16-be")[:2], "😀".encode("utf-16-be")[2:]
    assert text_of([(first, Coding.UCS2), (second, Coding.UCS2)]) == "😀"
    assert text_of([(b"\x1b", Coding.GSM7), (b"e", Coding.GSM7)]) == "€"


def test_parts_of_different_codings_are_read_each_in_its_own() -> None:
    assert text_of([(b"hyv{{ ", Coding.GSM7), ("š".encode("utf-16-be"), Coding.UCS2)]) == "hyvää š"


@given(st.lists(st.tuples(st.binary(max_size=50), st.sampled_from(Coding)), min_size=1, max_size=4))
def test_any_octets_in_any_coding_are_some_text_that_can_be_stored(parts: list[tuple[bytes, Coding]]) -> None:
    text_of(parts).encode()


@given(st.binary(max_size=120), st.integers(0, 255), st.integers(0, 255), st.dictionaries(st.sampled_from(Tag), st.binary(max_size=20)))
def test_any_delivery_is_a_receipt_a_reply_or_unreadable(octets: bytes, esm: int, coding: int, options: dict[int, bytes]) -> None:
    message = delivery(octets, esm=esm, coding=coding, options=options)
    try:
        if is_receipt(message):
            assert read_receipt(message, account="operator").provider_id.isprintable()
        else:
            read_reply(message, account="operator", bind="", default_coding=Coding.GSM7)
    except UnreadableError:
        pass


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("+358 457 396 0275", Address(1, 1, "3584573960275")),
        ("3584573960275", Address(1, 1, "3584573960275")),
        ("18588", Address(3, 0, "18588")),
        ("Soite", Address(5, 0, "Soite")),
        ("Keski-Pohjanmaa", Address(5, 0, "Keski-Pohja")),
    ],
)
def test_a_sender_has_the_type_that_operators_ask_for(written: str, address: Address) -> None:
    assert address_of(written) == address


@pytest.mark.parametrize(
    ("validity", "written"),
    [
        (timedelta(hours=24), "000001000000000R"),
        (timedelta(hours=1, minutes=5, seconds=59), "000000010500000R"),
        (timedelta(seconds=-3), "000000000100000R"),
        (timedelta(days=400), "000099000000000R"),
    ],
)
def test_how_long_the_operator_may_try_is_said_in_its_own_writing(validity: timedelta, written: str) -> None:
    assert validity_period(validity) == written


def outgoing(text: str, *, attempt: int = 1, parts_done: frozenset[int] = frozenset()) -> Outgoing:
    return Outgoing(UUID(int=7), "18588", "+358400000001", text, timedelta(hours=1), attempt, parts_done)


def test_only_the_parts_not_taken_before_are_sent_and_they_join_the_others() -> None:
    whole = parts_of(outgoing("a" * 400), default_sender="")
    rest = parts_of(outgoing("a" * 400, parts_done=frozenset({2})), default_sender="")

    assert sorted(whole) == [1, 2, 3]
    assert rest == {1: whole[1], 3: whole[3]}


def test_a_second_sending_does_not_join_parts_of_the_first() -> None:
    first, second = (parts_of(outgoing("a" * 400, attempt=attempt), default_sender="")[1].octets[:6] for attempt in (1, 2))
    assert first[3] != second[3]


@pytest.mark.parametrize(
    ("status", "end", "temporary", "pause"),
    [
        (0x00, SubmitEnd.ACCEPTED, False, None),
        (0x58, SubmitEnd.REJECTED, True, None),
        (0x14, SubmitEnd.REJECTED, True, None),
        (0x08, SubmitEnd.REJECTED, True, None),
        (0x64, SubmitEnd.REJECTED, True, None),
        (0x0B, SubmitEnd.REJECTED, False, None),
        (0x0999, SubmitEnd.REJECTED, False, None),
        (1042, SubmitEnd.REJECTED, True, 600),
    ],
)
def test_a_status_means_taken_later_or_never(status: int, end: SubmitEnd, temporary: bool, pause: float | None) -> None:
    outcome = outcome_of(Pdu(0x80000004, status, 1, b"1A\0"), 1)
    assert (outcome.end, outcome.temporary, outcome.pause_seconds) == (end, temporary, pause)


def test_an_account_is_read_from_its_address() -> None:
    settings = SmppSettings.from_url(
        "smpps://county:p%40ss@sms.example.fi:3551?sender=18588&window=20&rate=50&system_type=sms&alphabet=latin1"
    )

    assert (settings.host, settings.port, settings.tls) == ("sms.example.fi", 3551, True)
    assert (settings.user, settings.password) == ("county", "p@ss")
    assert (settings.sender, settings.window, settings.rate, settings.alphabet) == ("18588", 20, 50.0, Coding.LATIN1)
    assert "p@ss" not in repr(settings)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("smpp://host", "user and a host"),
        ("smpp://user:secret@host:port", "is written"),
        ("http://user:secret@host", "is written"),
        ("smpp://user:secret@host?wnidow=3", "unknown option: wnidow"),
        ("smpp://user:secret@host?window=0", "window must be"),
        ("smpp://user:secret@host?window=2.5", "window must be"),
        ("smpp://user:secret@host?rate=fast", "rate must be"),
        ("smpp://user:secret@host?alphabet=ebcdic", "alphabet must be"),
    ],
)
def test_a_wrong_address_is_refused_in_a_sentence_without_the_password(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as caught:
        SmppSettings.from_url(url)
    assert "secret" not in str(caught.value)
