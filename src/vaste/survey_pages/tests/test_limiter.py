import pytest

from vaste.survey_pages.limiter import Limiter, caller

HERE, ELSEWHERE = "198.51.100.1", "198.51.100.2"


def limiter_after(failures, *, addresses=(HERE,), seconds=1000.0):
    limiter = Limiter()
    for number in range(failures):
        limiter.note_failure(addresses[number % len(addresses)], seconds)
    return limiter


def test_a_few_failures_stop_nobody():
    assert not limiter_after(59).is_stopped(HERE, 1000.0)


def test_an_address_that_fails_sixty_times_is_stopped_and_others_go_on():
    limiter = limiter_after(60)
    assert limiter.is_stopped(HERE, 1000.0)
    assert not limiter.is_stopped(ELSEWHERE, 1000.0)


def test_a_stop_ends_after_five_minutes():
    limiter = limiter_after(60)
    assert limiter.is_stopped(HERE, 1299.0)
    assert not limiter.is_stopped(HERE, 1300.0)


def test_in_a_flood_an_address_is_stopped_after_three_failures_and_one_without_failure_never():
    many = tuple(f"203.0.113.{number}" for number in range(200)) + tuple(f"192.0.2.{number}" for number in range(200))
    limiter = limiter_after(3000, addresses=many)
    assert limiter.is_stopped(many[0], 1000.0)
    assert not limiter.is_stopped(HERE, 1000.0)


def test_no_address_can_be_read_in_what_the_limiter_holds():
    assert HERE not in repr(vars(limiter_after(5)))


@pytest.mark.parametrize(
    ("environ", "address"),
    [
        ({"REMOTE_ADDR": "198.51.100.1"}, "198.51.100.1"),
        ({"REMOTE_ADDR": "11.22.33.44", "HTTP_X_FORWARDED_FOR": "192.0.2.9"}, "11.22.33.44"),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.9, 198.51.100.7"}, "198.51.100.7"),
        ({"REMOTE_ADDR": "10.0.0.3", "HTTP_X_FORWARDED_FOR": "198.51.100.7"}, "198.51.100.7"),
        ({"REMOTE_ADDR": "", "HTTP_X_FORWARDED_FOR": "198.51.100.7"}, "198.51.100.7"),
        ({"REMOTE_ADDR": "2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::/64"),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "::nonsense::"}, "::nonsense::"),
        ({}, ""),
    ],
)
def test_the_caller_is_whom_the_nearest_trusted_peer_saw(environ, address):
    assert caller(environ) == address
