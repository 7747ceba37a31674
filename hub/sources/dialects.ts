import type { Dialect } from '@palabre/config/contract/source'
import { mysql } from './dialects/mysql.ts'
import { oracle } from './dialects/oracle.ts'
import { postgresql } from './dialects/postgresql.ts'
import { sqlite } from './dialects/sqlite.ts'
import { sqlserver } from './dialects/sqlserver.ts'
import type { Adapter } from './dialects/adapter.ts'

export const adapters: Record<Dialect, Adapter> = { postgresql, mysql, sqlserver, oracle, sqlite }
