package io.keepalive.cli.relay.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** PKCS12 stores for tests, their keys made by keytool. */
public final class Stores {
    public static final String PASSWORD = "change it";

    private Stores() {}

    /** Makes a store with a key for each name, {@code NAME.p12}; all at once, since each takes a second. */
    public static void make(Path folder, String... names) throws IOException, InterruptedException {
        List<Process> running = new ArrayList<>();
        for (String name : names) {
            running.add(keytool(folder.resolve(name + ".p12"), name));
        }
        for (Process process : running) {
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(
                        "keytool: " + new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            }
        }
    }

    private static Process keytool(Path store, String name) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        store.toString(),
                        "-alias",
                        name,
                        "-dname",
                        "CN=" + name,
                        "-keyalg",
                        "EC",
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
    }

    /** Adds another store's own certificate to a store, as {@code keytool -importcert} does. */
    public static void trust(Path folder, String name, String other) throws IOException, GeneralSecurityException {
        KeyStore store = read(folder.resolve(name + ".p12"));
        store.setCertificateEntry(other, read(folder.resolve(other + ".p12")).getCertificate(other));
        write(store, folder.resolve(name + ".p12"));
    }

    static KeyStore read(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    static void write(KeyStore store, Path file) throws IOException, GeneralSecurityException {
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
    }

    /** TLS by a store that {@link #make} made. */
    public static TlsContext context(Path folder, String name) throws IOException {
        return TlsContext.load(folder.resolve(name + ".p12"), null, PASSWORD.toCharArray());
    }
}
