// Source metrics: deliveries that become no event are counted by reason and shown without secrets, within bounds.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Stack, eventually } from "./support/stack.mjs";
import { deliver, event, failed } from "./support/stripe.mjs";

const FORGED = 2_000;
const CONNECTIONS = 20;
const SECRETS = ["a secret in a header", "t=1,v1=abcdef"];

let stack;
before(async () => (stack = await Stack.start()));
after(() => stack.stop());

const source = async (name) => (await stack.list("/api/sources")).find((item) => item.name === name);
const counted = (health, fate, reason) => health.day.filter((c) => c.fate === fate && c.reason.includes(reason)).reduce((sum, c) => sum + c.n, 0);

async function forge(n) {
  const headers = { "content-type": "application/json", "x-api-key": SECRETS[0], "stripe-signature": SECRETS[1] };
  const answer = await fetch(new URL("/hooks/stripe", stack.url), { method: "POST", headers, body: `{"n":${n}}` });
  await answer.arrayBuffer();
  return answer.status;
}

test("a delivery that is ignored, one that cannot be read and an event are told apart", async () => {
  assert.equal((await deliver(stack, event("customer.created", {}))).json.status, "ignored");
  assert.equal((await deliver(stack, "not json")).status, 400);
  assert.equal((await deliver(stack, failed())).json.status, "accepted");
  const stripe = await eventually(async () => {
    const found = await source("stripe");
    return found.accepted_day === 1 && found.health?.refusals.length > 0 && counted(found.health, "ignored", "") > 0 && found;
  }, "the figures of Stripe");
  assert.equal(counted(stripe.health, "ignored", "event type"), 1);
  assert.equal(counted(stripe.health, "malformed", ""), 1);
  assert.ok(Date.now() - Date.parse(stripe.last_event_at) < 60_000);
  assert.equal(stripe.url, new URL("/hooks/stripe", stack.url).href);
});

test("a flood of forged deliveries is counted, leaves a few descriptions without secrets, and keeps nothing else", async () => {
  let next = 0;
  const sender = async () => {
    while (next < FORGED) assert.equal(await forge((next += 1)), 401);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, sender));
  // The rest is handed over with the next one, once it is time.
  const stripe = await eventually(async () => {
    await forge(0);
    const found = await source("stripe");
    return counted(found.health, "rejected", "signature") >= FORGED && found;
  }, "the flood in the figures", 30_000);
  const { refusals } = stripe.health;
  assert.ok(refusals.length > 0 && refusals.length <= 20, `${refusals.length} descriptions`);
  const refusal = refusals[0];
  assert.match(refusal.digest, /^[0-9a-f]{64}$/);
  assert.deepEqual(refusal.headers.find(([name]) => name === "stripe-signature"), ["stripe-signature", null]);
  assert.deepEqual(refusal.headers.find(([name]) => name === "content-type"), ["content-type", "application/json"]);
  const text = JSON.stringify(stripe);
  for (const secret of SECRETS) assert.ok(!text.includes(secret), secret);
  assert.equal((await stack.list("/api/events?source=stripe&limit=100")).length, 1, "no forgery became an event");
});
