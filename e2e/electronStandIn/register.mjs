import { register } from 'node:module'

/** Makes `import 'electron'` mean the stand-in, for the app's ES modules. */
register('./resolveElectron.mjs', import.meta.url)
