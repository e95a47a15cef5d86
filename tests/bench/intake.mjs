// Throughput and latency of `POST /hooks/stripe`, through the front door to the 2xx, next to a bare worker that makes
// one Durable Object write: the limit of anything that keeps what it acknowledges. Both in one run, in turn, because
// only their ratio means something.
//
//   node_modules/.bin/node tests/bench/intake.mjs [requests per round] [connections]
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Miniflare, convertV4MiniflareOptions } from "miniflare";
import { Stack } from "../support/stack.mjs";
import { failed, sign } from "../support/stripe.mjs";

const REQUESTS = Number(process.argv[2] ?? 2_000);
const CONNECTIONS = Number(process.argv[3] ?? 16);
const ROUNDS = 3;
const OBJECTS = 64;

const BARE = `
import { DurableObject } from "cloudflare:workers";
export class Store extends DurableObject {
  constructor(state, env) {
    super(state, env);
    state.storage.sql.exec("CREATE TABLE IF NOT EXISTS kept (id TEXT PRIMARY KEY, body BLOB) WITHOUT ROWID");
  }
  async fetch(request) {
    const body = await request.arrayBuffer();
    this.ctx.storage.sql.exec("INSERT INTO kept VALUES (?, ?)", request.headers.get("x-id"), body);
    return new Response("{}");
  }
}
export default {
  fetch: (request, env) => env.STORE.get(env.STORE.idFromName(request.headers.get("x-object"))).fetch(request),
};`;

async function bare(state) {
  const worker = {
    name: "bare",
    modules: true,
    script: BARE,
    compatibilityDate: "2026-11-17",
    durableObjects: { STORE: { className: "Store", useSQLite: true } },
  };
  const options = { workers: [worker], host: "127.0.0.1", port: 0, cf: false, resourcePersistencePath: state };
  const mf = new Miniflare(convertV4MiniflareOptions(options));
  return { url: await mf.ready, stop: () => mf.dispose() };
}

function deliveries(count) {
  return Array.from({ length: count }, (_, n) => {
    const payload = JSON.stringify(failed({ customer: `cus_bench_${n % OBJECTS}`, customer_email: `bench${n % OBJECTS}@example.com` }), null, 2);
    const headers = { "content-type": "application/json", "stripe-signature": sign(payload), "x-object": String(n % OBJECTS) };
    return { payload, headers: { ...headers, "x-id": JSON.parse(payload).id, "content-length": Buffer.byteLength(payload) } };
  });
}

const send = (url, agent, { payload, headers }) =>
  new Promise((resolve, reject) => {
    const start = process.hrtime.bigint();
    const call = request(url, { method: "POST", agent, headers }, (response) => {
      response.resume();
      response.on("end", () => {
        if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
        else resolve(Number(process.hrtime.bigint() - start) / 1e6);
      });
    });
    call.on("error", reject);
    call.end(payload);
  });

async function round(url, queue) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const latencies = [];
  const start = process.hrtime.bigint();
  const connection = async () => {
    for (let next = queue.pop(); next; next = queue.pop()) latencies.push(await send(url, agent, next));
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  agent.destroy();
  latencies.sort((a, b) => a - b);
  const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))];
  return { rate: latencies.length / seconds, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: latencies.at(-1) };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const state = await mkdtemp(join(tmpdir(), "nerve-bench-"));
// What happens after the 2xx is not measured: the agent and the executor do not run.
const stack = await Stack.start({ withoutConsumers: ["nerve-situations", "nerve-actions"], vars: { SETTLE_MS: "600000" } });
const limit = await bare(state);
const targets = { "/hooks/stripe": new URL("/hooks/stripe", stack.url), "bare worker, one object write": limit.url };
const results = Object.fromEntries(Object.keys(targets).map((name) => [name, []]));
for (const url of Object.values(targets)) await round(url, deliveries(200));
for (let n = 0; n < ROUNDS; n++) {
  for (const [name, url] of Object.entries(targets)) results[name].push(await round(url, deliveries(REQUESTS)));
}
console.log(`${ROUNDS} rounds of ${REQUESTS} requests over ${CONNECTIONS} connections and ${OBJECTS} objects; medians, milliseconds`);
console.log(`${"".padEnd(32)}${["per s", "p50", "p95", "p99", "max"].map((name) => name.padStart(9)).join("")}`);
for (const [name, rounds] of Object.entries(results)) {
  const figures = ["rate", "p50", "p95", "p99", "max"].map((key) => median(rounds.map((r) => r[key])).toFixed(key === "rate" ? 0 : 1).padStart(9));
  console.log(name.padEnd(32) + figures.join(""));
}
const ratios = results["/hooks/stripe"].map((r, n) => r.rate / results["bare worker, one object write"][n].rate);
console.log(`ratio of throughput, round by round: ${ratios.map((r) => r.toFixed(2)).join(", ")}`);
await stack.stop();
await limit.stop();
await rm(state, { recursive: true, force: true });
