import type { HoldOutRecipe, SplitRecipe } from '@contract/recipe'
import { computed, shallowRef, watch } from 'vue'
import { useProjectStore } from '../../stores/project'

type Rule = HoldOutRecipe['rule']

/** Rules that make sense before anything else is said. */
const beginnings: Partial<Record<Rule, HoldOutRecipe>> = {
  none: { rule: 'none' },
  random: { rule: 'random', share: 0.2 },
  strongest: { rule: 'strongest', count: 5 },
}

/**
 * The hold-out of the recipe and the rule that the person is looking at. They differ while a rule is not complete (a
 * pathway without a gene set): only a complete rule becomes a choice. What was said for a rule comes back with it.
 */
export function useHoldOutRule() {
  const project = useProjectStore()
  const chosen = computed<HoldOutRecipe>(() => project.recipe?.holdOut ?? { rule: 'none' })
  const rule = shallowRef<Rule>(chosen.value.rule)
  const lastOf = new Map<Rule, HoldOutRecipe>()

  watch(
    chosen,
    (now) => {
      rule.value = now.rule
      lastOf.set(now.rule, now)
    },
    // At once, so that what is looked at can be set after it.
    { immediate: true, flush: 'sync' },
  )

  function choose(holdOut: HoldOutRecipe): void {
    project.changeRecipe((recipe) => ({ ...recipe, holdOut }))
  }

  function lookAt(next: Rule): void {
    rule.value = next
    const complete = lastOf.get(next) ?? beginnings[next]
    if (complete) choose(complete)
  }

  /** A list that became empty is no rule: the person still looks at it, the recipe holds nothing out. */
  function chooseList(perturbations: readonly string[]): void {
    if (perturbations.length > 0) {
      choose({ rule: 'list', perturbations: [...perturbations] })
      return
    }
    choose({ rule: 'none' })
    lastOf.delete('list')
    rule.value = 'list'
  }

  function changeSplit(part: Partial<SplitRecipe>): void {
    project.changeRecipe((recipe) => ({ ...recipe, split: { ...recipe.split, ...part } }))
  }

  const complete = computed(() => chosen.value.rule === rule.value)
  return { chosen, rule, complete, choose, lookAt, chooseList, changeSplit }
}
