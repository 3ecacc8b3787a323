import pytest

from vaste.national.hub.rules import Newest, VersionReason, why_not_take

NEWEST = Newest(version=2, manifest_sha256="b" * 64)


def reason(newest, version, replaces) -> VersionReason | None:
    refusal = why_not_take(newest, version=version, replaces=replaces)
    return refusal[0] if refusal else None


@pytest.mark.parametrize(
    ("newest", "version", "replaces", "expected"),
    [
        (None, 1, None, None),
        (None, 2, "a" * 64, VersionReason.REPLACES),
        (NEWEST, 1, None, VersionReason.ALREADY_DELIVERED),
        (NEWEST, 2, "a" * 64, VersionReason.ALREADY_DELIVERED),
        (NEWEST, 3, "b" * 64, None),
        (NEWEST, 3, "a" * 64, VersionReason.REPLACES),
        (NEWEST, 4, "b" * 64, VersionReason.REPLACES),
    ],
)
def test_a_version_is_taken_only_as_the_next_of_the_one_it_names(newest, version, replaces, expected):
    assert reason(newest, version, replaces) == expected
