export const projectsText = {
  question: 'Which screen should be analysed?',
  what: 'Shiftscope finds which perturbations of a single-cell CRISPR screen act on the same processes, and which genes make up each process.',
  how: 'It trains a sparse mechanism shift model on the counts and shows its target graph: perturbations, the latents they shift, and how sure each edge is.',
  example: 'Example screen',
  exampleAbout:
    'A real screen to look around with: THP-1 cells after interferon-γ, read out by ECCITE-seq (Papalexi et al., 2021), in 299 of the measured genes. Its files are chosen already.',
  sandboxAbout: 'To learn what a model can find, simulate a screen whose true graph is known:',
  toSandbox: 'go to the sandbox',
  openExample: 'Open the example screen',
  create: 'New project',
  createAbout:
    'For your own counts and guides. A project is one folder; the files you bring stay where they are.',
  name: 'Name',
  namePlaceholder: 'For example: K562, day 6',
  folder: 'Folder in which the project is made',
  createButton: 'Make the project',
  open: 'Existing project',
  openAbout: 'Choose the folder of a project, the one that holds project.json.',
  openButton: 'Open a project…',
  openLabel: 'Project folder',
  recent: 'Recent projects',
  recentNone: 'No projects yet',
  recentNoneHint: 'Projects that were opened are listed here.',
  recentLoading: 'Reading the list of projects',
  project: 'Project',
  place: 'Folder',
  opened: 'Last opened',
  missing: 'Folder not found',
  missingHint: 'It was moved or deleted, or its disk is not connected.',
  forget: 'Remove from the list',
  working: 'Opening the project',
} as const

export function forgetName(name: string): string {
  return `Remove ${name} from the list`
}
