import type { StepName } from '@contract/project'
import type { RouteRecordRaw } from 'vue-router'
import StartPage from '../features/projects/StartPage.vue'

/** Paths of the six steps, in the order of the journey. */
export const stepPaths: Record<StepName, string> = {
  screen: '/project/screen',
  quality: '/project/quality',
  holdOut: '/project/hold-out',
  models: '/project/models',
  training: '/project/training',
  results: '/project/results',
}

/** Names are shown in the top bar and in the window's title; see `text/frame.ts`. */
export const routes: RouteRecordRaw[] = [
  { path: '/', name: 'start', component: StartPage },
  { path: stepPaths.screen, name: 'screen', component: () => import('../features/screen/ScreenPage.vue') },
  {
    path: stepPaths.quality,
    name: 'quality',
    component: () => import('../features/quality/QualityPage.vue'),
  },
  {
    path: stepPaths.holdOut,
    name: 'holdOut',
    component: () => import('../features/holdOut/HoldOutPage.vue'),
  },
  { path: stepPaths.models, name: 'models', component: () => import('../features/models/ModelsPage.vue') },
  {
    path: stepPaths.training,
    name: 'training',
    component: () => import('../features/training/TrainingPage.vue'),
  },
  {
    path: stepPaths.results,
    name: 'results',
    component: () => import('../features/results/ResultsPage.vue'),
  },
  {
    path: '/project/compare',
    name: 'compare',
    component: () => import('../features/compare/ComparePage.vue'),
  },
  {
    path: '/project/exports',
    name: 'exports',
    component: () => import('../features/exports/ExportsPage.vue'),
  },
  { path: '/sandbox', name: 'sandbox', component: () => import('../features/sandbox/SandboxPage.vue') },
  { path: '/glossary', name: 'glossary', component: () => import('../features/glossary/GlossaryPage.vue') },
  { path: '/settings', name: 'settings', component: () => import('../features/settings/SettingsPage.vue') },
  { path: '/:path(.*)*', name: 'unknown', component: () => import('../components/UnknownPage.vue') },
]
