type Rgb = [number, number, number]

export interface AccentColours {
  /** The accent itself, as a fill. */
  fill: string
  /** Text on the fill: white, or black where white is under 4.5 : 1. One of the two always reaches it. */
  onFill: string
  /** The accent as text, line and focus ring on the surface: moved towards black or white until it reads 4.5 : 1. */
  ink: string
}

/** Makes an administrator's colour readable (WCAG 2.2, 1.4.3) on a surface. Colours are `#rrggbb`. */
export function accentColours(accent: string, surface: string): AccentColours {
  const fill = parse(accent) ?? parse('#0f6b5c')!
  const onFill = contrast(fill, white) >= 4.5 ? white : black
  return { fill: write(fill), onFill: write(onFill), ink: write(readableOn(parse(surface)!, fill)) }
}

/** Contrast of two colours, 1 to 21, by WCAG's formula. */
export function contrastOf(a: string, b: string): number {
  return contrast(parse(a)!, parse(b)!)
}

const white: Rgb = [255, 255, 255]
const black: Rgb = [0, 0, 0]

function readableOn(surface: Rgb, colour: Rgb): Rgb {
  const target = luminance(surface) > 0.18 ? black : white
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = colour.map((part, index) => Math.round(part + (target[index]! - part) * share)) as Rgb
    if (contrast(mixed, surface) >= 4.5) return mixed
  }
  return target
}

const contrast = (a: Rgb, b: Rgb): number => {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as Rgb
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function parse(colour: string): Rgb | null {
  const digits = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour)
  return digits ? (digits.slice(1).map((pair) => parseInt(pair, 16)) as Rgb) : null
}

const write = (colour: Rgb): string => `#${colour.map((part) => part.toString(16).padStart(2, '0')).join('')}`
