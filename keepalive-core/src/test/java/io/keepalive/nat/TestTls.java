package io.keepalive.nat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** One self-signed certificate for both ends, made by the JDK's own keytool. */
public final class TestTls {
    /** Where a test JVM finds the key store. */
    static final String PROPERTY = "test.keystore";

    private static final char[] PASSWORD = "changeit".toCharArray();

    private TestTls() {}

    /** Makes the key store, with a certificate for this machine. */
    public static Path createKeyStore(Path directory) throws IOException, InterruptedException {
        Path file = directory.resolve("test.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "test",
                        "-dname",
                        "CN=test",
                        "-ext",
                        "SAN=dns:localhost,ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        "changeit")
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool: " + output);
        }
        return file;
    }

    static SSLContext context() {
        return context(Path.of(System.getProperty(PROPERTY)));
    }

    /** Has the certificate, and trusts it and no other. */
    public static SSLContext context(Path keyStore) {
        try {
            KeyStore keys = load(keyStore);
            KeyManagerFactory mine = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            mine.init(keys, PASSWORD);
            TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusted.init(keys);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(mine.getKeyManagers(), trusted.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes {@code test.crt} and {@code test.key} beside the key store, for servers that read no key stores. */
    public static void exportPem(Path keyStore) throws IOException, GeneralSecurityException {
        KeyStore keys = load(keyStore);
        writePem(
                keyStore.resolveSibling("test.crt"),
                "CERTIFICATE",
                keys.getCertificate("test").getEncoded());
        writePem(
                keyStore.resolveSibling("test.key"),
                "PRIVATE KEY",
                keys.getKey("test", PASSWORD).getEncoded());
    }

    private static void writePem(Path file, String label, byte[] content) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(file, "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static KeyStore load(Path keyStore) throws IOException, GeneralSecurityException {
        try (InputStream input = Files.newInputStream(keyStore)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(input, PASSWORD);
            return keys;
        }
    }
}
