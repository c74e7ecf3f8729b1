using System.Threading;
using nanoFramework.TestFramework;
using NfIpsec.Tests.ConsoleRoom.Fakes;

namespace NfIpsec.Tests.IkeConsoleRoom
{
    /// <summary>ce x509: add, list, delete, verify, and what is wrong with a line or a file. The files are those of the same name in
    /// tests/vectors/x509.</summary>
    [TestClass]
    public class CertificateCommandTests
    {
        private const string Root = "-----BEGIN CERTIFICATE-----\n"
            + "MIIBaDCCAQ+gAwIBAgICA+kwCgYIKoZIzj0EAwIwKzELMAkGA1UEBhMCREUxDTAL\n"
            + "BgNVBAoMBFRlc3QxDTALBgNVBAMMBHJvb3QwHhcNMjUwMTAxMDAwMDAwWhcNMzUw\n"
            + "MTAxMDAwMDAwWjArMQswCQYDVQQGEwJERTENMAsGA1UECgwEVGVzdDENMAsGA1UE\n"
            + "AwwEcm9vdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABDhNLDOhegbcDtYPNb8f\n"
            + "btOSDcUy30ui9V6rGQNZlT9sG+2pR+oX6HfU8ImbtQXH+bS3kLaYdtlq2ffAv5nh\n"
            + "IqijIzAhMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgEGMAoGCCqGSM49\n"
            + "BAMCA0cAMEQCIAcH5KufOj8MVSt9SAkcxdXN/zRb0KKoTrXSmbbCtKadAiA4hbVr\n"
            + "OpN0aEU7R059X17+wIHzTZCvXbARONfpn9lxfg==\n"
            + "-----END CERTIFICATE-----\n";

        private const string Own = "-----BEGIN CERTIFICATE-----\n"
            + "MIIBVzCB/qADAgECAgID7DAKBggqhkjOPQQDAjArMQswCQYDVQQGEwJERTENMAsG\n"
            + "A1UECgwEVGVzdDENMAsGA1UEAwwEcm9vdDAeFw0yNTAxMDEwMDAwMDBaFw0zNTAx\n"
            + "MDEwMDAwMDBaMCsxCzAJBgNVBAYTAkRFMQ0wCwYDVQQKDARUZXN0MQ0wCwYDVQQD\n"
            + "DARwMjU2MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEtKD+CIwn7Sx0AkVJGrz3\n"
            + "1aWy2FGuhQhb3+mZZ354dWBW65VFgjkZqMeziu3jDUjoMx1HXLeh8niezYwM6tGY\n"
            + "66MSMBAwDgYDVR0PAQH/BAQDAgeAMAoGCCqGSM49BAMCA0gAMEUCIQDVu8kD4aTB\n"
            + "/xXpIAB3Hdw979QWGi0RUvTPHyCyFxYecwIgZuCsas8e+DdX1i4TNHAopAdUJqLE\n"
            + "fFN2thxkPofcVCk=\n"
            + "-----END CERTIFICATE-----\n";

        private const string OwnKey = "-----BEGIN PRIVATE KEY-----\n"
            + "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgj+hRDBNtM0u5utgQ\n"
            + "oox3Csy+umoKIW3tHVQC550F/4uhRANCAAS0oP4IjCftLHQCRUkavPfVpbLYUa6F\n"
            + "CFvf6Zlnfnh1YFbrlUWCORmox7OK7eMNSOgzHUdct6HyeJ7NjAzq0Zjr\n"
            + "-----END PRIVATE KEY-----\n";

        private const string Expired = "-----BEGIN CERTIFICATE-----\n"
            + "MIIBXDCCAQGgAwIBAgICA/MwCgYIKoZIzj0EAwIwKzELMAkGA1UEBhMCREUxDTAL\n"
            + "BgNVBAoMBFRlc3QxDTALBgNVBAMMBHJvb3QwHhcNMjAwMTAxMDAwMDAwWhcNMjEw\n"
            + "MTAxMDAwMDAwWjAuMQswCQYDVQQGEwJERTENMAsGA1UECgwEVGVzdDEQMA4GA1UE\n"
            + "AwwHZXhwaXJlZDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCfBOniixwLIIizn\n"
            + "mX8k5aL1lRCyPaUWetkMM8zcAQVDh3LMfNWuCmnGHZggO5E+1DG+4zBxgbFreBa8\n"
            + "Zs99V76jEjAQMA4GA1UdDwEB/wQEAwIHgDAKBggqhkjOPQQDAgNJADBGAiEAyGFh\n"
            + "4SBdsMHQHz7AHlauGXdIf92FQx9ktM4Ux4v4uZICIQDoBwXurjiYMS7Zeb08opFN\n"
            + "UovnqIydx/VbWi9MOfW5bw==\n"
            + "-----END CERTIFICATE-----\n";

        private const string Crl = "-----BEGIN X509 CRL-----\n"
            + "MIHJMHECAQEwCgYIKoZIzj0EAwIwKzELMAkGA1UEBhMCREUxDTALBgNVBAoMBFRl\n"
            + "c3QxDTALBgNVBAMMBHJvb3QXDTI1MDEwMTAwMDAwMFoXDTM1MDEwMTAwMDAwMFow\n"
            + "FTATAgIEFxcNMjUwNjAxMDAwMDAwWjAKBggqhkjOPQQDAgNIADBFAiEA8hFOjR6V\n"
            + "okt2wRQ1EpZ7CPnVBLHRMZfWvu27g43e6YUCIDJsbuNXprIa6RpM9h/FrIgaZ8wz\n"
            + "pG6oV4fqAW1HI9Rm\n"
            + "-----END X509 CRL-----\n";

        private const string OwnLine = "p256.pem: C=DE,O=Test,CN=p256 (ours, key in p256.key), ECDSA P-256, 2025-01-01 to 2035-01-01, issued by C=DE,O=Test,CN=root";
        private const string RootLine = "root.pem: C=DE,O=Test,CN=root (trust anchor, depth 2), ECDSA P-256, 2025-01-01 to 2035-01-01";

        private static ConsoleBench Bench()
        {
            ConsoleBench bench = new ConsoleBench();
            bench.Clock.Utc = 1800000000;     // in January 2027
            bench.Files.Put("root.pem", Root);
            bench.Files.Put("p256.pem", Own);
            bench.Files.Put("p256.key", OwnKey);
            bench.Files.Put("expired.pem", Expired);
            bench.Files.Put("root.crl.pem", Crl);
            bench.Files.Put("text.txt", "no certificate");
            return bench;
        }

        // What a line says in the end: adding a key and judging a chain take the worker's time.
        private static string Do(ConsoleBench bench, string line)
        {
            string said = bench.Do(line);
            for (int i = 0; i < 2000 && said.Length == 0; i++)
            {
                Thread.Sleep(1);
                bench.Clock.Time += 10;
                bench.Ike.Poll(bench.Clock.Now);
                said = bench.Poll();
            }
            return said.EndsWith("\n") ? said.Substring(0, said.Length - 1) : said;
        }

        [TestMethod]
        public void WhatIsAddedIsListedAndStandsInTheIndex()
        {
            ConsoleBench bench = Bench();
            Assert.AreEqual("no certificates", bench.Do("ce x509 -l"));
            Assert.AreEqual("certificate root.pem added", Do(bench, "ce x509 -a root.pem -d 2"));
            Assert.AreEqual("certificate p256.pem added", Do(bench, "ce x509 -a p256.pem -d 0 -k p256.key"));
            Assert.AreEqual("certificate expired.pem added: a peer's, no CA's", Do(bench, "ce x509 -a expired.pem -d 0"));
            Assert.AreEqual("CRL root.crl.pem added", Do(bench, "ce x509 -a root.crl.pem -d 0"));
            string list = bench.Do("ce x509 -l");
            Assert.Contains(RootLine, list);
            Assert.Contains(OwnLine, list);
            Assert.Contains("expired.pem: C=DE,O=Test,CN=expired (a peer's), ECDSA P-256, 2020-01-01 to 2021-01-01, issued by", list);
            Assert.Contains("root.crl.pem: CRL of C=DE,O=Test,CN=root, 1 revoked, 2025-01-01 to 2035-01-01", list);
            Assert.AreEqual("root.pem 2\np256.pem 0 p256.key\nexpired.pem 0\nroot.crl.pem 0\n", bench.Files.Text("x509_index"));
        }

        [TestMethod]
        public void AddedAgainItIsReplaced()
        {
            ConsoleBench bench = Bench();
            Do(bench, "ce x509 -a root.pem -d 2");
            Assert.AreEqual("certificate root.pem added", Do(bench, "ce x509 -a root.pem -d 0"));
            Assert.Contains("(intermediate CA)", bench.Do("ce x509 -l"));
            Assert.AreEqual("root.pem 0\n", bench.Files.Text("x509_index"));
        }

        [TestMethod]
        public void WhatIsDeletedIsGoneAndItsFileStays()
        {
            ConsoleBench bench = Bench();
            Do(bench, "ce x509 -a root.pem -d 2");
            Assert.AreEqual("certificate root.pem deleted", bench.Do("ce x509 -x root.pem"));
            Assert.AreEqual("no certificates", bench.Do("ce x509 -l"));
            Assert.AreEqual("", bench.Files.Text("x509_index"));
            Assert.AreEqual(Root, bench.Files.Text("root.pem"));
            Assert.AreEqual("error: ce x509: -x 'root.pem': no certificate of that name; ce x509 -l lists them", bench.Do("ce x509 -x root.pem"));
        }

        // As a peer's: a CA that signs nothing but certificates is none.
        [TestMethod]
        [DataRow("p256.pem", "p256.pem: trusted")]
        [DataRow("expired.pem", "expired.pem: expired")]
        [DataRow("root.pem", "root.pem: its key usage forbids it")]
        public void AChainIsVerifiedWithItsReason(string name, string expected)
        {
            ConsoleBench bench = Bench();
            Do(bench, "ce x509 -a root.pem -d 2");
            Do(bench, "ce x509 -a root.crl.pem -d 0");
            if (name != "root.pem")
            {
                Do(bench, "ce x509 -a " + name + " -d 0");
            }
            Assert.AreEqual(expected, Do(bench, "ce x509 -v " + name));
        }

        [TestMethod]
        public void WhatCannotBeJudgedIsSaid()
        {
            ConsoleBench bench = Bench();
            Do(bench, "ce x509 -a p256.pem -d 0");
            Assert.AreEqual("p256.pem: no trust anchor at the end of its chain", Do(bench, "ce x509 -v p256.pem"));
            Do(bench, "ce x509 -a root.pem -d 2");
            Assert.AreEqual("p256.pem: trusted (not every CA of the chain has a CRL here)", Do(bench, "ce x509 -v p256.pem"));
            Assert.AreEqual("error: ce x509: -v 'nobody.pem': no certificate of that name; ce x509 -l lists them", bench.Do("ce x509 -v nobody.pem"));
            bench.Clock.Utc = -1;
            Assert.AreEqual("error: ce x509: -v 'p256.pem': this board does not know the time: validity cannot be judged", bench.Do("ce x509 -v p256.pem"));
        }

        [TestMethod]
        [DataRow("ce x509 -a none.pem -d 0", "error: ce x509: 'none.pem': no such file")]
        [DataRow("ce x509 -a text.txt -d 0", "error: ce x509: 'text.txt': neither PEM nor DER of a certificate or a CRL")]
        [DataRow("ce x509 -a p256.pem -d 0 -k none.key", "error: ce x509: 'none.key': no such file")]
        [DataRow("ce x509 -a expired.pem -d 0 -k p256.key", "error: ce x509: 'p256.key': the key does not fit the certificate")]
        [DataRow("ce x509 -a p256.pem -d 0 -k text.txt", "error: ce x509: 'text.txt': neither PEM nor DER of a private key")]
        [DataRow("ce x509 -a root.crl.pem -d 0 -k p256.key", "error: ce x509: 'root.crl.pem': a CRL has no key; expected no -k")]
        public void AFileThatIsNotWhatItShouldBeIsNamed(string line, string expected)
        {
            ConsoleBench bench = Bench();
            Assert.AreEqual(expected, Do(bench, line));
            Assert.AreEqual("no certificates", bench.Do("ce x509 -l"));
            Assert.IsNull(bench.Files.Text("x509_index"));
        }

        [TestMethod]
        [DataRow("ce x509", "ce x509: ")]
        [DataRow("ce x509 -a root.pem", "-d")]
        [DataRow("ce x509 -a root.pem -d 10", "-d '10': expected a number from 0 to 9")]
        [DataRow("ce x509 -a root.pem -d -1", "-d")]
        [DataRow("ce x509 -a root.pem -d x", "-d 'x'")]
        [DataRow("ce x509 -a one,two.pem -d 0", "-a 'one,two.pem': expected a file name of 1 to")]
        [DataRow("ce x509 -d 0", "-a")]
        [DataRow("ce x509 -l -x root.pem", "-x")]
        [DataRow("ce x509 -z", "'-z'")]
        [DataRow("ce x509 -l more", "'more'")]
        public void AWrongLineIsAnErrorWithItsPlace(string line, string part)
        {
            ConsoleBench bench = Bench();
            string said = Do(bench, line);
            Assert.IsTrue(said.StartsWith("error: ") && said.IndexOf(part) >= 0, said);
            Assert.AreEqual("no certificates", bench.Do("ce x509 -l"));
        }
    }
}
