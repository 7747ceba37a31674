import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { ChannelError, type MessageTemplate } from '../channel.ts'
import { ask } from '../meta/graph.ts'
import { limits } from './limits.ts'
import { readTemplate } from './read-template.ts'
import { graphOf, settingsOf, type WhatsappAccount } from './settings.ts'

const Page = Type.Object({
  data: Type.Array(Type.Unknown()),
  paging: Type.Optional(
    Type.Object({
      cursors: Type.Optional(Type.Object({ after: Type.Optional(Type.String()) })),
      next: Type.Optional(Type.String())
    })
  )
})

const fields = 'id,name,language,status,category,components,rejected_reason,parameter_format'

/** All templates of the account's business account, page by page; all or none. Throws ChannelError. */
export async function templates(account: WhatsappAccount, signal: AbortSignal): Promise<MessageTemplate[]> {
  const { wabaId } = settingsOf(account)
  const byId = new Map<string, MessageTemplate>()
  let after: string | undefined
  for (let page = 0; page < limits.templatePages; page++) {
    // The cursor is taken, not the address of the next page: that one has the token in it.
    const answer = await ask(graphOf(account), `${wabaId}/message_templates`, {
      query: { fields, limit: String(limits.templatesPage), ...(after !== undefined && { after }) },
      signal
    })
    if (!Value.Check(Page, answer))
      throw new ChannelError('unreachable', 'Meta’s list of templates cannot be read.')
    for (const one of answer.data) {
      const template = readTemplate(one)
      if (template) byId.set(template.externalId, template)
    }
    const last = after
    after = answer.paging?.next === undefined ? undefined : answer.paging.cursors?.after
    if (after === undefined || after === last) return [...byId.values()]
  }
  throw new ChannelError('refused', 'Meta’s list of templates has no end.')
}
