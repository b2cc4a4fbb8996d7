import { absolutePath, fileName, folderOf } from '../../format/paths'
import { sandboxText } from '../../text/sandbox'

/** Added to the project's name for the folder that holds the simulated screen. */
const screenSuffix = ' screen'

/** Name of the folder of a simulated screen. */
export function screenName(project: string): string {
  return `${project}${screenSuffix}`
}

/** Folder of the simulated screen, beside that of its project. */
export function simulationFolder(parent: string, name: string): string {
  return absolutePath(screenName(name), parent)
}

/** Name and place of the project that goes with a simulated screen. */
export function projectOf(simulation: string): { name: string; parentDirectory: string } {
  const folder = fileName(simulation)
  return {
    name: folder.endsWith(screenSuffix) ? folder.slice(0, -screenSuffix.length) : folder,
    parentDirectory: folderOf(simulation) ?? simulation,
  }
}

function isTaken(name: string, entries: ReadonlySet<string>): boolean {
  const lower = name.toLowerCase()
  return entries.has(lower) || entries.has(screenName(lower))
}

/** "Sandbox", or "Sandbox 2", "Sandbox 3" … where that is taken. */
export function freeName(entries: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? sandboxText.proposedName : `${sandboxText.proposedName} ${number}`
    if (!isTaken(name, entries)) return name
  }
}

/** Why a name cannot be that of a new folder; empty where it can. `entries`: names in the parent folder, lower case. */
export function nameProblem(name: string, entries: ReadonlySet<string>): string {
  if (name === '') return sandboxText.nameMissing
  if (/[\p{Cc}<>:"/\\|?*]/u.test(name) || /^\.|\.$/.test(name)) return sandboxText.nameNotAllowed
  return isTaken(name, entries) ? sandboxText.nameTaken : ''
}
