// Slack as a sender: its signing, for the tests on the real runtime.
import slack from "@slack/bolt/dist/receivers/verify-request.js";
import { versioned } from "../../../tests/support/signing.mjs";

export const sender = {
  secret: "8f742231b10e8888abcd99yyyzzz85a5",
  sign: versioned("x-slack-"),
  accepts: (body, headers, { secret }) => slack.isValidSlackRequest({ signingSecret: secret, body, headers }),
};
