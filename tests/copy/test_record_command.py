"""`vaste record` makes the copy anew and proves it equal; the upkeep makes it by itself; the doctor tells what is wrong."""

import json
import shutil

from click.testing import CliRunner

from tests.copy.record import figures_are_those_of_the_database, publish
from vaste.config.command import vaste
from vaste.config.upkeep import do_chores
from vaste.core.models import AuditEntry
from vaste.responses.copy.state import known_copy
from vaste.responses.models import CopyState, Response


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(vaste, words)
    return result.exit_code, result.output


def test_without_a_copy_there_is_nothing_to_verify():
    code, text = run("record", "verify")
    assert code == 2
    assert "vaste record rebuild" in text


def test_a_copy_made_anew_is_proved_equal(chance):
    publish(chance, 25, days=20)
    code, text = run("record", "rebuild", "--json")
    assert code == 0
    assert json.loads(text)["responses"] == 25
    assert AuditEntry.objects.get(action="record.copy_rebuilt").details == '{"responses": 25}'
    code, text = run("record", "verify", "--json")
    assert code == 0
    facts = json.loads(text)
    assert (facts["equal"], facts["responses"], facts["waiting"], facts["different"]) == (True, 25, 0, [])
    assert facts["bytes"] > 0
    assert run("record", "rebuild")[1].startswith("The copy was made anew: 25 responses")
    assert "to the last response" in run("record", "verify")[1]


def test_one_response_that_differs_is_found_and_its_unit_and_month_named(chance):
    publish(chance, 25, days=20)
    run("record", "rebuild")
    response = Response.objects.exclude(nps=3).first()
    assert response
    Response.objects.filter(id=response.id).update(nps=3)
    code, text = run("record", "verify", "--json")
    assert code == 1
    assert json.loads(text)["different"] == [{"unit": response.unit_id, "month": f"{response.period_start:%Y-%m}"}]
    code, text = run("record", "verify")
    assert code == 1
    assert f"{response.unit_id}, {response.period_start:%Y-%m}: not as in the database." in text


def test_the_upkeep_makes_the_copy_as_soon_as_there_is_an_answer(chance):
    do_chores()
    assert not CopyState.objects.exists()
    publish(chance, 5)
    do_chores()
    assert known_copy()
    assert run("record", "verify")[0] == 0
    assert figures_are_those_of_the_database()


def test_the_doctor_says_that_the_copy_is_gone(chance):
    publish(chance, 5)
    run("record", "rebuild")
    shutil.rmtree(known_copy().folder)
    assert "vaste record rebuild" in run("doctor")[1]
    run("record", "rebuild")
    assert "vaste record rebuild" not in run("doctor")[1]
