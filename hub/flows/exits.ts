import type { FlowNode } from '@palabre/config/contract/flow'

/** Every way out of a node: the path of its field within the node, and where it leads. */
export function exitsOf(node: FlowNode): [path: string, to: string][] {
  switch (node.kind) {
    case 'menu':
      return [
        ...node.choices.map(({ next }, i): [string, string] => [`choices/${String(i)}/next`, next]),
        ['otherwise', node.otherwise]
      ]
    case 'condition':
      return [
        ...node.cases.map(({ next }, i): [string, string] => [`cases/${String(i)}/next`, next]),
        ['otherwise', node.otherwise]
      ]
    case 'collect':
      return [
        ['next', node.next],
        ['otherwise', node.otherwise]
      ]
    case 'lookup':
      return [
        ['next', node.next],
        ['none', node.none],
        ['failed', node.failed]
      ]
    case 'request':
    case 'voicemail':
    case 'callback':
      return [
        ['next', node.next],
        ['failed', node.failed]
      ]
    case 'say':
    case 'play':
    case 'set':
      return [['next', node.next]]
    case 'queue':
    case 'transfer':
      return [['failed', node.failed]]
    case 'hangUp':
      return []
  }
}

/** Nodes that wait for the caller: a circle through one of them ends when the caller does. */
export const waitsForCaller = ({ kind }: FlowNode) => kind === 'menu' || kind === 'collect'

/** Nodes after which the call is over, or somebody's, when all goes well. */
export const ends = ({ kind }: FlowNode) => kind === 'hangUp' || kind === 'queue' || kind === 'transfer'
