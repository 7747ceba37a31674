/** The package brings no types; these are the functions that are used of it. */
declare module '@jambonz/verb-specifications' {
  interface Logger {
    info(...details: unknown[]): void
  }
  const verbSpecifications: {
    /** Throws at the first verb that jambonz 0.9.8 would not take. */
    validate(logger: Logger, verbs: object[]): void
  }
  export default verbSpecifications
}
