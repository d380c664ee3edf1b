import { datasets } from '@lockstep/models'
import { idxDataset } from './idx-dataset.ts'

/** Fashion-MNIST (Zalando Research): 60,000 + 10,000 pictures of clothing. */
export const fashionMnist = idxDataset({
  name: 'fashion-mnist',
  description: datasets['fashion-mnist'],
  trainImages: { file: 'train-images-idx3-ubyte.gz', md5: 'f4a8712d7a061bf5bd6d2ca38dc4d50a' },
  trainLabels: { file: 'train-labels-idx1-ubyte.gz', md5: '9018921c3c673c538a1fc5bad174d6f9' },
  testImages: { file: 't10k-images-idx3-ubyte.gz', md5: '8181f5470baa50b63fa0f6fddb340f0a' },
  testLabels: { file: 't10k-labels-idx1-ubyte.gz', md5: '15d484375f8d13e6eb1aabb0c3f46965' },
  // The bucket's website speaks plain HTTP only; the checksum is what makes any mirror trustworthy.
  mirrors: [
    'https://storage.googleapis.com/tensorflow/tf-keras-datasets/',
    'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
    'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
  ],
})
