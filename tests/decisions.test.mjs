// Promises 4, 5, 6: no effect without an approval of exactly what was shown, and never a second one.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Stack, eventually } from "./support/stack.mjs";
import { deliver, event, failed, paid } from "./support/stripe.mjs";

let stack;
before(async () => (stack = await Stack.start()));
after(() => stack.stop());

async function proposalsFor(delivery, count = 2) {
  return eventually(async () => {
    const items = (await stack.list("/api/proposals?limit=100")).filter((p) => p.subject === `stripe:invoice:${delivery.data.object.id}`);
    const fresh = items.filter((p) => p.status === "pending");
    return fresh.length >= count && Object.fromEntries(fresh.map((p) => [p.action.kind, p]));
  }, `proposals about ${delivery.data.object.id}`);
}

const post = (id, action, body = {}) => stack.api(`/api/proposals/${id}/${action}`, { method: "POST", body });
const status = async (id) => (await stack.api(`/api/proposals/${id}`)).json.status;
const reaches = (id, wanted) => eventually(async () => (await status(id)) === wanted, `${id} is ${wanted}`);
const ledgerOf = (id) => stack.list(`/api/ledger?proposal=${id}&limit=100`);

async function aTask() {
  const delivery = failed();
  await deliver(stack, delivery);
  return (await proposalsFor(delivery))["crm.create_task"];
}

test("a proposal shows everything a decision needs", async () => {
  const delivery = failed({ customer_name: "Grace Hopper", attempt_count: 1 });
  await deliver(stack, delivery);
  const { "crm.create_task": task, "message.draft": draft } = await proposalsFor(delivery);
  const card = (await stack.api(`/api/proposals/${task.id}`)).json;
  for (const field of ["id", "status", "risk", "digest", "action", "event", "record", "match", "gates", "reason", "questions", "created_at"]) {
    assert.ok(field in card, field);
  }
  assert.equal(card.record.name, "Grace Hopper");
  assert.equal(card.gates.length, 8);
  assert.equal(card.gates.find((g) => g.gate === "approval").verdict, "hold");
  assert.match(draft.action.params.body, /Grace Hopper/);
  assert.match(draft.action.params.body, /EUR 120\.00/);
  assert.ok(draft.action.params.body.includes(delivery.data.object.hosted_invoice_url));
});

test("approving the task creates it under the customer, once", async () => {
  const task = await aTask();
  const answer = await post(task.id, "approve", { digest: task.digest });
  assert.equal(answer.status, 200, answer.text);
  await reaches(task.id, "done");
  const tasks = await stack.list(`/api/tasks?record=${task.record.id}`);
  assert.equal(tasks.length, 1);
  assert.equal(tasks[0].proposal, task.id);
  const kinds = (await ledgerOf(task.id)).map((entry) => entry.kind).reverse();
  assert.deepEqual(kinds, ["proposed", "approved", "intent", "executed"]);
});

test("editing before approving changes what is stored", async () => {
  const delivery = failed();
  await deliver(stack, delivery);
  const draft = (await proposalsFor(delivery))["message.draft"];
  const params = { ...draft.action.params, subject: "A word about your invoice", body: "Dear Ada, shall we talk?" };
  const edited = await post(draft.id, "edit", { params });
  assert.equal(edited.status, 200, edited.text);
  assert.notEqual(edited.json.digest, draft.digest);
  const stale = await post(draft.id, "approve", { digest: draft.digest });
  assert.equal(stale.status, 409);
  assert.match(stale.headers.get("content-type"), /problem\+json/);
  assert.equal((await post(draft.id, "approve", { digest: edited.json.digest })).status, 200);
  await reaches(draft.id, "done");
  const drafts = await stack.list(`/api/drafts?record=${draft.record.id}`);
  assert.equal(drafts[0].body, "Dear Ada, shall we talk?");
});

test("an edit that does not fit is refused with the reason", async () => {
  const task = await aTask();
  for (const params of [{}, { title: "", priority: "normal" }, { title: "x", priority: "sometime" }, { title: "x".repeat(201), priority: "normal" }]) {
    assert.equal((await post(task.id, "edit", { params })).status, 422, JSON.stringify(params).slice(0, 60));
  }
});

test("of two approvals at once one counts, and the other is told who and when", async () => {
  const task = await aTask();
  const answers = await Promise.all(Array.from({ length: 8 }, () => post(task.id, "approve", { digest: task.digest })));
  const codes = answers.map((a) => a.status).sort();
  assert.deepEqual(codes, [200, 409, 409, 409, 409, 409, 409, 409]);
  const refused = answers.find((a) => a.status === 409).json;
  assert.ok(refused.decided_by, JSON.stringify(refused));
  assert.ok(Date.parse(refused.decided_at) > 0);
  await reaches(task.id, "done");
  assert.equal((await stack.list(`/api/tasks?record=${task.record.id}`)).length, 1);
  assert.equal((await ledgerOf(task.id)).filter((entry) => entry.kind === "intent").length, 1);
});

test("a new event about the record makes the old digest stale", async () => {
  const delivery = failed();
  await deliver(stack, delivery);
  const { "crm.create_task": task } = await proposalsFor(delivery);
  const other = failed({ customer: delivery.data.object.customer, customer_email: delivery.data.object.customer_email });
  await deliver(stack, other);
  await proposalsFor(other);
  const answer = await post(task.id, "approve", { digest: task.digest });
  assert.equal(answer.status, 409);
  const now = (await stack.api(`/api/proposals/${task.id}`)).json;
  assert.equal((await post(task.id, "approve", { digest: now.digest })).status, 200);
});

test("a paid invoice withdraws what was pending about it, with the reason", async () => {
  const delivery = failed();
  await deliver(stack, delivery);
  const { "crm.create_task": task } = await proposalsFor(delivery);
  const situation = async () => (await stack.api(`/api/records/${task.record.id}/situation`)).json;
  const before = await situation();
  assert.ok(before.document.standing.some(({ text }) => text.startsWith(`Unpaid: EUR 120.00 for invoice ${delivery.data.object.number}`)), before.text);
  assert.ok(before.text.includes("Standing:") && Buffer.byteLength(before.text) < 16_384);
  await deliver(stack, event("invoice.paid", { ...paid().data.object, ...{ id: delivery.data.object.id, customer: delivery.data.object.customer } }));
  await reaches(task.id, "withdrawn");
  const card = (await stack.api(`/api/proposals/${task.id}`)).json;
  assert.match(card.decision.reason, /paid/i);
  const after = await situation();
  assert.ok(!after.text.includes("Unpaid:") && after.document.tried.some(({ text }) => text.startsWith("withdrawn:")), after.text);
  const answer = await post(task.id, "approve", { digest: card.digest });
  assert.equal(answer.status, 409);
});

test("the last attempt asks more urgently and tells the team", async () => {
  const delivery = failed({ attempt_count: 4, next_payment_attempt: null });
  await deliver(stack, delivery);
  const proposals = await proposalsFor(delivery, 3);
  assert.equal(proposals["notify.internal"].risk, "medium");
  assert.equal(proposals["crm.create_task"].action.params.priority, "urgent");
});

test("a category that was granted acts without a person, and the ledger names the rule", async () => {
  const grant = (automatic) => stack.api("/api/autonomy", { method: "POST", body: { event: "payment.failed", action: "crm.create_task", automatic } });
  assert.equal((await grant(true)).status, 200);
  try {
    const delivery = failed();
    await deliver(stack, delivery);
    const task = await eventually(async () => {
      const items = await stack.list("/api/proposals?status=done&limit=100");
      return items.find((p) => p.subject === `stripe:invoice:${delivery.data.object.id}`);
    }, "the task is done");
    assert.equal(task.action.kind, "crm.create_task");
    assert.equal(task.decision.by.type, "rule");
    const approved = (await ledgerOf(task.id)).find((entry) => entry.kind === "approved");
    assert.match(JSON.stringify(approved), /payment\.failed/);
    assert.equal((await stack.list(`/api/tasks?record=${task.record.id}`)).length, 1);
    assert.equal((await proposalsFor(delivery, 1))["message.draft"].status, "pending", "other categories still ask");
  } finally {
    await grant(false);
  }
  const task = await aTask();
  assert.equal(task.status, "pending");
});

test("a message delivered many times has one effect", async () => {
  const task = await aTask();
  await post(task.id, "approve", { digest: task.digest });
  const body = JSON.stringify({ v: "1", proposal: task.id });
  for (let i = 0; i < 10; i++) await stack.send("nerve-actions", body);
  const situation = JSON.stringify({ v: "1", record: task.record.id });
  for (let i = 0; i < 10; i++) await stack.send("nerve-situations", situation);
  for (const garbage of ["", "{}", "not json", '{"v":"9"}']) await stack.send("nerve-actions", garbage);
  await reaches(task.id, "done");
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  assert.equal((await stack.list(`/api/tasks?record=${task.record.id}`)).length, 1);
  assert.equal((await stack.list(`/api/proposals?record=${task.record.id}`)).length, 2);
  assert.deepEqual((await ledgerOf(task.id)).filter((e) => e.kind === "executed").length, 1);
});

test("a message that never arrives is made up for by the sweeper", async () => {
  const other = await Stack.start({ withoutConsumers: ["nerve-situations", "nerve-actions"] });
  try {
    const delivery = failed();
    await deliver(other, delivery);
    await eventually(async () => (await other.list("/api/events")).length === 1, "the event");
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    assert.equal((await other.list("/api/proposals")).length, 0);
    await other.kill();
    await other.restart({ withoutConsumers: ["nerve-actions"] });
    // The queues are empty: the sweeper announces the record again after its grace period.
    const task = await eventually(async () => {
      await other.sweep();
      return (await other.list("/api/proposals")).find((p) => p.action.kind === "crm.create_task");
    }, "the proposal", 45_000);
    const approved = await other.api(`/api/proposals/${task.id}/approve`, { method: "POST", body: { digest: task.digest } });
    assert.equal(approved.status, 200);
    await other.kill();
    await other.restart({ withoutConsumers: [] });
    assert.equal((await other.list("/api/tasks")).length, 0);
    await other.sweep();
    await eventually(async () => (await other.list("/api/tasks")).length === 1, "the task");
  } finally {
    await other.stop();
  }
});

test("what cannot be carried out ends where a person sees it, and can be tried again", async () => {
  const other = await Stack.start();
  try {
    const delivery = failed();
    await deliver(other, delivery);
    const task = await eventually(async () => (await other.list("/api/proposals")).find((p) => p.action.kind === "crm.create_task"), "the proposal");
    await other.exec(["CREATE TRIGGER broken BEFORE INSERT ON tasks BEGIN SELECT RAISE(ABORT, 'the task store is broken'); END"]);
    await other.api(`/api/proposals/${task.id}/approve`, { method: "POST", body: { digest: task.digest } });
    const failedOne = await eventually(async () => {
      await other.sweep();
      await new Promise((resolve) => setTimeout(resolve, 900));
      return (await other.list("/api/proposals?status=failed")).find((p) => p.id === task.id);
    }, "the proposal fails for good", 90_000);
    assert.match(failedOne.execution.last_error, /task store is broken/);
    assert.equal((await other.list("/api/tasks")).length, 0);
    await other.exec(["DROP TRIGGER broken"]);
    assert.equal((await other.api(`/api/proposals/${task.id}/retry`, { method: "POST", body: {} })).status, 200);
    await eventually(async () => (await other.list("/api/tasks")).length === 1, "the task");
  } finally {
    await other.stop();
  }
});

test("what was done can be taken back", async () => {
  const task = await aTask();
  await post(task.id, "approve", { digest: task.digest });
  await reaches(task.id, "done");
  assert.equal((await post(task.id, "undo")).status, 200);
  assert.equal(await status(task.id), "undone");
  const tasks = await stack.list(`/api/tasks?record=${task.record.id}`);
  assert.ok(tasks.every((t) => t.undone_at), "no open task is left");
});

test("rejecting needs a pending proposal and keeps the reason", async () => {
  const task = await aTask();
  assert.equal((await post(task.id, "reject", { reason: "they called already" })).status, 200);
  const again = await post(task.id, "reject", { reason: "twice" });
  assert.equal(again.status, 409);
  const entry = (await ledgerOf(task.id)).find((e) => e.kind === "rejected");
  assert.match(JSON.stringify(entry), /they called already/);
});

