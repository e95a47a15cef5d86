// The promises when all faults have ended. Each check returns a list of violations.
import { ADMIN_TOKEN } from "../support/stack.mjs";
import { EVENTS, api } from "./traffic.mjs";

const AT_ONCE = 8;
// It reads the whole ledger: a hundred thousand entries take ten seconds.
const VERIFY_PATIENCE_MS = 300_000;
const EFFECTS = ["tasks", "notes", "drafts", "notifications"];
// Approved once, with any later state.
const AGREED = ["approved", "executing", "done", "undone", "failed", "unknown"];

const UNFINISHED = {
  "events that nobody decided": "SELECT COUNT(*) AS n FROM events WHERE decided_at IS NULL",
  "questions that nobody answered": "SELECT COUNT(*) AS n FROM questions WHERE status = 'open'",
  "proposals under way": "SELECT COUNT(*) AS n FROM proposals WHERE status IN ('approved', 'executing')",
};

// The work that is still under way; an empty list when everything is at rest.
export async function unfinished({ stack, sent }) {
  const left = [];
  for (const [what, sql] of Object.entries(UNFINISHED)) {
    const [{ n }] = await stack.sql(sql);
    if (n > 0) left.push(`${n} ${what}`);
  }
  const [{ n: events }] = await stack.sql("SELECT COUNT(*) AS n FROM events");
  if (events < sent.size) left.push(`${sent.size - events} deliveries that are not handed on`);
  return left;
}

export async function compare(run) {
  const found = await read(run);
  return [
    ...compareAnswers(run),
    ...(await compareDeliveries(run, found)),
    ...(await compareRecords(run, found)),
    ...compareFacts(run, found),
    ...compareProposals(run, found),
    ...compareMessages(run, found),
    ...compareMoot(found),
    ...(await compareLedger(run)),
  ];
}

// Everything, past the application.
async function read({ stack }) {
  const effects = EFFECTS.map((table) => `SELECT proposal FROM ${table}`).join(" UNION ALL ");
  const [events, proposals, effectRows, entries] = await Promise.all([
    stack.sql(EVENTS),
    stack.sql(`SELECT p.id, status, event, COALESCE(r.root, r.id) AS record, event_kind, action_kind AS kind, result,
               json_extract(card, '$.subject') AS subject, json_extract(card, '$.action.params.text') AS text, last_error
               FROM proposals p JOIN records r ON r.id = p.record`),
    stack.sql(effects),
    stack.sql("SELECT proposal, kind, at FROM ledger WHERE kind NOT IN ('proposed', 'refreshed') AND proposal IS NOT NULL ORDER BY seq"),
  ]);
  const byProposal = (rows) => Map.groupBy(rows, ({ proposal }) => proposal);
  return { events, proposals, effects: byProposal(effectRows), entries: byProposal(entries) };
}

// --- deliveries and their records -------------------------------------------------------------------------------------

function compareAnswers({ answers }) {
  const allowed = ["200", "503", "no answer"];
  return [...answers].filter(([status]) => !allowed.includes(`${status}`)).map(([status, n]) => `${n} genuine deliveries were answered ${status}`);
}

async function compareDeliveries(run, { events }) {
  const byKey = Map.groupBy(events, ({ key }) => key);
  const broken = [...byKey.keys()].filter((key) => !run.sent.has(key)).map((key) => `${key} was never sent`);
  const queue = [...run.sent.values()];
  const worker = async () => {
    for (let delivery = queue.pop(); delivery; delivery = queue.pop()) broken.push(...(await compareDelivery(run, delivery, byKey.get(delivery.key) ?? [])));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return broken;
}

async function compareDelivery(run, { key, ids, accepted, acknowledged, attempts, payload }, found) {
  if (found.length !== 1) return [`${key} is there ${found.length} times`];
  const [{ id }] = found;
  const broken = [];
  if (ids.size !== 1 || !ids.has(id)) broken.push(`${key} was acknowledged as ${[...ids]} and is ${id}`);
  if (accepted > 1) broken.push(`${key} was accepted ${accepted} times`);
  const copies = (await api(run, `/api/events/${id}`))?.json?.duplicates;
  if (!(copies >= acknowledged - 1 && copies < attempts)) broken.push(`${key}: ${copies} copies counted, ${acknowledged} acknowledged, ${attempts} sent`);
  const raw = await fetch(new URL(`/api/events/${id}/raw`, run.stack.url), { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
  if (!Buffer.from(await raw.arrayBuffer()).equals(payload)) broken.push(`${key} is not what was sent`);
  return broken;
}

// A customer is one record, at which nothing waits.
async function compareRecords(run, { events }) {
  const broken = [];
  const byCustomer = Map.groupBy(events.filter(({ key }) => run.sent.has(key)), ({ key }) => run.sent.get(key).customer);
  for (const [customer, theirs] of byCustomer) {
    const records = new Set(theirs.map(({ record }) => record));
    if (records.size !== 1) broken.push(`${customer} is ${records.size} records`);
    for (const record of records) {
      const pending = (await api(run, `/api/records/${record}/situation`))?.json?.pending;
      if (pending?.length !== 0) broken.push(`${record}: ${pending?.length ?? "nobody knows how many"} events wait`);
    }
  }
  return broken;
}

// --- proposals --------------------------------------------------------------------------------------------------------

// However often a fact was told, the same thing is proposed about it once.
function compareFacts({ sent }, { events, proposals }) {
  const factOf = new Map(events.map(({ id, key }) => [id, sent.get(key)?.fact]));
  const groups = Map.groupBy(proposals, ({ event, kind }) => `${kind} about ${factOf.get(event)}`);
  return [...groups].filter(([, group]) => group.length > 1).map(([what, group]) => `proposed ${group.length} times: ${what}`);
}

function compareProposals(run, { proposals, effects, entries }) {
  return proposals.flatMap(({ id, status, result }) => {
    const broken = [];
    const [rows, story] = [effects.get(id)?.length ?? 0, entries.get(id) ?? []];
    const times = (kind) => story.filter((entry) => entry.kind === kind).length;
    const done = ["done", "undone"].includes(status) ? 1 : 0;
    const byHand = result === "found done by a person";
    if (rows !== (byHand ? 0 : done)) broken.push(`${id} is ${status} and has ${rows} effects`);
    if (times("executed") !== done) broken.push(`${id} is ${status} and the ledger says it was done ${times("executed")} times`);
    const agreed = AGREED.includes(status);
    if (agreed && !run.approved.has(id)) broken.push(`${id} is ${status} and nobody approved it`);
    if (agreed && times("approved") !== 1) broken.push(`${id} is ${status} and was approved ${times("approved")} times`);
    if (done && times("intent") === 0) broken.push(`${id} is ${status} without an intent`);
    return broken;
  });
}

function compareMessages(run, { proposals, entries }) {
  const { tool } = run;
  return proposals.filter(({ kind }) => kind === "notify.internal").flatMap((proposal) => {
    const { id, status, last_error: error } = proposal;
    const key = tool.keyOf(proposal);
    const told = tool.effects(key);
    const broken = [];
    if (told > 1) broken.push(`the team was told ${told} times of ${id}`);
    if (status === "done" && told !== 1) broken.push(`${id} is done and the team was never told`);
    if (!wasTried(entries.get(id)) && told > 0) broken.push(`${id} is ${status}, was never tried, and the team was told`);
    if (status === "failed" && told > 0) broken.push(`${id} has failed and the team was told`);
    if (status === "unknown" && !tool.wasUnclear(key) && !wasCut(run, entries.get(id))) broken.push(`${id} is unknown (${error}) although the tool answered ${tool.treatments(key)}: ${story(entries.get(id))}`);
    return broken;
  });
}

const story = (entries = []) => entries.map(({ kind, at }) => `${kind} ${new Date(at).toISOString()}`).join(", ");

const wasTried = (story = []) => story.some(({ kind }) => kind === "intent");

// True if the power was cut between the last intent and the entry `unknown`.
function wasCut({ kills }, story) {
  const [intent, unknown] = ["intent", "unknown"].map((kind) => story.findLast((entry) => entry.kind === kind).at);
  return kills.some(({ from, to }) => to >= intent && from <= unknown);
}

// A paid invoice has no open proposal, whichever was reported first.
function compareMoot({ events, proposals }) {
  const paid = new Set(events.filter(({ kind }) => kind === "invoice.paid").map(({ record, subject }) => `${record} ${subject}`));
  const moot = proposals.filter(({ status, event_kind: kind, record, subject }) => status === "pending" && kind === "payment.failed" && paid.has(`${record} ${subject}`));
  return moot.map(({ id, record }) => `${id} of ${record} is pending although the invoice is paid`);
}

async function compareLedger(run) {
  const answer = await api(run, "/api/ledger/verify", undefined, VERIFY_PATIENCE_MS);
  if (answer?.status !== 200) return [`the ledger could not be verified: ${answer?.status ?? "no answer"}`];
  return answer.json.ok ? [] : [`the ledger does not verify: ${JSON.stringify(answer.json.first_bad)}`];
}

// --- figures ----------------------------------------------------------------------------------------------------------

const counts = (names) => Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, list]) => [name, list.length]).sort());

export async function figures({ stack, sent, answers, kills, decisions, tool }) {
  const sum = (pick) => [...sent.values()].reduce((total, delivery) => total + pick(delivery), 0);
  const statuses = await stack.sql("SELECT status FROM proposals");
  const questions = await stack.sql("SELECT status FROM questions");
  const [{ entries, attempts }] = await stack.sql("SELECT COUNT(*) AS entries, SUM(kind = 'intent') AS attempts FROM ledger");
  return {
    kills: kills.length,
    deliveries: sent.size,
    requests: sum((delivery) => delivery.attempts),
    acknowledged: sum((delivery) => delivery.acknowledged),
    answers: Object.fromEntries(answers),
    decisions,
    proposals: counts(statuses.map(({ status }) => status)),
    questions: counts(questions.map(({ status }) => status)),
    attempts,
    toldTheTeam: tool.requests.filter(({ acted }) => acted).length,
    requestsToTheTeam: counts(tool.requests.map(({ treatment }) => treatment)),
    ledgerEntries: entries,
  };
}
