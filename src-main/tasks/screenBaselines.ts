import type { Baselines, IcaTables } from '@contract/baselines'
import { adviseRow } from '../evaluation/advice'
import { baselineRows, componentNames, type BaselineOptions } from '../evaluation/baselineRows'
import { icaDefaults, type IcaBaseline } from '../evaluation/icaBaseline'
import type { LongWork } from '../screen/longWork'
import type { PreparedScreen } from '../screen/screen'
import { writeBaselines } from '../workspace/baselinesFile'

/** Six digits: what a table says of a measurement, in a third of the bytes. */
const digits = 6

function numbersOf(values: ArrayLike<number>): number[] {
  return Array.from(values, (value) => Number(value.toPrecision(digits)))
}

function icaTables(ica: IcaBaseline): IcaTables {
  const { falseDiscoveryRate, effectFloor } = icaDefaults
  return {
    falseDiscoveryRate,
    effectFloor,
    components: componentNames(ica),
    shifts: numbersOf(ica.shifts.values),
    adjustedP: numbersOf(ica.adjustedP.values),
    edges: Array.from(ica.graph.edges),
    geneScores: numbersOf(ica.geneScores.values),
  }
}

/** Computes the simple rows of a prepared screen and writes `baselines.json`. */
export async function computeBaselines(
  directory: string,
  screen: PreparedScreen,
  { components, compareWithin, ...about }: BaselineOptions & Pick<Baselines, 'screenSha256' | 'holdOut'>,
  work: LongWork,
): Promise<void> {
  const { rows, ica } = await baselineRows(screen, { components, compareWithin }, work)
  await writeBaselines(directory, {
    schemaVersion: 1,
    ...about,
    createdAt: new Date().toISOString(),
    components,
    compareWithin: [...compareWithin],
    rows,
    advice: ica && adviseRow(screen),
    ica: ica && icaTables(ica),
  })
}
