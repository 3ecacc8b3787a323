"use strict";
// An SMSC that takes everything as fast as the npm package `smpp` can, and measures what comes. It sends a receipt for every
// message that asks for one, and a reply to every so manieth person that is written to for the first time. Orders come as JSON
// lines on standard input: {"do": "behave", "reply_every": 100, "reply": "9"}, {"do": "report"}. It listens on a free port.

const readline = require("readline");
const smpp = require("smpp");

const tell = (event, facts = {}) => process.stdout.write(JSON.stringify({ event, ...facts }) + "\n");

let manner = { reply_every: 0, reply: "9" };
let submitted = []; // when, in milliseconds, each submit came
let asked = new Map(); // who has replied, and when
let waits = []; // how long each waited for what came next
let times = new Map(); // how often each phone was written to
let order = []; // the phones in the order in which they were written to
let receiptsTaken = 0;
let lastAt = 0;

const now = () => performance.timeOrigin + performance.now();

function deliver(session, pdu, text, esmClass, done) {
  session.deliver_sm(
    {
      source_addr_ton: 1,
      source_addr_npi: 1,
      source_addr: pdu.destination_addr,
      destination_addr: pdu.source_addr,
      esm_class: esmClass,
      short_message: Buffer.from(text, "latin1"),
    },
    done,
  );
}

function take(session, pdu) {
  const at = now();
  const phone = pdu.destination_addr;
  const id = submitted.push(at).toString(16).padStart(8, "0");
  const before = times.get(phone) || 0;
  times.set(phone, before + 1);
  order.push(phone);
  if (asked.has(phone)) {
    waits.push(at - asked.get(phone));
    asked.delete(phone);
  }
  session.send(pdu.response({ message_id: id }));
  const receipt = `id:${id} sub:001 dlvrd:001 submit date:2604011200 done date:2604011201 stat:DELIVRD err:000 text:`;
  if (pdu.registered_delivery)
    deliver(session, pdu, receipt, 4, () => {
      receiptsTaken += 1;
      lastAt = now();
    });
  if (manner.reply_every && !before && submitted.length % manner.reply_every === 0) {
    asked.set(phone, now());
    deliver(session, pdu, manner.reply, 0, () => {});
  }
}

function mostInASecond() {
  let most = 0;
  for (let first = 0, last = 0; last < submitted.length; last++) {
    while (submitted[last] - submitted[first] >= 1000) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

const DOES = {
  behave: (wanted) => {
    manner = { ...manner, ...wanted };
  },
  report: ({ order: wantsOrder }) => {
    tell("report", {
      submits: submitted.length,
      phones: times.size,
      doubled: [...times.values()].filter((count) => count > 1).length,
      first_at: submitted[0],
      last_submit_at: submitted[submitted.length - 1],
      last_receipt_at: lastAt,
      receipts: receiptsTaken,
      most_in_a_second: mostInASecond(),
      waits,
      unanswered: asked.size,
      order: wantsOrder ? order : [],
    });
    submitted = [];
    asked = new Map();
    waits = [];
    times = new Map();
    order = [];
    receiptsTaken = 0;
  },
};

const server = smpp.createServer({}, (session) => {
  session.socket.setNoDelay(true);
  session.on("error", () => session.destroy());
  session.on("bind_transceiver", (pdu) => {
    session.send(pdu.response());
    tell("bound");
  });
  session.on("submit_sm", (pdu) => take(session, pdu));
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => {
    session.send(pdu.response());
    session.close();
  });
});
server.listen(0, "127.0.0.1", () => tell("listening", { port: server.address().port }));

const orders = readline.createInterface({ input: process.stdin });
orders.on("line", (line) => {
  const wanted = JSON.parse(line);
  DOES[wanted.do](wanted);
});
orders.on("close", () => process.exit(0));
