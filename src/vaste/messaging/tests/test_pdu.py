"""The octets of SMPP, with the codec of smpplib as the other opinion."""

from dataclasses import replace

import pytest
import smpplib.client
import smpplib.smpp
from hypothesis import given
from hypothesis import strategies as st

from vaste.messaging.smpp.pdu import (
    HEADER,
    Address,
    Command,
    Pdu,
    ShortMessage,
    Tag,
    UnreadableError,
    bind_body,
    read_message_id,
    read_short_message,
    short_message_body,
    take_frames,
)

DIGITS = st.text(alphabet="0123456789", min_size=1, max_size=20)
ADDRESSES = st.builds(Address, ton=st.integers(0, 6), npi=st.integers(0, 18), digits=DIGITS)
MESSAGES = st.builds(
    ShortMessage,
    source=ADDRESSES,
    destination=ADDRESSES,
    octets=st.binary(min_size=1, max_size=254),
    data_coding=st.integers(0, 255),
    esm_class=st.integers(0, 255),
    registered_delivery=st.integers(0, 31),
    options=st.dictionaries(st.just(int(Tag.RECEIPTED_MESSAGE_ID)), st.binary(min_size=1, max_size=64).map(lambda octets: octets + b"\0")),
)


def as_smpplib_reads(pdu: Pdu) -> smpplib.command.Command:
    return smpplib.smpp.parse_pdu(pdu.encode(), client=smpplib.client.SimpleSequenceGenerator(), allow_unknown_opt_params=True)


@given(MESSAGES, st.integers(1, 0x7FFFFFFF))
def test_smpplib_reads_our_submit_as_we_mean_it(message: ShortMessage, sequence: int) -> None:
    without_options = replace(message, options={})  # smpplib knows none of ours in a submit
    read = as_smpplib_reads(Pdu(Command.SUBMIT_SM, 0, sequence, short_message_body(without_options)))

    assert (read.command, read.sequence) == ("submit_sm", sequence)
    assert (read.source_addr, read.destination_addr) == (message.source.digits.encode(), message.destination.digits.encode())
    assert (read.source_addr_ton, read.dest_addr_npi) == (message.source.ton, message.destination.npi)
    assert (read.esm_class, read.data_coding, read.registered_delivery) == (
        message.esm_class,
        message.data_coding,
        message.registered_delivery,
    )
    assert read.short_message == message.octets


@given(MESSAGES)
def test_we_read_the_delivery_that_smpplib_writes(message: ShortMessage) -> None:
    written = smpplib.smpp.make_pdu(
        "deliver_sm",
        sequence=1,
        source_addr_ton=message.source.ton,
        source_addr_npi=message.source.npi,
        source_addr=message.source.digits,
        dest_addr_ton=message.destination.ton,
        dest_addr_npi=message.destination.npi,
        destination_addr=message.destination.digits,
        esm_class=message.esm_class,
        data_coding=message.data_coding,
        registered_delivery=message.registered_delivery,
        short_message=message.octets,
    ).generate()

    read = read_short_message(written[HEADER.size :])

    assert (read.source, read.destination, read.octets) == (message.source, message.destination, message.octets)
    assert (read.esm_class, read.data_coding) == (message.esm_class, message.data_coding)


@given(MESSAGES)
def test_a_short_message_is_read_as_it_was_written(message: ShortMessage) -> None:
    assert read_short_message(short_message_body(message)) == message


def test_smpplib_reads_our_bind() -> None:
    body = bind_body(system_id="county", password="a password longer than eight", system_type="sms")

    read = as_smpplib_reads(Pdu(Command.BIND_TRANSCEIVER, 0, 1, body))

    assert (read.system_id, read.password, read.system_type) == (b"county", b"a password longer than eight", b"sms")
    assert read.interface_version == 0x34


@given(st.binary(max_size=300))
def test_hostile_octets_are_a_message_or_unreadable_and_nothing_else(octets: bytes) -> None:
    try:
        message = read_short_message(octets)
    except UnreadableError:
        return
    assert len(message.octets) <= len(octets)


@given(MESSAGES, st.data())
def test_a_message_cut_short_is_unreadable_or_loses_only_options(message: ShortMessage, data: st.DataObject) -> None:
    body = short_message_body(message)
    cut = data.draw(st.integers(0, len(body) - 1))
    try:
        read = read_short_message(body[:cut])
    except UnreadableError:
        return
    assert read.octets == message.octets
    assert not read.options


@pytest.mark.parametrize("length", [0, 15, 70_001, 0xFFFFFFFF])
def test_a_frame_of_impossible_length_is_told_at_once(length: int) -> None:
    with pytest.raises(UnreadableError, match="command_length"):
        list(take_frames(bytearray(HEADER.pack(length, 4, 0, 1))))


def test_a_part_too_long_for_a_short_message_is_not_written() -> None:
    message = ShortMessage(Address(1, 1, "1"), Address(1, 1, "2"), b"x" * 255)
    with pytest.raises(ValueError, match="longer than a short message"):
        short_message_body(message)


@pytest.mark.parametrize(("body", "found"), [(b"1A2B\0", "1A2B"), (b"1A2B", "1A2B"), (b"", ""), (b"\0", ""), (b" 7\x01 \0junk", "7")])
def test_a_message_id_is_read_even_where_it_is_written_carelessly(body: bytes, found: str) -> None:
    assert read_message_id(body) == found


@given(st.lists(st.binary(max_size=40), max_size=8), st.lists(st.integers(1, 30), max_size=40))
def test_frames_come_whole_however_the_network_cuts_them(bodies: list[bytes], cuts: list[int]) -> None:
    sent = [Pdu(0x05, 0, number, body) for number, body in enumerate(bodies, start=1)]
    stream = b"".join(pdu.encode() for pdu in sent)

    received, buffer = [], bytearray()
    for cut in [*cuts, len(stream)]:
        buffer += stream[:cut]
        stream = stream[cut:]
        received += list(take_frames(buffer))

    assert received == sent
    assert not buffer


@given(st.binary(max_size=200))
def test_any_octets_are_frames_or_unreadable_and_nothing_is_kept_that_was_read(octets: bytes) -> None:
    buffer = bytearray(octets)
    try:
        read = sum(16 + len(pdu.body) for pdu in take_frames(buffer))
    except UnreadableError:
        return
    assert read + len(buffer) == len(octets)
