// Mail by the platform's own routing: what is accepted is stored, what cannot be stored now is sent again.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ADMIN_TOKEN, Stack, eventually } from "./support/stack.mjs";

const PASSWORD = "nerve:a long password";
const WORKER = "nerve-email";
const secrets = (own = {}) => ({ "nerve-console": { NERVE_ADMIN_TOKEN: ADMIN_TOKEN }, [WORKER]: { EMAIL_SECRETS: PASSWORD, OWN_DOMAINS: "ours.example", ...own } });

let stack;
before(async () => (stack = await Stack.start({ sources: ["email"], secrets: secrets() })));
after(() => stack.stop());

const mail = (headers, text = "When will you come?") => `${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${text}\r\n`;
const routed = async (raw, from = "ada@marlow.example", on = stack) => {
  const { status, text } = await on.mail(WORKER, from, "hello@ours.example", raw);
  return { status, ...JSON.parse(text) };
};
const events = () => stack.list("/api/events?source=email&limit=100");
const eventOf = (id) => eventually(async () => (await events()).find((event) => event.dedup_key === id), `event ${id}`);

test("a routed mail is read and becomes the event of its sender, once", async () => {
  const raw = mail(
    { Received: "from mx.marlow.example by cloudflare-email.net", From: "=?utf-8?q?Zo=C3=AB_Marlow?= <zoe@marlow.example>", To: '"Berger, Kim" <kim@ours.example>, hello@ours.example', Subject: "=?iso-8859-1?Q?T=FCren?=", "Message-ID": "<1@marlow.example>", "Content-Type": 'multipart/mixed; boundary="x"' },
    "--x\r\nContent-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>Drei T=FCren &lt; 2 m</p>\r\n--x\r\nContent-Type: application/pdf; name=plan.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n--x--",
  );
  assert.equal((await routed(raw)).outcome, "ok");
  assert.equal((await routed(raw)).outcome, "ok", "the same again");
  const event = await eventOf("1@marlow.example");
  assert.equal(event.summary, "Mail from Zoë Marlow: Türen");
  assert.equal(event.detail.text, "Drei Türen < 2 m");
  assert.deepEqual(event.detail.to, ["kim@ours.example", "hello@ours.example"]);
  assert.deepEqual(event.detail.attachments, [{ name: "plan.pdf", media_type: "application/pdf", bytes: 5 }]);
  assert.ok(event.record, "tied to a record");
  await eventually(async () => (await eventOf("1@marlow.example")).duplicates === 1, "the copy is counted");
});

test("a mail with megabytes of attachments is stored whole", async () => {
  const raw = mail({ From: "ada@marlow.example", "Message-ID": "<large@marlow.example>", "Content-Type": 'multipart/mixed; boundary="x"' }, `--x\r\n\r\nSee the plan.\r\n--x\r\nContent-Type: application/pdf; name=plan.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${"QUFB".repeat(18).concat("\r\n").repeat(130_000)}\r\n--x--`);
  assert.equal((await routed(raw)).outcome, "ok");
  const event = await eventOf("large@marlow.example");
  assert.equal(event.detail.text, "See the plan.");
  assert.equal(event.detail.attachments[0].bytes, 54 * 130_000);
});

test("the visitor of a form is the customer, and the form's address is nobody's", async () => {
  const form = { From: "Website <noreply@web-forms.example>", Subject: "New message" };
  for (const [id, visitor] of [["f1", "Ada Marlow <ada.m@marlow.example>"], ["f2", "Ben Okafor <ben@okafor.example>"]]) {
    await routed(mail({ ...form, "Reply-To": visitor, "Message-ID": `<${id}@web-forms.example>` }), "bounce@web-forms.example");
  }
  const [first, second] = await Promise.all([eventOf("f1@web-forms.example"), eventOf("f2@web-forms.example")]);
  assert.deepEqual([first.claims[0].value, second.claims[0].value], ["ada.m@marlow.example", "ben@okafor.example"]);
  assert.notEqual(first.record, second.record);
});

test("mail of our own people, of programs and of mail servers is accepted and no event", async () => {
  const before = (await events()).length;
  for (const [raw, from] of [
    [mail({ From: "Mia <mia@ours.example>", "Message-ID": "<o1@ours.example>" }), "mia@ours.example"],
    [mail({ From: "Ada <ada@marlow.example>", "Auto-Submitted": "auto-replied", "Message-ID": "<o2@marlow.example>" }), "ada@marlow.example"],
    [mail({ From: "mailer-daemon@mx.carrier.example", "Message-ID": "<o3@mx.carrier.example>" }), "x@mx.carrier.example"],
  ]) {
    const { outcome, rejectReason } = await routed(raw, from);
    assert.deepEqual([outcome, rejectReason], ["ok", undefined]);
  }
  assert.equal((await events()).length, before);
});

test("a mail without a sender is rejected, and its sender is told why", async () => {
  const { outcome, rejectReason } = await routed(mail({ From: "nobody", "Message-ID": "<none@marlow.example>" }));
  assert.equal(outcome, "ok");
  assert.match(rejectReason, /sender/);
});

test("a mail by HTTP needs the password, and is the same mail as the routed one", async () => {
  const raw = mail({ From: "ada@marlow.example", "Message-ID": "<http@marlow.example>" });
  const post = (headers) => fetch(new URL("/hooks/email", stack.url), { method: "POST", body: raw, headers: { "content-type": "message/rfc822", ...headers } });
  assert.equal((await post({})).status, 401);
  assert.equal((await routed(raw)).outcome, "ok");
  const answer = await post({ authorization: `Basic ${Buffer.from(PASSWORD).toString("base64")}` });
  assert.deepEqual([answer.status, (await answer.json()).status], [200, "duplicate"]);
});

test("a mail that cannot be stored now fails, so that the sender's server sends it again", async () => {
  const broken = await Stack.start({ sources: ["email"], secrets: secrets({ DEFAULT_REGION: "nowhere" }) });
  try {
    const { outcome, rejectReason } = await routed(mail({ From: "ada@marlow.example", "Message-ID": "<later@marlow.example>" }), "ada@marlow.example", broken);
    assert.deepEqual([outcome, rejectReason], ["exception", undefined]);
  } finally {
    await broken.stop();
  }
});
