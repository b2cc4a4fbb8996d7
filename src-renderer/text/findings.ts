import type { Finding } from '@contract/inspection'

export const severitiesShown: Record<Finding['severity'], string> = {
  blocking: 'Must be solved',
  attention: 'Look at this',
  note: 'Good to know',
}
