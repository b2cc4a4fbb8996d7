#!/usr/bin/env node
// The `shiftscope` command: builds the program where that was not done yet, then runs it in this process.
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { build, isBuilt, requireNode, root } from './project.mjs'

requireNode()
if (!isBuilt()) build()
await import(pathToFileURL(join(root, 'out/main/shiftscope.js')).href)
