"""How somebody with curl has the conversation."""

import base64
import json
import subprocess
from urllib.parse import quote

from conversation import CODES, TALK, ended


class Refused(Exception):
    pass


class Curl:
    """Plays the calls by hand."""

    def __init__(self, endpoint, project):
        self.root = f"http://{endpoint}/v1"
        self.codebase = self.post("/codebases", {"name": "talk", "owner_id": "curl"})["id"]
        tar = subprocess.run(["tar", "-C", project, "-c", "."], stdout=subprocess.PIPE, check=True).stdout
        self.curl("POST", f"/codebases/{self.codebase}/archive", tar, "application/x-tar")
        rules = [self.rule(rule) for rule in TALK["rules"]]
        asked = {"codebase_id": self.codebase, "permissions": rules, "commit": "COMMIT_MODE_MANUAL"}
        self.at = f"/sandboxes/{self.post('/sandboxes', asked)['id']}"
        self.post(f"{self.at}/start", {})

    def close(self):
        self.curl("DELETE", self.at)
        self.curl("DELETE", f"/codebases/{self.codebase}")

    @staticmethod
    def rule(rule):
        return {**rule, "permission": "PERMISSION_" + rule["permission"].upper()}

    def curl(self, method, path, body=None, kind="application/json"):
        command = ["curl", "-sS", "-X", method, "-w", "%{stderr}%{http_code}", self.root + path]
        if body is not None:
            command += ["-H", f"Content-Type: {kind}", "--data-binary", "@-"]
        answer = subprocess.run(command, input=body, capture_output=True, check=True)
        if answer.stderr != b"200":
            raise Refused(CODES[json.loads(answer.stdout)["code"]])
        return answer.stdout

    def get(self, path):
        return json.loads(self.curl("GET", self.at + path))

    def post(self, path, body, method="POST"):
        return json.loads(self.curl(method, path, json.dumps(body).encode()))

    def there(self, path, body, method="POST"):
        return self.post(self.at + path, body, method)

    def play(self, call):
        try:
            return getattr(self, call["call"].replace(" ", "_"))(call)
        except Refused as e:
            return {"refused": str(e)}

    @staticmethod
    def ended(result):
        return ended(result["exitCode"], result["stdout"], result["stderr"])

    def run(self, call):
        asked = {"command": call["command"]}
        if "seconds" in call:
            asked["timeout"] = f"{call['seconds']}s"
        if "input" in call:
            asked |= {"stdin": call["input"], "env": dict([call["variable"]]), "workdir": call["directory"]}
        return self.ended(self.there("/exec", asked))

    def read(self, call):
        return self.curl("GET", f"{self.at}/fs/content?path={quote(call['path'])}").decode()

    def write(self, call):
        path = f"{self.at}/fs/content?path={quote(call['path'])}"
        return int(json.loads(self.curl("PUT", path, call["text"].encode(), "application/octet-stream"))["size"])

    def list(self, call):
        return sorted(entry["name"] for entry in self.get(f"/fs/list?path={quote(call['path'])}")["entries"])

    def stat(self, call):
        entry = self.get(f"/fs/stat?path={quote(call['path'])}")
        return [entry["type"].lower(), int(entry["size"]), f"{entry['mode']:o}"]

    def exists(self, call):
        try:
            return bool(self.stat(call))
        except Refused as e:
            if str(e) == "NOT_FOUND":
                return False
            raise

    def make_directories(self, call):
        self.there("/fs/mkdir", {"path": call["path"], "parents": True})

    def move(self, call):
        self.there("/fs/move", {"from_path": call["path"], "to_path": call["to"]})

    def search(self, call):
        matches = self.there("/fs/search", {"path": call["path"], "text": call["text"]})["matches"]
        return [f"{match['path']}:{match['line']}:{match['text']}" for match in matches]

    def remove_all(self, call):
        self.there("/fs/remove", {"path": call["path"], "recursive": True})

    @staticmethod
    def changes(changes):
        return [f"{change['kind'].lower()} {change['path']}" for change in changes]

    def diff(self, call):
        return self.changes(self.get("/diff")["changes"])

    def snapshot(self, call):
        kept = self.there("/snapshots", {"name": call["name"]})
        self.kept = kept["id"]
        return kept["name"]

    def snapshots(self, call):
        return [snapshot["name"] for snapshot in self.get("/snapshots")["snapshots"]]

    def roll_back(self, call):
        self.there("/rollback", {"snapshot_id": self.kept})

    def commit(self, call):
        return self.changes(self.there("/commit", {"paths": [call["path"]]})["landed"])

    def discard(self, call):
        self.there("/discard", {})

    @staticmethod
    def level(permission):
        return permission.removeprefix("PERMISSION_").lower()

    def explain(self, call):
        told = self.get(f"/explain?path={quote(call['path'])}")
        others = [other["rule"]["pattern"] for other in told["others"]]
        return [self.level(told["permission"]), told["rule"]["pattern"], others]

    def open_session(self, call):
        self.session = f"/sessions/{self.there('/sessions', {})['id']}"

    def run_in_session(self, call):
        return self.ended(self.post(f"{self.session}/exec", {"command": call["command"]}))

    def close_session(self, call):
        self.curl("DELETE", self.session)

    def run_in_background(self, call):
        started = self.there("/processes", {"command": call["command"]})["id"]
        told = {"OUTPUT_TYPE_STDOUT": b"", "OUTPUT_TYPE_STDERR": b""}
        code = None
        for line in map(json.loads, self.curl("GET", f"{self.at}/processes/{started}/output").splitlines()):
            if line["result"]:
                code = line["result"]["exitCode"]
            else:
                told[line["type"]] += base64.b64decode(line["data"])
        out, err = (piece.decode() for piece in told.values())
        return ended(code, out, err)

    def change_rules(self, call):
        rules = [self.rule(rule) for rule in call.get("rules", [])]
        self.there("/permissions", {"permissions": rules, "preset": call.get("preset", "")}, "PUT")

    def denials(self, call):
        return sorted({f"{denial['operation']} {denial['path']}" for denial in self.get("/denials")["denials"]})

    def stop(self, call):
        self.there("/stop", {})

    def start(self, call):
        self.there("/start", {})

    def status(self, call):
        return self.get("")["status"].removeprefix("SANDBOX_STATUS_").lower()
