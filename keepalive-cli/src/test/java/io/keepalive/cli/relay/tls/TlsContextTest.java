package io.keepalive.cli.relay.tls;

import static io.keepalive.cli.relay.tls.Stores.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Set;
import org.assertj.core.api.AbstractThrowableAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a store, in one line; what is trusted. */
class TlsContextTest {
    @TempDir
    private static Path folder = Path.of("");

    @BeforeAll
    static void makeStores() throws Exception {
        Stores.make(folder, "near", "far");
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(Path keys, @Nullable Path trust, String password) {
        return assertThatThrownBy(() -> TlsContext.load(keys, trust, password.toCharArray()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void load_ofNoFile_saysSo() {
        Path none = folder.resolve("none.p12");
        assertRefused(none, null, PASSWORD).hasMessage("--tls " + none + ": no such file");
        assertRefused(folder.resolve("near.p12"), none, PASSWORD).hasMessage("--tls-trust " + none + ": no such file");
    }

    @Test
    void load_withTheWrongPassword_saysSo() {
        Path near = folder.resolve("near.p12");
        assertRefused(near, null, "another")
                .hasMessage("--tls " + near + ": wrong password (expected: the store's, by --tls-password-file or"
                        + " KEEPALIVE_TLS_PASSWORD)");
    }

    @Test
    void load_ofNoStore_saysSo() throws Exception {
        Path text = Files.writeString(folder.resolve("text"), "-----BEGIN CERTIFICATE-----\n");
        assertRefused(text, null, PASSWORD)
                .hasMessageStartingWith("--tls " + text + ": can't be read: ")
                .hasMessageEndingWith("(expected: a PKCS12 store that keytool made)");
    }

    @Test
    void load_ofNoKeyOrSeveral_saysHowMany() throws Exception {
        KeyStore far = Stores.read(folder.resolve("far.p12"));
        KeyStore two = Stores.read(folder.resolve("near.p12"));
        two.setKeyEntry(
                "far",
                far.getKey("far", PASSWORD.toCharArray()),
                PASSWORD.toCharArray(),
                far.getCertificateChain("far"));
        Stores.write(two, folder.resolve("two.p12"));
        KeyStore none = KeyStore.getInstance("PKCS12");
        none.load(null, null);
        none.setCertificateEntry("far", far.getCertificate("far"));
        Stores.write(none, folder.resolve("no-key.p12"));

        assertRefused(folder.resolve("two.p12"), null, PASSWORD).hasMessageContaining("two.p12: holds 2 private keys");
        assertRefused(folder.resolve("no-key.p12"), null, PASSWORD)
                .hasMessageContaining("no-key.p12: holds 0 private keys (expected: one; keytool -genkeypair");
    }

    @Test
    void load_ofATrustStoreWithoutCertificates_saysSo() {
        Path far = folder.resolve("far.p12");
        assertRefused(folder.resolve("near.p12"), far, PASSWORD)
                .hasMessage("--tls-trust " + far
                        + ": holds no certificate (expected: the other relay's; keytool -importcert adds it)");
    }

    /** Else whoever has one of the two keys could stand in for both. */
    @Test
    void trusted_withAnotherCertificate_leavesTheOwnOut() throws Exception {
        Stores.make(folder, "own");
        TlsStore alone = TlsStore.load("--tls", folder.resolve("own.p12"), PASSWORD.toCharArray());
        assertThat(alone.trusted(alone.content().getCertificate("own")).size()).isOne();

        Stores.trust(folder, "own", "far");
        TlsStore both = TlsStore.load("--tls", folder.resolve("own.p12"), PASSWORD.toCharArray());
        KeyStore trusted = both.trusted(both.content().getCertificate("own"));
        assertThat(Set.copyOf(java.util.Collections.list(trusted.aliases()))).containsExactly("far");
    }
}
