"""What click itself says, in Chinese: wrong options, missing arguments, headings of ``--help``.

click marks its messages for gettext and ships no translations; it binds the function when it is
imported, so the words are put into its modules. :data:`WORDS` is compared with the installed click
by a test: a new version that says something new is noticed.
"""

from __future__ import annotations

import importlib

import click

WORDS = {
    "Usage:": "用法：",
    "Options": "选项",
    "Commands": "命令",
    "Positional arguments": "参数",
    "Show this message and exit.": "显示本说明。",
    "Show the version and exit.": "显示版本。",
    "%(prog)s, version %(version)s": "%(prog)s %(version)s",
    "default: {default}": "默认：{default}",
    "env var: {var}": "环境变量：{var}",
    "(dynamic)": "（随情况而定）",
    "deprecated": "已停用",
    "DeprecationWarning: The command {name!r} is deprecated.{extra_message}":
        "命令 {name} 将要停用。{extra_message}",
    "DeprecationWarning: The {param_type} {name!r} is deprecated.{extra_message}":
        "{name} 将要停用。{extra_message}",
    "Error: {message}": "{message}",
    "Try '{command} {option}' for help.": "完整说明：{command} {option}",
    "Aborted!": "已取消。",
    "unknown error": "原因不明",
    "Missing command.": "没有写明要做什么。",
    "No such command {name!r}.": "没有“{name}”这个命令。",
    "No such option {name!r}.": "没有“{name}”这个选项。",
    "Did you mean {possibility}?": "是不是 {possibility}？",
    "(Did you mean one of: {possibilities}?)": "（是不是 {possibilities}？）",
    "Got unexpected extra argument ({args})": "多写了参数：{args}",
    "Got unexpected extra arguments ({args})": "多写了参数：{args}",
    "Missing argument": "缺少参数",
    "Missing option": "缺少选项",
    "Missing parameter": "缺少参数",
    "Missing parameter: {param_name}": "缺少参数：{param_name}",
    "Missing {param_type}": "缺少 {param_type}",
    "Option {name!r} does not take a value.": "选项 {name} 后面不写值。",
    "Option {name!r} requires an argument.": "选项 {name} 后面要写一个值。",
    "Option {name!r} requires {nargs} arguments.": "选项 {name} 后面要写 {nargs} 个值。",
    "Argument {name!r} takes {nargs} values.": "参数 {name} 要写 {nargs} 个值。",
    "Takes {nargs} values but 1 was given.": "要写 {nargs} 个值，只写了 1 个。",
    "Takes {nargs} values but {len} were given.": "要写 {nargs} 个值，写了 {len} 个。",
    "{len_type} values are required, but {len_value} was given.":
        "要写 {len_type} 个值，写了 {len_value} 个。",
    "{len_type} values are required, but {len_value} were given.":
        "要写 {len_type} 个值，写了 {len_value} 个。",
    "Invalid value: {message}": "值不对：{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} 的值不对：{message}",
    "Choose from:\n\t{choices}": "可以是：\n\t{choices}",
    "{value!r} is not {choice}.": "应为 {choice}，写的是“{value}”。",
    "{value!r} is not one of {choices}.": "“{value}”不在 {choices} 之中。",
    "{value!r} does not match the format {format}.": "“{value}”不合格式 {format}。",
    "{value!r} does not match the formats {formats}.": "“{value}”不合格式 {formats}。",
    "{value} is not in the range {range}.": "{value} 不在范围 {range} 之内。",
    "{value!r} is not a valid boolean. Recognized values: {states}":
        "“{value}”不是“是”或“否”，可以写：{states}",
    "{value!r} is not a valid {number_type}.": "“{value}”不是合格的数。",
    "{value!r} is not a valid UUID.": "“{value}”不是合格的编号。",
    "file": "文件",
    "directory": "文件夹",
    "path": "路径",
    "{name} {filename!r} is a file.": "“{filename}”是文件，应为文件夹。",
    "{name} {filename!r} is a directory.": "“{filename}”是文件夹，应为文件。",
    "{name} {filename!r} is not readable.": "没有权限读取“{filename}”。",
    "{name} {filename!r} is not writable.": "没有权限写入“{filename}”。",
    "{name} {filename!r} is not executable.": "“{filename}”不能执行。",
    "{name} {filename!r} does not exist.": "没有“{filename}”。",
    "Could not open file {filename!r}: {message}": "打不开文件“{filename}”：{message}",
    "Do you want to continue?": "要继续吗？",
    "Confirm the action without prompting.": "不再询问，直接执行。",
    "Repeat for confirmation": "请再输入一次",
    "Error: The two entered values do not match.": "两次输入不一致。",
    "Error: invalid input": "输入不对。",
    "Press any key to continue...": "按任意键继续……",
}  # fmt: skip
"""What click says → what a person reads."""

_MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types")


def speak_chinese() -> None:
    """Let click speak Chinese in this process; a second time changes nothing."""
    for name in _MODULES:
        module = importlib.import_module(f"click.{name}")
        for function, said in (("_", _said), ("ngettext", _counted)):
            if hasattr(module, function):
                setattr(module, function, said)
    click.Context.formatter_class = Formatter


class Formatter(click.HelpFormatter):
    """``用法：geo-registry scan [选项]``; headings end with a Chinese colon."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The line of usage with its placeholders in words."""
        words = args.replace("[OPTIONS]", "[选项]").replace("COMMAND [ARGS]...", "命令 [参数]…")
        super().write_usage(prog, words, prefix or _said("Usage:"))

    def write_heading(self, heading: str) -> None:
        """A heading over options or commands."""
        self.write(f"{'':>{self.current_indent}}{heading}：\n")


def _said(message: str) -> str:
    return WORDS.get(message, message)


def _counted(one: str, several: str, count: int) -> str:
    return _said(one if count == 1 else several)
