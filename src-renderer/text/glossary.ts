export const glossaryText = {
  question: 'What do the words mean?',
  lead: 'The words of the app, each explained once.',
} as const

/** In the order in which a person meets them. */
export const glossary: readonly { term: string; meaning: string }[] = [
  {
    term: 'Screen',
    meaning:
      'The counts of a pooled CRISPR experiment, cell by gene, with the guide that each cell received.',
  },
  { term: 'Guide', meaning: 'A guide RNA. It directs the perturbation to its target gene.' },
  {
    term: 'Perturbation',
    meaning:
      'What was done to a cell: the target of its guide, or several targets together, written A+B in alphabetical order.',
  },
  {
    term: 'Control',
    meaning:
      'A cell whose guides have no target in the genome, or a harmless one. All shifts are measured against these cells.',
  },
  {
    term: 'Counts',
    meaning: 'Transcripts (UMIs) of a gene counted in a cell: whole numbers, before any normalisation.',
  },
  {
    term: 'Variable genes',
    meaning:
      'Genes that vary more between cells than their mean expression explains. The model sees only these and the targets.',
  },
  {
    term: 'Held out',
    meaning:
      'A perturbation whose cells the model never sees while it is trained; they test what it has learnt.',
  },
  {
    term: 'Validation',
    meaning:
      'A part of the cells of trained perturbations that only decides when training has lasted long enough.',
  },
  {
    term: 'Latent',
    meaning:
      'A process that the model found: one number per cell that summarises the expression of many genes. The model assumes that in control cells it scatters around zero with a standard deviation of one.',
  },
  {
    term: 'Content latent',
    meaning:
      'A latent that no perturbation shifts, where a model is given some: room for what varies between cells anyway, such as cell type, cycle or depth. It stands in no target graph.',
  },
  {
    term: 'Shift',
    meaning:
      'How far a perturbation moves a latent away from the control cells, in the standard deviation that the model assumes for these.',
  },
  {
    term: 'Edge',
    meaning:
      'A link in the target graph: this perturbation shifts this latent with a probability over one half.',
  },
  {
    term: 'Target graph',
    meaning: 'All edges together. Perturbations with edges to the same latent act on the same process.',
  },
  {
    term: 'Sparsity',
    meaning:
      'The assumption that a perturbation shifts few latents. Its strength is α: the larger, the fewer edges.',
  },
  {
    term: 'Negative ELBO',
    meaning:
      'What training makes small, in nats per cell: how badly the model predicts the counts, plus how much it has to say about each cell.',
  },
  { term: 'Epoch', meaning: 'One pass of training over all training cells.' },
  {
    term: 'Seed',
    meaning:
      'The number that all chance in a run begins from. The same seed gives the same result; other seeds show what is stable.',
  },
  {
    term: 'Transfer',
    meaning:
      'Whether what a model has learned describes perturbations that it has never seen: only their shifts are fitted, everything else stays.',
  },
  {
    term: 'Interventional negative log-likelihood',
    meaning:
      'How unlikely the cells of a held-out perturbation are under the model, in nats per cell; lower is better. Taken before and after their shifts are fitted.',
  },
  {
    term: 'Effective sample size',
    meaning:
      'The likelihood of a cell is a weighted mean over random draws, called particles. This is how many equally weighted ones would say as much; with few, the likelihood is not to be trusted.',
  },
  {
    term: 'Simulated screen',
    meaning:
      'A screen whose latents, shifts and edges are known because it was made so. It shows what a model can find.',
  },
  {
    term: 'MCC',
    meaning:
      'Mean correlation coefficient: how closely the learned latents follow the true ones of a simulated screen, between 0 and 1.',
  },
  {
    term: 'F1',
    meaning:
      'How well learned edges match the true ones, between 0 and 1: the harmonic mean of precision (learned edges that are true) and recall (true edges that were learned).',
  },
  {
    term: 'Gene score',
    meaning:
      'How much a gene’s counts raise (positive) or lower (negative) a latent, averaged over cells (integrated gradients).',
  },
]
