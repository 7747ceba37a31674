/**
 * Every bound of the mail channel, in one place. Sizes in bytes unless said otherwise, times in milliseconds.
 * README.md says which platform or RFC each one comes from and what happens at it.
 */
export const limits = {
  /** Largest mail taken in or sent. Gmail and Outlook.com stop at 25 MB too. */
  mailBytes: 25 * 1024 * 1024,
  /** Files of one outgoing mail together: base64 and the text beside them fill the rest of `mailBytes`. */
  attachmentBytes: 18 * 1024 * 1024,

  // What one mail may be made of, checked before it is parsed.
  headerBlockBytes: 128 * 1024,
  mimeDepth: 50,
  mimeParts: 500,
  /** Lines that look like a MIME delimiter; more is an attack on the parser, not a mail. */
  delimiterLines: 200_000,
  /** Encoded bytes of inline text that are read; the rest stays in the original. */
  inlineTextBytes: 2 * 1024 * 1024,
  parseMs: 30_000,

  // What is handed on.
  textChars: 200_000,
  htmlChars: 500_000,
  subjectChars: 500,
  nameChars: 120,
  addressChars: 320,
  addresses: 200,
  fileNameChars: 150,
  dataImages: 50,

  // Work on text that the sender controls, stopped by a watchdog.
  cleanHtmlMs: 1_500,
  htmlToTextMs: 1_000,
  quoteSearchMs: 250,
  /** Characters searched for the start of a quotation. */
  quoteSearchChars: 20_000,
  htmlDepth: 200,

  // Threads. RFC 5322 §2.1.1: 998 characters a line; a header of some thousand characters passes everywhere.
  messageIdChars: 500,
  referencesRead: 100,
  referencesSent: 20,
  referencesSentChars: 3_000,
  /** A mail relayed more often than this goes round in circles (RFC 5321 §6.3 asks for at least 100 hops). */
  receivedHops: 50,

  // IMAP.
  fetchCount: 20,
  fetchBytes: 8 * 1024 * 1024,
  /** How often a mail that breaks the line, or cannot be stored, is tried before it is set aside. */
  poisonTries: 5,
  /** How much of a mail is kept when its quarantine, too, cannot be stored whole. */
  poisonBytes: 64 * 1024,

  // SMTP listener.
  gatewayClients: 50,
  gatewayRecipients: 100,
  /** Mail held in memory by all sessions together; a client beyond it is told to come back (452). */
  gatewayBufferedBytes: 128 * 1024 * 1024,
  gatewayIdleMs: 60_000,
  gatewaySessionMs: 10 * 60_000,

  // SMTP out.
  connectMs: 15_000,
  /** RFC 5321 §4.5.3.2.6 allows a server ten minutes after the final dot; few need one. */
  replyMs: 120_000,
  poolConnections: 3,
  poolIdleMs: 30_000,
  recipientsSent: 100,

  testStepMs: 10_000
} as const
