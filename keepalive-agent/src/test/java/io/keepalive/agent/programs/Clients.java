package io.keepalive.agent.programs;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/** Clients that begin to talk to a server that is none: it accepts, and is silent. */
final class Clients {
    private Clients() {}

    static void open() throws Exception {
        ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        int port = silent.getLocalPort();
        Admin admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + port, "request.timeout.ms", 60_000));
        accepted("Kafka-client", silent, admin);

        Thread connecting = new Thread(() -> {
            try {
                DriverManager.getConnection("jdbc:sqlserver://127.0.0.1:" + port + ";encrypt=false;loginTimeout=60")
                        .close();
            } catch (SQLException e) {
                System.err.println(e);
            }
        });
        connecting.setDaemon(true);
        connecting.start();
        accepted("mssql-jdbc", silent, connecting);
    }

    private static void accepted(String kind, ServerSocket listener, Object client) throws Exception {
        Socket end = listener.accept();
        int clientPort = ((InetSocketAddress) end.getRemoteSocketAddress()).getPort();
        // Until the client has said something and all of it is acknowledged: then no other timer hides the keepalive
        // one.
        end.getInputStream().read();
        Kinds.opened(kind, clientPort, listener.getLocalPort(), end, client);
    }
}
