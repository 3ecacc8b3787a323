from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaste.responses.queries import Dimension
from vaste.responses.rules import Channel
from vaste.results.questions import Fault, QuestionRefused, Wanted, read_wanted


def test_empty_words_ask_for_everything():
    assert read_wanted({"from": "", "channel": ""}) == Wanted()


def test_every_word_is_read():
    wanted = read_wanted({"from": "2024-04-01", "to": "2024-04-30", "channel": "sms+link", "by": "month"})

    assert wanted == Wanted(date(2024, 4, 1), date(2024, 4, 30), Channel.BOTH, Dimension.MONTH)


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ({"from": "1.4.2024"}, Fault.FROM_IS_NO_DAY),
        ({"from": "20240401"}, Fault.FROM_IS_NO_DAY),
        ({"from": "2024-W15-1"}, Fault.FROM_IS_NO_DAY),
        ({"from": "2024-02-30"}, Fault.FROM_IS_NO_DAY),
        ({"from": "٢٠٢٤-٠٤-٠١"}, Fault.FROM_IS_NO_DAY),
        ({"to": "0000-01-01"}, Fault.TO_IS_NO_DAY),
        ({"from": "2024-04-02", "to": "2024-04-01"}, Fault.ENDS_BEFORE_IT_BEGINS),
        ({"channel": "fax"}, Fault.NO_SUCH_CHANNEL),
        ({"channel": "SMS"}, Fault.NO_SUCH_CHANNEL),
        ({"by": "weather"}, Fault.NO_SUCH_BREAKDOWN),
    ],
)
def test_words_that_are_no_question_are_refused_with_the_reason(words, fault):
    with pytest.raises(QuestionRefused) as refused:
        read_wanted(words)

    assert refused.value.fault is fault


@given(st.dictionaries(st.sampled_from(["from", "to", "channel", "by", "unit"]), st.text()))
def test_any_words_are_read_or_refused(words):
    try:
        wanted = read_wanted(words)
    except QuestionRefused as refused:
        wanted, fault = Wanted(), refused.fault
    else:
        fault = None

    assert (fault is None) == (wanted != Wanted() or not any(words.get(word) for word in ("from", "to", "channel", "by")))
