/** Spreadsheets run what begins like this, also behind apostrophes that they hide (OWASP, CSV injection). */
const dangerous = /^'*[=+\-@\t\r]/
const guarded = /^'+[=+\-@\t\r]/

/** A cell that no spreadsheet takes for a formula; `bareCell` gives it back as it was. */
export const guardCell = (text: string): string => (dangerous.test(text) ? `'${text}` : text)

/** A cell without the apostrophe that was put before it so that it is taken as text. */
export const bareCell = (text: string): string => (guarded.test(text) ? text.slice(1) : text)
