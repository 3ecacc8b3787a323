"""What an operator's command_status means to us (SMPP 3.4, table 5-2, and what Finnish operators add)."""

OK = 0x00
INVALID_COMMAND_LENGTH = 0x02
INVALID_COMMAND_ID = 0x03
TEMPORARY_FAULT = 0x64  # ESME_RX_T_APPN: send it again
UNREADABLE = 0x65  # ESME_RX_P_APPN: do not

# The operator cannot now: system error, queue full, throttled, wrong bind state, and the receiver's temporary error.
FOR_NOW = frozenset({0x04, 0x08, 0x14, 0x58, 0x64})
# Sender not authorised, quota used up, account blocked: no message gets through until people have talked.
CALL_SUPPORT = frozenset({1040, 1041, 1042})
CALL_SUPPORT_PAUSE_SECONDS = 600.0
# Invalid password, invalid system id.
CREDENTIALS_REFUSED = frozenset({0x0E, 0x0F})

_NAMES = {
    0x01: "message_too_long",
    0x02: "wrong_command_length",
    0x03: "wrong_command",
    0x04: "wrong_bind_state",
    0x05: "already_bound",
    0x08: "system_error",
    0x0A: "wrong_sender",
    0x0B: "wrong_recipient",
    0x0D: "bind_failed",
    0x0E: "wrong_password",
    0x0F: "wrong_system_id",
    0x14: "queue_full",
    0x45: "submit_failed",
    0x58: "throttled",
    0x61: "wrong_schedule",
    0x62: "wrong_validity",
    0x64: "temporary_fault",
    0x65: "permanent_fault",
    0x66: "refused_by_receiver",
    1040: "sender_not_authorised",
    1041: "quota_used_up",
    1042: "account_blocked",
}


def name_of(status: int) -> str:
    """Return a short name of a status for logs and rows; an unknown one keeps its code."""
    return _NAMES.get(status, f"status_{status:#x}")
