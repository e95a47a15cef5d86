// The webhook sources whose intake is measured. `make` returns delivery `n`, signed, of party `party`.
import { paid, sign } from "../support/stripe.mjs";

function stripe(party) {
  const payload = JSON.stringify(paid({ customer: `cus_bench_${party}`, customer_email: `bench${party}@example.com` }), null, 2);
  return { id: JSON.parse(payload).id, payload, headers: { "content-type": "application/json; charset=utf-8", "stripe-signature": sign(payload) } };
}

export const SOURCES = [{ name: "stripe", make: stripe }];
