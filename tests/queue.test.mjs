// The queue in a real browser: more than a page of proposals, and the times that a person is shown.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, missing, signIn } from "./support/browser.mjs";
import { Stack, eventually } from "./support/stack.mjs";
import { deliver, failed } from "./support/stripe.mjs";

const options = { skip: missing };

// Thirty people whom nobody would take for one another.
const NAMES = [
  ...["Abe Ackerman", "Bea Bolton", "Cy Crane", "Dot Dunlop", "Ed Eckhart", "Fay Finch", "Gus Gantry", "Hope Hale", "Ike Irving", "Joy Jessup"],
  ...["Kit Kowalski", "Lou Langdon", "May Mercer", "Ned Norwood", "Ona Oakes", "Pat Pruitt", "Quin Quigley", "Roy Radcliffe", "Sue Sandoval", "Tad Tully"],
  ...["Una Upshaw", "Val Vickers", "Wes Whitlock", "Xia Xiong", "Yves Yardley", "Zoe Zeller", "Amos Birdsong", "Cleo Drummond", "Enid Fairbanks", "Guy Hathaway"],
];

let stack;
let browser;
before(async () => {
  if (missing) return;
  const vars = { DEBOUNCE_MS: "50", TIME_ZONE: "Asia/Kolkata" };
  [stack, browser] = await Promise.all([Stack.start({ vars }), launch()]);
  // The urgent one comes first and is the oldest.
  await deliver(stack, failed({ customer_name: "Ursula Vernon", number: "UV-1", attempt_count: 4, next_payment_attempt: null }));
  await eventually(async () => (await pending()).length > 2, "the urgent proposals");
  for (const name of NAMES) {
    const email = `${name.replace(" ", ".")}@${name.split(" ")[1]}.example`.toLowerCase();
    await deliver(stack, failed({ customer_name: name, customer_email: email, number: `C-${name.slice(0, 3)}` }));
  }
  await eventually(async () => (await stack.sql("SELECT COUNT(*) AS n FROM proposals WHERE status = 'pending'"))[0].n >= 63, "all proposals", 60_000);
});
after(async () => {
  await browser?.close();
  await stack?.stop();
});

const pending = () => stack.list("/api/proposals?status=pending&limit=100");
const list = (page) => page.locator("section.list");
const current = (page) => list(page).locator(".row[aria-current]");

test("an old urgent proposal is on top of a long queue, which counts all that waits", options, async () => {
  const page = await signIn(browser, stack);
  assert.match(await list(page).locator("h2.band").first().innerText(), /^urgent 2$/i);
  assert.match(await list(page).locator(".who").first().innerText(), /Ursula Vernon/);
  const all = (await stack.sql("SELECT COUNT(*) AS n FROM proposals WHERE status = 'pending'"))[0].n;
  assert.equal(await list(page).locator("header p").innerText(), String(all));
  assert.equal(await list(page).locator(".row").count(), 50);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("the next page stays: j moves on it, a decision leads to its next card", options, async () => {
  const page = await signIn(browser, stack);
  const top = await list(page).locator(".row").first().getAttribute("href");
  await list(page).getByText("Show more").click();
  await eventually(async () => page.url().includes("cursor="), "the next page");
  const rows = await list(page).locator(".row").count();
  assert.ok(rows > 3 && rows < 50, `${rows} rows`);
  const first = await current(page).getAttribute("href");
  assert.notEqual(first, top);
  await page.keyboard.press("j");
  await eventually(async () => (await current(page).getAttribute("href")) !== first, "j moves on");
  assert.equal(await list(page).locator(".row").count(), rows, "on the same page");
  const [second, third] = await Promise.all([1, 2].map((n) => list(page).locator(".row").nth(n).getAttribute("href")));
  assert.equal(await current(page).getAttribute("href"), second);
  await page.keyboard.press("r");
  await page.keyboard.press("Enter");
  await eventually(async () => (await list(page).locator(".row").count()) === rows - 1, "one less");
  assert.equal(await current(page).getAttribute("href"), third, "the next card of the same page");
  await page.reload();
  assert.equal(await current(page).getAttribute("href"), third, "after a reload too");
  await page.keyboard.press("k");
  await eventually(async () => (await current(page).getAttribute("href")) === first, "k moves back");
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("times are those of the reader's browser, without script those of the business", options, async () => {
  const first = await stack.list("/api/proposals?order=queue&limit=2");
  const urgent = first.find(({ action }) => action.kind === "crm.create_task");
  const shown = async (context) => {
    const page = await signIn(browser, stack, context);
    await page.goto(new URL(`/?proposal=${urgent.id}`, stack.url).href);
    const time = page.locator("section.card time").first();
    const result = { at: await time.getAttribute("datetime"), title: await time.getAttribute("title"), text: await page.locator("section.card .params").innerText() };
    await page.context().close();
    return result;
  };
  const clock = (at, timeZone) =>
    new Intl.DateTimeFormat("sv", { timeZone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" }).format(new Date(at));
  const reader = await shown({ timezoneId: "America/New_York" });
  assert.ok(reader.title.startsWith(clock(reader.at, "America/New_York")), reader.title);
  assert.doesNotMatch(reader.title, /UTC|Kolkata/);
  const due = urgent.action.params.due_at;
  assert.ok(reader.text.includes(clock(due, "America/New_York")), reader.text);
  const plain = await shown({ javaScriptEnabled: false, timezoneId: "America/New_York" });
  assert.equal(plain.title, `${clock(plain.at, "Asia/Kolkata")} Asia/Kolkata`);
  assert.ok(plain.text.includes(`${clock(due, "Asia/Kolkata")} Asia/Kolkata`), plain.text);
  const page = await signIn(browser, stack, { timezoneId: "America/New_York" });
  await page.goto(new URL(`/?proposal=${urgent.id}`, stack.url).href);
  const field = page.locator("input[type=datetime-local]").first();
  assert.equal(await field.inputValue(), clock(due, "Asia/Kolkata").replace(" ", "T"));
  await page.context().close();
});

test("a time zone that nobody knows is told to the operator", options, async () => {
  const wrong = await Stack.start({ vars: { DEBOUNCE_MS: "50", TIME_ZONE: "Mars/Olympus" } });
  try {
    assert.equal((await wrong.api("/api/proposals")).status, 503);
    await eventually(async () => wrong.log.includes("Mars/Olympus"), "the log names it");
  } finally {
    await wrong.stop();
  }
});
