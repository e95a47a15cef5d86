// Promise 1, 2, 7: a 2xx means stored, one fact is one event, and unproven deliveries are refused.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Stack, eventually } from "./support/stack.mjs";
import { deliver, event, failed, paid, sign } from "./support/stripe.mjs";

let stack;
before(async () => (stack = await Stack.start()));
after(() => stack.stop());

const bySource = () => stack.list("/api/events?source=stripe&limit=100");
const eventOf = (delivery) =>
  eventually(async () => (await bySource()).find((e) => e.dedup_key === delivery.id), `event ${delivery.id}`);

test("what Stripe's SDK signs is accepted and becomes an event", async () => {
  const delivery = failed({ attempt_count: 2 });
  const answer = await deliver(stack, delivery);
  assert.equal(answer.status, 200);
  assert.equal(answer.json.status, "accepted");
  const found = await eventOf(delivery);
  assert.equal(found.id, answer.json.events[0]);
  assert.equal(found.kind, "payment.failed");
  assert.equal(found.trust, "signed");
  assert.equal(found.detail.attempt, 2);
  assert.deepEqual(found.detail.amount, { minor: 12_000, currency: "EUR" });
  assert.ok(found.record, "tied to a record");
});

test("what is not provably from Stripe is refused and leaves nothing behind", async () => {
  const now = Math.floor(Date.now() / 1000);
  const payload = JSON.stringify(failed());
  const cases = {
    "wrong secret": sign(payload, { secret: "whsec_another" }),
    "altered body": sign(payload.replace("12000", "12001")),
    "stale timestamp": sign(payload, { timestamp: now - 301 }),
    "future timestamp": sign(payload, { timestamp: now + 310 }),
    "missing header": null,
    "garbled header": "t=now,v1=zz",
    "empty header": "",
    "only an old scheme": sign(payload).replace("v1=", "v0="),
  };
  for (const [name, signature] of Object.entries(cases)) {
    const answer = await deliver(stack, payload, { signature });
    assert.equal(answer.status, 401, name);
    assert.equal(answer.json.status, "rejected", name);
  }
  // Genuine ones still pass, also with a second signature from a rotation.
  const rolled = `${sign(payload)},v1=${"0".repeat(64)}`;
  assert.equal((await deliver(stack, payload, { signature: rolled })).status, 200);
  const id = JSON.parse(payload).id;
  await eventOf({ id });
  assert.equal((await bySource()).filter((e) => e.dedup_key === id)[0].duplicates, 0, "no refused copy was counted");
});

test("a genuine delivery that cannot be read is 400", async () => {
  for (const payload of ["{}", "not json", '{"id":"evt_1","object":"event","type":"invoice.paid","data":{}}']) {
    assert.equal((await deliver(stack, payload)).status, 400, payload);
  }
});

test("what cannot change a decision is ignored, with the reason", async () => {
  const answer = await deliver(stack, event("customer.updated", { id: "cus_1", object: "customer" }));
  assert.equal(answer.status, 200);
  assert.equal(answer.json.status, "ignored");
  assert.ok(answer.json.reason.length > 0);
});

test("200 copies over 20 connections are one event, one set of proposals and 199 counted duplicates", async () => {
  const delivery = failed();
  const payload = JSON.stringify(delivery);
  const answers = [];
  const connection = async () => {
    for (let i = 0; i < 10; i++) answers.push((await deliver(stack, payload)).json.status);
  };
  await Promise.all(Array.from({ length: 20 }, connection));
  assert.equal(answers.filter((status) => status === "accepted").length, 1);
  assert.equal(answers.filter((status) => status === "duplicate").length, 199);
  const found = await eventOf(delivery);
  const one = await stack.api(`/api/events/${found.id}`);
  assert.equal(one.json.duplicates, 199);
  await eventually(async () => (await eventOf(delivery)).duplicates === 199, "the list knows the count, too");
  const proposals = await eventually(async () => {
    const items = await stack.list(`/api/proposals?record=${found.record.id ?? found.record}`);
    return items.length >= 2 && items;
  }, "proposals");
  const kinds = proposals.map((p) => p.action.kind).sort();
  assert.deepEqual(kinds, ["crm.create_task", "message.draft"]);
});

test("two events for one fact are one fact", async () => {
  const object = paid().data.object;
  await deliver(stack, event("invoice.paid", object));
  const first = await deliver(stack, event("invoice.payment_succeeded", object));
  assert.equal(first.json.status, "accepted", "a different delivery");
  const record = await eventually(async () => {
    const items = (await bySource()).filter((e) => e.subject === `stripe:invoice:${object.id}`);
    return items.length === 2 && (items[0].record.id ?? items[0].record);
  }, "both events");
  const timeline = await eventually(async () => {
    const items = await stack.list(`/api/records/${record}/timeline?kind=events`);
    return items.length > 0 && items;
  }, "the timeline");
  assert.equal(timeline.length, 1);
});

test("two new customers' events at once make one record each; two events of one new customer make one", async () => {
  const customer = `cus_new_${process.pid}`;
  const pair = [failed({ customer, customer_email: "new@example.org" }), failed({ customer, customer_email: "new@example.org" })];
  // The second is kept by another inbox: no customer id, only the address.
  pair[1].data.object.customer = null;
  await Promise.all(pair.map((delivery) => deliver(stack, delivery)));
  const records = await Promise.all(pair.map(async (delivery) => (await eventOf(delivery)).record));
  assert.equal(records[0].id ?? records[0], records[1].id ?? records[1]);
});

test("without a secret the door stays closed", async () => {
  const closed = await Stack.start({ secrets: { "nerve-console": { NERVE_ADMIN_TOKEN: "t" } } });
  try {
    const answer = await deliver(closed, failed());
    assert.equal(answer.status, 401);
    assert.match(answer.json.reason, /no secret/);
  } finally {
    await closed.stop();
  }
});

test("unknown sources, other methods and large bodies are answered plainly", async () => {
  const send = (path, init) => fetch(new URL(path, stack.url), init);
  assert.equal((await send("/hooks/nobody", { method: "POST", body: "{}" })).status, 404);
  assert.equal((await send("/hooks/stripe", { method: "PUT", body: "{}" })).status, 405);
  assert.equal((await send("/hooks/stripe")).status, 405);
  assert.equal((await send("/hooks/stripe", { method: "POST", body: Buffer.alloc(26 * 1024 * 1024) })).status, 413);
});
