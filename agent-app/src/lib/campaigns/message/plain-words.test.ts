import { expect, it } from 'vitest'
import { plainWords } from './plain-words.ts'

it('makes words of a document, with its links and its Liquid', () => {
  expect(
    plainWords(`<mjml>
  <mj-head><mj-title>No</mj-title><mj-style>.x { color: red }</mj-style></mj-head>
  <mj-body><!-- no -->
    <mj-section><mj-column>
      <mj-text><h1>Good   day {{ contact.first_name | default: "<you>" }}</h1>
        <p>Fish &amp; chips,<br/>each &lt; 5 €</p><ul><li>one</li><li>two</li></ul></mj-text>
      <mj-button background-color="#000" href="https://a.example/?x={{ contact.id }}">Have <b>a look</b></mj-button>
      <mj-image src="https://a.example/b.png" alt="A boat" />
      <mj-text><a href="{{ unsubscribe_url }}">Unsubscribe</a></mj-text>
    </mj-column></mj-section>
  </mj-body></mjml>`)
  ).toBe(
    [
      'Good day {{ contact.first_name | default: "<you>" }}',
      'Fish & chips,\neach < 5 €',
      '- one\n- two',
      'Have a look (https://a.example/?x={{ contact.id }})',
      'A boat',
      'Unsubscribe ({{ unsubscribe_url }})'
    ].join('\n\n')
  )
})
