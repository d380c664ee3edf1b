// Names for people, in the adjective-noun-number habit; the id is what identifies a run.
const adjectives =
  'amber brisk calm clear coral crisp deft dusky eager early fair fleet fresh gentle glad golden hazel ivory jade keen lively lucid mellow merry nimble olive opal pale quick quiet rapid rosy ruby russet sage sharp silver slate solid spry steady still stout sunny swift tidy topaz vivid warm wise'.split(
    ' ',
  )
const nouns =
  'alder badger beaver bison crane curlew deer dove egret falcon finch fox gannet hare hawk heron ibis jay kestrel kite lark lemur linnet lynx marten merlin mink newt oriole osprey otter owl petrel plover puffin quail raven robin seal shrike siskin stoat swan swift tern thrush vole wagtail wren zebra'.split(
    ' ',
  )

/** A name such as `amber-otter-12`; `random` gives numbers in [0, 1). */
export function drawRunName(random: () => number): string {
  const pick = (words: readonly string[]) => words[Math.floor(random() * words.length)]
  return `${pick(adjectives)}-${pick(nouns)}-${1 + Math.floor(random() * 99)}`
}
