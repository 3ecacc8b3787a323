"""A database that was used with other identity keys is not touched: under a strange key who refused surveys would be asked again."""

import pytest
from tests.factories import DATA, make_soite

from vaste.config.server import free_port
from vaste.config.tests.test_commands import refusal, run, said_by
from vaste.core.models import AuditEntry, UsedKey
from vaste.invitations.models import Invitation

pytestmark = pytest.mark.django_db
VISITS = DATA / "visits-2024-04.csv"
OLD, NEW, STRANGE = "o" * 40, "n" * 40, "s" * 40


@pytest.fixture(autouse=True)
def used_with_the_old_key(settings):
    make_soite()
    settings.IDENTITY_KEYS = [OLD]
    said_by("intake", VISITS, "--dry-run")


def findings() -> str:
    return run("doctor").stdout


@pytest.mark.parametrize(
    "command",
    [
        ("intake", VISITS),
        ("intake", VISITS, "--dry-run"),
        ("optout", "show", "+358400000001"),
        ("feed", "add", "system"),
        ("work", "--once"),
    ],
)
def test_with_a_strange_key_nobody_is_looked_up(settings, command):
    settings.IDENTITY_KEYS = [STRANGE]
    assert "who refused surveys would be asked again" in refusal(*command)
    assert not Invitation.objects.exists()
    assert UsedKey.objects.count() == 1


def test_with_a_strange_key_nothing_is_served(settings):
    settings.IDENTITY_KEYS = [STRANGE]
    assert "Put the right key back" in refusal("serve", "--port", free_port(0))


def test_the_doctor_says_that_the_key_is_strange_and_changes_nothing(settings):
    settings.IDENTITY_KEYS = [STRANGE]
    assert "MEND  VASTE_IDENTITY_KEY is not the key that this database was used with" in findings()
    assert UsedKey.objects.count() == 1


def test_a_new_key_in_front_of_the_old_one_is_taken_in(settings):
    settings.IDENTITY_KEYS = [NEW, OLD]
    said_by("intake", VISITS)
    settings.IDENTITY_KEYS = [NEW]
    said_by("intake", VISITS)
    assert "not in VASTE_IDENTITY_KEY any more" in findings()


@pytest.mark.parametrize(("mode", "is_told"), [(0o700, False), (0o750, True), (0o705, True)])
def test_the_doctor_tells_of_a_data_folder_that_others_can_look_into(settings, tmp_path, mode, is_told):
    tmp_path.chmod(mode)
    settings.DATA_DIR = tmp_path
    assert (f"chmod 700 {tmp_path}" in findings()) is is_told


def test_the_doctor_has_nothing_to_say_of_keys_that_fit():
    assert "VASTE_IDENTITY_KEY is" not in findings()
    assert "any more" not in findings()


def test_where_the_key_is_lost_another_is_accepted_and_that_is_noted(settings):
    settings.IDENTITY_KEYS = [STRANGE]
    said_by("keys", "accept")
    said_by("intake", VISITS)
    assert AuditEntry.objects.filter(action="identity_keys.accepted").exists()


def test_a_key_that_fits_needs_no_accepting():
    assert "counts as the database's own already" in refusal("keys", "accept")
