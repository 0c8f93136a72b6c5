package io.keepalive.spring.boot;

import io.keepalive.socket.KeepAliveStatistics;
import java.util.Map;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * The actuator endpoint {@code keepalive}: what was set up, what the sockets hold, what was lost.
 *
 * @since 0.1
 */
@Endpoint(id = "keepalive")
public final class KeepAliveEndpoint {
    private final KeepAliveClients clients;

    KeepAliveEndpoint(KeepAliveClients clients) {
        this.clients = clients;
    }

    /** The state of everything. */
    @ReadOperation
    public State state() {
        KeepAliveStatistics statistics = KeepAliveStatistics.get();
        return new State(clients.states(), clients.unreached(), statistics.getSockets(), statistics.getLosses());
    }

    /**
     * What the endpoint returns.
     *
     * @param clients the clients of the application that have a hook
     * @param unreached those that have none, with what to do
     * @param sockets all sockets of this JVM that a policy was applied to, by kind and result
     * @param losses ends of connections whose writes or heartbeats the library watches, by cause
     */
    public record State(
            Map<String, ClientState> clients,
            Map<String, String> unreached,
            Map<String, Map<String, Long>> sockets,
            Map<String, Long> losses) {}
}
