"""The command line ``geo-registry``: one command an act, loaded when it is called."""

from __future__ import annotations

import importlib
import sys
import traceback
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

import click

from geo_registry import __version__
from geo_registry.cli.answering import exit_code, said_of_a_file, say
from geo_registry.cli.speaking import speak_chinese
from geo_registry.domain.errors import RegistryError
from geo_registry.settings import Settings

COMMANDS: Mapping[str, tuple[str, str]] = {
    "up": ("serve", "一步启动：数据库、示例数据、扫描、网页"),
    "serve": ("serve", "启动网页和接口服务"),
    "db": ("db", "数据库：启动、停止、状态、连接"),
    "import": ("imports", "导入道路、路名牌、公墓、墓位、保护区、行政区划"),
    "upload": ("uploads", "边界文件先预览、后存入：面积、闭合差、修复、坐标系"),
    "history": ("history", "历史：一个对象的全部变更；核验历史没有被改写"),
    "secrecy": ("secrecy", "设定一条记录的密级：公开、内部、秘密"),
    "jobs": ("jobs", "定时任务：列出、立即运行"),
    "worker": ("jobs", "单独运行定时任务的进程"),
    "attachment": ("attachments", "附件：照片、公文等，按内容识别，保存一份"),
    "export": ("exporting", "导出：国家地名信息库格式；向社会公开的标准地名"),
    "scan": ("scan", "按规则检查登记的全部内容"),
    "findings": ("scan", "列出问题"),
    "waive": ("waive", "豁免一对对象（写明理由和期限）"),
    "answer": ("answer", "答复有地无名：有名未登记、有名无牌、确无名、无需命名、待核"),
    "road": ("road", "认定同名路段是一条路还是两条路"),
    "place": ("places", "地方：某日叫什么、名称沿革、来历和故事"),
    "name": ("naming", "办理地名：申报、批准、命名、更名、合并、注销、更正"),
    "proposal": ("proposals", "申报：预核、征求意见、公示、批复、备案、公告，成批申报，文书，超期"),
    "contribution": ("contributions", "采集：上报、采纳、并入、不采纳"),
    "sign": ("contributions", "地名标志：拟设、设置、检查"),
    "cemetery": ("cemeteries", "公墓：列出、登记、更正、历次测量、边界档案、认定、还能用几年"),
    "case": ("cases", "案件：线索、核查、责令整改、复查、销号、回头看"),
    "inspection": ("inspections", "排查：安排、登记结果、进度"),
    "dossier": ("dossier", "公墓边界档案：核验"),
    "plot": ("plots", "墓位：列出、分配、续期、停用、更正"),
    "burial": ("burials", "安葬：登记、列出、迁出"),
    "eco": ("eco", "生态安葬：登记、列出、作废；试点公墓"),
    "subsidy": ("subsidies", "生态安葬补助：申请、审核、批准、发放、年度合计"),
    "fee": ("fees", "公墓收费：清单、登记、对照清单核对"),
    "activity": ("ledgers", "地名文化活动：登记、列出、作废"),
    "team": ("ledgers", "志愿服务队：登记、列出、解散"),
    "figures": ("figures", "各项指标：今天的，或某日为止所知的"),
    "ledger": ("figures", "三类地名问题台账，按村列出责任人和状态"),
    "period-report": ("figures", "月报、年报（DOCX、PDF、XLSX）"),
    "check-name": ("checking", "核对拟用名称，几个候选名称排出优劣"),
    "report": ("reporting", "核名报告：生成、核验"),
    "scan-names": ("names", "检查任意表格中的地名（不需要数据库）"),
    "romanize": ("romanizing", "按国家规则拼写地名（不需要数据库）"),
    "check-boundary": ("boundaries", "比对批准范围与实测边界（不需要数据库）"),
    "check-boundaries": ("boundaries", "按编号逐个比对两份边界表（不需要数据库）"),
    "crs-check": ("crs_checking", "核对一份边界的坐标系（不需要数据库）"),
    "rules": ("rules", "规则说明、误报率、导出网页、本局词表"),
    "users": ("users", "账号：列出、新建、锁定、重置密码、角色和镇街、程序令牌"),
    "sample": ("sample", "示例数据：载入、移除"),
}
"""Command → module of this package and the line that ``--help`` shows."""

speak_chinese()


class _Commands(click.Group):
    """Loads the module of a command only when it is called: ``--help`` answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which they are met."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, from its module."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"geo_registry.cli.{COMMANDS[cmd_name][0]}")
        attribute = {"import": "import_group"}.get(cmd_name, cmd_name.replace("-", "_"))
        command: click.Command = getattr(module, attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without loading any of them."""
        with formatter.section("命令"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=_Commands)
@click.version_option(__version__, prog_name="geo-registry")
def commands() -> None:
    """地名与公墓登记：核名、查重、公墓边界比对。"""


def main() -> None:
    """Run the command line; a known error becomes one line and its exit code."""
    try:
        commands.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        raise SystemExit(error.exit_code) from error
    except click.Abort:
        say("已取消。")
        raise SystemExit(130) from None
    except RegistryError as error:
        say(str(error))
        raise SystemExit(exit_code(error)) from error
    except BrokenPipeError:
        raise SystemExit(0) from None
    except Exception as error:
        if isinstance(error, OSError) and (said := said_of_a_file(error, sys.argv[1:])):
            say(said)
            raise SystemExit(2) from None
        # The process boundary: a crash is ours, shown with a number that the log carries too.
        number = uuid.uuid4().hex[:6].upper()
        kept = _record(number)
        say(f"操作没有完成，您的数据没有变化。编号 {number}，请告知管理员{kept}。")
        raise SystemExit(70) from error


def _record(number: str) -> str:
    """Write the crash to the log in the home folder, or to standard error where that fails."""
    path = Settings.from_environment().home / "geo-registry.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {number} {sys.argv}\n")
            traceback.print_exc(file=log)
    except OSError:
        traceback.print_exc()
        return ""
    return f"（详情在 {path}）"
