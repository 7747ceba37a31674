import type { Fields } from '../frame.ts'
import type { Run } from '../stage.ts'

/** Adds to the customer data that every later frame of the leg carries. */
export const tag: Run = ({ leg }, verb) => {
  leg.info.customerData = { ...leg.info.customerData, ...(verb['data'] as Fields) }
  return Promise.resolve()
}
