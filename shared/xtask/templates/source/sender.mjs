// __Title__ as a sender: its signing, for the tests on the real runtime. Where its library signs or verifies, use that.
import { hmac } from "../../../tests/support/signing.mjs";

export const sender = { secret: "__name__-secret", sign: (body, { secret }) => ({ "x-__name__-signature": `sha256=${hmac(secret, body, "hex")}` }) };
