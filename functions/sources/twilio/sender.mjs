// Twilio as a sender: its signing, for the tests on the real runtime.
import twilio from "twilio";

export const sender = {
  secret: "1c892n40nd03kdnc0112slzkl3091j20",
  contentType: "application/x-www-form-urlencoded",
  // A form as a vendor would send it: names and values of any script.
  body: (document) => new URLSearchParams(Object.entries(document).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)])).toString(),
  sign: (body, { secret, url }) => ({ "x-twilio-signature": twilio.getExpectedTwilioSignature(secret, url, Object.fromEntries(new URLSearchParams(body))) }),
  accepts: (body, headers, { secret, url }) => twilio.validateRequest(secret, headers["x-twilio-signature"], url, Object.fromEntries(new URLSearchParams(body))),
};
