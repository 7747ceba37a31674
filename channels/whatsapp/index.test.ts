import { channelContract } from '../channel-contract.ts'
import { callOf, messageChange, signatureOf } from '../../tests/simulators/graph/webhooks.ts'
import { farSide, number, outbound, signed, written } from '../../tests/simulators/graph/far-side.ts'
import recorded from './fixtures/messages.json' with { type: 'json' }
import { whatsapp } from './index.ts'

const { account } = farSide()
const { appSecret } = number

const right = written(recorded.text, { id: 'wamid.recorded' })
channelContract(whatsapp, {
  account: () => account(),
  webhook: {
    message: right,
    forged: [
      { ...right, headers: {} },
      { ...right, headers: { 'x-hub-signature-256': signatureOf('another body', appSecret) } },
      { ...right, rawBody: Buffer.from(JSON.stringify(JSON.parse(Buffer.from(right.rawBody).toString()))) },
      signed(callOf(number, []), 'the secret of another app')
    ],
    garbage: [
      signed(null),
      signed([]),
      signed('text'),
      signed({ object: 'page', entry: [] }),
      signed({ object: 'whatsapp_business_account', entry: 5 }),
      signed(callOf(number, [{ field: 'messages', value: null }])),
      signed(callOf(number, [{ field: 'messages', value: { metadata: {}, messages: [1] } }])),
      signed(callOf(number, [messageChange(number, '', { type: 'text' })])),
      signed(callOf(number, [messageChange(number, '16505551234', { type: '__proto__' })])),
      signed(callOf(number, [messageChange(number, '16505551234', { type: 'text', text: 'no object' })]))
    ]
  },
  send: { message: () => outbound(), unreachable: () => account({ graphUrl: 'http://127.0.0.1:9' }) }
})
