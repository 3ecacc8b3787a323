"""Write a package: tables in both forms, the manifest and its signature. The same contents give the same bytes."""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import duckdb
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vaste.national.packages import layout
from vaste.national.packages.archive import pack
from vaste.national.packages.forms import Cell
from vaste.national.packages.layout import Contents, FileEntry, Manifest
from vaste.national.packages.memory_files import memory_file
from vaste.national.packages.signing import key_id, sign

Row = Mapping[str, Cell]


def write_package(contents: Contents, private_key: Ed25519PrivateKey) -> bytes:
    """Return contents as a package, signed."""
    files = dict(sorted(contents.files.items()))
    signed = layout.manifest_bytes(_manifest(contents, files))
    told = {"key_id": key_id(private_key.public_key()), "signature": sign(private_key, signed)}
    return pack([(layout.MANIFEST, signed), (layout.SIGNATURE, msgspec.json.encode(told, order="sorted")), *files.items()])


def _manifest(contents: Contents, files: Mapping[str, bytes]) -> Manifest:
    return Manifest(
        format=layout.FORMAT,
        format_version=layout.FORMAT_VERSION,
        method_version=layout.METHOD_VERSION,
        county=contents.county,
        campaign=contents.campaign,
        version=contents.version,
        replaces=contents.replaces,
        instrument=contents.instrument,
        period=contents.period,
        k=contents.k,
        files=tuple(FileEntry(name, len(octets), hashlib.sha256(octets).hexdigest()) for name, octets in files.items()),
    )


def both_forms(name: str, texts: Sequence[str], numbers: Sequence[str], rows: Sequence[Row]) -> dict[str, bytes]:
    """Return a table as CSV and as Parquet, by file name. name: with its folder, without an ending. texts, numbers: its columns."""
    columns = (*texts, *numbers)
    lines = [",".join(columns), *(",".join("" if row[column] is None else str(row[column]) for column in columns) for row in rows)]
    csv = "\n".join([*lines, ""]).encode()
    return {f"{name}.csv": csv, f"{name}.parquet": _parquet(texts, numbers, csv)}


def _parquet(texts: Sequence[str], numbers: Sequence[str], csv: bytes) -> bytes:
    kinds = {**dict.fromkeys(texts, "VARCHAR"), **dict.fromkeys(numbers, "BIGINT")}
    with memory_file(csv) as source, memory_file() as target, closing(duckdb.connect()) as con:
        con.execute("SET threads = 1")  # several would write row groups in an order of their own
        con.execute("CREATE TABLE written AS FROM read_csv($1, header = true, columns = $2, delim = ',', quote = '')", [source, kinds])
        con.execute(f"COPY written TO '{target}' (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)")
        return Path(target).read_bytes()
