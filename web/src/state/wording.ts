/** The wording of a rule with its gaps: what the service fills in is shown by name. */

const SLOTS: Record<string, string> = {
  name: '名称',
  members: '有关名称',
  core: '专名',
  toponym: '地名',
  place: '地点',
  measured: '长度',
  threshold: '户数下限',
  standard: '规范字',
  sound: '读音',
  place_class: '类别',
  generics: '通名',
  day: '日期',
  written: '写法',
  names: '名称',
  other: '另一名称',
  others: '其他名称',
  side: '方位',
  area_m2: '面积',
  at_least_m2: '至少面积',
  share: '占比',
  method: '测量方式',
  sigma_m: '误差',
  max_depth_m: '最大深度',
  advice: '建议',
  remark: '备注',
  reading: '读音',
  readings: '读音',
  distance: '距离',
  village: '村',
  town: '镇',
  located_in: '所在地',
  length_m: '长度',
  households: '户数',
  character: '字',
  characters: '字',
  count: '数量',
  where: '范围',
  scope: '范围',
}

export interface Part {
  text: string
  slot: boolean
}

/** Split `“{name}”与{other}重名` into its words and its gaps. */
export function wordingParts(message: string): Part[] {
  return message
    .split(/(\{[^{}]*\})/)
    .filter((part) => part !== '')
    .map((part) => {
      if (!/^\{.*\}$/.test(part)) return { text: part, slot: false }
      const key = part.slice(1, -1).split(/[:!.[]/)[0] ?? ''
      return { text: SLOTS[key] ?? '…', slot: true }
    })
}
