import type { Contact } from '@palabre/config/contract/contact'
import type { Interaction } from '@palabre/config/contract/interaction'
import { startApiHub, type ApiHub } from '../simulators/api-hub.ts'
import type { WritesItself } from '../simulators/api-hub/asked.ts'
import { contactAnswers } from '../simulators/api-hub/contacts.ts'
import {
  addInteraction,
  addMessage,
  contactOf,
  deskAnswers,
  furnishDesk
} from '../simulators/api-hub/desk.ts'
import { meOf } from '../simulators/api-hub/world.ts'

export interface ContactsWorld {
  hub: ApiHub
  /** Whose conversation is open, and who may be the same person. */
  amina: Contact
  twin: Contact
  /** Somebody else, who has an address that Amina might be given. */
  stranger: Contact
  talk: Interaction
  /** Of the stranger, who has no picture. */
  quiet: Interaction
}

const face = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64'
)
const showFace: WritesItself = (_, response) => {
  response.writeHead(200, { 'content-type': 'image/png' }).end(face)
}
const noFace: WritesItself = (_, response) => {
  response.writeHead(204).end()
}

/** A desk with one conversation, whose contact has a double. */
export async function openContactsWorld(): Promise<ContactsWorld> {
  const amina = contactOf('Amina Diallo', {
    company: 'Banque du Sahel',
    notes: 'Prefers mornings.',
    attributes: { tier: 'gold', city: 'Dakar' },
    points: [
      { kind: 'email', value: 'amina.diallo@sahel.example', verified: true },
      { kind: 'phone', value: '+221771234567', verified: false },
      { kind: 'visitor', value: 'anonymous:5a7b1c2d-1111-4222-8333-1234567890ab', verified: true }
    ]
  })
  const twin = contactOf('A. Diallo', {
    company: 'Sahel Bank',
    notes: 'Wrote about the roof.',
    attributes: { tier: 'silver', since: '2019' },
    doNotCall: true,
    points: [{ kind: 'whatsapp', value: '221771234567', verified: true }]
  })
  const stranger = contactOf('Moussa Ba', {
    points: [{ kind: 'email', value: 'moussa@sahel.example', verified: true }]
  })
  const hub = await startApiHub({
    answers: {
      ...deskAnswers,
      ...contactAnswers(() => [
        {
          id: amina.id,
          likeness: {
            contact: twin,
            reasons: [{ code: 'same-number', value: '+221771234567' }],
            confidence: 'certain'
          }
        }
      ]),
      'contact.picture': ({ params }) => (params['id'] === amina.id ? showFace : noFace)
    },
    ...(process.env['APP_BUILD'] ? { build: process.env['APP_BUILD'] } : {})
  })
  furnishDesk(hub.world)
  hub.world.me = meOf(hub.world, hub.world.users[0]!)
  const talk = addInteraction(hub.world, amina)
  addMessage(hub.world, talk, { text: 'Bonjour, ma carte est bloquée' })
  const quiet = addInteraction(hub.world, stranger)
  hub.world.contacts.push(twin)
  return { hub, amina, twin, stranger, talk, quiet }
}
