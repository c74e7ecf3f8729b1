#!/usr/bin/env python3
"""Makes the certificates, CRLs and keys of this folder anew (python3-cryptography, openssl). The keys protect nothing: they are
here for tests alone. Valid from 2025 to 2035 unless a name says otherwise; tests bring the time along."""
import datetime
import ipaddress
import os
import subprocess

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID as Eku
from cryptography.x509.oid import NameOID

os.chdir(os.path.dirname(os.path.abspath(__file__)))


def utc(year, month=1, day=1):
    return datetime.datetime(year, month, day, tzinfo=datetime.timezone.utc)


def name(common, organisation='Test', email=None):
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, 'DE'), x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
             x509.NameAttribute(NameOID.COMMON_NAME, common)]
    return x509.Name(parts + ([x509.NameAttribute(NameOID.EMAIL_ADDRESS, email)] if email else []))


def usage(**on):
    every = dict.fromkeys(('digital_signature', 'content_commitment', 'key_encipherment', 'data_encipherment', 'key_agreement',
                           'key_cert_sign', 'crl_sign', 'encipher_only', 'decipher_only'), False)
    return x509.KeyUsage(**dict(every, **on))


CA = [(x509.BasicConstraints(True, None), True), (usage(key_cert_sign=True, crl_sign=True), True)]
SIGNS = [(usage(digital_signature=True), True)]


def ca(path_length=None):
    return [(x509.BasicConstraints(True, path_length), True), CA[1]]


def new_key(kind='p256'):
    curves = {'p256': ec.SECP256R1, 'p384': ec.SECP384R1, 'p521': ec.SECP521R1, 'k1': ec.SECP256K1}
    if kind == 'ed25519':
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, int(kind[3:])) if kind.startswith('rsa') else ec.generate_private_key(curves[kind]())


SERIAL = [1000]


class Entity:
    """A name with its key and certificate."""

    def __init__(self, common, issuer=None, extensions=(), kind='p256', first=2025, last=2035, subject=None, key=None, digest=hashes.SHA256(), save=None):
        self.key = key or new_key(kind)
        self.name = subject or name(common)
        issuer = issuer or self
        SERIAL[0] += 1
        builder = (x509.CertificateBuilder().subject_name(self.name).issuer_name(issuer.name).public_key(self.key.public_key())
                   .serial_number(SERIAL[0]).not_valid_before(utc(first)).not_valid_after(utc(last)))
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        self.cert = builder.sign(issuer.key, None if isinstance(issuer.key, ed25519.Ed25519PrivateKey) else digest)
        if save is not False:
            write((save or common) + '.pem', self.cert.public_bytes(serialization.Encoding.PEM))


def write(file, content):
    with open(file, 'wb') as f:
        f.write(content)


def save_key(file, key, form=serialization.PrivateFormat.PKCS8, encryption=serialization.NoEncryption(), encoding=serialization.Encoding.PEM):
    write(file, key.private_bytes(encoding, form, encryption))


def crl(file, issuer, revoked, first=2025, last=2035, key=None, extensions=()):
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.name).last_update(utc(first)).next_update(utc(last))
    for one in revoked:
        builder = builder.add_revoked_certificate(x509.RevokedCertificateBuilder().serial_number(one.cert.serial_number).revocation_date(utc(2025, 6)).build())
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    write(file, builder.sign(key or issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


def san(*names):
    return (x509.SubjectAlternativeName(names), False)


def dns(text):
    return x509.DNSName(text)


def ip(text):
    return x509.IPAddress(ipaddress.ip_network(text) if '/' in text else ipaddress.ip_address(text))


mail, directory, uri = x509.RFC822Name, x509.DirectoryName, x509.UniformResourceIdentifier


def constraint(permitted=None, excluded=None, critical=True):
    return (x509.NameConstraints(permitted, excluded), critical)


def chains():
    root = Entity('root', extensions=ca())
    link = Entity('link', root, ca(0))
    leaf = Entity('leaf', link, SIGNS + [san(dns('board.example.com'), mail('ike@example.com'), ip('10.0.0.77'), ip('2001:db8::77'))], kind='rsa2048')
    save_key('leaf.key', leaf.key)
    save_key('leaf-pkcs1.key', leaf.key, serialization.PrivateFormat.TraditionalOpenSSL)
    save_key('leaf-encrypted.key', leaf.key, encryption=serialization.BestAvailableEncryption(b'secret'))
    save_key('leaf-encrypted-pkcs1.key', leaf.key, serialization.PrivateFormat.TraditionalOpenSSL, serialization.BestAvailableEncryption(b'secret'))
    write('leaf.der', leaf.cert.public_bytes(serialization.Encoding.DER))
    write('two.pem', open('leaf.pem', 'rb').read() + open('link.pem', 'rb').read())
    for kind in ('p256', 'p384', 'p521'):
        signer = Entity(kind, root, SIGNS, kind=kind)
        save_key(kind + '.key', signer.key)
        save_key(kind + '-sec1.key', signer.key, serialization.PrivateFormat.TraditionalOpenSSL)

    Entity('other-root', extensions=ca(), subject=name('other root'))
    Entity('impostor', Entity('root', extensions=ca(), save='false-root'), SIGNS)
    Entity('self-signed', extensions=SIGNS)
    Entity('expired', root, SIGNS, first=2020, last=2021)
    Entity('future', root, SIGNS, first=2034)
    Entity('below-expired', Entity('expired-link', root, ca(), first=2020, last=2021), SIGNS)
    Entity('below-leaf', leaf, SIGNS)
    Entity('below-long', Entity('long-link', link, ca()), SIGNS)
    Entity('below-no-sign', Entity('no-sign-link', root, [CA[0], (usage(crl_sign=True), True)]), SIGNS)
    Entity('no-usage', root)
    Entity('encipherment', root, [(usage(key_encipherment=True), True)])
    for label, purposes in (('code', [Eku.CODE_SIGNING]), ('server', [Eku.SERVER_AUTH]), ('client', [Eku.CLIENT_AUTH]), ('any', [Eku.ANY_EXTENDED_KEY_USAGE]),
                            ('intermediate', [x509.ObjectIdentifier('1.3.6.1.5.5.8.2.2')]), ('ike', [x509.ObjectIdentifier('1.3.6.1.5.5.7.3.17')])):
        Entity('purpose-' + label, root, SIGNS + [(x509.ExtendedKeyUsage(purposes), True)])
    bound()
    Entity('rsa1024', root, SIGNS, kind='rsa1024')
    Entity('unknown-critical', root, SIGNS + [(x509.UnrecognizedExtension(x509.ObjectIdentifier('1.2.3.4.5'), b'\x05\x00'), True)])
    Entity('unknown-not-critical', root, SIGNS + [(x509.UnrecognizedExtension(x509.ObjectIdentifier('1.2.3.4.5'), b'\x05\x00'), False)])
    Entity('k1', root, SIGNS, kind='k1')
    Entity('ed25519', root, SIGNS, kind='ed25519')
    save_key('ed25519.key', new_key('ed25519'))

    one, two = new_key(), new_key()
    first = Entity('loop-one', type('', (), {'name': name('loop-two'), 'key': two}), ca(), key=one)
    Entity('loop-two', first, ca(), key=two)
    Entity('in-loop', first, SIGNS)
    above = root
    for i in range(10):
        above = Entity('deep-%d' % i, above, ca())
    Entity('deep-leaf', above, SIGNS)

    revoked = Entity('revoked', root, SIGNS)
    crl('root.crl.pem', root, [revoked])
    crl('root-stale.crl.pem', root, [], last=2026)
    crl('root-false.crl.pem', root, [revoked], key=new_key())
    crl('root-partial.crl.pem', root, [], extensions=[(x509.IssuingDistributionPoint(None, None, True, False, None, False, False), True)])
    crl('link.crl.pem', link, [])
    old_digest(root, 'root.pem', 'sha1')
    old_digest(Entity('md5-root', extensions=ca(), kind='rsa2048'), 'md5-root.pem', 'md5')


def bound():
    """As many names and purposes as one certificate may have here, and one more (NFI_MAX_NAMES)."""
    for label, count in (('most', 64), ('more', 65)):
        Entity(label + '-names', extensions=SIGNS + [san(*[dns('n%d' % i) for i in range(count)])])
        Entity(label + '-purposes', extensions=SIGNS + [(x509.ExtendedKeyUsage([x509.ObjectIdentifier('1.2.%d' % i) for i in range(count)]), False)])


def old_digest(signer, file, digest):
    """SHA-1 and MD5: openssl signs what python3-cryptography will not."""
    save_key('/tmp/old-root.key', signer.key)
    save_key('/tmp/old.key', new_key())
    run = lambda *words: subprocess.run(words, check=True, capture_output=True)
    run('openssl', 'req', '-new', '-key', '/tmp/old.key', '-subj', '/C=DE/O=Test/CN=' + digest, '-out', '/tmp/old.csr')
    run('openssl', 'x509', '-req', '-in', '/tmp/old.csr', '-CA', file, '-CAkey', '/tmp/old-root.key', '-' + digest, '-days', '2500', '-set_serial', '77',
        '-out', digest + '.pem')


def constraints():
    """Each leaf's name says whether its chain holds."""
    root = Entity('nc-root', extensions=ca())
    Entity('nc-malformed', root, ca() + [(x509.UnrecognizedExtension(x509.ObjectIdentifier('2.5.29.30'), b'\x30\x00'), True)])
    base = name('x', 'Allowed').rdns[:2]
    link = Entity('nc-link', root, ca() + [constraint([dns('example.com'), mail('example.com'), ip('10.0.0.0/8'), directory(x509.Name(base))],
                                                      [dns('bad.example.com'), ip('10.9.0.0/16')])])
    cases = {
        'good-all': [dns('a.example.com'), dns('example.com'), mail('me@example.com'), ip('10.1.2.3')],
        'good-case': [dns('A.EXAMPLE.com')],
        'bad-dns': [dns('example.org')],
        'bad-dns-suffix': [dns('notexample.com')],
        'bad-dns-excluded': [dns('very.bad.example.com')],
        'bad-email': [mail('me@host.example.com')],
        'bad-ip': [ip('11.0.0.1')],
        'bad-ip-excluded': [ip('10.9.1.1')],
        'bad-ip6': [ip('2001:db8::1')],
        'bad-one-of-two': [dns('a.example.com'), dns('example.org')],
        'good-uri': [uri('http://elsewhere.example/')],
    }
    for label, names in cases.items():
        Entity('nc-' + label, link, SIGNS + [san(*names)], subject=name(label, 'Allowed'))
    Entity('nc-bad-subject', link, SIGNS, subject=name('x', 'Forbidden'))
    Entity('nc-good-subject', link, SIGNS, subject=name('x', 'ALLOWED'))
    Entity('nc-bad-subject-email', link, SIGNS, subject=name('x', 'Allowed', 'me@example.org'))
    Entity('nc-bad-directory', link, SIGNS + [san(directory(name('x', 'Forbidden')))], subject=name('x', 'Allowed'))
    Entity('nc-loose-bad-dns', Entity('nc-loose-link', root, ca() + [constraint([dns('example.com')], critical=False)]), SIGNS + [san(dns('example.org'))])
    Entity('nc-uri-bad', Entity('nc-uri-link', root, ca() + [constraint(None, [uri('.example.com')])]), SIGNS + [san(uri('http://a.example.org/'))])


chains()
constraints()
