// Zoom as a sender: its signing, for the tests on the real runtime.
import { versioned } from "../../../tests/support/signing.mjs";

export const sender = { secret: "zoom-secret-token", sign: versioned("x-zm-") };
