// The actors who do not know that the power is cut: vendors, reviewers, people who answer questions, the sweeper's clock.
import { ADMIN_TOKEN } from "../support/stack.mjs";
import { sleep } from "./random.mjs";
import { SOURCES } from "./sources.mjs";

// Past the application: each with the record it stands with.
export const EVENTS = `SELECT e.id, e.kind, COALESCE(r.root, r.id) AS record, json_extract(e.event, '$.dedup_key') AS key,
  json_extract(e.event, '$.subject') AS subject FROM events e JOIN records r ON r.id = e.record`;

const SENDERS = 4;
const REVIEWERS = 3;
const SWEEP_EVERY_MS = 2_000;

// All of them at work, until `run.over`.
export const traffic = (run) =>
  Promise.all([
    ...Array.from({ length: SENDERS }, () => send(run)),
    ...Array.from({ length: REVIEWERS }, () => review(run)),
    whileAtWork(run, 500, lookInto),
    whileAtWork(run, 500, answerQuestions),
    whileAtWork(run, SWEEP_EVERY_MS, sweepOnce),
  ]);

// No answer is an answer, too: undefined.
async function ask(run, path, { patienceMs = 10_000, ...options } = {}) {
  try {
    const response = await fetch(new URL(path, run.stack.url), { ...options, signal: AbortSignal.timeout(patienceMs) });
    const text = await response.text();
    return { status: response.status, json: /json/.test(response.headers.get("content-type")) ? JSON.parse(text) : undefined };
  } catch {
    await sleep(50);
  }
}

export const api = (run, path, body, patienceMs) =>
  ask(run, path, {
    patienceMs,
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });

// --- vendors ----------------------------------------------------------------------------------------------------------

async function send(run) {
  const story = {};
  while (!run.over) {
    if (run.sent.size > 0 && run.random.chance(0.2)) await post(run, run.random.pick([...run.sent.values()]));
    else await sendNew(run, story);
    await sleep(20 + run.random.below(120));
  }
}

async function sendNew(run, story) {
  // Payments lead to proposals and to their end; half of all deliveries are payments.
  const source = run.random.chance(0.5) ? SOURCES.stripe : SOURCES[run.random.pick(Object.keys(SOURCES))];
  const made = source.deliver(run.random, story);
  const delivery = { ...made, source, fact: made.key };
  if (source.resend && run.random.chance(0.1)) await post(run, { ...source.resend(delivery), source, fact: delivery.fact });
  await post(run, delivery);
}

// Sends a delivery and counts the answers.
export async function post(run, delivery) {
  const { source, event, key } = delivery;
  const { payload, headers } = await source.dress(event, new URL(source.path, run.stack.url).href);
  const known = run.sent.get(key) ?? { ...delivery, payload, attempts: 0, acknowledged: 0, accepted: 0, ids: new Set() };
  run.sent.set(key, known);
  known.attempts += 1;
  const answer = await ask(run, source.path, { method: "POST", headers, body: payload });
  const status = answer?.status ?? "no answer";
  run.answers.set(status, (run.answers.get(status) ?? 0) + 1);
  if (status !== 200) return;
  known.acknowledged += 1;
  if (answer.json.status === "accepted") known.accepted += 1;
  answer.json.events.forEach((id) => known.ids.add(id));
}

// As vendors do with unacknowledged deliveries.
export async function redeliver(run) {
  for (const delivery of run.sent.values()) {
    for (let tries = 0; delivery.acknowledged === 0 && tries < 5; tries++) await post(run, delivery);
  }
}

// --- reviewers --------------------------------------------------------------------------------------------------------

const EDITS = {
  "crm.create_task": { title: "Ring them", priority: "urgent" },
  "crm.add_note": { text: "Noted." },
  "message.draft": { subject: "Hello", body: "Please pay." },
};

const REVIEWS = { pending: decide, done: perhapsUndo, failed: retry };
const LOOKED_AT = ["pending", "pending", "pending", "pending", "pending", "done", "failed"];

async function review(run) {
  while (!run.over) {
    await sleep(run.random.below(100));
    const status = run.random.pick(LOOKED_AT);
    const proposal = await pick(run, status, run.random.chance(0.5) ? "&kind=notify.internal" : "");
    if (proposal) await REVIEWS[status](run, proposal);
  }
}

async function pick(run, status, also = "") {
  const items = (await api(run, `/api/proposals?status=${status}${also}&limit=50`))?.json?.items;
  return items?.length ? run.random.pick(items) : undefined;
}

const act = (run, { id }, what, body = {}) => api(run, `/api/proposals/${id}/${what}`, body);

async function decide(run, proposal) {
  run.decisions += 1;
  const dice = run.random.next();
  if (dice < 0.1) return act(run, proposal, "reject", { reason: "not now" });
  if (dice < 0.15) return act(run, proposal, "answer", { answer: "yes" });
  const edited = dice < 0.35 && EDITS[proposal.action.kind] ? await edit(run, proposal) : proposal;
  if (!edited) return;
  // The request may have taken effect even if no answer came.
  run.approved.add(proposal.id);
  return act(run, proposal, "approve", { digest: edited.digest });
}

// Edits, tries to approve the card that is no longer shown, and returns the present one.
async function edit(run, proposal) {
  const edited = (await act(run, proposal, "edit", { params: EDITS[proposal.action.kind] }))?.json;
  if (!edited?.digest || edited.digest === proposal.digest) return;
  const stale = await act(run, proposal, "approve", { digest: proposal.digest });
  if (stale?.status === 200) run.broken.push(`${proposal.id} was approved with a digest that was no longer shown`);
  return edited;
}

async function perhapsUndo(run, proposal) {
  if (run.random.chance(0.2)) await act(run, proposal, "undo");
}

async function retry(run, proposal) {
  await act(run, proposal, "retry");
}

// One person, so that nobody acts on another's change, looks into the tool before a retry.
async function lookInto(run) {
  const proposal = await pick(run, "unknown");
  if (!proposal) return;
  const happened = run.tool.effects(run.tool.keyOf({ id: proposal.id, text: proposal.action.params.text })) > 0;
  await act(run, proposal, happened ? "found_done" : "retry");
}

async function whileAtWork(run, everyMs, work) {
  while (!run.over) {
    await sleep(everyMs);
    await work(run);
  }
}

// One person knows the customer of each event: where Nerve asks, the answer is the record of the same customer, or
// somebody new.
export async function answerQuestions(run) {
  const open = (await api(run, "/api/questions?status=open&limit=100"))?.json?.items ?? [];
  if (open.length === 0) return;
  const known = await run.stack.sql(EVENTS).catch(() => []);
  const customerOf = ({ key }) => run.sent.get(key)?.customer;
  for (const { id, event, record } of open) {
    const asked = known.find((other) => other.id === event);
    const same = asked && known.find((other) => other.record !== record && customerOf(other) === customerOf(asked));
    if (asked) await api(run, `/api/questions/${id}/answer`, { record: same?.record ?? null });
  }
}

// The process may die before it answers.
export const sweepOnce = (run) => Promise.race([run.stack.sweep().catch(() => {}), sleep(5_000)]);
