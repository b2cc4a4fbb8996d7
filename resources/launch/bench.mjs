// `npm run bench`: times training steps on this machine, with the program as it is built.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, isBuiltFromPresentSources, requireNode, root } from './project.mjs'

requireNode()
if (!isBuiltFromPresentSources()) build()
await import(pathToFileURL(join(root, 'out/main/bench.js')).href)
