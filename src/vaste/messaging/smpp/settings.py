"""An SMPP account as one address says it: `smpp://user:password@host:port?sender=…&window=…&rate=…`."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from vaste.messaging.gateway import Coding

_PORTS = {"smpp": 2775, "smpps": 3550}
_ALPHABETS = {"gsm7": Coding.GSM7, "latin1": Coding.LATIN1}
_NUMBERS = ("window", "rate", "answer_seconds", "enquire_seconds")
_TEXTS = ("sender", "system_type", "alphabet", "ca", "name")


@dataclass(frozen=True, slots=True)
class SmppSettings:
    """One account. window: unanswered submits at most. rate: parts a second by contract, None for no limit.

    alphabet: what data_coding 0 of incoming texts means here. ca: a file with the certificate authority of a private
    operator, empty for the system's own list.
    """

    account: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    tls: bool = False
    sender: str = ""
    window: int = 10
    rate: float | None = None
    system_type: str = ""
    alphabet: Coding = Coding.GSM7
    ca: str = ""
    answer_seconds: float = 10.0
    enquire_seconds: float = 30.0

    @classmethod
    def from_url(cls, url: str) -> "SmppSettings":
        """Return the account of an address. Raises ValueError with one sentence that does not repeat the password."""
        parts = urlsplit(url)
        try:
            port = parts.port or _PORTS[parts.scheme]
        except (KeyError, ValueError):
            raise ValueError("An SMPP account is written smpp://user:password@host:port or smpps://… .") from None
        if not parts.hostname or not parts.username:
            raise ValueError("An SMPP account needs a user and a host: smpp://user:password@host:port.")
        options = dict(parse_qsl(parts.query, keep_blank_values=True, encoding="utf-8"))
        unknown = sorted(set(options) - set(_NUMBERS) - set(_TEXTS))
        if unknown:
            raise ValueError(f"The SMPP account has an unknown option: {unknown[0]}. Known are {', '.join((*_TEXTS, *_NUMBERS))}.")
        user = unquote(parts.username)
        numbers = {name: _number(name, options[name]) for name in _NUMBERS if name in options}
        window = numbers.get("window", 10)
        if window != int(window) or not 1 <= window <= 1000:
            raise ValueError("The SMPP option window must be a whole number from 1 to 1000.")
        if options.get("alphabet", "gsm7") not in _ALPHABETS:
            raise ValueError("The SMPP option alphabet must be gsm7 or latin1.")
        return cls(
            account=(options.get("name") or f"{parts.hostname}:{port}/{user}")[:40],
            host=parts.hostname,
            port=port,
            user=user,
            password=unquote(parts.password or ""),
            tls=parts.scheme == "smpps",
            sender=options.get("sender", ""),
            window=int(window),
            rate=numbers.get("rate"),
            system_type=options.get("system_type", ""),
            alphabet=_ALPHABETS[options.get("alphabet", "gsm7")],
            ca=options.get("ca", ""),
            answer_seconds=numbers.get("answer_seconds", 10.0),
            enquire_seconds=numbers.get("enquire_seconds", 30.0),
        )


def _number(name: str, written: str) -> float:
    try:
        value = float(written)
    except ValueError:
        value = 0.0
    if not 0 < value <= 100_000:
        raise ValueError(f"The SMPP option {name} must be a number above 0.")
    return value
