// At the desk: what a person presses and types does what it says, loses nothing, and can be taken back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, missing, signIn } from "./support/browser.mjs";
import { Stack, eventually } from "./support/stack.mjs";
import { deliver, failed } from "./support/stripe.mjs";

const options = { skip: missing };

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

// The proposals for a failed payment, by kind of action.
async function aFailure(overrides) {
  const delivery = failed(overrides);
  await deliver(stack, delivery);
  return eventually(async () => {
    const subject = `stripe:invoice:${delivery.data.object.id}`;
    const items = (await stack.list("/api/proposals?limit=100")).filter((p) => p.subject === subject && p.status === "pending");
    return items.length >= 2 && Object.fromEntries(items.map((p) => [p.action.kind, p]));
  }, `proposals about ${delivery.data.object.id}`);
}

const proposal = async (id) => (await stack.api(`/api/proposals/${id}`)).json;
const reaches = (id, ...wanted) => eventually(async () => wanted.includes((await proposal(id)).status), `${id} is ${wanted}`);

async function openCard(id) {
  const page = await signIn(browser, stack);
  await page.goto(new URL(`/?view=pending&proposal=${id}`, stack.url).href);
  return page;
}

async function close(page) {
  assert.deepEqual(page.complaints, []);
  await page.context().close();
}

// A slow line: a decision is on its way while the next key is pressed.
const slowly = (page) =>
  page.route(/\/proposals\/.*\/(approve|reject|snooze|undo)$/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 400));
    await route.continue();
  });

test("a snooze is sent by its keys, and by the enter key", options, async () => {
  const { "crm.create_task": task, "message.draft": draft } = await aFailure();
  for (const [{ id }, key, hours] of [[task, "Enter", 1], [draft, "2", 24]]) {
    const page = await openCard(id);
    await page.keyboard.press("z");
    assert.match(await page.evaluate(() => document.activeElement.textContent), /An hour/);
    await page.keyboard.press(key);
    const until = await eventually(async () => (await proposal(id)).snoozed_until, "it is snoozed");
    assert.ok(Math.abs(Date.parse(until) - Date.now() - hours * 3_600_000) < 60_000, until);
    await page.locator(".notice").getByText("Snoozed.").waitFor();
    await page.keyboard.press("u");
    await eventually(async () => !(await proposal(id)).snoozed_until, "it is back");
    await close(page);
  }
});

test("in a field keys are text, and with a modifier they are the browser's", options, async () => {
  const { "crm.create_task": task } = await aFailure();
  const page = await openCard(task.id);
  const address = page.url();
  for (const key of ["Control+a", "Alt+a", "Meta+r", "Shift+A"]) await page.keyboard.press(key);
  await page.keyboard.press("r");
  const reason = page.getByLabel("Reason");
  assert.ok(await reason.evaluate((field) => field === document.activeElement && field.matches(":focus-visible")));
  await page.keyboard.type("aerzujk?/12 keys are text");
  assert.equal(await reason.inputValue(), "aerzujk?/12 keys are text");
  await page.keyboard.press("Escape");
  assert.equal(await reason.isVisible(), false);
  assert.match(await page.evaluate(() => document.activeElement.textContent), /Reject/);
  await page.keyboard.press("e");
  await page.getByLabel("Priority").focus();
  for (const key of ["a", "r", "j", "u"]) await page.keyboard.press(key);
  assert.deepEqual([(await proposal(task.id)).status, page.url()], ["pending", address]);
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await page.keyboard.press("a");
  assert.equal((await proposal(task.id)).status, "pending", "an open dialog takes the keys");
  await close(page);
});

test("u right after a takes the approval back, and the card is in view again", options, async () => {
  const { "crm.create_task": task } = await aFailure();
  const page = await openCard(task.id);
  await slowly(page);
  await page.keyboard.press("a");
  await page.keyboard.press("u");
  await page.locator(".notice").getByText(/Taken back|Undone/).waitFor();
  const { status } = await proposal(task.id);
  assert.ok(["pending", "undone"].includes(status), status);
  const at = new URL(page.url());
  assert.deepEqual([at.searchParams.get("view"), at.searchParams.get("proposal")], ["pending", task.id]);
  await page.locator("h1").getByText(task.record.name).waitFor();
  if (status === "pending") assert.ok((await page.locator(".row[aria-current]").getAttribute("href")).includes(task.id));
  await page.keyboard.press("u");
  await page.waitForTimeout(600);
  assert.equal((await proposal(task.id)).status, status, "there is no second decision to take back");
  assert.ok((await stack.list("/api/tasks?limit=100")).every((t) => t.proposal !== task.id || t.undone_at), "nothing is left of it");
  await close(page);
});

test("what was done is undone with its card in view, and is listed under Undone", options, async () => {
  const { "crm.create_task": task } = await aFailure();
  const page = await openCard(task.id);
  await page.keyboard.press("a");
  await page.locator(".notice").getByText("Approved.").waitFor();
  await reaches(task.id, "done");
  await page.keyboard.press("u");
  await page.locator(".notice").getByText("Undone.", { exact: true }).waitFor();
  await reaches(task.id, "undone");
  assert.equal(new URL(page.url()).searchParams.get("view"), "pending");
  await page.getByRole("navigation", { name: "Proposals" }).getByRole("link", { name: "Undone" }).click();
  await page.locator(`.row[href*="${task.id}"]`).waitFor();
  await close(page);
});

test("a rejection is taken back, and two presses of a key decide one card", options, async () => {
  const { "crm.create_task": task, "message.draft": draft } = await aFailure();
  const page = await openCard(task.id);
  await slowly(page);
  await page.keyboard.press("r");
  await page.keyboard.type("a slip");
  await page.keyboard.press("Enter");
  await page.locator(".notice").getByText("Rejected.").waitFor();
  await page.keyboard.press("u");
  await page.locator(".notice").getByText("Taken back.").waitFor();
  assert.equal((await proposal(task.id)).status, "pending");
  const others = async () => (await stack.list("/api/proposals?limit=100")).filter((p) => p.status !== "pending").map((p) => p.id);
  const before = await others();
  await page.keyboard.press("a");
  await page.keyboard.press("a");
  await page.keyboard.press("j");
  await page.locator(".notice").waitFor({ state: "detached" });
  await reaches(task.id, "done");
  assert.deepEqual((await others()).filter((id) => !before.includes(id)), [task.id]);
  assert.equal((await proposal(draft.id)).status, "pending");
  await close(page);
});

test("a note that is too long says so and keeps what was pasted", options, async () => {
  const { "crm.create_task": task } = await aFailure();
  const page = await signIn(browser, stack);
  await page.goto(new URL(`/records/${task.record.id}`, stack.url).href);
  await page.keyboard.press("w");
  const [note, long] = [page.locator("textarea[name=text]"), "n".repeat(9_999)];
  await note.fill(long);
  await page.getByText("9,999 of 4,000 characters").waitFor();
  await page.getByRole("button", { name: "Save the note" }).click();
  assert.match(await note.evaluate((field) => field.validationMessage), /at most 4,000 fit/);
  assert.equal((await note.inputValue()).length, 9_999);
  // Whatever the page does, the server refuses it too and gives it back.
  await note.evaluate((field) => (field.removeAttribute("data-max"), field.setCustomValidity("")));
  await page.getByRole("button", { name: "Save the note" }).click();
  await page.getByRole("alert").getByText(/4000 characters and has 9999/).waitFor();
  assert.equal((await note.inputValue()).length, 9_999);
  assert.deepEqual(await stack.list(`/api/notes?record=${task.record.id}`), []);
  await note.fill("n".repeat(4_000));
  await page.getByRole("button", { name: "Save the note" }).click();
  await eventually(async () => (await stack.list(`/api/notes?record=${task.record.id}`)).length === 1, "the note");
  await page.context().close();
});

test("a reminder to nobody asks where it goes; the answer fills in draft and record", options, async () => {
  const { "message.draft": draft } = await aFailure({ customer_email: null });
  assert.equal(draft.action.params.to, null);
  const refused = await stack.api(`/api/proposals/${draft.id}/approve`, { method: "POST", body: { digest: draft.digest } });
  assert.deepEqual([refused.status, refused.json.type], [409, "urn:nerve:problem:unanswered"]);
  const page = await openCard(draft.id);
  assert.equal(await page.getByRole("button", { name: /^Approve/ }).isDisabled(), true);
  await page.locator(".bar").getByText("The message has no recipient.").waitFor();
  await page.keyboard.press("a");
  const field = page.getByLabel("Mail address");
  assert.ok(await field.evaluate((input) => input === document.activeElement));
  // The browser stops what is plainly no address; the server what it lets pass, and gives it back.
  await field.fill("somewhere@nowhere");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").getByText(/is not a mail address/).waitFor();
  assert.equal(await field.inputValue(), "somewhere@nowhere");
  const address = `billing.${draft.id}@example.org`.toLowerCase();
  await field.fill(address);
  await page.keyboard.press("Enter");
  await page.locator(".notice").getByText(/the record has the address/).waitFor();
  await page.locator("dl.params").getByText(address).waitFor();
  const answered = await proposal(draft.id);
  assert.deepEqual([answered.action.params.to, answered.risk, answered.questions], [address, "low", []]);
  assert.notEqual(answered.digest, draft.digest);
  await page.keyboard.press("a");
  await reaches(draft.id, "done");
  assert.equal((await stack.list(`/api/drafts?record=${draft.record.id}`))[0].to, address);
  await page.goto(new URL(`/records/${draft.record.id}`, stack.url).href);
  await page.locator(".claims").getByText(address).first().waitFor();
  // The refusal above is a 422 that the browser logs.
  page.complaints = page.complaints.filter((line) => !/422/.test(line));
  await close(page);
});

test("after an answer about identity the page says what was done, leads on, and takes it back", options, async () => {
  // The account of one customer and the mail address of another.
  const [first, second] = [1, 2].map((n) => ({ customer: `cus_ottoline_${n}`, customer_email: `o${n}@example.org` }));
  await aFailure({ ...first, customer_name: "Ottoline Ferreira" });
  await aFailure({ ...second, customer_name: "Hedda Brandt" });
  await deliver(stack, failed({ customer: first.customer, customer_email: second.customer_email, customer_name: "Somebody" }));
  const open = async () => stack.list("/api/questions?status=open");
  const question = await eventually(async () => (await open())[0], "a question");
  const page = await signIn(browser, stack);
  await page.goto(new URL(`/questions/${question.id}`, stack.url).href);
  await page.keyboard.press("1");
  const notice = page.locator(".notice");
  await notice.getByText(`Matched to ${question.candidates[0].record.name}.`).waitFor();
  assert.equal((await stack.api(`/api/questions/${question.id}`)).json.status, "answered");
  assert.notEqual(new URL(page.url()).pathname, `/questions/${question.id}`, "it leads on");
  await page.keyboard.press("u");
  await page.locator(".notice").getByText("Taken back.").waitFor();
  assert.equal((await stack.api(`/api/questions/${question.id}`)).json.status, "open");
  await page.keyboard.press("n");
  await page.locator(".notice").getByText("is a new record.").waitFor();
  await close(page);
});
