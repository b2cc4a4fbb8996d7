import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { firstChoices } from './sandboxChoices'

/** What was chosen for a simulation, as long as the app is open. */
export const useSandboxStore = defineStore('sandbox', () => {
  const choices = shallowRef(firstChoices())
  /** Null proposes one. */
  const name = shallowRef<string | null>(null)
  const parent = shallowRef<string | null>(null)
  return { choices, name, parent }
})
