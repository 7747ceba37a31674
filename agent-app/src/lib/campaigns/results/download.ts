import { address, openStream } from '../../call.ts'
import { exportRecipients, exportResults, type Campaign } from '@palabre/config/contract/campaign'
import { t, words } from '../../words.svelte.ts'
import { Refusal } from '../../call.ts'
import { toasts } from '../../toasts.svelte.ts'
import type { RecipientFilter } from './recipients.ts'

type Of = Pick<Campaign, 'id' | 'name'>

/** CSV streams without end, so the browser takes it by itself. */
const go = (to: string) => window.location.assign(to)

export const summaryAsCsv = ({ id }: Of): void =>
  go(address(exportResults, { params: { id }, query: { format: 'csv', lang: words.locale } }))

export const recipientsAsCsv = ({ id }: Of, { state, domain }: RecipientFilter): void =>
  go(
    address(exportRecipients, { params: { id }, query: { format: 'csv', lang: words.locale, state, domain } })
  )

export const summaryAsWorkbook = ({ id, name }: Of): Promise<void> =>
  keep(`${name} - ${t('campaignResults.sheet-counts')}`, (signal) =>
    openStream(exportResults, { params: { id }, query: { format: 'xlsx', lang: words.locale } }, signal)
  )

/** A workbook may be refused as too large; then CSV is offered in its place. */
export async function recipientsAsWorkbook(campaign: Of, filter: RecipientFilter): Promise<void> {
  const { id, name } = campaign
  await keep(
    `${name} - ${t('campaignResults.sheet-recipients')}`,
    (signal) =>
      openStream(
        exportRecipients,
        { params: { id }, query: { format: 'xlsx', lang: words.locale, ...filter } },
        signal
      ),
    () => recipientsAsCsv(campaign, filter)
  )
}

async function keep(
  name: string,
  open: (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>,
  instead?: () => void
): Promise<void> {
  try {
    const bytes = await new Response(await open(new AbortController().signal)).blob()
    const link = document.createElement('a')
    link.href = URL.createObjectURL(bytes)
    link.download = `${name.replace(/[\\/:*?"<>|]/g, '_')}.xlsx`
    link.click()
    URL.revokeObjectURL(link.href)
  } catch (error) {
    if (instead && error instanceof Refusal && error.name === 'too-large')
      toasts.add(t('campaignResults.export-too-large'), {
        tone: 'warn',
        action: { label: t('campaignResults.export-as-csv'), run: instead }
      })
    else toasts.fail(error)
  }
}
