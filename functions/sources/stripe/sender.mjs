// Stripe as a sender: its signing, for the tests on the real runtime.
import Stripe from "stripe";
import { yes } from "../../../tests/support/signing.mjs";
import { STRIPE_SECRET } from "../../../tests/support/stack.mjs";

const sdk = new Stripe("sk_test_not_used");

export const sender = {
  secret: STRIPE_SECRET,
  sign: (payload, { secret }) => ({ "stripe-signature": sdk.webhooks.generateTestHeaderString({ payload, secret }) }),
  accepts: (body, headers, { secret }) => yes(() => void sdk.webhooks.constructEvent(body, headers["stripe-signature"], secret)),
};
