#!/usr/bin/python3
"""Opens a Coretex Vault with nothing but the passphrase and the store's folder.

    recover.py STORE [--passphrase-file FILE] [--account NAME] [--output FOLDER] [--history]
               [--salvage] [--private-key FILE]

Prints every secret that the account can read, its own or shared with it, as one line of JSON; with --output it also decrypts
every file of every project into FOLDER. A node's account opens with its node secret as the passphrase. It shares no
code with Coretex Vault: it is written from docs/protocol.md alone, and the section numbers below are that page's. It needs
Python 3.11 and Debian's python3-cryptography, python3-jwcrypto and python3-argon2. It only reads the store.

Exit codes: 0 all was read, 2 usage, 3 the passphrase opens no account, 4 something is damaged or forged (the rest was read).
"""

import argparse, base64, getpass, hashlib, hmac, json, math, os, re, sys, unicodedata
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric import padding as rsa_padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from jwcrypto.common import JWException
from jwcrypto.jwe import JWE
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

V1 = "coretex-vault/v1/"


class Damaged(Exception):
    """Something in the store is not what it should be. Nothing of it is used."""


# what bytes of any kind may end in
FAULTS = (Damaged, InvalidSignature, JWException, ValueError, LookupError, TypeError, AttributeError, OSError, RecursionError)


def demand(condition, what):
    if not condition:
        raise Damaged(what)


def b64u(text):
    """Base64url without padding, and only its one canonical spelling: any other bit in the store is a changed bit."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    demand(encoded(data) == text, "base64url is not canonical")
    return data


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def object_hash(stored):
    return encoded(hashlib.sha256(stored).digest())


def hkdf(key, salt, info, length):
    return HKDF(hashes.SHA256(), length, salt, (V1 + info).encode()).derive(key)


# ---- Section 1: from a passphrase to a stream of bytes, and to keys


class Stream:
    def __init__(self, blocks):
        self.blocks, self.rest = blocks, b""

    def take(self, count):
        while len(self.rest) < count:
            self.rest += next(self.blocks)
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken


def sha256_chain(seed):
    while True:
        seed = hashlib.sha256(seed).digest()
        yield seed


def aes_ctr(key):
    cipher = Cipher(algorithms.AES(key), modes.CTR(bytes(16))).encryptor()
    while True:
        yield cipher.update(bytes(4096))


class Keys:
    """A private RSA key that unwraps, a private key that signs (the same in the coretex suite), and their public JWKs."""

    def __init__(self, suite, wrap, sign):
        self.suite, self.rsa = suite, wrap
        self.wrap, self.sign = JWK.from_pyca(wrap), JWK.from_pyca(sign)


def derive_keys(card, passphrase):
    """The keys that a passphrase gives with a card's parameters; None when they cannot be the card's."""
    if card["suite"] == "coretex":
        key = derive_rsa(Stream(sha256_chain(passphrase)), card["bits"])
        return Keys("coretex", key, key)
    kdf = card["kdf"]
    demand(kdf["alg"] == "argon2id" and kdf["parallelism"] == 1, "unknown key derivation")
    demand(kdf["memoryKib"] >= 65536 and kdf["iterations"] >= 3, "key derivation below the floor")
    stretched = hash_secret_raw(
        normalized(passphrase), b64u(kdf["salt"]), kdf["iterations"], kdf["memoryKib"], 1, 32, Type.ID, 19
    )
    sign = Ed25519PrivateKey.from_private_bytes(hkdf(stretched, None, "ed25519", 32))
    if JWK.from_pyca(sign).thumbprint() != card["keys"]["sign"]["kid"]:
        return None  # another person's card: no need to search for primes
    return Keys("vault", derive_rsa(Stream(aes_ctr(hkdf(stretched, None, "rsa", 32))), card["bits"]), sign)


def normalized(passphrase):
    try:
        return unicodedata.normalize("NFKC", passphrase.decode("utf-8")).encode("utf-8")
    except UnicodeDecodeError:
        return passphrase


# ---- Section 2: from a stream of bytes to an RSA key

E = 65537
SMALL_PRIMES = math.prod(n for n in range(3, 3000, 2) if all(n % d for d in range(3, math.isqrt(n) + 1, 2)))
ROUNDS = [(220, 30), (280, 20), (390, 15), (512, 10), (620, 7), (740, 6), (890, 5), (1200, 4), (1700, 3), (3700, 2)]


def draw(stream, bits, exact):
    count = (bits + 7) // 8
    top = bits - 8 * (count - 1)  # bits of the first byte
    first = stream.take(1)[0]
    if exact:
        first |= 1 << (top - 1)
    return int.from_bytes(bytes([first & ((1 << top) - 1)]) + stream.take(count - 1), "big")


def draw_base(stream, candidate):
    while True:
        number = draw(stream, (candidate - 4).bit_length(), exact=False)
        if number <= candidate - 4 and number + 2 not in (1, candidate - 1):
            return number + 2


def is_prime(candidate, stream):
    """Miller-Rabin. What matters as much as the answer is that it takes exactly the bases that the reference takes."""
    rounds = next((count for limit, count in ROUNDS if candidate.bit_length() < limit), 1)
    twos = ((candidate - 1) & -(candidate - 1)).bit_length() - 1
    divisible = math.gcd(candidate, SMALL_PRIMES) > 1  # then the first round would expose it: its base is all we need
    for _ in range(rounds):
        base = draw_base(stream, candidate)
        if divisible:
            return False
        power = pow(base, (candidate - 1) >> twos, candidate)
        if power in (1, candidate - 1):
            continue
        for _ in range(twos - 1):
            power = power * power % candidate
            if power == candidate - 1:
                break
        else:
            return False
    return True


def search_prime(stream, bits, other=None, distance=0):
    least = math.isqrt(1 << (2 * bits - 1))
    while True:
        candidate = draw(stream, bits, exact=True) | 1
        if candidate <= least or math.gcd(candidate - 1, E) != 1:
            continue
        if other is not None and abs(candidate - other) <= distance:
            continue
        if is_prime(candidate, stream):
            return candidate


def derive_rsa(stream, bits):
    p = search_prime(stream, bits - bits // 2)
    q = search_prime(stream, bits // 2, p, 1 << (bits // 2 - 100))
    p, q = min(p, q), max(p, q)
    d = pow(E, -1, math.lcm(p - 1, q - 1))
    public = rsa.RSAPublicNumbers(E, p * q)
    return rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public).private_key()


# ---- Section 4: sealed and signed records


def public_key(jwk):
    """A public key that names itself by its RFC 7638 thumbprint."""
    key = JWK(**{name: value for name, value in jwk.items() if name != "kid"})
    demand(key.thumbprint() == jwk["kid"] and not key.has_private, "a key's kid is not its thumbprint")
    return key


def verify_jws(compact, typ, find_key):
    """The payload of a JWS in compact form. `find_key(kid, payload)` gives the public JWK that must have signed it."""
    protected, payload = (json.loads(b64u(part)) for part in compact.split(".")[:2])
    demand(set(protected) == {"alg", "kid", "typ"} and protected["typ"] == V1 + typ, f"not a signed {typ}")
    jwk = find_key(protected["kid"], payload)
    alg = "EdDSA" if jwk["kty"] == "OKP" else "RS256"
    b64u(compact.split(".")[2])
    token = JWS()
    token.allowed_algs = [alg]
    token.deserialize(compact)
    token.verify(public_key(jwk), alg)
    return payload


def open_jwe(jwe, key, alg):
    for part in ("protected", "encrypted_key", "iv", "ciphertext", "tag"):
        b64u(jwe.get(part, ""))
    header = json.loads(b64u(jwe["protected"]))
    demand(header["enc"] == "A256CBC-HS512" and header["typ"] == V1 + "sealed", "not a sealed record")
    token = JWE(algs=[alg, "A256CBC-HS512"])
    token.deserialize(json.dumps(jwe), key)
    return token.plaintext


def open_sealed(stored, keyring, all_kids):
    """The plaintext of a record sealed to readers and our keys that opened it; None when it is sealed to others only.
    `all_kids`: all keys that may be named as readers."""
    jwe = json.loads(stored) if isinstance(stored, bytes) else stored
    for recipient in jwe["recipients"]:
        kid = recipient["header"]["kid"]
        demand(kid in all_kids, "sealed to a key that no account card has")
        if kid in keyring:
            keys = keyring[kid]
            alg = "RSA-OAEP-256" if keys.suite == "vault" else "RSA1_5"
            demand(recipient["header"]["alg"] == alg, "wrapped in another suite's way")
            shared = {part: jwe[part] for part in ("protected", "iv", "ciphertext", "tag")}
            return open_jwe({**shared, **recipient}, keys.wrap, alg), keys
    return None


def open_with_project(compact, keys_by_epoch, project, info):
    """The plaintext of a record sealed with a project's key: JWE compact, `dir`."""
    protected, encrypted_key, iv, ciphertext, tag = compact.split(".")
    header = json.loads(b64u(protected))
    demand(header["alg"] == "dir" and encrypted_key == "", "not sealed with a project's key")
    demand(header["epoch"] in keys_by_epoch, f"you hold no key of epoch {header['epoch']}")
    key = hkdf(keys_by_epoch[header["epoch"]], bytes.fromhex(project), info, 64)
    jwk = JWK(kty="oct", k=encoded(key))
    jwe = {"protected": protected, "iv": iv, "ciphertext": ciphertext, "tag": tag}
    return open_jwe(jwe, jwk, "dir"), header["epoch"]


# ---- Section 6: the rules of the membership log. Nothing here opens a key.

ROLES = ("owner", "admin", "editor", "viewer")
WRITERS = ("owner", "admin", "editor")
GOVERNED = {"owner": (*ROLES, "node"), "admin": ("editor", "viewer", "node")}  # whose access one may give, change or end


def is_text(value):
    return isinstance(value, str)


def is_number(value):
    return type(value) is int and value > 0


def is_id(value):
    return is_text(value) and re.fullmatch("[0-9a-f]{32}", value) is not None


def is_digest(value):
    return is_text(value) and re.fullmatch("[A-Za-z0-9_-]{43}", value) is not None


def is_fingerprint(value):
    return is_text(value) and re.fullmatch("[0-9a-f]{64}", value) is not None


NEW_EPOCH = {"epoch": is_number, "commitment": is_digest, "name": is_text, "earlier": is_text, "earlierEpoch": is_number}
OPERATIONS = {
    "create": {"suite": ("vault", "coretex").__contains__, "epoch": lambda epoch: epoch == 1, "commitment": is_digest,
               "name": is_text, "fingerprint": is_fingerprint},
    "rename": {"epoch": is_number, "name": is_text},
    "add-member": {"member": is_id, "role": ROLES.__contains__, "fingerprint": is_fingerprint},
    "set-role": {"member": is_id, "role": ROLES.__contains__},
    "remove-member": {"member": is_id, **NEW_EPOCH},
    "authorize-node": {"node": is_id, "fingerprint": is_fingerprint},
    "revoke-node": {"node": is_id, **NEW_EPOCH},
    "rotate": NEW_EPOCH,
    "rekeyed": {"epoch": is_number},
    "receipt": {"epoch": is_number, "sealed": is_text},
}  # fmt: skip


class Log:
    """What the verified entries of a project's log add up to."""

    def __init__(self, project):
        self.project, self.whole = project, True
        self.hashes = []  # of the stored entries: sequence n is at n - 1
        self.grants = {}  # account -> [(sequence, access or None, fingerprint)]
        self.epochs = []  # (commitment, sealed earlier key, its epoch): epoch n is at n - 1
        self.names = []  # sealed, oldest first
        self.rekeyed = 1

    def access(self, account, sequence=math.inf):
        """What an account might do at a place of the log; None: nothing."""
        return next((access for at, access, _ in reversed(self.grants.get(account, [])) if at <= sequence), None)

    def add(self, entry, stored):
        """Takes one entry whose signature holds. Gives why it is void; None when it has its effect."""
        sequence, kind = len(self.hashes) + 1, entry["operation"]["type"]
        place = (entry["project"], entry["sequence"], entry["previous"])
        demand(place == (self.project, sequence, self.hashes[-1] if self.hashes else None), "an entry out of its place")
        demand(kind in OPERATIONS, "an entry of no type that we know")
        form = OPERATIONS[kind]
        demand(all(test(entry["operation"][name]) for name, test in form.items()), "an entry of no form that we know")
        operation = {name: entry["operation"][name] for name in ("type", *form)}  # what else it says means nothing
        demand(self.hashes or kind == "create", "a log that does not begin with its creation")
        objection = self.objection(entry["actor"], operation) if self.hashes else None
        self.hashes.append(object_hash(stored))
        if objection is None:
            self.apply(sequence, entry["actor"], operation)
        return objection

    def objection(self, actor, operation):
        kind, mine = operation["type"], self.access(actor)
        subject = operation.get("member", operation.get("node"))
        theirs = self.access(subject)
        if mine is None:
            return "has no access"
        if kind == "create":
            return "the project exists"
        if kind == "rekeyed" and mine not in WRITERS:
            return f"is {mine}"
        if kind not in ("rekeyed", "receipt") and mine not in GOVERNED:
            return f"is {mine}"
        if kind in ("add-member", "authorize-node") and theirs is not None:
            return "they have access already"
        if kind in ("set-role", "remove-member") and theirs not in ROLES or kind == "revoke-node" and theirs != "node":
            return "they have no such access"
        if kind == "remove-member" and subject == actor:
            return "would know the key that comes after them"
        for role in (theirs, operation.get("role")):
            if role is not None and role not in GOVERNED[mine]:
                return f"is {mine} and does not govern {role}"
        owners = [account for account in self.grants if self.access(account) == "owner"]
        if subject is not None and owners == [subject] and operation.get("role") != "owner":
            return "would leave nobody as owner"
        if "epoch" in operation and operation["epoch"] != len(self.epochs) + ("commitment" in operation):
            return "names the wrong epoch"
        if "earlierEpoch" in operation and operation["earlierEpoch"] >= operation["epoch"]:
            return "names the wrong epoch"
        return None

    def apply(self, sequence, actor, operation):
        kind = operation["type"]
        subject = actor if kind == "create" else operation.get("member", operation.get("node"))
        given = {"create": "owner", "authorize-node": "node"}.get(kind, operation.get("role"))
        if subject is not None:
            known = self.grants.setdefault(subject, [])
            known.append((sequence, given, operation.get("fingerprint", known[-1][2] if known else "")))
        if "commitment" in operation:
            self.epochs.append((operation["commitment"], operation.get("earlier"), operation.get("earlierEpoch")))
        if "name" in operation:
            self.names.append(operation["name"])
        if kind == "rekeyed":
            self.rekeyed = operation["epoch"]


# ---- The store (section 7): a folder in which each object is a file at its key


class Vault:
    """The store, and the public keys in it."""

    def __init__(self, store):
        self.store, self.problems = Path(store), 0
        self.cards = {}  # account id -> verified payloads of its cards, version 1 first

    def names(self, *parts, form="[0-9a-f]{32}"):
        folder = self.store.joinpath(*parts)
        return sorted(entry.name for entry in folder.iterdir() if re.fullmatch(form, entry.name)) if folder.is_dir() else []

    def versions(self, *parts):
        """(version, stored bytes) of one thing, ascending."""
        names = self.names(*parts, form="[0-9]{10}")
        return [(int(name), self.store.joinpath(*parts, name).read_bytes()) for name in names]

    def attempt(self, what, work, *arguments):
        """Does one piece of the work; damage is told and counted, and the rest goes on."""
        try:
            return work(*arguments)
        except FAULTS as error:
            self.report(what, error or type(error).__name__)
            return None

    def report(self, what, why):
        self.problems += 1
        print(f"damaged: {what}: {why}", file=sys.stderr)

    def name_of(self, account):
        return repr(self.cards[account][-1]["name"]) if account in self.cards else account

    def signing_key(self, account, kid):
        for card in self.cards.get(account, []):
            if card["keys"]["sign"]["kid"] == kid:
                return card["keys"]["sign"]
        raise Damaged("signed by nobody we know")

    def verify_record(self, jws, typ):
        author = "actor" if typ == "log-entry" else "author"
        return verify_jws(jws, typ, lambda kid, payload: self.signing_key(payload[author], kid))

    # ---- Section 3: account cards

    def read_cards(self, account):
        cards, before = [], None
        for version, stored in self.versions("accounts", account):
            jws = json.loads(stored)
            card = json.loads(b64u(jws["payload"]))
            signers = [card["keys"]["sign"]] + ([cards[-1]["keys"]["sign"]] if cards else [])
            demand(len(jws["signatures"]) == len(signers), "the wrong number of signatures")
            for signer, signature in zip(signers, by_kid(jws["signatures"], signers)):
                compact = f"{signature['protected']}.{jws['payload']}.{signature['signature']}"
                verify_jws(compact, "account-card", lambda kid, payload, signer=signer: signer)
            demand(card["id"] == account and card["version"] == version == len(cards) + 1, "a card out of its place")
            demand(card["previous"] is None if before is None else card["previous"]["hash"] == object_hash(before),
                   "a card that does not follow the one before it")  # fmt: skip
            demand(card["kind"] in ("person", "node") and card["kind"] == (cards or [card])[0]["kind"], "another kind of card")
            demand("enrolment" not in card or (card["kind"] == "node" and version == 1 and is_digest(card["enrolment"])),
                   "an enrolment that is out of its place")  # fmt: skip
            self.verify_challenge(card)
            cards, before = cards + [card], stored
        demand(cards, "an account without a card")
        self.cards[account] = cards

    def verify_challenge(self, card):
        value, signature = b64u(card["challenge"]["value"]), b64u(card["challenge"]["signature"])
        prefix = (V1 + "challenge").encode() + b"\0" + bytes.fromhex(card["id"])
        signed = value if card["suite"] == "coretex" else prefix + value
        key = serialization.load_pem_public_key(public_key(card["keys"]["wrap"]).export_to_pem())
        key.verify(signature, signed, rsa_padding.PKCS1v15(), hashes.SHA256())

    def fingerprints(self, account):
        """Of every version of an account's card, in hex."""
        thumbprints = [(b64u(card["keys"]["wrap"]["kid"]), b64u(card["keys"]["sign"]["kid"]))
                       for card in self.cards.get(account, [])]  # fmt: skip
        prefix = (V1 + "fingerprint").encode() + b"\0"
        return [hashlib.sha256(prefix + wrap + sign).hexdigest() for wrap, sign in thumbprints]

    # ---- Section 6: membership logs

    def read_log(self, project):
        """A project's log as far as it holds; None when there is none."""
        log = Log(project)
        for sequence, stored in self.versions("projects", project, "log"):
            where = f"projects/{project}/log/{sequence:010}"
            if not self.attempt(where, self.read_entry, log, stored, where):
                log.whole = False
                break
        for account, grants in log.grants.items():
            if log.access(account) is not None and grants[-1][2] not in self.fingerprints(account):
                self.report(f"accounts/{account}", f"{self.name_of(account)} was given access with another key than this card's")
        return log if log.hashes or not log.whole else None

    def read_entry(self, log, stored, where):
        entry = self.verify_record(stored.decode("ascii"), "log-entry")
        objection = log.add(entry, stored)
        if objection is not None:
            tried = f"{self.name_of(entry['actor'])} tried {entry['operation']['type']}"
            self.report(where, f"without effect: {tried}, but {objection}")
        return True


class Account:
    """One account of the store, opened: what its keys open."""

    def __init__(self, vault, account, salvage):
        self.vault, self.id, self.salvage = vault, account, salvage
        self.keyring = {}  # thumbprint of an RSA key -> Keys that unwrap for it
        self.handed = {}  # project id -> [(epoch, 32 bytes)], by whomever

    def unlock(self, passphrase):
        """Whether the passphrase opens the newest card; then the keys of all earlier ones are in the ring too."""
        cards = self.vault.cards[self.id]
        card = cards[-1]
        keys = derive_keys(card, passphrase)
        public = (card["keys"]["wrap"]["kid"], card["keys"]["sign"]["kid"])
        if keys is None or (keys.wrap.thumbprint(), keys.sign.thumbprint()) != public:
            return False
        while True:
            self.keyring[keys.wrap.thumbprint()] = keys
            if card["previous"] is None:
                return True
            earlier = cards[card["version"] - 2]
            pair = json.loads(open_sealed(card["previous"]["keys"], self.keyring, self.keyring)[0])
            wrap, sign = (serialization.load_der_private_key(b64u(pair[name]), None) for name in ("wrap", "sign"))
            keys, card = Keys(earlier["suite"], wrap, sign), earlier

    # ---- Section 4: secrets

    def read_secret(self, secret):
        """Every version that is sealed to us and written by the secret's owner, oldest first, as verified payloads. The last
        one is marked `ended` when newer ones are not sealed to us."""
        payloads, before, ended, where = [], None, False, f"secrets/{secret}"
        for version, stored in self.vault.versions("secrets", secret):
            try:
                opened = self.open_secret(secret, version, stored, before)
            except FAULTS as error:
                if not (self.salvage and payloads):
                    raise
                self.vault.report(f"{where}/{version:010}", error or type(error).__name__)
                return [*payloads[:-1], {**payloads[-1], "salvaged": True}]
            before = (version, stored)
            if opened is None:
                ended = True
            elif payloads and opened[0]["author"] != payloads[0]["author"]:
                # only version 1 says whose it is
                demand(payloads[0]["version"] == 1 or self.salvage, "written by several people, and none of them proves to own it")
                who = self.vault.name_of(opened[0]["author"])
                self.vault.report(f"{where}/{version:010}", f"without effect: written by {who}, who does not own it")
            else:
                payloads.append(opened[0])
                ended = False
                if opened[0]["type"] == "project" and opened[0]["state"] != "deleted":
                    self.keep_project_key(*opened)
        if not (ended and payloads):
            return payloads
        if payloads[-1]["author"] == self.id:
            self.vault.report(where, "without effect: a newer version of your own secret is sealed to others only")
            return payloads
        print(f"note: {where}: no longer shared with you; this is the last version that was", file=sys.stderr)
        return [*payloads[:-1], {**payloads[-1], "ended": True}]

    def open_secret(self, secret, version, stored, before):
        all_kids = {card["keys"]["wrap"]["kid"] for cards in self.vault.cards.values() for card in cards}
        opened = open_sealed(stored, self.keyring, all_kids)
        if opened is None:
            return None
        payload = self.vault.verify_record(opened[0].decode(), "secret")
        demand(payload["id"] == secret and payload["version"] == version, "a secret out of its place")
        self.check_readers(payload["recipients"], [each["header"]["kid"] for each in json.loads(stored)["recipients"]])
        check_link(payload, before, deleted=payload["state"] == "deleted")
        return (payload, opened[1]) if self.id in payload["recipients"] else None  # two accounts may have one key

    def check_readers(self, recipients, kids):
        """A secret is sealed to those whom its author named, and to nobody else."""
        left = set(kids)
        for account in recipients:
            own = {card["keys"]["wrap"]["kid"] for card in self.vault.cards.get(account, [])} & set(kids)
            demand(own, "a secret that is not sealed to one of its readers")
            # one key that is left over; two accounts of one passphrase may have the same
            left -= set(sorted(own & left)[:1])
        demand(not left, "a secret passed on by somebody who may not")

    def keep_project_key(self, payload, keys):
        """A project's key is wrapped once more inside its secret, to the same reader; what is printed is the key itself."""
        fields = payload["fields"]
        oaep = rsa_padding.OAEP(rsa_padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
        how = oaep if keys.suite == "vault" else rsa_padding.PKCS1v15()
        key = keys.rsa.decrypt(base64.b64decode(fields["encryptionKey"], validate=True), how)
        demand(len(key) == 32, "not a project key")
        demand(is_id(fields["projectId"]), "the key of no project")
        self.handed.setdefault(fields["projectId"], []).append((int(fields["epoch"]), key))
        fields["encryptionKey"] = base64.b64encode(key).decode()

    # ---- Section 6: the keys of a project

    def project_keys(self, log):
        """epoch -> key, as far as we have been handed them: what we hold of one epoch opens all before it."""
        keys, salt, handed = {}, bytes.fromhex(log.project), self.handed.get(log.project, [])
        fits = lambda key, epoch: encoded(hkdf(key, salt, "key-commitment", 32)) == log.epochs[epoch - 1][0]
        for epoch in range(len(log.epochs), 0, -1):
            keys.update((epoch, key) for of, key in handed if of == epoch and fits(key, epoch))
            _, sealed, earlier = log.epochs[epoch - 1]
            if epoch in keys and sealed is not None and earlier not in keys:
                where = f"projects/{log.project}/log: the key of epoch {earlier}"
                opened = self.vault.attempt(where, open_with_project, sealed, {epoch: keys[epoch]}, log.project, "earlier-key")
                if opened is not None and len(opened[0]) == 32 and fits(opened[0], earlier):
                    keys[earlier] = opened[0]
                elif opened is not None:
                    self.vault.report(where, "another key than the log commits to")
        for epoch, key in handed:
            if self.salvage and not log.whole and epoch > len(log.epochs):
                keys.setdefault(epoch, key)  # nothing says that it is the right one but what it opens
            elif keys.get(epoch) != key:
                print(f"note: ignored a key for project {log.project}, epoch {epoch}: its log says another", file=sys.stderr)
        return keys

    def project_name(self, log, keys):
        """The newest name that our keys open."""
        for sealed in reversed(log.names):
            protected = json.loads(b64u(sealed.split(".")[0]))
            if protected["epoch"] in keys:
                return open_with_project(sealed, keys, log.project, "project-name")[0].decode()
        return log.project

    # ---- Section 5: files

    def read_file_record(self, log, keys, file):
        """The newest version of a file or folder that counts; the chain behind it is verified. `ended` when newer ones are
        sealed with keys that came after our access ended. None when no version counts."""
        where, former = f"projects/{log.project}/files/{file}", log.access(self.id) is None
        versions, ended, salvaged = [], False, False
        for version, stored in self.vault.versions("projects", log.project, "files", file):
            if former and sealing_epoch(stored) not in keys:
                ended = True
                break
            try:
                record = self.open_file_record(log, keys, file, version, stored)
            except FAULTS as error:
                if not (self.salvage and versions):
                    raise
                self.vault.report(f"{where}/{version:010}", error or type(error).__name__)
                salvaged = True
                break
            versions.append((version, stored, record))
        record = self.follow(log, versions, where)
        if record is None:
            return None
        # a file of before `rekeyed` may be a former member's, who pretends to have written it then; one's own is not
        backdated = not ended and not salvaged and record["epoch"] < log.rekeyed and record["author"] != self.id
        demand(not backdated, f"sealed with a key no longer in use, by {self.vault.name_of(record['author'])}")
        salvaged = salvaged or record["log"]["sequence"] > len(log.hashes)
        return {**record, **({"ended": True} if ended else {}), **({"salvaged": True} if salvaged else {})}

    def open_file_record(self, log, keys, file, version, stored):
        plaintext, epoch = open_with_project(stored.decode("ascii"), keys, log.project, "file-record")
        record = self.vault.verify_record(plaintext.decode(), "file")
        place = (record["project"], record["id"], record["version"], record["epoch"])
        demand(place == (log.project, file, version, epoch), "a file record out of its place")
        demand((record["kind"] == "file") == (record["content"] is not None), "a file without content")
        demand(record["content"] is None or 1 <= record["content"]["epoch"] <= epoch, "content of an epoch to come")
        is_tombstone(record) or checked_path(record["path"])
        known = record["log"]["sequence"]
        demand(is_number(known), "not a place in the log")
        if not (self.salvage and not log.whole and known > len(log.hashes)):
            demand(known <= len(log.hashes), "its author knew more of the project's log than this store shows")
            demand(record["log"]["hash"] == log.hashes[known - 1], "its author was shown another log of this project")
        return record

    def follow(self, log, versions, where):
        """Every version names the bytes of the one before it. Those whose author might not write keep their place there and do
        nothing else. What was deleted for good has lost its past."""
        numbers = [version for version, _, _ in versions]
        start = 0
        if numbers != list(range(1, len(numbers) + 1)):
            tombstones = [at for at, (_, _, record) in enumerate(versions) if is_tombstone(record) and may_write(log, record)]
            demand(tombstones, "a version is missing")
            start = tombstones[-1]
        before, counts = None, None
        for version, stored, record in versions[start:]:
            check_link(record, before, deleted=before is None and start > 0 or is_tombstone(record))
            before = (version, stored)
            back = counts and (record["log"]["sequence"] < counts["log"]["sequence"] or record["epoch"] < counts["epoch"])
            if back or not may_write(log, record):
                why = "as if in the past" if back else "without the right to write"
                who = self.vault.name_of(record["author"])
                self.vault.report(f"{where}/{version:010}", f"without effect: written by {who} {why}")
            else:
                counts = record
        return counts

    def save_file(self, keys, record, target):
        """Decrypts to a name of its own first; `target` appears only when all of it is verified."""
        content = record["content"]
        demand(is_id(content["blob"]) and is_id(record["id"]), "not an id")
        demand(content["epoch"] in keys, f"you hold no key of epoch {content['epoch']}")
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{record['id']}.part")
        open_blob = open_container if content["suite"] == "vault" else open_coretex_blob
        try:
            with open(self.vault.store / "blobs" / content["blob"], "rb") as blob, open(partial, "xb") as out:
                open_blob(blob, out, keys[content["epoch"]], record)
            partial.rename(target)
            return True
        finally:
            partial.unlink(missing_ok=True)


def check_link(payload, before, deleted):
    """A version names the bytes of the one before it. Only a thing deleted for good has lost its past."""
    version, previous = payload["version"], payload["previous"]
    if before is not None and before[0] == version - 1:
        demand(previous == object_hash(before[1]), "a version that does not follow the one before it")
    else:
        demand(deleted or (version == 1 and previous is None), "a version before this one is missing")


def sealing_epoch(stored):
    return json.loads(b64u(stored.decode("ascii").split(".")[0]))["epoch"]


def is_tombstone(record):
    return record["kind"] == "folder" and record["trashed"] is True and record["path"] == ""


def may_write(log, record):
    """Whether its author might write files at the place of the log that the record names."""
    place = record["log"]["sequence"]
    return place > len(log.hashes) or log.access(record["author"], place) in WRITERS


def by_kid(signatures, signers):
    kids = {json.loads(b64u(each["protected"]))["kid"]: each for each in signatures}
    return [kids[signer["kid"]] for signer in signers]


def open_container(blob, out, project_key, record):
    """The file container: every segment's tag is verified before its plaintext is written, and the root at the end."""
    header = blob.read(64)
    integer = lambda start, end: int.from_bytes(header[start:end], "big")
    size, segment = record["size"], integer(12, 16)
    demand(header[:8] == b"CTXVAULT" and integer(8, 10) == 1 and integer(10, 12) == 0, "not a file container")
    demand(segment in [1 << power for power in range(16, 27)], "an impossible segment size")
    demand(header[16:32].hex() == record["content"]["blob"] and header[32:48].hex() == record["project"],
           "a blob out of its place")  # fmt: skip
    demand(integer(48, 52) == record["content"]["epoch"] and header[52:] == bytes(12), "a blob of another epoch")
    keys = hkdf(project_key, header[16:32], "file", 64)
    count = max(1, -(-size // segment))
    tags = []
    for index in range(count):
        last = index == count - 1
        plain_length = size - index * segment if last else segment
        iv, ciphertext, tag = blob.read(16), blob.read(plain_length // 16 * 16 + 16), blob.read(32)
        authentic = header + index.to_bytes(8, "big") + bytes([last]) + iv + ciphertext
        demand(hmac.compare_digest(hmac.digest(keys[32:], authentic, "sha256"), tag), f"segment {index} is not authentic")
        plaintext = cbc(keys[:32], iv, ciphertext)
        demand(len(plaintext) == plain_length, f"segment {index} has the wrong length")
        out.write(plaintext)
        tags.append(tag)
    trailer = blob.read(32 * count)
    demand(trailer == b"".join(tags) and blob.read(1) == b"", "the end of the blob is not authentic")
    demand(hashlib.sha256(header + trailer).digest() == b64u(record["content"]["root"]), "not the file that was signed")


def cbc(key, iv, ciphertext):
    decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    unpadder = padding.PKCS7(128).unpadder()
    return unpadder.update(decryptor.update(ciphertext) + decryptor.finalize()) + unpadder.finalize()


def open_coretex_blob(blob, out, project_key, record):
    """The coretex suite has no tags: the whole blob is checked against the signed hash first, then decrypted."""
    digest = hashlib.sha256()
    for piece in iter(lambda: blob.read(1 << 20), b""):
        digest.update(piece)
    demand(digest.digest() == b64u(record["content"]["root"]), "not the file that was signed")
    blob.seek(0)
    decryptor = Cipher(algorithms.AES(project_key), modes.CBC(blob.read(16))).decryptor()
    left = record["size"]
    for piece in iter(lambda: blob.read(1 << 20), b""):
        plaintext = decryptor.update(piece)
        out.write(plaintext[:left])
        end, left = plaintext[left:], max(0, left - len(plaintext))
    demand(left == 0 and end == bytes([len(end)]) * len(end), "the wrong padding")


# ---- The whole way


def checked_path(path):
    for name in path.split("/"):
        demand(name not in ("", ".", "..") and "\0" not in name and len(name.encode()) <= 255, "an impossible path")
    return path


def free_path(path, taken):
    """Two computers may have given one path to two files: the second is shown as `name (2).ext`, and so on."""
    free, number = Path(path), 1
    while free in taken:
        number += 1
        free = Path(path).with_stem(f"{Path(path).stem} ({number})")
    taken.add(free)
    return free


def folder_name(name, project):
    plain = name.replace("/", "_").replace("\0", "_")
    return f"{plain[:60].lstrip('.') or '_'} {project[:8]}"


def recover_project(account, log, output):
    vault, keys = account.vault, account.project_keys(log)
    where = f"projects/{log.project}"
    name = vault.attempt(f"{where}/log", account.project_name, log, keys) or log.project
    if log.access(account.id) is None and log.whole:
        print(f"note: your access to {name!r} has ended; newer keys of it are not yours", file=sys.stderr)
    elif not keys or len(log.epochs) not in keys:
        vault.report(where, f"nobody has handed you the newest key of {name!r}")
    files = [(f"{where}/files/{file}", file) for file in vault.names("projects", log.project, "files")] if keys else []
    records = [(at, vault.attempt(at, account.read_file_record, log, keys, file)) for at, file in files]
    for trashed in (False, True):
        folder = output / folder_name(name, log.project) / (".trash" if trashed else "")
        here = [(at, record) for at, record in records if record and record["path"] and record["trashed"] == trashed]
        taken = {parent for _, record in here for parent in Path(record["path"]).parents}
        for _, record in here:
            if record["kind"] == "folder":
                taken.add(Path(record["path"]))
                (folder / record["path"]).mkdir(parents=True, exist_ok=True)
        for at, record in here:
            if record["kind"] == "file":
                recover_file(account, keys, record, folder / free_path(record["path"], taken), (at, name))


def recover_file(account, keys, record, target, told):
    where, name = told
    if record.get("ended") and not (account.vault.store / "blobs" / record["content"]["blob"]).exists():
        print(f"note: {where}: {record['path']!r} was encrypted anew with a key that you never had", file=sys.stderr)
    elif account.vault.attempt(f"{where} ({record['path']!r})", account.save_file, keys, record, target):
        marks = {mark: True for mark in ("ended", "salvaged") if mark in record}
        line = {"kind": "file", "project": name, "path": record["path"], "size": record["size"], **marks}
        print(json.dumps({**line, "trashed": record["trashed"], "saved": str(target)}, ensure_ascii=False))


def recover(arguments, passphrase):
    vault = Vault(arguments.store)
    for account in vault.names("accounts"):
        vault.attempt(f"accounts/{account}", vault.read_cards, account)
    wanted = [Account(vault, account, arguments.salvage) for account, cards in vault.cards.items()
              if arguments.account in (None, account, cards[-1]["name"])]  # fmt: skip
    opened = [account for account in wanted if vault.attempt(f"accounts/{account.id}", account.unlock, passphrase)]
    if not opened:
        print("That passphrase opens no account of this store.", file=sys.stderr)
        return 4 if vault.problems else 3
    for account in opened:
        name = vault.cards[account.id][-1]["name"]
        print(f"opened {name!r} ({account.id})", file=sys.stderr)
        if arguments.private_key is not None:
            write_private_key(account.keyring[vault.cards[account.id][-1]["keys"]["wrap"]["kid"]], arguments.private_key)
        recover_secrets(account, arguments.history)
        if arguments.output is not None:
            # one passphrase may open two accounts: each gets a folder of its own then
            recover_projects(account, arguments.output / folder_name(name, account.id) if len(opened) > 1 else arguments.output)
    return 4 if vault.problems else 0


def recover_secrets(account, history):
    for secret in account.vault.names("secrets"):
        payloads = account.vault.attempt(f"secrets/{secret}", account.read_secret, secret) or []
        for payload in payloads if history else payloads[-1:]:
            if payload["state"] != "deleted":
                print(json.dumps({"kind": "secret", **payload}, ensure_ascii=False))


def recover_projects(account, output):
    """Those whose log names us, and those whose key we were handed."""
    for project in sorted({*account.vault.names("projects"), *account.handed}):
        log = account.vault.read_log(project)
        if log is None:
            # a crash between the first key and the first entry leaves a key for a project that was never begun
            if account.vault.names("projects", project, "files"):
                account.vault.report(f"projects/{project}", "a project without a log")
        elif account.id in log.grants or project in account.handed:
            recover_project(account, log, output)


def write_private_key(keys, path):
    """The RSA key as PKCS#8 PEM, for going on by hand."""
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(keys.rsa.private_bytes(*form))


def read_passphrase(file):
    if file is None:
        return os.fsencode(getpass.getpass("Passphrase: "))
    data = Path(file).read_bytes()  # up to one final newline
    return data[:-2] if data.endswith(b"\r\n") else data[:-1] if data.endswith(b"\n") else data


def main():
    parser = argparse.ArgumentParser(description="Opens a Coretex Vault with the passphrase and the store's folder alone.")
    parser.add_argument("store", type=Path, help="the folder of the store")
    parser.add_argument("--passphrase-file", help="read the passphrase from this file instead of asking for it")
    parser.add_argument("--account", help="name or id of the account, where a store has many")
    parser.add_argument("--output", type=Path, help="decrypt every file into this folder")
    parser.add_argument("--history", action="store_true", help="print earlier versions of secrets too")
    parser.add_argument("--salvage", action="store_true", help="give what is left of damaged files, secrets and logs too")
    parser.add_argument("--private-key", type=Path, help="write the RSA private key to this new file (PKCS#8 PEM, unprotected)")
    arguments = parser.parse_args()
    if not (arguments.store / "store").is_file():
        parser.error(f"{arguments.store} is not the folder of a store")
    sys.stdout.reconfigure(encoding="utf-8")
    return recover(arguments, read_passphrase(arguments.passphrase_file))


if __name__ == "__main__":
    sys.exit(main())
