import { ShiftscopeError } from '@contract/errors'
import { splitNames, type SplitName } from '@contract/reports'
import type { Group } from 'h5wasm/node'
import type { LongWork } from '../screen/longWork'
import { controlCell, controlName, type Covariate, type PreparedScreen, type Screen } from '../screen/screen'
import { readTruth, truthParts } from './groundTruthParts'
import { readNumbers, readTexts } from './hdf5/arrays'
import { readDataframe, type Dataframe } from './hdf5/dataframe'
import { findGroup, requireDataset, requireGroup } from './hdf5/nodes'
import { readHdf5 } from './hdf5/openHdf5'
import { inconsistent, readCounts, readScalar } from './hdf5/readAnndata'
import { writeAnndata, type AnndataColumn, type AnndataContent, type AnndataTree } from './hdf5/writeAnndata'

/** Version of what Shiftscope keeps in `uns/shiftscope`. */
const formatVersion = 1

/** What a file of ours holds; each kind holds all that the one before it does. */
const fileKinds = ['screen', 'prepared', 'results'] as const
export type FileKind = (typeof fileKinds)[number]

/**
 * Writes a screen as h5ad: counts in X, one row a cell. `obs` has the columns `perturbation` (control cells are
 * `control`), `guides`, `split` where the screen is prepared, and the covariates; `var` has `symbol`. What these do
 * not say exactly is in `uns/shiftscope`, so that reading gives back the same screen; the truth of a simulated screen is
 * where `truthParts` says.
 * @throws errors with a system `code` when the disk fails; the signal's reason when cancelled
 */
export async function writeScreen(
  path: string,
  screen: Screen | PreparedScreen,
  work: LongWork = {},
): Promise<void> {
  await writeAnndata(path, screenContent(screen, isPrepared(screen) ? 'prepared' : 'screen'), work)
}

/**
 * Reads the screen of a file that Shiftscope wrote, of any kind.
 * @throws ShiftscopeError `screenFile/foreign`, `screenFile/newer`, `screenFile/inconsistent` and those of `readHdf5`
 */
export async function readScreen(path: string): Promise<Screen> {
  return readHdf5(path, (file) => {
    requireKind(file, path, 'screen')
    return screenFrom(file)
  })
}

/**
 * Reads a prepared screen (also that of a results file).
 * @throws ShiftscopeError as `readScreen`; `screenFile/notPrepared`
 */
export async function readPreparedScreen(path: string): Promise<PreparedScreen> {
  return readHdf5(path, (file) => {
    requireKind(file, path, 'prepared')
    return preparedScreenFrom(file)
  })
}

function isPrepared(screen: Screen | PreparedScreen): screen is PreparedScreen {
  return 'splitOfCell' in screen
}

/** The parts of an h5ad file that hold a screen. */
export function screenContent(screen: Screen | PreparedScreen, kind: FileKind): AnndataContent {
  const columns = new Map<string, AnndataColumn>([
    [
      'perturbation',
      Array.from(screen.perturbationOfCell, (perturbation) =>
        perturbation === controlCell ? controlName : screen.perturbations[perturbation],
      ),
    ],
    ['guides', screen.guidesOfCell],
  ])
  if (isPrepared(screen)) columns.set('split', screen.splitOfCell)
  const covariates = addCovariates(columns, screen.covariates)
  const truth = screen.truth && truthParts({ truth: screen.truth, perturbations: screen.perturbations })
  return {
    counts: screen.counts,
    obs: { index: screen.barcodes, columns },
    var: { index: screen.genes.ids, columns: new Map([['symbol', screen.genes.symbols]]) },
    obsm: truth?.obsm ?? {},
    varm: truth?.varm ?? {},
    uns: {
      ...truth?.uns,
      shiftscope: {
        format_version: formatVersion,
        kind,
        perturbations: screen.perturbations,
        perturbation_of_cell: {
          shape: [screen.perturbationOfCell.length],
          values: screen.perturbationOfCell,
        },
        covariates,
        ...(isPrepared(screen)
          ? { held_out: { shape: [screen.heldOut.length], values: Uint8Array.from(screen.heldOut, Number) } }
          : {}),
      },
    },
  }
}

/**
 * Adds the covariates as columns, under names that HDF5 allows and that no other column has; missing texts are empty.
 * @returns for each column its covariate's name, and its levels where it is text
 */
function addCovariates(columns: Map<string, AnndataColumn>, covariates: Screen['covariates']): AnndataTree {
  const tree: Record<string, AnndataTree> = {}
  for (const [name, covariate] of Object.entries(covariates)) {
    const column = freeColumnName(name, columns)
    if (covariate.kind === 'number') {
      columns.set(column, covariate.values)
      tree[column] = { name }
    } else {
      const { levels, codes } = covariate
      columns.set(
        column,
        Array.from(codes, (code) => (code < 0 ? '' : levels[code])),
      )
      tree[column] = { name, levels }
    }
  }
  return tree
}

function freeColumnName(name: string, columns: ReadonlyMap<string, unknown>): string {
  const allowed = name.replaceAll('/', '_').replace(/^(?:_index|__categories|\.*)$/, 'column')
  let free = allowed
  for (let number = 2; columns.has(free); number++) free = `${allowed}_${number}`
  return free
}

/** @throws ShiftscopeError when the file is not ours, newer, or of a kind that holds less */
export function requireKind(root: Group, path: string, least: FileKind): void {
  const group = findGroup(root, 'uns/shiftscope')
  const version = group ? readScalar(group, 'format_version') : null
  const kind = fileKinds.find((known) => known === (group ? readScalar(group, 'kind') : null))
  if (typeof version !== 'number') {
    throw new ShiftscopeError({
      code: 'screenFile/foreign',
      message: 'The file was not written by Shiftscope.',
      where: path,
      hint: 'To use the counts of another program, choose the file in step 1 of a project.',
    })
  }
  if (version > formatVersion || kind === undefined) {
    throw new ShiftscopeError({
      code: 'screenFile/newer',
      message: `The file was written by a newer Shiftscope (format ${version}; this one reads ${formatVersion}).`,
      where: path,
      hint: 'Update Shiftscope, or prepare the screen again with this version.',
    })
  }
  if (fileKinds.indexOf(kind) < fileKinds.indexOf(least)) {
    throw new ShiftscopeError({
      code: least === 'results' ? 'screenFile/notResults' : 'screenFile/notPrepared',
      message: `The file holds ${kind === 'screen' ? 'an imported' : 'a prepared'} screen and no more.`,
      where: path,
      hint: least === 'results' ? 'Train a model first.' : 'Prepare the screen first.',
    })
  }
}

function screenFrom(root: Group): Screen {
  return screenWith(root, readDataframe(requireGroup(root, 'obs')))
}

/** Reads the prepared screen below the root of an open file of kind `prepared` or `results`. */
export function preparedScreenFrom(root: Group): PreparedScreen {
  const obs = readDataframe(requireGroup(root, 'obs'))
  const screen = screenWith(root, obs)
  const heldOut = Array.from(
    readNumbers(requireDataset(root, 'uns/shiftscope/held_out')),
    (flag) => flag !== 0,
  )
  const splitOfCell = textsOf(obs, 'split').map((text): SplitName => {
    const split = splitNames.find((name) => name === text)
    if (split === undefined) throw inconsistent('obs/split')
    return split
  })
  if (heldOut.length !== screen.perturbations.length) throw inconsistent('uns/shiftscope/held_out')
  return { ...screen, splitOfCell, heldOut }
}

function screenWith(root: Group, obs: Dataframe): Screen {
  const variables = readDataframe(requireGroup(root, 'var'))
  const ours = requireGroup(root, 'uns/shiftscope')
  const counts = readCounts(root)
  const perturbationOfCell = Int32Array.from(readNumbers(requireDataset(ours, 'perturbation_of_cell')))
  if (obs.index.length !== counts.cells || perturbationOfCell.length !== counts.cells) {
    throw inconsistent('obs')
  }
  if (variables.index.length !== counts.genes) throw inconsistent('var')
  const stored = readTruth(root)
  return {
    ...(stored && { truth: stored.truth }),
    counts,
    genes: { ids: variables.index, symbols: textsOf(variables, 'symbol') },
    barcodes: obs.index,
    perturbations: readTexts(requireDataset(ours, 'perturbations')),
    perturbationOfCell,
    guidesOfCell: textsOf(obs, 'guides'),
    covariates: readCovariates(requireGroup(ours, 'covariates'), obs),
  }
}

function textsOf(table: Dataframe, name: string): string[] {
  const column = table.columns.get(name)
  if (column?.kind !== 'text') throw inconsistent(name)
  return Array.from(column.codes, (code) => column.levels[code])
}

function readCovariates(group: Group, obs: Dataframe): Record<string, Covariate> {
  // In the order of the columns: a group lists its members by name.
  const names = [...obs.columns.keys()].filter((column) => findGroup(group, column) !== null)
  return Object.fromEntries(
    names.map((column): [string, Covariate] => {
      const described = requireGroup(group, column)
      const name = readScalar(described, 'name')
      const stored = obs.columns.get(column)
      if (typeof name !== 'string' || stored === undefined) throw inconsistent(described.path)
      if (stored.kind === 'number') return [name, stored]
      const levels = readTexts(requireDataset(described, 'levels'))
      const codeOf = new Map(levels.map((level, code) => [level, code]))
      const newCode = stored.levels.map((level) => codeOf.get(level) ?? -1)
      return [name, { kind: 'text', levels, codes: stored.codes.map((code) => newCode[code]) }]
    }),
  )
}
