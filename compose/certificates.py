"""A certificate authority of a folder's own: for servers, and for clients known by theirs."""
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from broker.backends.clock import SystemClock

VALID = timedelta(days=825)
CLOCKS_APART = timedelta(hours=1)
LOOPBACK = ("127.0.0.1", "localhost")

_USES = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
         "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")


@dataclass(frozen=True, slots=True)
class Authority:
    """Who vouches for the certificates of a folder: its certificate and key, both PEM."""

    certificate_file: Path
    key_file: Path


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """A server's certificate and its key, both PEM."""

    certificate: bytes
    key: bytes

    @property
    def keystore(self) -> bytes:
        """Both in one, as Kafka wants them."""
        return self.key + self.certificate


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A client's certificate and its key, both PEM, the key readable by this user alone."""

    certificate_file: Path
    key_file: Path


def authority(folder: Path) -> Authority:
    """The authority of a folder, made the first time it is asked for."""
    made = Authority(folder / "ca.pem", folder / "ca.key")
    if not made.key_file.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        name = _named("Concord local authority")
        certificate = (
            _dated(name, name, key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_only("key_cert_sign", "crl_sign"), critical=True)
            .add_extension(_identifier(key.public_key()), critical=False)
            .sign(key, hashes.SHA256()))
        _write(made.certificate_file, _pem(certificate), 0o644)
        _write(made.key_file, _pem_key(key), 0o600)
    return made


def server_certificate(by: Authority, hosts: Sequence[str] = LOOPBACK) -> ServerCertificate:
    """A new key, and a certificate that it belongs to whoever is reached by these hosts: names or
    addresses, the first of which it is called by."""
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([_host(each) for each in hosts])
    certificate = _signed(by, hosts[0], key, ExtendedKeyUsageOID.SERVER_AUTH, names)
    return ServerCertificate(_pem(certificate), _pem_key(key))


def broker_keystore(by: Authority, file: Path) -> None:
    """Write a new key and certificate for a server on this machine's loopback, in one PEM."""
    _write(file, server_certificate(by).keystore, 0o600)


def issue(ca_file: Path, ca_key_file: Path, principal: str, folder: Path) -> ClientCertificate:
    """Write a certificate into the folder that makes its holder this principal of Kafka."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _signed(Authority(ca_file, ca_key_file), principal, key,
                          ExtendedKeyUsageOID.CLIENT_AUTH, None)
    issued = ClientCertificate(folder / f"{principal}.pem", folder / f"{principal}.key")
    _write(issued.certificate_file, _pem(certificate), 0o644)
    _write(issued.key_file, _pem_key(key), 0o600)
    return issued


def _signed(by: Authority, name: str, key: ec.EllipticCurvePrivateKey, use: x509.ObjectIdentifier,
            names: x509.SubjectAlternativeName | None) -> x509.Certificate:
    issuer = x509.load_pem_x509_certificate(by.certificate_file.read_bytes())
    issuer_key = serialization.load_pem_private_key(by.key_file.read_bytes(), None)
    assert isinstance(issuer_key, ec.EllipticCurvePrivateKey), "made by `authority`"
    builder = (
        _dated(_named(name), issuer.subject, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_only("digital_signature"), critical=True)
        .add_extension(x509.ExtendedKeyUsage([use]), critical=False)
        .add_extension(_identifier(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
                       critical=False))
    if names is not None:
        builder = builder.add_extension(names, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _dated(subject: x509.Name, issuer: x509.Name,
           key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = SystemClock().now()
    return (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - CLOCKS_APART).not_valid_after(now + VALID))


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _only(*uses: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{use: use in uses for use in _USES})


def _identifier(key: ec.EllipticCurvePublicKey) -> x509.SubjectKeyIdentifier:
    return x509.SubjectKeyIdentifier.from_public_key(key)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _pem_key(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption())


def _write(file: Path, text: bytes, mode: int) -> None:
    """Never readable by others even for a moment, where the mode says so."""
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as opened:
        opened.write(text)
