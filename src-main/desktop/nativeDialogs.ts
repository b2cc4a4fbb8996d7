import { dialog, shell, type BrowserWindow, type FileFilter, type OpenDialogOptions } from 'electron'
import type { RequestBody } from '@contract/requests'
import type { Dialogs } from '../handlers/application'

type Purpose = RequestBody<'files/choose'>['purpose']
type Single = Exclude<RequestBody<'files/choose'>['kind'], 'fileOrFolder'>

const all: FileFilter = { name: 'All files', extensions: ['*'] }
const tables: FileFilter = { name: 'Tables', extensions: ['csv', 'tsv', 'txt', 'gz'] }

const wording: Record<Purpose, { title: string; filters: FileFilter[] }> = {
  counts: {
    title: 'Choose the counts',
    filters: [{ name: 'Counts', extensions: ['h5ad', 'h5', 'csv', 'tsv', 'txt', 'gz'] }, all],
  },
  guides: { title: 'Choose the guide table', filters: [tables, all] },
  guideTargets: { title: 'Choose the table of guide targets', filters: [tables, all] },
  geneSets: {
    title: 'Choose a gene-set file',
    filters: [{ name: 'Gene sets (GMT)', extensions: ['gmt', 'gz'] }, all],
  },
  project: { title: 'Choose a project folder', filters: [] },
  newProject: { title: 'Choose where the new project goes', filters: [] },
  export: { title: 'Choose a folder for the exported files', filters: [] },
}

/**
 * The system's own dialogs.
 * @param parent the window they belong to; null when it is closed
 */
export function nativeDialogs(parent: () => BrowserWindow | null): Dialogs {
  const ask = async (options: OpenDialogOptions): Promise<string | null> => {
    const window = parent()
    const { canceled, filePaths } = window
      ? await dialog.showOpenDialog(window, options)
      : await dialog.showOpenDialog(options)
    return canceled ? null : (filePaths.at(0) ?? null)
  }
  return {
    choose: async (purpose, kind) => {
      const wanted = kind === 'fileOrFolder' ? await fileOrFolder(parent()) : [kind]
      return wanted.length === 0 ? null : ask(openOptions(purpose, wanted))
    },
    reveal: (path) => {
      shell.showItemInFolder(path)
      return Promise.resolve()
    },
  }
}

function openOptions(purpose: Purpose, kinds: readonly Single[]): OpenDialogOptions {
  const { title, filters } = wording[purpose]
  const file = kinds.includes('file')
  const properties: OpenDialogOptions['properties'] = []
  if (file) properties.push('openFile')
  else properties.push('createDirectory')
  if (kinds.includes('folder')) properties.push('openDirectory')
  // macOS shows the message instead of the title.
  return { title, message: title, filters: file ? filters : [], properties }
}

/** One dialog can offer both on macOS only; elsewhere the person says first which it is. */
async function fileOrFolder(window: BrowserWindow | null): Promise<Single[]> {
  if (process.platform === 'darwin') return ['file', 'folder']
  const question = {
    message: 'Are the counts in a file or in a folder?',
    detail: 'A folder holds matrix.mtx, barcodes.tsv and features.tsv, as Cell Ranger writes them.',
    buttons: ['File', 'Folder', 'Cancel'],
    defaultId: 0,
    cancelId: 2,
  }
  const { response } = window
    ? await dialog.showMessageBox(window, question)
    : await dialog.showMessageBox(question)
  if (response === 2) return []
  return response === 1 ? ['folder'] : ['file']
}
