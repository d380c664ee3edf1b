import { scheduleOf } from './schedule.ts'

export const constant = scheduleOf('the same learning rate at every step', () => 1)
