import { AppSocket } from './application/socket.ts'
import type { Ticker } from './audio/ticker.ts'
import type { FeatureServer } from './feature-server.ts'
import type { Leg } from './leg.ts'
import { Party } from './party.ts'
import type { Session } from './session.ts'

/** Somebody who calls in. */
export class Caller extends Party {
  readonly #sessionOf: () => Session

  constructor(leg: Leg, ticker: Ticker, sessionOf: () => Session) {
    super(leg, ticker)
    this.#sessionOf = sessionOf
  }

  get featureServer() {
    return this.#sessionOf().server
  }

  /** Breaks the call's line to the application. With 1000 jambonz believes that the application is done. */
  socketDrop(code = 1006) {
    const { requestor } = this.#sessionOf()
    if (requestor instanceof AppSocket) requestor.drop(code)
  }

  /** Breaks the audio socket, background or of a verb. */
  audioDrop() {
    const { background, stream } = this.#sessionOf()
    for (const one of [background, stream]) one?.drop()
  }

  /** The call moves by REFER, as when the conference that it waits for starts on another server. */
  moveTo(server: FeatureServer) {
    this.#sessionOf().move(server)
  }
}
