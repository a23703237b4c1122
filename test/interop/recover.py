#!/usr/bin/python3
"""Opens a Coretex Vault with nothing but the passphrase and the store's folder.

    recover.py STORE [--passphrase-file FILE] [--account NAME] [--output FOLDER] [--history]
               [--private-key FILE]

Prints every secret as one line of JSON; with --output it also decrypts every file of every project into FOLDER. It shares no
code with Coretex Vault: it is written from docs/protocol.md alone, and the section numbers below are that page's. It needs
Python 3.11 and Debian's python3-cryptography, python3-jwcrypto and python3-argon2. It only reads the store.

Exit codes: 0 all was read, 2 usage, 3 the passphrase opens no account, 4 something is damaged or forged (the rest was read).
"""

import argparse, base64, getpass, hashlib, hmac, json, math, os, sys, unicodedata
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


def demand(condition, what):
    if not condition:
        raise Damaged(what)


def b64u(text):
    """Base64url without padding, and only its one canonical spelling: any other bit in the store is a changed bit."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    demand(base64.urlsafe_b64encode(data).rstrip(b"=").decode() == text, "base64url is not canonical")
    return data


def object_hash(stored):
    return base64.urlsafe_b64encode(hashlib.sha256(stored).digest()).rstrip(b"=").decode()


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
    demand(header["epoch"] in keys_by_epoch, f"there is no key of epoch {header['epoch']}")
    key = hkdf(keys_by_epoch[header["epoch"]], bytes.fromhex(project), info, 64)
    jwk = JWK(kty="oct", k=base64.urlsafe_b64encode(key).rstrip(b"=").decode())
    jwe = {"protected": protected, "iv": iv, "ciphertext": ciphertext, "tag": tag}
    return open_jwe(jwe, jwk, "dir"), header["epoch"]


# ---- The store (section 7): a folder in which each object is a file at its key


class Vault:
    def __init__(self, store):
        self.store, self.problems = Path(store), 0
        self.cards = {}  # account id -> verified payloads of its cards, version 1 first
        self.keyring = {}  # thumbprint of an RSA key -> Keys that unwrap for it
        self.project_keys = {}  # project id -> epoch -> 32 bytes

    def names(self, *parts):
        folder = self.store.joinpath(*parts)
        return sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []

    def versions(self, *parts):
        """(version, stored bytes) of one thing, ascending."""
        return [(int(name), self.store.joinpath(*parts, name).read_bytes()) for name in self.names(*parts)]

    def attempt(self, what, work, *arguments):
        """Does one piece of the work; damage is told and counted, and the rest goes on."""
        try:
            return work(*arguments)
        except (Damaged, InvalidSignature, JWException, ValueError, KeyError, TypeError, AttributeError, OSError) as error:
            self.problems += 1
            print(f"damaged: {what}: {error or type(error).__name__}", file=sys.stderr)
            return None

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

    def unlock(self, account, passphrase):
        """Whether the passphrase opens the newest card; then the keys of all earlier ones are in the ring too."""
        card = self.cards[account][-1]
        keys = derive_keys(card, passphrase)
        public = (card["keys"]["wrap"]["kid"], card["keys"]["sign"]["kid"])
        if keys is None or (keys.wrap.thumbprint(), keys.sign.thumbprint()) != public:
            return False
        while True:
            self.keyring[keys.wrap.thumbprint()] = keys
            if card["previous"] is None:
                return True
            earlier = self.cards[account][card["version"] - 2]
            pair = json.loads(open_sealed(card["previous"]["keys"], self.keyring, self.keyring)[0])
            wrap, sign = (serialization.load_der_private_key(b64u(pair[name]), None) for name in ("wrap", "sign"))
            keys, card = Keys(earlier["suite"], wrap, sign), earlier

    # ---- Section 4: secrets

    def read_secret(self, secret, reader):
        """Every version that is sealed to us, oldest first, as verified payloads."""
        payloads, before = [], None
        all_kids = {card["keys"]["wrap"]["kid"] for cards in self.cards.values() for card in cards}
        for version, stored in self.versions("secrets", secret):
            opened = open_sealed(stored, self.keyring, all_kids)
            if opened is not None:
                payload = self.verify_record(opened[0].decode(), "secret")
                demand(payload["id"] == secret and payload["version"] == version, "a secret out of its place")
                demand(reader in payload["recipients"], "a secret passed on by somebody who may not")
                self.check_link(payload, before, deleted=payload["state"] == "deleted")
                payloads.append(payload)
                if payload["type"] == "project" and payload["state"] != "deleted":
                    self.keep_project_key(payload["fields"], opened[1])
            before = (version, stored)
        return payloads

    def check_link(self, payload, before, deleted):
        """A version names the bytes of the one before it. Only a thing deleted for good has lost its past."""
        version, previous = payload["version"], payload["previous"]
        if before is not None and before[0] == version - 1:
            demand(previous == object_hash(before[1]), "a version that does not follow the one before it")
        else:
            demand(deleted or (version == 1 and previous is None), "a version before this one is missing")

    def keep_project_key(self, fields, keys):
        """A project's key is wrapped once more inside its secret, to the same reader; what is printed is the key itself."""
        oaep = rsa_padding.OAEP(rsa_padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
        how = oaep if keys.suite == "vault" else rsa_padding.PKCS1v15()
        key = keys.rsa.decrypt(base64.b64decode(fields["encryptionKey"], validate=True), how)
        demand(len(key) == 32, "not a project key")
        self.project_keys.setdefault(fields["projectId"], {})[int(fields["epoch"])] = key
        fields["encryptionKey"] = base64.b64encode(key).decode()

    # ---- Sections 5 and 6: projects and files

    def project_name(self, project):
        before, owner, name = None, None, None
        for sequence, stored in self.versions("projects", project, "log"):
            entry = self.verify_record(stored.decode(), "log-entry")
            demand(entry["project"] == project and entry["sequence"] == sequence, "a log entry out of its place")
            demand(entry["previous"] == (None if before is None else object_hash(before)), "a broken log")
            operation = entry["operation"]
            owner = owner or entry["actor"]
            demand(entry["actor"] == owner and (operation["type"] == "create") == (before is None), "not allowed")
            if "name" in operation:
                keys = self.project_keys[project]
                name = open_with_project(operation["name"], keys, project, "project-name")[0].decode()
            before = stored
        demand(name is not None, "a project without a log")
        return name

    def read_file_record(self, project, file):
        """The newest version of a file or folder; the chain behind it is verified."""
        before, record = None, None
        for version, stored in self.versions("projects", project, "files", file):
            plaintext, epoch = open_with_project(stored.decode(), self.project_keys[project], project, "file-record")
            record = self.verify_record(plaintext.decode(), "file")
            place = (record["project"], record["id"], record["version"], record["epoch"])
            demand(place == (project, file, version, epoch), "a file record out of its place")
            deleted = record["trashed"] and record["path"] == ""
            self.check_link(record, before, deleted)
            deleted or checked_path(record["path"])
            before = (version, stored)
        return record

    def save_file(self, project, record, target):
        """Decrypts to a name of its own first; `target` appears only when all of it is verified."""
        content = record["content"]
        demand(len(bytes.fromhex(content["blob"])) == 16, "not an id")
        key = self.project_keys[project][record["epoch"]]
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{record['id']}.part")
        open_blob = open_container if content["suite"] == "vault" else open_coretex_blob
        try:
            with open(self.store / "blobs" / content["blob"], "rb") as blob, open(partial, "xb") as out:
                open_blob(blob, out, key, record)
            partial.rename(target)
            return True
        finally:
            partial.unlink(missing_ok=True)


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
    demand(integer(48, 52) == record["epoch"] and header[52:] == bytes(12), "a blob of another epoch")
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


def recover_project(vault, project, output):
    name = vault.attempt(f"projects/{project}/log", vault.project_name, project) or project
    files = [(f"projects/{project}/files/{file}", file) for file in vault.names("projects", project, "files")]
    records = [(where, vault.attempt(where, vault.read_file_record, project, file)) for where, file in files]
    for trashed in (False, True):
        folder = output / folder_name(name, project) / (".trash" if trashed else "")
        here = [(where, record) for where, record in records if record and record["path"] and record["trashed"] == trashed]
        taken = {parent for _, record in here for parent in Path(record["path"]).parents}
        for _, record in here:
            if record["kind"] == "folder":
                taken.add(Path(record["path"]))
                (folder / record["path"]).mkdir(parents=True, exist_ok=True)
        for where, record in here:
            if record["kind"] == "file":
                target = folder / free_path(record["path"], taken)
                if vault.attempt(f"{where} ({record['path']!r})", vault.save_file, project, record, target):
                    line = {"kind": "file", "project": name, "path": record["path"], "size": record["size"]}
                    print(json.dumps({**line, "trashed": trashed, "saved": str(target)}, ensure_ascii=False))


def recover(arguments, passphrase):
    vault = Vault(arguments.store)
    for account in vault.names("accounts"):
        vault.attempt(f"accounts/{account}", vault.read_cards, account)
    wanted = [account for account, cards in vault.cards.items()
              if arguments.account in (None, account, cards[-1]["name"])]  # fmt: skip
    opened = [account for account in wanted if vault.attempt(f"accounts/{account}", vault.unlock, account, passphrase)]
    if not opened:
        print("That passphrase opens no account of this store.", file=sys.stderr)
        return 4 if vault.problems else 3
    for account in opened:
        print(f"opened {vault.cards[account][-1]['name']!r} ({account})", file=sys.stderr)
        recover_secrets(vault, account, arguments.history)
        if arguments.private_key is not None:
            write_private_key(vault.keyring[vault.cards[account][-1]["keys"]["wrap"]["kid"]], arguments.private_key)
    if arguments.output is not None:
        for project in sorted(vault.project_keys):
            recover_project(vault, project, arguments.output)
    return 4 if vault.problems else 0


def recover_secrets(vault, account, history):
    for secret in vault.names("secrets"):
        payloads = vault.attempt(f"secrets/{secret}", vault.read_secret, secret, account) or []
        for payload in payloads if history else payloads[-1:]:
            if payload["state"] != "deleted":
                print(json.dumps({"kind": "secret", **payload}, ensure_ascii=False))


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
    parser.add_argument("--private-key", type=Path, help="write the RSA private key to this new file (PKCS#8 PEM, unprotected)")
    arguments = parser.parse_args()
    if not (arguments.store / "store").is_file():
        parser.error(f"{arguments.store} is not the folder of a store")
    sys.stdout.reconfigure(encoding="utf-8")
    return recover(arguments, read_passphrase(arguments.passphrase_file))


if __name__ == "__main__":
    sys.exit(main())
