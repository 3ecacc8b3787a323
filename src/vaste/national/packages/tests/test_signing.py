import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from vaste.national.packages.signing import (
    KeyWrong,
    key_id,
    new_key,
    read_private,
    read_public,
    sign,
    verify,
    written_private,
    written_public,
)


def test_a_signature_is_of_these_bytes_by_this_key_only():
    key, other = new_key(), new_key()
    signature = sign(key, b"manifest")
    named = key_id(key.public_key())
    assert verify(key.public_key(), named, signature, b"manifest")
    assert not verify(key.public_key(), named, signature, b"manifesto")
    assert not verify(other.public_key(), key_id(other.public_key()), signature, b"manifest")
    assert not verify(other.public_key(), named, signature, b"manifest")
    assert not verify(key.public_key(), key_id(other.public_key()), signature, b"manifest")


@pytest.mark.parametrize("signature", ["", "no base64!", "AAAA", "ä" * 88])
def test_what_is_no_signature_is_none(signature):
    key = new_key()
    assert not verify(key.public_key(), key_id(key.public_key()), signature, b"manifest")


def test_a_key_is_named_by_the_first_half_of_its_checksum():
    key = read_public("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    assert key_id(key) == "66687aadf862bd77"


def test_keys_come_back_as_they_were_written():
    key = new_key()
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    assert read_public(written_public(key.public_key())) == key.public_key() == read_public(pem)
    assert read_private(written_private(key)).private_bytes_raw() == key.private_bytes_raw()


def _other_kind() -> tuple[str, str]:
    key = generate_private_key(SECP256R1())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return private, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.parametrize("text", ["", "AAAA", "not a key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", *_other_kind()])
def test_a_text_that_is_no_key_is_refused(text):
    with pytest.raises(KeyWrong):
        read_public(text)
    with pytest.raises(KeyWrong):
        read_private(text)
