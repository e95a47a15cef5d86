// Fathom as a sender: its signing, for the tests on the real runtime.
import { Webhook as Standard } from "standardwebhooks";
import { webhooks } from "../../../tests/support/signing.mjs";

export const sender = webhooks(Standard);
