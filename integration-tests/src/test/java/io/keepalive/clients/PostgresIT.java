package io.keepalive.clients;

import static io.keepalive.clients.Evidence.POLICY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.keepalive.KeepAlive;
import io.keepalive.KeepAliveOption;
import io.keepalive.socket.KeepAliveReport;
import io.keepalive.socket.Outcome;
import io.keepalive.socket.Precedence;
import io.keepalive.socket.SocketKeeper;
import io.keepalive.testing.NeedsServer;
import io.keepalive.testing.Postgres;
import io.keepalive.testing.ServerProgram;
import io.keepalive.testing.TestCertificate;
import io.keepalive.testing.TestServer;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.core.PGStream;
import org.postgresql.core.QueryExecutorBase;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.util.PSQLException;

/** pgjdbc, with the factory in its URL, against PostgreSQL. */
@NeedsServer(ServerProgram.POSTGRES)
class PostgresIT {
    private static final String FACTORY = "socketFactory=io.keepalive.socket.KeepAliveSocketFactory";
    private static final String PLAIN = "sslmode=disable";
    /** Encrypted, and trusting: certificates are not what is tested. */
    private static final String TLS = "sslmode=require";

    @TempDir
    static Path directory;

    @AutoClose
    static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        Postgres postgres = Postgres.create(directory);
        TestCertificate.ofThisJvm().exportPem(directory);
        postgres.give(directory.resolve("test.crt"));
        postgres.give(directory.resolve("test.key"));
        server = postgres.start(
                "ssl=on",
                "ssl_cert_file=" + directory.resolve("test.crt"),
                "ssl_key_file=" + directory.resolve("test.key"));
    }

    @Test
    void byClassName_theConnectionIsKept_alsoUnderTls() throws Exception {
        for (String mode : List.of(PLAIN, TLS)) {
            try (Connection connection = connect(mode + "&" + FACTORY + "&socketFactoryArg=" + POLICY)) {
                Evidence.assertKept("pgjdbc " + mode, clientPort(connection), server.port());
                Socket socket = socketOf(connection);
                assertThat(socket instanceof SSLSocket).isEqualTo(mode.equals(TLS));
                assertThat(KeepAliveReport.inspect(socket).effective()).contains(POLICY);
            }
        }
    }

    /** As with Cloud SQL's connector: the driver hands its properties to the factory, which hands them on. */
    @Test
    void overAnotherFactory_theConnectionIsKept_andTheOtherFactoryGetsThePropertiesOfTheUrl() throws Exception {
        String factories = "socketFactory=io.keepalive.socket.KeepAliveWrappingSocketFactory&keepaliveFactory="
                + Connector.class.getName() + "&cloudInstance=project:region:db&keepalivePolicy=" + POLICY;
        for (String mode : List.of(PLAIN, TLS)) {
            try (Connection connection = connect(mode + "&" + factories)) {
                Evidence.assertKept("pgjdbc over another factory, " + mode, clientPort(connection), server.port());
                assertThat(KeepAliveReport.inspect(socketOf(connection)).effective())
                        .contains(POLICY);
            }
        }
        assertThat(Connector.INSTANCES).containsExactly("project:region:db", "project:region:db");
        try (Connection connection =
                connect(PLAIN + "&socketFactory=" + Connector.class.getName() + "&cloudInstance=project:region:db")) {
            Evidence.assertNotKept("pgjdbc with the other factory alone", clientPort(connection), server.port());
        }
    }

    @Test
    void byClassName_withoutArgument_theDefaultsHold() throws Exception {
        try (Connection connection = connect(PLAIN + "&" + FACTORY)) {
            assertThat(KeepAliveReport.inspect(socketOf(connection)).effective())
                    .contains(KeepAlive.defaults());
        }
    }

    @Test
    void withoutTheFactory_theConnectionIsNotKept() throws Exception {
        try (Connection connection = connect(PLAIN)) {
            Evidence.assertNotKept("pgjdbc without the factory", clientPort(connection), server.port());
        }
    }

    @Test
    void badPolicy_failsTheConnection_andTheCauseNamesIt() throws Exception {
        assertThatExceptionOfType(PSQLException.class)
                .isThrownBy(() -> connect(PLAIN + "&" + FACTORY + "&socketFactoryArg=idel=3s"))
                .withStackTraceContaining("argument of KeepAliveSocketFactory: keepalive policy 'idel=3s'");
    }

    /** What the factory is up against. */
    @Test
    void driver_switchesKeepaliveOff_andEitherWayItIsReported() throws Exception {
        try (Connection connection = connect(PLAIN + "&socketFactory=" + Tightening.class.getName())) {
            Evidence.assertKept("pgjdbc, TIGHTEN", clientPort(connection), server.port());
            assertThat(last(Tightening.REPORTS)).satisfies(entry -> {
                assertThat(entry.outcome()).isEqualTo(Outcome.UNCHANGED);
                assertThat(entry.advice()).contains("setKeepAlive(false) was refused");
            });
        }
        try (Connection connection = connect(PLAIN + "&socketFactory=" + Respecting.class.getName())) {
            Evidence.assertNotKept("pgjdbc, RESPECT", clientPort(connection), server.port());
            assertThat(last(Respecting.REPORTS)).satisfies(entry -> {
                assertThat(entry.outcome()).isEqualTo(Outcome.OVERRIDDEN);
                assertThat(entry.advice()).contains("setKeepAlive(false) was let through");
            });
        }
    }

    private static KeepAliveReport.Entry last(List<KeepAliveReport> reports) {
        return reports.get(reports.size() - 1).entry(KeepAliveOption.SO_KEEPALIVE);
    }

    private static Connection connect(String parameters) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + server.port() + "/postgres?user=test&" + parameters);
    }

    /** The server's word for which connection it is. */
    private static int clientPort(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select inet_client_port()")) {
            result.next();
            return result.getInt(1);
        }
    }

    /** The driver doesn't hand it out. */
    private static Socket socketOf(Connection connection) throws Exception {
        Field stream = QueryExecutorBase.class.getDeclaredField("pgStream");
        stream.setAccessible(true);
        return ((PGStream) stream.get(connection.unwrap(PgConnection.class).getQueryExecutor())).getSocket();
    }

    /** Knows where the server is from a property of the URL, as Cloud SQL's factory does. */
    public static final class Connector extends Listening {
        static final List<String> INSTANCES = new CopyOnWriteArrayList<>();

        /** For the driver. */
        public Connector(Properties properties) {
            super(SocketFactory.getDefault());
            INSTANCES.add(properties.getProperty("cloudInstance"));
        }
    }

    /** A factory that the driver can make by name, and whose reports the test sees. */
    abstract static class Listening extends SocketFactory {
        private final SocketFactory factory;

        Listening(Precedence precedence, List<KeepAliveReport> reports) {
            this(SocketKeeper.of(POLICY)
                    .precedence(precedence)
                    .onReport(reports::add)
                    .socketFactory());
        }

        Listening(SocketFactory factory) {
            this.factory = factory;
        }

        @Override
        public Socket createSocket() throws IOException {
            return factory.createSocket();
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
            throw new UnsupportedOperationException();
        }
    }

    /** For the driver. */
    public static final class Tightening extends Listening {
        static final List<KeepAliveReport> REPORTS = new CopyOnWriteArrayList<>();

        /** For the driver. */
        public Tightening() {
            super(Precedence.TIGHTEN, REPORTS);
        }
    }

    /** For the driver. */
    public static final class Respecting extends Listening {
        static final List<KeepAliveReport> REPORTS = new CopyOnWriteArrayList<>();

        /** For the driver. */
        public Respecting() {
            super(Precedence.RESPECT, REPORTS);
        }
    }
}
