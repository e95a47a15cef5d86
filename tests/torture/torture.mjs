// Kills everything again and again while it works, and then looks whether anything was lost or done twice.
import { Stack, ADMIN_TOKEN, STRIPE_SECRET } from "../support/stack.mjs";
import { random as seeded, sleep } from "./random.mjs";
import { SOURCES, dress } from "./sources.mjs";
import { Tool } from "./tool.mjs";

const SENDERS = 4;
const REVIEWERS = 2;
const NOTIFY_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const REST_MS = 240_000;

// One run: `kills` power cuts, with a tool of the team that takes idempotency keys or does not. Answers with what was
// done and `broken`, the list of what does not hold: empty when every promise was kept.
export async function torture({ kills, seed, takesKeys, log = () => {} }) {
  const random = seeded(seed);
  const tool = await new Tool(seeded(seed + 1), takesKeys).start();
  const secrets = {
    "nerve-console": { NERVE_ADMIN_TOKEN: ADMIN_TOKEN },
    "nerve-stripe": { STRIPE_SECRETS: STRIPE_SECRET },
    "nerve-executor": { NOTIFY_URL: tool.url, NOTIFY_SECRET },
  };
  const vars = { SETTLE_MS: "100", NOTIFY_FORMAT: takesKeys ? "standard" : "slack" };
  const stack = await Stack.start({ secrets, vars });
  const run = { stack, random, tool, over: false, sent: new Map(), approved: new Set(), refused: 0, decisions: 0 };
  try {
    const busy = [
      ...Array.from({ length: SENDERS }, () => send(run)),
      ...Array.from({ length: REVIEWERS }, () => review(run)),
      sweep(run),
    ];
    await cutPower(run, kills, log);
    run.over = true;
    await Promise.all(busy);
    tool.calm = true;
    await redeliver(run);
    const stuck = await rest(run);
    const broken = [...stuck, ...(await compare(run))];
    return { kills, seed, takesKeys, ...(await figures(run)), broken };
  } finally {
    run.over = true;
    await stack.stop();
    tool.stop();
  }
}

async function cutPower({ stack, random, sent, tool }, kills, log) {
  for (let n = 1; n <= kills; n++) {
    await sleep(300 + random.below(3_000));
    await stack.kill();
    await stack.restart();
    log(`kill ${n}: ${sent.size} deliveries, ${tool.requests} requests to the team's tool`);
  }
  await sleep(2_000);
}

// --- those who do not know that the power is cut ----------------------------------------------------------------------

async function send(run) {
  const story = { open: [] };
  while (!run.over) {
    const again = run.sent.size > 0 && run.random.chance(0.2);
    const delivery = again ? run.random.pick([...run.sent.values()]) : SOURCES[run.random.pick(Object.keys(SOURCES))](run.random, story);
    if (!again && run.random.chance(0.1)) await post(run, { ...delivery, key: `${delivery.key}_2`, event: { ...delivery.event, id: `${delivery.key}_2` } });
    await post(run, delivery);
    await sleep(20 + run.random.below(120));
  }
}

async function post(run, delivery) {
  const known = run.sent.get(delivery.key) ?? { ...delivery, payload: dress(delivery).payload, attempts: 0, acknowledged: 0, events: new Set() };
  run.sent.set(delivery.key, known);
  known.attempts += 1;
  const { path, payload, headers } = dress(delivery);
  const answer = await ask(run, path, { method: "POST", headers, body: payload });
  if (answer?.status !== 200) {
    run.refused += 1;
    return;
  }
  known.acknowledged += 1;
  answer.json.events.forEach((id) => known.events.add(id));
}

async function review(run) {
  while (!run.over) {
    await sleep(50 + run.random.below(200));
    const list = await api(run, "/api/proposals?status=pending&limit=50");
    if (!list?.json?.items?.length) continue;
    await decide(run, run.random.pick(list.json.items));
  }
}

const EDITS = {
  "crm.create_task": { title: "Ring them", priority: "urgent" },
  "crm.add_note": { text: "Noted." },
  "message.draft": { subject: "Hello", body: "Please pay." },
};

async function decide(run, proposal) {
  run.decisions += 1;
  const path = `/api/proposals/${proposal.id}`;
  const dice = run.random.next();
  if (dice < 0.15) return api(run, `${path}/reject`, { reason: "not now" });
  if (dice < 0.2) return api(run, `${path}/answer`, { answer: "yes" });
  let digest = proposal.digest;
  if (dice < 0.35 && EDITS[proposal.action.kind]) digest = (await api(run, `${path}/edit`, { params: EDITS[proposal.action.kind] }))?.json?.digest;
  // What was asked for may have happened even if no answer came.
  run.approved.add(proposal.id);
  return api(run, `${path}/approve`, { digest });
}

async function sweep(run) {
  while (!run.over) {
    await sleep(2_000);
    await Promise.race([run.stack.sweep().catch(() => {}), sleep(5_000)]);
  }
}

// No answer is an answer, too: undefined.
async function ask(run, path, options) {
  try {
    const response = await fetch(new URL(path, run.stack.url), { ...options, signal: AbortSignal.timeout(10_000) });
    const text = await response.text();
    return { status: response.status, json: JSON.parse(text) };
  } catch {
    await sleep(50);
  }
}

const api = (run, path, body) =>
  ask(run, path, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });

// --- afterwards -------------------------------------------------------------------------------------------------------

// As vendors do with what was not acknowledged.
async function redeliver(run) {
  for (const delivery of run.sent.values()) {
    for (let tries = 0; delivery.acknowledged === 0 && tries < 5; tries++) await post(run, delivery);
  }
}

const UNFINISHED = {
  "events that nobody decided": "SELECT COUNT(*) AS n FROM events WHERE decided_at IS NULL",
  "proposals under way": "SELECT COUNT(*) AS n FROM proposals WHERE status IN ('approved', 'executing')",
};

async function rest(run) {
  const end = Date.now() + REST_MS;
  let left = [];
  while (Date.now() < end) {
    await Promise.race([run.stack.sweep().catch(() => {}), sleep(5_000)]);
    await sleep(1_000);
    left = [];
    for (const [what, sql] of Object.entries(UNFINISHED)) {
      const [{ n }] = await run.stack.sql(sql);
      if (n > 0) left.push(`${n} ${what}`);
    }
    const [{ n: events }] = await run.stack.sql("SELECT COUNT(*) AS n FROM events");
    if (events < run.sent.size) left.push(`${run.sent.size - events} deliveries that are not handed on`);
    if (left.length === 0) return [];
  }
  return left.map((what) => `still ${what}`);
}

async function compare(run) {
  return [...(await compareDeliveries(run)), ...(await compareEffects(run)), ...(await compareLedger(run))];
}

async function compareDeliveries(run) {
  const broken = [];
  const rows = await run.stack.sql("SELECT id, duplicates, json_extract(event, '$.dedup_key') AS key FROM events");
  const byKey = Map.groupBy(rows, (row) => row.key);
  for (const delivery of run.sent.values()) {
    const found = byKey.get(delivery.key) ?? [];
    if (found.length !== 1) {
      broken.push(`${delivery.key} is there ${found.length} times`);
      continue;
    }
    const [{ id, duplicates }] = found;
    if (delivery.events.size !== 1 || !delivery.events.has(id)) broken.push(`${delivery.key} was acknowledged as ${[...delivery.events]} and is ${id}`);
    const { json } = await api(run, `/api/events/${id}`);
    if (json.duplicates < delivery.acknowledged - 1 || json.duplicates >= delivery.attempts) {
      broken.push(`${delivery.key}: ${json.duplicates} (${duplicates}) copies counted, ${delivery.acknowledged} acknowledged, ${delivery.attempts} sent`);
    }
    const raw = await fetch(new URL(`/api/events/${id}/raw`, run.stack.url), { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
    if (!Buffer.from(await raw.arrayBuffer()).equals(delivery.payload)) broken.push(`${delivery.key} is not what was sent`);
  }
  return broken;
}

async function compareEffects(run) {
  const broken = [];
  const proposals = await run.stack.sql("SELECT id, status, action_kind, json_extract(card, '$.action.params.text') AS text FROM proposals");
  for (const { id, status, action_kind: kind, text } of proposals) {
    const effects = [];
    for (const table of ["tasks", "notes", "drafts", "notifications"]) {
      effects.push(...(await run.stack.sql(`SELECT id FROM ${table} WHERE proposal = ?`, id)));
    }
    const expected = ["done", "undone"].includes(status) ? 1 : 0;
    if (effects.length !== expected) broken.push(`${id} is ${status} and has ${effects.length} effects`);
    const acted = ["approved", "executing", "done", "undone", "failed", "unknown"].includes(status);
    if (acted && !run.approved.has(id)) broken.push(`${id} is ${status} and nobody approved it`);
    if (kind !== "notify.internal") continue;
    const seen = run.tool.done.filter((message) => (run.tool.takesKeys ? message.id === id : message.body.includes(text.match(/NRV-\w+/)[0])));
    if (seen.length > 1) broken.push(`the team was told ${seen.length} times of ${id}`);
    if (status === "done" && seen.length !== 1) broken.push(`${id} is done and the team was never told`);
    if (!acted && seen.length > 0) broken.push(`${id} is ${status} and the team was told`);
  }
  return broken;
}

async function compareLedger(run) {
  // It reads the whole ledger: a hundred thousand entries take ten seconds.
  const answer = await fetch(new URL("/api/ledger/verify", run.stack.url), { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
  const json = await answer.json();
  return json.ok ? [] : [`the ledger does not verify: ${JSON.stringify(json.first_bad)}`];
}

async function figures(run) {
  const sum = (pick) => [...run.sent.values()].reduce((total, delivery) => total + pick(delivery), 0);
  const statuses = await run.stack.sql("SELECT status, COUNT(*) AS n FROM proposals GROUP BY status ORDER BY status");
  const [{ n: entries }] = await run.stack.sql("SELECT COUNT(*) AS n FROM ledger");
  return {
    deliveries: run.sent.size,
    requests: sum((delivery) => delivery.attempts),
    acknowledged: sum((delivery) => delivery.acknowledged),
    notAcknowledged: run.refused,
    decisions: run.decisions,
    proposals: Object.fromEntries(statuses.map(({ status, n }) => [status, n])),
    toldTheTeam: run.tool.done.length,
    requestsToTheTeam: run.tool.requests,
    ledgerEntries: entries,
  };
}
