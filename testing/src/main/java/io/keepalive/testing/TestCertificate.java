package io.keepalive.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A self-signed certificate and its key for both ends of TLS connections in tests: valid for localhost, 127.0.0.1 and the
 * lab's server, made by the JDK's own keytool, gone with the JVM that made it. JVMs started with {@link #option()} have
 * the same one. No secret: any reader of the file has the key.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class TestCertificate {
    /** Where a JVM that a test has started finds the key store. */
    private static final String PROPERTY = "test.keystore";

    private static final String ALIAS = "test";
    private static final String PASSWORD = "changeit";

    /** Address of the lab's server host (docs/lab.md). */
    static final String LAB_SERVER = "10.9.2.2";

    private static @Nullable TestCertificate ofThisJvm;

    private final Path file;
    private final KeyStore keys;
    private final KeyManagerFactory keyManagers;
    private final TrustManagerFactory trustManagers;
    private final SSLContext context;

    private TestCertificate(Path file) {
        this.file = file.toAbsolutePath();
        try (InputStream input = Files.newInputStream(file)) {
            keys = KeyStore.getInstance("PKCS12");
            keys.load(input, PASSWORD.toCharArray());
            keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keyManagers.init(keys, PASSWORD.toCharArray());
            trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trustManagers.init(keys);
            context = SSLContext.getInstance("TLS");
            context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("can't read the key store " + file + ": " + e, e);
        }
    }

    /**
     * The one of this JVM: that of the JVM which has started it with {@link #option()}, else a new one, made by the first
     * call in about a second.
     *
     * @return always the same
     * @throws IllegalStateException if keytool fails, or the file that the option names is no such key store
     */
    public static synchronized TestCertificate ofThisJvm() {
        if (ofThisJvm == null) {
            String given = System.getProperty(PROPERTY);
            ofThisJvm = given != null ? at(Path.of(given)) : create();
        }
        return ofThisJvm;
    }

    static TestCertificate at(Path file) {
        return new TestCertificate(file);
    }

    private static TestCertificate create() {
        try {
            Path directory = Files.createTempDirectory("keepalive-lab");
            directory.toFile().deleteOnExit();
            Path file = directory.resolve("test.p12");
            file.toFile().deleteOnExit();
            keytool(
                    "-genkeypair",
                    "-keyalg",
                    "EC",
                    "-alias",
                    ALIAS,
                    "-dname",
                    "CN=test",
                    "-ext",
                    "SAN=dns:localhost,ip:127.0.0.1,ip:" + LAB_SERVER,
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    file.toString(),
                    "-storepass",
                    PASSWORD);
            return at(file);
        } catch (IOException e) {
            throw new IllegalStateException("can't make a certificate: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while making a certificate", e);
        }
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        builder.command().addAll(List.of(arguments));
        Process keytool = builder.redirectErrorStream(true).start();
        String output = new String(keytool.getInputStream().readAllBytes(), Charset.defaultCharset());
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool: " + output);
        }
    }

    /**
     * The option with which a JVM has this certificate, too.
     *
     * @return to be put before the main class, for example with {@link io.keepalive.lab.JavaCommand#options}
     */
    public String option() {
        return "-D" + PROPERTY + "=" + file;
    }

    /**
     * For both ends: has the certificate, and trusts it and no other.
     *
     * @return always the same, so that a second connection may resume the first one's session
     */
    public SSLContext context() {
        return context;
    }

    /**
     * For libraries that make a context of their own: the certificate and its key.
     *
     * @return initialised
     */
    public KeyManagerFactory keyManagers() {
        return keyManagers;
    }

    /**
     * For libraries that make a context of their own: trusts the certificate and no other.
     *
     * @return the JDK's
     */
    public X509TrustManager trustManager() {
        return (X509TrustManager) trustManagers.getTrustManagers()[0];
    }

    /**
     * Writes the certificate to {@code test.crt} and the key, not encrypted and for the owner only, to {@code test.key}:
     * for servers that read PEM and no key stores.
     *
     * @param directory exists; files of these names in it are replaced
     * @throws IllegalStateException if they can't be written
     */
    public void exportPem(Path directory) {
        try {
            writePem(
                    directory.resolve("test.crt"),
                    "CERTIFICATE",
                    keys.getCertificate(ALIAS).getEncoded());
            writePem(
                    directory.resolve("test.key"),
                    "PRIVATE KEY",
                    keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("can't write the certificate and its key to " + directory + ": " + e, e);
        }
    }

    private static void writePem(Path file, String label, byte[] content) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(file, "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
