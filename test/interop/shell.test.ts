// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell scripts hold ${ }.
import { expect, test } from 'vitest'
import { flagEntries, hydraEntries } from '../../src-main/interop/import/read-command.ts'
import { readShell } from '../../src-main/interop/import/read-shell.ts'

const words = (script: string): string[] =>
  readShell(script).commands.flatMap((command) => command.words.map(({ text }) => text))

test.each([
  ['A=1; B="$A b"; run "$B" $B', ['run', '1 b', '1', 'b']],
  ['run ${MODEL:-base} ${X:=2} $X', ['run', 'base', '2', '2']],
  ['N=4; run $((N * 1024)) $(( (N + 2) / 4 )) $((N>3?8:9))', ['run', '4096', '1', '8']],
  ['A=(x "y z"); A+=(w); run "${A[@]}" ${#A[@]} ${A[1]}', ['run', 'x', 'y z', 'w', '3', 'y', 'z']],
  ['M=org/model-7b; run ${M##*/} ${M%-*} ${M//o/0} ${M#*-}', ['run', 'model-7b', 'org/model', '0rg/m0del-7b', '7b']],
  ["run key=['a','b'] k='{x: 1}' \"q=$PWD/x\"", ['run', 'key=[a,b]', 'k={x: 1}', 'q=$PWD/x']],
  ['f() { run "$1" "$@"; }; f a b', ['run', 'a', 'a', 'b']],
  ['f() { local a="$1"; shift; run "$a" "$1" "$@"; }; f a b c', ['run', 'a', 'b', 'b', 'c']],
  ['export A=3 && run $A | tee log', ['run', '3', 'tee', 'log']],
  ['for n in 2 4; do run $n; done', ['run', '2']],
  ['A=1; if [ "$B" ]; then A=2; C=3; fi; run $A $C', ['run', '1', '3']],
])('%s', (script, expected) => {
  expect(words(script)).toEqual(expected)
})

test('what only the machine knows stays open, with its name', () => {
  const [command] = readShell('run a=$WORLD_SIZE b="$(nproc)" c=$((GPUS * 2)) d=$HOME/x e=1').commands
  const open = hydraEntries(command!).map((entry) => [entry.key, entry.open?.match(/on (.+?), which/)?.[1] ?? null])
  expect(open).toEqual([
    ['a', '$WORLD_SIZE'],
    ['b', '$(nproc)'],
    ['c', '$((GPUS * 2))'],
    ['d', '$HOME'],
    ['e', null],
  ])
})

test('options take one value, several or none, and stop at the script that a launcher starts', () => {
  const [command] = readShell('accelerate launch --num-processes 2 train.py --a --b 1 2 --c=x --d -1').commands
  const values = Object.fromEntries(flagEntries(command!).map(({ key, value }) => [key, value]))
  expect(values).toEqual({ num_processes: 2, a: true, b: [1, 2], c: 'x', d: -1 })
})

test('a later override wins, and lines are kept', () => {
  const [command] = readShell('run a.b=1 \\\n  +c.d=[x] \\\n  ++a.b=2 ~e.f=1').commands
  expect(hydraEntries(command!)).toMatchObject([
    { key: 'a.b', value: 2, line: 3 },
    { key: 'c.d', value: ['x'], line: 2 },
  ])
})

test('a script that calls itself without end is read to an end', () => {
  expect(() => readShell('f() { f; f; }; f')).not.toThrow()
  const doubling = `A=(x)\n${'A+=("${A[@]}")\n'.repeat(60)}B=x\n${'B="$B$B"\n'.repeat(60)}run "$B" "${'${A[@]}'}"`
  expect(words(doubling).length).toBeLessThan(20_000)
})
