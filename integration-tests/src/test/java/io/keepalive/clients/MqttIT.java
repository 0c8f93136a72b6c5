package io.keepalive.clients;

import static io.keepalive.clients.Evidence.POLICY;

import io.keepalive.socket.SocketKeeper;
import io.keepalive.testing.NeedsServer;
import io.keepalive.testing.ServerProgram;
import io.keepalive.testing.SilentServer;
import io.keepalive.testing.TestCertificate;
import javax.net.SocketFactory;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;

/** Eclipse Paho's MQTT client, against a server that never answers. */
@NeedsServer(ServerProgram.SS)
class MqttIT {
    private final SocketKeeper keeper = SocketKeeper.of(POLICY).strict();

    @Test
    void socketFactory_isKept() throws Exception {
        try (SilentServer server = SilentServer.plain()) {
            Evidence.assertKept("MQTT", line(server, "tcp", keeper.socketFactory()));
        }
    }

    @Test
    void sslSocketFactory_isKept() throws Exception {
        SocketFactory factory =
                keeper.sslSocketFactory(TestCertificate.ofThisJvm().context().getSocketFactory());
        try (SilentServer server = SilentServer.tls()) {
            Evidence.assertKept("MQTT, TLS", line(server, "ssl", factory));
        }
    }

    @Test
    void alone_isNotKept() throws Exception {
        try (SilentServer server = SilentServer.plain()) {
            Evidence.assertNotKept("MQTT alone", line(server, "tcp", SocketFactory.getDefault()));
        }
    }

    private static String line(SilentServer server, String scheme, SocketFactory factory) throws Exception {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setSocketFactory(factory);
        options.setHttpsHostnameVerificationEnabled(false);
        SilentServer.begin(() -> {
            MqttClient client =
                    new MqttClient(scheme + "://127.0.0.1:" + server.port(), "client", new MemoryPersistence());
            client.connect(options);
            return client;
        });
        return server.clientLine();
    }
}
