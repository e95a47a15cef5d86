// The webhook sources whose intake is measured. `make` returns delivery `n`, signed, of party `party`.
import { personOf } from "../support/people.mjs";
import { DELIVERIES, bodyOf, dress } from "../support/senders.mjs";
import { paid, sign } from "../support/stripe.mjs";

function stripe(party) {
  const payload = JSON.stringify(paid({ customer: `cus_bench_${party}` }), null, 2);
  return { id: JSON.parse(payload).id, payload, headers: { "content-type": "application/json; charset=utf-8", "stripe-signature": sign(payload) } };
}

let count = 0;

const other = (source) => ({
  name: source,
  async make(party, url) {
    count += 1;
    const { document } = DELIVERIES[source](`bench-${count}`, personOf(`cus_bench_${party}`));
    const payload = bodyOf(source, document);
    return { id: `${source}-${count}`, payload, headers: await dress(source, payload, url.href) };
  },
});

// Stripe first: it is measured at every level, the others at one.
export const SOURCES = [{ name: "stripe", make: stripe }, ...Object.keys(DELIVERIES).map(other)];
