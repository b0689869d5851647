import { describe, expect, it } from 'vitest'

import { drawnByProcessor } from '@/map/softDrawing'

const card = (name: string) =>
  ({ getExtension: () => ({ UNMASKED_RENDERER_WEBGL: 1 }), getParameter: () => name }) as unknown as WebGL2RenderingContext

describe('a map is drawn by the processor', () => {
  it.each([
    'ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)',
    'llvmpipe (LLVM 15.0.6, 256 bits)',
    'ANGLE (Microsoft, Microsoft Basic Render Driver Direct3D11 vs_5_0 ps_5_0)',
  ])('with %s', (name) => expect(drawnByProcessor(card(name))).toBe(true))

  it.each(['ANGLE (Intel, Mesa Intel(R) UHD Graphics 630, OpenGL 4.6)', 'Mali-G76'])('not with %s', (name) =>
    expect(drawnByProcessor(card(name))).toBe(false))

  it('not where the browser does not say', () => {
    expect(drawnByProcessor(null)).toBe(false)
    expect(drawnByProcessor({ getExtension: () => null } as unknown as WebGL2RenderingContext)).toBe(false)
  })
})
