import type { FlowContent, FlowNode } from '@palabre/config/contract/flow'
import { ends, exitsOf, waitsForCaller } from './exits.ts'
import type { Report } from './check.ts'

/** What is wrong with how nodes lead to each other. */
export function checkGraph({ nodes, start, atFault }: FlowContent, report: Report) {
  const known = new Map(nodes.map((node) => [node.id, node]))
  const lead = (path: string, to: string) => {
    if (to === '') report(path, 'missing-exit', 'It leads nowhere')
    else if (!known.has(to)) report(path, 'unknown-node', `There is no node ${to}`)
  }
  nodes.forEach(({ id }, i) => {
    if (nodes.findIndex((other) => other.id === id) !== i)
      report(`nodes/${id}/id`, 'same-id', 'Another node has this id')
  })
  lead('start', start)
  lead('atFault', atFault)
  for (const node of nodes) for (const [path, to] of exitsOf(node)) lead(`nodes/${node.id}/${path}`, to)

  const next = (node: FlowNode) => exitsOf(node).flatMap(([, to]) => known.get(to) ?? [])
  const reached = reach(
    [start, atFault].flatMap((id) => known.get(id) ?? []),
    next
  )
  for (const node of nodes)
    if (!reached.has(node)) report(`nodes/${node.id}`, 'unreachable', 'No way leads to it')

  for (const node of circle(nodes, next))
    report(`nodes/${node.id}`, 'loop', 'A circle without a question to the caller goes through it')

  const before = new Map<FlowNode, FlowNode[]>()
  for (const node of nodes) for (const to of next(node)) before.set(to, [...(before.get(to) ?? []), node])
  const ending = reach(nodes.filter(ends), (node) => before.get(node) ?? [])
  for (const node of nodes)
    if (!ending.has(node)) report(`nodes/${node.id}`, 'no-end', 'No way leads from it to an end of the flow')
}

function reach(from: FlowNode[], next: (node: FlowNode) => FlowNode[]): Set<FlowNode> {
  const seen = new Set(from)
  const open = [...from]
  for (let node = open.pop(); node; node = open.pop())
    for (const to of next(node)) {
      if (seen.has(to)) continue
      seen.add(to)
      open.push(to)
    }
  return seen
}

/** Nodes on circles in which nobody is asked: what is left when nodes without a way on, or back, are taken away. */
function circle(nodes: readonly FlowNode[], next: (node: FlowNode) => FlowNode[]): FlowNode[] {
  let left = new Set(nodes.filter((node) => !waitsForCaller(node)))
  for (;;) {
    const led = new Set([...left].flatMap(next))
    const kept = new Set([...left].filter((node) => led.has(node) && next(node).some((to) => left.has(to))))
    if (kept.size === left.size) return [...kept]
    left = kept
  }
}
