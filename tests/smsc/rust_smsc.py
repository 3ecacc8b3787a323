"""An SMSC for the tests, played on the package `smpp34` (a Rust core). Told by JSON lines, it tells by JSON lines, as the others do.

The package itself answers binds, enquiries and unbinds, and accepts every password.
"""

import asyncio
import json
import sys
from typing import Any

import smpp34

Facts = dict[str, Any]
manner: Facts = {"status": 0, "receipt": "DELIVRD"}
sessions: dict[str, smpp34.Esme] = {}
background: set[asyncio.Task[None]] = set()


def tell(event: str, **facts: Any) -> None:
    print(json.dumps({"event": event, **facts}), flush=True)


def start(work: Any) -> None:
    task = asyncio.ensure_future(work)
    background.add(task)
    task.add_done_callback(background.discard)


async def bring(session: smpp34.Esme, sender: str, recipient: str, octets: bytes, esm_class: int, coding: int) -> None:
    answer = await session.deliver_sm(
        recipient, octets, source_addr=sender, source_addr_ton=1, source_addr_npi=1, esm_class=esm_class, data_coding=coding
    )
    tell("acknowledged", status=answer.command_status)


def take(submit: smpp34.SubmitSmEvent, number: int) -> None:
    facts = {"from": submit.source_addr, "to": submit.destination_addr, "octets": submit.short_message.hex()}
    tell("submit", id=str(number), coding=submit.data_coding, esm=submit.esm_class, receipt=submit.registered_delivery, **facts)
    if manner["status"]:
        submit.reject(manner["status"])
        return
    submit.accept(str(number))
    text = f"id:{number} sub:001 dlvrd:001 submit date:2604011200 done date:2604011201 stat:{manner['receipt']} err:000 text:"
    start(bring(sessions[submit.session_id], submit.destination_addr, submit.source_addr, text.encode(), 4, 0))


def obey(order: Facts) -> None:
    session = next(reversed(sessions.values()), None)
    if order["do"] == "behave":
        manner.update({"status": 0, "receipt": "DELIVRD", **{name: value for name, value in order.items() if name != "do"}})
    elif order["do"] == "reply":
        start(bring(session, order["from"], order["to"], bytes.fromhex(order["octets"]), order.get("esm", 0), order.get("coding", 0)))
    elif order["do"] == "unbind":
        start(session.unbind())
    tell("done", did=order["do"])


async def read_orders() -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        obey(json.loads(line))
    sys.exit(0)


async def serve(port: int) -> None:
    server = smpp34.Server("127.0.0.1", port, system_id="rust")
    await server.start()
    start(read_orders())
    tell("listening", port=port)
    number = 9000
    while True:
        event = await server.next()
        if isinstance(event, smpp34.Esme):
            sessions[event.session_id] = event
            tell("bound", system_id=event.system_id)
        elif isinstance(event, smpp34.SubmitSmEvent):
            number += 1
            take(event, number)
        else:
            sessions.pop(event.session_id, None)
            tell("unbound")


asyncio.run(serve(int(sys.argv[1])))
