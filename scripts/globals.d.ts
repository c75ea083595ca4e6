/** What k6 offers everywhere and @types/k6 leaves out. Only for the type check. */
declare const console: Record<'log' | 'debug' | 'info' | 'warn' | 'error', (...values: unknown[]) => void>;
