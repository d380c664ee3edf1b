import { expect, test } from 'vitest'
import { viridis } from './viridis.ts'

test('the ends are viridis’ own, and shares outside are taken for the nearest end', () => {
  expect(viridis(0)).toEqual({ background: 'rgb(68 1 84)', text: '#fff' })
  expect(viridis(1)).toEqual({ background: 'rgb(253 231 37)', text: '#000' })
  expect(viridis(-1)).toEqual(viridis(0))
  expect(viridis(2)).toEqual(viridis(1))
})
