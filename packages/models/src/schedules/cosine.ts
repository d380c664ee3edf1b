// Half a cosine from the peak to 0 over the steps after warm-up (SGDR without restarts, https://arxiv.org/abs/1608.03983).
import { scheduleOf } from './schedule.ts'

export const cosine = scheduleOf('half a cosine from the peak down to 0', ({ step, totalSteps, config }) => {
  const steps = Math.max(1, totalSteps - config.warmupSteps)
  const done = Math.max(0, step - config.warmupSteps)
  return (1 + Math.cos((Math.PI * done) / steps)) / 2
})
