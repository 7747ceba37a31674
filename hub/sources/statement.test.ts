import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { placed, readStatement } from './statement.ts'

const read = (query: string) => {
  const statement = readStatement(query)
  return typeof statement === 'string'
    ? null
    : { sql: placed(statement, (n) => `$${String(n)}`), names: statement.names }
}

describe('a query', () => {
  it.each([
    ['SELECT 1', 'SELECT 1', []],
    [' select a from t where b = :b; ', 'select a from t where b =  $1 ', ['b']],
    ['SELECT :a, :b, :a', 'SELECT  $1 ,  $2 ,  $3 ', ['a', 'b', 'a']],
    ["SELECT ':a', \":b\", `:c`, 'it''s :d'", "SELECT ':a', \":b\", `:c`, 'it''s :d'", []],
    ['SELECT :id::text', 'SELECT  $1 ::text', ['id']],
    ['SELECT a[1:2] FROM t', 'SELECT a[1:2] FROM t', []],
    ['WITH x AS (SELECT 1) SELECT * FROM x', 'WITH x AS (SELECT 1) SELECT * FROM x', []],
    ["SELECT updated, 'delete' FROM t", "SELECT updated, 'delete' FROM t", []],
    ["SELECT a #>> '{b}' FROM t", "SELECT a #>> '{b}' FROM t", []]
  ])('%s is taken', (query, sql, names) => expect(read(query)).toEqual({ sql, names }))

  it.each([
    'DELETE FROM t',
    'SELECT 1; SELECT 2',
    'SELECT 1; -- ',
    'SELECT 1 -- x',
    'SELECT 1 /* x */',
    'SELECT /*!50000 1 */',
    'SELECT 1 # x',
    'SELECT ?',
    "SELECT 'why?'",
    "SELECT 'a\\'b'",
    "SELECT 'open",
    'SELECT $$x$$',
    'SELECT * INTO u FROM t',
    "SELECT 1 INTO OUTFILE '/tmp/x'",
    'WITH x AS (DELETE FROM t RETURNING 1) SELECT * FROM x',
    'SELECT * FROM t FOR UPDATE',
    'SELECT `;`',
    "SELECT ';'",
    'SELECT "--"',
    '',
    'EXPLAIN SELECT 1'
  ])('%s is refused', (query) => expect(read(query)).toBeNull())

  it('never holds a value, and has a place for each name', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 40, unit: fc.constantFrom(...':a\'"`?;-/*\\ $#[]1\n'.split('')) }),
        (rest) => {
          const statement = readStatement(`SELECT ${rest}`)
          if (typeof statement === 'string') return
          let places = 0
          const sql = placed(statement, () => `<${String(++places)}>`)
          expect(places).toBe(statement.names.length)
          expect(sql).not.toMatch(/\?|;|\\|--|\/\*/)
        }
      )
    )
  })
})
