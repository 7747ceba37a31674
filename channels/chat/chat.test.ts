import { readFileSync } from 'node:fs'
import { channelContract } from '../channel-contract.ts'
import type { VisitorClaim } from '../channel.ts'
import { chatAccount } from './fixtures/account.ts'
import { chat } from './index.ts'

const recorded = JSON.parse(readFileSync(new URL('fixtures/identity.json', import.meta.url), 'utf8')) as {
  secret: string
  claim: VisitorClaim
}

channelContract(chat, {
  account: () =>
    chatAccount({
      identitySecret: recorded.secret,
      origins: ['https://www.bank.example', 'https://*.bank.example']
    }),
  visitor: {
    claim: recorded.claim,
    now: new Date(recorded.claim.issuedAt * 1000),
    admitted: 'https://www.bank.example',
    foreign: 'https://www.bank.example.evil.example'
  }
})
