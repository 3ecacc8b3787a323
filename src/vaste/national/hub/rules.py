"""Whether a package that is right in itself may be taken in beside those that are there already. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class VersionReason(StrEnum):
    """The code of a refusal that has nothing to do with what a package holds."""

    ALREADY_DELIVERED = "already_delivered"
    REPLACES = "replaces"


@dataclass(frozen=True)
class Newest:
    """The newest version of a campaign that was taken in."""

    version: int
    manifest_sha256: str


def why_not_take(newest: Newest | None, *, version: int, replaces: str | None) -> tuple[VersionReason, str] | None:
    """Return why a version may not be taken in, as a code and a sentence, or None when it may.

    A first version may come once. A later one must be the next, and name the manifest of the one before: so nobody replaces a
    version that they have not seen.
    """
    if newest is None:
        if version == 1:
            return None
        return (
            VersionReason.REPLACES,
            "Of this campaign nothing has been delivered yet, so there is nothing that this version could replace.",
        )
    if version <= newest.version:
        return (
            VersionReason.ALREADY_DELIVERED,
            f"Version {newest.version} of this campaign was delivered already. A correction is version {newest.version + 1} and names it.",
        )
    if version != newest.version + 1 or replaces != newest.manifest_sha256:
        return VersionReason.REPLACES, f"This version does not name the manifest of version {newest.version}, which is the newest."
    return None
