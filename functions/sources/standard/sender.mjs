// How a sender of Standard Webhooks signs what it sends, for the tests on the real runtime.
import { Webhook as Svix } from "svix";
import { webhooks } from "../../../tests/support/signing.mjs";

export const sender = webhooks(Svix);
