// The growth of each figure with the data: milliseconds at the API, and rows read, which do not depend on the machine.
import { statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { performance } from "node:perf_hooks";
import { eventually } from "../support/stack.mjs";
import { deliver, failed, paid } from "../support/stripe.mjs";
import { Metered } from "./metered.mjs";
import { Seed } from "./seed.mjs";
import { mean, median, slope, sum } from "./statistics.mjs";

const STEPS = [
  { timeline: 10, proposals: 100, ledger: 1_000, records: 1_000 },
  { timeline: 1_000, proposals: 1_000, ledger: 10_000, records: 5_000 },
  { timeline: 10_000, proposals: 10_000, ledger: 100_000, records: 20_000 },
  { timeline: 100_000, proposals: 100_000, ledger: 1_000_000, records: 100_000 },
];
const CALLS = 9;
const EVENTS = 6;
const CUSTOMER = "the_big_one";
const BIG = { customer: `cus_${CUSTOMER}`, customer_email: `${CUSTOMER}@example.com` };

const rowsRead = (calls) => sum(calls.flatMap(({ statements }) => statements.map(({ read }) => read)));

// The lists and documents, with the size that their cost might depend on.
function reads({ record, deep, seeded }) {
  return [
    ["timeline", "timeline, first page", `/api/records/${record}/timeline?limit=50`],
    ["timeline", "timeline, a page half-way down", `/api/records/${record}/timeline?kind=events&limit=50&cursor=${deep}`],
    ["timeline", "situation", `/api/records/${record}/situation`],
    ["proposals", "pending proposals, first page", "/api/proposals?status=pending&limit=50"],
    ["proposals", "pending proposals, one kind of action", "/api/proposals?status=pending&kind=message.draft&limit=50"],
    ["proposals", "proposals of a record", `/api/proposals?record=${seeded}&limit=50`],
    ["ledger", "ledger, first page", "/api/ledger?limit=50"],
    ["ledger", "ledger of a record", `/api/ledger?record=${seeded}&limit=50`],
    ["ledger", "ledger of a proposal", `/api/ledger?proposal=${seeded.replace("rec_", "prp_")}&limit=50`],
    ["records", "records, first page", "/api/records?limit=50"],
    ["records", "records by part of a name", "/api/records?q=Customer%20999%20of&limit=50"],
    ["records", "records by address", "/api/records?q=seed_999%40example.com&limit=50"],
    ["records", "events, first page", "/api/events?limit=50"],
    ["records", "events of a rare kind", "/api/events?kind=invoice.paid&limit=50"],
  ];
}

// The biggest step takes some gigabytes on disk, and is left out where they are not there.
const BYTES_PER_ENTRY = 8_000;
const fits = ({ ledger }) => {
  const { bavail, bsize } = statfsSync(tmpdir());
  return ledger * BYTES_PER_ENTRY < bavail * bsize;
};

class Growing {
  points = new Map();

  add(axis, name, size, point) {
    if (!this.points.has(name)) this.points.set(name, { axis, name, points: [] });
    this.points.get(name).points.push({ size, ...point });
  }

  figures() {
    const exponent = (points, key) => slope(points.map((point) => [point.size, point[key]]));
    return [...this.points.values()].map((figure) => ({ ...figure, slopeMs: exponent(figure.points, "ms"), slopeRows: exponent(figure.points, "rows") }));
  }
}

async function get(metered, path) {
  const { status, text, json } = await metered.stack.api(path);
  if (status !== 200) throw new Error(`GET ${path}: ${status} ${text}`);
  return json;
}

async function timed(metered, path, calls = CALLS) {
  await get(metered, path);
  const times = [];
  await metered.take();
  for (let n = 0; n < calls; n++) {
    const start = performance.now();
    await get(metered, path);
    times.push(performance.now() - start);
  }
  return { ms: median(times), rows: rowsRead(await metered.take()) / calls };
}

// Events of the big customer, one after the other, each decided before the next: the cost of its objects and of resolving
// its record.
async function events(metered) {
  const before = await metered.count("events WHERE decided_at IS NOT NULL");
  await metered.take();
  for (let n = 1; n <= EVENTS; n++) {
    await deliver(metered.stack, paid(BIG));
    await metered.reaches("events WHERE decided_at IS NOT NULL", before + n);
  }
  const calls = await metered.take();
  const having = (part, text) => calls.filter((call) => call.part === part && call.statements.some(({ sql }) => sql.startsWith(text)));
  const point = (found) => ({ ms: mean(found.map(({ ms }) => ms)), rows: rowsRead(found) / found.length });
  return {
    "inbox: keep a delivery": point(having("Inbox", "INSERT INTO deliveries")),
    "record: append an event": point(having("Record", "INSERT INTO timeline")),
    "record: what is pending": point(having("Record", "SELECT seq, reporters, event, matched")),
    "hand on: identify, index, append": point(calls.filter(({ part, handler }) => part === "Inbox" && handler === "alarm")),
    "consider: gates and decision": point(calls.filter(({ part }) => part === "nerve-agent")),
  };
}

async function approvals(metered) {
  const deliveries = Array.from({ length: EVENTS }, () => failed());
  for (const delivery of deliveries) await deliver(metered.stack, delivery);
  const subjects = new Set(deliveries.map(({ data }) => `stripe:invoice:${data.object.id}`));
  const mine = async () => (await metered.stack.list("/api/proposals?status=pending&limit=50")).filter(({ subject, action }) => subjects.has(subject) && action.kind === "crm.create_task");
  const proposals = await eventually(async () => (await mine()).length === EVENTS && mine(), "the proposals", 60_000);
  const times = [];
  await metered.take();
  for (const { id, digest } of proposals) {
    const start = performance.now();
    await metered.stack.api(`/api/proposals/${id}/approve`, { method: "POST", body: { digest } });
    times.push(performance.now() - start);
  }
  const calls = (await metered.take()).filter(({ part }) => part === "nerve-console");
  await metered.reaches("proposals WHERE status = 'done'", await metered.count("proposals WHERE status <> 'pending'"));
  return { ms: median(times), rows: rowsRead(calls) / EVENTS };
}

async function sweep(metered) {
  await metered.take();
  const start = performance.now();
  await metered.stack.sweep();
  return { ms: performance.now() - start, rows: rowsRead((await metered.take()).filter(({ part }) => part === "nerve-sweeper")) };
}

async function verify(metered, entries) {
  const start = performance.now();
  const found = await get(metered, "/api/ledger/verify");
  const ms = performance.now() - start;
  if (!found.ok || found.entries < entries) throw new Error(`the seeded ledger does not verify: ${JSON.stringify(found)}`);
  return { ms, rows: rowsRead(await metered.take()) };
}

async function step(metered, sizes, known, growing) {
  // All seeded entries happened when the first did: the place half-way is told by the order of arrival.
  const [{ event }] = await metered.stack.list(`/api/records/${known.record}/timeline?kind=events&limit=1`);
  const deep = `${known.record}.${Date.parse(event.occurred_at)}.${Math.max(2, Math.floor(sizes.timeline / 2))}`;
  for (const [axis, name, path] of reads({ ...known, deep })) growing.add(axis, name, sizes[axis], await timed(metered, path));
  for (const [name, point] of Object.entries(await events(metered))) growing.add("timeline", name, sizes.timeline, point);
  growing.add("proposals", "approve a proposal", sizes.proposals, await approvals(metered));
  growing.add("proposals", "a sweep", sizes.proposals, await sweep(metered));
  growing.add("ledger", "verify everything", sizes.ledger, await verify(metered, sizes.ledger));
}

export async function run({ quick, note }) {
  const metered = await Metered.start({ vars: { DEBOUNCE_MS: "0" } });
  try {
    await deliver(metered.stack, failed(BIG));
    await metered.reaches("events WHERE decided_at IS NOT NULL", 1);
    const [{ id: record }] = await metered.stack.list("/api/records");
    await metered.stack.kill();
    const [seed, growing] = [new Seed(metered.stack.state, CUSTOMER), new Growing()];
    const known = { record, seeded: seed.recordId(7) };
    for (const sizes of (quick ? STEPS.slice(0, 3) : STEPS).filter(fits)) {
      seed.grow(sizes);
      note(`seeded ${JSON.stringify(sizes)}`);
      await metered.stack.restart();
      await step(metered, sizes, known, growing);
      note("measured");
      await metered.stack.kill();
    }
    return { figures: growing.figures(), bytes: seed.bytes() };
  } finally {
    await metered.stop();
  }
}
