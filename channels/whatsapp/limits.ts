const mb = 1024 * 1024

/** Every bound of the WhatsApp channel, in one place. Sizes in bytes unless said otherwise; README.md has the sources. */
export const limits = {
  /** One text message, in characters. */
  textChars: 4096,
  /** Words under a picture, a film or a document. */
  captionChars: 1024,
  // Choices under a message of ours, in characters.
  buttons: 3,
  rows: 10,
  buttonTitleChars: 20,
  rowTitleChars: 24,
  rowDescriptionChars: 72,
  listButtonChars: 20,
  buttonsBodyChars: 1024,
  listBodyChars: 4096,
  /** Templates that are asked for at once; pages that are asked for at most. A business account has 6,000 or fewer. */
  templatesPage: 100,
  templatePages: 100,

  /** Free words may follow the customer's last message for so long. */
  windowSeconds: 24 * 3600,

  // What Meta carries, by kind. A file beyond the bound of its kind leaves as a document.
  imageBytes: 5 * mb,
  audioBytes: 16 * mb,
  videoBytes: 16 * mb,
  documentBytes: 100 * mb,
  stickerBytes: mb,

  /** Files of one message of ours, each and together: they are held in memory on their way. */
  sentFileBytes: 32 * mb,
  sentFilesBytes: 64 * mb,

  // What is taken of what customers write.
  textInChars: 65_536,
  nameChars: 120,
  lineChars: 1000,
  fileNameChars: 200,
  emojiChars: 32,
  choiceIdChars: 256,
  contactCards: 20
} as const
