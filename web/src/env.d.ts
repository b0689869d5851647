/// <reference types="vite/client" />

declare module '*.mjs?worker&url' {
  const url: string
  export default url
}

declare module 'virtual:manual' {
  export const html: string
  export const headings: { level: number; id: string; text: string }[]
}
