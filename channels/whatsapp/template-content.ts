import { ChannelError, type FilledTemplate } from '../channel.ts'
import { mediaOf, type Uploaded } from './media.ts'

type Values = FilledTemplate['values']

/** A file that Meta fetches by itself. */
interface LinkedFile {
  kind: 'image' | 'video' | 'document'
  link: string
}

/** A template with its blanks filled, as Meta takes it. What has no blank is not spoken of. */
export function templateContent(
  { name, language, values }: FilledTemplate,
  files: Uploaded[],
  linked?: LinkedFile
) {
  const [file, ...more] = files
  if (more.length > 0) throw new ChannelError('refused', 'A template carries one file at most.')
  const header = linked
    ? [{ type: linked.kind, [linked.kind]: { link: linked.link } }]
    : file
      ? [headerFile(file)]
      : textsOf('header', values)
  const body = textsOf('body', values)
  const components = [
    ...(header.length > 0 ? [{ type: 'header', parameters: header }] : []),
    ...(body.length > 0 ? [{ type: 'body', parameters: body }] : []),
    ...buttonsOf(values)
  ]
  return {
    type: 'template',
    template: { name, language: { code: language }, ...(components.length > 0 && { components }) }
  }
}

function headerFile(file: Uploaded) {
  if (file.kind === 'audio') throw new ChannelError('refused', 'A template cannot begin with a sound.')
  return { type: file.kind, [file.kind]: mediaOf(file) }
}

/** What is filled into one part: by number in their order, or by name. */
function textsOf(part: 'header' | 'body', values: Values) {
  return Object.entries(values)
    .filter(([key]) => key.startsWith(`${part}.`))
    .map(([key, text]) => ({ blank: key.slice(part.length + 1), text }))
    .sort((a, b) => Number(a.blank) - Number(b.blank) || 0)
    .map(({ blank, text }) => ({
      type: 'text',
      ...(!/^\d+$/.test(blank) && { parameter_name: blank }),
      text
    }))
}

/** `button.0.1` is the end of an address, `button.0.code` what is copied. Replies say their own words. */
const buttonsOf = (values: Values) =>
  Object.entries(values).flatMap(([key, text]) => {
    const [, index, blank] = /^button\.(\d+)\.(\w+)$/.exec(key) ?? []
    if (index === undefined) return []
    return blank === 'code'
      ? [button('copy_code', index, { type: 'coupon_code', coupon_code: text })]
      : [button('url', index, { type: 'text', text })]
  })

const button = (kind: 'copy_code' | 'url', index: string, parameter: Record<string, string>) => ({
  type: 'button',
  sub_type: kind,
  index,
  parameters: [parameter]
})
