"""The environment: every wrong value stops the start with one sentence that says what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.config.environment import Environment, SettingWrong, database_from_url, read_environment

KEY = "k" * 43


def read(folder: Path, **variables: str) -> Environment:
    return read_environment({"VASTE_DATA_DIR": str(folder), **variables})


def sentence(folder: Path, **variables: str) -> str:
    with pytest.raises(SettingWrong) as wrong:
        read(folder, **variables)
    return str(wrong.value)


def test_an_empty_environment_gives_the_embedded_default(tmp_path):
    found = read(tmp_path)
    assert found.database["NAME"] == f"{tmp_path}/vaste.sqlite3"
    assert (found.base_url, found.port, found.sms_urls, found.debug) == ("http://localhost:8000", 8000, ["simulated://"], False)


def test_keys_are_made_once_and_kept_for_their_owner_alone(tmp_path):
    first, second = read(tmp_path), read(tmp_path)
    assert first.secret_key == second.secret_key
    assert first.identity_keys == second.identity_keys
    assert first.secret_key not in first.identity_keys
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "keys").iterdir()} == {0o600}


def test_a_key_that_is_given_leaves_no_file(tmp_path):
    found = read(tmp_path, VASTE_SECRET_KEY=KEY, VASTE_IDENTITY_KEY=f"{KEY}  {'o' * 32}")
    assert found.secret_key == KEY
    assert found.identity_keys == [KEY, "o" * 32]
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("name", ["VASTE_SECRET_KEY", "VASTE_IDENTITY_KEY"])
@pytest.mark.parametrize("given_key", ["mellon", "x" * 31, f"{KEY} mellon"])
def test_a_short_key_is_refused_without_repeating_it(tmp_path, name, given_key):
    said = sentence(tmp_path, **{name: given_key})
    assert said.startswith(f"{name} is too short")
    assert given_key not in said


@pytest.mark.parametrize("content", [b"", b"short", b"\xff\xfe"])
def test_a_damaged_key_file_is_named_and_not_replaced(tmp_path, content):
    read(tmp_path)
    file = tmp_path / "keys" / "identity_key"
    file.write_bytes(content)
    assert str(file) in sentence(tmp_path)
    assert file.read_bytes() == content


@pytest.mark.parametrize("port", ["x", "0", "65536", "-1", "80.0", "９", "1" * 5000, " "])
def test_a_port_is_a_number_from_1_to_65535(tmp_path, port):
    assert sentence(tmp_path, VASTE_PORT=port) == "VASTE_PORT must be a number from 1 to 65535."


@pytest.mark.parametrize("url", ["https://palaute.example.fi", "https://palaute.example.fi/", "http://127.0.0.1:8001", "http://[::1]:8000"])
def test_an_address_of_the_pages_has_a_name_and_nothing_after_it(tmp_path, url):
    assert read(tmp_path, VASTE_BASE_URL=url).base_url == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "palaute.example.fi",
        "ftp://x.fi",
        "https://",
        "https://x.fi/path",
        "https://x.fi?a=1",
        "https://x.fi#a",
        "http://[",
        "http://x:port",
        "http://a b",
        "http://user@x.fi",
    ],
)
def test_what_is_no_address_of_the_pages_is_refused(tmp_path, url):
    assert sentence(tmp_path, VASTE_BASE_URL=url).startswith("VASTE_BASE_URL must be an address such as https://")


def test_an_address_with_which_an_invitation_needs_two_messages_is_refused(tmp_path):
    assert sentence(tmp_path, VASTE_BASE_URL="https://" + "a" * 26).startswith("VASTE_BASE_URL is too long")
    assert read(tmp_path, VASTE_BASE_URL="https://" + "a" * 25)


@pytest.mark.parametrize(
    "url",
    [
        "vaste",
        "mysql://x/y",
        "sqlite://",
        "sqlite:///",
        "sqlite://host/path",
        "postgresql://",
        "postgresql://host",
        "postgresql://[",
        "postgresql://h:port/db",
    ],
)
def test_what_is_no_address_of_a_database_is_refused(url):
    with pytest.raises(SettingWrong, match="VASTE_DATABASE_URL must be"):
        database_from_url(url)


def test_a_database_server_is_named_with_its_user_and_options():
    found = database_from_url("postgresql://va%40ste:pass%3Aword@db.example.fi:5433/vaste?sslmode=require")
    assert {key: found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")} == {
        "NAME": "vaste",
        "USER": "va@ste",
        "PASSWORD": "pass:word",
        "HOST": "db.example.fi",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


def test_a_database_file_overwrites_what_is_deleted_and_survives_a_power_cut():
    pragmas = database_from_url("sqlite:////srv/vaste.sqlite3")["OPTIONS"]["init_command"]
    assert "secure_delete=ON" in pragmas
    assert "synchronous=FULL" in pragmas


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("x")
    assert str(tmp_path / "file" / "data") in sentence(tmp_path / "file" / "data")


def is_setting_or_one_sentence(name: str, value: str) -> bool:
    folder = os.environ["VASTE_DATA_DIR"]
    try:
        return bool(read_environment({"VASTE_DATA_DIR": folder, "VASTE_SECRET_KEY": KEY, "VASTE_IDENTITY_KEY": KEY, name: value}))
    except SettingWrong as wrong:
        return str(wrong).startswith(name)


@given(
    st.sampled_from(["VASTE_PORT", "VASTE_BASE_URL", "VASTE_DATABASE_URL", "VASTE_SECRET_KEY", "VASTE_IDENTITY_KEY"]),
    st.text() | st.text().map("https://{}".format) | st.text().map("postgresql://{}".format),
)
def test_whatever_a_variable_holds_it_is_a_setting_or_one_sentence(name, value):
    assert is_setting_or_one_sentence(name, value)


# The command as a whole: one sentence, exit code 2, no traceback.


def vaste(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("VASTE_", "DJANGO_"))}
    command = [str(Path(sys.executable).with_name("vaste")), *arguments]
    return subprocess.run(
        command, env={**environment, "VASTE_DATA_DIR": str(folder), **variables}, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"VASTE_PORT": "x"}, "VASTE_PORT must be a number"),
        ({"VASTE_DATABASE_URL": "postgresql://vaste@127.0.0.1:9/vaste"}, "The database cannot be reached."),
        ({}, "The database is not up to date. Run: vaste migrate"),
    ],
)
def test_the_command_ends_with_one_sentence_and_code_2(tmp_path, variables, said):
    ended = vaste(tmp_path, "mix", **variables)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert ended.stderr.startswith(said)


def test_a_key_can_be_made_while_the_keys_are_wrong(tmp_path):
    made = vaste(tmp_path, "keys", "new", VASTE_IDENTITY_KEY="short").stdout.strip()
    assert len(made) >= 32
    assert read(tmp_path, VASTE_IDENTITY_KEY=made).identity_keys == [made]
