import { z } from 'zod'

/**
 * Name that whoever asks for a measurement gives it, to hear how far it is (`measurement/changed`) and to cancel it
 * (`measurements/cancel`): nobody else uses it at the same time.
 */
export const measurementNameSchema = z.string().min(1).max(64)

/** Code of the problem with which a cancelled measurement is answered. */
export const measurementCancelled = 'measurement/cancelled'
