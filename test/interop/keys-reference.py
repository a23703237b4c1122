"""The reference's key derivation, by PyCryptodome itself: reads a JSON list of cases on standard input, answers with a list of keys.

A case is {"suite": "coretex", "bits": n, "passphrase": hex}, or {"suite": "vault", "bits": n, "stretched": hex}, or the latter with
{"passphrase": hex, "kdf": {...}} where argon2-cffi is installed. The answer holds the key's PKCS#8 DER as hex and the time it took.
"""
import base64, hashlib, json, sys, time, unicodedata
from Cryptodome.Cipher import AES
from Cryptodome.Hash import SHA256
from Cryptodome.Protocol.KDF import HKDF
from Cryptodome.PublicKey import RSA


def chain(seed):
    state = {"block": hashlib.sha256(seed).digest(), "rest": b""}
    state["rest"] = state["block"]

    def read(count):
        while len(state["rest"]) < count:
            state["block"] = hashlib.sha256(state["block"]).digest()
            state["rest"] += state["block"]
        taken, state["rest"] = state["rest"][:count], state["rest"][count:]
        return taken

    return read


def counter(stretched):
    key = HKDF(stretched, 32, b"", SHA256, context=b"coretex-vault/v1/rsa")
    cipher = AES.new(key, AES.MODE_CTR, nonce=b"", initial_value=0)
    return lambda count: cipher.encrypt(b"\0" * count)


def stretch(case):
    if "stretched" in case:
        return bytes.fromhex(case["stretched"])
    from argon2.low_level import Type, hash_secret_raw

    secret = bytes.fromhex(case["passphrase"])
    try:
        secret = unicodedata.normalize("NFKC", secret.decode("utf-8")).encode("utf-8")
    except UnicodeDecodeError:
        pass
    kdf = case["kdf"]
    salt = base64.urlsafe_b64decode(kdf["salt"] + "==")
    return hash_secret_raw(secret, salt, kdf["iterations"], kdf["memoryKib"], 1, 32, Type.ID, 19)


def answer(case):
    if case["suite"] == "coretex":
        stream = chain(bytes.fromhex(case["passphrase"]))
    else:
        stretched = stretch(case)
        stream = counter(stretched)
    started = time.perf_counter()
    key = RSA.generate(case["bits"], randfunc=stream)
    seconds = time.perf_counter() - started
    reply = {"pkcs8": key.export_key("DER", pkcs=8).hex(), "seconds": seconds}
    if case["suite"] == "vault":
        reply["signSeed"] = HKDF(stretched, 32, b"", SHA256, context=b"coretex-vault/v1/ed25519").hex()
    return reply


print(json.dumps([answer(case) for case in json.load(sys.stdin)]))
