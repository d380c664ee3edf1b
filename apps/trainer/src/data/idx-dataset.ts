// A dataset of four IDX files, as MNIST made the custom.
import { join } from 'node:path'
import type { DatasetDescription } from '@lockstep/models'
import { UserError } from '@lockstep/shared'
import type { DatasetSource, Split, StoredFile } from './dataset.ts'
import { findFile } from './find-file.ts'
import { type IdxExpectation, type IdxItems, readIdx } from './idx.ts'
import { readUnpacked } from './unpacked-file.ts'

export interface IdxFileSpec {
  readonly file: string
  /** MD5 of the unpacked file; null if none is known, and then any count of examples is accepted. */
  readonly md5: string | null
}

export interface IdxDatasetSpec {
  readonly name: string
  readonly description: DatasetDescription
  readonly trainImages: IdxFileSpec
  readonly trainLabels: IdxFileSpec
  readonly testImages: IdxFileSpec
  readonly testLabels: IdxFileSpec
  readonly mirrors: readonly string[]
}

interface ExpectedFile {
  readonly file: string
  readonly expected: IdxExpectation
}

/** A registry entry for a dataset kept as IDX files, gzipped or not, in DATA_DIR/NAME/. */
export function idxDataset(spec: IdxDatasetSpec): DatasetSource {
  const { description } = spec
  const trainImages = imageFile(spec.trainImages, description, description.trainExamples)
  const trainLabels = labelFile(spec.trainLabels, description, description.trainExamples)
  const testImages = imageFile(spec.testImages, description, description.testExamples)
  const testLabels = labelFile(spec.testLabels, description, description.testExamples)
  return {
    description,
    files: { mirrors: spec.mirrors, list: [trainLabels, testLabels, testImages, trainImages].map(storedFile) },
    async load({ dataDir }) {
      const directory = join(dataDir, spec.name)
      const [train, test] = await Promise.all([
        loadSplit(spec.name, directory, trainImages, trainLabels),
        loadSplit(spec.name, directory, testImages, testLabels),
      ])
      return { train, test }
    },
  }
}

function imageFile(spec: IdxFileSpec, description: DatasetDescription, count: number): ExpectedFile {
  const { height, width } = description.input
  return expectedFile(spec, { itemShape: [height, width], below: null, count })
}

function labelFile(spec: IdxFileSpec, description: DatasetDescription, count: number): ExpectedFile {
  return expectedFile(spec, { itemShape: [], below: description.input.classes, count })
}

function expectedFile({ file, md5 }: IdxFileSpec, rest: Omit<IdxExpectation, 'md5'>): ExpectedFile {
  return { file, expected: { ...rest, md5, count: md5 === null ? null : rest.count } }
}

function storedFile({ file, expected }: ExpectedFile): StoredFile {
  return {
    name: file,
    async check(path, subject = path) {
      await readIdx(readUnpacked(path, subject), subject, expected)
    },
  }
}

async function loadSplit(name: string, directory: string, imageSource: ExpectedFile, labelSource: ExpectedFile): Promise<Split> {
  const [images, labels] = await Promise.all([loadItems(name, directory, imageSource), loadItems(name, directory, labelSource)])
  if (images.count !== labels.count) {
    throw new UserError(
      `${join(directory, labelSource.file)}: must have one label for each of the ${images.count} images in ${imageSource.file}, got ${labels.count} labels`,
    )
  }
  return { images: images.data, labels: labels.data, count: images.count }
}

async function loadItems(name: string, directory: string, { file, expected }: ExpectedFile): Promise<IdxItems> {
  const path = await findFile(directory, file)
  if (path === null) throw new UserError(`${name}: ${file} not found in ${directory}; run \`lockstep data fetch ${name}\``)
  try {
    return await readIdx(readUnpacked(path), path, expected)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new UserError(`${error.message}; \`lockstep data fetch ${name}\` replaces it`, { cause: error })
  }
}
