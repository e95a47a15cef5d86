// Throughput and latency from a delivery to its 2xx, next to the platform's limit and to the same job
// written plainly. All take turns in one run, because only ratios within a run mean something.
import { Stack } from "../support/stack.mjs";
import { BASELINES } from "./baselines.mjs";
import { load, requestBytes } from "./load.mjs";
import { secretsOf } from "../support/senders.mjs";
import { SOURCES } from "./sources.mjs";
import { median, pause } from "./statistics.mjs";

const OBJECTS = 64;
// How many deliveries a round takes, by connections.
const LEVELS = { 1: 400, 16: 2_000, 64: 3_000 };
// The level at which the steps after the 2xx run along, too (they take long), and the other sources are measured.
const EVERYTHING_AT = 16;
const FIGURES = ["rate", "p50", "p95", "p99", "max", "client"];

// Nothing follows the 2xx while it is measured.
const ALONE = { withoutConsumers: ["nerve-situations", "nerve-actions"], vars: { DEBOUNCE_MS: "600000" } };
// The settings of a deployment: resolving, timeline and agent run on the same cores.
const FOLLOWED = { vars: {} };

const requests = (url, make, count) =>
  Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const { id, payload, headers } = await make(n % OBJECTS, url);
      return requestBytes(url, { payload, headers: { ...headers, "x-object": `${n % OBJECTS}`, "x-id": id } });
    }),
  );

async function nerve(options, sources) {
  const stack = await Stack.start(options);
  const targets = sources.map(({ name, make }) => ({ make, url: new URL(`/hooks/${name}`, stack.url) }));
  return { stack, targets, stop: () => stack.stop() };
}

// How many events a second were worked through to their decision: `count` after the `before` earlier ones, all of them.
async function decided(stack, since, before, count) {
  const sql = "SELECT COUNT(*) AS n FROM events WHERE decided_at IS NOT NULL";
  while ((await stack.sql(sql))[0].n < before + count) await pause(100);
  return count / ((Date.now() - since) / 1_000);
}

async function start() {
  const names = SOURCES.map(({ name }) => name);
  const alone = await nerve({ ...ALONE, sources: names, secrets: secretsOf(names) }, SOURCES);
  const followed = await nerve(FOLLOWED, SOURCES.slice(0, 1));
  const own = SOURCES.map(({ name }, n) => ({ name: `Nerve, ${name}`, ...alone.targets[n], everywhere: n === 0 }));
  const after = { name: `Nerve, ${SOURCES[0].name}, with what follows`, ...followed.targets[0], stack: followed.stack, decided: 0 };
  const started = await Promise.all(Object.entries(BASELINES).map(async ([name, begin]) => ({ name, make: SOURCES[0].make, ...(await begin()) })));
  const stop = () => Promise.all([alone, followed, ...started].map((one) => one.stop()));
  return { targets: [...started, ...own, after], stop };
}

async function round(target, connections, count) {
  const ready = await requests(target.url, target.make, count);
  const since = Date.now();
  const result = await load(target.url, ready, connections);
  if (!target.stack) return result;
  const decidedRate = await decided(target.stack, since, target.decided, count);
  target.decided += count;
  return { ...result, decidedRate };
}

function medians(rounds) {
  const figures = [...FIGURES, ...(rounds[0].decidedRate ? ["decidedRate"] : [])];
  const of = (name) => (name === "max" ? Math.max : (...values) => median(values))(...rounds.map((result) => result[name]));
  return { ...Object.fromEntries(figures.map((name) => [name, of(name)])), rounds: rounds.map(({ rate }) => rate) };
}

async function level(targets, connections, count, rounds) {
  const results = targets.map(() => []);
  for (let n = 0; n < rounds; n++) {
    for (const [index, target] of targets.entries()) results[index].push(await round(target, connections, count));
  }
  return { connections, requests: count, targets: targets.map(({ name }, index) => ({ name, ...medians(results[index]) })) };
}

export async function run({ quick, note }) {
  const { targets, stop } = await start();
  const [rounds, share] = quick ? [2, 0.2] : [3, 1];
  try {
    for (const target of targets) await round(target, 16, 500);
    const levels = [];
    for (const [connections, count] of Object.entries(LEVELS).map(([connections, count]) => [Number(connections), count * share])) {
      const taking = targets.filter(({ stack, everywhere = true }) => (!stack && everywhere) || connections === EVERYTHING_AT);
      levels.push(await level(taking, connections, count, rounds));
      note(`${connections} connections`);
    }
    return { objects: OBJECTS, rounds, levels };
  } finally {
    await stop();
  }
}
