import type { Import, ImportPreview } from '@palabre/config/contract/import'
import { eventually, type Answer, type Person } from './house.ts'

/** Sends a file as the wizard does. */
export async function uploadCsv(
  person: Person,
  content: string | Buffer,
  name = 'people.csv'
): Promise<Answer> {
  const form = new FormData()
  form.append('file', new Blob([typeof content === 'string' ? content : new Uint8Array(content)]), name)
  return person.send('POST', '/api/imports', form)
}

/** What the wizard sends when nobody changes anything. */
const startOf = ({ import: one, columns }: ImportPreview, given: Record<string, unknown> = {}) => ({
  version: one.version,
  format: one.format,
  columns,
  into: 'contacts',
  existing: 'fill',
  country: null,
  ...given
})

/** Starts an import with what was guessed, unless said otherwise. */
export const startImport = (
  person: Person,
  preview: ImportPreview,
  given: Record<string, unknown> = {}
): Promise<Answer> => person.post(`/api/imports/${preview.import.id}/start`, startOf(preview, given))

/** The import once it has ended. */
export const importEnded = (person: Person, id: string, ms = 30_000): Promise<Import> =>
  eventually(
    'the end of the import',
    async () => {
      const { body } = await person.get(`/api/imports/${id}`)
      return (body as Import).state === 'running' ? null : (body as Import)
    },
    ms
  )
