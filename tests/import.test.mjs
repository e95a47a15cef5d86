// Files of records on the real runtime: ten thousand rows in, again, and out.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ADMIN_TOKEN, Stack } from "./support/stack.mjs";

const ROWS = 10_000;

let stack;
before(async () => (stack = await Stack.start()));
after(() => stack.stop());

const file = (from, to) => {
  const row = (n) => `${n},Person ${n},person${n}@example.com,+4930${1_000_000 + n},Grace,lead,"Town ${n}, North"`;
  return ["Customer ID,Name,Email,Phone,Owner,Status,City", ...Array.from({ length: to - from }, (_, n) => row(from + n)), ""].join("\r\n");
};

// A file is the body as it is.
async function receive(text, name = "people.csv") {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "text/csv" };
  const response = await fetch(new URL(`/api/imports?name=${name}`, stack.url), { method: "POST", headers, body: text });
  assert.equal(response.status, 200, await response.clone().text());
  return response.json();
}

async function step(id) {
  const { status, json, text } = await stack.api(`/api/imports/${id}/run`, { method: "POST" });
  assert.equal(status, 200, text);
  return json;
}

async function imported(text) {
  const { id } = await receive(text);
  let now;
  do now = await step(id);
  while (now.state === "running");
  assert.equal(now.state, "done");
  return now.counts;
}

const count = async (table) => (await stack.sql(`SELECT COUNT(*) AS n FROM ${table}`))[0].n;

test("ten thousand rows become records within a minute, each with its entry, and the same file again changes nothing", async (t) => {
  const people = file(0, ROWS);
  for (const expected of [{ created: ROWS, unchanged: 0 }, { created: 0, unchanged: ROWS }]) {
    const start = performance.now();
    const counts = await imported(people);
    const seconds = (performance.now() - start) / 1_000;
    t.diagnostic(`${ROWS} rows in ${seconds.toFixed(1)} s`);
    assert.deepEqual([counts.created, counts.unchanged, counts.refused], [expected.created, expected.unchanged, 0]);
    assert.ok(seconds < 60, `${seconds} s`);
    assert.deepEqual([await count("records"), await count("ledger"), await count("import_chunks")], [ROWS, ROWS, 0]);
  }
  const [found] = await stack.list("/api/records?q=person4711@example.com");
  assert.deepEqual([found.name, found.stage, found.attributes.city], ["Person 4711", "lead", "Town 4711, North"]);
  assert.equal((await stack.api("/api/ledger/verify")).json.ok, true);
});

test("what is exported can be imported, and nothing changes", async () => {
  const { status, text, headers } = await stack.api("/api/records/export?format=csv");
  assert.equal(status, 200);
  assert.match(headers.get("content-type"), /text\/csv/);
  assert.equal(headers.get("link"), null, "all of them in one file");
  assert.equal(text.trimEnd().split("\r\n").length, ROWS + 1);
  const counts = await imported(text);
  assert.deepEqual([counts.unchanged, counts.refused], [ROWS, 0]);
  assert.equal(await count("ledger"), ROWS);
});
