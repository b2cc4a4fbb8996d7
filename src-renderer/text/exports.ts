export const exportsText = {
  question: 'Which results should be written to files?',
  lead: 'Everything of a run in open formats, for spreadsheets, graph programs, enrichment tools, Python and R.',
  none: 'No result to export yet',
  noneHint: 'Exports are written from runs that are done.',
  toModels: 'Choose models',
  folder: 'Folder',
  folderHint: 'Made when missing. Files of an earlier export in it are replaced.',
  refine: 'Also write latents refined with labels',
  refineHint:
    'Places each cell under the prior of its own perturbation, which is closer to the processes behind it but uses its label: differences between perturbations are partly put in by the model. Not for telling labels apart. Every cell goes through the decoder 60 times: minutes on a large screen.',
  export: 'Export',
  files: 'Files in this folder',
  notYet: 'not yet',
  reading: 'Reading the folder',
  name: 'File',
  size: 'Size',
  written: 'Written',
  meaning: 'What it is for',
  reveal: 'Show in the file manager',
  done: 'Export done.',
} as const

/** What each exported file is for, by its name in the folder. */
export const exportedFiles: ReadonlyMap<string, string> = new Map([
  [
    'target_graph.csv',
    'Probability, shift and edge of every perturbation and latent: for spreadsheets and R.',
  ],
  ['target_graph.graphml', 'The target graph for Cytoscape, Gephi, yEd or networkx.'],
  [
    'observed_shifts.csv',
    'What the cells of each perturbation do against control, with standard errors, beside what the model learned.',
  ],
  ['genes', 'For each latent its strongest genes up and down (.txt) and all genes ranked (.rnk, for GSEA).'],
  [
    'latent_shares.csv',
    'How much of each latent perturbations, depth and columns of the cell annotation explain: edges of a latent that is mostly cell type or batch deserve doubt.',
  ],
  ['gene_scores.csv', 'Score of every gene for every latent.'],
  ['genes.gmt', 'The strongest genes of all latents as gene sets: for enrichment tools.'],
  ['latents.csv', 'Latents of every cell, with barcode, perturbation and split.'],
  [
    'refined_latents.csv',
    'Latents of every cell that also know its label (only where asked for); “refined” is 0 for cells of perturbations that the model was not trained on.',
  ],
  [
    'baselines.csv',
    'The run beside the simple rows: control mean, perturbation mean, linear and ICA (only where they were computed).',
  ],
  ['ica_edges.csv', 'Edges that ICA of the effects finds, with adjusted p (only where it was computed).'],
  ['ica_gene_scores.csv', 'Genes of the components of ICA (only where it was computed).'],
  ['results.h5ad', 'Counts, latents, gene scores and target graph in one file: for scanpy and R.'],
  ['run.json', 'Full configuration, seed, versions and metrics: to report and to repeat the run.'],
])
