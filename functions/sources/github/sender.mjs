// GitHub as a sender: its signing, for the tests on the real runtime.
import { sign as signGithub, verify as verifyGithub } from "@octokit/webhooks-methods";

export const sender = {
  secret: "It's a Secret to Everybody",
  sign: async (body, { secret }) => ({ "x-hub-signature-256": await signGithub(secret, body), "x-github-event": "workflow_run", "x-github-delivery": `${Math.random()}` }),
  accepts: async (body, headers, { secret }) => verifyGithub(secret, body, headers["x-hub-signature-256"]).catch(() => false),
};
