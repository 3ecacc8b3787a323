"""The demo county and its staff: made once, by the real loaders, and never over somebody's own data."""

import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from vaste.organisations.models import County, Unit, User
from vaste.simulator.demo.actions import DemoRefused, prepare_demo_accounts, prepare_demo_county
from vaste.simulator.demo.day import busy_units

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def prepare(data_dir: Path) -> County:
    return prepare_demo_county(data_dir=data_dir, now=NOW)


def test_the_demo_county_loads_with_its_nine_units(tmp_path):
    county = prepare(tmp_path)
    assert county.settings.sending.is_immediate
    assert set(Unit.objects.values_list("oid", flat=True)) == set(busy_units())
    assert [unit.oid for unit in Unit.objects.filter(participates_from=None)] == ["1.2.246.10.99999999.10.90"]


def test_two_campaigns_run_from_the_first_day_that_the_demo_lives_to_the_end_of_the_quarter(tmp_path):
    county = prepare(tmp_path)
    prepare(tmp_path)

    ends = county.campaigns.values_list("key", "first_on", "last_on", "afterwards").order_by("key")
    assert list(ends) == [(key, date(2026, 9, 1), date(2026, 12, 31), "continue") for key in ("emergency", "pilot")]
    assert sum(campaign.units.count() for campaign in county.campaigns.all()) == 9


def test_a_second_start_leaves_the_county_as_it_is(tmp_path):
    prepare(tmp_path)
    Unit.objects.filter(oid="1.2.246.10.99999999.10.1").update(name_en="Renamed")
    prepare(tmp_path)
    assert Unit.objects.get(oid="1.2.246.10.99999999.10.1").name_en == "Renamed"


def test_where_a_real_county_lives_the_demo_is_refused_and_changes_nothing(tmp_path):
    County.objects.create(code="18", settings_json="{}", loaded_at=NOW)
    with pytest.raises(DemoRefused, match=r"The demo was not started; set VASTE_DATA_DIR to an empty folder\.$"):
        prepare(tmp_path)
    assert Unit.objects.count() == 0
    assert County.objects.get().settings_json == "{}"


def test_one_account_sees_the_county_and_the_other_one_unit(tmp_path):
    prepare_demo_accounts(county=prepare(tmp_path), data_dir=tmp_path)
    assert User.objects.get(email="county@demo.example").units().count() == 9
    assert [unit.name_fi for unit in User.objects.get(email="unit@demo.example").units()] == ["Yhteispäivystys"]


def test_passwords_are_drawn_once_and_open_the_accounts(tmp_path):
    county = prepare(tmp_path)
    first = prepare_demo_accounts(county=county, data_dir=tmp_path)
    assert prepare_demo_accounts(county=county, data_dir=tmp_path) == first
    assert len({account.password for account in first}) == 2
    assert all(User.objects.get(email=account.email).check_password(account.password) for account in first)


def test_only_the_owner_of_the_data_folder_can_read_the_passwords(tmp_path):
    prepare_demo_accounts(county=prepare(tmp_path), data_dir=tmp_path)
    assert stat.S_IMODE((tmp_path / "demo-accounts.txt").stat().st_mode) == 0o600


def test_where_the_note_of_passwords_is_lost_new_ones_are_drawn(tmp_path):
    county = prepare(tmp_path)
    prepare_demo_accounts(county=county, data_dir=tmp_path)
    (tmp_path / "demo-accounts.txt").unlink()
    for account in prepare_demo_accounts(county=county, data_dir=tmp_path):
        assert User.objects.get(email=account.email).check_password(account.password)


def test_where_the_database_is_lost_the_noted_passwords_open_the_new_accounts(tmp_path):
    county = prepare(tmp_path)
    first = prepare_demo_accounts(county=county, data_dir=tmp_path)
    User.objects.all().delete()
    assert prepare_demo_accounts(county=county, data_dir=tmp_path) == first
    assert User.objects.get(email=first[0].email).check_password(first[0].password)
