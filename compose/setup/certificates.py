"""Certificates by which the composed services prove who they are to each other and to agencies."""
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from broker.backends.clock import SystemClock
from compose.local.certificates import CLOCKS_APART, VALID, Authority


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """A server's certificate and its key, both PEM."""

    certificate: bytes
    key: bytes


def server_certificate(by: Authority, hosts: Sequence[str]) -> ServerCertificate:
    """A new key, and a certificate that it belongs to whoever is reached by these hosts: names or
    addresses, the first of which it is called by."""
    issuer = x509.load_pem_x509_certificate(by.certificate_file.read_bytes())
    issuer_key = serialization.load_pem_private_key(by.key_file.read_bytes(), None)
    assert isinstance(issuer_key, ec.EllipticCurvePrivateKey), "made by `authority`"
    key = ec.generate_private_key(ec.SECP256R1())
    now = SystemClock().now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0])]))
        .issuer_name(issuer.subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCKS_APART).not_valid_after(now + VALID)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_named(host) for host in hosts]),
                       critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
                       critical=False)
        .sign(issuer_key, hashes.SHA256()))
    return ServerCertificate(
        certificate.public_bytes(serialization.Encoding.PEM),
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                          serialization.NoEncryption()))


def _named(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
