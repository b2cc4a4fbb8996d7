import type { Model } from '../compute/model'

/** Values of all latents, rows × latents, as those of the latents that perturbations may shift and those of the others. */
export function splitLatents(
  values: Float32Array,
  { latents, shiftedLatents }: Pick<Model, 'latents' | 'shiftedLatents'>,
): { readonly shifted: Float32Array; readonly content: Float32Array } {
  if (latents === shiftedLatents) return { shifted: values, content: new Float32Array(0) }
  const isShifted = (at: number): boolean => at % latents < shiftedLatents
  return {
    shifted: values.filter((_, at) => isShifted(at)),
    content: values.filter((_, at) => !isShifted(at)),
  }
}
