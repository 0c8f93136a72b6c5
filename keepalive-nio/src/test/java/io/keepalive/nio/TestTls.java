package io.keepalive.nio;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** One self-signed certificate for both ends, made by the JDK's own keytool once per JVM. */
public final class TestTls {
    private static final char[] PASSWORD = "changeit".toCharArray();

    /** Made where a test JVM finds it, or in a new directory. */
    private static final class Holder {
        static final Path KEY_STORE = keyStore();
        static final SSLContext CONTEXT = context(KEY_STORE);
    }

    private TestTls() {}

    public static SSLContext context() {
        return Holder.CONTEXT;
    }

    /** The option by which another test JVM uses the same certificate. */
    public static String option() {
        return "-Dtest.keystore=" + Holder.KEY_STORE;
    }

    private static Path keyStore() {
        try {
            String known = System.getProperty("test.keystore");
            return known != null ? Path.of(known) : create(Files.createTempDirectory("keepalive-nio"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path create(Path directory) throws IOException {
        Path file = directory.resolve("test.p12");
        directory.toFile().deleteOnExit();
        file.toFile().deleteOnExit();
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        String arguments = " -genkeypair -keyalg EC -alias test -dname CN=test -ext SAN=dns:localhost,ip:127.0.0.1"
                + " -storetype PKCS12 -keystore " + file + " -storepass changeit";
        Process process = new ProcessBuilder((keytool + arguments).split(" ", -1))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!Files.exists(file)) {
            throw new IOException("keytool: " + output);
        }
        return file;
    }

    private static SSLContext context(Path file) {
        try (InputStream input = Files.newInputStream(file)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(input, PASSWORD);
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
}
