/** One question to the X API, asked in the name of the account. */
export interface Question {
  method: 'GET' | 'POST'
  /** As X documents it (`/2/users/:id/mentions`): its limits are counted by it. */
  endpoint: string
  /** What stands in for `:id` and the like. */
  params?: Record<string, string>
  query?: Record<string, string>
  json?: object
  ms?: number
  signal?: AbortSignal | undefined
}

/** All that the channel needs of a library for X; another one takes its place behind this. */
export interface XPort {
  /** The JSON of the answer; undefined for an empty one. Nothing is asked before a known limit is over. Throws ChannelError. */
  ask(question: Question): Promise<unknown>
}

export const pathOf = ({ endpoint, params = {} }: Pick<Question, 'endpoint' | 'params'>): string =>
  endpoint.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
