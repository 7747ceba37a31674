import { Type, type Static, type TProperties } from 'typebox'
import { Compile } from 'typebox/compile'
import { MetaError } from '../meta/failure.ts'

/** Something that Meta may leave out, and may say more of than is known here. */
const maybe = <P extends TProperties>(properties: P) => Type.Optional(Type.Object(properties))
const text = Type.Optional(Type.String())
const errors = Type.Optional(Type.Array(MetaError))

const Media = maybe({
  id: Type.String({ minLength: 1, maxLength: 200 }),
  mime_type: text,
  caption: text,
  filename: text,
  voice: Type.Optional(Type.Boolean())
})

const Card = Type.Object({
  name: maybe({ formatted_name: text }),
  org: maybe({ company: text }),
  phones: Type.Optional(Type.Array(Type.Object({ phone: text, wa_id: text }))),
  emails: Type.Optional(Type.Array(Type.Object({ email: text })))
})

const content = {
  text: maybe({ body: Type.String() }),
  image: Media,
  audio: Media,
  video: Media,
  document: Media,
  sticker: Media,
  location: maybe({ latitude: Type.Number(), longitude: Type.Number(), name: text, address: text }),
  contacts: Type.Optional(Type.Array(Card)),
  interactive: maybe({
    type: text,
    button_reply: maybe({ id: text, title: Type.String() }),
    list_reply: maybe({ id: text, title: Type.String(), description: text }),
    nfm_reply: maybe({ body: text, response_json: text })
  }),
  button: maybe({ text: Type.String(), payload: text }),
  reaction: maybe({ message_id: Type.String(), emoji: text }),
  order: maybe({
    text,
    product_items: Type.Optional(
      Type.Array(Type.Object({ product_retailer_id: text, quantity: Type.Optional(Type.Number()) }))
    )
  }),
  system: maybe({ body: text }),
  revoke: maybe({ original_message_id: Type.String() }),
  errors
}

/** One message of a customer (Cloud API, "messages webhook reference"). */
const Message = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 500 }),
  from: text,
  from_user_id: text,
  timestamp: Type.String({ pattern: '^\\d{1,11}$' }),
  type: Type.String({ maxLength: 100 }),
  context: maybe({ id: text }),
  ...content,
  edit: maybe({
    original_message_id: Type.String(),
    message: maybe({ type: text, ...content })
  })
})
export type WhatsappMessage = Static<typeof Message>
/** What a message says, apart from who said it and when. */
export type Content = Omit<WhatsappMessage, 'id' | 'from' | 'from_user_id' | 'timestamp' | 'context' | 'edit'>

/** What became of a message of ours. */
const Status = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 500 }),
  status: Type.String(),
  timestamp: Type.Optional(Type.String({ pattern: '^\\d{1,11}$' })),
  biz_opaque_callback_data: text,
  errors
})
export type WhatsappStatus = Static<typeof Status>

const Value = Type.Object({
  metadata: Type.Object({ phone_number_id: Type.String({ minLength: 1, maxLength: 50 }) }),
  contacts: Type.Optional(
    Type.Array(Type.Object({ profile: maybe({ name: text }), wa_id: text, user_id: text }))
  ),
  messages: Type.Optional(Type.Array(Type.Unknown())),
  statuses: Type.Optional(Type.Array(Type.Unknown())),
  errors
})
export type WhatsappValue = Static<typeof Value>

/** One call: many entries, each with many changes, each with many messages. Changes of other fields are let be. */
const Call = Type.Object({
  object: Type.Literal('whatsapp_business_account'),
  entry: Type.Array(
    Type.Object({
      /** The business account. */
      id: text,
      changes: Type.Array(Type.Object({ field: Type.String(), value: Type.Unknown() }))
    })
  )
})
export type WhatsappEntry = Static<typeof Call>['entry'][number]

export const isCall = Compile(Call)
export const isValue = Compile(Value)
export const isMessage = Compile(Message)
export const isStatus = Compile(Status)
