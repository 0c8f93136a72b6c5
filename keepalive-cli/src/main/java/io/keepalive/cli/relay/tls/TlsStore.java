package io.keepalive.cli.relay.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.UnrecoverableKeyException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A PKCS12 file with the private key of this relay and the certificates that it trusts, as {@code keytool} makes it.
 *
 * @param option that named the file, for messages
 */
record TlsStore(String option, Path file, KeyStore content) {

    /**
     * Reads a store.
     *
     * @throws IOException with one clear line
     */
    static TlsStore load(String option, Path file, char[] password) throws IOException {
        String name = option + " " + file + ": ";
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password);
            return new TlsStore(option, file, store);
        } catch (NoSuchFileException e) {
            throw new IOException(name + "no such file", e);
        } catch (IOException e) {
            if (e.getCause() instanceof UnrecoverableKeyException) {
                throw new IOException(
                        name + "wrong password (expected: the store's, by --tls-password-file or "
                                + TlsContext.PASSWORD_VARIABLE + ")",
                        e);
            }
            throw new IOException(
                    name + "can't be read: " + e.getMessage() + " (expected: a PKCS12 store that keytool made)", e);
        } catch (GeneralSecurityException e) {
            throw new IOException(name + "can't be read: " + e.getMessage(), e);
        }
    }

    /** The alias of the only private key. */
    String keyAlias() throws IOException, GeneralSecurityException {
        List<String> keys = new ArrayList<>();
        for (String alias : Collections.list(content.aliases())) {
            if (content.isKeyEntry(alias)) {
                keys.add(alias);
            }
        }
        if (keys.size() != 1) {
            throw new IOException(option + " " + file + ": holds " + keys.size()
                    + " private keys (expected: one; keytool -genkeypair makes it)");
        }
        return keys.get(0);
    }

    /**
     * A store of the trusted certificates alone.
     *
     * @param own trusted if there are no others: then both relays have the same store
     */
    KeyStore trusted(java.security.cert.@Nullable Certificate own) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        for (String alias : Collections.list(content.aliases())) {
            if (content.isCertificateEntry(alias)) {
                trusted.setCertificateEntry(alias, content.getCertificate(alias));
            }
        }
        if (trusted.size() == 0) {
            if (own == null) {
                throw new IOException(option + " " + file
                        + ": holds no certificate (expected: the other relay's; keytool -importcert adds it)");
            }
            trusted.setCertificateEntry("own", own);
        }
        return trusted;
    }
}
