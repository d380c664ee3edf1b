// Stochastic gradient descent as torch.optim.SGD has it (https://pytorch.org/docs/stable/generated/torch.optim.SGD.html):
// momentum without dampening, Nesterov's look-ahead, L2 weight decay.
import type { Optimizer, UpdateArguments } from './optimizer.ts'

export const sgd: Optimizer = {
  summary: 'gradient descent, with momentum and Nesterov look-ahead if asked',
  defaults: { learningRate: 0.01 },
  slots: ({ momentum }) => (momentum === 0 ? [] : ['momentum']),
  update(update) {
    if (update.config.momentum === 0) descend(update)
    else descendWithMomentum(update)
  },
}

function descend({ parameters, gradients, newParameters, from, to, learningRate, gradientScale, config }: UpdateArguments): void {
  const { weightDecay } = config
  for (let i = from; i < to; i++) {
    const gradient = gradients[i] * gradientScale + weightDecay * parameters[i]
    newParameters[i] = parameters[i] - learningRate * gradient
  }
}

function descendWithMomentum(update: UpdateArguments): void {
  const { parameters, gradients, newParameters, from, to, learningRate, gradientScale, config } = update
  const { momentum, nesterov, weightDecay } = config
  const [velocity] = update.slots
  const [newVelocity] = update.newSlots
  for (let i = from; i < to; i++) {
    const gradient = gradients[i] * gradientScale + weightDecay * parameters[i]
    const v = momentum * velocity[i] + gradient
    newVelocity[i] = v
    newParameters[i] = parameters[i] - learningRate * (nesterov ? gradient + momentum * v : v)
  }
}
