// Promise 6: every change has its entry, and verification names a change behind the ledger's back.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { Stack, eventually } from "./support/stack.mjs";
import { deliver, failed } from "./support/stripe.mjs";

let stack;
let chain;
before(async () => {
  stack = await Stack.start();
  const delivery = failed();
  await deliver(stack, delivery);
  const proposals = await eventually(async () => {
    const items = await stack.list("/api/proposals");
    return items.length >= 2 && items;
  }, "proposals");
  chain = proposals[0].record.id;
  for (const p of proposals) await stack.api(`/api/proposals/${p.id}/approve`, { method: "POST", body: { digest: p.digest } });
  await eventually(async () => (await stack.list("/api/proposals?status=done")).length === proposals.length, "all done");
});
after(() => stack.stop());

const verify = async () => (await stack.api("/api/ledger/verify")).json;

test("an untouched ledger verifies, and every entry answers the ten questions", async () => {
  const result = await verify();
  assert.equal(result.ok, true, JSON.stringify(result));
  assert.equal(result.first_bad, null);
  const entries = await stack.list("/api/ledger?limit=100");
  assert.equal(result.entries, entries.length);
  for (const entry of entries) {
    for (const field of ["source_event", "related_record", "context_used", "recommended_action", "risk_level", "approval_status", "execution_channel", "execution_result", "human_override", "final_outcome"]) {
      assert.ok(field in entry.body, `${entry.kind} answers ${field}`);
    }
  }
  const proposed = entries.filter((entry) => entry.kind === "proposed");
  assert.ok(proposed.length >= 2);
  for (const { n, body } of proposed) {
    const { digest, entry } = body.context_used;
    assert.equal(entry, n);
    assert.equal(createHash("sha256").update(body.situation).digest("hex"), digest, "a reader can check it");
  }
  for (const { proposal, body } of proposed) {
    const { json } = await stack.api(`/api/proposals/${proposal}/situation`);
    assert.deepEqual([json.text, json.agrees], [body.situation, true]);
  }
  for (const { body } of proposed) assert.match(body.situation, /Standing:\n.*Unpaid: EUR 120\.00[^]*Since the last decision:/, "what was known is kept");
});

test("the database itself refuses to change or delete entries", async () => {
  for (const sql of ["UPDATE ledger SET kind = 'rejected'", "DELETE FROM ledger", "UPDATE ledger_bodies SET body = '{}'", "DELETE FROM ledger_bodies", "DELETE FROM proposals"]) {
    await assert.rejects(stack.sql(sql), /append-only|conflict|refused|erased|deleted|never/i, sql);
  }
});

test("an entry changed, removed or reordered behind its back is named", async () => {
  const triggers = await stack.sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('ledger', 'ledger_bodies', 'chains')");
  assert.ok(triggers.length >= 4);
  const [{ last }] = await stack.sql("SELECT MAX(n) AS last FROM ledger WHERE chain = ?", chain);
  const attacks = {
    "a changed kind": [`UPDATE ledger SET kind = 'rejected' WHERE chain = '${chain}' AND n = 2`, 2],
    "a changed time": [`UPDATE ledger SET at = at + 1 WHERE chain = '${chain}' AND n = 3`, 3],
    "a changed body": [`UPDATE ledger_bodies SET body = replace(body, 'EUR', 'USD') WHERE chain = '${chain}' AND n = 2`, 2],
    "a removed entry": [`DELETE FROM ledger WHERE chain = '${chain}' AND n = 2`, 2],
    "a removed last entry": [`DELETE FROM ledger WHERE chain = '${chain}' AND n = ${last}`, last],
    "two entries swapped": [`UPDATE ledger SET n = CASE n WHEN 2 THEN -3 WHEN 3 THEN -2 END WHERE chain = '${chain}' AND n IN (2, 3)`, 2, `UPDATE ledger SET n = -n WHERE chain = '${chain}' AND n < 0`],
  };
  for (const [name, [attack, n, then]] of Object.entries(attacks)) {
    const entries = await stack.sql("SELECT * FROM ledger WHERE chain = ?", chain);
    const bodies = await stack.sql("SELECT * FROM ledger_bodies WHERE chain = ?", chain);
    await stack.exec([...triggers.map((t) => `DROP TRIGGER ${t.name}`), attack, ...(then ? [then] : [])]);
    const result = await verify();
    assert.equal(result.ok, false, name);
    assert.equal(result.first_bad.chain, chain, name);
    assert.equal(result.first_bad.n, n, `${name}: ${JSON.stringify(result.first_bad)}`);
    await restore("ledger", entries);
    await restore("ledger_bodies", bodies);
    await stack.exec(triggers.map((t) => t.sql));
    assert.equal((await verify()).ok, true, `restored after ${name}`);
  }
});

async function restore(table, rows) {
  await stack.sql(`DELETE FROM ${table} WHERE chain = ?`, chain);
  for (const row of rows) {
    const columns = Object.keys(row);
    await stack.sql(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`, ...columns.map((c) => row[c]));
  }
}
