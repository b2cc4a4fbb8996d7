/**
 * Shortest decimal text that reads back as the same 32-bit number: `0.1`, not `0.10000000149011612`. Equal numbers
 * give equal texts on every machine.
 */
export function numberText(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits))
    if (Math.fround(rounded) === value) return String(rounded)
  }
  return String(Number(value.toPrecision(9)))
}
