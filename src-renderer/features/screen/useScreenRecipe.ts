import type { ScreenRecipe } from '@contract/recipe'
import { screenRecipeSchema } from '@contract/recipe'
import { computed } from 'vue'
import { useProjectStore } from '../../stores/project'

/** The choices of the step, and how to change them. */
export function useScreenRecipe() {
  const project = useProjectStore()
  const screen = computed(() => project.recipe?.screen ?? null)

  /** Other counts: what was said about places and columns in the old file no longer holds. */
  function chooseCounts(counts: string): void {
    project.changeRecipe((recipe) => ({
      ...recipe,
      screen: recipe.screen
        ? { ...recipe.screen, counts, layer: null, perturbationColumn: null }
        : screenRecipeSchema.parse({ counts }),
    }))
  }

  /** Does nothing before the counts are chosen: the rest has no meaning without them. */
  function changeScreen(part: Partial<ScreenRecipe>): void {
    project.changeRecipe((recipe) => ({
      ...recipe,
      screen: recipe.screen ? { ...recipe.screen, ...part } : null,
    }))
  }

  return { screen, chooseCounts, changeScreen }
}
