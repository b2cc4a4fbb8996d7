/** `1 guide`, `2,048 guides`: a number with its noun, for messages. */
export function counted(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`
}
