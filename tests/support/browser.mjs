// A real browser on a stack, signed in as a person.
import { chromium } from "playwright-core";
import { ADMIN_TOKEN } from "./stack.mjs";

// Debian's Chromium without a desktop and without calls home.
const ARGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

// The reason why the browser tests cannot run here; in CI there is none, and their absence is a failure.
export const missing =
  process.env.CHROMIUM || process.env.CI ? false : "NO BROWSER: set CHROMIUM to Chromium's path, or install it; these tests did not run";

export async function launch() {
  if (!process.env.CHROMIUM) throw new Error("CHROMIUM does not name a browser");
  return chromium.launch({ executablePath: process.env.CHROMIUM, args: ARGS });
}

// A page of a signed-in person. `page.complaints` collects the browser's complaints: script errors and
// everything the content security policy had to stop.
export async function signIn(browser, stack, { name = "Maya Lindqvist", ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(`script: ${error.message}`));
  page.on("dialog", (dialog) => (page.complaints.push(`dialog: ${dialog.message()}`), dialog.dismiss()));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) page.complaints.push(`console: ${message.text()}`);
  });
  await page.goto(stack.url);
  await page.getByLabel("Token").fill(ADMIN_TOKEN);
  await page.getByLabel("Your name").fill(name);
  await page.getByRole("button", { name: /sign in/i }).click();
  await page.waitForURL((url) => !url.pathname.includes("sign-in"));
  return page;
}
