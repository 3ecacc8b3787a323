"use strict";
// An SMSC on the npm package `smpp` that does what operators do on their worst days. Started as: node faulty.js SEED SHARE.
// Of what it is given and of what it brings, the share meets a fault, drawn by the seed. It keeps the truth: which message it
// took how often, which replies it brought, which were acknowledged. Orders come as JSON lines: {"do": "share", "share": 0},
// {"do": "report"}. Messages are told apart by a label in their text: I (invitation), Q (question), C (confirmation of a STOP)
// and six digits.

const readline = require("readline");
const smpp = require("smpp");

let share = Number(process.argv[3]);
let seed = Number(process.argv[2]);
const tell = (event, facts = {}) => process.stdout.write(JSON.stringify({ event, ...facts }) + "\n");

function random() {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}
const pick = (list) => list[Math.floor(random() * list.length)];

const injected = {};
const note = (fault) => {
  injected[fault] = (injected[fault] || 0) + 1;
};
const taken = {}; // by label and part: how often the operator took it
const withoutReceipt = new Set(); // labels that came without asking for a receipt
const putOff = new Set(); // labels that were refused for now
const replies = {}; // by phone: what was said, how often it was acknowledged
const owed = new Set(); // deliveries that were not acknowledged
let nextId = 0x1000;
let bound = null;
let shut = false;
let connections = 0;

const ID_FORMS = {
  plain: (id) => id.toString(16).padStart(8, "0"),
  decimal: (id) => String(id),
  bare: (id) => id.toString(16),
  upper: (id) => id.toString(16).padStart(8, "0").toUpperCase(),
  dashed: (id) => id.toString(16).padStart(8, "0").replace(/^(....)/, "$1-"),
};
const NUMBER_FORMS = [(number) => "+" + number, (number) => "00" + number, (number) => "0" + number.slice(3), (number) => number];

function receiptOf(pdu, id, state, form, wording) {
  const text = {
    usual: `id:${id} sub:001 dlvrd:001 submit date:2604011200 done date:2604011201 stat:${state} err:000 text:`,
    short: `id:${id} stat:${state}`,
    long: `id:${id} sub:001 dlvrd:001 submit date:20260401120000 done date:20260401120105 stat:${state} err:0 Text:x`,
  }[wording === "ucs2" || wording === "option" ? "usual" : wording];
  const delivery = {
    source_addr: pdu.destination_addr,
    destination_addr: pdu.source_addr,
    esm_class: 4,
    short_message: Buffer.from(text, "latin1"),
  };
  if (wording === "ucs2") {
    delivery.data_coding = 8;
    delivery.short_message = Buffer.from(text, "utf16le").swap16();
  }
  if (wording === "option") {
    delivery.short_message = Buffer.alloc(0);
    delivery.receipted_message_id = id;
    delivery.message_state = { DELIVRD: 2, UNDELIV: 5, EXPIRED: 3, ACCEPTD: 6, FAILED: 5 }[state];
  }
  return delivery;
}

function bring(delivery, onTaken = () => {}) {
  const one = { delivery, onTaken };
  owed.add(one);
  if (bound) hand(one);
}

function hand(one) {
  const session = bound;
  // Meanwhile it may have been brought and acknowledged on another connection; no operator brings that again.
  if (!session || session.closed || !owed.has(one)) return;
  session.deliver_sm(one.delivery, (answer) => {
    if (answer.command_status === 0x64) return setTimeout(() => hand(one), 300);
    if (owed.delete(one) && answer.command_status === 0) one.onTaken();
  });
}

function reply(pdu, phone) {
  const to = pdu.source_addr;
  const from = pick(NUMBER_FORMS)(phone);
  if (from !== phone) note("19 number forms");
  const said = random() < 0.1 ? pick(["STOP", "Stop. Kiitos", "seis", "LOPETA!"]) : "9";
  if (said === "Stop. Kiitos") note("20 stop with thanks");
  const heard = (replies[phone] = { said, acknowledged: 0 });
  const counted = () => (heard.acknowledged += 1);
  const base = { source_addr: from, destination_addr: to };
  const luck = random() < share ? pick(["twice", "parts", "unwilling"]) : "";
  if (luck === "parts" && said === "9") {
    note("16 parts out of order, one reference for all");
    const part = (number) => ({
      ...base,
      esm_class: 0x40,
      short_message: Buffer.concat([Buffer.from([5, 0, 3, 0, 2, number]), Buffer.from(number === 1 ? "9 " : "kiitos")]),
    });
    bring(part(2), counted);
    bring(part(1), counted);
    return;
  }
  const delivery = { ...base, short_message: Buffer.from(said, "latin1") };
  bring(delivery, counted);
  if (luck === "twice") {
    note("15 reply twice");
    bring(delivery);
  }
  if (luck === "unwilling") {
    note("14 unacknowledged delivery comes again");
    if (bound) bound.destroy();
  }
}

function sendReceipts(pdu, id, idForm, fault) {
  let state = "DELIVRD";
  let wording = "usual";
  let written = ID_FORMS[idForm](id);
  if (fault === "7 id in another base") written = ID_FORMS.decimal(id);
  if (fault === "8 id with zeros, case, dashes") written = pick([ID_FORMS.bare, ID_FORMS.upper, ID_FORMS.dashed])(id);
  if (fault === "11 receipt wording") wording = pick(["short", "long", "ucs2", "option"]);
  if (fault === "11 receipt wording") state = pick(["DELIVRD", "FAILED"]);
  if (fault === "13 one part fails") state = "UNDELIV";
  if (fault === "12 receipt never comes" || fault === "19 swallowed without a word") return;
  const states = fault === "10 receipts doubled and flipping" ? ["ACCEPTD", "UNDELIV", "DELIVRD", "DELIVRD", "UNDELIV"] : [state];
  if (fault === "2 time-out though taken") states.push(state);
  for (const one of states) bring(receiptOf(pdu, written, one, idForm, wording));
}

const OF_SUBMITS = [
  "1 answer lost with the connection",
  "2 time-out though taken",
  "4 throttled or queue full",
  "6 unbound for a while",
  "7 id in another base",
  "8 id with zeros, case, dashes",
  "9 receipt before the answer",
  "10 receipts doubled and flipping",
  "11 receipt wording",
  "12 receipt never comes",
  "13 one part fails",
  "14 poison delivery",
  "17 dead peer",
  "17 unbind by the operator",
  "18 frames in pieces",
  "18 refusal with a body",
  "18 unknown option and vendor status",
  "19 number refused",
  "19 swallowed without a word",
];
// What stops the whole connection for a second or more comes less often, or the measure would mostly wait.
const RARE = new Set([
  "1 answer lost with the connection",
  "4 throttled or queue full",
  "6 unbound for a while",
  "17 dead peer",
  "17 unbind by the operator",
  "18 refusal with a body",
]);

function drawn() {
  if (random() >= share) return "";
  const fault = pick(OF_SUBMITS);
  return RARE.has(fault) && random() < 0.6 ? pick(OF_SUBMITS.filter((one) => !RARE.has(one))) : fault;
}

function refuse(session, pdu, status, options = {}) {
  session.send(pdu.response({ command_status: status, message_id: "", ...options }));
}

function labelOf(pdu) {
  return (/[IQC][0-9]{6}/.exec(pdu.short_message.message) || ["unlabelled"])[0];
}

// What ends a submit before it is taken; true when it did.
function isTurnedAway(session, pdu, fault) {
  if (fault === "4 throttled or queue full") {
    putOff.add(labelOf(pdu));
    refuse(session, pdu, pick([0x58, 0x14]));
  } else if (fault === "18 refusal with a body") session.send(pdu.response({ command_status: 0x08, message_id: "x" }));
  else if (fault === "18 unknown option and vendor status") refuse(session, pdu, 0x4321);
  else if (fault === "19 number refused") refuse(session, pdu, 0x0b);
  else if (fault === "17 dead peer") session.isDead = true;
  else if (fault === "17 unbind by the operator") session.unbind();
  else if (fault === "6 unbound for a while") {
    shut = true;
    setTimeout(() => (shut = false), 700);
    session.destroy();
  } else return false;
  return true;
}

function inPieces(session, pdu) {
  const octets = pdu.toBuffer();
  const cut = 1 + Math.floor(random() * (octets.length - 1));
  session.socket.write(octets.subarray(0, cut));
  session.socket.write(octets.subarray(cut));
}

function take(session, pdu) {
  if (session.isDead) return;
  const fault = drawn();
  if (fault) note(fault);
  if (fault && isTurnedAway(session, pdu, fault)) return;
  const id = nextId++;
  const phone = pdu.destination_addr;
  const message = pdu.short_message;
  const label = labelOf(pdu);
  const part = message.udh ? message.udh[0][message.udh[0].length - 1] : 1;
  const key = `${label}/${part}`;
  taken[key] = (taken[key] || 0) + 1;
  if (putOff.delete(label)) note("5 sent again after a refusal");
  if (pdu.registered_delivery !== 1) withoutReceipt.add(label);
  const answer = pdu.response({ message_id: ID_FORMS.plain(id) });
  const receipts = () => sendReceipts(pdu, id, "plain", fault);
  if (fault === "9 receipt before the answer") receipts();
  if (fault === "1 answer lost with the connection") session.destroy();
  else if (fault === "18 frames in pieces") inPieces(session, answer);
  else if (fault !== "2 time-out though taken") session.send(answer);
  if (fault !== "9 receipt before the answer") setTimeout(receipts, 20);
  if (fault === "14 poison delivery") bring({ source_addr: phone, destination_addr: pdu.source_addr, esm_class: 0x40, short_message: Buffer.from([9]) });
  if (label[0] === "I" && part === 1 && !replies[phone] && random() < 0.4) reply(pdu, phone);
}

const server = smpp.createServer({}, (session) => {
  connections += 1;
  if (shut) return session.destroy();
  session.socket.setNoDelay(true);
  session.on("error", () => session.destroy());
  session.on("close", () => {
    if (bound === session) bound = null;
  });
  session.on("bind_transceiver", (pdu) => {
    session.send(pdu.response());
    bound = session;
    for (const one of [...owed]) hand(one);
    tell("bound", { connections });
  });
  session.on("submit_sm", (pdu) => take(session, pdu));
  session.on("enquire_link", (pdu) => session.isDead || session.send(pdu.response()));
  session.on("unbind_resp", () => session.destroy());
  session.on("unbind", (pdu) => {
    session.send(pdu.response());
    session.close();
  });
});
server.listen(0, "127.0.0.1", () => tell("listening", { port: server.address().port }));

const DOES = {
  share: (order) => {
    share = order.share;
  },
  report: () => tell("report", { injected, taken, without_receipt: [...withoutReceipt], replies, owed: owed.size, connections }),
};
const orders = readline.createInterface({ input: process.stdin });
orders.on("line", (line) => {
  const order = JSON.parse(line);
  DOES[order.do](order);
  tell("done", { did: order.do });
});
orders.on("close", () => process.exit(0));
