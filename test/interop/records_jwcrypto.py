"""Reads and writes the vault's records with a standard library alone: python3-jwcrypto, and no code of the project.

Takes one JSON job on standard input, prints one JSON answer:
  open    {"jwe", "key": PEM}                 -> {"plaintext"}       a record sealed to readers
  direct  {"jwe", "key": b64u of 64 bytes}    -> {"plaintext"}       a record sealed with a project's key
  verify  {"jws", "key": JWK, "alg"}          -> {"payload"}         a signed record, or one signature of a card
  seal    {"plaintext", "readers": [{"alg", "kid", "key": JWK}]} -> {"jwe"}
  sign    {"payload", "header", "key": PEM}   -> {"jws"}
"""
import json
import sys

from jwcrypto import jwe, jwk, jws

WRAPS = ["RSA-OAEP-256", "RSA1_5"]


def open_sealed(job):
    token = jwe.JWE(algs=WRAPS + ["A256CBC-HS512"])
    token.deserialize(job["jwe"], key=jwk.JWK.from_pem(job["key"].encode()))
    return {"plaintext": token.payload.decode(), "header": json.loads(token.objects["protected"])}


def open_direct(job):
    token = jwe.JWE(algs=["dir", "A256CBC-HS512"])
    token.deserialize(job["jwe"], key=jwk.JWK(kty="oct", k=job["key"]))
    return {"plaintext": token.payload.decode(), "header": json.loads(token.objects["protected"])}


def verify(job):
    token = jws.JWS()
    token.allowed_algs = [job["alg"]]
    token.deserialize(job["jws"])
    token.verify(jwk.JWK(**{name: value for name, value in job["key"].items() if name != "kid"}))
    return {"payload": json.loads(token.payload)}


def seal(job):
    header = {"enc": "A256CBC-HS512", "typ": "coretex-vault/v1/sealed"}
    token = jwe.JWE(job["plaintext"].encode(), protected=json.dumps(header), algs=WRAPS + ["A256CBC-HS512"])
    for reader in job["readers"]:
        key = jwk.JWK(**{name: value for name, value in reader["key"].items() if name != "kid"})
        token.add_recipient(key, header=json.dumps({"alg": reader["alg"], "kid": reader["kid"]}))
    return {"jwe": token.serialize(compact=False)}


def sign(job):
    token = jws.JWS(json.dumps(job["payload"]))
    token.allowed_algs = [job["header"]["alg"]]
    token.add_signature(jwk.JWK.from_pem(job["key"].encode()), protected=json.dumps(job["header"]))
    return {"jws": token.serialize(compact=True)}


WORK = {"open": open_sealed, "direct": open_direct, "verify": verify, "seal": seal, "sign": sign}

if __name__ == "__main__":
    jobs = json.load(sys.stdin)
    json.dump([WORK[job["work"]](job) for job in jobs], sys.stdout)
