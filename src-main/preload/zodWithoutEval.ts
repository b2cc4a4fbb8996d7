import { z } from 'zod'

/** Compiling schemas at run time needs `eval`, which the content security policy refuses. Import before any schema. */
z.config({ jitless: true })
