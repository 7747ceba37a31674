import { createServer } from 'node:net'
import { say, yellow } from './say.mjs'

const triesUpwards = 50

/**
 * The wanted port, or the next free one above it (and says so).
 * @param {string} what who is going to listen, for people
 * @param {number} wanted
 * @param {string} host the address it will listen on
 */
export async function freePort(what, wanted, host) {
  if (wanted <= 0) return wanted
  for (let port = wanted; port < wanted + triesUpwards; port += 1) {
    if (!(await isFree(port, host))) continue
    if (port !== wanted)
      say(`  ${yellow('!')} Port ${wanted} is taken by another program: ${what} uses ${port}`)
    return port
  }
  throw new Error(`No free port for ${what} from ${wanted} to ${wanted + triesUpwards - 1}`)
}

function isFree(port, host) {
  return new Promise((resolve) => {
    const trial = createServer()
    trial.once('error', () => resolve(false))
    trial.listen(port, host, () => trial.close(() => resolve(true)))
  })
}
