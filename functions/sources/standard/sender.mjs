// A sender of Standard Webhooks: its signing, for the tests on the real runtime.
import { Webhook as Svix } from "svix";
import { webhooks } from "../../../tests/support/signing.mjs";

export const sender = webhooks(Svix);
