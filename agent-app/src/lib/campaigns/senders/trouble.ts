import type { WordKey } from '../../words.svelte.ts'

const said: readonly [RegExp, WordKey][] = [
  [/\b53[0-9]\b|\b5\.7\.8\b|auth|credential|password|token|\b190\b/i, 'campaignResults.trouble-credentials'],
  [
    /\b4[25]\d\b|\b4\.\d\.\d+\b|rate limit|too many|too fast|come back later/i,
    'campaignResults.trouble-slow'
  ],
  [
    /\bE(CONN\w+|TIMEDOUT|NOTFOUND|HOSTUNREACH|AI_AGAIN|DNS|SOCKET)\b|timed? ?out|refused|unreachable|closed/i,
    'campaignResults.trouble-unreachable'
  ]
]

/** What holds an account up, in plain words; what the far side said stands beside it. */
export const troubleOf = (text: string): WordKey =>
  said.find(([pattern]) => pattern.test(text))?.[1] ?? 'campaignResults.trouble-other'
