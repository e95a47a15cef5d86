// Promises 1 and 3: an acknowledged delivery survives anything, and intake needs no database.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { ADMIN_TOKEN, Stack, eventually } from "./support/stack.mjs";
import { deliver, failed } from "./support/stripe.mjs";

let stack;
beforeEach(async () => (stack = await Stack.start()));
afterEach(() => stack.stop());

const eventOf = (delivery) =>
  eventually(async () => (await stack.list("/api/events")).find((e) => e.dedup_key === delivery.id), `event ${delivery.id}`);

const proposalsOf = (delivery) =>
  eventually(async () => {
    const event = await eventOf(delivery);
    const items = (await stack.list("/api/proposals")).filter((p) => p.event.id === event.id);
    return items.length >= 2 && items;
  }, "its proposals");

async function rawOf(id) {
  const response = await fetch(new URL(`/api/events/${id}/raw`, stack.url), { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
  return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
}

test("killed right after the 2xx, the event is there byte for byte and its proposals appear by themselves", async () => {
  const delivery = failed({ customer_name: "Zoë 日本 \u0000" });
  const answer = await deliver(stack, delivery);
  await stack.kill();
  assert.equal(answer.json.status, "accepted");
  await stack.restart();
  const event = await eventOf(delivery);
  assert.equal(event.id, answer.json.events[0]);
  const raw = await rawOf(event.id);
  assert.equal(raw.status, 200);
  assert.ok(raw.bytes.equals(Buffer.from(answer.payload)));
  await proposalsOf(delivery);
});

test("a body beyond one row's limit comes back byte for byte", async () => {
  const delivery = failed();
  delivery.data.object.description = "ü".repeat(2_500_000);
  const answer = await deliver(stack, delivery);
  assert.equal(answer.json.status, "accepted");
  const raw = await rawOf((await eventOf(delivery)).id);
  assert.ok(raw.bytes.length > 5_000_000);
  assert.ok(raw.bytes.equals(Buffer.from(answer.payload)));
});

test("without the database deliveries are still accepted, and arrive when it is back", async () => {
  const tables = (await stack.sql("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'")).map((row) => row.name);
  assert.ok(tables.includes("events"));
  const wanted = ["events", "records", "identities"];
  // With its tables gone every statement of the context worker fails.
  await stack.exec(["PRAGMA legacy_alter_table = ON", ...wanted.map((name) => `ALTER TABLE ${name} RENAME TO away_${name}`)]);
  const deliveries = [failed(), failed(), failed()];
  for (const delivery of deliveries) {
    const answer = await deliver(stack, delivery);
    assert.equal(answer.status, 200);
    assert.equal(answer.json.status, "accepted");
  }
  assert.equal((await stack.api("/api/events")).status, 503, "the console says so plainly");
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  await stack.exec(["PRAGMA legacy_alter_table = ON", ...wanted.map((name) => `ALTER TABLE away_${name} RENAME TO ${name}`)]);
  for (const delivery of deliveries) await proposalsOf(delivery);
});

test("starting again with the same state shows the same data", async () => {
  const delivery = failed();
  await deliver(stack, delivery);
  const before = await proposalsOf(delivery);
  await stack.kill();
  await stack.restart();
  assert.deepEqual(await proposalsOf(delivery), before);
});
