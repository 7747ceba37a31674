import { FlowModel, FlowVersionModel, type FlowDoc, type FlowVersionDoc } from './flow.model.ts'
import { namedIn, type NamedNoun } from './named.ts'

/** How many flows in use name a record, in the draft or in the version that calls go through. */
export async function flowsNaming(noun: NamedNoun, id: string): Promise<number> {
  const drafts = (await FlowModel.find(
    { archived: false },
    { nodes: 1, published: 1 }
  ).lean()) as unknown as Pick<FlowDoc, '_id' | 'nodes' | 'published'>[]
  const newest = drafts.flatMap(({ _id, published }) =>
    published ? [{ flowId: _id, number: published.number }] : []
  )
  const versions =
    newest.length === 0
      ? []
      : ((await FlowVersionModel.find({ $or: newest }, { content: 1 }).lean()) as Pick<
          FlowVersionDoc,
          'content'
        >[])
  return [...drafts, ...versions.map(({ content }) => content)].filter((flow) =>
    namedIn(flow)[noun].includes(id)
  ).length
}
