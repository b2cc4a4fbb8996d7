export const filesText = {
  choose: 'Choose…',
  chooseThis: 'Choose',
  chooseFolder: 'Choose this folder',
  cancel: 'Cancel',
  clear: 'Remove',
  folders: 'Folders above',
  up: 'One folder up',
  filter: 'Filter by name',
  entries: 'Folders and files',
  emptyFolder: 'This folder is empty.',
  emptyFolderOnly: 'This folder holds no other folder. It can be chosen itself.',
  nothingMatches: 'No name in this folder contains the text.',
  loading: 'Reading the folder',
  tenxFolder: '10x matrix',
  project: 'Project',
  folder: 'Folder',
  keys: 'Arrow keys move, Enter opens, Backspace goes up.',
  notChosen: 'Not chosen',
} as const

export function browserTitle(label: string): string {
  return `Choose: ${label}`
}
