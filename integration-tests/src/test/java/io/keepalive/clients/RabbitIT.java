package io.keepalive.clients;

import static io.keepalive.clients.Evidence.POLICY;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.ConnectionFactory;
import io.keepalive.socket.SocketKeeper;
import io.keepalive.testing.NeedsServer;
import io.keepalive.testing.ServerProgram;
import io.keepalive.testing.SilentServer;
import io.keepalive.testing.TestCertificate;
import java.io.IOException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Test;

/**
 * RabbitMQ's client on blocking sockets and in its NIO mode, against a server that never answers: what its setters do to each
 * other. Its Netty mode: {@code RabbitNettyIT} of keepalive-netty.
 */
@NeedsServer(ServerProgram.SS)
class RabbitIT {
    private final SocketKeeper keeper = SocketKeeper.of(POLICY);
    private final SSLContext tls = TestCertificate.ofThisJvm().context();
    private final ConnectionFactory factory = new ConnectionFactory();

    @Test
    void configurator_isKept() throws Exception {
        factory.setSocketConfigurator(factory.getSocketConfigurator().andThen(keeper::keep));

        Evidence.assertKept("RabbitMQ, configurator", line(SilentServer.plain()));
    }

    @Test
    void configurator_beforeTls_isKept() throws Exception {
        factory.setSocketConfigurator(factory.getSocketConfigurator().andThen(keeper::keep));
        factory.useSslProtocol(tls);

        Evidence.assertKept("RabbitMQ, configurator before TLS", line(SilentServer.tls()));
    }

    @Test
    void configurator_afterTls_isKept() throws Exception {
        factory.useSslProtocol(tls);
        factory.setSocketConfigurator(factory.getSocketConfigurator().andThen(keeper::keep));

        Evidence.assertKept("RabbitMQ, configurator after TLS", line(SilentServer.tls()));
    }

    @Test
    void socketFactory_isKept() throws Exception {
        factory.setSocketFactory(keeper.socketFactory());

        Evidence.assertKept("RabbitMQ, socket factory", line(SilentServer.plain()));
    }

    /** TLS takes the place of the factory, without a word. */
    @Test
    void socketFactory_beforeTls_isLost() throws Exception {
        factory.setSocketFactory(keeper.socketFactory());
        factory.useSslProtocol(tls);

        Evidence.assertNotKept("RabbitMQ, socket factory before TLS", line(SilentServer.tls()));
    }

    /** The factory takes the place of TLS, without a word: the connection is not encrypted. */
    @Test
    void socketFactory_afterTls_losesTls() throws Exception {
        factory.useSslProtocol(tls);
        factory.setSocketFactory(keeper.socketFactory());

        Evidence.assertKept("RabbitMQ, socket factory after TLS: in clear text", line(SilentServer.plain()));
        assertThat(factory.isSSL()).as("what it believes").isTrue();
    }

    @Test
    void sslSocketFactory_afterTls_isKeptAndEncrypted() throws Exception {
        factory.useSslProtocol(tls);
        factory.setSocketFactory(keeper.sslSocketFactory(tls.getSocketFactory()));

        Evidence.assertKept("RabbitMQ, TLS socket factory", line(SilentServer.tls()));
    }

    @Test
    @SuppressWarnings("deprecation") // NIO still works, until the client drops it
    void nio_channelConfigurator_isKept() throws Exception {
        factory.useNio();
        factory.getNioParams().setSocketChannelConfigurator(keeper::keep);

        Evidence.assertKept("RabbitMQ, NIO", line(SilentServer.plain()));
    }

    @Test
    @SuppressWarnings("deprecation") // NIO still works, until the client drops it
    void nio_channelConfigurator_isKept_alsoWithTls() throws Exception {
        // By TLS 1.3 this mode may take a session ticket for a frame of AMQP, and close.
        SSLContext older = SSLContext.getInstance("TLSv1.2");
        older.init(null, new TrustManager[] {TestCertificate.ofThisJvm().trustManager()}, null);
        factory.useSslProtocol(older);
        factory.useNio();
        factory.getNioParams().setSocketChannelConfigurator(keeper::keep);

        Evidence.assertKept("RabbitMQ, NIO, TLS", line(SilentServer.tls()));
    }

    @Test
    @SuppressWarnings("deprecation") // NIO still works, until the client drops it
    void nio_socketFactory_isNotAsked() throws Exception {
        factory.useNio();
        factory.setSocketFactory(keeper.socketFactory());

        Evidence.assertNotKept("RabbitMQ, NIO, socket factory", line(SilentServer.plain()));
    }

    @Test
    void alone_isNotKept() throws Exception {
        Evidence.assertNotKept("RabbitMQ alone", line(SilentServer.plain()));
    }

    private String line(SilentServer silent) throws IOException, InterruptedException {
        try (SilentServer server = silent) {
            factory.setHost("127.0.0.1");
            factory.setPort(server.port());
            SilentServer.begin(factory::newConnection);
            return server.clientLine();
        }
    }
}
