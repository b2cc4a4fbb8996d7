import type { PerturbationCells } from '@contract/reports'
import { computed } from 'vue'
import { useLoaded } from '../../composables/useLoaded'
import { request } from '../../contractClient/client'
import { useProjectStore } from '../../stores/project'
import { useTaskStore } from '../../stores/tasks'

/** What main says about the hold-out of the recipe: measured strengths, and what stays in train, validation and test. */
export function useHoldOutAnswers() {
  const project = useProjectStore()
  const tasks = useTaskStore()
  const importedAt = computed(() => project.state?.project.imported?.at)
  const importIsCurrent = computed(
    () => importedAt.value !== undefined && project.state?.steps.screen.state !== 'outOfDate',
  )
  const quality = computed(() => JSON.stringify(project.recipe?.quality))
  const split = computed(() => JSON.stringify(project.recipe?.split))
  const holdOut = computed(() => JSON.stringify(project.recipe?.holdOut))
  const measuring = computed(() => tasks.latest(project.directory, 'measureEffects')?.state)

  const effects = useLoaded(async () => {
    if (!importIsCurrent.value) return null
    await project.flush()
    return request('holdOut/effects', { directory: project.directory })
  }, [importIsCurrent, importedAt, quality, measuring])

  const mustMeasure = computed(
    () => project.recipe?.holdOut.rule === 'strongest' && !effects.value.value?.effects,
  )

  const preview = useLoaded(async () => {
    const recipe = project.recipe
    if (!importIsCurrent.value || !recipe || mustMeasure.value) return null
    // Main applies the saved thresholds and split.
    await project.flush()
    return request('holdOut/preview', { directory: project.directory, holdOut: recipe.holdOut })
  }, [importIsCurrent, importedAt, quality, split, holdOut, mustMeasure])

  /** Kept perturbations, held out or not, most cells first. */
  const perturbations = computed<PerturbationCells[]>(() => {
    const { heldOut = [], trained = [] } = preview.value.value ?? {}
    return [...heldOut, ...trained].sort((one, other) => other.cells - one.cells)
  })

  return { effects, preview, mustMeasure, perturbations }
}
