"use strict";
// An SMSC for the tests, played on the npm package `smpp`. It is told what to do by JSON lines on standard input and tells
// what happened by JSON lines on standard output. Started as: node smsc.js [CERTIFICATE KEY]; it listens on
// a free port, which it tells

const fs = require("fs");
const readline = require("readline");
const smpp = require("smpp");

const [, , certificate, key] = process.argv;
const PASSWORD = "secret";

// How the next submits are met; `times` counts down, then the server is kind again.
const KIND = { answer: "ok", status: 0, receipt: "DELIVRD", early: false, id: "hex", receiptId: "hex", reply: null, replyTo: "" };
let manner = { ...KIND };
let times = Infinity;
let nextId = 4000;
let bound = null;
// Answers that wait for the order to go.
const held = [];
// Replies that were not acknowledged; they come again on the next connection, as from any operator.
const owed = new Set();

const tell = (event, facts = {}) => process.stdout.write(JSON.stringify({ event, ...facts }) + "\n");

const spell = (number, form) =>
  ({ hex: number.toString(16).toUpperCase(), decimal: String(number), zeros: "000" + number.toString(16) })[form];

function receiptText(id, state) {
  return `id:${id} sub:001 dlvrd:001 submit date:2604011200 done date:2604011201 stat:${state} err:000 text:`;
}

function sendReceipt(session, pdu, number, state, form) {
  session.deliver_sm({
    source_addr_ton: 1,
    source_addr_npi: 1,
    source_addr: pdu.destination_addr,
    destination_addr: pdu.source_addr,
    esm_class: 4,
    short_message: Buffer.from(receiptText(spell(number, form), state), "latin1"),
  });
}

function sendReply(session, reply) {
  const { from, to, text, octets, coding, esm, options } = reply;
  owed.add(reply);
  session.deliver_sm(
    {
      source_addr_ton: 1,
      source_addr_npi: 1,
      source_addr: from,
      destination_addr: to,
      esm_class: esm || 0,
      ...(coding === undefined ? {} : { data_coding: coding }),
      short_message: octets === undefined ? text : Buffer.from(octets, "hex"),
      ...(options && Object.fromEntries(Object.entries(options).map(([name, value]) => [name, value.hex ? Buffer.from(value.hex, "hex") : value]))),
    },
    (answer) => {
      owed.delete(reply);
      tell("acknowledged", { status: answer.command_status, from });
    },
  );
}

function mannerOfNext() {
  if (times <= 0) {
    manner = { ...KIND };
    times = Infinity;
  }
  times -= 1;
  return manner;
}

function take(session, pdu) {
  const number = nextId++;
  const now = mannerOfNext();
  const message = pdu.short_message;
  tell("submit", {
    id: number,
    from: pdu.source_addr,
    to: pdu.destination_addr,
    text: message.message,
    concat: message.udh ? message.udh.map((element) => element.toString("hex")) : null,
    coding: pdu.data_coding,
    receipt: pdu.registered_delivery,
    validity: String(pdu.validity_period),
    answer: now.answer,
  });
  if (now.answer === "cut") return session.destroy();
  const receipt = () => now.receipt && sendReceipt(session, pdu, number, now.receipt, now.receiptId);
  if (now.early) receipt();
  const answer = () => session.send(pdu.response({ command_status: now.status, message_id: now.status ? "" : spell(number, now.id) }));
  if (now.answer === "ok") answer();
  if (now.answer === "held") held.push(answer);
  if (!now.early && !now.status) receipt();
  if (now.reply && message.message.startsWith(now.replyTo)) sendReply(session, { from: pdu.destination_addr, to: pdu.source_addr, text: now.reply });
}

function welcome(session) {
  session.socket.setNoDelay(true);
  session.on("error", () => session.destroy());
  session.on("close", () => tell("closed"));
  session.on("bind_transceiver", (pdu) => {
    const isRight = pdu.password === PASSWORD;
    session.send(pdu.response({ command_status: isRight ? smpp.ESME_ROK : smpp.ESME_RINVPASWD }));
    tell(isRight ? "bound" : "refused", { system_id: pdu.system_id });
    if (!isRight) return;
    bound = session;
    for (const reply of [...owed]) {
      owed.delete(reply);
      sendReply(session, reply);
    }
  });
  session.on("submit_sm", (pdu) => take(session, pdu));
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => {
    session.send(pdu.response());
    tell("unbound");
    session.close();
  });
  session.on("deliver_sm_resp", (pdu) => tell("acknowledged_raw", { sequence: pdu.sequence_number, status: pdu.command_status }));
  session.on("unbind_resp", () => tell("unbind_answered"));
  session.on("enquire_link_resp", () => tell("enquire_answered"));
}

const DOES = {
  behave: ({ times: count, ...rest }) => {
    manner = { ...KIND, ...rest };
    times = count === undefined ? Infinity : count;
  },
  reply: (order) => sendReply(bound, order),
  receipt: ({ id, number, state }) =>
    bound.deliver_sm({
      source_addr: number,
      destination_addr: "358457396",
      esm_class: 4,
      short_message: Buffer.from(receiptText(id, state), "latin1"),
    }),
  answer_held: () => held.splice(0).forEach((answer) => answer()),
  unbind: () => bound.unbind(),
  enquire: () => bound.enquire_link(),
  cut: () => bound.destroy(),
  raw: ({ octets }) => bound.socket.write(Buffer.from(octets, "hex")),
};

const tls = certificate ? { cert: fs.readFileSync(certificate), key: fs.readFileSync(key) } : {};
const server = smpp.createServer(tls, welcome);
server.listen(0, "127.0.0.1", () => tell("listening", { port: server.address().port }));

const orders = readline.createInterface({ input: process.stdin });
orders.on("line", (line) => {
  const order = JSON.parse(line);
  DOES[order.do](order);
  tell("done", { did: order.do });
});
orders.on("close", () => process.exit(0));
