// Postmark as a sender: its signing, for the tests on the real runtime.

export const sender = { secret: "nerve:a long password", sign: (_, { secret }) => ({ authorization: `Basic ${Buffer.from(secret).toString("base64")}` }), coversBody: false };

export const delivery = (n, { name, email }) => ({
  key: `mail-${n}`,
  document: { MessageID: `mail-${n}`, FromFull: { Email: email, Name: name }, Subject: "A question", TextBody: "When will you come?", Headers: [] },
});
