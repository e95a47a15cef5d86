// Resolving one event among few customers and among many, and the time of pages then.
import { performance } from "node:perf_hooks";
import { bodyOf, dress, secretsOf } from "../support/senders.mjs";
import { ADMIN_TOKEN } from "../support/stack.mjs";
import { Metered } from "./metered.mjs";
import { SAYINGS, csv, person } from "../support/people.mjs";
import { distribution, mean, median, quantile, sum } from "./statistics.mjs";

const SOURCE = "cloudevents";
const SIZES = [1_000, 100_000];
const FILE = 10_000;
const EVENTS = 40;
const LOOKUPS = 200;
const PAGE_LOADS = 15;

const pages = (record) => ({
  "the queue": "/",
  records: "/records",
  "records, by part of a name": "/records?q=lovel",
  "a record": `/records/${record}`,
  ledger: "/ledger",
});

async function json(stack, path, options) {
  const { status, text, json } = await stack.api(path, options);
  if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
  return json;
}

// Through the import, as anybody's customers come.
async function importPeople(stack, from, to, note) {
  const start = performance.now();
  for (let at = from; at < to; at += FILE) {
    const url = new URL(`/api/imports?name=people-${at}.csv`, stack.url);
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "text/csv" };
    const taken = await fetch(url, { method: "POST", headers, body: csv(at, Math.min(at + FILE, to)) });
    let file = await taken.json();
    if (taken.status !== 200) throw new Error(`import: ${taken.status} ${JSON.stringify(file)}`);
    do file = await json(stack, `/api/imports/${file.id}/run`, { method: "POST", body: {} });
    while (file.state !== "done");
  }
  const seconds = (performance.now() - start) / 1_000;
  note(`${to - from} customers imported in ${seconds.toFixed(0)} s`);
  return { rows: to - from, seconds };
}

let sent = 0;
async function say(stack, said) {
  const n = ++sent;
  const { customer, claims } = said;
  const body = bodyOf(SOURCE, { specversion: "1.0", id: `bench-${process.pid}-${n}`, source: "/bench", type: "form.submitted", time: new Date().toISOString(), data: { customer, claims, detail: { form: "contact" } } });
  const url = new URL(`/hooks/${SOURCE}`, stack.url).href;
  const response = await fetch(url, { method: "POST", headers: await dress(SOURCE, body, url), body });
  const answer = await response.json();
  if (answer.status !== "accepted") throw new Error(`not accepted: ${JSON.stringify(answer)}`);
  return answer.events[0];
}

// The clock of a worker counts whole milliseconds: means say more than medians.
const spread = (times) => ({ mean: mean(times), ...distribution(times) });

// One event after the other, each with nothing else going on.
async function resolve(metered, name, size) {
  const points = [];
  for (let n = 0; n < EVENTS; n++) {
    const before = await metered.count("events");
    await metered.take();
    await say(metered.stack, SAYINGS[name](person(Math.floor(((n + 0.5) * size) / EVENTS)), `${size}.${n}`));
    await metered.reaches("events", before + 1);
    const calls = (await metered.take()).filter(({ part, handler }) => part === "Inbox" && handler === "alarm");
    const [identified] = calls.filter(({ batches }) => batches.length > 0);
    const d1 = identified.statements.filter(({ store }) => store === "d1");
    points.push({ lookupMs: identified.batches[0].ms, batches: identified.batches.length, statements: d1.length, rows: sum(d1.map(({ read }) => read)), written: sum(d1.map(({ written }) => written)) });
  }
  const over = (key) => points.map((point) => point[key]);
  return { name, size, lookup: spread(over("lookupMs")), batches: Math.max(...over("batches")), statements: Math.max(...over("statements")), rows: median(over("rows")), rowsMost: Math.max(...over("rows")), written: mean(over("written")) };
}

// The bare look-up: one row by its key, by a worker of the same stack.
async function bare(metered, record) {
  await metered.take();
  for (let n = 0; n < LOOKUPS; n++) await json(metered.stack, `/api/records/${record}`);
  const calls = (await metered.take()).filter(({ part }) => part === "nerve-console");
  return spread(calls.map(({ batches }) => batches[0].ms));
}

async function load(stack, path) {
  const start = performance.now();
  const response = await fetch(new URL(path, stack.url), { headers: { authorization: `Bearer ${ADMIN_TOKEN}`, accept: "text/html" } });
  const first = performance.now() - start;
  const bytes = (await response.arrayBuffer()).byteLength;
  if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
  return { first, bytes };
}

async function loaded(metered, name, path, size) {
  await load(metered.stack, path);
  await metered.take();
  const loads = [];
  for (let n = 0; n < PAGE_LOADS; n++) loads.push(await load(metered.stack, path));
  const reads = (await metered.take()).flatMap(({ statements }) => statements.map(({ read }) => read));
  const firsts = loads.map(({ first }) => first);
  return { name, size, ttfb: quantile(firsts, 0.5), ttfb95: quantile(firsts, 0.95), bytes: loads[0].bytes, rows: sum(reads) / PAGE_LOADS };
}

export async function run({ quick, note }) {
  const secrets = { "nerve-console": { NERVE_ADMIN_TOKEN: ADMIN_TOKEN }, ...secretsOf([SOURCE]) };
  const metered = await Metered.start({ sources: [SOURCE], secrets, vars: { DEBOUNCE_MS: "0" } });
  const [imports, resolved, lookups, shown] = [[], [], [], []];
  try {
    for (const [at, size] of (quick ? [1_000, 10_000] : SIZES).entries()) {
      imports.push(await importPeople(metered.stack, at === 0 ? 0 : imports[at - 1].upTo, size, note));
      imports[at].upTo = size;
      const [{ id }] = await metered.stack.list("/api/records?limit=1");
      lookups.push({ size, lookup: await bare(metered, id) });
      for (const name of Object.keys(SAYINGS)) resolved.push(await resolve(metered, name, size));
      note(`events resolved among ${size}`);
      for (const [name, path] of Object.entries(pages(id))) shown.push(await loaded(metered, name, path, size));
      note(`pages loaded among ${size}`);
    }
    return { imports, resolved, lookups, shown };
  } finally {
    await metered.stop();
  }
}
