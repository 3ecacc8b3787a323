"""TOML files of our own, read into structs by a decoder that is made once, as msgspec's decoders for other forms are."""

from typing import Generic, TypeVar

import msgspec

Shape = TypeVar("Shape")


class TomlDecoder(Generic[Shape]):
    """Reads TOML of one shape. Make it when the module is imported: docs/adr/0043 says why."""

    def __init__(self, shape: type[Shape]) -> None:
        self._shape = shape
        msgspec.json.Decoder(shape)  # has msgspec describe the structs of the shape now

    def decode(self, octets: bytes) -> Shape:
        """Return what a file says. Raises msgspec.DecodeError, or UnicodeDecodeError where it is not UTF-8."""
        return msgspec.toml.decode(octets, type=self._shape)
