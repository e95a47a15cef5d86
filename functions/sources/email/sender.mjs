// A mail server that sends raw mails by HTTP, for the tests on the real runtime.

export const sender = {
  secret: "nerve:a long password",
  contentType: "message/rfc822",
  // Any document is the text of a mail; a header of the document's own becomes one of the mail.
  body: ({ headers, text, ...document }) => `${headers ?? "From: ada@marlow.example\r\n"}\r\n${text ?? JSON.stringify(document)}`,
  sign: (_, { secret }) => ({ authorization: `Basic ${Buffer.from(secret).toString("base64")}` }),
  coversBody: false,
};

export const delivery = (n, { name, email }) => ({
  key: `mail-${n}@torture.example`,
  document: { headers: `From: "${name}" <${email}>\r\nSubject: A question\r\nMessage-ID: <mail-${n}@torture.example>\r\n`, text: "When will you come?" },
});
