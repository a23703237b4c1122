#!/usr/bin/python3
"""Checks who had access to a project of a Coretex Vault, and when, from a proof file and public keys alone.

    check_proof.py FILE [--at TIME] [--who NAME]

The file is what `vault project log PROJECT --proof FILE` writes. Prints who had access from when to when, in plain lines; with
--at only who had it at that time (ISO 8601, UTC when it names no zone), with --who only the access of one account (name or id).
It shares no code with Coretex Vault: it is written from docs/protocol.md alone, and the section numbers below are that page's.
It needs Python 3.11 and Debian's python3-cryptography; it opens nothing but the file.

What it cannot know: whether the entries go on after the last one, and whether a card is really that person's. So it prints
the hash of the newest entry and everybody's fingerprint: compare them with the people themselves. Times are what each actor's
clock said.

An entry whose actor had no right is told and has no effect; the proof holds all the same.

Exit codes: 0 all of it holds, 2 usage, 4 forged or damaged (it says what and why).
"""

import argparse, base64, hashlib, json, os, re, sys
from datetime import datetime, timezone

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

V1 = "coretex-vault/v1/"
LARGEST = 256 * 1024 * 1024  # bytes; a log of 100,000 entries is a quarter of that
SIZES = (2048, 3072, 4096, 8192)


class Forged(Exception):
    """Something is not what it says it is."""


def demand(condition, what):
    if not condition:
        raise Forged(what)


# ---- What a value may be. JSON can hold anything, and a forger knows that.


def is_text(value):
    return isinstance(value, str)


def is_number(value):
    return type(value) is int and value > 0


def is_list(value):
    return isinstance(value, list)


def is_object(value):
    return isinstance(value, dict)


def is_anything(_):
    return True


def matches(pattern):
    return lambda value: is_text(value) and re.fullmatch(pattern, value, re.ASCII) is not None


def one_of(*values):
    return lambda value: is_text(value) and value in values


def is_time(value):
    """ISO 8601, and in UTC."""
    return matches(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?Z")(value) and as_time(value) is not None


is_id, is_digest, is_fingerprint = matches("[0-9a-f]{32}"), matches("[A-Za-z0-9_-]{43}"), matches("[0-9a-f]{64}")


def as_time(text):
    """ISO 8601 as a time in UTC; None when it is none."""
    try:
        time = datetime.fromisoformat(text)
        return time.astimezone(timezone.utc) if time.tzinfo else time.replace(tzinfo=timezone.utc)
    except (ValueError, OverflowError):
        return None


def checked(value, form, what):
    """An object that has the members of `form`, each of its kind. Others may be there and say nothing."""
    demand(isinstance(value, dict), f"{what} is not an object")
    for name, test in form.items():
        demand(name in value, f"{what} has no {name}")
        demand(test(value[name]), f"{what} has an impossible {name}")
    return value


def parse(text, what):
    def no_constant(name):
        raise ValueError(name)

    try:
        return json.loads(text, parse_constant=no_constant)
    except (ValueError, RecursionError):
        raise Forged(f"{what} is not JSON") from None


def b64u(text, what):
    """Base64url without padding, and only its one canonical spelling."""
    demand(matches("[A-Za-z0-9_-]*")(text) and len(text) % 4 != 1, f"{what} is not base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    demand(encoded(data) == text, f"{what} is not base64url in its one spelling")
    return data


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def object_hash(stored):
    """Section 6: of the bytes as the store holds them."""
    return encoded(hashlib.sha256(stored.encode("ascii")).digest())


def ascii_text(value, what):
    demand(is_text(value) and value.isascii(), f"{what} is not text")
    return value


# ---- Section 3: public keys and account cards


class PublicKey:
    """A JWK that names itself by its RFC 7638 thumbprint."""

    def __init__(self, jwk, what):
        kind = checked(jwk, {"kty": one_of("RSA", "OKP"), "kid": is_digest}, what)["kty"]
        if kind == "RSA":
            members = checked(jwk, {"n": is_text, "e": one_of("AQAB")}, what)
            modulus = int.from_bytes(b64u(members["n"], f"the modulus of {what}"), "big")
            self.bits = modulus.bit_length()
            demand(self.bits in SIZES and modulus % 2 == 1, f"{what} has an impossible size")
            self.alg, self.key = "RS256", rsa.RSAPublicNumbers(65537, modulus).public_key()
        else:
            members = checked(jwk, {"crv": one_of("Ed25519"), "x": is_digest}, what)
            self.alg, self.key = "EdDSA", Ed25519PublicKey.from_public_bytes(b64u(members["x"], what))
        required = {"RSA": ("e", "kty", "n"), "OKP": ("crv", "kty", "x")}[kind]
        canonical = json.dumps({name: jwk[name] for name in required}, separators=(",", ":"), sort_keys=True)
        self.thumbprint = hashlib.sha256(canonical.encode()).digest()
        self.kid = encoded(self.thumbprint)
        demand(self.kid == jwk["kid"], f"the kid of {what} is not its thumbprint")

    def verify(self, signature, data):
        try:
            if self.alg == "EdDSA":
                self.key.verify(signature, data)
            else:
                self.key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
            return True
        except InvalidSignature:
            return False


def verify_jws(protected, payload, signature, typ, find_key):
    """The payload of a JWS, once its signature holds. `find_key(kid, payload)` gives the key that must have signed it."""
    header = parse(b64u(protected, "a header"), "a header")
    checked(header, {"alg": is_text, "kid": is_digest, "typ": is_text}, "a header")
    demand(header["typ"] == V1 + typ and set(header) == {"alg", "kid", "typ"}, f"it is not a signed {typ}")
    content = parse(b64u(payload, "a payload"), "a payload")
    key = find_key(header["kid"], content)
    demand(header["alg"] == key.alg and header["kid"] == key.kid, "its signature is of another kind than its key")
    demand(key.verify(b64u(signature, "a signature"), f"{protected}.{payload}".encode()), "its signature does not hold")
    return content


def is_stretched(kdf, suite):
    """Section 1: a vault-suite card below the floor is refused; the coretex suite stretches nothing."""
    if suite == "coretex":
        return kdf is None
    form = {"alg": one_of("argon2id"), "memoryKib": is_number, "iterations": is_number, "parallelism": is_number}
    checked(kdf, form, "its key derivation")
    return kdf["memoryKib"] >= 65536 and kdf["iterations"] >= 3 and kdf["parallelism"] == 1


class Account:
    """An account whose cards hold: each version signed by its own key and by the one that it replaces."""

    def __init__(self, account, cards):
        demand(is_id(account), "its id is no id")
        demand(isinstance(cards, list) and cards, "it has no card")
        self.id, self.signers, self.fingerprints = account, [], []
        self.kind = before = None
        for version, stored in enumerate(cards, 1):
            self.take(version, ascii_text(stored, "a card"), before)
            before = stored

    def take(self, version, stored, before):
        jws = checked(parse(stored, "a card"), {"payload": is_text, "signatures": is_list}, "a card")
        card = parse(b64u(jws["payload"], "a card"), "a card")
        form = {"id": is_id, "kind": one_of("person", "node"), "version": is_number, "name": is_text, "bits": is_number,
                "suite": one_of("vault", "coretex"), "keys": is_object,
                "kdf": is_anything, "challenge": is_anything, "previous": is_anything}  # fmt: skip
        checked(card, form, "a card")
        demand(card["id"] == self.id and card["version"] == version, "a card out of its place")
        demand(self.kind in (None, card["kind"]), "a card that makes a person a node, or a node a person")
        demand(card["name"] != "", "a card without a name")
        self.kind, self.name = card["kind"], card["name"]
        wrap = PublicKey(card["keys"].get("wrap"), "a wrapping key")
        sign = PublicKey(card["keys"].get("sign"), "a signing key")
        is_vault = card["suite"] == "vault"
        demand(wrap.alg == "RS256" and wrap.bits == card["bits"], "a wrapping key of another kind than its card says")
        demand(sign.alg == "EdDSA" if is_vault else sign.kid == wrap.kid, "a signing key of another suite")
        demand(is_stretched(card["kdf"], card["suite"]), "a key derivation below the floor")
        enrolled = "enrolment" not in card or (self.kind == "node" and version == 1 and is_digest(card["enrolment"]))
        demand(enrolled, "an enrolment that is out of its place")
        self.verify_challenge(card, wrap)
        self.verify_signatures(jws, [sign, *self.signers[-1:]])
        if before is None:
            demand(card["previous"] is None, "a first card that follows another")
        else:
            link = checked(card["previous"], {"hash": is_digest}, "its link")
            demand(link["hash"] == object_hash(before), "a card that does not follow the one before it")
        self.signers.append(sign)
        prefix = (V1 + "fingerprint").encode() + b"\0"
        self.fingerprints.append(hashlib.sha256(prefix + wrap.thumbprint + sign.thumbprint).hexdigest())

    def verify_challenge(self, card, wrap):
        challenge = checked(card["challenge"], {"value": is_digest, "signature": is_text}, "its challenge")
        value, signature = (b64u(challenge[name], "its challenge") for name in ("value", "signature"))
        prefix = (V1 + "challenge").encode() + b"\0" + bytes.fromhex(self.id) if card["suite"] == "vault" else b""
        demand(wrap.verify(signature, prefix + value), "a challenge that its wrapping key did not sign")

    def verify_signatures(self, jws, keys):
        """One by the card's own key; a later version a second one by the key that it replaces, in any order."""
        form = {"protected": is_text, "signature": is_text}
        signatures = [checked(each, form, "a signature") for each in jws["signatures"]]
        demand(len(signatures) == len(keys), "a card with the wrong number of signatures")
        left = {key.kid: key for key in keys}
        demand(len(left) == len(keys), "a card that replaces a key by itself")
        for each in signatures:
            take = lambda kid, _: left.pop(kid, None) or fail("a card signed by another key than its own and the last")
            verify_jws(each["protected"], jws["payload"], each["signature"], "account-card", take)

    def signer(self, kid):
        return next((key for key in self.signers if key.kid == kid), None) or fail(
            f"it is signed by a key that {shown(self.name)} never had"
        )


def fail(what):
    raise Forged(what)


# ---- Section 6: the log

ROLES = ("owner", "admin", "editor", "viewer")
GOVERNED = {"owner": (*ROLES, "node"), "admin": ("editor", "viewer", "node")}
NEW_EPOCH = {"epoch": is_number, "commitment": is_digest, "name": is_text, "earlier": is_text, "earlierEpoch": is_number}
OPERATIONS = {
    "create": {"suite": one_of("vault", "coretex"), "epoch": lambda value: is_number(value) and value == 1,
               "commitment": is_digest, "name": is_text, "fingerprint": is_fingerprint},
    "rename": {"epoch": is_number, "name": is_text},
    "add-member": {"member": is_id, "role": one_of(*ROLES), "fingerprint": is_fingerprint},
    "set-role": {"member": is_id, "role": one_of(*ROLES)},
    "remove-member": {"member": is_id, **NEW_EPOCH},
    "authorize-node": {"node": is_id, "fingerprint": is_fingerprint},
    "revoke-node": {"node": is_id, **NEW_EPOCH},
    "rotate": NEW_EPOCH,
    "rekeyed": {"epoch": is_number},
    "receipt": {"epoch": is_number, "sealed": is_text},
}  # fmt: skip
ENTRY = {"project": is_id, "sequence": is_number, "previous": lambda value: value is None or is_digest(value),
         "time": is_time, "actor": is_id, "operation": is_object}  # fmt: skip


class Log:
    def __init__(self, project, accounts):
        self.project, self.accounts = project, accounts
        self.sequence, self.head, self.epoch = 0, None, 0
        self.spans = []  # {account, access, since, sequence, by, until, until_sequence}: oldest first
        self.voids = []  # (entry, why)
        self.alarms = []  # what does not hold though every signature does

    def take(self, stored):
        parts = ascii_text(stored, "it").split(".")
        demand(len(parts) == 3, "it is not a JWS")
        entry = verify_jws(*parts, "log-entry", self.signer)
        demand(entry["project"] == self.project, "it belongs to another project")
        demand(entry["sequence"] == self.sequence + 1, f"it says that it is entry {entry['sequence']}")
        demand(entry["previous"] == self.head, "it does not follow the entry before it")
        kind = checked(entry["operation"], {"type": one_of(*OPERATIONS)}, "its operation")["type"]
        known = checked(entry["operation"], OPERATIONS[kind], "its operation")
        operation = {name: known[name] for name in ("type", *OPERATIONS[kind])}
        demand(self.sequence > 0 or operation["type"] == "create", "the log does not begin with the project's creation")
        why = self.objection(entry["actor"], operation) if self.sequence > 0 else None
        self.sequence, self.head = entry["sequence"], object_hash(stored)
        if why is None:
            self.apply(entry, operation)
        else:
            self.voids.append((entry, why))

    def signer(self, kid, payload):
        actor = checked(payload, ENTRY, "it")["actor"]
        demand(actor in self.accounts, f"the file has no card of its actor {actor}")
        return self.accounts[actor].signer(kid)

    def span(self, account):
        """The access that an account has now; None when it has none."""
        return next((span for span in self.spans if span["account"] == account and span["until"] is None), None)

    def access(self, account):
        span = self.span(account)
        return span and span["access"]

    def objection(self, actor, operation):
        """Why an entry has no effect; None when its actor had the right."""
        kind, mine = operation["type"], self.access(actor)
        subject, role = operation.get("member", operation.get("node")), operation.get("role")
        theirs = self.access(subject)
        if mine is None:
            return "had no access"
        if kind == "create":
            return "the project existed"
        if kind == "rekeyed" and mine not in ("owner", "admin", "editor"):
            return f"was {mine}"
        if kind not in ("rekeyed", "receipt") and mine not in GOVERNED:
            return f"was {mine}"
        if kind in ("add-member", "authorize-node") and theirs is not None:
            return "they had access already"
        if kind in ("set-role", "remove-member") and theirs not in ROLES or kind == "revoke-node" and theirs != "node":
            return "they had no such access"
        if kind == "remove-member" and subject == actor:
            return "would know the key that comes after them"
        for governed in (theirs, role):
            if governed is not None and governed not in GOVERNED[mine]:
                return f"was {mine}, and governs no {governed}"
        owners = [span["account"] for span in self.spans if span["until"] is None and span["access"] == "owner"]
        if owners == [subject] and role != "owner":
            return "nobody would be owner"
        if "epoch" in operation and operation["epoch"] != self.epoch + ("commitment" in operation):
            return "it names the wrong epoch"
        if "earlierEpoch" in operation and operation["earlierEpoch"] >= operation["epoch"]:
            return "it names the wrong epoch"
        return None

    def apply(self, entry, operation):
        kind = operation["type"]
        self.epoch += "commitment" in operation
        subject = entry["actor"] if kind == "create" else operation.get("member", operation.get("node"))
        if subject is None:
            return
        demand(subject in self.accounts, f"the file has no card of {subject}, whom it is about")
        known = self.accounts[subject]
        if operation.get("fingerprint", known.fingerprints[0]) not in known.fingerprints:
            self.alarms.append(f"entry {entry['sequence']}: {shown(known.name)} was given access with another key than the cards "
                               "of this file have: somebody was shown a false card")  # fmt: skip
        ending = self.span(subject)
        if ending is not None:
            ending.update(until=entry["time"], until_sequence=entry["sequence"])
        if kind not in ("remove-member", "revoke-node"):
            access = {"create": "owner", "authorize-node": "node"}.get(kind, operation.get("role"))
            self.spans.append({"account": subject, "access": access, "since": entry["time"], "sequence": entry["sequence"],
                               "by": entry["actor"], "until": None, "until_sequence": None})  # fmt: skip


# ---- The file


def read_proof(path):
    demand(os.path.getsize(path) <= LARGEST, "the file is too large to be a proof")
    with open(path, "rb") as file:
        proof = parse(file.read(LARGEST + 1), "the file")
    form = {"format": one_of(V1 + "membership-proof"), "project": is_id, "made": is_time,
            "entries": is_list, "cards": is_object, "head": is_object}  # fmt: skip
    checked(proof, form, "the file")
    checked(proof["head"], {"sequence": is_number, "hash": is_digest}, "the head")
    return proof


def step(where, work, *arguments):
    """Does one part of the work; says where it was when something did not hold."""
    try:
        return work(*arguments)
    except Forged as error:
        raise Forged(f"{where}: {error}") from None
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        raise Forged(f"{where}: {type(error).__name__}") from None


def check(proof):
    """The log of a proof, once every card, signature and link holds."""
    accounts = {}
    for account, cards in proof["cards"].items():
        accounts[account] = step(f"the cards of {shown(account)}", Account, account, cards)
    log = Log(proof["project"], accounts)
    for sequence, stored in enumerate(proof["entries"], 1):
        step(f"entry {sequence}", log.take, stored)
    head = proof["head"]
    demand(head["sequence"] == log.sequence, f"the head is entry {head['sequence']}, but the last entry here is {log.sequence}")
    demand(head["hash"] == log.head, f"the head names another entry {log.sequence} than the one here")
    return log


# ---- What a person reads


def shown(text):
    """Text of somebody else's on a terminal: nothing in it moves the cursor or turns the line around."""
    plain = "".join(each if each.isprintable() and each != "\\" else each.encode("unicode_escape").decode() for each in text)
    return f"“{plain[:200]}{'…' if len(plain) > 200 else ''}”"


def who(log, account):
    known = log.accounts.get(account)
    name = f"{shown(known.name)} ({account[:8]})" if known else account
    return f"node {name}" if known and known.kind == "node" else name


def line_of(log, span):
    end = "now" if span["until"] is None else f"{shown_time(span['until'])} (entry {span['until_sequence']})"
    by = "" if span["sequence"] == 1 else f", by {who(log, span['by'])}"
    start = f"{shown_time(span['since'])} (entry {span['sequence']}{by})"
    return f"{who(log, span['account'])}: {span['access']} from {start} to {end}"


def shown_time(text):
    return as_time(text).isoformat(" ", "seconds").replace("+00:00", " UTC")


def holds_at(span, time):
    return as_time(span["since"]) <= time and (span["until"] is None or time < as_time(span["until"]))


def print_report(proof, log, arguments):
    named = lambda account: arguments.who in (None, account, account in log.accounts and log.accounts[account].name)
    spans = [span for span in log.spans if named(span["account"])]
    print(f"project {log.project}: {log.sequence} entries, every signature and every link holds")
    if arguments.at is not None:
        spans = [span for span in spans if holds_at(span, arguments.at)]
        print(f"at {shown_time(arguments.at.isoformat())}:")
    for span in spans:
        print(line_of(log, span))
    if not spans:
        print("nobody")
    for entry, why in log.voids:
        tried = f"{who(log, entry['actor'])} tried {entry['operation']['type']} at {shown_time(entry['time'])}"
        print(f"without effect: entry {entry['sequence']}: {tried}, but {why}")
    print("compare with the people themselves:")
    for account in dict.fromkeys(span["account"] for span in spans):
        print(f"fingerprint of {who(log, account)}: {log.accounts[account].fingerprints[-1]}")
    print(f"head: entry {log.sequence}, {log.head}, at {shown_time(proof['made'])}")


def main():
    parser = argparse.ArgumentParser(description="Checks who had access to a project, and when, from a proof file alone.")
    parser.add_argument("file", help="what `vault project log PROJECT --proof FILE` wrote")
    parser.add_argument("--at", help="only who had access at this time (ISO 8601)")
    parser.add_argument("--who", help="only the access of this account (name or id)")
    arguments = parser.parse_args()
    if arguments.at is not None and (at := as_time(arguments.at)) is None:
        parser.error("--at is not an ISO 8601 time")
    arguments.at = None if arguments.at is None else at
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stderr.reconfigure(encoding="utf-8")
    try:
        proof = step("the file", read_proof, arguments.file)
        log = check(proof)
        print_report(proof, log, arguments)
        for alarm in log.alarms:
            print(f"does not hold: {alarm}", file=sys.stderr)
        return 4 if log.alarms else 0
    except OSError as error:
        parser.error(f"cannot read the file: {error.strerror}")
    except Forged as error:
        print(f"does not hold: {error}", file=sys.stderr)
        return 4


if __name__ == "__main__":
    sys.exit(main())
