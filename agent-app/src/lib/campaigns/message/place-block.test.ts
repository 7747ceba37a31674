import { describe, expect, it } from 'vitest'
import { placeForBlock } from './place-block.ts'

const mjml = `<mjml>
  <mj-head><mj-title>x</mj-title></mj-head>
  <mj-body>
    <mj-section><mj-column><mj-text>one</mj-text></mj-column></mj-section>
    <!-- <mj-section> -->
    <mj-wrapper><mj-section><mj-column /></mj-section></mj-wrapper>
  </mj-body>
</mjml>`
const put = (caret: number) => {
  const place = placeForBlock(mjml, caret)
  if (!place) throw new Error('There is no place')
  return mjml.slice(0, place.at) + place.put('<B />') + mjml.slice(place.at)
}

describe('a block of the library', () => {
  it('goes behind the part in which the caret stands, never into it', () => {
    expect(put(mjml.indexOf('one'))).toContain('</mj-section>\n    <B />\n    <!--')
    expect(put(mjml.indexOf('<mj-column />'))).toContain('</mj-wrapper>\n    <B />\n  </mj-body>')
  })
  it('goes to the beginning from the head, and to the end from behind the body', () => {
    expect(put(mjml.indexOf('mj-title'))).toContain('<mj-body>\n    <B />\n    <mj-section>')
    expect(put(mjml.length)).toContain('</mj-wrapper>\n    <B />\n  </mj-body>')
  })
  it('has no place where there is no body, or a part is not closed', () => {
    expect(placeForBlock('Hello', 2)).toBeNull()
    expect(placeForBlock('<mj-body><mj-section></mj-body>', 2)).toBeNull()
  })
})
