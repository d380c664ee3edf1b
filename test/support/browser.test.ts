import { expect, test } from 'vitest'
import { launchBrowser, openPage } from './browser.ts'

test('a page has the size asked for at one device pixel a CSS pixel, and its errors are collected', async () => {
  const browser = await launchBrowser()
  try {
    const { page, errors } = await openPage(browser, { width: 900, height: 600 })
    await page.setContent('<script>console.error("seen"); throw new Error("thrown")</script>')
    expect(await page.evaluate(() => [innerWidth, innerHeight, devicePixelRatio])).toEqual([900, 600, 1])
    expect(errors.toSorted()).toEqual(['seen', 'thrown'])
  } finally {
    await browser.close()
  }
})
