package io.keepalive.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestCertificateTest {
    private static final TestCertificate CERTIFICATE = TestCertificate.ofThisJvm();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @Test
    void ofThisJvm_calledTwice_isTheSame() {
        assertThat(TestCertificate.ofThisJvm()).isSameAs(CERTIFICATE);
    }

    @Test
    void context_peerChecksTheName_handshakes() throws Exception {
        handshake(CERTIFICATE.context(), CERTIFICATE.context());
    }

    /** What a JVM started with the option does. */
    @Test
    void option_inAnotherJvm_handshakes() throws Exception {
        assertThat(CERTIFICATE.option()).startsWith("-Dtest.keystore=/");
        Path file = Path.of(CERTIFICATE.option().substring("-Dtest.keystore=".length()));

        handshake(TestCertificate.at(file).context(), CERTIFICATE.context());
    }

    @Test
    void context_peerWithDefaultTrust_refuses() {
        assertThatThrownBy(() -> handshake(SSLContext.getDefault(), CERTIFICATE.context()))
                .isInstanceOf(SSLHandshakeException.class);
    }

    @Test
    void certificate_namesTheLabsServer() throws Exception {
        X509Certificate certificate = CERTIFICATE.trustManager().getAcceptedIssuers()[0];

        assertThat(certificate.getSubjectAlternativeNames())
                .extracting(name -> name.get(1))
                .isEqualTo(List.of("localhost", "127.0.0.1", TestCertificate.LAB_SERVER));
    }

    @Test
    void exportPem_keyFitsTheCertificate() throws Exception {
        CERTIFICATE.exportPem(directory);

        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(pem(directory.resolve("test.key")))));
        signature.update((byte) 42);
        byte[] signed = signature.sign();
        try (InputStream exported = Files.newInputStream(directory.resolve("test.crt"))) {
            signature.initVerify(CertificateFactory.getInstance("X.509").generateCertificate(exported));
        }
        signature.update((byte) 42);
        assertThat(signature.verify(signed)).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("test.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void at_brokenFile_namesTheFile() throws IOException {
        Path file = Files.writeString(directory.resolve("broken.p12"), "no key store");

        assertThatThrownBy(() -> TestCertificate.at(file))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("can't read the key store " + file);
    }

    @Test
    void exportPem_missingDirectory_namesIt() {
        Path missing = directory.resolve("missing");

        assertThatThrownBy(() -> CERTIFICATE.exportPem(missing))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("to " + missing);
    }

    private static void handshake(SSLContext client, SSLContext server) throws Exception {
        try (SSLServerSocket listener = (SSLServerSocket)
                        server.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress());
                SSLSocket near =
                        (SSLSocket) client.getSocketFactory().createSocket("127.0.0.1", listener.getLocalPort());
                SSLSocket far = (SSLSocket) listener.accept()) {
            SSLParameters strict = near.getSSLParameters();
            strict.setEndpointIdentificationAlgorithm("HTTPS");
            near.setSSLParameters(strict);
            CompletableFuture<Void> answering = CompletableFuture.runAsync(() -> {
                try {
                    far.startHandshake();
                } catch (IOException e) {
                    throw new CompletionException(e);
                }
            });
            near.startHandshake();
            answering.join();
        }
    }

    private static byte[] pem(Path file) throws IOException {
        return Base64.getMimeDecoder().decode(Files.readString(file).replaceAll("-----.*-----", ""));
    }
}
