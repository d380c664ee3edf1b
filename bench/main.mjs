// `npm run bench`: `lockstep bench`, with the peers that are installed here in the same rounds. Takes the same options.
import { runCommandLine } from '@lockstep/trainer'
import { peers } from './peers/index.mjs'

await runCommandLine(['bench', ...process.argv.slice(2)], { peers })
