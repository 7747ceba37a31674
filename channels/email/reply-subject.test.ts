import { describe, expect, it } from 'vitest'
import { bareSubject, replySubject } from './reply-subject.ts'

describe('subjects of answers', () => {
  it.each([
    ['Your card', 'Re: Your card'],
    ['Re: Your card', 'Re: Your card'],
    ['RE : Votre carte', 'Re: Votre carte'],
    ['TR: RE : Re[2]: Votre carte', 'Re: Votre carte'],
    ['Réf : Votre carte', 'Re: Votre carte'],
    ['AW: WG: Ihre Karte', 'Re: Ihre Karte'],
    ['Fwd: Re: x', 'Re: x'],
    ['Regarding: your card', 'Re: Regarding: your card'],
    ['Re:', 'Re:'],
    ['', 'Re:'],
    ['Re: a\r\nBcc: evil@x.example', 'Re: a Bcc: evil@x.example']
  ])('%j is answered by %j', (subject, answer) => expect(replySubject(subject)).toBe(answer))

  it('knows the bare subject', () => expect(bareSubject('RE : TR: Votre carte')).toBe('Votre carte'))
})
