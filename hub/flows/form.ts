import { Compile } from 'typebox/compile'
import type { TSchema } from 'typebox'
import { FlowContent, flowNodes, type FlowNode, type FlowNodeKind } from '@palabre/config/contract/flow'
import { refuse } from '../refuse.ts'

type Check = ReturnType<typeof Compile>
/** Compiled when the first node of a kind comes. */
const checks = new Map<TSchema, Check>()

function checkOf(schema: TSchema): Check {
  const known = checks.get(schema)
  if (known) return known
  const check = Compile(schema)
  checks.set(schema, check)
  return check
}

/** What is not of the declared form, with its path; of what fits no kind of value once. */
function errorsOf(schema: TSchema, path: string, given: unknown) {
  const check = checkOf(schema)
  if (check.Check(given)) return []
  const errors = check
    .Errors(given)
    .map(({ instancePath, message }) => [path + instancePath, message] as const)
  return [...new Map(errors)].map(([at, message]) => ({ path: at.replace(/^\//, ''), message }))
}

/** Nodes that are not of the form of their kind. */
export const wrongNodes = (nodes: readonly FlowNode[]) =>
  nodes.flatMap((node) => {
    const schema = Object.hasOwn(flowNodes, node.kind) ? flowNodes[node.kind as FlowNodeKind] : null
    return schema
      ? errorsOf(schema, `nodes/${node.id}`, node)
      : [{ path: `nodes/${node.id}/kind`, message: 'is no kind' }]
  })

/** Refuses `invalid-input` when nodes are not of the form of their kind. */
export function checkNodes(nodes: readonly FlowNode[] | undefined) {
  const wrong = wrongNodes(nodes ?? [])
  if (wrong.length > 0) refuse('invalid-input', undefined, wrong.slice(0, 50))
}

/** What is wrong with the form of something that should be a flow. */
export function wrongForm(given: unknown): { path: string; message: string }[] {
  const wrong = errorsOf(FlowContent, '', given)
  return wrong.length > 0 ? wrong : wrongNodes((given as FlowContent).nodes)
}
