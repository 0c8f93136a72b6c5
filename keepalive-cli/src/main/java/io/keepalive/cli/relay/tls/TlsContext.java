package io.keepalive.cli.relay.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.3 with certificates on both sides. A peer is the holder of the key of a trusted certificate, or of one that a trusted
 * one signed; names in certificates mean nothing, since a relay is found by the address that its operator gave.
 *
 * <p>Thread-safe.
 */
public final class TlsContext {
    /** The environment variable that a password may be in. */
    public static final String PASSWORD_VARIABLE = "KEEPALIVE_TLS_PASSWORD";

    private static final String[] PROTOCOLS = {"TLSv1.3"};

    private final SSLContext context;

    private TlsContext(SSLContext context) {
        this.context = context;
    }

    /**
     * Reads the stores.
     *
     * @param keys with one private key; its certificate entries are trusted if there is no store for that
     * @param trust null if the trusted certificates are in the same store
     * @param password of both
     * @throws IOException with one clear line
     */
    public static TlsContext load(Path keys, @Nullable Path trust, char[] password) throws IOException {
        TlsStore store = TlsStore.load("--tls", keys, password);
        try {
            String alias = store.keyAlias();
            KeyStore trusted = trust == null
                    ? store.trusted(store.content().getCertificate(alias))
                    : TlsStore.load("--tls-trust", trust, password).trusted(null);
            KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("SunX509");
            keyManagers.init(store.content(), password);
            TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
            trustManagers.init(trusted);
            SSLContext context = SSLContext.getInstance(PROTOCOLS[0]);
            KeyManager[] own = {new OnlyKey((X509KeyManager) keyManagers.getKeyManagers()[0], alias)};
            context.init(own, trustManagers.getTrustManagers(), null);
            return new TlsContext(context);
        } catch (GeneralSecurityException e) {
            throw new IOException("--tls " + keys + ": can't be used: " + e.getMessage(), e);
        }
    }

    /**
     * One end of a connection.
     *
     * @param isClient whether this side opened the TCP connection
     */
    SSLEngine engine(boolean isClient) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(isClient);
        engine.setEnabledProtocols(PROTOCOLS);
        if (!isClient) {
            engine.setNeedClientAuth(true);
        }
        return engine;
    }
}
