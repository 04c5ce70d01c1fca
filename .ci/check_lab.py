"""Start JupyterLab with README's command, open the first notebook, and use helpers in its kernel as a student would."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import Request, urlopen

from jupyter_client import BlockingKernelClient
from readme_command import ROOT, readme_command

START_TIMEOUT = 600  # seconds: the command may have to install first
CODE = """
import os, sys
os.environ["PATH"] = ""  # so that no dot program can be found
from helpers.diagrams import Arrow, Box, draw_diagram
from helpers.display import show
figure = draw_diagram([Box("x", "X", "data"), Box("p", "probs", "output")], [Arrow("x", "p")])
show(figure, alt="Two boxes and an arrow.")
print(sys.executable)
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as temp:
        env = jupyter_environment(Path(temp))
        command = readme_command("jupyterlab")
        print(command, flush=True)
        lab = subprocess.Popen(["bash", "-c", command], cwd=ROOT, env=env, start_new_session=True)
        try:
            check(wait_for_server(lab, Path(env["JUPYTER_RUNTIME_DIR"])), Path(env["JUPYTER_RUNTIME_DIR"]))
        finally:
            stop(lab)


def jupyter_environment(temp: Path) -> dict[str, str]:
    """Settings of Jupyter that leave the command as it is: no browser, root allowed, nothing of the user's."""
    env = dict(os.environ)
    for kind in ("CONFIG", "RUNTIME", "DATA"):
        env[f"JUPYTER_{kind}_DIR"] = str(temp / kind.lower())
    (temp / "config").mkdir()
    settings = {"ServerApp": {"open_browser": False, "allow_root": True}, "LabApp": {"open_browser": False}}
    (temp / "config" / "jupyter_server_config.json").write_text(json.dumps(settings))
    # A python3 kernel that another project left in the user's folder: the environment's own must win.
    stray = temp / "data" / "kernels" / "python3"
    stray.mkdir(parents=True)
    spec = {"argv": ["false", "{connection_file}"], "display_name": "stray", "language": "python"}
    (stray / "kernel.json").write_text(json.dumps(spec))
    return env


def wait_for_server(lab: subprocess.Popen, runtime: Path) -> dict:
    """Return what the server says of itself: its url and its token."""
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if lab.poll() is not None:
            sys.exit(f"JupyterLab ended with code {lab.returncode}.")
        for path in runtime.glob("jpserver-*.json"):
            try:
                server = json.loads(path.read_text())
                urlopen(f"{server['url']}api", timeout=10).close()
                return server
            except (OSError, ValueError):
                continue  # it is still starting
        time.sleep(0.5)
    sys.exit(f"JupyterLab did not answer within {START_TIMEOUT} s.")


def ask(server: dict, path: str, body: dict | None = None) -> bytes:
    """GET, or POST ``body`` as JSON."""
    headers = {"Authorization": f"token {server['token']}", "Content-Type": "application/json"}
    request = Request(server["url"] + path, headers=headers, data=json.dumps(body).encode() if body else None)
    with urlopen(request, timeout=60) as answer:
        return answer.read()


def check(server: dict, runtime: Path) -> None:
    if b"<title>JupyterLab</title>" not in ask(server, "lab/tree/notebooks"):
        sys.exit("The page of JupyterLab is not there.")
    path = min(ROOT.glob("notebooks/*.ipynb")).relative_to(ROOT).as_posix()
    kernelspec = json.loads(ask(server, f"api/contents/{path}"))["content"]["metadata"]["kernelspec"]["name"]
    body = {"path": path, "name": path, "type": "notebook", "kernel": {"name": kernelspec}}
    session = json.loads(ask(server, "api/sessions", body))
    client = BlockingKernelClient(connection_file=str(runtime / f"kernel-{session['kernel']['id']}.json"))
    client.load_connection_file()
    client.start_channels()
    outputs: list[dict] = []
    try:
        client.wait_for_ready(timeout=60)
        reply = client.execute_interactive(
            CODE, timeout=120, output_hook=lambda message: outputs.append(message["content"])
        )
    finally:
        client.stop_channels()
    if reply["content"]["status"] != "ok":
        sys.exit("\n".join(reply["content"]["traceback"]))
    if not any("<img alt=" in output.get("data", {}).get("text/html", "") for output in outputs):
        sys.exit(f"The kernel drew no diagram: {outputs}")
    executable = "".join(output.get("text", "") for output in outputs).strip().splitlines()[-1]
    if Path(executable).parent.resolve() != ROOT / ".venv" / "bin":
        sys.exit(f"The kernel runs {executable}, which is not in .venv.")
    print(f"{path} runs in {kernelspec}, the Python of .venv, and draws a diagram without dot.")


def stop(lab: subprocess.Popen) -> None:
    """End the shell and the server it started; a kernel ends with its server."""
    for signum in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(lab.pid, signum)
            for _ in range(60):
                time.sleep(0.5)
                lab.poll()  # so that a dead shell leaves the group
                os.killpg(lab.pid, 0)
        except ProcessLookupError:
            return


if __name__ == "__main__":
    main()
