// Everything works without this file. With it, pages are exchanged in place, the queue keeps itself fresh, and
// every decision has a key: the attribute `data-key` names it.
"use strict";

const typing = (element) => element.closest?.("input, textarea, select, [contenteditable]");
const wide = matchMedia("(min-width: 821px)");
const live = document.getElementById("live");
let request = new AbortController();
// The decision that is being sent; only one at a time, and nothing cuts it off.
let sending = null;

const parts = { year: "numeric", month: "2-digit", day: "2-digit" };
const day = new Intl.DateTimeFormat("sv", parts);
const minute = new Intl.DateTimeFormat("sv", { ...parts, hour: "2-digit", minute: "2-digit", timeZoneName: "short" });

/** Shows times by the clock of this browser; pages come with the business's. */
function localize(page) {
  for (const time of page.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.valueOf())) continue;
    if (time.title) time.title = minute.format(at);
    if ("exact" in time.dataset) time.textContent = minute.format(at);
    if ("date" in time.dataset) time.textContent = day.format(at);
  }
}

/** Takes over the named parts of a fetched page. Its scripts do not run: parsed documents have none. */
function adopt(html, selectors) {
  const page = new DOMParser().parseFromString(html, "text/html");
  localize(page);
  const scrolled = document.querySelector(".list")?.scrollTop ?? 0;
  for (const selector of selectors) {
    const [now, next] = [document.querySelector(selector), page.querySelector(selector)];
    if (now && next) now.replaceWith(next);
  }
  const list = document.querySelector(".list");
  if (list) list.scrollTop = scrolled;
  return page;
}

/** Exchanges the page for another; where that fails, the browser goes there in its own way. */
async function go(url, { body, focus, push = true, otherwise = () => location.assign(url) } = {}) {
  request.abort();
  request = new AbortController();
  const signal = body ? undefined : request.signal;
  const main = document.querySelector("main");
  main.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { method: body ? "POST" : "GET", body, signal });
    const html = await answer.text();
    if (!html.includes("data-exchangeable")) return location.assign(answer.url);
    const page = adopt(html, ["main", ".side"]);
    document.title = page.title;
    // The address of a refused decision is not one to come back to.
    if (push && (!body || answer.redirected) && answer.url !== location.href) history.pushState(null, "", answer.url);
    arrive(Boolean(body), focus);
  } catch (problem) {
    if (problem.name !== "AbortError") otherwise();
  } finally {
    main.removeAttribute("aria-busy");
  }
}

/** Announces the notice, and moves the focus: to the pressed button where the page still has it, else to the next row. */
function arrive(decided, focus) {
  live.textContent = [...document.querySelectorAll(".notice > :is(strong, span)")].map((part) => part.textContent).join(" ");
  tidy();
  const row = document.querySelector(".row[aria-current]");
  const pressed = focus && document.getElementById(focus);
  if (pressed) {
    pressed.focus({ preventScroll: true });
  } else if (row && wide.matches) {
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  } else {
    document.querySelector("main").focus({ preventScroll: true });
    if (!decided || !wide.matches) scrollTo(0, 0);
  }
  afterwards(goOn);
}

/** Takes the next step of a form that goes on by itself. */
function goOn() {
  document.querySelector("form[data-goes-on]")?.requestSubmit();
}

/** Removes the last decision from the address: a reload does not announce it again. */
function tidy() {
  const url = new URL(location.href);
  const told = ["did", "to", "answered"].filter((name) => url.searchParams.has(name));
  if (told.length === 0) return;
  for (const name of told) url.searchParams.delete(name);
  history.replaceState(null, "", url);
}

function move(step) {
  const rows = [...document.querySelectorAll(".row, a.wide, a.more")];
  const here = rows.findIndex((row) => row === document.activeElement);
  const at = here < 0 ? rows.findIndex((row) => row.ariaCurrent) : here;
  const row = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
  row?.focus();
  if (row?.matches(".row") && wide.matches && !row.ariaCurrent) go(row.href);
}

function press(key) {
  const targets = [...document.querySelectorAll(`main [data-key="${CSS.escape(key)}"]`)];
  const target = targets.find((target) => target.checkVisibility());
  if (!target) return false;
  if (!target.matches("summary")) return target.click(), true;
  const details = target.parentElement;
  details.open = !details.open;
  const field = details.open && details.querySelector("textarea, input:not([type=hidden]), select, form button");
  // The bar is always in view; the edit form may not be.
  (field || target).focus({ preventScroll: true });
  if (details.matches(".edit")) details.scrollIntoView({ block: "nearest" });
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.getModifierState("AltGraph") || event.isComposing) return;
  if (event.key === "Escape") {
    const open = event.target.closest?.("main details[open]");
    if (open) (open.open = false), open.querySelector("summary").focus({ preventScroll: true });
    return;
  }
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") document.getElementById("keys")?.showModal();
  else if (event.key === "/") document.querySelector("main input[type=search]")?.focus();
  else if (event.key === "j" || event.key === "k") afterwards(() => move(event.key === "j" ? 1 : -1));
  else if (event.key === "u" && !event.repeat) afterwards(() => press("u"));
  // A key that is held down decides once. While a decision is sent, no other is taken: its card is not in view yet.
  else if (event.repeat || !/^[a-z1-9]$/.test(event.key) || !(sending || press(event.key))) return;
  event.preventDefault();
});

/**
 * Says how much a field holds once it is nearly full, and stops a form whose text is too long. The browser's own limit
 * would cut off what is pasted without a word.
 */
function measure(field) {
  const [max, length] = [Number(field.dataset.max), [...field.value.trim()].length];
  const over = length > max;
  const [has, fits] = [length, max].map((count) => count.toLocaleString("en"));
  field.setCustomValidity(over ? `This text has ${has} characters, and at most ${fits} fit. Shorten it.` : "");
  // In the label it would be part of the field's name; only where there is no other room it stands there.
  const label = field.closest(".fields > label") ?? field;
  let room = label.nextElementSibling;
  if (!room?.matches(".room")) {
    if (length <= max * 0.8) return;
    label.after((room = document.createElement("small")));
  }
  room.ariaHidden = "true";
  if (over && !room.matches(".over")) live.textContent = field.validationMessage;
  room.className = over ? "room over" : "room";
  room.textContent = `${has} of ${fits} characters`;
}

document.addEventListener("input", (event) => event.target.matches?.("[data-max]") && measure(event.target));

/** Now, or once the decision that is being sent is on the page: taking back what was just pressed must find it. */
function afterwards(step) {
  if (sending) sending.then(step);
  else step();
}

document.addEventListener("click", (event) => {
  const field = document.getElementById(event.target.closest('main a[href^="#"]')?.hash.slice(1));
  if (field) return event.preventDefault(), field.scrollIntoView({ block: "center" }), field.focus();
  const link = event.target.closest("a[data-swap]");
  const other = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (!link || other || event.defaultPrevented) return;
  event.preventDefault();
  afterwards(() => go(link.href));
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-swap]")) return;
  event.preventDefault();
  if (sending) return;
  const fields = new URLSearchParams(new FormData(form, event.submitter));
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  // A field named `action` or `submit` hides the form's own. The browser's own way is a POST too; the server refuses a
  // decision that was already taken.
  const submit = () => HTMLFormElement.prototype.submit.call(form);
  const sent = go(form.getAttribute("action"), { body: fields, focus: event.submitter?.id, otherwise: submit });
  sending = sent.finally(() => (sending = null));
});

addEventListener("popstate", () => go(location.href, { push: false }));

/** New proposals appear by themselves; the open card stays as it is, until its reader moves on. */
async function refresh() {
  if (document.hidden || !document.querySelector("main.queue") || typing(document.activeElement)) return;
  const focused = document.activeElement?.getAttribute?.("href");
  const url = location.href;
  const answer = await fetch(url).catch(() => null);
  if (!answer?.ok || answer.redirected || url !== location.href) return;
  adopt(await answer.text(), [".list", ".side"]);
  if (focused) document.querySelector(`.list a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}
setInterval(refresh, 20_000);
localize(document);
tidy();
goOn();
if (wide.matches) document.querySelector(".row[aria-current]")?.scrollIntoView({ block: "nearest" });
