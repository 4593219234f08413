import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take a minute or more: what starts last should end soon. */
const long = /verify\/code|webgpu|e2e\/|trainer\/|study\/|kernels-compile|cli\/errors/

/** Starts the long files first. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => (long.test(moduleId) ? 0 : 1)
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}
