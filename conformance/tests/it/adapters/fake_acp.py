"""A program that speaks the Agent Client Protocol, and behaves as its first argument says.

The second argument is a program that reads a prompt and prints an answer: it does the work.
"""

import json
import os
import subprocess
import sys

HOW, WORKER = sys.argv[1], sys.argv[2:]
SESSION = "session-1"
# Told wherever there is room for it.
KEY = os.environ.get("OPENAI_API_KEY", "")


def send(**message):
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def update(kind, **fields):
    send(method="session/update", params={"sessionId": SESSION, "update": {"sessionUpdate": kind, **fields}})


def say(text, kind="agent_message_chunk"):
    update(kind, content={"type": "text", "text": text})


def hear():
    line = sys.stdin.readline()
    if not line:
        sys.exit(0)
    return json.loads(line)


def ask(method, **params):
    send(id="own-1", method=method, params={"sessionId": SESSION, **params})
    while True:
        message = hear()
        if message.get("id") == "own-1":
            return message


def serve(method, result):
    while True:
        message = hear()
        if message.get("method") == method:
            send(id=message["id"], result=result)
            return message.get("params", {})
        if "id" in message:
            send(id=message["id"], error={"code": -32000, "message": "not now"})


def may_work():
    options = [
        {"kind": "reject_once", "name": "No", "optionId": "n"},
        {"kind": "allow_always", "name": "Always", "optionId": "a"},
        {"kind": "allow_once", "name": "Yes", "optionId": "y"},
    ]
    answer = ask("session/request_permission", options=options, toolCall={"toolCallId": "t1", "title": "work"})
    return answer["result"]["outcome"] == {"outcome": "selected", "optionId": "y"}


def work(prompt):
    say("<plan>\n# A thought\n</plan>", "agent_thought_chunk")
    if KEY:
        say(KEY[:12], "agent_thought_chunk")
        say(KEY[12:], "agent_thought_chunk")
        update("plan", entries=[{"content": KEY}])
        update("current_mode_update", currentModeId=KEY)
        ask(KEY)
    say("I shall write <plan>\n# A draft\n</plan> and go.")
    refused = ask("fs/read_text_file", path="/etc/passwd")
    assert refused["error"]["code"] == -32601, refused
    if not may_work():
        say("I was not allowed to.")
        return "end_turn"
    update("tool_call", toolCallId="t2", title="work", status="pending", rawInput={"command": WORKER, "key": KEY})
    done = subprocess.run(WORKER, input=prompt, capture_output=True, text=True)
    update("tool_call_update", toolCallId="t2", status="completed",
           content=[{"type": "content", "content": {"type": "text", "text": "worked" + KEY}}])
    answer = done.stdout + KEY
    for start in range(0, len(answer), 7):
        say(answer[start:start + 7])
    update("tool_call_update", toolCallId="t2", status="completed")
    update("usage_update", used=1, size=2, cost={"amount": 0.25, "currency": "USD"})
    return "max_tokens" if HOW == "cut-short" else "end_turn"


if HOW == "silent":
    while True:
        hear()
if HOW == "chatty":
    print("Loading plugins...", flush=True)
    hear()
if HOW == "endless":
    while True:
        sys.stdout.write("x" * 65536)
hello = serve("initialize", {"protocolVersion": 2 if HOW == "newer" else 1,
                             "authMethods": [{"id": "own-login", "name": "Own"}]})
assert hello["protocolVersion"] == 1 and not hello["clientCapabilities"]["terminal"], hello
if HOW == "login":
    serve("authenticate", {})
folder = serve("nothing" if HOW == "locked" else "session/new", {"sessionId": SESSION})
assert folder == {"cwd": os.getcwd(), "mcpServers": []}, folder
if HOW == "moded":
    mode = serve("session/set_mode", {})
    assert mode == {"sessionId": SESSION, "modeId": "full-access"}, mode
request = hear()
assert request["method"] == "session/prompt", request
if HOW == "crash":
    os._exit(3)
if HOW == "quit":
    os._exit(0)
if HOW == "stuck":
    # A tool in a session of its own, and a turn that only ends when it is told to.
    subprocess.Popen(["sleep", "1000"], start_new_session=True)
    say("I begin.")
    if "FAKE_BEGUN" in os.environ:
        open(os.environ["FAKE_BEGUN"], "w").close()
    while True:
        message = hear()
        if message.get("method") == "session/cancel":
            open("cancelled", "w").close()
            break
    send(id=request["id"], result={"stopReason": "cancelled"})
    while True:
        sys.stdin.readline()
        subprocess.run(["sleep", "0.1"])
if HOW == "confused":
    print("I lost my way with", KEY, flush=True)
reason = work(request["params"]["prompt"][0]["text"])
if HOW == "crash-late":
    os._exit(3)
if HOW == "quit-late":
    os._exit(0)
if HOW == "chatty-late":
    print("Saving session...", flush=True)
if HOW == "refuse-late":
    send(id=request["id"], error={"code": -32603, "message": "out of credits"})
send(id=request["id"], result={"stopReason": reason, "usage": {"inputTokens": 40, "outputTokens": 2, "totalTokens": 42}})
hear()
