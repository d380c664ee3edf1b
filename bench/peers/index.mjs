// The other programs that train the report's autoencoder. A new one is a program that speaks the protocol of
// apps/trainer/src/bench/contestant.ts, and an entry here.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const model = 'conv-autoencoder'
const probeTimeoutMs = 60_000

/** Debian's python3-torch belongs to the system's Python, which a newer one may hide. */
const pythons = [process.env.LOCKSTEP_PYTHON, 'python3', '/usr/bin/python3'].filter((python) => python !== undefined)

const pathOf = (file) => fileURLToPath(new URL(file, import.meta.url))

/** What a program says that fails, by its last line; null if it succeeds. */
function failureOf([program, ...args]) {
  const { status, error, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: probeTimeoutMs })
  if (error) return error.message
  // The last line without the remedy, which every peer gives itself.
  return status === 0 ? null : (stderr.trim().split('\n').at(-1)?.split(';')[0] ?? `exit code ${status}`)
}

const findPython = () => pythons.find((python) => failureOf([python, '-c', 'import numpy, torch']) === null)

/** Only the report's autoencoder is written out for the peers. */
const forModel = (find) => async (job) => (job.model === model ? find() : `trains ${model} only, got ${job.model}`)

function pytorch(name, processes) {
  return {
    name,
    threads: processes,
    remedy:
      'install it with `apt-get install python3-torch libopenblas0-pthread` or `pip install torch numpy` (LOCKSTEP_PYTHON names another Python)',
    findProblem: forModel(() => (findPython() === undefined ? 'PyTorch is not installed' : null)),
    command: ({ imagesPath, batchSize, learningRate }) => [
      findPython(),
      pathOf('./pytorch_ddp.py'),
      ...['--processes', processes, '--images', imagesPath, '--batch-size', batchSize, '--learning-rate', learningRate].map(String),
    ],
  }
}

function tensorflowJs(name, engine, rest) {
  const command = (...args) => [process.execPath, pathOf('./tensorflow-js.mjs'), engine, ...args]
  return {
    name,
    threads: 1,
    ...rest,
    findProblem: forModel(() => failureOf(command())),
    command: (job) => command(JSON.stringify(job)),
  }
}

export const peers = [
  pytorch('PyTorch', 1),
  pytorch('PyTorch DDP', 2),
  // A batch of 100 would take most of a minute a step.
  tensorflowJs('TensorFlow.js cpu', 'cpu', { batchSize: 2, remedy: 'it comes with `npm ci`' }),
  tensorflowJs('TensorFlow.js node', 'native', {
    remedy: 'install it with `npm install @tensorflow/tfjs-node` on a machine that can download libtensorflow',
  }),
]
