package io.keepalive.clients;

import static io.keepalive.clients.Evidence.POLICY;

import io.keepalive.socket.KeepAliveSocketFactory;
import io.keepalive.testing.NeedsServer;
import io.keepalive.testing.ServerProgram;
import io.keepalive.testing.SilentServer;
import java.util.Hashtable;
import javax.naming.Context;
import javax.naming.ldap.InitialLdapContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The JDK's LDAP, with its pool, against a server that never answers; {@code FactoryEdgeTest} has the pool at work. */
@NeedsServer(ServerProgram.SS)
class LdapIT {
    private final Hashtable<String, String> settings = new Hashtable<>();

    @AfterEach
    void forget() {
        System.clearProperty("keepalive.policy");
    }

    @Test
    void byClassName_isKept() throws Exception {
        System.setProperty("keepalive.policy", POLICY.toString());
        settings.put("java.naming.ldap.factory.socket", KeepAliveSocketFactory.class.getName());

        Evidence.assertKept("LDAP", line());
    }

    @Test
    void alone_isNotKept() throws Exception {
        Evidence.assertNotKept("LDAP alone", line());
    }

    private String line() throws Exception {
        try (SilentServer server = SilentServer.plain()) {
            settings.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.ldap.LdapCtxFactory");
            settings.put(Context.PROVIDER_URL, "ldap://127.0.0.1:" + server.port());
            settings.put("com.sun.jndi.ldap.connect.pool", "true");
            SilentServer.begin(() -> {
                InitialLdapContext context = new InitialLdapContext(settings, null);
                return context::close;
            });
            return server.clientLine();
        }
    }
}
