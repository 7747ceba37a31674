import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { SheetData } from 'write-excel-file/node'

/** A sheet of values; what a value is decides what its cell is. */
export interface WorkbookSheet {
  sheet: string
  data: SheetData
  columns: { width: number }[]
}

const require = createRequire(import.meta.url)
/** Plain JavaScript, which also runs where sources are not compiled. */
const inThread = `
const { parentPort, workerData } = require('node:worker_threads')
const { library, sheets } = workerData
const write = require(library)
;(write.default ?? write)(sheets).toBuffer().then((bytes) => parentPort.postMessage(bytes))`

/**
 * Makes a workbook in a thread of its own: 50,000 rows take two seconds without a pause, in which this process would
 * lose its leases and let calls wait.
 */
export const makeWorkbook = (sheets: readonly WorkbookSheet[]): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const thread = new Worker(inThread, {
      eval: true,
      workerData: {
        library: require.resolve('write-excel-file/node'),
        sheets: sheets.map((one) => ({ ...one, dateFormat: 'yyyy-mm-dd hh:mm:ss', stickyRowsCount: 1 }))
      }
    })
    thread.once('message', (bytes: Uint8Array) => resolve(Buffer.from(bytes)))
    thread.once('error', reject)
    thread.once('exit', (code) => reject(new Error(`The thread of a workbook ended with ${String(code)}`)))
  })
