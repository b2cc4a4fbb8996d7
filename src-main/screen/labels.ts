const unassignedWords = new Set([
  '',
  '-',
  '*',
  'na',
  'n/a',
  'nan',
  'none',
  'null',
  'unassigned',
  'unknown',
  'undetermined',
  'unlabelled',
  'unlabeled',
  'no guide',
  'no_guide',
  'noguide',
  'negative',
])
const severalWords = new Set([
  'multiple',
  'multi',
  'multiplet',
  'multiplets',
  'doublet',
  'doublets',
  'several',
])

/** Whether a label says that the cell has no guide or that none could be told. */
export function meansUnassigned(label: string): boolean {
  return unassignedWords.has(label.trim().toLowerCase())
}

/** Whether a label says that the cell has several guides without naming them. */
export function meansSeveral(label: string): boolean {
  return severalWords.has(label.trim().toLowerCase())
}

/** `A+B` and `A + B`, but neither a strand (`GENE_+_12345.23-P1P2`) nor a marker (`CD14+ monocytes`). */
const joints = /\||(?<=[^\s_+])\+(?=[^\s_+])|\s\+\s/

/** The parts of a label: guides or perturbations joined by `|` or `+`. */
export function splitLabel(label: string): string[] {
  return label
    .split(joints)
    .map((part) => part.trim())
    .filter((part) => !meansUnassigned(part))
}
