import { UserError } from '../../../util/assert.ts'
import { isArray, JsonObject, type JsonValue, jsonText, readJson } from './json.ts'
import { unpackPrivateTests } from './private-tests.ts'
import type { CodeProblem, OutputRule } from './problem.ts'

/**
 * Where a record comes from, when the record alone does not tell how output is compared or what language it is for:
 * names such as `lcb-stdin`, `taco-functional`, `archer-io`, `js-stdin`, or an output rule's.
 */
type CodeFormat = string

/**
 * Reads the tests of a problem from the text of a dataset's answer:
 *
 * - LiveCodeBench (and Archer's records of it): a list of `{input, output, testtype, metadata}`, or the row's
 *   `{public_test_cases, private_test_cases, metadata}`;
 * - APPS, TACO, PrimeIntellect: `{inputs, outputs, fn_name?}`, or a list of `{input, output, fn_name?}`;
 * - Archer: `{functional: assert program}` or `{inputs, outputs}`; HumanEval: `{test, entry_point}`.
 *
 * @param format tells `{inputs, outputs}` of Archer (whole output compared) from that of APPS; APPS when not given.
 * @throws UserError saying what is wrong with the record.
 */
export function readProblem(text: string, format?: CodeFormat): CodeProblem {
  const problem = toProblem(parse(text), format)
  if (problem.kind !== 'asserts' && problem.tests.length === 0) throw bad('it has no tests')
  return problem
}

function parse(text: string): JsonValue {
  try {
    return readJson(text)
  } catch (error) {
    throw bad(`it is not JSON (${error instanceof Error ? error.message : error})`)
  }
}

function bad(what: string): UserError {
  return new UserError(
    `The tests of a code problem cannot be read: ${what}. Expected a LiveCodeBench list, {"inputs", "outputs"} or {"functional"}.`,
  )
}

function toProblem(value: JsonValue, format: CodeFormat | undefined): CodeProblem {
  if (isArray(value)) return fromList(value, format)
  if (!(value instanceof JsonObject)) throw bad('it is neither an object nor a list')
  const program = value.get('functional') ?? value.get('test')
  if (typeof program === 'string') return { kind: 'asserts', program: withEntry(program, value.get('entry_point')) }
  if (value.get('public_test_cases') !== undefined) return fromRow(value, format)
  if (value.get('input_output') !== undefined) return toProblem(parse(textOf(value.get('input_output'))), format)
  return fromColumns(value, format)
}

/** HumanEval's program defines `check` and leaves the call to the grader. */
function withEntry(program: string, entry: JsonValue | undefined): string {
  const called = /^check\s*\(/m.test(program)
  return typeof entry === 'string' && !called ? `${program}\n\ncheck(${entry})\n` : program
}

/** A row of LiveCodeBench as its dataset has it. */
function fromRow(row: JsonObject, format: CodeFormat | undefined): CodeProblem {
  const shown = testList(row.get('public_test_cases'))
  const hidden = testList(row.get('private_test_cases'))
  const metadata = row.get('metadata')
  const name = typeof metadata === 'string' ? parse(metadata) : metadata
  const tests = [...shown.map((test) => asShown(test, true)), ...hidden.map((test) => asShown(test, false))]
  return fromList(tests, format, name instanceof JsonObject ? name.get('func_name') : undefined)
}

function testList(value: JsonValue | undefined): readonly JsonValue[] {
  if (isArray(value)) return value
  if (value === undefined || value === null || value === '') return []
  const tests = parse(unpackPrivateTests(textOf(value)))
  if (!isArray(tests)) throw bad('its test cases are no list')
  return tests
}

const asShown = (test: JsonValue, shown: boolean): JsonValue =>
  test instanceof JsonObject ? new JsonObject(new Map([...test.entries, ['shown', shown]])) : test

function fromList(
  list: readonly JsonValue[],
  format: CodeFormat | undefined,
  rowName?: JsonValue | undefined,
): CodeProblem {
  const tests = list.map((test) => {
    if (!(test instanceof JsonObject)) throw bad('a test is no object')
    return { test, shown: test.get('shown') === true }
  })
  const [first] = tests
  if (!first) throw bad('it has no tests')
  const applied = first.test.get('fn_name')
  if (typeof applied === 'string')
    return {
      kind: 'functional',
      name: applied,
      style: 'arguments',
      tests: tests.map(({ test, shown }) => argumentTest(test.get('input'), test.get('output'), shown)),
    }
  const metadata = first.test.get('metadata')
  const name = (metadata instanceof JsonObject ? metadata.get('func_name') : undefined) ?? rowName
  const pairs = tests.map(({ test, shown }) => ({
    input: textOf(test.get('input')),
    output: textOf(test.get('output')),
    shown,
  }))
  if (first.test.get('testtype') !== 'functional')
    return { kind: 'stdin', language: languageOf(format), tests: pairs, rule: ruleOf(format, 'livecodebench') }
  if (typeof name !== 'string') throw bad('a functional test has no metadata.func_name')
  return { kind: 'functional', name, style: 'lines', tests: pairs }
}

function fromColumns(value: JsonObject, format: CodeFormat | undefined): CodeProblem {
  const [inputs, outputs, name] = [value.get('inputs'), value.get('outputs'), value.get('fn_name')]
  if (!isArray(inputs) || !isArray(outputs)) throw bad('it has no inputs and outputs')
  if (inputs.length !== outputs.length) throw bad(`it has ${inputs.length} inputs and ${outputs.length} outputs`)
  if (typeof name === 'string' && name !== '')
    return {
      kind: 'functional',
      name,
      style: 'arguments',
      tests: inputs.map((input, index) => argumentTest(input, outputs[index], false)),
    }
  const tests = inputs.map((input, index) => ({ input: textOf(input), output: textOf(outputs[index]), shown: false }))
  return { kind: 'stdin', language: languageOf(format), tests, rule: ruleOf(format, 'apps') }
}

function argumentTest(
  input: JsonValue | undefined,
  output: JsonValue | undefined,
  shown: boolean,
): { input: string; output: string; shown: boolean } {
  if (!isArray(input)) throw bad('the input of a function is no list of arguments')
  return { input: jsonText(input), output: jsonText(output ?? null), shown }
}

const languageOf = (format: CodeFormat | undefined): 'python' | 'javascript' =>
  format?.startsWith('js') ? 'javascript' : 'python'

function ruleOf(format: CodeFormat | undefined, otherwise: OutputRule): OutputRule {
  if (format?.startsWith('archer')) return 'archer'
  if (format?.startsWith('apps') || format?.startsWith('taco')) return 'apps'
  return format?.startsWith('lcb') || format?.startsWith('livecodebench') ? 'livecodebench' : otherwise
}

/** Input and output are texts; APPS has some as lists of lines. */
function textOf(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value
  if (isArray(value)) return value.map((line) => (typeof line === 'string' ? line : jsonText(line))).join('\n')
  if (value === undefined || value === null) throw bad('a test has no input or no output')
  return jsonText(value)
}
