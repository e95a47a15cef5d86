// Intake under fire: repeated, forged, slow, huge and lopsided deliveries. `FIRE_ROUNDS=100` makes the first as long as
// one likes.
import assert from "node:assert/strict";
import { readdir, stat } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ADMIN_TOKEN, Stack, eventually } from "./support/stack.mjs";
import { deliver, failed, sign } from "./support/stripe.mjs";

const ROUNDS = Number(process.env.FIRE_ROUNDS ?? 3);

let stack;
before(async () => (stack = await Stack.start()));
after(() => stack.stop());

const numbers = (n) => Array.from({ length: n }, (_, index) => index);

// Works through `jobs`, so many at a time.
async function together(connections, jobs, work) {
  const queue = [...jobs];
  const results = [];
  const worker = async () => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) results.push(await work(job));
  };
  await Promise.all(numbers(connections).map(worker));
  return results;
}

const eventOf = (delivery) => eventually(async () => (await stack.list(`/api/events?limit=100`)).find((e) => e.dedup_key === delivery.id), delivery.id);

async function copies(delivery, count) {
  const payload = JSON.stringify(delivery);
  const answers = await together(50, numbers(count), () => deliver(stack, payload));
  assert.ok(answers.every((answer) => answer.status === 200));
  return answers.map((answer) => answer.json);
}

test(`1,000 copies over 50 connections are one event and 999 counted copies, ${ROUNDS} times`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const delivery = failed({ customer: `cus_copies_${round}` });
    const answers = await copies(delivery, 1_000);
    assert.equal(answers.filter(({ status }) => status === "accepted").length, 1);
    assert.equal(answers.filter(({ status }) => status === "duplicate").length, 999);
    assert.equal(new Set(answers.flatMap(({ events }) => events)).size, 1);
    const event = await eventOf(delivery);
    await eventually(async () => (await stack.api(`/api/events/${event.id}`)).json.duplicates === 999, "999 copies");
  }
});

test("copies on both sides of a power cut are one event", async () => {
  const delivery = failed({ customer: "cus_copies_cut" });
  const early = await copies(delivery, 500);
  await stack.kill();
  await stack.restart();
  const late = await copies(delivery, 500);
  assert.equal([...early, ...late].filter(({ status }) => status === "accepted").length, 1);
  const event = await eventOf(delivery);
  await eventually(async () => (await stack.api(`/api/events/${event.id}`)).json.duplicates === 999, "999 copies");
});

// The bytes on disk. They are no row count: a log of the database grows by a page when a figure is counted up.
async function stored() {
  const files = await readdir(stack.state, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(files.filter((file) => file.isFile()).map((file) => stat(join(file.parentPath, file.name)).then((s) => s.size, () => 0)));
  return sizes.reduce((a, b) => a + b, 0);
}

const percentile = (latencies, share) => latencies.toSorted((a, b) => a - b)[Math.min(latencies.length - 1, Math.floor(share * latencies.length))];

async function genuine(count, prefix) {
  const latencies = [];
  for (const n of numbers(count)) {
    const start = performance.now();
    assert.equal((await deliver(stack, failed({ customer: `cus_${prefix}_${n % 8}` }))).json.status, "accepted");
    latencies.push(performance.now() - start);
  }
  return latencies;
}

test("a flood of forged deliveries leaves nothing behind, and genuine ones pass beside it", async (t) => {
  const quiet = await genuine(60, "quiet");
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const [events, bytes] = [(await stack.sql("SELECT COUNT(*) AS n FROM events"))[0].n, await stored()];
  const large = failed();
  large.data.object.description = "x".repeat(20_000);
  const payload = JSON.stringify(large);
  const forged = sign(payload, { secret: "whsec_somebody_else" });
  const answers = await together(16, numbers(1_500), () => deliver(stack, payload, { signature: forged }));
  assert.ok(answers.every(({ status }) => status === 401));
  assert.equal((await stack.sql("SELECT COUNT(*) AS n FROM events"))[0].n, events);
  const written = (await stored()) - bytes;
  assert.ok(written < 1_000_000, `${written} bytes were written for ${1_500 * payload.length} forged ones`);
  let flooding = true;
  const flood = together(16, numbers(16), async () => {
    while (flooding) await deliver(stack, payload, { signature: forged });
  });
  const beside = await genuine(60, "beside");
  flooding = false;
  await flood;
  const line = (name, latencies) => `${name}: p50 ${percentile(latencies, 0.5).toFixed(1)} ms, p99 ${percentile(latencies, 0.99).toFixed(1)} ms`;
  t.diagnostic(line("quiet", quiet));
  t.diagnostic(line("beside the flood", beside));
});

// Speaks HTTP by hand: `pieces` of the body, one after another with a pause, then perhaps hangs up.
function slowly(payload, pieces, pauseMs, { hangUpAfter = pieces } = {}) {
  const body = Buffer.from(payload);
  const { hostname, port } = new URL(stack.url);
  const socket = connect(Number(port), hostname);
  const head = ["POST /hooks/stripe HTTP/1.1", `host: ${hostname}`, "content-type: application/json", `stripe-signature: ${sign(payload)}`, `content-length: ${body.length}`, "connection: close"];
  return new Promise((resolve) => {
    let answer = "";
    socket.on("data", (chunk) => (answer += chunk));
    socket.on("error", () => {});
    socket.on("close", () => resolve(answer));
    socket.on("connect", async () => {
      socket.write(`${head.join("\r\n")}\r\n\r\n`);
      const size = Math.ceil(body.length / pieces);
      for (const n of numbers(hangUpAfter)) {
        socket.write(body.subarray(n * size, (n + 1) * size));
        await new Promise((next) => setTimeout(next, pauseMs));
      }
      if (hangUpAfter < pieces) socket.destroy();
    });
  });
}

test("a slow client holds nobody up and is served in the end; one that hangs up leaves nothing", async () => {
  const [slow, gone] = [failed({ customer: "cus_slow" }), failed({ customer: "cus_gone" })];
  const started = performance.now();
  const waiting = slowly(JSON.stringify(slow), 30, 100);
  const hungUp = slowly(JSON.stringify(gone), 10, 50, { hangUpAfter: 5 });
  await genuine(20, "others");
  assert.ok(performance.now() - started < 3_000, "others are done before the slow one");
  assert.match(await waiting, /^HTTP\/1\.1 200 .*"status":"accepted"/s);
  await hungUp;
  await eventOf(slow);
  assert.equal((await stack.sql("SELECT COUNT(*) AS n FROM events WHERE json_extract(event, '$.dedup_key') = ?", gone.id))[0].n, 0);
});

test("10 MB beside small ones: all are accepted, each byte is kept", async () => {
  const huge = failed({ customer: "cus_huge" });
  huge.data.object.description = "ü€".repeat(2_000_000);
  const [answer] = await Promise.all([deliver(stack, huge), genuine(30, "beside_huge")]);
  assert.equal(answer.json.status, "accepted");
  const event = await eventOf(huge);
  const raw = await fetch(new URL(`/api/events/${event.id}/raw`, stack.url), { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
  const bytes = Buffer.from(await raw.arrayBuffer());
  assert.ok(bytes.length > 10_000_000 && bytes.equals(Buffer.from(answer.payload)));
});

test("a body of 25 MiB is kept byte for byte; one byte more is 413", async () => {
  const LIMIT = 25 * 1024 * 1024;
  const filled = (bytes) => {
    const delivery = failed({ customer: "cus_limit" });
    delivery.data.object.description = "";
    const frame = Buffer.byteLength(JSON.stringify(delivery, null, 2));
    delivery.data.object.description = "x".repeat(bytes - frame);
    return delivery;
  };
  const whole = filled(LIMIT);
  const answer = await deliver(stack, whole);
  assert.equal(Buffer.byteLength(answer.payload), LIMIT, "the test fills the limit");
  assert.equal(answer.json.status, "accepted");
  const event = await eventOf(whole);
  const raw = await fetch(new URL(`/api/events/${event.id}/raw`, stack.url), { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
  assert.ok(Buffer.from(await raw.arrayBuffer()).equals(Buffer.from(answer.payload)));
  const before = await stack.sql("SELECT COUNT(*) AS n FROM events");
  const refused = await deliver(stack, filled(LIMIT + 1));
  assert.equal(refused.status, 413);
  assert.deepEqual(await stack.sql("SELECT COUNT(*) AS n FROM events"), before);
});

// Some of so many have nearly the same name: a person is asked about them.
const SETTLED = `SELECT COUNT(*) AS n FROM events WHERE id IN (SELECT value FROM json_each(?))
  AND (decided_at IS NOT NULL OR record IN (SELECT record FROM questions WHERE status = 'open'))`;

for (const [name, customer] of [["customer", () => "cus_hot"], ["source", (n) => `cus_hot_${n}`]]) {
  test(`a hot ${name}: all events arrive and are decided, or it is asked whose they are`, async () => {
    const deliveries = numbers(300).map((n) => failed({ customer: customer(n) }));
    const answers = await together(32, deliveries, (delivery) => deliver(stack, delivery));
    assert.ok(answers.every(({ json }) => json.status === "accepted"));
    const ids = answers.flatMap(({ json }) => json.events);
    const marks = JSON.stringify(ids);
    await eventually(async () => {
      const [{ n }] = await stack.sql(SETTLED, marks);
      return n === ids.length;
    }, "every event settled", 90_000);
  });
}
