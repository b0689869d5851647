"""Names of the sample district. All road names, reasons and household counts are fictional."""

# ruff: noqa: E501 (a table reads better in long lines)

from __future__ import annotations

from dataclasses import dataclass

GENERIC_CLASSES = (
    ("大街", "road.street"), ("胡同", "road.lane"), ("街", "road.street"), ("巷", "road.lane"),
    ("路", "road.road"),
)  # fmt: skip


def road_class(name: str | None) -> str:
    """Give the class that the generic of a name says; nameless and odd ones are just roads."""
    for generic, found in GENERIC_CLASSES:
        if name and name.endswith(generic):
            return found
    return "road"


@dataclass(frozen=True)
class LargeVillage:
    """A village of 300 households or more: what was named in 2024, what had a name before."""

    code: str
    households: int
    new: tuple[tuple[str, str], ...]
    old: tuple[str, ...] = ()
    unnamed: int = 2


LARGE = (
    # 张村镇
    LargeVillage("371002100208", 412, (
        ("槐荫街", "街口有一株老槐树，村民常在树下乘凉议事"), ("听泉路", "路旁有山泉，夜静可闻水声"),
        ("石碾巷", "巷内旧有全村公用的石碾"), ("书房巷", "巷内曾设村塾，老人称“书房”"),
    ), ("老供销社", "柳塂巷"), 3),
    LargeVillage("371002100209", 336, (
        ("崇俭街", "取村规“崇俭戒奢”之意"), ("水磨巷", "巷尾溪边旧有水磨"), ("双井巷", "巷口有相邻的两口老井"),
    ), ("育才路", "玉彩路")),
    LargeVillage("371002100210", 468, (
        ("安澜大街", "寓意河水安澜、岁岁平安，为村中主街"), ("柿园巷", "巷旁旧为柿子园"),
        ("东篱巷", "位于村东，篱笆小院相连"), ("打铁巷", "巷内旧有铁匠铺"),
    ), ("向阳街", "富民路"), 3),
    LargeVillage("371002100211", 305, (
        ("福德街", "取村名“福德”二字"), ("敦睦巷", "取“邻里敦睦”之意"), ("晒谷巷", "通往旧时晒谷场"),
    ), ("建设路",)),
    # 羊亭镇
    LargeVillage("371002101201", 780, (
        ("古驿街", "相传为古驿道过村的一段"), ("孝悌路", "取村规“入孝出悌”之意"),
        ("老集巷", "旧时逢五逢十在此赶集"), ("油坊巷", "巷内旧有榨油作坊"),
    ), ("兴华街", "星华街", "丰收路"), 3),
    LargeVillage("371002101210", 390, (
        ("望港街", "登街北高处可望海港"), ("渔火巷", "渔家聚居，夜归灯火相望"), ("盐仓巷", "巷内旧有盐仓"),
    ), ("文化巷", "文化巷")),
    LargeVillage("371002101211", 355, (
        ("西庄大街", "取村名“西庄”，为村中主街"), ("耕读路", "取“耕读传家”之意"),
        ("梨园巷", "巷旁为老梨园"), ("碾台巷", "巷口有石碾台"),
    ), ("幸福街",)),
    LargeVillage("371002101212", 327, (
        ("滩头街", "位于孙家滩滩头"), ("苇荡巷", "通往村南芦苇荡"), ("船缆巷", "旧时在此晾晒船缆"),
    ), ("幸福街",)),
    LargeVillage("371002101223", 310, (
        ("半壁街", "取村名“半壁”二字"), ("石匠巷", "石匠世代聚居于此"), ("松涛巷", "巷北松林，风起有涛声"),
    ), ("南大洼",)),
    # 温泉镇
    LargeVillage("371002102209", 520, (
        ("栾店大街", "取村名“栾家店”，为村中主街"), ("和畅路", "取“惠风和畅”之意"),
        ("车马巷", "旧时车马店所在"), ("驿灯巷", "车马店夜间挂灯引路"),
    ), ("新源巷", "鑫源巷"), 3),
    LargeVillage("371002102211", 344, (
        ("河湾街", "沿河湾而建"), ("柳岸巷", "通往植柳的河岸"), ("渡口巷", "旧时村民由此过河"),
    ), ("前进街", "前进街")),
    LargeVillage("371002102214", 318, (
        ("崮阳街", "位于山崮之阳"), ("采石巷", "通往旧采石场"), ("杏林巷", "巷旁多杏树"),
    ), ("胜利街",)),
    LargeVillage("371002102221", 301, (
        ("张山街", "取村名“张家山”"), ("药圃巷", "旧时村医在此种药"), ("听雨巷", "青瓦老屋相连，雨声清脆"),
    ), ("光明街",)),
    # 桥头镇
    LargeVillage("371002109201", 655, (
        ("石桥大街", "街西有老石桥，村因桥得名"), ("通衢路", "通往镇驻地的主要道路"),
        ("豆腐巷", "巷内多豆腐作坊"), ("私塾巷", "巷内曾设私塾"),
    ), ("团结路", "濛溪巷", "和平街"), 3),
    LargeVillage("371002109214", 430, (
        ("报信街", "取村名“报信”"), ("烽台路", "路通村北烽火台旧址"), ("鼓楼巷", "巷口旧有鼓楼"),
        ("快马巷", "相传为传信快马歇脚处"),
    ), ("健康胡同", "健康胡同"), 3),
    LargeVillage("371002109219", 362, (
        ("金谷街", "秋来谷穗金黄，又合村名“金”字"), ("淘金巷", "旧时溪边有人淘金"), ("秋实巷", "取“春华秋实”之意"),
    ), ("团结路",)),
    LargeVillage("371002109247", 333, (
        ("三省街", "取“吾日三省”之意"), ("勤学巷", "巷内曾设夜校"), ("织机巷", "旧时家家有织机"),
    ), ("团结路",)),
    LargeVillage("371002109242", 308, (
        ("雅韵街", "取村名“雅”字"), ("丝竹巷", "村中戏班旧居于此"), ("兰桂巷", "庭院多植兰桂"),
    ), ("东山根",)),
)  # fmt: skip

# Second current names: entered for the same road by two campaigns (the seeded fault).
SECOND_NAMES = {("371002100211", "建设路"): "府前路", ("371002102221", "光明街"): "明珠街"}

# Names that people used before; recorded as former names or aliases, which is no fault.
EARLIER_NAMES = {
    ("371002109201", "石桥大街"): ("former", "前街"),
    ("371002101201", "古驿街"): ("former", "西大街"),
    ("371002100210", "安澜大街"): ("former", "中心街"),
    ("371002102209", "栾店大街"): ("alias", "店街"),
}

CEMETERY_ORDINALS = "一二三四五六七八九"
NOTICE = "示例数据：除区划名称、代码外均为虚构，非真实边界。"
NOTICE_EN = (
    "Sample data. Except for the names and codes of divisions everything is fictional: "
    "geometry, roads, household counts, cemeteries, approvals, surveys, zones, documents."
)
SEAT_NOTICE = (
    "Seats of fifteen towns from GeoNames (geonames.org), CC BY 4.0, https://creativecommons.org"
    "/licenses/by/4.0/; moved by up to a few hundred metres."
)


def core(name: str) -> str:
    """Give the part of a committee's name that people say: 羊亭村委会 → 羊亭."""
    for suffix in ("居民委员会", "村委会", "居委会", "社区", "村"):
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            name = name.removesuffix(suffix)
    return name
