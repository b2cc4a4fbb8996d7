import { createRouter, createWebHashHistory } from 'vue-router'
import { useProjectStore } from '../stores/project'
import { locationTitle } from '../text/frame'
import { routes } from './routes'

/** Hash history: the same page works from a file in the desktop app and from the served app. */
export function createAppRouter() {
  const router = createRouter({ history: createWebHashHistory(), routes })

  router.beforeEach(async (to) => {
    if (!to.path.startsWith('/project/')) return true
    return (await useProjectStore().restore()) ? true : { name: 'start' }
  })
  router.afterEach((to) => {
    document.title = `${locationTitle(to.name)} · Shiftscope`
  })
  return router
}
