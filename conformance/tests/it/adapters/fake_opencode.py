"""A server that answers as OpenCode's does, and behaves as its first argument says.

What follows is a program that reads a prompt and prints an answer: it does the work.
"""

import base64
import json
import os
import queue
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

HOW, WORKER = sys.argv[1], sys.argv[2:]
SESSION, STRANGER = "ses_own", "ses_other"
EVENTS, REPLIES = [], queue.Queue()
MESSAGES = []
# Told wherever there is room for it.
KEY = os.environ.get("OPENAI_API_KEY", "")
PASSWORD = os.environ.get("OPENCODE_SERVER_PASSWORD")


def tell(kind, **properties):
    payload = {"type": kind, "properties": {"sessionID": SESSION, **properties}}
    for listener in EVENTS:
        listener.put(payload)


def say(message, text):
    tell("message.updated", info={"id": message, "role": "assistant", "cost": 0.125,
                                  "tokens": {"input": 3, "output": 1, "reasoning": 1, "cache": {"read": 2, "write": 0}}})
    part = {"type": "text", "messageID": message, "text": text, "time": {"start": 1, "end": 2}}
    tell("message.part.updated", part=part)
    MESSAGES.append({"info": {"id": message, "role": "assistant", "finish": "stop"},
                     "parts": [{"type": "reasoning", "text": "<plan>\n# A thought\n</plan>"}, part]})


def tool(status, **state):
    tell("message.part.updated", part={"type": "tool", "messageID": "msg_1", "callID": "call_0", "tool": "bash",
                                       "state": {"status": status, "input": {"command": "work" + KEY}, **state}})


def work(folder, body):
    # What another session does is none of ours.
    tell("session.idle", sessionID=STRANGER)
    tell("permission.asked", id="per_2", sessionID=STRANGER, permission="bash", patterns=["rm"])
    if HOW == "broken-model":
        tell("session.error", error={"name": "ProviderAuthError", "data": {"message": "no key " + KEY}})
        return
    tell("session.status", status={"type": "busy"})
    if HOW == "stuck":
        return
    say("msg_1", "I shall write <plan>\n# A draft\n</plan> and go.")
    tool("running")
    tell("permission.asked", id="per_1", permission="bash", patterns=["work" + KEY])
    if REPLIES.get() == "once":
        done = subprocess.run(WORKER, input=body["parts"][0]["text"], capture_output=True, text=True, cwd=folder)
        tool("completed", output="worked" + KEY)
        if HOW == "broken-late":
            tell("session.error", error={"name": "ProviderAuthError", "data": {"message": "no credits"}})
            return
        say("msg_2", done.stdout + KEY)
    else:
        tool("error", error="refused")
        say("msg_2", "I was not allowed to.")
    tell("session.status", status={"type": "idle"})


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, status, value=None):
        body = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def is_refused(self):
        wanted = "Basic " + base64.b64encode(f"opencode:{PASSWORD}".encode()).decode()
        if PASSWORD and self.headers.get("Authorization") != wanted:
            self.answer(401, {"error": "who are you"})
            return True
        return False

    def do_GET(self):
        if self.is_refused():
            return
        if self.path != "/global/event":
            assert self.path.startswith(f"/session/{SESSION}/message?"), self.path
            self.answer(200, "what" if HOW == "garbage" else MESSAGES)
            return
        listener = queue.Queue()
        EVENTS.append(listener)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'data: {"payload": {"type": "server.connected", "properties": {}}}\n\n')
        while True:
            line = b"data: {\n\n" if HOW == "garbage-event" else b""
            line = line or f"data: {json.dumps({'payload': listener.get()})}\n\n".encode()
            self.wfile.write(line)
            self.wfile.flush()

    def do_POST(self):
        if self.is_refused():
            return
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        url = urlsplit(self.path)
        folder = parse_qs(url.query)["directory"][0]
        if url.path == "/session":
            self.answer(200, {"id": "../other" if HOW == "odd-id" else SESSION})
        elif url.path == f"/session/{SESSION}/prompt_async":
            assert body["model"]["modelID"] == "m", body
            self.answer(204)
            threading.Thread(target=work, args=(folder, body)).start()
        elif url.path == f"/session/{SESSION}/abort":
            open(os.path.join(folder, "aborted"), "w").close()
            tell("session.error", error={"name": "MessageAbortedError", "data": {"message": "stopped"}})
            self.answer(200, True)
        else:
            assert url.path == "/permission/per_1/reply", url.path
            REPLIES.put(body["reply"])
            self.answer(200, True)


if HOW == "silent":
    threading.Event().wait()
server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
if KEY:
    print("the key is", KEY, flush=True)
print(f"opencode server listening on http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
