"""Which organisation has delivered what: every one of the country, also those of which nothing came."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vaste.national.counties import Organisation, organisations
from vaste.national.hub.models import HubCounty, ReceivedDelivery
from vaste.national.hub.receipts import moment
from vaste.national.packages.layout import MANIFESTS, Period, quarters


@dataclass(frozen=True)
class Version:
    """A version that was taken in. n: respondents, None where that is hidden."""

    version: int
    n: int | None
    received_at: datetime
    manifest_sha256: str


@dataclass(frozen=True)
class Campaign:
    """What an organisation has delivered of a campaign, oldest version first; the last one counts."""

    campaign: str
    period: Period
    versions: tuple[Version, ...]

    @property
    def newest(self) -> Version:
        """The version that counts."""
        return self.versions[-1]


@dataclass(frozen=True)
class Standing:
    """An organisation with its campaigns. may_deliver: whether it has a token."""

    organisation: Organisation
    may_deliver: bool
    campaigns: tuple[Campaign, ...]

    def of_quarter(self, quarter: str) -> list[Campaign]:
        """Return the campaigns whose period holds a quarter."""
        return [campaign for campaign in self.campaigns if quarter in quarters(campaign.period)]


def completeness() -> list[Standing]:
    """Return how every organisation stands, in the order of the codes."""
    may_deliver = set(HubCounty.objects.filter(removed_on=None).values_list("code", flat=True))
    found: dict[str, dict[str, list[ReceivedDelivery]]] = defaultdict(lambda: defaultdict(list))
    for delivery in ReceivedDelivery.objects.select_related("county"):
        found[delivery.county.code][delivery.campaign].append(delivery)
    return [
        Standing(organisation, code in may_deliver, tuple(_campaign(name, versions) for name, versions in found[code].items()))
        for code, organisation in organisations().items()
    ]


def _campaign(name: str, deliveries: list[ReceivedDelivery]) -> Campaign:
    period = MANIFESTS.decode(deliveries[-1].manifest).period
    versions = (Version(delivery.version, delivery.n, delivery.received_at, delivery.manifest_sha256) for delivery in deliveries)
    return Campaign(name, period, tuple(versions))


def delivered_quarters(standings: list[Standing]) -> list[str]:
    """Return the quarters of which anybody has delivered, newest first."""
    return sorted(
        {quarter for standing in standings for campaign in standing.campaigns for quarter in quarters(campaign.period)}, reverse=True
    )


def standing_json(standing: Standing) -> dict[str, Any]:
    """Return an organisation's standing as JSON writes it."""
    organisation = standing.organisation
    return {
        "county": organisation.code,
        "name": {language: organisation.name(language) for language in ("fi", "sv", "en")},
        "may_deliver": standing.may_deliver,
        "campaigns": [
            {
                "campaign": campaign.campaign,
                "period": {"from": campaign.period.first, "to": campaign.period.last},
                "n": campaign.newest.n,
                "version": campaign.newest.version,
                "versions": [
                    {"version": each.version, "n": each.n, "received": moment(each.received_at), "manifest_sha256": each.manifest_sha256}
                    for each in campaign.versions
                ],
            }
            for campaign in standing.campaigns
        ],
    }
