/** What Node and the mail libraries attach to their errors. */
interface NetworkError {
  code?: string
  originalCode?: string
  message?: string
  response?: unknown
  responseText?: string
  byeReason?: string
}

const selfSigned = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'
])

const reasons: Record<string, string> = {
  ENOTFOUND: 'There is no server of this name.',
  EDNS: 'There is no server of this name.',
  EAI_AGAIN: 'The name server does not answer.',
  ECONNREFUSED: 'Nothing listens at this port.',
  EHOSTUNREACH: 'The server cannot be reached from here.',
  ENETUNREACH: 'The server cannot be reached from here.',
  ECONNRESET: 'The server closed the connection.',
  EPIPE: 'The server closed the connection.',
  ECONNECTION: 'The server closed the connection.',
  EConnectionClosed: 'The server closed the connection.',
  NoConnection: 'The connection was lost.',
  ETIMEDOUT: 'The server did not answer in time.',
  ETIMEOUT: 'The server did not answer in time.',
  CONNECT_TIMEOUT: 'The server did not answer in time.',
  GREETING_TIMEOUT: 'The server did not answer in time. Is the encryption the one that this port speaks?',
  UPGRADE_TIMEOUT: 'The server did not finish the switch to encryption in time.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate of the server is for another name.',
  CERT_HAS_EXPIRED: 'The certificate of the server has expired.',
  EPROTO: 'The server does not speak TLS at this port. Is the encryption the one that this port speaks?',
  ERR_SSL_WRONG_VERSION_NUMBER:
    'The server does not speak TLS at this port. Is the encryption the one that this port speaks?'
}

/** Why a connection failed, for an administrator: a sentence, and what the server said if it said something. */
export const networkReason = (error: unknown): string => {
  const { code = '', originalCode = '', message = '' } = error as NetworkError
  if (
    [code, originalCode].some((one) => selfSigned.has(one)) ||
    /self[- ]signed|unable to verify/i.test(message)
  ) {
    return 'Nobody vouches for the certificate of the server. A private server can be trusted in the settings.'
  }
  const known = reasons[originalCode] ?? reasons[code]
  if (known) return known
  if (/STARTTLS/i.test(message)) return 'The server does not offer the encryption that is required.'
  if (/wrong version number|packet length too long/i.test(message)) return reasons['EPROTO'] ?? message
  return message || 'The connection failed.'
}
