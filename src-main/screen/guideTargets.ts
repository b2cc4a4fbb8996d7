/** `GENE_+_12345.23-P1P2`: gene, strand, position, promoter, as in the CRISPRi libraries of the Weissman laboratory. */
const strandAndPosition = /^(.+?)_[+-]_\d+(?:\.\d+)?(?:-.*)?$/
const guidePrefix = /^(?:sg(?:RNA|rna)|g(?:RNA|rna)|sg)[-_]?(?=[A-Z0-9])/
/**
 * `_g1`, `-sg2`, `_guide3`, `.4`, `_1`, `-1`, `_sgRNA_2`; and `g1` or `sg1` right after a capital or a digit (`CUL3g1`),
 * so that `Atg5` keeps its number.
 */
const guideSuffix = /(?:[-_. ](?:[sS][gG]RNA|[gG]RNA|[gG]uide|sg|SG|g|G)?[-_. ]?\d+|(?<=[A-Z0-9])s?g\d+)$/

/**
 * The target of a guide, from its name. Taken in this order:
 * 1. a name that is itself a measured gene (`NKX2-1`);
 * 2. the gene of a name of the form `GENE_+_position-promoter`;
 * 3. the name without prefix (`sg`, `sgRNA_`, `gRNA_`) and without its guide number (`g1`, `-sg2`, `_1`, `.1`): the
 *    first of these that is a measured gene, otherwise the name with one number taken off.
 * @param isGene whether a name is a measured gene (id or symbol)
 */
export function targetFromGuideName(guide: string, isGene: (name: string) => boolean): string {
  if (isGene(guide)) return guide
  const located = strandAndPosition.exec(guide)
  if (located) return located[1]
  const bare = guide.replace(guidePrefix, '')
  const once = bare.replace(guideSuffix, '')
  for (const candidate of [bare, once, once.replace(guideSuffix, '')]) {
    if (isGene(candidate)) return candidate
  }
  return once === '' ? guide : once
}

/**
 * Whether the labels look like guides and not like targets: taking the guide numbers off turns most of them into
 * measured genes, or leaves markedly fewer names, or nearly all of them begin with `sg` or `gRNA`. A column of genes
 * keeps its names (`NKX2-1` and `NKX2-2` are two genes).
 */
export function labelsAreGuides(labels: readonly string[], isGene: (name: string) => boolean): boolean {
  if (labels.length === 0) return false
  const targets = labels.map((label) => targetFromGuideName(label, isGene))
  const share = (fits: (label: string, i: number) => boolean) => labels.filter(fits).length / labels.length
  const becomeGenes = share((label, i) => !isGene(label) && isGene(targets[i])) > 0.5
  const merge = labels.length >= 4 && new Set(targets).size <= 0.67 * labels.length
  return becomeGenes || merge || share((label) => guidePrefix.test(label)) >= 0.8
}
