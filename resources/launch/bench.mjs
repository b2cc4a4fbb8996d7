// `npm run bench -- NAME`: times parts of Shiftscope on this machine.
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { build, isBuiltFromPresentSources, requireNode, root } from './project.mjs'

requireNode()
if (!isBuiltFromPresentSources()) build()
await import(pathToFileURL(join(root, 'out/main/bench.js')).href)
