/** The question whether a record is to be archived, as the page of the record asks it. */
export interface Archiving {
  open: boolean
  set: (open: boolean) => void
  /** @throws {Refusal} still-in-use */
  archive: () => Promise<void>
}
