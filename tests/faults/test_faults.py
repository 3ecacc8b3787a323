"""A short run of the fault measure: nothing is lost, nothing doubled that must not be, every reply read once, every STOP honoured."""

import os

import pytest
from django.conf import settings
from tests.faults.measure import Plan, measure
from tests.smsc.peers import install_node_smsc
from tests.smsc.test_node_kills import database_url

pytestmark = [pytest.mark.smsc, pytest.mark.django_db(transaction=True)]


def test_an_operator_on_its_worst_days_and_a_worker_that_is_killed_lose_and_double_nothing() -> None:
    install_node_smsc()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "vaste.config.settings",
        "VASTE_DATABASE_URL": database_url(),
        "VASTE_IDENTITY_KEY": " ".join(settings.IDENTITY_KEYS),
    }

    found = measure(Plan(messages=400, kills=6, share=0.15), environment)

    assert found.is_clean, found
    assert found.invitations == 400
    assert sum(found.injected.values()) >= 40
    assert found.replies > 20
    assert found.stops > 0
