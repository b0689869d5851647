/** Accounts, keys of programs, permissions; what history holds. */
import type { components } from './schema'
import { call } from './service'

type Schemas = components['schemas']
export type Account = Schemas['AccountLine']
export type Handed = Schemas['HandedSecret']
export type Token = Schemas['TokenLine']
export type LoginEvent = Schemas['LoginEvent']
export type PermissionTable = Schemas['PermissionTable']
export type HistoryEntry = Schemas['HistoryEntry']
export type ChainVerified = Schemas['ChainVerified']

export const people = {
  accounts: () => call('get', '/api/v1/accounts', {}),
  add: (body: Schemas['AccountRequest']) => call('post', '/api/v1/accounts', { body }),
  change: (login: string, body: Schemas['AccountChange']) =>
    call('put', '/api/v1/accounts/{login}', { path: { login }, body }),
  lock: (login: string, reason: string) =>
    call('post', '/api/v1/accounts/{login}/lock', { path: { login }, body: { reason } }),
  unlock: (login: string) => call('delete', '/api/v1/accounts/{login}/lock', { path: { login } }),
  resetPassword: (login: string) =>
    call('post', '/api/v1/accounts/{login}/password', { path: { login } }),
  events: () => call('get', '/api/v1/login-events', { query: { limit: 500 } }),
  permissions: () => call('get', '/api/v1/permissions', {}),
  tokens: () => call('get', '/api/v1/tokens', {}),
  addToken: (body: Schemas['TokenRequest']) => call('post', '/api/v1/tokens', { body }),
  revokeToken: (token_id: number) =>
    call('delete', '/api/v1/tokens/{token_id}', { path: { token_id } }),
}

const PAGE = 50

export const records = {
  tables: () => call('get', '/api/v1/history/tables', {}),
  ofSubject: (subject: string, below?: number) =>
    call('get', '/api/v1/history', { query: { subject, below, limit: PAGE } }),
  latest: (table: string, below?: number) =>
    call('get', '/api/v1/history/latest', { query: { table, below, limit: PAGE } }),
  verify: () => call('get', '/api/v1/history/verification', {}),
}
