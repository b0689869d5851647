/** The user guide (docs/使用手册.md) as HTML, made when the web is built; its pictures become assets. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

import MarkdownIt from 'markdown-it'
import type { Plugin } from 'vite'

const NAME = 'virtual:manual'
const FILE = resolve(import.meta.dirname, '../docs/使用手册.md')

export interface Heading {
  level: number
  id: string
  text: string
}

/** Headings get their own words as anchors; pictures are named by `picture`. */
export function render(source: string, picture: (path: string) => string) {
  const md = new MarkdownIt({ html: false, linkify: false })
  const headings: Heading[] = []
  md.renderer.rules.heading_open = (tokens, i) => {
    const level = Number(tokens[i]!.tag.slice(1))
    const text = tokens[i + 1]!.content.replace(/[*`]/g, '')
    const id = text.replace(/\s+/g, '-')
    headings.push({ level, id, text })
    return `<h${level} id="${md.utils.escapeHtml(id)}">`
  }
  md.renderer.rules.text = (tokens, i) =>
    md.utils.escapeHtml(tokens[i]!.content).replace(/\d{4}-\d{2}-\d{2}/g, '<span class="date">$&</span>')
  // A line of the source that ends between two Chinese characters leaves no gap on the page.
  md.renderer.rules.softbreak = (tokens, i) => {
    const around = `${tokens[i - 1]?.content.slice(-1) ?? ''}${tokens[i + 1]?.content.slice(0, 1) ?? ''}`
    return /[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]/.test(around) ? '' : '\n'
  }
  md.renderer.rules.image = (tokens, i) => {
    const alt = md.utils.escapeHtml(tokens[i]!.content)
    return `<img src="${picture(String(tokens[i]!.attrGet('src') ?? ''))}" alt="${alt}" loading="lazy">`
  }
  md.renderer.rules.fence = (tokens, i) =>
    `<pre tabindex="0"><code>${md.utils.escapeHtml(tokens[i]!.content)}</code></pre>`
  // A long table scrolls by itself instead of the page.
  md.renderer.rules.table_open = () => '<div class="wide-table" tabindex="0"><table>'
  md.renderer.rules.table_close = () => '</table></div>'
  // Only links within the guide lead anywhere in the bureau's network.
  const link = md.renderer.rules.link_open ?? ((tokens, i, options, _, self) => self.renderToken(tokens, i, options))
  md.renderer.rules.link_open = (tokens, i, options, env, self) => {
    const href = String(tokens[i]!.attrGet('href') ?? '')
    if (!href.startsWith('#') && !href.startsWith('/')) tokens[i]!.attrs = []
    return link(tokens, i, options, env, self)
  }
  return { html: md.render(source), headings }
}

export function manual(): Plugin {
  return {
    name: 'manual',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    load(id) {
      if (id !== `\0${NAME}`) return undefined
      this.addWatchFile(FILE)
      const imports: string[] = []
      const { html, headings } = render(readFileSync(FILE, 'utf8'), (path) => {
        imports.push(`import picture${imports.length} from ${JSON.stringify(resolve(dirname(FILE), path))}`)
        return `@@${imports.length - 1}@@`
      })
      const pictures = imports.map((_, i) => `picture${i}`).join(', ')
      return [
        ...imports,
        `const pictures = [${pictures}]`,
        `export const html = ${JSON.stringify(html)}.replace(/@@(\\d+)@@/g, (_, i) => pictures[i])`,
        `export const headings = ${JSON.stringify(headings)}`,
      ].join('\n')
    },
  }
}
