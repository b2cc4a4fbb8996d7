import { splitLabel } from './labels'
import type { Genes } from './screen'

/** Targets of a perturbation: both parts of `A+B`. */
export function targetsOf(perturbation: string): string[] {
  return splitLabel(perturbation)
}

/** Genes by every name they have: a symbol may stand for several ids. */
export class GeneNames {
  private readonly genesOf = new Map<string, number[]>()

  constructor(private readonly genes: Genes) {
    genes.ids.forEach((id, gene) => {
      this.add(id, gene)
      if (genes.symbols[gene] !== id) this.add(genes.symbols[gene], gene)
    })
  }

  /** Indices of the genes of this id or symbol; empty when it is not measured. */
  find(name: string): readonly number[] {
    return this.genesOf.get(name) ?? []
  }

  /** The name itself with every id and symbol of the genes it stands for. */
  synonyms(name: string): string[] {
    const names = this.find(name).flatMap((gene) => [this.genes.ids[gene], this.genes.symbols[gene]])
    return [...new Set([name, ...names])]
  }

  private add(name: string, gene: number): void {
    const known = this.genesOf.get(name)
    if (known) known.push(gene)
    else this.genesOf.set(name, [gene])
  }
}
