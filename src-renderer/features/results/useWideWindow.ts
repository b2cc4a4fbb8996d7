import { onScopeDispose, readonly, shallowRef, type Ref } from 'vue'

/** Whether the window has room for the inspector beside the content; under this width it becomes a sheet. */
export function useWideWindow(): Readonly<Ref<boolean>> {
  const query = window.matchMedia('(min-width: 1280px)')
  const wide = shallowRef(query.matches)
  const follow = () => (wide.value = query.matches)
  query.addEventListener('change', follow)
  onScopeDispose(() => query.removeEventListener('change', follow))
  return readonly(wide)
}
