// Kills everything again and again while it works, and then checks that nothing was lost or done twice.
import { secretsOf } from "../support/senders.mjs";
import { ADMIN_TOKEN, Stack } from "../support/stack.mjs";
import { compare, figures, unfinished } from "./checks.mjs";
import { random as seeded, sleep } from "./random.mjs";
import { SOURCES } from "./sources.mjs";
import { Tool } from "./tool.mjs";
import { answerQuestions, redeliver, sweepOnce, traffic } from "./traffic.mjs";

const NOTIFY_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const LONGEST_LIFE_MS = 5_000;
const REST_MS = 240_000;

// One run: `kills` power cuts, with a tool of the team that takes idempotency keys or does not; ends early when `minutes`
// are over. Returns figures and `broken`, the list of violations: empty when every promise was kept.
export async function torture({ kills, minutes = Infinity, seed, takesKeys, log = () => {} }) {
  const tool = await new Tool(seeded(seed + 1), takesKeys).start();
  const stack = await Stack.start(settings(tool));
  const run = {
    ...{ stack, tool, random: seeded(seed), over: false },
    ...{ sent: new Map(), approved: new Set(), answers: new Map(), kills: [], decisions: 0, broken: [] },
  };
  try {
    const busy = traffic(run);
    await cutPower(run, kills, Date.now() + minutes * 60_000, log);
    run.over = true;
    await busy;
    tool.calm = true;
    await redeliver(run);
    const stuck = await rest(run, log);
    const broken = [...run.broken, ...stuck, ...(await compare(run))];
    return { seed, takesKeys, ...(await figures(run)), broken };
  } finally {
    run.over = true;
    await stack.stop();
    tool.stop();
  }
}

const settings = (tool) => ({
  sources: Object.keys(SOURCES),
  secrets: {
    ...secretsOf(Object.keys(SOURCES)),
    "nerve-console": { NERVE_ADMIN_TOKEN: ADMIN_TOKEN },
    "nerve-executor": { NOTIFY_URL: tool.url, NOTIFY_SECRET },
  },
  vars: { DEBOUNCE_MS: "100", NOTIFY_FORMAT: tool.takesKeys ? "standard" : "slack" },
});

async function cutPower({ stack, random, sent, tool, kills }, count, end, log) {
  for (let n = 1; n <= count && Date.now() < end; n++) {
    await sleep(random.below(LONGEST_LIFE_MS));
    const from = Date.now();
    await stack.kill();
    kills.push({ from, to: Date.now() });
    await stack.restart();
    log(`kill ${n}: ${sent.size} deliveries, ${tool.requests.length} requests to the team's tool`);
  }
  await sleep(2_000);
}

// Waits, sweeping, until nothing is left to do. Returns the work that never ends.
async function rest(run, log) {
  const start = Date.now();
  let left;
  do {
    await sweepOnce(run);
    await answerQuestions(run);
    await sleep(1_000);
    left = await unfinished(run);
  } while (left.length > 0 && Date.now() < start + REST_MS);
  log(`${left.length === 0 ? "quiet" : "not quiet"} after ${Math.round((Date.now() - start) / 1_000)} s`);
  return left.map((what) => `still ${what}`);
}
