import { figure3 } from './figure3'
import { table6, table7 } from './inDomain'
import { table8, table9 } from './outOfDomain'
import type { Study, StudyName } from './study'
import { table1 } from './table1'
import { table5 } from './table5'

/** Every study that can be run again. */
export const studies: Readonly<Record<StudyName, Study>> = {
  table1,
  table5,
  table6,
  table7,
  table8,
  table9,
  figure3,
}
