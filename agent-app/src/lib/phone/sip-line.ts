import { UA, WebSocketInterface } from 'jssip'
import type { DTMF_TRANSPORT } from 'jssip/lib/Constants'
import type { RTCSession } from 'jssip/lib/RTCSession'
import type { IncomingRTCSessionEvent, OutgoingRTCSessionEvent } from 'jssip/lib/UA'
import { ringHeaders, type Credentials, type LineHearer, type PhoneLine } from './line.ts'
import { speaker } from './speaker.ts'

/** Host candidates are there at once; whoever waits for the slowest STUN server answers seconds late. */
const gatherMs = 500
/** ICE says "disconnected" at every blink; it is started again when that lasts. */
const blinkMs = 3000
const restartMs = 4000
const mostRestarts = 5

/**
 * A phone that speaks SIP over WSS. JsSIP reconnects and registers again by itself. Hold is done by the hub, so there
 * are no re-INVITEs except to bring lost sound back.
 */
class SipLine implements PhoneLine {
  readonly #ua: UA
  readonly #hearer: LineHearer
  readonly #sessions = new Map<string, Session>()

  constructor({ server, uri, user, password }: Credentials, hearer: LineHearer) {
    this.#hearer = hearer
    this.#ua = new UA({
      sockets: new WebSocketInterface(server),
      uri,
      authorization_user: user,
      password,
      register: true,
      register_expires: 300,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 15,
      user_agent: 'Palabre'
    })
    this.#ua.on('registered', () => {
      hearer.registered()
      for (const session of this.#sessions.values()) session.serverIsBack()
    })
    this.#ua.on('disconnected', () => hearer.lost())
    this.#ua.on('registrationFailed', ({ response }) => {
      const status = (response as { status_code?: number } | null)?.status_code ?? 0
      if (status === 401 || status === 403 || status === 407) hearer.refused()
      else hearer.lost()
    })
    this.#ua.on(
      'newRTCSession',
      ({ session, request, originator }: IncomingRTCSessionEvent | OutgoingRTCSessionEvent) => {
        if ((originator as string) !== 'remote') return
        this.#ring(session, (name) =>
          (request as { getHeader(name: string): string | undefined }).getHeader(name)
        )
      }
    )
  }

  start(): void {
    this.#ua.start()
  }

  renew({ password }: Credentials): void {
    this.#ua.set('password', password)
    if (this.#ua.isConnected()) this.#ua.register()
  }

  hurry(): void {
    for (const session of this.#sessions.values()) session.serverIsBack()
  }

  answer(id: string, microphone: MediaStream): void {
    this.#sessions.get(id)?.answer(microphone)
  }

  decline(id: string, why: 'declined' | 'busy'): void {
    this.#sessions.get(id)?.end(why === 'busy' ? 486 : 603)
  }

  hangUp(id: string): void {
    this.#sessions.get(id)?.end()
  }

  press(id: string, keys: string): void {
    this.#sessions.get(id)?.press(keys)
  }

  speakInto(microphone: MediaStream): void {
    for (const session of this.#sessions.values()) session.speakInto(microphone)
  }

  close(): void {
    this.#ua.stop()
  }

  #ring(session: RTCSession, header: (name: string) => string | undefined): void {
    const { id } = session
    this.#sessions.set(
      id,
      new Session(
        session,
        this.#hearer,
        () => this.#ua.isConnected(),
        () => this.#sessions.delete(id)
      )
    )
    this.#hearer.rings({
      id,
      number: session.remote_identity.uri.user ?? '',
      name: session.remote_identity.display_name,
      callId: header(ringHeaders.call) ?? null,
      interactionId: header(ringHeaders.interaction) ?? null,
      resumed: false
    })
  }
}

/** One call of it, with its sound. */
class Session {
  readonly #session: RTCSession
  readonly #hearer: LineHearer
  readonly #isConnected: () => boolean
  readonly #gone: () => void
  #stream: MediaStream | null = null
  #restarts = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #isOver = false

  constructor(session: RTCSession, hearer: LineHearer, isConnected: () => boolean, gone: () => void) {
    this.#session = session
    this.#hearer = hearer
    this.#isConnected = isConnected
    this.#gone = gone
    session.on('peerconnection', ({ peerconnection }) => this.#attend(peerconnection))
    session.on('confirmed', () => hearer.talks(session.id))
    session.on('ended', () => this.#over('hungUp'))
    session.on('failed', ({ originator }) =>
      this.#over((originator as string) === 'remote' ? 'hungUp' : 'failed')
    )
  }

  answer(microphone: MediaStream): void {
    let timer: ReturnType<typeof setTimeout> | undefined
    this.#session.on('icecandidate', ({ ready }) => {
      clearTimeout(timer)
      timer = setTimeout(ready, gatherMs)
    })
    this.#session.answer({ mediaStream: microphone, pcConfig: { iceServers: [] } })
  }

  end(status?: number): void {
    if (!this.#session.isEnded()) this.#session.terminate(status === undefined ? {} : { status_code: status })
  }

  press(keys: string): void {
    this.#session.sendDTMF(keys, { transportType: 'RFC2833' as DTMF_TRANSPORT.RFC2833, duration: 120 })
  }

  speakInto(microphone: MediaStream): void {
    const [track] = microphone.getAudioTracks()
    const sender = this.#session.connection.getSenders().find((one) => one.track?.kind === 'audio')
    if (track) void sender?.replaceTrack(track)
  }

  /** Brings lost sound back now. */
  serverIsBack(): void {
    if (this.#restarts > 0) this.#restart()
  }

  #attend(peer: RTCPeerConnection): void {
    peer.addEventListener('track', ({ streams, track }) => {
      this.#stream = streams[0] ?? new MediaStream([track])
      speaker.play(this.#stream)
    })
    // Before JsSIP's own listener, which would send BYE at "failed": that ends the call for the customer. Without it
    // the media server notices that the sound is gone, and the customer keeps their place.
    peer.addEventListener('iceconnectionstatechange', (event) => this.#changed(peer, event), {
      capture: true
    })
  }

  #changed(peer: RTCPeerConnection, event: Event): void {
    clearTimeout(this.#timer)
    switch (peer.iceConnectionState) {
      case 'connected':
      case 'completed':
        this.#restarts = 0
        return this.#hearer.sound(true)
      case 'disconnected':
        this.#timer = setTimeout(() => this.#trySound(), blinkMs)
        return
      case 'failed':
        event.stopImmediatePropagation()
        return this.#trySound()
    }
  }

  #trySound(): void {
    this.#hearer.sound(false)
    if (this.#restarts >= mostRestarts) return this.#over('media')
    this.#restarts++
    this.#restart()
    this.#timer = setTimeout(() => this.#trySound(), restartMs)
  }

  #restart(): void {
    // Asked without a server it would end the call.
    if (this.#isConnected() && this.#session.isEstablished())
      this.#session.renegotiate({ rtcOfferConstraints: { iceRestart: true } })
  }

  #over(how: 'hungUp' | 'failed' | 'media'): void {
    if (this.#isOver) return
    this.#isOver = true
    clearTimeout(this.#timer)
    if (this.#stream) speaker.stop(this.#stream)
    // Closed without a word: see #attend.
    if (how === 'media') this.#session.connection.close()
    this.#gone()
    this.#hearer.ended(this.#session.id, how)
  }
}

export const openSipLine = (credentials: Credentials, hearer: LineHearer): PhoneLine =>
  new SipLine(credentials, hearer)
