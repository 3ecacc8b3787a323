"""Where a server cannot listen, one sentence says why."""

import pytest

from vaste.config.environment import SettingWrong
from vaste.config.server import check_port, free_port


@pytest.mark.parametrize("host", ["no such host", "::1x", "203.0.113.1"])
def test_an_address_that_is_not_this_machine_s_is_named_with_the_reason(host):
    with pytest.raises(SettingWrong, match=f"of {host} cannot be used: ") as refused:
        check_port(host, free_port(0))

    assert "unknown" not in str(refused.value)
