import { expect, it } from 'vitest'
import { csvOf } from './csv.ts'

it('writes what is seen, and nothing that a spreadsheet would calculate', () => {
  const rows = [
    ['Queue', 'Waiting', 'Level'],
    ['Cards, "gold"', 3, 0.5],
    ['=HYPERLINK("http://x")', -1, null],
    ['+1', 0, 0],
    ['-1', 0, 0],
    ['@sum', 0, 0],
    ['\tx', 0, 0],
    ['\rx', 0, 0],
    ['l’eau', 0, 0]
  ]
  expect(csvOf(rows)).toBe(
    [
      '\ufeffQueue,Waiting,Level',
      '"Cards, ""gold""",3,0.5',
      '"\'=HYPERLINK(""http://x"")",-1,',
      "'+1,0,0",
      "'-1,0,0",
      "'@sum,0,0",
      "'\tx,0,0",
      '"\'\rx",0,0',
      'l’eau,0,0',
      ''
    ].join('\r\n')
  )
})
