import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ShiftscopeError } from '@contract/errors'
import { simulationDescriptionSchema, type SimulationDescription } from '@contract/simulation'
import { projectPaths } from './projectPaths'
import { checkDocument, parseText, readTextIfThere } from './documents'

/** What a simulation leaves in its folder. */
export interface SimulationPaths {
  /** The screen with its truth, ready to be imported. */
  readonly screen: string
  /** Perturbations that are meant to be held out, one a line; only where there are some. */
  readonly heldOut: string
  /** Recipe and figures. */
  readonly description: string
}

export function simulationPaths(directory: string): SimulationPaths {
  return {
    screen: join(directory, 'simulated.h5ad'),
    heldOut: join(directory, 'held_out.txt'),
    description: join(directory, 'simulation.json'),
  }
}

/**
 * Makes the folder of a simulation.
 * @throws ShiftscopeError `simulation/folderTaken` when it holds files, also those of an earlier simulation
 */
export async function makeSimulationFolder(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true })
  const { lock } = projectPaths(directory)
  const names = (await readdir(directory)).filter((name) => name !== basename(lock) && !name.startsWith('.'))
  if (names.length === 0) return
  const { screen } = simulationPaths(directory)
  const [held, remedy] = names.includes(basename(screen))
    ? ['a simulated screen', 'Choose another folder, or delete this one first.']
    : [`other files ("${names[0]}")`, 'Choose an empty or new folder.']
  throw new ShiftscopeError({
    code: 'simulation/folderTaken',
    message: `The folder for the simulated screen already holds ${held}.`,
    where: directory,
    hint: remedy,
  })
}

/** Writes what belongs to the screen beside it: the description, and the list of held-out perturbations. */
export async function writeSimulation(directory: string, description: SimulationDescription): Promise<void> {
  const paths = simulationPaths(directory)
  await writeFile(
    paths.description,
    `${JSON.stringify(simulationDescriptionSchema.parse(description), null, 2)}\n`,
  )
  const { heldOut } = description.report
  if (heldOut.length > 0) await writeFile(paths.heldOut, `${heldOut.join('\n')}\n`)
}

/**
 * Reads the description of a simulation.
 * @throws ShiftscopeError `simulation/missing`, `document/broken`, `document/invalid`
 */
export async function readSimulation(directory: string): Promise<SimulationDescription> {
  const file = simulationPaths(directory).description
  const text = await readTextIfThere(file)
  const hint = 'Simulate the screen again.'
  if (text === null) {
    throw new ShiftscopeError({
      code: 'simulation/missing',
      message: 'The folder holds no simulated screen.',
      where: directory,
      hint,
    })
  }
  return checkDocument(simulationDescriptionSchema, parseText(text, file, hint), file, hint)
}
