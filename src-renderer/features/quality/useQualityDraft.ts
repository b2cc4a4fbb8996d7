import type { QualityRecipe } from '@contract/recipe'
import { qualityRecipeSchema } from '@contract/recipe'
import { shallowRef, watch } from 'vue'
import { useProjectStore } from '../../stores/project'

/** The rule as it looks while a handle moves; it becomes a choice (saved, undoable) with `commit`. */
export function useQualityDraft() {
  const project = useProjectStore()
  const draft = shallowRef<QualityRecipe>(project.recipe?.quality ?? qualityRecipeSchema.parse({}))
  watch(
    () => project.recipe?.quality,
    (chosen) => {
      if (chosen) draft.value = chosen
    },
  )

  function change(part: Partial<QualityRecipe>): void {
    draft.value = { ...draft.value, ...part }
  }

  function commit(): void {
    const quality = draft.value
    project.changeRecipe((recipe) => ({ ...recipe, quality }))
  }

  return { draft, change, commit }
}
