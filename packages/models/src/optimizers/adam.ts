// Adam (Kingma and Ba 2015, https://arxiv.org/abs/1412.6980) and AdamW (Loshchilov and Hutter 2019,
// https://arxiv.org/abs/1711.05101), in the form of torch.optim. Bias corrections come from the step count by one formula,
// never from products carried along, so that a resumed run has the same bits.
import { integerPower } from '../integer-power.ts'
import type { Optimizer, UpdateArguments } from './optimizer.ts'

export const adam: Optimizer = {
  summary: 'steps scaled by running means of the gradient and its square; weight decay is L2',
  defaults: { learningRate: 1e-3 },
  slots: () => ['m', 'v'],
  update: (update) => updateAdam(update, 0, update.config.weightDecay),
}

export const adamw: Optimizer = {
  summary: 'adam with weight decay apart from the gradient',
  defaults: { learningRate: 1e-3 },
  slots: () => ['m', 'v'],
  update: (update) => updateAdam(update, update.config.weightDecay, 0),
}

function updateAdam(update: UpdateArguments, decoupledDecay: number, l2: number): void {
  const { parameters, gradients, newParameters, from, to, step, learningRate, gradientScale, config } = update
  const { beta1, beta2, epsilon } = config
  const [m, v] = update.slots
  const [newM, newV] = update.newSlots
  const stepSize = learningRate / (1 - integerPower(beta1, step + 1))
  const rootCorrection = Math.sqrt(1 - integerPower(beta2, step + 1))
  const keep = 1 - learningRate * decoupledDecay
  for (let i = from; i < to; i++) {
    const gradient = gradients[i] * gradientScale + l2 * parameters[i]
    const mean = beta1 * m[i] + (1 - beta1) * gradient
    const square = beta2 * v[i] + (1 - beta2) * gradient * gradient
    newM[i] = mean
    newV[i] = square
    newParameters[i] = parameters[i] * keep - (stepSize * mean) / (Math.sqrt(square) / rootCorrection + epsilon)
  }
}
