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
    @AfterEach
    void forget() {
        System.clearProperty("keepalive.policy");
    }

    @Test
    void byClassName_isKept() throws Exception {
        System.setProperty("keepalive.policy", POLICY.toString());

        Evidence.assertKept("LDAP", line(KeepAliveSocketFactory.class.getName()));
    }

    @Test
    void alone_isNotKept() throws Exception {
        Evidence.assertNotKept("LDAP alone", line(""));
    }

    @SuppressWarnings("JdkObsolete") // what the JDK takes
    private static String line(String factory) throws Exception {
        try (SilentServer server = SilentServer.plain()) {
            Hashtable<String, String> settings = new Hashtable<>();
            settings.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.ldap.LdapCtxFactory");
            settings.put(Context.PROVIDER_URL, "ldap://127.0.0.1:" + server.port());
            settings.put("com.sun.jndi.ldap.connect.pool", "true");
            if (!factory.isEmpty()) {
                settings.put("java.naming.ldap.factory.socket", factory);
            }
            SilentServer.begin(() -> {
                InitialLdapContext context = new InitialLdapContext(settings, null);
                return context::close;
            });
            return server.clientLine();
        }
    }
}
