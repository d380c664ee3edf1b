import { datasets } from '@lockstep/models'
import { idxDataset } from './idx-dataset.ts'

/** MNIST (LeCun, Cortes, Burges): 60,000 + 10,000 handwritten digits. */
export const mnist = idxDataset({
  name: 'mnist',
  description: datasets.mnist,
  trainImages: { file: 'train-images-idx3-ubyte.gz', md5: '6bbc9ace898e44ae57da46a324031adb' },
  trainLabels: { file: 'train-labels-idx1-ubyte.gz', md5: 'a25bea736e30d166cdddb491f175f624' },
  testImages: { file: 't10k-images-idx3-ubyte.gz', md5: '2646ac647ad5339dbf082846283269ea' },
  testLabels: { file: 't10k-labels-idx1-ubyte.gz', md5: '27ae3e4e09519cfbb04c329615203637' },
  mirrors: [
    'https://storage.googleapis.com/cvdf-datasets/mnist/',
    'https://ossci-datasets.s3.amazonaws.com/mnist/',
    'https://azureopendatastorage.blob.core.windows.net/mnist/',
  ],
})
