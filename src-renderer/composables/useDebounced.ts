import type { ShallowRef } from 'vue'
import { onScopeDispose, shallowRef, watch } from 'vue'

/** Follows a value once it has rested for so many milliseconds. */
export function useDebounced<Value>(source: () => Value, rest: number): Readonly<ShallowRef<Value>> {
  const followed = shallowRef(source())
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(source, (now) => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      followed.value = now
    }, rest)
  })
  onScopeDispose(() => {
    clearTimeout(timer)
  })
  return followed
}
