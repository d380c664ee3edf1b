import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from './open-database.ts'
import { createPrismaClient } from './prisma-client.ts'
import { sampleEvents } from './testing/sample-run.ts'
import { temporaryFolder } from './testing/temporary-database.ts'

async function sampleDatabase(): Promise<string> {
  const url = `file:${join(temporaryFolder(), 'x.db')}`
  const database = await openDatabase({ url })
  await database.storeEvents(sampleEvents('run-1'))
  await database.close()
  return url
}

async function clientOf(url: string) {
  const prisma = createPrismaClient(url)
  onTestFinished(() => prisma.$disconnect())
  return prisma
}

test('a Prisma client of its own finds epochs, checkpoints, confusion matrices and images', async () => {
  const prisma = await clientOf(await sampleDatabase())
  const run = await prisma.run.findUniqueOrThrow({
    where: { id: 'run-1' },
    include: { epochs: { orderBy: { epoch: 'asc' } }, checkpoints: { where: { best: true } }, confusionMatrices: true, images: true },
  })
  expect(run.epochs.map(({ epoch, attempt, lossText }) => [epoch, attempt, lossText])).toEqual([
    [0, 1, 'NaN'],
    [1, 2, null],
    [2, 2, null],
  ])
  expect(run.checkpoints.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([['checkpoints/step-90.safetensors', 5_000_000_090]])
  expect(run.confusionMatrices.map(({ counts }) => JSON.parse(counts))).toContainEqual([
    [8, 2],
    [1, 9],
  ])
  expect([...run.images[0].pixels]).toEqual([0, 128, 255, 0])
})

test('create, update, upsert, delete and counts go through the client', async () => {
  const prisma = await clientOf(await sampleDatabase())
  const run = await prisma.run.findUniqueOrThrow({ where: { id: 'run-1' } })
  await prisma.run.create({ data: { ...run, id: 'run-2' } })
  expect((await prisma.run.update({ where: { id: 'run-2' }, data: { name: 'renamed' } })).name).toBe('renamed')
  await prisma.run.upsert({ where: { id: 'run-2' }, update: { error: 'e' }, create: run })
  const image = { attempt: 1, key: 'k', step: 0, epoch: 0, width: 1, height: 1, pixels: Uint8Array.of(7), time: 1 }
  await prisma.image.createMany({ data: [{ ...image, runId: 'run-2', sequence: 1 }] })
  await prisma.checkpoint.updateMany({ data: { best: false } })
  expect(await prisma.checkpoint.count({ where: { best: true } })).toBe(0)
  await prisma.run.delete({ where: { id: 'run-2' } })
  expect(await prisma.image.count({ where: { runId: 'run-2' } })).toBe(0)
})

test('a transaction of the client is whole or not at all, and others wait for it', async () => {
  const prisma = await clientOf(await sampleDatabase())
  const rename = (name: string) => prisma.run.update({ where: { id: 'run-1' }, data: { name } })
  await prisma.$transaction([rename('a'), rename('b')])
  const failing = prisma.$transaction([rename('c'), prisma.run.update({ where: { id: 'nobody' }, data: { name: 'd' } })])
  await expect(failing).rejects.toThrow()
  expect((await prisma.run.findUniqueOrThrow({ where: { id: 'run-1' } })).name).toBe('b')
  await Promise.all([prisma.$transaction([rename('e'), rename('f')]), rename('g'), prisma.$transaction([rename('h')])])
  // In whatever order they ran, nothing is left of the middle of one.
  expect(['f', 'g', 'h']).toContain((await prisma.run.findUniqueOrThrow({ where: { id: 'run-1' } })).name)
})
