// Promise 4 at a tool outside: the team's tool gets a message once, or a person learns that the outcome is unknown.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { Webhook } from "standardwebhooks";
import { ADMIN_TOKEN, STRIPE_SECRET, Stack, eventually } from "./support/stack.mjs";
import { deliver, failed } from "./support/stripe.mjs";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

// A tool that treats its first requests as given, and accepts all later ones. `seen` are the requests.
async function tool(...treatments) {
  const seen = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      seen.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      const treat = treatments.shift() ?? ((r) => r.end("ok"));
      treat(response);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { seen, url: `http://127.0.0.1:${server.address().port}/team`, stop: () => (server.closeAllConnections(), server.close()) };
}

// An approved notification, at a stack with this tool.
async function told(team, format, body) {
  const stack = await Stack.start({
    secrets: {
      "nerve-console": { NERVE_ADMIN_TOKEN: ADMIN_TOKEN },
      "nerve-stripe": { STRIPE_SECRETS: STRIPE_SECRET },
      "nerve-executor": { NOTIFY_URL: team.url, NOTIFY_SECRET: SECRET },
    },
    vars: { DEBOUNCE_MS: "50", NOTIFY_FORMAT: format },
  });
  try {
    await deliver(stack, failed({ next_payment_attempt: null, customer_name: "Ada <b>&</b> Co" }));
    const notice = await eventually(async () => (await stack.list("/api/proposals")).find((p) => p.action.kind === "notify.internal"), "the proposal");
    assert.equal(team.seen.length, 0, "nothing is sent unasked");
    await stack.api(`/api/proposals/${notice.id}/approve`, { method: "POST", body: { digest: notice.digest } });
    const reaches = (status) => eventually(async () => (await stack.api(`/api/proposals/${notice.id}`)).json.status === status, status, 60_000);
    await body({ stack, notice, reaches });
  } finally {
    await stack.stop();
    team.stop();
  }
}

test("a signed message arrives once, and the reference library accepts it", async () => {
  const team = await tool();
  await told(team, "standard", async ({ notice, reaches }) => {
    await reaches("done");
    assert.equal(team.seen.length, 1);
    const [{ headers, body }] = team.seen;
    const message = new Webhook(SECRET).verify(body, headers);
    assert.equal(headers["webhook-id"], notice.id);
    assert.equal(message.type, "notify.internal");
    assert.equal(message.data.notice.text, notice.action.params.text);
  });
});

test("a tool that knows repetitions is asked again, with the same id, until it answers", async () => {
  const busy = (response) => response.writeHead(429, { "retry-after": "1" }).end();
  const cut = (response) => response.destroy();
  const team = await tool(busy, cut);
  await told(team, "standard", async ({ stack, notice, reaches }) => {
    const sweeping = setInterval(() => stack.sweep().catch(() => {}), 1_000);
    await reaches("done").finally(() => clearInterval(sweeping));
    assert.deepEqual(team.seen.map(({ headers }) => headers["webhook-id"]), [notice.id, notice.id, notice.id]);
    assert.equal(new Set(team.seen.map(({ body }) => body)).size, 1);
    team.seen.forEach(({ headers, body }) => new Webhook(SECRET).verify(body, headers));
  });
});

test("a tool that knows no repetitions is asked once; when the line is cut a person says what was found", async () => {
  const team = await tool((response) => response.destroy());
  await told(team, "slack", async ({ stack, notice, reaches }) => {
    await reaches("unknown");
    for (let n = 0; n < 3; n++) await stack.sweep();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    assert.equal(team.seen.length, 1, "not asked again");
    assert.match(JSON.parse(team.seen[0].body).text, /Ada &lt;b&gt;&amp;&lt;\/b&gt; Co/);
    const found = await stack.api(`/api/proposals/${notice.id}/found_done`, { method: "POST" });
    assert.deepEqual([found.status, found.json.status], [200, "done"]);
    assert.equal((await stack.api(`/api/proposals/${notice.id}/found_done`, { method: "POST" })).status, 409);
    assert.equal((await stack.api("/api/ledger/verify")).json.ok, true);
  });
});

test("a tool that refuses is told to a person, in its own words", async () => {
  const team = await tool((response) => response.writeHead(404).end("no_service"));
  await told(team, "slack", async ({ stack, notice, reaches }) => {
    await reaches("failed");
    const { json } = await stack.api(`/api/proposals/${notice.id}`);
    assert.match(JSON.stringify(json), /the tool answered 404: no_service/);
    assert.ok(!JSON.stringify(json).includes(team.url), "its address is a secret");
  });
});

test("a tool that is slow to answer holds nothing else up", async () => {
  const team = await tool(() => {});
  await told(team, "slack", async ({ stack, notice, reaches }) => {
    const task = (await stack.list("/api/proposals")).find((p) => p.action.kind === "crm.create_task");
    await stack.api(`/api/proposals/${task.id}/approve`, { method: "POST", body: { digest: task.digest } });
    await eventually(async () => (await stack.api(`/api/proposals/${task.id}`)).json.status === "done", "the task is done", 6_000);
    assert.equal((await stack.api(`/api/proposals/${notice.id}`)).json.status, "executing");
    await reaches("unknown");
    assert.match((await stack.api(`/api/proposals/${notice.id}`)).text, /nothing within 10 seconds/);
  });
});

test("an answer counts although its body never ends", async () => {
  const team = await tool((response) => response.writeHead(200).write("o"));
  await told(team, "slack", async ({ reaches }) => {
    await reaches("done");
    assert.equal(team.seen.length, 1);
  });
});

test("a redirect is not followed", async () => {
  const other = await tool();
  const team = await tool((response) => response.writeHead(307, { location: other.url }).end());
  await told(team, "standard", async ({ reaches }) => {
    await reaches("failed");
    assert.deepEqual([team.seen.length, other.seen.length], [1, 0]);
  }).finally(other.stop);
});
