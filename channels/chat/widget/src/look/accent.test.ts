import { describe, expect, it } from 'vitest'
import { accentColours, contrastOf } from './accent.ts'

const surfaces = ['#ffffff', '#17191d']
/** A walk through the whole colour cube. */
const steps = [0, 51, 102, 119, 153, 204, 255]
const every = steps.flatMap((red) =>
  steps.flatMap((green) =>
    steps.map((blue) => `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`)
  )
)

describe('accentColours', () => {
  it('computes contrast as WCAG does', () => {
    expect(contrastOf('#000000', '#ffffff')).toBeCloseTo(21, 5)
    expect(contrastOf('#767676', '#ffffff')).toBeCloseTo(4.54, 2)
  })

  it.each(surfaces)('keeps every accent readable on %s', (surface) => {
    for (const accent of every) {
      const { fill, onFill, ink } = accentColours(accent, surface)
      expect(fill).toBe(accent)
      expect(contrastOf(onFill, fill), `text on ${accent}`).toBeGreaterThanOrEqual(4.5)
      expect(contrastOf(ink, surface), `${accent} as text`).toBeGreaterThanOrEqual(4.5)
    }
  })

  it('leaves a colour alone that reads well already', () => {
    expect(accentColours('#0f6b5c', '#ffffff').ink).toBe('#0f6b5c')
  })

  it('falls back to the standard colour when there is none', () => {
    expect(accentColours('red', '#ffffff').fill).toBe('#0f6b5c')
  })
})
