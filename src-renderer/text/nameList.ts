import { formatCount } from '../format/numbers'

export const nameListText = {
  more: (count: number) => `and ${formatCount(count)} more`,
  fewer: 'Show fewer',
}
