export {
  type BenchKernels,
  type BenchLine,
  type Benchmark,
  type BenchPeer,
  type BenchResult,
  benchLineSchema,
  benchmarkSchema,
  type KernelRow,
  type MissingPeer,
  type StepShares,
} from './benchmark.ts'
export { type CheckpointEvery, parseCheckpointEvery } from './checkpoint-every.ts'
export { type ConfigField, describeConfigFields, type FieldOption, flagOf } from './config-fields.ts'
export { accuracyOf, type ClassReport, classReports, countConfusion } from './confusion-matrix.ts'
export { messageOf, UserError, unknownName } from './errors.ts'
export {
  type CheckpointReason,
  type DatasetFacts,
  type EventBody,
  type EventOf,
  type HostFacts,
  type RankTimes,
  type TrainingEvent,
  type TrainingEventType,
  trainingEventSchema,
} from './events.ts'
export {
  type BrowserToServer,
  dashboardFileName,
  dashboardFileSchema,
  type IngestMessage,
  ingestMessageSchema,
  ingestPath,
  maxEventsPerMessage,
  type ServerToBrowser,
  socketIoPath,
  type WatchRunAnswer,
  watchRunSchema,
} from './live.ts'
export { type MetricDirection, type MetricPoint, metricDirection, metricsOfEvent } from './metrics.ts'
export { decodeNumber, encodeNumber, type NonFinite, type WireNumber, wireNumber } from './numbers.ts'
export type { EntryWithDefaults, NamedEntry, NameTable, RegistryNames } from './registry-entry.ts'
export {
  createRunConfigSchema,
  defaultsFor,
  engineNames,
  type FieldGroup,
  kernelSetNames,
  maxWorkers,
  parseRunConfig,
  type RunConfig,
  type RunConfigInput,
  type RunConfigSchema,
  shardSizeOf,
} from './run-config.ts'
export { drawRunId, runIdPattern } from './run-id.ts'
export { drawRunName } from './run-name.ts'
export { heartbeatIntervalMs, isFinalState, type RunState, runStates, type ShownRunState, shownState, staleAfterMs } from './run-state.ts'
export {
  type CheckpointRow,
  type EpochRow,
  earlierImagesKept,
  foldEvent,
  foldRun,
  type RunSummary,
  type RunView,
  type Series,
  type StepRecord,
  stepRecordsKept,
  timeLeftMs,
  valuesOf,
} from './run-view.ts'
export { decodeSafetensors, encodeSafetensors, type NamedTensor, type SafetensorsFile } from './safetensors.ts'
