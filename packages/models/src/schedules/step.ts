import { integerPower } from '../integer-power.ts'
import { scheduleOf } from './schedule.ts'

export const step = scheduleOf('times decayFactor after every decayEvery epochs', ({ step: at, stepsPerEpoch, config }) => {
  const decays = Math.floor(at / (stepsPerEpoch * config.decayEvery))
  return integerPower(config.decayFactor, decays)
})
