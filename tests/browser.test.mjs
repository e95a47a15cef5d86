// The console in a real browser: a person's work with and without script, and promises 8 and 9 against hostile text.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, missing, signIn } from "./support/browser.mjs";
import { Stack, eventually } from "./support/stack.mjs";
import { deliver, failed } from "./support/stripe.mjs";

const options = { skip: missing };
if (missing) console.warn(`\n*** ${missing} ***\n`);

let stack;
let browser;
before(async () => {
  if (missing) return;
  [stack, browser] = await Promise.all([Stack.start(), launch()]);
});
after(async () => {
  await browser?.close();
  await stack?.stop();
});

async function proposalsAbout(delivery, count = 2) {
  return eventually(async () => {
    const subject = `stripe:invoice:${delivery.data.object.id}`;
    const items = (await stack.list("/api/proposals?limit=100")).filter((p) => p.subject === subject && p.status === "pending");
    return items.length >= count && Object.fromEntries(items.map((p) => [p.action.kind, p]));
  }, `proposals about ${delivery.data.object.id}`);
}

async function aFailure(overrides) {
  const delivery = failed(overrides);
  await deliver(stack, delivery);
  return { delivery, ...(await proposalsAbout(delivery)) };
}

const status = async (id) => (await stack.api(`/api/proposals/${id}`)).json.status;
const reaches = (id, wanted) => eventually(async () => (await status(id)) === wanted, `${id} is ${wanted}`);

test("by keyboard: look, edit the draft, approve it, find it under the customer and in the ledger", options, async () => {
  const { "message.draft": draft } = await aFailure({ customer_name: "Grace Hopper", number: "GH-0042" });
  const page = await signIn(browser, stack);
  await page.goto(new URL(`/?proposal=${draft.id}`, stack.url).href);
  const main = page.locator("main");
  for (const text of ["Grace Hopper", "EUR 120.00", "GH-0042", "Trusted", "Matched", "Allowed", "Risk", "Approval", "Fresh", "Reversible", "Logged"]) {
    await main.getByText(text).first().waitFor();
  }
  await page.keyboard.press("e");
  await page.getByLabel("Message").fill("Dear Grace, shall we talk?");
  await page.getByRole("button", { name: /save/i }).click();
  await main.getByText("Dear Grace, shall we talk?").first().waitFor();
  await page.keyboard.press("a");
  await reaches(draft.id, "done");
  await page.goto(new URL(`/records/${draft.record.id}`, stack.url).href);
  await page.getByText("Dear Grace, shall we talk?").first().waitFor();
  await page.goto(new URL("/ledger", stack.url).href);
  await page.getByText("Maya Lindqvist").first().waitFor();
  await page.getByRole("button", { name: /verify/i }).click();
  await page.getByText(/verified|unaltered|intact|as it was written/i).first().waitFor();
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("j and k move, u takes back, ? explains", options, async () => {
  const { "crm.create_task": task } = await aFailure({ customer_name: "Katherine Johnson" });
  const page = await signIn(browser, stack);
  const current = () => page.locator(".row[aria-current]").getAttribute("href");
  const first = await current();
  await page.keyboard.press("j");
  await eventually(async () => (await current()) !== first, "j moves on");
  await page.keyboard.press("k");
  await eventually(async () => (await current()) === first, "k moves back");
  await page.keyboard.press("?");
  await page.locator("dialog[open]").waitFor();
  await page.keyboard.press("Escape");
  await stack.api(`/api/proposals/${task.id}/approve`, { method: "POST", body: { digest: task.digest } });
  await reaches(task.id, "done");
  await page.goto(new URL(`/?status=done&proposal=${task.id}`, stack.url).href);
  await page.keyboard.press("u");
  await reaches(task.id, "undone");
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("a switch of the settings turns a category on and off again, in place", options, async () => {
  const page = await signIn(browser, stack);
  await page.goto(new URL("/settings", stack.url).href);
  const toggle = page.getByRole("switch", { name: /call ended, add a note/i });
  for (const [state, grants] of [["true", 1], ["false", 0]]) {
    await toggle.click();
    await page.locator(`[role=switch][aria-checked=${state}]`).and(toggle).waitFor();
    assert.equal((await stack.api("/api/autonomy")).json.items.length, grants);
  }
  assert.deepEqual([new URL(page.url()).pathname, page.complaints], ["/settings", []]);
  await page.context().close();
});

test("without script everything still works, and a stale approval is told so", options, async () => {
  const { "crm.create_task": task, "message.draft": draft } = await aFailure({ customer_name: "Dorothy Vaughan" });
  const page = await signIn(browser, stack, { javaScriptEnabled: false });
  await page.goto(new URL(`/?proposal=${task.id}`, stack.url).href);
  await page.getByRole("button", { name: /approve/i }).click();
  await reaches(task.id, "done");
  await page.goto(new URL(`/?proposal=${draft.id}`, stack.url).href);
  await stack.api(`/api/proposals/${draft.id}/edit`, { method: "POST", body: { params: { ...draft.action.params, body: "Changed meanwhile" } } });
  await page.getByRole("button", { name: /approve/i }).click();
  await page.getByText(/changed/i).first().waitFor();
  assert.equal(await status(draft.id), "pending");
  await page.context().close();
});

const HOSTILE = {
  script: "<script>window.pwned = 1</script>",
  attribute: `"><img src=x onerror="window.pwned=1"><svg onload=window.pwned=1>`,
  sql: "'; DROP TABLE proposals; --",
  template: "{link} [ {{7*7}} ${7*7} ]",
  bidi: "\u202Egpj.exe\u2066 \u200F end",
  huge: `<b>${"x".repeat(1_000_000)}`,
  unbroken: "W".repeat(300),
};

for (const [name, text] of Object.entries(HOSTILE)) {
  test(`hostile text (${name}) is shown as text, runs nothing and breaks no page`, options, async () => {
    const { delivery, ...proposals } = await aFailure({
      customer_name: text,
      number: text,
      hosted_invoice_url: `javascript:window.pwned=1//${text.slice(0, 50)}`,
      customer_phone: text,
      description: text,
      last_finalization_error: { message: text },
      metadata: { [text.slice(0, 40)]: text },
    });
    const record = Object.values(proposals)[0].record.id;
    const paths = ["/", "/records", `/records/${record}`, "/ledger", `/ledger?record=${record}`, ...Object.values(proposals).map((p) => `/?proposal=${p.id}`)];
    for (const width of [1280, 375]) {
      const page = await signIn(browser, stack, { viewport: { width, height: 812 } });
      for (const path of paths) {
        await page.goto(new URL(path, stack.url).href);
        const seen = await page.evaluate(() => ({
          pwned: window.pwned,
          overflow: document.documentElement.scrollWidth - innerWidth,
          foreign: document.querySelectorAll("main img, main svg[onload], main script, [href^='javascript:' i]").length,
          navigation: document.querySelectorAll("a[href='/ledger']").length,
        }));
        assert.equal(seen.pwned, undefined, `${path} ran something`);
        assert.equal(seen.foreign, 0, `${path} has foreign elements`);
        assert.ok(seen.overflow <= 0, `${path} overflows by ${seen.overflow} px at ${width}`);
        assert.ok(seen.navigation > 0, `${path} is whole`);
      }
      assert.deepEqual(page.complaints, [], "the browser had to stop nothing");
      await page.context().close();
    }
    if (name === "script") {
      const page = await signIn(browser, stack);
      await page.goto(new URL(`/records/${record}`, stack.url).href);
      await page.getByText("<script>window.pwned = 1</script>").first().waitFor();
      await page.context().close();
    }
    assert.ok((await stack.sql("SELECT COUNT(*) AS n FROM proposals"))[0].n > 0, "the table is still there");
    assert.doesNotMatch(proposals["crm.create_task"].record.name, /[\u202a-\u202e\u2066-\u2069\u200e\u200f]/);
  });
}

test("the console opens only with the token", options, async () => {
  const closed = await Stack.start({ secrets: {} });
  try {
    for (const path of ["/", "/sign-in", "/api/proposals", "/api/openapi.json"]) {
      assert.equal((await closed.api(path, { token: "" })).status, 503, path);
    }
  } finally {
    await closed.stop();
  }
  for (const token of ["", "wrong"]) assert.equal((await stack.api("/api/proposals", { token })).status, 401);
  const forged = await stack.api("/api/proposals", { token: "", headers: { cookie: "nerve_session=v1.99999999999999.61.00" } });
  assert.equal(forged.status, 401);
});

test("a decision from another site is refused", options, async () => {
  const { "crm.create_task": task } = await aFailure();
  const page = await signIn(browser, stack);
  const cookie = (await page.context().cookies()).map((c) => `${c.name}=${c.value}`).join("; ");
  const post = (headers) =>
    fetch(new URL(`/proposals/${task.id}/approve`, stack.url), {
      method: "POST",
      redirect: "manual",
      headers: { cookie, "content-type": "application/x-www-form-urlencoded", ...headers },
      body: new URLSearchParams({ digest: task.digest }),
    });
  assert.equal((await post({ origin: "https://evil.example" })).status, 403);
  assert.equal((await post({})).status, 403);
  assert.equal(await status(task.id), "pending");
  const own = await post({ origin: new URL(stack.url).origin });
  assert.equal(own.status, 303);
  const [session] = await page.context().cookies();
  assert.equal(session.httpOnly, true);
  assert.equal(session.sameSite, "Strict");
  await page.context().close();
});
