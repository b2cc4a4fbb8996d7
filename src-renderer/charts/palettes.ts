/** An RGB colour, each part between 0 and 255. */
export type Rgb = readonly [red: number, green: number, blue: number]

export function parseHex(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}

export function cssColour([red, green, blue]: Rgb): string {
  return `rgb(${Math.round(red)}, ${Math.round(green)}, ${Math.round(blue)})`
}

/** The colour at `position` (0 to 1, clamped) of evenly spaced stops, linear in RGB between two stops. */
export function colourAt(stops: readonly Rgb[], position: number): Rgb {
  const place = Math.min(1, Math.max(0, position)) * (stops.length - 1)
  const lower = Math.min(Math.floor(place), stops.length - 2)
  const share = place - lower
  const [from, to] = [stops[lower], stops[lower + 1]]
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ]
}

/** Blue-white-orange for signed amounts; ends are dark, for a light ground. */
export const divergingOnLight: readonly Rgb[] = [
  '#08408a',
  '#2f7cc4',
  '#a3cbea',
  '#ffffff',
  '#fbc48f',
  '#e07b1f',
  '#9c4204',
].map(parseHex)

/**
 * The same hues for a dark ground: zero is the ground and strong shifts are bright, so that in both themes what is
 * strong stands out and what is nothing does not.
 */
export const divergingOnDark: readonly Rgb[] = [
  '#9ccbff',
  '#4f95e8',
  '#2c4d78',
  '#1b1f26',
  '#6e4823',
  '#e08a34',
  '#ffc27d',
].map(parseHex)

/** Viridis (matplotlib, CC0), ten even stops. */
export const viridis: readonly Rgb[] = [
  '#440154',
  '#482878',
  '#3e4989',
  '#31688e',
  '#26828e',
  '#1f9e89',
  '#35b779',
  '#6ece58',
  '#b5de2b',
  '#fde725',
].map(parseHex)

/** Okabe and Ito's colours for categories, told apart with every common colour vision. */
export const okabeIto: readonly string[] = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#d55e00',
  '#56b4e9',
  '#cc79a7',
  '#f0e442',
  '#000000',
]

/**
 * Colour of a signed amount on limits −`limit` … +`limit`: zero is the middle stop (white), beyond the limits the end
 * colours stay.
 */
export function divergingColour(stops: readonly Rgb[], value: number, limit: number): Rgb {
  return colourAt(stops, 0.5 + value / (2 * limit))
}

/** Colour of a count on a logarithmic scale from `smallest` to `largest`. */
export function logColour(stops: readonly Rgb[], value: number, smallest: number, largest: number): Rgb {
  const [low, high] = [Math.log(Math.max(1, smallest)), Math.log(Math.max(1, largest))]
  return colourAt(stops, high > low ? (Math.log(Math.max(1, value)) - low) / (high - low) : 1)
}
