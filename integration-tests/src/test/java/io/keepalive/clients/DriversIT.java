package io.keepalive.clients;

import static io.keepalive.clients.Evidence.POLICY;
import static org.assertj.core.api.Assertions.assertThat;

import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.protocol.StandardSocketFactory;
import io.keepalive.KeepAlive;
import io.keepalive.socket.SocketKeeper;
import io.keepalive.testing.NeedsServer;
import io.keepalive.testing.ServerProgram;
import io.keepalive.testing.SilentServer;
import io.keepalive.testing.Ss;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.sql.DriverManager;
import javax.net.SocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** JDBC drivers whose servers are not here: how they make their sockets, against a server that never answers. */
@NeedsServer(ServerProgram.SS)
class DriversIT {
    private static final String FACTORY = "io.keepalive.socket.KeepAliveSocketFactory";
    private static final String WRAPPING = "io.keepalive.socket.KeepAliveWrappingSocketFactory";

    @AfterEach
    void forget() {
        System.clearProperty("keepalive.policy");
        System.clearProperty("keepalive.factory");
    }

    @Test
    void mariadb_byClassName_isKept() throws Exception {
        System.setProperty("keepalive.policy", POLICY.toString());

        Evidence.assertKept("MariaDB", line("jdbc:mariadb://127.0.0.1:%d/db?user=test&socketFactory=" + FACTORY));
    }

    @Test
    void mariadb_overAnotherFactory_isKept() throws Exception {
        System.setProperty("keepalive.policy", POLICY.toString());
        System.setProperty("keepalive.factory", Tunnel.class.getName());

        Evidence.assertKept(
                "MariaDB, over a tunnel's factory",
                line("jdbc:mariadb://127.0.0.1:%d/db?user=test&socketFactory=" + WRAPPING));
    }

    @Test
    void mariadb_ownProperties_areAnAlternative() throws Exception {
        Evidence.assertKept(
                "MariaDB, its own properties",
                line("jdbc:mariadb://127.0.0.1:%d/db?user=test&tcpKeepIdle=47&tcpKeepInterval=7&tcpKeepCount=4"));
    }

    @Test
    void mariadb_withoutTheFactory_hasTheSystemsTimes() throws Exception {
        Evidence.assertSystemsTimes("MariaDB alone", line("jdbc:mariadb://127.0.0.1:%d/db?user=test"));
    }

    @Test
    void mysql_ownFactory_isKept_withThePolicyOfTheUrl() throws Exception {
        Evidence.assertKept(
                "MySQL",
                line("jdbc:mysql://127.0.0.1:%d/db?user=test&socketFactory=" + KeptMysqlSocketFactory.class.getName()
                        + "&keepalivePolicy="
                        + POLICY.toString().replace(",", "%%2C").replace("=", "%%3D")));
    }

    @Test
    void mysql_withoutTheFactory_hasTheSystemsTimes() throws Exception {
        Evidence.assertSystemsTimes("MySQL alone", line("jdbc:mysql://127.0.0.1:%d/db?user=test"));
    }

    @Test
    void sqlServer_byClassName_isKept() throws Exception {
        Evidence.assertKept(
                "mssql-jdbc",
                line("jdbc:sqlserver://127.0.0.1:%d;encrypt=false;loginTimeout=30;socketFactoryClass=" + FACTORY
                        + ";socketFactoryConstructorArg={" + POLICY + "}"));
    }

    @Test
    void sqlServer_overAnotherFactory_isKept() throws Exception {
        Evidence.assertKept(
                "mssql-jdbc, over a tunnel's factory",
                line("jdbc:sqlserver://127.0.0.1:%d;encrypt=false;loginTimeout=30;socketFactoryClass=" + WRAPPING
                        + ";socketFactoryConstructorArg={" + POLICY + " over " + Tunnel.class.getName() + "}"));
    }

    @Test
    void sqlServer_withoutTheFactory_hasTimesOfItsOwn() throws Exception {
        String line = line("jdbc:sqlserver://127.0.0.1:%d;encrypt=false;loginTimeout=30");
        System.out.println("mssql-jdbc alone: " + line);
        assertThat(Ss.secondsToProbe(line)).as(line).isBetween(0.0, 30.0);
    }

    private static String line(String url) throws IOException, InterruptedException {
        try (SilentServer server = SilentServer.plain()) {
            SilentServer.begin(() -> DriverManager.getConnection(url.formatted(server.port())));
            return server.clientLine();
        }
    }

    /** docs/clients.md has this class, without the visibility that a nested one needs. */
    public static final class KeptMysqlSocketFactory extends StandardSocketFactory {
        @Override
        protected Socket createSocket(PropertySet properties) {
            KeepAlive policy = KeepAlive.parse(
                    properties.getStringProperty("keepalivePolicy").getValue());
            try {
                return SocketKeeper.of(policy).socketFactory().createSocket();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Another factory, as a tunnel's library has it. */
    public static final class Tunnel extends SocketFactory {
        @Override
        public Socket createSocket() {
            return new Socket();
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return new Socket(host, port);
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return new Socket(host, port);
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
            throw new UnsupportedOperationException();
        }
    }
}
