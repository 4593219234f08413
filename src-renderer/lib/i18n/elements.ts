import { createElement, Fragment, type ReactNode } from 'react'
import { translated, type Values } from './translate.ts'

/** The text with elements in place of its {names}. */
export function tx<const Text extends string>(text: Text, ...[values]: Values<Text, ReactNode>): ReactNode {
  const elements: Readonly<Record<string, ReactNode>> = values ?? {}
  return translated(text)
    .split(/(\{\w+\})/)
    .map((part, index) => {
      const name = /^\{(\w+)\}$/.exec(part)?.[1]
      return createElement(Fragment, { key: index }, name !== undefined && name in elements ? elements[name] : part)
    })
}
