// The footprint of a worker: its size, how long a fresh process takes to its first answer, the memory it holds, and the CPU
// an event takes.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { unstable_readConfig as readConfig } from "wrangler";
import { Stack, eventually } from "../support/stack.mjs";
import { configs } from "../support/workers.mjs";
import { deliver, event, failed, paid } from "../support/stripe.mjs";
import { BASELINES } from "./baselines.mjs";
import { load, requestBytes } from "./load.mjs";
import { SOURCES } from "./sources.mjs";
import { median } from "./statistics.mjs";
import { starter } from "./workerd.mjs";

const BARE = { name: "bare worker", files: [{ name: "index.js", type: "esModule", text: 'export default { fetch: () => new Response("{}") };' }] };
const CUSTOMERS = 64;
// The kernel counts CPU in these.
const TICK_MS = 10;

function built(config) {
  const { name, main } = readConfig({ config });
  const file = (name, type) => ({ name, type, file: join(dirname(main), name) });
  return { name, files: [file("index.js", "esModule"), file("index_bg.wasm", "wasm")] };
}

function size({ files }) {
  const contents = files.map(({ file, text }) => (text ? Buffer.from(text) : readFileSync(file)));
  return { bytes: contents.reduce((n, c) => n + c.length, 0), gzipped: contents.reduce((n, c) => n + gzipSync(c).length, 0) };
}

// All workers take turns; a bare one takes the process and the runtime, not the worker.
async function fresh(workers, times) {
  const starters = await Promise.all(workers.map(({ files }) => starter(files)));
  const runs = workers.map(() => []);
  for (let n = 0; n <= times; n++) {
    for (const [index, { once }] of starters.entries()) runs[index].push(await once());
  }
  await Promise.all(starters.map(({ stop }) => stop()));
  // The first round reads everything from disk.
  const of = (index, key) => median(runs[index].slice(1).map((run) => run[key]));
  return workers.map((_, index) => ({ startMs: of(index, "ms") - of(0, "ms"), rss: of(index, "rss") - of(0, "rss"), processMs: of(index, "ms"), processRss: of(index, "rss") }));
}

// The workerd that a process started.
function workerdOf(pid) {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean));
  return children.find((child) => readFileSync(`/proc/${child}/comm`, "utf8").trim() === "workerd");
}

// Milliseconds of CPU, in user and kernel mode together.
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

async function cpu(parent, n, act) {
  const pid = workerdOf(parent);
  await act(Math.ceil(n / 5));
  const before = cpuOf(pid);
  await act(n);
  return (cpuOf(pid) - before) / n;
}

async function baselineCpu(name, n) {
  const { url, stop } = await BASELINES[name]();
  const make = (index) => {
    const { id, payload, headers } = SOURCES[0].make(index % CUSTOMERS);
    return requestBytes(url, { payload, headers: { ...headers, "x-object": `${index % CUSTOMERS}`, "x-id": id } });
  };
  const act = (count) => load(url, Array.from({ length: count }, (_, index) => make(index)), 1);
  const ms = await cpu(process.pid, n, act);
  await stop();
  return ms;
}

const customer = (n) => ({ customer: `cus_cpu_${n % CUSTOMERS}` });
const count = async (stack, sql) => (await stack.sql(`SELECT COUNT(*) AS n FROM ${sql}`))[0].n;

// Delivers one after the other, then waits until `sql` counts as many.
function delivering(stack, make, sql) {
  let total = 0;
  return async (n) => {
    for (let index = 0; index < n; index++) await deliver(stack, make(index));
    total += n;
    if (sql) await eventually(async () => (await count(stack, sql)) >= total, sql, 120_000);
  };
}

async function approving(stack) {
  for (const { id, digest } of await stack.sql("SELECT id, digest FROM proposals WHERE status = 'pending' AND action_kind = 'crm.create_task'")) {
    await stack.api(`/api/proposals/${id}/approve`, { method: "POST", body: { digest } });
  }
  await eventually(async () => (await count(stack, "proposals WHERE action_kind = 'crm.create_task' AND status <> 'done'")) === 0, "all done", 120_000);
}

// Each stage does what the one before it does, and more.
const QUEUES = ["nerve-situations", "nerve-actions"];
const STAGES = [
  { name: "ignored", options: { vars: {} }, act: (stack) => delivering(stack, (n) => event("customer.updated", { id: `cus_${n}`, object: "customer" })) },
  { name: "accepted, up to the 2xx", options: { vars: { DEBOUNCE_MS: "600000" } }, act: (stack) => delivering(stack, (n) => paid(customer(n))) },
  { name: "and handed on to its record", options: { vars: { DEBOUNCE_MS: "0" }, withoutConsumers: QUEUES }, act: (stack) => delivering(stack, (n) => paid(customer(n)), "events") },
  { name: "and decided, nothing proposed", options: { vars: { DEBOUNCE_MS: "0" } }, act: (stack) => delivering(stack, (n) => paid(customer(n)), "events WHERE decided_at IS NOT NULL") },
  { name: "or two actions proposed", options: { vars: { DEBOUNCE_MS: "0" } }, act: (stack) => delivering(stack, () => failed(), "events WHERE decided_at IS NOT NULL") },
];

async function stages(n, note) {
  const results = [];
  for (const name of ["bare worker", "bare worker, one object write"]) results.push({ name, ms: await baselineCpu(name, 2 * n) });
  for (const { name, options, act } of STAGES) {
    const stack = await Stack.start(options);
    try {
      results.push({ name, ms: await cpu(stack.pid, n, act(stack)) });
      if (name.includes("proposed") && name.startsWith("or")) results.push(await approvals(stack));
      note(name);
    } finally {
      await stack.stop();
    }
  }
  return results;
}

async function approvals(stack) {
  const pid = workerdOf(stack.pid);
  const [before, n] = [cpuOf(pid), await count(stack, "proposals WHERE status = 'pending' AND action_kind = 'crm.create_task'")];
  await approving(stack);
  return { name: "one action approved and carried out", ms: (cpuOf(pid) - before) / n };
}

async function together() {
  const stack = await Stack.start();
  const { VmRSS } = Object.fromEntries(readFileSync(`/proc/${workerdOf(stack.pid)}/status`, "utf8").split("\n").map((line) => line.split(/:\s+/)));
  await stack.stop();
  return parseInt(VmRSS) * 1_024;
}

export async function run({ quick, note }) {
  const workers = [BARE, ...configs().map(built)];
  const measured = await fresh(workers, quick ? 5 : 20);
  note("fresh processes");
  return {
    workers: workers.map((worker, index) => ({ name: worker.name, ...size(worker), ...measured[index] })),
    allWorkersRss: await together(),
    cpu: await stages(quick ? 60 : 300, note),
  };
}
