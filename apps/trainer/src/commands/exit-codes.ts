/** architecture.md section 9. A second signal exits with 128 + its number. */
export const exitCode = { finished: 0, failed: 1, badUsage: 2, stopped: 3, interrupted: 130, terminated: 143 } as const
