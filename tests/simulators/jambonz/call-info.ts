import { randomUUID } from 'node:crypto'
import { traceId, type Fields } from './frame.ts'

export type CallStatus =
  'trying' | 'ringing' | 'early-media' | 'in-progress' | 'completed' | 'failed' | 'busy' | 'no-answer'

/** How a leg came to be decides which fields jambonz knows of it. */
export type LegKind = 'inbound' | 'dialled' | 'created'

export interface Account {
  accountSid: string
  applicationSid: string
  serviceProviderSid: string
}

/** jambonz's CallInfo: what every frame tells about a leg. */
export class CallInfo {
  readonly callSid = randomUUID()
  readonly callId = randomUUID()
  readonly kind: LegKind
  readonly from: string
  readonly to: string
  readonly account: Account
  readonly name: string
  readonly inviteHeaders: Record<string, string>
  /** The leg whose dial made this one. */
  readonly parent?: CallInfo
  /** `ip:port` of the feature server; changes when the call moves. */
  serverAddress: string
  status: CallStatus = 'trying'
  sipStatus = 100
  sipReason = 'Trying'
  customerData?: Fields
  terminatedBy?: 'caller' | 'jambonz'
  duration?: number
  /** Of the far side's BYE, already snake-cased. */
  byeHeaders?: Record<string, string>
  #sbcCallid?: string

  constructor(fields: {
    kind: LegKind
    from: string
    to: string
    account: Account
    serverAddress: string
    name?: string
    headers?: Record<string, string>
    parent?: CallInfo
    customerData?: Fields
  }) {
    this.kind = fields.kind
    this.from = fields.from
    this.to = fields.to
    this.account = fields.account
    this.serverAddress = fields.serverAddress
    this.name = fields.name ?? ''
    this.inviteHeaders = fields.headers ?? {}
    this.parent = fields.parent
    this.customerData = fields.customerData
    if (fields.kind === 'inbound') this.#sbcCallid = `sbc-${this.callId}`
  }

  /** An outbound leg is told its id at the border controller with the first answer. */
  knowBorder() {
    this.#sbcCallid ??= 'xcid'
  }

  /** As every frame but the first carries it. */
  toJson(): Fields {
    const inbound = this.kind === 'inbound'
    return {
      call_sid: this.callSid,
      direction: inbound ? 'inbound' : 'outbound',
      from: this.from,
      to: this.to,
      call_id: this.callId,
      ...(this.#sbcCallid && { sbc_callid: this.#sbcCallid }),
      sip_status: this.sipStatus,
      sip_reason: this.sipReason,
      call_status: this.status,
      ...(this.kind === 'dialled' && { caller_id: this.from }),
      account_sid: this.account.accountSid,
      trace_id: traceId,
      ...(this.kind !== 'created' && { application_sid: this.account.applicationSid }),
      fs_sip_address: this.serverAddress,
      ...(inbound && this.#origin()),
      ...(this.parent && { parent_call_sid: this.parent.callSid }),
      ...(this.terminatedBy && { call_termination_by: this.terminatedBy }),
      ...(this.duration !== undefined && { duration: this.duration }),
      ...(this.customerData && { customerData: this.customerData }),
      ...(this.byeHeaders && { headers: this.byeHeaders })
    }
  }

  /** The raw fields: what the waitHook of a conference carries, and most of session:new. */
  toRawJson(): Fields {
    if (this.kind !== 'inbound') return this.toJson()
    return {
      direction: 'inbound',
      trace_id: traceId,
      has_recording: false,
      caller_name: this.name,
      call_sid: this.callSid,
      account_sid: this.account.accountSid,
      application_sid: this.account.applicationSid,
      from: this.from,
      to: this.to,
      call_id: this.callId,
      sip_status: this.sipStatus,
      sip_reason: this.sipReason,
      call_status: this.status,
      sbc_callid: this.#sbcCallid,
      ...this.#origin(),
      local_sip_address: this.serverAddress,
      ...(this.customerData && { customerData: this.customerData })
    }
  }

  /** The payload of session:new, replayed byte for byte by session:reconnect. */
  toSessionJson(defaults: Fields): Fields {
    if (this.kind !== 'inbound') return { ...this.toJson(), defaults: { synthesizer: {}, recognizer: {} } }
    return {
      sip: this.#invite(),
      ...this.toRawJson(),
      service_provider_sid: this.account.serviceProviderSid,
      defaults
    }
  }

  /** The first frame of an audio socket: the same in camelCase. */
  toMetadata(): Fields {
    const fields = Object.entries(this.toJson()).map(([name, value]) => [
      name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value
    ])
    return Object.fromEntries(fields) as Fields
  }

  #origin(): Fields {
    return { originating_sip_ip: '203.0.113.9', originating_sip_trunk_name: 'carrier-1' }
  }

  #invite(): Fields {
    return {
      headers: {
        'call-id': this.callId,
        from: `<sip:${this.from}@test>;tag=1`,
        to: `<sip:${this.to}@test>`,
        contact: '<sip:x@1>',
        ...this.borderHeaders(),
        ...Object.fromEntries(
          Object.entries(this.inviteHeaders).map(([name, value]) => [name.toLowerCase(), value])
        )
      },
      method: 'INVITE',
      uri: `sip:${this.to}@10.0.0.1`,
      body: '...'
    }
  }

  /** What the border controller adds to the requests of an inbound call. */
  borderHeaders(): Record<string, string> {
    return {
      'x-account-sid': this.account.accountSid,
      'x-cid': `sbc-${this.callId}`,
      'x-forwarded-for': '203.0.113.9',
      'x-originating-carrier': 'carrier-1'
    }
  }
}
