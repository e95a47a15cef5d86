// HubSpot as a sender: its signing, for the tests on the real runtime.
import hubspot from "@hubspot/api-client/lib/src/utils/signature.js";
import { yes } from "../../../tests/support/signing.mjs";

export const sender = {
  secret: "hubspot-client-secret",
  sign: (body, { secret, url }) => {
    const timestamp = Date.now();
    const signature = hubspot.Signature.getSignature("POST", "v3", { clientSecret: secret, requestBody: body, url, timestamp });
    return { "x-hubspot-request-timestamp": `${timestamp}`, "x-hubspot-signature-v3": signature };
  },
  accepts: (body, headers, { secret, url }) =>
    yes(() => hubspot.Signature.isValid({ signatureVersion: "v3", method: "POST", clientSecret: secret, requestBody: body, url, signature: headers["x-hubspot-signature-v3"], timestamp: Number(headers["x-hubspot-request-timestamp"]) })),
};
