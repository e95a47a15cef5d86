// From a delivery to the moment its proposals can be seen, and from an approval to the moment it is carried out: idle,
// and while other events keep arriving.
import { performance } from "node:perf_hooks";
import { Stack } from "../support/stack.mjs";
import { deliver, failed, paid } from "../support/stripe.mjs";
import { distribution, pause } from "./statistics.mjs";

// The interval of the polls, in milliseconds: a measurement is at most this much too long.
const POLL_MS = 25;
const APART_MS = 300;
const LOAD_PER_SECOND = 10;
const LOAD_CUSTOMERS = 200;
const GIVE_UP_MS = 60_000;

const CASES = [
  { name: "idle, without waiting for more", settle: "0" },
  { name: "idle", settle: "2000" },
  { name: `${LOAD_PER_SECOND} other events a second`, settle: "2000", load: LOAD_PER_SECOND },
];

// Asks for a list again and again, until everything in `wanted` was in it; when each was there first.
async function seen(stack, path, key, wanted) {
  const [times, end] = [new Map(), performance.now() + GIVE_UP_MS];
  while (times.size < wanted.size && performance.now() < end) {
    const items = await stack.list(path);
    const now = performance.now();
    for (const item of items) if (wanted.has(key(item)) && !times.has(key(item))) times.set(key(item), now);
    await pause(POLL_MS);
  }
  return times;
}

async function apart(items, each) {
  const times = new Map();
  const calls = [];
  for (const item of items) {
    times.set(item, performance.now());
    calls.push(each(item));
    await pause(APART_MS);
  }
  await Promise.all(calls);
  return times;
}

// The waits from `begun` to `done`; one that never came is an error, not a gap.
function waits(begun, done, key) {
  return [...begun].map(([item, at]) => {
    if (!done.has(key(item))) throw new Error(`not within ${GIVE_UP_MS} ms: ${key(item)}`);
    return done.get(key(item)) - at;
  });
}

const subject = (delivery) => `stripe:invoice:${delivery.data.object.id}`;

async function proposed(stack, n) {
  const deliveries = Array.from({ length: n }, () => failed());
  const watching = seen(stack, "/api/proposals?status=pending&limit=100", (item) => item.subject, new Set(deliveries.map(subject)));
  const sent = await apart(deliveries, (delivery) => deliver(stack, delivery));
  return distribution(waits(sent, await watching, subject));
}

async function executed(stack, n) {
  const proposals = (await stack.list("/api/proposals?status=pending&limit=100")).filter(({ action }) => action.kind === "crm.create_task").slice(0, n);
  const id = (proposal) => proposal.id;
  const watching = seen(stack, "/api/proposals?status=done&limit=100", id, new Set(proposals.map(id)));
  const approve = ({ id, digest }) => stack.api(`/api/proposals/${id}/approve`, { method: "POST", body: { digest } });
  const approved = await apart(proposals, approve);
  return distribution(waits(approved, await watching, id));
}

// Paid invoices, about which nothing is proposed, at a steady rate, however long each takes.
function background(stack, perSecond) {
  const calls = [];
  const customer = () => `cus_load_${calls.length % LOAD_CUSTOMERS}`;
  // A connection may be closed just as it is used again: a vendor would send once more.
  const one = () => calls.push(deliver(stack, paid({ customer: customer(), customer_email: null })).catch(() => ({ status: 0 })));
  const timer = setInterval(one, 1_000 / perSecond);
  return async () => {
    clearInterval(timer);
    const answers = await Promise.all(calls);
    return { sent: answers.length, accepted: answers.filter(({ status }) => status === 200).length };
  };
}

async function measure({ name, settle, load }, n) {
  const stack = await Stack.start({ vars: { DEBOUNCE_MS: settle } });
  try {
    await proposed(stack, 2);
    const stop = load ? background(stack, load) : async () => undefined;
    const result = { name, settleMs: Number(settle), proposed: await proposed(stack, n), executed: await executed(stack, n) };
    return { ...result, others: await stop() };
  } finally {
    await stack.stop();
  }
}

export async function run({ quick, note }) {
  const cases = [];
  for (const each of CASES) {
    cases.push(await measure(each, quick ? 12 : 40));
    note(each.name);
  }
  return { pollMs: POLL_MS, cases };
}
