import { type BirpcOptions, createBirpc } from 'birpc'
import { type ApiHandlers, api, type CallInput, type CallName, type CallOutput, type ChangeEvent } from './api.ts'
import { ApiError, type CallError } from './errors.ts'

type Reply = { readonly value: unknown } | { readonly error: CallError }

interface ServerFunctions {
  call(name: string, input: unknown): Promise<Reply>
}
interface ClientFunctions {
  changed(event: ChangeEvent): void
}

export type Channel<Remote extends object, Local extends object> = Pick<
  BirpcOptions<Remote, Local, false>,
  'post' | 'on' | 'off' | 'serialize' | 'deserialize'
>

export interface ApiClient {
  call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>>
}

/** The page's side: calls go out, changes come in. A failed call rejects with ApiError. */
export function connectClient(
  channel: Channel<ServerFunctions, ClientFunctions>,
  changed: (event: ChangeEvent) => void,
): ApiClient {
  // No time limit: a trial of every device takes minutes on a busy machine, and a line that ends rejects its calls.
  const remote = createBirpc<ServerFunctions, ClientFunctions>({ changed }, { ...channel, timeout: -1 })
  return {
    async call(name, input) {
      const reply = await remote.call(name, input)
      if ('error' in reply) throw new ApiError(reply.error)
      return reply.value as CallOutput<typeof name>
    },
  }
}

/** The services' side: checks name and arguments once, here; inside, trust. Returns a function that pushes changes. */
export function serveApi(
  channel: Channel<ClientFunctions, ServerFunctions>,
  handlers: ApiHandlers,
  describeError: (error: unknown) => CallError,
): (event: ChangeEvent) => void {
  const call = async (name: string, input: unknown): Promise<Reply> => {
    if (!Object.hasOwn(api, name)) return { error: { kind: 'user', message: `There is no call "${name}".` } }
    const parsed = api[name as CallName].input.safeParse(input)
    if (!parsed.success) {
      const issue = parsed.error.issues[0]
      return { error: { kind: 'user', message: `${name}: ${issue?.path.join('.') || 'argument'}: ${issue?.message}` } }
    }
    try {
      const handler = handlers[name as CallName] as (input: unknown) => unknown
      return { value: await handler(parsed.data) }
    } catch (error) {
      return { error: describeError(error) }
    }
  }
  const remote = createBirpc<ClientFunctions, ServerFunctions>({ call }, { ...channel, eventNames: ['changed'] })
  return (event) => void remote.changed(event)
}
