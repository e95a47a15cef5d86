// A sender of CloudEvents: its signing, for the tests on the real runtime.
import { now } from "../../../tests/support/signing.mjs";

export const sender = { secret: "cloudevents-bearer-token", contentType: "application/cloudevents+json", sign: (_, { secret }) => ({ authorization: `Bearer ${secret}` }), coversBody: false };

export const delivery = (n, { email }) => ({
  key: `/torture event-${n}`,
  document: { specversion: "1.0", id: `event-${n}`, source: "/torture", type: "form.submitted", time: now(), data: { customer: { email }, detail: { form: "contact" } } },
});
