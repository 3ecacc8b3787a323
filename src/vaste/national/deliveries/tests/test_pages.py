"""The pages on deliveries: who sees them, and one delivery from its draft to its receipt by two people."""

from html import unescape

import pytest
from django.test import Client
from tests.campaigns import answered_campaign
from tests.factories import HEALTH_STATION

from vaste.core.models import AuditEntry
from vaste.national.deliveries.rules import DeliveryState
from vaste.national.deliveries.views import _TEXTS
from vaste.national.hub.rules import VersionReason
from vaste.national.models import Delivery
from vaste.national.packages.refusal import Reason
from vaste.organisations.models import County, Role, User
from vaste.organisations.words import load_words
from vaste.responses.models import Response

pytestmark = pytest.mark.django_db
PAGE = "/staff/deliveries"


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def spring():
    return answered_campaign()


def signed_in(name: str, *, county=None, unit=None, language: str = "en") -> Client:
    user = User.objects.create_user(f"{name}@example.fi", name=name, language=language)
    if county:
        kind = Role.Kind.UNIT if unit else Role.Kind.COUNTY
        Role.objects.create(user=user, county=county, unit=unit, kind=kind)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(response) -> str:
    return unescape(response.content.decode())


def act(client: Client, what: str):
    return client.post(f"{PAGE}/{Delivery.objects.order_by('version').last().pk}", {"act": what}, follow=True)


def test_only_people_of_a_whole_county_see_deliveries(spring):
    assert signed_in("unit", county=spring.county, unit=spring.county.units.get(oid=HEALTH_STATION)).get(PAGE).status_code == 404
    assert signed_in("nobody").get(PAGE).status_code == 404
    assert Client().get(PAGE).status_code == 302


def test_a_delivery_is_begun_by_one_and_approved_by_another(spring):
    one, other = signed_in("one", county=spring.county), signed_in("other", county=spring.county)

    page = one.post(PAGE, {"campaign": str(spring.pk)}, follow=True)
    assert "checked, waits for a second person's approval" in text(page)
    assert "Ask a colleague" in text(page)
    assert "Attacker's audit" in text(page)

    assert "moved on already" in text(act(one, "approve"))
    assert Delivery.objects.get().state == DeliveryState.CHECKED

    assert "approved, waits to be sent" in text(act(other, "approve"))
    assert "The receiver is not set up rightly" in text(act(other, "send"))


def test_a_delivery_without_answers_says_what_to_do(spring):
    Response.objects.all().delete()
    one = signed_in("one", county=spring.county)
    page = text(one.post(PAGE, {"campaign": str(spring.pk)}, follow=True))
    assert "cannot be delivered like this" in page
    assert "Wait for answers and check again." in page


def test_an_accepted_delivery_can_be_corrected_once_at_a_time(spring):
    one = signed_in("one", county=spring.county)
    one.post(PAGE, {"campaign": str(spring.pk)})
    Delivery.objects.update(state=DeliveryState.RECEIPT, receipt='{"receipt": {"sentence": "Taken."}}')
    assert "delivered and accepted" in text(one.get(f"{PAGE}/{Delivery.objects.get().pk}"))

    assert "2026-Q2: checked" in text(act(one, "correct"))
    assert sorted(Delivery.objects.values_list("version", "state")) == [(1, "receipt"), (2, "checked")]
    assert spring.name not in text(one.get(PAGE)).partition("<table")[0]


def test_a_delivery_given_up_can_be_begun_again(spring):
    one = signed_in("one", county=spring.county)
    one.post(PAGE, {"campaign": str(spring.pk)})
    assert "given up before it was sent" in text(act(one, "cancel"))
    one.post(PAGE, {"campaign": str(spring.pk)})
    assert Delivery.objects.get(version=2).state == DeliveryState.CHECKED


def test_a_campaign_that_was_just_begun_by_somebody_else_is_not_begun_twice(spring):
    one = signed_in("one", county=spring.county)
    one.post(PAGE, {"campaign": str(spring.pk)})
    assert one.post(PAGE, {"campaign": str(spring.pk)}).status_code == 409
    assert Delivery.objects.count() == 1


def test_the_package_can_be_fetched_and_that_is_audited(spring):
    one = signed_in("one", county=spring.county)
    one.post(PAGE, {"campaign": str(spring.pk)})
    response = one.get(f"{PAGE}/{Delivery.objects.get().pk}/package")
    assert response.content == bytes(Delivery.objects.get().package)
    assert AuditEntry.objects.order_by("-number").first().action == "delivery.fetched"


@pytest.mark.parametrize(
    ("language", "finding"),
    [("fi", "tarkistettu, odottaa toisen henkilön hyväksyntää"), ("sv", "granskad, väntar på en annan persons godkännande")],
)
def test_the_page_speaks_the_readers_language(spring, language, finding):
    one = signed_in("one", county=spring.county, language=language)
    assert finding in text(one.post(PAGE, {"campaign": str(spring.pk)}, follow=True))


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fi", "Jokin luku on näkyvissä, vaikka vastaajia on liian vähän."),
        ("sv", "Ett tal visas trots att de svarande är för få."),
        ("en", "A number is shown although there are too few respondents."),
    ],
)
def test_why_the_hub_refused_is_told_in_the_readers_language_and_in_the_hubs_own_words(spring, language, told):
    one = signed_in("one", county=spring.county, language=language)
    one.post(PAGE, {"campaign": str(spring.pk)})
    receipt = '{"receipt": {"reason": "threshold", "sentence": "data/units.csv, row 2: under 5."}}'
    Delivery.objects.update(state=DeliveryState.REFUSED, receipt=receipt)
    page = text(one.get(f"{PAGE}/{Delivery.objects.get().pk}"))
    assert told in page
    assert '<span lang="en">data/units.csv, row 2: under 5.</span>' in page


def test_every_reason_of_a_hub_has_words():
    words = load_words(_TEXTS)["fi"]
    assert {f"reason_{reason}" for reason in (*Reason, *VersionReason)} == {key for key in words if key.startswith("reason_")}


def test_another_countys_delivery_does_not_exist(spring):
    Delivery.objects.create(
        county=spring.county, campaign="x", version=1, first_quarter="2026-Q2", last_quarter="2026-Q2", drafted_at="2026-07-01T00:00:00Z"
    )
    elsewhere = County.objects.create(code="17", settings_json=spring.county.settings_json, loaded_at="2026-07-01T00:00:00Z")
    stranger = signed_in("stranger", county=elsewhere)
    assert stranger.get(f"{PAGE}/{Delivery.objects.get().pk}").status_code == 404
    assert stranger.get(PAGE).status_code == 200
