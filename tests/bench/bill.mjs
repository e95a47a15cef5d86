// The platform's bill for an event, counted while the built workers run behind `meter.js`.
import { deliver, event, failed, paid } from "../support/stripe.mjs";
import { Metered } from "./metered.mjs";
import { FREE_PLAN, OBJECT_MEMORY, PRICES } from "./platform.mjs";

const EVENTS_A_DAY = 1_000;
const MINUTES_A_DAY = 1_440;

const sum = (values) => values.reduce((a, b) => a + b, 0);
const total = (calls, count) => sum(calls.map(({ counts }) => counts[count] ?? 0));
const rows = (calls, store, kind) => sum(calls.flatMap(({ statements }) => statements.filter((s) => s.store === store).map((s) => s[kind])));

// In the units of the price list. Only the front door is called from outside; calls between workers over
// service bindings are free. Setting an alarm is a row written.
function billable(calls) {
  const outside = calls.filter(({ part, handler }) => handler !== "fetch" || part === "nerve-gateway");
  return {
    workerRequests: total(outside, "worker_requests") + total(outside, "worker_batches") + total(outside, "worker_crons"),
    objectRequests: total(calls, "object_requests"),
    objectRowsWritten: rows(calls, "object", "written") + total(calls, "alarms_set"),
    objectRowsRead: rows(calls, "object", "read") + total(calls, "alarms_read"),
    d1RowsWritten: rows(calls, "d1", "written"),
    d1RowsRead: rows(calls, "d1", "read"),
    queueOperations: total(calls, "queue_written") + total(calls, "queue_read") + total(calls, "queue_deleted"),
    objectGigabyteSeconds: (sum(calls.filter(({ counts }) => counts.object_requests).map(({ ms }) => ms)) / 1_000) * OBJECT_MEMORY,
  };
}

const each = (operations, n) => Object.fromEntries(Object.entries(operations).map(([name, count]) => [name, count / n]));
const priced = (operations) => Object.fromEntries(Object.entries(operations).map(([name, count]) => [name, count * PRICES[name]]));
const usd = (operations) => sum(Object.values(priced(operations)));

function grouped(items, key) {
  const groups = new Map();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups];
}

// The load of the database's one thread.
const database = (calls, n) => ({ batches: total(calls, "d1_batches") / n, sqlMs: sum(calls.flatMap(({ statements }) => statements.map(({ ms }) => ms ?? 0))) / n });

// The cost of each part of the path, and the statements that write.
function split(calls, n) {
  const parts = grouped(calls, ({ part, handler }) => `${part} ${handler}`).map(([part, own]) => {
    const operations = each(billable(own), n);
    return { part, calls: own.length / n, operations, usd: usd(operations) };
  });
  const statements = calls.flatMap(({ part, handler, statements }) => statements.map((s) => ({ ...s, part: `${part} ${handler}` })));
  const alarms = calls.flatMap(({ part, handler, counts }) =>
    Array.from({ length: counts.alarms_set ?? 0 }, () => ({ part: `${part} ${handler}`, store: "object", sql: "(alarm set)", read: 0, written: 1 })),
  );
  const writes = grouped([...statements, ...alarms], ({ part, store, sql }) => `${part}|${store}|${sql}`).map(([, own]) => {
    const { part, store, sql } = own[0];
    return { part, store, sql: sql.slice(0, 70), times: own.length / n, read: sum(own.map((s) => s.read)) / n, written: sum(own.map((s) => s.written)) / n };
  });
  return { parts: parts.sort((a, b) => b.usd - a.usd), statements: writes.sort((a, b) => b.written - a.written || b.read - a.read) };
}

const customer = (n) => ({ customer: `cus_bill_${n}` });
const numbers = (n) => Array.from({ length: n }, (_, index) => index);

async function send(stack, deliveries, wanted) {
  for (const delivery of deliveries) {
    const { json } = await deliver(stack, delivery);
    if (json.status !== wanted) throw new Error(`expected ${wanted}: ${JSON.stringify(json)}`);
  }
}

async function approveAll(stack) {
  for (const { id, digest } of await stack.sql("SELECT id, digest FROM proposals WHERE status = 'pending'")) {
    const { status, text } = await stack.api(`/api/proposals/${id}/approve`, { method: "POST", body: { digest } });
    if (status !== 200) throw new Error(`approval: ${status} ${text}`);
  }
}

async function scenarios(metered, n) {
  const { stack } = metered;
  const results = [];
  let events = 0;
  const measure = async (name, times, act) => {
    const calls = await metered.measure(act);
    const operations = each(billable(calls), times);
    results.push({ name, n: times, operations, usd: usd(operations), database: database(calls, times), split: split(calls, times) });
  };
  const accepted = async (deliveries) => {
    await send(stack, deliveries, "accepted");
    await metered.reaches("events WHERE decided_at IS NOT NULL", (events += deliveries.length));
  };

  await measure("ignored", n, () => send(stack, numbers(n).map((i) => event("customer.updated", { id: `cus_${i}`, object: "customer" })), "ignored"));
  await measure("accepted, of a customer never seen", n, () => accepted(numbers(n).map((i) => paid(customer(i)))));
  await metered.cool();
  await measure("accepted", n, () => accepted(numbers(n).map((i) => paid(customer(i)))));
  await metered.cool();
  await measure("accepted, five of a customer at once", n, () => accepted(numbers(n).map((i) => paid(customer(Math.floor(i / 5))))));
  await metered.cool();
  await measure("accepted, two actions proposed", n, () => accepted(numbers(n).map((i) => failed(customer(i)))));
  await metered.cool();
  await measure("its two actions approved and carried out", n, async () => {
    await approveAll(stack);
    await metered.reaches("proposals WHERE status = 'done'", 2 * n);
  });
  await measure("a look at the queue", 1, () => stack.list("/api/proposals?limit=50"));
  await measure("a sweep", 1, () => stack.sweep());
  return results;
}

const plus = (a, b, times = 1) => Object.fromEntries(Object.keys(a).map((name) => [name, a[name] + b[name] * times]));

// A day on which each event is acted on and each approval follows a look at the queue.
function freePlan(executed, look, sweep) {
  const day = plus(plus(each(executed, 1 / EVENTS_A_DAY), look, EVENTS_A_DAY), sweep, MINUTES_A_DAY);
  return Object.entries(day).map(([name, used]) => ({ name, used, allowed: FREE_PLAN[name], share: used / FREE_PLAN[name] }));
}

export async function run({ quick }) {
  const metered = await Metered.start();
  try {
    const results = await scenarios(metered, quick ? 10 : 50);
    const by = Object.fromEntries(results.map((result) => [result.name, result.operations]));
    const executed = plus(by["accepted, two actions proposed"], by["its two actions approved and carried out"]);
    const whole = { name: "accepted, two actions proposed, approved and carried out", n: results[0].n, operations: executed, usd: usd(executed) };
    return { scenarios: [...results, whole], freePlan: freePlan(executed, by["a look at the queue"], by["a sweep"]) };
  } finally {
    await metered.stop();
  }
}
