import pytest
from tests.factories import make_county

from vaste.survey_pages.store import store
from vaste.survey_pages.tests.browser import Browser
from vaste.survey_pages.tests.links import pages_over


@pytest.fixture
def county(db):
    return make_county()


@pytest.fixture
def pages(county):
    return pages_over(store())


@pytest.fixture
def browser(pages):
    return Browser(pages)
