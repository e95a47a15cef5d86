// Deliveries, merges, their undoing, answers and a power cut, all at once: each acknowledged event stands on exactly one
// timeline in the end, that of the record it is indexed under, and none is left undecided unless a question is open.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { bodyOf, dress, secretsOf } from "./support/senders.mjs";
import { ADMIN_TOKEN, Stack, eventually } from "./support/stack.mjs";
import { random as seeded } from "./torture/random.mjs";

const SOURCE = "cloudevents";
const CUSTOMERS = 6;
const ROUNDS = 12;
const DELIVERIES = 8;
const CUT_IN_ROUND = 6;

const random = seeded(20261125);
const sent = new Map();
let stack;
let cut = false;

before(async () => {
  const secrets = { "nerve-console": { NERVE_ADMIN_TOKEN: ADMIN_TOKEN }, ...secretsOf([SOURCE]) };
  stack = await Stack.start({ sources: [SOURCE], secrets });
});
after(() => stack.stop());

// Of one customer, or with the id of one and the address of another: nobody can know whose event that is.
function delivery(n) {
  const one = random.below(CUSTOMERS);
  const other = random.chance(0.15) ? random.below(CUSTOMERS) : one;
  const customer = { id: `c${one}`, name: `Customer Number${one}`, email: `customer${other}@example.com` };
  return { specversion: "1.0", id: `event-${n}`, source: "/crm", type: "form.submitted", time: new Date().toISOString(), data: { customer, detail: { form: `form ${n}` } } };
}

async function post(document) {
  const [url, body] = [new URL(`/hooks/${SOURCE}`, stack.url).href, bodyOf(SOURCE, document)];
  const response = await fetch(url, { method: "POST", headers: await dress(SOURCE, body, url), body });
  assert.equal(response.status, 200);
  sent.set(document.id, (await response.json()).events[0]);
}

// A refusal because somebody was faster counts as done.
async function act(path, body) {
  const { status, text } = await stack.api(path, { method: "POST", body });
  assert.ok([200, 404, 409, 422].includes(status), `${path}: ${status} ${text}`);
}

const pick = (list) => (list.length > 0 ? random.pick(list) : undefined);

async function merge() {
  const records = await stack.list("/api/records?limit=50");
  const [part, into] = [pick(records), pick(records)];
  if (part && part.id !== into.id) await act(`/api/records/${part.id}/merge`, { into: into.id });
}

async function unmerge() {
  const of = async ({ id }) => stack.list(`/api/merges?record=${id}`);
  const merges = (await Promise.all((await stack.list("/api/records?limit=50")).map(of))).flat();
  const merged = pick(merges.filter(({ undone_at }) => !undone_at));
  if (merged) await act(`/api/merges/${merged.id}/undo`, {});
}

async function answer() {
  const question = pick(await stack.list("/api/questions?status=open"));
  if (!question) return;
  const candidate = pick(question.candidates);
  await act(`/api/questions/${question.id}/answer`, { record: candidate && random.chance(0.7) ? candidate.record.id : null });
}

// In the round of the power cut nobody gets an answer.
const quietly = (work) => work.catch((error) => assert.ok(cut, error));

async function timelineOf(record) {
  const ids = [];
  for (let cursor = ""; cursor !== null; ) {
    const { json } = await stack.api(`/api/records/${record}/timeline?limit=100&kind=events${cursor && `&cursor=${cursor}`}`);
    ids.push(...json.items.flatMap(({ event }) => (event?.id ? [event.id] : [])));
    cursor = json.next;
  }
  return ids;
}

async function settled() {
  await stack.sweep();
  const [{ undecided }] = await stack.sql(
    `SELECT COUNT(*) AS undecided FROM events e JOIN records r ON r.id = e.record WHERE e.decided_at IS NULL
     AND NOT EXISTS (SELECT 1 FROM questions q WHERE q.record = e.record AND q.status = 'open' AND r.root IS NULL)`,
  );
  const [{ known }] = await stack.sql("SELECT COUNT(*) AS known FROM events");
  return undecided === 0 && known === sent.size;
}

test("whatever happens at once, no event is lost, doubled or orphaned", async () => {
  let n = 0;
  const lost = [];
  for (let round = 0; round < ROUNDS; round++) {
    const deliveries = Array.from({ length: DELIVERIES }, () => delivery(++n));
    cut = round === CUT_IN_ROUND;
    const people = [merge(), merge(), unmerge(), answer()].map(quietly);
    const arriving = deliveries.map((document) => post(document).catch(() => lost.push(document)));
    if (cut) {
      await new Promise((resolve) => setTimeout(resolve, 40));
      await stack.kill();
      await Promise.allSettled([...people, ...arriving]);
      await stack.restart();
    }
    await Promise.all([...people, ...arriving]);
    // A vendor sends again what was not acknowledged, and some of what was.
    for (const document of [...lost.splice(0), deliveries[0]]) await post(document);
  }
  await eventually(settled, "everything is decided", 60_000);
  for (const table of ["merges WHERE undone_at IS NULL", "merges WHERE undone_at IS NOT NULL", "questions WHERE status = 'answered'"]) {
    const [{ n: some }] = await stack.sql(`SELECT COUNT(*) AS n FROM ${table}`);
    assert.ok(some > 0, `${table}: it happened`);
  }
  const roots = await stack.sql("SELECT id FROM records WHERE root IS NULL");
  const shown = (await Promise.all(roots.map(({ id }) => timelineOf(id)))).flat();
  assert.deepEqual(shown.toSorted(), [...sent.values()].toSorted());
  const indexed = await stack.sql("SELECT e.id, COALESCE(r.root, r.id) AS root FROM events e JOIN records r ON r.id = e.record");
  for (const { id, root } of indexed) assert.ok((await timelineOf(root)).includes(id), `${id} stands with ${root}`);
});
