"""A mock wild server as a process of its own, and its control API."""
import json
import re
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from typing import Any, Dict, List, Optional

from wild_conformance.programs import WildError, program

#: What goes wrong, where and when, as faults.md has it: ``{"action": "status", "status": 503, ...}``.
Fault = Dict[str, Any]

READY = re.compile(r"^(control|listening) on (http://\S+)$")


class Mock:
    """A server on a free port of 127.0.0.1, until ``close`` or the end of the ``with`` block.

    ``options`` are those of ``wild-mock serve``: ``Mock("--cluster", "local_gpu:4", "--seed", "7")``.
    """

    def __init__(self, *options: str):
        __tracebackhide__ = True
        command = [program("wild-mock"), "serve", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0"]
        self._process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True)
        addresses: Dict[str, str] = {}
        for line in self._process.stdout or ():
            told = READY.match(line.rstrip("\n"))
            if told:
                addresses[told.group(1)] = told.group(2)
            if "listening" in addresses:
                break
        if len(addresses) < 2:
            code = self._process.wait()
            raise WildError(f"wild-mock serve {' '.join(options)} ended with exit code {code}; see stderr")
        #: Where the server is, as ``http://127.0.0.1:PORT``.
        self.url = addresses["listening"]
        #: Where its control API is.
        self.control_url = addresses["control"]

    def __enter__(self) -> "Mock":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def arm(self, fault: Optional[Fault] = None, *, unserved: bool = False, **fields: Any) -> int:
        """Makes something fail: ``arm(path="/docs", action="status", status=503)``. Returns the fault's id.

        A path that no endpoint serves is refused as a slip, unless ``unserved`` says that it is meant.
        """
        __tracebackhide__ = True
        armed = self._control("POST", "/faults", {**(fault or {}), **fields})
        warning = armed.get("warning")
        if warning and not unserved:
            self.disarm(armed["id"])
            raise WildError(f"{warning} `unserved=True` arms it all the same")
        return armed["id"]

    def disarm(self, fault_id: Optional[int] = None) -> None:
        """Takes one fault back, or all of them."""
        __tracebackhide__ = True
        self._control("DELETE", "/faults" if fault_id is None else f"/faults/{fault_id}")

    def journal(self, **query: str) -> List[Dict[str, Any]]:
        """What was asked and answered, oldest first: ``journal(method="POST", path="/runs")``."""
        __tracebackhide__ = True
        path = "/journal?" + urllib.parse.urlencode(query) if query else "/journal"
        return self._control("GET", path)["exchanges"]

    def state(self) -> List[Dict[str, Any]]:
        """Runs, sweeps, cluster and everything else that the server knows, for ``restore``."""
        __tracebackhide__ = True
        return self._control("GET", "/state")

    def restore(self, state: List[Dict[str, Any]]) -> None:
        """Takes over what ``state`` returned."""
        __tracebackhide__ = True
        self._control("PUT", "/state", state)

    def advance(self, seconds: float) -> None:
        """Moves the server's clock on; nothing moves it back."""
        __tracebackhide__ = True
        self._control("POST", "/clock", {"advance": seconds})

    def reset(self) -> None:
        """Forgets runs, sweeps, faults, those of its case too, and the journal. The clock goes on."""
        __tracebackhide__ = True
        self._control("POST", "/reset")

    def close(self) -> None:
        """Ends the server."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def _control(self, method: str, path: str, body: Optional[Any] = None) -> Any:
        __tracebackhide__ = True
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.control_url + path, data=data, method=method)
        request.add_header("Content-Type", "application/json")
        # What the environment says of proxies is not meant for a server of one's own.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=30) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise WildError(f"wild-mock refused {method} {path}: {_reason(error)}") from None
        except OSError as error:
            raise WildError(f"wild-mock does not answer at {self.control_url}: {error}") from None
        return json.loads(text) if text else None


def _reason(error: urllib.error.HTTPError) -> str:
    """What the control API says of a refusal."""
    told = error.read().decode(errors="replace")
    try:
        return json.loads(told)["error"]
    except (ValueError, KeyError, TypeError):
        return f"{error.code} {told}".strip()
