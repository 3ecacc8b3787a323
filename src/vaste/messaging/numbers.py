"""Phone numbers as people and systems write them, and the one form in which we keep them (E.164)."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

# phonenumbers reads letters as keypad digits and takes extensions; a feed that has them has something wrong in the field.
_WRITTEN = re.compile(r"\s*\+?[0-9() -]{5,30}\s*", re.ASCII)


def mobile_number(written: str, region: str = "FI") -> str | None:
    """Return a mobile number in E.164, or None when it is not a valid mobile number.

    Understood are `+358…`, `00358…`, `358…` and the national `0…` of the region, with spaces, hyphens and brackets.
    """
    if _WRITTEN.fullmatch(written) is None:
        return None
    found = _parsed(written, region)
    country_code = str(phonenumbers.country_code_for_region(region))
    if found is None and written.strip().startswith(country_code):
        found = _parsed("+" + written.strip(), region)
    return found


def _parsed(written: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(written, region)
    except NumberParseException:
        return None
    # number_type answers UNKNOWN for what is not valid, so one call tells both.
    if phonenumbers.number_type(number) != PhoneNumberType.MOBILE:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
