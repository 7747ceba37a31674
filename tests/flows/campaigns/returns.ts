/** What mail servers and providers send back of a campaign's mail, as they write it. */

const lines = (...all: string[]) => all.join('\r\n')
let ids = 0
const newId = () => `return-${String(++ids)}-${String(process.pid)}@mx.back.example`

const multipart = (to: string, type: string, fields: string[], original: string[] = []) =>
  lines(
    'From: Mail Delivery System <MAILER-DAEMON@mx.back.example>',
    `To: ${to}`,
    'Subject: Report',
    `Message-ID: <${newId()}>`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=${type}; boundary=b`,
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'A report.',
    '',
    '--b',
    `Content-Type: message/${type}`,
    '',
    ...fields,
    '',
    ...original,
    '--b--',
    ''
  )

/** A delivery report (RFC 3464) to the return address of the mail; nothing of the mail is in it. */
export const deliveryReport = (
  to: string,
  {
    recipient,
    action,
    status,
    words = ''
  }: Record<'recipient' | 'action' | 'status', string> & { words?: string }
) =>
  multipart(to, 'delivery-status', [
    'Reporting-MTA: dns; mx.back.example',
    '',
    `Final-Recipient: rfc822; ${recipient}`,
    `Action: ${action}`,
    `Status: ${status}`,
    ...(words === '' ? [] : [`Diagnostic-Code: smtp; ${words}`])
  ])

/** A provider's report that its user called the mail spam (RFC 5965). */
export const complaintReport = (to: string, messageId: string) =>
  multipart(
    to,
    'feedback-report',
    ['Feedback-Type: abuse', 'User-Agent: Yahoo!-Mail-Feedback/2.0', 'Version: 1'],
    ['--b', 'Content-Type: message/rfc822', '', `Message-ID: <${messageId}>`, 'Subject: News', '', 'x', '']
  )

/** What a mail program sends to the address of the List-Unsubscribe field. */
export const unsubscribeMail = (from: string, to: string) =>
  lines(`From: ${from}`, `To: ${to}`, 'Subject: unsubscribe', `Message-ID: <${newId()}>`, '', '')
